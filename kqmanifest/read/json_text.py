"""JSON becomes documents: read by :mod:`json`, and scanned only where that finds a fault."""

from __future__ import annotations

import math
import re
from json import JSONDecoder, dumps
from typing import TYPE_CHECKING, Final, NamedTuple

from kqmanifest.diagnostics import Json
from kqmanifest.limits import TOO_BIG, TOO_DEEP, TOO_MANY_DOCUMENTS, TOO_MANY_VALUES, Limits, find_exceeded, is_longer
from kqmanifest.read.document import Document, Origin
from kqmanifest.read.places import Offsets, TextFault
from kqmanifest.read.scanner import AFTER_END, COMMENT, LONGEST_NUMBER, Scan, scan, scanned_offsets

if TYPE_CHECKING:
    from kqmanifest.diagnostics import Diagnostic
    from kqmanifest.read.places import SourceText

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class Reading(NamedTuple):
    """The documents of a text, its diagnostics, and the offset at which reading had to stop.

    For JSON also how many documents were complete, empty ones too, and the offset after the last of them.
    """

    documents: list[Document]
    diagnostics: list[Diagnostic]
    broken_at: int | None = None
    whole: int = 0
    behind: int = 0


def read_json(text: SourceText) -> Reading:
    """Read JSON documents that follow one another, as kubectl does."""
    return _read(text, 0, len(text.content), 0)


def read_lines(text: SourceText) -> Reading:
    """Read one JSON document per line; a bad line does not hide the others."""
    whole = Reading([], [])
    start = number = 0
    for line in text.content.split("\n"):
        reading = _read(text, start, start + len(line), number, alone=True)
        whole.documents.extend(reading.documents)
        whole.diagnostics.extend(reading.diagnostics)
        number += len(reading.documents) or bool(reading.diagnostics)
        if number > text.limits.documents:
            whole.diagnostics.append(text.tell(TextFault(TOO_MANY_DOCUMENTS, start, (), {"most": text.limits.documents}), number - 1))
            break
        start += len(line) + 1
    return whole


def _read(text: SourceText, start: int, end: int, number: int, *, alone: bool = False) -> Reading:
    """Read the text from ``start`` to ``end``: one document if it is ``alone``, else any number of them."""
    part = text.content[start:end]
    reading = Reading([], [])
    at = _skip(part, 0)
    first = behind = at
    of_line, whole = number, 0
    while at < len(part):
        if at > first and alone:
            reading.diagnostics.append(text.tell(TextFault(AFTER_END, start + at, (), {}), of_line))
            break
        if number >= text.limits.documents and not alone:
            reading.diagnostics.append(text.tell(TextFault(TOO_MANY_DOCUMENTS, start + at, (), {"most": text.limits.documents}), number))
            break
        decoded = _decode(part, at, text.limits)
        if decoded is None:
            scanned = _scan(text, start + at, end, is_first=at == first)
            reading.diagnostics.extend(text.tell_all(scanned.found, number))
            if scanned.broken:
                return reading._replace(broken_at=scanned.found[-1].at, whole=whole, behind=start + behind)
            number += 1
            behind = scanned.end - start
        else:
            value, behind = decoded
            large = _exceeded(part, at, behind, value, text.limits)
            if large is not None:
                reading.diagnostics.append(text.tell(large._replace(at=start + at), number))
                number += 1
            elif value is not None:
                reading.documents.append(Document(value, number, text.source, Origin(text, (start + at, end), scanned_offsets)))
                number += 1
        whole += 1
        at = _skip(part, behind)
    return reading._replace(whole=whole, behind=start + behind)


def _exceeded(part: str, at: int, stop: int, value: Json, limits: Limits) -> TextFault | None:
    """Return which limit a document exceeds, its bytes or the number of its values: at most as many as its commas and brackets."""
    if is_longer(part, at, stop, limits.bytes):
        return TextFault(TOO_BIG, at, (), {"largest": limits.bytes})
    if stop - at > limits.nodes and part.count(",", at, stop) + _brackets(part, at, stop) >= limits.nodes and find_exceeded(value, limits):
        return TextFault(TOO_MANY_VALUES, at, (), {"most": limits.nodes})
    return None


def _brackets(part: str, at: int, stop: int) -> int:
    return part.count("[", at, stop) + part.count("{", at, stop)


def _decode(part: str, at: int, limits: Limits) -> tuple[Json, int] | None:
    """Read one document, and return it and its end; return None where it is faulty."""
    try:
        value, stop = _DECODER.raw_decode(part, at)
    except (ValueError, RecursionError):
        return None
    if (_brackets(part, at, stop) > limits.depth and _is_deep(value, limits.depth)) or (
        _SURROGATE.search(part, at, stop) and not is_whole(value)
    ):
        return None
    return value, stop


def _scan(text: SourceText, start: int, end: int, *, is_first: bool) -> Scan:
    """Find what is wrong with a document that could not be read."""
    if is_longer(text.content, start, end, text.limits.bytes):
        following = text.content.find("\n{", start + 1, end)
        if following < 0 or is_longer(text.content, start, following, text.limits.bytes):
            return Scan(Offsets(start, start, None), end, [TextFault(TOO_BIG, start, (), {"largest": text.limits.bytes})], broken=True)
    scanned = scan(text, start, end)
    if not scanned.found:
        # The caller's own stack was nearly full.
        return scanned._replace(found=[TextFault(TOO_DEEP, start, (), {"deepest": text.limits.depth})])
    last = scanned.found[-1]
    if last.at == start and last.fault is not COMMENT and scanned.broken and not is_first:
        scanned.found[-1] = last._replace(fault=AFTER_END, values=last.values if last.fault is AFTER_END else {})
    return scanned


def _skip(part: str, at: int) -> int:
    space = _SPACE.match(part, at)
    return space.end() if space else at


def _is_deep(value: Json, deepest: int) -> bool:
    level = [value]
    for _ in range(deepest):
        level = [member for one in level if isinstance(one, dict | list) for member in (one.values() if isinstance(one, dict) else one)]
    return any(isinstance(one, dict | list) for one in level)


def is_whole(value: Json) -> bool:
    """Return whether no string in the value has half a character."""
    try:
        dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _object(members: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(members)
    if len(made) < len(members):
        raise ValueError
    return made


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError
    return number


def _constant(_name: str) -> Json:
    raise ValueError


_DECODER: Final = JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant)
