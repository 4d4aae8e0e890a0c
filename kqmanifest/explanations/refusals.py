"""What the API server refused, read from its message: the field, the reason, and the code of the rule for it."""

from __future__ import annotations

import bisect
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final, NamedTuple

from kqmanifest.explanations.server_paths import TypeField, places
from kqmanifest.rules import RULES
from kqmanifest.schema.faults import MISSING_FIELD
from kqmanifest.schema.published import KNOWN, published

REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Required value": ("Required", "NotSupported"),
    "Invalid value": ("Invalid", "TypeInvalid"),
    "Unsupported value": ("NotSupported",),
    "Duplicate value": ("Duplicate",),
    "Not found": ("NotFound",),
    "Forbidden": ("Forbidden",),
    "Too long": ("TooLong", "Invalid"),
    "Too many": ("TooMany", "Invalid"),
    "Too few": ("Required", "Invalid"),
    "Too short": ("Required", "Invalid"),
    "Internal error": (),
}
"""How a refusal begins, and the reasons that rules have for the same, the likeliest first.

The server prints ``TypeInvalid`` as it prints ``Invalid``. It calls an empty word required where another would be unsupported, and what
is too long is often found by the rule for what is malformed.
"""
_KIND: Final = re.compile(r'(?<![\w.])(?P<kind>[A-Z]\w+)(?:\.[\w.]+)? "(?P<name>[^"\n]*)" is invalid:')
_FIELD: Final = r"\b(?:metadata|spec|template|data|binaryData|stringData|type|immutable)(?:\.[\w-]+|\[[^\]\n]*\])*"
_REASON: Final = "|".join(REASONS)
_REFUSAL: Final = re.compile(
    rf"(?P<field>{_FIELD}): (?P<reason>{_REASON})(?P<detail>:[^\n]*?|)(?=, {_FIELD}: (?:{_REASON})|\]?\r?$)", re.MULTILINE
)
_BARE: Final = re.compile(r"\w+: [\w ]+")
_NEAR: Final = 400
"""How far after ``is invalid:`` a refusal may be that names a whole part without details."""
_EMPTY: Final = ('""', "null", "{}", "[]")


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
    reasons = REASONS.get(reason, ())
    # What is said further out is of the whole that lies there: where a part of it lacks something, the part's own rule says more.
    known = _look_up(at[:1], message) or _refusing(at[:1], reasons) or _look_up(at[1:], message)
    missing = reason == "Required value" or detail.startswith(_EMPTY)
    return tuple(dict.fromkeys((*known, *([MISSING_FIELD.code] if missing and _is_required(at) else ()))))


def _look_up(at: tuple[TypeField, ...], message: str) -> tuple[str, ...]:
    """Look the message up at places, the innermost first."""
    for place in at:
        parts = _table().get(str(place), {})
        longest = max((part for part in parts if part in message), key=len, default=None)
        if longest is not None:
            return (parts[longest],)
    return ()


def _refusing(at: tuple[TypeField, ...], reasons: tuple[str, ...]) -> tuple[str, ...]:
    """Look for the rules of a place that refuse for the likeliest of the reasons, the innermost place first."""
    for place in at:
        for reason in reasons:
            rules = [rule.code for rule in RULES if rule.reason == reason and str(place) in rule.on]
            if rules:
                return tuple(rules[:2])
    return ()


def _is_required(at: tuple[TypeField, ...]) -> bool:
    types = (name for name in published(KNOWN[-1]).definitions if at and name.rpartition(".")[2] == at[0].type)
    return any(at[0].field in published(KNOWN[-1]).definitions[name].get("required", ()) for name in types)


def listed_at(place: TypeField) -> tuple[str, ...]:
    """Name the codes that the server's words about a field lead to."""
    return tuple(dict.fromkeys(_table().get(str(place), {}).values()))


@functools.cache
def _table() -> Mapping[str, Mapping[str, str]]:
    read: dict[str, Any] = tomllib.loads((files(__package__) / "refusals.toml").read_text("utf-8"))
    return read
