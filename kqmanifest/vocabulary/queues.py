"""Queues: the label by which Kueue finds the queue of a workload, and where an object has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.vocabulary.kinds import kind_of, places

QUEUE: Final = "kueue.x-k8s.io/queue-name"
"""The label by which Kueue finds a workload's queue."""


def label_places(tree: Mapping[str, Any], label: str) -> Iterator[tuple[str | int, ...]]:
    """Name the places in an object whose metadata must have a label: the object and its pods; for the queue's, where it is looked for."""
    api_version = str(tree.get("apiVersion"))
    kind = kind_of(api_version, str(tree.get("kind")))
    if label != QUEUE:
        yield ()
        yield from (steps[:-1] for pod in kind.pods if pod[-1] == "spec" for steps in places(tree, pod) if len(steps) > 1) if kind else ()
    elif kind is not None:
        yield from () if kind.queue is None else (kind.queue,)
    elif is_custom(api_version):
        yield ()


def is_custom(api_version: str) -> bool:
    """Return whether an apiVersion is of a group that is not Kubernetes' own."""
    group = api_version.rpartition("/")[0]
    return "." in group and not group.endswith(".k8s.io")
