"""A shell's words, each with its place; what only a shell could replace is reported, and nothing is run.

It reads as POSIX specifies for ``sh``: quotes, escapes, comments, line ends. A pasted prompt is ignored.
"""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NoReturn

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.vocabulary.spelling import plain_of

NEVER_CLOSED: Final = Fault("KQ0300", "{mark} is never closed", ("close it, or write \\{mark} if the character itself is meant",))
SHELL_EXPANSION: Final = Fault(
    "KQ0301",
    "a shell would replace {text}, and its value is unknown here",
    (
        "write the absolute path that this directory has on the node, in place of {directory}",
        "write the absolute path on the node in place of {home}, or put single quotes around it for the container's own shell",
        "write the number that `id -u` or `id -g` prints, in place of {number}",
        "write the value that {variable} is set to further up",
        "write the value in its place, or put single quotes around it for the container's own shell",
    ),
)
LOOKALIKE_CHARACTER: Final = Fault(
    "KQ0302",
    "the character {character} ({point}) only looks like {plain}: a shell reads it as an ordinary letter",
    ("write {plain} instead",),
)
LINE_CONTINUATION_OF_ANOTHER_SHELL: Final = Fault("KQ0303", "{mark} continues a line in {shell} only", ("end the line with \\ instead",))
SPACE_AFTER_A_LINE_CONTINUATION: Final = Fault(
    "KQ0305", "the space after this \\ keeps the line from continuing", ("remove the space: nothing may follow the \\",)
)
PLACEHOLDER_LEFT_IN: Final = Fault(
    "KQ0304", "{text} is a placeholder for a value of your own", ("write the value in its place, without the angle brackets",)
)

FILE_NAME_PATTERN: Final = Fault(
    "KQ4300",
    "a shell would expand {character} to the names of matching files; it is kept as it is",
    ("put single quotes around the word",),
    severity="warning",
)
REDIRECTION_LEFT_OUT: Final = Fault(
    "KQ4301",
    "{operator} is for the shell, and is left out",
    (
        "mount a file with the input in place of {input}, or send it with `kubectl attach -i` when the Pod runs",
        "read what the container prints with `kubectl logs`",
    ),
    severity="warning",
)

_TOLD: Final = (
    "\u201c\u201d\u201e\u2033\uff02\u2018\u2019\u201a\u2032\uff07"  # quotes
    "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"  # dashes
    "\u00a0\u2003\u2009\u202f\u3000"  # blanks
)
_LOOKALIKES: Final = {char: "a space" if plain == " " else plain for char in _TOLD if (plain := plain_of(char)) is not None}
"""Lookalike characters that a shell does not read as what they look like."""
_NAME: Final = re.compile(r"\$(?:[A-Za-z_]\w*|[0-9@*#?$!-])", re.ASCII)
_BRACED: Final = re.compile(r"\$\{[#!]?(\w*)", re.ASCII)
_TILDE: Final = re.compile(r"~[\w.+-]*(?=[/:\s]|$)", re.ASCII)
_PLACEHOLDER: Final = re.compile(r"<[^\W\d][\w .,:/@|'\u2019-]{0,60}(?<! )(?<! \d)>")
"""What the reader should replace; ``<in >out`` and ``<in 2>out`` are for a shell."""
_LONG_OPTION: Final = re.compile(r"(?![itd]{2,3}\b)[a-z]{2}", re.ASCII)
"""What follows two dashes; ``-it`` and ``-dit`` are letters after one."""
_SETTING: Final = re.compile(r"^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=", re.ASCII | re.MULTILINE)
_BRACKETS: Final = re.compile(r"\[[^\s\]]{1,100}\]")
_REDIRECTION: Final = re.compile(r"[<>]+[&|]?", re.ASCII)
_SPOILT: Final = re.compile(r"\\[ \t]+(?=\n)")
_FOREIGN: Final = re.compile(r"[`^](?=[ \t]*\n)")
_SECOND_PROMPT: Final = re.compile(r"[ \t]*>[ \t]+")
_FIRST_PROMPT: Final = re.compile(r"\s*[$%] ")
_LONG_PROMPT: Final = re.compile(
    r"\s*(?:\([\w.-]+\) )?(?:PS )?(?:\[[^\]\n]{1,99}\]|[\w.@:~/\\-]{0,99})[$%#>][ \t]+(?=(?:sudo +)?(?:docker|podman|nerdctl) )"
)
"""A prompt that would be read as a word, or as a comment, if a program follows that no sentence begins with."""
_SHELLS: Final = {"`": "PowerShell", "^": "Windows' cmd"}
_CLOSERS: Final = {"(": ")", "{": "}"}
_KINDS: Final = (
    (re.compile(r"\$PWD|\$\{PWD\}|[$`]\(?pwd[)`]|~", re.IGNORECASE), "directory"),
    (re.compile(r"[$`]\(?id …[)`]|\$\{?[UG]ID\}?"), "number"),
    (re.compile(r"\$HOME|\$\{HOME\}"), "home"),
)
"""What a shell is known to put there, by the name of the value in the hint for it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A place in a text, counted from 1, in characters."""

    source: str
    line: int
    column: int

    def tell(self, fault: Fault, **values: object) -> Diagnostic:
        """State a fault here."""
        return fault.at((), **values).diagnostic(source=self.source, line=self.line, column=self.column)

    def put(self, diagnostic: Diagnostic) -> Diagnostic:
        """Move a diagnostic here."""
        return dataclasses.replace(diagnostic, source=self.source, line=self.line, column=self.column)


def for_a_shell(place: Place, text: str, kind: str) -> Diagnostic:
    """State that a shell would replace a text; ``kind`` is the value in the hint for it, empty where nothing is known of it."""
    known = {name: text if name == kind else None for name in ("directory", "home", "number", "variable")}
    return place.tell(SHELL_EXPANSION, text=text, **known)


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """One word as the program would get it; if ``known`` is false, a shell would have replaced part of it."""

    text: str
    place: Place
    known: bool = True
    span: tuple[int, int] = (0, 0)
    """Where it begins and ends in the text that was read, with quotes."""


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """The commands of a text, each a tuple of words, and what was found while reading."""

    text: str
    """What was read: every line end is one character."""
    commands: tuple[tuple[Word, ...], ...]
    found: tuple[Diagnostic, ...]
    end: int
    """Where reading ended: at the end, or at the word in which something is never closed."""

    def found_outside(self, commands: Iterable[tuple[Word, ...]]) -> tuple[Diagnostic, ...]:
        """Return what was found, except within these commands, which are in order."""
        lines = [0, *(end.end() for end in re.finditer("\n", self.text))]
        spans = [(words[0].span[0], words[-1].span[1]) for words in commands]
        places = [(lines[(one.line or 1) - 1] + (one.column or 1) - 1, one) for one in self.found]
        return tuple(one for at, one in places if not _holds(spans, at))


def read(text: str, source: str) -> Script:
    """Read a text as a shell would."""
    reader = _Reader(text.replace("\r\n", "\n"), source)
    commands = tuple(command for command in reader.commands() if command)
    return Script(reader.text, commands, tuple(reader.found), reader.end)


def _holds(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Return whether one of the spans, which are in order and disjoint, contains a place."""
    before = bisect.bisect_right(spans, at, key=lambda span: span[0])
    return before > 0 and at < spans[before - 1][1]


class _Unclosed(Exception):  # noqa: N818  a fact that ends the reading
    """A quote or bracket is never closed: there is nothing more to read."""


class _Reader:
    """Goes through a text once; ``at`` is the next character."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.starts = [0, *(end.end() for end in re.finditer("\n", text))]
        long = _LONG_PROMPT.match(text)
        self.prompted = long is not None or _FIRST_PROMPT.match(text) is not None
        self.at = long.end() if long and not _is_comment(text, long.end()) else 0
        self.documents: list[str] = []
        self.sets = {found[1]: found.start() for found in reversed([*_SETTING.finditer(text)])}
        self.found: list[Diagnostic] = []
        self.began, self.end = 0, len(text)

    def place(self, at: int) -> Place:
        line = bisect.bisect_right(self.starts, at)
        return Place(self.source, line, at - self.starts[line - 1] + 1)

    def tell(self, fault: Fault, at: int, **values: object) -> None:
        self.found.append(self.place(at).tell(fault, **values))

    def commands(self) -> Iterator[tuple[Word, ...]]:
        while self.at < len(self.text):
            words: list[Word] = []
            try:
                self.command(words)
            except _Unclosed:
                self.end, self.at = self.began, len(self.text)
            yield tuple(words)

    def command(self, words: list[Word]) -> None:
        """Read words up to the end of a command, and past it."""
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in " \t":
                self.at += 1
            elif self.text.startswith("\\\n", self.at):
                self.continued()
            elif _FOREIGN.match(self.text, self.at):
                self.tell(LINE_CONTINUATION_OF_ANOTHER_SHELL, self.at, mark=character, shell=_SHELLS[character])
                self.at = self.text.index("\n", self.at) + 1
            elif spoilt := _SPOILT.match(self.text, self.at):
                self.tell(SPACE_AFTER_A_LINE_CONTINUATION, self.at)
                self.at = spoilt.end() + 1
            elif character == "#":
                self.at = self.line_end()
            elif character in "\n;&|()":
                self.at += 1
                if character == "\n":
                    self.pass_documents()
                return
            elif character in "<>" and not _PLACEHOLDER.match(self.text, self.at):
                self.redirection(words)
            else:
                self.began = self.at
                words.append(self.word())

    def line_end(self) -> int:
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end

    def continued(self) -> None:
        """Skip an escaped line end; in a pasted session the next line begins with its own prompt."""
        self.at += 2
        prompt = _SECOND_PROMPT.match(self.text, self.at) if self.prompted else None
        if prompt:
            self.at = prompt.end()

    def redirection(self, words: list[Word]) -> None:
        start, operator = self.at, _REDIRECTION.match(self.text, self.at)
        if words and words[-1].text.isdecimal() and self.text.endswith(words[-1].text, 0, start):
            words.pop()  # the number of what is redirected, as in 2>&1
        self.at = operator.end() if operator else start + 1
        written = self.text[start : self.at]
        self.tell(REDIRECTION_LEFT_OUT, start, operator=written, input=written if "<" in written else None)
        while self.text[self.at : self.at + 1] in {" ", "\t"}:
            self.at += 1
        if self.text[self.at : self.at + 1] not in {"", "\n", ";", "&", "|", "(", ")", "<", ">"}:
            held = self.word()
            self.documents += [held.text.removeprefix("-")] if written == "<<" else []

    def pass_documents(self) -> None:
        """Skip here documents: the lines up to a line with the word after ``<<``."""
        for word in self.documents:
            end = re.compile(rf"^\t*{re.escape(word)}$", re.MULTILINE).search(self.text, self.at)
            self.at = min(end.end() + 1, len(self.text)) if end else len(self.text)
        self.documents.clear()

    def word(self) -> Word:
        start, parts, known = self.at, [""], True
        tilde = _TILDE.match(self.text, self.at)
        if tilde:
            known = self.expanded(tilde.end(), tilde[0], parts)
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == "\\":
                self.escape(parts)
            elif character == "'":
                end = self.text.find("'", self.at + 1)
                if end < 0:
                    self.unclosed("'")
                parts.append(self.text[self.at + 1 : end])
                self.at = end + 1
            elif character == '"':
                known &= self.double_quoted(parts)
            elif character in "$`":
                known &= self.expansion(parts, quoted=False)
            elif character == "<" and (held := _PLACEHOLDER.match(self.text, self.at)):
                self.tell(PLACEHOLDER_LEFT_IN, self.at, text=held[0])
                self.at, known = held.end(), False
            elif character in " \t\n;&|()<>":
                break
            else:
                known &= self.plain(character, start, parts)
        return Word("".join(parts), self.place(start), known, (start, self.at))

    def plain(self, character: str, start: int, parts: list[str]) -> bool:
        """Take a character that a shell leaves as it is; return whether it is what it looks like."""
        at = self.at
        self.at += 1
        parts.append(character)
        meant = _LOOKALIKES.get(character)
        if meant == "-" and _LONG_OPTION.match(self.text, self.at):
            meant = "--"  # word processors make one long dash of two
        if meant is not None and (meant[0] != "-" or at == start):
            self.tell(LOOKALIKE_CHARACTER, at, character=character, point=f"U+{ord(character):04X}", plain=meant)
            return False
        if character in "*?" or _BRACKETS.match(self.text, at):
            self.tell(FILE_NAME_PATTERN, at, character=character)
        return True

    def escape(self, parts: list[str]) -> None:
        if self.text.startswith("\\\n", self.at):
            self.continued()
            return
        parts.append(self.text[self.at + 1 : self.at + 2] or "\\")
        self.at = min(self.at + 2, len(self.text))

    def double_quoted(self, parts: list[str]) -> bool:
        start, known = self.at, True
        parts.append("")
        self.at += 1
        while self.at < len(self.text):
            character = self.text[self.at]
            if character == '"':
                self.at += 1
                return known
            if character == "\\" and self.text[self.at + 1 : self.at + 2] in {"$", "`", '"', "\\", "\n"}:
                self.escape(parts)
            elif character in "$`":
                known &= self.expansion(parts, quoted=True)
            else:
                parts.append(character)
                self.at += 1
        self.at = start
        return self.unclosed('"')

    def expansion(self, parts: list[str], *, quoted: bool) -> bool:
        """Skip what a shell would replace; return whether it is nothing of the kind, such as a lone dollar sign."""
        text, at = self.text, self.at
        if text[at] == "`":
            end = self.closing("`", at + 1)
            return self.expanded(end, _call(text[at:end], "`", "`"), parts)
        if text.startswith("$(", at):
            end = self.closing("(", at + 2)
            return self.expanded(end, _call(text[at:end], "$(", ")"), parts)
        braced = _BRACED.match(text, at)
        if braced:
            return self.expanded(self.closing("{", braced.end()), f"${{{braced[1]}}}", parts)
        if not quoted and text[at + 1 : at + 2] in {"'", '"'}:
            quote = text[at + 1]
            return self.expanded(self.closing(quote, at + 2), f"${quote}…{quote}", parts)
        name = _NAME.match(text, at)
        if name:
            return self.expanded(name.end(), name[0], parts)
        parts.append("$")
        self.at += 1
        return True

    def expanded(self, end: int, shown: str, parts: list[str]) -> bool:
        kind = next((kind for known, kind in _KINDS if known.fullmatch(shown)), "variable" if self.is_set(shown) else "")
        self.found.append(for_a_shell(self.place(self.at), shown, kind))
        parts.append(self.text[self.at : end])
        self.at = end
        return False

    def is_set(self, shown: str) -> bool:
        """Return whether an earlier line sets a variable; which of several would win, only a shell knows."""
        return self.sets.get(shown.strip("${}"), len(self.text)) < self.at

    def closing(self, opener: str, at: int) -> int:
        """Find where what was opened is closed, and return the place after it."""
        closer, depth, quote = _CLOSERS.get(opener, opener), 1, ""
        while at < len(self.text):
            character = self.text[at]
            if character == "\\" and quote != "'":
                at += 1
            elif quote:
                quote = "" if character == quote else quote
            elif character == closer:
                depth -= 1
                if not depth:
                    return at + 1
            elif character == opener:
                depth += 1
            elif opener in _CLOSERS and character in "'\"":
                quote = character
            at += 1
        return self.unclosed(opener)

    def unclosed(self, mark: str) -> NoReturn:
        self.tell(NEVER_CLOSED, self.at, mark=mark)
        raise _Unclosed


def _call(text: str, before: str, after: str) -> str:
    """Return which program would be run, without its arguments, which may be secret."""
    program, *rest = text.removeprefix(before).removesuffix(after).split(maxsplit=1) or [""]
    return f"{before}{program}{' …' if rest else ''}{after}"


def _is_comment(text: str, at: int) -> bool:
    """Return whether what looks like the prompt of root is a comment: a run follows it."""
    return (
        text.lstrip()[:1] == "#"
        and re.search(r"^\s*(?:sudo +)?(?:docker|podman|nerdctl) ", text[at:].partition("\n")[2], re.MULTILINE) is not None
    )
