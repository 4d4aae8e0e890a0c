"""What kubectl reads otherwise is refused: texts that may hide something from one of the two readers, side by side."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import yaml
from folders import TESTS
from go import answers as go
from read.texts import BREAKS, CONTROLS, MARKS, MORE, PIECES, SEEDS, mutated, padded, soup, texts

from kqmanifest import read
from kqmanifest.diagnostics import ManifestError

RECORDED = TESTS / "recorded" / "alike.json"
BOUNDED = texts(MORE, BREAKS)


def differing(asked: Sequence[str], answers: Sequence[Any], *, may_take_more: bool = False) -> Iterator[tuple[str, Any, Any]]:
    """Tell what is read here otherwise than by Go; an answer is None where Go refuses the text."""
    for text, answer in zip(asked, answers, strict=True):
        try:
            values = [document.value for document in read.load(text)]
        except ManifestError:
            continue
        if answer is None:
            # A list of JSON holds specs: kubectl takes no list, and so hides nothing in it.
            if not may_take_more and not text.lstrip().startswith("["):
                yield text, values, answer
        elif json.dumps(values, sort_keys=True) != json.dumps(answer, sort_keys=True):
            yield text, values, answer


def ask(asked: Sequence[str]) -> list[Any]:
    return [None if "error" in answer else answer.get("values", []) for answer in go.answers("documents", asked)]


def digest(asked: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(asked).encode()).hexdigest()


def record() -> None:
    """Ask Go about the bounded texts, and write its answers down: each once, and its number for each text."""
    said = ask(BOUNDED)
    known = {text: index for index, text in enumerate(dict.fromkeys(map(json.dumps, said)))}
    lines = ",\n".join(known)
    numbers = json.dumps([known[json.dumps(answer)] for answer in said])
    RECORDED.write_text(f'{{"texts": "{digest(BOUNDED)}",\n"numbers": {numbers},\n"answers": [\n{lines}\n]}}\n')


@pytest.fixture(scope="module")
def recorded() -> list[Any]:
    whole = json.loads(RECORDED.read_text())
    assert whole["texts"] == digest(BOUNDED), "the texts have changed: ask Go anew with python tests/go/record.py"
    return [whole["answers"][number] for number in whole["numbers"]]


@pytest.mark.skipif(not hasattr(yaml, "CLoader"), reason="PyYAML has no libyaml here")
def test_libyaml_shows_what_kubectl_sees(recorded: list[Any]) -> None:
    assert list(differing(BOUNDED, recorded)) == []


def test_pyyaml_s_own_reader_shows_what_kubectl_sees(recorded: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CLoader", raising=False)
    # It takes tabs where libyaml and Go refuse them: nothing is hidden there.
    assert list(differing(BOUNDED, recorded, may_take_more=True)) == []


def test_most_of_what_kubectl_reads_is_read(recorded: list[Any]) -> None:
    def is_read(text: str) -> bool:
        try:
            read.load(text)
        except ManifestError:
            return False
        return True

    known = [text for text, answer in zip(BOUNDED, recorded, strict=True) if answer is not None]
    assert len(known) > len(BOUNDED) / 3
    assert sum(map(is_read, known)) > 0.9 * len(known)


@pytest.mark.live
@pytest.mark.skipif(not go.available(), reason="Go is not there")
def test_each_character_at_each_place_is_read_as_by_kubectl() -> None:
    every = texts(SEEDS, (*CONTROLS, *MARKS, *PIECES))
    assert len(every) > 70_000
    assert list(differing(every, ask(every))) == []


@pytest.mark.live
@pytest.mark.skipif(not go.available(), reason="Go is not there")
@pytest.mark.parametrize("seed", range(2))
def test_texts_that_were_changed_in_several_places_are_read_as_by_kubectl(seed: int) -> None:
    every = [*mutated(20_000, seed), *padded(5_000, seed), *soup(20_000, seed)]
    assert list(differing(every, ask(every))) == []


@pytest.mark.live
@pytest.mark.skipif(not go.available(), reason="Go is not there")
def test_go_still_reads_as_recorded(recorded: list[Any]) -> None:
    assert ask(BOUNDED) == recorded
