"""Mounts: which part of a volume a container sees, and whether later mounts are seen by both the node and the container."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import not_together, one_of
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import climbs, is_absolute
from kqmanifest.vocabulary.pods import mounts

PROPAGATIONS: Final = ("None", "HostToContainer", "Bidirectional")
RECURSIONS: Final = ("Disabled", "IfPossible", "Enabled")
SUB_PATHS: Final = ("subPath", "subPathExpr")


@rule(
    "KQ2010",
    "VolumeMount",
    "`{field}` {path} of the mount {mount} must be relative",
    "write it relative to the root of the volume, without the leading slash",
    needs=("VolumeMount.subPath", "VolumeMount.subPathExpr"),
    reason="Invalid",
    upstream="core/validation.ValidateVolumeMounts",
)
def sub_path_is_absolute(mount: dict[str, Any]) -> Iterator[Spot]:
    """``subPath`` is relative to the root of its volume.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: /training/2}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: training/2}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /}}]
    """
    for field in SUB_PATHS:
        if is_absolute(mount.get(field) or ""):
            yield found(field, field=field, path=mount[field], mount=mount["mountPath"])


@rule(
    "KQ2011",
    "VolumeMount",
    "`{field}` {path} of the mount {mount} must not contain `..`",
    "write it without `..`: what lies outside the volume cannot be mounted",
    needs=("VolumeMount.subPath", "VolumeMount.subPathExpr"),
    reason="Invalid",
    upstream="core/validation.ValidateVolumeMounts",
)
def sub_path_contains_dot_dot(mount: dict[str, Any]) -> Iterator[Spot]:
    """``subPath`` must not lead out of its volume.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/parent, subPath: ../1}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/parent, subPath: "1"}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/}}]
    """
    for field in SUB_PATHS:
        if climbs(mount.get(field) or ""):
            yield found(field, field=field, path=mount[field], mount=mount["mountPath"])


sub_path_is_given_twice = not_together(
    "KQ2012",
    "VolumeMount",
    SUB_PATHS,
    message="the mount {mountPath} has both `subPath` and `subPathExpr`",
    hints="keep one of them: `subPathExpr` if it uses variables such as $(POD_NAME), `subPath` otherwise",
    at="subPathExpr",
    filled=True,
    shows="mountPath",
    needs="subPathExpr",
    upstream="core/validation.ValidateVolumeMounts",
    page="""A mount shows one part of its volume, which either ``subPath`` or ``subPathExpr`` names.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: "2", subPathExpr: $(RUN)}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: "2"}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/}}]
    """,
)


propagation_is_unknown = one_of(
    "KQ2013",
    "VolumeMount",
    PROPAGATIONS,
    message="unknown `mountPropagation` {value} of the mount {mountPath}",
    field="mountPropagation",
    shows="mountPath",
    upstream="core/validation.validateMountPropagation",
    page="""A mount propagates not at all (``None``), from the node to the container (``HostToContainer``), or both ways
    (``Bidirectional``).

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, mountPropagation: Shared}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, mountPropagation: HostToContainer}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]
    """,
)


@rule(
    "KQ2014",
    ("Container", "EphemeralContainer"),
    "the mount {mount} is `Bidirectional`, which requires a privileged container",
    "write `mountPropagation: HostToContainer`, which shows the container what the node mounts",
    needs="VolumeMount.mountPropagation",
    reason="Forbidden",
    upstream="core/validation.validateMountPropagation",
)
def bidirectional_mount_in_an_unprivileged_container(container: dict[str, Any]) -> Iterator[Spot]:
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


recursive_read_only_is_unknown = one_of(
    "KQ2015",
    "VolumeMount",
    RECURSIONS,
    message="unknown `recursiveReadOnly` {value} of the mount {mountPath}",
    field="recursiveReadOnly",
    shows="mountPath",
    upstream="core/validation.validateMountRecursiveReadOnly",
    page="""``recursiveReadOnly`` is not a boolean: it is ``Disabled``, ``IfPossible`` or ``Enabled``.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, readOnly: true, recursiveReadOnly: "true"}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data, readOnly: true, recursiveReadOnly: Enabled}]}]
        volumes: [{name: data, hostPath: {path: /mnt}}]
    """,
)


@rule(
    "KQ2016",
    "VolumeMount",
    "`recursiveReadOnly: {value}` requires `readOnly: true`, and the mount {mount} is writable",
    "add `readOnly: true`, or remove `recursiveReadOnly`",
    needs="recursiveReadOnly",
    reason="Forbidden",
    upstream="core/validation.validateMountRecursiveReadOnly",
)
def recursive_read_only_of_a_writable_mount(mount: dict[str, Any]) -> Iterator[Spot]:
    """``recursiveReadOnly`` extends ``readOnly`` to everything that is mounted below, so it requires ``readOnly: true``.

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
    "`mountPropagation` of the recursively read-only mount {mount} must be None, and is {value}",
    "remove `mountPropagation` or `recursiveReadOnly`",
    needs="recursiveReadOnly",
    reason="Forbidden",
    upstream="core/validation.validateMountRecursiveReadOnly",
)
def recursive_read_only_mount_propagates(mount: dict[str, Any]) -> Iterator[Spot]:
    """What is mounted later below a recursively read-only mount could be writable, so such a mount must not propagate.

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
