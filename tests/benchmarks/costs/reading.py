"""Reading: YAML becomes documents, which find the line of each of their values when they are asked."""

from __future__ import annotations

import yaml

from costs import jobs
from costs.clock import Way, alone, beside
from costs.fresh import dump
from costs.rows import Effort, Measured, Section
from kqmanifest import load

_DOCUMENTS = 40
"""In each text: some 100 kB."""
_MEGABYTE = 1_000_000


def text(number: int) -> str:
    """Write a text of several documents, all different."""
    first = number * _DOCUMENTS
    return "---\n".join(dump(jobs.manifest(one)) for one in range(first, first + _DOCUMENTS))


def size() -> float:
    """Return how many megabytes such a text has, about."""
    return sum(len(text(number)) for number in range(5)) / 5 / _MEGABYTE


def by_libyaml(given: str) -> list[object]:
    """Read the documents as PyYAML's C loader does."""
    return [*yaml.load_all(given, Loader=yaml.CSafeLoader)]


def with_places(given: str) -> object:
    """Read the documents, and ask each of them for a place: it finds those of all of its values."""
    documents = load(given)
    return [one.origin and one.origin.root for one in documents]


REFERENCE = Way(text, by_libyaml)
WAYS = {
    "kqmanifest.load": Way(text, load, ours=True),
    "kqmanifest.load, and a place found in each document": Way(text, with_places, ours=True),
}


def measure(effort: Effort) -> Measured:
    """Time some megabytes of texts."""
    rounds, batch = effort.of(15, 1), effort.of(4, 1)
    rows = [alone("yaml.CSafeLoader: values alone", REFERENCE, rounds=rounds, batch=batch, per="MB")]
    rows += beside(WAYS, REFERENCE, rounds=rounds, batch=batch, per="MB")
    here = size()
    return [row.scaled(1 / here) for row in rows], []


READING = Section("reading", "Reading YAML", "`yaml.CSafeLoader`, which keeps no places", measure)
