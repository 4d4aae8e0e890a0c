"""``mounts``: list what each container of specs and manifests mounts, and where it comes from."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest import emit
from kqmanifest.cli import COMMANDS
from kqmanifest.cli.diagram import PICTURES, add_shown, show
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.terminal import columns, is_terminal
from kqmanifest.diagnostics import printable
from kqmanifest.inventory import ContainerView, MountView, PodView, as_json
from kqmanifest.languages.columns import cells, lines

_HEADS: Final = ("MOUNT PATH", "FROM", "", "")
_INDENT: Final = "    "
_WIDTH: Final = 80
"""Cells where a terminal does not report its width."""
_EXAMPLES: Final = """\
examples:
  kqmanifest mounts spec.json
  kqmanifest mounts manifests/ --format json | jq '.[].containers[].mounts[]'
  kubectl get pod web -o yaml | kqmanifest mounts -
"""
_DESCRIPTION: Final = """\
List what each container of specs and manifests mounts: the mount path, where its files come from, whether it is writable (rw) or
read-only (ro), and which mount is inside which; and the volumes that are never mounted. `kqmanifest diagram` draws the same."""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "mounts", help=COMMANDS["mounts"], description=_DESCRIPTION, epilog=f"{_EXAMPLES}\n{EXIT_CODES}"
    )
    add_shown(parser)
    parser.add_argument(
        "--format",
        choices=("table", "json", *PICTURES),
        default="table",
        help="list as a table or JSON, or draw a picture (default: table)",
    )
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """List what the containers of all files mount."""
    width = columns(sys.stdout, _WIDTH) if options.output == STANDARD and is_terminal(sys.stdout) else None
    forms: Mapping[str, Callable[[Sequence[PodView]], str]] = {
        "table": lambda pods: table(pods, width),
        "json": lambda pods: emit.data([as_json(pod) for pod in pods]),
        **PICTURES,
    }
    return show(options, forms[options.format], nothing="[]\n" if options.format == "json" else "")


def table(pods: Sequence[PodView], width: int | None) -> str:
    """List what the containers of pods mount; with a width in cells, no line is wider: what does not fit continues below."""
    return "\n".join("".join(f"{line}\n" for line in _pod(pod, width)) for pod in pods)


@dataclasses.dataclass(frozen=True, slots=True)
class _Head:
    """A line above rows."""

    said: str


_Row = tuple[str, str, str, str]


def _pod(pod: PodView, width: int | None) -> Iterator[str]:
    entries = [*_entries(pod)]
    rows = [entry for entry in entries if not isinstance(entry, _Head)]
    widths = [max((cells(row[column]) for row in (_HEADS, *rows)), default=0) for column in range(len(_HEADS))]
    fits = width is None or cells(_INDENT) + sum(widths) + 2 * (len(_HEADS) - 1) <= width
    where = f"  (namespace {printable(pod.namespace)})" if pod.namespace else ""
    yield from _break_lines(f"{printable(pod.title)}{where}", width, "")
    if rows and fits:
        yield _align(_HEADS, widths)
    for entry in entries:
        if isinstance(entry, _Head):
            yield from _break_lines(entry.said, width, "  ")
        elif fits:
            yield _align(entry, widths)
        else:
            yield from _stack(entry, width or 0)


def _entries(pod: PodView) -> Iterator[_Head | _Row]:
    for container in pod.containers:
        yield _Head(_heading(container))
        outer = {mount.path: mount for mount in container.mounts}
        for mount in container.mounts:
            access = "ro" if mount.read_only else "rw"
            yield printable(mount.path), printable(str(mount.origin)), access, printable(", ".join(_notes(mount, outer)))
    if pod.unmounted:
        yield _Head("never mounted")
        for one in pod.unmounted:
            yield printable(one.volume), printable(str(one.origin)), "", ""


def _heading(container: ContainerView) -> str:
    role = "" if container.role == "main" else f" ({container.role})"
    devices = "".join(f"  {device}" for device in container.granted)
    nothing = "" if container.mounts else "  mounts nothing"
    return printable(f"{container.name}{role}{devices}{nothing}")


def _notes(mount: MountView, outer: Mapping[str, MountView]) -> Iterator[str]:
    """Return the notes on a mount."""
    if mount.device:
        yield "block device"
    if mount.same_as:
        yield f"same path as {mount.same_as}: only one of the two is visible"
    elif mount.enclosing:
        hidden = mount.enclosing in outer and not outer[mount.enclosing].is_lost
        yield f"in {mount.enclosing}, hides what is there" if hidden else f"in {mount.enclosing}"
    if mount.is_lost:
        yield "lost with the pod"


def _align(row: _Row, widths: Sequence[int]) -> str:
    padded = (text + " " * (wide - cells(text)) for text, wide in zip(row, widths, strict=True))
    return f"{_INDENT}{'  '.join(padded)}".rstrip()


def _stack(row: _Row, width: int) -> Iterator[str]:
    path, origin, access, note = row
    yield from _break_lines(f"{path}  {access}".rstrip(), width, _INDENT)
    yield from _break_lines(f"from {origin}", width, _INDENT + "  ")
    if note:
        yield from _break_lines(note, width, _INDENT + "  ")


def _break_lines(text: str, width: int | None, indent: str) -> Iterator[str]:
    """Break a text into lines of at most that width."""
    room = cells(text) if width is None else max(width - len(indent), 10)
    for line in lines(text, room):
        yield f"{indent}{line}"
