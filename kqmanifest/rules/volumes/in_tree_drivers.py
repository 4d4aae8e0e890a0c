"""Disks and file systems on a network: what the drivers for iSCSI, Ceph, the clouds and others need to be told."""

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
    "this is empty, and the volume cannot be found without it",
    "write its value",
)
def source_leaves_empty_what_it_needs(value: str | list[Any]) -> Iterator[Finding]:
    """What a driver needs to find its volume is not empty.

    Wrong:
        volumes: [{name: data, cephfs: {monitors: []}}]

    Right:
        volumes: [{name: data, cephfs: {monitors: ["10.0.0.1:6789"]}}]
    """
    if not value:
        yield found()


@rule("KQ2031", ("ScaleIOVolumeSource", "StorageOSVolumeSource"), "no volume is named", "write its name as `volumeName`")
def storage_volume_is_not_named(source: dict[str, Any]) -> Iterator[Finding]:
    """A volume of a storage system has a name there.

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
    "{name} is not a name here",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
)
def storage_volume_name_is_no_label(name: str) -> Iterator[Finding]:
    """The names of StorageOS are DNS labels.

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
    "{number} is no partition",
    "write a number from 1 to 255, or take it out",
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
    """Say whether a name is one of the three kinds of iSCSI names, as the server reads them."""
    # The server asks for `iqn\.\d{4}-\d{2}\.[letters, digits, . and -]+:[what a name may hold]+` at the end; a search of that is quadratic.
    end = _NO_PART_OF_A_NAME.split(name)[-1]
    return any(name.startswith("iqn") and _IQN.search(part[0]) for part in _BEFORE_A_COLON.finditer(end)) or bool(_NUMBERED.fullmatch(name))


@rule("KQ2034", "ISCSIVolumeSource", "{name} is not an iSCSI name", "write it as in iqn.2001-04.com.example:storage")
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


@rule("KQ2035", ("ISCSIVolumeSource", "FCVolumeSource"), "{number} is no logical unit", "write a number from 0 to 255")
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


@rule("KQ2036", "ISCSIVolumeSource", "CHAP is asked for, and no Secret holds its password", "write `secretRef: {{name: …}}`")
def chap_without_a_secret(source: dict[str, Any]) -> Iterator[Finding]:
    """CHAP needs a user and a password, which stand in a Secret.

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
    "the name {name} and the portal {portal} have more than 63 characters together",
    "shorten the volume's name, or take `initiatorName` out",
    needs="iscsi",
)
def iscsi_volume_name_is_too_long(volume: dict[str, Any]) -> Iterator[Finding]:
    """With an ``initiatorName``, the names of an iSCSI volume and its portal make the name of an interface, which is short.

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


@rule("KQ2038", "FCVolumeSource", "this volume names no disk", "write `targetWWNs` and a `lun`, or `wwids`")
def fibre_channel_names_no_disk(source: dict[str, Any]) -> Iterator[Finding]:
    """A Fibre Channel disk is found by its target and logical unit, or by its world wide identifier.

    Wrong:
        volumes: [{name: data, fc: {lun: 0}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """
    if not source.get("targetWWNs") and not source.get("wwids"):
        yield found("targetWWNs")


@rule("KQ2039", "FCVolumeSource", "this volume names its disk twice", "keep either `targetWWNs` or `wwids`")
def fibre_channel_names_two_disks(source: dict[str, Any]) -> Iterator[Finding]:
    """A Fibre Channel disk is found by its target, or by its world wide identifier, not by both.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0, wwids: ["3600508b400105e21"]}}]

    Right:
        volumes: [{name: data, fc: {wwids: ["3600508b400105e21"]}}]
    """
    if source.get("targetWWNs") and source.get("wwids"):
        yield found("targetWWNs")


@rule("KQ2040", "FCVolumeSource", "no logical unit of the target is given", "write its number as `lun`, such as 0")
def fibre_channel_without_a_logical_unit(source: dict[str, Any]) -> Iterator[Finding]:
    """A Fibre Channel target has several disks, its logical units.

    Wrong:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"]}}]

    Right:
        volumes: [{name: data, fc: {targetWWNs: ["50060e801049cfd1"], lun: 0}}]
    """
    if source.get("targetWWNs") and source.get("lun") is None:
        yield found("lun")


@rule("KQ2041", "FlockerVolumeSource", "this volume names {count} datasets", "write one of `datasetName` and `datasetUUID`")
def flocker_names_no_dataset_or_two(source: dict[str, Any]) -> Iterator[Finding]:
    """A Flocker volume has one dataset, found by its name or its UUID.

    Wrong:
        volumes: [{name: data, flocker: {}}]

    Right:
        volumes: [{name: data, flocker: {datasetName: data}}]
    """
    count = sum(bool(source.get(key)) for key in ("datasetName", "datasetUUID"))
    if count != 1:
        yield found(count=count)


@rule("KQ2042", "FlockerVolumeSource.datasetName", "the dataset's name {name} holds a slash", "write it without the slash")
def flocker_dataset_has_a_slash(name: str) -> Iterator[Finding]:
    """A dataset's name is no path.

    Wrong:
        volumes: [{name: data, flocker: {datasetName: lab/data}}]

    Right:
        volumes: [{name: data, flocker: {datasetName: lab-data}}]
    """
    if "/" in name:
        yield found(name=name)


@rule("KQ2043", "QuobyteVolumeSource", "{registry} is no list of hosts with ports", "write host:port, and commas between several")
def quobyte_registry_is_no_host_and_port(source: dict[str, Any]) -> Iterator[Finding]:
    """A Quobyte registry is found at one or more hosts, each with its port.

    Wrong:
        volumes: [{name: data, quobyte: {registry: registry, volume: data}}]

    Right:
        volumes: [{name: data, quobyte: {registry: "registry:7861", volume: data}}]
    """
    registry, tenant = source["registry"], source.get("tenant") or ""
    if registry and len(tenant) <= LONGEST_TENANT and not all(_HOST_AND_PORT.fullmatch(one) for one in registry.split(",")):
        yield found("registry", registry=registry)


@rule("KQ2044", "QuobyteVolumeSource.tenant", "the tenant {tenant} has more than 64 characters", "write the tenant's UUID")
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
    "the option {key} is Kubernetes' own",
    "take it out: names under kubernetes.io and k8s.io are reserved",
)
def flex_option_is_reserved(options: dict[str, Any]) -> Iterator[Finding]:
    """The options of a Flex driver are not those that Kubernetes adds.

    Wrong:
        volumes: [{name: data, flexVolume: {driver: example.com/lab, options: {kubernetes.io/fsType: ext4}}}]

    Right:
        volumes: [{name: data, flexVolume: {driver: example.com/lab, options: {fsType: ext4}}}]
    """
    for key in options:
        if f".{key.partition('/')[0].lower()}".endswith((".kubernetes.io", ".k8s.io")):
            yield found(key, key=key)


@rule("KQ2046", "AzureDiskVolumeSource.cachingMode", "{value} is no caching mode", "write one of {known}, or take it out")
def azure_caching_mode_is_unknown(value: str) -> Iterator[Finding]:
    """An Azure disk is cached for nothing, for reading, or for both.

    Wrong:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", cachingMode: WriteOnly}}]

    Right:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", cachingMode: ReadOnly}}]
    """
    if value not in CACHING_MODES:
        yield found(value=value, known=CACHING_MODES)


@rule("KQ2047", "AzureDiskVolumeSource.kind", "{value} is no kind of an Azure disk", "write one of {known}, or take it out")
def azure_disk_kind_is_unknown(value: str) -> Iterator[Finding]:
    """An Azure disk is shared, dedicated or managed.

    Wrong:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", kind: Premium}}]

    Right:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", kind: Dedicated}}]
    """
    if value not in DISK_KINDS:
        yield found(value=value, known=DISK_KINDS)


@rule("KQ2048", "AzureDiskVolumeSource", "the URI {uri} is not that of a disk of the kind {kind}", "write one that begins with {start}")
def azure_disk_is_of_another_kind(source: dict[str, Any]) -> Iterator[Finding]:
    """A managed Azure disk is found below ``/subscriptions/``, the others by ``https://``; one that says nothing is Shared.

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
    "the directory {path} begins at the root",
    "write it from the volume's own top, without the slash",
)
def checkout_directory_is_absolute(path: str) -> Iterator[Finding]:
    """A repository is checked out below the top of its volume.

    Wrong:
        volumes: [{name: code, gitRepo: {repository: "https://example.com/code.git", directory: /code}}]

    Right:
        volumes: [{name: code, gitRepo: {repository: "https://example.com/code.git", directory: code}}]
    """
    if is_absolute(path):
        yield found(path=path)
