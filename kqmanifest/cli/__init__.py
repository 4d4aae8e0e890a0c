"""The command line, and the only code that opens files or prints."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import pathlib
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from kqmanifest.cli.files import STANDARD, Unwritable, put, silence
from kqmanifest.cli.output import asked
from kqmanifest.cli.parser import EXIT_CODES, Parser
from kqmanifest.cli.text_report import Usage, report
from kqmanifest.diagnostics import Fault

DONE, AT_FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130

INTERNAL_ERROR = Fault(
    "KQ0099",
    "internal error: {error} in {place}",
    ("report it to the authors of kqmanifest, with the spec if nothing in it is secret",),
)

COMMANDS = ("render", "check", "from-docker", "mounts", "diagram", "diff", "explain", "init", "schema", "rules")
"""Each is a module here; only the module of the given command is imported."""
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
    except Usage as usage:
        report(usage.diagnostics, asked(given), usage.texts)
        return USAGE
    except Unwritable as unwritable:
        report([unwritable.diagnostic], asked(given))
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  an unexpected error is reported like the rest; its text could contain a secret
        report([INTERNAL_ERROR.at((), error=type(error).__name__, place=_where(error)).diagnostic()], asked(given))
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
    for command in [name for name in given[:1] if name in COMMANDS] or COMMANDS:
        importlib.import_module(f"{__name__}.{command.replace('-', '_')}").add_to(commands)
    return parser


class _Version(argparse.Action):
    """Prints the version of the package, which is looked up only then."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version  # noqa: PLC0415  see above

        put(f"{parser.prog} {version('kqmanifest')}\n", STANDARD)
        parser.exit()


@contextlib.contextmanager
def _pipes_may_close() -> Iterator[None]:
    """Flush standard output, and go on if its reader has stopped: the interpreter would write once more."""
    try:
        yield
    finally:
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except (OSError, ValueError, AttributeError):  # AttributeError: a stream that can only be written to
            silence(sys.stdout)


def _where(error: BaseException) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{pathlib.Path(last.tb_frame.f_code.co_filename).name}, line {last.tb_lineno}" if last else "an unknown place"
