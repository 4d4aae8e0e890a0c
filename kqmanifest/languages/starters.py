"""Specs to begin with, and a site: each is right as it is, and says beside each field why it stands there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kqmanifest import languages
from kqmanifest.languages import ENGLISH, text

STARTERS: Final = ("training", "parents", "notebook", "tensorboard", "pod", "cronjob", "claim")
"""The specs that can be begun with, the likeliest first."""
SITE: Final = "site"
"""What is no spec, and can be begun with too."""


def starter(like: str, language: str = ENGLISH) -> str:
    """Return a spec, or a site, in YAML, with comments in a language; in English where it is not spoken here.

    Raises:
        KeyError: there is no starter of that name.
    """
    if like not in (*STARTERS, SITE):
        raise KeyError(like)
    name = f"starters/{like}.yaml"
    return text(language, name) or text(ENGLISH, name) or ""


def summary(like: str, language: str = ENGLISH) -> str:
    """Say in a line what a starter is for: its first comment."""
    return starter(like, language).partition("\n")[0].removeprefix("# ")


def words(language: str = ENGLISH) -> Mapping[str, str]:
    """Return what is said of a spec that was begun."""
    return languages.words("starters", language)
