"""Which word was meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from typing import Final

_NEAR: Final = 0.72
_CANDIDATES: Final = 8
_TYPOGRAPHIC: Final = {
    **dict.fromkeys("\u201c\u201d\u201e\u2033\u300c\u300d\u300e\u300f", '"'),
    **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    "\u3001": ",",
}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that ``word`` most probably misspells; None where none is near.

    Case, dashes and underscores do not count, so that ``mount_path`` finds ``mountPath``.
    """
    plain = {_fold(candidate): candidate for candidate in sorted(known, reverse=True)}
    folded = _fold(word)
    if folded in plain:
        return plain[folded]
    close = difflib.get_close_matches(folded, plain, n=_CANDIDATES, cutoff=_NEAR)
    return plain[max(close, key=lambda one: _likeness(folded, one))] if close else None


def looked_like(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that ``word`` is to the eye: but for full-width letters, blanks and characters that nobody sees."""
    plain = unicodedata.normalize("NFKC", "".join(c for c in word if unicodedata.category(c) != "Cf")).strip()
    return plain if plain != word and plain in known else None


def plain_of(char: str) -> str | None:
    """Give the plain character that another only looks like: full-width signs, typographic quotes and dashes, odd blanks."""
    plain = _TYPOGRAPHIC.get(char) or unicodedata.normalize("NFKC", char)
    return plain if len(char) == 1 and plain != char and plain.isascii() and plain.isprintable() else None


def _likeness(word: str, other: str) -> tuple[float, int]:
    """Rank a word: by what the two share, and of equals by how far they begin alike."""
    beginning = next((index for index, pair in enumerate(zip(word, other, strict=False)) if pair[0] != pair[1]), min(len(word), len(other)))
    return difflib.SequenceMatcher(a=other, b=word).ratio(), beginning


def _fold(word: str) -> str:
    return word[:80].lower().replace("_", "").replace("-", "")
