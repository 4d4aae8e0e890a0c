"""Starts other programs from a process that is small itself: a child's peak of memory counts that of the process it is made from.

Run as a script, by a Python without its site packages, and without a module more than it needs. A line comes in, the words of a command
and before them where its output goes, each in hexadecimal; a line goes out: seconds of the processor, seconds that passed, kilobytes at
the peak, and the code with which the program ended.
"""

import os
import sys
import time


def run(command: list[str], output: str) -> list[float]:
    """Run a program to its end, and measure it."""
    to = [(os.POSIX_SPAWN_OPEN, number, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for number in (1, 2)]
    start = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ, file_actions=to)
    _, status, usage = os.wait4(child, 0)
    passed = time.perf_counter() - start
    return [usage.ru_utime + usage.ru_stime, passed, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]


if __name__ == "__main__":
    for line in sys.stdin:
        output, *command = (bytes.fromhex(word).decode() for word in line.split())
        print(*run(command, output), flush=True)
