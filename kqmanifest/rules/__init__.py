"""What the API server would refuse, what would run and not do what was meant, and what is unwise.

A room is a part of Kubernetes, a rule one function in it; :data:`RULES` is all of them, but for those that hold
only where a policy is asked for: :data:`POLICIES`.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

from kqmanifest.rules import (
    admission,
    affinity,
    backends,
    blocks,
    certificates,
    claims,
    clusterips,
    commands,
    config,
    containers,
    cronjobs,
    decoding,
    deployments,
    disks,
    downward,
    environment,
    exports,
    failures,
    files,
    gpus,
    images,
    indexes,
    jobs,
    lasting,
    metadata,
    mountpaths,
    mounts,
    naming,
    network,
    persistence,
    podannotations,
    podresources,
    pods,
    ports,
    probes,
    profiles,
    pulls,
    quotas,
    resourceclaims,
    resources,
    restarts,
    scheduling,
    secrecy,
    security,
    selectors,
    serviceports,
    services,
    sources,
    statefulsets,
    successes,
    together,
    traffic,
    updates,
    volumes,
    windows,
)
from kqmanifest.rules.rule import Rule, found, rule
from kqmanifest.rules.standards import POLICIES, POLICY_ROOMS

ROOMS: Final[tuple[ModuleType, ...]] = (
    decoding,
    naming,
    metadata,
    podannotations,
    admission,
    volumes,
    mounts,
    blocks,
    mountpaths,
    lasting,
    sources,
    disks,
    files,
    certificates,
    exports,
    containers,
    commands,
    pulls,
    ports,
    restarts,
    images,
    environment,
    downward,
    secrecy,
    probes,
    resources,
    gpus,
    podresources,
    resourceclaims,
    pods,
    network,
    scheduling,
    affinity,
    selectors,
    security,
    profiles,
    windows,
    jobs,
    indexes,
    successes,
    failures,
    cronjobs,
    deployments,
    statefulsets,
    updates,
    services,
    clusterips,
    serviceports,
    traffic,
    persistence,
    backends,
    claims,
    config,
    quotas,
    together,
)

RULES: Final[tuple[Rule, ...]] = tuple(one for room in ROOMS for one in vars(room).values() if isinstance(one, Rule))

RETIRED: Final = frozenset({"KQ1010", "KQ1017", "KQ1018", "KQ2079"})
"""Codes that are gone, of rules that were not true and of bounds that others tell: none is used again."""

SEEN_AS: Final = {
    "StatefulSetSpec": statefulsets.with_its_claims_as_volumes,
    "Namespace": config.with_its_name_for_a_label,
}
"""How the server changes a node of a type before it judges it."""

__all__ = ["POLICIES", "POLICY_ROOMS", "RETIRED", "ROOMS", "RULES", "SEEN_AS", "Rule", "found", "rule"]
