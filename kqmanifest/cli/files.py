"""Files in and out: read with a bound, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import pathlib
import stat
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, TextIO

from kqmanifest.cli.standard import STANDARD, opened, silence, write
from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.limits import DEFAULT, Limits
from kqmanifest.vocabulary.spelling import nearest

if TYPE_CHECKING:
    from kqmanifest.read import Document

ENDINGS: Final = (".json", ".jsonl", ".yaml", ".yml")
"""How the names of the files end that are read in a folder."""

UNREADABLE_FILE: Final = Fault(
    "KQ0090",
    "cannot be read: {reason}",
    (
        "did you mean {near}?",
        "write {picture} after -o: it is a file to write, not to read",
        "name a file that exists in place of {missing}, or - for standard input",
        "get permission to read {unreadable}, or name another file",
        "name a readable file, a folder of such files, or - for standard input",
    ),
)
UNWRITABLE_FILE: Final = Fault(
    "KQ0091",
    "cannot be written: {reason}",
    (
        "create the folder of {missing} first, or name a file in a folder that exists",
        "name a file in a folder that exists in place of {misplaced}",
        "name a file: {folder} is a folder",
        "get permission to write {protected}, or name another file",
        "let the program that reads {pipe} read to the end",
        "write somewhere else: nothing was changed there",
    ),
)

_MOST_FILES: Final = 1000
_MOST_BYTES: Final = 1024 * 1024 * 1024
"""How much of a file is held in memory: a stream may have no end."""
_CHUNK: Final = 1024 * 1024
_READING: Final = {
    FileNotFoundError: "missing",
    PermissionError: "unreadable",
}
"""The value that names the file in a hint, by what went wrong."""
_PICTURES: Final = (".svg", ".mmd")
_WRITING: Final = {
    FileNotFoundError: "missing",
    NotADirectoryError: "misplaced",
    IsADirectoryError: "folder",
    PermissionError: "protected",
    BrokenPipeError: "pipe",
}


class Unwritable(Exception):  # noqa: N818  a fact, as OSError's children are
    """What was to be written could not be."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        """Hold the diagnostic to report."""
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


class Given(NamedTuple):
    """A text that was read, and its documents: None if it was not read, and empty if it cannot be."""

    content: str | bytes
    documents: Sequence[Document] | None = None


def within(name: str) -> Iterable[str | Diagnostic]:
    """List the files that a name means: itself, or those in the folder of that name, sorted."""
    try:
        if not name:  # an unset variable in a shell; to pathlib it is the current folder
            raise FileNotFoundError(errno.ENOENT, "no name is given")
        if name == STANDARD or not pathlib.Path(name).is_dir():
            return [name]
        files = sorted(str(path) for path in pathlib.Path(name).iterdir() if path.suffix in ENDINGS and not path.is_dir())
    except (OSError, ValueError) as error:
        return [_report(UNREADABLE_FILE, name, error, _READING)]
    return files or [UNREADABLE_FILE.at((), reason=f"no file in this folder ends in {', '.join(ENDINGS)}").diagnostic(source=name)]


def contents(name: str, limits: Limits = DEFAULT) -> bytes | Diagnostic:
    """Read a file, or standard input, as far as any reader here would; if that fails, return why."""
    mark = b"\n" if name.endswith(".jsonl") else b"\n---"
    try:
        if name == STANDARD:
            return _read_standard(sys.stdin, mark, limits)
        with pathlib.Path(name).open("rb") as file:
            return _read(file, mark, limits)
    except (OSError, ValueError) as error:
        return _report(UNREADABLE_FILE, "standard input" if name == STANDARD else name, error, _READING)


def _read(file: BinaryIO, mark: bytes, limits: Limits) -> bytes:
    """Read any number of documents, which begin at a mark, until one is too big."""
    read = bytearray()
    begun = 0
    while len(read) - begun <= limits.bytes and len(read) < _MOST_BYTES and (chunk := file.read(min(limits.bytes + 1, _CHUNK))):
        seen = max(len(read) - len(mark), 0)
        read += chunk
        begun = max(begun, read.rfind(mark, seen))
    return bytes(read)


def put(text: str, name: str) -> None:
    """Write text, in UTF-8, to a file or standard output; a file is replaced in one step, or left as it was.

    A program that reads standard output through a pipe may stop early: that is not an error.

    Raises:
        Unwritable: it could not be written.
    """
    try:
        if name == STANDARD:
            write(text, sys.stdout)
        else:
            _write(pathlib.Path(name), text.encode())
    except (OSError, ValueError) as error:
        if name == STANDARD and isinstance(error, BrokenPipeError):
            silence(sys.stdout)
            return
        raise Unwritable(_report(UNWRITABLE_FILE, "standard output" if name == STANDARD else name, error, _WRITING)) from error


def _read_standard(stream: TextIO | None, mark: bytes, limits: Limits) -> bytes:
    text, raw = opened(stream)
    return text.read(limits.bytes + 1).encode() if raw is None else _read(raw, mark, limits)


def _report(fault: Fault, name: str, error: OSError | ValueError, names: dict[type[OSError], str]) -> Diagnostic:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    is_missing = fault is UNREADABLE_FILE and isinstance(error, FileNotFoundError)
    if is_missing and name.endswith(_PICTURES):
        known: dict[str, str | None] = {"picture": name}
    else:
        known = {value: name or None for kind, value in names.items() if isinstance(error, kind)}
        known |= {"near": _beside(name)} if is_missing else {}
    return fault.at((), reason=reason[:1].lower() + reason[1:], **known).diagnostic(source=name)


def _beside(name: str) -> str | None:
    """Find the file that was probably meant, in the same folder."""
    path = pathlib.Path(name)
    with contextlib.suppress(OSError, ValueError):
        names = [one.name for one in itertools.islice(path.parent.iterdir(), _MOST_FILES) if one.suffix in ENDINGS]
        same = [one for one in names if pathlib.Path(one).stem == path.stem]
        meant = same[0] if len(same) == 1 else nearest(path.name, names)
        return str(path.with_name(meant)) if meant else None
    return None


def _write(path: pathlib.Path, content: bytes) -> None:
    mode = path.stat().st_mode if path.exists() else None
    if mode is None or stat.S_ISREG(mode):
        _replace(pathlib.Path(os.path.realpath(path)), content, mode)
    elif stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "is a directory", str(path))
    else:
        with path.open("wb") as device:  # a device or pipe cannot be replaced
            device.write(content)


def _replace(path: pathlib.Path, content: bytes, mode: int | None) -> None:
    """Replace a file in one step; a link stays a link, and the file keeps its mode."""
    # A read-only file is not replaced, even if its folder is writable.
    if mode is not None and not (mode & 0o222 and os.access(path, os.W_OK)):
        raise PermissionError(errno.EACCES, "it is read-only", str(path))
    beside = path.with_name(f".{path.name[:200]}.{os.urandom(4).hex()}")
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
