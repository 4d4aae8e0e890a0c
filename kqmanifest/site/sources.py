"""What a site says of volumes: which kinds, which exports, which files of the node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kqmanifest.builder.work import plain
from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, NodePath, Site
from kqmanifest.model.volumes import SOURCES as MODELS
from kqmanifest.model.volumes import RawSource
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Finding
from kqmanifest.site.places import export_of, node_path_of
from kqmanifest.vocabulary.pods import containers, mounts
from kqmanifest.vocabulary.sources import SOURCES

VOLUME_KIND: Final = Fault("KQ5103", "this site allows no volume of kind {kind}", ("mount one of {allowed}",))
EXPORT: Final = Fault(
    "KQ5104",
    "this site does not allow {server}:{path}",
    (
        "mount a directory below {allowed}",
        "name one of the site's volumes: {volumes}",
        "mount another kind of volume: no export is allowed",
    ),
)
EXPORT_WRITTEN: Final = Fault("KQ5105", "this site allows {server}:{path} only to be read", ("write `readOnly: true` in its `nfs`",))
NODE_PATH: Final = Fault(
    "KQ5106",
    "this site does not allow {path} of the node",
    ("mount a path below {allowed}", "name one of the site's volumes: {volumes}", "mount another kind of volume: no path is allowed"),
)
NODE_PATH_WRITTEN: Final = Fault("KQ5107", "this site allows {path} of the node only to be read", ("write `readOnly: true` in this mount",))
DRIVER: Final = Fault(
    "KQ5108",
    "this site does not allow the CSI driver {driver}",
    ("take one of {allowed}", "mount another kind of volume: no driver is allowed"),
)

NFS_DRIVER: Final = "nfs.csi.k8s.io"
_SUBDIRECTORY: Final = "subdir"
_OF_PERSISTENT_VOLUMES: Final = frozenset({*SOURCES, "local"})


def rules(site: Site, allow: Allow) -> Iterator[Rule]:
    """Make the rules of volumes."""
    known = _Known(site)
    allowed = kinds(allow) | known.kinds

    def volume_kind(node: dict[str, Any]) -> Iterator[Finding]:
        for key in node.keys() & _OF_PERSISTENT_VOLUMES - allowed:
            if node[key] is not None:
                yield found(key, kind=key, allowed=sorted(allowed - {"local"}))

    yield Rule(VOLUME_KIND, ("Volume", "VolumeProjection", "PersistentVolumeSpec"), volume_kind)
    yield from _exports(site, allow, known)
    yield from _drivers(site, allow, known)
    yield from _node_paths(site, allow, known)


def kinds(allow: Allow) -> frozenset[str]:
    """Give the kinds of volume that are allowed, those by a list of their own too."""
    listed = {"nfs": allow.nfs, "hostPath": allow.host_paths, "local": allow.host_paths, "csi": allow.drivers}
    always = {"clusterTrustBundle", "podCertificate", "serviceAccountToken"}
    return frozenset({*allow.volumes, *always, *(kind for kind, what in listed.items() if what)})


class _Known:
    """The volumes that a site gives: they are allowed as they are, and not otherwise."""

    def __init__(self, site: Site) -> None:
        self._sources: list[tuple[str, Any]] = []
        for source in site.volumes.values():
            if isinstance(source, RawSource):
                self._sources.append((source.source, plain(source.value)))
            elif type(source) in MODELS.values():
                written = {key: value for key, value in plain(source).items() if key != "claim"}
                self._sources.append((next(key for key, model in MODELS.items() if model is type(source)), written))
        self.kinds = frozenset(key for key, _ in self._sources)

    def have(self, key: str, source: Mapping[str, Any]) -> bool:
        """Say whether a source is one of these."""
        return (key, source) in self._sources


def _beyond(site: Site, allow: Allow, server: str, path: str, *place: str) -> Iterator[Finding]:
    if export_of(allow.nfs, server, path) is None:
        listed = [f"{one.server}:{one.path}" for one in allow.nfs] or None
        yield found(*place, server=server, path=path, allowed=listed, volumes=list(site.volumes) or None)


def _exports(site: Site, allow: Allow, known: _Known) -> Iterator[Rule]:
    def export(nfs: dict[str, Any]) -> Iterator[Finding]:
        if not known.have("nfs", nfs):
            yield from _beyond(site, allow, nfs["server"], nfs["path"])

    def written(nfs: dict[str, Any]) -> Iterator[Finding]:
        one = export_of(allow.nfs, nfs["server"], nfs["path"])
        if one is not None and one.read_only and not nfs.get("readOnly") and not known.have("nfs", nfs):
            yield found(server=nfs["server"], path=nfs["path"])

    yield Rule(EXPORT, ("NFSVolumeSource",), export)
    yield Rule(EXPORT_WRITTEN, ("NFSVolumeSource",), written)


def _drivers(site: Site, allow: Allow, known: _Known) -> Iterator[Rule]:
    def driver(csi: dict[str, Any]) -> Iterator[Finding]:
        if csi["driver"] not in allow.drivers and not known.have("csi", csi):
            yield found("driver", driver=csi["driver"], allowed=list(allow.drivers) or None)

    def export_of_a_driver(csi: dict[str, Any]) -> Iterator[Finding]:
        if csi["driver"] == NFS_DRIVER and not known.have("csi", csi):
            for server, path in _told_to_the_driver(csi.get("volumeAttributes") or {}):
                yield from _beyond(site, allow, server, path, "volumeAttributes")

    def export_of_a_driver_written(csi: dict[str, Any]) -> Iterator[Finding]:
        if csi["driver"] == NFS_DRIVER and not csi.get("readOnly") and not known.have("csi", csi):
            for server, path in _told_to_the_driver(csi.get("volumeAttributes") or {}):
                one = export_of(allow.nfs, server, path)
                if one is not None and one.read_only:
                    yield found(server=server, path=path)

    csi_types = ("CSIVolumeSource", "CSIPersistentVolumeSource")
    yield Rule(DRIVER, csi_types, driver)
    yield Rule(EXPORT, csi_types, export_of_a_driver)
    yield Rule(EXPORT_WRITTEN, csi_types, export_of_a_driver_written)


def _told_to_the_driver(attributes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give every export that attributes of the NFS driver may mean: it reads their keys in any case."""

    def said(key: str) -> list[str]:
        return [value or "" for name, value in attributes.items() if name.lower() == key] or [""]

    below = said(_SUBDIRECTORY)
    return [(server, f"{share}/{one}" if one else share) for server in said("server") for share in said("share") for one in below]


def _node_paths(site: Site, allow: Allow, known: _Known) -> Iterator[Rule]:
    paths = [one for one in allow.host_paths if isinstance(one, NodePath)]
    values: dict[str, Any] = {"allowed": [one.path for one in paths] or None, "volumes": list(site.volumes) or None}

    def is_only_read(key: str, source: dict[str, Any] | None) -> bool:
        one = node_path_of(paths, source["path"]) if source else None
        return not one.writable if one is not None else source is not None and known.have(key, source)

    def node_path(source: dict[str, Any]) -> Iterator[Finding]:
        if node_path_of(paths, source["path"]) is None and not known.have("hostPath", source):
            yield found("path", path=source["path"], **values)

    def node_path_is_written(pod_spec: dict[str, Any]) -> Iterator[Finding]:
        read_only = {
            volume["name"]: volume["hostPath"]["path"]
            for volume in pod_spec.get("volumes") or ()
            if is_only_read("hostPath", volume.get("hostPath"))
        }
        for place, container in containers(pod_spec) if read_only else ():
            for index, mount in enumerate(mounts(container)):
                if mount["name"] in read_only and not mount.get("readOnly"):
                    yield found(*place, "volumeMounts", index, path=read_only[mount["name"]])

    def node_path_is_lent(persistent_volume: dict[str, Any]) -> Iterator[Finding]:
        for key in ("hostPath", "local"):
            if is_only_read(key, persistent_volume.get(key)):
                yield found(key, "path", path=persistent_volume[key]["path"])

    yield Rule(NODE_PATH, ("HostPathVolumeSource", "LocalVolumeSource"), node_path)
    yield Rule(NODE_PATH_WRITTEN, ("PodSpec",), node_path_is_written)
    yield Rule(NODE_PATH_WRITTEN, ("PersistentVolumeSpec",), node_path_is_lent)


def unknown_kinds(allow: Allow) -> Iterable[str]:
    """Give the kinds of volume in a site that Kubernetes does not have."""
    return [kind for kind in allow.volumes if kind not in _OF_PERSISTENT_VOLUMES]
