"""A stream of documents is judged as they are in one call, and holds next to nothing of them."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from kqmanifest import Document, Limits, Site, load
from kqmanifest.compiler.compilation import without_repetition
from kqmanifest.compiler.document_stream import DocumentStream
from kqmanifest.compiler.options import Options
from kqmanifest.diagnostics import Diagnostic
from kqmanifest.limits import told_in_part
from kqmanifest.model.site import Allow
from kqmanifest.pipeline import check
from kqmanifest.rules import RULES

OF_SEVERAL = [rule for rule in RULES if "Manifest" in rule.on]
MOST_KEPT = 1500
"""Bytes of an object of a few kilobytes that may be kept."""


def streamed(documents: Sequence[Document], **options: Any) -> list[Diagnostic]:
    stream = DocumentStream(Options(**options))
    found = [one for document in documents for one in stream.compile(document).found]
    found += [one for _, one in sorted(stream.references(documents.__getitem__), key=lambda each: each.rank)]
    return told_in_part(without_repetition([*stream.told_first(), *found]), options.get("limits", Limits()))


@pytest.mark.parametrize("rule", OF_SEVERAL, ids=lambda rule: rule.code)
def test_what_objects_are_to_each_other_is_found_in_a_stream(rule: Any) -> None:
    documents = load("\n".join(map(json.dumps, examples(rule)["Wrong"])), source="a.jsonl")
    assert streamed(documents) == [*check(documents)]
    assert rule.code in {one.code for one in streamed(documents)}


@given(st.lists(specs(), min_size=1, max_size=4))
def test_a_stream_is_judged_as_one_call_is(given: Any) -> None:
    documents = load("\n".join(json.dumps(one) for one in (*given, given[0])), source="a.jsonl")
    assert streamed(documents) == [*check(documents)]


ASKED: list[dict[str, Any]] = [
    {"ignore": ["KQ2"]},
    {"ignore": ["KQ306"]},
    {"kubernetes": "1.2"},
    {"pod_security": "restricted"},
    {"limits": Limits(objects=2)},
    {"limits": Limits(faults=1)},
    {"site": Site(allow=Allow())},
]


@pytest.mark.parametrize("options", ASKED, ids=str)
@pytest.mark.parametrize(
    "given", [[], [[]], [{"kind": "List", "apiVersion": "v1", "items": []}], [{"kind": "Pod", "name": "a", "nope": 1}] * 3]
)
def test_what_is_asked_holds_in_a_stream(options: Any, given: Any) -> None:
    documents = [Document(value, number, "a.yaml") for number, value in enumerate(given)]
    assert streamed(documents, **options) == [*check(documents, **options)]


def test_what_is_gone_is_named_without_a_place() -> None:
    documents = load('{"kind": "ConfigMap", "name": "a"}\n{"kind": "ConfigMap", "name": "a"}', source="a.jsonl")
    stream = DocumentStream(Options())
    for document in documents:
        stream.compile(document)
    found = [one.diagnostic for one in stream.references(lambda index: Document(None, index, "a.jsonl"))]
    assert [(one.code, one.document, one.source, one.line) for one in found] == [("KQ3060", 1, "a.jsonl", None)]


def test_a_stream_holds_nothing_of_what_is_done() -> None:
    def text(number: int) -> str:
        env = {f"V{index}": "x" * 50 for index in range(30)}
        return json.dumps({"kind": "Pod", "name": f"a-{number}", "containers": [{"name": "a", "image": "b:1", "env": env}]})

    stream = DocumentStream(Options())
    for number in range(50):
        stream.compile(load(text(number), source="a.json")[0])
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(50, 250):
            stream.compile(load(text(number), source="a.json")[0])
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 200 * MOST_KEPT
