"""Resources of devices: which names mean GPUs or parts of them, and which are near misses of known ones."""

from __future__ import annotations

import functools
import re
from typing import Final

_GPU: Final = re.compile(r"(nvidia\.com/(gpu(\.shared)?|mig-.+)|amd\.com/gpu|gpu\.intel\.com/(i915|xe))", re.ASCII)
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
"""Resources that device plugins really offer. Others may be as real: only a near miss of one of these is told."""

_DOMAINS: Final = frozenset(name.partition("/")[0] for name in KNOWN)


@functools.lru_cache(maxsize=4096)
def is_gpu(resource: str) -> bool:
    """Say whether a resource counts whole GPUs or slices of them."""
    return _GPU.fullmatch(resource) is not None


@functools.lru_cache(maxsize=4096)
def is_part_of_a_gpu(resource: str) -> bool:
    """Say whether a resource grants a GPU, or some of one: its memory, its cores, whatever a device plugin calls it."""
    return is_gpu(resource) or _PART_OF_A_GPU.fullmatch(resource) is not None


@functools.lru_cache(maxsize=4096)
def near_miss(resource: str) -> str | None:
    """Find the known resource that one slip of the hand makes of this one; None where it may well be meant."""
    domain, slash, name = resource.partition("/")
    if not slash or resource in KNOWN:
        return None
    if domain in _DOMAINS:
        names = {known.partition("/")[2] for known in KNOWN if known.startswith(f"{domain}/")}
        if name.rstrip("0123456789") in names:
            return None  # the fabrics of RDMA, for one, are named and numbered by whoever sets a cluster up
        return next((f"{domain}/{known}" for known in sorted(names) if _one_slip(name, known)), None)
    for known in sorted(_DOMAINS):
        meant = f"{known}/{name}"
        if len(known) > _SHORT and _one_slip(domain, known) and (meant in KNOWN or is_gpu(meant)):
            return meant
    return None


_SHORT: Final = 5


def _one_slip(text: str, known: str) -> bool:
    """Say whether ``text`` is ``known`` but for one letter more, less, wrong or swapped, or but for its case."""
    text = text.lower()
    if text == known:
        return True
    if abs(len(text) - len(known)) > 1:
        return False
    start = next((index for index, (one, other) in enumerate(zip(text, known, strict=False)) if one != other), min(len(text), len(known)))
    rest, wanted = text[start:], known[start:]
    return rest[1:] in {wanted, wanted[1:]} or rest == wanted[1:] or (rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:])
