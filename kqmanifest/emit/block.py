"""YAML in block style, laid out as kubectl prints it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from kqmanifest.diagnostics import Json
from kqmanifest.emit.scalar import HIDDEN, LONGEST_KEY, Remembered, is_bare, number, one_line, quote

Put: TypeAlias = Callable[[str], None]

# Lines that a literal block holds: some text, nothing to escape but tabs and newlines, no white space at the very end.
_LITERAL: Final = re.compile(rf"(?=\s*\S)(?:[^{HIDDEN}]|[\t\n])*(?<![ \t])")


def write(value: Json) -> str:
    """Write one document, without a separator."""
    lines: list[str] = []
    if isinstance(value, dict) and value:
        _mapping(value, "", "", lines.append)
    elif isinstance(value, list) and value:
        _sequence(value, "", "", lines.append)
    else:
        lines.append(f"{_leaf(value)}\n")
    return "".join(lines)


def _mapping(members: dict[str, Json], pad: str, lead: str, put: Put) -> None:
    """Write the members, the first after ``lead``, the others after ``pad``."""
    for key, value in members.items():
        head = _HEADS[key] or _long_head(key, pad)
        kind = type(value)
        if kind is str:
            put(f"{lead}{head} {value if is_bare(value) else _scalar(value, pad)}\n")  # type: ignore[arg-type]  # kind is its type
        elif kind is dict and value:
            put(f"{lead}{head}\n")
            _mapping(value, pad + "  ", pad + "  ", put)  # type: ignore[arg-type]  # kind is its type
        elif kind is list and value:
            put(f"{lead}{head}\n")
            _sequence(value, pad, pad, put)  # type: ignore[arg-type]  # kind is its type
        else:
            put(f"{lead}{head} {_leaf(value)}\n")
        lead = pad


def _sequence(items: list[Json], pad: str, lead: str, put: Put) -> None:
    """Write the items, the first after ``lead``, the others after ``pad``."""
    head = lead + "- "
    for value in items:
        kind = type(value)
        if kind is dict and value:
            _mapping(value, pad + "  ", head, put)  # type: ignore[arg-type]  # kind is its type
        elif kind is str:
            put(f"{head}{value if is_bare(value) else _scalar(value, pad)}\n")  # type: ignore[arg-type]  # kind is its type
        elif kind is list and value:
            _sequence(value, pad + "  ", head, put)  # type: ignore[arg-type]  # kind is its type
        else:
            put(f"{head}{_leaf(value)}\n")
        head = pad + "- "


def _head(key: str) -> str:
    """Write a key and its colon; return nothing for one that some readers would reject."""
    text = one_line(key)
    return f"{text}:" if len(text) <= LONGEST_KEY else ""


def _long_head(key: str, pad: str) -> str:
    return f"? {one_line(key)}\n{pad}:"


def _scalar(text: str, pad: str) -> str:
    """Write a string that is not bare: in quotes, or as a literal block in a collection that is indented by ``pad``."""
    return _block(text, pad) if "\n" in text and _LITERAL.fullmatch(text) else quote(text)


def _block(text: str, pad: str) -> str:
    """Write a string of many lines as a literal block."""
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    # The reader takes leading spaces of the first line for indentation, unless the header says otherwise.
    told = "2" if text[0] in " \t\n" else ""
    kept = "-" if ends == 0 else "" if ends == 1 else "+"
    lines = "\n".join(f"{pad}  {line}" if line else "" for line in body.split("\n"))
    return f"|{told}{kept}\n{lines}" + "\n" * max(ends - 1, 0)


def _leaf(value: Json) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    return one_line(value) if isinstance(value, str) else number(value)


_HEADS: Final = Remembered(_head)
