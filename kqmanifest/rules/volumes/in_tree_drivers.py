"""Disks and file systems of clouds and storage systems: what the drivers inside Kubernetes require."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import between, exactly_one_of, matches, one_of, required
from kqmanifest.rules.forms import FLEX_OPTION, LABEL, RELATIVE
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot

LAST_PARTITION: Final = 255
LONGEST_TENANT: Final = 64
CACHING_MODES: Final = ("None", "ReadOnly", "ReadWrite")
DISK_KINDS: Final = ("Shared", "Dedicated", "Managed")
_HOST_AND_PORT: Final = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]*):[^\[\]:]*")


required_field_of_a_source_is_empty = required(
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
    hints="write its value",
    upstream="core/validation.validateVolumeSource",
    page="""The fields by which a driver finds its volume must not be empty.

    Wrong:
        volumes: [{name: data, cephfs: {monitors: []}}]

    Right:
        volumes: [{name: data, cephfs: {monitors: ["10.0.0.1:6789"]}}]
    """,
)


storage_volume_is_not_named = required(
    "KQ2031",
    ("ScaleIOVolumeSource", "StorageOSVolumeSource"),
    message="a ScaleIO or StorageOS volume needs a `volumeName`",
    hints="write the name that it has there as `volumeName`",
    field="volumeName",
    upstream="core/validation.validateVolumeSource",
    page="""A volume of ScaleIO or StorageOS is found by the name that it has there.

    Wrong:
        volumes: [{name: data, storageos: {fsType: ext4}}]

    Right:
        volumes: [{name: data, storageos: {volumeName: data, fsType: ext4}}]
    """,
)


storage_volume_name_is_not_a_dns_label = matches(
    "KQ2032",
    ("StorageOSVolumeSource.volumeName", "StorageOSVolumeSource.volumeNamespace"),
    LABEL,
    message="the StorageOS name {value} is not a DNS label",
    may_be_empty=True,
    upstream="core/validation.validateStorageOSVolumeSource",
    page="""The names of volumes and namespaces of StorageOS must be DNS labels.

    Wrong:
        volumes: [{name: data, storageos: {volumeName: My_Data}}]

    Right:
        volumes: [{name: data, storageos: {volumeName: my-data}}]
    """,
)


partition_is_out_of_range = between(
    "KQ2033",
    ("AWSElasticBlockStoreVolumeSource.partition", "GCEPersistentDiskVolumeSource.partition"),
    (0, LAST_PARTITION),
    hints="write a number from 1 to 255, or remove `partition`",
    upstream="core/validation.validateVolumeSource",
    page="""A disk has at most 255 partitions; 0 means that it has none.

    Wrong:
        volumes: [{name: data, awsElasticBlockStore: {volumeID: vol-1, partition: 256}}]

    Right:
        volumes: [{name: data, awsElasticBlockStore: {volumeID: vol-1, partition: 1}}]
    """,
)


flocker_with_no_dataset_or_two = exactly_one_of(
    "KQ2041",
    "FlockerVolumeSource",
    ("datasetName", "datasetUUID"),
    message="a Flocker volume needs one dataset, and has {count}",
    hints="write either `datasetName` or `datasetUUID`",
    filled=True,
    reason="Required",
    upstream="core/validation.validateFlockerVolumeSource",
    page="""A Flocker volume has one dataset, found by its name or its UUID.

    Wrong:
        volumes: [{name: data, flocker: {}}]

    Right:
        volumes: [{name: data, flocker: {datasetName: data}}]
    """,
)


@rule(
    "KQ2042",
    "FlockerVolumeSource.datasetName",
    "`datasetName` {name} must not contain a slash",
    "write the name without a slash",
    reason="Invalid",
    upstream="core/validation.validateFlockerVolumeSource",
)
def flocker_dataset_has_a_slash(name: str) -> Iterator[Spot]:
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
def quobyte_registry_is_not_host_and_port(source: dict[str, Any]) -> Iterator[Spot]:
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
def quobyte_tenant_is_too_long(tenant: str) -> Iterator[Spot]:
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


flex_option_is_reserved = matches(
    "KQ2045",
    "FlexVolumeSource.options",
    FLEX_OPTION,
    each=True,
    upstream="core/validation.validateFlexVolumeSource",
    page="""Kubernetes adds options of its own to those of a Flex driver, and their names are reserved.

    Wrong:
        volumes: [{name: data, flexVolume: {driver: example.com/lab, options: {kubernetes.io/fsType: ext4}}}]

    Right:
        volumes: [{name: data, flexVolume: {driver: example.com/lab, options: {fsType: ext4}}}]
    """,
)


azure_caching_mode_is_unknown = one_of(
    "KQ2046",
    "AzureDiskVolumeSource.cachingMode",
    CACHING_MODES,
    upstream="core/validation.validateAzureDisk",
    page="""An Azure disk is not cached (``None``), or for reading (``ReadOnly``), or for reading and writing (``ReadWrite``).

    Wrong:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", cachingMode: WriteOnly}}]

    Right:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", cachingMode: ReadOnly}}]
    """,
)


azure_disk_kind_is_unknown = one_of(
    "KQ2047",
    "AzureDiskVolumeSource.kind",
    DISK_KINDS,
    message="unknown Azure disk `kind` {value}",
    upstream="core/validation.validateAzureDisk",
    page="""An Azure disk is ``Shared``, ``Dedicated`` or ``Managed``.

    Wrong:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", kind: Premium}}]

    Right:
        volumes: [{name: data, azureDisk: {diskName: data, diskURI: "https://example.com/data.vhd", kind: Dedicated}}]
    """,
)


@rule(
    "KQ2048",
    "AzureDiskVolumeSource",
    "`diskURI` {uri} is not the URI of an Azure disk of kind {kind}",
    "write a URI that begins with {start}",
    reason="NotSupported",
    upstream="core/validation.validateAzureDisk",
)
def azure_disk_uri_of_another_kind(source: dict[str, Any]) -> Iterator[Spot]:
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


checkout_directory_is_absolute = matches(
    "KQ2049",
    "GitRepoVolumeSource.directory",
    RELATIVE,
    upstream="core/validation.validateGitRepoVolumeSource",
    page="""A repository is checked out below the root of its volume.

    Wrong:
        volumes: [{name: code, gitRepo: {repository: "https://example.com/code.git", directory: /code}}]

    Right:
        volumes: [{name: code, gitRepo: {repository: "https://example.com/code.git", directory: code}}]
    """,
)
