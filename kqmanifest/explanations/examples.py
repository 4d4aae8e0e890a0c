"""Fields in use: found in the packaged specs, and shown in their context."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final, NamedTuple

from kqmanifest.emit import yaml
from kqmanifest.explanations.field_paths import KIND, Step, definitions, named_targets, targets, trail
from kqmanifest.explanations.symptom_table import catalogue, holes
from kqmanifest.languages.starters import STARTERS, starter
from kqmanifest.read import load

_LONGEST: Final = 12
"""Most lines of a sample; if the context of a field is longer, the field is shown alone."""
_ITEMS: Final = 2
"""Objects of a list that are shown."""


class _Use(NamedTuple):
    """A field in use: the key that it has in an object, and the object's own key above it; in a list, or not."""

    owner: str
    key: str
    parent: Mapping[str, Any]
    lead: str
    is_item: bool


def sample(step: Step, kubernetes: str) -> str:
    """Show a field in use, as YAML; empty where no packaged spec uses it."""
    uses = [one for one in _uses(kubernetes) if (one.owner, one.key) == (step.owner, step.key)]
    shown = [text for use in uses for text in _show(use)]
    short = [text for text in shown if text.count("\n") <= _LONGEST]
    return next(iter(short), min(shown, key=len, default=""))


def _show(use: _Use) -> Iterator[str]:
    """Write a field, within the object around it first, then alone."""
    if not use.key:
        yield yaml([dict(use.parent)])
    elif use.lead:
        around: Any = {use.lead: [_cut(use.parent)] if use.is_item else _cut(use.parent)}
        yield yaml([around])
    if use.key:
        yield yaml([{use.key: _cut(use.parent[use.key])}])


def _cut(value: Any) -> Any:
    """Leave out the later objects of a list; a list of words is whole."""
    if isinstance(value, Mapping):
        return {key: _cut(below) for key, below in value.items()}
    if isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
        return [_cut(item) for item in value[:_ITEMS]]
    return value


@functools.lru_cache(maxsize=4)
def _uses(kubernetes: str) -> Sequence[_Use]:
    return [use for owner, lead, value in _specs(kubernetes) for use in _within(owner, lead, value, kubernetes, is_item=False)]


def _specs(kubernetes: str) -> Iterator[tuple[str, str, Any]]:
    """Read all packaged specs, and the parts of specs that symptoms are cured with."""
    cures = (symptom.spec for symptom in catalogue().values() if not holes(symptom.spec))
    texts = [*map(starter, STARTERS), (files(__package__) / "samples.yaml").read_text("utf-8"), *cures]
    values: Iterator[Any] = (document.value for text in texts for document in load(text))
    for value in values:
        if "kind" in value:
            yield f"{KIND}{value['kind']}", "", value
        elif (found := trail(next(iter(value)), kubernetes)) is not None:
            yield found.steps[-1].owner, "", value


def _within(owner: str, lead: str, value: Any, kubernetes: str, *, is_item: bool) -> Iterator[_Use]:
    """List the fields that an object has, and those of the objects below it."""
    if lead == "" and {"kind", "name"} <= value.keys():
        yield _Use(owner, "", value, lead, is_item)
    properties = definitions(kubernetes)[owner].get("properties", {})
    for key, below in value.items():
        if key not in properties:
            continue
        yield _Use(owner, key, value, lead, is_item)
        schema = properties[key]
        items = below if isinstance(below, list) else [below]
        for item in (one for one in items if isinstance(one, Mapping)):
            for name in targets(schema):
                yield from _within(name, key, item, kubernetes, is_item=isinstance(below, list))
            for named, inner in ((named, inner) for named, inner in item.items() if isinstance(inner, Mapping)):
                for name in named_targets(schema):
                    yield from _within(name, named, inner, kubernetes, is_item=False)
