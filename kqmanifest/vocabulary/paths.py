"""Paths: when two of them are one place, and when one leads out of where it belongs."""

from __future__ import annotations

import functools
import posixpath
import re
from typing import Final

_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")


@functools.lru_cache(maxsize=4096)
def normalised(path: str) -> str:
    """Give the one spelling of a path: ``/kqi//output/`` and ``/kqi/./output`` are ``/kqi/output``."""
    plain = posixpath.normpath(path) if path else path
    return "/" + plain.lstrip("/") if plain.startswith("//") else plain


def is_absolute(path: str) -> bool:
    """Say whether a path begins at the root."""
    return path.startswith("/")


def is_rooted(path: str) -> bool:
    """Say whether a path begins at the root, or at a drive of Windows."""
    return is_absolute(path) or _DRIVE.match(path) is not None


def climbs(path: str) -> bool:
    """Say whether one of a path's steps is ``..``."""
    return ".." in path.split("/")


def leaves(path: str) -> bool:
    """Say whether a path leads out of its directory, or begins with the two dots that Kubernetes keeps for itself (``..data``)."""
    return path.startswith("..") or climbs(path)
