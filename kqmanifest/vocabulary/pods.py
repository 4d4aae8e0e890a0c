"""The parts of a pod's spec, each with its place, and what Kubernetes fills in where they say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
GRACE_PERIOD: Final = 30
"""The seconds that a pod has to end, where it does not say (``terminationGracePeriodSeconds``)."""


def containers(pod_spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    """Give every container of a pod with its place: init containers first, as they run."""
    for key in CONTAINERS:
        for index, container in enumerate(pod_spec.get(key) or ()):
            yield (key, index), container


def mounts(container: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    """Give every mount of a container with its place."""
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        yield ("volumeMounts", index), mount


def devices(container: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    """Give every volume that a container sees as a block device, with its place."""
    for index, device in enumerate(container.get("volumeDevices") or ()):
        yield ("volumeDevices", index), device


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


def grace_period(pod_spec: Mapping[str, Any], *, alone: bool) -> int:
    """Give the seconds that a pod has to end; where they are less than nothing, a pod that stands alone has one."""
    seconds: int | None = pod_spec.get("terminationGracePeriodSeconds")
    if seconds is None:
        return GRACE_PERIOD
    return 1 if alone and seconds < 0 else seconds
