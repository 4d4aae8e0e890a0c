"""What a newcomer meant, where a YAML reader only reports what it did not expect."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from kqmanifest.diagnostics import Fault
from kqmanifest.limits import TOO_DEEP
from kqmanifest.read.composer import BARE_QUESTION, ESCAPE, NO_SPACE, TEMPLATE, Composer
from kqmanifest.read.places import TextFault
from kqmanifest.read.scanner import AFTER_END, CONFLICT, FENCE, NO_COMMA, OPEN_BRACKET, UNEXPECTED
from kqmanifest.vocabulary.spelling import plain_of

if TYPE_CHECKING:
    from kqmanifest.diagnostics import Steps
    from kqmanifest.read.places import SourceText

TAB: Final = Fault("KQ0040", "there is a tab where YAML requires spaces", ("write spaces instead",))
OPEN_QUOTE: Final = Fault("KQ0041", "the string that begins with {quote} here is not closed", ("add the closing {quote}",))
SECOND_COLON: Final = Fault(
    "KQ0042",
    "the value of a key contains a second colon",
    ("write {plain} instead of {bracket}, which only looks like it", "put the value in quotes"),
)
TOO_FAR_IN: Final = Fault(
    "KQ0043",
    "this line is indented deeper than the one before it, which already has a value",
    (
        "write plain spaces at the beginning of line {odd}: the characters there only look like spaces",
        "write - instead of {bullet} on line {above}",
        "indent it as the line before, or remove the value from that line",
    ),
)
INDENT: Final = Fault(
    "KQ0044",
    "the indentation of this line matches no line above it",
    (
        "put {dash} and a space before the first key of each item above it, and indent the rest of the item deeper than that",
        "indent it like the lines that it belongs with",
    ),
)
LONE_LINE: Final = Fault(
    "KQ0046",
    "this line is neither a key with a value nor an item of a list",
    (
        "keep one of the two versions that git left here, and remove the lines {conflict}, ======= and >>>>>>>",
        "remove the line: it begins with the {prompt} of a terminal prompt, and is not part of the file",
        "write KEY: VALUE, or put - before an item",
    ),
)
RESERVED: Final = Fault(
    "KQ0047",
    "a value cannot begin with {char}",
    ("remove this line and the closing {fence}: they belong to the page that the text was copied from", "put the value in quotes"),
)
DASH: Final = Fault("KQ0048", "a list cannot begin on the line of its key", ("begin it on the next line",))
BEHIND_VALUE: Final = Fault(
    "KQ0049", "there is more text after the end of a value", ("put the whole value in one pair of quotes, or remove the rest",)
)
BLOCK: Final = Fault("KQ0051", "there is text after the | or > that begins a block", ("begin the text on the next line",))
DIRECTIVE: Final = Fault("KQ0052", "kubectl does not accept a line that begins with %", ("remove the line",))
LONG_KEY: Final = Fault("KQ0053", "a key is longer than 1024 characters", ("shorten the key",))
UNSEEN: Final = Fault("KQ0061", "kubectl does not read what follows the ... on line {line}", ("write --- instead of the three dots",))
NOT_YAML: Final = Fault("KQ0054", "the text is not YAML from here on", ("put the value in quotes",))

_LONGEST_KEY: Final = 1024
_ESCAPE: Final = re.compile(r"\\(?:x\w{0,2}|u\w{0,4}|U\w{0,8}|.|\Z)", re.DOTALL)
_INDENTED: Final = re.compile(r"(?:[ ]*(?:#.*)?\n)* ")
_DOTS: Final = re.compile(r"^\.\.\.", re.MULTILINE)
_MARK: Final = re.compile(
    r"\s*(?:(?P<dash>-)(?=[^\s-])|(?:- +)*(?:[\"']?[\w./-]+[\"']?)(?:(?P<colon>:)(?=\S)|\s*(?P<other>[\uff1a\ufe55])))"
)
_LINE_END: Final = re.compile("\n|$")
_ODD_BLANKS: Final = re.compile(r"[^\S\n]*[^\S \t\r\n]")
_KEY: Final = re.compile(r".*:(?:\s|$)")
_FENCE: Final = re.compile(r"```\w*\s*$")
_PROMPT: Final = re.compile(r"\s*(?:[\w@:~./-]*)(?P<sign>[$%#>]) (?=[\w.])")
_BRACKET: Final = re.compile(r":\s+([\uff5b\uff3b])")
_BULLET: Final = re.compile(r"\s*([\u2010-\u2015\u2022\u2212\u30fb\uff0d\uff65])\s")
_COMMAS: Final = re.compile(r"[\u3001\uff0c\uff64;\uff1b]")
_SLASHES: Final = re.compile(r"(?:^|\s)//")


class Trouble(NamedTuple):
    """An error of the YAML reader, in offsets of the whole text."""

    text: SourceText
    end: int
    at: int
    context_at: int
    steps: Steps
    open_bracket: int | None
    problem: str

    @property
    def line_start(self) -> int:
        """The beginning of its line."""
        return self.text.content.rfind("\n", 0, self.at) + 1

    @property
    def before(self) -> str:
        """What is before the place on its line."""
        return self.text.content[self.line_start : self.at]

    @property
    def is_at_end(self) -> bool:
        """Whether there is nothing at the place or after it."""
        return not self.text.content[self.at : self.end].strip()

    def line(self, at: int) -> str:
        """Return the whole line of an offset."""
        content = self.text.content
        stop = _LINE_END.search(content, at)
        return content[content.rfind("\n", 0, at) + 1 : stop.start() if stop else len(content)]

    def char(self, at: int) -> str:
        """Return the character at an offset, nothing after the end."""
        return self.text.content[at : min(at + 1, self.end)]

    def found(self, fault: Fault, at: int | None = None, **values: object) -> TextFault:
        """State a fault, at the place unless another is given."""
        return TextFault(fault, self.at if at is None else at, self.steps, values)


Reason: TypeAlias = Callable[[Trouble], TextFault]


def locate(text: SourceText, span: tuple[int, int], error: Any, composer: Composer) -> Trouble:
    """Find where in the whole text the YAML reader stopped."""
    start, end = span
    mark, context = error.problem_mark, error.context_mark
    at = min(start + (mark or context).index, end)
    context_at = min(start + context.index, end) if context else at
    brackets = [frame.at for frame in composer.stack if frame.is_flow]
    problem = f"{error.context or ''}: {error.problem or ''}"
    return Trouble(text, end, at, context_at, composer.steps(), brackets[-1] if brackets else None, problem)


def explain(trouble: Trouble) -> TextFault:
    """Find what is wrong where the YAML reader stopped."""
    text, at, problem = trouble.text, trouble.at, trouble.problem
    template = trouble.line(trouble.context_at).find("{{") if "quoted scalar" not in problem else -1
    if template >= 0:
        return trouble.found(TEMPLATE, text.content.rfind("\n", 0, trouble.context_at) + 1 + template)
    if "quoted" not in problem and re.match(" *\t", trouble.before + trouble.char(at)):
        return trouble.found(TAB, trouble.line_start + trouble.line(at).index("\t"))
    for pattern, reason in _REASONS:
        if re.search(pattern, problem):
            return reason(trouble)
    return trouble.found(NOT_YAML)


def behind_end(text: SourceText, at: int) -> TextFault:
    """Report text after a document: kubectl reads only one between two separators."""
    dots = list(_DOTS.finditer(text.content, 0, at))
    if dots:
        return TextFault(UNSEEN, at, (), {"line": text.line(dots[-1].start())})
    is_line = not text.content[text.content.rfind("\n", 0, at) + 1 : at].strip(" ")
    return TextFault(INDENT if is_line and _INDENTED.match(text.content) else AFTER_END, at, (), {})


def _open_quote(trouble: Trouble) -> TextFault:
    return trouble.found(OPEN_QUOTE, trouble.context_at, quote=trouble.char(trouble.context_at))


def _escape(trouble: Trouble) -> TextFault:
    content = trouble.text.content
    at = content.rfind("\\", trouble.context_at, trouble.at + 1)
    escape = _ESCAPE.match(content, max(at, 0), trouble.end)
    return trouble.found(ESCAPE, at, escape=escape[0] if escape else "")


def _colon(trouble: Trouble) -> TextFault:
    before = trouble.before
    if len(before) > _LONGEST_KEY:
        return trouble.found(LONG_KEY, trouble.line_start)
    if re.search(r":\s", before):
        bracket = _BRACKET.search(before)
        return trouble.found(SECOND_COLON, bracket=bracket and bracket[1], plain=bracket and plain_of(bracket[1]))
    above = trouble.text.content.rfind("\n", 0, max(trouble.line_start - 1, 0)) + 1
    written = _badly_written(trouble, above) if above < trouble.line_start else None
    if written:
        return written
    indent = len(before) - len(before.lstrip())
    line = trouble.line(above)
    if above < trouble.line_start and len(line) - len(line.lstrip()) == indent and not _KEY.match(line):
        return _no_key(trouble, above + indent)
    odd, bullet = _ODD_BLANKS.match(line), _BULLET.match(line)
    number = trouble.text.line(above)
    values = {"odd": number if odd else None, "bullet": bullet and bullet[1], "above": number}
    return trouble.found(TOO_FAR_IN, trouble.line_start + indent, **values)


def _lone_line(trouble: Trouble) -> TextFault:
    return _badly_written(trouble, trouble.context_at) or _no_key(trouble, trouble.context_at)


def _no_key(trouble: Trouble, at: int) -> TextFault:
    line = trouble.line(at)
    prompt = _PROMPT.match(line)
    return trouble.found(LONE_LINE, at, conflict=CONFLICT if line.startswith(CONFLICT) else None, prompt=prompt and prompt["sign"])


def _badly_written(trouble: Trouble, at: int) -> TextFault | None:
    """Find the dash or colon of a line that a reader does not recognise: no space follows it, or it only looks like one."""
    start = trouble.text.content.rfind("\n", 0, at) + 1
    mark = _MARK.match(trouble.line(at))
    if mark is None:
        return None
    if mark["other"]:
        return trouble.found(UNEXPECTED, start + mark.start("other"), char=mark["other"], plain=plain_of(mark["other"]))
    kind = "colon" if mark["colon"] else "dash"
    return trouble.found(NO_SPACE, start + mark.start(kind), what=kind)


def _comma(trouble: Trouble) -> TextFault:
    if "?" in trouble.text.content[max(trouble.at - 1, 0) : trouble.at + 1]:
        return trouble.found(BARE_QUESTION)
    return _open_bracket(trouble) if trouble.is_at_end else _no_comma(trouble)


def _no_comma(trouble: Trouble) -> TextFault:
    """Report a missing comma; where a bracket opens on the line above and is not closed there, its closer is probably missing."""
    content = trouble.text.content
    above = trouble.text.line(max(len(content[: trouble.line_start].rstrip()) - 1, 0))
    slashes = above if _SLASHES.search(trouble.line(max(trouble.line_start - 1, 0))) else None
    opened = trouble.open_bracket
    line = trouble.text.line(opened) if opened is not None else None
    is_open = opened is not None and line == above < trouble.text.line(trouble.at) and trouble.line(opened).rstrip()[-1] not in "[{"
    closer = None if opened is None or not is_open else "}" if trouble.char(opened) == "{" else "]"
    sign = _COMMAS.search(trouble.before)
    return trouble.found(NO_COMMA, slashes=slashes, sign=sign and sign[0], closer=closer, line=line)


def _unexpected(trouble: Trouble) -> TextFault:
    return trouble.found(UNEXPECTED, char=trouble.char(trouble.at), plain=plain_of(trouble.char(trouble.at)))


def _open_bracket(trouble: Trouble) -> TextFault:
    at = trouble.context_at if trouble.open_bracket is None else trouble.open_bracket
    is_object = trouble.char(at) == "{"
    what, closer = ("object", "}") if is_object else ("list", "]")
    last = len(trouble.text.content[: trouble.at].rstrip()) - 1
    return trouble.found(OPEN_BRACKET, last, what=what, line=trouble.text.line(at), closer=closer)


def _misfit(trouble: Trouble) -> TextFault:
    if trouble.char(trouble.at) in ("}", "]"):
        return _unexpected(trouble)
    if trouble.before.strip(" -"):
        return trouble.found(BEHIND_VALUE)
    is_item = not trouble.before.strip() and trouble.text.content.startswith("- ", trouble.at)
    return trouble.found(INDENT, dash="-" if is_item else None)


def _no_document(trouble: Trouble) -> TextFault:
    line = trouble.text.content.rfind("\n%", 0, trouble.at)
    if line >= 0 or trouble.text.content.startswith("%"):
        return trouble.found(DIRECTIVE, line + 1)
    return behind_end(trouble.text, trouble.at)


def _directive(trouble: Trouble) -> TextFault:
    return trouble.found(DIRECTIVE, trouble.line_start)


def _reserved(trouble: Trouble) -> TextFault:
    return trouble.found(RESERVED, trouble.context_at, char=trouble.char(trouble.context_at))


def _no_start(trouble: Trouble) -> TextFault:
    if trouble.char(trouble.at) == "\t":
        return trouble.found(TAB)
    is_fence = not trouble.before and _FENCE.match(trouble.line(trouble.at))
    return trouble.found(RESERVED, char=trouble.char(trouble.at), fence=FENCE if is_fence else None)


def _no_content(trouble: Trouble) -> TextFault:
    if trouble.is_at_end and trouble.open_bracket is not None:
        return _open_bracket(trouble)
    return _unexpected(trouble)


# The messages of libyaml and of PyYAML's own reader, which differ.
_REASONS: Final[tuple[tuple[str, Reason], ...]] = (
    ("quoted.*(?:end of stream|document (?:indicator|separator))", _open_quote),
    ("escape|hexdecimal|hexadecimal", _escape),
    ("mapping values are not allowed", _colon),
    ("find expected ':'", _lone_line),
    ("sequence entries are not allowed", lambda trouble: trouble.found(DASH)),
    ("'[,]' or", _comma),
    ("(?i:directive|incompatible)", _directive),
    ("<document start>", _no_document),
    ("expected key|block end|'-' indicator", _misfit),
    ("cannot start any token", _no_start),
    ("alphabetic or numeric|scanning a tag|parsing a tag|tag handle|scanning an a", _reserved),
    ("node content", _no_content),
    ("unexpected ':'", lambda trouble: trouble.found(NO_SPACE, what="colon")),
    ("comment or (?:a )?line break|chomping|indentation indicator", lambda trouble: trouble.found(BLOCK)),
    ("maximum nesting", lambda trouble: trouble.found(TOO_DEEP, deepest=trouble.text.limits.depth)._replace(steps=())),
    ("tab character", lambda trouble: trouble.found(TAB)),
)
