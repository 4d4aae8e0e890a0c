"""Objects and their identity: kind, namespace and name, and where their pods are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from kqmanifest.vocabulary.kinds import BY_NAME, KeyPath, below, kind_of, places

DEFAULT_NAMESPACE: Final = "default"
UNREAD: Final = "an object of an unknown kind or shape"


class Identity(NamedTuple):
    """What identifies an object."""

    group: str
    kind: str
    namespace: str
    name: str


class PodOf(NamedTuple):
    """A pod of an object: its labels, its spec, and the place of that spec in the object."""

    labels: Mapping[str, str]
    spec: Mapping[str, Any]
    place: tuple[str | int, ...]

    @property
    def template(self) -> tuple[str | int, ...] | None:
        """Return the place of what has the pod's metadata and spec; None where the spec stands alone."""
        return self.place[:-1] if self.place[-1] == "spec" else None


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


def pods_of(thing: Mapping[str, Any]) -> tuple[PodOf, ...]:
    """Return the pods that an object is or makes, in the order of their kind's row; one for all that are made of one template."""
    called = BY_NAME.get(thing["kind"])  # as kind_of does, but for the call: this is asked often
    kind = called.get(thing["apiVersion"].rpartition("/")[0]) if called else None
    if kind is None:
        return ()
    if kind.template is None:
        return tuple(_several_pods(thing, kind.pods)) if kind.pods else ()
    here: Any = thing
    for step in kind.template:
        here = here.get(step) or {}
    spec = here.get("spec")
    if not spec:
        return ()
    labels = (here.get("metadata") or {}).get("labels") or {}
    return (tuple.__new__(PodOf, (labels, spec, kind.pods[0])),)  # which is faster than PodOf's own, written in Python


def _several_pods(thing: Mapping[str, Any], pods: Iterable[KeyPath]) -> Iterator[PodOf]:
    for steps in (steps for pod in pods for steps in places(thing, pod)):
        spec = below(thing, steps)
        metadata = below(thing, (*steps[:-1], "metadata")) if steps[-1] == "spec" else None
        if spec:
            yield PodOf((metadata or {}).get("labels") or {}, spec, steps)


def of_kind(things: list[dict[str, Any]], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Return the objects of a kind that have a spec, each with its number."""
    for number, thing in enumerate(things):
        if thing["kind"] == kind and thing.get("spec"):
            yield number, thing
