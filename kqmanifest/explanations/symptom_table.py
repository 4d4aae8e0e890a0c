"""Messages of clusters, by the patterns that match them, and their explanations in each language."""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from kqmanifest.languages import ENGLISH, fingerprint, table

_VALUE: Final = re.compile(r"<([a-z]+)>")
_ASIDE: Final = re.compile(r" \((?=[^()]*<[a-z]+>)[^()]*\)")


@dataclasses.dataclass(frozen=True, slots=True)
class Symptom:
    """One message of a cluster.

    ``patterns`` find it, and name the values that they meet; a symptom without any is found by other means.
    It is passed over where one of the symptoms or families that it ``yields`` to says more (``*`` is any). ``spec`` is what a spec
    would say instead, ``commands`` are for checking, ``codes`` are of rules that find the same before a cluster does.
    """

    id: str
    family: str
    patterns: tuple[re.Pattern[str], ...] = ()
    yields: tuple[str, ...] = ()
    field: str = ""
    spec: str = ""
    commands: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class SymptomText:
    """The explanation of a symptom in a language: templates, with ``<server>`` for a value that the pattern found."""

    cause: str
    cure: str
    check: str = ""


@functools.cache
def catalogue() -> Mapping[str, Symptom]:
    """Return all symptoms by their ids."""
    return {name: _symptom(name, told) for name, told in _read("symptoms").items() if name != "context"}


@functools.cache
def context() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of what may be around the line of a symptom."""
    return tuple(_compile(one) for one in _read("symptoms")["context"]["patterns"])


@functools.lru_cache(maxsize=8)
def words(language: str) -> Mapping[str, SymptomText]:
    """Return the explanation of each symptom in a language; in English if the translation is missing or out of date."""
    english = {name: SymptomText(**said) for name, said in table(ENGLISH, "symptoms").items()}
    return {**english, **{name: told for name, (told, made_from) in translations(language).items() if made_from == mark(english[name])}}


def translations(language: str) -> Mapping[str, tuple[SymptomText, str]]:
    """Return what the folder of a language holds of each symptom, with the fingerprint of the English that it was made from."""
    held = {} if language == ENGLISH else table(language, "symptoms")
    return {
        name: (SymptomText(**{key: text for key, text in texts.items() if key != "english"}), texts["english"])
        for name, texts in held.items()
    }


def mark(english: SymptomText) -> str:
    """Return the fingerprint of the English explanation of a symptom."""
    return fingerprint(english.cause, english.cure, english.check)


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill the values that were found into a template; others stay as they are, and are left out together with brackets around them."""
    template = _ASIDE.sub(lambda aside: aside[0] if holes(aside[0]) <= values.keys() else "", template)
    return _VALUE.sub(lambda hole: values.get(hole[1]) or hole[0], template)


def holes(template: str) -> frozenset[str]:
    """Name the values that a template names."""
    return frozenset(_VALUE.findall(template))


def _symptom(name: str, told: dict[str, Any]) -> Symptom:
    lists: dict[str, Any] = {key: tuple(told[key]) for key in ("commands", "codes", "yields") if key in told}
    given: dict[str, Any] = {**told, **lists, "id": name, "patterns": tuple(_compile(one) for one in told.get("patterns", ()))}
    return Symptom(**given)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))
