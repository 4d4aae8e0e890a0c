"""How much room text takes in a picture, by its style."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

from kqmanifest.languages.columns import cells

_THIN: Final = frozenset("fijlrtI.,:;'|!/()[]- ·")
_BROAD: Final = frozenset("mwMW@%—")


@dataclasses.dataclass(frozen=True, slots=True)
class Style:
    """A text style, by the name of its class in the picture."""

    name: str
    size: float
    """Of the type, in pixels."""
    mono: bool = False

    def width(self, text: str) -> float:
        """Estimate the width of a text, in pixels, on the safe side: the reader's fonts are unknown."""
        return self.size * math.fsum(map(self._em, text))  # sum() rounds otherwise from Python 3.12 on

    def _em(self, char: str) -> float:
        taken = cells(char)
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
