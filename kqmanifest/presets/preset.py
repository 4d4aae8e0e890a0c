"""A kind of spec that makes several objects, and which of its fields requested each part of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic.dataclasses import dataclass

from kqmanifest.builder.tracing import trace_to_preset
from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.model.platform import Platform
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import SPEC
from kqmanifest.presets.platform import agreed

LOST: Final = Fault(
    "KQ1101",
    "the {kind} must keep {path}, and {source} is mounted at {at}",
    ("keep its mounts as they are, and only add to them",),
)


@dataclasses.dataclass(frozen=True, slots=True)
class Expanded:
    """One document that a preset makes: a model, or an object with its ``apiVersion``, as Kubernetes writes it.

    ``places`` maps places in the document to those in the preset's spec that requested them. The longest one that
    leads to a place counts, and what is below it there is looked up below it here; the rest is the preset's own.
    """

    document: KindModel | Mapping[str, Any]
    places: Mapping[Steps, Steps] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Expansion:
    """All that a preset makes, in the order in which it must be applied, and what is wrong with its spec."""

    documents: Sequence[Expanded]
    found: Sequence[Finding] = ()

    def asked_by(self, places: Mapping[Steps, Steps]) -> Expansion:
        """Return the same for a preset that wrote this one's spec: ``places`` leads from that spec to its own."""
        return Expansion(
            [
                Expanded(one.document, {made: trace_to_preset(places, asked) for made, asked in one.places.items()})
                for one in self.documents
            ],
            [one.moved(trace_to_preset(places, one.steps)) for one in self.found],
        )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Preset(KindModel):
    """A workload in a platform's own words."""

    platform: Platform | None = None
    """What is the same for all runs of the platform; what is left out here is set once for all specs."""

    def expand(self) -> Expansion:
        """Make the documents of this spec, and report what is wrong with it.

        What is faulty is left out of the documents, so that it is reported once.
        """
        raise NotImplementedError(type(self).__name__)  # each kind has its own; this class is abstract


def expanded(preset: Preset, platform: Platform | None = None) -> Expansion:
    """Expand a preset on the platform that is set once for all specs; where both set a field, the values must be equal."""
    settled, found = agreed(preset.platform, platform)
    expansion = dataclasses.replace(preset, platform=settled).expand()
    return Expansion(expansion.documents, (*found, *expansion.found))
