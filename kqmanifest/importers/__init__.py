"""From what people already have to specs: each importer says what it could not carry over."""

from __future__ import annotations

from typing import Final

DOCKER_RUN: Final = "<docker run>"
"""What diagnostics call a line of docker run."""
