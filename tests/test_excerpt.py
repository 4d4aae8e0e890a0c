"""What is told shows the user's own line, a mark under what is at fault, and no secret."""

from __future__ import annotations

import json
import pathlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.cli import AT_FAULT, USAGE, main
from kqmanifest.cli.colour import wanted
from kqmanifest.cli.excerpt import Source
from kqmanifest.cli.telling import told
from kqmanifest.diagnostics import ManifestError
from kqmanifest.languages import terminal
from kqmanifest.pipeline import check
from kqmanifest.read import load

TOKENS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=12, max_size=40).map("q7{}".format)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def told_of(text: str, name: str, *, colours: bool = False) -> str:
    try:
        found = check(load(text, source=name))
    except ManifestError as error:
        found = error.diagnostics
    return told(found, {name: text}, "always" if colours else "never", terminal("en"))


@pytest.mark.parametrize(
    ("text", "place", "line", "marked"),
    [
        ('{"a": "b c"}', (1, 7), '{"a": "b c"}', (6, 5)),
        ("a: b c  # d", (1, 4), "a: b c  # d", (3, 3)),
        ("nmae: x", (1, 1), "nmae: x", (0, 4)),
        ("a: {b: c d}", (1, 8), "a: {b: c d}", (7, 3)),
        ("{a: [1, 2]}", (1, 5), "{a: [1, 2]}", (4, 1)),
        ("学: x", (1, 4), "学: x", (4, 1)),
        ("\ta: x", (1, 5), "    a: x", (7, 1)),
        ("a: \x1b[2J", (1, 4), "a: \\x1b[2J", (3, 7)),
        ("\ufeffa: x\r\n", (1, 4), "a: x", (3, 1)),
        ("a", (1, 40), "a", (1, 1)),
    ],
)
def test_a_mark_stands_under_what_is_at_fault(text: str, place: tuple[int, int], line: str, marked: tuple[int, int]) -> None:
    excerpt = Source.of(text, "a.yaml").excerpt(*place, room=80)
    assert excerpt is not None
    assert excerpt == (line, " " * marked[0] + "^" * marked[1])


def test_a_place_behind_the_text_shows_nothing() -> None:
    assert Source.of("a", "a.yaml").excerpt(9, 1, room=80) is None


@given(st.integers(0, 10_000), st.integers(20, 200))
def test_a_long_line_is_cut_around_the_mark(at: int, room: int) -> None:
    excerpt = Source.of("a" * at + " X " + "b" * (10_000 - at), "a.txt").excerpt(1, at + 2, room=room, unread=True)
    assert excerpt is not None
    assert max(map(len, excerpt)) <= room
    assert excerpt.line[excerpt.mark.index("^")] == "X"


@given(TOKENS, TOKENS, st.sampled_from(["spec", "list", "secret", "block", "broken", "number"]), st.booleans())
def test_no_secret_is_shown(first: str, second: str, shape: str, as_json: bool) -> None:  # noqa: FBT001  Hypothesis draws it
    container: dict[str, object] = {"name": "A A", "image": "nginx:1.27", "nmae": 1, "env": {first[:2]: first, "B": [second]}}
    if shape == "list":
        container["env"] = [{"name": "B B", "value": first, "vale": second}]
    spec: dict[str, object] = {"kind": "Pod", "name": "a_", "containers": [container]}
    if shape == "secret":
        spec = {"kind": "Secret", "name": "a_", "stringData": {"a b": first, "c": [second]}, "nmae": 1}
    text = json.dumps(spec)
    if shape == "block":
        text = f"kind: Secret\nname: a_\nstringData:\n  a b: |\n    {first}\n    {second}\n  c: 1\n"
    elif shape == "broken":
        text = f"kind: Pod\nenv:\n  A: {first}\n  B: [{second}\n" if not as_json else text[: text.index(second) + len(second)]
    elif shape == "number":
        text = f"kind: Pod\nname: a_\ncontainers:\n- name: a\n  image: a\n  env: {{A: 0.25, B: &b {first}, C: *b}}\n  nmae: *b\n"
    shown = told_of(text, "a.json" if as_json else "a.yaml")
    assert shown
    assert first not in shown
    assert second not in shown


@pytest.mark.parametrize("text", ["kind: Pod\nnmae: x\n", '{"kind": "Pod", "name": "A A"}', "a: [", "kind: Namespace\nname: 学習\n"])
def test_colour_never_changes_the_text(text: str) -> None:
    plain, coloured = told_of(text, "a.yaml"), told_of(text, "a.yaml", colours=True)
    assert plain != coloured
    assert COLOUR.sub("", coloured) == plain


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"CLICOLOR_FORCE": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_the_environment_decides_on_colours(environment: dict[str, str], coloured: bool) -> None:  # noqa: FBT001  a table of cases
    assert wanted("auto", None, environment) is coloured
    assert wanted("always", None, environment)
    assert not wanted("never", None, environment)


def test_a_command_shows_the_line(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    pathlib.Path("a.yaml").write_text("kind: Namespace\nnam: a\n", "utf-8")
    assert main(["check", "a.yaml"]) == AT_FAULT
    assert "\n   2 | nam: a\n     | ^^^\n  hint: " in capsys.readouterr().err
    assert main(["check", "a.yaml", "--site", "a.yaml"]) == USAGE
    assert "   1 | kind: Namespace\n" in capsys.readouterr().err


def test_several_are_counted() -> None:
    assert told_of("kind: Namespace\nnam: a\nnmae: b\n", "a.yaml").endswith("\n2 errors\n")


@pytest.mark.parametrize(
    "words",
    ["--token=hunter2", "[--db-password, hunter2]", "sh -c 'train --api-key hunter2'", "{args: [--secret=hunter2]}", '"-password=hunter2"'],
)
def test_no_option_that_is_called_after_a_secret_shows_its_value(words: str) -> None:
    text = f"{{kind: Pod, nope: 1, args: {words}}}"
    excerpt = Source.of(text, "spec.yaml").excerpt(1, 13, room=100)
    assert excerpt
    assert "hunter2" not in excerpt.line
    assert "nope" in excerpt.line


def test_a_word_that_only_begins_like_a_secret_is_shown() -> None:
    excerpt = Source.of("{args: [--tokenizer, bert, --lr, '0.1']}", "spec.yaml").excerpt(1, 2, room=100)
    assert excerpt
    assert "bert" in excerpt.line
