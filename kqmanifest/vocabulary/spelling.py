"""Misspelt words: which known word was meant."""

from __future__ import annotations

import bisect
import difflib
import itertools
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

_NEAR: Final = 0.72
_CANDIDATES: Final = 8
_MANY: Final = 64
"""The most known words of which each is compared."""
MOST_TOLD: Final = 600
"""How many words a sentence may have room for."""
_ON_EACH_SIDE: Final = _MANY // 4
_TYPOGRAPHIC: Final = {
    **dict.fromkeys("\u201c\u201d\u201e\u2033\u300c\u300d\u300e\u300f", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\u3001": ",",
}


class Words(Collection[str]):
    """Known words in order, each once: finding the one that was meant takes no longer where there are very many."""

    def __init__(self, known: Iterable[str]) -> None:
        """Take the known words."""
        self._known = dict.fromkeys(sorted(set(known)))
        self._plain = {_fold(candidate): candidate for candidate in reversed(self._known)}
        self._sorted: tuple[Sequence[str], Sequence[str]] | None = None

    def __contains__(self, word: object) -> bool:
        """Return whether a word is one of them."""
        return word in self._known

    def __iter__(self) -> Iterator[str]:
        """Return them in order."""
        return iter(self._known)

    def __len__(self) -> int:
        """Count them."""
        return len(self._known)

    def some(self) -> list[str]:
        """List as many of them as a sentence may have room for."""
        return [*itertools.islice(self._known, MOST_TOLD)]

    def nearest(self, word: str) -> str | None:
        """Find the known word that ``word`` most probably misspells; None where none is near.

        Case, dashes and underscores are ignored, so that ``mount_path`` finds ``mountPath``.
        """
        folded = _fold(word)
        if folded in self._plain:
            return self._plain[folded]
        close = difflib.get_close_matches(folded, self._candidates(folded), n=_CANDIDATES, cutoff=_NEAR)
        return self._plain[max(close, key=lambda candidate: _likeness(folded, candidate))] if close else None

    def _candidates(self, folded: str) -> Iterable[str]:
        """Return the words to compare: all, or, of very many, those whose beginning or end is most like this one's."""
        if len(self._plain) <= _MANY:
            return self._plain
        if self._sorted is None:
            self._sorted = sorted(self._plain), sorted(word[::-1] for word in self._plain)
        begins, ends = self._sorted
        alike = [*_around(begins, folded), *(word[::-1] for word in _around(ends, folded[::-1]))]
        return dict.fromkeys(alike)


def _around(words: Sequence[str], word: str) -> Sequence[str]:
    place = bisect.bisect_left(words, word)
    return words[max(place - _ON_EACH_SIDE, 0) : place + _ON_EACH_SIDE]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that ``word`` most probably misspells, as :meth:`Words.nearest` does for one word after another."""
    return Words(known).nearest(word)


def looked_like(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that ``word`` looks like: it differs in full-width letters, spaces or invisible characters."""
    plain = unicodedata.normalize("NFKC", "".join(c for c in word if unicodedata.category(c) != "Cf")).strip()
    return plain if plain != word and plain in known else None


def plain_of(char: str) -> str | None:
    """Return the plain character that another only looks like: full-width signs, typographic quotes and dashes, unusual spaces."""
    plain = _TYPOGRAPHIC.get(char) or unicodedata.normalize("NFKC", char)
    return plain if len(char) == 1 and plain != char and plain.isascii() and plain.isprintable() else None


def _likeness(word: str, other: str) -> tuple[float, int]:
    """Rank a word: by what the two share, and of equals by how far they begin alike."""
    beginning = next((index for index, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), min(len(word), len(other)))
    return difflib.SequenceMatcher(a=other, b=word).ratio(), beginning


def _fold(word: str) -> str:
    return word[:80].lower().replace("_", "").replace("-", "")
