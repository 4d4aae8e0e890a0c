"""Golden pairs: a spec beside its manifest, a bad spec beside its diagnostics.

``tests/golden/examples`` holds the manifest of each file in ``docs/examples``, ``tests/golden/bad`` specs that are at
fault, and what is told of each. With ``KQMANIFEST_GOLDEN=write`` in the environment the tests write what they would
compare, and ``git diff`` shows what has changed.
"""

from __future__ import annotations

import os
import pathlib
import re

import pytest
from folders import TOP

from kqmanifest.cli import AT_FAULT, DONE, main

EXAMPLES = TOP / "docs" / "examples"
GOLDEN = TOP / "tests" / "golden"
SPECS = sorted(path.name for path in EXAMPLES.glob("*.*"))
BAD = sorted(path.name for path in (GOLDEN / "bad").iterdir() if path.suffix != ".diagnostics")
PRIVATE = "hunter2"  # what the bad specs have for the values of env variables and Secrets
TOLD = re.compile(
    r"[\w.-]+:\d+:\d+: (?:error|warning): .+ \[KQ\d{4}\]|  hint: .+"  # each has a code, a line and a column
    r"|(?: *\d+| {4}) \| .*"  # below it the line, and a mark
    r"|\d+ (?:error|warning)s?(?: and \d+ warnings?)?"  # how many there were
)


def compare(text: str, golden: pathlib.Path) -> None:
    """Hold a text to the one that was recorded, or record it."""
    if os.environ.get("KQMANIFEST_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


@pytest.mark.parametrize("name", SPECS)
def test_an_example_renders_as_before(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.chdir(EXAMPLES)
    assert main(["render", name, "-o", str(tmp_path / "manifest.yaml")]) == DONE
    assert not capsys.readouterr().out
    compare((tmp_path / "manifest.yaml").read_text("utf-8"), GOLDEN / "examples" / f"{name}.manifest.yaml")


@pytest.mark.parametrize("name", BAD)
def test_a_bad_spec_is_told_as_before(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN / "bad")
    assert main(["check", name]) == AT_FAULT
    out, told = capsys.readouterr()
    assert not out
    assert all(map(TOLD.fullmatch, told.splitlines()))
    assert PRIVATE not in told
    compare(told, (GOLDEN / "bad" / name).with_suffix(f"{pathlib.Path(name).suffix}.diagnostics"))


@pytest.mark.parametrize("name", BAD)
def test_nothing_is_rendered_of_a_bad_spec(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    monkeypatch.chdir(GOLDEN / "bad")
    assert main(["render", name]) == AT_FAULT
    out, told = capsys.readouterr()
    assert not out
    assert told == (GOLDEN / "bad" / f"{name}.diagnostics").read_text("utf-8")
    assert main(["render", name, "-o", str(tmp_path / "manifest.yaml")]) == AT_FAULT
    assert not list(tmp_path.iterdir())


def test_nothing_golden_is_left_over() -> None:
    assert {path.name for path in (GOLDEN / "examples").iterdir()} == {f"{name}.manifest.yaml" for name in SPECS}
    assert {path.name for path in (GOLDEN / "bad").iterdir()} == {*BAD, *(f"{name}.diagnostics" for name in BAD)}
