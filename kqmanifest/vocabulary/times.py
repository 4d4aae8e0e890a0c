"""Times: what Go reads as RFC 3339, which is a little more than the RFC allows."""

from __future__ import annotations

import calendar
import re
from typing import Final

_TIME: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|[+-](\d{2}):(\d{2}))", re.ASCII)
_MONTHS: Final = 12
_FAR_HOUR: Final = 24
_MICRO: Final = 6


def is_time(text: str) -> bool:
    """Return whether this is a time with its zone, such as ``2026-01-31T08:00:00Z``; the fraction of a second may follow a comma."""
    return _TIME.fullmatch(text) is not None and _is_real(text)


def is_micro_time(text: str) -> bool:
    """Return whether this is a time with exactly six digits after the second."""
    parts = _TIME.fullmatch(text)
    return parts is not None and len(parts[7] or "") == _MICRO and _is_real(text)


def _is_real(text: str) -> bool:
    parts = _TIME.fullmatch(text)
    year, month, day, hour, minute, second = (int(part) for part in parts.groups()[:6]) if parts else (0,) * 6
    zone_hour, zone_minute = (int(part or 0) for part in parts.groups()[7:]) if parts else (0, 0)
    return (
        1 <= month <= _MONTHS
        and 1 <= day <= calendar.monthrange(year or 400, month)[1]
        and hour < _FAR_HOUR
        and max(minute, second) < 60  # noqa: PLR2004  sixty minutes, sixty seconds
        and zone_hour <= _FAR_HOUR
        and zone_minute <= 60  # noqa: PLR2004  Go also accepts 60
    )
