"""A text becomes documents, or every reason why it cannot be."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kqmanifest import emit, read
from kqmanifest.diagnostics import Json, ManifestError, Pointer
from kqmanifest.limits import DEFAULT

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.none(), st.integers(-(2**63), 2**63 - 1)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
SPEC = """\
kind: Job
name: training-2
pod:
  containers:
  - name: main
    mounts: [{mountPath: /kqi/output, nfs: {server: nfs, path: "/training/2/"}}]
    env: {LR: "0.01"}
"""


def faults(text: str | bytes, **options: Any) -> list[tuple[str, str, int | None, int | None]]:
    with pytest.raises(ManifestError) as caught:
        read.load(text, **options)
    return [(one.code, str(one.path), one.line, one.column) for one in caught.value.diagnostics]


def values(text: str | bytes, **options: Any) -> list[Json]:
    return [document.value for document in read.load(text, **options)]


def test_the_ending_of_the_source_tells_the_format() -> None:
    assert values("a: y", source="spec.yaml") == [{"a": True}]
    assert values("a: y", source="spec.yml") == [{"a": True}]
    assert values('{"a": 1}\n\n{"b": 2}\n', source="specs.jsonl") == [{"a": 1}, {"b": 2}]
    assert faults("a: y", source="spec.json") == [("KQ0015", "", 1, 1)]
    assert faults("{a: 1}", source="SPEC.JSON") == [("KQ0014", "", 1, 2)]
    assert values("{a: 1}", source="spec.json", format="yaml") == [{"a": 1}]


def test_without_a_format_json_is_tried_first_and_yaml_then() -> None:
    assert values('{"a": "\\ud83d\\ude00"}') == [{"a": "😀"}]
    assert values("{a: 1, }") == [{"a": 1}]
    assert values('[{"a": "\\/"}]') == [[{"a": "/"}]]
    assert values('{"a": 1}{"b": 2}') == [{"a": 1}, {"b": 2}]
    assert values('{"a": 1}\n---\n{"b": 2}\n') == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("source", ["", "spec.json", "spec.jsonl", "spec.yaml"])
def test_a_brace_behind_many_blanks_begins_no_json(source: str) -> None:
    assert values(" " * 4095 + '{"a": "\x85b"}', source=source) == [{"a": "\x85b"}]
    assert values(" " * 4096 + '{"a": "\x85b"}', source=source) == [{"a": " b"}]
    assert faults("\n" * 4096 + '{"a": 1}\n{"b": 2}', source=source) == [("KQ0020", "", 4098, 1)]


@pytest.mark.parametrize("length", [4092, 4094, 8188, 8190])
def test_other_long_lines_without_an_end_are_read(length: int) -> None:
    assert values("a: " + "x" * length) == [{"a": "x" * length}]
    assert values("a: " + "x" * 4093 + "\n") == [{"a": "x" * 4093}]


def test_the_reader_that_comes_further_tells_the_fault() -> None:
    assert faults('{"a": "b" "c": 1}') == [("KQ0018", "", 1, 11)]
    assert faults("{a: 1, b: @}") == [("KQ0047", "", 1, 11)]


def test_empty_documents_are_skipped_and_the_others_numbered() -> None:
    documents = read.load("# nothing\n---\n---\na: 1\n---\nnull\n--- # more\nb: 2\n", source="x.yaml")
    assert [(one.value, one.number, one.source) for one in documents] == [({"a": 1}, 0, "x.yaml"), ({"b": 2}, 1, "x.yaml")]
    assert read.load("") == read.load(b"", source="x.json") == read.load(" \n\n", source="x.jsonl") == ()


def test_every_fault_that_can_be_found_is_told() -> None:
    assert faults("a: 1\na: 2\nb:\n  c: 1\n  c: .inf\n---\nx: [\n---\nd: 1\nd: 2\n") == [
        ("KQ0007", "/a", 2, 1),
        ("KQ0007", "/b/c", 5, 3),
        ("KQ0035", "/b/c", 5, 6),
        ("KQ0017", "/x/0", 7, 4),
        ("KQ0007", "/d", 10, 1),
    ]
    assert faults('{"a": 1, "a": 2, "b": {"c": 1, "c": 2}}{"d": 1, "d": 2}') == [
        ("KQ0007", "/a", 1, 10),
        ("KQ0007", "/b/c", 1, 32),
        ("KQ0007", "/d", 1, 49),
    ]
    assert faults('{"a": 1}\n{"a": }\n\nx\n{"b": 1} {"c": 1}\r\n', format="jsonl") == [
        ("KQ0026", "/a", 2, 7),
        ("KQ0015", "", 4, 1),
        ("KQ0020", "", 5, 10),
    ]


def test_each_line_is_a_document_whether_it_can_be_read_or_not() -> None:
    with pytest.raises(ManifestError) as caught:
        read.load('{"a": 1}\n{"a": }\n\nx\n{"b": 1} {"c": 1}\n[]\n{"a": 1, "a": 2}\n{', format="jsonl")
    assert [(one.document, one.line) for one in caught.value.diagnostics] == [(1, 2), (2, 4), (3, 5), (5, 7), (6, 8)]


def test_a_fault_names_document_source_and_first_line() -> None:
    with pytest.raises(ManifestError) as caught:
        read.load("a: 1\n---\nb: 1\nb: 2\n", source="x.yaml")
    (one,) = caught.value.diagnostics
    assert (one.document, one.source, one.line, one.column) == (1, "x.yaml", 4, 1)
    assert one.message == "the key b is given twice; the first is on line 3"
    assert str(one) == f"x.yaml:4:1: error: {one.message} [KQ0007]"


def test_the_key_of_a_value_and_its_place() -> None:
    (document,) = read.load(SPEC)
    places = {
        "": ((1, 1), (1, 1)),
        "/kind": ((1, 7), (1, 1)),
        "/pod": ((4, 3), (3, 1)),
        "/pod/containers": ((5, 3), (4, 3)),
        "/pod/containers/0": ((5, 5), (5, 5)),
        "/pod/containers/0/mounts/0/nfs/path": ((6, 64), (6, 58)),
        "/pod/containers/0/env/LR": ((7, 15), (7, 11)),
        "/pod/containers/0/image": ((5, 5), (5, 5)),
        "/pod/containers/7/name": ((5, 3), (5, 3)),
        "/no/where": ((1, 1), (1, 1)),
    }
    for path, (value, key) in places.items():
        assert document.place(Pointer(path)) == value, path
        assert document.place(Pointer(path), key=True) == key, path


def test_places_count_characters_and_behind_a_mark() -> None:
    (document,) = read.load('\ufeff{"日本": "😀", "b": 1}'.encode())
    assert document.place(Pointer("/b"), key=True) == (1, 13)
    (document,) = read.load('"日本": "😀"\r\nb: 1\r\n')
    assert document.place(Pointer("/日本")) == (1, 7)
    assert document.place(Pointer("/b")) == (2, 4)
    second = read.load('{"a": 1}\n  {"b": [1]}')[1]
    assert second.place(Pointer("/b/0")) == (2, 10)


def test_places_of_what_an_alias_brings() -> None:
    (document,) = read.load("a: &x {b: 1}\nc:\n  <<: *x\n  d: *x\n")
    assert document.value == {"a": {"b": 1}, "c": {"b": 1, "d": {"b": 1}}}
    assert document.place(Pointer("/c/d")) == (4, 6)
    assert document.place(Pointer("/c/d/b")) == (1, 11)
    assert document.place(Pointer("/c/b")) == (1, 11)


def test_aliases_share_nothing() -> None:
    (document,) = read.load("a: &x {b: [1]}\nc: *x\n")
    value: Any = document.value
    value["a"]["b"].append(2)
    assert value["c"] == {"b": [1]}


def test_a_document_made_by_hand_has_no_places() -> None:
    assert read.Document({"a": 1}).place(Pointer("/a")) is None


def test_a_document_is_a_value() -> None:
    for text in ('{"a": [1]}', "a:\n- 1\n"):
        (document,) = read.load(text)
        copy = pickle.loads(pickle.dumps(document))  # noqa: S301  # our own
        assert copy == document
        assert copy.place(Pointer("/a/0")) == document.place(Pointer("/a/0"))
        fresh = read.load(text)[0].place
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(fresh, [Pointer("/a/0")] * 100)) == {document.place(Pointer("/a/0"))}


def test_json_costs_no_yaml() -> None:
    program = "import sys; from kqmanifest import read; read.load('{}'); sys.exit('yaml' in sys.modules or 'jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # our own program


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (b"a: 1\nb: \xff\n", ("KQ0002", "", 2, 4)),
        ("é: é\nb: 'é".encode("latin-1"), ("KQ0002", "", 1, 1)),
        ("日: ".encode() + b"\xe6", ("KQ0002", "", 1, 4)),
        ("a: 1\n".encode("utf-16"), ("KQ0003", "", 1, 1)),
        ("a: 1\n".encode("utf-32"), ("KQ0003", "", 1, 1)),
        ("a: b\0c\n", ("KQ0004", "", 1, 5)),
        ("a: 1\nb: \x1b[0m\n", ("KQ0004", "", 2, 4)),
        ("a: \ud800\n", ("KQ0008", "", 1, 4)),
        ("x" * (DEFAULT.bytes + 1), ("KQ0001", "", 1, 1)),
        (b"x" * (DEFAULT.bytes + 1), ("KQ0001", "", 1, 1)),
        ("日" * (DEFAULT.bytes // 3 + 1), ("KQ0001", "", 1, 1)),
    ],
)
def test_what_is_no_text(given: str | bytes, expected: tuple[str, str, int, int]) -> None:
    assert faults(given) == [expected]


@pytest.mark.parametrize("text", ["[" * 10_000, "[" * 10_000 + "]" * 10_000, '{"a":' * 5_000, "- " * 5_000, "a: " + "[" * 201 + "]" * 201])
@pytest.mark.parametrize("format_", ["json", "yaml", "jsonl"])
def test_deep_nesting_is_told(text: str, format_: read.Format) -> None:
    if text[0] in "-a" and format_ != "yaml":
        return
    ((code, path, _, _),) = faults(text, format=format_)
    assert (code, path) == ("KQ0006", "")


@pytest.mark.parametrize("format_", ["json", "yaml"])
def test_the_deepest_nesting_is_read(format_: read.Format) -> None:
    text = "[" * DEFAULT.depth + "]" * DEFAULT.depth
    assert json.dumps(values(text, format=format_)) == f"[{text}]"


def test_aliases_do_not_explode() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
    )
    ((code, _, line, _),) = faults(laughs)
    assert code == "KQ0032"
    assert line is not None
    assert line > 3


def test_modest_aliases_are_read() -> None:
    assert values("a: &a [x, y]\n" + "".join(f"b{number}: *a\n" for number in range(90))) != []


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)), st.sampled_from([None, "json", "jsonl", "yaml"]))
@example("\ud800", None)
@example('"\\ud800"', "yaml")
@example('"\\U00110000"', "yaml")
@example("%YAML " + "9" * 5000 + ".1\n", "yaml")
@example("a: " + "1" * 5000, "yaml")
@example("1" * 5000, "json")
@example("a: 0x" + "f" * 5000, "yaml")
@example("-" * 3000, "yaml")
@example("? " * 3000, "yaml")
@example("!" * 300, "yaml")
def test_any_text_is_read_or_told(text: str | bytes, format_: read.Format | None) -> None:
    _read_or_tell(text, format_)


MUTATIONS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 3), st.text("{}[]:,-#'\"\\\n\t &*!|>%@`?\0é<", max_size=3)), min_size=1, max_size=4
)


@pytest.mark.parametrize("reader", ["libyaml", "PyYAML"])
@pytest.mark.parametrize("format_", [None, "json", "jsonl", "yaml"])
@given(value=VALUES, changes=MUTATIONS)
def test_a_mutated_document_is_read_or_told(
    reader: str, format_: read.Format | None, value: Json, changes: list[tuple[int, int, str]]
) -> None:
    text = emit.yaml([value, value]) if format_ in (None, "yaml") else emit.json([value])
    for at, cut, inserted in changes:
        text = text[: at % (len(text) + 1)] + inserted + text[at % (len(text) + 1) + cut :]
    with pytest.MonkeyPatch.context() as patch:
        if reader == "PyYAML":
            patch.delattr(yaml, "CLoader", raising=False)
        _read_or_tell(text, format_)


def _read_or_tell(text: str | bytes, format_: read.Format | None) -> None:
    try:
        documents = read.load(text, format=format_)
    except ManifestError as error:
        lines = (text if isinstance(text, str) else text.decode(errors="replace")).split("\n")
        for one in error.diagnostics:
            assert one.code.startswith("KQ0")
            assert one.line is not None
            assert one.column is not None
            assert 1 <= one.line <= len(lines)
            assert 1 <= one.column <= max(len(lines[one.line - 1]), 1)
            assert one.hint
    else:
        for document in documents:
            json.dumps(document.value, allow_nan=False, ensure_ascii=False).encode()
            assert document.place(Pointer("")) is not None


@given(VALUES)
def test_json_is_read_as_json_reads_it(value: Json) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=2, ensure_ascii=False)):
        assert values(text, format="json") == ([] if value is None else [value])


@given(VALUES.filter(lambda value: value is not None), st.sampled_from(["json", "yaml"]))
def test_every_value_is_at_its_place(value: Json, format_: read.Format) -> None:
    text = emit.json([value]) if format_ == "json" else emit.yaml([value])
    (document,) = read.load(text, format=format_)
    lines = text.split("\n")
    for path, here in _walk(value, Pointer("")):
        place = document.place(path)
        key = document.place(path, key=True)
        assert place is not None
        assert key is not None
        assert key <= place
        if isinstance(here, bool | int | None):
            assert lines[place[0] - 1][place[1] - 1 :].startswith(json.dumps(here))
        parent = Pointer(path[: path.rfind("/")]).follow(value) if path else None
        if isinstance(parent, dict):
            assert lines[key[0] - 1][key[1] - 1 :].startswith((path.tokens[-1], '"', "? "))


def _walk(value: Json, path: Pointer) -> list[tuple[Pointer, Json]]:
    members: list[tuple[str | int, Json]] = []
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    return [(path, value)] + [found for step, member in members for found in _walk(member, path / step)]
