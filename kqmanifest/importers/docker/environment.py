"""Environment variables, one by one and from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import literal
from kqmanifest.importers.docker.part import Found, of_container

OPTIONS: Final = frozenset({"env", "env-file"})
NAMELESS: Final = Fault("KQ0326", "{option} names no variable before its =", ("write NAME=VALUE",))
NO_FILE: Final = Fault(
    "KQ0327",
    "the file {file} is not at hand",
    ("hand it over too: --env-file {file} before the line, or in Python `files` with what it holds",),
)
UNNAMED_FILE: Final = Fault("KQ0338", "the line names no file {file}", ("did you mean {near}?", "name it there: --env-file {file}"))
BAD_LINE: Final = Fault("KQ0328", "line {number} of {file} has no name before its =, or a name with a blank", ("write NAME=VALUE there",))
OUTSIDE: Final = Fault(
    "KQ4312",
    "{name} takes its value from whoever runs docker, and a Pod knows nobody like that: it is left out",
    ("write {name}=VALUE", "write NAME=VALUE"),
)
REPLACED: Final = Fault("KQ4313", "{name} is given more than once, and the last one counts", ("take the earlier ones out",))


def pairs_of(given: Given, files: Mapping[str, str]) -> Iterator[tuple[str | None, str | None, int]]:
    """Read a file of variables or labels, as docker does: names, values (None where there is none) and lines; no name where one is amiss.

    Nothing in it is quoted, and only a line that begins with # is a comment.
    """
    text = files.get(given.value, "").removeprefix("\ufeff")
    for number, written in enumerate(text.split("\n"), 1):
        line = written.removesuffix("\r").lstrip()
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        amiss = not key or " " in key or "\t" in key
        yield (None if amiss else key), (value if equals else None), number


def read(line: Line, files: Mapping[str, str]) -> Iterator[Found]:
    """Give the container its variables: those of files first, as docker does, then those of the line."""
    values: dict[str, tuple[str, Given]] = {}
    for one in (*line.all("env-file"), *line.all("env")):
        for key, value, number in _said(one, files):
            if key is None:
                yield one.tell(BAD_LINE, number=number, file=one.value) if number else one.tell(NAMELESS)
            elif value is None:
                yield one.tell(OUTSIDE, name=key)
            else:
                if key in values and one.name == "env" and values[key][1].name == "env":
                    yield one.tell(REPLACED, name=key)
                values[key] = (value, one)
    for key, (value, one) in values.items():
        yield of_container(one.place, literal(value), "env", key)
    for one in line.all("env-file", "label-file"):
        if one.value not in files:
            yield one.tell(NO_FILE, file=one.value)


def _said(one: Given, files: Mapping[str, str]) -> Iterator[tuple[str | None, str | None, int]]:
    if one.name == "env-file":
        yield from pairs_of(one, files)
        return
    key, equals, value = one.value.partition("=")
    yield key or None, value if equals else None, 0
