"""Claims: how much storage they request and what they are filled from, also for those that are created for pods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_label, is_subdomain
from kqmanifest.vocabulary.quantities import as_memory, quantity

CLAIMS: Final = ("PersistentVolumeClaim", "PersistentVolumeClaimTemplate")
_SMALLEST: Final = 4096
"""No volume is made as small as one block of a disk."""
_SNAPSHOT: Final = ("snapshot.storage.k8s.io", "VolumeSnapshot")


def data_sources(claim: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return what a claim is filled from, as the server judges it.

    Of a PersistentVolumeClaim it drops a reference into another namespace, which is not yet enabled, and a source
    of a kind that older servers did not know; of the template of a pod's claim it judges all that is written.
    """
    spec = claim.get("spec") or {}
    sources = {key: spec[key] for key in ("dataSource", "dataSourceRef") if spec.get(key) is not None}
    if "kind" not in claim:
        return sources
    if sources.get("dataSourceRef", {}).get("namespace"):
        del sources["dataSourceRef"]
    group, kind = (sources.get("dataSource", {}).get(field) or "" for field in ("apiGroup", "kind"))
    if "dataSourceRef" not in sources and (group, kind) not in {("", "PersistentVolumeClaim"), _SNAPSHOT}:
        sources.pop("dataSource", None)
    return sources


@rule(
    "KQ2820",
    CLAIMS,
    "this claim has no storage request",
    "write how much it needs: `resources: {{requests: {{storage: 1Ti}}}}`",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def claim_without_a_storage_request(claim: dict[str, Any]) -> Iterator[Spot]:
    """A claim must request storage, even if its volume has no size, as an NFS share.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany]}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}
    """
    resources = (claim.get("spec") or {}).get("resources") or {}
    if "storage" not in (resources.get("requests") or {}):
        yield found("spec", "resources", "storage")


@rule(
    "KQ2821",
    "PersistentVolumeClaimSpec.resources",
    "the storage request must be greater than 0, and is {value}",
    "write how much it needs, such as 1Ti",
    reason="Invalid",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def storage_request_is_not_positive(resources: dict[str, Any]) -> Iterator[Spot]:
    """The storage request of a claim must be more than 0.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 0}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
         spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}}}
    """
    requests = resources.get("requests") or {}
    number = quantity(requests.get("storage") or 0)
    if "storage" in requests and number is not None and number <= 0:
        yield found("requests", "storage", value=requests["storage"] or 0)


@rule(
    "KQ2822",
    CLAIMS,
    "the data source of this claim needs a `{field}`",
    "write its `{field}`, or remove the data source",
    reason="Required",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def data_source_is_incomplete(claim: dict[str, Any]) -> Iterator[Spot]:
    """The data source of a claim must have a kind and a name.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}}, dataSource: {kind: PersistentVolumeClaim, name: ""}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}}, dataSource: {kind: PersistentVolumeClaim, name: earlier-runs}}}
    """
    for key, source in data_sources(claim).items():
        for field in ("kind", "name"):
            if not source.get(field):
                yield found("spec", key, field, field=field)


@rule(
    "KQ2823",
    CLAIMS,
    "a data source of kind {kind} needs an `apiGroup`",
    "add its `apiGroup`, such as snapshot.storage.k8s.io",
    reason="Invalid",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def data_source_without_an_api_group(claim: dict[str, Any]) -> Iterator[Spot]:
    """Without an ``apiGroup`` a claim can only be filled from another claim.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}}, dataSourceRef: {kind: VolumeSnapshot, name: earlier-runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}},
          dataSourceRef: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: earlier-runs}}}
    """
    for key, source in data_sources(claim).items():
        if not source.get("apiGroup") and (source.get("kind") or "PersistentVolumeClaim") != "PersistentVolumeClaim":
            yield found("spec", key, kind=source["kind"])


@rule(
    "KQ2824",
    CLAIMS,
    "`apiGroup` {group} is not a DNS subdomain",
    "write the group alone, such as snapshot.storage.k8s.io, without a version",
    reason="Invalid",
    upstream="core/validation.validateDataSourceRef",
)
def data_source_group_is_not_a_dns_subdomain(claim: dict[str, Any]) -> Iterator[Spot]:
    """An API group is a DNS subdomain.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}},
          dataSourceRef: {apiGroup: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, name: earlier-runs}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}},
          dataSourceRef: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: earlier-runs}}}
    """
    for key, source in data_sources(claim).items():
        group = source.get("apiGroup")
        if group and not is_subdomain(group):
            yield found("spec", key, "apiGroup", group=group)


@rule(
    "KQ2825",
    CLAIMS,
    "`namespace` {namespace} is not a DNS label",
    "use at most 63 lower-case letters, digits and dashes",
    reason="Invalid",
    upstream="core/validation.validateDataSourceRef",
)
def data_source_namespace_is_not_a_dns_label(claim: dict[str, Any]) -> Iterator[Spot]:
    """The namespace of the data source of a pod's claim must be a DNS label, as every namespace's name is.

    Wrong:
        volumes: [{name: runs, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}}, dataSourceRef: {kind: PersistentVolumeClaim, name: runs, namespace: Team}}}}}]

    Right:
        volumes: [{name: runs, ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}}, dataSourceRef: {kind: PersistentVolumeClaim, name: runs, namespace: team}}}}}]
    """
    namespace = data_sources(claim).get("dataSourceRef", {}).get("namespace")
    if namespace and not is_label(namespace):
        yield found("spec", "dataSourceRef", "namespace", namespace=namespace)


@rule(
    "KQ2826",
    CLAIMS,
    "`dataSource` and `dataSourceRef` differ",
    "keep only `dataSourceRef`",
    reason="Invalid",
    upstream="core/validation.ValidatePersistentVolumeClaimSpec",
)
def data_sources_differ(claim: dict[str, Any]) -> Iterator[Spot]:
    """A claim has one data source; where the older and the newer field are both given, they must be equal.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}}, dataSource: {kind: PersistentVolumeClaim, name: runs-1},
          dataSourceRef: {kind: PersistentVolumeClaim, name: runs-2}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs}, spec: {accessModes: [ReadWriteMany],
          resources: {requests: {storage: 1Ti}}, dataSourceRef: {kind: PersistentVolumeClaim, name: runs-2}}}
    """
    sources = data_sources(claim)
    older, newer = sources.get("dataSource"), sources.get("dataSourceRef")
    if older is None or newer is None:
        return
    equal = older.get("apiGroup") == newer.get("apiGroup") and all((older.get(field) or "") == newer[field] for field in ("kind", "name"))
    if newer.get("namespace") or not equal:
        yield found("spec", "dataSource")


@rule(
    "KQ4038",
    "VolumeResourceRequirements.requests",
    "a claim of {value} requests only a few bytes",
    "did you mean {meant}?",
    "write the unit, such as 100Gi or 1Ti",
)
def claim_of_some_bytes(requests: dict[str, Any]) -> Iterator[Spot]:
    """A size without a unit is in bytes; the volume for such a claim is full before its first file, or is made in another size.

    Wrong:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
          spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 100}}}}

    Right:
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
          spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 100Gi}}}}
    """
    written = requests.get("storage")
    if written is not None and 0 < (quantity(written) or 0) < _SMALLEST:
        yield found("storage", value=written, meant=as_memory(written))
