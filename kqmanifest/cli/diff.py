"""``diff``: what changed between two specs or manifests, in what their containers mount."""

from __future__ import annotations

import argparse
from typing import Any, Final

from kqmanifest import emit
from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_reading, documents, reading
from kqmanifest.cli.files import Given, put
from kqmanifest.cli.output import output_options
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import Usage, report
from kqmanifest.diagnostics import Diagnostic, Fault, printable
from kqmanifest.difference import KINDS, changes
from kqmanifest.pipeline import inspect
from kqmanifest.vocabulary.spelling import nearest

UNKNOWN_KIND_OF_CHANGE: Final = Fault("KQ0380", "unknown kind of change {kind}", ("did you mean {near}?", "use one of these: {kinds}"))

_EXAMPLES: Final = """\
examples:
  kqmanifest diff before.yaml after.yaml
  kqmanifest diff spec.json manifest.yaml                 a spec is compared as its manifest
  kqmanifest diff --fail-on lost-mount old.yaml new.yaml  for CI: exit with 1 only if a mount is lost
  kubectl get job training -o yaml | kqmanifest diff - spec.json
"""
_DESCRIPTION: Final = """\
List what changed between two specs or manifests: mounts that are lost, moved, added or turned writable, devices, images,
names of environment variables; and which other fields differ. What may lose data comes first.
The values of variables are compared, but never shown."""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "diff",
        help=COMMANDS["diff"],
        description=_DESCRIPTION,
        epilog=f"{_EXAMPLES}\nkinds of change: {', '.join(KINDS)}\n\n{EXIT_CODES}",
    )
    parser.add_argument("old", metavar="OLD", help="a spec, a manifest, or a folder of them; - for standard input")
    parser.add_argument("new", metavar="NEW", help="the same, after the change")
    parser.add_argument(
        "--fail-on",
        action="append",
        default=[],
        metavar="KIND",
        help="exit with 1 only on changes of this kind; a mount that moved, or went with its container, is a lost mount too (default: any)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="format of the changes (default: text)")
    add_reading(parser)
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Compare two files; return 1 where they differ in the given kinds of change, or where one of them has errors."""
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
        report(faults, output_options(options), texts)
    return int(bool(faults) or any(not fatal or one.is_a(fatal) for one in differing))


def _kinds(given: list[str]) -> list[str]:
    """Return the given kinds of change; one value may have several, separated by commas.

    Raises:
        Usage: one of them is unknown.
    """
    kinds = [kind.strip() for text in given for kind in text.split(",")]
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        unknown = (UNKNOWN_KIND_OF_CHANGE.at((), kind=kind, near=nearest(kind, KINDS), kinds=[*KINDS]) for kind in wrong)
        raise Usage(one.diagnostic(source="--fail-on") for one in unknown)
    return kinds
