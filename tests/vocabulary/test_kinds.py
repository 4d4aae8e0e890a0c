"""The table of kinds, held to what Kubernetes publishes of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from folders import TESTS

from kqmanifest.model.workloads import KINDS as MODELS
from kqmanifest.schema.published import KNOWN, Published, published, target
from kqmanifest.vocabulary.kinds import BY_NAME, EACH, KINDS, below, kind_of, places
from kqmanifest.vocabulary.queues import is_custom

RECORDED: dict[str, dict[str, Any]] = json.loads((TESTS / "recorded" / "kinds.json").read_text(encoding="utf-8"))
ROWS = {(kind.group, kind.name): kind for kind in KINDS}
OWN = [kind for kind in KINDS if not is_custom(f"{kind.group}/v1")]
POD_SPEC = "core.v1.PodSpec"


def served(version: Published) -> dict[tuple[str, str], str]:
    """List the kinds of a version by group and name, each with its type, without lists of objects."""
    found = {}
    for spelt, type_name in version.kinds.items():
        api_version, _, name = spelt.rpartition("/")
        if not ({"items"} <= version.fields(type_name).keys() and name.endswith("List")):
            found[api_version.rpartition("/")[0], name] = type_name
    return found


def test_the_table_has_every_kind_that_is_published() -> None:
    assert {(kind.group, kind.name) for kind in OWN} == served(published(KNOWN[-1])).keys()


@pytest.mark.parametrize("version", KNOWN)
def test_no_version_has_a_kind_that_the_table_lacks(version: str) -> None:
    assert served(published(version)).keys() <= ROWS.keys()


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: f"{kind.group}/{kind.name}")
def test_scope_and_short_names_are_as_recorded(kind: Any) -> None:
    said = RECORDED[f"{kind.group}/{kind.name}"]
    assert kind.namespaced == (said["scope"] == "Namespaced")
    assert list(kind.short) == said["shortNames"]


@pytest.mark.parametrize("version", KNOWN)
def test_pods_stand_where_the_schema_has_them(version: str) -> None:
    types = published(version)
    having = {key: [*pods_below(types, type_name)] for key, type_name in served(types).items()}
    makes_none = {("", "PodTemplate")}  # it is a template for those who make pods
    for key, found in having.items():
        assert found == ([("template", "spec")] if key in makes_none else [*ROWS[key].pods]), key


def pods_below(
    types: Published, type_name: str, place: tuple[str, ...] = (), above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, ...]]:
    """Find the specs of pods in a type."""
    for field, schema in types.fields(type_name).items():
        item = schema.get("items") or schema.get("additionalProperties")
        inner = target(schema) or (target(item) if isinstance(item, dict) else None)
        here = (*place, field) if target(schema) else (*place, field, EACH)
        if inner == POD_SPEC:
            yield here
        elif inner and inner not in above:
            yield from pods_below(types, inner, here, above | {type_name})


def test_a_queue_is_looked_for_where_metadata_stands() -> None:
    types = published(KNOWN[-1])
    for key, type_name in served(types).items():
        inner = type_name
        for step in ROWS[key].queue or ():
            inner = str(target(types.fields(inner)[step]))
        assert ROWS[key].queue is None or "metadata" in types.fields(inner), key


def test_every_kind_of_a_spec_is_in_the_table() -> None:
    assert MODELS.keys() <= BY_NAME.keys()


def test_no_kind_has_two_rows() -> None:
    assert len(ROWS) == len(KINDS)


def test_a_kind_of_another_group_is_another_kind() -> None:
    assert kind_of("batch/v1", "Job") is BY_NAME["Job"]["batch"]
    assert kind_of("batch.volcano.sh/v1alpha1", "Job") is None
    assert kind_of("v1", "Event") is not kind_of("events.k8s.io/v1", "Event")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((), [()]),
        (("spec", "template"), [("spec", "template")]),
        (("spec", "workers", EACH, "template"), [("spec", "workers", 0, "template"), ("spec", "workers", 1, "template")]),
        (("spec", "roles", EACH), [("spec", "roles", "Launcher"), ("spec", "roles", "Worker")]),
        (
            ("spec", EACH, EACH, "a"),
            [
                ("spec", "workers", 0, "a"),
                ("spec", "workers", 1, "a"),
                ("spec", "roles", "Launcher", "a"),
                ("spec", "roles", "Worker", "a"),
            ],
        ),
        (("spec", "absent", EACH), []),
        (("kind", EACH), []),
        (("spec", "workers", "template", EACH), []),
    ],
)
def test_a_place_stands_for_each_item_and_each_key(place: tuple[str, ...], expected: list[tuple[str | int, ...]]) -> None:
    node = {"kind": "Cluster", "spec": {"workers": [{"template": {"a": 1}}, None], "roles": {"Launcher": {}, "Worker": {}}}}
    assert [*places(node, place)] == expected


def test_what_stands_at_a_place() -> None:
    node = {"spec": {"workers": [{"template": 1}, None]}}
    assert below(node, ("spec", "workers", 0, "template")) == 1
    assert below(node, ("spec", "workers", 1, "template")) is None
    assert below(node, ("spec", "workers", 2)) is None
    assert below(node, ("spec", "workers", "template")) is None
