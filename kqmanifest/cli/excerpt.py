"""The user's own line, and a mark under what is at fault in it."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from kqmanifest.cli.masks import Span, masks
from kqmanifest.importers import DOCKER_RUN

MASK: Final = "•••"
_CUT: Final = "…"
_OPENING: Final = "{["
_CLOSING: Final = "}]"
_TAB: Final = "    "
_LEAST: Final = 20
_TOKEN: Final = re.compile(r""""(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[{}\[\],:]|-(?=\s|$)""")
_BLOCK: Final = re.compile(r"""\S.*?(?=\s+#|:(?:\s|$)|,?\s*$|,\s*["']?[\w./-]+["']?:\s)""")
_FLOW: Final = re.compile(r"[^\s,{}\[\]:][^,{}\[\]]*?(?=\s*(?:[,{}\[\]]|:\s|:$|\s#|$))")
_SHELL: Final = re.compile(r"""(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\])+""")
_WORD: Final = re.compile(r"\w+|.")


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
        lines = text.split("\n")
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + len(line) + 1)
        return cls(lines, starts, masks(text, name), text.lstrip()[:1] in set(_OPENING), name == DOCKER_RUN)

    def excerpt(self, line: int, column: int, *, room: int, unread: bool = False) -> Excerpt | None:
        """Show a line, both counted from 1, in that many columns; None where the text has no such line."""
        if not 1 <= line <= len(self.lines):
            return None
        text = self.lines[line - 1].rstrip("\r")
        begin = min(max(column - 1, 0), len(text))
        word = _SHELL.match(text, begin) if self.is_command else None
        end = max(word.end() if word else _end(text, begin, unread=unread, is_flow=self.is_flow), begin + 1)
        start = self.starts[line - 1]
        hidden = [(first - start, last - start) for first, last in self.masks if first < start + len(text) and last > start]
        return _window(_cells(text, hidden), begin, end, max(room, _LEAST))


def _decoded(content: bytes) -> str:
    # As long as the reader takes a byte that is none for one character, a column is the same here.
    return content.decode("utf-8", "replace")


def _end(text: str, begin: int, *, unread: bool, is_flow: bool) -> int:
    """Find where the word ends that begins there: a string, a number, a key, or one bracket."""
    found = _TOKEN.match(text, begin)
    if found is None or (unread and found[0][:1] in "\"'"):
        before = text[:begin]
        opened = sum(map(before.count, _OPENING)) - sum(map(before.count, _CLOSING))
        found = (_WORD if unread else _FLOW if is_flow or opened > 0 else _BLOCK).match(text, begin)
    return found.end() if found else begin


def _cells(text: str, hidden: Sequence[Span]) -> list[_Cell]:
    cells: list[_Cell] = []
    at = 0
    for opened, closed in hidden:
        begin, end = max(opened, at), min(closed, len(text))
        begin += len(text[begin:end]) - len(text[begin:end].lstrip())  # indentation is not hidden
        if begin < end:
            cells += [_cell(char, place) for place, char in enumerate(text[at:begin], at)]
            cells.append(_Cell(MASK, len(MASK), begin, end))
            at = end
    cells += [_cell(char, place) for place, char in enumerate(text[at:], at)]
    return cells


def _cell(char: str, at: int) -> _Cell:
    if char == "\t":
        return _Cell(_TAB, len(_TAB), at, at + 1)
    if not char.isprintable():
        spelt = char.encode("unicode_escape", "surrogatepass").decode()
        return _Cell(spelt, len(spelt), at, at + 1)
    wide = unicodedata.east_asian_width(char) in {"W", "F"}
    width = 0 if unicodedata.category(char) in {"Mn", "Me"} else 1 + wide
    return _Cell(char, width, at, at + 1)


def _window(cells: list[_Cell], begin: int, end: int, room: int) -> Excerpt:
    """Show what fits: all, or what stands around the mark, with a sign at each end that is cut."""
    marked = [index for index, cell in enumerate(cells) if cell.begin < end and cell.end > begin]
    low = marked[0] if marked else len(cells)
    high = marked[-1] + 1 if marked else len(cells)
    first, last = 0, len(cells)
    if sum(cell.width for cell in cells) > room:
        first, last = _around(cells, low, room - 2 * len(_CUT))
    left = _CUT if first else ""
    right = _CUT if last < len(cells) else ""
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
