"""Lists of numbers, in which each may stand once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic.alias_generators import to_camel

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.model.values import Model

GIVEN_TWICE: Final = Fault("KQ1104", "the {what} {number} is given twice", ("keep one of them",))
ITS_OWN: Final = Fault("KQ1105", "the {what} {number} is this run itself", ("name another run, or take it out",))
NOT_COUNTED: Final = Fault("KQ1106", "{number} is no number of the platform", ("use one from 0 to 9223372036854775807",))

_BITS: Final = 63

Numbered = tuple[int, Steps]
"""A number, and where it stands in the spec."""


def is_counted(number: int) -> bool:
    """Return whether a number is one that the platform's database can hold, and its names can bear."""
    return number >= 0 and number.bit_length() <= _BITS


def uncounted(model: Model, *quantities: str) -> Iterator[Finding]:
    """Say which numbers of a spec are none of the platform's; of ``quantities``, that are text too, the rules tell the rest."""
    for key, field in type(model).__pydantic_fields__.items():  # type: ignore[attr-defined]  # pydantic's, on every model
        number = getattr(model, key)
        if type(number) is int and not is_counted(abs(number) if key in quantities else number):
            yield NOT_COUNTED.at((field.alias or to_camel(key),), number=number)


def distinct(
    numbers: Sequence[int], field: str, what: str, own: int | None = None, *, signed: bool = False
) -> tuple[list[Numbered], list[Finding]]:
    """Return the ids of a list that can be used, and say what is wrong with the others: ``own`` is that of the run itself.

    Numbers that are no ids may be ``signed``: others judge them.
    """
    kept: dict[int, Steps] = {}
    found: list[Finding] = []
    for index, number in enumerate(numbers):
        here = (field, index)
        if not (signed or is_counted(number)):
            found.append(NOT_COUNTED.at(here, number=number))
        elif number == own:
            found.append(ITS_OWN.at(here, what=what, number=number))
        elif number in kept:
            found.append(GIVEN_TWICE.at(here, what=what, number=number))
        else:
            kept[number] = here
    return [*kept.items()], found
