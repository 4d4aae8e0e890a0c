"""``check``: check specs and manifests without rendering them."""

from __future__ import annotations

import argparse
from typing import Any

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_common, codes_of, ignorable, known_version, policies
from kqmanifest.cli.inputs import Shown, check_files
from kqmanifest.cli.output import output_options
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.text_report import report
from kqmanifest.compiler.options import Options

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
    """Check the content of all files, one after another, and then what their objects are to each other."""
    kubernetes, ignored = known_version(options.kubernetes), ignorable(options.ignore)
    asked = Options(kubernetes=kubernetes, ignore=ignored, **policies(options))
    selected = (UNREADABLE, *codes_of(options.select)) if options.select else ("",)
    how = output_options(options)
    shown = Shown(wanted=how.form == "text")
    judged = check_files(options.files, asked, shown, is_selected=lambda one: one.code.startswith(selected))
    if judged or how.form == "json":
        report(judged, how, shown.excerpts)
    return int(any(options.strict or one.severity == "error" for one in judged))
