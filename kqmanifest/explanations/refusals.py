"""What the API server refused, read from its message: the field, the reason, and the code of the rule for it."""

from __future__ import annotations

import bisect
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple

from kqmanifest.explanations.server_paths import Place, places
from kqmanifest.rules import RULES
from kqmanifest.schema.faults import MISSING_FIELD
from kqmanifest.schema.published import KNOWN, published

_REASONS: Final = (
    "Required value",
    "Invalid value",
    "Unsupported value",
    "Duplicate value",
    "Not found",
    "Forbidden",
    "Too long",
    "Too many",
    "Internal error",
    "Type invalid",
)
_KIND: Final = re.compile(r'(?<![\w.])(?P<kind>[A-Z]\w+)(?:\.[\w.]+)? "(?P<name>[^"\n]*)" is invalid:')
_FIELD: Final = r"\b(?:metadata|spec|data|binaryData|stringData|type|immutable)(?:\.[\w-]+|\[[^\]\n]*\])*"
_REASON: Final = "|".join(_REASONS)
_REFUSAL: Final = re.compile(
    rf"(?P<field>{_FIELD}): (?P<reason>{_REASON})(?P<detail>:[^\n]*?|)(?=, {_FIELD}: (?:{_REASON})|\]?\r?$)", re.MULTILINE
)
_BARE: Final = re.compile(r"\w+: [\w ]+")
_NEAR: Final = 400
"""How far after ``is invalid:`` a refusal may be that names a whole part without details."""
_EMPTY: Final = ('""', "null", "{}", "[]")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Required value": ("without", "empty", "not named", "needs", "lacks"),
    "Unsupported value": ("unknown",),
    "Duplicate value": ("taken", "repeated", "twice"),
    "Not found": ("undeclared", "unknown", "not declared"),
    "RFC 1123 label": ("dns label",),
    "RFC 1123 subdomain": ("dns subdomain",),
    "must be between": ("out of range", "less than one"),
}
"""The words in the names of our rules for the server's reasons."""


class Refusal(NamedTuple):
    """One cause that the server gave; ``codes`` are those that it may have here, the likeliest first."""

    start: int
    line: str
    kind: str | None
    field: str
    reason: str
    detail: str
    codes: tuple[str, ...]


def refusals(text: str) -> Iterator[Refusal]:
    """Find the server's refusals of fields, as ``kubectl`` prints them; the ``Pod "x" is invalid:`` may be on an earlier line."""
    kinds = [*_KIND.finditer(text)]
    for found in _REFUSAL.finditer(text):
        if _BARE.fullmatch(found[0]) and "invalid" not in text[max(found.start() - _NEAR, 0) : found.start()]:
            continue  # two words of any sentence
        before = bisect.bisect_left(kinds, found.start(), key=lambda one: one.end())
        kind = kinds[before - 1]["kind"] if before else None
        detail = found["detail"].removeprefix(":").strip()
        codes = codes_of(found["field"], found["reason"], detail, kind=kind)
        yield Refusal(found.start(), found[0], kind, found["field"], found["reason"], detail, codes)


@functools.lru_cache(maxsize=1024)
def codes_of(field: str, reason: str, detail: str, *, kind: str | None = None) -> tuple[str, ...]:
    """Return the codes for a refusal of a field, the likeliest first; none if no rule matches."""
    at = places(published(KNOWN[-1]), field, kind)
    message = f"{reason}: {detail}" if detail else reason
    # What is said further out is of the whole that lies there: where a part of it lacks something, the part's own rule says more.
    known = _listed(at[:1], message) or _named(at[:1], message) or _listed(at[1:], message)
    missing = reason == "Required value" or detail.startswith(_EMPTY)
    return tuple(dict.fromkeys((*known, *([MISSING_FIELD.code] if missing and _is_required(at) else ()))))


def _listed(at: tuple[Place, ...], message: str) -> tuple[str, ...]:
    """Look the message up at places, the innermost first."""
    for place in at:
        parts = _table().get(str(place), {})
        longest = max((part for part in parts if part in message), key=len, default=None)
        if longest is not None:
            return (parts[longest],)
    return ()


def _named(at: tuple[Place, ...], message: str) -> tuple[str, ...]:
    """Look for a rule of a place whose name matches the message; if a place has only one rule, it is that."""
    words = tuple(word for said, named in _WORDS.items() if said in message for word in named)
    for place in at:
        here = [one for one in RULES if str(place) in one.on]
        called = [one.code for one in here if any(word in one.name.lower() for word in words)]
        if called or len(here) == 1:
            return tuple(called or [here[0].code])[:2]
    return ()


def _is_required(at: tuple[Place, ...]) -> bool:
    types = (name for name in published(KNOWN[-1]).definitions if at and name.rpartition(".")[2] == at[0].type)
    return any(at[0].field in published(KNOWN[-1]).definitions[name].get("required", ()) for name in types)


def listed_at(place: Place) -> tuple[str, ...]:
    """Name the codes that the server's words about a field lead to."""
    return tuple(dict.fromkeys(_table().get(str(place), {}).values()))


@functools.cache
def _table() -> Mapping[str, Mapping[str, str]]:
    read: dict[str, Any] = tomllib.loads((files(__package__) / "refusals.toml").read_text("utf-8"))
    return read
