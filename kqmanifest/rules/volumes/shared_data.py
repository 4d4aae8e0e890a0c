"""Data that lasts or is shared: claims that cannot exist, results that can be overwritten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import SUBDOMAIN
from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes.promises import WRITTEN_BY_NOBODY
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import normalised
from kqmanifest.vocabulary.pods import containers, mounts, volumes
from kqmanifest.vocabulary.sources import source, sources

claim_name_that_no_claim_can_have = matches(
    "KQ3050",
    "PersistentVolumeClaimVolumeSource.claimName",
    SUBDOMAIN,
    message="no PersistentVolumeClaim can have the name {value}",
    hints="write the claim's name: lower-case letters, digits, dashes and dots",
    may_be_empty=True,
    page="""The API server accepts any string as a ``claimName``; the pod then waits for a claim that cannot exist.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, persistentVolumeClaim: {claimName: Training_Data}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, persistentVolumeClaim: {claimName: training-data}}]
    """,
)


@rule(
    "KQ4050",
    "PodSpec",
    "{path} and {other} are the same directory of the volume {volume}, and both are writable",
    "give each a `subPath` of its own, or keep one of them",
)
def directory_is_writable_at_two_paths(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """One directory is mounted writable at two paths of a container: what is written at the one appears at the other.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: runs, mountPath: /kqi/output}, {name: runs, mountPath: /kqi/attach}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training,
          volumeMounts: [{name: runs, mountPath: /kqi/output, subPath: output}, {name: runs, mountPath: /kqi/attach, subPath: attach}]}]
        volumes: [{name: runs, nfs: {server: nfs-server, path: /training/2/}}]
    """
    known = None
    for place, container in containers(pod_spec):
        first: dict[tuple[object, ...], str] = {}
        for index, mount in enumerate(mounts(container)):
            if mount.get("readOnly"):
                continue
            inside = normalised(mount["subPath"]) if mount.get("subPath") else mount.get("subPathExpr")
            path = mount["mountPath"]
            other = first.setdefault((mount["name"], inside), path)
            if other is path or normalised(other) == normalised(path):
                continue
            known = volumes(pod_spec) if known is None else known
            if not _is_read_only(known.get(mount["name"], {})):
                yield found(*place, "volumeMounts", index, "mountPath", path=path, other=other, volume=mount["name"])


def _is_read_only(volume: dict[str, Any]) -> bool:
    """Return whether nobody can write to a volume, however it is mounted."""
    return any(key in WRITTEN_BY_NOBODY or (isinstance(volume[key], dict) and volume[key].get("readOnly")) for key in sources(volume))


@rule(
    "KQ4051",
    "PodSpec",
    "{path} holds the results of an earlier run, from {source}, and this run can overwrite them",
    "write `readOnly: true`",
)
def parent_is_writable(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """The results of a parent should be read, not written; mounted writable, they can be destroyed by one mistake in the new run.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: parent, mountPath: /kqi/parent}]}]
        volumes: [{name: parent, nfs: {server: nfs-server, path: /training/1/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: parent, mountPath: /kqi/parent, readOnly: true}]}]
        volumes: [{name: parent, nfs: {server: nfs-server, path: /training/1/}}]
    """
    known = None
    for place, container in containers(pod_spec):
        for index, mount in enumerate(mounts(container)):
            path = mount["mountPath"]
            if "parent" not in path or mount.get("readOnly") or not {"parent", "parents"} & {*path.split("/")}:
                continue
            known = volumes(pod_spec) if known is None else known
            volume = known.get(mount["name"], {})
            lasting = next((volume[key] for key in ("nfs", "persistentVolumeClaim") if volume.get(key)), None)
            if lasting and not lasting.get("readOnly"):
                yield found(*place, "volumeMounts", index, path=path, source=source(volume))


@rule(
    "KQ4052",
    "PodSpec",
    "`fsGroup` has no effect: all volumes of this pod are NFS",
    "change the group of the directories to {group} on the server, or add the group with `supplementalGroups: [{group}]`",
    needs="PodSecurityContext.fsGroup",
)
def fs_group_has_no_effect(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """The kubelet sets the group of a volume's files to ``fsGroup`` where it manages them; it does not change those of an NFS server.

    Wrong:
        securityContext: {fsGroup: 2000}
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        securityContext: {supplementalGroups: [2000]}
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    group = (pod_spec.get("securityContext") or {}).get("fsGroup")
    if group is None:
        return
    kinds = {key for volume in pod_spec.get("volumes") or () for key in sources(volume)}
    if kinds == {"nfs"}:
        yield found("securityContext", "fsGroup", group=group)


@rule(
    "KQ4053",
    "PodSpec",
    "{path} shows {source}, to which the same container writes at {other}",
    "mount another directory here, such as that of a parent, or remove one of the two mounts",
    needs="Volume.nfs",
)
def directory_is_both_read_and_written(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A mount was copied and its directory was not changed: what is read at the one path is what is being written at the other.

    Wrong:
        containers: [{name: training,
          volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/parent, readOnly: true}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}},
          {name: parent, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training,
          volumeMounts: [{name: output, mountPath: /kqi/output}, {name: parent, mountPath: /kqi/parent, readOnly: true}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}},
          {name: parent, nfs: {server: nfs-server, path: /training/1/}}]
    """
    exports = [volume["nfs"] for volume in pod_spec.get("volumes") or () if volume.get("nfs")]
    are_different = len({(nfs.get("server"), normalised(nfs.get("path") or "/")) for nfs in exports}) == len(exports)
    known: dict[str, Any] | None = None
    for place, container in containers(pod_spec) if exports else ():
        if are_different and len({mount["name"] for mount in mounts(container)}) == len(mounts(container)):
            continue  # nothing is mounted twice
        known = _volumes_of_nfs(pod_spec) if known is None else known
        shown = [(index, mount, known[mount["name"]]) for index, mount in enumerate(mounts(container)) if mount["name"] in known]
        written = {_directory(volume, mount): mount["mountPath"] for _, mount, volume in shown if not _is_only_read(volume, mount)}
        for index, mount, volume in shown:
            path, other = mount["mountPath"], written.get(_directory(volume, mount))
            if other and _is_only_read(volume, mount) and normalised(other) != normalised(path):
                yield found(*place, "volumeMounts", index, path=path, other=other, source=source(volume))


def _volumes_of_nfs(pod_spec: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the volumes from file servers by name; which directory a name given twice means is not known, and KQ2001 reports it."""
    names = Counter(volume["name"] for volume in pod_spec["volumes"])
    return {name: volume for name, volume in volumes(pod_spec).items() if volume.get("nfs") and names[name] == 1}


def _is_only_read(volume: dict[str, Any], mount: dict[str, Any]) -> bool:
    return bool(mount.get("readOnly")) or _is_read_only(volume)


def _directory(volume: dict[str, Any], mount: dict[str, Any]) -> tuple[object, ...]:
    """Return which directory of a file server a mount shows: equal values for the same directory."""
    inside = mount.get("subPath")
    return (
        volume["nfs"].get("server"),
        normalised(volume["nfs"].get("path") or "/"),
        inside and normalised(inside),
        mount.get("subPathExpr"),
    )
