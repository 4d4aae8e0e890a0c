"""Values that were never seen before: what a service pays for each Job, and what the same Job costs when it comes again."""

from __future__ import annotations

from typing import Any

import yaml

from costs import jobs
from costs.clock import Way, alone, beside
from costs.rows import Effort, Measured, Section
from kqmanifest import check, render


def dump(tree: Any) -> str:
    """Print an object as PyYAML's C dumper does: R."""
    text: str = yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False)
    return text


REFERENCE = Way(jobs.manifest, dump)
_AGAIN = jobs.spec(0), jobs.manifest(0)
WAYS = {
    "render: a spec to checked text": Way(jobs.spec, render, ours=True),
    "check: a manifest": Way(jobs.manifest, check, ours=True),
}
AGAIN = {
    "render: one spec, again and again": Way(lambda _: _AGAIN[0], render, ours=True),
    "check: one manifest, again and again": Way(lambda _: _AGAIN[1], check, ours=True),
}


def measure(effort: Effort) -> Measured:
    """Time 20,000 distinct specs, as many manifests, and the same ones again and again."""
    batch = effort.of(500, 100)
    rounds = effort.of(20_000, 600) // batch
    rows = [alone("R: yaml.CSafeDumper prints the Job, and checks nothing", REFERENCE, rounds=rounds, batch=batch, per="Job")]
    rows += beside(WAYS, REFERENCE, rounds=rounds, batch=batch, per="Job")
    again = Way(lambda _: _AGAIN[1], dump)
    rows += beside(AGAIN, again, rounds=effort.of(20, 3), batch=batch, per="Job")
    return rows, []


FRESH = Section("fresh", "Jobs that are all different", "what `yaml.CSafeDumper` needs to print the same Job, R", measure)
