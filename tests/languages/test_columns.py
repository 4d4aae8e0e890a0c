"""Text takes as many cells as a terminal gives it, is broken between words, and any length of it is broken in no time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.diagnostics import printable
from kqmanifest.languages.columns import beginning, cells, lines, shortened


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("é", 1),
        ("e\u0301", 1),
        ("\N{HANGUL SINGLE DOT TONE MARK}", 0),
        ("☺\N{VARIATION SELECTOR-16}", 1),
        ("a\N{COMBINING ENCLOSING CIRCLE}", 1),
        ("学習", 4),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}", 2),
        ("\N{HALFWIDTH KATAKANA LETTER A}", 1),
        ("🚀", 2),
    ],
)
def test_text_takes_the_cells_that_a_terminal_gives_it(text: str, count: int) -> None:
    assert cells(text) == count


@pytest.mark.parametrize(
    ("text", "most", "broken"),
    [
        ("", 5, [""]),
        ("ab", 2, ["ab"]),
        ("ab cd ef", 5, ["ab cd", "ef"]),
        ("ab cde", 5, ["ab", "cde"]),
        ("abcdef", 4, ["abcd", "ef"]),
        ("ab  ", 2, ["ab"]),
        ("学習学", 4, ["学習", "学"]),
        ("学習", 1, ["学", "習"]),
        ("/a b/学習", 6, ["/a", "b/学習"]),
    ],
)
def test_text_is_broken_between_words_where_it_can_be(text: str, most: int, broken: list[str]) -> None:
    assert lines(text, most) == broken


@pytest.mark.parametrize(
    ("text", "most", "short"), [("abcdef", 6, "abcdef"), ("abcdefg", 6, "abc…fg"), ("abcdefg", 5, "ab…fg"), ("学習学習", 5, "学…習")]
)
def test_the_middle_is_left_out(text: str, most: int, short: str) -> None:
    assert shortened(text, most) == short


@given(st.text(), st.integers(2, 40))
def test_a_beginning_is_as_long_as_fits(text: str, most: int) -> None:
    head = beginning(text, most)
    assert text.startswith(head)
    assert cells(head) <= most
    assert head == text or cells(text[: len(head) + 1]) > most


@given(st.text())
def test_what_is_printable_can_be_printed_and_stays(text: str) -> None:
    spelt = printable(text)
    assert spelt.isprintable()
    assert printable(spelt) == spelt
    spelt.encode()


def test_a_long_text_is_broken_in_no_time() -> None:
    before = time.process_time()
    assert len(lines("学" * 100_000, 40)) == 5_000
    assert time.process_time() - before < 1
