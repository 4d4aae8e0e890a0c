"""A text becomes documents, read as kubectl reads it, or every reason why it cannot be."""

from __future__ import annotations

from typing import Literal, TypeAlias

from kqmanifest.diagnostics import ManifestError
from kqmanifest.read.document import Document
from kqmanifest.read.encoding import LARGEST, decode
from kqmanifest.read.json_text import Reading, read_json, read_lines
from kqmanifest.read.places import DEEPEST, Text
from kqmanifest.read.stream import begins_late, read_stream

__all__ = ["DEEPEST", "LARGEST", "Document", "Format", "load"]

Format: TypeAlias = Literal["json", "yaml", "jsonl"]

_FORMATS: dict[str, Format] = {".json": "json", ".jsonl": "jsonl", ".yaml": "yaml", ".yml": "yaml"}


def load(text: str | bytes, *, source: str = "", format: Format | None = None) -> tuple[Document, ...]:  # noqa: A002  # the word of the command line
    """Read every document of a text, without the empty ones.

    Where no format is named, the ending of ``source`` tells it; where that does not, the text is read as kubectl
    reads: as YAML, or as JSON where it begins with a bracket and is JSON.

    Raises:
        ManifestError: the text cannot be read; it tells every fault that was found, with line and column.
    """
    whole = decode(text, source)
    reading = _read(whole, format or _guess(source))
    if reading.diagnostics:
        raise ManifestError(reading.diagnostics)
    return tuple(reading.documents)


def _guess(source: str) -> Format:
    endings = (format_ for ending, format_ in _FORMATS.items() if source.lower().endswith(ending))
    return next(endings, "yaml")


def _read(text: Text, format_: Format) -> Reading:
    if format_ == "yaml" or begins_late(text):
        return read_stream(text)
    return read_json(text) if format_ == "json" else read_lines(text)
