"""Services: their types, the pods that they select, and what is only for load balancers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.constraints import matches, one_of
from kqmanifest.rules.forms import qualified
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.addresses import is_network, is_plain_network
from kqmanifest.vocabulary.names import is_label_value, is_qualified, is_subdomain

TYPES: Final = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
HEADLESS: Final = "None"
SOURCE_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-mode"
TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"


def kind_of(spec: Mapping[str, Any]) -> str:
    """Return the type of a Service; ClusterIP by default."""
    return spec.get("type") or "ClusterIP"


def cluster_ips(spec: Mapping[str, Any]) -> list[str]:
    """Return the cluster IPs of a Service: ``clusterIPs``, or ``clusterIP`` alone where they are not set."""
    addresses = [address or "" for address in spec.get("clusterIPs") or ()]
    return addresses or ([spec["clusterIP"]] if spec.get("clusterIP") else [])


def is_headless(spec: Mapping[str, Any]) -> bool:
    """Return whether a Service has no cluster IP: its DNS name leads to its pods."""
    return cluster_ips(spec) == [HEADLESS]


def is_not_a_load_balancer(spec: Mapping[str, Any]) -> bool:
    """Return whether a Service has another type than LoadBalancer; one of a misspelt type may be meant to be one."""
    return kind_of(spec) in TYPES and kind_of(spec) != "LoadBalancer"


def _source_ranges(service: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return the source ranges of a load balancer, with their places: those in the spec, or else those in the old annotation."""
    given = (service.get("spec") or {}).get("loadBalancerSourceRanges") or ()
    for index, network in enumerate(given):
        yield ("spec", "loadBalancerSourceRanges", index), (network or "").strip()
    annotation = ((service.get("metadata") or {}).get("annotations") or {}).get(SOURCE_RANGES) or ""
    for network in annotation.split(",") if annotation.strip() and not given else ():
        yield ("metadata", "annotations", SOURCE_RANGES), network.strip()


@rule(
    "KQ2701",
    "Service",
    "ports is required for a Service that is not headless",
    "add a port, such as `ports: [{{port: 80}}]`, or make the Service headless: `clusterIP: None`",
    reason="Required",
    upstream="core/validation.validateService",
)
def service_without_ports(service: dict[str, Any]) -> Iterator[Spot]:
    """A Service needs at least one port, unless it is headless or an ExternalName.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {app: tensorboard}}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {app: tensorboard}, ports: [{port: 6006}]}}
    """
    spec = service.get("spec") or {}
    if not spec.get("ports") and not is_headless(spec) and kind_of(spec) != "ExternalName":
        yield found("spec", "ports")


service_type_is_unknown = one_of(
    "KQ2702",
    "ServiceSpec.type",
    TYPES,
    message="unknown Service type {value}",
    may_be_empty=True,
    upstream="core/validation.validateService",
    page="""The types of Services are ``ClusterIP``, ``NodePort``, ``LoadBalancer`` and ``ExternalName``.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {type: Nodeport, ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {type: NodePort, ports: [{port: 6006}]}}
    """,
)


selector_key_is_not_a_qualified_name = matches(
    "KQ2703",
    "ServiceSpec.selector",
    qualified("example.com/team"),
    message="the label key {value} in selector is not a qualified name",
    each=True,
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabels",
    page="""A Service selects pods by their labels, whose keys are names; a domain and a slash may come before them.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {"my app": tensorboard}, ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {my-app: tensorboard}, ports: [{port: 6006}]}}
    """,
)


@rule(
    "KQ2704",
    "ServiceSpec.selector",
    "{value} in selector cannot be the value of the label {key}",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
    reason="Invalid",
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabels",
)
def selector_value_is_not_a_label_value(selector: dict[str, Any]) -> Iterator[Spot]:
    """A Service selects pods by their labels, whose values have at most 63 letters, digits, dashes, underscores and dots.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {app: "tensor board"}, ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {app: tensorboard}, ports: [{port: 6006}]}}
    """
    for key, value in selector.items():
        if not is_label_value(value or ""):
            yield found(key, key=key, value=value)


@rule(
    "KQ2705",
    "ServiceSpec",
    "externalName is required when type is ExternalName",
    "set `externalName` to a host name, such as data.example.com",
    reason="Required",
    upstream="core/validation.validateService",
)
def external_name_is_missing(spec: dict[str, Any]) -> Iterator[Spot]:
    """An ExternalName Service is another name for a host outside the cluster.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: data}, spec: {type: ExternalName}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: data}, spec: {type: ExternalName, externalName: data.example.com}}
    """
    if kind_of(spec) == "ExternalName" and not (spec.get("externalName") or "").removesuffix("."):
        yield found("externalName")


@rule(
    "KQ2706",
    "ServiceSpec",
    "externalName must be a DNS name, and is {name}",
    "write a host name such as data.example.com: lower-case letters, digits, dashes and dots, without scheme and port",
    reason="Invalid",
    upstream="core/validation.validateService",
)
def external_name_is_not_a_dns_name(spec: dict[str, Any]) -> Iterator[Spot]:
    """``externalName`` is the DNS name of a host.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: data}, spec: {type: ExternalName, externalName: "https://data.example.com"}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: data}, spec: {type: ExternalName, externalName: data.example.com}}
    """
    name = (spec.get("externalName") or "").removesuffix(".")
    if kind_of(spec) == "ExternalName" and name and not is_subdomain(name):
        yield found("externalName", name=spec["externalName"])


@rule(
    "KQ2707",
    "ServiceSpec",
    "{field} must not be set when type is ExternalName",
    "remove `{field}`, or write another `type`",
    reason="Forbidden",
    upstream="core/validation.validateService",
)
def external_name_has_ip_addresses(spec: dict[str, Any]) -> Iterator[Spot]:
    """An ExternalName Service is only another name for a host, so it has no IP addresses and no IP families.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: data}, spec: {
          type: ExternalName, externalName: data.example.com, clusterIP: 10.96.0.20}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: data}, spec: {type: ExternalName, externalName: data.example.com}}
    """
    given = {
        "clusterIPs": cluster_ips(spec),
        "ipFamilies": spec.get("ipFamilies"),
        "ipFamilyPolicy": spec.get("ipFamilyPolicy") is not None,
    }
    for place, value in given.items():
        if kind_of(spec) == "ExternalName" and value:
            yield found(place, field="clusterIP" if place == "clusterIPs" and not spec.get(place) else place)


@rule(
    "KQ2708",
    "ServiceSpec",
    "{field} requires type LoadBalancer, and type is {kind}",
    "remove `{field}`, or write `type: LoadBalancer`",
    reason="Forbidden",
    upstream="core/validation.validateService",
)
def load_balancer_field_of_another_type(spec: dict[str, Any]) -> Iterator[Spot]:
    """Some fields are only for load balancers.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          loadBalancerClass: example.com/internal, ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerClass: example.com/internal, ports: [{port: 6006}]}}
    """
    given = {
        "loadBalancerSourceRanges": bool(spec.get("loadBalancerSourceRanges")),
        "allocateLoadBalancerNodePorts": spec.get("allocateLoadBalancerNodePorts") is not None,
        "loadBalancerClass": spec.get("loadBalancerClass") is not None,
    }
    for field, is_given in given.items():
        if is_given and is_not_a_load_balancer(spec):
            yield found(field, field=field, kind=kind_of(spec))


@rule(
    "KQ2709",
    "ServiceSpec",
    "loadBalancerClass {value} is not a qualified name",
    "write a name, such as internal, or a domain, a slash and a name, such as example.com/internal",
    reason="Invalid",
    upstream="core/validation.validateLoadBalancerClassField",
)
def load_balancer_class_is_not_a_qualified_name(spec: dict[str, Any]) -> Iterator[Spot]:
    """``loadBalancerClass`` is written like the key of a label.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerClass: "internal only", ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerClass: internal-only, ports: [{port: 6006}]}}
    """
    value = spec.get("loadBalancerClass")
    if value is not None and kind_of(spec) == "LoadBalancer" and not is_qualified(value):
        yield found("loadBalancerClass", value=value)


@rule(
    "KQ2710",
    "Service",
    "the source range {network} is not a CIDR",
    "write an IP address, a slash and the length of the prefix, such as 10.0.0.0/8",
    reason="Invalid",
    upstream="core/validation.validateService",
)
def source_range_is_not_a_cidr(service: dict[str, Any]) -> Iterator[Spot]:
    """The clients that a load balancer accepts are given as CIDRs.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1], ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1/32], ports: [{port: 6006}]}}
    """
    for place, network in _source_ranges(service):
        if not is_network(network):
            yield found(*place, network=network)


@rule(
    "KQ2711",
    "Service",
    "the source range {network} is ambiguous: programs read it differently",
    "write the first address of the range, without leading zeros, and no IPv4 address inside an IPv6 one",
    since="1.36",
    reason="Invalid",
    upstream="core/validation.validateService",
)
def source_range_is_ambiguous(service: dict[str, Any]) -> Iterator[Spot]:
    """From Kubernetes 1.36 on a CIDR must not have leading zeros, nor bits set beyond its prefix.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1/8], ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 6006}]}}
    """
    for place, network in _source_ranges(service):
        if is_network(network) and not is_plain_network(network):
            yield found(*place, network=network)


@rule(
    "KQ2712",
    "Service",
    "the annotation {key} requires type LoadBalancer, and type is {kind}",
    "remove the annotation, or write `type: LoadBalancer`",
    reason="Forbidden",
    upstream="core/validation.validateService",
)
def load_balancer_annotation_of_another_type(service: dict[str, Any]) -> Iterator[Spot]:
    """The old annotation for the source ranges of a load balancer is only for load balancers.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard, annotations: {
          service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8}}, spec: {ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 6006}]}}
    """
    spec, annotations = service.get("spec") or {}, (service.get("metadata") or {}).get("annotations") or {}
    if SOURCE_RANGES in annotations and not spec.get("loadBalancerSourceRanges") and is_not_a_load_balancer(spec):
        yield found("metadata", "annotations", SOURCE_RANGES, key=SOURCE_RANGES, kind=kind_of(spec))


@rule(
    "KQ2713",
    "Service",
    "the annotation {key} is {mode}, but {other}, its old name, is {hints}",
    "keep {key} and remove {other}",
    reason="Invalid",
    upstream="core/validation.validateService",
)
def topology_annotations_differ(service: dict[str, Any]) -> Iterator[Spot]:
    """The annotation for topology has an old and a new name; where both are set, they must have the same value.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard, annotations: {
          service.kubernetes.io/topology-mode: Auto, service.kubernetes.io/topology-aware-hints: Disabled}}, spec: {ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard, annotations: {service.kubernetes.io/topology-mode: Auto}},
          spec: {ports: [{port: 6006}]}}
    """
    annotations = (service.get("metadata") or {}).get("annotations") or {}
    mode, hints = annotations.get(TOPOLOGY_MODE) or "", annotations.get(TOPOLOGY_HINTS) or ""
    if {TOPOLOGY_MODE, TOPOLOGY_HINTS} <= annotations.keys() and mode != hints:
        place = ("metadata", "annotations", TOPOLOGY_MODE)
        yield found(*place, key=TOPOLOGY_MODE, other=TOPOLOGY_HINTS, mode=mode, hints=hints)
