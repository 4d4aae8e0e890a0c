"""Specs that grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from families.parts import (
    IMAGE,
    NFS,
    Family,
    Made,
    each,
    job,
    named,
    nested,
    pod,
    with_container,
)
from kqmanifest import build


def mapped(spec: Made) -> object:
    """Build a spec and ask for its source map."""
    return build(spec).source_map


def _overlaid(field: str, spec: Callable[[int], Made]) -> Family:
    return Family(f"an overlay's {field}", lambda n: {**job(), "overlay": [{"kind": "Job", "spec": {"template": {"spec": spec(n)}}}]})


_PATCHES: Final[tuple[tuple[str, Callable[[int], Made]], ...]] = (
    ("containers", lambda n: {"containers": each(n, lambda i: {"name": f"c-{i}", "image": IMAGE})}),
    ("containers of one name", lambda n: {"containers": each(n, lambda _: {"name": "main", "image": IMAGE})}),
    ("containers to delete", lambda n: {"containers": each(n, lambda i: {"name": f"c-{i}", "$patch": "delete"})}),
    ("containers without a name", lambda n: {"containers": each(n, lambda _: {"image": IMAGE})}),
    (
        "retained keys",
        lambda n: {"securityContext": {"$retainKeys": each(n, lambda i: f"key{i}"), **named(n, lambda i: (f"key{i}", 1))}},
    ),
    ("fields not retained", lambda n: {"securityContext": {"$retainKeys": ["a"], **named(n, lambda i: (f"key{i}", 1))}}),
    (
        "order",
        lambda n: {
            "containers": each(n, lambda i: {"name": f"c-{i}", "image": IMAGE}),
            "$setElementOrder/containers": each(n, lambda i: {"name": f"c-{n - i - 1}"}),
        },
    ),
    ("directives", lambda n: named(n, lambda i: (f"$patsch{i}", "delete"))),
    ("values to delete", lambda n: {"$deleteFromPrimitiveList/x": each(n, str)}),
    ("tolerations", lambda n: {"tolerations": each(n, lambda i: {"key": f"k-{i}", "operator": "Exists"})}),
)
OF_SPECS: Final = (
    Family("containers", lambda n: job(containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE}))),
    Family("containers of one name", lambda n: job(containers=each(n, lambda _: {"name": "main", "image": IMAGE}))),
    Family("init containers", lambda n: job(initContainers=each(n, lambda i: {"name": f"init-{i}", "image": IMAGE}))),
    Family(
        "containers with mounts",
        lambda n: job(
            containers=each(
                n,
                lambda i: {
                    "name": f"main-{i}",
                    "image": IMAGE,
                    "sharedMemory": "1Gi",
                    "mounts": [{"mountPath": "/kqi", "nfs": {"server": "nfs-server", "path": f"/{i}"}}],
                },
            )
        ),
    ),
    Family(
        "mounts",
        lambda n: with_container(mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "nfs": {"server": "nfs-server", "path": f"/{i}"}})),
    ),
    Family("mounts of one path", lambda n: with_container(mounts=each(n, lambda _: {"mountPath": "/kqi", "nfs": NFS}))),
    Family(
        "mounts of one path from many sources",
        lambda n: with_container(mounts=each(n, lambda i: {"mountPath": "/kqi", "nfs": {"server": "nfs-server", "path": f"/{i}"}})),
    ),
    Family("mounts without a source", lambda n: with_container(mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}"}))),
    Family(
        "mounts of undeclared volumes", lambda n: with_container(mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "volume": f"kqi-{i}"}))
    ),
    Family(
        "mounts of declared volumes",
        lambda n: job(
            volumes=named(n, lambda i: (f"kqi-{i}", {"nfs": {"server": "nfs-server", "path": f"/{i}"}})),
            mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "volume": f"kqi-{i}"}),
        ),
    ),
    Family(
        "mounts of misspelt volumes",
        lambda n: job(
            volumes=named(n, lambda i: (f"kqi-{i}", {"nfs": {"server": "nfs-server", "path": f"/{i}"}})),
            mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "volume": f"kqj-{i}"}),
        ),
    ),
    Family(
        "mounts of several sources",
        lambda n: with_container(mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "nfs": NFS, "emptyDir": {}})),
    ),
    Family(
        "one volume's name for many sources",
        lambda n: with_container(
            mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "volume": "runs", "nfs": {"server": "nfs-server", "path": f"/{i}"}})
        ),
    ),
    Family("scratch", lambda n: with_container(mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "emptyDir": {}}))),
    Family(
        "mount paths that give one name",
        lambda n: with_container(
            mounts=each(n, lambda i: {"mountPath": f"/a{'/' * (i + 1)}b" if i < 300 else f"/A_b{'-' * (i % 99)}/{i}", "emptyDir": {}})
        ),
    ),
    Family(
        "mount paths in one another", lambda n: with_container(mounts=each(n, lambda i: {"mountPath": nested(i % 50, i // 50), "nfs": NFS}))
    ),
    Family("volumes, unmounted", lambda n: job(volumes=named(n, lambda i: (f"kqi-{i}", {"nfs": NFS})))),
    Family(
        "NFS through claims",
        lambda n: with_container(
            mounts=each(
                n,
                lambda i: {"mountPath": f"/kqi/{i}", "nfs": {"server": "nfs-server", "path": f"/{i}", "claim": {"size": "1Ti"}}},
            )
        ),
    ),
    Family(
        "NFS through one claim",
        lambda n: with_container(
            mounts=each(
                n,
                lambda i: {
                    "mountPath": f"/kqi/{i}",
                    "nfs": {"server": "nfs-server", "path": f"/{i}", "claim": {"name": "runs", "size": "1Ti"}},
                },
            )
        ),
    ),
    Family(
        "NFS through claims of no name",
        lambda n: {
            "kind": "Pod",
            "containers": [
                {
                    "name": "main",
                    "image": IMAGE,
                    "mounts": each(
                        n, lambda i: {"mountPath": f"/kqi/{i}", "nfs": {"server": "s", "path": f"/{i}", "claim": {"size": "1Ti"}}}
                    ),
                }
            ],
        },
    ),
    Family(
        "device classes",
        lambda n: job(
            containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE, "gpus": {"count": 1, "deviceClass": "gpu.nvidia.com"}})
        ),
    ),
    Family("GPUs of device classes", lambda n: with_container(gpus=each(n, lambda _: {"count": 1, "deviceClass": "gpu.nvidia.com"}))),
    Family("GPUs", lambda n: with_container(gpus=each(n, lambda i: {"count": 1, "resource": f"example.com/gpu-{i}", "tolerate": True}))),
    Family("GPUs of one resource", lambda n: with_container(gpus=each(n, lambda _: {"count": 1}))),
    Family("products", lambda n: with_container(gpus=each(n, lambda i: {"count": 1, "product": f"A{i}"}))),
    Family("limits", lambda n: with_container(limits=named(n, lambda i: (f"example.com/device-{i}", 1)))),
    Family(
        "limits given twice",
        lambda n: with_container(
            limits=named(n, lambda i: (f"example.com/device-{i}", 1)),
            resources={"limits": named(n, lambda i: (f"example.com/device-{i}", 1))},
        ),
    ),
    Family("env", lambda n: with_container(env=named(n, lambda i: (f"VARIABLE_{i}", "value")))),
    Family("env as a list", lambda n: with_container(env=each(n, lambda i: {"name": f"VARIABLE_{i}", "value": "value"}))),
    Family("env of one name", lambda n: with_container(env=each(n, lambda _: {"name": "VARIABLE", "value": "value"}))),
    Family("env of wrong values", lambda n: with_container(env=named(n, lambda i: (f"VARIABLE_{i}", i)))),
    Family("env of wrong names", lambda n: with_container(env=named(n, lambda i: (f"VARIABLE={i}", "value")))),
    Family("env that refers to env", lambda n: with_container(env=each(n, lambda i: {"name": f"V_{i}", "value": f"$(V_{i + 1})"}))),
    Family("envFrom", lambda n: with_container(envFrom=each(n, lambda i: {"configMapRef": {"name": f"settings-{i}"}}))),
    Family("ports", lambda n: with_container(ports=each(n, lambda i: i % 60_000 + 1))),
    Family("ports of one number", lambda n: with_container(ports=each(n, lambda _: {"containerPort": 80, "name": "http"}))),
    Family("labels", lambda n: {**job(), "labels": named(n, lambda i: (f"label-{i}", "value"))}),
    Family("wrong labels", lambda n: {**job(), "labels": named(n, lambda i: (f"label {i}", "a value"))}),
    Family("labels of wrong types", lambda n: {**job(), "labels": named(n, lambda i: (f"label-{i}", i))}),
    Family("annotations", lambda n: {**job(), "annotations": named(n, lambda i: (f"example.com/a-{i}", "value"))}),
    Family("nodeSelector", lambda n: job(nodeSelector=named(n, lambda i: (f"label-{i}", "value")))),
    Family("tolerations", lambda n: job(tolerations=each(n, lambda i: {"key": f"key-{i}", "operator": "Exists"}))),
    Family("hostAliases", lambda n: job(hostAliases=each(n, lambda i: {"ip": f"10.0.{i // 250}.{i % 250}", "hostnames": [f"host-{i}"]}))),
    Family("arguments", lambda n: with_container(command=each(n, str), args=each(n, str))),
    Family("keeps", lambda n: with_container(mounts=[{"mountPath": "/kqi", "nfs": NFS}], keeps=each(n, lambda i: f"/kqi/{i}"))),
    Family(
        "keeps of mounts",
        lambda n: with_container(
            mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "nfs": {"server": "nfs-server", "path": f"/{i}"}}),
            keeps=each(n, lambda i: f"/kqi/{i}"),
        ),
    ),
    Family(
        "keeps of what is lost",
        lambda n: with_container(
            mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "emptyDir": {}}), keeps=each(n, lambda i: f"/kqi/{i}/results")
        ),
    ),
    Family("keeps of nothing", lambda n: with_container(keeps=each(n, lambda i: f"/kqi/{i}"))),
    Family("keeps of no root", lambda n: with_container(keeps=each(n, lambda i: f"kqi/{i}"))),
    Family(
        "keeps of a pod's containers",
        lambda n: job(
            keeps=each(n, lambda i: f"/kqi/{i}"),
            containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE}),
        ),
    ),
    Family(
        "keeps of each container",
        lambda n: job(containers=each(n, lambda i: {"name": f"main-{i}", "image": IMAGE, "keeps": [f"/kqi/{i}"]})),
    ),
    Family("ignore", lambda n: {**job(), "ignore": named(n, lambda i: (f"KQ3{i:06}", "meant"))}),
    Family("ignore of what cannot be ignored", lambda n: {**job(), "ignore": named(n, lambda i: (f"KQ2{i:06}", "meant"))}),
    Family("unknown keys of a Job", lambda n: {**job(), **named(n, lambda i: (f"unknown{i}", 1))}),
    Family("unknown keys of a container", lambda n: with_container(**named(n, lambda i: (f"unknown{i}", 1)))),
    Family("misspelt keys of containers", lambda n: job(containers=each(n, lambda i: {"name": f"main-{i}", "imagee": IMAGE}))),
    Family("misspelt keys of mounts", lambda n: with_container(mounts=each(n, lambda i: {"mount_path": f"/kqi/{i}", "nfs": NFS}))),
    Family("unknown keys in what is Kubernetes' own", lambda n: job(securityContext=named(n, lambda i: (f"unknown{i}", 1)))),
    Family("containers of the wrong type", lambda n: job(containers=each(n, lambda _: "main"))),
    Family("containers without anything", lambda n: job(containers=each(n, lambda _: {}))),
    Family("mounts of the wrong type", lambda n: with_container(mounts=each(n, lambda i: f"/kqi/{i}:/kqi"))),
    Family("numbers for text", lambda n: with_container(args=each(n, lambda i: i))),
    Family("keys that are no text", lambda n: {**job(), "labels": dict.fromkeys(range(n), "value")}),
    Family("overlays", lambda n: {**job(), "overlay": each(n, lambda i: {"kind": "Job", "metadata": {"labels": {f"label-{i}": "value"}}})}),
    Family("overlays that fit nothing", lambda n: {**job(), "overlay": each(n, lambda i: {"kind": f"Kind{i}"})}),
    Family(
        "overlays of claims",
        lambda n: {
            **with_container(
                mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "nfs": {"server": "s", "path": f"/{i}", "claim": {"size": "1Ti"}}})
            ),
            "overlay": each(
                n,
                lambda i: {"kind": "PersistentVolume", "metadata": {"name": f"training-kqi-{i}", "labels": {"tier": "slow"}}},
            ),
        },
    ),
    Family(
        "overlays that are ambiguous",
        lambda n: {
            **with_container(
                mounts=each(n, lambda i: {"mountPath": f"/kqi/{i}", "nfs": {"server": "s", "path": f"/{i}", "claim": {"size": "1Ti"}}})
            ),
            "overlay": each(n, lambda i: {"kind": "PersistentVolume", "metadata": {"labels": {"tier": f"slow-{i}"}}}),
        },
        least=200,
    ),
    *(_overlaid(field, spec) for field, spec in _PATCHES),
    Family("documents", lambda n: each(n, lambda i: {**job(), "name": f"training-{i}"})),
    Family("documents of one name", lambda n: each(n, lambda _: job())),
    Family("documents at fault", lambda n: each(n, lambda i: {**job(), "name": f"Training {i}"})),
    Family("documents of unknown kinds", lambda n: each(n, lambda i: {"kind": f"Jobb{i}"})),
    Family(
        "services and pods",
        lambda n: (
            each(
                n // 2,
                lambda i: {
                    "kind": "Service",
                    "name": f"s-{i}",
                    "selector": {"app": f"p-{i}"},
                    "ports": [{"port": 80, "targetPort": "http"}],
                },
            )
            + each(
                n // 2,
                lambda i: {
                    "kind": "Pod",
                    "name": f"p-{i}",
                    "labels": {"app": f"p-{i}"},
                    "containers": [{"name": "main", "image": IMAGE, "ports": [{"containerPort": 80, "name": "http"}]}],
                },
            )
        ),
    ),
    Family("data", lambda n: {"kind": "ConfigMap", "name": "settings", "data": named(n, lambda i: (f"key-{i}", "value"))}),
    Family("wrong data", lambda n: {"kind": "ConfigMap", "name": "settings", "data": named(n, lambda i: (f"key {i}", i))}),
    Family(
        "ports of a Service",
        lambda n: {
            "kind": "Service",
            "name": "s",
            "selector": {"app": "a"},
            "ports": each(n, lambda i: {"name": f"p-{i}", "port": i % 60_000 + 1}),
        },
    ),
    Family("a source map", lambda n: with_container(env=named(n, lambda i: (f"VARIABLE_{i}", "value"))), mapped),
    Family("a List's stray keys", lambda n: {"kind": "List", "items": [], **named(n, lambda i: (f"stray{i}", 1))}),
    Family("a List's items", lambda n: {"kind": "List", "apiVersion": "v1", "items": each(n, lambda i: pod(f"p-{i}"))}),
)
