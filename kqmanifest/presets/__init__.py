"""A platform's workloads in its own words: each becomes several objects, and its faults are reported in those words."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault, ManifestError
from kqmanifest.model.pod import KindModel
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets.preset import Preset
from kqmanifest.specs.kinds import Layers

_ROOMS: Final = ("Training", "Inference", "Notebook", "TensorBoard", "Preprocessing", "Tenant")
"""Each stands in a module of its name."""


class _Presets(Mapping[str, type[Preset]]):
    """Presets by their kind, each imported when it is used: most specs name none."""

    def __getitem__(self, kind: str) -> type[Preset]:
        """Return the preset of a kind.

        Raises:
            KeyError: there is none.
        """
        if kind not in _ROOMS:
            raise KeyError(kind)
        preset: type[Preset] = getattr(importlib.import_module(f"{__name__}.{kind.lower()}"), kind)
        return preset

    def __iter__(self) -> Iterator[str]:
        """Go through the kinds."""
        return iter(_ROOMS)

    def __len__(self) -> int:
        """Count the kinds."""
        return len(_ROOMS)

    def __contains__(self, kind: object) -> bool:
        """Return whether there is a preset of a kind."""
        return kind in _ROOMS


PRESETS: Final[Mapping[str, type[Preset]]] = _Presets()
"""The presets that are kinds of a spec by default."""

NOT_A_PRESET: Final = Fault(
    "KQ1107",
    "{name} cannot be a preset",
    (
        "derive it from {base}",
        "give it another name: Kubernetes has the kind {kind}",
        "give it another name: two presets are called {repeated}",
    ),
)


def kinds_of(given: Iterable[Any]) -> Mapping[str, type[KindModel]]:
    """Return the kinds that a spec may name: those of specs, the given presets, and ours, which the given ones may replace.

    Raises:
        ManifestError: something given is not a preset, or has the name of a kind of Kubernetes.
    """
    own: dict[str, type[Preset]] = {}
    for one in given:
        if not (issubclass(type(one), type) and issubclass(one, Preset) and one is not Preset):
            raise ManifestError([NOT_A_PRESET.at((), name=_called(one), base="kqmanifest.Preset")])
        name = one.__name__
        if name in KINDS:
            raise ManifestError([NOT_A_PRESET.at((), name=name, kind=name)])
        if own.get(name, one) is not one:
            raise ManifestError([NOT_A_PRESET.at((), name=name, repeated=name)])
        own[name] = one
    return Layers(KINDS, own, PRESETS)


def _called(value: Any) -> str:
    """Name a class, or the class of a value, whatever name it claims."""
    name: str = type.__dict__["__name__"].__get__(value if issubclass(type(value), type) else type(value))
    return name
