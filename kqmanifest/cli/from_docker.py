"""``from-docker``: from a ``docker run`` command to a spec, or to its manifest."""

from __future__ import annotations

import argparse
import shlex
from typing import Any, Final

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_kubernetes, ignorable, known_version
from kqmanifest.cli.files import contents, put
from kqmanifest.cli.output import add_output_options, output_options
from kqmanifest.cli.parser import EXIT_CODES
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import Usage, report
from kqmanifest.compiler.manifest import Manifest
from kqmanifest.diagnostics import Diagnostic, ManifestError
from kqmanifest.importers import DOCKER_RUN
from kqmanifest.importers.docker import Imported, from_docker
from kqmanifest.limits import DEFAULT
from kqmanifest.pipeline import FORMATS, WRITERS, build, write
from kqmanifest.read.encoding import decode

_EXAMPLES: Final = """\
examples:
  kqmanifest from-docker 'docker run -p 9000:9000 -v /mnt/data:/data minio/minio server /data' > spec.yaml
  kqmanifest from-docker --render docker run --gpus 1 --shm-size 8g pytorch/pytorch python train.py
  kqmanifest from-docker --env-file job.env 'docker run --env-file job.env busybox env'
  kqmanifest from-docker - < run.sh > spec.yaml
"""
_DESCRIPTION: Final = """\
Convert a docker run command to a spec: a Pod, and a Service if it publishes ports. What Kubernetes does differently,
or does not support, is reported at its place in the command. Nothing is run, and only files that are named here are opened.
Put the command in single quotes, or write it last as it is; then the shell reads it first."""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "from-docker", help=COMMANDS["from-docker"], description=_DESCRIPTION, epilog=f"{_EXAMPLES}\n{EXIT_CODES}"
    )
    parser.usage = f"{parser.prog} [OPTION…] LINE"
    # An option before the line is ours, and an option within it is docker's.
    parser.add_argument("line", nargs=argparse.REMAINDER, metavar="LINE", help="the docker run command; - for standard input")
    parser.add_argument("--render", action="store_true", help="print the manifest instead of the spec")
    parser.add_argument(
        "--env-file",
        action="append",
        default=[],
        metavar="FILE",
        help="read this file, which the command names as --env-file or --label-file",
    )
    parser.add_argument(
        "-o", "--output", default=STANDARD, metavar="FILE", help="write to this file, whole or not at all (default: standard output)"
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="yaml", help="format of the output; several objects in json are a List (default: yaml)"
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="CODE", help="do not report this code, or all codes that begin with it"
    )
    add_kubernetes(parser, "check for this Kubernetes version")
    add_output_options(parser)
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Import a line, check what it became, and print that; return 1 where the line has errors."""
    options = _behind_the_line(options)
    kubernetes, ignored = known_version(options.kubernetes), tuple(ignorable(options.ignore))
    try:
        text = _line(options)
        imported = from_docker(text, files={name: _decode(contents(name), name) for name in options.env_file})
    except ManifestError as unreadable:
        report(unreadable.diagnostics, output_options(options))
        return 1
    manifest, judged = _build(imported, kubernetes)
    told = [one for one in imported.telling(judged) if one.severity == "error" or not one.code.startswith(ignored)]
    if manifest is not None:
        put(write(manifest, options.format) if options.render else WRITERS[options.format](imported.specs), options.output)
    if told or options.diagnostics == "json":
        report(told, output_options(options), {DOCKER_RUN: text.replace("\r\n", "\n")})
    return int(manifest is None)


def _behind_the_line(options: argparse.Namespace) -> argparse.Namespace:
    """Read the options after a quoted line: they are ours, not docker's."""
    first, *rest = options.line or [""]
    if rest and (first == STANDARD or len(first.split()) > 1):
        again: argparse.Namespace = options.parser.parse_args([*rest, first], options)
        return again
    return options


def _line(options: argparse.Namespace) -> str:
    """Return the line as one string.

    Raises:
        Usage: there is none.
        ManifestError: it cannot be decoded.
    """
    words = options.line[1:] if options.line[:1] == ["--"] else options.line
    if not words:
        options.parser.error("the docker run command is missing")
    if words == [STANDARD]:
        return _decode(contents(STANDARD), DOCKER_RUN)
    return decode(words[0] if len(words) == 1 else shlex.join(words), DOCKER_RUN, DEFAULT).content


def _decode(content: bytes | Diagnostic, name: str) -> str:
    """Decode the content of a file.

    Raises:
        Usage: it cannot be opened.
        ManifestError: it cannot be decoded.
    """
    if isinstance(content, Diagnostic):
        raise Usage([content])
    return decode(content, name, DEFAULT).content


def _build(imported: Imported, kubernetes: str) -> tuple[Manifest | None, tuple[Diagnostic, ...]]:
    """Check the specs, if there are any: return their manifest if there are no errors, and the diagnostics."""
    if not imported.specs:
        return None, ()
    try:
        manifest = build([*imported.specs], kubernetes=kubernetes)
    except ManifestError as error:
        return None, error.diagnostics
    return manifest, manifest.diagnostics
