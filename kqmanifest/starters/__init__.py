"""Specs to begin with, and a site: each is right as it is, and says beside each field why it stands there."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from kqmanifest.languages import ENGLISH

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
    spoken = files(__name__) / f"{like}.{language}.yaml" if language.isalpha() else None
    return (spoken if spoken is not None and spoken.is_file() else files(__name__) / f"{like}.{ENGLISH}.yaml").read_text("utf-8")


def summary(like: str, language: str = ENGLISH) -> str:
    """Say in a line what a starter is for: its first comment."""
    return starter(like, language).partition("\n")[0].removeprefix("# ")


@functools.lru_cache(maxsize=4)
def words(language: str = ENGLISH) -> Mapping[str, str]:
    """Give what is said of a spec that was begun."""
    held = tomllib.loads((files(__name__) / "words.toml").read_text("utf-8"))
    return {**held[ENGLISH], **held.get(language, {})}
