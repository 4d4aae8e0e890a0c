"""What there is of each language: a folder of tables and texts, found by the language's name."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

ENGLISH: Final = "en"


def _found(folder: Traversable) -> tuple[str, ...]:
    """Name the languages of a folder, English first: each is a folder of its own, called by its two or three letters."""
    names = (one.name for one in folder.iterdir() if one.name.isalpha() and one.name.isascii() and one.is_dir())
    return (ENGLISH, *sorted({*names} - {ENGLISH}))


LANGUAGES: Final = _found(files(__package__))
"""The languages that something can be said in; the code itself speaks the first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Traits:
    """What is to be known of a language itself."""

    names: tuple[str, ...] = ()
    """What it is called by those who do not know its letters, in lower case."""
    stop: str = "."
    """What a sentence ends with."""
    letters: str = ""
    """A pattern that every text in it meets, where its script gives it away."""


@functools.lru_cache(maxsize=256)
def table(language: str, name: str) -> Mapping[str, Any]:
    """Return a table of a language; an empty one where it has none of that name, or there is no such language."""
    import tomllib  # noqa: PLC0415  English needs none of it, and most runs are told nothing

    held = text(language, f"{name}.toml")
    return {} if held is None else tomllib.loads(held)


def text(language: str, name: str) -> str | None:
    """Return a file of a language, which may stand in a folder of its own; None where there is none."""
    if language not in LANGUAGES:
        return None
    file = files(__package__).joinpath(language, *name.split("/"))
    return file.read_text("utf-8") if file.is_file() else None


def traits(language: str) -> Traits:
    """Return what is to be known of a language; what it says nothing of is as in English."""
    held = table(language, "language")
    return Traits(**{**held, "names": tuple(held.get("names", ()))})
