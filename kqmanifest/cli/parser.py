"""A parser of command lines that says what was probably meant."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn

from kqmanifest.cli.files import ENDINGS
from kqmanifest.cli.report import Usage
from kqmanifest.diagnostics import Fault

MISUSED: Final = Fault(
    "KQ0092", "{problem}", ("did you mean {near}?", "name a command first: `{program} render {file}`", "see `{program} --help`")
)

EXIT_CODES: Final = "exit codes: 0 done, 1 the spec is at fault, 2 usage, or a file that cannot be read or written"

_QUOTED: Final = re.compile(r"invalid choice: '(.*?)' \(choose from (.*)\)|unrecognized arguments: (.*)", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """Takes no abbreviations, prints examples as they are written, and tells a wrong use as a diagnostic."""

    def __init__(self, **how: Any) -> None:
        """Make a parser; ``how`` is what :class:`argparse.ArgumentParser` takes."""
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **how)

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            Usage: always.
        """
        known = [option for action in self._actions for option in action.option_strings]
        near = _near(message, known)
        problem = message.partition(" (choose from")[0] if near else message
        raise Usage([MISUSED.at((), problem=problem, near=near, file=_file(message), program=self.prog)])

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read a command line wholly; what is left over is refused by the command that it was given to.

        Raises:
            Usage: it cannot be read.
        """
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            refuse = getattr(options, "parser", self).error
            refuse(f"unrecognized arguments: {' '.join(rest)}")
        return options


def _file(message: str) -> str | None:
    """Find the file that stands where a command is to stand."""
    found = _QUOTED.search(message)
    name = found and found[1]
    return name if name and "COMMAND" in message and name.endswith(ENDINGS) else None


def _near(message: str, options: Iterable[str]) -> str | None:
    found = _QUOTED.search(message)
    if found is None:
        return None
    wrong, choices, rest = found.groups()
    word = wrong if rest is None else rest.split()[0].partition("=")[0]
    known = re.findall(r"[\w.-]+", choices) if rest is None else options
    return next(iter(difflib.get_close_matches(word, list(known), n=1)), None)
