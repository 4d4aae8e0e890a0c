"""What a picture shows: what holds files, where they are there, and which mounts lead to each place."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from kqmanifest.diagnostics import printable
from kqmanifest.inventory import ContainerView, FileSource, MountView, PodView
from kqmanifest.vocabulary.objects import DEFAULT_NAMESPACE
from kqmanifest.vocabulary.paths import normalised

_TITLES: Final = {
    "persistentVolumeClaim": ("claims", "PersistentVolumeClaim"),
    "configMap": ("ConfigMaps", "never written"),
    "secret": ("Secrets", "never written"),
    "downwardAPI": ("downwardAPI", "the pod's own fields"),
    "projected": ("projected", "of several sources, never written"),
    "image": ("images", "read from a registry"),
}

_NAMED: Final = frozenset({"persistentVolumeClaim", "configMap", "secret", "image"})
"""Sources that are identified by their name: two volumes of one name are one place."""
_DIRECTORIES: Final = frozenset({"nfs", "hostPath"})
"""Sources that are a directory of a holder."""


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Link:
    """A mount, by the numbers of its pod, of its container there, and of its own there."""

    pod: int
    container: int
    mount: int


@dataclasses.dataclass(frozen=True, slots=True)
class Location:
    """A directory, or anything else that contains files, and the mounts that lead there: none if it is never mounted."""

    label: str
    note: str
    links: tuple[Link, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Holder:
    """What holds places: a server, a node, a pod, or the cluster's objects of one kind."""

    kind: str
    title: str
    caption: str
    places: tuple[Location, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """The holders on one side, the pods on the other."""

    holders: tuple[Holder, ...]
    pods: tuple[PodView, ...]

    @property
    def links(self) -> Iterator[tuple[Link, MountView]]:
        """Yield every mount with its numbers."""
        for i, pod in enumerate(self.pods):
            for j, container in enumerate(pod.containers):
                for k, mount in enumerate(container.mounts):
                    yield Link(i, j, k), mount


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """A place as one mount knows it."""

    pod: int
    origin: FileSource
    volume: str
    sub_path: str
    link: Link | None


def scene(pods: Sequence[PodView]) -> Scene:
    """Group the places of all pods by their holders; a place that several mounts lead to is there once."""
    held: dict[tuple[str, ...], dict[tuple[str, ...], list[_Found]]] = {}
    for found in _found(pods):
        held.setdefault(_holder(found, pods), {}).setdefault(_place(found), []).append(found)
    several = len(pods) > 1
    spread = len({pod.namespace for pod in pods}) > 1
    holders = tuple(
        Holder(
            key[0], *_title(key, next(iter(places.values()))[0], pods, several=several, spread=spread), tuple(map(_draw, places.values()))
        )
        for key, places in held.items()
    )
    return Scene(holders, tuple(pods))


def nested(container: ContainerView) -> Iterator[tuple[int, int]]:
    """Return the numbers of a container's mounts in drawing order, an inner one below its outer one, each with its depth."""
    mounts = container.mounts
    spelt = {mount.path: mount.at for mount in mounts}
    last = {mount.at: index for index, mount in enumerate(mounts)}
    inner: dict[str, list[int]] = {}
    for index, mount in enumerate(mounts):
        inner.setdefault(spelt[mount.enclosing] if mount.enclosing else "", []).append(index)  # a path may be empty, and then lies in none
    ahead = [(index, 0) for index in reversed(inner.get("", ()))]
    while ahead:
        index, depth = ahead.pop()
        yield index, depth
        at = mounts[index].at
        if last[at] == index:
            ahead += [(below, depth + 1) for below in reversed(inner.get(at, ()))]


def _found(pods: Sequence[PodView]) -> Iterator[_Found]:
    for i, pod in enumerate(pods):
        for j, container in enumerate(pod.containers):
            for k, mount in enumerate(container.mounts):
                yield _Found(i, mount.origin, mount.volume, mount.sub_path, Link(i, j, k))
        for one in pod.unmounted:
            yield _Found(i, one.origin, one.volume, "", None)


def _holder(found: _Found, pods: Sequence[PodView]) -> tuple[str, ...]:
    """Return the identity of a holder: a server is one for all pods, a node or what is created with a pod is each pod's own."""
    origin = found.origin
    if origin.kind == "nfs":
        return ("nfs", origin.holder)
    if origin.kind == "hostPath":
        return ("hostPath", str(found.pod))
    if origin.holder == "pod":
        return ("pod", str(found.pod))
    if origin.kind == "":
        return ("", str(found.pod))
    return (origin.kind, pods[found.pod].namespace)


def _place(found: _Found) -> tuple[str, ...]:
    """Return the identity of a place in its holder: of a directory its path, of an object its name, else the volume."""
    origin = found.origin
    if origin.kind in _DIRECTORIES:
        return (normalised(origin.location),)
    if origin.kind in _NAMED:
        return (origin.location,)
    return (origin.kind, origin.location, origin.claim or f"{found.pod}/{found.volume}", found.sub_path)


def _title(key: tuple[str, ...], found: _Found, pods: Sequence[PodView], *, several: bool, spread: bool) -> tuple[str, str]:
    kind, whose = key[0], pods[found.pod].title
    if kind == "nfs":
        return found.origin.holder, "NFS server"
    if kind == "hostPath":
        return "node", f"that {whose} runs on" if several else "that the pod runs on"
    if kind == "pod":
        return "the pod's own", f"made and lost with {whose}" if several else "made with the pod, lost with it"
    if kind == "":
        return "nothing", "no source is given"
    title, caption = _TITLES.get(kind, (kind, ""))
    where = f"of namespace {pods[found.pod].namespace or DEFAULT_NAMESPACE}" if spread else ""
    return title, " ".join(part for part in (caption, where) if part)


def _draw(found: Sequence[_Found]) -> Location:
    first = found[0]
    links = tuple(one.link for one in found if one.link is not None)
    claims = tuple(dict.fromkeys(one.origin.claim for one in found if one.origin.claim))
    notes = [f"claim {' and '.join(claims)}"] if claims else []
    if first.origin.holder == "pod":
        label = " ".join(part for part in (first.origin.kind, first.origin.location) if part)
        notes.append(f"volume {first.volume}")
    elif not first.origin.kind:
        label = first.volume
        notes.append("not declared" if first.origin.location else "no source")
    else:
        label = first.origin.location or first.volume
        if first.origin.kind not in _NAMED | _DIRECTORIES and label != first.volume:
            notes.append(f"volume {first.volume}")
    if not links:
        notes.append("never mounted")
    return Location(printable(label), printable(", ".join(notes)), links)
