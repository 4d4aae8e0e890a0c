"""Where objects hold quantities: the published type of a field says so, wherever its value came from."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from kqmanifest.schema.published import Published, target

Rewrite: TypeAlias = Callable[[Any], Any]
"""Returns the new value of a quantity."""

_QUANTITY: Final = "Quantity"


def rewrite_quantities(tree: dict[str, Any], version: Published, rewrite: Rewrite) -> None:
    """Replace each quantity of an object with what ``rewrite`` makes of it; an object without a published type stays as it is.

    Dicts and lists stay the same ones. ``rewrite`` gets every value where a quantity belongs, except null.
    """
    type_name = version.type_of(tree.get("apiVersion"), tree.get("kind"))
    visit = None if type_name is None else _visitor(version, type_name, rewrite)
    if visit is not None:
        visit(tree)


@functools.lru_cache(maxsize=256)
def _visitor(version: Published, type_name: str, rewrite: Rewrite) -> Rewrite | None:
    """Compile the walk over the quantities of a type of object; None where it holds none. It looks at nothing that holds none."""
    visitors: dict[str, Rewrite | None] = dict.fromkeys(_holding(version, type_name))
    for name in visitors:
        visitors[name] = _visit(version.definitions[name], visitors, rewrite)
    return visitors.get(type_name)


def _holding(version: Published, type_name: str) -> list[str]:
    """Name the types that hold quantities, at any depth: of those that ``type_name`` refers to, and it itself."""
    holders: dict[str, list[str]] = {type_name: []}
    inside = [type_name]
    for name in inside:
        for held in _held(version.definitions[name]):
            if held not in holders:
                holders[held] = []
                inside.append(held)
            holders[held].append(name)
    found = dict.fromkeys(holders.get(_QUANTITY, ()))
    waiting = [*found]
    for name in waiting:
        waiting += [holder for holder in dict.fromkeys(holders[name]) if holder not in found]
        found |= dict.fromkeys(waiting)
    return waiting


def _held(schema: Mapping[str, Any]) -> Iterator[str]:
    """Name the types that a schema refers to."""
    name = target(schema)
    if name is not None:
        yield name
    for part in (*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")):
        if isinstance(part, Mapping):
            yield from _held(part)


def _visit(schema: Mapping[str, Any], visitors: Mapping[str, Rewrite | None], rewrite: Rewrite) -> Rewrite | None:
    """Compile the walk over a value of this schema; None where it holds no quantity."""
    name = target(schema)
    if name == _QUANTITY:
        return rewrite
    if name is not None:
        return _later(name, visitors) if name in visitors else None
    if "properties" in schema:
        parts = ((field, _visit(part, visitors, rewrite)) for field, part in schema["properties"].items())
        fields = [(field, visit) for field, visit in parts if visit is not None]
        return _object(fields) if fields else None
    for key, whole in (("items", _list), ("additionalProperties", _map)):
        part = schema.get(key)
        visit = _visit(part, visitors, rewrite) if isinstance(part, Mapping) else None
        if visit is not None:
            return whole(visit)
    return None


def _later(name: str, visitors: Mapping[str, Rewrite | None]) -> Rewrite:
    """Find the walk of a type when it is needed: types may hold each other."""

    def visit(node: Any) -> Any:
        known = visitors[name]
        return node if known is None else known(node)

    return visit


def _object(fields: list[tuple[str, Rewrite]]) -> Rewrite:
    def visit(node: Any) -> Any:
        if type(node) is dict:
            for key, inner in fields:
                value = node.get(key)
                if value is not None:
                    node[key] = inner(value)
        return node

    return visit


def _map(inner: Rewrite) -> Rewrite:
    def visit(node: Any) -> Any:
        if type(node) is dict:
            for key, value in node.items():
                node[key] = inner(value)
        return node

    return visit


def _list(inner: Rewrite) -> Rewrite:
    def visit(node: Any) -> Any:
        if type(node) is list:
            for index, value in enumerate(node):
                node[index] = inner(value)
        return node

    return visit
