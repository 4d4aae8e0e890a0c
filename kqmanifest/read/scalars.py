"""What a YAML scalar means to Go's reader, which kubectl reads with.

It follows neither YAML 1.1 nor 1.2: ``y`` and ``on`` are bools, ``1e3`` is a number, ``0o17`` and ``017`` are 15,
``08`` is 8, dates and ``12:30`` are strings. What follows is what ``sigs.k8s.io/yaml`` does, tag by tag.
"""

from __future__ import annotations

import base64
import datetime as dt
import math
import re
import struct
from decimal import Decimal
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None

TAG: Final = "tag:yaml.org,2002:"
_RESOLVED: Final = {f"{TAG}{name}": name for name in ("str", "bool", "int", "float", "null", "timestamp")}
_TYPES: Final = {bool: "bool", int: "int", float: "float", type(None): "null"}


def _words() -> dict[str, Scalar]:
    words: dict[str, Scalar] = {"": None, "~": None, ".NaN": math.nan}
    for meaning, spelled in ((True, "yes true on"), (False, "no false off"), (None, "null")):
        words.update((form, meaning) for word in spelled.split() for form in (word, word.capitalize(), word.upper()))
    words.update({"y": True, "Y": True, "n": False, "N": False})
    for form in (".inf", ".Inf", ".INF"):
        words.update({form: math.inf, f"+{form}": math.inf, f"-{form}": -math.inf})
    return words | {".nan": math.nan, ".NAN": math.nan}


WORDS: Final = _words()
"""What is not a string though it has no quotes, other than numbers."""
HINTS: Final = frozenset("+-.0123456789yYnNtTfFoO~")
"""How everything begins that is not a string."""
_NUMERIC: Final = frozenset("+-.0123456789")
_SHORT: Final = 18
"""So many digits are an integer of 64 bits."""
_INTEGER: Final = re.compile("[-+]?(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<two>[01]+)|0(?P<eight>[0-7]*|[oO][0-7]+)|[1-9][0-9]*)")
_BINARY: Final = re.compile("0b([-+][01]+)")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
# After a leading point Go accepts underscores between digits only.
_FRACTION: Final = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_DATE: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[-+](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?"
)
_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**64 - 1
_LARGEST_SIGNED: Final = 2**63 - 1
_FIRST_EXPONENT: Final = 1e21


class UnfitError(ValueError):
    """A scalar is not what its tag says."""


def resolve(text: str, tag: str | None, *, plain: bool) -> Scalar:
    """Return the meaning of a scalar, ``plain`` if neither quotes nor a tag make it a string.

    Raises:
        UnfitError: the scalar is not what its tag says.
    """
    if tag is None:
        return _meaning(text) if plain else text
    if tag == f"{TAG}binary":
        return _binary(text)
    wanted = _RESOLVED.get(tag)
    if wanted is None or wanted == "str":
        return text
    if wanted == "timestamp":
        if _is_date(text):
            return text
        raise UnfitError(tag)
    meaning = _meaning(text)
    if wanted == "float" and type(meaning) is int and meaning <= _LARGEST_SIGNED:
        return float(meaning)
    if _TYPES.get(type(meaning)) != wanted:
        raise UnfitError(tag)
    return meaning


def plain(text: str) -> Scalar:
    """Return what a scalar without quotes or tag is in Go's JSON.

    Raises:
        OverflowError: JSON has neither infinity nor NaN.
    """
    meaning = _meaning(text)
    return as_json(meaning) if type(meaning) is float else meaning


def as_json(value: Scalar) -> Scalar:
    """Return the scalar as it is after Go's JSON: whole floats are written as integers there.

    Raises:
        OverflowError: JSON has neither infinity nor NaN.
    """
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        raise OverflowError(value)
    return int(Decimal(repr(value))) if value.is_integer() and abs(value) < _FIRST_EXPONENT else value


def as_key(value: Scalar) -> str | None:
    """Return the key that a scalar becomes; None where it cannot be one."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value <= _LARGEST_SIGNED else None
    return None if value is None else _float_key(value)


def _meaning(text: str) -> Scalar:
    """Return the meaning of a plain scalar."""
    first = text[:1]
    if first and first not in HINTS:
        return text
    if text in WORDS:
        return WORDS[text]
    if first not in _NUMERIC:
        return text
    if first != "0" and len(text) <= _SHORT and text.isdecimal() and text.isascii():
        return int(text)
    if first == ".":
        return _finite(text) if _FRACTION.fullmatch(text) else text
    return _number(text)


def _number(text: str) -> Scalar:
    digits = text.replace("_", "")
    found = _INTEGER.fullmatch(digits)
    if found:
        number = _integer(digits, found)
        if _SMALLEST <= number <= (_LARGEST_SIGNED if digits[0] == "+" else _LARGEST):
            return number
    if _FLOAT.fullmatch(digits):
        number_or_text = _finite(digits)
        return text if isinstance(number_or_text, str) else number_or_text
    signed = _BINARY.fullmatch(digits)
    return int(signed[1], 2) if signed and len(signed[1]) < 64 else text  # noqa: PLR2004  # bits of an int64


def _integer(digits: str, found: re.Match[str]) -> int:
    sign = -1 if digits[0] == "-" else 1
    for group, radix in (("hex", 16), ("two", 2), ("eight", 8)):
        if found[group] is not None:
            return sign * int(found[group].lstrip("oO") or "0", radix)
    # More digits than any integer of 64 bits has; the text may have millions.
    return int(digits) if len(digits) <= 21 else _LARGEST + 1  # noqa: PLR2004  # digits: more are beyond every bound


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    year, month, day, *clock = map(int, re.findall("[0-9]+", text))
    hour, minute, second, *_ = (*clock, 0, 0, 0)
    try:
        dt.datetime(year, month, day, hour, minute, second, tzinfo=dt.UTC)
    except ValueError:
        return False
    return True


def _finite(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _binary(text: str) -> str:
    try:
        return base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True).decode()
    except ValueError as unfit:
        raise UnfitError(text) from unfit


def _float_key(value: float) -> str:
    """Write a float as Go does with the least digits that tell it from other floats of 32 bits."""
    if math.isnan(value):
        return ".nan"
    try:
        single = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        single = math.copysign(math.inf, value)
    if math.isinf(single):
        return ".inf" if single > 0 else "-.inf"
    candidates = (f"{single:.{precision}e}" for precision in range(9))
    shortest = next(one for one in candidates if struct.pack("<f", float(one)) == struct.pack("<f", single))
    mantissa, _, power = shortest.partition("e")
    if not -4 <= int(power) < 6:  # noqa: PLR2004  # as Go decides when it looks for the shortest
        return f"{mantissa}e{power}"
    return format(Decimal(shortest), "f")
