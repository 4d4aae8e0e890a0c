"""Pictures of what containers see: who holds the files on one side, the pods on the other, an arrow for each mount."""

from __future__ import annotations

from kqmanifest.diagram.chart import mermaid
from kqmanifest.diagram.vector import svg

__all__ = ["mermaid", "svg"]
