"""Bytes in base64, and JSON inside a string, read as Go reads them."""

from __future__ import annotations

import base64
import json
import math
import re
from typing import Any, Final

_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", re.ASCII)
_LINE_ENDS: Final = str.maketrans("", "", "\r\n")


def decoded(text: str) -> bytes | None:
    """Return the bytes that a string of base64 encodes, or None where it is not base64; line ends may be anywhere in it."""
    plain = text.translate(_LINE_ENDS) if "\n" in text or "\r" in text else text
    return base64.b64decode(plain) if _BASE64.fullmatch(plain) else None


def is_json_object(content: bytes) -> bool:
    """Return whether Go reads these bytes as a JSON object; it also takes null for one."""
    try:
        read = json.loads(content.decode(errors="replace"), parse_constant=_number, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError):
        return False
    return read is None or isinstance(read, dict)


def _number(text: str) -> Any:
    """Read a number as Go does without a type: as a finite float.

    Raises:
        ValueError: it is too large for a float, or NaN.
    """
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
