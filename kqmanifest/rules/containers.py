"""Containers: their names, images and ports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes import containers
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_label, is_port_name

LAST_PORT = 65535


@rule("KQ2201", "PodSpec", "the name {name} is already taken by another container", "give each container of the pod a name of its own")
def container_name_is_taken(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Two containers of a pod have one name; init containers count too.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1-gpu"}, {name: main, image: "nginx:1.27"}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1-gpu"}, {name: web, image: "nginx:1.27"}]
    """
    taken: set[str] = set()
    for place, container in containers(pod_spec):
        name = container["name"]
        if name and name in taken:
            yield found(*place, "name", name=name)
        taken.add(name)


@rule(
    "KQ2202",
    ("Container.name", "EphemeralContainer.name"),
    "{name} is not a name for a container",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
)
def container_name_is_no_label(name: str) -> Iterator[Finding]:
    """A container's name is a DNS label: no capitals, no underscores, no dots.

    Wrong:
        containers: [{name: Training_2, image: "tensorflow/tensorflow:2.16.1-gpu"}]

    Right:
        containers: [{name: training-2, image: "tensorflow/tensorflow:2.16.1-gpu"}]
    """
    if not is_label(name):
        yield found(name=name)


@rule("KQ2203", "PodSpec.containers", "a pod needs a container", "add one: `containers: [{{name: main, image: …}}]`")
def pod_without_containers(pod_containers: list[Any]) -> Iterator[Finding]:
    """A pod runs at least one container.

    Wrong:
        containers: []

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1-gpu"}]
    """
    if not pod_containers:
        yield found()


@rule("KQ2204", "Container", "the port name {name} is already taken in this container", "give each port a name of its own")
def port_name_is_taken(container: dict[str, Any]) -> Iterator[Finding]:
    """Two ports of a container have one name, so a Service or probe of that name could mean either.

    Wrong:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: web, containerPort: 80}, {name: web, containerPort: 443}]}]

    Right:
        containers: [{name: web, image: "nginx:1.27", ports: [{name: http, containerPort: 80}, {name: https, containerPort: 443}]}]
    """
    taken: set[str] = set()
    for index, port in enumerate(container.get("ports") or ()):
        name = port.get("name")
        if name and name in taken:
            yield found("ports", index, "name", name=name)
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
    if not 0 <= port <= LAST_PORT:
        yield found(port=port)
