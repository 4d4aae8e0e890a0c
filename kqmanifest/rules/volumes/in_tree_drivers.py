"""Disks and file systems on a network: what the drivers for iSCSI, Ceph, the clouds and others require."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_label
from kqmanifest.vocabulary.paths import is_absolute

LAST_LUN: Final = 255
LAST_PARTITION: Final = 255
LONGEST_ISCSI_NAME: Final = 64
LONGEST_TENANT: Final = 64
CACHING_MODES: Final = ("None", "ReadOnly", "ReadWrite")
DISK_KINDS: Final = ("Shared", "Dedicated", "Managed")
_IQN: Final = re.compile(r"iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]", re.ASCII)
_BEFORE_A_COLON: Final = re.compile(r"(?<![A-Za-z0-9.-])[A-Za-z0-9.-]++(?=:.)", re.ASCII | re.DOTALL)
_NO_PART_OF_A_NAME: Final = re.compile(r"[,;*&$|\t\n\f\r ]")
_NUMBERED: Final = re.compile(r"eui.[A-Za-z0-9]{16}|naa.[A-Za-z0-9]{32}", re.ASCII)
_HOST_AND_PORT: Final = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]*):[^\[\]:]*")


@rule(
    "KQ2030",
    (
        "AWSElasticBlockStoreVolumeSource.volumeID",
        "AzureDiskVolumeSource.diskName",
        "AzureDiskVolumeSource.diskURI",
        "AzureFileVolumeSource.secretName",
        "AzureFileVolumeSource.shareName",
        "CephFSVolumeSource.monitors",
        "CinderVolumeSource.volumeID",
        "FlexVolumeSource.driver",
        "GCEPersistentDiskVolumeSource.pdName",
        "GitRepoVolumeSource.repository",
        "GlusterfsVolumeSource.endpoints",
        "GlusterfsVolumeSource.path",
        "ISCSIVolumeSource.iqn",
        "ISCSIVolumeSource.targetPortal",
        "PhotonPersistentDiskVolumeSource.pdID",
        "PortworxVolumeSource.volumeID",
        "QuobyteVolumeSource.registry",
        "QuobyteVolumeSource.volume",
        "RBDVolumeSource.image",
        "RBDVolumeSource.monitors",
        "ScaleIOVolumeSource.gateway",
        "ScaleIOVolumeSource.system",
        "VsphereVirtualDiskVolumeSource.volumePath",
    ),
    "this field must not be empty: the volume cannot be found without it",
    "write its value",
    reason="Required",
    upstream="core/validation.validateVolumeSource",
)
def required_field_of_a_source_is_empty(value: str | list[Any]) -> Iterator[Finding]:
    """The fields by which a driver finds its volume must not be empty.

    Wrong:
        volumes: [{name: data, cephfs: {monitors: []}}]

    Right:
        volumes: [{name: data, cephfs: {monitors: ["10.0.0.1:6789"]}}]
    """
    if not value:
        yield found()


@rule(
    "KQ2031",
    ("ScaleIOVolumeSource", "StorageOSVolumeSource"),
    "a ScaleIO or StorageOS volume needs a `volumeName`",
    "write the name that it has there as `volumeName`",
    reason="Required",
    upstream="core/validation.validateVolumeSource",
)
def storage_volume_is_not_named(source: dict[str, Any]) -> Iterator[Finding]:
    """A volume of ScaleIO or StorageOS is found by the name that it has there.

    Wrong:
        volumes: [{name: data, storageos: {fsType: ext4}}]

    Right:
        volumes: [{name: data, storageos: {volumeName: data, fsType: ext4}}]
    """
    if not source.get("volumeName"):
        yield found("volumeName")


@rule(
    "KQ2032",
    ("StorageOSVolumeSource.volumeName", "StorageOSVolumeSource.volumeNamespace"),
    "the StorageOS name {name} is not a DNS label",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.validateStorageOSVolumeSource",
)
def storage_volume_name_is_not_a_dns_label(name: str) -> Iterator[Finding]:
    """The names of volumes and namespaces of StorageOS must be DNS labels.

    Wrong:
        volumes: [{name: data, storageos: {volumeName: My_Data}}]

    Right:
        volumes: [{name: data, storageos: {volumeName: my-data}}]
    """
    if name and not is_label(name):
        yield found(name=name)


@rule(
    "KQ2033",
    ("AWSElasticBlockStoreVolumeSource.partition", "GCEPersistentDiskVolumeSource.partition"),
    "`partition` must be between 0 and 255, and is {number}",
    "write a number from 1 to 255, or remove `partition`",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def partition_is_out_of_range(number: int) -> Iterator[Finding]:
    """A disk has at most 255 partitions; 0 means that it has none.

    Wrong:
        volumes: [{name: data, awsElasticBlockStore: {volumeID: vol-1, partition: 256}}]

    Right:
        volumes: [{name: data, awsElasticBlockStore: {volumeID: vol-1, partition: 1}}]
    """
    if not 0 <= number <= LAST_PARTITION:
        yield found(number=number)


def is_iscsi_name(name: str) -> bool:
    """Return whether a name is one of the three kinds of iSCSI names, as the server reads them."""
    # The server asks for `iqn\.\d{4}-\d{2}\.[letters, digits, . and -]+:[what a name may hold]+` at the end; a search of that is quadratic.
    end = _NO_PART_OF_A_NAME.split(name)[-1]
    return any(name.startswith("iqn") and _IQN.search(part[0]) for part in _BEFORE_A_COLON.finditer(end)) or bool(_NUMBERED.fullmatch(name))


@rule(
    "KQ2034",
    "ISCSIVolumeSource",
    "{name} is not an iSCSI name",
    "write a name such as iqn.2001-04.com.example:storage",
    reason="Invalid",
    upstream="core/validation.validateISCSIVolumeSource",
)
def iscsi_name_is_malformed(source: dict[str, Any]) -> Iterator[Finding]:
    """An iSCSI name begins with ``iqn.``, a month, a domain and a colon; or with ``eui.`` or ``naa.`` and a number.

    Wrong:
        volumes: [{name: data, iscsi: {targetPortal: "10.0.2.15:3260", iqn: storage, lun: 0}}]

    Right:
        volumes: [{name: data, iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0}}]
    """
    for field in ("iqn", "initiatorName"):
        name = source.get(field)
        if name is not None and not is_iscsi_name(name) and (name or field == "initiatorName"):
            yield found(field, name=name)


@rule(
    "KQ2035",
    ("ISCSIVolumeSource", "FCVolumeSource"),
    "`lun` must be between 0 and 255, and is {number}",
    "write a number from 0 to 255",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def logical_unit_is_out_of_range(source: dict[str, Any]) -> Iterator[Finding]:
    """A target has at most 256 logical units.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 256}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """
    number = source.get("lun")
    if number is not None and not 0 <= number <= LAST_LUN and ("iqn" in source or source.get("targetWWNs")):
        yield found("lun", number=number)


@rule(
    "KQ2036",
    "ISCSIVolumeSource",
    "CHAP authentication needs a `secretRef` to the Secret with its password",
    "write `secretRef: {{name: …}}`",
    reason="Required",
    upstream="core/validation.validateISCSIVolumeSource",
)
def chap_without_a_secret(source: dict[str, Any]) -> Iterator[Finding]:
    """CHAP needs a user and a password, which are in a Secret.

    Wrong:
        volumes:
        - name: data
          iscsi: {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, chapAuthSession: true}

    Right:
        volumes:
        - name: data
          iscsi:
            {targetPortal: "10.0.2.15:3260", iqn: "iqn.2001-04.com.example:storage", lun: 0, chapAuthSession: true, secretRef: {name: chap}}
    """
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and source.get("secretRef") is None:
        yield found("secretRef")


@rule(
    "KQ2037",
    "Volume",
    "the volume name {name} and the portal {portal} together have more than 63 characters",
    "shorten the volume's name, or remove `initiatorName`",
    needs="iscsi",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def iscsi_volume_name_is_too_long(volume: dict[str, Any]) -> Iterator[Finding]:
    """With an ``initiatorName``, the name of an iSCSI volume and its portal make up the name of an interface, which must be short.

    Wrong:
        volumes:
        - name: the-training-data-that-all-of-us-share-in-the-vision-team
          iscsi:
            targetPortal: "10.0.2.15:3260"
            iqn: iqn.2001-04.com.example:storage
            lun: 0
            initiatorName: iqn.1994-05.com.example:node

    Right:
        volumes:
        - name: data
          iscsi:
            targetPortal: "10.0.2.15:3260"
            iqn: iqn.2001-04.com.example:storage
            lun: 0
            initiatorName: iqn.1994-05.com.example:node
    """
    iscsi = volume["iscsi"]
    if iscsi.get("initiatorName") is not None:
        together = f"{volume['name']}:{iscsi['targetPortal']}"
        if len(together.encode(errors="replace")) > LONGEST_ISCSI_NAME:
            yield found("name", name=volume["name"], portal=iscsi["targetPortal"])


@rule(
    "KQ2038",
    "FCVolumeSource",
    "an fc volume needs `targetWWNs` or `wwids`",
    "write `targetWWNs` and a `lun`, or `wwids`",
    reason="Required",
    upstream="core/validation.validateFCVolumeSource",
)
def fibre_channel_without_a_disk(source: dict[str, Any]) -> Iterator[Finding]:
    """A Fibre Channel disk is found by its target and logical unit, or by its world wide identifier.

    Wrong:
        volumes: [{name: data, fc: {lun: 0}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """
    if not source.get("targetWWNs") and not source.get("wwids"):
        yield found("targetWWNs")


@rule(
    "KQ2039",
    "FCVolumeSource",
    "`targetWWNs` and `wwids` are both given",
    "keep one of `targetWWNs` and `wwids`",
    reason="Invalid",
    upstream="core/validation.validateFCVolumeSource",
)
def fibre_channel_with_two_disks(source: dict[str, Any]) -> Iterator[Finding]:
    """A Fibre Channel disk is found by its target, or by its world wide identifier, not by both.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0, wwids: ["3600508b400105e21"]}}]

    Right:
        volumes: [{name: data, fc: {wwids: ["3600508b400105e21"]}}]
    """
    if source.get("targetWWNs") and source.get("wwids"):
        yield found("targetWWNs")


@rule(
    "KQ2040",
    "FCVolumeSource",
    "`targetWWNs` needs a `lun`",
    "add the number of the logical unit as `lun`, such as 0",
    reason="Required",
    upstream="core/validation.validateFCVolumeSource",
)
def fibre_channel_without_a_logical_unit(source: dict[str, Any]) -> Iterator[Finding]:
    """A Fibre Channel target has several disks, its logical units.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"]}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """
    if source.get("targetWWNs") and source.get("lun") is None:
        yield found("lun")


@rule(
    "KQ2041",
    "FlockerVolumeSource",
    "a Flocker volume needs one dataset, and has {count}",
    "write either `datasetName` or `datasetUUID`",
    reason="Required",
    upstream="core/validation.validateFlockerVolumeSource",
)
def flocker_with_no_dataset_or_two(source: dict[str, Any]) -> Iterator[Finding]:
    """A Flocker volume has one dataset, found by its name or its UUID.

    Wrong:
        volumes: [{name: data, flocker: {}}]

    Right:
        volumes: [{name: data, flocker: {datasetName: data}}]
    """
    count = sum(bool(source.get(key)) for key in ("datasetName", "datasetUUID"))
    if count != 1:
        yield found(count=count)


@rule(
    "KQ2042",
    "FlockerVolumeSource.datasetName",
    "`datasetName` {name} must not contain a slash",
    "write the name without a slash",
    reason="Invalid",
    upstream="core/validation.validateFlockerVolumeSource",
)
def flocker_dataset_has_a_slash(name: str) -> Iterator[Finding]:
    """The name of a dataset is not a path.

    Wrong:
        volumes: [{name: data, flocker: {datasetName: lab/data}}]

    Right:
        volumes: [{name: data, flocker: {datasetName: lab-data}}]
    """
    if "/" in name:
        yield found(name=name)


@rule(
    "KQ2043",
    "QuobyteVolumeSource",
    "`registry` {registry} is not a list of host:port pairs",
    "write host:port, with commas between several",
    reason="Invalid",
    upstream="core/validation.validateQuobyteVolumeSource",
)
def quobyte_registry_is_not_host_and_port(source: dict[str, Any]) -> Iterator[Finding]:
    """A Quobyte registry is found at one or more hosts, each with its port.

    Wrong:
        volumes: [{name: data, quobyte: {registry: registry, volume: data}}]

    Right:
        volumes: [{name: data, quobyte: {registry: "registry:7861", volume: data}}]
    """
    registry, tenant = source["registry"], source.get("tenant") or ""
    if registry and len(tenant) <= LONGEST_TENANT and not all(_HOST_AND_PORT.fullmatch(part) for part in registry.split(",")):
        yield found("registry", registry=registry)


@rule(
    "KQ2044",
    "QuobyteVolumeSource.tenant",
    "`tenant` {tenant} has more than 64 characters",
    "write the tenant's UUID",
    reason="Required",
    upstream="core/validation.validateQuobyteVolumeSource",
)
def quobyte_tenant_is_too_long(tenant: str) -> Iterator[Finding]:
    """A Quobyte tenant is a UUID.

    Wrong:
        volumes:
        - name: data
          quobyte:
            registry: "registry:7861"
            volume: data
            tenant: 2c1743aa-6a4b-4d4c-9d33-3f4a5cf0a5a0-and-the-name-of-the-vision-team

    Right:
        volumes: [{name: data, quobyte: {registry: "registry:7861", volume: data, tenant: 2c1743aa-6a4b-4d4c-9d33-3f4a5cf0a5a0}}]
    """
    if len(tenant.encode(errors="replace")) > LONGEST_TENANT:
        yield found(tenant=tenant)


@rule(
    "KQ2045",
    "FlexVolumeSource.options",
    "the option {key} is reserved for Kubernetes",
    "remove it: names under kubernetes.io and k8s.io are reserved",
    reason="Invalid",
    upstream="core/validation.validateFlexVolumeSource",
)
def flex_option_is_reserved(options: dict[str, Any]) -> Iterator[Finding]:
    """Kubernetes adds options of its own to those of a Flex driver, and their names are reserved.

    Wrong:
        volumes: [{name: data, flexVolume: {driver: example.com/lab, options: {kubernetes.io/fsType: ext4}}}]

    Right:
        volumes: [{name: data, flexVolume: {driver: example.com/lab, options: {fsType: ext4}}}]
    """
    for key in options:
        if f".{key.partition('/')[0].lower()}".endswith((".kubernetes.io", ".k8s.io")):
            yield found(key, key=key)


@rule(
    "KQ2046",
    "AzureDiskVolumeSource.cachingMode",
    "unknown `cachingMode` {value}",
    "write one of {known}, or remove `cachingMode`",
    reason="NotSupported",
    upstream="core/validation.validateAzureDisk",
)
def azure_caching_mode_is_unknown(value: str) -> Iterator[Finding]:
    """An Azure disk is not cached (``None``), or for reading (``ReadOnly``), or for reading and writing (``ReadWrite``).

    Wrong:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", cachingMode: WriteOnly}}]

    Right:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", cachingMode: ReadOnly}}]
    """
    if value not in CACHING_MODES:
        yield found(value=value, known=CACHING_MODES)


@rule(
    "KQ2047",
    "AzureDiskVolumeSource.kind",
    "unknown Azure disk `kind` {value}",
    "write one of {known}, or remove `kind`",
    reason="NotSupported",
    upstream="core/validation.validateAzureDisk",
)
def azure_disk_kind_is_unknown(value: str) -> Iterator[Finding]:
    """An Azure disk is ``Shared``, ``Dedicated`` or ``Managed``.

    Wrong:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", kind: Premium}}]

    Right:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", kind: Dedicated}}]
    """
    if value not in DISK_KINDS:
        yield found(value=value, known=DISK_KINDS)


@rule(
    "KQ2048",
    "AzureDiskVolumeSource",
    "`diskURI` {uri} is not the URI of an Azure disk of kind {kind}",
    "write a URI that begins with {start}",
    reason="NotSupported",
    upstream="core/validation.validateAzureDisk",
)
def azure_disk_uri_of_another_kind(source: dict[str, Any]) -> Iterator[Finding]:
    """The URI of a managed Azure disk begins with ``/subscriptions/``, others with ``https://``; without a ``kind`` it is ``Shared``.

    Wrong:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: /subscriptions/lab/resourcegroups/vision/disks/data}}]

    Right:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: /subscriptions/lab/resourcegroups/vision/disks/data, kind: Managed}}]
    """
    uri, kind = source["diskURI"], source.get("kind")
    kind = "Shared" if kind is None else kind
    start = "/subscriptions/" if kind == "Managed" else "https://"
    if uri and not uri.startswith(start):
        yield found("diskURI", uri=uri, kind=kind, start=start)


@rule(
    "KQ2049",
    "GitRepoVolumeSource.directory",
    "`directory` {path} must be relative",
    "write it relative to the root of the volume, without the leading slash",
    reason="Invalid",
    upstream="core/validation.validateGitRepoVolumeSource",
)
def checkout_directory_is_absolute(path: str) -> Iterator[Finding]:
    """A repository is checked out below the root of its volume.

    Wrong:
        volumes: [{name: code, gitRepo: {repository: "https://example.com/code.git", directory: /code}}]

    Right:
        volumes: [{name: code, gitRepo: {repository: "https://example.com/code.git", directory: code}}]
    """
    if is_absolute(path):
        yield found(path=path)
