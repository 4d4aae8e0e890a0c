"""Inputs of every kind that grow: each family makes one of size n, and names the work that is done with it."""

from __future__ import annotations

from typing import Final

from families.manifests import OF_MANIFESTS
from families.parts import Family
from families.specs import OF_SPECS
from families.texts import OF_TEXTS
from families.views import OF_VIEWS

FAMILIES: Final = (*OF_SPECS, *OF_MANIFESTS, *OF_VIEWS, *OF_TEXTS)

__all__ = ["FAMILIES", "Family"]
