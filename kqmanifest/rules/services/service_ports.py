"""The ports of Services: their numbers and names, their targets, and the ports that they open on every node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.constraints import matches, one_of
from kqmanifest.rules.forms import LABEL, PORT, qualified
from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.services.services import TYPES, kind_of
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_port_name
from kqmanifest.vocabulary.ports import PROTOCOLS, is_port

NODE_PORTS: Final = range(30000, 32768)
"""The node ports of a cluster by default."""
_ON_NODES: Final = ("NodePort", "LoadBalancer")


def ports(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    """Return the ports of a Service, each with its place."""
    for index, port in enumerate(spec.get("ports") or ()):
        yield ("ports", index), port


def protocol(port: Mapping[str, Any]) -> str:
    """Return the protocol of a port; TCP by default."""
    return port.get("protocol") or "TCP"


def needs_health_check(spec: Mapping[str, Any]) -> bool:
    """Return whether the server assigns a Service the port by which a load balancer finds the nodes with its pods."""
    return kind_of(spec) == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


@rule(
    "KQ2714",
    "ServiceSpec",
    "name is required for each of the {number} ports of a Service",
    "give each port a `name` of its own",
    reason="Required",
    upstream="core/validation.validateServicePort",
)
def port_without_a_name(spec: dict[str, Any]) -> Iterator[Spot]:
    """The ports of a Service are told apart by their names; only a single port needs none.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}, {port: 443}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}, {name: https, port: 443}]}}
    """
    number = len(spec.get("ports") or ())
    for place, port in ports(spec):
        if number > 1 and not port.get("name"):
            yield found(*place, "name", number=number)


service_port_name_is_not_a_dns_label = matches(
    "KQ2715",
    "ServicePort.name",
    LABEL,
    message="the port name {value} is not a DNS label",
    may_be_empty=True,
    upstream="core/validation.validateServicePort",
    page="""The name of a Service's port is a DNS label.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: HTTP, port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}]}}
    """,
)


@rule(
    "KQ2716",
    "ServiceSpec",
    "the port name {name} is used twice",
    "give each port of the Service a name of its own",
    reason="Duplicate",
    upstream="core/validation.validateServicePort",
)
def service_port_name_is_taken(spec: dict[str, Any]) -> Iterator[Spot]:
    """The ports of a Service are told apart by their names.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}, {name: http, port: 443}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}, {name: https, port: 443}]}}
    """
    taken: set[str] = set()
    for place, port in ports(spec):
        name = port.get("name")
        if name and name in taken:
            yield found(*place, "name", name=name)
        taken.add(name or "")


service_port_is_out_of_range = matches(
    "KQ2717",
    "ServicePort.port",
    PORT,
    upstream="core/validation.validateServicePort",
    page="""Ports are numbered from 1 to 65535.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80800}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 8080}]}}
    """,
)


service_protocol_is_unknown = one_of(
    "KQ2718",
    "ServicePort.protocol",
    PROTOCOLS,
    may_be_empty=True,
    upstream="core/validation.validateServicePort",
    page="""The protocol of a Service's port is TCP, UDP or SCTP; the protocol on top of it stands in ``appProtocol``.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, protocol: HTTP}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, appProtocol: http}]}}
    """,
)


@rule(
    "KQ2719",
    "ServicePort.targetPort",
    "targetPort must be the number or the name of a port, and is {value}",
    "write {number} without quotes",
    "use a number from 1 to 65535, or the name of a container's port: at most 15 lower-case letters, digits and single dashes",
    reason="Invalid",
    upstream="core/validation.ValidatePortNumOrName",
)
def target_port_is_not_a_port(value: int | str) -> Iterator[Spot]:
    """A Service's port leads to a port of its pods, by number or by name; 0, like no ``targetPort``, means the same number.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, targetPort: "8080"}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, targetPort: 8080}]}}
    """
    if value and not (is_port_name(value) if isinstance(value, str) else is_port(value)):
        is_number = isinstance(value, str) and value.isdecimal() and value.isascii()
        yield found(value=value, number=value if is_number else None)


app_protocol_is_not_a_qualified_name = matches(
    "KQ2720",
    "ServicePort.appProtocol",
    qualified("kubernetes.io/h2c"),
    hints="write a name, such as http, or a domain, a slash and a name, such as kubernetes.io/h2c",
    upstream="core/validation.validateServicePort",
    page="""``appProtocol`` is written like the key of a label.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, appProtocol: "http://"}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, appProtocol: http}]}}
    """,
)


@rule(
    "KQ2721",
    "ServiceSpec",
    "port {port}/{protocol} is used twice",
    "give this port another number, or remove it",
    reason="Duplicate",
    upstream="core/validation.validateService",
)
def service_port_is_taken(spec: dict[str, Any]) -> Iterator[Spot]:
    """A Service may have a port once for each protocol.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}, {name: metrics, port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}, {name: metrics, port: 9090}]}}
    """
    taken: set[tuple[int, str]] = set()
    for place, port in ports(spec):
        key = port["port"], protocol(port)
        if key in taken:
            yield found(*place, port=key[0], protocol=key[1])
        taken.add(key)


@rule(
    "KQ2722",
    "ServiceSpec",
    "nodePort {port} must not be set when type is ClusterIP",
    "remove `nodePort`, or write `type: NodePort`",
    reason="Forbidden",
    upstream="core/validation.validateService",
)
def node_port_of_a_cluster_ip_service(spec: dict[str, Any]) -> Iterator[Spot]:
    """Only a NodePort or a LoadBalancer opens a port on every node.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, nodePort: 30080}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}
    """
    for place, port in ports(spec) if kind_of(spec) == "ClusterIP" else ():
        if port.get("nodePort"):
            yield found(*place, "nodePort", port=port["nodePort"])


@rule(
    "KQ2723",
    "ServiceSpec",
    "nodePort {port} is used twice",
    "write another `nodePort`, or remove it: the server assigns a free one",
    reason="Duplicate",
    upstream="core/validation.validateService",
)
def node_port_is_taken(spec: dict[str, Any]) -> Iterator[Spot]:
    """A node port leads to one port of a Service; only the same port with another protocol may share it.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ports: [
          {name: http, port: 80, nodePort: 30080}, {name: https, port: 443, nodePort: 30080}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ports: [
          {name: http, port: 80, nodePort: 30080}, {name: https, port: 443, nodePort: 30443}]}}
    """
    on_nodes = kind_of(spec) in _ON_NODES
    first = {port["port"]: port["nodePort"] for _, port in reversed([*ports(spec)]) if port.get("nodePort")}
    opened: dict[int, int] = {}
    taken: set[object] = set()
    for place, port in ports(spec) if kind_of(spec) != "ClusterIP" else ():
        number, wanted = port["port"], port.get("nodePort") or 0
        if on_nodes and number not in opened:
            wanted = opened[number] = first.get(number, 0)
        elif on_nodes and wanted in {0, opened[number]}:  # another protocol of the port shares its node port
            continue
        mark = wanted if on_nodes else (wanted, protocol(port))
        if wanted and mark in taken:
            yield found(*place, "nodePort", port=wanted)
        taken.add(mark)


@rule(
    "KQ2724",
    "ServiceSpec",
    "healthCheckNodePort requires type LoadBalancer and externalTrafficPolicy Local",
    "remove `healthCheckNodePort`",
    reason="Invalid",
    upstream="core/validation.validateServiceExternalTrafficPolicy",
)
def health_check_node_port_is_not_used(spec: dict[str, Any]) -> Iterator[Spot]:
    """With ``externalTrafficPolicy: Local`` a load balancer asks each node for pods, and sends traffic only to nodes that have some.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer, healthCheckNodePort: 30100, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30100, ports: [{port: 80}]}}
    """
    if spec.get("healthCheckNodePort") and kind_of(spec) in TYPES and not needs_health_check(spec):
        yield found("healthCheckNodePort")


@rule(
    "KQ2725",
    "ServiceSpec",
    "healthCheckNodePort cannot be {port}",
    "use a node port that no other port of the Service uses, such as 30100, or remove `healthCheckNodePort`",
    reason="Invalid",
    upstream="core/validation.validateServiceExternalTrafficPolicy",
)
def health_check_node_port_cannot_be_used(spec: dict[str, Any]) -> Iterator[Spot]:
    """``healthCheckNodePort`` is a port from 1 to 65535 that no other port of the Service uses.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30080, ports: [{port: 80, nodePort: 30080}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 30100, ports: [{port: 80, nodePort: 30080}]}}
    """
    number = spec.get("healthCheckNodePort")
    if number and needs_health_check(spec) and (not is_port(number) or number in {port.get("nodePort") for _, port in ports(spec)}):
        yield found("healthCheckNodePort", port=number)


@rule(
    "KQ3701",
    "ServiceSpec",
    "nodePort {port} is not in the range that clusters have by default, {lowest} to {highest}",
    "use a port from {lowest} to {highest}, or remove `nodePort`: the server assigns a free one",
    reason="Invalid",
    upstream="registry/core/service/storage.initNodePorts",
)
def node_port_is_out_of_range(spec: dict[str, Any]) -> Iterator[Spot]:
    """A cluster assigns node ports from 30000 to 32767, unless it is set up with another range.

    Source: the option ``--service-node-port-range`` of the API server.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ports: [{port: 80, nodePort: 8080}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}
    """
    for place, port in ports(spec) if kind_of(spec) in _ON_NODES else ():
        wanted = port.get("nodePort")
        if wanted and wanted not in NODE_PORTS:
            yield found(*place, "nodePort", port=wanted, lowest=NODE_PORTS[0], highest=NODE_PORTS[-1])
