"""Diagnostics for people: what is wrong, their own line with a mark, what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from kqmanifest.cli.colour import paint, wanted
from kqmanifest.cli.excerpt import ShownText
from kqmanifest.cli.files import Given
from kqmanifest.cli.terminal import columns
from kqmanifest.diagnostics import places

if TYPE_CHECKING:
    from kqmanifest.cli.colour import When
    from kqmanifest.diagnostics import Diagnostic

Texts: TypeAlias = "Mapping[str, Given | str | bytes]"
"""What was read, by its name in diagnostics."""

_WIDTH: Final = 100
"""Columns where no terminal reports its width."""
_UNREAD: Final = "KQ0"


def told(diagnostics: Sequence[Diagnostic], texts: Texts, when: When, words: Mapping[str, str]) -> str:
    """Format all diagnostics, and after several their number."""
    colours = wanted(when, sys.stderr)
    room = columns(sys.stderr, _WIDTH)
    sources: dict[str, ShownText] = {}
    lines: list[str] = []
    for one, place in zip(diagnostics, places(diagnostics), strict=True):
        if one.source in texts and one.source not in sources and one.line is not None:
            sources[one.source] = ShownText.of(texts[one.source], one.source)
        lines.append(_headline(one, place, words, colours=colours))
        if (source := sources.get(one.source)) is not None:
            lines += _excerpt(one, source, room, colours=colours)
        if one.hint:
            lines.append(f"  {paint(words['hint'] + ':', 'hint', colours=colours)} {one.hint}")
    if len(diagnostics) > 1:
        lines.append(_summary(diagnostics, words))
    return "\n".join(lines) + "\n"


def _headline(one: Diagnostic, place: str, words: Mapping[str, str], *, colours: bool) -> str:
    severity = paint(f"{words[one.severity]}:", one.severity, colours=colours)
    return f"{f'{place}: ' if place else ''}{severity} {one.message} {paint(f'[{one.code}]', 'code', colours=colours)}"


def _excerpt(one: Diagnostic, source: ShownText, room: int, *, colours: bool) -> Iterator[str]:
    if one.line is None:
        return
    gutter = f"{one.line:>4} | "
    unread, encoding = one.code.startswith(_UNREAD), getattr(sys.stderr, "encoding", None) or "utf-8"
    found = source.excerpt(one.line, one.column or 1, room=room - len(gutter), unread=unread, encoding=encoding, document=one.document)
    if found is None or not found.line:
        return
    yield f"{paint(gutter.rstrip(), 'gutter', colours=colours)} {found.line}"
    blank = len(found.mark) - len(found.mark.lstrip())
    bar = paint("|".rjust(len(gutter) - 1), "gutter", colours=colours)
    yield f"{bar} {found.mark[:blank]}{paint(found.mark[blank:], one.severity, colours=colours)}"


def _summary(diagnostics: Sequence[Diagnostic], words: Mapping[str, str]) -> str:
    errors = sum(one.severity == "error" for one in diagnostics)
    warnings = len(diagnostics) - errors
    said = [
        words[f"one {name}"] if count == 1 else words[f"{name}s"].format(count=count)
        for name, count in (("error", errors), ("warning", warnings))
        if count
    ]
    return words["both"].format(errors=said[0], warnings=said[1]) if len(said) > 1 else said[0]
