"""How a command that ended in an error reports it."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import Final

from kqmanifest.cli.files import Unwritable
from kqmanifest.cli.output import asked
from kqmanifest.cli.text_report import Usage, report
from kqmanifest.diagnostics import Fault

INTERNAL_ERROR: Final = Fault(
    "KQ0099",
    "internal error: {error} in {place}",
    ("report it to the authors of kqmanifest, with the spec if nothing in it is secret",),
)


def report_failure(error: Exception, given: Sequence[str]) -> None:
    """Report what ended a command: wrong usage, a file that cannot be written, or an error of our own."""
    if isinstance(error, Usage):
        report(error.diagnostics, asked(given), error.texts)
    elif isinstance(error, Unwritable):
        report([error.diagnostic], asked(given))
    else:  # its text could contain a secret
        report([INTERNAL_ERROR.at((), error=type(error).__name__, place=_where(error)).diagnostic()], asked(given))


def _where(error: BaseException) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{pathlib.Path(last.tb_frame.f_code.co_filename).name}, line {last.tb_lineno}" if last else "an unknown place"
