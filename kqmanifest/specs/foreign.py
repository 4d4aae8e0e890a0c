"""What JSON cannot hold, and what stands for it in plain data."""

from __future__ import annotations

import math
from typing import Any, Final

HALF: Final = "a lone surrogate"
_LONGEST_NUMBER: Final = 14_000  # bits: Python itself writes no number of more than 4,300 digits
TYPE_NAME: Final = type.__dict__["__name__"].__get__
"""Returns the name of a type, whatever its own class says."""
NAMED: Final = "<named>"
"""Where the key of a value is a name, so that a source needs a key of its own."""


class Foreign:
    """Stands in plain data for what JSON cannot hold, and says what was found."""

    __slots__ = ("found", "is_object")

    def __init__(self, found: str, *, is_object: bool = False) -> None:
        """Remember what was found, in words that do not show its value; ``is_object``: an object with a faulty key."""
        self.found, self.is_object = found, is_object


def foreign(value: Any) -> str | None:
    """Name what JSON cannot hold, of a value that is neither a dict nor a list; None for what it can."""
    kind = type(value)
    if kind is str:
        return None if is_text(value) else HALF
    if kind is float:
        return None if math.isfinite(value) else "a number that is not finite"
    if kind is int:
        return "a number with thousands of digits" if value.bit_length() > _LONGEST_NUMBER else None
    if kind is bool or value is None:
        return None
    return value.found if kind is Foreign else f"a {TYPE_NAME(kind)}"


def is_text(value: str) -> bool:
    """Return whether a string can be written in UTF-8."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
