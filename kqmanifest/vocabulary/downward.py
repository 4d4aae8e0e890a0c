"""The downward API: which fields of its own pod a container can read, from its environment or from files."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from kqmanifest.vocabulary.names import is_annotation_key, is_qualified
from kqmanifest.vocabulary.quantities import quantity

ENV_FIELDS: Final = frozenset(
    {
        "metadata.name",
        "metadata.namespace",
        "metadata.uid",
        "spec.host",
        "spec.nodeName",
        "spec.serviceAccountName",
        "status.hostIP",
        "status.hostIPs",
        "status.podIP",
        "status.podIPs",
    }
)
"""The fields that an environment variable can expose; ``spec.host`` is an old name of ``spec.nodeName``."""
FILE_FIELDS: Final = frozenset({"metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"})
"""The fields that a file can expose."""
RESOURCES: Final = tuple(f"{kind}.{resource}" for kind in ("limits", "requests") for resource in ("cpu", "memory", "ephemeral-storage"))
"""The resources that can be exposed; also huge pages of any size."""
_HUGE_PAGES: Final = ("limits.hugepages-", "requests.hugepages-")
_SUBSCRIPTED: Final = ("metadata.annotations", "metadata.labels")

_DECIMALS: Final = frozenset({"1", "1k", "1M", "1G", "1T", "1P", "1E"})
_SIZES: Final = {f"1{unit}": 1024**power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), start=1)}
_CORES: Final = frozenset({"1", "1m"})
_QUANTITY: Final = re.compile(r"[+-]?0*([0-9]*)\.?([0-9]*)(.*)", re.ASCII | re.DOTALL)
_THOUSANDS: Final = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_KEPT_BINARIES: Final = ("Ki", "Mi", "Gi", "Ti")
_FAST_DIGITS: Final = 18


def subscript(field_path: str) -> tuple[str, str] | None:
    """Split ``metadata.labels['app']`` into the field and the key; None where there is no key."""
    field, mark, key = field_path.removesuffix("']").partition("['")
    return (field, key) if field_path.endswith("']") and mark and field else None


def is_field(field_path: str, fields: frozenset[str]) -> bool:
    """Return whether a path is one of ``fields``, or leads to a label or an annotation."""
    parts = subscript(field_path)
    return field_path in fields if parts is None else parts[0] in _SUBSCRIPTED


def is_key(field: str, key: str) -> bool:
    """Return whether labels or annotations can have a key."""
    return is_annotation_key(key) if field == "metadata.annotations" else is_qualified(key)


def is_resource(resource: str) -> bool:
    """Return whether a container's resource can be exposed."""
    return resource in RESOURCES or resource.startswith(_HUGE_PAGES)


def divides(resource: str, divisor: Any) -> bool:
    """Return whether a resource can be exposed in units of ``divisor``: ones, thousands, Ki and so on, CPUs in cores or thousandths.

    The server compares the string that it would print for the divisor, so that ``1000m`` counts as 1, and ``1e0`` does not.
    """
    number = quantity(divisor)
    if not number:
        return True
    return _printed(str(divisor)) in (_CORES if resource.endswith(".cpu") else _DECIMALS | _SIZES.keys())


def _printed(text: str) -> str:
    """Return a quantity as the server prints it, where that is a single unit; otherwise something else."""
    parts = _QUANTITY.fullmatch(text)
    number = quantity(text)
    if parts is None or number is None or _is_kept(parts[1] or "0", parts[2], parts[3]):
        return text
    suffix = parts[3]
    if suffix.endswith("i") and number > 1:
        return next((unit for unit, size in _SIZES.items() if number == size), text)
    if suffix not in _THOUSANDS and number != 1:
        return text
    return next((f"1{unit}" for unit, power in _THOUSANDS.items() if number == Decimal(10) ** power), text)


def _is_kept(digits: str, fraction: str, suffix: str) -> bool:
    """Return whether the server keeps a quantity as it is written, as the shortest form; the server ignores the sign here."""
    if suffix in _KEPT_BINARIES:
        return not fraction and int(digits) % 8 != 0
    exponent = _THOUSANDS.get(suffix, int(suffix[1:]) if suffix[1:].lstrip("+-").isdecimal() else None)
    if exponent is None or len(digits + fraction) > _FAST_DIGITS:
        return False
    scale = exponent - len(fraction)
    return scale >= _THOUSANDS["n"] and scale % 3 == 0 and not (digits + fraction).endswith("000") and digits[0] != "0"
