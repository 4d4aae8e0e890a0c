"""Objects that are manifests already: they are copied as they are, if JSON can hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.specs.foreign import foreign
from kqmanifest.specs.intake import Intake, TooMuchError

NOT_JSON: Final = Fault("KQ1009", "a manifest cannot hold {found}", ("write a string, a number, true, false, null, a list or an object",))


def passed(value: Mapping[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """Copy a manifest into plain dicts and lists, and return what in it JSON cannot hold."""
    intake = Intake()
    try:
        tree = intake.take(value)
    except TooMuchError as error:
        return {}, [error.finding]
    return (tree, []) if not intake.marks else ({}, not_json(tree))


def not_json(value: Any, steps: Steps = ()) -> list[Finding]:
    """Return everything in plain data that JSON cannot hold; ``steps`` lead to the data."""
    return list(_faults(value, steps))


def _faults(value: Any, steps: Steps) -> Iterator[Finding]:
    if isinstance(value, dict):
        for key, item in value.items():
            if type(item) is not str or not item.isascii():  # most are: no need to ask further
                yield from _faults(item, (*steps, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _faults(item, (*steps, index))
    elif (found := foreign(value)) is not None:
        yield NOT_JSON.at(steps, found=found)
