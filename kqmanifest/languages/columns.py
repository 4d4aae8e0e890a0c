"""How much room text takes on a grid of cells, and how it is broken or shortened to fit."""

from __future__ import annotations

import unicodedata


def cells(text: str) -> int:
    """Count the cells that a text takes on a terminal: two for an East Asian wide character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def shortened(text: str, most: int) -> str:
    """Leave out the middle of a text that takes more cells than that."""
    if cells(text) <= most:
        return text
    head, tail = beginning(text, most // 2), beginning(text[::-1], most - 1 - most // 2)[::-1]
    return f"{head}…{tail}"


def lines(text: str, most: int) -> list[str]:
    """Break a text into lines of at most that many cells, between words if possible."""
    found: list[str] = []
    rest = text
    while (head := beginning(rest, most)) != rest:
        if not rest[len(head) :].startswith(" ") and " " in head.strip():
            head = head[: head.rindex(" ")]
        found.append(head)
        rest = rest[len(head) :].lstrip(" ")
    return [*found, rest] if rest or not found else found


def beginning(text: str, most: int) -> str:
    """Return as much of the beginning as fits that many cells, and at least one character."""
    taken = 0
    for index, char in enumerate(text):
        taken += _cells(char)
        if taken > most:
            return text[: max(index, 1)]
    return text
