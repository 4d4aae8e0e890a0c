"""A text is read to documents as kubectl reads it: JSON where it begins with a brace, and YAML after the end of that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kqmanifest.read.json_text import Reading, read_json
from kqmanifest.read.yaml_text import read_yaml

if TYPE_CHECKING:
    from kqmanifest.read.places import SourceText

# How many bytes kubectl looks at for a brace, and how many must follow JSON where it goes on with YAML.
_SEEN: Final = 4096
_AHEAD: Final = 4

_BLANKS: Final = re.compile(r"\s*")
_BLANK_LINE: Final = re.compile(r"[^\S\n]*\n?")
# Characters of a JSON string that are line breaks to YAML.
_FOLDED: Final = re.compile("[\x85\u2028\u2029]")


def begins_late(text: SourceText) -> bool:
    """Return whether so much white space precedes a brace that kubectl does not see it, and reads YAML whatever the file is called."""
    at = _behind(_BLANKS, text.content, 0)
    return text.content.startswith("{", at) and len(text.content[:at].encode()) >= _SEEN


def read_stream(text: SourceText) -> Reading:
    """Read the documents of a text that may be JSON or YAML."""
    content = text.content
    at = _behind(_BLANKS, content, 0)
    if content.startswith("{", at) and not begins_late(text):
        return _braced(text)
    if content.startswith("[", at) and not _FOLDED.search(content):
        as_json = read_json(text)
        return as_json if as_json.broken_at is None and as_json.whole == 1 else _further(as_json, read_yaml(text))
    return read_yaml(text)


def _braced(text: SourceText) -> Reading:
    """Read what begins with a brace: as JSON; else as YAML, from the beginning or after one document of JSON."""
    as_json = read_json(text)
    if as_json.broken_at is None or as_json.whole > 1:
        return as_json
    start = _behind(_BLANK_LINE, text.content, as_json.behind if as_json.whole else 0)
    if not as_json.whole:
        return _further(as_json, read_yaml(text, start))
    # Before kubectl goes on with YAML, it looks ahead from the end of the line, or from the text on it.
    at = start - text.content.startswith("\n", start - 1)
    if len(text.content[at : at + _AHEAD].encode()) < _AHEAD:
        return as_json
    rest = read_yaml(text, start, as_json.whole)
    if rest.broken_at is not None and rest.broken_at <= (as_json.broken_at or 0):
        return as_json
    of_first = [one for one in as_json.diagnostics if one.document == 0]
    return Reading([*as_json.documents, *rest.documents], [*of_first, *rest.diagnostics], rest.broken_at)


def _further(as_json: Reading, as_yaml: Reading) -> Reading:
    """Choose the reader that read the text, else the one that got further: its fault is nearer to what was meant."""
    if as_json.broken_at is None or as_yaml.broken_at is None:
        return as_yaml
    return as_json if as_yaml.broken_at < as_json.broken_at else as_yaml


def _behind(blanks: re.Pattern[str], content: str, at: int) -> int:
    found = blanks.match(content, at)
    return found.end() if found else at
