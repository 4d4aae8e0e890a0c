"""Whole processes: what a command costs that has hardly anything to do."""

from __future__ import annotations

import json
import pathlib
import tempfile

from costs import jobs
from costs.fresh import dump
from costs.programs import OURS, PYTHON, Program, in_turn
from costs.rows import Effort, Measured, Section

_MODEL = "from pydantic import BaseModel\nclass Job(BaseModel):\n    name: str\n    gpus: int = 0\nJob(name='training-2', gpus=1)"


def measure(effort: Effort) -> Measured:
    """Run each command again and again, on one spec or one manifest."""
    with tempfile.TemporaryDirectory() as folder:
        spec, manifest = pathlib.Path(folder, "spec.json"), pathlib.Path(folder, "manifest.yaml")
        spec.write_text(json.dumps(jobs.spec(1)), "utf-8")
        manifest.write_text(dump(jobs.manifest(2)), "utf-8")
        programs = {
            "python -c pass": Program([*PYTHON, "-c", "pass"]),
            "python: import pydantic, and make one model": Program([*PYTHON, "-c", _MODEL]),
            "kqmanifest --version": Program([*OURS, "--version"], ours=True),
            "kqmanifest --help": Program([*OURS, "--help"], ours=True),
            "python: import kqmanifest": Program([*PYTHON, "-c", "import kqmanifest"], ours=True),
            "kqmanifest render spec.json": Program([*OURS, "render", str(spec)], ours=True),
            "kqmanifest check manifest.yaml": Program([*OURS, "check", str(manifest)], ours=True),
        }
        return in_turn(programs, effort.of(15, 1), warm=not effort.quick), []


START = Section("start", "Whole processes, on one file", "a Python that does nothing, `python -I -c pass`", measure)
