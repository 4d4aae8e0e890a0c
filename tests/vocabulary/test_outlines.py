"""Whoever judges several objects finds in their outlines what he finds in themselves."""

from __future__ import annotations

import json
from typing import Any

import pytest
from examples import examples
from folders import TOP
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from kqmanifest import Container, Job, Pod, load
from kqmanifest.compiler.judgement import check_references
from kqmanifest.pipeline import build, inspect
from kqmanifest.rules import RULES
from kqmanifest.schema.published import published
from kqmanifest.vocabulary.objects import pods_of
from kqmanifest.vocabulary.outlines import outline

NEWEST = published("1.36")
OF_SEVERAL = [rule for rule in RULES if "Manifest" in rule.on]
MANIFESTS = sorted(path for folder in ("golden/presets", "world") for path in (TOP / "tests" / folder).rglob("*.yaml"))


def judged(things: list[dict[str, Any]]) -> list[Any]:
    return [*check_references(things, NEWEST)]


@pytest.mark.parametrize("rule", OF_SEVERAL, ids=lambda rule: rule.code)
@pytest.mark.parametrize("which", ["Wrong", "Right"])
def test_a_rule_of_several_finds_the_same_in_outlines(rule: Any, which: str) -> None:
    things = examples(rule)[which]
    assert judged([*map(outline, things)]) == judged(things)
    assert bool(judged(things)) == (which == "Wrong")


def test_in_all_examples_at_once_the_same_is_found() -> None:
    things = [tree for rule in OF_SEVERAL for which in ("Wrong", "Right") for tree in examples(rule)[which]]
    assert judged([*map(outline, things)]) == judged(things)
    assert {finding.finding.code for _, finding in judged(things)} >= {"KQ3060", "KQ3063", "KQ3065"}


@given(st.lists(specs(), min_size=1, max_size=3))
def test_an_outline_is_judged_as_its_object_is(given: Any) -> None:
    things = [*inspect(given).objects] * 2
    assert judged([*map(outline, things)]) == judged(things)
    for thing in things:
        assert [(pod.labels, pod.place) for pod in pods_of(outline(thing))] == [(pod.labels, pod.place) for pod in pods_of(thing)]
        assert outline(outline(thing)) == outline(thing)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_the_pods_of_every_kind_stand_where_they_stood(path: Any) -> None:
    for document in load(path.read_text("utf-8")):
        thing = document.value
        if isinstance(thing, dict) and isinstance(thing.get("kind"), str) and isinstance(thing.get("apiVersion"), str):
            assert [(pod.labels, pod.place) for pod in pods_of(outline(thing))] == [(pod.labels, pod.place) for pod in pods_of(thing)]


def test_an_outline_holds_little() -> None:
    long = "x" * 5000
    (thing,) = build(Job(name="a", pod=Pod(containers=[Container(name="a", image="b:1", command=[long], env={"A": long})]))).objects
    assert len(json.dumps(outline(thing))) < 200
