"""Host names: the Pod's own, those it is given, and its DNS servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kqmanifest.importers.docker.fragments import APPEND, NO_EQUIVALENT_IN_A_POD, NOT_QUITE_THE_SAME, Found, of_pod
from kqmanifest.importers.docker.isolation import of_the_node
from kqmanifest.importers.docker.line import Line
from kqmanifest.importers.docker.notations import WRONG_FORMAT
from kqmanifest.vocabulary.addresses import address
from kqmanifest.vocabulary.names import as_label, is_label

OPTIONS: Final = frozenset({"hostname", "add-host", "dns", "dns-search", "dns-option"})

_GATEWAY: Final = "host-gateway"


def read(line: Line) -> Iterator[Found]:
    """Yield the host name of the Pod, and the host names that it knows."""
    yield from _own(line)
    yield from _known(line)
    servers = line.all("dns")
    for one in servers:
        yield of_pod(one.place, one.value, "dnsConfig", "nameservers", APPEND)
    for one in line.all("dns-search"):
        yield of_pod(one.place, one.value, "dnsConfig", "searches", APPEND)
    for one in line.all("dns-option"):
        key, colon, value = one.value.partition(":")
        yield of_pod(one.place, {"name": key, **({"value": value} if colon else {})}, "dnsConfig", "options", APPEND)
    network = of_the_node(line, "network")
    if servers:
        yield of_pod(servers[0].place, "None", "dnsPolicy")
        yield servers[0].tell(
            NOT_QUITE_THE_SAME,
            field="dnsConfig",
            difference="with it the Pod can no longer look up Services by name",
            instead="remove it if the cluster's own DNS knows the names that are needed",
        )
    elif network:
        yield of_pod(network.place, "ClusterFirstWithHostNet", "dnsPolicy")


def _own(line: Line) -> Iterator[Found]:
    one = line.last("hostname")
    if one is None:
        return
    legal = one.value if is_label(one.value) else as_label(one.value.partition(".")[0])
    if legal:
        yield of_pod(one.place, legal, "hostname")
    else:
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason=f"{one.value} is not a host name", instead=None)
    if legal and legal != one.value:
        yield one.tell(
            NOT_QUITE_THE_SAME,
            field="hostname",
            difference=f"it is {legal}: a Pod's hostname may have only lower-case letters, digits and dashes",
            instead=None,
        )


def _known(line: Line) -> Iterator[Found]:
    names: dict[str, list[str]] = {}
    for one in line.all("add-host"):
        name, mark, written = one.value.partition("=" if "=" in one.value else ":")
        ip = written.removeprefix("[").removesuffix("]")
        if name and ip == _GATEWAY:
            yield one.tell(
                NO_EQUIVALENT_IN_A_POD, reason="a Pod has no host name for its node", instead="use the name of a Service instead"
            )
        elif not name or not mark or address(ip) is None:
            yield one.tell(WRONG_FORMAT, value=one.value, wanted="NAME:ADDRESS", example="db:10.0.0.7")
        elif ip in names:
            yield of_pod(one.place, name, "hostAliases", [*names].index(ip), "hostnames", APPEND)
        else:
            names[ip] = [name]
            yield of_pod(one.place, {"ip": ip, "hostnames": [name]}, "hostAliases", APPEND)
