"""Services: their types, which pods they lead to, and what belongs to a load balancer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.addresses import is_network, is_plain_network
from kqmanifest.vocabulary.names import is_label_value, is_qualified, is_subdomain

TYPES: Final = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
HEADLESS: Final = "None"
SOURCE_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
TOPOLOGY_MODE: Final = "service.kubernetes.io/topology-mode"
TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"


def kind_of(spec: Mapping[str, Any]) -> str:
    """Give the type of a Service; ClusterIP where it does not say."""
    return spec.get("type") or "ClusterIP"


def cluster_ips(spec: Mapping[str, Any]) -> list[str]:
    """Give the addresses of a Service: ``clusterIPs``, or the one ``clusterIP`` where they are not given."""
    given = [one or "" for one in spec.get("clusterIPs") or ()]
    return given or ([spec["clusterIP"]] if spec.get("clusterIP") else [])


def is_headless(spec: Mapping[str, Any]) -> bool:
    """Say whether a Service has no address of its own, and its name leads to its pods."""
    return cluster_ips(spec) == [HEADLESS]


def is_no_load_balancer(spec: Mapping[str, Any]) -> bool:
    """Say whether a Service is of another type than a load balancer; of a misspelt type it may be meant to be one."""
    return kind_of(spec) in TYPES and kind_of(spec) != "LoadBalancer"


def _networks(service: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give the networks that a load balancer lets in, with their places: of the spec, or else of the old annotation."""
    given = (service.get("spec") or {}).get("loadBalancerSourceRanges") or ()
    for index, network in enumerate(given):
        yield ("spec", "loadBalancerSourceRanges", index), (network or "").strip()
    annotation = ((service.get("metadata") or {}).get("annotations") or {}).get(SOURCE_RANGES) or ""
    for network in annotation.split(",") if annotation.strip() and not given else ():
        yield ("metadata", "annotations", SOURCE_RANGES), network.strip()


@rule("KQ2701", "Service", "the Service has no ports", "add one, such as `ports: [{{port: 80}}]`, or make it headless: `clusterIP: None`")
def service_without_ports(service: dict[str, Any]) -> Iterator[Finding]:
    """A Service that has an address has a port; a headless one or an ExternalName may have none.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {app: tensorboard}}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {app: tensorboard}, ports: [{port: 6006}]}}
    """
    spec = service.get("spec") or {}
    if not spec.get("ports") and not is_headless(spec) and kind_of(spec) != "ExternalName":
        yield found("spec", "ports")


@rule("KQ2702", "ServiceSpec.type", "there is no type {value} of Services", "did you mean {near}?", "write one of {known}")
def service_type_is_unknown(value: str) -> Iterator[Finding]:
    """There are four types of Services.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {type: Nodeport, ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {type: NodePort, ports: [{port: 6006}]}}
    """
    if value and value not in TYPES:
        yield found(value=value, near=nearest(value, TYPES), known=TYPES)


@rule(
    "KQ2703",
    "ServiceSpec.selector",
    "{key} is not the key of a label, so no pod is selected by it",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in example.com/team",
)
def service_selects_by_no_label(selector: dict[str, Any]) -> Iterator[Finding]:
    """A Service selects pods by their labels, whose keys are names, with perhaps a domain and a slash before them.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {"my app": tensorboard}, ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {selector: {my-app: tensorboard}, ports: [{port: 6006}]}}
    """
    for key in selector:
        if not is_qualified(key):
            yield found(key, key=key)


@rule(
    "KQ2704",
    "ServiceSpec.selector",
    "{value} cannot be the value of the label {key}, so no pod is selected by it",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
)
def service_selects_by_no_value(selector: dict[str, Any]) -> Iterator[Finding]:
    """A Service selects pods by their labels, whose values are short and plain.

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
    "an ExternalName has no name to lead to",
    "write `externalName`: the host name that the Service stands for, such as data.example.com",
)
def external_name_is_missing(spec: dict[str, Any]) -> Iterator[Finding]:
    """An ExternalName is another name for a host outside the cluster.

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
    "{name} is not a host name",
    "write a host name such as data.example.com: lower-case letters, digits, dashes and dots, no scheme and no port",
)
def external_name_is_no_host(spec: dict[str, Any]) -> Iterator[Finding]:
    """An ExternalName leads to a host by its DNS name.

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
    "{field} is given, and an ExternalName has no address in the cluster",
    "take `{field}` out, or write another `type`",
)
def external_name_has_an_address(spec: dict[str, Any]) -> Iterator[Finding]:
    """An ExternalName only stands for another name, so it has no address and no family of addresses.

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
    "{field} belongs to a load balancer, and this Service is a {kind}",
    "take `{field}` out, or write `type: LoadBalancer`",
)
def load_balancer_is_none(spec: dict[str, Any]) -> Iterator[Finding]:
    """Some fields are about load balancers only.

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
        if is_given and is_no_load_balancer(spec):
            yield found(field, field=field, kind=kind_of(spec))


@rule(
    "KQ2709",
    "ServiceSpec",
    "{value} does not name a class of load balancers",
    "write a name, with perhaps a domain and a slash before it, such as example.com/internal",
)
def load_balancer_class_is_not_qualified(spec: dict[str, Any]) -> Iterator[Finding]:
    """A class of load balancers is named as labels' keys are.

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
    "{network} is not a network",
    "write an address, a slash and the number of its leading bits, such as 10.0.0.0/8",
)
def source_range_is_no_network(service: dict[str, Any]) -> Iterator[Finding]:
    """Whom a load balancer lets in is said by networks.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1], ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1/32], ports: [{port: 6006}]}}
    """
    for place, network in _networks(service):
        if not is_network(network):
            yield found(*place, network=network)


@rule(
    "KQ2711",
    "Service",
    "{network} is written in a way that programs read differently",
    "write its first address, without leading zeros, and no IPv4 address in an IPv6 one",
    since="1.36",
)
def source_range_is_doubtful(service: dict[str, Any]) -> Iterator[Finding]:
    """From Kubernetes 1.36 on a network has no leading zeros and no bits beyond its leading ones.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.1/8], ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 6006}]}}
    """
    for place, network in _networks(service):
        if is_network(network) and not is_plain_network(network):
            yield found(*place, network=network)


@rule(
    "KQ2712",
    "Service",
    "the annotation {key} belongs to a load balancer, and this Service is a {kind}",
    "take the annotation out, or write `type: LoadBalancer`",
)
def annotated_load_balancer_is_none(service: dict[str, Any]) -> Iterator[Finding]:
    """The old annotation that says whom a load balancer lets in is about load balancers only.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard, annotations: {
          service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8}}, spec: {ports: [{port: 6006}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: tensorboard}, spec: {
          type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 6006}]}}
    """
    spec, annotations = service.get("spec") or {}, (service.get("metadata") or {}).get("annotations") or {}
    if SOURCE_RANGES in annotations and not spec.get("loadBalancerSourceRanges") and is_no_load_balancer(spec):
        yield found("metadata", "annotations", SOURCE_RANGES, key=SOURCE_RANGES, kind=kind_of(spec))


@rule(
    "KQ2713",
    "Service",
    "the annotation {key} is {mode}, and {other}, its old name, is {hints}",
    "keep {key} and take {other} out",
)
def topology_annotations_differ(service: dict[str, Any]) -> Iterator[Finding]:
    """The annotation about topology has an old and a new name, and under both it says the same.

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
