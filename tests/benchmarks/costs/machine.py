"""Where it was measured, and what: the machine and the versions, and no date."""

from __future__ import annotations

import os
import pathlib
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from costs import kubeconform

_PACKAGES: Final = ("kqmanifest", "pydantic", "PyYAML", "jsonschema", "lightkube", "kubernetes")


def machine() -> str:
    """Say what machine this is."""
    model = platform.processor() or platform.machine()
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
        memory = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB of memory, "
    except (OSError, ValueError):  # Linux says that there, and others elsewhere
        memory = ""
    return f"{os.cpu_count()} processors ({model}), {memory}{platform.system()}"


def load() -> float:
    """Say how many processes wanted a processor lately, on average; 0 where the system does not know."""
    return os.getloadavg()[1] if hasattr(os, "getloadavg") else 0.0


def versions() -> dict[str, str]:
    """Name the versions of what is compared."""
    found = {"Python": platform.python_version(), **{name: known for name in _PACKAGES if (known := _version(name))}}
    other = kubeconform.version()
    return {**found, "kubeconform": other} if other else found


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
