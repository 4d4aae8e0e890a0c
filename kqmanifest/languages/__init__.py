"""The sentences of each code in other languages than English, and a diagnostic said in one of them."""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, filled

ENGLISH: Final = "en"
LANGUAGES: Final = (ENGLISH, "ja")
"""The languages that something can be said in; the code itself speaks the first."""

_SERIES: Final = 4
"""The letters of a code that name its file: KQ2003 stands in KQ20."""
_EXAMPLES: Final = re.compile(r"^(Wrong|Right):$", re.MULTILINE)


@dataclasses.dataclass(frozen=True, slots=True)
class Sentences:
    """What a code says in one language: templates as those of :class:`~kqmanifest.diagnostics.Fault`, and a rule's name and page."""

    message: str
    hints: tuple[str, ...] = ()
    name: str = ""
    page: str = ""
    """What the rule's docstring says before its examples; those are the same in every language."""
    english: str = ""
    """The fingerprint of the English that this was translated from."""


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """The sentences of the codes that begin alike, and words that stand in for English ones among the values."""

    sentences: Mapping[str, Sentences]
    words: Mapping[str, str]


_NOTHING: Final = Series({}, {})


def sentences(code: str, language: str) -> Sentences | None:
    """Give what a code says in a language; None where it is said in English only."""
    return _series(language, code[:_SERIES]).sentences.get(code)


def said(diagnostic: Diagnostic, language: str) -> Diagnostic:
    """Say a diagnostic in a language, where its code speaks it; its values stay as they are."""
    series = _series(language, diagnostic.code[:_SERIES])
    spoken = series.sentences.get(diagnostic.code)
    if spoken is None:
        return diagnostic
    values = {name: value and _word(value, series.words) for name, value in diagnostic.values.items()}
    message, hint = filled(spoken.message, spoken.hints, values, unknown=_word("nothing", series.words))
    return dataclasses.replace(diagnostic, message=message, hint=hint)


def page(code: str, english: str, language: str) -> str:
    """Give the page of a rule in a language: its prose there, with the examples of the English page."""
    spoken = sentences(code, language)
    if spoken is None:
        return english
    examples = _EXAMPLES.search(english)
    shown = _EXAMPLES.sub(lambda heading: f"{terminal(language)[heading[1].lower()]}:", english[examples.start() :]) if examples else ""
    return f"{spoken.page.strip()}\n\n{shown}".strip()


def terminal(language: str) -> Mapping[str, str]:
    """Give the words that stand around diagnostics and pages: error, warning, hint and the like, by their English."""
    return _words(language)


def _word(value: str, words: Mapping[str, str]) -> str:
    """Put a phrase of ours among the values into the language: as a whole, or as far as its ``{}``; a user's own word stays."""
    if value in words:
        return words[value]
    for english, other in words.items():
        before, hole, after = english.partition("{}")
        if hole and value.startswith(before) and value.endswith(after) and len(value) > len(before) + len(after):
            return other.replace("{}", value[len(before) : len(value) - len(after)])
    return value


@functools.lru_cache(maxsize=64)
def _series(language: str, name: str) -> Series:
    if language not in LANGUAGES or language == ENGLISH or not name.isalnum():
        return _NOTHING
    held = _read(language, name)
    words = held.pop("words", {})
    spoken = {code: Sentences(**{**one, "hints": tuple(one.get("hints", ()))}) for code, one in held.items()}
    return Series(spoken, {**_read(language, "values"), **words})


@functools.lru_cache(maxsize=4)
def _words(language: str) -> Mapping[str, str]:
    return {**_read(ENGLISH, "terminal"), **_read(language, "terminal")}


def _read(language: str, name: str) -> dict[str, Any]:
    file = files(__name__) / language / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
