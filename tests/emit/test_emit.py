"""Text survives every reader: YAML 1.1 (PyYAML), YAML 1.2 (ruamel.yaml, js-yaml), and Go's."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from go import answers as go
from hypothesis import example, given, settings
from hypothesis import strategies as st
from js import answers as js
from ruamel.yaml import YAML

from kqmanifest import emit, read
from kqmanifest.diagnostics import Json

# Strings that some reader takes for something else, or that a careless writer would break.
STRANGE = (
    "",
    *[
        "y",
        "Y",
        "n",
        "no",
        "Yes",
        "ON",
        "off",
        "true",
        "TRUE",
        "null",
        "Null",
        "~",
        "nil",
        ".nan",
        ".inf",
        "-.INF",
        "+.inf",
        "=",
        "<<",
        "-",
        "--",
        "---",
        "...",
        "?",
        ":",
        "#",
        "!",
        "&",
        "*",
        "|",
        ">",
        "%",
        "@",
        "`",
    ],
    *[
        "0",
        "-1",
        "+1",
        "1_000",
        "08",
        "017",
        "0o17",
        "0x1F",
        "0X7",
        "-0X7",
        "0B1",
        "0O7",
        "0b11",
        "1e3",
        "1E3",
        "1.5",
        ".5",
        "5.",
        "-.5e1",
        "1e999",
        "123e456",
        "12:30",
        "190:20:30.15",
        "2024-01-01",
        "2024-99-99",
    ],
    *[
        "2024-01-01T00:00:00Z",
        "0xa1b2",
        "1a2b",
        "8Gi",
        "500m",
        "10.0.0.1",
        "1.2.3",
        "v1",
        "a:b",
        "a:",
        ":a",
        "a#",
        "#a",
        "-a",
        "--a=b",
        "/a",
        "$(A)",
        "$a",
        "{a}",
        "[a]",
        "{{a}}",
        "'a'",
        '"a"',
        "\\a",
    ],
    *("a: b", "a #b", " a", "a ", "- a", "? a", "! a", "a\tb", "\ta", "a b", "a  b", "%a", "@a", "`a`", "a,b", "key: [", "a,"),
    *(
        "a\nb",
        "a\n",
        "\n",
        "\n\n",
        "a\n\n",
        "\na",
        " a\nb",
        "\ta\nb",
        "a\n b\n",
        "a \nb",
        "a\n ",
        "a\n \nb",
        "a\n\t\n",
        "  \n a",
        "\n  a\n b\n",
    ),
    *("---\na", "a\n---\nb\n", "...\n", "a\n...\nb", "#a\n#b\n", "a: b\nc: d\n", "a\r\nb", "a\rb", "\r", "a\n\rb", "%\n%"),
    *(
        "\0",
        "\a",
        "\x1b",
        "\x7f",
        "\x80",
        "\x85",
        "\xa0",
        "a\x85b",
        "a\u2028b",
        "\u2029",
        "\ufeff",
        "a\ufeff",
        "\ufeff\na",
        "\ufffe",
        "\uffff",
    ),
    *(
        "é",
        "日本語",
        "日本: 語",
        "日本\n語\n",
        "\u3000a",
        "a\u3000",
        "\u200d",
        "\u202e",
        "😀",
        "\U000e0001",
        "\U0010ffff",
        "e\u0301",
        "\u0301",
    ),
    "x" * 2000,
    "x " * 500,
    "日" * 1100,
)
PIECES = st.text("ynoe01.:-#=~<_ \n\t\r'\"\\,[]{}&*!|>%@`é\x85\u2028\ufeff\0", max_size=8)
TEXTS = st.one_of(st.sampled_from(STRANGE), PIECES, st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
NUMBERS = st.one_of(
    st.booleans(), st.none(), st.integers(-(2**63), 2**64 - 1), st.floats(-1e15, 1e15), st.sampled_from([1e22, 1e-7, -0.0, 5e-324])
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.one_of(TEXTS, NUMBERS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)

EVERYWHERE: list[Any] = [
    *STRANGE,
    *([text] for text in STRANGE),
    *({text: text} for text in STRANGE),
    *([[text, {text: [text]}]] for text in STRANGE),
    *({"a": {"b": text, "c": 1}, "d": [{"e": text, text: {"f": text}}]} for text in STRANGE),
]


def ruamel(text: str) -> list[Any]:
    return list(YAML(typ="safe", pure=True).load_all(text))


def ours(text: str) -> list[Json]:
    return [document.value for document in read.load(text)]


def pyyaml(text: str) -> list[Any]:
    return list(yaml.safe_load_all(text))


def same(found: object, wanted: object) -> bool:
    """Compare, where true is not 1 (but 1.0 is: JSON knows one kind of number)."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        return list(found) == list(wanted) and all(same(found[key], one) for key, one in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(wanted, float) and isinstance(found, int | float) and not isinstance(found, bool):
        return float(found) == wanted
    return type(found) is type(wanted) and found == wanted


@pytest.mark.parametrize("write", [emit.yaml, emit.kyaml])
@given(value=VALUES)
def test_values_survive_pyyaml_ruamel_and_ours(write: Any, value: Json) -> None:
    text = write([value])
    assert same(pyyaml(text), [value]), text
    assert same(ruamel(text), [value]), text
    assert same(ours(text), [] if value is None else [value]), text


@pytest.mark.parametrize("write", [emit.yaml, emit.kyaml])
def test_strange_strings_survive_pyyaml_ruamel_and_ours(write: Any) -> None:
    text = write(EVERYWHERE)
    assert same(pyyaml(text), EVERYWHERE)
    assert same(ruamel(text), EVERYWHERE)
    assert same(ours(text), EVERYWHERE)


@pytest.mark.skipif(not hasattr(yaml, "CSafeLoader"), reason="PyYAML has no libyaml here")
@pytest.mark.parametrize("write", [emit.yaml, emit.kyaml])
def test_strange_strings_survive_libyaml(write: Any) -> None:
    assert same(list(yaml.load_all(write(EVERYWHERE), Loader=yaml.CSafeLoader)), EVERYWHERE)


@given(VALUES)
@example(2**70)
@example({"a": -(2**70)})
def test_json_is_the_value(value: Json) -> None:
    assert same(json.loads(emit.json([value])), value)


def test_several_objects() -> None:
    one: Json = {"kind": "A"}
    two: Json = {"kind": "B", "items": []}
    assert emit.yaml([one, two]) == "kind: A\n---\nkind: B\nitems: []\n"
    assert emit.kyaml([one, two]) == '---\n{\n  kind: "A",\n}\n---\n{\n  kind: "B",\n  items: [],\n}\n'
    assert json.loads(emit.json([one, two])) == {"apiVersion": "v1", "kind": "List", "items": [one, two]}
    assert json.loads(emit.json([])) == {"apiVersion": "v1", "kind": "List", "items": []}
    assert emit.json([one]) == '{\n  "kind": "A"\n}\n'
    assert emit.yaml([]) == emit.kyaml([]) == ""


def test_the_layout_is_kubectl_s() -> None:
    job: Json = {
        "kind": "Job",
        "metadata": {"name": "training-2", "labels": {}},
        "containers": [
            {"name": "a", "args": ["--x=y", "-v", "1", "a: b"], "env": [{"name": "A", "value": "0.01"}], "ports": []},
            {"command": ["sh", "-c", "set -e\necho 日本\n"], "lists": [[1, [2]], []]},
        ],
        "on": True,
        "none": None,
        "float": 1e22,
    }
    assert emit.yaml([job]) == (
        "kind: Job\n"
        "metadata:\n"
        "  name: training-2\n"
        "  labels: {}\n"
        "containers:\n"
        "- name: a\n"
        "  args:\n"
        "  - --x=y\n"
        "  - -v\n"
        '  - "1"\n'
        '  - "a: b"\n'
        "  env:\n"
        "  - name: A\n"
        '    value: "0.01"\n'
        "  ports: []\n"
        "- command:\n"
        "  - sh\n"
        "  - -c\n"
        "  - |\n"
        "    set -e\n"
        "    echo 日本\n"
        "  lists:\n"
        "  - - 1\n"
        "    - - 2\n"
        "  - []\n"
        '"on": true\n'
        "none: null\n"
        "float: 1.0e+22\n"
    )


def test_what_cannot_be_seen_is_escaped() -> None:
    assert emit.yaml(["a\u202eb\u200bc\ufeff\x85"]) == '"a\\u202eb\\u200bc\\ufeff\\u0085"\n'


def test_nothing_is_remembered_without_end() -> None:
    before = emit.yaml([{"key": "value"}])
    for number in range(10):
        emit.yaml([{f"key{number}-{index}": f"value{number}-{index}" for index in range(1000)}])
    from kqmanifest.emit import block  # noqa: PLC0415  # a look inside

    assert len(block._HEADS) <= 4096  # noqa: SLF001  # a look inside
    assert emit.yaml([{"key": "value"}]) == before


@pytest.mark.live
@pytest.mark.skipif(not js.available(), reason="Node.js or js-yaml is not there")
@given(st.lists(VALUES.filter(lambda value: value is not None), min_size=50, max_size=200))
@settings(max_examples=2)
@example(EVERYWHERE)
def test_values_survive_js_yaml(values: list[Json]) -> None:
    for write in (emit.yaml, emit.kyaml):
        found = js.documents([write([value]) for value in values])
        assert _unordered(found) == _unordered([[value] for value in values])


def _unordered(value: Any) -> Any:
    """Drop the order of keys (JavaScript puts those that look like numbers first) and the sign of zero."""
    plain = json.loads(json.dumps(value), parse_int=float, parse_float=lambda text: float(text) + 0.0)
    return json.dumps(plain, sort_keys=True)


@pytest.mark.live
@pytest.mark.skipif(not go.available(), reason="Go is not there")
@given(st.lists(VALUES.filter(lambda value: value is not None), min_size=50, max_size=200))
@settings(max_examples=2)
@example(EVERYWHERE)
def test_values_survive_go(values: list[Json]) -> None:
    for write in (emit.yaml, emit.kyaml):
        texts = [write([value]) for value in values]
        for text, value, answer in zip(texts, values, go.answers("documents", texts), strict=True):
            assert _unordered(answer.get("values")) == _unordered([value]), text
