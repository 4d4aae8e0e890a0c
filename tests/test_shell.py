"""A line is read as a shell would read it: its words, their places, and what only a shell could have put in."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from kqmanifest.importers.shell import read

WORDS = st.lists(st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=12), max_size=6)
SHELLISH = st.text(st.sampled_from("ab1 \t\n\\\"'$`(){}[]<>|&;#*?~=-<a>\u2019\u201c\u2013^") | st.characters(), max_size=60)


def words(text: str) -> list[list[str]]:
    return [[word.text for word in command] for command in read(text, "line").commands]


def found(text: str) -> list[tuple[str, int | None, int | None]]:
    return [(one.code, one.line, one.column) for one in read(text, "line").found]


@given(WORDS)
def test_what_is_quoted_for_a_shell_is_read_back(given_words: list[str]) -> None:
    assert words(shlex.join(given_words)) == ([given_words] if given_words else [])
    assert found(shlex.join(given_words)) == []


@given(st.text("ab \t\"'\\", max_size=30))
def test_quotes_and_escapes_are_read_as_the_standard_library_reads_them(text: str) -> None:
    try:
        expected = shlex.split(text)
    except ValueError:
        reject()  # it is not closed: told below
    assert words(text) == ([expected] if expected else [])


@given(SHELLISH)
def test_any_text_is_read(text: str) -> None:
    script = read(text, "line")
    lines = text.replace("\r\n", "\n").split("\n")
    for one in script.found:
        assert one.line is not None
        assert one.line in range(1, len(lines) + 1)
        assert one.column in range(1, len(lines[one.line - 1]) + 2)
    for command in script.commands:
        for word in command:
            begin, end = word.span
            assert 0 <= begin < end <= len(script.text)
            assert sum(len(line) + 1 for line in lines[: word.place.line - 1]) + word.place.column - 1 == begin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a \\\n  b", [["a", "b"]]),
        ("a\\\nb", [["ab"]]),
        ("a \\\r\n  b", [["a", "b"]]),
        ("a 'b c'\"d e\"f\\ g", [["a", "b cd ef g"]]),
        ('"a\\"b" "\\x"', [['a"b', "\\x"]]),
        ("'' \"\"", [["", ""]]),
        ("a # b\nc#d", [["a"], ["c#d"]]),
        ("a; b && c | d", [["a"], ["b"], ["c"], ["d"]]),
        ("$ a \\\n> b", [["$", "a", "b"]]),
        ("a $ b 5$", [["a", "$", "b", "5$"]]),
        ("a > out.txt 2>&1 b", [["a", "b"]]),
        ("", []),
    ],
)
def test_what_a_shell_would_do_is_done(text: str, expected: list[list[str]]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a 'b", ("KQ0300", 1, 3)),
        ('a\nb "c', ("KQ0300", 2, 3)),
        ("a $(b", ("KQ0300", 1, 3)),
        ("a $HOME/b", ("KQ0301", 1, 3)),
        ('a "$(pwd)":/b', ("KQ0301", 1, 4)),
        ("a `pwd`/b", ("KQ0301", 1, 3)),
        ("a ~/b", ("KQ0301", 1, 3)),
        ("a ${B:-c d}", ("KQ0301", 1, 3)),
        ("a “b”", ("KQ0302", 1, 3)),
        ("a \u2013b", ("KQ0302", 1, 3)),
        ("a\u00a0b", ("KQ0302", 1, 2)),
        ("a `\n b", ("KQ0303", 1, 3)),
        ("a ^\n b", ("KQ0303", 1, 3)),
        ("a <b>", ("KQ0304", 1, 3)),
        ("a *.txt", ("KQ4300", 1, 3)),
        ("a [bc]", ("KQ4300", 1, 3)),
        ("a > b", ("KQ4301", 1, 3)),
    ],
)
def test_what_only_a_shell_could_know_is_told(text: str, fault: tuple[str, int, int]) -> None:
    assert found(text)[0] == fault


@pytest.mark.parametrize("text", ["a '$HOME'", 'a "\\$HOME"', "a b~c", "a '*'", "a '“'", "a b\u2013c", "a [b", "echo 5$"])
def test_what_a_shell_leaves_alone_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_what_a_program_in_the_line_is_told_stays_unsaid() -> None:
    (one,) = read("a $(vault read hunter2)", "line").found
    assert "hunter2" not in one.message + one.hint
    assert "$(vault …)" in one.message
