"""A string that stands bare is that string to every reader: PyYAML, libyaml, ruamel.yaml of both versions, Go and js-yaml."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from folders import TESTS
from go import answers as go
from js import answers as js
from million import IN_PYTHON, OUTSIDE, bare, differences, documents
from scalars import short_strings, strings

from kqmanifest import emit

RECORDED = TESTS / "recorded" / "bare.json"
SAMPLE = list(dict.fromkeys((*short_strings(2), *strings(8000))))
WRITTEN = list(documents(SAMPLE))
BARE = {(one[0], one[1]): one for one in map(bare, WRITTEN) if one}
# How a string stands bare in what is written, and in which formats it may.
PLACES = {"value": ("- {}\n", ("yaml",)), "key": ("{}: 1\n", ("yaml",)), "key between brackets": ("{{{}: 1}}\n", ("kyaml",))}


def taken_otherwise(place: str) -> dict[str, list[int]]:
    """Ask Go and js-yaml which strings of the sample are something else to them where they stand bare, by their numbers."""
    texts = [PLACES[place][0].format(text) for text in SAMPLE]
    wanted: list[Any] = [[[text]] if place == "value" else [{text: 1}] for text in SAMPLE]
    said = {"Go": [answer.get("values") for answer in go.answers("documents", texts)], "js-yaml": js.documents(texts)}
    return {name: [number for number, answer in enumerate(answers) if answer != wanted[number]] for name, answers in said.items()}


def digest() -> str:
    return hashlib.sha256("\0".join(SAMPLE).encode()).hexdigest()


def record() -> None:
    """Ask Go and js-yaml anew, and write their answers down."""
    lines = ",\n".join(f"{json.dumps(place)}: {json.dumps(taken_otherwise(place))}" for place in PLACES)
    RECORDED.write_text(f'{{"strings": "{digest()}",\n{lines}}}\n')


@pytest.fixture(scope="module")
def recorded() -> dict[str, dict[str, list[int]]]:
    whole: dict[str, Any] = json.loads(RECORDED.read_text())
    assert whole.pop("strings") == digest(), "the strings have changed: ask Go and js-yaml anew with python tests/go/record.py"
    return whole


def test_the_sample_has_strings_of_both_kinds() -> None:
    assert len(SAMPLE) > 7000
    assert set(BARE) == {("yaml", "value"), ("yaml", "key"), ("kyaml", "key")}
    assert all(1000 < len(texts) < len(SAMPLE) / 2 for _, _, texts, _ in BARE.values())
    assert {text for text in ("0X7", "0x7", "1_0", "1:30", "=", "<<", "y", "~") if text not in BARE["yaml", "value"][2]}


@pytest.mark.parametrize("reader", IN_PYTHON)
def test_what_is_written_is_read_alike(reader: str) -> None:
    of_yaml = [one for one in WRITTEN if one[0] == "yaml"]
    assert list(differences([*of_yaml, BARE["kyaml", "key"]], reader)) == []


@pytest.mark.parametrize("place", PLACES)
def test_what_go_or_js_yaml_takes_otherwise_is_quoted(recorded: dict[str, dict[str, list[int]]], place: str) -> None:
    kind = "value" if place == "value" else "key"
    standing = {text for format_ in PLACES[place][1] for text in BARE[format_, kind][2]}
    for numbers in recorded[place].values():
        otherwise = {SAMPLE[number] for number in numbers}
        assert len(otherwise) > 500
        assert otherwise & standing == set()


@pytest.mark.parametrize("text", ["0X7", "0x_7", "1_000", "+1", ".5", "5.", "1e3", "1E+3", "0b1", "0o7", "1:30", "2024-01-01", "=", "<<"])
def test_numbers_and_signs_are_quoted_as_values_and_as_keys(text: str) -> None:
    assert emit.yaml([{text: text}]) == f'"{text}": "{text}"\n'
    assert emit.kyaml([{text: text}]) == f'---\n{{\n  "{text}": "{text}",\n}}\n'


@pytest.mark.live
@pytest.mark.skipif(not go.available() or not js.available(), reason="Go, Node.js or js-yaml is not there")
@pytest.mark.parametrize("reader", [*IN_PYTHON, *OUTSIDE])
def test_other_strings_are_read_alike(reader: str) -> None:
    every = list(documents(list(dict.fromkeys(strings(20_000, seed=1)))))
    assert list(differences([one for one in every if one[0] != "json" or reader in OUTSIDE], reader)) == []


@pytest.mark.live
@pytest.mark.skipif(not go.available() or not js.available(), reason="Go, Node.js or js-yaml is not there")
def test_go_and_js_yaml_still_read_as_recorded(recorded: dict[str, dict[str, list[int]]]) -> None:
    assert {place: taken_otherwise(place) for place in PLACES} == recorded
