"""What the laws are tried on: every source and every kind that there is, and a new one as soon as it stands in its list."""

from __future__ import annotations

from typing import ClassVar, get_args

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from pydantic.dataclasses import dataclass
from strategies import ADDITIONS, MODELS, RAW_SOURCE, SOURCE_MODELS, SOURCES, bodies, models, source_bodies, specs

from kqmanifest import Pod
from kqmanifest.model import volumes
from kqmanifest.model.container import Addition
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import SPEC, Flag, Labels, Many, Model, Own, Quantity, Text, Whole
from kqmanifest.model.workloads import KINDS

NO_SHRINKING = settings(phases=[Phase.generate], max_examples=1000, derandomize=True, database=None)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Reel(Model):
    """A part of a tape."""

    number: Whole


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Tape(Model):
    """A source that nobody has thought of."""

    key: ClassVar = "tape"

    label: Text
    length: Quantity | None = None
    read_only: Flag | None = None
    reels: Many[Reel] = ()
    first: Reel | None = None
    options: Own | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Library(KindModel):
    """A kind that nobody has thought of."""

    pod: Pod
    notes: Labels | None = None


def test_a_new_source_is_drawn_with_each_of_its_fields() -> None:
    tapes = source_bodies({**volumes.SOURCES, "tape": Tape})["tape"]
    whole = find(tapes, lambda one: len(one) == 6 and bool(one["reels"]), settings=NO_SHRINKING)
    assert {*whole} == {"label", "length", "readOnly", "reels", "first", "options"}
    assert {*whole["first"], *whole["reels"][0]} == {"number"}


def test_a_new_kind_is_drawn_as_a_spec_and_as_a_model() -> None:
    kinds = {**KINDS, "Library": Library}
    body = find(bodies(kinds)["Library"], lambda one: "notes" in one, settings=NO_SHRINKING)
    assert body["pod"]["containers"]
    library = find(st.one_of(*models(kinds)), lambda one: type(one) is Library, settings=NO_SHRINKING)
    assert library.name
    assert library.pod.containers


@pytest.mark.parametrize("key", [*volumes.SOURCES, *RAW_SOURCE])
def test_each_source_is_drawn(key: str) -> None:
    find(SOURCES, lambda source: key in source, settings=NO_SHRINKING)
    model = volumes.SOURCES.get(key, volumes.RawSource)
    find(SOURCE_MODELS, lambda source: type(source) is model, settings=NO_SHRINKING)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_drawn(kind: str) -> None:
    find(specs(), lambda spec: spec["kind"] == kind, settings=NO_SHRINKING)
    find(MODELS, lambda model: type(model) is KINDS[kind], settings=NO_SHRINKING)


@pytest.mark.parametrize("model", get_args(Addition), ids=lambda model: model.__name__)
def test_each_addition_is_drawn(model: type[Model]) -> None:
    find(ADDITIONS, lambda one: model in {type(value) for value in (one if isinstance(one, list) else [one])}, settings=NO_SHRINKING)
