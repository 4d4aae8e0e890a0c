"""Every fault that is not a rule's, found where it is declared."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Final

from kqmanifest import builder, compiler, importers, limits, presets, read, rules, schema, site, specs
from kqmanifest.diagnostics import Fault

_BELOW: Final[tuple[ModuleType, ...]] = (builder, compiler, importers, limits, presets, read, rules, schema, site, specs)
"""The rooms below this one that find faults."""
_ABOVE: Final[list[ModuleType]] = []
"""Those above it, which have said so."""
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
"""Words that are not spelt in lower case."""


def add_room(room: ModuleType) -> None:
    """Take the faults of a room above this one too: the door has its own."""
    if room not in _ABOVE:
        _ABOVE.append(room)
        faults.cache_clear()
        by_code.cache_clear()


@functools.cache
def faults() -> Mapping[Fault, str]:
    """Return every fault that is not a rule's, with the name of its constant in words."""
    named = [item for room in (*_BELOW, *_ABOVE) for module in _modules(room) for item in vars(module).items()]
    return {value: in_words(name) for name, value in named if isinstance(value, Fault)}


@functools.cache
def by_code() -> Mapping[str, tuple[Fault, str]]:
    """Return the same by their codes."""
    return {fault.code: (fault, name) for fault, name in faults().items()}


def _modules(room: ModuleType) -> Iterator[ModuleType]:
    yield room
    for found in pkgutil.walk_packages(getattr(room, "__path__", ()), f"{room.__name__}."):
        yield importlib.import_module(found.name)


def in_words(name: str) -> str:
    """Write the name of a constant in words."""
    return " ".join(_SPELT.get(word, word) for word in name.strip("_").lower().split("_"))
