"""What the API server would refuse, what would run and not do what was meant, and what is unwise.

A room is a part of Kubernetes, a rule one function in it; :data:`RULES` is all of them.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from kqmanifest.rules import (
    config,
    containers,
    decoding,
    deployments,
    environment,
    jobs,
    metadata,
    persistence,
    pods,
    probes,
    resources,
    scheduling,
    security,
    services,
    sources,
    statefulsets,
    volumes,
)
from kqmanifest.rules.rule import Rule, found, rule

ROOMS: Final[tuple[ModuleType, ...]] = (
    decoding,
    metadata,
    volumes,
    sources,
    containers,
    environment,
    probes,
    resources,
    pods,
    scheduling,
    security,
    jobs,
    deployments,
    services,
    persistence,
    config,
)

RULES: Final[tuple[Rule, ...]] = tuple(one for room in ROOMS for one in vars(room).values() if isinstance(one, Rule))

SEEN_AS: Final = {"StatefulSetSpec": statefulsets.with_its_claims_as_volumes}
"""How the server changes a node of a type before it judges it."""

__all__ = ["ROOMS", "RULES", "SEEN_AS", "Rule", "found", "rule"]
