"""``init``: write a commented spec to start with."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import shlex
import sys
from collections.abc import Mapping
from typing import Any, Final

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.files import put
from kqmanifest.cli.output import add_output_options, output_options
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import Usage
from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.languages.starters import SITE, STARTERS, starter, summary, words
from kqmanifest.vocabulary.spelling import nearest

FILE: Final = "spec.yaml"
SITE_FILE: Final = "site.yaml"

FILE_ALREADY_EXISTS: Final = Fault(
    "KQ0360", "this file already exists, and is left as it is", ("name another file: `kqmanifest init {other}`; or add --force",)
)
UNKNOWN_STARTER: Final = Fault("KQ0361", "there is no starter called {like}", ("did you mean {near}?", "use one of these: {known}"))
STARTER_IS_NOT_YAML: Final = Fault(
    "KQ0362", "a starter is YAML, so that it can have comments, and this file name is not", ("name it {other}",)
)

_ALSO: Final[Mapping[str, str]] = {
    "job": "training",
    "output": "training",
    "parent": "parents",
    "volumes": "parents",
    "mounts": "parents",
    "jupyter": "notebook",
    "deployment": "notebook",
    "service": "notebook",
    "board": "tensorboard",
    "container": "pod",
    "nginx": "pod",
    "nfs": "pod",
    "schedule": "cronjob",
    "preprocessing": "cronjob",
    "configmap": "cronjob",
    "pvc": "claim",
    "persistentvolumeclaim": "claim",
    "volume": "claim",
}
"""Other names for the starters."""
_ENDINGS: Final = (".yaml", ".yml")

_EXAMPLES: Final = """\
examples:
  kqmanifest init                             write spec.yaml: a training
  kqmanifest init board.yaml --like tensorboard
  kqmanifest init - --like pod                print it
  kqmanifest init --like site                 write site.yaml: what specs may request
"""
_DESCRIPTION: Final = """\
Write a commented spec to start with, in YAML. It renders as it is; its comments explain each field, and what else is possible.
An existing file is never overwritten without --force."""
_EXIT_CODES: Final = "exit codes: 0 done, 2 wrong usage, or the file already exists or cannot be written"


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    listed = "\n".join(f"  {like:12} {summary(like)}" for like in (*STARTERS, SITE))
    parser: argparse.ArgumentParser = commands.add_parser(
        "init",
        help=COMMANDS["init"],
        description=_DESCRIPTION,
        epilog=f"starters:\n{listed}\n\n{_EXAMPLES}\n{_EXIT_CODES}",
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help=f"write to this file, or - for standard output (default: {FILE}, or {SITE_FILE} for a site)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the same as FILE")
    parser.add_argument("--like", default=STARTERS[0], metavar="NAME", help=f"the starter (default: {STARTERS[0]})")
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    add_output_options(parser)
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Write the spec, and print what to do next.

    Raises:
        Usage: there is no such starter, or the file is not to be written.
    """
    if options.file is not None and options.output is not None:
        options.parser.error("argument FILE: not allowed with argument -o/--output")
    like, language = options.like.strip().lower(), output_options(options).language
    name = next((one for one in (options.output, options.file) if one is not None), SITE_FILE if like == SITE else FILE)
    wrong = [*_of_name(name, force=options.force), *_of_starter(options.like, like)]
    if wrong:
        raise Usage(wrong)
    put(starter(like, language), name)
    if name != STANDARD:
        said = words(language)
        _say(said["written"].format(name=name, summary=summary(like, language)))
        if like == SITE:
            _say(said["next_site"].format(command=f"python -m kqmanifest check {FILE} --site {shlex.quote(name)}"))
        else:
            _say(said["next"].format(command=f"python -m kqmanifest render {shlex.quote(name)}"))
    return 0


def _of_starter(given: str, like: str) -> list[Diagnostic]:
    known = (*STARTERS, SITE)
    if like in known:
        return []
    meant = _ALSO.get(like) or nearest(like, known)
    return [UNKNOWN_STARTER.at((), like=given, near=meant, known=known).diagnostic(source="--like")]


def _of_name(name: str, *, force: bool) -> list[Diagnostic]:
    """Return why a file is not to be written; whether it can be written turns out later."""
    if name == STANDARD:
        return []
    path = pathlib.Path(name)
    if path.suffix.lower() not in _ENDINGS and path.suffix:
        return [STARTER_IS_NOT_YAML.at((), other=str(path.with_suffix(".yaml"))).diagnostic(source=name)]
    try:
        if force or not os.path.lexists(path):
            return []
    except ValueError:  # no file can have this name, and writing it will report why
        return []
    if path.is_dir():
        return []  # as above
    numbers = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 100))
    other = next((one for one in numbers if not os.path.lexists(one)), None)
    return [FILE_ALREADY_EXISTS.at((), other=shlex.quote(str(other or FILE))).diagnostic(source=name)]


def _say(line: str) -> None:
    """Print a line on standard error, if it is open."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
