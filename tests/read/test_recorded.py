"""kqmanifest reads what kubectl reads: verdicts recorded from Go, with either reader of PyYAML."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import yaml
from folders import TESTS
from go import answers as go
from hypothesis import given, settings
from hypothesis import strategies as st

from kqmanifest import read
from kqmanifest.diagnostics import ManifestError

CASES: list[dict[str, Any]] = json.loads((TESTS / "recorded" / "reading.json").read_text())

# PyYAML's own reader takes tabs in fewer places than libyaml, and some looks in more.
OF_PURE_READER: dict[str, Any] = {
    "a:\t1\n": "KQ0040",
    "a: 1\t\n": "KQ0040",
    "a: |\n  \tx\n": [{"a": "\tx\n"}],
    "---\t\n": "KQ0040",
    "\t# c\n---\na: 1\n": [{"a": 1}],
    "a: [!a, 1]\n": [{"a": ["1"]}],
    "---\n\ufeffa: 1\n": [{"\ufeffa": 1}],
}

SCALARS = st.one_of(
    st.text("0123456789_.+-eExXobBnNyYaAfFtT:~", max_size=6),
    st.text("01_-:.TZ", min_size=8, max_size=12),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)


def outcome(text: str | bytes) -> Any:
    try:
        return [document.value for document in read.load(text)]
    except ManifestError as error:
        return error.diagnostics[0].code


def expected(case: dict[str, Any]) -> Any:
    return case["ours"] if "ours" in case else case.get("values", "refused")


def text_of(case: dict[str, Any]) -> str | bytes:
    return base64.b64decode(case["base64"]) if "base64" in case else str(case["text"])


def same(found: Any, wanted: Any) -> bool:
    if wanted == "refused":
        return isinstance(found, str)
    return json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True)


@pytest.mark.skipif(not hasattr(yaml, "CLoader"), reason="PyYAML has no libyaml here")
def test_libyaml_reads_as_recorded() -> None:
    assert [case for case in CASES if not same(outcome(text_of(case)), expected(case))] == []


def test_pyyaml_s_own_reader_reads_as_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CLoader", raising=False)
    differing = {
        text_of(case): outcome(text_of(case))
        for case in CASES
        if not same(outcome(text_of(case)), expected(case)) and not same(outcome(text_of(case)), OF_PURE_READER.get(case.get("text", "")))
    }
    assert differing == {}


def test_there_are_verdicts_of_both_kinds() -> None:
    assert len(CASES) >= 300
    assert sum("refused" in case for case in CASES) >= 100
    assert all("why" in case for case in CASES if "ours" in case)


@pytest.mark.live
@pytest.mark.skipif(not go.available(), reason="Go is not there")
@given(st.lists(SCALARS, min_size=200, max_size=400, unique=True))
@settings(max_examples=3)
def test_scalars_and_keys_mean_what_go_says(scalars: list[str]) -> None:
    texts = [text for scalar in scalars for text in (f"a: {scalar}\n", f"{scalar}: a\n", f"- {scalar}\n- !!float {scalar}\n")]
    differing = {
        text: (outcome(text), answer)
        for text, answer in zip(texts, go.answers("documents", texts), strict=True)
        if not same(outcome(text), "refused" if "error" in answer else answer.get("values", []))
    }
    assert differing == {}


@pytest.mark.live
@pytest.mark.skipif(not go.available(), reason="Go is not there")
def test_go_still_says_what_is_recorded() -> None:
    verdicts = go.answers("documents", [text_of(case) for case in CASES])
    assert [case for case, verdict in zip(CASES, verdicts, strict=True) if ("error" in verdict) != ("refused" in case)] == []
    values = [(case.get("values", []), verdict.get("values", [])) for case, verdict in zip(CASES, verdicts, strict=True)]
    assert [pair for pair in values if not same(*pair)] == []
