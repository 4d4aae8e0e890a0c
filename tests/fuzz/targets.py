"""What the fuzzer tries: any bytes, taken as a text, as a command's input, or as changes to a spec; and what must hold for all of them.

Each target takes bytes, and raises only where a promise is broken. The first byte chooses the target.
"""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from hostile import every_call, from_bytes

from kqmanifest import ManifestError, check, cli, load
from kqmanifest.cli.failures import INTERNAL_ERROR

MOST_SECONDS: Final = 20.0
"""Processor time for one input of a few KiB; all that is honest needs less than a tenth of it."""
BETWEEN: Final = b"\n%%%%\n"
"""Stands between the two files of a command that takes two."""
_HERE: Final = pathlib.Path(tempfile.gettempdir())

COMMANDS: Final[Sequence[Sequence[str]]] = (
    ("check", "-"),
    ("check", "-", "--diagnostics", "json", "--kubernetes", "1.33..1.37", "--pod-security", "restricted"),
    ("check", "-", "--lang", "ja", "--color", "always", "--keeps", "/kqi/output", "--strict"),
    ("render", "-"),
    ("render", "-", "--format", "json", "--diagnostics", "json"),
    ("render", "-", "--format", "kyaml", "--lang", "ja"),
    ("mounts", "-"),
    ("mounts", "-", "--format", "json"),
    ("mounts", "-", "--format", "svg", "--lang", "ja"),
    ("diagram", "-"),
    ("diagram", "-", "--format", "mermaid"),
    ("explain", "-"),
    ("explain", "-", "--format", "json"),
    ("explain", "-", "--lang", "ja"),
    ("from-docker", "-"),
    ("from-docker", "-", "--render", "--lang", "ja"),
    ("from-docker", "-", "--format", "json", "--diagnostics", "json"),
    ("from-docker", "-", "--env-file", "SECOND"),
    ("check", "-", "--site", "SECOND"),
    ("render", "-", "--site", "SECOND", "--lang", "ja"),
    ("check", "-", "--platform", "SECOND"),
    ("diff", "-", "SECOND"),
    ("diff", "-", "SECOND", "--format", "json"),
    ("check", "SECOND.json"),
    ("check", "SECOND.jsonl", "--lang", "ja"),
    ("check", "SECOND.yaml", "-"),
)
"""Command lines; SECOND is a file that holds what stands behind :data:`BETWEEN`, or all where nothing does."""


class Broken(Exception):  # noqa: N818  a fact about the program, not about its input
    """A promise is broken."""


def try_any(data: bytes, only: str | None = None) -> None:
    """Choose a target by the first byte, and try it, unless ``only`` names another."""
    choice, rest = (data[0] if data else 0), data[1:]
    target = TARGETS[choice % len(TARGETS)]
    if only is not None and target.__name__ != f"try_{only}":
        return
    begun = time.process_time()
    target(rest)
    spent = time.process_time() - begun
    if spent > MOST_SECONDS:
        raise Broken(f"{target.__name__}: {spent:.0f} s of work for {len(rest)} bytes")


def try_reading(data: bytes) -> None:
    """Read a text, in each format, and check what it holds."""
    choice, text = (data[0] if data else 0), data[1:]
    try:
        documents = load(text, source=("", "a.json", "a.yaml", "a.jsonl")[choice % 4])
    except ManifestError:
        return
    check(documents, kubernetes="1.33..1.37" if choice & 8 else "1.36")


def try_command(data: bytes) -> None:
    """Run a command, with its files and standard input made of the data."""
    choice, rest = (data[0] if data else 0), data[1:]
    first, between, second = rest.partition(BETWEEN)
    with _file(second if between else rest) as name:
        arguments = [one.replace("SECOND", name) for one in COMMANDS[choice % len(COMMANDS)]]
        code, _, told = run(arguments, first)
    if code not in {0, 1, 2}:
        raise Broken(f"{arguments[0]}: exit code {code}")
    if INTERNAL_ERROR.code in told and INTERNAL_ERROR.code.encode() not in rest:
        line = next(line for line in told.splitlines() if INTERNAL_ERROR.code in line)
        raise Broken(f"{arguments[0]}: {line}")
    if "Traceback (most recent call last)" in told and b"Traceback" not in rest:
        raise Broken(f"{arguments[0]}: a traceback is printed")


def try_values(data: bytes) -> None:
    """Call everything with a spec, manifest, site or model in which anything that Python has may stand anywhere."""
    every_call(from_bytes(data))


TARGETS: Final[Sequence[Callable[[bytes], None]]] = (try_reading, try_command, try_command, try_values)


def run(arguments: Sequence[str], given: bytes) -> tuple[int, str, str]:
    """Run the program on a standard input; give its exit code, and what it prints on either stream."""
    streams = sys.stdin, sys.stdout, sys.stderr
    out, err = io.BytesIO(), io.BytesIO()
    # Both are named for as long as they are needed: a stream that nobody holds closes what is below it.
    given_to, told_to, said_to = io.TextIOWrapper(io.BytesIO(given), "utf-8"), _text(out), _text(err)
    sys.stdin, sys.stdout, sys.stderr = given_to, told_to, said_to
    try:
        code = cli.main([*arguments])
    except SystemExit as ended:  # argparse ends so
        code = ended.code if isinstance(ended.code, int) else 2
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    return code, out.getvalue().decode(), err.getvalue().decode()


def _text(stream: io.BytesIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, "utf-8", write_through=True)


@contextlib.contextmanager
def _file(content: bytes) -> Iterator[str]:
    """Write a file that three endings lead to, for as long as it is wanted; give its name without one."""
    base = _HERE / f"kqmanifest-fuzz-{os.getpid()}"
    names = [base, *(base.with_name(base.name + ending) for ending in (".json", ".jsonl", ".yaml"))]
    try:
        for name in names:
            name.write_bytes(content)
        yield str(base)
    finally:
        for name in names:
            name.unlink(missing_ok=True)
