"""A command, typed: run within this process as a process of its own would run, with streams of bytes."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import sys
from collections.abc import Mapping

import pytest

from kqmanifest.cli import main


@dataclasses.dataclass(frozen=True)
class Done:
    """What a command ended with, and what it printed."""

    returncode: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        """What it printed, as text."""
        return self.stdout.decode()

    @property
    def told(self) -> str:
        """What it printed to standard error, as text."""
        return self.stderr.decode()


def run(*arguments: str, text: bytes = b"", folder: str | os.PathLike[str] = ".", environment: Mapping[str, str] | None = None) -> Done:
    """Run a command in a folder, with this text to read, where the environment says this as well.

    What only a process has is tried with one, beside the tests of the command line: pipes that close, streams that are no files, what is
    imported.
    """
    streams = [io.TextIOWrapper(io.BytesIO(held), "utf-8", write_through=True) for held in (text, b"", b"")]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
            patch.setattr(sys, name, stream)
        try:
            code = main(arguments)
        except SystemExit as end:  # help, and the version
            code = int(end.code or 0)
    for stream in streams[1:]:
        with contextlib.suppress(ValueError):  # it may be closed
            stream.flush()
    return Done(code, *(stream.buffer.getvalue() for stream in streams[1:]))
