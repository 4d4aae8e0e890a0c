"""Objects become text that every reader reads alike.

Every writer here takes plain JSON values: finite floats, strings without lone surrogates.
"""

from __future__ import annotations

from collections.abc import Sequence
from json import dumps
from typing import TYPE_CHECKING

from kqmanifest.emit.block import write as _write_block
from kqmanifest.emit.flow import write as _write_flow

if TYPE_CHECKING:
    from kqmanifest.diagnostics import Json

__all__ = ["data", "json", "kyaml", "yaml"]


def yaml(objects: Sequence[Json]) -> str:
    """Write the objects as YAML documents in block style, laid out as kubectl does."""
    return "---\n".join(map(_write_block, objects))


def kyaml(objects: Sequence[Json]) -> str:
    """Write the objects as KYAML, the dialect of ``kubectl -o kyaml``: each opened by ``---``."""
    return "".join(f"---\n{_write_flow(one)}\n" for one in objects)


def json(objects: Sequence[Json]) -> str:
    """Write one object as JSON as it is, and several (or none) as one ``v1`` List."""
    whole: Json = objects[0] if len(objects) == 1 else {"apiVersion": "v1", "kind": "List", "items": list(objects)}
    return data(whole)


def data(value: Json) -> str:
    """Write any value as JSON; what cannot be printed, a terminal's control characters among it, is written as its number."""
    text = dumps(value, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    if text.isascii() and "\x7f" not in text:
        return text
    unseen = {char for char in set(text) if not char.isprintable() and char != "\n"}
    return text.translate({ord(char): dumps(char)[1:-1] if char != "\x7f" else "\\u007f" for char in unseen}) if unseen else text
