"""Objects and their identity: kind, namespace and name, and where their pods are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from kqmanifest.vocabulary.kinds import kind_of

DEFAULT_NAMESPACE: Final = "default"
UNREAD: Final = "an object of an unknown kind or shape"


class Identity(NamedTuple):
    """What identifies an object."""

    group: str
    kind: str
    namespace: str
    name: str


class PodOf(NamedTuple):
    """The pod of an object: its labels, its spec, and the place of that spec in the object."""

    labels: Mapping[str, str]
    spec: Mapping[str, Any]
    place: tuple[str, ...]


def unread(thing: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of an object whose kind or shape is unknown: that it exists, and in which namespace."""
    metadata = thing.get("metadata")
    namespace = metadata.get("namespace") if isinstance(metadata, Mapping) else None
    return {"apiVersion": "", "kind": UNREAD, "metadata": {"namespace": namespace if isinstance(namespace, str) else None}}


def identity(thing: Mapping[str, Any]) -> Identity | None:
    """Return which object this is; None where its name is left to the server."""
    metadata = thing.get("metadata") or {}
    name = metadata.get("name")
    return Identity(thing["apiVersion"].rpartition("/")[0], thing["kind"], namespace(thing), name) if name else None


def namespace(thing: Mapping[str, Any]) -> str:
    """Return the namespace of an object; empty for cluster-scoped objects."""
    kind = kind_of(thing["apiVersion"], thing["kind"])
    if kind is not None and not kind.namespaced:
        return ""
    return (thing.get("metadata") or {}).get("namespace") or DEFAULT_NAMESPACE


def pod_of(thing: Mapping[str, Any]) -> PodOf | None:
    """Return the pod that an object is or creates; None where there is none."""
    kind = kind_of(thing["apiVersion"], thing["kind"])
    if kind is None or not kind.pods:
        return None
    here: Any = thing
    for step in kind.pods[0][:-1]:
        here = here.get(step) or {}
    spec = here.get("spec")
    return PodOf((here.get("metadata") or {}).get("labels") or {}, spec, kind.pods[0]) if spec else None


def of_kind(things: list[dict[str, Any]], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Return the objects of a kind that have a spec, each with its number."""
    for number, thing in enumerate(things):
        if thing["kind"] == kind and thing.get("spec"):
            yield number, thing
