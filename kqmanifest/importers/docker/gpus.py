"""GPUs: docker names them, Kubernetes counts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import BAD_LIST, fields, whole
from kqmanifest.importers.docker.part import DIFFERS, NO_EQUAL, NOT_NEEDED, Found, of_container, of_pod

OPTIONS: Final = frozenset({"gpus", "runtime"})
BAD_GPUS: Final = Fault(
    "KQ0329", "{option} takes a number of GPUs, all, or device=…, and {value} is none of these", ("write a number, such as {option} 1",)
)
ALL: Final = Fault(
    "KQ4314",
    "all GPUs of a node cannot be asked for: a Pod asks for a number of them, and this one for 1",
    ("set `gpus` to the number that it needs, or write --gpus N",),
)
CHOSEN: Final = Fault(
    "KQ4315",
    "which GPUs these are is the node's to choose: {devices} becomes {count}",
    ("say a model of GPU with `product`, where it matters",),
)

_KEYS: Final = frozenset({"driver", "count", "device", "capabilities", "options"})
_MOST: Final = 10_000


def read(line: Line) -> Iterator[Found]:
    """Give the container its GPUs."""
    asked = line.all("gpus")
    total = 0
    for one in asked:
        for found in _count(one):
            if isinstance(found, int):
                total += found
            else:
                yield found
    runtime = line.last("runtime")
    if asked:
        yield of_container(asked[-1].place, max(total, 0), "gpus")
    elif line.nvidia or (runtime and runtime.value == "nvidia"):
        place = runtime.place if runtime else line.start
        yield place.tell(ALL)
        yield of_container(place, 1, "gpus")
    if runtime and runtime.value not in {"", "nvidia", "runc"}:
        yield of_pod(runtime.place, runtime.value, "runtimeClassName")
        yield runtime.tell(
            DIFFERS,
            field="runtimeClassName",
            difference="the cluster needs a RuntimeClass of that name",
            instead="list those there are with `kubectl get runtimeclass`",
        )
    elif runtime:
        yield runtime.tell(NOT_NEEDED, reason="nodes choose the runtime, for GPUs too", instead=None)


def _read(found: Sequence[str]) -> dict[str, str]:
    """Read the fields; one without a name counts, but behind devices it is one more: a shell took the quotes around them."""
    said: dict[str, str] = {}
    for field in found:
        key, named, value = field.partition("=")
        if named:
            said[key] = value
        elif [*said][-1:] == ["device"]:
            said["device"] += f",{field}"
        else:
            said["count"] = field
    return said


def _count(given: Given) -> Iterator[Found | int]:
    """Give how many GPUs an option asks for, and what cannot be said of them."""
    found = fields(given.value)
    if found is None:
        yield given.tell(BAD_LIST, value=given.value, cure="""'"device=0,1"' for devices 0 and 1""")
        return
    said = _read(found)
    count = said.get("count")
    if said.keys() - _KEYS or (count is not None and count != "all" and whole(count, -1, _MOST) is None):
        yield given.tell(BAD_GPUS, value=given.value)
        return
    devices = [device for device in said.get("device", "").split(",") if device]
    if devices:
        yield given.tell(CHOSEN, devices=devices, count=len(devices))
        yield len(devices)
    elif count in {"all", "-1"}:
        yield given.tell(ALL)
        yield 1
    else:
        yield int(count or 1)
    for key in ("driver", "capabilities", "options"):
        if key in said:
            yield given.tell(NO_EQUAL, reason=f"{key} is the device plugin's to choose", instead=None)
