"""What is found is told in the form, the colours and the language that were asked for, however early it is found."""

from __future__ import annotations

import contextlib
import io
import json
import pathlib
import re

import pytest

from kqmanifest.cli import AT_FAULT, USAGE, main
from kqmanifest.cli.output import OutputOptions, asked, spoken

TWICE = '{"kind": "Pod", "name": "a", "name": "b"}\n'


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja"}, "ja"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ja_JP.eucJP"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": ""}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_MESSAGES": "zz_ZZ"}, "en"),
        ({"LANG": "jam_JM"}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale_where_it_is_spoken(environment: dict[str, str], language: str) -> None:
    assert spoken(environment) == language


@pytest.mark.parametrize(
    ("arguments", "how"),
    [
        ([], OutputOptions()),
        (["check", "--lang", "ja", "--nope"], OutputOptions(language="ja")),
        (["check", "--lang=ja", "--diagnostics=json", "--color", "never"], OutputOptions("json", "never", "ja")),
        (["check", "--lang", "ja", "--lang", "en"], OutputOptions()),
        (["check", "--lang", "zz", "--color"], OutputOptions()),
        (["diff", "--format", "json", "ja", "never"], OutputOptions()),
        (["diff", "--format=json"], OutputOptions()),
        (["check", "--diagnostics", "--lang"], OutputOptions()),
    ],
)
def test_how_to_tell_is_found_in_a_command_line_that_cannot_be_read(arguments: list[str], how: OutputOptions) -> None:
    assert asked(arguments) == how


def test_a_fault_is_told_in_the_language_asked_for(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "spec.json").write_text(TWICE, "utf-8")
    assert main(["check", "--lang", "ja", str(tmp_path / "spec.json")]) == AT_FAULT
    first, *_, last = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{tmp_path / 'spec.json'}:1:30: エラー: ")
    assert first.endswith(" [KQ0007]")
    assert last.startswith("  ヒント: ")
    assert main(["check", "--lang", "ja", "--diagnostics", "json", str(tmp_path / "spec.json")]) == AT_FAULT
    (told,) = json.loads(capsys.readouterr().err)
    assert (told["severity"], told["message"] in first) == ("error", True)


def test_the_locale_speaks_where_nobody_asks(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "spec.json").write_text(TWICE, "utf-8")
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    main(["check", str(tmp_path / "spec.json")])
    assert "エラー" in capsys.readouterr().err
    main(["check", "--lang", "en", str(tmp_path / "spec.json")])
    assert "エラー" not in capsys.readouterr().err


@pytest.mark.parametrize("errors", ["strict", "backslashreplace"])
def test_nothing_is_lost_on_a_stream_that_cannot_write_it(tmp_path: pathlib.Path, errors: str) -> None:
    (tmp_path / "spec.yaml").write_text("kind: Namespace\nname: 学習\n", "utf-8")
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors=errors, write_through=True)
    with contextlib.redirect_stderr(stream):
        assert main(["check", "--lang", "ja", str(tmp_path / "spec.yaml")]) == AT_FAULT
    assert isinstance(stream.buffer, io.BytesIO)
    told = stream.buffer.getvalue().decode("ascii").splitlines()
    assert "KQ2103" in told[0]
    assert told[1:3] == ["   2 | name: \\u5b66\\u7fd2", "     |       ^^^^^^^^^^^^"]


@pytest.mark.parametrize(
    "arguments", [["check"], ["check", "--nope", "a"], ["check", "nowhere.json"], ["render", "a", "--kubernetes", "9.9"]]
)
def test_a_wrong_use_is_told_in_the_language_asked_for(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--lang", "ja"]) == USAGE
    assert re.search(r"エラー: .+ \[KQ\d{4}\]$", capsys.readouterr().err, re.MULTILINE)
