"""Ports: numbers from 1 to 65535, the names that stand for them, and the protocols they speak."""

from __future__ import annotations

from typing import Final

from kqmanifest.vocabulary.names import is_port_name

LAST_PORT: Final = 65535
PROTOCOLS: Final = ("TCP", "UDP", "SCTP")


def is_port(number: int) -> bool:
    """Say whether a number is a port's; 0 is none."""
    return 1 <= number <= LAST_PORT


def is_port_or_name(value: int | str) -> bool:
    """Say whether a value leads to a port: its number, or the name of one; ``"80"`` is neither."""
    return is_port_name(value) if isinstance(value, str) else is_port(value)
