"""Diagnostics on standard error, as text or as JSON."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Literal

from kqmanifest.diagnostics import Diagnostic


class Usage(Exception):  # noqa: N818  what the command line was given, not a failure of ours
    """The command line asks for what cannot be."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Hold what is to be told."""
        self.diagnostics = tuple(diagnostics)
        super().__init__(self.diagnostics)


def report(diagnostics: Sequence[Diagnostic], *, form: Literal["text", "json"]) -> None:
    """Print diagnostics: a line each with the hint below it, or one JSON list of all; where nobody listens, say nothing."""
    if form == "json":
        text = json.dumps([one.as_json() for one in diagnostics], indent=2) + "\n"
    else:
        text = "".join(f"{one}\n  hint: {one.hint}\n" if one.hint else f"{one}\n" for one in diagnostics)
    with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, closed by us, or never open (then it is None)
        sys.stderr.write(text)
        sys.stderr.flush()
