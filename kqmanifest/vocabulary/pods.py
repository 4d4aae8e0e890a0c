"""The parts of a pod's spec, each with its place, and what Kubernetes fills in where they say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

Placed: TypeAlias = list[tuple[tuple[str, int], dict[str, Any]]]
"""Parts, each with its place. A list: many rules go through the same short one, and a generator is slower to begin."""

CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
GRACE_PERIOD: Final = 30
"""The seconds that a pod has to end, where it does not say (``terminationGracePeriodSeconds``)."""


def containers(pod_spec: Mapping[str, Any]) -> Placed:
    """Give every container of a pod with its place: init containers first, as they run."""
    placed: Placed = []
    for key in CONTAINERS:
        given = pod_spec.get(key)
        if given:  # most pods have only the one kind
            placed += [((key, index), container) for index, container in enumerate(given)]
    return placed


def mounts(container: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """Give the mounts of a container, ``volumeMounts``."""
    return container.get("volumeMounts") or ()


def devices(container: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """Give the volumes that a container sees as block devices, ``volumeDevices``."""
    return container.get("volumeDevices") or ()


def volumes(pod_spec: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the volumes of a pod by name; of two with one name the first, as the server keeps it."""
    by_name: dict[str, dict[str, Any]] = {}
    for volume in pod_spec.get("volumes") or ():
        by_name.setdefault(volume["name"], volume)
    return by_name


def is_sidecar(container: Mapping[str, Any]) -> bool:
    """Say whether an init container goes on running beside the others."""
    return container.get("restartPolicy") == "Always"


def restart_policy(pod_spec: Mapping[str, Any]) -> str:
    """Give the restart policy of a pod; Always where it does not say."""
    return pod_spec.get("restartPolicy") or "Always"


def runs_on_windows(pod_spec: Mapping[str, Any]) -> bool:
    """Say whether a pod asks for nodes that run Windows: by its ``os``, or by the label that every node has."""
    asked = ((pod_spec.get("os") or {}).get("name"), (pod_spec.get("nodeSelector") or {}).get("kubernetes.io/os"))
    return "windows" in asked


def grace_period(pod_spec: Mapping[str, Any], *, alone: bool) -> int:
    """Give the seconds that a pod has to end; where they are less than nothing, a pod that stands alone has one."""
    seconds: int | None = pod_spec.get("terminationGracePeriodSeconds")
    if seconds is None:
        return GRACE_PERIOD
    return 1 if alone and seconds < 0 else seconds
