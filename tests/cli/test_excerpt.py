"""What is told shows the user's own line, a mark under what is at fault, and no secret."""

from __future__ import annotations

import dataclasses
import itertools
import json
import pathlib
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from curves import lines
from families import Family
from hypothesis import given
from hypothesis import strategies as st
from strategies import specs

from kqmanifest import emit
from kqmanifest.cli import AT_FAULT, USAGE, main
from kqmanifest.cli.colour import wanted
from kqmanifest.cli.excerpt import _BLOCK, _FLOW, Excerpt, ShownText
from kqmanifest.cli.files import Given
from kqmanifest.cli.printing import told
from kqmanifest.diagnostics import Fault, ManifestError, Pointer, Steps, printable
from kqmanifest.importers import DOCKER_RUN
from kqmanifest.languages import terminal
from kqmanifest.languages.columns import cells
from kqmanifest.pipeline import check, inspect
from kqmanifest.read import load
from kqmanifest.redaction import MASK, redact_step

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
        ("job: {name: c d}", (1, 13), "job: {name: c d}", (12, 3)),
        ("{args: [1, 2]}", (1, 8), "{args: [1, 2]}", (7, 1)),
        ("学: x", (1, 4), "学: x", (4, 1)),
        ("\tname: x", (1, 8), "    name: x", (10, 1)),
        ("name: \x1b[2J", (1, 7), "name: \\x1b[2J", (6, 7)),
        ("\ufeffa: x\r\n", (1, 4), "a: x", (3, 1)),
        ("a:", (1, 40), "a:", (2, 1)),
        ("args: [\n  b c, d e,\n  f]", (2, 3), "  b c, d e,", (2, 3)),
        ("args: [x, # ]\n  'it, ]',\n  b c]", (3, 3), "  b c]", (2, 3)),
        ("it's: [\nname: c, d", (2, 7), "name: c, d", (6, 1)),
        ("a: 🚀x  b", (1, 5), "a: 🚀x  b", (5, 4)),
        ("e\u0301: x", (1, 5), "e\u0301: x", (3, 1)),
    ],
)
def test_a_mark_stands_under_what_is_at_fault(text: str, place: tuple[int, int], line: str, marked: tuple[int, int]) -> None:
    excerpt = ShownText.of(text, "a.yaml").excerpt(*place, room=80)
    assert excerpt is not None
    assert excerpt == (line, " " * marked[0] + "^" * marked[1])


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        (_BLOCK, r"""\S.*?(?=\s+#|:(?:\s|$)|,?\s*$|,\s*["']?[\w./-]+["']?:\s)"""),
        (_FLOW, r"[^\s,{}\[\]:][^,{}\[\]]*?(?=\s*(?:[,{}\[\]]|:\s|:$|\s#|$))"),
    ],
)
@given(text=st.text("ab/ \t:,#\"'{}[]", max_size=24))
def test_a_bare_value_ends_where_a_plainer_and_quadratic_pattern_ends_it(pattern: re.Pattern[str], plain: str, text: str) -> None:
    found, expected = pattern.match(text), re.match(plain, text)
    assert (found and found.span()) == (expected and expected.span())


def test_a_mark_in_a_long_line_looks_at_no_more_than_its_neighbourhood() -> None:
    line = "name: [" + "b c, " * 9_000 + "\n\1"  # nobody can read it
    middle = 7 + 5 * 4_500
    near = ShownText.of("name: [" + " " * (middle - 4_007) + line[middle - 4_000 :], "a.yaml").excerpt(1, middle + 1, room=80)
    assert near is not None
    assert near == ShownText.of(line, "a.yaml").excerpt(1, middle + 1, room=80)
    assert near.mark.count("^") > len("b c")
    first = ShownText.of(line, "a.yaml").excerpt(1, 8, room=80)
    assert first is not None
    assert first.mark == "       ^^^"


def test_no_document_but_its_own_is_looked_at() -> None:
    def excerpted(count: int) -> int:
        text = "\n".join(json.dumps({"kind": "Pod", "name": f"a-{number}", "nope": 1}) for number in range(count))
        read = Given(text, load(text, source="a.jsonl"))
        place = read.documents[1].place(Pointer.of(("nope",)), key=True) if read.documents else None
        assert place

        def shown(_: object) -> None:
            excerpt = ShownText.of(read, "a.jsonl").excerpt(*place, room=80, document=1)
            assert excerpt
            assert excerpt.mark.strip() == "^^^^^^"

        return lines(Family("excerpts", lambda _: None, shown), 1)

    assert excerpted(3) == excerpted(300)


def test_a_line_break_of_windows_moves_no_mask() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  a: x\n  b: y\n  password: [hunter2]\nnope: 1\n"
    windows = ShownText.of(text.replace("\n", "\r\n"), "a.yaml")
    shown = [windows.excerpt(number, 3, room=80) for number in range(1, 9)]
    assert shown == [ShownText.of(text, "a.yaml").excerpt(number, 3, room=80) for number in range(1, 9)]
    assert shown[6] == ("  password: [•••]", "  ^^^^^^^^")


@given(st.dictionaries(st.text(min_size=1), st.text() | st.integers() | st.lists(st.text(), min_size=1), min_size=1), st.booleans())
def test_of_json_exactly_the_value_is_marked(value: dict[str, object], wide: bool) -> None:  # noqa: FBT001  Hypothesis draws it
    text = json.dumps(value, ensure_ascii=False, indent=1 if wide else None).replace("\x7f", " ")
    (document,) = load(text, source="a.json")
    source = ShownText.of(text, "a.json")
    for key in document.value if isinstance(document.value, dict) else ():
        if redact_step(key) != key:
            continue
        place = document.place(Pointer.of((key,)), key=True)
        assert place
        excerpt = source.excerpt(*place, room=1_000_000)
        assert excerpt
        bare = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in json.dumps(key, ensure_ascii=False))
        assert excerpt.mark.count("^") == cells(bare)
        assert shown_under(excerpt) == bare


@given(specs(), st.sampled_from([emit.yaml, emit.json, emit.kyaml]))
def test_of_a_manifest_exactly_the_value_is_marked(spec: Any, write: Callable[[Any], str]) -> None:
    text = write(inspect(spec).objects)
    source = ShownText.of(text, "a.yaml")
    lines = text.split("\n")
    for document in load(text):
        for steps in scalars(document.value):
            line, column = document.place(Pointer.of(steps)) or (0, 0)
            excerpt = source.excerpt(line, column, room=1_000_000)
            assert excerpt
            value = lines[line - 1][column - 1 :].rstrip()
            if MASK not in excerpt.line and value[:1] not in "|>":  # of a text of several lines the first says only that
                assert shown_under(excerpt) == printable((value if write is emit.yaml else value.rstrip(",")).replace("\t", "    "))


def scalars(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from scalars(member, (*steps, key))
    else:
        yield steps


def shown_under(excerpt: Excerpt) -> str:
    """Give what stands above the mark in a terminal."""
    begin, end = excerpt.mark.index("^"), len(excerpt.mark)
    places = itertools.accumulate(map(cells, excerpt.line), initial=0)
    return "".join(char for at, char in zip(places, excerpt.line, strict=False) if begin <= at < end)


def test_a_line_of_any_number_stands_above_its_mark() -> None:
    text = "a: 1\n" * 123_455 + "nmae: 1\n"
    fault = Fault("KQ1002", "no").at(())
    told_there = told([fault.diagnostic(source="a", line=123_456, column=1)], {"a": text}, "never", terminal("en"))
    line, mark = told_there.splitlines()[1:]
    assert line.index("nmae") == mark.index("^^^^")
    assert line.index("|") == mark.index("|")


def test_what_a_terminal_cannot_show_is_spelt_and_the_mark_fits() -> None:
    excerpt = ShownText.of("{env: {A: x}, 学: b, c: d}", "a.yaml").excerpt(1, 21, room=80, encoding="ascii")
    assert excerpt == ("{env: {A: ***}, \\u5b66: b, c: d}", " " * 27 + "^")
    narrow = ShownText.of("a: b" * 30, "a.yaml").excerpt(1, 60, room=30, encoding="ascii")
    assert narrow
    assert narrow.line.isascii()


@pytest.mark.parametrize(
    "text", ["k\0i\0n\0d\0", "token: hunter2".encode("utf-32"), "token: hunter2".encode("utf-16"), "token: hunter2".encode("utf-16-le")]
)
def test_of_what_is_no_text_nothing_is_shown(text: str | bytes) -> None:
    assert ShownText.of("name: a\0b", "a.yaml").excerpt(1, 8, room=80, unread=True) == ("name: a\\x00b", "       ^^^^")
    excerpt = ShownText.of(text, "a.yaml").excerpt(1, 1, room=80)
    assert excerpt is None or not excerpt.line


def test_a_place_behind_the_text_shows_nothing() -> None:
    assert ShownText.of("a", "a.yaml").excerpt(9, 1, room=80) is None


@given(st.integers(0, 10_000), st.integers(20, 200))
def test_a_long_line_is_cut_around_the_mark(at: int, room: int) -> None:
    excerpt = ShownText.of("docker run " + "a" * at + " X " + "b" * (10_000 - at), DOCKER_RUN).excerpt(1, at + 13, room=room)
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


def test_a_diagnostic_is_a_line_the_users_own_with_a_mark_and_the_hint() -> None:
    one = Fault("KQ1002", "this is so", ("do that",)).at(("a", 0)).diagnostic(source="a.yaml", line=2, column=4)
    warning = Fault("KQ4002", "and this", severity="warning").at(()).diagnostic()
    texts = {"a.yaml": "b: 1\na: x # so\n"}
    assert told([one], texts, "never", terminal("en")) == (
        "a.yaml:2:4: error: this is so [KQ1002]\n   2 | a: x # so\n     |    ^\n  hint: do that\n"
    )
    assert told([one, warning, warning], {}, "never", terminal("en")).splitlines() == [
        "a.yaml:2:4: error: this is so [KQ1002]",
        "  hint: do that",
        "warning: and this [KQ4002]",
        "warning: and this [KQ4002]",
        "1 error and 2 warnings",
    ]
    assert told([warning], texts, "always", terminal("en")) == "\x1b[1;33mwarning:\x1b[0m and this \x1b[1m[KQ4002]\x1b[0m\n"


def test_several_are_counted() -> None:
    assert told_of("kind: Namespace\nnam: a\nnmae: b\n", "a.yaml").endswith("\n2 errors\n")


def all_lines(text: str, name: str = "a.yaml") -> str:
    source = ShownText.of(text, name)
    found = [source.excerpt(number, 1, room=400) for number in range(1, text.count("\n") + 2)]
    return "\n".join(one.line for one in found if one)


HIDDEN = [
    "{nope: 1, args: --token=hunter2}",
    "{nope: 1, args: [--db-password, hunter2]}",
    "{nope: 1, args: sh -c 'train --api-key hunter2'}",
    "{nope: 1, args: {args: [--secret=hunter2]}}",
    '{nope: 1, args: "-password=hunter2"}',
    "nope: 1\nargs:\n- --password\n- hunter2\n",
    "nope: 1\nargs:\n- |\n  set -e\n  train --token \\\n    hunter2\n",
    "nope: 1\nargs: [sh, -c, 'export DB_PASS=hunter2; ./run']\n",
    "nope: 1\nargs: [sh, -c, 'curl -u me:hunter2 http://x']\n",
    "nope: 1\nargs: [sh, -c, 'curl -H \"Authorization: Basic hunter2\" x']\n",
    "nope: 1\nargs: [sh, -c, 'curl -H \"X: Bearer hunter2\" x']\n",
    "nope: 1\nargs: [sh, -c, 'kubectl create secret generic a --from-literal=k=hunter2']\n",
    "nope: postgres://admin:hunter2@db/x\n",
    "nope: 1 # PASSWORD=hunter2\n",
    "kind: ConfigMap\nnope: 1\ndata:\n  app.ini: |\n    [db]\n    password = 'hunter2 hunter2'\n",
    'kind: ConfigMap\nnope: 1\ndata:\n  c.json: \'{"password": "hunter2"}\'\n',
    '{"nope": 1, "data": {"c.json": "{\\"api_key\\": \\"hunter2\\"}"}}',
    "nope: 1\ndata:\n  x: |\n    -----BEGIN RSA PRIVATE KEY-----\n    hunter2\n    -----END RSA PRIVATE KEY-----\n",
    "kind: Secret\nnope: hunter2\n",
    "kind: Secret\ndate: {nope: hunter2}\n",
    "kind: secret\nmetadata: {name: nope}\ndata: {a: hunter2}\n",
    "kind: Sercet\nmetadata: {name: nope}\ndata: {a: hunter2}\n",
    "type: Opaque\nmetadata: {name: nope}\ndata: {a: hunter2}\n",
    "kind: List\nitems: [{kind: Secrets, name: nope, StringData: {a: hunter2}}]\n",
    "nope: 1\nevn: {A: hunter2}\n",
    "nope: 1\nenviroment: {A: hunter2}\n",
    "nope: 1\nenv: [{name: A=hunter2}]\n",
    "nope: 1\nx: &s\n  A: hunter2\nenv:\n  <<: *s\n",
    "nope: 1\nx: &s {A: hunter2}\ny: &t {B: hunter2}\nenv: {<<: [*s, *t]}\n",
    "nope: 1\npasswords: [hunter2]\npwd: hunter2\nauth: hunter2\n",
    "nope: 1\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {hunter2}\n",
    "nope: 1\nhttpHeaders:\n- name: Authorization\n  value: hunter2\n",
    "nope: [\nPASS: hunter2\n",
    '{"nope": 1, "\\u0065nv": {"A": "hunter2"',
]


@pytest.mark.parametrize("text", HIDDEN)
def test_what_tells_of_a_secret_hides_it_and_nothing_else(text: str) -> None:
    shown = all_lines(text)
    assert "hunter2" not in shown
    assert "nope" in shown


@pytest.mark.parametrize(
    "text",
    [
        "automountServiceAccountToken: false",
        "serviceAccountToken: {path: token}",
        "secretKeyRef: {name: nope-token, key: token}",
        "volumes: [{secret: {secretName: nope}}]",
        "imagePullSecrets: [{name: nope}]",
        "image: registry.example.com:5000/nope@sha256:0a1b",
        "{bypass: nope, author: nope}",
        "end: nope\nvenv: nope",
        "args: [-u, 1000:1000, https://nope/x:y@z]",
    ],
)
def test_what_is_no_secret_is_shown(text: str) -> None:
    assert all_lines(text) == text


def test_a_word_that_only_begins_like_a_secret_is_shown() -> None:
    excerpt = ShownText.of("{args: [--tokenizer, bert, --lr, '0.1']}", "spec.yaml").excerpt(1, 2, room=100)
    assert excerpt
    assert "bert" in excerpt.line


@pytest.mark.parametrize(
    "text",
    ["kind: Secret\n{" + "a: hunter2, " * 20_000, "secret: {" + "- " * 100_000, "curl " * 50_000, "password=" * 20_000 + "\n: {"],
    ids=["keys", "dashes", "curl", "password"],
)
def test_what_is_secret_in_a_long_line_is_found_in_no_time(text: str) -> None:
    before = time.process_time()
    excerpt = ShownText.of(text, "a.yaml").excerpt(2 if "\n" in text else 1, 1, room=80)
    assert excerpt
    assert "hunter2" not in excerpt.line
    assert time.process_time() - before < 3


def test_of_a_text_that_cannot_be_read_only_keys_are_shown() -> None:
    shown = all_lines("env: [\n  - - a: x\n    'b c': y\n  \"d\": {e: z, f/g.h-i: w}\n  k:v\n")
    assert re.sub(rf"{MASK}|[^\w/.:-]", " ", shown).split() == ["env:", "-", "-", "a:", ":", "d", ":", "e:", "f/g.h-i:", ":"]


def test_the_path_is_told_only_where_the_position_does_not_say_it() -> None:
    one = Fault("KQ2004", "no volume has this name").at(("a", 0)).diagnostic()
    assert str(one) == "/a/0: error: no volume has this name [KQ2004]"
    assert str(dataclasses.replace(one, source="a.json")) == "a.json: /a/0: error: no volume has this name [KQ2004]"
    here = dataclasses.replace(one, source="a.yaml", line=2, column=4)
    by_alias = dataclasses.replace(here, path=Pointer("/b/0"))
    assert told([here], {}, "never", terminal("en")) == "a.yaml:2:4: error: no volume has this name [KQ2004]\n"
    for text in (told([here, by_alias], {}, "never", terminal("en")), str(ManifestError([here, by_alias]))):
        assert text.splitlines()[:2] == [
            "a.yaml:2:4: /a/0: error: no volume has this name [KQ2004]",
            "a.yaml:2:4: /b/0: error: no volume has this name [KQ2004]",
        ]
