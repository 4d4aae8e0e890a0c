"""What is read line by line is read as PyYAML's events compose: the same values, places and faults."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import yaml
from folders import TESTS, TOP
from hypothesis import given
from hypothesis import strategies as st
from read.test_read import VALUES
from read.texts import BREAKS, MORE, PIECES, mutated, soup, texts

from kqmanifest import emit, read
from kqmanifest.diagnostics import Json, ManifestError
from kqmanifest.limits import Limits
from kqmanifest.read import block_text, yaml_text

MANIFESTS = [
    part
    for folder in (TESTS / "world", TOP / "docs" / "kinds")
    for path in sorted(folder.glob("*.yaml"))
    for part in path.read_text().split("\n---")
]
STRAYS = (
    *PIECES,
    "\n",
    "  ",
    "\n  ",
    "    ",
    " #",
    "#",
    "|\n",
    "|-\n    ",
    "- |\n  ",
    ">\n",
    "\n\n",
    "   \n",
    "true",
    "1",
    ".5",
    "0x1",
    "é",
    "\t",
)


def outcome(text: str, limits: Limits) -> Any:
    try:
        documents = read.load(text, limits=limits)
    except ManifestError as error:
        return [(one.code, str(one.path), one.document, one.line, one.column, dict(one.values)) for one in error.diagnostics]
    return [(json.dumps(one.value), one.number, one.origin and one.origin.root) for one in documents]


def differing(every: Iterable[str], limits: Limits = Limits()) -> Iterator[str]:  # noqa: B008  # it is frozen
    """Tell the texts that are read otherwise where nothing is read line by line."""
    for text in every:
        found = outcome(text, limits)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(yaml_text, "read_block", lambda *_: None)
            if outcome(text, limits) != found:
                yield text


def changed(count: int, seed: int) -> Iterator[str]:
    """Draw pieces of manifests that were changed in up to three places."""
    chance = random.Random(seed)  # noqa: S311  # the same for everybody
    for _ in range(count):
        whole = chance.choice(MANIFESTS)
        start = whole.rfind("\n", 0, chance.randrange(len(whole))) + 1
        text = whole[start : start + 400]
        for _ in range(chance.randint(0, 3)):
            at, other, draw = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1), chance.random()
            if draw < 0.6:
                text = text[:at] + chance.choice(STRAYS) + text[at:]
            elif draw < 0.9:
                text = text[:at] + text[at + chance.randint(1, 4) :]
            else:
                text = text[:at] + text[other : other + 20] + text[at:]
        yield text


@pytest.fixture(params=["libyaml", "PyYAML"])
def _reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "PyYAML":
        monkeypatch.delattr(yaml, "CLoader", raising=False)


def test_nearly_all_manifests_are_read_line_by_line() -> None:
    left = [part for part in MANIFESTS if block_text.read_block(f"{part}\n", Limits()) is None]
    assert len(left) < len(MANIFESTS) / 20


@pytest.mark.usefixtures("_reader")
def test_manifests_are_read_alike() -> None:
    assert list(differing(MANIFESTS)) == []


def test_small_texts_are_read_alike() -> None:
    assert list(differing(texts(MORE, BREAKS))) == []


def test_changed_texts_are_read_alike() -> None:
    assert list(differing([*mutated(3000, 0), *soup(3000, 0), *changed(3000, 0)])) == []


@given(st.lists(VALUES, min_size=1, max_size=3))
def test_what_is_emitted_is_read_alike(values: list[Json]) -> None:
    assert list(differing([emit.yaml(values)])) == []


@pytest.mark.parametrize("size", [1, 7, 64])
def test_segments_end_anywhere(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_text, "_AT_ONCE", size)
    assert list(differing([*MANIFESTS, *changed(500, 0)])) == []


@pytest.mark.parametrize("limits", [*(Limits(depth=depth) for depth in range(1, 9)), *(Limits(nodes=nodes) for nodes in range(1, 40, 3))])
def test_limits_hold_alike(limits: Limits) -> None:
    assert list(differing([*MORE, "a:\n- - b: {c: [d]}\n", "- a:\n  - b:\n      c: d\n", *MANIFESTS[:20]], limits)) == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "- - a\n- - b\n  - c\n",
            "k:\n- a: 1\nm:\n  b: 1\n- c: 1\n",
            "a:\n- b\n-   c: 1\n    d: 2\n- - e\n",
            "a:\n  - b:\n    - c\n  - d\n",
        ),
        *(
            "a: {<<: {b: c}}\n",
            "a: {b: [1, {c: 'd''e'}], \"f\": \"g\\n\"} # h\n",
            "a: [b # c, d]\n",
            "a: ['b # c']\n",
            "a: [b]c\n",
            "a: {b: c,}\n",
        ),
        *(
            "a: |\n  b\n\n   c\n  \n\nd: e\n",
            "a: |-\n\n  b\n",
            "a: |+\n  b\n\n",
            "a: |\n    \n  b\n",
            "a: |\n\tb\n",
            "a: |\nb: c\n",
            "- |\n a\n- |-\n b\n",
        ),
        *(
            "a: 08\nb: 0o7\nc: 1_0\nd: 1e3\ne: .5\nf: -.inf\n",
            "on: a\n",
            "n: a\n",
            ".5: a\n",
            "a: 99999999999999999999\nb: 1.0\n",
            "a: \u0661\n",
        ),
        *("a: b\n  c\n", "a: b\n  c: d\n", "a:\n  b\n", "a:\n", "- \n", "-\n", "a: -\n", "a: - b\n", "a: --b\nc: -d\n", "...\n", "a: ?b\n"),
        *(
            "---\na: b\n",
            "--- # c\n# d\n\na: b\n",
            "---#c\n",
            " a: b\n c: d\n",
            " a: b\nc: d\n",
            "a: b#c\nd: e #f\n",
            "a:\t b\n",
            "a: b\t\n",
        ),
        *('"a b/c": d\n"on": e\n"": f\n', '"a":b\n', '- "a": b\n  "a": c\n', '"a\\n": b\n', '"a": "b": c\n', '"<<": {a: b}\n', "'a': b\n"),
        f'"{"k" * 1025}": a\n',
        *("k" * 250 + ": a\n", "k" * 1025 + ": a\n", "a: {" + "k" * 1025 + ": a}\n", "a: {'" + "k" * 1025 + "': a}\n", "- " * 199 + "a\n"),
    ],
)
@pytest.mark.usefixtures("_reader")
def test_corners_are_read_alike(text: str) -> None:
    assert list(differing([text, text[:-1], text.replace("\n", "\r\n")])) == []
