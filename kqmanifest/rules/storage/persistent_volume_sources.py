"""The sources of a PersistentVolume that a pod's own volume spells differently, such as CSI volumes and iSCSI disks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes.in_tree_drivers import is_iscsi_name
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import generated_name, is_driver, is_label, is_subdomain
from kqmanifest.vocabulary.paths import climbs

_SECRETS_OF_CSI: Final = (
    "CSIPersistentVolumeSource.controllerPublishSecretRef",
    "CSIPersistentVolumeSource.controllerExpandSecretRef",
    "CSIPersistentVolumeSource.nodePublishSecretRef",
    "CSIPersistentVolumeSource.nodeExpandSecretRef",
)
_LAST_LUN: Final = 255
_LONGEST_INITIATOR: Final = 64


@rule(
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
    "this field must not be empty: the volume cannot be found without it",
    "write its value",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def required_field_of_a_persistent_volume_is_empty(value: str | list[Any]) -> Iterator[Finding]:
    """The fields by which a driver finds its volume must not be empty.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: ""}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs}}}
    """
    if not value:
        yield found()


@rule(
    "KQ2831",
    ("ScaleIOPersistentVolumeSource", "StorageOSPersistentVolumeSource"),
    "a ScaleIO or StorageOS volume needs a `volumeName`",
    "write the name that it has there as `volumeName`",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeSpec",
)
def backend_volume_is_not_named(source: dict[str, Any]) -> Iterator[Finding]:
    """A volume of ScaleIO or StorageOS is found by the name that it has there.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {fsType: ext4}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {fsType: ext4, volumeName: runs}}}
    """
    if not source.get("volumeName"):
        yield found("volumeName")


@rule(
    "KQ2832",
    ("StorageOSPersistentVolumeSource.volumeName", "StorageOSPersistentVolumeSource.volumeNamespace"),
    "the StorageOS name {name} is not a DNS label",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.validateStorageOSPersistentVolumeSource",
)
def backend_name_is_not_a_dns_label(name: str) -> Iterator[Finding]:
    """The names of volumes and namespaces of StorageOS must be DNS labels.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {volumeName: my_runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          storageos: {volumeName: my-runs}}}
    """
    if name and not is_label(name):
        yield found(name=name)


@rule(
    "KQ2833",
    "GlusterfsPersistentVolumeSource.endpointsNamespace",
    "`endpointsNamespace` {name} is not a DNS label",
    "use at most 63 lower-case letters, digits and dashes, or remove `endpointsNamespace`",
    reason="Invalid",
    upstream="core/validation.validateGlusterfsPersistentVolumeSource",
)
def gluster_namespace_is_not_a_dns_label(name: str) -> Iterator[Finding]:
    """The Endpoints of a Gluster volume are in a namespace, whose name must be a DNS label.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          glusterfs: {endpoints: gluster, path: runs, endpointsNamespace: ""}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          glusterfs: {endpoints: gluster, path: runs, endpointsNamespace: storage}}}
    """
    if not is_label(name):
        yield found(name=name)


@rule(
    "KQ2834",
    "ISCSIPersistentVolumeSource",
    "{name} is not an iSCSI name",
    "write a name such as iqn.2001-04.com.example:storage",
    reason="Invalid",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_target_is_malformed(source: dict[str, Any]) -> Iterator[Finding]:
    """An iSCSI name begins with ``iqn.``, a month, a domain and a colon; or with ``eui.`` or ``naa.`` and a number.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: storage, lun: 0}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0}}}
    """
    for field in ("iqn", "initiatorName"):
        name = source.get(field)
        if name is not None and not is_iscsi_name(name) and (name or field == "initiatorName"):
            yield found(field, name=name)


@rule(
    "KQ2835",
    "ISCSIPersistentVolumeSource.lun",
    "`lun` must be between 0 and 255, and is {number}",
    "write a number from 0 to 255",
    reason="Invalid",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_unit_is_out_of_range(number: int) -> Iterator[Finding]:
    """A target has at most 256 logical units.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 256}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0}}}
    """
    if not 0 <= number <= _LAST_LUN:
        yield found(number=number)


@rule(
    "KQ2836",
    "ISCSIPersistentVolumeSource",
    "CHAP authentication needs a `secretRef` to the Secret with its password",
    "write `secretRef: {{name: …}}`",
    reason="Required",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_chap_without_a_secret(source: dict[str, Any]) -> Iterator[Finding]:
    """CHAP needs a user and a password, which are in a Secret.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, chapAuthSession: true}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0,
            chapAuthSession: true, secretRef: {name: chap, namespace: storage}}}}
    """
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        yield found("secretRef")


@rule(
    "KQ2837",
    "PersistentVolume",
    "{name}:{portal} has more than 64 characters",
    "give the volume a shorter name, or remove `initiatorName`",
    reason="Invalid",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_initiator_is_too_long(volume: dict[str, Any]) -> Iterator[Finding]:
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
def backend_secret_is_not_named(reference: dict[str, Any]) -> Iterator[Finding]:
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


@rule(
    "KQ2839",
    "ISCSIPersistentVolumeSource.secretRef",
    "a reference to a Secret needs a `name`",
    "write the `name` of the Secret, or remove the reference",
    reason="Required",
    upstream="core/validation.validateISCSIPersistentVolumeSource",
)
def iscsi_secret_is_not_named(reference: dict[str, Any]) -> Iterator[Finding]:
    """A reference to the Secret with the passwords of CHAP must name it.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, secretRef: {}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, secretRef: {name: chap}}}}
    """
    if not reference.get("name"):
        yield found("name")


@rule(
    "KQ2840",
    _SECRETS_OF_CSI,
    "{name} cannot be the {field} of a Secret",
    "use lower-case letters, digits and dashes, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.validatePVSecretReference",
)
def backend_secret_is_malformed(reference: dict[str, Any]) -> Iterator[Finding]:
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


@rule(
    "KQ2841",
    "CSIPersistentVolumeSource.driver",
    "the driver name {name} is not a DNS subdomain of at most 63 characters",
    "use at most 63 letters, digits, dashes and dots, as in nfs.csi.k8s.io",
    reason="Invalid",
    upstream="core/validation.ValidateCSIDriverName",
)
def backend_driver_is_not_a_dns_subdomain(driver: str) -> Iterator[Finding]:
    """The name of a CSI driver must be a short DNS subdomain, in upper or lower case.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs_csi, volumeHandle: runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany],
          csi: {driver: nfs.csi.k8s.io, volumeHandle: runs}}}
    """
    if driver and not is_driver(driver):
        yield found(name=driver)


@rule(
    "KQ2842",
    "FlexPersistentVolumeSource.options",
    "the option {key} is reserved for Kubernetes",
    "remove it, or use a domain of your own",
    reason="Invalid",
    upstream="core/validation.validateFlexPersistentVolumeSource",
)
def flex_volume_option_is_reserved(options: dict[str, Any]) -> Iterator[Finding]:
    """Options whose domain ends in kubernetes.io or k8s.io are set by Kubernetes.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          flexVolume: {driver: example.com/lvm, options: {kubernetes.io/fsType: ext4}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          flexVolume: {driver: example.com/lvm, options: {fsType: ext4}}}}
    """
    for key in options:
        if f".{key.partition('/')[0].lower()}".endswith((".kubernetes.io", ".k8s.io")):
            yield found(key, key=key)


@rule(
    "KQ2843",
    "LocalVolumeSource.path",
    "the path {path} must not contain `..`",
    "write the path without `..`",
    reason="Invalid",
    upstream="core/validation.validateLocalVolumeSource",
)
def local_path_contains_dot_dot(path: str) -> Iterator[Finding]:
    """The path of a local volume must not contain ``..``.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          local: {path: /mnt/../runs}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
            {key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs}, spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteOnce],
          local: {path: /runs}, nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
            {key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}}
    """
    if climbs(path):
        yield found(path=path)
