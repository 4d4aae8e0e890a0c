"""Lists of numbers, in which each may be given once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from pydantic.alias_generators import to_camel

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.model.values import Model

GIVEN_TWICE: Final = Fault("KQ1104", "the {what} {number} is given twice", ("keep one of them",))
ITS_OWN: Final = Fault("KQ1105", "the {what} {number} is this run itself", ("name another run, or remove it",))
NOT_COUNTED: Final = Fault(
    "KQ1106", "{field} must be between 0 and 9223372036854775807, and is {number}", ("write a number in this range",)
)

_BITS: Final = 63

Numbered = tuple[int, Steps]
"""A number, and its place in the spec."""


def is_counted(number: int) -> bool:
    """Return whether a number is one that the platform's database and its names can hold."""
    return number >= 0 and number.bit_length() <= _BITS


def uncounted(model: Model, *quantities: str) -> Iterator[Finding]:
    """Report the numbers of a spec that the platform cannot hold; of ``quantities``, which may be strings, the rules report the rest."""
    for key, field in type(model).__pydantic_fields__.items():  # type: ignore[attr-defined]  # pydantic's, on every model
        number = getattr(model, key)
        if type(number) is int and not is_counted(abs(number) if key in quantities else number):
            name = field.alias or to_camel(key)
            yield NOT_COUNTED.at((name,), field=name, number=number)


def distinct(
    numbers: Sequence[int], field: str, what: str, own: int | None = None, *, signed: bool = False
) -> tuple[list[Numbered], list[Finding]]:
    """Return the ids of a list that can be used, and report what is wrong with the others: ``own`` is that of the run itself.

    Numbers that are not ids may be ``signed``: the rules judge them.
    """
    kept: dict[int, Steps] = {}
    found: list[Finding] = []
    for index, number in enumerate(numbers):
        here = (field, index)
        if not (signed or is_counted(number)):
            found.append(NOT_COUNTED.at(here, field=f"{field}[{index}]", number=number))
        elif number == own:
            found.append(ITS_OWN.at(here, what=what, number=number))
        elif number in kept:
            found.append(GIVEN_TWICE.at(here, what=what, number=number))
        else:
            kept[number] = here
    return [*kept.items()], found
