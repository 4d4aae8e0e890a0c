"""GPUs: docker names them, Kubernetes counts them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import NO_EQUIVALENT_IN_A_POD, NOT_QUITE_THE_SAME, OPTION_NOT_NEEDED, Found, of_container, of_pod
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import MISPLACED_QUOTES_IN_A_LIST, fields, whole

OPTIONS: Final = frozenset({"gpus", "runtime"})
VISIBLE: Final = "NVIDIA_VISIBLE_DEVICES"
"""The variable that tells NVIDIA's runtime which GPUs a container gets."""
NOT_A_NUMBER_OF_GPUS: Final = Fault(
    "KQ0329",
    "{option} must be a number of GPUs, all, or device=…, and is {value}",
    ("write {devices} for devices 0 and 1", "write a number, such as {option} 1"),
)
ALL_GPUS_OF_A_NODE: Final = Fault(
    "KQ4314",
    "requesting all GPUs of a node has no equivalent in a Pod: wrote `gpus: 1`",
    ("set `gpus` to the number of GPUs that it needs, or write --gpus N",),
    severity="warning",
)
GPUS_BY_NAME: Final = Fault(
    "KQ4315",
    "a Pod requests a number of GPUs, and the node chooses which: wrote `gpus: {count}` in place of {devices}",
    ("set `product` to the GPU model if it matters",),
    severity="warning",
)

_KEYS: Final = frozenset({"driver", "count", "device", "capabilities", "options"})
_MOST: Final = 10_000
_DEVICES: Final = """'"device=0,1"'"""
_EVERY: Final = frozenset({"all", "-1"})
_NONE: Final = frozenset({"", "none", "void"})
_DEVICE: Final = "nvidia.com/gpu="
_RUNTIME: Final = "nvidia"


def is_device(one: Given) -> bool:
    """Return whether ``--device`` names GPUs, as the Container Device Interface does."""
    return one.value.startswith(_DEVICE)


def are_asked(line: Line) -> bool:
    """Return whether the container should have GPUs."""
    return bool(_asking(line)) or (_by_runtime(line) and _visible(line) not in _NONE)


def read(line: Line) -> Iterator[Found]:
    """Yield the GPUs of the container."""
    asked = _asking(line)
    total = 0
    for one in asked:
        for found in _count(one) if one.name == "gpus" else _count_named(one, [one.value.removeprefix(_DEVICE)]):
            if isinstance(found, int):
                total += found
            else:
                yield found
    runtime = line.last("runtime")
    if asked:
        yield of_container(asked[-1].place, max(total, 0), "gpus")
    elif are_asked(line):
        place = runtime.place if runtime else line.start
        visible = _visible(line)
        if visible == "all":
            yield place.tell(ALL_GPUS_OF_A_NODE)
        yield of_container(place, len(visible.split(",")), "gpus")
    if runtime and runtime.value not in {"", _RUNTIME, "runc", "io.containerd.runc.v2"}:
        yield of_pod(runtime.place, runtime.value, "runtimeClassName")
        yield runtime.tell(
            NOT_QUITE_THE_SAME,
            field="runtimeClassName",
            difference="the cluster needs a RuntimeClass of that name",
            instead="list the existing ones with `kubectl get runtimeclass`",
        )
    elif runtime:
        yield runtime.tell(OPTION_NOT_NEEDED, reason="the node chooses the runtime, for GPUs too", instead=None)


def _asking(line: Line) -> tuple[Given, ...]:
    return tuple(one for one in line.all("gpus", "device") if one.name == "gpus" or is_device(one))


def _by_runtime(line: Line) -> bool:
    return line.nvidia or line.value("runtime") == _RUNTIME


def _visible(line: Line) -> str:
    """Return which devices NVIDIA's runtime is told; an image for GPUs requests all."""
    said = [one.value.removeprefix(f"{VISIBLE}=") for one in line.all("env") if one.value.startswith(f"{VISIBLE}=")]
    return said[-1] if said else "all"


def _count_named(given: Given, devices: Sequence[str]) -> Iterator[Found | int]:
    if _EVERY & {*devices}:
        yield given.tell(ALL_GPUS_OF_A_NODE)
        yield 1
    else:
        yield given.tell(GPUS_BY_NAME, devices=devices, count=len(devices))
        yield len(devices)


def _read_fields(found: Sequence[str]) -> dict[str, str]:
    """Read the fields; one without a name is the count, but after devices it is another device: a shell removed the quotes around them."""
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
    """Yield how many GPUs an option requests, and what has no equivalent."""
    found = fields(given.value)
    if found is None:
        yield given.tell(MISPLACED_QUOTES_IN_A_LIST, value=given.value, devices=_DEVICES, field=None)
        return
    if len([field for field in found if "=" not in field]) > 1 and "=" not in found[0]:
        yield given.tell(NOT_A_NUMBER_OF_GPUS, value=given.value, devices=_DEVICES)
        return
    said = _read_fields(found)
    count = said.get("count")
    if said.keys() - _KEYS or (count is not None and count != "all" and whole(count, -1, _MOST) is None):
        yield given.tell(NOT_A_NUMBER_OF_GPUS, value=given.value, devices=None)
        return
    devices = [device for device in said.get("device", "").split(",") if device]
    if devices or count in _EVERY:
        yield from _count_named(given, devices or [count or ""])
    else:
        yield int(count or 1)
    for key in ("driver", "capabilities", "options"):
        if key in said:
            yield given.tell(NO_EQUIVALENT_IN_A_POD, reason=f"the device plugin chooses the {key}", instead=None)
