"""What a module of the importer yields: pieces of the specs, each with the place that it comes from, and diagnostics."""

from __future__ import annotations

import dataclasses
from typing import Any, Final, Literal, TypeAlias

from kqmanifest.diagnostics import Diagnostic, Fault, Steps
from kqmanifest.importers.shell import Place

CONTAINER: Final[Steps] = ("containers", 0)
"""The path of the one container in the spec."""
APPEND: Final = -1
"""The step that adds to a list instead of naming an entry; no key is a number."""

NO_EQUIVALENT_IN_A_POD: Final = Fault("KQ4304", "{option} has no equivalent in a Pod: {reason}", ("{instead}",), severity="warning")
OPTION_NOT_NEEDED: Final = Fault("KQ4305", "{option} is not needed: {reason}", ("{instead}",), severity="warning")
NOT_QUITE_THE_SAME: Final = Fault(
    "KQ4306", "{option} becomes {field}, which is not quite the same: {difference}", ("{instead}",), severity="warning"
)


@dataclasses.dataclass(frozen=True, slots=True)
class Fragment:
    """A value, its path in a spec, the place that it comes from, and which of the specs it is in."""

    path: Steps
    value: Any
    place: Place
    kind: Literal["Pod", "Service"] = "Pod"


Found: TypeAlias = Fragment | Diagnostic


def of_container(place: Place, value: Any, *steps: str | int) -> Fragment:
    """Return a piece of the container."""
    return Fragment((*CONTAINER, *steps), value, place)


def of_pod(place: Place, value: Any, *steps: str | int) -> Fragment:
    """Return a piece of the pod."""
    return Fragment(steps, value, place)


def of_service(place: Place, value: Any, *steps: str | int) -> Fragment:
    """Return a piece of the Service of the pod."""
    return Fragment(steps, value, place, "Service")
