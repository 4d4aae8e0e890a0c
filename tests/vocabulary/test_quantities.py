"""Quantities are read as Kubernetes reads them: recorded from its own code, ``tests/go-quantities``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import pytest
from folders import TESTS
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.vocabulary.quantities import amount, counted, is_whole, quantity

Answer: TypeAlias = tuple[str, int, int, int] | None
RECORDED: list[tuple[str | float, Answer]] = json.loads((TESTS / "recorded" / "quantities.json").read_text("utf-8"))
NUMBERS = st.from_regex(r"[0-9]{1,25}(\.[0-9]{0,12})?", fullmatch=True)
SUFFIXES = st.sampled_from(["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E-3", "e18"])


@pytest.mark.parametrize(("written", "answer"), RECORDED, ids=lambda one: None if isinstance(one, list) else ascii(one))
def test_a_quantity_is_what_kubernetes_reads(written: str | float, answer: Answer) -> None:
    number = quantity(written)
    if answer is None:
        assert number is None
    else:
        unscaled, scale, units, thousandths = answer
        assert number == Decimal(f"{unscaled}e{-scale}")
        assert number < 0 or (counted(written), counted(written, 1000)) == (units, thousandths)


@pytest.mark.skipif(not (shutil.which("go") and os.environ.get("KQMANIFEST_LIVE")), reason="asks Go, where KQMANIFEST_LIVE is set")
def test_the_records_are_what_kubernetes_says() -> None:
    questions = "".join(json.dumps(written) + "\n" for written, _ in RECORDED)
    run = subprocess.run(["go", "run", "."], cwd=TESTS / "go-quantities", input=questions, capture_output=True, text=True, check=True)  # noqa: S607  the Go that the user has
    assert [json.loads(line) for line in run.stdout.splitlines()] == [answer for _, answer in RECORDED]


@given(st.text(max_size=20) | st.text("0123456789.+-eEinumkKMGTP ", max_size=12))
def test_any_text_is_a_quantity_or_none(text: str) -> None:
    number = quantity(text)
    assert number is None or number.is_finite()


@given(NUMBERS, SUFFIXES)
def test_a_sign_turns_a_quantity_around(digits: str, suffix: str) -> None:
    number = quantity(digits + suffix)
    assert number is not None
    assert quantity(f"+{digits}{suffix}") == number
    assert quantity(f"-{digits}{suffix}") == number.copy_negate()


@given(NUMBERS, SUFFIXES)
def test_a_list_of_resources_rounds_up_to_thousandths(digits: str, suffix: str) -> None:
    number, rounded = quantity(digits + suffix), amount(digits + suffix)
    assert number is not None
    assert rounded is not None
    assert 0 <= Fraction(rounded) - Fraction(number) < Fraction(1, 1000)
    assert (Fraction(rounded) * 1000).denominator == 1


@given(NUMBERS, SUFFIXES)
def test_what_is_whole_has_no_fraction(digits: str, suffix: str) -> None:
    number = quantity(digits + suffix)
    assert number is not None
    assert is_whole(number) == (Fraction(number).denominator == 1)


def test_nothing_is_written_as_null() -> None:
    assert amount(None) == 0


@pytest.mark.parametrize("text", ["1e" + "9" * 5000, "9" * 5000 + "x", "." * 5000, True])
def test_what_is_too_long_is_no_quantity(text: str) -> None:
    assert quantity(text) is None


def test_many_digits_are_a_quantity() -> None:
    assert quantity("9" * 5000) == Decimal("9" * 5000)
