"""What the library costs, question by question, each answer beside what the same work costs otherwise."""

from __future__ import annotations

from typing import Final

from costs.folders import FOLDERS
from costs.fresh import FRESH
from costs.others import OTHERS
from costs.reading import READING
from costs.rows import Effort, Row, Section
from costs.start import START
from costs.streams import STREAMS

SECTIONS: Final[tuple[Section, ...]] = (FRESH, OTHERS, START, FOLDERS, STREAMS, READING)

__all__ = ["SECTIONS", "Effort", "Row", "Section"]
