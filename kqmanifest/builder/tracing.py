"""Which places of a preset's spec requested the places of the documents that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kqmanifest.diagnostics import Steps

ITSELF: Final[Mapping[Steps, Steps]] = MappingProxyType({(): ()})
"""The places of a document that its user wrote as it is."""
PRESET_ROOT: Final = "<preset>"
"""Begins a place that is the preset's own already; no key of a spec does."""


def trace_to_preset(places: Mapping[Steps, Steps], steps: Steps) -> Steps:
    """Return the place in a preset's spec that requested a place in a document that it makes; ``()`` where none did."""
    if places is ITSELF:
        return steps
    if steps[:1] == (PRESET_ROOT,):
        return steps[1:]
    for length in range(len(steps), -1, -1):
        found = places.get(steps[:length])
        if found is not None:
            return (*found, *steps[length:])
    return ()
