"""Ports: where a container listens, and which ports of its node lead there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_port_name
from kqmanifest.vocabulary.ports import PROTOCOLS, is_port


@rule("KQ2204", "Container.ports", "the port name {name} is already taken in this container", "give each port a name of its own")
def port_name_is_taken(ports: list[dict[str, Any]]) -> Iterator[Finding]:
    """Two ports of a container have one name, so a Service or probe of that name could mean either.

    Wrong:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: web, containerPort: 80}, {name: web, containerPort: 443}]}]

    Right:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: http, containerPort: 80}, {name: https, containerPort: 443}]}]
    """
    taken: set[str | None] = set()
    for index, port in enumerate(ports):
        name = port.get("name")
        if name and name in taken and is_port_name(name):
            yield found(index, "name", name=name)
        taken.add(name)


@rule(
    "KQ2205",
    "ContainerPort.name",
    "{name} is not a name for a port",
    "use at most 15 lower-case letters, digits and single dashes, with a letter among them and none of the dashes at an end",
)
def port_name_is_too_free(name: str) -> Iterator[Finding]:
    """A port's name is short and plain (RFC 6335).

    Wrong:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: tensorboard-server, containerPort: 6006}]}]

    Right:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: tensorboard, containerPort: 6006}]}]
    """
    if name and not is_port_name(name):
        yield found(name=name)


@rule(
    "KQ2206",
    ("ContainerPort.containerPort", "ContainerPort.hostPort"),
    "{port} is not a port",
    "use a number from 1 to 65535",
)
def port_is_out_of_range(port: int) -> Iterator[Finding]:
    """Ports go from 1 to 65535; a host port of 0 asks for none.

    Wrong:
        containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 80800}]}]

    Right:
        containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 8080}]}]
    """
    if port and not is_port(port):
        yield found(port=port)


@rule("KQ2215", "ContainerPort.containerPort", "0 is not a port", "write the number where the container listens, such as 8080")
def port_is_zero(port: int) -> Iterator[Finding]:
    """A port of a container has a number.

    Wrong:
        containers: [{name: web, ports: [{containerPort: 0}]}]

    Right:
        containers: [{name: web, ports: [{containerPort: 8080}]}]
    """
    if not port:
        yield found()


@rule("KQ2216", "ContainerPort.protocol", "{value} is no protocol of a port", "write one of {known}; HTTP, for one, goes over TCP")
def port_protocol_is_unknown(value: str) -> Iterator[Finding]:
    """A port speaks TCP, UDP or SCTP.

    Wrong:
        containers: [{name: web, ports: [{containerPort: 8080, protocol: HTTP}]}]

    Right:
        containers: [{name: web, ports: [{containerPort: 8080, protocol: TCP}]}]
    """
    if value and value not in PROTOCOLS:
        yield found(value=value, known=PROTOCOLS)


def host_port(port: dict[str, Any], *, shared: bool) -> int:
    """Give the port of the node that leads to a container's; 0 for none.

    A pod that shares the network of its node (``shared``) has all its ports there.
    """
    number: int = port.get("hostPort") or 0
    return number or (port["containerPort"] if shared else 0)


def _claims(containers: list[dict[str, Any]], *, shared: bool) -> Iterator[tuple[int, int, tuple[str, str, int]]]:
    for place, container in enumerate(containers):
        for index, port in enumerate(container.get("ports") or ()):
            number = host_port(port, shared=shared)
            if number:
                yield place, index, (port.get("protocol") or "TCP", port.get("hostIP") or "", number)


@rule(
    "KQ2217",
    ("Pod", "PodTemplateSpec"),
    "the node's port {port} is already taken by another port of this pod",
    "give it another `hostPort`, or none: a Service reaches the pod without it",
    needs=("ContainerPort.hostPort", "PodSpec.hostNetwork"),
)
def host_port_is_taken(owner: dict[str, Any]) -> Iterator[Finding]:
    """A port of the node leads to one port of a pod; init containers take theirs one after another.

    Wrong:
        containers: [{name: a, ports: [{containerPort: 80, hostPort: 8080}]}, {name: b, ports: [{containerPort: 80, hostPort: 8080}]}]

    Right:
        containers: [{name: a, ports: [{containerPort: 80, hostPort: 8080}]}, {name: b, ports: [{containerPort: 80, hostPort: 8081}]}]
    """
    spec = owner.get("spec") or {}
    shared = owner.get("kind") == "Pod" and bool(spec.get("hostNetwork"))
    for key in ("containers", "initContainers"):
        taken: set[tuple[object, ...]] = set()
        for place, index, claim in _claims(spec.get(key) or [], shared=shared):
            mine = claim if key == "containers" else (place, *claim)
            if mine in taken:
                yield found("spec", key, place, "ports", index, "hostPort", port=claim[-1])
            taken.add(mine)


@rule(
    "KQ2218",
    "PodSpec",
    "with the node's network, the container's port {port} cannot be the node's port {host_port}",
    "write the same number twice, or take `hostPort` out",
    needs="hostNetwork",
)
def host_port_differs_on_the_node_s_network(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """With ``hostNetwork`` a container listens on its node, so both ports are the same.

    Wrong:
        hostNetwork: true
        containers: [{name: web, ports: [{containerPort: 80, hostPort: 8080}]}]

    Right:
        hostNetwork: true
        containers: [{name: web, ports: [{containerPort: 80, hostPort: 80}]}]
    """
    if pod_spec["hostNetwork"]:
        for place, container in enumerate(pod_spec.get("containers") or ()):
            for index, port in enumerate(container.get("ports") or ()):
                if port.get("hostPort") and port["hostPort"] != port["containerPort"]:
                    yield found("containers", place, "ports", index, "hostPort", port=port["containerPort"], host_port=port["hostPort"])
