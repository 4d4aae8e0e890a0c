"""The user's own line, and a mark under what is at fault in it."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from kqmanifest.cli.masks import Span, masks
from kqmanifest.cli.secrecy import MASK
from kqmanifest.columns import cells as cells_of
from kqmanifest.diagnostics import spelt
from kqmanifest.importers import DOCKER_RUN

_CUT: Final = "…"
_OPENING: Final = "{["
_CLOSING: Final = "}]"
_TAB: Final = "    "
_WIDE: Final = 4
"""How many times as many characters as columns are looked at: some have no width, and a mask stands for many."""
_LEAST: Final = 20
_FAR: Final = 40
"""How many lines a list in brackets may have for what stands in it to be marked exactly."""
_REACH: Final = 4096
"""How many characters of them: a line may have millions, and each diagnostic in it is shown."""
_STRING: Final = r"""(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')"""
_TOKEN: Final = re.compile(rf"{_STRING}|[{{}}\[\],:]|-(?=\s|$)")
"""What is whole wherever it begins: a text in quotes, a mark of YAML."""
_TOLD: Final = re.compile(r"""(?<!\w)(?:"(?:\\.|[^"\\])*+"?|'(?:''|[^'])*+'?)|\s#.*""")
"""Where a bracket opens nothing: in quotes, closed or not; in a comment."""
_BLOCK: Final = re.compile(r"""\S(?:[^\s:,]++|:(?!\s|$)|,(?!\s*+(?:$|["']?[\w./-]++["']?:\s))|\s++(?!\#|$))*+""")
"""A bare value outside of brackets: up to a comment, the colon of a key, the end of the line, or a comma before a next key."""
_FLOW: Final = re.compile(r"[^\s,{}\[\]:](?:[^\s,{}\[\]:]++|:(?!\s|$)|\s++(?![,{}\[\]\#]|:\s|:$|$))*+")
"""A bare value within brackets: up to a comma, a bracket, the colon of a key, a comment, or the end of the line."""
_SHELL: Final = re.compile(r"""(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\])+""")
"""A word of a shell, quotes and all, closed or not."""
_WORD: Final = re.compile(r"\w+|.")
_UTF16: Final = re.compile(r"\w\0+\w\0+\w")
"""What a text in UTF-16 or UTF-32 looks like where it is taken for another one."""


class Excerpt(NamedTuple):
    """A line as it is to be shown, and the mark below it."""

    line: str
    mark: str


class _Cell(NamedTuple):
    shown: str
    width: int
    begin: int
    end: int


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """A text that was read, its lines, and what is not to be shown of it."""

    lines: Sequence[str]
    starts: Sequence[int]
    masks: Sequence[Span]
    is_flow: bool = False
    """Whether all of it stands in brackets, as JSON does."""
    is_command: bool = False
    """Whether it is a line for a shell."""

    @classmethod
    def of(cls, content: str | bytes, name: str) -> Source:
        """Decode a text as its reader did; what is no character is a replacement."""
        text = (_decoded(content) if isinstance(content, bytes) else content).removeprefix("\ufeff")
        if _UTF16.search(text):  # nobody could read it, nor say what in it is secret
            text = ""
        lines = text.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        return cls(lines, starts, masks(text, name), text.lstrip()[:1] in set(_OPENING), name == DOCKER_RUN)

    def excerpt(self, line: int, column: int, *, room: int, unread: bool = False, encoding: str = "utf-8") -> Excerpt | None:
        """Show a line, both counted from 1, in that many columns; None where the text has no such line.

        What the encoding has no character for is spelt.
        """
        if not 1 <= line <= len(self.lines):
            return None
        text = self.lines[line - 1].rstrip("\r")
        begin = min(max(column - 1, 0), len(text))
        room = max(room, _LEAST)
        # A line may have millions of characters, and most of them are not to be seen.
        first, last = max(begin - _WIDE * room, 0), min(begin + _WIDE * room, len(text))
        word = _SHELL.match(text, begin, last) if self.is_command else None
        is_flow = self.is_flow or self._is_open(line)
        end = max(word.end() if word else _end(text, begin, last, unread=unread, is_flow=is_flow), begin + 1)
        cells = _cells(text, first, last, self._hidden(self.starts[line - 1], first, last), encoding)
        return _window(cells, begin, end, room, _spelt(_CUT, encoding, "~"), cut=(first > 0, last < len(text)))

    def _hidden(self, start: int, first: int, last: int) -> list[Span]:
        """Give the spans that are hidden in a part of the line that starts there."""
        low = max(bisect.bisect_right(self.masks, (start + first, 0)) - 1, 0)
        found: list[Span] = []
        for begin, end in itertools.islice(self.masks, low, None):
            if begin >= start + last:
                break
            if end > start + first:
                found.append((begin - start, end - start))
        return found

    def _is_open(self, line: int) -> bool:
        """Say whether a bracket seems to be open where a line begins."""
        depth, reach = 0, _REACH
        for text in reversed(self.lines[max(line - 1 - _FAR, 0) : line - 1]):
            depth += _depth(_TOLD.sub("", text[-reach:]))
            reach -= len(text)
            if depth > 0 or reach <= 0:
                break
        return depth > 0


def _depth(text: str) -> int:
    return sum(map(text.count, _OPENING)) - sum(map(text.count, _CLOSING))


def _decoded(content: bytes) -> str:
    # As long as the reader takes a byte that is none for one character, a column is the same here.
    return content.decode("utf-8", "replace")


def _end(text: str, begin: int, last: int, *, unread: bool, is_flow: bool) -> int:
    """Find where the word ends that begins there: a string, a number, a key, or one bracket; no further than ``last``."""
    found = _TOKEN.match(text, begin, last)
    if found is None and not unread and last < len(text) and text.startswith(("'", '"'), begin):
        return last  # a string that ends where nobody looks
    if found is None or (unread and found[0][:1] in "\"'"):
        bare = _FLOW if is_flow or _depth(text[max(begin - _REACH, 0) : begin]) > 0 else _BLOCK
        found = (_WORD if unread else bare).match(text, begin, last)
    return found.end() if found else begin


def _cells(text: str, first: int, last: int, hidden: Sequence[Span], encoding: str) -> list[_Cell]:
    cells: list[_Cell] = []
    at = first
    mask = _spelt(MASK, encoding, "***")
    for opened, closed in hidden:
        begin, end = max(opened, at), min(closed, last)
        begin += len(text[begin:end]) - len(text[begin:end].lstrip())  # indentation is not hidden
        if begin < end:
            cells += [_cell(text[place], place, encoding) for place in range(at, begin)]
            cells.append(_Cell(mask, len(mask), begin, end))
            at = end
    cells += [_cell(text[place], place, encoding) for place in range(at, last)]
    return cells


def _cell(char: str, at: int, encoding: str) -> _Cell:
    if char == "\t":
        return _Cell(_TAB, len(_TAB), at, at + 1)
    shown = spelt(char)
    if not char.isprintable() or _spelt(char, encoding, shown) != char:
        return _Cell(shown, len(shown), at, at + 1)
    return _Cell(char, cells_of(char), at, at + 1)


def _spelt(text: str, encoding: str, otherwise: str) -> str:
    """Give a text where the encoding has its characters, else another one."""
    if text.isascii():
        return text
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return otherwise
    return text


def _window(cells: list[_Cell], begin: int, end: int, room: int, sign: str, *, cut: tuple[bool, bool]) -> Excerpt:
    """Show what fits: all, or what stands around the mark, with a sign at each end that is cut."""
    marked = [index for index, cell in enumerate(cells) if cell.begin < end and cell.end > begin]
    low = marked[0] if marked else len(cells)
    high = marked[-1] + 1 if marked else len(cells)
    first, last = 0, len(cells)
    if any(cut) or sum(cell.width for cell in cells) > room:
        first, last = _around(cells, low, room - 2 * len(sign))
    left = sign if first or cut[0] else ""
    right = sign if last < len(cells) or cut[1] else ""
    shown = "".join(cell.shown for cell in cells[first:last])
    indent = len(left) + sum(cell.width for cell in cells[first:low])
    length = sum(cell.width for cell in cells[low : min(high, last)])
    return Excerpt(f"{left}{shown}{right}".rstrip(), " " * indent + "^" * max(length, 1))


def _around(cells: list[_Cell], low: int, room: int) -> tuple[int, int]:
    first = low
    used = 0
    while first and used + cells[first - 1].width <= room // 3:
        first -= 1
        used += cells[first].width
    last = first
    used = 0
    while last < len(cells) and used + cells[last].width <= room:
        used += cells[last].width
        last += 1
    while first and used + cells[first - 1].width <= room:
        first -= 1
        used += cells[first].width
    return first, last
