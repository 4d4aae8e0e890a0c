"""The places of values in a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

from kqmanifest.diagnostics import Diagnostic, Fault, Steps
from kqmanifest.limits import DEFAULT, MORE_FAULTS, Limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPEATED: Final = Fault(
    "KQ0007",
    "the key {key} is given twice; the first is on line {line}",
    (
        "remove one of the two, or put {separator} on a line before it if another spec begins here",
        "remove one of the two, or put {dash} and a space before it if another item of the list begins here",
        "put the items of both lists under one `{listed}`",
        "put the fields of both under one `{merged}`",
        "remove one of the two",
    ),
)

_NOTHING_MORE: Final = re.compile(r"\s*\Z")


def joined(key: str, value: object) -> dict[str, str]:
    """Return the value of the hint for a key that is given twice: a list or an object can be kept whole."""
    return {"listed": key} if isinstance(value, list) else {"merged": key} if isinstance(value, dict) else {}


class Offsets(NamedTuple):
    """Where a value is, where its key is, and the same of each of its members, as offsets in the text."""

    at: int
    key: int
    members: dict[str, Offsets] | list[Offsets] | None

    def member(self, token: str) -> Offsets | None:
        """Return the offsets that one token of a pointer leads to."""
        members = self.members
        if isinstance(members, dict):
            return members.get(token)
        is_index = isinstance(members, list) and re.fullmatch("[0-9]{1,9}", token) is not None
        return members[int(token)] if members and is_index and int(token) < len(members) else None


class TextFault(NamedTuple):
    """A fault that was found at an offset of a text."""

    fault: Fault
    at: int
    steps: Steps
    values: Mapping[str, object]


class SourceText:
    """A whole text, the name of its source, its lines, and its limits."""

    __slots__ = ("_ends", "content", "limits", "source")

    def __init__(self, content: str, source: str, limits: Limits = DEFAULT) -> None:
        """Hold the text; its lines are found when they are needed."""
        self.content = content
        self.source = source
        self.limits = limits
        self._ends: list[int] | None = None

    def line(self, offset: int) -> int:
        """Return the line of an offset, from 1."""
        return self.place(offset)[0]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, from 1; those of the last character for one after the end of a line or of the text."""
        ends = self._line_ends()
        if _NOTHING_MORE.match(self.content, offset):
            offset = max(len(self.content[:offset].rstrip()) - 1, 0)
        line = bisect_left(ends, offset)
        column = offset - (ends[line - 1] if line else -1)
        return line + 1, max(column - self.content.startswith("\n", offset), 1)

    def span(self, line: int) -> tuple[int, int] | None:
        """Return the offsets of a line, from 1, without the line feed at its end; None if there is no such line."""
        ends = self._line_ends()
        if not 1 <= line <= len(ends) + 1:
            return None
        return ends[line - 2] + 1 if line > 1 else 0, ends[line - 1] if line <= len(ends) else len(self.content)

    def _line_ends(self) -> list[int]:
        if self._ends is None:
            # Two threads may both do this: they find the same.
            self._ends = [found.start() for found in re.finditer("\n", self.content)]
        return self._ends

    def tell(self, found: TextFault, number: int) -> Diagnostic:
        """Make the diagnostic of a fault in the document of that number."""
        line, column = self.place(found.at)
        return found.fault.at(found.steps, **found.values).diagnostic(document=number, source=self.source, line=line, column=column)

    def tell_all(self, found: Sequence[TextFault], number: int) -> list[Diagnostic]:
        """Make the diagnostics of the document of that number, as many as are reported, and count the rest."""
        most = self.limits.faults
        told = [self.tell(one, number) for one in found[:most]]
        if len(found) > most:
            told.append(self.tell(TextFault(MORE_FAULTS, found[most].at, (), {"count": len(found) - most}), number))
        return told
