"""A kind that has pods at several places, as those of some controllers do: its row, and an object of it."""

from __future__ import annotations

from typing import Any, Final

from kqmanifest.vocabulary.kinds import EACH, Kind

RAY_CLUSTER: Final = Kind(
    "RayCluster",
    "ray.io",
    pods=(
        ("spec", "headGroupSpec", "template", "spec"),
        ("spec", "workerGroupSpecs", EACH, "template", "spec"),
        ("spec", "submitter"),
    ),
    queue=(),
)


def pod_spec(name: str, **volume: Any) -> dict[str, Any]:
    """Make a pod's spec with one container, which mounts a volume."""
    mount = {"name": "files", "mountPath": f"/{name}"}
    container = {"name": name, "image": "example.com/ray:2", "volumeMounts": [mount]}
    return {"containers": [container], "volumes": [{"name": "files", **volume}]}


def cluster(*workers: dict[str, Any]) -> dict[str, Any]:
    """Make an object with a head, groups of workers and a submitter."""
    return {
        "apiVersion": "ray.io/v1",
        "kind": "RayCluster",
        "metadata": {"name": "ray"},
        "spec": {
            "metadata": {"labels": {"role": "nobody"}},
            "headGroupSpec": {"template": {"metadata": {"labels": {"role": "head"}}, "spec": pod_spec("head", emptyDir={})}},
            "workerGroupSpecs": [{"template": {"spec": worker}} for worker in workers],
            "submitter": pod_spec("submitter", emptyDir={}),
        },
    }


CLUSTER: Final = cluster(
    pod_spec("worker", nfs={"server": "nfs-server", "path": "/a"}), pod_spec("worker", nfs={"server": "nfs-server", "path": "/b"})
)
