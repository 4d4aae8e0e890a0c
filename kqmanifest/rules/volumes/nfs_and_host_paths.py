"""NFS exports and directories of nodes: addresses that the API server accepts and that cannot be mounted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import WITHOUT_DOT_DOT
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
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
    "`server` must be a host, and {server} is a URL",
    "write `server: {host}` and `path: {path}`",
    "write `server: {host}`",
    unless="[^:]*",
)
def nfs_server_is_a_url(server: str) -> Iterator[Spot]:
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
    "`server` must be a host alone, and is {server}",
    "write `server: {host}` and `path: {path}`",
    "write `server: {host}`",
    unless="[^:/]*",
)
def nfs_server_with_a_path(server: str) -> Iterator[Spot]:
    """``mount`` takes ``host:/path``; here the host is ``server`` and the path is ``path``.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: "nfs-server:/training", path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if "://" not in server and (":" in server or "/" in server) and address(server.strip("[]")) is None:
        place = server.rpartition("@")[2]  # before it is a user, which is not supported, and perhaps a password
        host, _, path = place.partition(":" if ":" in place else "/")
        yield found(server=server, host=host, path="/" + path.lstrip("/") if path and not path.isdigit() else None)


@rule(
    "KQ3022",
    "NFSVolumeSource.server",
    "`server` {server} contains whitespace",
    "write the host alone: `server: {host}`",
    "write the host alone",
    unless=r"\S*",
)
def nfs_server_with_whitespace(server: str) -> Iterator[Spot]:
    """A host name contains no whitespace; what was copied by accident is part of the name, and no host has that name.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: "nfs-server ", path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    words = server.split()
    if server and words != [server]:
        yield found(server=server, host=words[0] if len(words) == 1 else None)


@rule(
    "KQ4011",
    ("NFSVolumeSource.server", "NFSVolumeSource.path"),
    "{placeholder} looks like a placeholder",
    "replace it with your own value",
    unless="[^<{]*",
)
def nfs_placeholder(text: str) -> Iterator[Spot]:
    """Text between angle brackets is usually for the reader to replace; the node looks for a host or directory of that name.

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


nfs_path_contains_dot_dot = matches(
    "KQ3023",
    "NFSVolumeSource.path",
    WITHOUT_DOT_DOT,
    message="the NFS path {value} contains `..`, and resolves to {meant}",
    hints="write `{field}: {meant}`",
    meant=normalised,
    page="""A path with ``..`` is resolved by the NFS server: what looks like one directory is another, perhaps someone else's.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/../3/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/3/}}]
    """,
)


@rule(
    "KQ3024",
    "HostPathVolumeSource.path",
    "the hostPath {path} does not begin with a slash",
    "write the absolute path on the node, such as /{path}",
)
def host_path_is_relative(path: str) -> Iterator[Spot]:
    """A hostPath is an absolute path on the node; a relative one is resolved from wherever the kubelet happens to run.

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
    "{path} is a Windows path, and this pod runs on Linux",
    "write the path on the node, such as /mnt/data; if the nodes run Windows, write `os: {{name: windows}}`",
    needs="HostPathVolumeSource.path",
)
def host_path_of_windows(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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
    "without a `type`, nothing checks that {path} exists on the node",
    "write what must be there: `type: Directory`, DirectoryOrCreate, File or Socket",
)
def host_path_without_a_type(source: dict[str, Any]) -> Iterator[Spot]:
    """Without a ``type``, the runtime creates a directory that is missing on the node, empty and without a warning.

    Directories that every node has, such as /sys or /var/log, are not reported.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: /mnt/data}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: /mnt/data, type: Directory}}]
    """
    if not (source.get("type") or is_on_a_drive(source["path"]) or normalised(source["path"]) in _ON_EVERY_NODE):
        yield found(path=source["path"])
