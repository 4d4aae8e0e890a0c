"""Mounts: which part of a volume a container sees, and whether what one side mounts is seen by the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.paths import climbs, is_absolute
from kqmanifest.vocabulary.pods import mounts

PROPAGATIONS: Final = ("None", "HostToContainer", "Bidirectional")
RECURSIONS: Final = ("Disabled", "IfPossible", "Enabled")


@rule(
    "KQ2010",
    "VolumeMount",
    "{field} {path} of the mount {mount} begins at the root",
    "write it from the volume's own top, without the slash",
    needs=("VolumeMount.subPath", "VolumeMount.subPathExpr"),
)
def sub_path_is_absolute(mount: dict[str, Any]) -> Iterator[Finding]:
    """A ``subPath`` leads down from the top of its volume.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: /training/2}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: training/2}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /}}]
    """
    for field in ("subPath", "subPathExpr"):
        if is_absolute(mount.get(field) or ""):
            yield found(field, field=field, path=mount[field], mount=mount["mountPath"])


@rule(
    "KQ2011",
    "VolumeMount",
    "{field} {path} of the mount {mount} holds a step `..`",
    "write it without `..`: what lies outside is no part of the volume",
    needs=("VolumeMount.subPath", "VolumeMount.subPathExpr"),
)
def sub_path_climbs(mount: dict[str, Any]) -> Iterator[Finding]:
    """A ``subPath`` does not lead out of its volume.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/parent, subPath: ../1}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/parent, subPath: "1"}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/}}]
    """
    for field in ("subPath", "subPathExpr"):
        if climbs(mount.get(field) or ""):
            yield found(field, field=field, path=mount[field], mount=mount["mountPath"])


@rule(
    "KQ2012",
    "VolumeMount",
    "the mount {mount} has both `subPath` and `subPathExpr`",
    "keep one of them: `subPathExpr` where it names variables, such as $(POD_NAME)",
    needs="subPathExpr",
)
def sub_path_is_given_twice(mount: dict[str, Any]) -> Iterator[Finding]:
    """A mount shows one part of its volume, so only one of ``subPath`` and ``subPathExpr`` says which.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: "2", subPathExpr: $(RUN)}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: "2"}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/}}]
    """
    if mount["subPathExpr"] and mount.get("subPath"):
        yield found("subPathExpr", mount=mount["mountPath"])


@rule(
    "KQ2013",
    "VolumeMount",
    "{value} is no way to propagate the mount {mount}",
    "write one of {known}, or take `mountPropagation` out",
    needs="mountPropagation",
)
def propagation_is_unknown(mount: dict[str, Any]) -> Iterator[Finding]:
    """Mounts propagate not at all, from the node to the container, or in both directions.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, mountPropagation: Shared}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, mountPropagation: HostToContainer}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]
    """
    value = mount["mountPropagation"]
    if value not in PROPAGATIONS:
        yield found("mountPropagation", value=value, mount=mount["mountPath"], known=PROPAGATIONS)


@rule(
    "KQ2014",
    ("Container", "EphemeralContainer"),
    "the mount {mount} propagates in both directions, and the container is not privileged",
    "write `mountPropagation: HostToContainer`, which shows the container what the node mounts",
    needs="VolumeMount.mountPropagation",
)
def unprivileged_container_mounts_on_its_node(container: dict[str, Any]) -> Iterator[Finding]:
    """``Bidirectional`` lets a container mount file systems on its node, which only a privileged one may.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, mountPropagation: Bidirectional}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, mountPropagation: HostToContainer}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]
    """
    if (container.get("securityContext") or {}).get("privileged"):
        return
    for index, mount in enumerate(mounts(container)):
        if mount.get("mountPropagation") == "Bidirectional":
            yield found("volumeMounts", index, "mountPropagation", mount=mount["mountPath"])


@rule(
    "KQ2015",
    "VolumeMount",
    "`recursiveReadOnly` of the mount {mount} cannot be {value}",
    "write one of {known}, or take it out",
    needs="recursiveReadOnly",
)
def recursive_read_only_is_unknown(mount: dict[str, Any]) -> Iterator[Finding]:
    """``recursiveReadOnly`` is a word and no truth value.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, readOnly: true, recursiveReadOnly: "true"}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, readOnly: true, recursiveReadOnly: Enabled}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]
    """
    value = mount["recursiveReadOnly"]
    if value not in RECURSIONS:
        yield found("recursiveReadOnly", value=value, mount=mount["mountPath"], known=RECURSIONS)


@rule(
    "KQ2016",
    "VolumeMount",
    "the mount {mount} is writable, and its `recursiveReadOnly` is {value}",
    "write `readOnly: true` as well, or take `recursiveReadOnly` out",
    needs="recursiveReadOnly",
)
def recursive_read_only_of_a_writable_mount(mount: dict[str, Any]) -> Iterator[Finding]:
    """``recursiveReadOnly`` extends ``readOnly`` to what is mounted below, and needs it.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, recursiveReadOnly: Enabled}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, readOnly: true, recursiveReadOnly: Enabled}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]
    """
    value = mount["recursiveReadOnly"]
    if value in {"IfPossible", "Enabled"} and not mount.get("readOnly"):
        yield found("recursiveReadOnly", value=value, mount=mount["mountPath"])


@rule(
    "KQ2017",
    "VolumeMount",
    "the mount {mount} is read-only all the way down, and propagates: {value}",
    "take `mountPropagation` out, or `recursiveReadOnly`",
    needs="recursiveReadOnly",
)
def recursive_read_only_mount_propagates(mount: dict[str, Any]) -> Iterator[Finding]:
    """What is mounted later, below a mount that is read-only all the way down, could be writable; so it may not propagate.

    Wrong:
        containers:
        - name: training
          volumeMounts: [{name: data, mountPath: /data, readOnly: true, recursiveReadOnly: Enabled, mountPropagation: HostToContainer}]
        volumes: [{name: data, hostPath: {path: /mnt}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, readOnly: true, recursiveReadOnly: Enabled}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]
    """
    value = mount.get("mountPropagation")
    if mount["recursiveReadOnly"] in {"IfPossible", "Enabled"} and value is not None and value != "None":
        yield found("recursiveReadOnly", value=value, mount=mount["mountPath"])
