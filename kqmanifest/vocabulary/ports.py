"""Ports: their numbers from 1 to 65535, their names and their protocols."""

from __future__ import annotations

from typing import Final

from kqmanifest.vocabulary.names import is_port_name

LAST_PORT: Final = 65535
PROTOCOLS: Final = ("TCP", "UDP", "SCTP")


def is_port(number: int) -> bool:
    """Return whether a number can be that of a port; 0 cannot."""
    return 1 <= number <= LAST_PORT


def is_port_or_name(value: int | str) -> bool:
    """Return whether a value refers to a port: its number, or its name; ``"80"`` is neither."""
    return is_port_name(value) if isinstance(value, str) else is_port(value)
