"""``check``: judge specs and manifests without rendering them."""

from __future__ import annotations

import argparse
from typing import Any

from kqmanifest.cli.arguments import add_common, documents, known_version
from kqmanifest.cli.report import report
from kqmanifest.pipeline import check


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "check", help="judge specs and manifests", description="Judge specs and manifests; print what is found."
    )
    add_common(parser)
    parser.add_argument("--strict", action="store_true", help="fail on warnings too")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Judge what all files hold, together."""
    kubernetes = known_version(options.kubernetes)
    found, faults = documents(options.files)
    judged = [*faults, *(check(found, kubernetes=kubernetes, ignore=options.ignore) if found or not faults else ())]
    if judged or options.diagnostics == "json":
        report(judged, form=options.diagnostics)
    return int(any(options.strict or one.severity == "error" for one in judged))
