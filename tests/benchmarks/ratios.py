"""What the library costs, as ratios to R: what PyYAML's C dumper needs to print the same Job in the same process.

    python tests/benchmarks/ratios.py

Machines are noisy and ratios of processor time are not: each figure is the median of pairs, in which R is measured right
beside the work, now before it and now after it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import yaml

from kqmanifest import build, check, render
from kqmanifest.builder.context import BuildContext
from kqmanifest.builder.workloads import objects
from kqmanifest.compiler.judgement import judge
from kqmanifest.emit import yaml as emitted
from kqmanifest.rules import RULES
from kqmanifest.schema.published import published
from kqmanifest.specs.spec import Reading, typed

ROUNDS = 8
VERSION = published("1.36")


def training(mounts: int = 6, env: int = 2, containers: int = 1, labels: int = 1) -> dict[str, Any]:
    """Give the spec of a training Job, with so many mounts and variables in each container."""
    return {
        "kind": "Job",
        "name": "training-2",
        "labels": {f"label-{number}": "value" for number in range(labels)},
        "backoffLimit": 0,
        "pod": {
            "containers": [
                {
                    "name": f"container-{number}",
                    "image": "tensorflow/tensorflow:2.16.1-gpu",
                    "command": ["/bin/bash", "-c"],
                    "args": ["python train.py"],
                    "cpu": 4,
                    "memory": "8Gi",
                    "gpus": 1,
                    "sharedMemory": "8Gi",
                    "env": {f"VARIABLE_{variable}": "0.01" for variable in range(env)},
                    "mounts": [
                        {
                            "mountPath": f"/kqi/{mount}",
                            "nfs": {"server": "nfs-server", "path": f"/training/{mount}/"},
                            "readOnly": mount > 0,
                        }
                        for mount in range(mounts - 1)
                    ],
                }
                for number in range(containers)
            ]
        },
    }


def seconds(work: Callable[[], object], goal: float = 0.02) -> float:
    """Measure the processor's time for one call, by as many calls as take about ``goal`` seconds."""
    start = time.process_time()
    work()
    calls = max(1, int(goal / max(time.process_time() - start, 1e-6)))
    start = time.process_time()
    for _ in range(calls):
        work()
    return (time.process_time() - start) / calls


def ratio(work: Callable[[], object], reference: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Compare two pieces of work, pair by pair; the first calls, which fill what is remembered, are not counted."""
    work(), reference()
    pairs = ((seconds(work), seconds(reference)) if odd else (seconds(reference), seconds(work))[::-1] for odd in (0, 1) * rounds)
    return statistics.median(one / other for one, other in pairs)


def main() -> None:
    """Print the ratios."""
    spec = training()
    (job,) = build(spec).objects
    reading = Reading([VERSION])
    model = typed(spec, reading)

    def dump() -> str:
        return yaml.dump(job, Dumper=yaml.CSafeDumper, sort_keys=False)

    print(f"R, a Job with 6 mounts: {seconds(dump) * 1e6:.0f} us; {len(RULES)} rules")
    stages: dict[str, Callable[[], object]] = {
        "dictionary to checked text": lambda: render(spec),
        "  read the dictionary": lambda: typed(spec, reading),
        "  build the objects": lambda: objects(BuildContext(VERSION, name="training-2"), model),  # type: ignore[arg-type]  # it was read: it is a model
        "  judge them": lambda: judge(job, [VERSION]),
        "  write the text": lambda: emitted([job]),
        "check of the manifest": lambda: check(job),
    }
    for name, stage in stages.items():
        print(f"{name:30} {ratio(stage, dump):6.2f} R")

    print("\nR of the same Job, by how many there are: a rule that is quadratic shows as growth")
    print(f"{'':12}{'10':>8}{'100':>8}{'1000':>8}")
    for what in ("containers", "mounts", "env", "labels"):
        row = [_grown(what, number) for number in (10, 100, 1000)]
        print(f"{what:12}" + "".join(f"{one:8.2f}" for one in row))


def _grown(what: str, number: int) -> float:
    spec = training(**{"mounts": 2, what: number})
    manifest = build(spec, ignore=("KQ4001",)).objects
    return ratio(lambda: render(spec), lambda: yaml.dump_all(manifest, Dumper=yaml.CSafeDumper, sort_keys=False), rounds=3)


if __name__ == "__main__":
    main()
