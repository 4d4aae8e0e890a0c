"""CPUs and memory: the limits and requests of the container."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from decimal import Decimal
from typing import Final

from kqmanifest.importers.docker.fragments import NO_EQUIVALENT_IN_A_POD, NOT_QUITE_THE_SAME, OPTION_NOT_NEEDED, Found, of_container
from kqmanifest.importers.docker.isolation import of_the_node
from kqmanifest.importers.docker.line import Line
from kqmanifest.importers.docker.notations import HIGHEST, NOT_A_SIZE, WRONG_NUMBER, cpus, decimal, quantity, size, whole

OPTIONS: Final = frozenset({"cpus", "cpu-period", "cpu-quota", "cpu-shares", "memory", "memory-reservation", "shm-size"})

_UNLIMITED: Final = "0 means that nothing is set"
_PERIOD: Final = 100_000
"""Microseconds, if no period is given."""
_SHARES: Final = 1024
"""The weight of one CPU, to docker and Kubernetes."""
_MOST_CPUS: Final = 1_000_000
_SIZES: Final = {"memory": ("memory",), "memory-reservation": ("resources", "requests", "memory"), "shm-size": ("sharedMemory",)}


def read(line: Line) -> Iterator[Found]:
    """Yield the limits and requests of the container."""
    limit = yield from _limit(line)
    yield from _weight(line, limit)
    for name, path in _SIZES.items():
        one = line.last(name)
        if one is None:
            continue
        found = size(one.value)
        if found is None:
            yield one.tell(NOT_A_SIZE, value=one.value)
        elif not found:
            yield one.tell(OPTION_NOT_NEEDED, reason=_UNLIMITED, instead=None)
        elif name == "shm-size" and of_the_node(line, "ipc"):
            yield one.tell(
                OPTION_NOT_NEEDED,
                reason="the node's /dev/shm comes with its IPC namespace",
                instead="remove --ipc host: this option is enough",
            )
        else:
            yield of_container(one.place, quantity(found), *path)


def _limit(line: Line) -> Generator[Found, None, Decimal | None]:
    """Yield the CPU limit of the container, from a number of CPUs or a quota of each period; return it."""
    one = line.last("cpus")
    if one is None:
        asked, number = line.last("cpu-quota"), (yield from _quota(line))
    else:
        asked, number = one, decimal(one.value)
        if number is None or number > _MOST_CPUS:
            yield one.tell(WRONG_NUMBER, wanted="a number of CPUs", value=one.value)
            number = None
        for other in line.all("cpu-quota", "cpu-period"):
            yield other.tell(OPTION_NOT_NEEDED, reason="--cpus sets the number of CPUs", instead=None)
    if asked and number:
        yield of_container(asked.place, cpus(number), "cpu")
    elif asked and number is not None:
        yield asked.tell(OPTION_NOT_NEEDED, reason=_UNLIMITED, instead=None)
    return number or None


def _quota(line: Line) -> Generator[Found, None, Decimal | None]:
    """Read the microseconds of CPU time in each period."""
    counted: dict[str, int] = {}
    for one in filter(None, (line.last("cpu-quota"), line.last("cpu-period"))):
        number = whole(one.value, -1, HIGHEST)
        if number is None:
            yield one.tell(WRONG_NUMBER, wanted="a number of microseconds", value=one.value)
        else:
            counted[one.name] = max(number, 0)
            if one.name == "cpu-period":
                yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="the kubelet sets the period for all its containers", instead=None)
    if "cpu-quota" not in counted:
        return None
    return Decimal(counted["cpu-quota"]) / (counted.get("cpu-period") or _PERIOD)


def _weight(line: Line, limit: Decimal | None) -> Iterator[Found]:
    one = line.last("cpu-shares")
    if one is None:
        return
    shares = whole(one.value, 0, HIGHEST)
    if shares is None:
        yield one.tell(WRONG_NUMBER, wanted="a whole number", value=one.value)
    elif not shares:
        yield one.tell(OPTION_NOT_NEEDED, reason=_UNLIMITED, instead=None)
    elif limit is not None and Decimal(shares) / _SHARES > limit:
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="the request would exceed the CPU limit", instead=None)
    else:
        asked = cpus(Decimal(shares) / _SHARES)
        yield of_container(one.place, asked, "resources", "requests", "cpu")
        difference = f"the Pod waits for a node that has {asked} CPUs free"
        yield one.tell(NOT_QUITE_THE_SAME, field="a CPU request", difference=difference, instead=None)
