"""A scanner of JSON that knows the place of everything, and what a newcomer meant.

It reads no values: :mod:`json` does, faster. It finds the place of a value, and the reason why a text is not JSON.
"""

from __future__ import annotations

import math
import re
from json import loads
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.limits import TOO_DEEP
from kqmanifest.read.places import REPEATED, Offsets, TextFault, joined
from kqmanifest.vocabulary.spelling import plain_of

if TYPE_CHECKING:
    from kqmanifest.read.places import SourceText

HALF_CHARACTER: Final = Fault(
    "KQ0005",
    "{escape} is one half of a character, and the other half is missing",
    ("write the character itself",),
)
TRAILING_COMMA: Final = Fault("KQ0011", "there is a trailing comma after the last member", ("remove the comma",))
COMMENT: Final = Fault("KQ0012", "JSON has no comments", ("remove the comment, or write YAML",))
SINGLE_QUOTE: Final = Fault(
    "KQ0013",
    "JSON strings must be in straight double quotes",
    (
        "remove this line and the closing {fence}: they belong to the page that the text was copied from",
        'write " instead of {quote}',
    ),
)
UNQUOTED_KEY: Final = Fault("KQ0014", "the key {key} must be in double quotes", ('write "{key}"',))
UNQUOTED_VALUE: Final = Fault(
    "KQ0015",
    "this value has no quotes, and is not a number, true, false or null",
    (
        "write a finite number instead of {constant}, or put it in double quotes",
        "write {literal}",
        "give the file a name that ends in {ending}: this looks like YAML",
        "put it in double quotes",
    ),
)
OPEN_STRING: Final = Fault("KQ0016", "the string that begins here is not closed on this line", ('add the closing "',))
OPEN_BRACKET: Final = Fault("KQ0017", "the text ends before the {what} that opens on line {line} is closed", ("close it with {closer}",))
NO_COMMA: Final = Fault(
    "KQ0018",
    "a comma is missing before this",
    (
        "write # instead of // on line {slashes}: a YAML comment begins with #",
        "write , instead of {sign}, which only looks like it",
        "add {closer} to close what opens on line {line}, or a comma after the item before this",
        "add a comma after the item before this",
    ),
)
NO_COLON: Final = Fault("KQ0019", "a colon is missing after the key {key}", ('write "{key}": and its value',))
AFTER_END: Final = Fault(
    "KQ0020",
    "there is more text after the end of the document",
    ("remove {char}: it closes nothing", "remove it, or put the documents into one list"),
)
RAW_CONTROL: Final = Fault("KQ0021", "a string contains an unescaped {char}", ("write {escape} instead",))
BAD_ESCAPE: Final = Fault("KQ0022", "unknown escape sequence {escape} in JSON", ("write two backslashes if a backslash is meant",))
BAD_NUMBER: Final = Fault(
    "KQ0023",
    "this is not a number in JSON",
    (
        "remove the leading {plus}",
        "write it as a decimal number: no number in JSON begins with {prefix}",
        "remove the leading {zero}, or put it in quotes",
        "write digits on both sides of the {point}, or put it in quotes",
        "put it in quotes if it is a string",
    ),
)
BIG_NUMBER: Final = Fault("KQ0024", "this number is too large", ("put it in quotes if it is a string",))
WRONG_CLOSER: Final = Fault("KQ0025", "{char} cannot close the {what} that opens on line {line}", ("write {closer} instead",))
NO_VALUE: Final = Fault("KQ0026", "a value is missing before the {what}", ("write the value, or null if there is none",))
UNEXPECTED: Final = Fault(
    "KQ0027",
    "unexpected character {char}",
    (
        "keep one of the two versions that git left here, and remove the lines {conflict}, ======= and >>>>>>>",
        "write {plain} instead: the character here only looks like it",
        "remove it, or put the whole string that it belongs to in quotes",
    ),
)

CONFLICT: Final = "<<<<<<<"
"""How git marks the first of two versions that it could not merge."""
FENCE: Final = "```"
"""How pages mark the text of a file."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_PIECE: Final = re.compile(r'[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*')
_HALVES: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.+])")
_WORD: Final = re.compile(r"[^\W\d][\w.$/-]*")
_LITERALS: Final = ("true", "false", "null")
_MEANT: Final = {"none": "null", "nil": "null", "undefined": "null", "yes": "true", "no": "false", "on": "true", "off": "false"}
_WHITE: Final = {"\n": ("line break", "\\n"), "\r": ("carriage return", "\\r"), "\t": ("tab", "\\t")}
_BAD_NUMBERS: Final = (
    ("plus", re.compile(r"(\+)")),
    ("prefix", re.compile("-?(0[xXoObB])")),
    ("zero", re.compile("-?(0)[0-9]")),
    ("point", re.compile(r"-?[0-9]*(\.)(?:[0-9]|(?![.0-9]))")),
)
"""Other ways to write a number: the value of its hint, and what to look for."""
_PAIR: Final = 12
LONGEST_NUMBER: Final = 309


class Scan(NamedTuple):
    """What was found: the offsets, the end of the document, its faults, and whether the scan stopped before that end."""

    root: Offsets
    end: int
    found: list[TextFault]
    broken: bool


class _Broken(Exception):  # noqa: N818  # it never leaves this module: how the scanner stops
    """The rest of this document cannot be scanned."""


class _Frame:
    """A list or an object that is open."""

    __slots__ = ("at", "key", "key_at", "members", "own_key_at")

    def __init__(self, at: int, own_key_at: int, *, is_object: bool) -> None:
        self.at = at
        self.own_key_at = own_key_at
        self.members: dict[str, Offsets] | list[Offsets] = {} if is_object else []
        self.key: str | None = None
        self.key_at = at

    @property
    def closer(self) -> str:
        return "}" if isinstance(self.members, dict) else "]"

    @property
    def what(self) -> str:
        return "object" if isinstance(self.members, dict) else "list"


def scan(text: SourceText, start: int, end: int) -> Scan:
    """Scan one document that begins at ``start``; ``end`` is the end of what may belong to it."""
    scanner = _Scanner(text, end)
    broken = False
    at = start
    try:
        at = scanner.document(start)
    except _Broken:
        broken = True
    return Scan(scanner.root or Offsets(start, start, None), at, scanner.found, broken)


def scanned_offsets(text: SourceText, start: int, end: int) -> Offsets:
    """Return the offsets of one document that was read."""
    return scan(text, start, end).root


class _Scanner:
    def __init__(self, text: SourceText, end: int) -> None:
        self.text = text
        self.content = text.content
        self.end = end
        self.root: Offsets | None = None
        self.found: list[TextFault] = []
        self.stack: list[_Frame] = []

    def document(self, at: int) -> int:
        """Go through the document and return its end."""
        at = self.value(self.skip(at))
        while self.stack:
            frame = self.stack[-1]
            at = self.skip(at)
            char = self.content[at : at + 1] if at < self.end else ""
            if char == frame.closer:
                at = self.close(at)
            elif frame.members and char != ",":
                self.no_comma(at, char)
            else:
                at = self.member(self.after_comma(at) if frame.members else at)
        return at

    def after_comma(self, at: int) -> int:
        following = self.skip(at + 1)
        if following < self.end and self.content[following] in "]}":
            self.fail(TRAILING_COMMA, at)
        return following

    def member(self, at: int) -> int:
        frame = self.stack[-1]
        if not isinstance(frame.members, dict):
            return self.value(at)
        frame.key_at = at
        frame.key = None
        if not self.content.startswith('"', at, self.end):
            self.no_key(at)
        stop = self.string(at)
        frame.key = str(loads(self.content[at:stop]))
        if frame.key in frame.members:
            first = frame.members[frame.key]
            opened: object = {"[": [], "{": {}}.get(self.content[first.at : first.at + 1])
            self.tell(REPEATED, at, key=frame.key, line=self.text.line(first.key), **joined(frame.key, opened))
        colon = self.skip(stop)
        if not self.content.startswith(":", colon, self.end):
            if colon >= self.end:
                self.ended(colon)
            if plain_of(self.content[colon]) == ":":
                self.no_sense(colon, self.content[colon])
            self.fail(NO_COLON, at, key=frame.key)
        return self.value(self.skip(colon + 1))

    def value(self, at: int) -> int:
        """Go over a whole scalar, or over the opening bracket of something longer."""
        char = self.content[at] if at < self.end else ""
        if char in ("{", "["):
            deepest = self.text.limits.depth
            if len(self.stack) >= deepest:
                self.stack.clear()
                self.fail(TOO_DEEP, at, deepest=deepest)
            self.stack.append(_Frame(at, self.stack[-1].key_at if self.stack else at, is_object=char == "{"))
            return at + 1
        stop = self.scalar(at, char)
        self.attach(Offsets(at, self.stack[-1].key_at if self.stack else at, None))
        return stop

    def close(self, at: int) -> int:
        frame = self.stack.pop()
        self.attach(Offsets(frame.at, frame.own_key_at, frame.members))
        return at + 1

    def attach(self, offsets: Offsets) -> None:
        if not self.stack:
            self.root = offsets
            return
        frame = self.stack[-1]
        if isinstance(frame.members, dict):
            frame.members[frame.key or ""] = offsets
        else:
            frame.members.append(offsets._replace(key=offsets.at))

    def scalar(self, at: int, char: str) -> int:
        if char == '"':
            return self.string(at)
        number = _NUMBER.match(self.content, at, self.end)
        if number:
            digits = number[0]
            is_long = len(digits) > LONGEST_NUMBER and digits.lstrip("-").isdecimal()
            if is_long or math.isinf(float(digits)):
                self.tell(BIG_NUMBER, at)
            return number.end()
        word = _WORD.match(self.content, at, self.end)
        if word and word[0] in _LITERALS:
            return word.end()
        return self.no_value(at, char, word[0] if word else "")

    def string(self, at: int) -> int:
        """Go over a string."""
        whole = _STRING.match(self.content, at, self.end)
        if whole is None:
            self.bad_string(at)
        if "\\u" in whole[0]:
            for escape in _HALVES.finditer(self.content, at, whole.end()):
                if len(escape[0]) not in (2, _PAIR):
                    self.tell(HALF_CHARACTER, escape.start(), escape=escape[0])
        return whole.end()

    def bad_string(self, at: int) -> NoReturn:
        piece = _PIECE.match(self.content, at + 1, self.end)
        stop = piece.end() if piece else at + 1
        char = self.content[stop : stop + 1] if stop < self.end else ""
        if char == "\\" and stop + 1 < self.end:
            self.fail(BAD_ESCAPE, stop, escape=self.content[stop : stop + 2])
        if char in ("", "\n", "\r", "\\"):
            self.fail(OPEN_STRING, at)
        name, escape = _WHITE.get(char, ("control character", f"\\u{ord(char):04x}"))
        self.fail(RAW_CONTROL, stop, char=name, escape=escape)

    def no_key(self, at: int) -> NoReturn:
        char = self.content[at] if at < self.end else ""
        word = _WORD.match(self.content, at, self.end)
        if word:
            self.fail(UNQUOTED_KEY, at, key=word[0])
        self.no_sense(at, char)

    def no_value(self, at: int, char: str, word: str) -> NoReturn:
        if word.lower() in ("nan", "infinity") or re.match("[-+](?i:inf|nan)", self.content[at : at + 4]):
            self.fail(UNQUOTED_VALUE, at, constant=word or self.content[at : at + 4])
        if word:
            lower = word.lower()
            is_key = not self.stack and self.content.startswith(": ", at + len(word), self.end)
            self.fail(UNQUOTED_VALUE, at, literal=lower if lower in _LITERALS else _MEANT.get(lower), ending=".yaml" if is_key else None)
        if char and char in ",}]" and self.stack:
            self.fail(NO_VALUE, at, what="comma" if char == "," else "closing bracket")
        if char and char in "+-.0123456789":
            looks = ((name, look.match(self.content, at, self.end)) for name, look in _BAD_NUMBERS)
            self.fail(BAD_NUMBER, at, **next(({name: match[1]} for name, match in looks if match), {}))
        self.no_sense(at, char)

    def no_comma(self, at: int, char: str) -> NoReturn:
        self.stack[-1].key = None
        if char and (char in '"{[-' or char.isalnum()):
            self.fail(NO_COMMA, at)
        self.no_sense(at, char)

    def no_sense(self, at: int, char: str) -> NoReturn:
        """Report why nothing that begins with this character is allowed here."""
        if not char:
            self.ended(at)
        if char == "#" or self.content.startswith(("//", "/*"), at, self.end):
            self.fail(COMMENT, at)
        if char in "'`\u2018\u2019\u201c\u201d\u201e\u00ab":
            self.fail(SINGLE_QUOTE, at, quote=char, fence=FENCE if self.content.startswith(FENCE, at) else None)
        if char in "]}":
            if not self.stack:
                self.fail(AFTER_END, at, char=char)
            frame = self.stack[-1]
            self.fail(WRONG_CLOSER, at, char=char, what=frame.what, line=self.text.line(frame.at), closer=frame.closer)
        conflict = CONFLICT if self.content.startswith(CONFLICT, at, self.end) else None
        self.fail(UNEXPECTED, at, char=char, plain=plain_of(char), conflict=conflict)

    def ended(self, at: int) -> NoReturn:
        """Report that the text ends too early."""
        if not self.stack:
            self.fail(NO_VALUE, at, what="end of the text")
        frame = self.stack[-1]
        self.fail(OPEN_BRACKET, at, what=frame.what, line=self.text.line(frame.at), closer=frame.closer)

    def skip(self, at: int) -> int:
        space = _SPACE.match(self.content, at, self.end)
        return space.end() if space else at

    def steps(self) -> Steps:
        steps = (frame.key if isinstance(frame.members, dict) else len(frame.members) for frame in self.stack)
        return tuple(step for step in steps if step is not None)

    def tell(self, fault: Fault, at: int, **values: object) -> None:
        self.found.append(TextFault(fault, min(at, max(self.end - 1, 0)), self.steps(), values))

    def fail(self, fault: Fault, at: int, **values: object) -> NoReturn:
        self.tell(fault, at, **values)
        raise _Broken
