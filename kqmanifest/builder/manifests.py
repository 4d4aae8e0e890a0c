"""Objects that are manifests already: they pass as they are, copied, if JSON can hold them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault, Steps

NOT_JSON: Final = Fault("KQ1009", "a manifest cannot hold {found}", ("write text, a number, true, false, null, a list or an object",))
TOO_DEEP: Final = Fault(
    "KQ1010", "this is nested too deeply to be read", ("nest it less: Kubernetes itself reads no more than 10,000 levels",)
)

NO_TEXT_KEY: Final = "a key that is no text"
_HALF: Final = "half of a surrogate pair"
_WRITER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False)  # what is built holds itself nowhere
_LISTS: Final = (list, tuple)
_LONGEST_NUMBER: Final = 14_000  # bits: Python itself writes no number of more than 4,300 digits


def passed(value: Mapping[str, Any]) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Copy a manifest into plain dicts and lists, and say what in it is no JSON.

    Raises:
        RecursionError: it is nested too deeply, or holds itself.
    """
    try:
        return _copied(value), []
    except ValueError:
        return {}, not_json(value)


def unfit(tree: Mapping[str, Any]) -> list[Diagnostic]:
    """Say what in a finished object is no JSON: what a Python string or number can be, and a text cannot."""
    try:
        _WRITER.encode(tree).encode()
    except ValueError:
        return not_json(tree)
    return []


def not_json(value: Any, steps: Steps = ()) -> list[Diagnostic]:
    """Say everything in a value that no JSON can hold; ``steps`` lead to the value."""
    return list(_faults(value, steps))


def _copied(value: Any) -> Any:
    """Copy plain data.

    Raises:
        ValueError: it holds what JSON cannot.
    """
    # What a manifest holds is plain text for the most part, in dicts and lists: these have a shorter way.
    if isinstance(value, _LISTS):
        return [item if type(item) is str and item.isascii() else _copied(item) for item in value]
    if type(value) is dict or isinstance(value, Mapping):
        copied: dict[str, Any] = {}
        for key, item in value.items():
            if not (type(key) is str and key.isascii()) and not (isinstance(key, str) and _is_text(key)):
                raise ValueError(key)
            kind = type(item)
            copied[key] = item if kind is bool or (kind is str and item.isascii()) else _copied(item)
        return copied
    if _foreign(value) is not None:
        raise ValueError(value)
    return value


def _faults(value: Any, steps: Steps) -> Iterator[Diagnostic]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield NOT_JSON.at(steps, found=NO_TEXT_KEY)
            elif not _is_text(key):
                yield NOT_JSON.at(steps, found=_HALF)
            elif type(item) is not str or not item.isascii():  # most are: no need to ask further
                yield from _faults(item, (*steps, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _faults(item, (*steps, index))
    elif (found := _foreign(value)) is not None:
        yield NOT_JSON.at(steps, found=found)


def _foreign(value: Any) -> str | None:
    """Name what JSON cannot hold; None for what it can."""
    if isinstance(value, str):
        return None if _is_text(value) else _HALF
    if isinstance(value, float):
        return None if math.isfinite(value) else "a number that is not finite"
    if isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        return "a number of thousands of digits"
    return None if value is None or isinstance(value, int) else f"a {type(value).__name__}"


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
