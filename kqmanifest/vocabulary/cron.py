"""Schedules: the five fields of cron, and descriptors such as ``@daily``, read as the CronJob controller reads them.

Source: ``ParseStandard`` of github.com/robfig/cron/v3, which accepts more than cron itself does (``,``, ``*-5``, ``+5``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

_BLANK: Final = re.compile("[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_LARGEST: Final = 2**63 - 1
_MOMENT: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS: Final = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}

DESCRIPTORS: Final = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
EVERY: Final = "@every "


class CronField(NamedTuple):
    """One of the five fields of a schedule: its name, its bounds, and the names of its numbers."""

    name: str
    lowest: int
    highest: int
    names: Mapping[str, int]


def _numbered(names: str, first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), first)}


FIELDS: Final = (
    CronField("minute", 0, 59, {}),
    CronField("hour", 0, 23, {}),
    CronField("day of the month", 1, 31, {}),
    CronField("month", 1, 12, _numbered("jan feb mar apr may jun jul aug sep oct nov dec", 1)),
    CronField("day of the week", 0, 6, _numbered("sun mon tue wed thu fri sat", 0)),
)


def parts(schedule: str) -> list[str]:
    """Split a schedule into its fields at white space."""
    return [part for part in _BLANK.split(schedule) if part]


def unreadable(schedule: str) -> Iterator[tuple[str, CronField]]:
    """Return the items of a schedule of five fields that cannot be read, each with its field: ``61`` of the minutes."""
    for part, field in zip(parts(schedule), FIELDS, strict=True):
        for item in part.split(","):
            if item and not _is_range(item, field):
                yield item, field


def _is_range(item: str, field: CronField) -> bool:
    span, *steps = item.split("/")
    low, *high = span.split("-")
    step = _number(steps[0], {}) if steps else 1
    if len(steps) > 1 or not step:
        return False
    if low in {"*", "?"}:
        return True
    first = _number(low, field.names)
    last = _number(high[0], field.names) if high else field.highest if steps else first
    return len(high) <= 1 and first is not None and last is not None and field.lowest <= first <= last <= field.highest


def _number(text: str, names: Mapping[str, int]) -> int | None:
    if text.lower() in names:
        return names[text.lower()]
    number = int(text) if len(text) < _INTEGER_LENGTH and _INTEGER.fullmatch(text) else -1
    return number if 0 <= number <= _LARGEST else None


_INTEGER_LENGTH: Final = 4000
"""Python refuses to read longer integers; a number of that length is beyond every bound."""


def is_duration(text: str) -> bool:
    """Return whether a string is a duration as Go writes it: ``90s``, ``1h30m``, ``-1.5h``."""
    text = text[1:] if text[:1] in {"+", "-"} else text
    if text == "0":
        return True
    total, at = 0, 0
    while moment := _MOMENT.match(text, at):
        whole, fraction, unit = moment[1], moment[2] or "", _UNITS[moment[3]]
        if not (whole or fraction) or len(whole) >= _INTEGER_LENGTH:
            return False
        total += int(whole or "0") * unit + (int(fraction[:18] or "0") * unit) // 10 ** len(fraction[:18])
        at = moment.end()
    return at == len(text) and at > 0 and total <= _LARGEST
