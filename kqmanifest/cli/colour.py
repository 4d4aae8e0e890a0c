"""Colours, on a terminal that has them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, Literal, TextIO, TypeAlias

from kqmanifest.cli.terminal import is_terminal

When: TypeAlias = Literal["auto", "always", "never"]
WHEN: Final[tuple[When, ...]] = ("auto", "always", "never")

RESET: Final = "\x1b[0m"
_CODES: Final = {"error": "1;31", "warning": "1;33", "code": "1", "gutter": "34", "hint": "36"}


def wanted(when: When, stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a stream gets colours: as the option says, else as the environment says, else if it is a terminal."""
    if when != "auto":
        return when == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return environment.get("TERM") != "dumb" and is_terminal(stream)


def paint(text: str, role: str, *, colours: bool) -> str:
    """Return a text in the colour of its role."""
    return f"\x1b[{_CODES[role]}m{text}{RESET}" if colours and text else text
