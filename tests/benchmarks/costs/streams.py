"""Streams: a spec a line, however many, rendered by one command; beside a loop that anybody would write."""

from __future__ import annotations

import json
import pathlib
import tempfile
from collections.abc import Iterable
from typing import Any, Final

from costs import jobs
from costs.programs import OURS, PYTHON, Program, in_turn
from costs.rows import Effort, Measured, Section

_EVERY: Final = 9000
"""Of so many lines, one has a warning."""
_LOOP: Final = """\
import json, sys
from kqmanifest import render
with open(sys.argv[1], encoding="utf-8") as file:
    for line in file:
        sys.stdout.write("---\\n" + render(json.loads(line)))
"""
_MILLION: Final = 1_000_000


def write(path: pathlib.Path, specs: Iterable[dict[str, Any]]) -> None:
    """Write a spec a line."""
    with path.open("w", encoding="utf-8") as file:
        for spec in specs:
            file.write(json.dumps(spec) + "\n")


def warned(count: int) -> Iterable[dict[str, Any]]:
    """Write as many specs, of which one in 9,000 has a warning, and at least one."""
    first = min(_EVERY, count) // 2
    return (jobs.unversioned(number) if number % _EVERY == first else jobs.spec(number) for number in range(count))


def programs(folder: pathlib.Path, count: int) -> dict[str, Program]:
    """Write two streams of so many lines, and say what is done with them."""
    clean, faulty = folder / f"clean-{count}.jsonl", folder / f"warned-{count}.jsonl"
    write(clean, map(jobs.spec, range(count)))
    write(faulty, warned(count))
    return {
        f"python: a loop calls render() for each of {count:,} lines": Program([*PYTHON, "-c", _LOOP, str(clean)], parts=count),
        f"kqmanifest render, {count:,} lines": Program([*OURS, "render", str(clean)], parts=count, ours=True),
        f"kqmanifest render, {count:,} lines, a warning in 9,000": Program([*OURS, "render", str(faulty)], parts=count, ours=True),
    }


def warning_in_each(folder: pathlib.Path, count: int) -> dict[str, Program]:
    """Write two streams of so many lines, the second with a warning in each: what a diagnostic costs beside its document."""
    clean, faulty = folder / f"few-{count}.jsonl", folder / f"each-{count}.jsonl"
    write(clean, map(jobs.spec, range(count)))
    write(faulty, map(jobs.unversioned, range(count)))
    return {
        f"python: a loop calls render() for each of {count:,} lines": Program([*PYTHON, "-c", _LOOP, str(clean)], parts=count),
        f"kqmanifest render, {count:,} lines, a warning in each": Program([*OURS, "render", str(faulty)], parts=count, ours=True),
    }


def measure(effort: Effort) -> Measured:
    """Render ten thousand lines, and a million where that is asked for."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        rows = in_turn(programs(folder, effort.of(10_000, 200)), effort.of(3, 1), per="line", warm=False)
        rows += in_turn(warning_in_each(folder, effort.of(2000, 100)), effort.of(5, 1), per="line", warm=False)
        if effort.million:
            rows += in_turn(programs(folder, _MILLION), 1, per="line", warm=False)
    return rows, [] if effort.million or effort.quick else ["the stream of a million lines: `--million` adds it"]


STREAMS = Section("streams", "Streams of specs, `.jsonl`", "a Python that reads the lines and calls `render` for each", measure)
