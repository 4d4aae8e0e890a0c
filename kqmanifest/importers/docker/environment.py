"""Environment variables, one by one and from files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import OPTION_NOT_NEEDED, Found, of_container
from kqmanifest.importers.docker.gpus import VISIBLE, are_asked
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import literal

OPTIONS: Final = frozenset({"env", "env-file"})
VARIABLE_WITHOUT_A_NAME: Final = Fault("KQ0326", "{option} has no variable name before the =", ("write NAME=VALUE",))
MISSING_FILE_CONTENT: Final = Fault(
    "KQ0327",
    "the content of the file {file} is missing",
    ("pass the file too: write --env-file {file} before the line, or in Python pass its content in `files`",),
)
FILE_NOT_NAMED_IN_THE_LINE: Final = Fault(
    "KQ0338", "the line does not name the file {file}", ("did you mean {near}?", "name it in the line: --env-file {file}")
)
VARIABLE_IN_A_FILE_WITHOUT_A_NAME: Final = Fault(
    "KQ0328", "line {number} of {file} has no name before the =, or a name with a space", ("write NAME=VALUE in that line",)
)
VALUE_FROM_THE_ENVIRONMENT: Final = Fault(
    "KQ4312",
    "{name} takes its value from the environment of the docker command, which a Pod does not have: it is left out",
    ("write {name}=VALUE", "write NAME=VALUE"),
    severity="warning",
)
GIVEN_MORE_THAN_ONCE: Final = Fault(
    "KQ4313", "{name} is given more than once, and the last one is used", ("remove the earlier ones",), severity="warning"
)

_SLIP: Final = re.compile(r"[:\s]")
"""What is sometimes written for an =: a secret value may follow it."""


def pairs_of(given: Given, files: Mapping[str, str]) -> Iterator[tuple[str | None, str | None, int]]:
    """Read a file of variables or labels, as docker does: names, values (None if absent) and line numbers; no name if it is malformed.

    Quotes have no meaning in it, and only a line that begins with # is a comment.
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
    """Yield the variables of the container: those of files first, as docker does, then those of the line."""
    values: dict[str, tuple[str, Given]] = {}
    for one in (*line.all("env-file"), *line.all("env")):
        for key, value, number in _pairs_in(one, files):
            if key is None:
                yield (
                    one.tell(VARIABLE_IN_A_FILE_WITHOUT_A_NAME, number=number, file=one.value)
                    if number
                    else one.tell(VARIABLE_WITHOUT_A_NAME)
                )
            elif value is None:
                name = _SLIP.split(key)[0]
                yield one.tell(VALUE_FROM_THE_ENVIRONMENT, name=name) if name else one.tell(VARIABLE_WITHOUT_A_NAME)
            else:
                if key in values and one.name == "env" and values[key][1].name == "env":
                    yield one.tell(GIVEN_MORE_THAN_ONCE, name=key)
                values[key] = (value, one)
    for key, (value, one) in values.items():
        if key == VISIBLE and are_asked(line):
            reason = "the node chooses the GPUs of a container, and sets this variable"
            yield one.place.tell(OPTION_NOT_NEEDED, option=key, reason=reason, instead=None)
        else:
            yield of_container(one.place, literal(value), "env", key)
    for one in line.all("env-file", "label-file"):
        if one.value not in files:
            yield one.tell(MISSING_FILE_CONTENT, file=one.value)


def _pairs_in(one: Given, files: Mapping[str, str]) -> Iterator[tuple[str | None, str | None, int]]:
    if one.name == "env-file":
        yield from pairs_of(one, files)
        return
    key, equals, value = one.value.partition("=")
    yield key or None, value if equals else None, 0
