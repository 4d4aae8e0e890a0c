"""``diff``: what changed between two specs or manifests, in what their containers see."""

from __future__ import annotations

import argparse
from typing import Any, Final

from kqmanifest import emit
from kqmanifest.cli.arguments import add_reading, documents, reading
from kqmanifest.cli.excerpt import Given
from kqmanifest.cli.files import STANDARD, put
from kqmanifest.cli.output import manner
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.text_report import Usage, report
from kqmanifest.diagnostics import Diagnostic, Fault, printable
from kqmanifest.difference import KINDS, changes
from kqmanifest.pipeline import inspect
from kqmanifest.vocabulary.spelling import nearest

UNKNOWN_CHANGE: Final = Fault("KQ0380", "{kind} is no kind of change", ("did you mean {near}?", "name one of these: {kinds}"))

_EXAMPLES: Final = """\
examples:
  kqmanifest diff before.yaml after.yaml
  kqmanifest diff spec.json manifest.yaml                 a spec is compared by its manifest
  kqmanifest diff --fail-on lost-mount old.yaml new.yaml  for CI: end with 1 only where a mount is lost
  kubectl get job training -o yaml | kqmanifest diff - spec.json
"""
_DESCRIPTION: Final = """\
Say what changed between two specs or manifests: mounts that are lost, moved, added or turned writable, devices, images,
names of environment variables; and which other fields are not the same. What may lose something comes first.
Values of variables are compared, and never shown."""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "diff",
        help="say what changed between two specs or manifests",
        description=_DESCRIPTION,
        epilog=f"{_EXAMPLES}\nkinds of change: {', '.join(KINDS)}\n\n{EXIT_CODES}",
    )
    parser.add_argument("old", metavar="OLD", help="a spec, a manifest, or a folder of them; - is standard input")
    parser.add_argument("new", metavar="NEW", help="the same for what it became")
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        metavar="KIND",
        help="end with 1 only on changes of this kind; what moved, or went with its container, is a lost mount too (default: on any)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="print the changes so (default: text)")
    add_reading(parser)
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Compare what two files hold; 1 where they differ in what was asked for, or where one of them is at fault."""
    fatal = _kinds(options.fail_on)
    asked = reading(options)
    texts: dict[str, Given] = {}
    faults: list[Diagnostic] = []
    sides: list[tuple[dict[str, Any], ...]] = []
    for name in (options.old, options.new):
        found, unreadable = documents([name], texts, asked["limits"])
        inspection = inspect(found, **asked)
        faults += [*unreadable, *(inspection.faults if found else ())]
        sides.append(inspection.objects)
    differing = changes(*sides)
    if options.format == "json":
        put(emit.data([one.as_json() for one in differing]), STANDARD)
    else:
        put("".join(f"{one.kind:16}  {printable(str(one))}\n" for one in differing), STANDARD)
    if faults or options.diagnostics == "json":
        report(faults, manner(options), texts)
    return int(bool(faults) or any(not fatal or one.is_a(fatal) for one in differing))


def _kinds(given: list[str]) -> list[str]:
    """Give the kinds of change that are named; several may stand in one, between commas.

    Raises:
        Usage: one of them is none.
    """
    kinds = [kind.strip() for text in given for kind in text.split(",")]
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        unknown = (UNKNOWN_CHANGE.at((), kind=kind, near=nearest(kind, KINDS), kinds=[*KINDS]) for kind in wrong)
        raise Usage(one.diagnostic(source="--fail-on") for one in unknown)
    return kinds
