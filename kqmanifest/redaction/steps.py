"""A place as it may be shown: the keys that lead there, without a value that was written into a key."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from kqmanifest.redaction.names import is_environment
from kqmanifest.redaction.text import MASK, redact

Step: TypeAlias = str | int

_ASSIGNED: Final = re.compile(r"([^\s=:]{1,256}(?::(?!//)|[=]))\S", re.DOTALL)
"""``NAME=VALUE``, or ``NAME:VALUE`` without the space that makes a value of it: in no field and no map of Kubernetes' own is a key so."""
_ASSIGNMENT: Final = re.compile(r"([A-Za-z_][\w.-]{0,256}=)\S", re.DOTALL)
_SAID: Final = re.compile(r"(\S{1,256}[ \t]+)\S", re.DOTALL)
"""``NAME VALUE``: no variable is called so."""


def redact_step(step: Step, *, in_env: bool = False) -> Step:
    """Mask a value that is in a key; ``in_env`` if the key names an environment variable."""
    if not isinstance(step, str):
        return step
    found = _ASSIGNED.match(step) or (_SAID.match(step) if in_env else None)
    return f"{found[1]}{MASK}" if found else redact(step)


def redact_assignment(text: str) -> str:
    """Mask what a whole text assigns to a name, or marks as secret."""
    found = _ASSIGNMENT.match(text)
    return f"{found[1]}{MASK}" if found else redact(text)


def redact_steps(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Redact each step of a place."""
    shown: list[Step] = []
    in_env = False
    for step in steps:
        shown.append(redact_step(step, in_env=in_env))
        in_env = is_environment(step) if isinstance(step, str) else in_env
    return tuple(shown)
