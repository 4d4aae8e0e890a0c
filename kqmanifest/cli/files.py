"""Files in and out: read with a bound, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import pathlib
import stat
import sys
from collections.abc import Iterable
from typing import Any, BinaryIO, Final, TextIO

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.limits import DEFAULT, Limits
from kqmanifest.vocabulary.spelling import nearest

STANDARD: Final = "-"
"""Standard input or output, where a file is named."""
ENDINGS: Final = (".json", ".jsonl", ".yaml", ".yml")
"""How the files of a folder end that are read."""

UNOPENED: Final = Fault(
    "KQ0090",
    "this cannot be read: {reason}",
    ("did you mean {near}?", "{cure}", "name a file that can be read, a folder of such files, or - for standard input"),
)
UNWRITTEN: Final = Fault(
    "KQ0091", "this cannot be written: {reason}", ("{cure}", "write somewhere else: nothing is there now that was not before")
)

_MOST_FILES: Final = 1000
_MOST_BYTES: Final = 1024 * 1024 * 1024
"""How much of a file is held at once: a stream may have no end."""
_CHUNK: Final = 1024 * 1024
_READING: Final = {
    FileNotFoundError: "name a file that exists, or - for standard input",
    PermissionError: "give yourself the right to read it, or name another file",
}
_PICTURES: Final = (".svg", ".mmd")
_WRITING: Final = {
    FileNotFoundError: "make the folder first, or name a file in one that exists",
    NotADirectoryError: "name a file in a folder that exists",
    IsADirectoryError: "name a file: this is a folder",
    PermissionError: "give yourself the right to write it, or name another file",
    BrokenPipeError: "let the program behind the pipe read to the end",
}


class Unwritable(Exception):  # noqa: N818  a fact, as OSError's children are
    """What was to be written could not be."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        """Hold what is to be told."""
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


def within(name: str) -> Iterable[str | Diagnostic]:
    """List the files that a name stands for: itself, or those in the folder that it names, in the order of their names."""
    try:
        if not name:  # what a shell makes of an unset variable; to pathlib it is the folder that we are in
            raise FileNotFoundError(errno.ENOENT, "no name is given")
        if name == STANDARD or not pathlib.Path(name).is_dir():
            return [name]
        files = sorted(str(path) for path in pathlib.Path(name).iterdir() if path.suffix in ENDINGS and not path.is_dir())
    except (OSError, ValueError) as error:
        return [_told(UNOPENED, name, error, _READING)]
    return files or [UNOPENED.at((), reason=f"no file in this folder ends in {', '.join(ENDINGS)}").diagnostic(source=name)]


def contents(name: str, limits: Limits = DEFAULT) -> bytes | Diagnostic:
    """Read a file, or standard input, as far as any reader here would read it; where that fails, say why."""
    mark = b"\n" if name.endswith(".jsonl") else b"\n---"
    try:
        if name == STANDARD:
            return _read_standard(sys.stdin, mark, limits)
        with pathlib.Path(name).open("rb") as file:
            return _read(file, mark, limits)
    except (OSError, ValueError) as error:
        return _told(UNOPENED, "standard input" if name == STANDARD else name, error, _READING)


def _read(file: BinaryIO, mark: bytes, limits: Limits) -> bytes:
    """Read documents that begin at a mark, however many, until one is too big."""
    read = bytearray()
    begun = 0
    while len(read) - begun <= limits.bytes and len(read) < _MOST_BYTES and (chunk := file.read(min(limits.bytes + 1, _CHUNK))):
        seen = max(len(read) - len(mark), 0)
        read += chunk
        begun = max(begun, read.rfind(mark, seen))
    return bytes(read)


def put(text: str, name: str) -> None:
    """Write text, in UTF-8, to a file or standard output; a file is replaced in one step, or left as it was.

    Whoever reads standard output through a pipe may stop when they have seen enough: that is no fault.

    Raises:
        Unwritable: it could not be written.
    """
    try:
        if name == STANDARD:
            _print(text, sys.stdout)
        else:
            _write(pathlib.Path(name), text.encode())
    except (OSError, ValueError) as error:
        if name == STANDARD and isinstance(error, BrokenPipeError):
            silence(sys.stdout)
            return
        raise Unwritable(_told(UNWRITTEN, "standard output" if name == STANDARD else name, error, _WRITING)) from error


def silence(stream: Any) -> None:
    """Let what is still to be written to a stream go nowhere: the interpreter would try once more, and complain."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # there may be no file behind it
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _open(stream: TextIO | None) -> tuple[TextIO, BinaryIO | None]:
    """Give a stream, and what takes its bytes; in notebooks and test runners a stream may take text only."""
    if stream is None:  # so Python says that whoever started it had closed it
        raise OSError("it is closed")
    return stream, getattr(stream, "buffer", None)


def _read_standard(stream: TextIO | None, mark: bytes, limits: Limits) -> bytes:
    text, raw = _open(stream)
    return text.read(limits.bytes + 1).encode() if raw is None else _read(raw, mark, limits)


def _print(content: str, stream: TextIO | None) -> None:
    text, raw = _open(stream)
    if raw is None:
        text.write(content)
    else:
        text.flush()  # what others printed before comes before
        rest = memoryview(content.encode())
        while rest:  # an unbuffered stream takes what it can, and says how much that was
            rest = rest[raw.write(rest) :]
    if hasattr(text, "flush"):
        text.flush()


def _told(fault: Fault, name: str, error: OSError | ValueError, cures: dict[type[OSError], str]) -> Diagnostic:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    cure = next((cure for kind, cure in cures.items() if isinstance(error, kind)), None)
    is_missing = fault is UNOPENED and isinstance(error, FileNotFoundError)
    if is_missing and name.endswith(_PICTURES):
        cure = f"write `{name}` behind -o: it is no file to be read"
    near = _beside(name) if is_missing and not name.endswith(_PICTURES) else None
    return fault.at((), reason=reason[:1].lower() + reason[1:], cure=cure, near=near).diagnostic(source=name)


def _beside(name: str) -> str | None:
    """Find the file whose name was probably meant, in the folder that was named."""
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
    """Put a file in the place of another, in one step; a link stays a link, and the file keeps its mode."""
    # A file that nobody may write is not ours to replace, even where its folder is.
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
