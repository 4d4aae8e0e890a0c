"""How the work grows with what is given: a table of all families of inputs, each with its exponent.

    python tests/benchmarks/curves.py [--sizes 1000,4000,16000] [PART OF A NAME …]

The exponent e says that four times as much takes 4 to the power of e times as long: 1 is linear, 2 quadratic, n log n is
1.1. It is told twice: of counted work, lines of Python that are run, at sizes where that takes no time; and of the
processor's time at the sizes that are asked for, which also sees what is done beneath Python, and is noisy.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from collections.abc import Iterator
from types import FrameType
from typing import Any, Final

from families import FAMILIES, Family

SIZES: Final = (1000, 4000, 16_000)
_PATIENCE: Final = 20
"""The seconds after which a family is not tried at a larger size."""


def lines(family: Family, size: int) -> int:
    """Count the lines of Python that a family's work runs: the same number each time, on every machine."""
    made = family.make(size)
    family.work(family.make(size))  # what is remembered, here and for all inputs, is not counted
    counted = 0

    def count(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal counted
        counted += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        family.work(made)
    finally:
        sys.settrace(before)
    return counted


def growth(family: Family) -> float:
    """Say how much more work it is where four times as much is given."""
    small, large = (lines(family, size) for size in (family.least, 4 * family.least))
    return large / small


def seconds(family: Family, size: int) -> float:
    """Measure the processor's time for a family's work."""
    made = family.make(size)
    gc.collect()
    start = time.process_time()
    family.work(made)
    return time.process_time() - start


def exponent(ratio: float, sizes: tuple[int, int]) -> float:
    """Turn a ratio of two measures into the power of the size by which they grow."""
    return math.log(max(ratio, 1e-9), sizes[1] / sizes[0])


def row(family: Family, sizes: list[int]) -> str:
    """Measure a family, and say what was measured."""
    times = list(_measured(family, sizes))
    counted = exponent(growth(family), (1, 4))
    clock = exponent(times[-1] / times[-2], (sizes[len(times) - 2], sizes[len(times) - 1])) if len(times) > 1 else math.nan
    shown = "".join(f"{one:>9.2f}" for one in times).ljust(9 * len(sizes))
    return f"{family.name:<50}{counted:>7.2f}{clock:>7.2f}{shown}"


def _measured(family: Family, sizes: list[int]) -> Iterator[float]:
    for size in sizes:
        taken = seconds(family, size)
        yield taken
        if taken > _PATIENCE:
            return


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure how the work grows with what is given.")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="the sizes to measure at, ascending")
    parser.add_argument("names", nargs="*", help="parts of the names of the families to measure; all, if none is given")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    print(f"{'seconds of the processor':<50}{'lines':>7}{'time':>7}" + "".join(f"{size:>9}" for size in sizes))
    for family in FAMILIES:
        if not options.names or any(name in family.name for name in options.names):
            print(row(family, sizes), flush=True)


if __name__ == "__main__":
    main()
