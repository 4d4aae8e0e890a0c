"""Pictures of what containers mount: where the files are on one side, the pods on the other, an arrow for each mount."""

from __future__ import annotations

from kqmanifest.diagram.chart import mermaid
from kqmanifest.diagram.vector import svg

__all__ = ["mermaid", "svg"]
