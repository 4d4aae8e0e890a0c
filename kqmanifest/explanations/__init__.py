"""What a code means, and what a cluster says, in plain English."""

from __future__ import annotations

from kqmanifest.explanations.pages import code_page, codes
from kqmanifest.explanations.symptoms import Explanation, symptoms

__all__ = ["Explanation", "code_page", "codes", "symptoms"]
