"""NFS exports and directories of nodes: addresses that the server takes and no mount finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.addresses import address
from kqmanifest.vocabulary.paths import is_on_a_drive, normalised
from kqmanifest.vocabulary.pods import runs_on_windows

_PLACEHOLDER: Final = re.compile(r"<[^\W\d][\w .-]*>|\{\{(?:[^{}\n]|\{(?!\{)|\}(?!\}))*+\}\}")  # no search of it passes the next {{
_ON_EVERY_NODE: Final = frozenset(
    {
        *("/", "/dev", "/dev/shm", "/etc", "/lib/modules", "/proc", "/run", "/sys", "/sys/fs/cgroup", "/tmp", "/usr"),  # noqa: S108  of the node
        *("/var", "/var/lib", "/var/log", "/var/run"),
        *("/var/lib/kubelet", "/var/lib/kubelet/device-plugins", "/var/lib/kubelet/plugins", "/var/lib/kubelet/plugins_registry"),
        *("/var/lib/kubelet/pod-resources", "/var/lib/kubelet/pods", "/var/log/containers", "/var/log/pods"),
    }
)
"""Directories that Linux or the kubelet has made on each node before a pod runs there."""


@rule(
    "KQ3020",
    "NFSVolumeSource.server",
    "{server} is a URL, and a server is a host",
    "write `server: {host}` and `path: {path}`",
    "write `server: {host}`",
)
def nfs_server_is_a_url(server: str) -> Iterator[Finding]:
    """An NFS server is named by its host alone: no ``nfs://``, no path.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: "nfs://nfs-server", path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if "://" in server:
        host, slash, path = server.partition("://")[2].partition("/")
        yield found(server=server, host=host.rpartition("@")[2] or "nfs-server", path=f"/{path}" if slash and path else None)


@rule(
    "KQ3021",
    "NFSVolumeSource.server",
    "{server} is a host and a path, and they stand apart here",
    "write `server: {host}` and `path: {path}`",
    "write `server: {host}`",
)
def nfs_server_with_a_path(server: str) -> Iterator[Finding]:
    """``mount`` takes ``host:/path``; here the host is ``server`` and the path is ``path``.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: "nfs-server:/training", path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if "://" not in server and (":" in server or "/" in server) and address(server.strip("[]")) is None:
        place = server.rpartition("@")[2]  # before it stands a user, who has no place here, and perhaps a password
        host, _, path = place.partition(":" if ":" in place else "/")
        yield found(server=server, host=host, path="/" + path.lstrip("/") if path and not path.isdigit() else None)


@rule(
    "KQ3022",
    "NFSVolumeSource.server",
    "the server {server} holds a blank",
    "write the host alone: `server: {host}`",
    "write the host alone",
)
def nfs_server_with_a_blank(server: str) -> Iterator[Finding]:
    """A host name holds no blanks; one that came along by copying is part of the name, and nothing answers to it.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: "nfs-server ", path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if any(letter.isspace() for letter in server):
        bare = server.strip()
        yield found(server=server, host=bare if bare and not any(letter.isspace() for letter in bare) else None)


@rule(
    "KQ4011",
    ("NFSVolumeSource.server", "NFSVolumeSource.path"),
    "{placeholder} stands for something, and is not the thing itself",
    "write your own in its place",
)
def nfs_placeholder(text: str) -> Iterator[Finding]:
    """What a page writes between angle brackets is for its reader to fill in; the node looks for a host or directory of that name.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: <your-server>, path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    placeholder = _PLACEHOLDER.search(text)
    if placeholder:
        yield found(placeholder=placeholder[0])


@rule("KQ3023", "NFSVolumeSource.path", "{path} leads up and down again: it is {plain}", "write `path: {plain}`")
def nfs_path_climbs(path: str) -> Iterator[Finding]:
    """A path with ``..`` is resolved by the NFS server: what looks like one directory is another, perhaps someone else's.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/../3/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/3/}}]
    """
    if ".." in path.split("/"):
        yield found(path=path, plain=normalised(path))


@rule("KQ3024", "HostPathVolumeSource.path", "{path} does not begin with a slash", "write the whole path on the node, such as /{path}")
def host_path_is_relative(path: str) -> Iterator[Finding]:
    """A directory of the node is named from its root; a relative one is taken from wherever the kubelet happens to run.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: data, type: Directory}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: /data, type: Directory}}]
    """
    if path and not path.startswith(("/", "\\")) and not is_on_a_drive(path):
        yield found(path=path)


@rule(
    "KQ3025",
    "PodSpec",
    "{path} is a directory of Windows, and this pod runs on Linux",
    "write the path that the node has for it, such as /mnt/data; or say `os: {{name: windows}}`, where the nodes are Windows",
    needs="HostPathVolumeSource.path",
)
def host_path_of_windows(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    r"""A hostPath names a directory of the node, not of the machine that the manifest is written on; most nodes run Linux.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: "C:\\data", type: Directory}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: /mnt/data, type: Directory}}]
    """
    if runs_on_windows(pod_spec):
        return
    for index, volume in enumerate(pod_spec.get("volumes") or ()):
        path = (volume.get("hostPath") or {}).get("path") or ""
        if is_on_a_drive(path):
            yield found("volumes", index, "hostPath", "path", path=path)


@rule(
    "KQ4010",
    "HostPathVolumeSource",
    "nothing checks that {path} is there on the node",
    "say what must be there: `type: Directory`, DirectoryOrCreate, File or Socket",
)
def host_path_without_a_type(source: dict[str, Any]) -> Iterator[Finding]:
    """Without a ``type``, a directory that is missing on the node is made, empty, by the runtime, and nobody is told.

    Of those that every node has, such as /sys or /var/log, nothing is said.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: /mnt/data}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: /mnt/data, type: Directory}}]
    """
    if not (source.get("type") or is_on_a_drive(source["path"]) or normalised(source["path"]) in _ON_EVERY_NODE):
        yield found(path=source["path"])
