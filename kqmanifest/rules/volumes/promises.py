"""Promises that files at a path outlive the pod: a volume that lasts must be mounted there, writable."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from kqmanifest.diagnostics import Fault
from kqmanifest.rules.rule import found
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import rooted
from kqmanifest.vocabulary.pods import Placed, containers, mounts, volumes
from kqmanifest.vocabulary.sources import source, sources
from kqmanifest.vocabulary.spelling import nearest

NOT_KEPT: Final = Fault(
    "KQ3070",
    "{path} is not kept: {source} is mounted at {at}",
    (
        "remove `readOnly` from the mount of {read_only_mount}",
        "remove `readOnly` from the volume {read_only_volume}",
        "mount something that lasts at {path}, such as nfs or a persistentVolumeClaim: {lost} is lost with the pod",
        "mount something that lasts at {path}, such as nfs or a persistentVolumeClaim: {unwritable} cannot be written to",
        "write `keeps` in one of the pod's containers, {names}: it has no container {container}",
        "mount something that lasts at {path}, such as nfs or a persistentVolumeClaim; did you mean {near}?",
        "mount something that lasts at {path}, such as nfs or a persistentVolumeClaim",
    ),
)

LOST: Final = frozenset({"emptyDir", "ephemeral", "gitRepo"})
"""Sources that are created for a pod and deleted with it."""
WRITTEN_BY_NOBODY: Final = frozenset({"configMap", "downwardAPI", "image", "projected", "secret"})
"""Sources that no container can write to."""
DRIVERS_OF_SECRETS: Final = frozenset({"secrets-store.csi.k8s.io", "csi.cert-manager.io", "csi.spiffe.io"})
"""CSI drivers that create files for a pod and keep none."""

_FEW: Final = 20


def broken(pod_spec: Mapping[str, Any], promises: Sequence[tuple[str, str | None]]) -> Iterator[tuple[int, Spot]]:
    """Find where promises are not kept, each a path and the name of the container that keeps it; None is any of the pod's.

    Each finding comes with the number of its promise. Init containers keep nothing unless they are named: the containers that
    do the pod's work run after them. A mount that has a fault of its own, such as an undeclared volume, breaks no promise: its
    own rule reports it.
    """
    known, names = volumes(pod_spec), [container["name"] for _, container in containers(pod_spec)]
    keepers: dict[str | None, Placed] = {}
    for place, keeper in containers(pod_spec):
        keepers.setdefault(keeper["name"], []).append((place, keeper))
        if place[0] == "containers":
            keepers.setdefault(None, []).append((place, keeper))
    promised: dict[str | None, set[str]] = {}
    for path, container in promises:
        promised.setdefault(container, set()).add(rooted(path))
    answers = {container: _Sweep(keepers.get(container, []), known).over(paths) for container, paths in promised.items()}
    for number, (path, container) in enumerate(promises):
        if container in keepers:
            lack = answers[container][rooted(path)]
            if lack is not None:
                yield number, _finding(keepers[container], known, path, lack)
        elif container is not None:
            yield number, found("containers", path=path, source=None, at=path, names=names, container=container)


_Defect: TypeAlias = Literal["lost", "unwritable", "read_only_mount", "read_only_volume"]
"""Why a mount keeps nothing: the value that the hints name."""


class _Lack(NamedTuple):
    """The container to report where none keeps a path, and the mount that is at fault; None where nothing is mounted there."""

    container: int
    mount: int | None


class _Sweep:
    """One way through all paths at which something is mounted or promised, outer ones first.

    At each path it knows the innermost mount of each container around it, of two at the same path the later. Each mount is
    entered on the way in and left on the way out: it is looked at twice, however many promises there are.
    """

    def __init__(self, keepers: Placed, known: Mapping[str, Mapping[str, Any]]) -> None:
        """Prepare the mounts of these containers, whose pod has these volumes."""
        self._mounts = [mounts(container) for _, container in keepers]
        self._keeps = [[_defect(mount, known.get(mount["name"])) is None for mount in each] for each in self._mounts]
        self._innermost: list[int | None] = [None] * len(keepers)
        self._keeping = 0
        self._lacking: list[int] = []
        """A heap of containers whose innermost mount keeps nothing, or kept nothing earlier."""

    def over(self, paths: Collection[str]) -> dict[str, _Lack | None]:
        """Return for each path what it lacks; None where it is kept."""
        mounted: dict[str, list[tuple[int, int]]] = {}
        for container, each in enumerate(self._mounts):
            for index, mount in enumerate(each):
                if mount["mountPath"]:
                    mounted.setdefault(rooted(mount["mountPath"]), []).append((container, index))
        taken = {path for path, at in mounted.items() if len({container for container, _ in at}) < len(at)}  # told by its own rule
        answers: dict[str, _Lack | None] = {}
        entered: list[tuple[str, list[tuple[int, int | None]]]] = []
        for path in sorted({*mounted, *paths}, key=lambda path: path.split("/")):
            while entered and not _holds(entered[-1][0], path):
                for container, before in reversed(entered.pop()[1]):
                    self._see(container, before)
            entered.append((path, [(container, self._see(container, index)) for container, index in mounted.get(path, ())]))
            if path in paths:
                answers[path] = None if any(around in taken for around, _ in entered) else self._answer()
        return answers

    def _see(self, container: int, mount: int | None) -> int | None:
        """Make a mount the innermost of a container, and return the one before."""
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


def _defect(mount: Mapping[str, Any], volume: Mapping[str, Any] | None) -> _Defect | None:
    """Return why what is written to a mount is not kept; None where it is."""
    if volume is None or len(sources(volume)) > 1:
        return None
    if _is_lost(volume):
        return "lost"
    if WRITTEN_BY_NOBODY.intersection(sources(volume)):
        return "unwritable"
    if mount.get("readOnly"):
        return "read_only_mount"
    return "read_only_volume" if any(isinstance(value, Mapping) and value.get("readOnly") for value in volume.values()) else None


def _finding(keepers: Placed, known: Mapping[str, Mapping[str, Any]], path: str, lack: _Lack) -> Spot:
    place, container = keepers[lack.container]
    if lack.mount is None:
        near = _near(path, [rooted(mount["mountPath"]) for mount in mounts(container) if mount["mountPath"]])
        return found(*place, "volumeMounts", path=path, source=None, at=path, near=near)
    mount = mounts(container)[lack.mount]
    volume = known[mount["name"]]
    origin = source(volume) if sources(volume) else f"volume {volume['name']}"
    culprit = {"read_only_mount": mount["mountPath"], "read_only_volume": volume["name"]}
    defect = str(_defect(mount, volume))
    values = {"path": path, "source": origin, "at": mount["mountPath"], defect: culprit.get(defect, origin)}
    return found(*place, "volumeMounts", lack.mount, **values)


def _is_lost(volume: Mapping[str, Any]) -> bool:
    kinds = sources(volume)
    return not kinds or bool(LOST.intersection(kinds)) or (volume.get("csi") or {}).get("driver") in DRIVERS_OF_SECRETS


def _holds(parent: str, path: str) -> bool:
    return path == parent or path.startswith(f"{parent.rstrip('/')}/")


def _near(path: str, mounted: list[str]) -> str | None:
    return nearest(path, mounted) if len(mounted) <= _FEW else None


def kept_apart(paths: Iterable[str], promised: Iterable[str] = ()) -> Iterator[str]:
    """Yield the paths that are not promised already, each once."""
    known = {rooted(path) for path in promised}
    for path in paths:
        if rooted(path) not in known:
            known.add(rooted(path))
            yield path
