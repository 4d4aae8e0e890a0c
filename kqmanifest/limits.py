"""How much is read, built and told at once: bounds for a service, wide enough for all that an API server takes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault, ManifestError

TOO_BIG: Final = Fault("KQ0001", "the document has more than {largest} bytes", ("split it into several documents",))
TOO_DEEP: Final = Fault("KQ0006", "more than {deepest} lists and objects stand in one another here", ("nest less deeply",))
TOO_MANY_VALUES: Final = Fault(
    "KQ0070", "the document has more than {most} values, those that aliases repeat among them", ("split it into several documents",)
)
TOO_MANY_DOCUMENTS: Final = Fault("KQ0071", "more than {most} documents are given at once", ("give fewer of them at a time",))
TOO_MANY_OBJECTS: Final = Fault("KQ0072", "more than {most} objects come of what is given", ("give fewer specs at a time",))
MORE_FAULTS: Final = Fault("KQ0073", "{count} more faults were found in this document", ("fix those that are told, and check again",))
UNKNOWN_LIMIT: Final = Fault(
    "KQ0075", "{text} is not a limit", ("did you mean `{near}`?", "write NAME=NUMBER: the number from 1 on, the name one of {names}")
)
NO_LIMITS: Final = Fault("KQ0074", "limits must be a Limits, and this is {found}", ("write limits=Limits({field}=…)",))

_MIB: Final = 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is taken at once. Of a stream nothing is counted: it may be of any length where it is given in parts."""

    # The API server takes 3 MiB a request (MaxRequestBodyBytes of k8s.io/apiserver's server.NewConfig), and etcd stores 1.5 MiB of it
    # (--max-request-bytes). The same object is several times as long in YAML, and `kubectl get` prints a List of many objects.
    bytes: int = 32 * _MIB
    """The bytes of a document."""
    # The shortest values, [1,1,…], make a million and a half of 3 MiB.
    nodes: int = 2_000_000
    """The values of a document, each as often as an alias repeats it."""
    # Kubernetes reads 10,000 levels; no schema of its own has more than 25 without repeating itself.
    depth: int = 200
    """How many lists and objects of a document may stand in one another."""
    # A List of a cluster's pods may have hundreds of faults, and nobody reads thousands.
    faults: int = 1000
    """The faults that are told of a document; of the others it is told how many they are."""
    documents: int = 100_000
    """The documents of one call."""
    objects: int = 100_000
    """The objects that one call makes, or passes."""

    def __post_init__(self) -> None:
        """Refuse what is no limit.

        Raises:
            ValueError: a limit is not a whole number from 1 on.
        """
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or value < 1:
                raise ValueError(f"{field.name} must be a whole number from 1 on, and is {value!r}")


NAMES: Final = tuple(field.name for field in dataclasses.fields(Limits))
DEFAULT: Final = Limits()
"""What holds where nothing else is said."""


def limits_of(given: object) -> Limits:
    """Return what was given as limits, the default for None.

    Raises:
        ManifestError: it is something else.
    """
    if given is None:
        return DEFAULT
    if not isinstance(given, Limits):
        raise ManifestError([NO_LIMITS.at((), found=f"a {type(given).__name__}", field="faults")])
    return given


def exceeded(value: Any, limits: Limits) -> Diagnostic | None:
    """Return which limit plain data exceeds, if any: its depth, or the number of its values. What holds itself is endlessly deep.

    Nothing recurs here, so that the answer is the same however full the stack is; nothing is copied before it is counted.
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
    """Return whether a part of a text has more bytes than that, in UTF-8; what is far longer or shorter is not looked at."""
    length = end - start
    return length > most or (length * _LONGEST_CHARACTER > most and len(content[start:end].encode("utf-8", "replace")) > most)


def told_in_part(found: Iterable[Diagnostic], limits: Limits) -> list[Diagnostic]:
    """Return as many diagnostics of each document as are told, and how many more there are; what stops the work comes first."""
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
        place = {name: getattr(first, name) for name in ("severity", "document", "source", "line", "column")}
        told.append(dataclasses.replace(MORE_FAULTS.at((), count=count), **place))
    return sorted(told, key=_is_advice)


def _is_advice(one: Diagnostic) -> bool:
    return one.severity != "error"


_MANY: Final = (dict, list, tuple)
_LONGEST_CHARACTER: Final = 4
