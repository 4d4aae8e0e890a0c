"""A parser of command lines that says what was probably meant."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NoReturn

from kqmanifest.cli.files import ENDINGS
from kqmanifest.cli.text_report import Usage
from kqmanifest.diagnostics import Fault
from kqmanifest.languages import LANGUAGES, traits

MISUSED: Final = Fault(
    "KQ0092",
    "{problem}",
    (
        "did you mean {near}?",
        "name a command first: `{program} render {file}`",
        "write `{program} {other}`",
        "name the file alone, without {flag}",
        "write {early} behind the command that it is for",
        "{cure}",
        "see `{program} --help`",
    ),
)

EXIT_CODES: Final = "exit codes: 0 done, 1 the spec is at fault, 2 usage, or a file that cannot be read or written"

_OTHER_WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("help", "man", "usage"), "--help"),
    "version": "--version",
    **dict.fromkeys(("validate", "lint", "test", "verify", "dry-run"), "check FILE"),
    **dict.fromkeys(("build", "generate", "template", "convert", "compile", "print", "show"), "render FILE"),
    **dict.fromkeys(("apply", "create", "run", "deploy", "submit"), "render FILE | kubectl apply -f -"),
    **dict.fromkeys(("draw", "picture", "graph", "plot", "image"), "diagram FILE -o picture.svg"),
    **dict.fromkeys(("volumes", "list", "ls", "inspect"), "mounts FILE"),
    **dict.fromkeys(("compare", "changes"), "diff OLD NEW"),
    **dict.fromkeys(("docker", "import", "from"), "from-docker 'docker run …'"),
    **dict.fromkeys(("new", "start", "example", "examples"), "init"),
    **dict.fromkeys(("why", "describe", "error"), "explain WORD"),
}
"""Commands that other tools have, and what does the same here."""
_FLAGS: Final = frozenset({"-f", "--file", "--filename", "-i", "--input"})
"""How other tools are told a file."""

_FORMATS: Final = frozenset({"json", "yaml", "kyaml", "svg", "mermaid", "text", "table"})
_CURES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("-n", "--namespace"), "write `namespace` into the spec instead"),
    "--dry-run": "leave it out: no cluster is asked here, and nothing is changed",
}
"""Options that other tools have, and what to do where nothing is called so."""

_CHOICE: Final = re.compile(
    r"argument (?P<argument>[^:]+): invalid choice: (?P<quote>['\"])(?P<wrong>.*)(?P=quote) \(choose from (?P<choices>.*)\)", re.DOTALL
)
_LEFT: Final = "unrecognized arguments: "
_WORD: Final = re.compile(r"[\w.-]+")
_QUOTED: Final = re.compile(r"\A[^']*?(?:invalid choice: '(.*?)' \(choose from (.*)\)|unrecognized arguments: (.*))", re.DOTALL)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Sets help in every version of Python as 3.13 does: the indent of commands counts, and a value is named once."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        for command in self._iter_indented_subactions(action):
            self._action_max_length = max(self._action_max_length, len(self._format_action_invocation(command)) + self._current_indent)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"


class Parser(argparse.ArgumentParser):
    """Takes no abbreviations, prints examples as they are written, and tells a wrong use as a diagnostic."""

    def __init__(self, **how: Any) -> None:
        """Make a parser; ``how`` is what :class:`argparse.ArgumentParser` takes."""
        super().__init__(allow_abbrev=False, formatter_class=_Help, **how)
        self._given: list[str] = []

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            Usage: always.
        """
        known = [option for action in self._actions for option in action.option_strings]
        left = message.removeprefix(_LEFT).split() if message.startswith(_LEFT) else []
        cures = {"file": _file(message), "other": _other(message), **_left_over(left, known)}
        if "COMMAND" in message and self._given[:1] and self._given[0].startswith("-"):
            first = self._given[0].partition("=")[0]
            cures |= {"near": closest} if (closest := _closest(first, known)) else {"early": first}
        near = cures.pop("near", None) or (None if any(cures.values()) else _near(message, known))
        raise Usage([MISUSED.at((), problem=_problem(message, near), near=near, program=self.prog, **cures)])

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read a command line wholly; what is left over is refused by the command that it was given to.

        Raises:
            Usage: it cannot be read.
        """
        self._given = [*args] if args else []
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            refuse = getattr(options, "parser", self).error
            refuse(f"{_LEFT}{' '.join(rest)}")
        return options


def _file(message: str) -> str | None:
    """Find the file that stands where a command is to stand."""
    found = _QUOTED.search(message)
    name = found and found[1]
    return name if name and "COMMAND" in message and name.endswith(ENDINGS) else None


def _problem(message: str, near: str | None) -> str:
    """Say what is wrong in words of ours, where there are some: what there is to choose from, unless the cure has it."""
    found = _CHOICE.fullmatch(message)
    if found is None:
        return message
    if found["argument"] == "COMMAND":
        return f"there is no command {found['wrong']}"
    choices = _WORD.findall(found["choices"])
    if near:
        return f"{found['argument']} does not take {found['wrong']}"
    return f"{found['argument']} takes {' or '.join(choices)}, and not {found['wrong']}"


def _other(message: str) -> str | None:
    """Find what does here what a command does elsewhere."""
    found = _QUOTED.search(message)
    return _OTHER_WORDS.get((found[1] or "").lower()) if found and "COMMAND" in message else None


def _left_over(left: Sequence[str], known: Collection[str]) -> dict[str, str | None]:
    """Find a better cure than a name that is near for the first of the arguments that nothing takes."""
    option, _, value = left[0].partition("=") if left else ("", "", "")
    value = value or next(iter(left[1:]), "")
    if option in known:
        return {"early": option}
    if option in _FLAGS and "--format" in known and value in _FORMATS:
        return {"near": "--format"}
    return {"flag": option if option in _FLAGS else None, "cure": _CURES.get(option)}


def _near(message: str, options: Iterable[str]) -> str | None:
    found = _QUOTED.search(message)
    if found is None:
        return None
    wrong, choices, rest = found.groups()
    word = wrong if rest is None else rest.split()[0].partition("=")[0]
    if rest is None and "--lang" in message and (language := _language(word.lower())):
        return language
    return _closest(word, _WORD.findall(choices) if rest is None else options)


def _language(word: str) -> str | None:
    """Find the language that is called so, in a locale (``ja_JP``) or by people."""
    first = word.replace("-", "_").partition("_")[0]
    return next((one for one in LANGUAGES if one == first or first in traits(one).names), None)


def _closest(word: str, known: Iterable[str]) -> str | None:
    plain = {one.lstrip("-"): one for one in known}
    return next((plain[one] for one in difflib.get_close_matches(word.lstrip("-"), plain, n=1)), None)
