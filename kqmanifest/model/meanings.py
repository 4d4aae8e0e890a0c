"""What each model and field means, from the docstrings beside them."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from kqmanifest.model.values import Model, once


@once
def meanings(model: type[Any]) -> Mapping[str, str]:
    """Give what the docstrings say of a model's fields, by their keys in a spec, inherited ones too."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, Model):
            found |= _docstrings(one)
    return found


def _docstrings(model: type[Model]) -> dict[str, str]:
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    except OSError:  # installed without its source
        return {}
    found: dict[str, str] = {}
    fields = model.__pydantic_fields__  # type: ignore[attr-defined]  # pydantic's, on every model
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for field, text in itertools.pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))) if name in fields:
                found[fields[name].alias or to_camel(name)] = inspect.cleandoc(words)
    return found
