"""Models in the form of a spec: what a file would say in their place."""

from __future__ import annotations

from typing import Any, Final, Protocol

from kqmanifest.model.plain import written_fields
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import FrozenDict, Model
from kqmanifest.model.volumes import SOURCES, RawSource, SeveralSources
from kqmanifest.specs.foreign import NAMED, Foreign

_INNER: Final = ("pod", "job")
"""The fields that hold a document within another, which has no kind."""
_EMPTY: Final = (tuple, FrozenDict)
_SOURCE: Final = ("source",)
_OWN: Final = tuple(SOURCES.values())
PARTS: Final = (Model, RawSource, SeveralSources)
"""The values of which a spec is made in Python."""


class Taker(Protocol):
    """Takes values as plain data, and counts them."""

    def take(self, value: Any, depth: int = 0, under: str = "") -> Any:
        """Take a value at a depth, and under a key."""

    def count(self, values: int, depth: int) -> None:
        """Count values at a depth."""


def is_document(kind: type[Any]) -> bool:
    """Return whether a class is one of what can stand alone in a spec."""
    return issubclass(kind, KindModel)


def form_of(intake: Taker, model: Any, kind: type[Any], depth: int, under: str) -> Any:
    """Take a model in the form of a spec, without the fields that it lacks."""
    if issubclass(kind, RawSource):
        return intake.take({_held(model, "source"): _held(model, "value")}, depth)
    if issubclass(kind, SeveralSources):
        several = intake.take(_held(model, "of"), depth, NAMED)
        return {key: body for one in several for key, body in one.items()} if isinstance(several, list) else several
    if under == NAMED and issubclass(kind, _OWN):
        return {next(key for key, own in SOURCES.items() if issubclass(kind, own)): form_of(intake, model, kind, depth + 1, "")}
    intake.count(1, depth)
    form: dict[str, Any] = {"kind": kind.__name__} if issubclass(kind, KindModel) and under not in _INNER else {}
    for name, key, empties in written_fields(kind, _SOURCE):  # type: ignore[arg-type]  # a class has its hash
        held = _held(model, name)
        if held is not None and not (empties and type(held) in _EMPTY and not held):
            form[key] = held if type(held) is str and held.isascii() else intake.take(held, depth + 1, key)
    for name in ("source", "other"):
        beside = intake.take(_held(model, name), depth, NAMED if name == "source" else "")
        if isinstance(beside, dict):
            form |= beside
        elif beside is not None:
            form[name] = beside
    return form


def _held(model: Any, name: str) -> Any:
    """Return what a model has in a field; None where it was never made."""
    try:
        return getattr(model, name, None)
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001  as above
        return Foreign("a field that cannot be read")
