"""The folders of languages, with their tables and texts, by the language's name."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

ENGLISH: Final = "en"


def _languages(folder: Traversable) -> tuple[str, ...]:
    """Return the languages of a folder, English first: each is a folder named by its two or three letters."""
    names = (one.name for one in folder.iterdir() if one.name.isalpha() and one.name.isascii() and one.is_dir())
    return (ENGLISH, *sorted({*names} - {ENGLISH}))


LANGUAGES: Final = _languages(files(__package__))
"""The languages; the code itself is in the first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Traits:
    """The properties of a language."""

    names: tuple[str, ...] = ()
    """Its names in ASCII, in lower case."""
    stop: str = "."
    """The end of a sentence."""
    letters: str = ""
    """A pattern that matches every text in it, if it has a script of its own."""


@functools.lru_cache(maxsize=256)
def table(language: str, name: str) -> Mapping[str, Any]:
    """Return a table of a language; an empty one if there is no such table or language."""
    import tomllib  # noqa: PLC0415  English needs none of it, and most runs report nothing

    held = text(language, f"{name}.toml")
    return {} if held is None else tomllib.loads(held)


def text(language: str, name: str) -> str | None:
    """Return a file of a language, which may be in a folder of its own; None if there is none."""
    if language not in LANGUAGES:
        return None
    file = files(__package__).joinpath(language, *name.split("/"))
    return file.read_text("utf-8") if file.is_file() else None


def traits(language: str) -> Traits:
    """Return the properties of a language; those that it does not set are as in English."""
    held = table(language, "language")
    return Traits(**{**held, "names": tuple(held.get("names", ()))})
