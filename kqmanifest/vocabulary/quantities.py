"""Quantities: numbers with a suffix, such as ``500m``, ``8Gi`` or ``1e3``, read exactly as the API server reads them.

Source: ``ParseQuantity`` of k8s.io/apimachinery, which takes more than the documented grammar (``1.G``, ``.5``).
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal, localcontext
from typing import Final

_QUANTITY: Final = re.compile(r"([+-]?)(?=[0-9]|\.|[eEinumkKMGTP+-]|$)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[+-]?[0-9]*)", re.ASCII)
_SCALES: Final = {"": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_POWERS: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_EXPONENT: Final = re.compile(r"[eE]([+-]?[0-9]+)", re.ASCII)
_NANO: Final = Decimal("1e-9")
_FARTHEST: Final = 2**31
_LARGEST_BINARY: Final = Decimal(2**63 - 1)


@functools.lru_cache(maxsize=4096)
def quantity(value: str | float) -> Decimal | None:
    """Give the number that a quantity stands for; None where the server refuses it.

    What is finer than 10⁻⁹ is rounded away from zero, as the server does.
    """
    if isinstance(value, bool):
        return None
    text = value if isinstance(value, str) else repr(value)
    parts = _QUANTITY.fullmatch(text)
    if not text or parts is None:
        return None
    sign, whole, fraction, suffix = parts[1], parts[2], parts[3] or "", parts[4]
    scale, power = 0, _POWERS.get(suffix)
    if power is None:
        exponent = _EXPONENT.fullmatch(suffix)
        if suffix in _SCALES:
            scale = _SCALES[suffix]
        elif exponent and abs(int(exponent[1])) < _FARTHEST:
            scale = int(exponent[1])
        else:
            return None
    with localcontext() as context:
        context.prec = len(text) + 400
        digits = f"{whole or '0'}.{fraction or '0'}"
        number = Decimal(digits) * 2**power if power is not None else Decimal(f"{digits}e{max(-400, min(scale, 400))}")
        if number and number.as_tuple().exponent < -9:  # type: ignore[operator]  # noqa: PLR2004  nano
            number = number.quantize(_NANO, rounding="ROUND_UP")
        if power is not None:
            number = min(number, _LARGEST_BINARY)
        return -number if sign == "-" else number


def is_whole(number: Decimal) -> bool:
    """Say whether a quantity counts whole things, as GPUs are."""
    return number == number.to_integral_value()
