"""What an editor says of a field: the docstring below it, and the examples that the docstring gives."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from kqmanifest.diagnostics import Json
from kqmanifest.model.values import Model

_CODE: Final = re.compile(r"``(.+?)``")
_LISTED: Final = re.compile(r"(?:^|such as |: |by default |also |, |or )``(.+?)``")
_NAME: Final = re.compile(r"[A-Z]\w+")
_NAMES: Final = re.compile(r"{0}(?:, {0})+(?: or {0})?|{0} or {0}".format(r"\b[A-Z]\w+(?: \(left out\))?"))
_TYPES: Final[Mapping[type, frozenset[str]]] = {
    str: frozenset({"string"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
}


def documentation(model: type[Model]) -> str:
    """Return the docstring of a model."""
    return inspect.cleandoc(model.__doc__ or "")


def caption(text: str) -> str:
    """Return the first sentence of a docstring, as plain text."""
    return text.partition(". ")[0].rstrip(".").replace("``", "") + "."


def described(schema: Mapping[str, Json], text: str) -> dict[str, Json]:
    """Put a docstring before a schema, and after it those examples of the docstring that the schema takes.

    ``markdownDescription`` is what an editor prefers where it knows it: there, code is set as code.
    """
    said = {"description", "markdownDescription"}
    schema = {key: value for key, value in schema.items() if key not in said} if text else schema
    words: dict[str, Json] = {"description": text.replace("``", "`")} if text else {}
    if "``" in text:
        words["markdownDescription"] = _CODE.sub(r"`\1`", text)
    return {**words, **_exemplified(schema, [*examples(text)])}


def examples(text: str) -> Iterator[Json]:
    """Find the values that a docstring lists: code after such words as ``such as``, and names as in ``TCP, UDP or SCTP``."""
    for names in _NAMES.findall(text):
        yield from _NAME.findall(names)
    for code in _LISTED.findall(text):
        try:
            yield json.loads(code)
        except ValueError:
            yield code


def _exemplified(schema: Mapping[str, Json], values: list[Json]) -> dict[str, Json]:
    """Add the values as examples: to a schema that takes their type, or to that of its items."""
    taken = [value for value in values if _TYPES.get(type(value), frozenset()) & _types(schema)]
    if taken:
        return {**schema, "examples": taken}
    items = schema.get("items")
    return {**schema, "items": _exemplified(items, values)} if isinstance(items, dict) else {**schema}


def _types(schema: Mapping[str, Json]) -> frozenset[str]:
    """Name the types that a schema says outright that it takes."""
    types = schema.get("type", [])
    return frozenset(str(one) for one in (types if isinstance(types, list) else [types]))
