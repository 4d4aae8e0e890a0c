"""A platform's workloads in its own words: each becomes several objects, and its faults are reported in those words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault, ManifestError
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets.inference import Inference
from kqmanifest.presets.notebook import Notebook
from kqmanifest.presets.preprocessing import Preprocessing
from kqmanifest.presets.preset import Preset
from kqmanifest.presets.tenant import Tenant
from kqmanifest.presets.tensorboard import TensorBoard
from kqmanifest.presets.training import Training

PRESETS: Final[Mapping[str, type[Preset]]] = {
    one.__name__: one for one in (Training, Inference, Notebook, TensorBoard, Preprocessing, Tenant)
}
"""The presets that are kinds of a spec by default, by their kind."""

NOT_A_PRESET: Final = Fault(
    "KQ1107",
    "{name} cannot be a preset",
    (
        "derive it from {base}",
        "give it another name: Kubernetes has the kind {kind}",
        "give it another name: two presets are called {repeated}",
    ),
)


def kinds_of(given: Iterable[Any]) -> Mapping[str, type[Preset]]:
    """Return the presets that a spec may name: ours, and the given ones, which may replace ours.

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
    return {**PRESETS, **own}


def _called(value: Any) -> str:
    """Name a class, or the class of a value, whatever name it claims."""
    name: str = type.__dict__["__name__"].__get__(value if issubclass(type(value), type) else type(value))
    return name
