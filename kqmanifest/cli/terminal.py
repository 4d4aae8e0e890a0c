"""Whether a stream is a terminal, and how many columns it has."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final, TextIO

_DIGITS: Final = 6
"""A number with more digits is not a width."""


def is_terminal(stream: TextIO | None) -> bool:
    """Return whether a stream is a terminal; False if it is closed, or was never open."""
    try:
        return stream is not None and stream.isatty()
    except (ValueError, AttributeError):  # it is closed, or its replacement can only be written to
        return False


def columns(stream: TextIO | None, otherwise: int, environment: Mapping[str, str] = os.environ) -> int:
    """Return the columns that the environment names, else those of the terminal, else the given number."""
    said = environment.get("COLUMNS", "")
    if said.isdecimal() and 0 < len(said.lstrip("0")) <= _DIGITS:
        return int(said)
    try:
        return (stream is not None and os.get_terminal_size(stream.fileno()).columns) or otherwise
    except (OSError, ValueError, AttributeError):  # it is not a terminal, or closed
        return otherwise
