"""Every fault that is no rule's, found where it is declared."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from typing import Final

import kqmanifest
from kqmanifest.diagnostics import Fault

_SPELT: Final = {
    "utf8": "UTF-8",
    "utf16": "UTF-16",
    "json": "JSON",
    "yaml": "YAML",
    "nfs": "NFS",
    "gpus": "GPUs",
    "cel": "CEL",
    "ip": "IP",
    "windows": "Windows",
    "pod": "Pod",
    "service": "Service",
}
"""Words that are not written as they are said."""


@functools.cache
def faults() -> Mapping[Fault, str]:
    """Find the faults in the modules that find them, with their names in words."""
    modules = (found.name for found in pkgutil.walk_packages(kqmanifest.__path__, "kqmanifest.") if not found.name.endswith("__main__"))
    named = [item for module in modules for item in vars(importlib.import_module(module)).items()]
    return {value: in_words(name) for name, value in named if isinstance(value, Fault)}


def in_words(name: str) -> str:
    """Write a constant's name as it is said."""
    return " ".join(_SPELT.get(word, word) for word in name.strip("_").lower().split("_"))
