"""The ports of Services: their numbers and names, where they lead, and the ports that they open on every node."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.services.services import TYPES, kind_of
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import is_label, is_port_name, is_qualified
from kqmanifest.vocabulary.ports import PROTOCOLS, is_port

NODE_PORTS: Final = range(30000, 32768)
"""The ports of a node that a cluster gives to Services, where it is not set up otherwise."""
_ON_NODES: Final = ("NodePort", "LoadBalancer")


def ports(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, int], dict[str, Any]]]:
    """Give the ports of a Service, each with its place."""
    for index, port in enumerate(spec.get("ports") or ()):
        yield ("ports", index), port


def protocol(port: Mapping[str, Any]) -> str:
    """Give the protocol of a port; TCP where it does not say."""
    return port.get("protocol") or "TCP"


def needs_health_check(spec: Mapping[str, Any]) -> bool:
    """Say whether the server gives a Service a port for the load balancer to ask which nodes have its pods."""
    return kind_of(spec) == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


@rule("KQ2714", "ServiceSpec", "a port has no name, and the Service has {number} ports", "give each port a `name` of its own")
def port_without_a_name(spec: dict[str, Any]) -> Iterator[Finding]:
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


@rule(
    "KQ2715",
    "ServicePort.name",
    "{name} is not a name for a Service's port",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
)
def service_port_name_is_no_label(name: str) -> Iterator[Finding]:
    """The name of a Service's port is a DNS label.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: HTTP, port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{name: http, port: 80}]}}
    """
    if name and not is_label(name):
        yield found(name=name)


@rule("KQ2716", "ServiceSpec", "the name {name} is already taken by another port", "give each port of the Service a name of its own")
def service_port_name_is_taken(spec: dict[str, Any]) -> Iterator[Finding]:
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


@rule("KQ2717", "ServicePort.port", "{port} is not a port", "use a number from 1 to 65535")
def service_port_is_out_of_range(port: int) -> Iterator[Finding]:
    """Ports go from 1 to 65535.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80800}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 8080}]}}
    """
    if not is_port(port):
        yield found(port=port)


@rule("KQ2718", "ServicePort.protocol", "a Service does not speak {value}", "did you mean {near}?", "write TCP, UDP or SCTP")
def service_protocol_is_unknown(value: str) -> Iterator[Finding]:
    """A Service speaks TCP, UDP or SCTP; what is spoken over these stands in ``appProtocol``.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, protocol: HTTP}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, appProtocol: http}]}}
    """
    if value and value not in PROTOCOLS:
        yield found(value=value, near=nearest(value, PROTOCOLS))


@rule(
    "KQ2719",
    "ServicePort.targetPort",
    "{value} is neither a port nor a port's name",
    "write {number} without quotes",
    "use a number from 1 to 65535, or the name of a container's port: at most 15 lower-case letters, digits and single dashes",
)
def target_port_is_none(value: int | str) -> Iterator[Finding]:
    """A Service's port leads to a port of its pods, by number or by name; 0 and nothing mean the same number.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, targetPort: "8080"}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, targetPort: 8080}]}}
    """
    if value and not (is_port_name(value) if isinstance(value, str) else is_port(value)):
        is_number = isinstance(value, str) and value.isdecimal() and value.isascii()
        yield found(value=value, number=value if is_number else None)


@rule(
    "KQ2720",
    "ServicePort.appProtocol",
    "{value} does not name a protocol",
    "write a name, with perhaps a domain and a slash before it, such as http or kubernetes.io/h2c",
)
def app_protocol_is_not_qualified(value: str) -> Iterator[Finding]:
    """The protocol of an application is named as labels' keys are.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, appProtocol: "http://"}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80, appProtocol: http}]}}
    """
    if not is_qualified(value):
        yield found(value=value)


@rule("KQ2721", "ServiceSpec", "{port}/{protocol} is already a port of this Service", "give this port another number, or take it out")
def service_port_is_taken(spec: dict[str, Any]) -> Iterator[Finding]:
    """A Service has each port once for each protocol.

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
    "a ClusterIP is not reached through the nodes, and asks for their port {port}",
    "take `nodePort` out, or write `type: NodePort`",
)
def cluster_ip_opens_a_port_of_the_nodes(spec: dict[str, Any]) -> Iterator[Finding]:
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
    "the port {port} of the nodes is already taken by another port of this Service",
    "give this port another `nodePort`, or none: the server finds a free one",
)
def node_port_is_taken(spec: dict[str, Any]) -> Iterator[Finding]:
    """A port of the nodes leads to one port of a Service; only that port's other protocol may share it.

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
        elif on_nodes and wanted in {0, opened[number]}:  # another protocol of the port shares its port of the nodes
            continue
        mark = wanted if on_nodes else (wanted, protocol(port))
        if wanted and mark in taken:
            yield found(*place, "nodePort", port=wanted)
        taken.add(mark)


@rule(
    "KQ2724",
    "ServiceSpec",
    "a health check port is for a LoadBalancer with `externalTrafficPolicy: Local`, and this Service is none",
    "take `healthCheckNodePort` out",
)
def health_check_port_is_not_used(spec: dict[str, Any]) -> Iterator[Finding]:
    """Only a load balancer that leads to the nodes with pods asks each node whether it has any.

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
    "{port} cannot be the port for health checks",
    "use a port of the nodes that no other port of the Service uses, such as 30100, or take `healthCheckNodePort` out",
)
def health_check_port_cannot_be(spec: dict[str, Any]) -> Iterator[Finding]:
    """The port for health checks is one of its own, from 1 to 65535.

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
    "{port} is not among the ports of the nodes that a cluster gives to Services, {lowest} to {highest}",
    "use a port from {lowest} to {highest}, or take `nodePort` out: the server finds a free one",
)
def node_port_is_out_of_range(spec: dict[str, Any]) -> Iterator[Finding]:
    """A cluster gives the ports 30000 to 32767 of its nodes to Services, unless it is set up with other ones.

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
