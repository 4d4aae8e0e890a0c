"""What is printed where standard output is a pipe that closes, or no file at all; and that it is the same bytes everywhere."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest
from command import run
from folders import TOP

from kqmanifest import check
from kqmanifest.cli import AT_FAULT, DONE, USAGE, main
from kqmanifest.diagram.lettering import NAME, PATH, TITLE

STORY = str(TOP / "docs" / "examples" / "training-with-parent.json")
COMMAND = [sys.executable, "-m", "kqmanifest"]
UNVERSIONED = {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "b"}]}
COMMANDS: list[list[str]] = [
    ["render", STORY],
    ["check", STORY],
    ["mounts", STORY],
    ["diagram", STORY],
    ["explain", "KQ2003"],
    ["rules"],
    ["schema"],
]


class OnlyWritten:
    """A stream that can be written to, and nothing else."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)


@pytest.mark.parametrize("arguments", [["schema"], ["rules"], ["render", STORY]])
def test_who_stops_reading_is_no_fault(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen([*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, cwd=TOP) as done:
        os.close(writing)
        os.close(reading)  # before anything is written, or while it is
        assert done.stderr is not None
        assert done.stderr.read() == b""
        assert done.wait(60) == DONE


def test_what_is_at_fault_is_so_whoever_stops_reading(tmp_path: pathlib.Path) -> None:
    (tmp_path / "bad.json").write_text('{"kind": "Pod", "nam": "a"}', "utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*COMMAND, "check", str(tmp_path / "bad.json")], stdout=writing, stderr=subprocess.PIPE, cwd=TOP, check=False)
    os.close(writing)
    assert done.returncode == AT_FAULT


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: arguments[0])
def test_text_is_printed_where_no_bytes_can_be(arguments: list[str]) -> None:
    printed = run(*arguments)
    for out, told in ((io.StringIO(), io.StringIO()), (OnlyWritten(), OnlyWritten())):
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):  # type: ignore[type-var]  # less than a stream, as in notebooks
            code = main(arguments)
        assert code == printed.returncode
        said = [stream.text if isinstance(stream, OnlyWritten) else stream.getvalue() for stream in (out, told)]
        assert said == [printed.out, printed.told]


def test_text_is_read_where_no_bytes_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(UNVERSIONED)))
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert main(["render", "-"]) == DONE
    assert "kind: Pod" in out.getvalue()


def test_what_was_printed_before_comes_before() -> None:
    code = f"import sys; from kqmanifest.cli import main; sys.stdout.write('first\\n'); main(['render', {STORY!r}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=TOP, check=True)
    assert done.stdout.startswith(b"first\n")


@pytest.mark.parametrize("given", ["", " ", ",", ", ,"])
@pytest.mark.parametrize("command", ["render", "check"])
def test_an_option_that_names_no_code_is_refused(command: str, given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, STORY, "--ignore", given, "--diagnostics", "json"]) == USAGE
    captured = capsys.readouterr()
    assert [(one["code"], one["path"]) for one in json.loads(captured.err or captured.out)] == [("KQ1011", "")]


@pytest.mark.parametrize(
    ("ignore", "codes"),
    [
        ("", ["KQ1011", "KQ4040"]),
        ([""], ["KQ1011", "KQ4040"]),
        (["KQ4040", ""], ["KQ1011"]),
        (["KQ4040"], []),
        ("KQ4040", []),
        ("KQ4", []),
        ([], ["KQ4040"]),
    ],
)
def test_no_code_is_no_beginning_of_all_codes(ignore: Any, codes: list[str]) -> None:
    assert [one.code for one in check(UNVERSIONED, ignore=ignore)] == codes


@pytest.mark.parametrize("style", [TITLE, NAME, PATH], ids=lambda style: style.name)
def test_a_width_does_not_hang_on_how_python_adds(style: Any) -> None:
    for text in ("/kqi/output", "mountPath il" * 9, "学習 data", "W" * 10 + "i" * 7, "学iW" * 31):
        assert style.width(text) == style.width(text[::-1])  # an exact sum knows no order; one that rounds at each step does


def test_the_order_of_sets_is_nobodys_business(in_processes: list[dict[str, str]]) -> None:
    assert {one["told"] for one in in_processes} == {run("check", STORY, "--pod-security", "restricted").told}


def test_help_is_set_alike_in_every_version_of_python(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, line in (
        (["--help"], "    from-docker  convert a docker run command to a spec\n"),
        (["render", "--help"], "  -o, --output FILE "),
    ):
        with pytest.raises(SystemExit):
            main(arguments)
        assert line in capsys.readouterr().out
