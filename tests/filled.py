"""Objects that have every field that is published, each with a value of its type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kqmanifest.schema.published import Published, target

QUANTITY: Final = 4.5
"""What stands for a quantity; no other value is a number with a fraction."""
_OF_FORMAT: Final = {"date-time": "2026-01-31T08:00:00.000000Z", "byte": "aGVsbG8="}


def filled(version: Published, name: str) -> dict[str, Any]:
    """Fill an object of a kind (``apps/v1/Deployment``) as far as its types do not hold themselves."""
    api_version, _, kind = name.rpartition("/")
    return {**_value(version, version.definitions[version.kinds[name]], ()), "apiVersion": api_version, "kind": kind}


def _value(version: Published, schema: Mapping[str, Any], above: tuple[str, ...]) -> Any:
    name = target(schema)
    if name == "Quantity":
        return QUANTITY
    if name is not None:
        return None if name in above else _value(version, version.definitions[name], (*above, name))
    if "properties" in schema:
        values = {key: _value(version, one, above) for key, one in schema["properties"].items()}
        return {key: value for key, value in values.items() if value is not None}
    types = schema.get("type", "object")
    if "enum" in schema or "string" in types:
        return schema.get("enum", [_OF_FORMAT.get(schema.get("format", ""), "a")])[0]
    if "array" in types or "object" in types:
        inner = schema.get("items" if "array" in types else "additionalProperties")
        value = _value(version, inner, above) if isinstance(inner, Mapping) else None
        held = [] if value is None else [value]
        return held if "array" in types else dict.fromkeys("a" * len(held), value)
    return True if "boolean" in types else 1
