"""What a newcomer gets to hear: each fault of a text by its code, path, line and column."""

from __future__ import annotations

import importlib
import pkgutil
from collections import Counter

import pytest
import yaml

import kqmanifest.read
from kqmanifest import read
from kqmanifest.diagnostics import Diagnostic, Fault, ManifestError

JSON: list[tuple[str, str, str, int, int]] = [
    ('{"a":1,}', "KQ0011", "/a", 1, 7),
    ("[1,]", "KQ0011", "/1", 1, 3),
    ('{"a":1 "b":2}', "KQ0018", "", 1, 8),
    ("[1 2]", "KQ0018", "/1", 1, 4),
    ('{"a":1 // x\n}', "KQ0012", "", 1, 8),
    ('{"a":1, # x\n}', "KQ0012", "", 1, 9),
    ("{'a':1}", "KQ0013", "", 1, 2),
    ('{"a":“x”}', "KQ0013", "/a", 1, 6),
    ("{a:1}", "KQ0014", "", 1, 2),
    ('{"a":True}', "KQ0015", "/a", 1, 6),
    ('{"a":None}', "KQ0015", "/a", 1, 6),
    ('{"a":yes}', "KQ0015", "/a", 1, 6),
    ('{"a":nothing}', "KQ0015", "/a", 1, 6),
    ('{"a":NaN}', "KQ0015", "/a", 1, 6),
    ('{"a":-Infinity}', "KQ0015", "/a", 1, 6),
    ('{"a":"x\n}', "KQ0016", "/a", 1, 6),
    ('{"a":"x', "KQ0016", "/a", 1, 6),
    ('{"a":"\\', "KQ0016", "/a", 1, 6),
    ('{"a":[1,2}', "KQ0025", "/a/2", 1, 10),
    ('{"a":[1,2]', "KQ0017", "", 1, 10),
    ('{"a":', "KQ0017", "/a", 1, 5),
    ('{"a"', "KQ0017", "/a", 1, 4),
    ('{"a" 1}', "KQ0019", "/a", 1, 2),
    ('{"a"=1}', "KQ0019", "/a", 1, 2),
    ('{"a":1}}', "KQ0020", "", 1, 8),
    ('{"a":1},{}', "KQ0020", "", 1, 8),
    ('{"a":1} x', "KQ0020", "", 1, 9),
    ('{"a":1}\n---\n{"b":1}', "KQ0020", "", 2, 1),
    ('{"a":"\t"}', "KQ0021", "/a", 1, 7),
    ('{"a":"\x00"}', "KQ0021", "/a", 1, 7),
    ('{"a":"C:\\path"}', "KQ0022", "/a", 1, 9),
    ('{"a":"\\u12"}', "KQ0022", "/a", 1, 7),
    ('{"a":01}', "KQ0023", "/a", 1, 6),
    ('{"a":+1}', "KQ0023", "/a", 1, 6),
    ('{"a":.5}', "KQ0023", "/a", 1, 6),
    ('{"a":1.}', "KQ0023", "/a", 1, 6),
    ('{"a":0x1f}', "KQ0023", "/a", 1, 6),
    ('{"a":1e999}', "KQ0024", "/a", 1, 6),
    ('{"a":' + "1" * 400 + "}", "KQ0024", "/a", 1, 6),
    ('{"a":"\\ud800"}', "KQ0005", "/a", 1, 7),
    ('{"\\udc00":1}', "KQ0005", "", 1, 3),
    ('{"a":1,"a":2}', "KQ0007", "/a", 1, 8),
    ('{"a":}', "KQ0026", "/a", 1, 6),
    ("[1,,2]", "KQ0026", "/1", 1, 4),
    ('{"a":1,,"b":2}', "KQ0027", "", 1, 8),
    ('{"a":1;"b":2}', "KQ0027", "", 1, 7),
    ("{,}", "KQ0027", "", 1, 2),
    ("-", "KQ0023", "", 1, 1),
    ("tru", "KQ0015", "", 1, 1),
    ('{"a":\xa01}', "KQ0027", "/a", 1, 6),
]
YAML: list[tuple[str, str, str, int, int]] = [
    ("a: b: c", "KQ0042", "", 1, 5),
    ("a: 1\n  b: 2\n", "KQ0043", "", 2, 3),
    ("a: 1\n b:\n  - c", "KQ0043", "", 2, 2),
    ("\ta: 1", "KQ0040", "", 1, 1),
    ("a:\n\tb: 1", "KQ0040", "/a", 2, 1),
    ("a:\n  b: 1\n\tc: 2", "KQ0040", "/a/b", 3, 1),
    ("a: |\n \tx\n  y", "KQ0040", "/a", 2, 2),
    ("a: 'x", "KQ0041", "/a", 1, 4),
    ('a: "x\nb: 1\n', "KQ0041", "/a", 1, 4),
    ('a: "x\n---\n', "KQ0041", "/a", 1, 4),
    ('a: "x\nb: "y"', "KQ0049", "", 2, 5),
    ("a: 'b' c", "KQ0049", "", 1, 8),
    ('"a" "b": 1', "KQ0049", "", 1, 5),
    ("a: [1, 2", "KQ0017", "/a/2", 1, 8),
    ("a: {b: 1", "KQ0017", "/a", 1, 8),
    ("a: [\n1,\nb: 2\n", "KQ0017", "/a/2", 3, 4),
    ("a: [", "KQ0017", "/a/0", 1, 4),
    ("a: [b: c\n---\n", "KQ0017", "/a/1", 1, 8),
    ("a: 1\nfoo\nb: 2", "KQ0046", "", 2, 1),
    ("key:value\nb: 1", "KQ0045", "", 1, 4),
    ("a: 1\nkey:value\nb: 1", "KQ0045", "", 2, 4),
    ("- a\n-b\n", "KQ0045", "/1", 2, 1),
    ("- a\nb: 1", "KQ0044", "/1", 2, 1),
    ("a: 1\n- b", "KQ0044", "", 2, 1),
    ("a:\n  b: 1\n c: 2", "KQ0044", "", 3, 2),
    (" a: 1\nb: 2", "KQ0044", "", 2, 1),
    ("a:\n  - b\n c: 1", "KQ0044", "", 3, 2),
    ("a: @x", "KQ0047", "/a", 1, 4),
    ("a: `x`", "KQ0047", "/a", 1, 4),
    ("a: %x", "KQ0047", "/a", 1, 4),
    ("a: *.txt", "KQ0047", "/a", 1, 4),
    ("a: & b", "KQ0047", "/a", 1, 4),
    ("a: !<x", "KQ0047", "/a", 1, 4),
    ("!foo!bar x", "KQ0047", "", 1, 1),
    ("a: - b", "KQ0048", "/a", 1, 4),
    ('a: "C:\\dir"', "KQ0050", "/a", 1, 7),
    ('a: "\\ud800"', "KQ0050", "/a", 1, 5),
    ('a: "\\U00110000"', "KQ0050", "/a", 1, 5),
    ('a: "\\/"', "KQ0050", "/a", 1, 5),
    ("a: {{ x }}", "KQ0033", "/a", 1, 4),
    ("{{ x }}", "KQ0033", "", 1, 1),
    ("a: {{ x }}-y", "KQ0033", "/a", 1, 4),
    ("a: ]", "KQ0027", "/a", 1, 4),
    ("a: }", "KQ0027", "/a", 1, 4),
    ("a: [1,,2]", "KQ0027", "/a/1", 1, 7),
    ("a: ,", "KQ0027", "/a", 1, 4),
    ("a: {x: 1}}", "KQ0027", "", 1, 10),
    ("a: |x\n y", "KQ0051", "/a", 1, 5),
    ("%YAML 1.2\n---\na: 1", "KQ0052", "", 1, 1),
    ("{a: 1}\n{b: 1}", "KQ0020", "", 2, 1),
    ("a: 1\n...\nb: 2", "KQ0061", "", 3, 1),
    ("--- foo\n---\na: 1", "KQ0060", "", 1, 5),
    ("k" * 1100 + ": 1", "KQ0053", "", 1, 1),
    ("a: 1\na: 2", "KQ0007", "/a", 2, 1),
    ("1: a\n'1': b", "KQ0007", "/1", 2, 1),
    ("a: .inf", "KQ0035", "/a", 1, 4),
    ("- .nan", "KQ0035", "/0", 1, 3),
    ("a: !!int x", "KQ0036", "/a", 1, 4),
    ("a: !!binary x", "KQ0036", "/a", 1, 4),
    ("a: *b", "KQ0030", "/a", 1, 4),
    ("a: &b [*b]", "KQ0031", "/a/0", 1, 8),
    ("[a]: b", "KQ0034", "", 1, 1),
    ("? {a: 1}\n: 2", "KQ0034", "", 1, 3),
    ("~: 1", "KQ0034", "", 1, 1),
    ("<<: 1", "KQ0037", "", 1, 5),
    ("x: &x [1]\n<<: *x", "KQ0037", "", 2, 5),
    ("a: [b?c]", "KQ0055", "/a/0", 1, 5),
    ("a: \x07", "KQ0004", "", 1, 4),
    ("a: [b]]", "KQ0027", "", 1, 7),
    ("a: {b:, c}", "KQ0045", "/a", 1, 6),
    ("a: [b:, c]", "KQ0045", "/a/0", 1, 6),
    ("a: 1\n\ufeffb: 2", "KQ0056", "", 2, 1),
    ("# a\r\ufeffb: 2", "KQ0056", "", 1, 5),
    ("a: |\n  b\n\u2028\ufeff  c", "KQ0056", "", 3, 2),
    ("a: 1\n--- # b\rc: 2", "KQ0060", "", 2, 9),
    ("a: 1\n---\u2028c: 2", "KQ0060", "", 2, 5),
    ("%YAML 1.1\r---\ra: 1", "KQ0052", "", 1, 1),
    ('{"a": 1}\nb: 2', "KQ0020", "", 2, 1),
    ('{"a": 1} # b\nc: 2\n---\nd: 3', "KQ0020", "", 2, 1),
    ('{"a": 1}\n---\n\ufeffb: 2', "KQ0056", "", 3, 1),
    ('{"a": 1}\n...\n', "KQ0020", "", 2, 1),
    ('{"a": 1}{"b": 2}\n---\nc: 3', "KQ0020", "", 2, 1),
    ("[1] 2", "KQ0020", "", 1, 5),
    ("a: 1\nb: " + "x" * 4093, "KQ0057", "", 2, 1),
    ("a: 1\n#" + "日" * 2730 + "x", "KQ0057", "", 2, 1),
    ('{"a": 1}\n---\nb: 2\n#' + "x" * 4095, "KQ0057", "", 4, 1),
]

# Told elsewhere: these need bytes, a big text, many aliases or narrow limits.
ELSEWHERE = {"KQ0001", "KQ0002", "KQ0003", "KQ0006", "KQ0008", "KQ0032", "KQ0054", "KQ0070", "KQ0071", "KQ0073"}
# PyYAML's own reader takes these.
ONLY_LIBYAML = ("a: |\n \tx\n  y",)


def found(text: str, format_: read.Format) -> list[Diagnostic]:
    with pytest.raises(ManifestError) as caught:
        read.load(text, format=format_)
    return list(caught.value.diagnostics)


def summary(text: str, format_: read.Format) -> list[tuple[str, str, int | None, int | None]]:
    return [(one.code, str(one.path), one.line, one.column) for one in found(text, format_)]


@pytest.mark.parametrize(("text", "code", "path", "line", "column"), JSON)
def test_json(text: str, code: str, path: str, line: int, column: int) -> None:
    assert summary(text, "json") == [(code, path, line, column)]


@pytest.mark.skipif(not hasattr(yaml, "CLoader"), reason="PyYAML has no libyaml here")
@pytest.mark.parametrize(("text", "code", "path", "line", "column"), YAML)
def test_yaml(text: str, code: str, path: str, line: int, column: int) -> None:
    assert summary(text, "yaml") == [(code, path, line, column)]


@pytest.mark.parametrize(("text", "code", "line"), [(text, code, line) for text, code, _, line, _ in YAML if text not in ONLY_LIBYAML])
def test_yaml_with_pyyaml_s_own_reader(monkeypatch: pytest.MonkeyPatch, text: str, code: str, line: int) -> None:
    monkeypatch.delattr(yaml, "CLoader", raising=False)
    assert [(one[0], one[2]) for one in summary(text, "yaml")] == [(code, line)]


def test_every_fault_has_a_code_of_its_own_and_an_example() -> None:
    modules = [importlib.import_module(f"kqmanifest.read.{info.name}") for info in pkgutil.iter_modules(kqmanifest.read.__path__)]
    faults = {id(fault): fault for module in modules for fault in vars(module).values() if isinstance(fault, Fault)}
    codes = Counter(fault.code for fault in faults.values())
    assert [code for code, times in codes.items() if times > 1] == []
    assert set(codes) - {row[1] for row in JSON + YAML} == ELSEWHERE


WORDS = [("yes", "true"), ("on", "true"), ("no", "false"), ("off", "false"), ("none", "null"), ("nil", "null"), ("undefined", "null")]
"""What other languages call the words of JSON."""


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('{"a":1,}', "there is a trailing comma after the last member", "remove the comma"),
        ('{"a":True}', "this value has no quotes, and is not a number, true, false or null", "write true"),
        ('{"a":"C:\\path"}', "unknown escape sequence \\p in JSON", "write two backslashes if a backslash is meant"),
        *(
            (f'{{"a":{word}}}', "this value has no quotes, and is not a number, true, false or null", f"write {meant}")
            for word, meant in WORDS
        ),
        ('{"a":1}}', "there is more text after the end of the document", "remove }: it closes nothing"),
        ('{\n"a":[1,2}', "} cannot close the list that opens on line 2", "write ] instead"),
        ('{"a":01}', "this is not a number in JSON", "remove the leading 0, or put it in quotes"),
        ('{"a":+1}', "this is not a number in JSON", "remove the leading +"),
        ('{"a":0x1F}', "this is not a number in JSON", "write it as a decimal number: no number in JSON begins with 0x"),
        ('{"a":-.5}', "this is not a number in JSON", "write digits on both sides of the ., or put it in quotes"),
        ('{"a":1_000}', "this is not a number in JSON", "put it in quotes if it is a string"),
    ],
)
def test_messages_and_hints_in_the_user_s_own_values(text: str, message: str, hint: str) -> None:
    (one,) = found(text, "json")
    assert (one.message, one.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        ("password: hunter2: x", "yaml"),
        ("password: 'hunter2", "yaml"),
        ("password: !!int hunter2", "yaml"),
        ("password: @hunter2", "yaml"),
        ("password: *hunter2", "yaml"),
        ('{"password": hunter2}', "json"),
        ('{"password": "hunter2', "json"),
        ("{\"password\": 'hunter2'}", "json"),
    ],
)
def test_no_value_is_echoed(text: str, format_: read.Format) -> None:
    assert "hunter" not in " ".join(f"{one} {one.hint}" for one in found(text, format_))


def test_a_thousand_faults_of_a_document_are_enough() -> None:
    assert len(found('{"a":1}x\n' * 1500, "jsonl")) == 1500
    assert len(found("a: .inf\n---\n" * 1500, "yaml")) == 1500
    for all_ in (found("[" + ".inf, " * 1500 + "1]", "yaml"), found("[" + "1e999, " * 1500 + "1]", "json")):
        *told, more = all_
        assert (len(told), more.code, more.values["count"]) == (1000, "KQ0073", "500")
