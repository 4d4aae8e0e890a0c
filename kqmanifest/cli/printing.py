"""Diagnostics for people: what is wrong, their own line with a mark, what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from kqmanifest.cli.colour import paint, wanted
from kqmanifest.cli.excerpt import Excerpt, ShownText
from kqmanifest.cli.files import Given
from kqmanifest.cli.terminal import columns
from kqmanifest.diagnostics import places

if TYPE_CHECKING:
    from kqmanifest.cli.colour import When
    from kqmanifest.diagnostics import Diagnostic

Texts: TypeAlias = "Mapping[str, Given | str | bytes]"
"""What was read, by its name in diagnostics."""

_Place: TypeAlias = "tuple[str, int | None, int | None, int | None, bool]"
_WIDTH: Final = 100
"""Columns where no terminal reports its width."""
_UNREAD: Final = "KQ0"


class Excerpts:
    """The lines that diagnostics are about: taken from their texts while these are at hand, or when they are printed."""

    def __init__(self, texts: Texts | None = None) -> None:
        """Hold the texts that stay at hand."""
        self._texts = texts or {}
        self._sources: dict[str, ShownText] = {}
        self._kept: dict[_Place, Excerpt] = {}
        self._room = columns(sys.stderr, _WIDTH)

    def keep(self, diagnostics: Iterable[Diagnostic], given: Given) -> None:
        """Keep the lines of a text that diagnostics are about, and let the text go."""
        source: ShownText | None = None
        for one in diagnostics:
            if one.line is not None and _place(one) not in self._kept:
                source = source or ShownText.of(given, one.source)
                excerpt = self._cut(one, source)
                if excerpt is not None:
                    self._kept[_place(one)] = excerpt

    def of(self, one: Diagnostic) -> Excerpt | None:
        """Return the line that a diagnostic is about, if its text was read."""
        if one.line is None:
            return None
        if one.source not in self._texts:
            return self._kept.get(_place(one))
        if one.source not in self._sources:
            self._sources[one.source] = ShownText.of(self._texts[one.source], one.source)
        return self._cut(one, self._sources[one.source])

    def _cut(self, one: Diagnostic, source: ShownText) -> Excerpt | None:
        encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
        room, unread = self._room - len(_gutter(one)), one.code.startswith(_UNREAD)
        return source.excerpt(one.line or 0, one.column or 1, room=room, unread=unread, encoding=encoding, document=one.document)


def told(diagnostics: Sequence[Diagnostic], texts: Texts | Excerpts, when: When, words: Mapping[str, str]) -> str:
    """Format all diagnostics, and after several their number."""
    colours = wanted(when, sys.stderr)
    excerpts = texts if isinstance(texts, Excerpts) else Excerpts(texts)
    lines: list[str] = []
    for one, place in zip(diagnostics, places(diagnostics), strict=True):
        lines.append(_headline(one, place, words, colours=colours))
        lines += _excerpt(one, excerpts.of(one), colours=colours)
        if one.hint:
            lines.append(f"  {paint(words['hint'] + ':', 'hint', colours=colours)} {one.hint}")
    if len(diagnostics) > 1:
        lines.append(_summary(diagnostics, words))
    return "\n".join(lines) + "\n"


def _place(one: Diagnostic) -> _Place:
    """Return what decides which line is shown, and what is marked in it."""
    return one.source, one.document, one.line, one.column, one.code.startswith(_UNREAD)


def _gutter(one: Diagnostic) -> str:
    return f"{one.line:>4} | "


def _headline(one: Diagnostic, place: str, words: Mapping[str, str], *, colours: bool) -> str:
    severity = paint(f"{words[one.severity]}:", one.severity, colours=colours)
    return f"{f'{place}: ' if place else ''}{severity} {one.message} {paint(f'[{one.code}]', 'code', colours=colours)}"


def _excerpt(one: Diagnostic, found: Excerpt | None, *, colours: bool) -> Iterator[str]:
    if found is None or not found.line:
        return
    gutter = _gutter(one)
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
