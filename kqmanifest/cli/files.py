"""Files in and out: read with a bound, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib
import secrets
import stat
import sys
from typing import Final

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.read import LARGEST

STANDARD: Final = "-"
"""Standard input or output, where a file is named."""

UNOPENED: Final = Fault("KQ0090", "this cannot be read: {reason}", ("{cure}",))
UNWRITTEN: Final = Fault("KQ0091", "this cannot be written: {reason}", ("{cure}",))

_CURES: Final = {
    FileNotFoundError: "name a file that exists, or - for standard input",
    IsADirectoryError: "name a file: this is a folder",
    PermissionError: "give yourself the right to it, or name another file",
}


class Unwritable(Exception):  # noqa: N818  a fact, as OSError's children are
    """What was to be written could not be."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        """Hold what is to be told."""
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


def contents(name: str) -> bytes | Diagnostic:
    """Read a file, or standard input, as far as any reader here would read it; where that fails, say why."""
    try:
        if name == STANDARD:
            return sys.stdin.buffer.read(LARGEST + 1)
        with pathlib.Path(name).open("rb") as file:
            return file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        return _told(UNOPENED, name, error)


def _told(fault: Fault, name: str, error: OSError | ValueError) -> Diagnostic:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    cure = next((cure for kind, cure in _CURES.items() if isinstance(error, kind)), None)
    told = fault.at((), reason=reason[:1].lower() + reason[1:], cure=cure)
    return Diagnostic(told.code, told.path, told.message, told.hint, severity=told.severity, source=name)


def put(text: str, name: str) -> None:
    """Write text, in UTF-8, to a file or standard output; a file is replaced in one step, or left as it was.

    Raises:
        Unwritable: it could not be written.
    """
    try:
        if name == STANDARD:
            sys.stdout.buffer.write(text.encode())
            sys.stdout.buffer.flush()
        else:
            _replace(pathlib.Path(name), text.encode())
    except (OSError, ValueError) as error:
        raise Unwritable(_told(UNWRITTEN, "standard output" if name == STANDARD else name, error)) from error


def _replace(path: pathlib.Path, content: bytes) -> None:
    path = pathlib.Path(os.path.realpath(path))
    mode = path.stat().st_mode if path.exists() else None
    if mode is not None and not stat.S_ISREG(mode):
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(21, "Is a directory", str(path))
        with path.open("wb") as device:  # a device or pipe cannot be replaced
            device.write(content)
        return
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(stat.S_IMODE(mode))
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
