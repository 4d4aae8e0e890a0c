"""The sources of a PersistentVolume that a pod's own volume spells differently, such as CSI volumes and iSCSI disks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import between, matches, required
from kqmanifest.rules.forms import DRIVER, FLEX_OPTION, LABEL, WITHOUT_DOT_DOT
from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes.storage_networks import find_chap_without_a_secret, find_malformed_names
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import generated_name, is_label, is_subdomain

_SECRETS_OF_CSI: Final = (
    "CSIPersistentVolumeSource.controllerPublishSecretRef",
    "CSIPersistentVolumeSource.controllerExpandSecretRef",
    "CSIPersistentVolumeSource.nodePublishSecretRef",
    "CSIPersistentVolumeSource.nodeExpandSecretRef",
)
_LAST_LUN: Final = 255
_LONGEST_INITIATOR: Final = 64


required_field_of_a_persistent_volume_is_empty = required(
    "KQ2830",
    (
        "AzureFilePersistentVolumeSource.secretName",
        "AzureFilePersistentVolumeSource.secretNamespace",
        "AzureFilePersistentVolumeSource.shareName",
        "CSIPersistentVolumeSource.driver",
        "CSIPersistentVolumeSource.volumeHandle",
        "CephFSPersistentVolumeSource.monitors",
        "CinderPersistentVolumeSource.volumeID",
        "FlexPersistentVolumeSource.driver",
        "GlusterfsPersistentVolumeSource.endpoints",
        "GlusterfsPersistentVolumeSource.path",
        "ISCSIPersistentVolumeSource.iqn",
        "ISCSIPersistentVolumeSource.targetPortal",
        "LocalVolumeSource.path",
        "RBDPersistentVolumeSource.image",
        "RBDPersistentVolumeSource.monitors",
        "ScaleIOPersistentVolumeSource.gateway",
        "ScaleIOPersistentVolumeSource.system",
    ),
    hints="write its value",
    upstream="core/validation.ValidatePersistentVolumeSpec",
    page="""The fields by which a driver finds its volume must not be empty.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: ""}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs}}}
    """,
)


backend_volume_is_not_named = required(
    "KQ2831",
    ("ScaleIOPersistentVolumeSource", "StorageOSPersistentVolumeSource"),
    message="a ScaleIO or StorageOS volume needs a `volumeName`",
    hints="write the name that it has there as `volumeName`",
    field="volumeName",
    upstream="core/validation.ValidatePersistentVolumeSpec",
    page="""A volume of ScaleIO or StorageOS is found by the name that it has there.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {fsType: ext4}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {fsType: ext4, volumeName: runs}}}
    """,
)


backend_name_is_not_a_dns_label = matches(
    "KQ2832",
    ("StorageOSPersistentVolumeSource.volumeName", "StorageOSPersistentVolumeSource.volumeNamespace"),
    LABEL,
    message="the StorageOS name {value} is not a DNS label",
    may_be_empty=True,
    upstream="core/validation.validateStorageOSPersistentVolumeSource",
    page="""The names of volumes and namespaces of StorageOS must be DNS labels.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {volumeName: my_runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {volumeName: my-runs}}}
    """,
)


gluster_namespace_is_not_a_dns_label = matches(
    "KQ2833",
    "GlusterfsPersistentVolumeSource.endpointsNamespace",
    LABEL,
    hints="use at most 63 lower-case letters, digits and dashes, or remove `endpointsNamespace`",
    upstream="core/validation.validateGlusterfsPersistentVolumeSource",
    page="""The Endpoints of a Gluster volume are in a namespace, whose name must be a DNS label.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          glusterfs: {endpoints: gluster, path: runs, endpointsNamespace: ""}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          glusterfs: {endpoints: gluster, path: runs, endpointsNamespace: storage}}}
    """,
)


@rule(
    "KQ2834",
    "ISCSIPersistentVolumeSource",
    "{name} is not an iSCSI name",
    "write a name such as iqn.2001-04.com.example:storage",
    reason="Invalid",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_target_is_malformed(source: dict[str, Any]) -> Iterator[Spot]:
    """An iSCSI name begins with ``iqn.``, a month, a domain and a colon; or with ``eui.`` or ``naa.`` and a number.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: storage, lun: 0}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0}}}
    """
    return find_malformed_names(source)


iscsi_unit_is_out_of_range = between(
    "KQ2835",
    "ISCSIPersistentVolumeSource.lun",
    (0, _LAST_LUN),
    upstream="core/validation.validateISCSIPersistentVolumeSource",
    page="""A target has at most 256 logical units.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 256}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0}}}
    """,
)


@rule(
    "KQ2836",
    "ISCSIPersistentVolumeSource",
    "CHAP authentication needs a `secretRef` to the Secret with its password",
    "write `secretRef: {{name: …}}`",
    reason="Required",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_chap_without_a_secret(source: dict[str, Any]) -> Iterator[Spot]:
    """CHAP needs a user and a password, which are in a Secret.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, chapAuthSession: true}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0,
            chapAuthSession: true, secretRef: {name: chap, namespace: storage}}}}
    """
    return find_chap_without_a_secret(source)


@rule(
    "KQ2837",
    "PersistentVolume",
    "{name}:{portal} has more than 64 characters",
    "give the volume a shorter name, or remove `initiatorName`",
    reason="Invalid",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_initiator_is_too_long(volume: dict[str, Any]) -> Iterator[Spot]:
    """With an ``initiatorName``, the volume's name and the portal make up the name of an interface on the node.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs-of-the-vision-team-of-the-second-half-of-the-year}, spec: {
          capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], iscsi: {targetPortal: "192.168.100.200:3260", lun: 0,
            iqn: "iqn.2001-04.com.example:storage", initiatorName: "iqn.2001-04.com.example:node"}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {
          capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce], iscsi: {targetPortal: "192.168.100.200:3260", lun: 0,
            iqn: "iqn.2001-04.com.example:storage", initiatorName: "iqn.2001-04.com.example:node"}}}
    """
    source = (volume.get("spec") or {}).get("iscsi") or {}
    name, portal = generated_name(volume.get("metadata") or {}), source.get("targetPortal") or ""
    if source.get("initiatorName") is not None and len(f"{name}:{portal}".encode()) > _LONGEST_INITIATOR:
        yield found("spec", "iscsi", "targetPortal", name=name, portal=portal)


@rule(
    "KQ2838",
    (
        *_SECRETS_OF_CSI,
        "CinderPersistentVolumeSource.secretRef",
        "StorageOSPersistentVolumeSource.secretRef",
    ),
    "a reference to a Secret needs a `{field}`",
    "write the `{field}` of the Secret, or remove the reference",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def backend_secret_is_not_named(reference: dict[str, Any]) -> Iterator[Spot]:
    """A PersistentVolume is not in a namespace, so it must give the name of its Secret and the namespace of that Secret.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs, nodePublishSecretRef: {name: keys}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs, nodePublishSecretRef: {name: keys, namespace: storage}}}}
    """
    for field in ("name", "namespace"):
        if not reference.get(field):
            yield found(field, field=field)


iscsi_secret_is_not_named = required(
    "KQ2839",
    "ISCSIPersistentVolumeSource.secretRef",
    message="a reference to a Secret needs a `name`",
    hints="write the `name` of the Secret, or remove the reference",
    field="name",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
    page="""A reference to the Secret with the passwords of CHAP must name it.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, secretRef: {}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, secretRef: {name: chap}}}}
    """,
)


@rule(
    "KQ2840",
    _SECRETS_OF_CSI,
    "{name} cannot be the {field} of a Secret",
    "use lower-case letters, digits and dashes, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.validatePVSecretReference",
)
def backend_secret_is_malformed(reference: dict[str, Any]) -> Iterator[Spot]:
    """The name of a CSI volume's Secret must be a DNS subdomain, and its namespace a DNS label.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs, nodePublishSecretRef: {name: My_Keys, namespace: storage}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs, nodePublishSecretRef: {name: my-keys, namespace: storage}}}}
    """
    for field, is_name in (("name", is_subdomain), ("namespace", is_label)):
        name = reference.get(field)
        if name and not is_name(name):
            yield found(field, name=name, field=field)


backend_driver_is_not_a_dns_subdomain = matches(
    "KQ2841",
    "CSIPersistentVolumeSource.driver",
    DRIVER,
    may_be_empty=True,
    upstream="core/validation.ValidateCSIDriverName",
    page="""The name of a CSI driver must be a short DNS subdomain, in upper or lower case.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs_csi, volumeHandle: runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs}}}
    """,
)


flex_volume_option_is_reserved = matches(
    "KQ2842",
    "FlexPersistentVolumeSource.options",
    FLEX_OPTION,
    hints="remove it, or use a domain of your own",
    each=True,
    upstream="core/validation.validateFlexPersistentVolumeSource",
    page="""Options whose domain ends in kubernetes.io or k8s.io are set by Kubernetes.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          flexVolume: {driver: example.com/lvm, options: {kubernetes.io/fsType: ext4}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          flexVolume: {driver: example.com/lvm, options: {fsType: ext4}}}}
    """,
)


local_path_contains_dot_dot = matches(
    "KQ2843",
    "LocalVolumeSource.path",
    WITHOUT_DOT_DOT,
    upstream="core/validation.validateLocalVolumeSource",
    page="""The path of a local volume must not contain ``..``.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          local: {path: /mnt/../runs}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
            {key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          local: {path: /runs}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
            {key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}}
    """,
)
