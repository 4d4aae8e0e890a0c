"""Mount paths that the API server accepts as they are written, and that are not what was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import WITHOUT_DOT_DOT
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import above, is_on_a_drive, normalised
from kqmanifest.vocabulary.pods import containers, mounts, volumes
from kqmanifest.vocabulary.sources import FROM_THE_API

_DOCKER_OPTIONS: Final = frozenset({"ro", "rw", "z", "Z", "cached", "delegated", "consistent"})
_DOCKER_SPELLING: Final = re.compile(r".*:(?:/.*|[A-Za-z,]*)", re.ASCII | re.DOTALL)  # and not /sys/bus/pci/devices/0000:00:1f.0
_TOKEN: Final = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105  a path
_IDENTITY: Final = ("projected", "secret")


@rule(
    "KQ3003",
    "VolumeMount.mountPath",
    "`mountPath` {path} is the path of a directory: what follows the colon is not an option",
    "write `mountPath: {plain}` and `readOnly: true`",
    "write `mountPath: {before}`",
    "remove the colon",
    unless="[^:]*",
)
def mount_path_with_docker_options(path: str) -> Iterator[Spot]:
    """Docker's ``-v`` takes options after a colon, a mount path does not: ``/kqi/parent:ro`` is a writable directory of that name.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: parent, mountPath: "/kqi/parent:ro"}]}]
        volumes: [{name: parent, nfs: {server: nfs-server, path: /training/1/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: parent, mountPath: /kqi/parent, readOnly: true}]}]
        volumes: [{name: parent, nfs: {server: nfs-server, path: /training/1/}}]
    """
    if ":" in path and not is_on_a_drive(path) and _DOCKER_SPELLING.fullmatch(path):
        before, _, words = path.rpartition(":")
        options = _DOCKER_OPTIONS.intersection(words.split(","))
        yield found(path=path, plain=before if "ro" in options else None, before=before if options else None)


@rule(
    "KQ3004",
    "VolumeMount.mountPath",
    "`mountPath` {path} does not begin with a slash",
    "write `mountPath: {plain}`: these characters only look like it",
    "write the absolute path instead of {home}, which only a shell replaces",
    "write `mountPath: /{path}`",
    unless="(?s:/.*)",
)
def mount_path_is_relative(path: str) -> Iterator[Spot]:
    """A mount path without a leading slash is taken from the root of the container, not from its working directory.

    Wrong:
        containers: [{name: training, workingDir: /kqi, volumeMounts: [{name: output, mountPath: output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training, workingDir: /kqi, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if path and not path.startswith(("/", "\\")) and not is_on_a_drive(path):
        plain = unicodedata.normalize("NFKC", path).replace("\u00a5", "/")
        home = path.partition("/")[0] if path.startswith(("~", "$")) else None
        yield found(path=path, plain=plain if plain.startswith("/") else None, home=home)


mount_path_contains_dot_dot = matches(
    "KQ3005",
    "VolumeMount.mountPath",
    WITHOUT_DOT_DOT,
    message="`mountPath` {value} contains `..`, and resolves to {meant}",
    hints="write `{field}: {meant}`",
    meant=normalised,
    page="""The container runtime resolves ``..`` in a mount path; where the mount ends up is not seen at a glance.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/parent/../output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """,
)


@rule(
    "KQ3006",
    "VolumeMount.mountPath",
    "`mountPath` {path} contains an invisible character",
    "write it again, without leading or trailing spaces and without control characters",
    unless="[!-~]*",
)
def mount_path_with_an_invisible_character(path: str) -> Iterator[Spot]:
    """With a leading or trailing space, or a control character, it is another directory, which looks the same in every listing.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: "/kqi/output "}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if path and (path != path.strip() or not path.replace(" ", "").isprintable()):
        yield found(path=path)


@rule(
    "KQ3007",
    "VolumeMount.mountPath",
    "this mount hides everything in the image",
    "mount it at a directory of its own, such as /data",
    unless=f"/[^/.]{WITHOUT_DOT_DOT.pattern}",
)
def mount_path_is_the_root(path: str) -> Iterator[Spot]:
    """A mount at ``/`` hides the whole image, its programs included, so the container does not start.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if path.startswith("/") and normalised(path) == "/":
        yield found()


@rule(
    "KQ3008",
    "PodSpec",
    "this mount hides the service account's token",
    "mount it elsewhere; if the pod should have no token, write `automountServiceAccountToken: false`",
)
def mount_hides_the_service_account_token(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A pod finds its service account's token at a fixed path; a mount there hides it, and calls to the API server fail.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: x, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]}]
        volumes: [{name: x, emptyDir: {}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: x, mountPath: /var/run/secrets/example.com/keys}]}]
        volumes: [{name: x, emptyDir: {}}]
    """
    known = None
    for place, container in containers(pod_spec):
        for index, mount in enumerate(mounts(container)):
            if mount["mountPath"].startswith("/var/run/secrets/") and normalised(mount["mountPath"]) == _TOKEN:
                known = volumes(pod_spec) if known is None else known
                volume = known.get(mount["name"], {})
                if not any(volume.get(key) for key in _IDENTITY):  # a volume with a token is mounted there on purpose
                    yield found(*place, "volumeMounts", index, "mountPath")


@rule(
    "KQ3009",
    "PodSpec",
    "the writable mount {path} is inside {outer}, which is mounted read-only",
    "mount it outside {outer}, or make sure that the directory {inner} exists there and ignore this diagnostic",
    needs="VolumeMount.readOnly",
)
def writable_mount_in_a_read_only_one(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """The directory for a mount is created in the mount around it; where that is read-only it cannot be, and the container does not start.

    It works only if the directory exists already, as it does if both are hostPaths and one is a part of the other; in a
    ConfigMap, a Secret and the like, the kubelet creates it.

    Wrong:
        containers: [{name: training,
          volumeMounts: [{name: data, mountPath: /kqi, readOnly: true}, {name: output, mountPath: /kqi/output}]}]
        volumes: [{name: data, nfs: {server: nfs-server, path: /data/}}, {name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        containers: [{name: training,
          volumeMounts: [{name: data, mountPath: /kqi/raw, readOnly: true}, {name: output, mountPath: /kqi/output}]}]
        volumes: [{name: data, nfs: {server: nfs-server, path: /data/}}, {name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    known = None
    for place, container in containers(pod_spec):
        read_only = {normalised(mount["mountPath"]) for mount in mounts(container) if mount.get("readOnly")}
        mounted: dict[str, dict[str, Any]] = {}
        for index, mount in enumerate(mounts(container)) if read_only else ():
            if mount.get("readOnly"):
                continue
            path = normalised(mount["mountPath"])
            if read_only.isdisjoint(above(path)):
                continue
            known = volumes(pod_spec) if known is None else known
            mounted = mounted or {normalised(mount["mountPath"]): mount for mount in mounts(container)}
            around = next(outer for outer in above(path) if outer in mounted)
            outer, inner = mounted[around], path[len(around) :].strip("/")
            if outer.get("readOnly") and not _is_there(inner, known.get(outer["name"], {}), known.get(mount["name"], {})):
                yield found(*place, "volumeMounts", index, "mountPath", path=mount["mountPath"], outer=outer["mountPath"], inner=inner)


def _is_there(inner: str, outer: dict[str, Any], volume: dict[str, Any]) -> bool:
    """Return whether the directory for a mount is known to exist in the volume around it."""
    if any(outer.get(key) for key in FROM_THE_API):
        return True
    above, below = ((each.get("hostPath") or {}).get("path") or "" for each in (outer, volume))
    return bool(above and below) and normalised(f"{above}/{inner}") == normalised(below)
