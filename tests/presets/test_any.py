"""Whatever stands in a preset's keys is judged: nothing is raised, and every place that is told is there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from folders import TOP
from hypothesis import given, settings
from hypothesis import strategies as st

from kqmanifest import Pointer, build, check
from kqmanifest.model.values import spec_keys
from kqmanifest.presets import PRESETS

EXAMPLES = TOP / "docs" / "examples" / "presets"
WHOLE: dict[str, dict[str, Any]] = {}
for path in sorted(EXAMPLES.glob("*.json")):
    one = json.loads(path.read_text("utf-8"))
    WHOLE |= {one["kind"]: one} if "kind" in one else {}
ODD: st.SearchStrategy[Any] = st.sampled_from(
    ["", "a", "A b", "/kqi/output", "../x", "\ud800", "x" * 70, -1, 0, 1, 2, 10**30, 1.5, True, None, [], {}]
)
ANYTHING = st.recursive(
    ODD, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2), max_leaves=4
)
MOUNT = st.fixed_dictionaries({"mountPath": ODD}, optional={"emptyDir": st.just({}), "volume": ODD, "subPath": ODD, "nfs": ANYTHING})


def test_there_is_a_whole_one_of_each() -> None:
    assert WHOLE.keys() == PRESETS.keys()


@pytest.mark.parametrize("kind", PRESETS)
@settings(max_examples=80)
@given(data=st.data())
def test_nothing_is_raised_and_every_place_is_there(kind: str, data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.sampled_from(sorted(spec_keys(PRESETS[kind]))), max_size=3, unique=True))
    odd = {key: data.draw(st.lists(MOUNT, max_size=2) if key == "mounts" else ANYTHING) for key in keys}
    spec = {**WHOLE[kind], **odd}
    found = check(spec)
    for one in found:
        Pointer(one.path).follow(spec)
    if not any(one.severity == "error" for one in found):
        assert build(spec).objects
