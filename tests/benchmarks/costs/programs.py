"""Work that is done by whole processes, measured from outside: what the system says that each took."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from costs import launcher
from costs.rows import PROCESS, Cost, Row

PYTHON: Final = (sys.executable, "-I")
"""Python as a program starts it that is to depend on nothing around."""
OURS: Final = (*PYTHON, "-m", "kqmanifest")
_UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""The bytes in which the system counts memory."""


class EndedOtherwiseError(Exception):
    """A program did not end as it was to."""


@dataclasses.dataclass(frozen=True, slots=True)
class Program:
    """A program with its arguments, the code it is to end with, and the parts of its work."""

    command: Sequence[str]
    code: int = 0
    parts: int = 1
    """Among how many its time is divided."""
    ours: bool = False


@dataclasses.dataclass(slots=True)
class Launcher:
    """A small process that starts programs, one after the other."""

    process: subprocess.Popen[str]

    def run(self, program: Program, output: str = os.devnull) -> Cost:
        """Run a program to its end.

        Raises:
            EndedOtherwiseError: its work was not done.
        """
        asked, answers = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answers is not None
        asked.write(" ".join(word.encode().hex() for word in (output, *program.command)) + "\n")
        asked.flush()
        cpu, wall, peak, code = map(float, answers.readline().split())
        if code != program.code:
            raise EndedOtherwiseError(f"it ended with {code:.0f}")
        return Cost(cpu / program.parts, wall / program.parts, int(peak) * _UNIT)


@contextlib.contextmanager
def launching() -> Iterator[Launcher]:
    """Start the launcher, and end it."""
    command = [sys.executable, "-I", "-S", str(pathlib.Path(launcher.__file__))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Launcher(process)
        assert process.stdin is not None
        process.stdin.close()


def in_turn(programs: Mapping[str, Program], rounds: int, *, per: str = PROCESS, warm: bool = True) -> list[Row]:
    """Run all programs, the first of them the reference, as often as is said; before that once to warm up, without counting.

    Every second round goes through them backwards. One that ends otherwise than it was to is not run again, and has a row without times.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in programs}
    ended: dict[str, str] = {}
    with launching() as here:
        for turn in range(0 if warm else 1, rounds + 1):
            for name in [name for name in [*programs][:: -1 if turn % 2 else 1] if name not in ended]:
                try:
                    cost = here.run(programs[name])
                except EndedOtherwiseError as error:
                    ended[name] = str(error)
                    continue
                if turn:
                    costs[name].append(cost)
    reference = costs[next(iter(programs))]
    return [
        Row(name, per, ours=program.ours, note=ended[name])
        if name in ended
        else Row.of(name, costs[name], reference, per=per, ours=program.ours)
        for name, program in programs.items()
    ]
