"""What is printed is as wide as the terminal that it goes to, wherever the rest of the output goes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from typing import TextIO

import pytest

from kqmanifest.cli.terminal import columns, is_terminal
from kqmanifest.languages.columns import cells


@contextlib.contextmanager
def terminal(width: int) -> Iterator[tuple[TextIO, int]]:
    """Open a terminal of so many columns; give a stream to it, and what reads it."""
    try:
        reader, writer = pty.openpty()
    except OSError:
        pytest.skip("no terminal can be opened here")
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    with open(writer, "w", encoding="utf-8") as stream:  # noqa: PTH123  it has no path
        yield stream, reader
    os.close(reader)


def test_a_terminal_says_how_wide_it_is() -> None:
    with terminal(57) as (stream, _):
        assert is_terminal(stream)
        assert columns(stream, 80, {}) == 57
    with terminal(0) as (stream, _):
        assert columns(stream, 80, {}) == 80


@pytest.mark.parametrize(("said", "width"), [("44", 44), ("", 80), ("0", 80), ("-5", 80), ("wide", 80), ("9" * 5000, 80), ("000044", 44)])
def test_the_environment_may_name_another_width(said: str, width: int) -> None:
    assert columns(None, 80, {"COLUMNS": said}) == width


def test_what_is_no_terminal_is_none(tmp_path: pathlib.Path) -> None:
    with (tmp_path / "a.txt").open("w", encoding="utf-8") as stream:
        assert (is_terminal(stream), columns(stream, 80, {})) == (False, 80)
    assert (is_terminal(stream), columns(stream, 80, {})) == (False, 80)
    assert (is_terminal(None), columns(None, 80, {})) == (False, 80)


def test_what_is_told_fits_the_terminal_though_the_manifest_goes_elsewhere(tmp_path: pathlib.Path) -> None:
    source = tmp_path / "a.yaml"
    source.write_text(f"{{kind: Pod, name: a, containers: [{{name: a, image: {'a' * 200}, prot: 80}}]}}\n", "utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    with terminal(60) as (stream, reader):
        command = [sys.executable, "-m", "kqmanifest", "render", str(source), "--color", "never"]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=stream, env=environment, check=False)
        told = os.read(reader, 100_000).decode()
    assert (run.returncode, run.stdout) == (1, b"")
    line, mark = told.splitlines()[1:3]
    assert 50 < cells(line) <= 60
    assert line[mark.index("^") :].startswith("prot")
