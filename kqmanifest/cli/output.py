"""How diagnostics are printed: in which format, colours and language."""

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
"""The variables that name a locale; the first that is set is used, as in POSIX."""


@dataclasses.dataclass(frozen=True, slots=True)
class OutputOptions:
    """How diagnostics are printed: for people or for programs, coloured or not, in a language of :data:`LANGUAGES`."""

    form: Literal["text", "json"] = "text"
    color: When = "auto"
    language: str = ENGLISH


def add_output_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for diagnostics."""
    parser.add_argument("--diagnostics", choices=_FORMS, default="text", help="format of diagnostics, on standard error (default: text)")
    parser.add_argument("--color", choices=WHEN, default="auto", help="colour the output (default: auto, on a terminal)")
    add_language(parser)


def add_language(parser: argparse.ArgumentParser) -> None:
    """Add the option for the language."""
    parser.add_argument(
        "--lang", choices=LANGUAGES, default=spoken(), help="language of the output (default: that of the locale, or English)"
    )


def spoken(environment: Mapping[str, str] = os.environ) -> str:
    """Return the language of the locale if it is one of ours; otherwise English."""
    said = next(filter(None, map(environment.get, _LOCALE)), None) or ENGLISH
    language = said.partition("_")[0].partition(".")[0].partition("@")[0].lower()
    return language if language in LANGUAGES else ENGLISH


def output_options(options: argparse.Namespace) -> OutputOptions:
    """Return how to print; an option that the command does not have has its default."""
    return OutputOptions(
        getattr(options, "diagnostics", "text"), getattr(options, "color", "auto"), getattr(options, "lang", None) or spoken()
    )


def asked(arguments: Sequence[str]) -> OutputOptions:
    """Find how to print in a command line that may not be readable."""
    return OutputOptions(
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
