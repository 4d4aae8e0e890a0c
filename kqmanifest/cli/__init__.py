"""The command line, and the only code that opens files or prints."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from kqmanifest import __version__
from kqmanifest.cli.parser import EXIT_CODES, Parser
from kqmanifest.cli.standard import STANDARD, silence, write

DONE, AT_FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130

COMMANDS = {
    "render": "print the manifest of a spec",
    "check": "check specs and manifests",
    "from-docker": "convert a docker run command to a spec",
    "mounts": "list where the files of each container come from",
    "diagram": "draw where the files of each container come from",
    "diff": "list what changed between two specs or manifests",
    "explain": "explain a code, a field, or a message of a cluster",
    "init": "write a commented spec to start with",
    "schema": "print the JSON Schema of a spec",
    "rules": "list the rules, or explain one",
}
"""What each does. Each is a module here; only the module of the given command is imported."""
_EXAMPLES = """\
examples:
  kqmanifest init                                start with a commented spec.yaml
  kqmanifest from-docker 'docker run …'          or start from a docker run command
  kqmanifest render spec.yaml                    print the manifest
  kqmanifest render spec.yaml -o manifest.yaml   write it to a file
  kqmanifest render spec.yaml | kubectl apply -f -
  kqmanifest diagram spec.yaml -o picture.svg    draw what its containers mount
  kqmanifest explain KQ2003                      explain a diagnostic
  kqmanifest check manifests/ --kubernetes 1.35..1.37
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: 0 done, 1 errors in the spec, 2 wrong usage, or a file that cannot be read or written."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with _pipes_may_close():
            options = _parser(given).parse_args(given)
            code: int = options.run(options)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  an unexpected error is reported like the rest
        from kqmanifest.cli.failures import report_failure  # noqa: PLC0415  most commands end well, and --help needs nothing of it

        report_failure(error, given)
        return USAGE
    return code


def _parser(given: Sequence[str]) -> Parser:
    parser = Parser(
        prog="kqmanifest",
        description="Kubernetes manifests for deep-learning workloads, checked before a cluster sees them.",
        epilog=f"{_EXAMPLES}\n{EXIT_CODES}\n`kqmanifest COMMAND --help` describes a command.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    meant = next((word for word in given if word in COMMANDS), None)
    for name, what in COMMANDS.items():
        if name == meant:
            importlib.import_module(f"{__name__}.{name.replace('-', '_')}").add_to(commands)
        else:
            commands.add_parser(name, help=what)
    return parser


class _Version(argparse.Action):
    """Prints the version of the package."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        text = f"{parser.prog} {__version__}\n"
        try:
            write(text, sys.stdout)
        except (OSError, ValueError):
            from kqmanifest.cli.files import put  # noqa: PLC0415  it reports why

            put(text, STANDARD)
        parser.exit()


@contextlib.contextmanager
def _pipes_may_close() -> Iterator[None]:
    """Flush standard output, and continue if its reader has stopped: the interpreter would write once more."""
    try:
        yield
    finally:
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except (OSError, ValueError, AttributeError):  # AttributeError: a stream that can only be written to
            silence(sys.stdout)
