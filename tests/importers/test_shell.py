"""A line is read as a shell would read it: its words, their places, and what only a shell could have put in."""

from __future__ import annotations

import shlex
import time

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
        ("$ docker \\\n> b", [["docker", "b"]]),
        ("me@host:~/a$ docker b", [["docker", "b"]]),
        ("[me@host a]$ sudo docker b", [["sudo", "docker", "b"]]),
        ("(base) me@host:~$ docker b", [["docker", "b"]]),
        ("PS C:\\Users\\me> docker b", [["docker", "b"]]),
        ("# docker b", [["docker", "b"]]),
        ("# docker b\ndocker c", [["docker", "c"]]),
        ("# a docker b", []),
        ("a <<END b\nc\n-d\nEND\ne", [["a", "b"], ["e"]]),
        ("a <<-'END' <<X\n\tc\n\tEND\nd\nX\ne", [["a"], ["e"]]),
        ("a <<END\nb", [["a"]]),
        ("a <<<b\nc", [["a"], ["c"]]),
        ("a \\ \n b", [["a", "b"]]),
        ("a $ b 5$", [["a", "$", "b", "5$"]]),
        ("a > out.txt 2>&1 b", [["a", "b"]]),
        ("a <b >c 2>d e", [["a", "e"]]),
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
        ("a <パス>:/b", ("KQ0304", 1, 3)),
        ("a <host/path>:/b", ("KQ0304", 1, 3)),
        ("a <what you've made>:/b", ("KQ0304", 1, 3)),
        ("a <b >c", ("KQ4301", 1, 3)),
        ("a <b 2>c", ("KQ4301", 1, 3)),
        ("a \\ \n b", ("KQ0305", 1, 3)),
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


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a \u2013rm", "write -- instead"),
        ("a \u2013v", "write - instead"),
        ("a \u2014it", "write - instead"),
        ("a \u201cb", 'write " instead'),
    ],
)
def test_a_character_that_looks_like_another_is_told_with_what_is_meant(text: str, hint: str) -> None:
    assert read(text, "line").found[0].hint == hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('-v "$PWD/a:/b"', "absolute path"),
        ("-v `pwd`:/b", "absolute path"),
        ("-v ~/a:/b", "in place of ~"),
        ("-u $(id -u)", "the number that `id -u`"),
        ("-u ${UID}", "the number that `id -u`"),
        ("$A", "write the value in its place"),
        ("A=b\n$A", "further up"),
        ("export A=b\n${A:-c}", "further up"),
        ("AB=b\n$B", "write the value in its place"),
        ('sh -c "echo $HOME"', "single quotes"),
    ],
)
def test_what_is_for_a_shell_to_replace_is_told_with_what_to_write(text: str, told: str) -> None:
    assert told in read(text, "line").found[0].hint


@pytest.mark.parametrize(("text", "told"), [("a > b", "logs"), ("a < b", "attach"), ("a <<B\nB", "attach")])
def test_what_a_program_reads_and_writes_is_told_apart(text: str, told: str) -> None:
    assert told in read(text, "line").found[0].hint


def test_what_stands_in_other_commands_can_be_left_out() -> None:
    script = read("a $B\nc $D; e $F", "line")
    assert [(one.line, one.column) for one in script.found_outside([script.commands[0], script.commands[2]])] == [(2, 3)]


def test_a_long_script_is_read_in_no_time() -> None:
    before = time.process_time()
    script = read("echo $A\n" * 10_000, "line")
    assert len(script.found_outside(script.commands[1:])) == 1
    assert time.process_time() - before < 3
