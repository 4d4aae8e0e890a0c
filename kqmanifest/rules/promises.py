"""Promises: files at a path outlive the pod, because something that lasts is mounted there, writable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.rules.rule import found
from kqmanifest.rules.statefulsets import with_its_claims_as_volumes
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.objects import PodOf, pod_of
from kqmanifest.vocabulary.paths import rooted
from kqmanifest.vocabulary.pods import containers, mounts, volumes
from kqmanifest.vocabulary.sources import source, sources

NOT_KEPT: Final = Fault(
    "KQ3070",
    "{path} is not kept: {why}",
    (
        "take `readOnly` away from {read_only}",
        "mount something that lasts at {instead}, such as nfs or a persistentVolumeClaim",
        "mount something that lasts at {missing}, such as nfs or a persistentVolumeClaim; did you mean {near}?",
        "mount something that lasts at {missing}, such as nfs or a persistentVolumeClaim",
        "let one of its containers promise it: {names}",
    ),
)

LOST: Final = frozenset({"emptyDir", "ephemeral", "gitRepo"})
"""Sources that are made for a pod and deleted with it."""
WRITTEN_BY_NOBODY: Final = frozenset({"configMap", "downwardAPI", "image", "projected", "secret"})
"""Sources that no container can write to."""
DRIVERS_OF_SECRETS: Final = frozenset({"secrets-store.csi.k8s.io", "csi.cert-manager.io", "csi.spiffe.io"})
"""CSI drivers that make files for a pod, and keep none."""

_FEW: Final = 20


def pod_as_seen(thing: dict[str, Any]) -> PodOf | None:
    """Give the pod that an object is or makes, with the volumes that the object adds to it; None where it makes none."""
    if thing["kind"] == "StatefulSet":
        thing = {**thing, "spec": with_its_claims_as_volumes(thing.get("spec"))}
    return pod_of(thing)


def broken(pod_spec: Mapping[str, Any], path: str, container: str | None = None) -> Finding | None:
    """Say where and why a path is not kept by the container of this name, or by any of the pod's; None where it is kept.

    Init containers keep nothing unless they are named: what a pod is for runs after them. What is at fault anyway,
    a mount of an undeclared volume for example, is told by its own rule and breaks no promise.
    """
    known = volumes(pod_spec)
    lacking: list[Finding] = []
    for place, one in containers(pod_spec):
        if one["name"] == container if container is not None else place[0] == "containers":
            lack = _lack(one, known, path)
            if lack is None:
                return None
            lacking.append(Finding((*place, *lack.place), lack.values))
    if not lacking and container is not None:
        names = [one["name"] for _, one in containers(pod_spec)]
        return found("containers", path=path, why=f"the pod has no container {container}", names=names)
    mounted = (lack for lack in lacking if "missing" not in lack.values)
    return next(mounted, next(iter(lacking), None))


def _lack(container: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], path: str) -> Finding | None:
    """Say why a container does not keep a path: by the innermost of its mounts that holds it, of two the later."""
    spelt = [(rooted(mount["mountPath"]), index, mount) for index, mount in enumerate(mounts(container)) if mount["mountPath"]]
    holding = [one for one in spelt if _holds(one[0], rooted(path))]
    if not holding:
        return found(
            "volumeMounts", path=path, why="nothing is mounted there", missing=path, near=_near(path, [one for one, _, _ in spelt])
        )
    where, index, mount = max(reversed(holding), key=lambda one: len(one[0]))
    volume = known.get(mount["name"])
    if volume is None or len(sources(volume)) > 1:
        return None
    there = "there" if where == rooted(path) else f"at {mount['mountPath']}"
    said = source(volume) if sources(volume) else f"the volume {mount['name']}, which has no source,"
    if _is_lost(volume):
        return found("volumeMounts", index, path=path, why=f"{said} is mounted {there}, and is lost with the pod", instead=path)
    if WRITTEN_BY_NOBODY.intersection(sources(volume)):
        return found("volumeMounts", index, path=path, why=f"{said} is mounted {there}, and cannot be written to", instead=path)
    if mount.get("readOnly"):
        return found(
            "volumeMounts", index, path=path, why=f"{said} is mounted {there}, read-only", read_only=f"the mount of {mount['mountPath']}"
        )
    if any(isinstance(value, Mapping) and value.get("readOnly") for value in volume.values()):
        return found(
            "volumeMounts", index, path=path, why=f"{said} is mounted {there}, and is read-only", read_only=f"the volume {mount['name']}"
        )
    return None


def _is_lost(volume: Mapping[str, Any]) -> bool:
    kinds = sources(volume)
    return not kinds or bool(LOST.intersection(kinds)) or (volume.get("csi") or {}).get("driver") in DRIVERS_OF_SECRETS


def _holds(parent: str, path: str) -> bool:
    return path == parent or path.startswith(f"{parent.rstrip('/')}/")


def _near(path: str, mounted: list[str]) -> str | None:
    return nearest(path, mounted) if len(mounted) <= _FEW else None


def kept_apart(paths: Iterable[str], promised: Iterable[str] = ()) -> Iterator[str]:
    """Give the paths that are not promised already, each once."""
    told = {rooted(path) for path in promised}
    for path in paths:
        if rooted(path) not in told:
            told.add(rooted(path))
            yield path
