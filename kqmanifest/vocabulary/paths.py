"""Paths inside a container: when two of them are one place."""

from __future__ import annotations

import posixpath


def normalised(path: str) -> str:
    """Give the one spelling of a path: ``/kqi//output/`` and ``/kqi/./output`` are ``/kqi/output``."""
    plain = posixpath.normpath(path) if path else path
    return "/" + plain.lstrip("/") if plain.startswith("//") else plain
