"""Manifests that grow, and are looked at or compared."""

from __future__ import annotations

from typing import Any, Final

from families.parts import (
    IMAGE,
    Family,
    affinity,
    claim_and_volume,
    each,
    named,
    nested,
    of_nfs,
    pod,
    pod_of_container,
    seen,
    stateful,
    thing,
)
from kqmanifest import inspect
from kqmanifest.difference import changes


def compared(both: list[Any]) -> object:
    """Compare two manifests."""
    return changes(*both)


def mounting(n: int, prefix: str = "/training") -> list[dict[str, Any]]:
    """Write a manifest of a Pod with n mounts."""
    return [seen(n, lambda i: {"nfs": {"server": "nfs-server", "path": f"{prefix}/{i}"}})]


def _moved(n: int) -> list[dict[str, Any]]:
    made = mounting(n)
    for number, mount in enumerate(made[0]["spec"]["containers"][0]["volumeMounts"]):
        mount["mountPath"] = f"/moved/{number}"
    return made


OF_VIEWS: Final = (
    Family("inspect: mounts", lambda n: mounting(n)[0], inspect),
    Family("inspect: containers", lambda n: pod(containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE})), inspect),
    Family(
        "inspect: mounts in one another",
        lambda n: pod(
            containers=[
                {
                    "name": "main",
                    "image": IMAGE,
                    "volumeMounts": each(n, lambda i: {"name": "volume-0", "mountPath": nested(i % 50, i // 50)}),
                }
            ],
            volumes=[of_nfs(0)],
        ),
        inspect,
    ),
    Family(
        "inspect: mounts of one path",
        lambda n: pod(
            containers=[{"name": "main", "image": IMAGE, "volumeMounts": each(n, lambda _: {"name": "volume-0", "mountPath": "/kqi"})}],
            volumes=[of_nfs(0)],
        ),
        inspect,
    ),
    Family(
        "inspect: claims and volumes",
        lambda n: (
            [one for number in range(n // 2) for one in claim_and_volume(number)]
            + [seen(n // 2, lambda i: {"persistentVolumeClaim": {"claimName": f"runs-{i}"}})]
        ),
        inspect,
    ),
    Family("inspect: unmounted", lambda n: pod(volumes=each(n, of_nfs)), inspect),
    Family(
        "inspect: projected",
        lambda n: pod(volumes=[{"name": "all", "projected": {"sources": each(n, lambda i: {"configMap": {"name": f"s-{i}"}})}}]),
        inspect,
    ),
    Family("inspect: StatefulSets", lambda n: each(n, stateful), inspect),
    Family("diff: mounts, the same", lambda n: [mounting(n), mounting(n)], compared),
    Family("diff: mounts, moved", lambda n: [mounting(n), _moved(n)], compared),
    Family("diff: mounts, lost", lambda n: [mounting(n), [pod()]], compared),
    Family(
        "diff: mounts, lost and added",
        lambda n: [
            mounting(n),
            [{**_moved(n)[0], "spec": {**_moved(n)[0]["spec"], "volumes": mounting(n, "/other")[0]["spec"]["volumes"]}}],
        ],
        compared,
    ),
    Family("diff: mounts, from elsewhere", lambda n: [mounting(n), mounting(n, "/other")], compared),
    Family("diff: volumes, unmounted", lambda n: [[pod(volumes=each(n, of_nfs))], [pod(volumes=each(n, of_nfs))]], compared),
    Family(
        "diff: volumes, unmounted and renamed",
        lambda n: [[pod(volumes=each(n, of_nfs))], [pod(volumes=each(n, lambda i: {**of_nfs(n - i), "name": f"v-{i}"}))]],
        compared,
    ),
    Family(
        "diff: volumes, unmounted and new",
        lambda n: [[pod(volumes=each(n, of_nfs))], [pod(volumes=each(n, lambda i: {"name": f"v-{i}", "emptyDir": {}}))]],
        compared,
    ),
    Family(
        "diff: containers",
        lambda n: [
            [pod(containers=each(n, lambda i: {"name": f"a-{i}", "image": IMAGE}))],
            [pod(containers=each(n, lambda i: {"name": f"b-{i}", "image": IMAGE}))],
        ],
        compared,
    ),
    Family(
        "diff: init containers in another order",
        lambda n: [
            [pod(initContainers=each(n, lambda i: {"name": f"a-{i}", "image": IMAGE}))],
            [pod(initContainers=each(n, lambda i: {"name": f"a-{n - i}", "image": IMAGE}))],
        ],
        compared,
    ),
    Family(
        "diff: tolerations in another order",
        lambda n: [
            [pod(tolerations=each(n, lambda i: {"key": f"k-{i}", "operator": "Exists"}))],
            [pod(tolerations=each(n, lambda i: {"key": f"k-{n - i}", "operator": "Exists"}))],
        ],
        compared,
    ),
    Family(
        "diff: tolerations, all others",
        lambda n: [
            [pod(tolerations=each(n, lambda i: {"key": f"k-{i}", "operator": "Exists"}))],
            [pod(tolerations=each(n, lambda i: {"key": f"l-{i}", "operator": "Exists"}))],
        ],
        compared,
    ),
    Family(
        "diff: ports in another order",
        lambda n: [
            [pod_of_container(ports=each(n, lambda i: {"containerPort": i % 60_000 + 1}))],
            [pod_of_container(ports=each(n, lambda i: {"containerPort": (n - i) % 60_000 + 1}))],
        ],
        compared,
    ),
    Family(
        "diff: values in another order",
        lambda n: [
            [
                pod(
                    affinity=affinity(
                        1, labelSelector={"matchExpressions": [{"key": "k", "operator": "In", "values": each(n, lambda i: f"v-{i}")}]}
                    )
                )
            ],
            [
                pod(
                    affinity=affinity(
                        1, labelSelector={"matchExpressions": [{"key": "k", "operator": "In", "values": each(n, lambda i: f"v-{n - i}")}]}
                    )
                )
            ],
        ],
        compared,
    ),
    Family(
        "diff: env",
        lambda n: [
            [pod_of_container(env=each(n, lambda i: {"name": f"A_{i}", "value": "a"}))],
            [pod_of_container(env=each(n, lambda i: {"name": f"B_{i}", "value": "a"}))],
        ],
        compared,
    ),
    Family(
        "diff: devices",
        lambda n: [
            [pod_of_container(resources={"limits": named(n, lambda i: (f"example.com/a-{i}", 1))})],
            [pod_of_container(resources={"limits": named(n, lambda i: (f"example.com/b-{i}", 1))})],
        ],
        compared,
    ),
    Family("diff: objects", lambda n: [each(n, lambda i: pod(f"a-{i}")), each(n, lambda i: pod(f"b-{i}"))], compared),
    Family("diff: objects in another order", lambda n: [each(n, lambda i: pod(f"a-{i}")), each(n, lambda i: pod(f"a-{n - i}"))], compared),
    Family("diff: objects of one name", lambda n: [each(n, lambda _: pod()), each(n, lambda _: pod())], compared),
    Family(
        "diff: labels",
        lambda n: [[pod(labels=named(n, lambda i: (f"a-{i}", "a")))], [pod(labels=named(n, lambda i: (f"b-{i}", "a")))]],
        compared,
    ),
    Family(
        "diff: data",
        lambda n: [
            [thing("ConfigMap", "c", data=named(n, lambda i: (f"a-{i}", "a")))],
            [thing("ConfigMap", "c", data=named(n, lambda i: (f"b-{i}", "a")))],
        ],
        compared,
    ),
)
