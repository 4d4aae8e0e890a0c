"""The parts of a pod's spec, each with its place, and the defaults that Kubernetes sets in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

Placed: TypeAlias = list[tuple[tuple[str, int], dict[str, Any]]]
"""Parts, each with its place. A list: many rules iterate over the same short one, and a generator is slower to start."""

CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
GRACE_PERIOD: Final = 30
"""The default of ``terminationGracePeriodSeconds``."""


def containers(pod_spec: Mapping[str, Any]) -> Placed:
    """Return every container of a pod with its place: init containers first, as they run."""
    placed: Placed = []
    for key in CONTAINERS:
        for index, container in enumerate(pod_spec.get(key) or ()):
            placed.append(((key, index), container))
    return placed


def mounts(container: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """Return the mounts of a container, ``volumeMounts``."""
    return container.get("volumeMounts") or ()


def devices(container: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    """Return the block devices of a container, ``volumeDevices``."""
    return container.get("volumeDevices") or ()


def volumes(pod_spec: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the volumes of a pod by name; of two with one name the first, as the server does."""
    by_name: dict[str, dict[str, Any]] = {}
    for volume in pod_spec.get("volumes") or ():
        by_name.setdefault(volume["name"], volume)
    return by_name


def is_sidecar(container: Mapping[str, Any]) -> bool:
    """Return whether an init container keeps running beside the containers."""
    return container.get("restartPolicy") == "Always"


def restart_policy(pod_spec: Mapping[str, Any]) -> str:
    """Return the restart policy of a pod; Always by default."""
    return pod_spec.get("restartPolicy") or "Always"


def runs_on_windows(pod_spec: Mapping[str, Any]) -> bool:
    """Return whether a pod is for Windows nodes: by its ``os``, or by the label that every node has."""
    systems = ((pod_spec.get("os") or {}).get("name"), (pod_spec.get("nodeSelector") or {}).get("kubernetes.io/os"))
    return "windows" in systems


def grace_period(pod_spec: Mapping[str, Any], *, alone: bool) -> int:
    """Return the seconds that a pod has to end; if they are negative, a pod that is not part of a workload has one."""
    seconds: int | None = pod_spec.get("terminationGracePeriodSeconds")
    if seconds is None:
        return GRACE_PERIOD
    return 1 if alone and seconds < 0 else seconds
