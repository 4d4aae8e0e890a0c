"""Promises: files at a path outlive the pod, because something that lasts is mounted there, writable."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kqmanifest.diagnostics import Fault
from kqmanifest.rules.rule import found
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.paths import rooted
from kqmanifest.vocabulary.pods import Placed, containers, mounts, volumes
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


def broken(pod_spec: Mapping[str, Any], promises: Sequence[tuple[str, str | None]]) -> Iterator[tuple[int, Finding]]:
    """Say where and why promises are not kept, each a path and the container that keeps it; None: any of the pod's.

    Each finding comes with the number of its promise. Init containers keep nothing unless they are named: what a pod is for
    runs after them. What is at fault anyway, a mount of an undeclared volume for example, is told by its own rule and breaks
    no promise.
    """
    known, names = volumes(pod_spec), [one["name"] for _, one in containers(pod_spec)]
    keepers: dict[str | None, Placed] = {}
    for place, one in containers(pod_spec):
        keepers.setdefault(one["name"], []).append((place, one))
        if place[0] == "containers":
            keepers.setdefault(None, []).append((place, one))
    asked: dict[str | None, set[str]] = {}
    for path, container in promises:
        asked.setdefault(container, set()).add(rooted(path))
    answers = {container: _Sweep(keepers.get(container, []), known).over(paths) for container, paths in asked.items()}
    for number, (path, container) in enumerate(promises):
        if container in keepers:
            lack = answers[container][rooted(path)]
            if lack is not None:
                yield number, _finding(keepers[container], known, path, lack)
        elif container is not None:
            yield number, found("containers", path=path, why=f"the pod has no container {container}", names=names)


class _Lack(NamedTuple):
    """The container that is told of where none keeps a path, and the mount that is at fault; None: nothing is mounted there."""

    container: int
    mount: int | None


class _Sweep:
    """One way through all paths at which something is mounted or promised, outer ones first.

    At each path it knows the innermost mount of each container around it, of two at one place the later. What it meets on the
    way in it takes back on the way out, so that each mount is looked at twice, however many promises there are.
    """

    def __init__(self, keepers: Placed, known: Mapping[str, Mapping[str, Any]]) -> None:
        """Look at these containers, whose pod has these volumes."""
        self._mounts = [mounts(container) for _, container in keepers]
        self._keeps = [[_reason(mount, known.get(mount["name"])) is None for mount in each] for each in self._mounts]
        self._innermost: list[int | None] = [None] * len(keepers)
        self._keeping = 0
        self._lacking: list[int] = []
        """A heap of containers whose innermost mount keeps nothing, and of some of which that was true before."""

    def over(self, paths: Collection[str]) -> dict[str, _Lack | None]:
        """Say for each path what is told of it; None where it is kept."""
        mounted: dict[str, list[tuple[int, int]]] = {}
        for container, each in enumerate(self._mounts):
            for index, mount in enumerate(each):
                if mount["mountPath"]:
                    mounted.setdefault(rooted(mount["mountPath"]), []).append((container, index))
        answers: dict[str, _Lack | None] = {}
        entered: list[tuple[str, list[tuple[int, int | None]]]] = []
        for path in sorted({*mounted, *paths}, key=lambda path: path.split("/")):
            while entered and not _holds(entered[-1][0], path):
                for container, before in reversed(entered.pop()[1]):
                    self._see(container, before)
            entered.append((path, [(container, self._see(container, index)) for container, index in mounted.get(path, ())]))
            if path in paths:
                answers[path] = self._answer()
        return answers

    def _see(self, container: int, mount: int | None) -> int | None:
        """Let a mount be the innermost of a container, and give the one before."""
        before = self._innermost[container]
        self._innermost[container] = mount
        self._keeping += self._is_kept(container, mount) - self._is_kept(container, before)
        if mount is not None and not self._is_kept(container, mount):
            heapq.heappush(self._lacking, container)
        return before

    def _is_kept(self, container: int, mount: int | None) -> bool:
        return mount is not None and self._keeps[container][mount]

    def _answer(self) -> _Lack | None:
        if self._keeping:
            return None
        while self._lacking and self._innermost[self._lacking[0]] is None:
            heapq.heappop(self._lacking)
        first = self._lacking[0] if self._lacking else 0
        return _Lack(first, self._innermost[first] if self._lacking else None)


def _reason(mount: Mapping[str, Any], volume: Mapping[str, Any] | None) -> str | None:
    """Say why what is written to a mount is not kept; None where it is."""
    if volume is None or len(sources(volume)) > 1:
        return None
    if _is_lost(volume):
        return "and is lost with the pod"
    if WRITTEN_BY_NOBODY.intersection(sources(volume)):
        return "and cannot be written to"
    if mount.get("readOnly"):
        return "read-only"
    return "and is read-only" if any(isinstance(value, Mapping) and value.get("readOnly") for value in volume.values()) else None


def _finding(keepers: Placed, known: Mapping[str, Mapping[str, Any]], path: str, lack: _Lack) -> Finding:
    place, container = keepers[lack.container]
    if lack.mount is None:
        near = _near(path, [rooted(mount["mountPath"]) for mount in mounts(container) if mount["mountPath"]])
        return found(*place, "volumeMounts", path=path, why="nothing is mounted there", missing=path, near=near)
    mount = mounts(container)[lack.mount]
    volume = known[mount["name"]]
    where = "there" if rooted(mount["mountPath"]) == rooted(path) else f"at {mount['mountPath']}"
    said = source(volume) if sources(volume) else f"the volume {mount['name']}, which has no source,"
    reason = _reason(mount, volume)
    cure = {
        "read-only": {"read_only": f"the mount of {mount['mountPath']}"},
        "and is read-only": {"read_only": f"the volume {mount['name']}"},
    }.get(str(reason), {"instead": path})
    return found(*place, "volumeMounts", lack.mount, path=path, why=f"{said} is mounted {where}, {reason}", **cure)


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
