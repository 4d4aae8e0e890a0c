"""``diagram``: draw what the containers of specs and manifests mount."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_reading, documents, reading
from kqmanifest.cli.files import Given, put
from kqmanifest.cli.output import output_options
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import Usage, report
from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.diagram import mermaid, svg
from kqmanifest.inventory import PodView
from kqmanifest.pipeline import inspect

NO_PODS: Final = Fault(
    "KQ0370", "there is no pod here", ("name a file with a Pod, or with a Job, a Deployment or another object that creates one",)
)
UNKNOWN_FILE_EXTENSION: Final = Fault(
    "KQ0371", "{name} ends in neither .svg nor .mmd", ("name a file that does, or add --format svg or --format mermaid",)
)

PICTURES: Final[Mapping[str, Callable[[Sequence[PodView]], str]]] = {"svg": svg, "mermaid": mermaid}
"""The pictures that can be drawn, by the name of their format."""
_ENDINGS: Final = {".svg": "svg", ".mmd": "mermaid"}

_EXAMPLES: Final = """\
examples:
  kqmanifest diagram spec.json -o picture.svg
  kqmanifest diagram job.yaml -o job.mmd           for pages that render Mermaid
  kubectl get pod web -o yaml | kqmanifest diagram - > web.svg
"""
_DESCRIPTION: Final = """\
Draw what the containers of specs and manifests mount: on the left where the files are, on the right each pod with its containers,
and an arrow for each mount. The picture is one file, and is light or dark as the reader's screen is."""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "diagram", help=COMMANDS["diagram"], description=_DESCRIPTION, epilog=f"{_EXAMPLES}\n{EXIT_CODES}"
    )
    add_shown(parser)
    parser.add_argument("--format", choices=[*PICTURES], help="format of the picture (default: by the extension of the output, else svg)")
    parser.set_defaults(run=run, parser=parser)


def add_shown(parser: argparse.ArgumentParser) -> None:
    """Add the options for what is shown, and where."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="specs or manifests, as JSON, YAML or .jsonl, or folders of them; - for standard input"
    )
    parser.add_argument("-o", "--output", default=STANDARD, metavar="FILE", help="write to this file (default: standard output)")
    add_reading(parser)


def run(options: argparse.Namespace) -> int:
    """Draw the content of all files together."""
    picture = PICTURES[options.format or _form(options.output)]
    return show(options, picture)


def show(options: argparse.Namespace, written: Callable[[Sequence[PodView]], str], nothing: str = "") -> int:
    """Write what the containers of all files mount; return 1 where a file has errors, which are reported, or there is no pod.

    Where there is no pod, ``nothing`` is written, unless it is empty.
    """
    asked = reading(options)
    texts: dict[str, Given] = {}
    found, faults = documents(options.files, texts, asked["limits"])
    inspection = inspect(found, **asked)
    told: list[Diagnostic] = [*faults, *(inspection.faults if found else ())]
    text = written(inspection.pods) if inspection.pods else nothing
    if text:
        put(text, options.output)
    if not inspection.pods and not told:
        told = [NO_PODS.at(()).diagnostic(source=", ".join(options.files))]
    if told or options.diagnostics == "json":
        report(told, output_options(options), texts)
    return int(bool(told))


def _form(name: str) -> str:
    """Return the format for the extension of a file's name.

    Raises:
        Usage: there is none for it.
    """
    if name == STANDARD:
        return "svg"
    form = next((form for ending, form in _ENDINGS.items() if name.lower().endswith(ending)), None)
    if form is None:
        raise Usage([UNKNOWN_FILE_EXTENSION.at((), name=name).diagnostic(source="--output")])
    return form
