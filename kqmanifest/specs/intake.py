"""The intake: every input is taken once, as plain data; what JSON cannot hold is marked, and reported at its place.

After it there are only dicts, lists, strings, numbers, true, false and null, each of exactly that type: no code of an odd value runs there.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any, Final

from kqmanifest.limits import DEFAULT, TOO_DEEP, TOO_MANY_VALUES, Limits
from kqmanifest.specs.foreign import HALF, NAMED, TYPE_NAME, Foreign, foreign, is_text

NO_TEXT_KEY: Final = "a key that is not a string"
_VOLUMES: Final = frozenset({"volumes", NAMED})


class TooMuchError(Exception):
    """The input has too many levels or values, or contains itself."""

    def __init__(self, limits: Limits, *, is_deep: bool) -> None:
        """Hold the diagnostic of it."""
        super().__init__()
        self.finding = TOO_DEEP.at((), deepest=limits.depth) if is_deep else TOO_MANY_VALUES.at((), most=limits.nodes)


class Intake:
    """Takes the input of one call, and counts its values."""

    __slots__ = ("_deepest", "_left", "_limits", "marks")

    def __init__(self, limits: Limits = DEFAULT) -> None:
        """Begin to count."""
        self._limits = limits
        self._deepest = limits.depth
        self.begin()
        self.marks = 0
        """How many values were taken that JSON cannot hold."""

    def take(self, value: Any, depth: int = 0, under: str = "") -> Any:
        """Take a value as plain data of its own, with a :class:`Foreign` in place of whatever JSON cannot hold.

        A subclass of a plain type, a member of an ``IntEnum`` say, is taken as the plain value that it holds; a model in the form of a
        spec; any other mapping by its items, read once. ``under`` is the key of the value.

        Raises:
            TooMuchError: it has more levels than allowed, contains itself, or holds too many values.
        """
        kind = type(value)
        if kind is dict:
            return self.members(value.items(), len(value), depth, under)
        if kind is str:
            return value if value.isascii() or is_text(value) else self.mark(HALF)
        if kind is list or kind is tuple:
            self.count(len(value), depth)
            depth += 1
            # Most values of a manifest are plain strings: they take a shorter path, here and among members.
            named = NAMED if under is NAMED else ""
            take = self.take
            return [item if type(item) is str and item.isascii() else take(item, depth, named) for item in value]
        if value is None or kind is bool:
            return value
        if kind is int or kind is float:
            found = foreign(value)
            return value if found is None else self.mark(found)
        return self._of_class(value, kind, depth, under)

    def begin(self) -> None:
        """Start to count the values of a document."""
        self._left = self._limits.nodes - 1

    def count(self, values: int, depth: int) -> None:
        """Count the values of a list or object at a depth.

        Raises:
            TooMuchError: they are too many, or too deep.
        """
        self._left -= values
        if self._left < 0 or depth >= self._deepest:
            raise TooMuchError(self._limits, is_deep=depth >= self._deepest)

    def mark(self, found: str, *, is_object: bool = False) -> Foreign:
        """Mark a place where something was found that JSON cannot hold."""
        self.marks += 1
        return Foreign(found, is_object=is_object)

    def members(self, members: Iterable[tuple[Any, Any]], length: int, depth: int, under: str) -> dict[str, Any] | Foreign:
        """Take the members of an object, of which there are ``length``.

        Raises:
            TooMuchError: as for :meth:`take`.
        """
        self._left -= length
        if self._left < 0 or depth >= self._deepest:
            raise TooMuchError(self._limits, is_deep=depth >= self._deepest)
        depth += 1
        copied: dict[str, Any] = {}
        named = under in _VOLUMES
        for given, item in members:
            key = given
            if type(key) is not str or not key.isascii():
                if not issubclass(type(key), str):
                    return self.mark(NO_TEXT_KEY, is_object=True)
                key = str.__str__(key)
                if key in copied or not is_text(key):
                    return self.mark(NO_TEXT_KEY if key in copied else HALF, is_object=True)
            kind = type(item)
            if kind is bool or (kind is str and item.isascii()):
                copied[key] = item
            elif kind is dict:
                copied[key] = self.members(item.items(), len(item), depth, "" if named else key)
            else:
                copied[key] = self.take(item, depth, NAMED if named else key)
        return copied

    def _of_class(self, value: Any, kind: type[Any], depth: int, under: str) -> Any:
        """Take a value of a class of its own: by its actual type, never by what it claims to be."""
        forms = model_forms()
        if kind is forms.FrozenDict:
            return self.members(value.items(), len(value), depth, NAMED)
        if issubclass(kind, forms.PARTS):
            return forms.form_of(self, value, kind, depth, under)
        if kind is Foreign:
            return self.mark(value.found)
        for plain, convert in _PLAIN:
            if issubclass(kind, plain):
                return self.take(convert(value), depth, under)
        if issubclass(kind, dict):
            return self.members([*dict.items(value)], dict.__len__(value), depth, under)
        try:
            members = _items(value, kind, self._left)
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001  it is somebody's own code, and may raise anything
            return self.mark("a mapping that cannot be read")
        if members is None:
            return self.mark(f"a {TYPE_NAME(kind)}")
        return self.members(members, len(members), depth, under)


@functools.cache
def model_forms() -> ModuleType:
    """Return what writes models in the form of a spec: what is plain data, as any text is, needs none of it."""
    from kqmanifest.specs import model_forms as module  # noqa: PLC0415  see above

    return module


_PLAIN: Final[Sequence[tuple[type[Any], Callable[[Any], Any]]]] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (list, list.copy),
    (tuple, lambda value: [*tuple.__iter__(value)]),
)
"""How a value of a subclass is converted to the plain one that it holds, without calling the subclass."""


def _items(value: Any, kind: type[Any], most: int) -> list[tuple[Any, Any]] | None:
    """Read the items of a mapping that is not a dict, once; None where it is not a mapping. Raises whatever that raises.

    Raises:
        ValueError: there are not as many as its length says.
    """
    if not issubclass(kind, Mapping):
        return None
    length = len(value)
    items = [(key, item) for key, item in itertools.islice(value.items(), min(length, most) + 1)]  # it may have no end
    if len(items) != length:
        raise ValueError(length)
    return items
