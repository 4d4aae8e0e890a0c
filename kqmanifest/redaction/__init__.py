"""One definition of what is secret, and one way to hide it: in messages, places, excerpts, pictures, JSON and ``repr``."""

from __future__ import annotations

from kqmanifest.redaction.steps import redact_assignment, redact_step, redact_steps
from kqmanifest.redaction.text import MASK, redact
from kqmanifest.redaction.tree import redacted

__all__ = ["MASK", "redact", "redact_assignment", "redact_step", "redact_steps", "redacted"]
