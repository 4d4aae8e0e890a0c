"""What the library costs: fresh values, whole processes, folders, streams, reading, and other ways in Python to do the same.

    python tests/benchmarks/run.py [--quick] [--million] [--write] [SECTION …]

Machines are noisy and shared: each figure is a ratio of processor time, measured right beside what it is compared with, in turn, and
the median of many. What is not installed here is passed over, and said.
"""

from __future__ import annotations

import argparse
from typing import Final

from costs import SECTIONS, Effort
from costs.machine import machine, versions
from costs.record import added, write
from costs.rows import Row
from costs.table import printed

_KEYS: Final = tuple(section.key for section in SECTIONS)


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(description="Measure what the library costs, beside what the same work costs otherwise.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"what to measure, of {', '.join(_KEYS)}; all, if none is given")
    parser.add_argument("--quick", action="store_true", help="measure only what is ours, and little of it: a few seconds")
    parser.add_argument("--million", action="store_true", help="render a stream of a million lines too, which takes its time")
    parser.add_argument("--write", action="store_true", help="write what was measured into the documentation")
    options = parser.parse_args()
    if strays := [key for key in options.sections if key not in _KEYS]:
        parser.error(f"unknown section {strays[0]}: choose from {', '.join(_KEYS)}")
    if options.write and options.quick:
        parser.error("--write needs more than --quick measures")
    effort = Effort(quick=options.quick, million=options.million)
    rows: dict[str, list[Row]] = {}
    passed_over: dict[str, list[str]] = {}
    print(f"{machine()}; {', '.join(f'{name} {number}' for name, number in versions().items())}")
    for section in SECTIONS:
        if not options.sections or section.key in options.sections:
            rows[section.key], passed_over[section.key] = section.measure(effort)
            print("\n".join(printed(section, rows[section.key], passed_over[section.key])), flush=True)
    if options.write:
        write(added(rows, passed_over), SECTIONS)


if __name__ == "__main__":
    main()
