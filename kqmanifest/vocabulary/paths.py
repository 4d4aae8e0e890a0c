"""Paths: when two of them are one place, and when one leads out of where it belongs."""

from __future__ import annotations

import functools
import posixpath
import re
from collections.abc import Iterator
from typing import Final

_LONGEST: Final = 4096
"""The characters of the longest path that Linux takes."""
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")


@functools.lru_cache(maxsize=4096)
def normalised(path: str) -> str:
    """Give the one spelling of a path: ``/kqi//output/`` and ``/kqi/./output`` are ``/kqi/output``."""
    plain = posixpath.normpath(path) if path else path
    return "/" + plain.lstrip("/") if plain.startswith("//") else plain


def is_absolute(path: str) -> bool:
    """Say whether a path begins at the root."""
    return path.startswith("/")


def is_on_a_drive(path: str) -> bool:
    """Say whether a path begins at a drive of Windows: ``c:/data``."""
    return _DRIVE.match(path) is not None


def is_rooted(path: str) -> bool:
    """Say whether a path begins at the root, or at a drive of Windows."""
    return is_absolute(path) or is_on_a_drive(path)


def rooted(path: str) -> str:
    """Spell a mount path as the kubelet does: a relative one begins at the root; Windows' separators are slashes."""
    slashed = path.replace("\\", "/")
    return normalised(slashed if is_rooted(slashed) else f"/{slashed}")


def above(path: str) -> Iterator[str]:
    """Give the directories above a normalised path, the nearest first; none that is longer than a path can be."""
    path = path[: _LONGEST + 1]
    while path not in {"/", ""}:
        path = path.rpartition("/")[0] or "/"
        yield path


def climbs(path: str) -> bool:
    """Say whether one of a path's steps is ``..``."""
    return ".." in path.split("/")


def leaves(path: str) -> bool:
    """Say whether a path leads out of its directory, or begins with the two dots that Kubernetes keeps for itself (``..data``)."""
    return path.startswith("..") or climbs(path)
