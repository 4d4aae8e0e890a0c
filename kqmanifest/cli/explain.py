"""``explain``: explain a code, a field, or a message of a cluster, and what to do."""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from kqmanifest import cli, emit
from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import STANDARD_INPUT, add_kubernetes, known_version
from kqmanifest.cli.colour import paint, wanted
from kqmanifest.cli.files import contents, put
from kqmanifest.cli.output import add_output_options, output_options
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.terminal import columns, is_terminal
from kqmanifest.cli.text_report import Usage, report
from kqmanifest.diagnostics import Diagnostic, Fault, printable
from kqmanifest.explanations import Explanation, code_page, codes, symptoms
from kqmanifest.explanations.faults import add_room
from kqmanifest.explanations.field_paths import near
from kqmanifest.explanations.fields import field_page
from kqmanifest.explanations.layout import of_code, of_field, of_symptom
from kqmanifest.explanations.pages import name_of
from kqmanifest.explanations.symptom_table import catalogue
from kqmanifest.redaction import redact
from kqmanifest.schema.published import versions
from kqmanifest.vocabulary.spelling import nearest

NOTHING_TO_EXPLAIN: Final = Fault(
    "KQ0350",
    "there is nothing to explain",
    (
        "let the command before `| {reader}` print something; `2>&1` includes its errors",
        "give a code, a field, or in quotes a message of a cluster; or pipe it in: `kubectl describe pod NAME | kqmanifest explain -`",
    ),
)
UNKNOWN_CODE: Final = Fault("KQ0351", "unknown code {code}", ("did you mean {near}?", "see `kqmanifest rules` for all rules"))
UNKNOWN_FIELD: Final = Fault(
    "KQ0352",
    "{field} is neither a field of a spec nor a known message of a cluster",
    ("did you mean `{near}`?", "see `kqmanifest explain Job` for the fields of a Job; give a message of a cluster as a whole line"),
)
UNKNOWN_MESSAGE: Final = Fault(
    "KQ0353",
    "nothing in this text is known: it has none of {count} messages of clusters, no refusal of the API server and no code",
    ("give the lines under Events and State of `kubectl describe pod NAME`, and the last lines of `kubectl logs NAME`",),
)

add_room(cli)

_CODE: Final = re.compile(r"\bKQ\d{4}\b", re.IGNORECASE)
_CODES: Final = re.compile(r"KQ\w{1,8}(?:[\s,]+KQ\w{1,8})*", re.IGNORECASE)
_LIKE_DIGITS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "S": "5"})
_FIELD: Final = re.compile(r"[\w.$/\[\]*~-]+", re.ASCII)
_WIDTH: Final = 80
_NARROWEST: Final = 20
_WIDEST: Final = 100
"""Columns of prose; wider lines are hard to read."""

Explained: TypeAlias = "tuple[str, dict[str, Any]]"
"""A page for people, and the same as plain data."""

_EXAMPLES: Final = """\
examples:
  kqmanifest explain KQ2003                  a code, with a wrong and a right example
  kqmanifest explain mounts.subPath          a field, its type, and the rules that check it
  kqmanifest explain Job                     the fields of a kind
  kqmanifest explain 'mount.nfs: access denied by server while mounting nfs-server:/training/1/'
  kubectl describe pod training-2-x7k2p | kqmanifest explain -
  kubectl apply -f manifest.yaml 2>&1 | kqmanifest explain
"""
_DESCRIPTION: Final = """\
Explain the code of a diagnostic, a field of a spec, or a message of a cluster: a line of an event, of a log or of kubectl's errors,
or the whole output of `kubectl describe`. For a message, print its cause, what to change in the spec, and how to check."""
_EXIT_CODES: Final = "exit codes: 0 explained, 1 unknown, 2 wrong usage, or standard input cannot be read"


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "explain",
        help=COMMANDS["explain"],
        description=_DESCRIPTION,
        epilog=f"{_EXAMPLES}\n{_EXIT_CODES}",
    )
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="a code, a field, or a message of a cluster; - or nothing for standard input"
    )
    add_kubernetes(parser, "use the fields of this Kubernetes version, or of the last of a range")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="format of the explanation (default: text)")
    add_output_options(parser)
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Explain the given text; return 1 where it is unknown."""
    text, source = _input(options.words)
    how = output_options(options)
    writer = _PageWriter(
        language=how.language,
        kubernetes=versions(known_version(options.kubernetes))[-1],
        width=min(max(columns(sys.stdout, _WIDTH), _NARROWEST), _WIDEST),
        colours=wanted(how.color, sys.stdout),
    )
    explained, unknown = _answers(writer, text, source)
    if options.format == "json":
        put(emit.data([plain for _, plain in explained]), STANDARD)
    elif explained:
        rule = f"\n{'─' * writer.width}\n\n"
        put(rule.join(page for page, _ in explained), STANDARD)
    if unknown or how.form == "json":
        report(unknown, how)
    return int(bool(unknown))


@dataclasses.dataclass(frozen=True, slots=True)
class _PageWriter:
    """Writes pages: in a language, for a version of Kubernetes, so wide."""

    language: str
    kubernetes: str
    width: int
    colours: bool

    def paint(self, text: str, role: str) -> str:
        return paint(text, role, colours=self.colours)

    def code(self, code: str) -> Explained:
        plain = {"explains": "code", "code": code, "name": name_of(code, self.language), "page": code_page(code, self.language)}
        return of_code(code, self.width, self.language, self.paint), plain

    def field(self, text: str) -> Explained | None:
        found = field_page(text, self.language, kubernetes=self.kubernetes)
        if found is None:
            return None
        return of_field(found, self.width, self.language, self.paint), {"explains": "field", **found.as_json()}

    def symptoms(self, text: str) -> list[Explained]:
        return [
            (of_symptom(_each(one, _escape), self.width, self.language, self.paint), {"explains": "symptom", **one.as_json()})
            for one in (_each(one, redact) for one in symptoms(text, self.language))
        ]


def _each(one: Explanation, change: Callable[[str], str]) -> Explanation:
    """Change each text that may repeat a message of the cluster."""
    texts: dict[str, Any] = {name: change(getattr(one, name)) for name in ("line", "cause", "cure", "check", "spec")}
    return dataclasses.replace(one, **texts, commands=tuple(map(change, one.commands)))


def _escape(text: str) -> str:
    """Escape the unprintable characters in each line of a text."""
    return "\n".join(map(printable, text.split("\n")))


def _answers(writer: _PageWriter, text: str, source: str) -> tuple[list[Explained], list[Diagnostic]]:
    """Explain a text as what it looks like, codes, a field, or messages of a cluster; return what is unknown too."""
    if _CODES.fullmatch(text):
        asked = dict.fromkeys(code.upper() for code in text.replace(",", " ").split())
        unknown = [UNKNOWN_CODE.at((), code=code, near=_suggest(code)).diagnostic() for code in asked if code not in codes()]
        return [writer.code(code) for code in asked if code in codes()], unknown
    is_field = _FIELD.fullmatch(text) is not None
    field = writer.field(text) if is_field else None
    if field is not None:
        return [field], []
    told = writer.symptoms(text)
    named = dict.fromkeys(code.upper() for code in _CODE.findall(text) if code.upper() in codes())
    found = told or [writer.code(code) for code in named]
    return (found, []) if found else ([], [_nothing(writer, text, source, is_field=is_field)])


def _suggest(code: str) -> str | None:
    """Find the code that was meant; letters that look like digits are read as digits first."""
    plain = f"{code[:2]}{code[2:].translate(_LIKE_DIGITS)}"
    return plain if plain in codes() else nearest(code, codes())


def _nothing(writer: _PageWriter, text: str, source: str, *, is_field: bool) -> Diagnostic:
    """State that the text is unknown, and where to look."""
    if is_field and not source:
        return UNKNOWN_FIELD.at((), field=text, near=near(text, writer.kubernetes)).diagnostic()
    count = sum(bool(symptom.patterns) for symptom in catalogue().values())
    return UNKNOWN_MESSAGE.at((), count=count).diagnostic(source=source)


def _input(words: list[str]) -> tuple[str, str]:
    """Return the text to explain, and the name of its source: standard input if it was piped in.

    Raises:
        Usage: there is nothing, or it cannot be read.
    """
    reads = words == [STANDARD] or (not words and _is_piped())
    text = _read() if reads else " ".join(words)
    if not text.strip():
        nothing = NOTHING_TO_EXPLAIN.at((), reader="kqmanifest explain -" if reads else None)
        raise Usage([nothing.diagnostic(source=STANDARD_INPUT if reads else "")])
    return text.strip(), STANDARD_INPUT if reads else ""


def _read() -> str:
    content = contents(STANDARD)
    if isinstance(content, Diagnostic):
        raise Usage([content])
    return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _is_piped() -> bool:
    return sys.stdin is not None and not sys.stdin.closed and not is_terminal(sys.stdin)
