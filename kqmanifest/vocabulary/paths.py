"""Paths: when two of them are the same place, and when one leads out of its directory."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

_LONGEST: Final = 4096
"""The number of characters of the longest path that Linux accepts."""
STAYING: Final = r"(?:(?!\.\./)[^/]*+/)*+(?!\.\.\Z)[^/]*+"
"""The pattern of a path without a step ``..``."""
_STAYING: Final = re.compile(STAYING)
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")


def normalised(path: str) -> str:
    """Return the normal spelling of a path: ``/kqi//output/`` and ``/kqi/./output`` are ``/kqi/output``."""
    if path[:1] == "/" != path[-1:] and "//" not in path and "/." not in path:
        return path  # most paths are spelt so
    plain = posixpath.normpath(path) if path else path
    return "/" + plain.lstrip("/") if plain.startswith("//") else plain


def is_absolute(path: str) -> bool:
    """Return whether a path is absolute."""
    return path.startswith("/")


def is_on_a_drive(path: str) -> bool:
    """Return whether a path begins with a drive of Windows: ``c:/data``."""
    return _DRIVE.match(path) is not None


def is_rooted(path: str) -> bool:
    """Return whether a path is absolute, or begins with a drive of Windows."""
    return is_absolute(path) or is_on_a_drive(path)


def rooted(path: str) -> str:
    """Spell a mount path as the kubelet does: a relative one begins at the root, and backslashes are slashes."""
    slashed = path.replace("\\", "/")
    return normalised(slashed if is_rooted(slashed) else f"/{slashed}")


def above(path: str) -> Iterator[str]:
    """Return the directories above a normalised path, the nearest first; none that is longer than a path can be."""
    path = path[: _LONGEST + 1]
    while path not in {"/", ""}:
        path = path.rpartition("/")[0] or "/"
        yield path


def climbs(path: str) -> bool:
    """Return whether a path contains ``..``."""
    return _STAYING.fullmatch(path) is None


def leaves(path: str) -> bool:
    """Return whether a path leads out of its directory, or begins with two dots, which Kubernetes reserves (``..data``)."""
    return path.startswith("..") or climbs(path)
