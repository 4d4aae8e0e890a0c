"""Where the tests stand, and what they look at outside the package."""

from __future__ import annotations

from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent
"""Also holds what others recorded, and the files that several tests read."""
TOP: Final = TESTS.parent
EXAMPLES: Final = sorted((TOP / "docs" / "examples").glob("*.*"))
"""Specs that the documentation shows."""
STORY: Final = TOP / "docs" / "examples" / "training-with-parent.json"
