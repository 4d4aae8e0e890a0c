"""Names: what an object may be called, kind by kind, and the namespace that it is in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.kinds import KINDS, LABEL, PATH, SUBDOMAIN, Kind
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

_PLACEHOLDER: Final = re.compile(r"\$(?:\w+|\{\w+\}|\(\w+\))|<[\w .-]+>", re.ASCII)
"""A placeholder that another program, or a reader, replaces by a name."""


_CLAIM: Final = "PersistentVolumeClaim"


def judged_kinds(of: Callable[[Kind], bool]) -> tuple[str, ...]:
    """Return the names of the kinds whose metadata is judged, and of which something holds."""
    return tuple(dict.fromkeys(kind.name for kind in KINDS if kind.naming is not None and of(kind)))


_NAMED_AS_SUBDOMAINS: Final = judged_kinds(lambda kind: kind.naming == SUBDOMAIN)
_NAMED_AS_LABELS: Final = judged_kinds(lambda kind: kind.naming == LABEL)
_NAMED_AS_PATHS: Final = judged_kinds(lambda kind: kind.naming == PATH)


def metadata_of(*kinds: str) -> tuple[str, ...]:
    """Return what the rules of metadata hang on: the metadata of each kind, but the whole of a claim, whose templates share its type."""
    return tuple(kind if kind == _CLAIM else f"{kind}.metadata" for kind in kinds)


def find_metadata(node: dict[str, Any]) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the metadata that the server validates, with its place below the node that a rule was asked with.

    The claim templates of a StatefulSet have the shape of claims, and the server uses only the name in their metadata.
    """
    if "kind" in node:
        return ("metadata",), node.get("metadata") or {}
    return ((), {}) if "metadata" in node or "spec" in node else ((), node)


@rule(
    "KQ2101",
    judged_kinds(lambda kind: not kind.named_by_the_server),
    "name or generateName is required",
    "set `name`: lower-case letters, digits and dashes",
    reason="Required",
    upstream="apimachinery/api/validation.ValidateObjectMetaAccessor",
)
def object_without_a_name(thing: dict[str, Any]) -> Iterator[Spot]:
    """An object needs a ``name``, or a ``generateName`` that the server completes.

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
    metadata_of(*_NAMED_AS_SUBDOMAINS),
    "the name {name} is not a DNS subdomain",
    "write the actual name instead of {variable}, which is not replaced here",
    "did you mean {meant}?",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 characters",
    reason="Invalid",
    upstream="apimachinery/api/validation.NameIsDNSSubdomain",
)
def object_name_is_not_a_dns_subdomain(node: dict[str, Any]) -> Iterator[Spot]:
    """Most names are DNS subdomains: they have no capital letters, underscores or spaces.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: Training_2}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: training-2}}
    """
    place, metadata = find_metadata(node)
    name = metadata.get("name")
    if name and not is_subdomain(name):
        variable = _PLACEHOLDER.search(name)
        yield found(*place, "name", name=name, variable=variable and variable[0], meant=as_subdomain(unicodedata.normalize("NFKC", name)))


@rule(
    "KQ2103",
    metadata_of(*_NAMED_AS_LABELS),
    "the name {name} is not a DNS label",
    "did you mean {meant}?",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    reason="Invalid",
    upstream="apimachinery/api/validation.NameIsDNSLabel",
)
def object_name_is_not_a_dns_label(node: dict[str, Any]) -> Iterator[Spot]:
    """The names of Namespaces, Services and StatefulSets become parts of host names: they are DNS labels, without dots.

    Wrong:
        {apiVersion: v1, kind: Namespace, metadata: {name: team.vision}}

    Right:
        {apiVersion: v1, kind: Namespace, metadata: {name: team-vision}}
    """
    place, metadata = find_metadata(node)
    name = metadata.get("name")
    if name and not is_label(name):
        yield found(*place, "name", name=name, meant=as_label(name))


@rule(
    "KQ2106",
    metadata_of(*_NAMED_AS_PATHS),
    "the name {name} cannot be part of a URL",
    "remove the slashes and per cent signs; . and .. are not allowed either",
    reason="Invalid",
    upstream="apimachinery/api/validate/content.IsPathSegmentName",
)
def object_name_is_not_a_path_segment(node: dict[str, Any]) -> Iterator[Spot]:
    """Every name becomes part of a URL, so it must not contain a slash or a per cent sign.

    Wrong:
        {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: team/vision}}

    Right:
        {apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: "team:vision"}}
    """
    place, metadata = find_metadata(node)
    for key in ("name", "generateName"):
        if metadata.get(key) and not is_path_segment(metadata[key]):
            yield found(*place, key, name=metadata[key])


@rule(
    "KQ2107",
    metadata_of("Service"),
    "the name of a Service must begin with a letter before Kubernetes 1.36, and is {name}",
    "begin it with a letter",
    until="1.35",
    reason="Invalid",
    upstream="apimachinery/api/validation.NameIsDNS1035Label",
)
def service_name_begins_with_a_digit(node: dict[str, Any]) -> Iterator[Spot]:
    """Up to Kubernetes 1.35 the name of a Service must begin with a letter.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: 2-training}, spec: {ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: training-2}, spec: {ports: [{port: 80}]}}
    """
    place, metadata = find_metadata(node)
    for key, name in (("name", metadata.get("name")), ("generateName", generated(metadata.get("generateName")))):
        if name and is_label(name) and not is_service_name(name):
            yield found(*place, key, name=metadata[key])


@rule(
    "KQ2108",
    metadata_of(*_NAMED_AS_SUBDOMAINS),
    "a name that begins with generateName {prefix} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, and begin with a letter, such as training-",
    needs="ObjectMeta.generateName",
    reason="Invalid",
    upstream="apimachinery/api/validation.NameIsDNSSubdomain",
)
def generated_name_is_not_a_dns_subdomain(node: dict[str, Any]) -> Iterator[Spot]:
    """The server adds five characters to ``generateName``, and the result is a name like any other.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {generateName: Training_}, spec: {containers: [{name: main, image: "nginx:1.27"}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {generateName: training-}, spec: {containers: [{name: main, image: "nginx:1.27"}]}}
    """
    return _check_generated(node, is_subdomain)


@rule(
    "KQ2118",
    metadata_of(*_NAMED_AS_LABELS),
    "a name that begins with generateName {prefix} is not a DNS label",
    "use lower-case letters, digits and dashes, and begin with a letter, such as training-",
    reason="Invalid",
    upstream="apimachinery/api/validation.NameIsDNSLabel",
)
def generated_name_is_not_a_dns_label(node: dict[str, Any]) -> Iterator[Spot]:
    """The name that the server makes from ``generateName`` of a Namespace, Service or StatefulSet is a DNS label.

    Wrong:
        {apiVersion: v1, kind: Namespace, metadata: {generateName: team.vision.}}

    Right:
        {apiVersion: v1, kind: Namespace, metadata: {generateName: team-vision-}}
    """
    return _check_generated(node, is_label)


def _check_generated(node: dict[str, Any], is_name: Callable[[str], bool]) -> Iterator[Spot]:
    place, metadata = find_metadata(node)
    prefix = metadata.get("generateName")
    if prefix and not is_name(generated(prefix)):
        yield found(*place, "generateName", prefix=prefix)
    elif prefix and not metadata.get("name") and not is_name(prefix[:KEPT_OF_A_PREFIX] + "x"):
        yield found(*place, "name", prefix=prefix)


@rule(
    "KQ2109",
    metadata_of(*judged_kinds(lambda kind: kind.namespaced)),
    "the namespace {namespace} is not a DNS label",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    needs="ObjectMeta.namespace",
    reason="Invalid",
    upstream="apimachinery/api/validation.ValidateNamespaceName",
)
def namespace_is_not_a_dns_label(node: dict[str, Any]) -> Iterator[Spot]:
    """The name of a namespace is a DNS label.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, namespace: team_vision}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, namespace: team-vision}}
    """
    place, metadata = find_metadata(node)
    namespace = metadata.get("namespace")
    if namespace and not is_label(namespace):
        yield found(*place, "namespace", namespace=namespace)
