"""A document that was read, and the place of each of its values in the text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from kqmanifest.diagnostics import Json, Pointer
    from kqmanifest.read.places import Offsets, SourceText


class Origin:
    """The part of a text that a document was read from; its offsets are found when they are needed."""

    __slots__ = ("_find", "_root", "_span", "_text")

    def __init__(self, text: SourceText, span: tuple[int, int], find: Callable[[SourceText, int, int], Offsets]) -> None:
        """Hold the text, and what finds the offsets in a span of it."""
        self._text = text
        self._span = span
        self._find = find
        self._root: Offsets | None = None

    @property
    def text(self) -> SourceText:
        """Return the whole text, in which the offsets count."""
        return self._text

    @property
    def root(self) -> Offsets:
        """Return the offsets of the whole value."""
        if self._root is None:
            # Two threads may both do this: they find the same.
            self._root = self._find(self._text, *self._span)
        return self._root

    def place(self, path: Pointer, *, key: bool) -> tuple[int, int]:
        """Return line and column of the value (or its key) at the path, else of the nearest parent that exists."""
        offsets = self.root
        for token in path.tokens:
            member = offsets.member(token)
            if member is None:
                return self._text.place(offsets.at)
            offsets = member
        return self._text.place(offsets.key if key else offsets.at)


@dataclasses.dataclass(frozen=True, slots=True)
class Document:
    """A value, its number (from 0) among the documents of a text, and the name of that text."""

    value: Json = dataclasses.field(repr=False)  # it may hold secrets
    number: int = 0
    source: str = ""
    origin: Origin | None = dataclasses.field(default=None, repr=False, compare=False)

    def place(self, path: Pointer, *, key: bool = False) -> tuple[int, int] | None:
        """Return line and column (from 1) of the value at ``path``, or of its key.

        Where the path does not exist, they are those of its nearest parent that does; None where no text was read.
        """
        return self.origin.place(path, key=key) if self.origin else None
