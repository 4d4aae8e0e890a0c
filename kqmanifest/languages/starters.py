"""Specs to start with, and a site: each is correct as it is, and explains its fields in comments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kqmanifest import languages
from kqmanifest.languages import ENGLISH, text

STARTERS: Final = ("training", "parents", "notebook", "tensorboard", "pod", "cronjob", "claim")
"""The starters that are specs, the likeliest first."""
SITE: Final = "site"
"""The starter that is not a spec."""


def starter(like: str, language: str = ENGLISH) -> str:
    """Return a spec, or a site, in YAML, with comments in a language; in English if it has none in that language.

    Raises:
        KeyError: there is no starter of that name.
    """
    if like not in (*STARTERS, SITE):
        raise KeyError(like)
    name = f"starters/{like}.yaml"
    return text(language, name) or text(ENGLISH, name) or ""


def summary(like: str, language: str = ENGLISH) -> str:
    """Return in a line what a starter is for: its first comment."""
    return starter(like, language).partition("\n")[0].removeprefix("# ")


def words(language: str = ENGLISH) -> Mapping[str, str]:
    """Return the messages about a starter that was written."""
    return languages.words("starters", language)
