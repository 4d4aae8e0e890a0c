"""Where a field belongs that stands where its object has none of that name: around it, within it, or in a list beside it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.diagnostics import Json, Step, Steps
from kqmanifest.schema.published import Published, target

_HOW_FAR_DOWN: Final = 3
_MANY_ITEMS: Final = 8
_LISTS: Final = frozenset({"containers", "volumeMounts"})
"""The lists of which an item is meant where none is there yet."""
_BY_NAME: Final[Mapping[str, str]] = {"volumes": "volumeMounts"}
"""The list whose items are what those of another one are named after."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """The place of a fault: the steps to it, the type that contains it and the schema of the value there."""

    steps: Steps
    owner: str
    schema: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name the place by its last key; an item by its list and number."""
        if not self.steps:
            return f"the {word(self.owner)}"
        last = self.steps[-1]
        if isinstance(last, str):
            return last
        return f"{self.steps[-2] if len(self.steps) > 1 else 'the list'}[{last}]"


@dataclasses.dataclass(frozen=True, slots=True)
class Homes:
    """An object, the type that it should be of, and where its fields belong."""

    published: Published
    type_name: str
    node: Json

    def place(self, steps: Steps) -> Place:
        """Follow the schema to a place. The type that contains it is the last named one on the way."""
        schema: Mapping[str, Any] = {"$ref": f"#/$defs/{self.type_name}"}
        owner = self.type_name
        for step in steps:
            owner = target(schema) or owner
            schema = self._below(schema, step)
        return Place(steps, owner, schema)

    def _below(self, schema: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
        named = target(schema)
        here = self.published.definitions[named] if named else schema
        inner = here.get("items") if isinstance(step, int) else here.get("properties", {}).get(step, here.get("additionalProperties"))
        return inner if isinstance(inner, dict) else {}

    def owner(self, steps: Steps) -> str:
        """Name the type of the object at a place."""
        place = self.place(steps)
        return target(place.schema) or place.owner

    def candidates(self, within: Steps, unknown: Iterable[str]) -> Mapping[str, Sequence[Steps]]:
        """Find where each field may belong; of several places for one, the one that another field certainly belongs to."""
        homes = {field: self._find(within, field) for field in unknown}
        sure = {found[0][:-1] for found in homes.values() if len(found) == 1}
        return {field: [home for home in found if home[:-1] in sure] or found for field, found in homes.items()}

    def _find(self, within: Steps, field: str) -> Sequence[Steps]:
        """Find where nearby a field belongs: an object around this one, the nearest ones within it, or those in lists around it."""
        for depth in range(len(within) - 1, -1, -1):
            if field in self.published.fields(target(self.place(within[:depth]).schema)):
                return [(*within[:depth], field)]
        return self._within(within, field) or self._beside(within, field)

    def _within(self, within: Steps, field: str) -> Sequence[Steps]:
        level = [(within, self.owner(within))]
        for _ in range(_HOW_FAR_DOWN):
            level = [(steps, inner) for one in level for steps, inner in self._objects(*one)]
            homes = [(*steps, field) for steps, owner in level if field in self.published.fields(owner)]
            if homes:
                return homes
        return []

    def _beside(self, within: Steps, field: str) -> Sequence[Steps]:
        """Find the nearest object around this one that has the field somewhere in its lists, or in what they hold."""
        for depth in range(len(within), -1, -1):
            owner = target(self.place(within[:depth]).schema)
            if not owner:
                continue
            level = [(within[:depth], owner)]
            for _ in range(_HOW_FAR_DOWN):
                level = [below for one in level for below in (*self._objects(*one), *self._items(*one, within))]
                homes = [(*steps, field) for steps, inner in level if field in self.published.fields(inner)]
                if homes:
                    return homes
        return []

    def _objects(self, steps: Steps, owner: str) -> Iterator[tuple[Steps, str]]:
        """Go to the objects in the fields of one."""
        for name, schema in self.published.fields(owner).items():
            inner = target(schema)
            if inner and name != "status":
                yield (*steps, name), inner

    def _items(self, steps: Steps, owner: str, within: Steps) -> Iterator[tuple[Steps, str]]:
        """Go to the items of the lists in the fields of an object; of those that are named after something, to the one of that name."""
        here = _at(self.node, steps)
        for name, schema in self.published.fields(owner).items():
            inner = target(schema.get("items")) if name in _LISTS else None
            if inner:
                given = here.get(name) if isinstance(here, Mapping) else None
                items = given if isinstance(given, list) else [None]
                if len(items) > _MANY_ITEMS:
                    continue  # which of them is meant cannot be told, and each would be looked through for each field
                named = self._named(items, name, within)
                yield from (((*steps, name, index), inner) for index in (range(len(items)) if named is None else named))

    def _named(self, items: Sequence[Json], name: str, within: Steps) -> Sequence[int] | None:
        """Return the items that are named as the one that holds the field; None where nothing is named so."""
        if len(within) > 1 and _BY_NAME.get(str(within[-2])) == name:
            own = _at(self.node, within)
            meant = own.get("name") if isinstance(own, Mapping) else None
            return [index for index, item in enumerate(items) if isinstance(item, Mapping) and item.get("name") == meant] or None
        return None


def _at(node: Json, steps: Steps) -> Any:
    here: Any = node
    for step in steps:
        try:
            here = here[step]
        except (TypeError, LookupError):
            return None
    return here


def inner_paths(within: Steps, homes: Sequence[Steps]) -> list[str] | None:
    """Name the fields of an object that lead to these places in it; None where there are none."""
    inner = [home[len(within) : -1] for home in homes if home[: len(within)] == within]
    return [".".join(map(str, names)) for names in inner if names] or None


def word(type_name: str) -> str:
    """Return the short name of a type."""
    return type_name.rsplit(".", 1)[-1]
