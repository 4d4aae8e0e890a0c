"""``check``: check specs and manifests without rendering them."""

from __future__ import annotations

import argparse
from typing import Any

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_common, codes_of, documents, ignorable, known_version, policies
from kqmanifest.cli.files import Given
from kqmanifest.cli.output import output_options
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.text_report import report
from kqmanifest.pipeline import check

UNREADABLE = "KQ0"
"""The codes of files that cannot be read."""

_EXAMPLES = """\
examples:
  kqmanifest check manifests/                     check each file in a folder
  kqmanifest check job.yaml --kubernetes 1.35..1.37
  kubectl get pod web -o yaml | kqmanifest check -
  kqmanifest check job.yaml --ignore KQ4001 --strict
  kqmanifest check job.yaml --select KQ2,KQ9      only what the API server would refuse
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "check",
        help=COMMANDS["check"],
        description="Check specs and manifests, hand-written ones too; print diagnostics on standard error, or nothing if there are none.",
        epilog=f"{_EXAMPLES}\n{EXIT_CODES}",
    )
    add_common(parser)
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="CODE",
        help="report, and fail on, only this code or the codes that begin with it, such as KQ2, and files that cannot be read",
    )
    parser.add_argument("--strict", action="store_true", help="fail on warnings too")
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Check the content of all files together."""
    kubernetes, ignored = known_version(options.kubernetes), ignorable(options.ignore)
    asked = policies(options)
    texts: dict[str, Given] = {}
    found, faults = documents(options.files, texts, asked["limits"])
    judged = [*faults, *(check(found, kubernetes=kubernetes, ignore=ignored, **asked) if found else ())]
    if options.select:
        selected = (UNREADABLE, *codes_of(options.select))
        judged = [one for one in judged if one.code.startswith(selected)]
    if judged or options.diagnostics == "json":
        report(judged, output_options(options), texts)
    return int(any(options.strict or one.severity == "error" for one in judged))
