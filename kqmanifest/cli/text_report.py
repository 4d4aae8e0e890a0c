"""Diagnostics on standard error, as text or as JSON."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from kqmanifest.diagnostics import Diagnostic, Finding
from kqmanifest.languages import said, terminal

if TYPE_CHECKING:
    from kqmanifest.cli.output import OutputOptions
    from kqmanifest.cli.printing import Excerpts, Texts


class Usage(Exception):  # noqa: N818  what the command line was given, not a failure of ours
    """The command line is wrong."""

    def __init__(self, diagnostics: Iterable[Diagnostic | Finding], texts: Texts | Excerpts | None = None) -> None:
        """Hold the diagnostics, and the texts that they are about."""
        self.diagnostics = tuple(one.diagnostic() if isinstance(one, Finding) else one for one in diagnostics)
        self.texts: Texts | Excerpts = texts or {}
        super().__init__(self.diagnostics)


def report(diagnostics: Sequence[Diagnostic], how: OutputOptions, texts: Texts | Excerpts | None = None) -> None:
    """Print diagnostics, for people or as one JSON list; if standard error is closed, print nothing.

    For people it is a line each, below it the line of its text with a mark, then the hint.
    """
    diagnostics = [said(one, how.language) for one in diagnostics]
    if how.form == "json":
        text = json.dumps([one.as_json() for one in diagnostics], indent=2) + "\n"
    elif diagnostics:
        from kqmanifest.cli.printing import told  # noqa: PLC0415  only where there is something to print

        text = told(diagnostics, texts or {}, how.color, terminal(how.language))
    else:
        return
    with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, closed by us, or never open (then it is None)
        try:
            sys.stderr.write(text)
        except UnicodeEncodeError:  # a stream put in its place may not escape what it cannot write
            encoding = sys.stderr.encoding or "utf-8"
            sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stderr.flush()
