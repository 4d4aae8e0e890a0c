"""Names: what an object may be called, kind by kind, and the namespace it is in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import (
    KEPT_OF_A_PREFIX,
    as_label,
    as_subdomain,
    generated,
    is_label,
    is_path_segment,
    is_service_name,
    is_subdomain,
)
from kqmanifest.vocabulary.objects import CLUSTER_KINDS

_VARIABLE: Final = re.compile(r"\$(?:\w+|\{\w+\}|\(\w+\))|<[\w .-]+>", re.ASCII)
"""What another program, or a reader, puts a name in place of."""
_SUBDOMAIN_KINDS_OF_THE_CLUSTER: Final = (
    "DeviceClass",
    "IngressClass",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "VolumeAttributesClass",
)
SUBDOMAIN_KINDS: Final = (
    "ConfigMap",
    "ControllerRevision",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Endpoints",
    "EndpointSlice",
    "HorizontalPodAutoscaler",
    "Ingress",
    "Job",
    "Lease",
    "LimitRange",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "Pod",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "ResourceClaim",
    "ResourceClaimTemplate",
    "ResourceQuota",
    "Secret",
    "ServiceAccount",
    *_SUBDOMAIN_KINDS_OF_THE_CLUSTER,
)
LABEL_KINDS: Final = ("Namespace", "Service", "StatefulSet")
PATH_KINDS: Final = ("ClusterRole", "ClusterRoleBinding", "PodDisruptionBudget", "Role", "RoleBinding")
KINDS: Final = (*SUBDOMAIN_KINDS, *LABEL_KINDS, *PATH_KINDS)
WITHOUT_NAMESPACE: Final = CLUSTER_KINDS.intersection(KINDS)


_CLAIM: Final = "PersistentVolumeClaim"


def metadata_of(*kinds: str) -> tuple[str, ...]:
    """Name what the rules of metadata hang on: the metadata of each kind; of a claim the whole, which a template of one lacks."""
    return tuple(kind if kind == _CLAIM else f"{kind}.metadata" for kind in kinds)


def described(node: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Give the metadata that the server judges, with its place below the node that a rule was asked with.

    The claim templates of a StatefulSet are claims in shape, and of their metadata the server takes only the name.
    """
    if "kind" in node:
        return ("metadata",), node.get("metadata") or {}
    return ((), {}) if "metadata" in node or "spec" in node else ((), node)


NAMED_BY_THE_SERVER: Final = frozenset({"LimitRange"})
"""Kinds whose objects the server gives a name of its own where they have none."""


@rule(
    "KQ2101",
    tuple(kind for kind in KINDS if kind not in NAMED_BY_THE_SERVER),
    "this object has no name",
    "give it a `name`: lower-case letters, digits and dashes",
)
def object_without_a_name(thing: dict[str, Any]) -> Iterator[Finding]:
    """An object needs a name, or a ``generateName`` that the server completes.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {labels: {app: training}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}}
    """
    metadata = thing.get("metadata") or {}
    if "kind" in thing and not metadata.get("name") and not metadata.get("generateName"):
        yield found("metadata", "name")


@rule(
    "KQ2102",
    metadata_of(*SUBDOMAIN_KINDS),
    "{name} is not a name for this kind of object",
    "write the name itself in place of {variable}: nothing here fills it in",
    "did you mean {meant}?",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
)
def object_name_is_no_subdomain(node: dict[str, Any]) -> Iterator[Finding]:
    """Most names are DNS subdomains: no capitals, no underscores, no blanks.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: Training_2}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: training-2}}
    """
    place, metadata = described(node)
    name = metadata.get("name")
    if name and not is_subdomain(name):
        variable = _VARIABLE.search(name)
        yield found(*place, "name", name=name, variable=variable and variable[0], meant=as_subdomain(unicodedata.normalize("NFKC", name)))


@rule(
    "KQ2103",
    metadata_of(*LABEL_KINDS),
    "{name} is not a name for this kind of object",
    "did you mean {meant}?",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
)
def object_name_is_no_label(node: dict[str, Any]) -> Iterator[Finding]:
    """The names of Namespaces, Services and StatefulSets become host names: DNS labels, without dots.

    Wrong:
        {apiVersion: v1, kind: Namespace, metadata: {name: team.vision}}

    Right:
        {apiVersion: v1, kind: Namespace, metadata: {name: team-vision}}
    """
    place, metadata = described(node)
    name = metadata.get("name")
    if name and not is_label(name):
        yield found(*place, "name", name=name, meant=as_label(name))


@rule(
    "KQ2106",
    metadata_of(*PATH_KINDS),
    "{name} is not a name for this kind of object",
    "take out the slashes and per cent signs; . and .. are no names",
)
def object_name_is_no_path_segment(node: dict[str, Any]) -> Iterator[Finding]:
    """Every name is a part of a URL, so it holds no slash and no per cent sign.

    Wrong:
        {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: team/vision}}

    Right:
        {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: "team:vision"}}
    """
    place, metadata = described(node)
    for key in ("name", "generateName"):
        if metadata.get(key) and not is_path_segment(metadata[key]):
            yield found(*place, key, name=metadata[key])


@rule(
    "KQ2107",
    metadata_of("Service"),
    "{name} is not a name for a Service in this version of Kubernetes: it begins with a digit",
    "begin it with a letter",
    until="1.35",
)
def service_name_begins_with_a_digit(node: dict[str, Any]) -> Iterator[Finding]:
    """Until Kubernetes 1.35 the name of a Service begins with a letter.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: 2-training}, spec: {ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: training-2}, spec: {ports: [{port: 80}]}}
    """
    place, metadata = described(node)
    for key, name in (("name", metadata.get("name")), ("generateName", generated(metadata.get("generateName")))):
        if name and is_label(name) and not is_service_name(name):
            yield found(*place, key, name=metadata[key])


@rule(
    "KQ2108",
    metadata_of(*SUBDOMAIN_KINDS),
    "no name for this kind of object begins with {prefix}",
    "use lower-case letters, digits, dashes and dots, and begin with a letter, such as training-",
    needs="ObjectMeta.generateName",
)
def generated_name_is_no_subdomain(node: dict[str, Any]) -> Iterator[Finding]:
    """The server puts five characters behind a ``generateName``, and what comes of it is a name like any other.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {generateName: Training_}, spec: {containers: [{name: main, image: "nginx:1.27"}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {generateName: training-}, spec: {containers: [{name: main, image: "nginx:1.27"}]}}
    """
    return _misnamed(node, is_subdomain)


@rule(
    "KQ2118",
    metadata_of(*LABEL_KINDS),
    "no name for this kind of object begins with {prefix}",
    "use lower-case letters, digits and dashes, and begin with a letter, such as training-",
)
def generated_name_is_no_label(node: dict[str, Any]) -> Iterator[Finding]:
    """What the server makes of a ``generateName`` of a Namespace, Service or StatefulSet is a DNS label.

    Wrong:
        {apiVersion: v1, kind: Namespace, metadata: {generateName: team.vision.}}

    Right:
        {apiVersion: v1, kind: Namespace, metadata: {generateName: team-vision-}}
    """
    return _misnamed(node, is_label)


def _misnamed(node: dict[str, Any], is_name: Callable[[str], bool]) -> Iterator[Finding]:
    place, metadata = described(node)
    prefix = metadata.get("generateName")
    if prefix and not is_name(generated(prefix)):
        yield found(*place, "generateName", prefix=prefix)
    elif prefix and not metadata.get("name") and not is_name(prefix[:KEPT_OF_A_PREFIX] + "x"):
        yield found(*place, "name", prefix=prefix)


@rule(
    "KQ2109",
    metadata_of(*(kind for kind in KINDS if kind not in WITHOUT_NAMESPACE)),
    "{namespace} is not a name for a namespace",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    needs="ObjectMeta.namespace",
)
def namespace_is_no_label(node: dict[str, Any]) -> Iterator[Finding]:
    """A namespace's name is a DNS label.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, namespace: team_vision}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, namespace: team-vision}}
    """
    place, metadata = described(node)
    namespace = metadata.get("namespace")
    if namespace and not is_label(namespace):
        yield found(*place, "namespace", namespace=namespace)
