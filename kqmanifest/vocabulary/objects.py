"""Objects and their identity: kind, namespace and name, and where their pods are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

DEFAULT_NAMESPACE: Final = "default"
CLUSTER_KINDS: Final = frozenset(
    {
        "APIService",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterTrustBundle",
        "ComponentStatus",
        "CSIDriver",
        "CSINode",
        "CustomResourceDefinition",
        "DeviceClass",
        "DeviceTaintRule",
        "FlowSchema",
        "IPAddress",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "StorageVersion",
        "StorageVersionMigration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    }
)
TEMPLATES: Final[Mapping[str, tuple[str, ...]]] = {
    "Job": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""The place of the pod template in each kind that creates pods."""


UNREAD: Final = "an object of an unknown kind or shape"


class Identity(NamedTuple):
    """What identifies an object."""

    group: str
    kind: str
    namespace: str
    name: str


class PodOf(NamedTuple):
    """The pod of an object: its labels, its spec, and the place of that spec in the object."""

    labels: Mapping[str, str]
    spec: Mapping[str, Any]
    place: tuple[str, ...]


def unread(thing: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of an object whose kind or shape is unknown: that it exists, and in which namespace."""
    metadata = thing.get("metadata")
    namespace = metadata.get("namespace") if isinstance(metadata, Mapping) else None
    return {"apiVersion": "", "kind": UNREAD, "metadata": {"namespace": namespace if isinstance(namespace, str) else None}}


def identity(thing: Mapping[str, Any]) -> Identity | None:
    """Return which object this is; None where its name is left to the server."""
    metadata = thing.get("metadata") or {}
    name = metadata.get("name")
    return Identity(thing["apiVersion"].rpartition("/")[0], thing["kind"], namespace(thing), name) if name else None


def namespace(thing: Mapping[str, Any]) -> str:
    """Return the namespace of an object; empty for cluster-scoped objects."""
    if thing["kind"] in CLUSTER_KINDS:
        return ""
    return (thing.get("metadata") or {}).get("namespace") or DEFAULT_NAMESPACE


def pod_of(thing: Mapping[str, Any]) -> PodOf | None:
    """Return the pod that an object is or creates; None where there is none."""
    place: tuple[str, ...] = () if thing["kind"] == "Pod" else TEMPLATES.get(thing["kind"], ("",))
    here: Any = thing
    for step in place:
        here = here.get(step) or {}
    spec = here.get("spec")
    return PodOf((here.get("metadata") or {}).get("labels") or {}, spec, (*place, "spec")) if spec else None


def of_kind(things: list[dict[str, Any]], kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Return the objects of a kind that have a spec, each with its number."""
    for number, thing in enumerate(things):
        if thing["kind"] == kind and thing.get("spec"):
            yield number, thing
