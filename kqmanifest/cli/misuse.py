"""What is wrong with a command line, and what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from kqmanifest.cli.files import ENDINGS
from kqmanifest.cli.text_report import Usage
from kqmanifest.diagnostics import Fault
from kqmanifest.languages import LANGUAGES, traits

WRONG_USAGE: Final = Fault(
    "KQ0092",
    "{problem}",
    (
        "did you mean {near}?",
        "write a command first: `{program} render {file}`",
        "write `{program} {other}`",
        "write only the file name, without {flag}",
        "write {early} after the command that it is for",
        "remove {namespace}, and set `namespace` in the spec",
        "remove {dry_run}: no cluster is contacted, and nothing is changed",
        "see `{program} --help`",
    ),
)

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
"""Commands of other tools, and what does the same here."""
_FLAGS: Final = frozenset({"-f", "--file", "--filename", "-i", "--input"})
"""Options by which other tools take a file."""

_FORMATS: Final = frozenset({"json", "yaml", "kyaml", "svg", "mermaid", "text", "table"})
_NOT_NEEDED: Final[Mapping[str, str]] = {"-n": "namespace", "--namespace": "namespace", "--dry-run": "dry_run"}
"""Options that only other tools have, by the name of the value in the hint for them."""

_CHOICE: Final = re.compile(
    r"argument (?P<argument>[^:]+): invalid choice: (?P<quote>['\"])(?P<wrong>.*)(?P=quote) \(choose from (?P<choices>.*)\)", re.DOTALL
)
_LEFT: Final = "unrecognized arguments: "
_WORD: Final = re.compile(r"[\w.-]+")
_QUOTED: Final = re.compile(r"\A[^']*?(?:invalid choice: '(.*?)' \(choose from (.*)\)|unrecognized arguments: (.*))", re.DOTALL)


def misuse(message: str, given: Sequence[str], known: Sequence[str], program: str) -> Usage:
    """Put argparse's message into words of ours; ``given`` is the command line, ``known`` the options of the parser that refused it."""
    left = message.removeprefix(_LEFT).split() if message.startswith(_LEFT) else []
    values = {"file": _file(message), "other": _other(message), **_left_over(left, known)}
    if "COMMAND" in message and given[:1] and given[0].startswith("-"):
        first = given[0].partition("=")[0]
        values |= {"near": closest} if (closest := _closest(first, known)) else {"early": first}
    near = values.pop("near", None) or (None if any(values.values()) else _near(message, known))
    return Usage([WRONG_USAGE.at((), problem=_problem(message, near), near=near, program=program, **values)])


def _file(message: str) -> str | None:
    """Find the file that is given in place of a command."""
    found = _QUOTED.search(message)
    name = found and found[1]
    return name if name and "COMMAND" in message and name.endswith(ENDINGS) else None


def _problem(message: str, near: str | None) -> str:
    """Return what is wrong in our own words, where there are some, with the choices unless the hint has one."""
    found = _CHOICE.fullmatch(message)
    if found is None:
        return message
    if found["argument"] == "COMMAND":
        return f"unknown command {found['wrong']}"
    choices = _WORD.findall(found["choices"])
    if near:
        return f"{found['argument']} cannot be {found['wrong']}"
    return f"{found['argument']} must be {' or '.join(choices)}, not {found['wrong']}"


def _other(message: str) -> str | None:
    """Find the command here that does what a command of another tool does."""
    found = _QUOTED.search(message)
    return _OTHER_WORDS.get((found[1] or "").lower()) if found and "COMMAND" in message else None


def _left_over(left: Sequence[str], known: Collection[str]) -> dict[str, str | None]:
    """Find a better hint than a similar name for the first of the arguments that nothing takes."""
    option, _, value = left[0].partition("=") if left else ("", "", "")
    value = value or next(iter(left[1:]), "")
    if option in known:
        return {"early": option}
    if option in _FLAGS and "--format" in known and value in _FORMATS:
        return {"near": "--format"}
    return {"flag": option if option in _FLAGS else None, **({_NOT_NEEDED[option]: option} if option in _NOT_NEEDED else {})}


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
    """Find the language of that name, in a locale (``ja_JP``) or as people call it."""
    first = word.replace("-", "_").partition("_")[0]
    return next((one for one in LANGUAGES if one == first or first in traits(one).names), None)


def _closest(word: str, known: Iterable[str]) -> str | None:
    plain = {one.lstrip("-"): one for one in known}
    return next((plain[one] for one in difflib.get_close_matches(word.lstrip("-"), plain, n=1)), None)
