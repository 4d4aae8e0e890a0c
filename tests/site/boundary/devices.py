"""What grants accelerators: resources that count them, and variables that make a container's runtime hand them out unasked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

_DOMAINS: Final = (
    r"(.*\.)?nvidia\.com|amd\.com|(gpu\.)?intel\.com|habana\.ai|(cloud-tpus\.)?google\.com|aws\.amazon\.com|huawei\.com|cambricon\.com"
    r"|mthreads\.com|metax-tech\.com|iluvatar\.(ai|com)|hygon\.com|enflame\.com|kunlunxin\.com|birentech\.com|furiosa\.ai|rebellions\.ai"
    r"|aliyun\.com|tencent\.com|vke\.volcengine\.com|xilinx\.com|deviceclass\.resource\.kubernetes\.io"
)
_ACCELERATOR: Final = re.compile(rf"({_DOMAINS})/.+|.*(gpu|cuda|npu|tpu|mlu|dcu|gcu|mig-|neuron|gaudi).*", re.ASCII | re.IGNORECASE)
_NOT: Final = frozenset({"aws.amazon.com/efa", "vpc.amazonaws.com/efa", "intel.com/sriov", "nvidia.com/hostdev"})

_PROCESS: Final = frozenset({"CUDA", "HIP", "ROCR", "GPU", "ASCEND_RT", "MUSA", "MLU", "TPU", "ONEAPI", "NEURON_RT"})
"""Whose libraries only narrow what a container has already."""
_RUNTIMES: Final = frozenset(
    {
        "ASCEND_ALLOW_LINK",
        "ASCEND_RUNTIME_MOUNTS",
        "ASCEND_RUNTIME_OPTIONS",
        "ASCEND_VNPU_SPECS",
        "CUDA_VERSION",  # with it an image counts as an old one, which is given every GPU where nothing is said
        "HABANA_RUNTIME_ERROR",
        "NVIDIA_GDRCOPY",
        "NVIDIA_GDS",
        "NVIDIA_IMEX_CHANNELS",
        "NVIDIA_MIG_CONFIG_DEVICES",
        "NVIDIA_MIG_MONITOR_DEVICES",
        "NVIDIA_MOFED",
        "NVIDIA_NVSWITCH",
    }
)
_VENDORS: Final = (
    "NVIDIA",
    "AMD",
    "HABANA",
    "ASCEND",
    "AWS_NEURON",
    "MTHREADS",
    "METAX",
    "CAMBRICON",
    "ILUVATAR",
    "ILUVATAR_COREX",
    "ENFLAME",
)
_NAMES: Final = frozenset({*_RUNTIMES, "DOCKER_RESOURCE_GPU", *(f"{vendor}_VISIBLE_DEVICES" for vendor in _VENDORS)})
_NOTHING: Final = frozenset({"", "none", "void"})


def is_accelerator(resource: str) -> bool:
    """Return whether a resource counts accelerators, or parts of them."""
    return "/" in resource and resource not in _NOT and _ACCELERATOR.fullmatch(resource) is not None


def is_variable_of_a_runtime(name: str) -> bool:
    """Return whether a container's runtime hands out devices by a variable of this name."""
    name = name.upper()
    vendor = name.removesuffix("_VISIBLE_DEVICES")
    return name in _NAMES or name.startswith("DOCKER_RESOURCE_") or (vendor != name and vendor not in _PROCESS)


def begins_such_a_variable(prefix: str) -> bool:
    """Return whether some key makes a variable of a runtime of a prefix."""
    return bool(prefix) and any(name.startswith(prefix.upper()) or prefix.upper().startswith(name) for name in _NAMES)


def hides(variable: Mapping[str, Any]) -> bool:
    """Return whether a variable takes devices away, rather than giving any."""
    return variable.get("name") == "NVIDIA_VISIBLE_DEVICES" and not variable.get("valueFrom") and (variable.get("value") or "") in _NOTHING


_SUFFIXES: Final[Mapping[str, int]] = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final[Mapping[str, int]] = {suffix: 1024**power for power, suffix in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)}


def number(quantity: Any) -> Decimal:
    """Read a quantity; what cannot be read is as many as there are."""
    text = str(quantity if quantity is not None else 0).strip()
    for suffix, factor in _BINARY.items():
        if text.endswith(suffix):
            return number(text.removesuffix(suffix)) * Decimal(factor)
    power = 0
    if text[-1:] in set(_SUFFIXES) - {""} and not re.fullmatch(r".*[eE]\d*", text):
        power, text = _SUFFIXES[text[-1]], text[:-1]
    try:
        return Decimal(text).scaleb(power)
    except InvalidOperation:
        return Decimal("Infinity")


def asked(container: Mapping[str, Any]) -> dict[str, Decimal]:
    """Add up what a container asks for: the greater of its limit and its request."""
    both: dict[str, Decimal] = {}
    resources = container.get("resources") or {}
    for kind in ("limits", "requests"):
        for name, quantity in (resources.get(kind) or {}).items():
            both[name] = max(both.get(name, Decimal(0)), number(quantity))
    return both


def asked_by_a_pod(spec: Mapping[str, Any]) -> dict[str, Decimal]:
    """Add up what a pod holds at one time: its containers and sidecars together, an init container beside the sidecars before it."""
    held: dict[str, Decimal] = {}
    most: dict[str, Decimal] = {}
    for container in spec.get("initContainers") or ():
        for name, count in asked(container).items():
            if container.get("restartPolicy") == "Always":
                held[name] = held.get(name, Decimal(0)) + count
            else:
                most[name] = max(most.get(name, Decimal(0)), held.get(name, Decimal(0)) + count)
    for container in (*(spec.get("containers") or ()), *(spec.get("ephemeralContainers") or ())):
        for name, count in asked(container).items():
            held[name] = held.get(name, Decimal(0)) + count
    whole = asked(spec)
    names = {*held, *most, *whole}
    return {name: max(each.get(name, Decimal(0)) for each in (held, most, whole)) for name in names}


def devices_of(claim: Mapping[str, Any]) -> Decimal:
    """Count the devices that a claim takes at most."""
    total = Decimal(0)
    for request in (claim.get("devices") or {}).get("requests") or ():
        ways = [request.get("exactly") or request] if not request.get("firstAvailable") else list(request["firstAvailable"])
        total += max((Decimal("Infinity") if way.get("allocationMode") == "All" else number(way.get("count") or 1)) for way in ways)
    return total


def pods(thing: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Go through the specs of the pods that an object is or makes."""
    spec: Any = thing.get("spec") or {}
    if thing["kind"] == "Pod":
        yield spec
    elif thing["kind"] == "PodTemplate":
        yield (thing.get("template") or {}).get("spec") or {}
    else:
        template = ((spec.get("jobTemplate") or {}).get("spec") or spec).get("template")
        if template:
            yield template.get("spec") or {}
