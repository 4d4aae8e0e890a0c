"""The sentences of each code in other languages than English, and a diagnostic said in one of them."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, filled
from kqmanifest.languages.phrases import Phrases, joined, marked

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
    """The sentences of the codes that begin alike, and phrases that stand in for English ones among the values."""

    sentences: Mapping[str, Sentences]
    phrases: Phrases
    """Those that may stand for any value."""
    of: Mapping[str, Phrases]
    """Those that may stand for the value of this name only, and those of any."""
    unknown: str
    """What stands for a value that is not known."""


_NOTHING: Final = Series({}, Phrases.of({}), {}, "")
_UNKNOWN: Final = "nothing"
"""What English says of a value that is not known."""


def sentences(code: str, language: str) -> Sentences | None:
    """Give what a code says in a language; None where it is said in English only."""
    return _series(language, code[:_SERIES]).sentences.get(code)


def said(diagnostic: Diagnostic, language: str) -> Diagnostic:
    """Say a diagnostic in a language, where its code speaks it: phrases of ours among its values too, a user's own words as they are."""
    series = _series(language, diagnostic.code[:_SERIES])
    spoken = series.sentences.get(diagnostic.code)
    if spoken is None:
        return diagnostic
    values = {name: value and series.of.get(name, series.phrases).said(value) for name, value in diagnostic.values.items()}
    message, hint = filled(spoken.message, spoken.hints, values, unknown=marked(series.unknown))
    return dataclasses.replace(diagnostic, message=joined(message), hint=joined(hint))


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


@functools.lru_cache(maxsize=64)
def _series(language: str, name: str) -> Series:
    if language not in LANGUAGES or language == ENGLISH or not name.isalnum():
        return _NOTHING
    held = _read(language, name)
    shared, own = _read(language, "values"), held.pop("words", {})
    spoken = {code: Sentences(**{**one, "hints": tuple(one.get("hints", ()))}) for code, one in held.items()}
    words = {**shared, **own}
    unknown = words.pop(_UNKNOWN)
    anywhere = {english: word for english, word in words.items() if isinstance(word, str)}
    of = {name: Phrases.of({**anywhere, **shared.get(name, {}), **own.get(name, {})}) for name in words.keys() - anywhere.keys()}
    return Series(spoken, Phrases.of(anywhere), of, unknown)


@functools.lru_cache(maxsize=4)
def _words(language: str) -> Mapping[str, str]:
    return {**_read(ENGLISH, "terminal"), **_read(language, "terminal")}


def _read(language: str, name: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  English needs none of it, and most runs are told nothing

    file = files(__name__) / language / f"{name}.toml"
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
