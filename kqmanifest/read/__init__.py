"""A text becomes documents, read as kubectl reads it, or every reason why it cannot be."""

from __future__ import annotations

from typing import Literal, TypeAlias

from kqmanifest.diagnostics import ManifestError
from kqmanifest.read.document import Document
from kqmanifest.read.encoding import LARGEST, decode, find_control
from kqmanifest.read.json_text import Reading, read_json, read_lines
from kqmanifest.read.places import DEEPEST, Text
from kqmanifest.read.yaml_text import read_yaml

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
    if format_ == "json":
        return read_json(text)
    if format_ == "jsonl":
        return read_lines(text)
    as_json = read_json(text) if text.content.lstrip().startswith(("{", "[")) else None
    if as_json is not None and as_json.broken_at is None:
        return as_json
    control = find_control(text)
    as_yaml = Reading([], [control], 0) if control else read_yaml(text)
    if as_json is None or as_json.broken_at is None:
        return as_yaml
    # The reader that came further knows better what was meant.
    return as_json if as_yaml.broken_at is not None and as_yaml.broken_at < as_json.broken_at else as_yaml
