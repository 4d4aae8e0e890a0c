"""Work that is timed within this process, each piece right beside what it is compared with."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from costs.rows import Cost, Row

APART: Final = 1_000_000
"""Between the numbers of the inputs of one way and of the next: what one has seen helps no other, nor itself when it is timed again."""
_STARTS: Final = itertools.count(step=APART)


@dataclasses.dataclass(frozen=True, slots=True)
class Way:
    """A way to do some work: how an input is made, which is not timed, and what is done with it."""

    make: Callable[[int], Any]
    work: Callable[[Any], object]
    ours: bool = False


def beside(ways: Mapping[str, Way], reference: Way, *, rounds: int, batch: int, per: str) -> list[Row]:
    """Time each way beside the reference: batch by batch, now this one first and now the other; the first batch is not counted.

    Each batch holds inputs that its way has not seen, and the reference is given its own of the same numbers.
    """
    costs: dict[str, list[tuple[Cost, Cost]]] = {name: [] for name in ways}
    starts = {name: next(_STARTS) for name in ways}
    for turn in range(rounds + 1):
        for name, way in ways.items():
            numbers = range(starts[name] + turn * batch, starts[name] + (turn + 1) * batch)
            pair = [(way, numbers), (reference, numbers)]
            timed = [_timed(*one) for one in (pair if turn % 2 else pair[::-1])]
            if turn:
                costs[name].append((timed[0], timed[1]) if turn % 2 else (timed[1], timed[0]))
    return [
        Row.of(name, [one for one, _ in costs[name]], [other for _, other in costs[name]], per=per, ours=way.ours)
        for name, way in ways.items()
    ]


def alone(name: str, way: Way, *, rounds: int, batch: int, per: str) -> Row:
    """Time one way, and call it what the others are compared with."""
    start = next(_STARTS)
    costs = [_timed(way, range(start + turn * batch, start + (turn + 1) * batch)) for turn in range(rounds + 1)][1:]
    return Row.of(name, costs, costs, per=per)


def _timed(way: Way, numbers: Sequence[int]) -> Cost:
    """Time a batch, and say what one of it took."""
    inputs = [way.make(number) for number in numbers]
    work = way.work
    gc.collect()
    start = time.process_time()
    for one in inputs:
        work(one)
    return Cost((time.process_time() - start) / len(inputs))
