"""Objects that are manifests already: they pass as they are, copied, if JSON can hold them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault, Steps

NOT_JSON: Final = Fault("KQ1009", "a manifest cannot hold {found}", ("write text, a number, true, false, null, a list or an object",))
TOO_DEEP: Final = Fault(
    "KQ1010", "this is nested too deeply to be read", ("nest it less: Kubernetes itself reads no more than 10,000 levels",)
)

_HALF: Final = "half of a surrogate pair"


def passed(value: Mapping[str, Any]) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Copy a manifest into plain dicts and lists, and say what in it is no JSON.

    Raises:
        RecursionError: it is nested too deeply, or holds itself.
    """
    return _copied(value), list(_faults(value, ()))


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(item) for item in value]
    return value


def _faults(value: Any, steps: Steps) -> Iterator[Diagnostic]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield NOT_JSON.at(steps, found="a key that is no text")
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
    return None if value is None or isinstance(value, int) else f"a {type(value).__name__}"


def _is_text(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
