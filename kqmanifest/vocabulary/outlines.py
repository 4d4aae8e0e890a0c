"""What other objects may refer to in an object, or need to know of it: its name, labels, ports, keys and claims, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from kqmanifest.vocabulary.kinds import below
from kqmanifest.vocabulary.objects import pods_of
from kqmanifest.vocabulary.pods import CONTAINERS

STORAGE_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
"""The annotation that was the class of a claim or volume before there was a field for it."""
BOUND: Final = "pv.kubernetes.io/bind-completed"
"""The annotation of a claim that has its volume."""

_METADATA: Final = ("name", "namespace")
_ANNOTATIONS: Final = (STORAGE_CLASS, BOUND)
_OF_A_CLAIM: Final = ("storageClassName", "volumeMode", "volumeName", "accessModes", "resources")
_OF_A_VOLUME: Final = ("storageClassName", "volumeMode", "accessModes", "capacity", "claimRef")
_KEYED: Final = ("data", "binaryData", "stringData")
_NOTHING: Final[Mapping[str, Any]] = {}
_Below: TypeAlias = list[tuple[tuple[str | int, ...], Any]]
"""Values, and the steps that lead to each."""


def outline(thing: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object of the right shape without what concerns no other object; what is left stands where it stood.

    It is a plain object itself: whoever judges several objects finds the same in their outlines.
    """
    kind = thing["kind"]
    kept: dict[str, Any] = {"apiVersion": thing["apiVersion"], "kind": kind, "metadata": _metadata(thing.get("metadata") or {})}
    spec = thing.get("spec")
    if kind in _OF_KIND and spec:
        kept["spec"] = _OF_KIND[kind](spec)
    if kind == "PersistentVolumeClaim" and thing.get("status"):
        kept["status"] = {"phase": thing["status"].get("phase")}
    if kind in {"ConfigMap", "Secret"}:
        kept |= {field: dict.fromkeys(thing[field]) for field in _KEYED if thing.get(field)}
    pods: _Below = []
    for pod in pods_of(thing):
        pods.append((pod.place, _pod(pod.spec)))
        if pod.labels:
            pods.append(((*pod.place[:-1], "metadata", "labels"), pod.labels))
    if not pods:
        return kept
    if "spec" in kept:  # it is called as a kind of Kubernetes, and has pods: nobody can say what of it concerns others
        return dict(thing)
    found: dict[str, Any] = _along(thing, pods)
    return kept | found | {"metadata": kept["metadata"] | found.get("metadata", _NOTHING)}


def _metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: metadata[key] for key in _METADATA if key in metadata}
    annotations = metadata.get("annotations") or _NOTHING
    found = {key: annotations[key] for key in _ANNOTATIONS if key in annotations}
    return kept | {"annotations": found} if found else kept


def _along(node: Any, places: _Below) -> Any:
    """Return what is at some places, below objects and lists that hold nothing else: a list is as long as it was."""
    if places and not places[0][0]:
        return places[0][1]
    groups: dict[str | int, _Below] = {}
    for (step, *steps), value in places:
        groups.setdefault(step, []).append((tuple(steps), value))
    if isinstance(node, list):
        return [_along(item, groups[index]) if index in groups else _NOTHING for index, item in enumerate(node)]
    return {key: _along(below(node, (key,)), groups[key]) for key in sorted(groups, key=[*node].index)}


def _pod(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ports of a pod's containers that have names, and the keys that it needs."""
    kept: dict[str, Any] = {"containers": None}
    for key in CONTAINERS:
        if spec.get(key):
            kept[key] = [_container(one) for one in spec[key]]
    volumes = _each([_volume(one) for one in spec.get("volumes") or ()])
    return kept | {"volumes": volumes} if volumes else kept


def _container(container: Mapping[str, Any]) -> Mapping[str, Any]:
    ports = [{"name": port["name"]} for port in container.get("ports") or () if port.get("name")]
    variables = _each([_variable(one) for one in container.get("env") or ()])
    return {**({"ports": ports} if ports else {}), **({"env": variables} if variables else {})} or _NOTHING


def _variable(variable: Mapping[str, Any]) -> Mapping[str, Any]:
    source = variable.get("valueFrom") or _NOTHING
    kept = {key: source[key] for key in ("configMapKeyRef", "secretKeyRef") if source.get(key)}
    return {"valueFrom": kept} if kept else _NOTHING


def _volume(volume: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: volume[key] for key in ("configMap", "secret") if (volume.get(key) or _NOTHING).get("items")} or _NOTHING


def _each(kept: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the items of a list in their places, if anything is left of one."""
    return kept if any(kept) else ()


def _service(spec: Mapping[str, Any]) -> dict[str, Any]:
    ports = [{"targetPort": one.get("targetPort")} for one in spec.get("ports") or ()]
    return {"selector": spec.get("selector"), "ports": ports}


_OF_KIND: Final = {
    "PersistentVolumeClaim": lambda spec: {key: spec.get(key) for key in _OF_A_CLAIM},
    "PersistentVolume": lambda spec: {key: spec.get(key) for key in _OF_A_VOLUME},
    "Service": _service,
}
"""What of a kind's spec concerns others."""
