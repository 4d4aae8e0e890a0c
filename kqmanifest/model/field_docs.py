"""What each model and field means, from the docstrings beside them."""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import sys
from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from kqmanifest.model.values import Model, once


@once
def meanings(model: type[Any]) -> Mapping[str, str]:
    """Return what the docstrings say of a model's fields, by their keys in a spec, inherited ones too."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, Model):
            found |= _docstrings(one)
    return found


def _docstrings(model: type[Model]) -> dict[str, str]:
    found: dict[str, str] = {}
    fields = model.__pydantic_fields__  # type: ignore[attr-defined]  # pydantic's, on every model
    definition = _classes(model.__module__).get(model.__name__)
    for field, text in itertools.pairwise(definition.body if definition else []):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))) if name in fields:
                found[fields[name].alias or to_camel(name)] = inspect.cleandoc(words)
    return found


@functools.cache
def _classes(module: str) -> Mapping[str, ast.ClassDef]:
    """Read the classes of a module, once for all of them: to look for each one again costs ten times as much."""
    try:
        tree = ast.parse(inspect.getsource(sys.modules[module]))
    except OSError:  # installed without its source
        return {}
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
