"""How much is read, built and told at once: each limit passes what it names and refuses one more, at its place."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest import Limits, ManifestError, build, check, inspect, load, render
from kqmanifest.cli import AT_FAULT, USAGE, main
from kqmanifest.cli.files import contents
from kqmanifest.diagnostics import Diagnostic
from kqmanifest.limits import DEFAULT, NAMES, find_exceeded, is_longer

POD: dict[str, Any] = {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "b:1"}]}
DEPTH, NODES = 3, 7
MANIFEST: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": POD["containers"]}}


def pods(count: int) -> list[dict[str, Any]]:
    return [POD | {"name": f"a{number}"} for number in range(count)]


def errors(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in found if one.severity == "error"]


def read(text: str, source: str, limits: Limits) -> list[tuple[str, int | None, int | None]]:
    try:
        load(text, source=source, limits=limits)
    except ManifestError as error:
        return [(one.code, one.line, one.column) for one in error.diagnostics]
    return []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, True, None, 1.0, "1", float("inf")])
def test_what_is_no_limit_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{name} must be an integer of at least 1"):
        Limits(**{name: value})


def test_limits_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DEFAULT.bytes = 1  # type: ignore[misc]  # what is tried


def test_the_defaults_take_what_an_api_server_takes() -> None:
    of_a_request = 3 * 1024 * 1024
    most_values = {"apiVersion": "example.com/v1", "kind": "Any", "metadata": {"name": "a"}, "spec": [1] * (of_a_request // 2 - 100)}
    longest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "x" * (of_a_request - 100)}}
    for one in (most_values, longest):
        (document,) = load(json.dumps(one, separators=(",", ":")))
        assert find_exceeded(document.value, DEFAULT) is None


@pytest.mark.parametrize("limits", [3, {"faults": 1}, "faults"])
def test_what_is_no_limits_is_told(limits: Any) -> None:
    assert errors(check(POD, limits=limits)) == [("KQ0074", "")]
    for call in (build, render, lambda spec, limits: load(json.dumps(spec), limits=limits)):
        with pytest.raises(ManifestError):
            call(POD, limits=limits)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ('{"a": "' + "é" * 20 + '"}', "a.json"),
        ('{"a": "' + "é" * 20 + '"}', ""),
        ("a: " + "é" * 20, "a.yaml"),
        ("a: " + "é" * 20, ""),
        ('{"a": "' + "é" * 20 + '"}', "a.jsonl"),
    ],
)
def test_bytes_are_those_of_a_document(text: str, source: str) -> None:
    size = len(text.encode())
    assert read(text, source, Limits(bytes=size)) == []
    assert read(text, source, Limits(bytes=size - 1)) == [("KQ0001", 1, 1)]
    separator = "\n" if text.startswith("{") else "\n---\n"
    assert read(separator.join([text] * 5), source, Limits(bytes=size + 1)) == []


def test_a_document_that_is_too_big_hides_no_other() -> None:
    text = "a: 1\n---\nb: " + "x" * 40 + "\n---\nc: .inf\n"
    assert read(text, "a.yaml", Limits(bytes=20)) == [("KQ0001", 3, 1), ("KQ0035", 5, 4)]
    lines = '{"a": 1}\n{"b": "' + "x" * 40 + '"}\n{"c": 1'
    assert read(lines, "a.jsonl", Limits(bytes=20)) == [("KQ0001", 2, 1), ("KQ0017", 3, 7)]


@given(st.text(max_size=20), st.integers(1, 90))
def test_a_text_is_measured_in_bytes(text: str, most: int) -> None:
    assert is_longer(f"a{text}b", 1, len(text) + 1, most) == (len(text.encode("utf-8", "replace")) > most)


@pytest.mark.parametrize("source", ["a.json", "a.yaml", "a.jsonl"])
def test_depth_and_nodes_are_counted_alike_in_every_form(source: str) -> None:
    text = json.dumps(POD)
    assert read(text, source, Limits(depth=DEPTH, nodes=NODES)) == []
    assert [code for code, _, _ in read(text, source, Limits(depth=DEPTH - 1))] == ["KQ0006"]
    assert [code for code, _, _ in read(text, source, Limits(nodes=NODES - 1))] == ["KQ0070"]
    assert errors(check(POD, limits=Limits(depth=DEPTH, nodes=NODES))) == []
    assert errors(check(POD, limits=Limits(depth=DEPTH - 1))) == [("KQ0006", "")]
    assert errors(check(POD, limits=Limits(nodes=NODES - 1))) == [("KQ0070", "")]
    (document,) = load(text)
    (told,) = check(document, limits=Limits(nodes=NODES - 1))
    assert (told.code, told.line, told.column) == ("KQ0070", 1, 1)


VALUES = st.recursive(
    st.integers() | st.text("ab", min_size=1), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner)
)


def count(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(count, inner))


@given(VALUES)
def test_every_reader_counts_the_same_values(value: Any) -> None:
    number = count(value)
    text = json.dumps(value)
    for source in ("a.json", "a.yaml", "a.jsonl"):
        assert not read(text, source, Limits(nodes=number)), source
        assert number == 1 or [code for code, _, _ in read(text, source, Limits(nodes=number - 1))] == ["KQ0070"], source


def test_an_alias_counts_all_that_it_repeats() -> None:
    text = "a: &a [1, 2]\nb: *a\nc: {<<: {d: *a}}\n"
    nodes = count({"a": [1, 2], "b": [1, 2], "c": {"<<": {"d": [1, 2]}}})
    assert read(text, "a.yaml", Limits(nodes=nodes)) == []
    assert [code for code, _, _ in read(text, "a.yaml", Limits(nodes=nodes - 1))] == ["KQ0070"]


def test_laughs_are_refused_at_the_first_alias_that_is_too_much() -> None:
    text = "a: &a [" + "1, " * 1000 + "]\nb:\n" + "- *a\n" * 1000
    assert read(text, "a.yaml", Limits(nodes=2500)) == [("KQ0070", 4, 3)]


@pytest.mark.parametrize("source", ["a.json", "a.yaml", "a.jsonl", ""])
def test_documents_are_those_of_a_call(source: str) -> None:
    texts = [json.dumps(pod) for pod in pods(3)]
    text = ("\n---\n" if source == "a.yaml" else "\n").join(texts)
    assert read(text, source, Limits(documents=3)) == []
    assert [code for code, _, _ in read(text, source, Limits(documents=2))] == ["KQ0071"]


def test_documents_and_objects_are_those_of_a_call_with_values_too() -> None:
    assert errors(check(pods(3), limits=Limits(documents=3, objects=3))) == []
    assert errors(check(pods(3), limits=Limits(documents=2))) == [("KQ0071", "/2")]
    assert errors(check(pods(3), limits=Limits(objects=2))) == [("KQ0072", "/2")]
    several = {"apiVersion": "v1", "kind": "List", "items": pods(3)}
    assert errors(check(several, limits=Limits(documents=1))) == []
    assert errors(check(several, limits=Limits(objects=2))) == [("KQ0072", "/items/2")]
    assert len(inspect(pods(3), limits=Limits(objects=2)).objects) == 2


UNKNOWN = st.dictionaries(st.text("abcdefgh", min_size=3, max_size=6), st.just(1), min_size=3, max_size=12)


@given(UNKNOWN, st.integers(1, 4))
def test_of_faults_as_many_are_told_and_the_others_are_counted(keys: dict[str, int], most: int) -> None:
    for spec in (
        POD | {f"x{key}": value for key, value in keys.items()},
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "a"},
            "spec": {"containers": [{"name": "a", "image": "b:1"}], **{f"x{key}": 1 for key in keys}},
        },
    ):
        whole = [one for one in check(spec) if one.severity == "error"]
        told = [one for one in check(spec, limits=Limits(faults=most)) if one.severity == "error"]
        if len(whole) <= most:
            assert told == whole
        else:
            assert [one.code for one in told] == [*(one.code for one in whole[:most]), "KQ0073"]
            assert told[-1].values["count"] == str(len(whole) - most)


@pytest.mark.parametrize(
    ("source", "text"), [("a.yaml", "a: [.inf, .inf, .inf, .inf]"), ("a.json", '{"a": 1, "a": 1, "a": 1, "a": 1, "a": 1}')]
)
def test_of_faults_of_reading_the_others_are_counted(source: str, text: str) -> None:
    with pytest.raises(ManifestError) as raised:
        load(text, source=source, limits=Limits(faults=3))
    *told, last = raised.value.diagnostics
    assert (len(told), last.code, last.values["count"], last.severity) == (3, "KQ0073", "1", "error")
    assert read(text, source, Limits(faults=4))[-1][0] != "KQ0073"


def test_errors_are_told_before_warnings_and_what_is_only_unwise_stops_nothing() -> None:
    unwise = POD | {"containers": [{"name": f"a{number}", "image": "b"} for number in range(9)]}
    assert {one.severity for one in check(unwise)} == {"warning"}
    found = check(unwise, limits=Limits(faults=2))
    assert [(one.severity, one.code) for one in found][2:] == [("warning", "KQ0073")]
    assert build(unwise, limits=Limits(faults=2)).diagnostics == found
    wrong = check(unwise | {"name": "A"}, limits=Limits(faults=1))
    assert [(one.severity, one.code) for one in wrong] == [("error", "KQ2102"), ("warning", "KQ0073")]


def test_each_document_is_told_its_own_faults() -> None:
    documents = load("\n---\n".join(json.dumps(POD | {"x": 1, "y": 1, "z": 1}) for _ in range(3)), source="a.yaml")
    found = check(documents, limits=Limits(faults=1))
    assert sorted((one.document, one.code) for one in found if one.severity == "error") == [
        (number, code) for number in range(3) for code in ("KQ0073", "KQ1002")
    ]


KEYS = st.sampled_from(["kind", "name", "containers", "image", "env", "spec", "metadata"]) | st.text(max_size=9)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=9)
        | st.dictionaries(
            st.sampled_from(["kind", "name", "containers", "image", "a", "b", "c", "env"]) | st.text(max_size=9), inner, max_size=9
        )
    ),
    max_leaves=60,
)
PER_FAULT = 4_000
"""How long one diagnostic may be, its hint too; a sentence shows no more than 120 characters of a value and 600 of a list."""


def answer(spec: Any, limits: Limits) -> int:
    return sum(len(str(one)) + len(one.hint) for one in check(spec, limits=limits))


@given(st.dictionaries(st.text(max_size=12), JUNK, max_size=9), st.sampled_from(["Pod", "Job", "Deployment", "v1"]), st.integers(1, 9))
def test_an_answer_is_bounded_whatever_is_asked(junk: dict[str, Any], kind: str, faults: int) -> None:
    spec = junk | ({"apiVersion": "v1", "kind": "Pod"} if kind == "v1" else {"kind": kind})
    assert answer(spec, Limits(faults=faults)) <= (faults + 1) * PER_FAULT


@pytest.mark.parametrize("where", ["pod", "container", "manifest"])
def test_an_answer_grows_no_faster_than_its_question(where: str) -> None:
    keys = {f"key{number}": 1 for number in range(3 * DEFAULT.faults)}
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "a"},
        "spec": {"containers": [{"name": "a", "image": "b:1", **keys}]},
    }
    spec = {"pod": POD | keys, "container": POD | {"containers": [{"name": "a", "image": "b:1", **keys}]}, "manifest": manifest}[where]
    assert answer(spec, DEFAULT) <= 3 * len(json.dumps(spec))


def deeply(levels: int, work: Callable[[], Any]) -> Any:
    return work() if levels == 0 else deeply(levels - 1, work)


def test_depth_is_told_alike_however_full_the_stack_is() -> None:
    nested: Any = 1
    for _ in range(DEFAULT.depth):
        nested = {"a": nested}
    within, beyond = POD | {"affinity": nested["a"]}, POD | {"affinity": nested}
    answers: list[list[tuple[str, str]]] = []

    def ask() -> None:
        answers.extend(errors(check(one)) for one in (within, beyond))

    ask()
    deeply(sys.getrecursionlimit() // 4, ask)
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert answers[1] == [("KQ0006", "")]
    assert answers[::2] == [answers[0]] * 3
    assert answers[1::2] == [answers[1]] * 3


def test_what_holds_itself_is_refused_before_it_is_followed() -> None:
    loop: list[Any] = []
    loop.extend([loop] * 1000)
    assert errors(check(POD | {"affinity": loop})) == [("KQ0006", "")]


def test_a_stream_of_small_documents_is_read_however_long_it_is(tmp_path: pathlib.Path) -> None:
    for name, text in (("a.jsonl", (json.dumps(POD) + "\n") * 50), ("a.yaml", f"---\n{json.dumps(POD)}\n" * 50)):
        (tmp_path / name).write_text(text)
        assert contents(str(tmp_path / name), Limits(bytes=200)) == text.encode()
    (tmp_path / "b.yaml").write_text("a: b\n" * 500)
    found = contents(str(tmp_path / "b.yaml"), Limits(bytes=200))
    assert isinstance(found, bytes)
    assert 200 < len(found) <= 400


def test_no_line_is_shown_of_what_is_refused_for_its_size(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("password: " + "x" * 5000)
    assert main(["check", str(tmp_path / "a.yaml"), "--limit", "bytes=1000"]) == AT_FAULT
    told = capsys.readouterr().err
    assert "KQ0001" in told
    assert "| " not in told


@pytest.mark.parametrize(
    "given", ["bytes", "bytes=", "bytes=0", "bytes=-1", "bytes=1e3", "bytes=٣", "byte=1", "=1", "", "bytes=" + "9" * 30]
)
def test_what_is_no_limit_at_the_command_line_is_told(given: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(POD))
    assert main(["check", str(tmp_path / "a.json"), "--limit", given, "--diagnostics", "json"]) == USAGE
    assert [one["code"] for one in json.loads(capsys.readouterr().err)] == ["KQ0075"]


@pytest.mark.parametrize("command", ["check", "render", "mounts", "diagram"])
def test_limits_are_those_of_every_command_that_reads(command: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(POD))
    assert main([command, str(tmp_path / "a.json"), "--limit", f"nodes={NODES}"]) in {0, AT_FAULT}
    assert "KQ0070" not in capsys.readouterr().err
    main([command, str(tmp_path / "a.json"), "--limit", f"nodes={NODES - 1}"])
    assert "KQ0070" in capsys.readouterr().err
