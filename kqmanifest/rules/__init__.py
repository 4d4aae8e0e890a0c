"""What the API server would refuse, what would run and not do what was meant, and what is unwise.

A wing is what people look for, a room in it a part of that, a rule one value in the room: a constraint where a line says what must hold
(:mod:`kqmanifest.rules.constraints`), a function where it takes more. Each wing can be loaded alone; its rooms are those that stand in its
folder. :data:`RULES` is all rules, but for those that hold only where a policy is requested: :data:`POLICIES`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Final

from kqmanifest.rules.podsecurity.standards import POLICIES, POLICY_ROOMS
from kqmanifest.rules.rule import Rule, found, rule, rules_in

WINGS: Final = ("objects", "pods", "volumes", "resources", "scheduling", "security", "batch", "apps", "services", "storage", "config")
"""The folders of the rules that always hold, in the order in which their pages are read."""


def rooms(wing: str) -> tuple[ModuleType, ...]:
    """Return the rooms of a wing that hold rules, in the order of their names."""
    folder = importlib.import_module(f"{__name__}.{wing}")
    modules = (importlib.import_module(f"{folder.__name__}.{room.name}") for room in pkgutil.iter_modules(folder.__path__))
    return tuple(module for module in modules if rules_in(module))


ROOMS: Final[tuple[ModuleType, ...]] = tuple(room for wing in WINGS for room in rooms(wing))
RULES: Final[tuple[Rule, ...]] = tuple(one for room in ROOMS for one in rules_in(room))

RETIRED: Final = frozenset({"KQ1010", "KQ1017", "KQ1018", "KQ2079"})
"""Codes that are gone, of rules that were not true and of bounds that others tell: none is used again."""

__all__ = ["POLICIES", "POLICY_ROOMS", "RETIRED", "ROOMS", "RULES", "WINGS", "Rule", "found", "rooms", "rule", "rules_in"]
