"""``render``: from specs to a manifest."""

from __future__ import annotations

import argparse
from typing import Any

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_common, documents, ignorable, known_version, policies
from kqmanifest.cli.files import Given, put
from kqmanifest.cli.output import output_options
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import report
from kqmanifest.diagnostics import ManifestError
from kqmanifest.pipeline import FORMATS, build, check, write

_EXAMPLES = """\
examples:
  kqmanifest render spec.json
  kqmanifest render spec.json | kubectl apply -f -
  kqmanifest render a.yaml b.json more.jsonl -o manifest.yaml
  generate-spec | kqmanifest render - --format json
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "render",
        help=COMMANDS["render"],
        description="Check specs and print their manifest. If there are errors, all of them are reported, and no manifest is printed.",
        epilog=f"{_EXAMPLES}\n{EXIT_CODES}",
    )
    add_common(parser)
    parser.add_argument(
        "-o", "--output", default=STANDARD, metavar="FILE", help="write to this file, whole or not at all (default: standard output)"
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="yaml", help="format of the manifest; several objects in json are a List (default: yaml)"
    )
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Render the specs of all files as one manifest."""
    kubernetes, ignored = known_version(options.kubernetes), ignorable(options.ignore)
    asked = policies(options)
    texts: dict[str, Given] = {}
    found, faults = documents(options.files, texts, asked["limits"])
    if faults:
        judged = check(found, kubernetes=kubernetes, ignore=ignored, **asked) if found else ()
        report([*faults, *judged], output_options(options), texts)
        return 1
    try:
        manifest = build(found, kubernetes=kubernetes, ignore=ignored, **asked)
    except ManifestError as error:
        report(error.diagnostics, output_options(options), texts)
        return 1
    put(write(manifest, options.format), options.output)
    if manifest.diagnostics or options.diagnostics == "json":
        report(manifest.diagnostics, output_options(options), texts)
    return 0
