"""The options that commands share, and the files that they read."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from kqmanifest.cli.files import contents
from kqmanifest.cli.report import Usage
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.pipeline import DEFAULT_VERSION
from kqmanifest.read import Document, load
from kqmanifest.schema.published import KNOWN, versions


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command that judges takes."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a spec or manifest: JSON, YAML or .jsonl; - is standard input")
    parser.add_argument(
        "--kubernetes",
        default=DEFAULT_VERSION,
        metavar="1.NN",
        help=f"the version to check against, {KNOWN[0]} to {KNOWN[-1]}, or a range, {KNOWN[-3]}..{KNOWN[-1]} (default: {DEFAULT_VERSION})",
    )
    parser.add_argument("--ignore", action="append", default=[], metavar="CODE", help="a code of KQ3, KQ4 or KQ5 that is meant to be so")
    parser.add_argument("--diagnostics", choices=("text", "json"), default="text", help="how diagnostics are printed, on standard error")


def known_version(text: str) -> str:
    """Give the version back if it is known.

    Raises:
        Usage: it is not.
    """
    try:
        versions(text)
    except ManifestError as unknown:
        raise Usage(unknown.diagnostics) from unknown
    return text


def documents(names: Sequence[str]) -> tuple[list[Document], list[Diagnostic]]:
    """Read all files: their documents, and what is wrong with those that cannot be read.

    Raises:
        Usage: a file cannot be opened.
    """
    found: list[Document] = []
    faults: list[Diagnostic] = []
    unopened: list[Diagnostic] = []
    for name in names:
        content = contents(name)
        if isinstance(content, Diagnostic):
            unopened.append(content)
            continue
        try:
            found += load(content, source="" if name == "-" else name)
        except ManifestError as error:
            faults += error.diagnostics
    if unopened:
        raise Usage(unopened + faults)
    return found, faults
