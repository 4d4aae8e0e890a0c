"""Quantities: numbers with a suffix, such as ``500m``, ``8Gi`` or ``1e3``, read exactly as the API server reads them.

Source: ``ParseQuantity`` of k8s.io/apimachinery, which accepts more than the documented grammar (``1.G``, ``.5``, ``+``).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from decimal import ROUND_UP, Decimal, localcontext
from typing import Any, Final, NamedTuple

_QUANTITY: Final = re.compile(r"([+-]?)(?=[0-9]|\.|[eEinumkKMGTP+-]|$)([0-9]*+)(?:\.([0-9]*+))?([eEinumkKMGTP]*[+-]?[0-9]*)", re.ASCII)
_SCALES: Final = {"": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_POWERS: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_EXPONENT: Final = re.compile(r"[eE]([+-]?)0*([0-9]{1,19})", re.ASCII)
_WORDED: Final = re.compile(r"([0-9][0-9_,]*(?:\.[0-9]+)?)\s*([A-Za-z]*)", re.ASCII)
_LONGEST_WORDED: Final = 40
_SMALL: Final = re.compile(r"([1-9][0-9]{0,4})(m?)", re.ASCII)
_MOST_GIBIBYTES: Final = 128
"""Memory without a unit is probably meant in gibibytes up to this number, and in mebibytes beyond."""
MEBIBYTE: Final = 2**20
_BYTES: Final = ("byte", "bytes", "ibyte", "ibytes")
_UNITS_ALONE: Final = frozenset({"", "b", "byte", "bytes", "core", "cores", "cpu", "cpus", "vcpu", "vcpus", "gpu", "gpus"})
_NANO: Final = Decimal("1e-9")
_MILLI: Final = Decimal("1e-3")
_FINEST: Final = -9
_INT32: Final = 2**31
_INT64: Final = 2**63
_WRAPPING: Final = frozenset({1, 2, 3, 6, 9})
"""The powers of ten by which Go multiplies in one step: then the last bits of the result remain, and otherwise nothing."""
_FARTHEST: Final = 400
"""With an exponent beyond this, only the sign of the number matters to any rule."""


class _Read(NamedTuple):
    """A quantity that was read: its number, and, where Go keeps it as 64 bits and a power of ten, that power."""

    number: Decimal
    power_of_ten: int | None


def quantity(value: str | float) -> Decimal | None:
    """Return the number that a quantity means; None where the server refuses it.

    Digits below 10⁻⁹ are rounded away from zero, as the server does.
    """
    read = _read(value)
    return read and read.number


def as_quantity(value: str | float) -> str | None:
    """Return the quantity that a string was probably meant to be: ``8 GB`` is ``8G``, ``8gib`` is ``8Gi``; None where that is unclear."""
    if not isinstance(value, str) or len(value) > _LONGEST_WORDED:
        return None
    read = _WORDED.fullmatch(unicodedata.normalize("NFKC", value).strip())
    if read is None:
        return None
    number, unit = read[1].replace("_", "").replace(",", ""), read[2].lower()
    prefix = unit[:1]
    if unit in _UNITS_ALONE:
        meant = number
    elif prefix and prefix in "kmgtp" and unit[1:] in {"", "b", "ib", "i", *_BYTES}:
        meant = f"{number}{prefix.upper()}i" if unit[1:2] == "i" else f"{number}{'k' if prefix == 'k' else prefix.upper()}"
    else:
        return None
    return meant if quantity(meant) is not None else None


def as_memory(value: str | float) -> str | None:
    """Return the amount of memory that was probably meant where far too few bytes are written: ``512m`` is ``512Mi``, ``8`` is ``8Gi``."""
    read = _SMALL.fullmatch(str(value))
    return read and f"{read[1]}{'Mi' if read[2] or int(read[1]) > _MOST_GIBIBYTES else 'Gi'}"


def as_text(value: Any) -> Any:
    """Write a quantity as the string that the API's own type prints and typed clients require: ``4`` as ``"4"``, ``0.5`` as ``"0.5"``.

    The digits are those of the number in JSON; null, in a list of resources, is 0. What is not a number stays, ``True`` for example.
    """
    if isinstance(value, str | bool):
        return value
    if value is None:
        return "0"
    if isinstance(value, float):
        return float.__repr__(value)
    return int.__repr__(value) if isinstance(value, int) else value


def amount(value: str | float | None) -> Decimal | None:
    """Return the number of a quantity in a list of resources, where the server rounds up to thousandths; null is 0."""
    number = Decimal(0) if value is None else quantity(value)
    if number is None or number == number.to_integral_value():
        return number
    with localcontext() as context:
        context.prec = number.adjusted() + 20 if number.adjusted() > 0 else 20
        return number.quantize(_MILLI, rounding=ROUND_UP)


def counted(value: str | float, per: int = 1) -> int:
    """Return a readable, non-negative quantity as the server counts it: in units, or in thousandths (``per`` 1000), rounded up.

    Beyond 64 bits the server overflows: some numbers become 0, and others keep only their last bits.
    """
    read = _read(value)
    if read is None:
        return 0
    number, power = amount(value) or Decimal(0), read.power_of_ten
    with localcontext() as context:
        context.prec = max(number.adjusted(), 0) + 20
        whole = int((number * per).to_integral_value(rounding=ROUND_UP))
    if -_INT64 <= whole < _INT64:
        return whole
    if power is not None and power + (3 if per == 1000 else 0) not in _WRAPPING:  # noqa: PLR2004  a thousandth has three digits
        return 0
    return (whole + _INT64) % (2 * _INT64) - _INT64


def is_whole(number: Decimal) -> bool:
    """Return whether a quantity is a whole number, as that of GPUs is."""
    return number == number.to_integral_value()


@functools.lru_cache(maxsize=4096, typed=True)
def _read(value: str | float) -> _Read | None:
    if isinstance(value, bool):
        return None
    text = value.strip(" ") if isinstance(value, str) else repr(value)
    parts = _QUANTITY.fullmatch(text)
    if not text or parts is None:
        return None
    sign, whole, fraction, suffix = parts[1], parts[2], parts[3] or "", parts[4]
    power = _POWERS.get(suffix)
    scale = 0 if power is not None else _scale(suffix)
    if scale is None:
        return None
    short = _is_short(whole.lstrip("0") or "0", fraction, power, scale)
    if not short and not whole and not fraction:
        return None
    with localcontext() as context:
        context.prec = len(text) + 2 * _FARTHEST
        digits = f"{whole or '0'}.{fraction or '0'}"
        number = Decimal(digits) * 2**power if power is not None else Decimal(f"{digits}e{max(-_FARTHEST, min(scale, _FARTHEST))}")
        if number and int(number.as_tuple().exponent) < _FINEST:
            number = number.quantize(_NANO, rounding=ROUND_UP)
        if power is not None:
            number = min(number, Decimal(_INT64 - 1))
        return _Read(-number if sign == "-" else number, scale - len(fraction) if short else None)


def _scale(suffix: str) -> int | None:
    """Return the power of ten that a suffix means; an exponent of 64 bits is cut to 32, as Go does."""
    if suffix in _SCALES:
        return _SCALES[suffix]
    exponent = _EXPONENT.fullmatch(suffix)
    if exponent is None or int(exponent[2]) >= _INT64:
        return None
    return (int(exponent[1] + exponent[2]) + _INT32) % (2 * _INT32) - _INT32


def _is_short(whole: str, fraction: str, power: int | None, scale: int) -> bool:
    """Return whether Go keeps a number with these digits in 64 bits: otherwise it uses big decimals, which have other limits."""
    if power is None:
        return len(whole) + len(fraction) <= 18 and scale - len(fraction) >= _FINEST  # noqa: PLR2004  digits that 64 bits always hold
    return not fraction and len(whole) + power * 3 // 10 <= 14 and int(whole) << power < _INT64  # noqa: PLR2004  as above, in powers of two
