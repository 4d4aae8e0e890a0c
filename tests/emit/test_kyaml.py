"""KYAML is what Kubernetes' own printer prints."""

from __future__ import annotations

import json
from typing import Any

import pytest
from folders import TESTS
from go import answers as go
from go.record import flow
from hypothesis import given, settings
from hypothesis import strategies as st

from kqmanifest import emit
from kqmanifest.diagnostics import Json

CASES: list[dict[str, Any]] = json.loads((TESTS / "recorded" / "kyaml.json").read_text())
# Letters that Unicode had before either Go's tables or Python's; no blanks but those that both take for such.
TEXTS = st.one_of(st.text('abyn01_-./ :\n\t"\\é日²', max_size=8), st.text(st.characters(max_codepoint=0x2FF), max_size=8))
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.none(), st.integers(-(2**63), 2**63)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)


def test_text_is_letter_for_letter_as_recorded() -> None:
    assert [case for case in CASES if emit.kyaml([case["value"]]) != case.get("ours", case["text"])] == []


def test_the_differences_are_quotes_and_backslashes() -> None:
    differing = [case for case in CASES if "ours" in case]
    assert 0 < len(differing) < len(CASES) / 10
    for case in differing:
        bare = [text.replace('"', "").replace("\\", "").replace(" ", "") for text in (case["text"], case["ours"])]
        assert bare[0] == bare[1]


@pytest.mark.live
@pytest.mark.skipif(not go.available(), reason="Go is not there")
@given(st.lists(VALUES, min_size=100, max_size=300))
@settings(max_examples=2)
def test_text_is_letter_for_letter_go_s(values: list[Json]) -> None:
    for value, answer in zip(values, go.answers("kyaml", list(map(flow, values))), strict=True):
        printed = emit.kyaml([value])
        if printed != answer["text"]:
            # The cases that the module names: Go's text is then read as something else.
            reread = go.answers("documents", [answer["text"], printed])
            assert reread[0].get("values") != reread[1].get("values") or printed.replace('"', "") == answer["text"].replace('"', "")
