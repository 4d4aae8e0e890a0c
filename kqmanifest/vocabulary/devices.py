"""Device resources: which names mean GPUs or parts of them, and which are typing errors of known ones."""

from __future__ import annotations

import functools
import re
from typing import Final

from kqmanifest.vocabulary.paths import rooted

_GPU: Final = re.compile(r"(nvidia\.com/(gpu(\.shared)?|mig-.+)|amd\.com/gpu|gpu\.intel\.com/(i915|xe))", re.ASCII)
_ACCELERATOR: Final = re.compile(
    r"(habana\.ai|google\.com/tpu|cloud-tpus\.google\.com|aws\.amazon\.com/neuron|huawei\.com/(ascend|npu)|cambricon\.com"
    r"|mthreads\.com|metax-tech\.com|iluvatar\.(com|ai)|hygon\.com|enflame\.com|kunlunxin\.com|birentech\.com|furiosa\.ai"
    r"|rebellions\.ai|aliyun\.com/gpu|tencent\.com/vcuda|4pd\.io|volcano\.sh/(vgpu|gpu)|vke\.volcengine\.com|xilinx\.com|intel\.com/(fpga|gaudi)"
    r"|qualcomm\.com|microsoft\.com/directx|graphcore\.ai|tenstorrent\.com|amd\.com/(gpu|xgpu|npu)).*",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_PART_OF_A_GPU: Final = re.compile(r"nvidia\.com/.*|.*(?:gpu|cuda|mig-).*", re.ASCII | re.DOTALL)

KNOWN: Final = frozenset(
    {
        "nvidia.com/gpu",
        "nvidia.com/gpu.shared",
        "nvidia.com/gpumem",
        "nvidia.com/gpumem-percentage",
        "nvidia.com/gpucores",
        "nvidia.com/pgpu",
        "nvidia.com/vgpu",
        "amd.com/gpu",
        "gpu.intel.com/i915",
        "gpu.intel.com/i915_monitoring",
        "gpu.intel.com/xe",
        "gpu.intel.com/xe_monitoring",
        "habana.ai/gaudi",
        "google.com/tpu",
        "aws.amazon.com/neuron",
        "aws.amazon.com/neuroncore",
        "aws.amazon.com/neurondevice",
        "rdma/hca",
    }
)
"""Resources that device plugins offer. There are others: only a typing error in one of these is reported."""

_DOMAINS: Final = frozenset(name.partition("/")[0] for name in KNOWN)


@functools.lru_cache(maxsize=4096)
def is_gpu(resource: str) -> bool:
    """Return whether a resource counts whole GPUs or slices of them."""
    return _GPU.fullmatch(resource) is not None


@functools.lru_cache(maxsize=4096)
def is_part_of_a_gpu(resource: str) -> bool:
    """Return whether a resource grants a GPU or a part of one: its memory, its cores, whatever a device plugin calls it."""
    return is_gpu(resource) or _PART_OF_A_GPU.fullmatch(resource) is not None


@functools.lru_cache(maxsize=4096)
def is_accelerator(resource: str) -> bool:
    """Return whether a resource counts accelerators of any vendor, whole or in parts."""
    return _ACCELERATOR.fullmatch(resource) is not None or is_gpu(resource)


_BY_CLASS: Final = "deviceclass.resource.kubernetes.io/"


def device_class_of(resource: str) -> str | None:
    """Return the device class that an extended resource is named after; None where it is not named after one."""
    return resource.removeprefix(_BY_CLASS) if resource.startswith(_BY_CLASS) else None


_VISIBLE: Final = "_VISIBLE_DEVICES"
_ONLY_NARROWS: Final = frozenset({"CUDA", "HIP", "ROCR", "GPU", "ASCEND_RT", "MUSA", "MLU", "TPU", "ONEAPI"})
"""The beginnings of variables that only programs read, and no runtime: they choose among the devices that a container has."""
_GIVING: Final = frozenset(
    {
        "ASCEND_ALLOW_LINK",
        "ASCEND_RUNTIME_MOUNTS",
        "ASCEND_RUNTIME_OPTIONS",
        "ASCEND_VNPU_SPECS",
        "CUDA_VERSION",
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
"""Variables that make a container runtime pass devices. CUDA_VERSION marks an image as an old one, which sees all GPUs."""
_GIVING_PREFIXES: Final = ("DOCKER_RESOURCE_", "NVIDIA_CTK_", "HABANA_RUNTIME_")
_MAKERS: Final = [
    "AMD",
    "AWS_NEURON",
    "BIREN",
    "CAMBRICON",
    "CXPU",
    "DCU",
    "ENFLAME",
    "FURIOSA",
    "HABANA",
    "HYGON",
    "ILUVATAR",
    "ILUVATAR_COREX",
    "INTEL",
    "IX",
    "METAX",
    "MTHREADS",
    "NVIDIA",
    "PPU",
    "TENCENT",
    "TOPS",
    "VASTAI",
    "XPU",
    "ASCEND",
]
_NONE: Final = frozenset({"", "none", "void"})


def gives_devices(variable: str, value: str | None = None) -> bool:
    """Return whether an environment variable makes a container runtime pass devices to the container.

    ``value`` is its value, where that is known; NVIDIA's variable can be set to pass none.
    """
    name = variable.upper()
    if name == f"NVIDIA{_VISIBLE}" and value in _NONE:
        return False
    if name.endswith(_VISIBLE):
        return name.removesuffix(_VISIBLE) not in _ONLY_NARROWS
    return name in _GIVING or name.startswith(_GIVING_PREFIXES)


def may_begin_what_gives_devices(prefix: str) -> bool:
    """Return whether a variable that gives devices may begin with this: a key of a ConfigMap can be the rest of its name."""
    name = prefix.upper()
    known = (*_GIVING, *_GIVING_PREFIXES, *(f"{maker}{_VISIBLE}" for maker in _MAKERS))
    return any(variable.startswith(name) or name.startswith(variable) for variable in known)


_DEVICE_PATHS: Final = ("/var/run/nvidia-container-devices", "/run/nvidia-container-devices", "/var/run/cdi", "/etc/cdi")


def is_device_path(path: str) -> bool:
    """Return whether a container runtime takes what is mounted at a path for names of devices to pass to the container."""
    here = rooted(path)
    return any(here == directory or here.startswith(f"{directory}/") for directory in _DEVICE_PATHS)


@functools.lru_cache(maxsize=4096)
def near_miss(resource: str) -> str | None:
    """Return the known resource of which this one is a typing error; None where this one may be meant."""
    domain, slash, name = resource.partition("/")
    if not slash or resource in KNOWN:
        return None
    if domain in _DOMAINS:
        names = {known.partition("/")[2] for known in KNOWN if known.startswith(f"{domain}/")}
        if name.rstrip("0123456789") in names:
            return None  # RDMA fabrics, for example, are named and numbered by the administrator of a cluster
        return next((f"{domain}/{known}" for known in sorted(names) if _one_slip(name, known)), None)
    for known in sorted(_DOMAINS):
        meant = f"{known}/{name}"
        if len(known) > _SHORT and _one_slip(domain, known) and (meant in KNOWN or is_gpu(meant)):
            return meant
    return None


_SHORT: Final = 5


def _one_slip(text: str, known: str) -> bool:
    """Return whether ``text`` is ``known`` with one letter added, missing, wrong or swapped, or in another case."""
    text = text.lower()
    if text == known:
        return True
    if abs(len(text) - len(known)) > 1:
        return False
    start = next(
        (index for index, (letter, other) in enumerate(zip(text, known, strict=False)) if letter != other), min(len(text), len(known))
    )
    rest, wanted = text[start:], known[start:]
    return rest[1:] in {wanted, wanted[1:]} or rest == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
