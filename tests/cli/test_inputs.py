"""What is given in several files is judged as one, though no file is held: it is read again where it must be shown."""

from __future__ import annotations

import io
import json
import os
import pathlib
import sys
import threading

import pytest

from kqmanifest.cli import AT_FAULT, DONE, USAGE, main
from kqmanifest.cli.inputs import Inputs
from kqmanifest.limits import DEFAULT

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: board}\nspec: {selector: {app: tensorboard}, ports: [{port: 80}]}\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: board}}\nspec: {containers: [{name: a, image: 'b:1'}]}\n"
SHOWN = "   4 | spec: {selector: {app: tensorboard}, ports: [{port: 80}]}\n     |                  ^\n"


def test_what_a_file_is_to_a_later_one_is_shown_in_its_own_line(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("a.yaml", SERVICE), ("b.yaml", "# nothing\n"), ("c.yaml", f"{POD}---\n{POD}")):
        (tmp_path / name).write_text(text, "utf-8")
    assert main(["check", str(tmp_path)]) == AT_FAULT
    told = capsys.readouterr().err
    assert f"{tmp_path}/a.yaml:4:18: error: " in told
    assert SHOWN in told
    assert f"{tmp_path}/c.yaml:8:18: error: the Pod a is given twice [KQ3060]" in told


def test_of_standard_input_the_line_is_shown_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{SERVICE}---\n{POD}"))
    assert main(["check", "-"]) == AT_FAULT
    assert SHOWN in capsys.readouterr().err


def test_a_pipe_is_read_once(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(f"{SERVICE}---\n{POD}",))
    writer.start()
    assert main(["check", str(pipe)]) == AT_FAULT
    writer.join()
    assert SHOWN in capsys.readouterr().err


def test_of_a_file_that_is_gone_nothing_is_shown(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(SERVICE, "utf-8")
    inputs = Inputs([str(path)], DEFAULT)
    assert len([*inputs.read()]) == 1
    path.unlink()
    gone = inputs.again(0)
    assert (gone.value, gone.source, inputs.given.documents) == (None, str(path), ())


def test_a_file_that_cannot_be_opened_is_told_before_all_else(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(f"{POD}nope: 1\n", "utf-8")
    assert main(["check", str(tmp_path / "a.yaml"), str(tmp_path / "nope.yaml"), "--diagnostics", "json"]) == USAGE
    assert [one["code"] for one in json.loads(capsys.readouterr().err)] == ["KQ0090"]


def test_only_what_is_selected_is_told(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(f"{SERVICE}---\n{POD}", "utf-8")
    assert main(["check", str(tmp_path), "--select", "KQ2"]) == DONE
    assert not capsys.readouterr().err
