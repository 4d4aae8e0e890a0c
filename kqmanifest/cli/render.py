"""``render``: from specs to a manifest."""

from __future__ import annotations

import argparse
from typing import Any

from kqmanifest.cli.arguments import add_common, documents, known_version
from kqmanifest.cli.files import put
from kqmanifest.cli.report import report
from kqmanifest.diagnostics import ManifestError
from kqmanifest.pipeline import FORMATS, build, check, write


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "render", help="print the manifest of a spec", description="Print the manifest of one or more specs, checked."
    )
    add_common(parser)
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="write there, whole or not at all (default: standard output)")
    parser.add_argument("--format", choices=FORMATS, default="yaml", help="json gives one List of several objects (default: yaml)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Render the specs of all files as one manifest."""
    kubernetes = known_version(options.kubernetes)
    found, faults = documents(options.files)
    if faults:
        judged = check(found, kubernetes=kubernetes, ignore=options.ignore) if found else ()
        report([*faults, *judged], form=options.diagnostics)
        return 1
    try:
        manifest = build(found, kubernetes=kubernetes, ignore=options.ignore)
    except ManifestError as error:
        report(error.diagnostics, form=options.diagnostics)
        return 1
    put(write(manifest, options.format), options.output)
    if manifest.diagnostics or options.diagnostics == "json":
        report(manifest.diagnostics, form=options.diagnostics)
    return 0
