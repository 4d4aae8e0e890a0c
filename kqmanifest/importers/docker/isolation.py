"""What the container shares with its node or with others: network, processes, memory, names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import NO_EQUIVALENT_IN_A_POD, OPTION_NOT_NEEDED, Found, of_pod
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import NOT_ONE_OF_THE_CHOICES
from kqmanifest.importers.docker.unsupported_options import ABSENT, Reason
from kqmanifest.vocabulary.spelling import nearest

OPTIONS: Final = frozenset({"network", "pid", "ipc", "uts", "userns"})
SHARED_WITH_THE_NODE: Final = Fault(
    "KQ4324",
    "with {option} host the Pod shares the node's {what}, and many clusters refuse that",
    (
        "remove {network}, and publish ports with -p",
        "remove {ipc}, and write --shm-size 8g, or as much as is needed: that is enough for data loaders and NCCL",
        "remove it, unless the program needs it",
    ),
    severity="warning",
)

_FIELDS: Final = {"network": "hostNetwork", "pid": "hostPID", "ipc": "hostIPC"}
_WHAT: Final = {"network": "network", "pid": "processes", "ipc": "shared memory"}
_SEVERAL: Final = "containers that share it must be in one Pod: add this one to the other Pod's `containers`"
_USUAL: Final = {
    "network": frozenset({"", "default", "bridge"}),
    "pid": frozenset({"", "private"}),
    "ipc": frozenset({"", "private", "shareable"}),
}
_ONE_NETWORK: Final = "all Pods of a cluster share one network"
_OF_A_NETWORK: Final = {
    "alias": ABSENT["network-alias"],
    **{key: ABSENT[key] for key in ("ip", "ip6", "link-local-ip", "mac-address")},
    **dict.fromkeys(("driver-opt", "gw-priority"), Reason(_ONE_NETWORK)),
}
"""The fields of docker's long form for networks, most of which are also options."""
_HOST: Final = "host"
_OTHER: Final = "container:"
_NONE: Final = "none"


def of_the_node(line: Line, name: str) -> Given | None:
    """Return the option that shares the node's own namespace."""
    return next((one for one in line.all(name) if _name_in(one) == _HOST), None)


def read(line: Line) -> Iterator[Found]:
    """Yield what the Pod shares."""
    for one in line.all(*_FIELDS):
        yield from _share(one, _name_in(one))
        yield from _besides(one)
    for one in line.all("uts", "userns"):
        if one.name == "userns" and one.value not in {_HOST, ""}:
            yield one.tell(
                NO_EQUIVALENT_IN_A_POD,
                reason="a Pod uses the users of its node, or users that the kubelet assigns",
                instead="set `hostUsers: false`",
            )
        elif one.value not in {_HOST, "", "private"}:
            yield one.tell(NOT_ONE_OF_THE_CHOICES, value=one.value, near=None, choices=[_HOST])
        elif one.name == "userns" or one.value != _HOST:
            yield one.tell(OPTION_NOT_NEEDED, reason="this is so in every Pod", instead=None)
        elif of_the_node(line, "network"):
            yield one.tell(OPTION_NOT_NEEDED, reason="the node's host name comes with its network", instead=None)
        else:
            yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="a Pod has its own host name", instead="set it with --hostname")


def _share(one: Given, value: str) -> Iterator[Found]:
    if value == _HOST:
        yield of_pod(one.place, True, _FIELDS[one.name])  # noqa: FBT003  a value of the spec, not a switch
        yield one.place.tell(SHARED_WITH_THE_NODE, option=f"--{one.name}", what=_WHAT[one.name], **_host(one))
    elif value.startswith(_OTHER):
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="this Pod has no other container", instead=_SEVERAL)
    elif value in _USUAL[one.name]:
        yield one.tell(OPTION_NOT_NEEDED, reason="this is so in every Pod", instead=None)
    elif one.name == "network" and value == _NONE:
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="every Pod has a network", instead="restrict it with a NetworkPolicy")
    elif one.name == "network":
        yield one.tell(OPTION_NOT_NEEDED, reason=_ONE_NETWORK, instead="use Service names as host names")
    elif one.name == "ipc" and value == _NONE:
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="every container has a /dev/shm", instead=None)
    else:
        yield one.tell(NOT_ONE_OF_THE_CHOICES, value=value, near=None, choices=[_HOST, "container:NAME"])


def _host(one: Given) -> dict[str, str | None]:
    """Return the option as it was given, by its name, for the hints of which each is for one option."""
    return {name: f"--{name} {_HOST}" if name == one.name else None for name in ("network", "ipc")}


def _fields(one: Given) -> dict[str, str]:
    """Read docker's long form for networks; other forms have no fields."""
    is_long = one.name == "network" and "=" in one.value
    return dict(field.partition("=")[::2] for field in one.value.split(",")) if is_long else {}


def _name_in(one: Given) -> str:
    """Return what the option names; in docker's long form for networks, the name in it."""
    return (_fields(one) or {"name": one.value}).get("name", "")


def _besides(one: Given) -> Iterator[Found]:
    for key in _fields(one):
        if key == "name":
            continue
        if key in _OF_A_NETWORK:
            reason, instead = _OF_A_NETWORK[key]
            yield one.place.tell(NO_EQUIVALENT_IN_A_POD, option=key, reason=reason, instead=instead)
        else:
            yield one.tell(NOT_ONE_OF_THE_CHOICES, value=key, near=nearest(key, _OF_A_NETWORK), choices=["name", *_OF_A_NETWORK])
