"""How much is read, built and reported at once: bounds for a service, wide enough for all that an API server accepts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault, Finding, ManifestError

TOO_BIG: Final = Fault("KQ0001", "the document has more than {largest} bytes", ("split it into several documents",))
TOO_DEEP: Final = Fault("KQ0006", "lists and objects are nested more than {deepest} levels deep here", ("reduce the nesting",))
TOO_MANY_VALUES: Final = Fault(
    "KQ0070", "the document has more than {most} values, counting those that aliases repeat", ("split it into several documents",)
)
TOO_MANY_DOCUMENTS: Final = Fault("KQ0071", "more than {most} documents are given at once", ("pass fewer of them at a time",))
TOO_MANY_OBJECTS: Final = Fault("KQ0072", "the input makes more than {most} objects", ("pass fewer specs at a time",))
MORE_FAULTS: Final = Fault("KQ0073", "{count} more faults were found in this document", ("fix those that are shown, and check again",))
UNKNOWN_LIMIT: Final = Fault(
    "KQ0075",
    "{text} is not a limit",
    ("did you mean `{near}`?", "write NAME=NUMBER, with a number of at least 1 and one of the names {names}"),
)
NO_LIMITS: Final = Fault("KQ0074", "limits must be a Limits object, and this is {found}", ("write limits=Limits({field}=…)",))

_MIB: Final = 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken at once. A stream is not limited: given in parts, it may have any length."""

    # The API server takes 3 MiB a request (MaxRequestBodyBytes of k8s.io/apiserver's server.NewConfig), and etcd stores 1.5 MiB of it
    # (--max-request-bytes). The same object is several times as long in YAML, and `kubectl get` prints a List of many objects.
    bytes: int = 32 * _MIB
    """The bytes of a document."""
    # The shortest values, [1,1,…], make a million and a half of 3 MiB.
    nodes: int = 2_000_000
    """The values of a document, each as often as an alias repeats it."""
    # Kubernetes reads 10,000 levels; no schema of its own has more than 25 without repeating itself.
    depth: int = 200
    """How deeply the lists and objects of a document may be nested."""
    # A List of a cluster's pods may have hundreds of faults, and nobody reads thousands.
    faults: int = 1000
    """The faults that are reported of a document; the others are only counted."""
    documents: int = 100_000
    """The documents of one call."""
    objects: int = 100_000
    """The objects that one call makes, or passes on."""

    def __post_init__(self) -> None:
        """Refuse a value that is not a limit.

        Raises:
            ValueError: a limit is not an integer of at least 1.
        """
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or value < 1:
                raise ValueError(f"{field.name} must be an integer of at least 1, and is {value!r}")


NAMES: Final = tuple(field.name for field in dataclasses.fields(Limits))
DEFAULT: Final = Limits()
"""The limits where no others are given."""


def limits_of(given: object) -> Limits:
    """Return the given limits, the default for None.

    Raises:
        ManifestError: it is something else.
    """
    if given is None:
        return DEFAULT
    if not isinstance(given, Limits):
        raise ManifestError([NO_LIMITS.at((), found=f"a {type(given).__name__}", field="faults")])
    return given


def find_exceeded(value: Any, limits: Limits) -> Finding | None:
    """Return which limit plain data exceeds, if any: its depth, or the number of its values. What contains itself is infinitely deep.

    There is no recursion, so that the answer is the same however full the stack is; nothing is copied before it is counted.
    """
    level = [value]
    count = 1
    for _ in range(limits.depth):
        several = [one for one in level if isinstance(one, _MANY)]
        count += sum(map(len, several))
        if count > limits.nodes:
            return TOO_MANY_VALUES.at((), most=limits.nodes)
        if not several:
            return None
        level = [item for one in several for item in (dict.values(one) if isinstance(one, dict) else one)]
    return TOO_DEEP.at((), deepest=limits.depth) if any(isinstance(one, _MANY) for one in level) else None


def is_longer(content: str, start: int, end: int, most: int) -> bool:
    """Return whether a part of a text has more than ``most`` bytes in UTF-8; only one near that length is encoded."""
    length = end - start
    return length > most or (length * _LONGEST_CHARACTER > most and len(content[start:end].encode("utf-8", "replace")) > most)


def told_in_part(found: Iterable[Diagnostic], limits: Limits) -> list[Diagnostic]:
    """Return as many diagnostics of each document as are reported, and how many more there are; errors come first."""
    told: list[Diagnostic] = []
    counts: dict[tuple[str, int], int] = {}
    more: dict[tuple[str, int], tuple[int, Diagnostic]] = {}
    for one in sorted(found, key=_is_advice):
        key = one.source, one.document
        is_count = one.code == MORE_FAULTS.code
        if not is_count and counts.get(key, 0) < limits.faults:
            counts[key] = counts.get(key, 0) + 1
            told.append(one)
        else:
            count, first = more.get(key, (0, one))
            more[key] = count + (int(one.values["count"] or 0) if is_count else 1), first
    if not more:
        return told
    for count, first in more.values():
        more_of_it = MORE_FAULTS.at((), count=count)
        said = more_of_it.diagnostic(document=first.document, source=first.source, line=first.line, column=first.column)
        told.append(dataclasses.replace(said, severity=first.severity))
    return sorted(told, key=_is_advice)


def _is_advice(one: Diagnostic) -> bool:
    return one.severity != "error"


_MANY: Final = (dict, list, tuple)
_LONGEST_CHARACTER: Final = 4
