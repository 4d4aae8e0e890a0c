"""YAML is read to documents: split as kubectl splits it, read line by line, or scanned by PyYAML and composed as Go's reader does."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.limits import TOO_BIG, TOO_MANY_DOCUMENTS, is_longer
from kqmanifest.read.block_text import read_block
from kqmanifest.read.composer import ESCAPE, Composed, Composer, StopError
from kqmanifest.read.document import Document, Origin
from kqmanifest.read.encoding import find_control
from kqmanifest.read.json_text import Reading, is_whole
from kqmanifest.read.places import Offsets, SourceText, TextFault
from kqmanifest.read.scanner import AFTER_END
from kqmanifest.read.yaml_faults import DIRECTIVE, NOT_YAML, behind_end, explain, locate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqmanifest.diagnostics import Diagnostic

SEPARATOR: Final = Fault(
    "KQ0060",
    "--- begins a new document, and must be alone on its line",
    ("begin the document on the next line",),
)
LATE_MARK: Final = Fault(
    "KQ0056", "this line begins with a byte order mark, U+FEFF", ("remove it: only the file as a whole may begin with one",)
)
LOST_LINE: Final = Fault(
    "KQ0057",
    "kubectl drops this line: no line break follows it, and its {size} bytes fill the reader's buffer",
    ("end the file with a line break",),
)
# How many bytes of a line kubectl's reader takes at once.
_BUFFER: Final = 4096
_SEPARATOR: Final = re.compile("\n---([^\n]*)")
_SEPARATOR_HERE: Final = re.compile("---([^\n]*)")
# What ends a line in YAML, and not for a reader that splits a text at line feeds.
_BREAK: Final = re.compile("[\r\x85\u2028\u2029]")
_LATE_MARK: Final = re.compile("(?:\\A|(?<=[\n\r\x85\u2028\u2029]))\ufeff")
_SURROGATE: Final = re.compile(r"\\(?:u|U0000)[dD][89a-fA-F][0-9a-fA-F]{2}")
_NO_CHARACTER: Final = re.compile(r"\\U(?!000|0010)[0-9a-fA-F]{8}")


def read_yaml(text: SourceText, start: int = 0, number: int = 0) -> Reading:
    """Read the YAML documents from ``start`` on, the first of that number; a faulty one does not hide the others.

    Where another document is before them, they begin with a separator.
    """
    control = find_control(text)
    if control:
        return Reading([], [control], 0)
    lost = _lost_line(text.content, start)
    if lost:
        return Reading([], [text.tell(lost, number)], lost.at)
    # So kubectl's splitter reads each line; of two carriage returns before a line feed one remains.
    text = SourceText(text.content[:start] + text.content[start:].replace("\r\n", "\n"), text.source, text.limits)
    documents: list[Document] = []
    told: list[Diagnostic] = []
    broken: list[int] = []
    follows = number > 0
    for begin, end, misplaced in _parts(text.content, start):
        if misplaced is not None:
            told.append(text.tell(TextFault(SEPARATOR, misplaced, (), {}), number))
        if number >= text.limits.documents and text.content[begin:end].strip():
            told.append(text.tell(TextFault(TOO_MANY_DOCUMENTS, begin, (), {"most": text.limits.documents}), number))
            break
        if is_longer(text.content, begin, end, text.limits.bytes):
            told.append(text.tell(TextFault(TOO_BIG, begin, (), {"largest": text.limits.bytes}), number))
            number += 1
            continue
        span = begin + text.content.startswith("\ufeff", begin), end
        plain = None if follows else read_block(_part(text, *span), text.limits)
        if plain is not None:
            if plain[0] is not None:
                documents.append(Document(plain[0], number, text.source, Origin(text, span, _offsets)))
                number += 1
            continue
        composed, broken_at = _compose(text, *span)
        if follows and not text.content.startswith("---", begin) and composed.value is not None:
            composed.found.append(TextFault(AFTER_END, composed.root.at, (), {}))
            broken_at = composed.root.at
        follows = False
        told.extend(text.tell_all(composed.found, number))
        if broken_at is not None:
            broken.append(broken_at)
        if composed.found or composed.value is not None:
            documents.append(Document(composed.value, number, text.source, Origin(text, span, _offsets)))
            number += 1
    return Reading(documents, told, broken[0] if broken else None)


def _lost_line(content: str, start: int) -> TextFault | None:
    """Find a last line that ends with the text just where kubectl's reader needs more of it, and so drops what it has."""
    begin = max(content.rfind("\n") + 1, start)
    size = len(content[begin:].encode())
    is_lost = size >= _BUFFER and (size % _BUFFER == 0 or "\r" in content[begin:])
    return TextFault(LOST_LINE, begin, (), {"size": size}) if is_lost else None


def _parts(content: str, start: int) -> Iterator[tuple[int, int, int | None]]:
    """Split at every line that begins with ``---``, even inside a string, as kubectl does.

    The separator is left out, except where nothing is before it. Each part comes with the place of
    any text beside the separator after it that is not allowed there.
    """
    # What follows JSON on its line begins a line to kubectl.
    first = _SEPARATOR_HERE.match(content, start)
    for found in chain([first] if first else [], _SEPARATOR.finditer(content, first.end() if first else start)):
        misplaced = _misplaced(found)
        begin = found.start() + (found is not first)
        if begin > start or misplaced is not None:
            yield start, begin, misplaced
            start = found.end() + 1
    yield start, len(content), None


def _misplaced(separator: re.Match[str]) -> int | None:
    """Find text beside a separator that is not a comment, or that follows a comment for readers to which the line ends earlier."""
    beside = separator[1].strip()
    if beside and not beside.startswith("#"):
        return separator.end() - len(separator[1].lstrip())
    ends = _BREAK.search(separator[1].rstrip())
    return separator.start(1) + ends.end() if ends else None


def _part(text: SourceText, start: int, end: int) -> str:
    """Return a part of the text; its last line may lack a line break, and kubectl adds it."""
    part = text.content[start:end]
    return part if part.endswith("\n") else f"{part}\n"


def _offsets(text: SourceText, start: int, end: int) -> Offsets:
    """Return the offsets of the one document of a part."""
    return _compose(text, start, end)[0].root


def _compose(text: SourceText, start: int, end: int) -> tuple[Composed, int | None]:
    """Compose the one document of a part, and return where it stopped being YAML, if it did."""
    import yaml  # noqa: PLC0415  # only where YAML is read: JSON needs none of it

    part = _part(text, start, end)
    composer = Composer(text, start)
    mark = _LATE_MARK.search(part) if "\ufeff" in part else None
    if mark:
        return Composed(None, Offsets(start, start, None), [TextFault(LATE_MARK, start + mark.start(), (), {})]), None
    try:
        events = yaml.parse(part, Loader=getattr(yaml, "CLoader", yaml.Loader))
        next(events)
        opening: Any = next(events)
        if isinstance(opening, yaml.StreamEndEvent):
            return Composed(None, Offsets(start, start, None), []), None
        if opening.explicit and part.startswith("%", opening.start_mark.index):
            # Readers know and heed different directives.
            return Composed(None, Offsets(start, start, None), [TextFault(DIRECTIVE, start + opening.start_mark.index, (), {})]), None
        composed = composer.compose(events)
        surrogate = _SURROGATE.search(part)
        if surrogate and not is_whole(composed.value):
            composer.found.append(TextFault(ESCAPE, start + surrogate.start(), (), {"escape": surrogate[0]}))
        following = next(events, None)
        if following is not None and following.start_mark is not None and not isinstance(following, yaml.StreamEndEvent):
            composer.found.append(behind_end(text, start + following.start_mark.index))
    except StopError:
        return Composed(None, Offsets(start, start, None), composer.found), None
    except yaml.MarkedYAMLError as error:
        trouble = locate(text, (start, end), error, composer)
        found = explain(trouble)
        broken_at = trouble.at
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML's own reader lets Python's errors through for an escape that is not a character.
        escape = _NO_CHARACTER.search(part)
        found = TextFault(ESCAPE, start + escape.start(), (), {"escape": escape[0]}) if escape else TextFault(NOT_YAML, start, (), {})
        broken_at = found.at
    else:
        return composed, None
    composer.found.append(found)
    return Composed(None, Offsets(start, start, None), composer.found), broken_at
