"""Which word was meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word that ``word`` most probably misspells; None where none is near.

    Case, dashes and underscores do not count, so that ``mount_path`` finds ``mountPath``.
    """
    plain = {_fold(candidate): candidate for candidate in sorted(known, reverse=True)}
    folded = _fold(word)
    if folded in plain:
        return plain[folded]
    close = difflib.get_close_matches(folded, plain, n=1, cutoff=0.72)
    return plain[close[0]] if close else None


def _fold(word: str) -> str:
    return word[:80].lower().replace("_", "").replace("-", "")
