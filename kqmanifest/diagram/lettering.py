"""How much room text takes, on a grid of cells and in a picture, and how it is shortened to fit."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import Final

_THIN: Final = frozenset("fijlrtI.,:;'|!/()[]- ·")
_BROAD: Final = frozenset("mwMW@%—")


def printable(text: str) -> str:
    """Spell what cannot be printed, line ends and unpaired surrogates among it, as Python would."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def cells(text: str) -> int:
    """Count the cells that a terminal gives to a text: two for an East Asian wide character, none for one that combines."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def shortened(text: str, most: int) -> str:
    """Leave out the middle of a text that takes more cells than that."""
    if cells(text) <= most:
        return text
    head, tail = _first(text, most // 2), _first(text[::-1], most - 1 - most // 2)[::-1]
    return f"{head}…{tail}"


def lines(text: str, most: int) -> list[str]:
    """Break a text into lines of that many cells at most, between words where it can."""
    found: list[str] = []
    rest = text
    while cells(rest) > most:
        head = _first(rest, most)
        if not rest[len(head) :].startswith(" ") and " " in head.strip():
            head = head[: head.rindex(" ")]
        found.append(head)
        rest = rest[len(head) :].lstrip(" ")
    return [*found, rest]


def _first(text: str, most: int) -> str:
    """Give as much of the beginning as that many cells hold, and one character at the least."""
    taken = 0
    for index, char in enumerate(text):
        taken += _cells(char)
        if taken > most:
            return text[: max(index, 1)]
    return text


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """A way to set text, by the name of its class in the picture."""

    name: str
    size: float
    """Of the type, in pixels."""
    mono: bool = False

    def width(self, text: str) -> float:
        """Estimate the width of a text, in pixels, on the safe side: the reader's fonts are not known."""
        return self.size * sum(self._em(char) for char in text)

    def _em(self, char: str) -> float:
        taken = _cells(char)
        if taken != 1:
            return taken * 0.65
        if self.mono:
            return 0.61 if char.isascii() else 0.75
        if char in _THIN:
            return 0.42
        return 1.05 if char in _BROAD else 0.8 if char.isupper() or not char.isascii() else 0.66


TITLE: Final = Style("title", 15)
NAME: Final = Style("name", 13)
PATH: Final = Style("path", 12.5, mono=True)
NOTE: Final = Style("note", 11)
IMAGE: Final = Style("image", 11, mono=True)
