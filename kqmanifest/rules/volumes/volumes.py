"""Volumes and mounts: where files come from, and where containers see them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from kqmanifest.rules.constraints import matches, required
from kqmanifest.rules.forms import LABEL
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import as_label
from kqmanifest.vocabulary.paths import normalised
from kqmanifest.vocabulary.pods import containers, mounts, volumes
from kqmanifest.vocabulary.sources import SOURCES, source, sources
from kqmanifest.vocabulary.spelling import Words

FEW = 20
"""The most names that a hint lists, or that a misspelt name is compared with: it is done for each mount."""


@rule(
    "KQ2001",
    "PodSpec",
    "the volume name {name} is already taken by the volume from {source}",
    "give each volume a name of its own, and set `name` in each mount to the volume that it means",
    reason="Duplicate",
    upstream="core/validation.ValidateVolumes",
)
def volume_name_is_taken(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Two volumes of a pod have the same name, so a mount of that name could mean either.

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


volume_name_is_not_a_dns_label = matches(
    "KQ2002",
    "Volume.name",
    LABEL,
    message="the volume name {value} is not a DNS label",
    may_be_empty=True,
    meant=as_label,
    upstream="core/validation.ValidateVolumes",
    page="""The name of a volume must be a DNS label: no capitals, no underscores, no dots.

    Wrong:
        volumes: [{name: kqi_output, emptyDir: {}}]

    Right:
        volumes: [{name: kqi-output, emptyDir: {}}]
    """,
)


volume_without_a_name = required(
    "KQ2008",
    "Volume.name",
    message="a volume needs a `name`",
    hints="write a name, such as output, and use it in each mount of this volume",
    upstream="core/validation.ValidateVolumes",
    page="""A volume must have a name, by which mounts refer to it.

    Wrong:
        volumes: [{name: "", emptyDir: {}}]

    Right:
        volumes: [{name: output, emptyDir: {}}]
    """,
)


@rule(
    "KQ2003",
    "PodSpec",
    "{path} is already mounted from {source}",
    "give this mount a path of its own, such as {free}",
    reason="Invalid",
    upstream="core/validation.ValidateVolumeMounts",
)
def mount_path_is_taken(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Two mounts of a container have the same path, and a container can see only one volume at a path.

    This is how results get lost: the parent's results are mounted where the new ones should be written.

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
                origin = source(other) if other else f"volume {first[path]['name']}"
                yield found(*place, "volumeMounts", index, "mountPath", path=path, source=origin, free=free[normalised(path)])
            first.setdefault(path, mount)


class _Free(dict[str, str]):
    """Free paths beside normalised paths that are taken, such as ``/kqi/parent`` for ``/kqi/output``."""

    def __init__(self, container: Mapping[str, Any]) -> None:
        """Propose nothing until a path is looked up."""
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
    "use one of its volumes: {known}",
    "declare it: `volumes: [{{name: {name}, …}}]`",
    reason="NotFound",
    upstream="core/validation.ValidateVolumeMounts",
)
def mount_of_an_undeclared_volume(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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
    words = None
    for place, container in containers(pod_spec):
        for index, mount in enumerate(mounts(container)):
            name = mount["name"]
            if name not in known and name:
                words = Words(few) if words is None else words
                yield found(*place, "volumeMounts", index, "name", name=name, near=words.nearest(name), known=few or None)


@rule(
    "KQ2005",
    "Volume",
    "the volume {name} has {count} sources: {sources}",
    "keep one of them, or make each of them a volume of its own",
    reason="Forbidden",
    upstream="core/validation.validateVolumeSource",
)
def volume_with_two_sources(volume: dict[str, Any]) -> Iterator[Spot]:
    """A volume may have only one source.

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


mount_path_is_empty = required(
    "KQ2006",
    "VolumeMount.mountPath",
    hints="write the path at which the container sees the files, such as /kqi/output",
    upstream="core/validation.ValidateVolumeMounts",
    page="""A mount must have a path in the container.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: ""}]}]
        volumes: [{name: output, emptyDir: {}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, emptyDir: {}}]
    """,
)


mount_without_a_volume = required(
    "KQ2007",
    "VolumeMount.name",
    message="a mount needs the `name` of a volume",
    hints="set `name` to one of the pod's volumes",
    upstream="core/validation.ValidateVolumeMounts",
    page="""A mount must name the volume that it mounts.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: "", mountPath: /kqi/output}]}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, emptyDir: {}}]
    """,
)


@rule(
    "KQ3001",
    "PodSpec",
    "{path} is the same place as {other}, which is already mounted from {source}",
    "give this mount a path of its own, such as {free}",
)
def mount_path_is_the_same_place(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Two mount paths are spelt differently and are the same place; the container gets only one of the two mounts.

    The API server compares paths as strings and accepts both.

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
                origin = source(volume) if volume else f"volume {other['name']}"
                yield found(
                    *place,
                    "volumeMounts",
                    index,
                    "mountPath",
                    path=path,
                    other=other["mountPath"],
                    source=origin,
                    free=free[normalised(path)],
                )
            spelt.add(path)


@rule(
    "KQ3002",
    "Volume",
    "the volume {name} has no source, so it is an empty directory that is lost with the pod",
    "write where its files come from, such as `nfs: {{server, path}}`; if an empty directory is meant, write `emptyDir: {{}}`",
)
def volume_without_a_source(volume: dict[str, Any]) -> Iterator[Spot]:
    """A volume without a source becomes an emptyDir, and what is written there is lost.

    This happens when ``nfs:`` is indented wrongly. Source: kubernetes/kubernetes issue 66081. An ``emptyDir:`` with
    nothing after it is clear, and is not reported.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    # The first condition decides for a volume with a name and a source: nearly all of them, and there may be many.
    if (len(volume) == 1 or None in volume.values()) and not sources(volume) and "emptyDir" not in volume:
        yield found(name=volume["name"])


@rule(
    "KQ4001",
    "PodSpec",
    "the volume {name}, from {source}, is not mounted anywhere",
    "mount it: `{{name: {name}, mountPath: …}}`, or remove it",
)
def volume_is_never_mounted(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A volume is declared and no container mounts it: a mount was forgotten, or the volume is not needed.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, emptyDir: {}}, {name: parent, nfs: {server: nfs-server, path: /training/1/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/parent}]}]
        volumes: [{name: output, emptyDir: {}}, {name: parent, nfs: {server: nfs-server, path: /training/1/}}]
    """
    names = {volume["name"] for volume in pod_spec.get("volumes") or ()}
    used = {
        use["name"]
        for _, container in containers(pod_spec)
        for key in ("volumeMounts", "volumeDevices")
        for use in container.get(key) or ()
    }
    if names <= used:
        return
    words = Words(names)
    used |= {words.nearest(misspelt) for misspelt in used - names}  # a name misspelt in a mount is one fault, and reported there
    for index, volume in enumerate(pod_spec["volumes"]):
        if volume["name"] not in used:
            yield found("volumes", index, name=volume["name"], source=source(volume))
