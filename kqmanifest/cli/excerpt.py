"""The user's own line, with a mark under what is wrong in it."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import operator
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from kqmanifest.cli.files import Given
from kqmanifest.diagnostics import ManifestError, spelt
from kqmanifest.importers import DOCKER_RUN, shell
from kqmanifest.importers.docker.options import WRITTEN
from kqmanifest.languages.columns import cells as cells_of
from kqmanifest.read import Document, load
from kqmanifest.read.places import SourceText
from kqmanifest.redaction import MASK
from kqmanifest.redaction.command import Word, hidden
from kqmanifest.redaction.lines import Lines, is_risky, unread
from kqmanifest.redaction.text import Span, joined, secrets_in
from kqmanifest.redaction.tree import LONGEST
from kqmanifest.specs.spec import known_fields

_CUT: Final = "…"
_OPENING: Final = "{["
_CLOSING: Final = "}]"
_TAB: Final = "    "
_WIDE: Final = 4
"""How many times as many characters as columns are read: some have no width, and a mask replaces many."""
_LEAST: Final = 20
_FAR: Final = 40
"""How many lines a list in brackets may have for its members to be marked exactly."""
_REACH: Final = 4096
"""How many characters of them: a line may have millions, and each diagnostic in it is shown."""
_STRING: Final = r"""(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*')"""
_TOKEN: Final = re.compile(rf"{_STRING}|[{{}}\[\],:]|-(?=\s|$)")
"""Tokens that are complete wherever they begin: a quoted string, a mark of YAML."""
_TOLD: Final = re.compile(r"""(?<!\w)(?:"(?:\\.|[^"\\])*+"?|'(?:''|[^'])*+'?)|\s#.*""")
"""Where brackets mean nothing: in quotes, closed or not, and in comments."""
_BLOCK: Final = re.compile(r"""\S(?:[^\s:,]++|:(?!\s|$)|,(?!\s*+(?:$|["']?[\w./-]++["']?:\s))|\s++(?!\#|$))*+""")
"""A bare value outside of brackets: up to a comment, the colon of a key, the end of the line, or a comma before a next key."""
_FLOW: Final = re.compile(r"[^\s,{}\[\]:](?:[^\s,{}\[\]:]++|:(?!\s|$)|\s++(?![,{}\[\]\#]|:\s|:$|$))*+")
"""A bare value within brackets: up to a comma, a bracket, the colon of a key, a comment, or the end of the line."""
_SHELL: Final = re.compile(r"""(?:"(?:\\.|[^"\\])*"?|'[^']*'?|\\.|[^\s"'\\])+""")
"""A word of a shell, with quotes, closed or not."""
_WORD: Final = re.compile(r"\w+|.")
_NUMBER: Final = operator.attrgetter("number")
_FIRST: Final = re.compile(r"\S")
_UTF16: Final = re.compile(r"\w\0+\w\0+\w")
"""What UTF-16 or UTF-32 looks like if it is read in another encoding."""


class Excerpt(NamedTuple):
    """A line as it is shown, and the mark below it."""

    line: str
    mark: str


class _Cell(NamedTuple):
    shown: str
    width: int
    begin: int
    end: int


@dataclasses.dataclass(frozen=True)
class ShownText:
    """A text that was read, and which parts of its lines may be shown."""

    whole: SourceText
    read: Sequence[Document] | None = None
    """Its documents; None if they are not known, and empty if it cannot be read."""
    known: dict[int, Lines] = dataclasses.field(default_factory=dict)
    """The documents whose lines were shown, by their numbers."""

    @classmethod
    def of(cls, given: Given | str | bytes, name: str) -> ShownText:
        """Decode a text as its reader did, if it must be; undecodable bytes become a replacement character."""
        content, documents = given if isinstance(given, Given) else (given, None)
        if documents and documents[-1].origin:
            return cls(documents[-1].origin.text, documents)
        text = (_decode(content) if isinstance(content, bytes) else content).removeprefix("\ufeff")
        if "\0" in text and _UTF16.search(text):  # it cannot be read, so all of it may be secret
            text = ""
        return cls(SourceText(text, name), documents)

    @property
    def is_command(self) -> bool:
        """Return whether it is a line for a shell."""
        return self.whole.source == DOCKER_RUN

    @functools.cached_property
    def is_flow(self) -> bool:
        """Return whether all of it is in brackets, as in JSON."""
        found = _FIRST.search(self.whole.content)
        return found is not None and found[0] in _OPENING

    @functools.cached_property
    def _documents(self) -> Sequence[Document]:
        """Return the documents, in order; none if the text cannot be read."""
        if self.read is not None:
            return self.read
        try:
            return load(self.whole.content, source=self.whole.source)
        except (ManifestError, RecursionError):
            return ()

    def _document(self, number: int) -> Document | None:
        index = bisect.bisect_left(self._documents, number, key=_NUMBER)
        found = self._documents[index] if index < len(self._documents) else None
        return found if found and found.number == number else None

    def _text(self, number: int | None) -> SourceText:
        """Return the text in which the offsets of a document count: YAML is read without its carriage returns."""
        if self.is_command or not self._documents:
            return self.whole
        document = self._documents[-1] if number is None else self._document(number)
        return document.origin.text if document and document.origin else self.whole

    @functools.cached_property
    def _holds_nothing(self) -> bool:
        """Return whether a text that has no documents has nothing but comments."""
        return all(not line.strip() or line.lstrip().startswith(("#", "---")) for line in self.whole.content.split("\n"))

    @functools.cached_property
    def _is_risky(self) -> bool:
        return is_risky(self.whole.content)

    @functools.cached_property
    def _of_command(self) -> Sequence[Span]:
        script = shell.read(self.whole.content, "")
        commands = [[Word(word.text, *word.span) for word in words] for words in script.commands]
        return [*hidden(self.whole.content, commands, script.end, WRITTEN)]

    def excerpt(
        self, line: int, column: int, *, room: int, unread: bool = False, encoding: str = "utf-8", document: int | None = None
    ) -> Excerpt | None:
        """Return the excerpt of a line, both counted from 1, in that many columns; None if the text has no such line.

        What the encoding has no character for is spelt. Of a text that was read, only the document is looked at.
        """
        whole = self._text(document)
        span = whole.span(line)
        if span is None:
            return None
        start, stop = span
        text = whole.content[start:stop].rstrip("\r")
        begin = min(max(column - 1, 0), len(text))
        room = max(room, _LEAST)
        # A line may have millions of characters, and most of them are not to be seen.
        first, last = max(begin - _WIDE * room, 0), min(begin + _WIDE * room, len(text))
        word = _SHELL.match(text, begin, last) if self.is_command else None
        is_flow = self.is_flow or _is_open(whole, line)
        end = max(word.end() if word else _end(text, begin, last, unread=unread, is_flow=is_flow), begin + 1)
        spans = self._hidden(whole.content, start, first, last, document)
        cells, cut = _around_mark(text, begin, (first, last), spans, encoding, room)
        return _window(cells, begin, end, room, _encodable(_CUT, encoding, "~"), cut=cut)

    def _hidden(self, text: str, start: int, first: int, last: int, document: int | None) -> list[Span]:
        """Find what is hidden in a part of the line that starts there, as offsets of the line."""
        begin, end = start + first, start + last
        near = max(start, begin - LONGEST)  # of a line of millions, no more is read
        if self.is_command:
            spans: Sequence[Span] = [*self._of_command, *((near + one, near + other) for one, other in secrets_in(text[near:end]))]
        elif self._documents:
            numbers = [one.number for one in self._documents] if document is None else [document]
            spans = [span for number in numbers for span in self._lines(number).hidden(begin, end)]
        elif self._holds_nothing:
            spans = [(near + one, near + other) for one, other in secrets_in(text[near:end])]
        else:
            spans = [(near + one, near + other) for one, other in unread(text[near:end], risky=self._is_risky)]
        return joined((max(one - start, first), min(other - start, last)) for one, other in spans if other > begin and one < end)

    def _lines(self, number: int) -> Lines:
        if number not in self.known:
            document = self._document(number)
            if document is None or document.origin is None:
                raise AssertionError("what was read has a place")
            self.known[number] = Lines(document.origin.text.content, document.value, document.origin.root, known_fields())
        return self.known[number]


def _is_open(text: SourceText, line: int) -> bool:
    """Return whether a bracket seems to be open at the beginning of a line."""
    depth, reach = 0, _REACH
    for number in range(line - 1, max(line - 1 - _FAR, 0), -1):
        start, stop = text.span(number) or (0, 0)
        depth += _depth(_TOLD.sub("", text.content[max(start, stop - reach) : stop]))
        reach -= stop - start
        if depth > 0 or reach <= 0:
            break
    return depth > 0


def _depth(text: str) -> int:
    return sum(map(text.count, _OPENING)) - sum(map(text.count, _CLOSING))


def _decode(content: bytes) -> str:
    # As long as the reader counts an undecodable byte as one character, a column is the same here.
    return content.decode("utf-8", "replace")


def _end(text: str, begin: int, last: int, *, unread: bool, is_flow: bool) -> int:
    """Find the end of the word that begins there: a string, a number, a key, or one bracket; at most ``last``."""
    found = _TOKEN.match(text, begin, last)
    if found is None and not unread and last < len(text) and text.startswith(("'", '"'), begin):
        return last  # a string that ends further on than is read
    if found is None or (unread and found[0][:1] in "\"'"):
        bare = _FLOW if is_flow or _depth(text[max(begin - _REACH, 0) : begin]) > 0 else _BLOCK
        found = (_WORD if unread else bare).match(text, begin, last)
    return found.end() if found else begin


def _around_mark(
    text: str, begin: int, part: Span, hidden: Sequence[Span], encoding: str, room: int
) -> tuple[list[_Cell], tuple[bool, bool]]:
    """Return as many cells on each side of the mark as can be seen, and whether the text continues before and after them."""
    first, last = max(begin - room, part[0]), min(begin + room, part[1])
    cells = _cells(text, first, last, hidden, encoding)
    left = sum(cell.width for cell in cells if cell.end <= begin)
    right = sum(cell.width for cell in cells) - left
    if (first > part[0] and left < room) or (last < part[1] and right < room):  # some have no width, and a mask replaces many
        first, last = part
        cells = _cells(text, first, last, hidden, encoding)
    return cells, (first > 0, last < len(text))


def _cells(text: str, first: int, last: int, hidden: Sequence[Span], encoding: str) -> list[_Cell]:
    """Return the cells of a part of a line; what is hidden in it is one."""
    cells: list[_Cell] = []
    at = first
    mask = _encodable(MASK, encoding, "***")
    for opened, closed in hidden:
        begin, end = max(opened, at), min(closed, last)
        begin += len(text[begin:end]) - len(text[begin:end].lstrip())  # indentation is not hidden
        if begin < end:
            cells += [_Cell(*_shown(text[place], encoding), place, place + 1) for place in range(at, begin)]
            cells.append(_Cell(mask, len(mask), begin, end))
            at = end
    cells += [_Cell(*_shown(text[place], encoding), place, place + 1) for place in range(at, last)]
    return cells


@functools.lru_cache(maxsize=1024)
def _shown(char: str, encoding: str) -> tuple[str, int]:
    """Return how a character is shown, and how many columns that takes."""
    if char == "\t":
        return _TAB, len(_TAB)
    shown = spelt(char)
    if not char.isprintable() or _encodable(char, encoding, shown) != char:
        return shown, len(shown)
    return char, cells_of(char)


def _encodable(text: str, encoding: str, otherwise: str) -> str:
    """Return a text if the encoding has its characters, else another one."""
    if text.isascii():
        return text
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return otherwise
    return text


def _window(cells: list[_Cell], begin: int, end: int, room: int, sign: str, *, cut: tuple[bool, bool]) -> Excerpt:
    """Return what fits: all, or the part around the mark, with an ellipsis at each end that is cut."""
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
