"""What changed between two manifests, in terms of what their containers mount."""

from __future__ import annotations

from kqmanifest.difference.changes import KINDS, Change, changes

__all__ = ["KINDS", "Change", "changes"]
