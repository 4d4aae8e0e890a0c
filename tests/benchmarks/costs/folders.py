"""Folders: each file holds the manifest of another Job, and all of them are judged at once."""

from __future__ import annotations

import pathlib
import tempfile
from collections.abc import Sequence

from costs import jobs, kubeconform
from costs.fresh import dump
from costs.programs import OURS, PYTHON, Program, in_turn
from costs.rows import Effort, Measured, Row, Section

_READ = """\
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    with path.open("rb") as file:
        for document in yaml.load_all(file, yaml.CSafeLoader):
            assert document
"""


def filled(folder: pathlib.Path, numbers: Sequence[int]) -> None:
    """Write the manifests of these numbers, a file each."""
    folder.mkdir()
    for number in numbers:
        (folder / f"job-{number:07}.yaml").write_text(dump(jobs.manifest(number)), "utf-8")


def measure(effort: Effort) -> Measured:
    """Judge a thousand files, and ten thousand."""
    rows: list[Row] = []
    passed_over: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        other = None
        if not effort.quick:
            other = kubeconform.ready(pathlib.Path(scratch, "schemas"))
            passed_over += [] if other else [kubeconform.MISSING]
        for count, rounds in ((100, 1),) if effort.quick else ((1000, 5), (10_000, 3)):
            folder = pathlib.Path(scratch, str(count))
            filled(folder, range(count))
            programs = {
                f"python: yaml.CSafeLoader reads {count:,} files": Program([*PYTHON, "-c", _READ, str(folder)], parts=count),
                f"kqmanifest check, {count:,} files": Program([*OURS, "check", str(folder)], parts=count, ours=True),
            }
            if other:
                programs[f"kubeconform -strict, {count:,} files"] = Program([*other, str(folder)], parts=count)
            rows += in_turn(programs, rounds, per="file", warm=False)
    return rows, passed_over


FOLDERS = Section("folders", "Folders of manifests", "a Python that only reads the same files with `yaml.CSafeLoader`", measure)
