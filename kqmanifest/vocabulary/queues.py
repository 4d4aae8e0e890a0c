"""Queues: the label by which Kueue finds the queue of a workload, and where an object has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.vocabulary.objects import TEMPLATES

QUEUE: Final = "kueue.x-k8s.io/queue-name"
"""The label by which Kueue finds a workload's queue."""
QUEUED: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": (),
    "Job": (),
    "Deployment": (),
    "StatefulSet": (),
    "CronJob": ("spec", "jobTemplate"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "PodTemplate": ("template",),
}
"""Where each kind that creates pods has its queue's label: for a CronJob the Jobs are queued, and for a kind that Kueue
does not know, its pods. Source: Kueue's pages on running each kind."""


def label_places(tree: Mapping[str, Any], label: str) -> Iterator[tuple[str, ...]]:
    """Return the places in an object whose metadata must have a label: the object and its pod; for the queue's label see ``QUEUED``."""
    kind = str(tree.get("kind"))
    if label != QUEUE:
        yield ()
        yield from (TEMPLATES[kind],) if kind in TEMPLATES else ()
    elif kind in QUEUED:
        yield QUEUED[kind]
    elif is_custom(str(tree.get("apiVersion"))):
        yield ()


def is_custom(api_version: str) -> bool:
    """Return whether an apiVersion is of a group that is not Kubernetes' own."""
    group = api_version.rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")
