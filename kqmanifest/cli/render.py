"""``render``: from specs to a manifest."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_common, ignorable, known_version, policies
from kqmanifest.cli.files import put
from kqmanifest.cli.inputs import Shown, check_files
from kqmanifest.cli.output import output_options
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import report
from kqmanifest.compiler.options import Options
from kqmanifest.pipeline import BETWEEN, FORMATS, WRITERS, Format

if TYPE_CHECKING:
    from kqmanifest.compiler.manifest import Compilation

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
    """Render the specs of all files as one manifest: each is compiled, written and let go, and all are printed if none has an error."""
    kubernetes, ignored = known_version(options.kubernetes), ignorable(options.ignore)
    asked = Options(kubernetes=kubernetes, ignore=ignored, **policies(options))
    how = output_options(options)
    shown = Shown(wanted=how.form == "text")
    page = _Page(options.format)
    judged = check_files(options.files, asked, shown, take=page.take)
    is_at_fault = any(one.severity == "error" for one in judged)
    if not is_at_fault:
        put(page.text(), options.output)
    if judged or how.form == "json":
        report(judged, how, shown.excerpts)
    return int(is_at_fault)


class _Page:
    """What is printed of the objects that were compiled so far."""

    def __init__(self, format_: Format) -> None:
        """Begin without any."""
        self._format: Format = format_
        self._texts: list[str] = []
        self._objects: list[Any] = []
        self._is_at_fault = False

    def take(self, compilation: Compilation) -> None:
        """Write the objects of a document; after the first error nothing is printed, and so nothing is written."""
        self._is_at_fault = self._is_at_fault or compilation.failed
        if self._is_at_fault:
            self._texts, self._objects = [], []
            return
        objects = [one.tree for one in compilation.compiled]
        if self._format in BETWEEN:
            self._texts += [WRITERS[self._format]([one]) for one in objects]
        else:
            self._objects += objects

    def text(self) -> str:
        """Return the text of all objects, as one manifest."""
        between = BETWEEN.get(self._format)
        return WRITERS[self._format](self._objects) if between is None else between.join(self._texts)
