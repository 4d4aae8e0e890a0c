"""The translations of each code, and of a diagnostic.

A translation is used only as long as it is up to date: beside it is the fingerprint of the
English that it was made from. If that has changed, or there is no translation, English is used.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault, filled
from kqmanifest.languages.folders import ENGLISH, LANGUAGES, table, text, traits
from kqmanifest.languages.phrases import Phrases, joined, marked

_SERIES: Final = 4
"""The letters of a code that name its file: KQ2003 is in KQ20."""
_EXAMPLES: Final = re.compile(r"^(Wrong|Right):$", re.MULTILINE)
_ONLY_A_VALUE: Final = re.compile(r"\{(\w+)\}")
"""A sentence that is a value as a whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class Translation:
    """The translation of a code: templates as those of :class:`~kqmanifest.diagnostics.Fault`, and a rule's name and page."""

    message: str = ""
    hints: tuple[str, ...] = ()
    english: str = ""
    """The fingerprint of the message and hints that these were translated from."""
    name: str = ""
    page: str = ""
    """The rule's docstring up to its examples, which are the same in every language."""
    english_page: str = ""
    """The fingerprint of the name and page that these were translated from."""


@dataclasses.dataclass(frozen=True, slots=True)
class Series:
    """The translations of the codes with the same prefix, and of English phrases among their values."""

    translations: Mapping[str, Translation]
    phrases: Phrases
    """Those for any value."""
    of: Mapping[str, Phrases]
    """Those for the value of this name, and those for any."""
    unknown: str
    """The word for an unknown value."""


_NOTHING: Final = Series({}, Phrases.of({}), {}, "")
_UNKNOWN: Final = "nothing"
"""The English word for an unknown value."""


def translation(code: str, language: str) -> Translation | None:
    """Return the translation of a code in the folder of a language, even if it is out of date; None if there is none."""
    return _series(language, code[:_SERIES]).translations.get(code)


@functools.lru_cache(maxsize=4096)
def fingerprint(*english: str) -> str:
    """Return eight hexadecimal digits that change when English texts change; line breaks are ignored."""
    import hashlib  # noqa: PLC0415  as in `folders`: English needs none of it
    import json  # noqa: PLC0415  as above

    return hashlib.sha256(json.dumps([" ".join(one.split()) for one in english]).encode()).hexdigest()[:8]


def sentences(fault: Fault, language: str) -> Fault:
    """Return a fault with its sentences in a language, or the fault itself if its translation is missing or out of date."""
    held = translation(fault.code, language)
    if held is None or held.english != fingerprint(fault.message, *fault.hints):
        return fault
    return dataclasses.replace(fault, message=held.message, hints=held.hints)


def said(diagnostic: Diagnostic, language: str) -> Diagnostic:
    """Translate a diagnostic, if its code is translated: phrases of ours among its values too, a user's own words as they are."""
    spoken = diagnostic.fault and sentences(diagnostic.fault, language)
    if spoken is None or spoken is diagnostic.fault:
        return diagnostic
    series = _series(language, spoken.code[:_SERIES])
    values = {name: value and series.of.get(name, series.phrases).said(value) for name, value in diagnostic.values.items()}
    message, hint = filled(spoken.message, spoken.hints, values, unknown=marked(series.unknown))
    untold = {values.get(whole[1]) for one in (spoken.message, *spoken.hints) if (whole := _ONLY_A_VALUE.fullmatch(one))}
    if untold & {diagnostic.message, diagnostic.hint} & {message, hint}:
        return diagnostic  # a sentence that came as a value is not translated: one half would be English
    return dataclasses.replace(diagnostic, message=joined(message), hint=joined(hint))


def prose(page: str) -> str:
    """Return the page of a rule up to its examples."""
    examples = _EXAMPLES.search(page)
    return (page[: examples.start()] if examples else page).strip()


def page(code: str, name: str, english: str, language: str) -> tuple[str, str]:
    """Return the name and page of a rule in a language, with the examples of the English page; both in English where they have changed."""
    held = translation(code, language)
    if held is None or held.english_page != fingerprint(name, prose(english)):
        return name, english
    examples = _EXAMPLES.search(english)
    shown = _EXAMPLES.sub(lambda heading: f"{terminal(language)[heading[1].lower()]}:", english[examples.start() :]) if examples else ""
    return held.name, f"{held.page.strip()}\n\n{shown}".strip()


@functools.lru_cache(maxsize=8)
def terminal(language: str) -> Mapping[str, str]:
    """Return the labels of diagnostics and pages: error, warning, hint and the like, by their English names."""
    return words("terminal", language)


def words(name: str, language: str) -> Mapping[str, str]:
    """Return a table of single words and labels; each that a language lacks is English."""
    return {**table(ENGLISH, name), **table(language, name)}


@functools.lru_cache(maxsize=64)
def _series(language: str, name: str) -> Series:
    if language == ENGLISH or not name.isalnum():
        return _NOTHING
    held: dict[str, Any] = {**table(language, name)}
    shared, own = table(language, "values"), held.pop("words", {})
    translations = {code: Translation(**{**one, "hints": tuple(one.get("hints", ()))}) for code, one in held.items()}
    said = {**shared, **own}
    unknown = said.pop(_UNKNOWN, _UNKNOWN)
    anywhere = {english: word for english, word in said.items() if isinstance(word, str)}
    of = {name: Phrases.of({**anywhere, **shared.get(name, {}), **own.get(name, {})}) for name in said.keys() - anywhere.keys()}
    return Series(translations, Phrases.of(anywhere), of, unknown)


__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "Translation",
    "fingerprint",
    "page",
    "prose",
    "said",
    "sentences",
    "table",
    "terminal",
    "text",
    "traits",
    "translation",
    "words",
]
