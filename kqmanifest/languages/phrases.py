"""Translations of our own phrases among the values of a diagnostic; a user's own words stay as they are."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from typing import Final, Self

HOLE: Final = "{}"
_DEEPEST: Final = 4
"""How deep phrases may be nested."""
_MARK: Final = "\ue000"  # unprintable, so no value that a diagnostic shows can hold it
_UNSPACED: Final = r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
_BLANK: Final = re.compile(rf"(?<={_UNSPACED})(?:{_MARK}* {_MARK}+|{_MARK}+ )(?={_UNSPACED})")


@dataclasses.dataclass(frozen=True, slots=True)
class Phrases:
    """Words by their English, and patterns with ``{}`` for values: the most literal come first."""

    whole: Mapping[str, str]
    patterns: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]

    @classmethod
    def of(cls, words: Mapping[str, str]) -> Self:
        """Sort words into those for a whole value, and patterns."""
        patterns = [(tuple(english.split(HOLE)), tuple(other.split(HOLE))) for english, other in words.items() if HOLE in english]
        # The most literal first, so that a short one cannot match before a longer one; of equals the one with fewer holes.
        patterns.sort(key=lambda pattern: (-sum(map(len, pattern[0])), len(pattern[0])))
        return cls({english: other for english, other in words.items() if HOLE not in english}, tuple(patterns))

    def said(self, value: str, deepest: int = _DEEPEST) -> str:
        """Translate a value, and what is in its holes, if it is a phrase; it is marked until the sentence is :func:`joined`."""
        if value in self.whole:
            return marked(self.whole[value])
        for english, other in self.patterns if deepest else ():
            held = _match(english, value)
            if held is not None:
                return _woven(other, (self.said(one, deepest - 1) for one in held))
        return value


def marked(word: str) -> str:
    """Mark a word as one of the language itself."""
    return f"{_MARK}{word}{_MARK}"


def joined(sentence: str) -> str:
    """Remove the marks, and the spaces around a value where letters of the language meet."""
    return _BLANK.sub("", sentence).replace(_MARK, "")


def _match(pattern: tuple[str, ...], value: str) -> list[str] | None:
    """Find what is in the holes, none of which is empty: each ends where the pattern can first continue."""
    before, *middles, after = pattern
    start, end = len(before), len(value) - len(after)
    if not (value.startswith(before) and value.endswith(after) and start < end):
        return None
    held: list[str] = []
    for middle in middles:
        at = value.find(middle, start + 1, end)
        if at < 0:
            return None
        held.append(value[start:at])
        start = at + len(middle)
    return [*held, value[start:end]] if start < end else None


def _woven(pieces: tuple[str, ...], held: Iterable[str]) -> str:
    """Fill the holes of a pattern, and mark its own letters at the ends: what a user wrote keeps its spaces."""
    first, *rest = pieces
    inner = "".join(one + piece for one, piece in zip(held, rest, strict=True))
    return f"{_MARK if first else ''}{first}{inner}{_MARK if rest[-1] else ''}"
