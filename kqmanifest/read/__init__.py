"""A text is read to documents as kubectl reads it, or all of its faults are reported."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

from kqmanifest.diagnostics import Fault, ManifestError
from kqmanifest.limits import DEFAULT, Limits, limits_of
from kqmanifest.read.document import Document
from kqmanifest.read.encoding import decode
from kqmanifest.read.json_text import Reading, read_json, read_lines
from kqmanifest.read.places import SourceText
from kqmanifest.read.stream import begins_late, read_stream

__all__ = ["Document", "Format", "load"]

Format: TypeAlias = Literal["json", "yaml", "jsonl"]

NOT_A_TEXT: Final = Fault("KQ0009", "{what} must be {expected}, and is {found}", ("pass {expected}",))

_FORMATS: dict[str, Format] = {".json": "json", ".jsonl": "jsonl", ".yaml": "yaml", ".yml": "yaml"}


_KNOWN: Final = (None, "json", "yaml", "jsonl")


def load(
    text: str | bytes,
    *,
    source: str = "",
    format: Format | None = None,  # noqa: A002  # the word of the command line
    limits: Limits = DEFAULT,
) -> tuple[Document, ...]:
    """Read every document of a text, without the empty ones.

    Without a ``format``, the ending of ``source`` decides; where that does not, the text is read as kubectl
    reads: as YAML, or as JSON where it begins with a bracket and is JSON. ``limits`` applies to each document, however many there are.

    Raises:
        ManifestError: the text cannot be read, or exceeds the limits; it holds every fault that was found, with line and column.
    """
    source = _plain("source", source)
    named = None if format is None else _plain("format", format)
    if named not in _KNOWN:
        raise ManifestError([NOT_A_TEXT.at((), what="format", found="another string", expected="json, yaml or jsonl")])
    format_ = named or _guess(source)
    whole = decode(_plain("text", text), source, limits_of(limits), by_lines=format_ == "jsonl")
    reading = _read(whole, format_)
    if reading.diagnostics:
        raise ManifestError(reading.diagnostics)
    return tuple(reading.documents)


def _plain(what: str, value: Any) -> Any:
    """Return a string as a plain ``str``, and bytes as plain ``bytes``.

    Raises:
        ManifestError: it is neither.
    """
    kind = type(value)
    if issubclass(kind, str):
        return str.__str__(value)
    if what == "text" and issubclass(kind, bytes):
        return bytes.__getitem__(value, slice(None))
    expected = "str or bytes" if what == "text" else "str"
    raise ManifestError([NOT_A_TEXT.at((), what=what, found=type.__dict__["__name__"].__get__(kind), expected=expected)])


def _guess(source: str) -> Format:
    endings = (format_ for ending, format_ in _FORMATS.items() if source.lower().endswith(ending))
    return next(endings, "yaml")


def _read(text: SourceText, format_: Format) -> Reading:
    if format_ == "yaml" or begins_late(text):
        return read_stream(text)
    return read_json(text) if format_ == "json" else read_lines(text)
