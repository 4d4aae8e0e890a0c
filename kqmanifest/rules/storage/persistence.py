"""PersistentVolumes: their capacity, access modes, reclaim policy and source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches, one_of, required
from kqmanifest.rules.forms import SUBDOMAIN
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import normalised
from kqmanifest.vocabulary.quantities import counted, quantity
from kqmanifest.vocabulary.spelling import nearest

STORED: Final = ("PersistentVolume", "PersistentVolumeClaim", "PersistentVolumeClaimTemplate")
_OF_SPECS: Final = ("PersistentVolumeSpec", "PersistentVolumeClaimSpec")
_ACCESS_MODES: Final = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_VOLUME_MODES: Final = ("Filesystem", "Block")
_POLICIES: Final = ("Retain", "Delete", "Recycle")
_BACKENDS: Final = (
    *("hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs", "iscsi"),
    *(
        "cinder",
        "fc",
        "flexVolume",
        "azureFile",
        "vsphereVolume",
        "photonPersistentDisk",
        "portworxVolume",
        "azureDisk",
        "scaleIO",
        "local",
    ),
    *("storageos", "csi"),
)
"""The sources that a PersistentVolume may have, in the order in which the server looks for them."""


def backends(spec: dict[str, Any]) -> list[str]:
    """Return the keys of the sources of a PersistentVolume; null does not count."""
    return [key for key in _BACKENDS if spec.get(key) is not None]


@rule(
    "KQ2800",
    STORED,
    "`accessModes` is required",
    "write `accessModes: [ReadWriteMany]`, or another of {known}",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def storage_without_an_access_mode(thing: dict[str, Any]) -> Iterator[Spot]:
    """A volume or a claim must say how it may be mounted: by one node or by many, to write or only to read.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {resources: {requests: {storage: 1Ti}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}
    """
    if not (thing.get("spec") or {}).get("accessModes"):
        yield found("spec", "accessModes", known=_ACCESS_MODES)


@rule(
    "KQ2801",
    tuple(f"{of}.accessModes" for of in _OF_SPECS),
    "unknown access mode {mode}",
    "did you mean {near}?",
    "write one of {known}",
    reason="NotSupported",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def access_mode_is_unknown(modes: list[Any]) -> Iterator[Spot]:
    """There are four access modes, and they are not abbreviated.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [RWX], resources: {requests: {storage: 1Ti}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}
    """
    for index, mode in enumerate(modes):
        if mode not in _ACCESS_MODES:
            yield found(index, mode=mode or "", near=_meant(mode or ""), known=_ACCESS_MODES)


def _meant(mode: str) -> str | None:
    short = {"RWO": "ReadWriteOnce", "ROX": "ReadOnlyMany", "RWX": "ReadWriteMany", "RWOP": "ReadWriteOncePod"}
    return short.get(mode.upper()) or nearest(mode, _ACCESS_MODES)


@rule(
    "KQ2802",
    tuple(f"{of}.accessModes" for of in _OF_SPECS),
    "ReadWriteOncePod cannot be combined with {other}",
    "keep one of the two",
    reason="Forbidden",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def access_mode_excludes_others(modes: list[Any]) -> Iterator[Spot]:
    """A volume that only one pod may mount cannot have other access modes.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [ReadWriteOncePod, ReadWriteMany], resources: {requests: {storage: 1Ti}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [ReadWriteOncePod], resources: {requests: {storage: 1Ti}}}}
    """
    other = next((mode for mode in modes if mode in _ACCESS_MODES[:3]), None)
    if "ReadWriteOncePod" in modes and other:
        yield found(modes.index("ReadWriteOncePod"), other=other)


volume_mode_is_unknown = one_of(
    "KQ2803",
    tuple(f"{of}.volumeMode" for of in _OF_SPECS),
    _VOLUME_MODES,
    hints=("did you mean {near}?", "write Filesystem, or Block for a raw device"),
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
    page="""A volume is a file system or a raw block device.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {volumeMode: file, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {volumeMode: Filesystem, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}
    """,
)


storage_class_name_is_not_a_dns_subdomain = matches(
    "KQ2804",
    tuple(f"{of}.storageClassName" for of in _OF_SPECS),
    SUBDOMAIN,
    may_be_empty=True,
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
    page="""The name of a storage class is a DNS subdomain, as for other objects; an empty name means no class.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {storageClassName: Fast, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {storageClassName: fast, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}
    """,
)


attributes_class_name_is_not_a_dns_subdomain = matches(
    "KQ2805",
    tuple(f"{of}.volumeAttributesClassName" for of in _OF_SPECS),
    SUBDOMAIN,
    may_be_empty=True,
    since="1.34",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
    page="""The name of a VolumeAttributesClass is a DNS subdomain, as for other objects.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {volumeAttributesClassName: Fast, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {volumeAttributesClassName: fast, accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}
    """,
)


@rule(
    "KQ2806",
    "PersistentVolumeSpec",
    "`volumeAttributesClassName` must name a class, and requires a `csi` volume",
    "write the name of a VolumeAttributesClass, or remove `{empty}`",
    "remove `volumeAttributesClassName`, or use a `csi` volume",
    since="1.34",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def attributes_class_without_a_csi_volume(spec: dict[str, Any]) -> Iterator[Spot]:
    """Only CSI volumes can have a VolumeAttributesClass.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {volumeAttributesClassName: fast,
          capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {volumeAttributesClassName: fast,
          capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], csi: {driver: nfs.csi.k8s.io, volumeHandle: runs}}}
    """
    name = spec.get("volumeAttributesClassName")
    if name == "":
        yield found("volumeAttributesClassName", empty="volumeAttributesClassName")
    elif name is not None and spec.get("csi") is None:
        yield found("csi", empty=None)


@rule(
    "KQ2807",
    "PersistentVolume",
    "`capacity` must contain storage alone, and contains {resources}",
    "write `capacity: {{storage: 1Ti}}`",
    reason="NotSupported",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def capacity_is_not_storage_alone(volume: dict[str, Any]) -> Iterator[Spot]:
    """The ``capacity`` of a PersistentVolume is its storage, and nothing else.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}
    """
    capacity = (volume.get("spec") or {}).get("capacity") or {}
    if list(capacity) != ["storage"]:
        yield found("spec", "capacity", resources=list(capacity) or None)


@rule(
    "KQ2808",
    "PersistentVolumeSpec.capacity",
    "`capacity` must be greater than 0, and is {value}",
    "write how much the volume holds, such as 1Ti",
    reason="Invalid",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def capacity_is_not_positive(capacity: dict[str, Any]) -> Iterator[Spot]:
    """The capacity of a PersistentVolume is more than 0; for an NFS share it is only compared with what claims request.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 0}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}
    """
    for resource, value in capacity.items():
        number = quantity(value or 0)
        if number is not None and (number <= 0 or counted(value) < 0):
            yield found(resource, value=value or 0)


reclaim_policy_is_unknown = one_of(
    "KQ2809",
    "PersistentVolumeSpec.persistentVolumeReclaimPolicy",
    _POLICIES,
    may_be_empty=True,
    upstream="core/validation.ValidatePersistentVolumeSpec",
    page="""When its claim is deleted, a volume is kept, deleted, or (deprecated) emptied.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {persistentVolumeReclaimPolicy: Keep,
          capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {persistentVolumeReclaimPolicy: Retain,
          capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}
    """,
)


@rule(
    "KQ2810",
    "PersistentVolume",
    "this PersistentVolume has no volume source",
    "write where its files are, such as `nfs: {{server, path}}`",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def persistent_volume_without_a_source(volume: dict[str, Any]) -> Iterator[Spot]:
    """A PersistentVolume must have a source: an NFS share, a disk, a volume of a CSI driver.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany]}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}
    """
    if not backends(volume.get("spec") or {}):
        yield found("spec")


@rule(
    "KQ2811",
    "PersistentVolumeSpec",
    "this PersistentVolume has {count} volume sources: {sources}",
    "keep one of them, or make each of them a volume of its own",
    reason="Forbidden",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def persistent_volume_with_two_sources(spec: dict[str, Any]) -> Iterator[Spot]:
    """A PersistentVolume may have only one source.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          nfs: {server: nfs-server, path: /runs}, hostPath: {path: /runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          nfs: {server: nfs-server, path: /runs}}}
    """
    keys = backends(spec)
    # The server does not count a flexVolume that comes second.
    second = next((key for key in keys[1:] if key != "flexVolume"), None)
    if second:
        yield found(second, count=len(keys), sources=keys)


@rule(
    "KQ2812",
    "PersistentVolumeSpec",
    "Recycle would delete the whole file system of a node",
    "write `persistentVolumeReclaimPolicy: Retain`",
    reason="Forbidden",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def root_of_a_node_is_recycled(spec: dict[str, Any]) -> Iterator[Spot]:
    """Recycling a volume deletes all files in it.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          hostPath: {path: /}, persistentVolumeReclaimPolicy: Recycle}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          hostPath: {path: /runs}, persistentVolumeReclaimPolicy: Recycle}}
    """
    path = (spec.get("hostPath") or {}).get("path")
    if path and normalised(path) == "/" and spec.get("persistentVolumeReclaimPolicy") == "Recycle":
        yield found("persistentVolumeReclaimPolicy")


local_volume_without_a_node = required(
    "KQ2813",
    "PersistentVolumeSpec",
    hints="write which node has it: `nodeAffinity: {{required: …}}`",
    field="nodeAffinity",
    when="local",
    upstream="core/validation.ValidatePersistentVolumeSpec",
    page="""A local volume must say which node has it, so that pods are scheduled there.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], local: {path: /mnt/runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], local: {path: /mnt/runs}, nodeAffinity: {required: {
           nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}}
    """,
)


node_affinity_without_required_nodes = required(
    "KQ2814",
    "PersistentVolumeSpec.nodeAffinity",
    message="the `nodeAffinity` of a volume needs `required`",
    hints="write `required: {{nodeSelectorTerms: […]}}`, or remove `nodeAffinity`",
    field="required",
    upstream="core/validation.validateVolumeNodeAffinity",
    page="""A node can reach a volume or cannot; there is nothing to prefer.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}, nodeAffinity: {}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
         spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /runs}}}
    """,
)
