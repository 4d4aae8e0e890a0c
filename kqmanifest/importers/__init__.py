"""From what people already have to specs: each importer reports what it could not carry over."""

from __future__ import annotations

from typing import Final

DOCKER_RUN: Final = "<docker run>"
"""The name of a docker run line in diagnostics."""
