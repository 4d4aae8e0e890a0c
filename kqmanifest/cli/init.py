"""``init``: write a spec to begin with, whose comments say what stands where and why."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import shlex
import sys
from collections.abc import Mapping
from typing import Any, Final

from kqmanifest.cli.files import STANDARD, put
from kqmanifest.cli.output import add_manner, manner
from kqmanifest.cli.text_report import Usage
from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.languages.starters import SITE, STARTERS, starter, summary, words
from kqmanifest.vocabulary.spelling import nearest

FILE: Final = "spec.yaml"
SITE_FILE: Final = "site.yaml"

THERE_ALREADY: Final = Fault(
    "KQ0360", "this file is there already, and stays as it is", ("name another: `kqmanifest init {other}`; or say --force",)
)
UNKNOWN_STARTER: Final = Fault(
    "KQ0361", "there is no spec to begin with that is called {like}", ("did you mean {near}?", "name one of these: {known}")
)
NOT_YAML: Final = Fault("KQ0362", "a spec to begin with is YAML, for its comments, and this name says that it is not", ("call it {other}",))

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
"""What somebody may call what is meant."""
_ENDINGS: Final = (".yaml", ".yml")

_EXAMPLES: Final = """\
examples:
  kqmanifest init                             write spec.yaml: a training
  kqmanifest init board.yaml --like tensorboard
  kqmanifest init - --like pod                print it
  kqmanifest init --like site                 write site.yaml: what specs may ask for
"""
_DESCRIPTION: Final = """\
Write a spec to begin with, in YAML. It renders as it is; its comments say what stands where, why, and what else could.
A file that is there already is left alone."""
_EXIT_CODES: Final = "exit codes: 0 done, 2 usage, or the file is there already or cannot be written"


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    listed = "\n".join(f"  {like:12} {summary(like)}" for like in (*STARTERS, SITE))
    parser: argparse.ArgumentParser = commands.add_parser(
        "init",
        help="write a spec to begin with",
        description=_DESCRIPTION,
        epilog=f"what to begin with:\n{listed}\n\n{_EXAMPLES}\n{_EXIT_CODES}",
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help=f"write to this file, - is standard output (default: {FILE}, or {SITE_FILE} for a site)"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the same, as other commands have it")
    parser.add_argument("--like", default=STARTERS[0], metavar="NAME", help=f"what to begin with (default: {STARTERS[0]})")
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")
    add_manner(parser)
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Write the spec, and say what comes next.

    Raises:
        Usage: there is none of that name, or the file is not to be written.
    """
    if options.file is not None and options.output is not None:
        options.parser.error("argument FILE: not allowed with argument -o/--output")
    like, language = options.like.strip().lower(), manner(options).language
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
    """Say why a file is not to be written; whether it can be is seen when it is."""
    if name == STANDARD:
        return []
    path = pathlib.Path(name)
    if path.suffix.lower() not in _ENDINGS and path.suffix:
        return [NOT_YAML.at((), other=str(path.with_suffix(".yaml"))).diagnostic(source=name)]
    try:
        if force or not os.path.lexists(path):
            return []
    except ValueError:  # no file can be called so, and writing it will say why
        return []
    if path.is_dir():
        return []  # as above
    numbers = (path.with_stem(f"{path.stem}-{number}") for number in range(2, 100))
    other = next((one for one in numbers if not os.path.lexists(one)), None)
    return [THERE_ALREADY.at((), other=shlex.quote(str(other or FILE))).diagnostic(source=name)]


def _say(line: str) -> None:
    """Tell what was done, beside what was asked for; where nobody listens, say nothing."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
