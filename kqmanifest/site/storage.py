"""What a site allows of CSI drivers, storage classes and mount options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, Driver, Site
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Spot
from kqmanifest.site.fields import Judge, listed, table
from kqmanifest.site.sources import EXPORT, EXPORT_LENT, EXPORT_WRITTEN, READ_ONLY, Given, export_is_beyond, given, is_only_read

DRIVER: Final = Fault(
    "KQ5108",
    "this site does not allow the CSI driver {driver}",
    ("use one of {allowed}", "mount another kind of volume: no driver is allowed"),
)
ATTRIBUTE: Final = Fault(
    "KQ5137",
    "this site does not allow the attribute {attribute} of {driver} to be {value}",
    ("write one of {allowed}", "remove it"),
)
MOUNT_OPTION: Final = Fault("KQ5138", "this site does not allow the mount option {name}", ("use one of {allowed}", "remove it"))
STORAGE_CLASS: Final = Fault("KQ5139", "this site does not allow the storage class {name}", ("use one of {allowed}", "remove it"))
ANY_VOLUME: Final = Fault(
    "KQ5140",
    "a claim with an empty storageClassName and no volumeName can be bound to any PersistentVolume that fits",
    ("name the PersistentVolume in `volumeName`",),
)

NFS_DRIVER: Final = "nfs.csi.k8s.io"
_OF_EXPORTS: Final = frozenset({"server", "share", "subdir"})
_JOINED: Final = frozenset("#$")
"""What the NFS driver interprets: it joins server, share and directory with ``#``, and replaces ``${…}`` with names."""
_ANY: Final = "*"


def judges(site: Site, allow: Allow) -> Iterator[Judge]:
    """Make the judges of drivers, storage classes and mount options."""
    own = given(site)
    yield from _drivers(allow, own)
    yield from _exports_of_drivers(allow, own)
    yield from _storage_classes(allow)
    yield from _provisioners(allow, own)
    yield listed(MOUNT_OPTION, table().lines("mountOptions"), allow.mount_options)


def _drivers(allow: Allow, own: Given) -> Iterator[Judge]:
    drivers = _named(allow)
    inline, lent = "Volume.csi", "PersistentVolumeSpec.csi"

    def driver(csi: dict[str, Any]) -> Iterator[Spot]:
        if csi["driver"] not in drivers and not own.have("csi", csi):
            yield found("driver", driver=csi["driver"], allowed=list(drivers) or None)

    def attribute(csi: dict[str, Any]) -> Iterator[Spot]:
        if csi["driver"] in drivers and not own.have("csi", csi):
            yield from _beyond(drivers[csi["driver"]], csi.get("volumeAttributes"), "volumeAttributes")

    def handle(csi: dict[str, Any]) -> Iterator[Spot]:
        """Judge the handle of the NFS driver, from which it reads what to delete."""
        if csi["driver"] == NFS_DRIVER and (_JOINED | {"/"}) & {*csi["volumeHandle"]} and not own.have("csi", csi):
            yield found("volumeHandle", attribute="volumeHandle", driver=NFS_DRIVER, value=csi["volumeHandle"], allowed=None)

    yield Judge((inline, lent), Rule(DRIVER, (inline, lent), driver))
    yield Judge((), Rule(ATTRIBUTE, (inline, lent), attribute))
    yield Judge((), Rule(ATTRIBUTE, (lent,), handle))


def _exports_of_drivers(allow: Allow, own: Given) -> Iterator[Judge]:
    def exports(csi: dict[str, Any]) -> list[tuple[str, str]]:
        known = csi["driver"] != NFS_DRIVER or own.have("csi", csi)
        return [] if known else told_to_the_driver(csi.get("volumeAttributes") or {})

    def export(csi: dict[str, Any]) -> Iterator[Spot]:
        for server, path in exports(csi):
            yield from export_is_beyond(allow, own, server, path, "volumeAttributes")

    def export_is_written(csi: dict[str, Any]) -> Iterator[Spot]:
        for server, path in () if csi.get("readOnly") else exports(csi):
            if is_only_read(allow, server, path):
                yield found(server=server, path=path)

    def export_is_lent(volume: dict[str, Any]) -> Iterator[Spot]:
        for server, path in () if READ_ONLY in (volume.get("mountOptions") or ()) else exports(volume["csi"]):
            if is_only_read(allow, server, path):
                yield found("csi", server=server, path=path)

    yield Judge((), Rule(EXPORT, ("Volume.csi", "PersistentVolumeSpec.csi"), export))
    yield Judge((), Rule(EXPORT_WRITTEN, ("Volume.csi",), export_is_written))
    yield Judge((), Rule(EXPORT_LENT, ("PersistentVolumeSpec",), export_is_lent, needs=("csi",)))


def _named(allow: Allow) -> dict[str, Driver]:
    return {one.driver: one for one in allow.drivers if isinstance(one, Driver)}


def _beyond(driver: Driver, attributes: Mapping[str, str] | None, field: str) -> Iterator[Spot]:
    """Report the attributes that a driver may not be given.

    Those of an export are judged as exports; here only that nothing is replaced in them, and that none is given twice.
    """
    seen: set[str] = set()
    for key, value in (attributes or {}).items():
        allowed = driver.attributes.get(key)
        is_export = driver.driver == NFS_DRIVER and key.lower() in _OF_EXPORTS
        if is_export and not _JOINED & {*(value or "")} and key.lower() not in seen:
            seen.add(key.lower())
        elif is_export or allowed is None or (value not in allowed and _ANY not in allowed):
            yield found(field, key, attribute=key, driver=driver.driver, value=value or "", allowed=list(allowed) if allowed else None)


def told_to_the_driver(attributes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return every export that attributes of the NFS driver may mean: it reads their keys in any case."""

    def said(key: str) -> list[str]:
        return [value or "" for name, value in attributes.items() if name.lower() == key] or [""]

    below = said("subdir")
    return [(server, f"{share}/{one}" if one else share) for server in said("server") for share in said("share") for one in below]


def _storage_classes(allow: Allow) -> Iterator[Judge]:
    in_claims, in_volumes = "PersistentVolumeClaimSpec.storageClassName", "PersistentVolumeSpec.storageClassName"

    def any_volume(claim: dict[str, Any]) -> Iterator[Spot]:
        if claim["storageClassName"] == "" and not claim.get("volumeName"):
            yield found("storageClassName")

    def storage_class(name: str) -> Iterator[Spot]:
        if name and name not in allow.storage_classes:
            yield found(name=name, allowed=list(allow.storage_classes) or None)

    yield Judge((in_claims, in_volumes), Rule(STORAGE_CLASS, (in_claims, in_volumes), storage_class))
    yield Judge((), Rule(ANY_VOLUME, ("PersistentVolumeClaimSpec",), any_volume, needs=("storageClassName",)))


def _provisioners(allow: Allow, own: Given) -> Iterator[Judge]:
    drivers = _named(allow)

    def provisioner(name: str) -> Iterator[Spot]:
        if name not in drivers:
            yield found(driver=name, allowed=list(drivers) or None)

    def parameter(kind: dict[str, Any]) -> Iterator[Spot]:
        name = kind["provisioner"]
        yield from _beyond(drivers.get(name, Driver(driver=name)), kind.get("parameters"), "parameters")

    def export(kind: dict[str, Any]) -> Iterator[Spot]:
        for server, path in told_to_the_driver(kind.get("parameters") or {}) if kind["provisioner"] == NFS_DRIVER else ():
            yield from export_is_beyond(allow, own, server, path, "parameters")
            if is_only_read(allow, server, path):
                yield found("parameters", server=server, path=path, allowed=None, volumes=own.names)

    yield Judge(("StorageClass.provisioner",), Rule(DRIVER, ("StorageClass.provisioner",), provisioner))
    yield Judge(("StorageClass.parameters",), Rule(ATTRIBUTE, ("StorageClass",), parameter))
    yield Judge((), Rule(EXPORT, ("StorageClass",), export))
