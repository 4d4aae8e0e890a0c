"""How what is found is told: in which form, in which colours, in which language."""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from kqmanifest.cli.colour import WHEN, When
from kqmanifest.languages import ENGLISH, LANGUAGES

_FORMS: Final = ("text", "json")
_LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a locale is said; the first that says one counts, as POSIX has it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Manner:
    """How diagnostics are told: for people or for programs, coloured or not, in a language of :data:`LANGUAGES`."""

    form: Literal["text", "json"] = "text"
    color: When = "auto"
    language: str = ENGLISH


def add_manner(parser: argparse.ArgumentParser) -> None:
    """Add what decides how what is found is told."""
    parser.add_argument("--diagnostics", choices=_FORMS, default="text", help="print what is found, on standard error, so (default: text)")
    parser.add_argument("--color", choices=WHEN, default="auto", help="colour what is told (default: on a terminal)")
    add_language(parser)


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add the language that people are told in."""
    parser.add_argument(
        "--lang", choices=LANGUAGES, default=spoken(), help="tell it in this language (default: as the locale says, or English)"
    )


def spoken(environment: Mapping[str, str] = os.environ) -> str:
    """Give the language of the locale, where it is one of ours; otherwise English."""
    said = next(filter(None, map(environment.get, _LOCALE)), None) or ENGLISH
    language = said.partition("_")[0].partition(".")[0].partition("@")[0].lower()
    return language if language in LANGUAGES else ENGLISH


def manner(options: argparse.Namespace) -> Manner:
    """Give how it is to be told; a command that has not all of the options tells the rest as if they were left out."""
    return Manner(getattr(options, "diagnostics", "text"), getattr(options, "color", "auto"), getattr(options, "lang", None) or spoken())


def asked(arguments: Sequence[str]) -> Manner:
    """Find how it is to be told in a command line that may not be readable."""
    return Manner(
        _asked(arguments, "--diagnostics", _FORMS, "text"),
        _asked(arguments, "--color", WHEN, "auto"),
        _asked(arguments, "--lang", LANGUAGES, spoken()),
    )


def _asked(arguments: Sequence[str], option: str, choices: Sequence[Any], default: str) -> Any:
    said = [
        value if equals else following
        for one, following in itertools.pairwise([*arguments, ""])
        for name, equals, value in [one.partition("=")]
        if name == option
    ]
    return next((one for one in reversed(said) if one in choices), default)
