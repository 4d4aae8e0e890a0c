"""Docker's own notations of sizes, durations, numbers, lists and names, and those of Kubernetes for them."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, Decimal
from typing import Final

from kqmanifest.diagnostics import Fault

NOT_A_SIZE: Final = Fault("KQ0320", "{value} is not a size", ("write a number and b, k, m or g, such as 512m or 8g",))
WRONG_NUMBER: Final = Fault("KQ0321", "{option} takes {wanted}, not {value}", ("write {wanted}",))
NOT_A_DURATION: Final = Fault("KQ0322", "{value} is not a duration", ("write a number and ms, s, m or h, such as 30s or 1m30s",))
MISPLACED_QUOTES_IN_A_LIST: Final = Fault(
    "KQ0323",
    "the double quotes in {value} are not closed, or are in the middle of a field",
    ("write {devices} for devices 0 and 1", "write {field} for a field with a comma"),
)
WRONG_FORMAT: Final = Fault("KQ0324", "{value} is not {wanted}", ("write {wanted}, such as {example}",))
NOT_ONE_OF_THE_CHOICES: Final = Fault(
    "KQ0325",
    "{option} cannot be {value}",
    ("write {bind}, since {path} is a path", "did you mean {near}?", "write one of these: {choices}"),
)

_SIZE: Final = re.compile(r"((?:[0-9]*\.)?[0-9]+)[ ]?([kmgtp]?)(?:i?b)?", re.ASCII | re.IGNORECASE)
_DURATION: Final = re.compile(r"(?<![0-9.])(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|ms|s|m|h)", re.ASCII)
_SECONDS: Final = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
}
HIGHEST: Final = 2**31 - 1
"""The highest number that most fields of Kubernetes can have."""

_POWERS: Final = "kmgtp"
_SUFFIXES: Final = ("", "Ki", "Mi", "Gi", "Ti", "Pi")
_LONGEST: Final = 30
_FIELD: Final = re.compile(r'"((?:[^"]|"")*)"(?=,|\Z)|([^",]*)(?=,|\Z)')


def size(text: str) -> int | None:
    """Read a size in bytes: ``8g`` is 8 GiB to docker; None if it is not a size."""
    parts = _SIZE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if parts is None:
        return None
    return int(Decimal(parts[1]) * 1024 ** (_POWERS.index(parts[2].lower()) + 1 if parts[2] else 0))


def quantity(number: int) -> str:
    """Write a number of bytes exactly, in the largest unit that divides it."""
    power = 0
    while number and number % 1024 == 0 and power < len(_SUFFIXES) - 1:
        number //= 1024
        power += 1
    return f"{number}{_SUFFIXES[power]}"


def cpus(number: Decimal) -> int | str:
    """Write a number of CPUs in whole ones or thousandths, rounded up: Kubernetes has nothing finer."""
    thousandths = int((number * 1000).to_integral_value(rounding=ROUND_CEILING))
    return thousandths // 1000 if thousandths % 1000 == 0 else f"{thousandths}m"


def decimal(text: str) -> Decimal | None:
    """Read a positive decimal number, or 0; None if it is not one."""
    return Decimal(text) if len(text) <= _LONGEST and re.fullmatch(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", text, re.ASCII) else None


def whole(text: str, lowest: int, highest: int) -> int | None:
    """Read a whole number within bounds; None if it is not one."""
    if len(text) > _LONGEST or not re.fullmatch(r"[+-]?[0-9]+", text, re.ASCII):
        return None
    return int(text) if lowest <= int(text) <= highest else None


def seconds(text: str) -> Decimal | None:
    """Read a duration as Go writes it, ``1m30s``, in seconds; None if it is not one."""
    if text == "0":
        return Decimal(0)
    parts = _DURATION.findall(text) if len(text) <= _LONGEST else []
    if not parts or "".join(parts) != text:
        return None
    return sum((Decimal(re.split(r"[a-zµ]", one)[0].rstrip(".") or 0) * _SECONDS[one.lstrip("0123456789.")] for one in parts), Decimal(0))


def fields(text: str) -> tuple[str, ...] | None:
    """Read one CSV record, where a field with commas is in double quotes; None if the quotes are wrong."""
    found: list[str] = []
    at = 0
    while True:
        field = _FIELD.match(text, at)
        if field is None:
            return None
        found.append(field[2] if field[1] is None else field[1].replace('""', '"'))
        at = field.end() + 1
        if field.end() == len(text):
            return tuple(found)


def literal(text: str) -> str:
    """Escape a text so that Kubernetes, which replaces ``$(NAME)``, passes it to the container as it is."""
    return re.sub(r"\$(?=[$(])", "$$", text)
