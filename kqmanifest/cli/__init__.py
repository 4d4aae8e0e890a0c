"""The door: the command line, and the only code that opens files or prints."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from kqmanifest.cli import check, render, rules, schema
from kqmanifest.cli.files import Unwritable
from kqmanifest.cli.report import Usage, report

DONE, AT_FAULT, USAGE, INTERRUPTED = 0, 1, 2, 130

_COMMANDS = (render, check, schema, rules)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code: 0 done, 1 the spec is at fault, 2 usage."""
    parser = argparse.ArgumentParser(
        prog="kqmanifest",
        description="Kubernetes manifests for deep-learning workloads, checked before a cluster sees them.",
        epilog="exit codes: 0 done, 1 the spec is at fault, 2 usage",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('kqmanifest')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in _COMMANDS:
        command.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except Usage as usage:
        report(usage.diagnostics, form=getattr(options, "diagnostics", "text"))
        return USAGE
    except Unwritable as unwritable:
        report([unwritable.diagnostic], form=getattr(options, "diagnostics", "text"))
        _silence_stdout()
        return AT_FAULT
    except BrokenPipeError:
        _silence_stdout()
        return AT_FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _silence_stdout() -> None:
    """Let nothing more be written where nobody reads: the interpreter flushes once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError):  # there is no file behind it
        return
    finally:
        os.close(nowhere)
