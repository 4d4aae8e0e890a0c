"""What inputs that grow are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from kqmanifest import check

Made: TypeAlias = Any
"""What a family makes: a spec, a manifest, or a list of them."""

IMAGE: Final = "example.com/training:1"
NFS: Final = {"server": "nfs-server", "path": "/training/"}


@dataclasses.dataclass(frozen=True, slots=True)
class Family:
    """Inputs that differ in their size alone, and what is done with one."""

    name: str
    make: Callable[[int], Made]
    work: Callable[[Made], object] = check
    least: int = 64
    """The size from which on the work grows as it will: up to there, what a sentence has room for grows too."""


def job(**pod: Any) -> dict[str, Any]:
    """Write a Job of one container; what is given stands in its pod."""
    return {"kind": "Job", "name": "training", "pod": {"containers": [{"name": "main", "image": IMAGE}], **pod}}


def with_container(**container: Any) -> dict[str, Any]:
    """Write a Job of one container that has these fields."""
    return job(containers=[{"name": "main", "image": IMAGE, **container}])


def pod(name: str = "training", labels: Mapping[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """Write a Pod as a manifest has it."""
    metadata = {"name": name, **({"labels": dict(labels)} if labels else {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [{"name": "main", "image": IMAGE}], **spec},
    }


def pod_of_container(**container: Any) -> dict[str, Any]:
    """Write a Pod of one container that has these fields."""
    return pod(containers=[{"name": "main", "image": IMAGE, **container}])


def thing(kind: str, name: str, api_version: str = "v1", **body: Any) -> dict[str, Any]:
    """Write an object."""
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **body}


def each(n: int, item: Callable[[int], Any]) -> list[Any]:
    """Make n items."""
    return [item(number) for number in range(n)]


def named(n: int, item: Callable[[int], tuple[str, Any]]) -> dict[str, Any]:
    """Make n members."""
    return dict(item(number) for number in range(n))


def claim_and_volume(number: int) -> list[dict[str, Any]]:
    """Write a PersistentVolume and the claim that names it."""
    name = f"runs-{number}"
    has = {"accessModes": ["ReadWriteMany"], "storageClassName": ""}
    return [
        thing("PersistentVolume", name, spec={**has, "capacity": {"storage": "1Ti"}, "nfs": {"server": "nfs-server", "path": f"/{name}"}}),
        thing("PersistentVolumeClaim", name, spec={**has, "resources": {"requests": {"storage": "1Ti"}}, "volumeName": name}),
    ]


def mounted(number: int) -> dict[str, Any]:
    """Write a mount of a volume of its own."""
    return {"name": f"volume-{number}", "mountPath": f"/kqi/{number}"}


def of_nfs(number: int) -> dict[str, Any]:
    """Write a volume."""
    return {"name": f"volume-{number}", "nfs": {"server": "nfs-server", "path": f"/training/{number}"}}


def seen(n: int, source: Callable[[int], Mapping[str, Any]]) -> dict[str, Any]:
    """Write a Pod that mounts n volumes."""
    return pod(
        containers=[{"name": "main", "image": IMAGE, "volumeMounts": each(n, mounted)}],
        volumes=each(n, lambda number: {"name": f"volume-{number}", **source(number)}),
    )


def stateful(number: int) -> dict[str, Any]:
    """Write a StatefulSet."""
    labels = {"app": f"db-{number}"}
    spec = {
        "serviceName": f"db-{number}",
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": IMAGE}]}},
    }
    return thing("StatefulSet", f"db-{number}", "apps/v1", spec=spec)


def nested(depth: int, number: int) -> str:
    """Write a path below others."""
    return "/kqi" + "".join(f"/{number}" for _ in range(depth))


def affinity(n: int, **term: Any) -> dict[str, Any]:
    """Write n terms of affinity between pods."""
    one = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "a"}}, **term}
    return {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": each(n, lambda _: dict(one))}}
