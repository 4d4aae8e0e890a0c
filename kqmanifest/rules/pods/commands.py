"""Commands: words that belong in items of their own, and working directories that are not absolute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import Form
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import is_rooted

_QUOTES: Final = "\u201c\u201d\u2018\u2019\uff02\uff07\"' "
_SENTENCE: Final = re.compile(r"(?P<program>[A-Za-z_][\w.+-]*) +\S.*", re.ASCII | re.DOTALL)
_JOINS: Final = "&&"
"""The one shell operator that no program takes as an argument."""
_OPTION: Final = re.compile(r"(?P<option>--?[A-Za-z][\w-]*) +[^\s-]\S*", re.ASCII)


def _rooted(path: str) -> str:
    return f"/{path.strip(_QUOTES).lstrip('./')}"


working_directory_is_relative = matches(
    "KQ3042",
    ("Container.workingDir", "EphemeralContainer.workingDir"),
    Form(is_rooted, "workingDir {value} is not an absolute path, so the container cannot start", "write `workingDir: {meant}`"),
    hints="write `workingDir: {meant}`",
    may_be_empty=True,
    meant=_rooted,
    page="""A container's working directory is an absolute path; with a relative one the container is never created.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", workingDir: kqi/git}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", workingDir: /kqi/git}]
    """,
)


@rule(
    "KQ4043",
    ("Container.command", "EphemeralContainer.command"),
    "the whole string, {program} and all that follows, is taken as the name of the program",
    "write each word as an item of its own: `[{program}, …]`",
)
def command_in_one_string(command: Sequence[str | None]) -> Iterator[Spot]:
    """A command is a list of words, and no shell splits it: the first item is the name of the program, with every space in it.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", command: [python train.py]}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", command: [python, train.py]}]
    """
    sentence = _SENTENCE.fullmatch(next(iter(command), None) or "")
    if sentence:
        yield found(0, program=sentence["program"])


@rule(
    "KQ4046",
    ("Container.command", "Container.args", "EphemeralContainer.command", "EphemeralContainer.args"),
    "no shell reads this {sign}: the program gets it as an argument",
    'let a shell read the whole line, as one item: `[sh, -c, "cd /kqi/git {sign} python train.py"]`',
)
def shell_operator_outside_a_shell(words: Sequence[str | None]) -> Iterator[Spot]:
    """A command and its arguments are for one program; an operator that joins two commands is for a shell, inside its script.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", command: [cd, /kqi/git, "&&", python, train.py]}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", command: [sh, -c, "cd /kqi/git && python train.py"]}]
    """
    for index, word in enumerate(words):
        if word == _JOINS:
            yield found(index, sign=word)
            return


@rule(
    "KQ4044",
    ("Container.command", "Container.args", "EphemeralContainer.command", "EphemeralContainer.args"),
    "{option} and its value are one argument here, with a space in it",
    "write them as two items, or as `{option}=…`",
)
def option_and_value_in_one_argument(words: Sequence[str | None]) -> Iterator[Spot]:
    """Each item is one argument to the program: given ``--lr 0.01``, it looks for an option with that whole name.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", args: [train.py, --lr 0.01]}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", args: [train.py, --lr, "0.01"]}]
    """
    for index, word in enumerate(words):
        if (option := _OPTION.fullmatch(word or "")) is not None:
            yield found(index, option=option["option"])
