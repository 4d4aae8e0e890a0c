"""Docstrings and sentences of the code as MyST, and example values as YAML that fits a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from kqmanifest import emit

WIDEST = 76
"""Characters that a block of code on a page shows without scrolling."""

_CODE = re.compile(r"(``?[^`]+``?)")
_ROLE = re.compile(r":[a-z]+:`~?([^`]+)`")
_BLANK = re.compile(r"\{(\w+)\}")
_MARKUP = re.compile(r"([\\*_{}\[\]<>#|~$&])")


def prose(text: str) -> str:
    """Write a docstring's text as MyST: its code stays code, and nothing else is markup."""
    parts = _CODE.split(_ROLE.sub(r"``\1``", text))
    return "".join(f"`{part.strip('`')}`" if index % 2 else _MARKUP.sub(r"\\\1", part) for index, part in enumerate(parts))


def sentence(template: str) -> str:
    """Write a sentence that a fault is told with as MyST: its blanks slanted, and what makes a sentence of it."""
    parts = _CODE.split(template.replace("{{", "\0").replace("}}", "\1"))
    told = "".join(_BLANK.sub(r"<\1>", part) if index % 2 else _slanted(part) for index, part in enumerate(parts))
    told = told.replace("\0", "{").replace("\1", "}")
    return told[:1].upper() + told[1:] + ("" if template.endswith("?") else ".")


def _slanted(text: str) -> str:
    parts = _BLANK.split(text)
    return "".join(f"*{part}*" if index % 2 else prose(part) for index, part in enumerate(parts))


def fence(text: str, language: str) -> Iterator[str]:
    """Write a block of code."""
    yield f"```{language}"
    yield text.rstrip("\n")
    yield "```\n"


def laid_out(text: str) -> str:
    """Lay an example in YAML out anew where its lines are too long for a page."""
    if all(len(line) <= WIDEST for line in text.splitlines()):
        return text
    return "---\n".join("\n".join(_lines(one)) + "\n" for one in yaml.safe_load_all(text))


def _lines(value: Any) -> Iterator[str]:
    """Write a value in block style, and in flow style what is small and stands deep."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _entry(f"{_flow(key)}:", item, deeper="  " if isinstance(item, dict) else "")
    elif isinstance(value, list):
        for item in value:
            head, *rest = [_flow(item)] if _is_small(item) else [*_lines(item)]
            yield f"- {head}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _flow(value)


def _entry(head: str, item: Any, *, deeper: str) -> Iterator[str]:
    if not isinstance(item, dict | list) or not item or (_is_small(item) and not _holds_objects(item)):
        yield f"{head} {_flow(item)}"
        return
    yield head
    yield from (f"{deeper}{line}" for line in _lines(item))


def _is_small(value: Any) -> bool:
    return len(_flow(value)) <= WIDEST - 16


def _holds_objects(value: Any) -> bool:
    items: Iterable[Any] = value.values() if isinstance(value, dict) else value
    return isinstance(value, list) and any(isinstance(item, dict) and len(item) > 1 for item in items)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    bare = emit.yaml([value]).removesuffix("\n") if isinstance(value, str | int | float | None) else str(value)
    return json.dumps(value, ensure_ascii=False) if re.search(r"[,\[\]{}\n]", bare) and not bare.startswith('"') else bare
