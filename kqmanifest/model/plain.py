"""Models as plain data: keys as in Kubernetes, and nothing that was not given."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

from pydantic.alias_generators import to_camel

from kqmanifest.model.values import FrozenDict, Model, thawed


def plain(model: Any) -> Any:
    """Write a value as Kubernetes does: keys in camelCase, what was not given left out, everything copied."""
    if not isinstance(model, Model):
        return [plain(one) for one in model] if isinstance(model, tuple) else thawed(model)
    tree = fields(model)
    return tree | thawed(model.other) if model.other else tree


_SCALARS: Final = frozenset({str, bool, int, float})


def fields(model: Model, *without: str) -> dict[str, Any]:
    """Write the fields of a model alone, ``without`` the short forms."""
    found: dict[str, Any] = {}
    for name, key, empties in written_fields(type(model), without):  # type: ignore[arg-type]  # a class has its hash, whatever its objects have
        value = getattr(model, name)
        if value is not None and (value or not empties):
            found[key] = value if type(value) in _SCALARS else plain(value)
    return found


@functools.lru_cache(maxsize=256)
def written_fields(model: type[Any], without: tuple[str, ...]) -> tuple[tuple[str, str, bool], ...]:
    """List a model's fields: name, key, and whether an empty value is the same as none."""
    known: Mapping[str, Any] = model.__pydantic_fields__
    return tuple(
        (name, field.alias or to_camel(name), field.default == () or field.default_factory is FrozenDict)
        for name, field in known.items()
        if name not in ("other", *without)
    )
