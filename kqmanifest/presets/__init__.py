"""A platform's workloads in its own words: each becomes several objects, and whatever is wrong is told in those words."""

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
"""The presets that are kinds of a spec at once, by what a spec calls them."""

NOT_A_PRESET: Final = Fault(
    "KQ1107",
    "{name} cannot be a preset: {reason}",
    ("give classes that are made from kqmanifest.Preset, each under a name of its own",),
)


def kinds_of(given: Iterable[Any]) -> Mapping[str, type[Preset]]:
    """Return the presets that a spec may name: ours, and those that are given, which may have a name of ours.

    Raises:
        ManifestError: something that is given is no preset, or is called as a kind of Kubernetes is.
    """
    own: dict[str, type[Preset]] = {}
    for one in given:
        if not (issubclass(type(one), type) and issubclass(one, Preset) and one is not Preset):
            raise ManifestError([NOT_A_PRESET.at((), name=_called(one), reason="it is not made from Preset")])
        name = one.__name__
        if name in KINDS:
            raise ManifestError([NOT_A_PRESET.at((), name=name, reason="Kubernetes has a kind of this name")])
        if own.get(name, one) is not one:
            raise ManifestError([NOT_A_PRESET.at((), name=name, reason="there are two of this name")])
        own[name] = one
    return {**PRESETS, **own}


def _called(value: Any) -> str:
    """Name a class, or the class of a value, whatever either says of itself."""
    name: str = type.__dict__["__name__"].__get__(value if issubclass(type(value), type) else type(value))
    return name
