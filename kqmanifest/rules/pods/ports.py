"""Ports: where a container listens, and which ports of its node lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches, one_of, required
from kqmanifest.rules.forms import PORT, PORT_NAME
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_port_name
from kqmanifest.vocabulary.ports import PROTOCOLS


@rule(
    "KQ2204",
    "Container.ports",
    "the port name {name} is already taken in this container",
    "give each port a different name",
    reason="Duplicate",
    upstream="core/validation.validateContainerPorts",
)
def port_name_is_taken(ports: list[dict[str, Any]]) -> Iterator[Spot]:
    """Two ports of a container have the same name, so a Service or probe that names it could mean either.

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


port_name_is_not_valid = matches(
    "KQ2205",
    "ContainerPort.name",
    PORT_NAME,
    may_be_empty=True,
    upstream="core/validation.validateContainerPorts",
    page="""A port's name is short and plain (RFC 6335).

    Wrong:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: tensorboard-server, containerPort: 6006}]}]

    Right:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: tensorboard, containerPort: 6006}]}]
    """,
)


port_is_out_of_range = matches(
    "KQ2206",
    ("ContainerPort.containerPort", "ContainerPort.hostPort"),
    PORT,
    message="a port must be between 1 and 65535, and is {value}",
    may_be_empty=True,
    upstream="core/validation.validateContainerPorts",
    page="""Ports are between 1 and 65535; ``hostPort: 0`` means no host port.

    Wrong:
        containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 80800}]}]

    Right:
        containers: [{name: web, image: "nginx:1.27", ports: [{containerPort: 8080}]}]
    """,
)


port_is_zero = required(
    "KQ2215",
    "ContainerPort.containerPort",
    message="containerPort must not be 0",
    hints="write the port that the container listens on, such as 8080",
    upstream="core/validation.validateContainerPorts",
    page="""A port of a container has a number from 1 to 65535.

    Wrong:
        containers: [{name: web, ports: [{containerPort: 0}]}]

    Right:
        containers: [{name: web, ports: [{containerPort: 8080}]}]
    """,
)


port_protocol_is_unknown = one_of(
    "KQ2216",
    "ContainerPort.protocol",
    PROTOCOLS,
    hints="write one of {known}; HTTP, for example, runs over TCP",
    may_be_empty=True,
    upstream="core/validation.validateContainerPorts",
    page="""The protocol of a port is TCP, UDP or SCTP.

    Wrong:
        containers: [{name: web, ports: [{containerPort: 8080, protocol: HTTP}]}]

    Right:
        containers: [{name: web, ports: [{containerPort: 8080, protocol: TCP}]}]
    """,
)


def host_port(port: dict[str, Any], *, shared: bool) -> int:
    """Return the port of the node that leads to a container's; 0 for none.

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
    "port {port} of the node is already used by another port of this pod",
    "set another `hostPort`, or remove it: a Service reaches the pod without it",
    needs=("ContainerPort.hostPort", "PodSpec.hostNetwork"),
    reason="Duplicate",
    upstream="core/validation.AccumulateUniqueHostPorts",
)
def host_port_is_taken(owner: dict[str, Any]) -> Iterator[Spot]:
    """A port of the node leads to one port of a pod; init containers run one after another, and may use the same.

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
    "with hostNetwork, hostPort must equal containerPort {port}, and is {host_port}",
    "write the same number for both, or remove `hostPort`",
    needs="hostNetwork",
    reason="Invalid",
    upstream="core/validation.validatePodHostNetworkDeps",
)
def host_port_differs_from_container_port(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """With ``hostNetwork`` a container listens on its node's network, so both ports are the same.

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
