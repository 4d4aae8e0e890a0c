"""What a site allows of volumes: which kinds, which exports, which files of the node."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.plain import plain
from kqmanifest.model.site import Allow, NodePath, Site
from kqmanifest.model.volumes import SOURCES as MODELS
from kqmanifest.model.volumes import RawSource
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Spot
from kqmanifest.site.fields import Judge, table
from kqmanifest.site.places import export_of, node_path_of
from kqmanifest.vocabulary.pods import containers
from kqmanifest.vocabulary.sources import SOURCES

VOLUME_KIND: Final = Fault(
    "KQ5103",
    "this site does not allow a volume of kind {kind}",
    ("mount one of {allowed}", "name one of the site's volumes: {volumes}", "mount another kind of volume"),
)
EXPORT: Final = Fault(
    "KQ5104",
    "this site does not allow {server}:{path}",
    (
        "mount a directory below {allowed}",
        "name one of the site's volumes: {volumes}",
        "mount another kind of volume: no export is allowed",
    ),
)
EXPORT_WRITTEN: Final = Fault("KQ5105", "this site allows {server}:{path} read-only", ("write `readOnly: true` in its `nfs`",))
EXPORT_LENT: Final = Fault(
    "KQ5135",
    "this site allows {server}:{path} read-only, and every pod that mounts the claim of a PersistentVolume could write there",
    ("add the mount option `ro`, which applies to all of them",),
)
NODE_PATH: Final = Fault(
    "KQ5106",
    "this site does not allow {path} of the node",
    ("mount a path below {allowed}", "name one of the site's volumes: {volumes}", "mount another kind of volume: no path is allowed"),
)
NODE_PATH_WRITTEN: Final = Fault("KQ5107", "this site allows {path} of the node read-only", ("write `readOnly: true` in this mount",))
NODE_PATH_MADE: Final = Fault(
    "KQ5136",
    "the kubelet would create {path} on the node, as root, and this site allows it read-only",
    ("write `type: {kind}`, or remove `type`", "mount the whole of it: remove `{field}`"),
)

_MADE: Final[Mapping[str, str]] = {"DirectoryOrCreate": "Directory", "FileOrCreate": "File"}
READ_ONLY: Final = "ro"


class Given:
    """The volumes that a site defines: they are allowed exactly as they are."""

    def __init__(self, site: Site) -> None:
        """Take the source of each volume of the site, as a manifest has it."""
        self.names = list(site.volumes) or None
        self.sources: list[tuple[str, Any]] = []
        for source in site.volumes.values():
            if isinstance(source, RawSource):
                self.sources.append((source.source, plain(source.value)))
            elif type(source) in MODELS.values():
                written = {key: value for key, value in plain(source).items() if key != "claim"}
                self.sources.append((next(key for key, model in MODELS.items() if model is type(source)), written))

    def have(self, key: str, source: Any) -> bool:
        """Return whether a source is one of these."""
        return (key, source) in self.sources

    def hold(self, tree: Any, place: Steps) -> bool:
        """Return whether a place is within a volume that is one of these: what is there comes from the site itself."""
        for end, step in enumerate(place[:-2]):
            if step == "volumes" and isinstance(place[end + 1], int):
                try:
                    source = functools.reduce(operator.getitem, place[: end + 3], tree)
                except (LookupError, TypeError):
                    return False
                return self.have(str(place[end + 2]), source)
        return False


@functools.lru_cache(maxsize=64)
def given(site: Site) -> Given:
    """Return the volumes that a site defines; made once for a site."""
    return Given(site)


def judges(site: Site, allow: Allow) -> Iterator[Judge]:
    """Make the judges of volumes in pods and of PersistentVolumes."""
    own = given(site)
    yield from _kinds(allow, own)
    yield from _exports(allow, own)
    yield from _node_paths(allow, own)


def _kinds(allow: Allow, own: Given) -> Iterator[Judge]:
    lines = table().lines("volumes")
    keys = {line.partition(".")[2] for line in lines}

    def volume_kind(node: dict[str, Any]) -> Iterator[Spot]:
        for key in node.keys() & keys - set(allow.volumes):
            if node[key] is not None and not own.have(key, node[key]):
                yield found(key, kind=key, allowed=sorted(allow.volumes) or None, volumes=own.names)

    yield Judge(lines, Rule(VOLUME_KIND, tuple(dict.fromkeys(line.partition(".")[0] for line in lines)), volume_kind))


def export_is_beyond(allow: Allow, own: Given, server: str, path: str, *place: str) -> Iterator[Spot]:
    """Report a directory of an NFS server that is in no allowed export."""
    if export_of(allow.nfs, server, path) is None:
        listed = [f"{one.server}:{one.path}" for one in allow.nfs] or None
        yield found(*place, server=server, path=path, allowed=listed, volumes=own.names)


def is_only_read(allow: Allow, server: str, path: str) -> bool:
    """Return whether a directory is in an export that is allowed read-only."""
    export = export_of(allow.nfs, server, path)
    return export is not None and export.read_only


def _exports(allow: Allow, own: Given) -> Iterator[Judge]:
    inline, lent = "Volume.nfs", "PersistentVolumeSpec.nfs"

    def export(nfs: dict[str, Any]) -> Iterator[Spot]:
        if not own.have("nfs", nfs):
            yield from export_is_beyond(allow, own, nfs["server"], nfs["path"])

    def export_is_written(nfs: dict[str, Any]) -> Iterator[Spot]:
        if is_only_read(allow, nfs["server"], nfs["path"]) and not nfs.get("readOnly") and not own.have("nfs", nfs):
            yield found(server=nfs["server"], path=nfs["path"])

    def export_is_lent(volume: dict[str, Any]) -> Iterator[Spot]:
        nfs = volume["nfs"]
        kept = READ_ONLY in (volume.get("mountOptions") or ())
        if not kept and (is_only_read(allow, nfs["server"], nfs["path"]) or (own.have("nfs", nfs) and nfs.get("readOnly"))):
            yield found("nfs", server=nfs["server"], path=nfs["path"])

    yield Judge((inline, lent), Rule(EXPORT, (inline, lent), export))
    yield Judge((), Rule(EXPORT_WRITTEN, (inline,), export_is_written))
    yield Judge((), Rule(EXPORT_LENT, ("PersistentVolumeSpec",), export_is_lent, needs=("nfs",)))


def _node_paths(allow: Allow, own: Given) -> Iterator[Judge]:
    paths = [one for one in allow.host_paths if isinstance(one, NodePath)]
    values: dict[str, Any] = {"allowed": [one.path for one in paths] or None, "volumes": own.names}
    lines = ("Volume.hostPath", "PersistentVolumeSpec.hostPath", "PersistentVolumeSpec.local")

    def node_path(source: dict[str, Any]) -> Iterator[Spot]:
        if node_path_of(paths, source["path"]) is None and not own.have("hostPath", source):
            yield found("path", path=source["path"], **values)

    def node_path_is_made(source: dict[str, Any]) -> Iterator[Spot]:
        one = node_path_of(paths, source["path"])
        if source.get("type") in _MADE and one is not None and not one.writable and not own.have("hostPath", source):
            yield found("type", path=source["path"], kind=_MADE[source["type"]], field=None)

    yield Judge(lines, Rule(NODE_PATH, lines, node_path))
    yield Judge((), Rule(NODE_PATH_MADE, lines[:2], node_path_is_made))
    yield from _written_node_paths(paths, own)


Read: TypeAlias = Callable[[str, "dict[str, Any] | None"], bool]
"""Whether a source, by its key, is a path of the node that is allowed read-only."""


def _uses(pod_spec: dict[str, Any], is_read: Read, part: str) -> Iterator[tuple[Steps, dict[str, Any], str]]:
    """Return the mounts, or the devices, of read-only volumes: the place of each, and the path of its volume."""
    read = {one["name"]: one["hostPath"]["path"] for one in pod_spec["volumes"] if is_read("hostPath", one.get("hostPath"))}
    for place, container in containers(pod_spec) if read else ():
        for index, one in enumerate(container.get(part) or ()):
            if one["name"] in read:
                yield (*place, part, index), one, read[one["name"]]


def _written_node_paths(paths: Sequence[NodePath], own: Given) -> Iterator[Judge]:
    def is_read(key: str, source: dict[str, Any] | None) -> bool:
        one = node_path_of(paths, source["path"]) if source else None
        return not one.writable if one is not None else source is not None and own.have(key, source)

    def directory_is_made_below(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        for place, mount, path in _uses(pod_spec, is_read, "volumeMounts"):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    yield found(*place, field, path=f"{path}/{mount[field]}", kind=None, field=field)

    def node_path_is_written(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        mounts, devices = (_uses(pod_spec, is_read, part) for part in ("volumeMounts", "volumeDevices"))
        for place, one, path in (*mounts, *devices):
            if not one.get("readOnly"):
                yield found(*place, path=path)

    def node_path_is_lent(volume: dict[str, Any]) -> Iterator[Spot]:
        for key in ("hostPath", "local"):
            if is_read(key, volume.get(key)):
                yield found(key, "path", path=volume[key]["path"])

    yield Judge((), Rule(NODE_PATH_MADE, ("PodSpec",), directory_is_made_below, needs=("volumes",)))
    yield Judge((), Rule(NODE_PATH_WRITTEN, ("PodSpec",), node_path_is_written, needs=("volumes",)))
    yield Judge((), Rule(NODE_PATH_WRITTEN, ("PersistentVolumeSpec",), node_path_is_lent))


def unknown_kinds(allow: Allow) -> Iterable[str]:
    """Return the kinds of volume in a site that Kubernetes does not have."""
    return [kind for kind in allow.volumes if kind not in {*SOURCES, "clusterTrustBundle", "podCertificate"}]


def kinds_of_another_key(allow: Allow) -> Iterable[tuple[str, str]]:
    """Return the kinds of volume in a site that have a key of their own, each with that key."""
    classes = {**table().types["VolumeProjection"], **table().types["PersistentVolumeSpec"], **table().types["Volume"]}
    own = {"secret": "secrets", "configMap": "configMaps", "persistentVolumeClaim": "claims", "image": "images"}
    for kind in allow.volumes:
        key = own.get(kind, classes.get(kind, "volumes"))
        if key not in ("volumes", "open"):
            yield kind, key
