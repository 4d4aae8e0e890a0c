"""The objects of a manifest as they are compared: with their pods, and with the mounts of each container."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kqmanifest.diagnostics import Steps
from kqmanifest.difference.trees import comparable
from kqmanifest.inventory import ContainerView, PodView, Unmounted, views
from kqmanifest.vocabulary.admitted import admitted_pods
from kqmanifest.vocabulary.objects import PodOf, namespace
from kqmanifest.vocabulary.pods import containers, volumes


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A container as it is written and as its mounts are, with its place in the object."""

    place: Steps
    written: Mapping[str, Any]
    seen: ContainerView


@dataclasses.dataclass(frozen=True, slots=True)
class Pod:
    """A pod of an object, with its containers and volumes."""

    place: Steps
    spec: Mapping[str, Any]
    template: str
    """The place of its template, where the object has several."""
    parts: tuple[Part, ...]
    volumes: Mapping[str, Mapping[str, Any]]
    unmounted: tuple[Unmounted, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Thing:
    """An object, with its pods."""

    kind: str
    namespace: str
    name: str
    title: str
    tree: Mapping[str, Any]
    pods: tuple[Pod, ...]

    @property
    def mounts(self) -> bool:
        """Return whether any of its containers mounts anything."""
        return any(part.seen.mounts for pod in self.pods for part in pod.parts)


def things(objects: Sequence[dict[str, Any]], *, spread: bool) -> list[Thing]:
    """Return the objects of a manifest as they are compared; where they are ``spread`` over namespaces, their titles name these."""
    seen = iter(views(objects))
    return [_thing(tree, (_pod(pod, next(seen)) for pod in admitted_pods(tree)), spread=spread) for tree in map(comparable, objects)]


def _thing(tree: dict[str, Any], pods: Iterable[Pod], *, spread: bool) -> Thing:
    metadata = tree.get("metadata") or {}
    kind, name = str(tree["kind"]), str(metadata.get("name") or metadata.get("generateName") or "")
    where = namespace(tree)
    title = f"{kind}/{name} in {where}" if spread and where else f"{kind}/{name}"
    return Thing(kind, str(metadata.get("namespace") or ""), name, title, tree, tuple(pods))


def _pod(pod: PodOf, view: PodView) -> Pod:
    found = zip(containers(pod.spec), view.containers, strict=True)
    parts = tuple(Part((*pod.place, *place), one, sight) for (place, one), sight in found)
    return Pod(pod.place, pod.spec, view.template, parts, volumes(pod.spec), view.unmounted)
