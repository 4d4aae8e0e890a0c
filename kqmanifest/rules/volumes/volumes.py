"""Volumes and mounts: where files come from, and where containers see them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import Words
from kqmanifest.vocabulary.names import as_label, is_label
from kqmanifest.vocabulary.paths import normalised
from kqmanifest.vocabulary.pods import containers, mounts, volumes
from kqmanifest.vocabulary.sources import SOURCES, source, sources

FEW = 20
"""As many names as a hint can list, or a misspelt one is compared with: each mount asks for it."""


@rule(
    "KQ2001",
    "PodSpec",
    "the name {name} is already taken by a volume from {source}",
    "give each volume a name of its own, and let each mount name the one it means",
)
def volume_name_is_taken(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Two volumes of a pod have one name, so a mount of that name could mean either.

    Wrong:
        volumes:
        - {name: nfs, nfs: {server: nfs-server, path: /training/2/}}
        - {name: nfs, nfs: {server: nfs-server, path: /training/1/}}

    Right:
        volumes:
        - {name: output, nfs: {server: nfs-server, path: /training/2/}}
        - {name: parent, nfs: {server: nfs-server, path: /training/1/}}
    """
    first = volumes(pod_spec)
    for index, volume in enumerate(pod_spec.get("volumes") or ()):
        if first[volume["name"]] is not volume and volume["name"]:
            yield found("volumes", index, "name", name=volume["name"], source=source(first[volume["name"]]))


@rule(
    "KQ2002",
    "Volume.name",
    "{name} is not a name for a volume",
    "did you mean {meant}?",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
)
def volume_name_is_no_label(name: str) -> Iterator[Finding]:
    """A volume's name is a DNS label: no capitals, no underscores, no dots.

    Wrong:
        volumes: [{name: kqi_output, emptyDir: {}}]

    Right:
        volumes: [{name: kqi-output, emptyDir: {}}]
    """
    if name and not is_label(name):
        yield found(name=name, meant=as_label(name))


@rule("KQ2008", "Volume.name", "this volume has no name", "give it one, such as output, and name it in each mount that shows it")
def volume_without_a_name(name: str) -> Iterator[Finding]:
    """A volume has a name, by which the mounts find it.

    Wrong:
        volumes: [{name: "", emptyDir: {}}]

    Right:
        volumes: [{name: output, emptyDir: {}}]
    """
    if not name:
        yield found()


@rule(
    "KQ2003",
    "PodSpec",
    "{path} is already mounted from {source}",
    "give this mount a path of its own, such as {free}",
)
def mount_path_is_taken(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Two mounts of a container have one path, and a container can see only one thing at a place.

    This is how results get lost: the parent's results mounted instead of the place for the new ones.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/output}]}]
        volumes:
        - {name: output, nfs: {server: nfs-server, path: /training/2/}}
        - {name: parent, nfs: {server: nfs-server, path: /training/1/}}

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/parent}]}]
        volumes:
        - {name: output, nfs: {server: nfs-server, path: /training/2/}}
        - {name: parent, nfs: {server: nfs-server, path: /training/1/}}
    """
    known = None
    for place, container in containers(pod_spec):
        if len({mount["mountPath"] for mount in mounts(container)}) == len(mounts(container)):
            continue
        first: dict[str, dict[str, Any]] = {}
        free = _Free(container)
        for index, mount in enumerate(mounts(container)):
            path = mount["mountPath"]
            if path in first and path:
                known = volumes(pod_spec) if known is None else known
                other = known.get(first[path]["name"])
                said = source(other) if other else f"the volume {first[path]['name']}"
                yield found(*place, "volumeMounts", index, "mountPath", path=path, source=said, free=free[normalised(path)])
            first.setdefault(path, mount)


class _Free(dict[str, str]):
    """For normalised paths that are taken, free ones beside them: the story's own ``/kqi/parent`` for ``/kqi/output``."""

    def __init__(self, container: Mapping[str, Any]) -> None:
        """Propose nothing before it is asked."""
        super().__init__()
        self._container = container
        self._taken: set[str] = set()

    def __missing__(self, path: str) -> str:
        """Look for one, once for each path."""
        if not self._taken:
            self._taken.update(normalised(mount["mountPath"]) for mount in mounts(self._container))
        numbered = (f"{path.rstrip('/')}-{number}" for number in itertools.count(2))
        proposals = itertools.chain([f"{path.rpartition('/')[0]}/parent"], numbered)
        self[path] = next(proposal for proposal in proposals if proposal not in self._taken)
        return self[path]


@rule(
    "KQ2004",
    "PodSpec",
    "no volume of this pod is called {name}",
    "did you mean `{near}`?",
    "name one of its volumes: {known}",
    "declare it: `volumes: [{{name: {name}, …}}]`",
)
def mount_of_an_undeclared_volume(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A mount names a volume that its pod does not declare.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: ouput, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    known = volumes(pod_spec)
    few = list(known) if len(known) <= FEW else ()
    words = Words(few)
    for place, container in containers(pod_spec):
        for index, mount in enumerate(mounts(container)):
            name = mount["name"]
            if name not in known and name:
                yield found(*place, "volumeMounts", index, "name", name=name, near=words.nearest(name), known=few or None)


@rule(
    "KQ2005",
    "Volume",
    "the volume {name} has {count} sources: {sources}",
    "keep one of them, or make a volume of each",
)
def volume_with_two_sources(volume: dict[str, Any]) -> Iterator[Finding]:
    """A volume has one source.

    Of two, the server refuses the one that it looks for later.

    Wrong:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}, emptyDir: {}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if len(volume) > len(("name", "source")):
        keys = [key for key in SOURCES if volume.get(key) is not None]
        if len(keys) > 1:
            yield found(keys[1], name=volume["name"], count=len(keys), sources=keys)


@rule("KQ2006", "VolumeMount.mountPath", "a mount path is empty", "write where the container sees the files, such as /kqi/output")
def mount_path_is_empty(path: str) -> Iterator[Finding]:
    """A mount needs a place in the container.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: ""}]}]
        volumes: [{name: output, emptyDir: {}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, emptyDir: {}}]
    """
    if not path:
        yield found()


@rule("KQ2007", "VolumeMount.name", "a mount names no volume", "write the name of one of the pod's volumes")
def mount_without_a_volume(name: str) -> Iterator[Finding]:
    """A mount names the volume that it shows.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: "", mountPath: /kqi/output}]}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, emptyDir: {}}]
    """
    if not name:
        yield found()


@rule(
    "KQ3001",
    "PodSpec",
    "{path} is the same place as {other}, which is already mounted from {source}",
    "give this mount a path of its own, such as {free}",
)
def mount_path_is_the_same_place(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Two mount paths are spelt differently and are one place; the container gets one of the two mounts.

    The API server compares paths as text and takes both.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/output/}]}]
        volumes:
        - {name: output, nfs: {server: nfs-server, path: /training/2/}}
        - {name: parent, nfs: {server: nfs-server, path: /training/1/}}

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/parent}]}]
        volumes:
        - {name: output, nfs: {server: nfs-server, path: /training/2/}}
        - {name: parent, nfs: {server: nfs-server, path: /training/1/}}
    """
    known = None
    for place, container in containers(pod_spec):
        if len({normalised(mount["mountPath"]) for mount in mounts(container)}) == len(mounts(container)):
            continue
        known = volumes(pod_spec) if known is None else known
        first: dict[str, dict[str, Any]] = {}
        spelt: set[str] = set()
        free = _Free(container)
        for index, mount in enumerate(mounts(container)):
            path = mount["mountPath"]
            other = first.setdefault(normalised(path), mount)
            if other is not mount and path not in spelt:
                volume = known.get(other["name"])
                said = source(volume) if volume else f"the volume {other['name']}"
                yield found(
                    *place,
                    "volumeMounts",
                    index,
                    "mountPath",
                    path=path,
                    other=other["mountPath"],
                    source=said,
                    free=free[normalised(path)],
                )
            spelt.add(path)


@rule(
    "KQ3002",
    "Volume",
    "the volume {name} has no source, so it is an empty directory that is lost with the pod",
    "say where its files come from, such as `nfs: {{server, path}}`; if an empty directory is meant, write `emptyDir: {{}}`",
)
def volume_without_a_source(volume: dict[str, Any]) -> Iterator[Finding]:
    """A volume without a source becomes an emptyDir, and what is written there is lost.

    It happens where ``nfs:`` is indented wrongly. Source: kubernetes/kubernetes issue 66081. An ``emptyDir:`` with
    nothing behind it says what it means.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    # What is asked first is enough for a volume of a name and a source: nearly all of them, and there may be many.
    if (len(volume) == 1 or None in volume.values()) and not sources(volume) and "emptyDir" not in volume:
        yield found(name=volume["name"])


@rule(
    "KQ4001",
    "PodSpec",
    "the volume {name}, from {source}, is mounted nowhere",
    "mount it: `{{name: {name}, mountPath: …}}`, or take it out",
)
def volume_is_never_mounted(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A volume is declared and no container mounts it: a mount was forgotten, or the volume is not needed.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, emptyDir: {}}, {name: parent, nfs: {server: nfs-server, path: /training/1/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/parent}]}]
        volumes: [{name: output, emptyDir: {}}, {name: parent, nfs: {server: nfs-server, path: /training/1/}}]
    """
    names = {volume["name"] for volume in pod_spec.get("volumes") or ()}
    used = {use["name"] for _, one in containers(pod_spec) for key in ("volumeMounts", "volumeDevices") for use in one.get(key) or ()}
    if names <= used:
        return
    words = Words(names)
    used |= {words.nearest(stray) for stray in used - names}  # a name misspelt at its mount is one fault, and told there
    for index, volume in enumerate(pod_spec["volumes"]):
        if volume["name"] not in used:
            yield found("volumes", index, name=volume["name"], source=source(volume))
