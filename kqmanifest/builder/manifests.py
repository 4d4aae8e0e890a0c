"""Objects that are manifests already: they pass as they are, copied, if JSON can hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.builder.intake import MOST_VALUES, Intake, TooMuchError, foreign
from kqmanifest.diagnostics import Diagnostic, Fault, Steps

NOT_JSON: Final = Fault("KQ1009", "a manifest cannot hold {found}", ("write text, a number, true, false, null, a list or an object",))
TOO_DEEP: Final = Fault(
    "KQ1010", "this is nested too deeply to be read", ("nest it less: Kubernetes itself reads no more than 10,000 levels",)
)
TOO_MANY_VALUES: Final = Fault(
    "KQ1018", "this holds more than {most} values", ("give it in several calls; what is held in two places counts twice",)
)


def passed(value: Mapping[str, Any]) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Copy a manifest into plain dicts and lists, and say what in it is no JSON."""
    intake = Intake()
    try:
        tree = intake.take(value)
    except TooMuchError as error:
        return {}, [too_much(error)]
    return (tree, []) if not intake.marks else ({}, not_json(tree))


def too_much(error: TooMuchError) -> Diagnostic:
    """Tell what is too deep or too large to be taken."""
    return TOO_DEEP.at(()) if error.is_deep else TOO_MANY_VALUES.at((), most=MOST_VALUES)


def not_json(value: Any, steps: Steps = ()) -> list[Diagnostic]:
    """Say everything in plain data that no JSON can hold; ``steps`` lead to it."""
    return list(_faults(value, steps))


def _faults(value: Any, steps: Steps) -> Iterator[Diagnostic]:
    if isinstance(value, dict):
        for key, item in value.items():
            if type(item) is not str or not item.isascii():  # most are: no need to ask further
                yield from _faults(item, (*steps, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _faults(item, (*steps, index))
    elif (found := foreign(value)) is not None:
        yield NOT_JSON.at(steps, found=found)
