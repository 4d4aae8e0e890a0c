"""The block style that nearly all manifests are written in is read line by line; whatever else it meets is left to PyYAML.

It answers only where nothing is in doubt: a text that is read here has no fault, and the events of PyYAML compose to the same value.
"""

from __future__ import annotations

import re
from json import loads
from sys import intern
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from kqmanifest.read.scalars import HINTS, WORDS, plain

if TYPE_CHECKING:
    from kqmanifest.diagnostics import Json
    from kqmanifest.limits import Limits

_Line: TypeAlias = tuple[str, str, str, str, str, str]
_Token: TypeAlias = tuple[str, str, str, str, str, str, str, str]

# What ends lines to YAML or to kubectl alone, and a mark that begins a text.
_ODD: Final = re.compile("[\r\x85\u2028\u2029\ufeff]")
_LONGEST_KEY: Final = 250
"""How many characters a key has at most: in a longer one PyYAML may find none."""
_BLANK_LINES: Final = r"(?: *+(?:#[^\n]*+)?\n)*+"
_BEGIN: Final = re.compile(rf"(?:---(?: ++#[^\n]*+| *+)\n)?+{_BLANK_LINES}")
_BLANK: Final = re.compile(_BLANK_LINES)
_MORE: Final = r"[^\t :\n]*+(?:(?::++| ++(?!#))[^\t :\n]++)*+"
_STRING: Final = rf"(?:[^\s+.0-9yYnNtTfFoO~\-?:,\[\]{{}}#&*!|>'\"%@`]|[yYnNtTfFoO][^\s:]{{5}}|--(?=[^\s-])){_MORE}"
"""What is a string for certain."""
_BARE: Final = rf"(?:[+.0-9yYnNtTfFoO~]|-(?![\s-])){_MORE}"
_KEY: Final = rf"(?!\.[0-9])[A-Za-z_./][\w./-]{{0,{_LONGEST_KEY}}}+"
_QUOTED_KEY: Final = rf'"([^"\\\t\n]{{0,{_LONGEST_KEY}}}+)"'
_LINE: Final = re.compile(
    rf"( *+(?:- ++)*+)(?:(?:({_KEY})|{_QUOTED_KEY}):(?: ++|(?=\n)))?+(?:({_STRING})|({_BARE}))?+([^\n]*+)(?:\n|(?<!\n)\Z){_BLANK_LINES}",
    re.ASCII,
)
"""What is before a key or an item, the key, one in quotes, a string without them, what may be none, and the rest; then empty lines."""
_END: Final = r"(?: ++#.*+| *+)\Z"
_AFTER: Final = re.compile(_END)
_DOUBLE: Final = r'"[^"\\\t\n]*+(?:\\["\\nt][^"\\\t\n]*+)*+"'
_SINGLE: Final = r"'[^'\t\n]*+(?:''[^'\t\n]*+)*+'"
_QUOTED: Final = re.compile(rf"({_DOUBLE}|{_SINGLE}){_END}")
_WORD: Final = r"[^\s:,\[\]{}?#\"']"
_BARE_INSIDE: Final = rf"(?:[^\s\-?:,\[\]{{}}#&*!|>'\"%@`]|-(?={_WORD})){_WORD}*+(?:(?::++| ++){_WORD}++)*+"
_FLOW: Final = re.compile(
    rf"(?:([\[{{])|([\]}}])|(,)|({_DOUBLE}|{_SINGLE})(?:(:)(?= ))?+|({_BARE_INSIDE})(?:(:)(?= ))?+|([^,\[\]{{}}][\s\S]*+)) *+",
)
_EMPTY: Final = re.compile(r"(?: *+\n)*+")
_INDENT: Final = re.compile(r" *+")
_LITERAL: Final = re.compile(r"\|[-+]?+\n")
_ROOM: Final = 8
"""How deeply brackets on a line may be nested."""
_AT_ONCE: Final = 1 << 16
"""About how many characters are split at once."""
_NOTHING: Final = ("", "#")
"""How the rest of a line begins that has no value."""
_CHOMPING: Final = frozenset({"|", "|-", "|+"})


class _OtherStyleError(Exception):
    """This is written in another style, or is in doubt."""


def read_block(part: str, limits: Limits) -> tuple[Json] | None:
    """Read the one document of a part that ends with a line break; return None where it is for PyYAML to read or to refuse."""
    if "\r" in part if part.isascii() else _ODD.search(part):
        return None
    if len(part) > limits.nodes and _most_values(part) > limits.nodes:
        return None
    try:
        return (_Block(limits).read(part),)
    except (_OtherStyleError, OverflowError):
        return None


def _most_values(part: str) -> int:
    """Return how many values there are at most: an object, its first key and a value may be on one line, and each dash is a list."""
    return 1 + 2 * part.count("\n") + sum(map(part.count, ("- ", ",", "[", "{")))


class _Block:
    """The lists and objects that are open, each with its column, from the outermost to the innermost."""

    def __init__(self, limits: Limits) -> None:
        self._most = limits.depth + 1
        self._columns = [-1]
        self._values: list[Any] = [{"": None}]
        self._pending: str | None = ""
        """The key in the innermost object that nothing stands after, yet."""

    def read(self, part: str) -> Any:
        """Read the whole document, segment by segment: each ends with a line that may begin a literal text."""
        at = _after(_BEGIN, part, 0)
        while at < len(part):
            header = _LITERAL.search(part, at, at + _AT_ONCE)
            end = header.end() if header else part.find("\n", at + _AT_ONCE) + 1 or len(part)
            at = _after(_BLANK, part, self._take(_LINE.findall(part, at, end), part, end))
        return self._values[0][""]

    def _take(self, lines: list[_Line], part: str, end: int) -> int:
        """Take the lines of a segment, and a literal text after it; return the end of that."""
        members: Any = None
        here = before = None
        key = rest = ""
        pending = self._pending
        for lead, key, quoted, text, bare, rest in lines:
            if key := key or quoted:
                if lead != here:
                    members = self._item(lead, pending, {}) if "-" in lead else self._object(len(lead), pending)
                    here, before = " " * len(lead), None
                if key in members or key in WORDS:
                    raise _OtherStyleError
            elif lead != before:
                members = self._item(lead, pending, None)
                here, before = None, lead if lead.count("-") == 1 else None
            pending = None
            if not rest and (text or bare):
                value: Json = text or plain(bare)
            elif text or bare or rest[:1] not in _NOTHING:
                value = self._value(text or bare, rest)
            elif key:
                pending, value = key, None
            else:
                raise _OtherStyleError
            if key:
                members[intern(key)] = value
            else:
                members.append(value)
        self._pending = pending
        if rest in _CHOMPING:
            members[key or -1], end = _literal(part, end, self._columns[-1], rest)
        return end

    def _object(self, column: int, pending: str | None) -> Any:
        """Return the object whose keys begin in that column: it is open, or begins here."""
        columns, values = self._columns, self._values
        if pending is not None and column > columns[-1]:
            made: dict[str, Json] = {}
            values[-1][pending] = made
            columns.append(column)
            values.append(made)
            if len(columns) > self._most:
                raise _OtherStyleError
            return made
        while columns[-1] > column or (columns[-1] == column and type(values[-1]) is list):
            columns.pop()
            values.pop()
        if columns[-1] != column:
            raise _OtherStyleError
        return values[-1]

    def _item(self, lead: str, pending: str | None, item: dict[str, Json] | None) -> Any:
        """Begin an item that is an object, and return it; where it is not an object, return the list it belongs to."""
        columns, values = self._columns, self._values
        column = lead.find("-")
        if column < 0:
            raise _OtherStyleError
        if pending is not None and column >= columns[-1]:
            inner: Any = []
            values[-1][pending] = inner
            columns.append(column)
            values.append(inner)
        else:
            while columns[-1] > column:
                columns.pop()
                values.pop()
            inner = values[-1]
            if columns[-1] != column or type(inner) is not list:
                raise _OtherStyleError
        while (column := lead.find("-", column + 1)) > 0:
            inner.append(inner := [])
            columns.append(column)
            values.append(inner)
        if item is not None:
            inner.append(item)
            columns.append(len(lead))
            values.append(item)
        if len(columns) > self._most:
            raise _OtherStyleError
        return inner if item is None else item

    def _value(self, bare: str, rest: str) -> Any:
        """Return a value that has quotes or brackets, or a comment after it; that of a literal text comes with its lines."""
        if bare:
            if _AFTER.match(rest):
                return plain(bare)
            raise _OtherStyleError
        if rest in _CHOMPING:
            return ""
        quoted = _QUOTED.match(rest)
        if quoted:
            return _unquoted(quoted[1])
        if rest[0] not in "[{":
            raise _OtherStyleError
        # What is between quotes, and looks like a comment, leaves open quotes or brackets.
        tokens = _FLOW.findall(rest[: rest.find(" #")] if " #" in rest else rest)
        tokens.reverse()
        value = _collection(tokens, min(_ROOM, self._most - len(self._columns)))
        if tokens:
            raise _OtherStyleError
        return value


def _collection(tokens: list[_Token], room: int) -> Any:
    """Take a list or an object off the end of the tokens."""
    closing = "}" if tokens.pop()[0] == "{" else "]"
    made: Any = {} if closing == "}" else []
    if room <= 0:
        raise _OtherStyleError
    goes_on = bool(tokens) and tokens[-1][1] != closing
    while goes_on:
        if closing == "}":
            key = _key(tokens)
            if key in made:
                raise _OtherStyleError
            made[key] = _item(tokens, room)
        else:
            made.append(_item(tokens, room))
        goes_on = bool(tokens) and tokens[-1][2] == ","
        if goes_on:
            tokens.pop()
    if not tokens or tokens.pop()[1] != closing:
        raise _OtherStyleError
    return made


def _key(tokens: list[_Token]) -> str:
    if not tokens:
        raise _OtherStyleError
    _, _, _, quoted, is_quoted, bare, is_bare, _ = tokens.pop()
    if len(quoted) + len(bare) > _LONGEST_KEY:
        raise _OtherStyleError
    if is_quoted:
        return str(_unquoted(quoted))
    if is_bare and bare not in WORDS and bare != "<<" and (bare[0] not in HINTS or bare[0].isalpha()):
        return intern(bare)
    raise _OtherStyleError


def _item(tokens: list[_Token], room: int) -> Any:
    if not tokens:
        raise _OtherStyleError
    if tokens[-1][0]:
        return _collection(tokens, room - 1)
    _, _, _, quoted, is_quoted, bare, is_bare, _ = tokens.pop()
    if is_quoted or is_bare or not (quoted or bare):
        raise _OtherStyleError
    return plain(bare) if bare else _unquoted(quoted)


def _unquoted(quoted: str) -> str:
    if quoted[0] == "'":
        return quoted[1:-1].replace("''", "'")
    return str(loads(quoted)) if "\\" in quoted else quoted[1:-1]


def _literal(part: str, start: int, column: int, chomping: str) -> tuple[str, int]:
    """Return a literal text, whose parent begins in that column, and its end."""
    first = _after(_EMPTY, part, start)
    indent = _after(_INDENT, part, first) - first
    if indent <= column or part.startswith("\t", first + indent) or _is_wide(part[start:first], indent):
        raise _OtherStyleError
    lines = []
    at, lead = start, " " * indent
    while at < len(part):
        end = part.find("\n", at)
        if part.startswith(lead, at):
            lines.append(part[at + indent : end])
        elif part[at:end].strip(" "):
            break
        else:
            lines.append("")
        at = end + 1
    text = "\n".join(lines) + "\n"
    if chomping == "|+":
        return text, at
    return text.rstrip("\n") + ("" if chomping == "|-" else "\n"), at


def _is_wide(empty: str, indent: int) -> bool:
    """Return whether one of the empty lines before a text has more spaces than its first line."""
    return max(map(len, empty.split("\n"))) > indent


def _after(blanks: re.Pattern[str], part: str, at: int) -> int:
    found = blanks.match(part, at)
    return found.end() if found else at
