"""Ports: what the container listens on, and the Service through which other programs reach it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import (
    APPEND,
    NO_EQUIVALENT_IN_A_POD,
    NOT_QUITE_THE_SAME,
    OPTION_NOT_NEEDED,
    Found,
    of_container,
    of_pod,
    of_service,
)
from kqmanifest.importers.docker.isolation import of_the_node
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.naming import name, selected
from kqmanifest.importers.docker.notations import WRONG_FORMAT, whole
from kqmanifest.vocabulary.addresses import address
from kqmanifest.vocabulary.names import LABEL_LENGTH, is_service_name
from kqmanifest.vocabulary.ports import LAST_PORT, PROTOCOLS

OPTIONS: Final = frozenset({"publish", "publish-all", "expose"})
PORT_RANGES_OF_DIFFERENT_LENGTHS: Final = Fault(
    "KQ0335", "{left} ports cannot lead to {right} ports", ("write as many ports to the left of the colon as to its right",)
)
TOO_MANY_PORTS: Final = Fault(
    "KQ0336", "{value} opens {count} ports, and each is written out: at most {most} can be opened", ("open only the ports that are needed",)
)
PORT_ALREADY_PUBLISHED: Final = Fault("KQ0340", "port {port} already leads to {target}", ("publish this one at another port",))

PORTS_BECOME_A_SERVICE: Final = Fault(
    "KQ4321",
    "{option} becomes the Service {service}: its ports are open within the cluster only, at no address outside",
    (
        "reach it from your own machine with `kubectl port-forward service/{service} {ports}`",
        "set the Service's `type` to NodePort or LoadBalancer if it should be open outside: {protocol} cannot be forwarded",
    ),
    severity="warning",
)

_MOST: Final = 100
_FREE: Final = 1024
"""The first port that needs no privileges."""
_ABOVE: Final = 8000
_WANTED: Final = "[[IP:]HOST:]CONTAINER[/PROTOCOL]"
_EXAMPLE: Final = "8080:80"
_SPAN: Final = re.compile(r"([0-9]+)(?:-([0-9]+))?", re.ASCII)
_EVERYWHERE: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  read from the line, bound to by nobody
_ANY: Final = "0"
"""The host port that means any free one."""
_PARTS: Final = 3


class _Opened(NamedTuple):
    """A port of the container, and the one that it is published at, if any."""

    target: int
    protocol: str
    port: int | None
    asked: Given


def read(line: Line, files: Mapping[str, str]) -> Iterator[Found]:
    """Yield the ports of the container, and the Service if they are published."""
    opened: list[_Opened] = []
    for one in line.all("publish", "expose"):
        for found in _read_port(one):
            if isinstance(found, _Opened):
                opened.append(found)
            else:
                yield found
    everything = line.on("publish-all")
    if everything and not any(one.asked.name == "expose" for one in opened):
        yield everything.tell(
            NO_EQUIVALENT_IN_A_POD,
            reason="the ports that the image exposes are unknown here",
            instead="write -p PORT for each port that it listens on",
        )
    elif everything:
        opened = [one if one.port else one._replace(port=one.target) for one in opened]
    listening: dict[tuple[int, str], Given] = {}
    for port in opened:
        listening.setdefault((port.target, port.protocol), port.asked)
    for (target, protocol), asked in listening.items():
        number = target if protocol == "TCP" else {"containerPort": target, "protocol": protocol}
        yield of_container(asked.place, number, "ports", APPEND)
    published = [one for one in opened if one.port]
    if published and of_the_node(line, "network"):
        for asked in dict.fromkeys(one.asked for one in published):
            yield asked.tell(OPTION_NOT_NEEDED, reason="in the node's network the container's ports are the node's ports", instead=None)
    elif published:
        trace_to_preset = everything if everything and published[0].asked.name == "expose" else published[0].asked
        forwarded = next((_forward(one.port) for one in published if one.protocol == "TCP" and one.port), None)
        yield trace_to_preset.tell(PORTS_BECOME_A_SERVICE, service=_service_name(line), ports=forwarded, protocol=published[0].protocol)
        yield from _service(line, files, published)


def _service(line: Line, files: Mapping[str, str], published: list[_Opened]) -> Iterator[Found]:
    place = published[0].asked.place
    key, value = selected(line, files)
    yield of_pod(place, value, "labels", key)
    yield of_service(place, _service_name(line), "name")
    yield of_service(place, value, "selector", key)
    leading: dict[tuple[str, int | None], _Opened] = {}
    for one in published:
        first = leading.setdefault((one.protocol, one.port), one)
        if first.target != one.target:
            yield one.asked.tell(PORT_ALREADY_PUBLISHED, port=one.port, target=first.target)
    for one in leading.values():
        port: dict[str, int | str] = {"name": f"{one.protocol.lower()}-{one.port}"} if len(leading) > 1 else {}
        port |= {"port": one.port or one.target}
        port |= {"targetPort": one.target} if one.target != one.port else {}
        port |= {"protocol": one.protocol} if one.protocol != "TCP" else {}
        yield of_service(one.asked.place, one.port if port.keys() == {"port"} else port, "ports", APPEND)


def _forward(port: int) -> str:
    """Return what to forward, from a port that needs no privileges."""
    return str(port) if port >= _FREE else f"{_ABOVE + port}:{port}"


def _service_name(line: Line) -> str:
    """Return the name of the Service: the Pod's, with a letter before a digit."""
    called = name(line)
    return called if is_service_name(called) else f"s-{called}"[:LABEL_LENGTH].rstrip("-")


def _read_port(one: Given) -> Iterator[_Opened | Found]:
    host, left, right, protocol = _long(one.value) if "=" in one.value else _short(one.value)
    left = "" if left == _ANY else left
    inner, outer = _span(right), _span(left) if left else None
    known = protocol.upper() in PROTOCOLS and (host in _EVERYWHERE or address(host) is not None)
    if inner is None or (left and outer is None) or not known or (one.name == "expose" and left):
        wanted, example = ("PORT[/PROTOCOL]", "80") if one.name == "expose" else (_WANTED, _EXAMPLE)
        yield one.tell(WRONG_FORMAT, value=one.value, wanted=wanted, example=example)
        return
    if len(inner) > _MOST:
        yield one.tell(TOO_MANY_PORTS, value=one.value, count=len(inner), most=_MOST)
        return
    if outer and len(outer) != len(inner) and len(inner) > 1:
        yield one.tell(PORT_RANGES_OF_DIFFERENT_LENGTHS, left=len(outer), right=len(inner))
        return
    if outer and len(outer) > len(inner):
        yield one.tell(NOT_QUITE_THE_SAME, field="a Service", difference=f"its port is {outer[0]}, and none of the others", instead=None)
    if host not in _EVERYWHERE:
        yield one.tell(
            NOT_QUITE_THE_SAME,
            field="a Service",
            difference=f"it is open to the whole cluster, not only at {host}",
            instead="remove the option, and reach the Pod with `kubectl port-forward`",
        )
    outside = itertools.repeat(None) if one.name == "expose" else outer or inner
    for target, port in zip(inner, outside, strict=False):
        yield _Opened(target, protocol.upper(), port, one)


def _short(text: str) -> tuple[str, str, str, str]:
    """Split the address, the host's ports, the container's and the protocol."""
    ports, _, protocol = text.partition("/")
    parts = ports.rsplit(":", 2)
    parts = [""] * (_PARTS - len(parts)) + parts
    return parts[0].removeprefix("[").removesuffix("]"), parts[1], parts[2], protocol or "TCP"


def _long(text: str) -> tuple[str, str, str, str]:
    said = dict(field.partition("=")[::2] for field in text.split(","))
    unknown = said.keys() - {"published", "target", "protocol", "mode", "name", "app_protocol"}
    return "", said.get("published", ""), "" if unknown else said.get("target", ""), said.get("protocol", "TCP")


def _span(text: str) -> range | None:
    """Read a port, or a range of them."""
    parts = _SPAN.fullmatch(text)
    if parts is None:
        return None
    first, last = whole(parts[1], 1, LAST_PORT), whole(parts[2] or parts[1], 1, LAST_PORT)
    return range(first, last + 1) if first and last and first <= last else None
