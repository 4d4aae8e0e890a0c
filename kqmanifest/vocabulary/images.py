"""Names of container images: which of them are valid, and which version they refer to.

Source: the grammar of the distribution project's ``reference`` package.
"""

from __future__ import annotations

import functools
import re
from typing import Final

_PART: Final = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN: Final = (
    r"(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[-A-Za-z0-9]*[A-Za-z0-9])?)*)(?::[0-9]+)?"
)
_IMAGE: Final = re.compile(
    rf"(?P<name>(?:{_DOMAIN}/)?{_PART}(?:/{_PART})*)(?::(?P<tag>\w[\w.-]{{0,127}}))?(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{{32,}}))?",
    re.ASCII,
)
_LONGEST: Final = 255
_INJECTED: Final = "auto"  # Istio replaces this name by the image of its proxy
_CUDA: Final = re.compile(r"cuda|(?:^|[-_.])gpu(?:$|[-_.])", re.ASCII)


def is_image(text: str) -> bool:
    """Return whether a registry can hold an image of this name."""
    parts = _IMAGE.fullmatch(text)
    return parts is not None and len(parts["name"]) <= _LONGEST


def is_pinned(image: str) -> bool:
    """Return whether a name refers to one version: it has a digest, or a tag other than ``latest``."""
    parts = _IMAGE.fullmatch(image)
    return parts is None or image == _INJECTED or bool(parts["digest"]) or parts["tag"] not in {None, "latest"}


@functools.lru_cache(maxsize=4096)
def is_cuda(image: str) -> bool:
    """Return whether an image is made for NVIDIA's GPUs, judging by its name: ``cuda`` in it, or a tag with ``gpu``."""
    name, _, tag = image.rpartition("/")[2].partition("@")[0].partition(":")
    return "cuda" in name or _CUDA.search(tag) is not None
