"""What a measurement says: a row for each way to do the work, beside the way that the others are compared with."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

PROCESS: Final = "process"
"""What a time is for where it is for no part of the work."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cost:
    """What one piece of work took: seconds of the processor, seconds that passed, and the most memory that its process held."""

    cpu: float
    wall: float | None = None
    peak: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One way to do the work. Times are medians, for one of what ``per`` names; ratios are of times measured side by side."""

    name: str
    per: str = PROCESS
    ratio: float | None = None
    quartiles: tuple[float, float] | None = None
    """Between which half of the ratios lay."""
    cpu: float | None = None
    wall: float | None = None
    peak: int | None = None
    """In bytes."""
    ours: bool = False
    note: str = ""
    """Why there is nothing else to be said of it."""

    @classmethod
    def of(cls, name: str, costs: Sequence[Cost], reference: Sequence[Cost], **rest: Any) -> Row:
        """Sum up what was measured, each beside its reference."""
        ratios = sorted(one.cpu / other.cpu for one, other in zip(costs, reference, strict=True))
        return cls(
            name,
            ratio=statistics.median(ratios),
            quartiles=(ratios[len(ratios) // 4], ratios[-1 - len(ratios) // 4]),
            cpu=statistics.median(one.cpu for one in costs),
            wall=_median([one.wall for one in costs]),
            peak=max((one.peak for one in costs if one.peak is not None), default=None),
            **rest,
        )

    def scaled(self, factor: float) -> Row:
        """Return the row with its times for so many times what they were for."""
        cpu, wall = (None if one is None else one * factor for one in (self.cpu, self.wall))
        return dataclasses.replace(self, cpu=cpu, wall=wall)


@dataclasses.dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    quick: bool = False
    """Only what is ours, and little of it: to see that all of it runs, and about what it costs."""
    million: bool = False
    """The stream of a million lines too, which takes its time."""

    def of(self, whole: int, quick: int) -> int:
        """Choose how many there are to be of something."""
        return quick if self.quick else whole


Measured: TypeAlias = tuple[list[Row], list[str]]
"""The rows, and what was skipped, with the reason."""


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """A question that is asked, and how it is answered."""

    key: str
    title: str
    reference: str
    """What the ratios are to."""
    measure: Callable[[Effort], Measured]


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None
