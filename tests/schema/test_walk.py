"""The walk and jsonschema say the same of every shape: of schemas that are published, and of any others."""

from __future__ import annotations

import enum
import gzip
import itertools
import json
import random
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from folders import TESTS
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kqmanifest import check
from kqmanifest.compiler.judgement import shapes
from kqmanifest.rules import RULES, Rule
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.check import check_object
from kqmanifest.schema.faults import faults, is_valid
from kqmanifest.schema.published import KNOWN, Published, published
from kqmanifest.schema.visitors import KINDS
from kqmanifest.schema.walk import COMPILED, NOT_COMPILED, Shapes, Spot
from kqmanifest.vocabulary.admitted import AS_ADMITTED


class Number(enum.IntEnum):
    ONE = 1


class Marked(str):
    __slots__ = ()


NAMES = ("A", "B", "C")
KEYS = st.sampled_from(["a", "b", "c", "d"])
SCALARS = st.sampled_from([None, True, False, 0, 1, -1, 2**70, 1.0, 1.5, float("inf"), "", "a", "1", Number.ONE, Marked("a")])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3) | st.dictionaries(st.just(1), inner, max_size=1),
    max_leaves=8,
)
TYPES = st.sampled_from(sorted(KINDS)) | st.lists(st.sampled_from(sorted(KINDS)), max_size=3, unique=True)
REFERENCES = st.builds(
    lambda name, beside: {"$ref": f"#/$defs/{name}", **beside},
    st.sampled_from(NAMES),
    st.fixed_dictionaries({}, optional={"type": TYPES, "enum": st.lists(SCALARS, min_size=1, max_size=2)}),
)
SILENT = {
    "x-kubernetes-preserve-unknown-fields": st.booleans(),
    "x-kubernetes-int-or-string": st.booleans(),
    "nullable": st.booleans(),
    "$comment": st.just("why"),
    "format": st.sampled_from(["int32", "byte", "date-time"]),
}
LEFT = {
    "minimum": st.just(1),
    "maxLength": st.just(1),
    "minItems": st.just(1),
    "maxProperties": st.just(1),
    "pattern": st.just("a"),
    "const": SCALARS,
    "uniqueItems": st.just(True),  # noqa: FBT003  the word's value
}


def described(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Describe values in place; no reference at the top, so that none leads to itself at once."""
    within = inner | REFERENCES
    return st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES,
            "properties": st.dictionaries(KEYS, within, max_size=3),
            "required": st.lists(KEYS, max_size=2, unique=True),
            "additionalProperties": within,
            "items": within,
            **SILENT,
        },
    ) | st.fixed_dictionaries(
        {"type": TYPES},
        optional={
            "enum": st.lists(SCALARS, min_size=1, max_size=3),
            "not": inner,
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            **LEFT,
        },
    )


SCHEMAS: st.SearchStrategy[Any] = st.recursive(st.booleans() | st.just({}), described, max_leaves=6)
DEFINITIONS = st.fixed_dictionaries(dict.fromkeys(NAMES, SCHEMAS))


def made(definitions: Mapping[str, Any]) -> Published:
    return Published(KNOWN[-1], MappingProxyType(dict(definitions)), MappingProxyType({}))


def listening(schema: Published, asked: list[tuple[str, Any]]) -> list[Rule]:
    """Make rules that find nothing and remember what they are asked: on types, on fields and on formats."""

    def make(on: str) -> Rule:
        def ask(node: Any) -> Iterator[Spot]:
            asked.append((on, node))
            yield from ()

        return rule("KQ2999", on, "")(ask)

    fields = [f"{name}.{key}" for name in schema.definitions for key in "ab"]
    return [make(on) for on in (*schema.definitions, *fields, "int32", "byte")]


@given(DEFINITIONS, VALUES)
@example({"A": {"type": ["object", "null"], "additionalProperties": False}, "B": {}, "C": {}}, {"a": 1})
@example({"A": {"type": ["boolean", "object", "null"]}, "B": {}, "C": {}}, True)  # noqa: FBT003  the value
@example({"A": {"type": ["string", "integer", "null"]}, "B": {}, "C": {}}, "a")
@example({"A": {"type": "object"}, "B": {}, "C": {}}, {1: 2})
@example({"A": {"properties": {"a": False}}, "B": {}, "C": {}}, {"a": None})
@example({"A": {"items": {"$ref": "#/$defs/A", "type": "array"}}, "B": {}, "C": {}}, [[[1]]])
@example({"A": {"type": "object", "required": ["a"]}, "B": {}, "C": {}}, {"a": 1, "b": 2})
@example({"A": {"enum": [1], "type": ["integer", "boolean"]}, "B": {}, "C": {}}, True)  # noqa: FBT003  the value
def test_any_schema_is_walked_as_jsonschema_says(definitions: dict[str, Any], value: Any) -> None:
    schema = made(definitions)
    asked: list[tuple[str, Any]] = []
    for rules in ((), listening(schema, asked)):
        compiled = Shapes(schema, rules)
        for name in NAMES:
            assert compiled.walk(name, value)[0] == is_valid(schema, name, value), (name, definitions[name])
    assert all(is_valid(schema, on, node) for on, node in asked if on in NAMES), "a rule is asked only where the shape is right"


def test_every_word_of_json_schema_is_compiled_or_left() -> None:
    assert not COMPILED & NOT_COMPILED
    assert Draft202012Validator.VALIDATORS.keys() == COMPILED | NOT_COMPILED


POOL: list[Any] = [
    None,
    True,
    0,
    1.0,
    1.5,
    "",
    "a",
    [],
    [None],
    ["a"],
    [1],
    [[]],
    {},
    {"a": 1},
    {"a": None},
    {"a": "b"},
    {"a": []},
    {"a": {}},
]


@pytest.mark.parametrize("version", KNOWN)
def test_every_published_type_is_walked_as_jsonschema_says(version: str) -> None:
    schema = published(version)
    asked: list[tuple[str, Any]] = []
    bare, heard = Shapes(schema, ()), Shapes(schema, listening(schema, asked))
    for name, definition in schema.definitions.items():
        nodes = [
            *POOL,
            *({field: value} for field in definition.get("properties", ()) for value in POOL[:: 1 if version == KNOWN[-1] else 5]),
        ]
        for node in nodes:
            right = is_valid(schema, name, node)
            assert bare.walk(name, node)[0] == heard.walk(name, node)[0] == right, (name, node)


def recorded() -> list[dict[str, Any]]:
    with gzip.open(TESTS / "verdicts" / "kube-1.37.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["manifest"] for line in itertools.islice(lines, 0, None, 31)]


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Give every object and list with each of its keys."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from places(node[key])


@pytest.mark.parametrize("version", KNOWN)
def test_a_spoilt_object_is_walked_as_jsonschema_says(version: str) -> None:
    schema, chance = published(version), random.Random(int(version[2:]))  # noqa: S311  the same for everybody
    compiled = Shapes(schema, RULES, AS_ADMITTED)
    for manifest in recorded():
        name = schema.type_of(manifest.get("apiVersion"), manifest.get("kind"))
        if name is None:
            continue
        for _ in range(3):
            spoilt = json.loads(json.dumps(manifest))
            holder, key = chance.choice(list(places(spoilt)))
            match chance.randrange(4):
                case 0:
                    del holder[key]
                case 1 if isinstance(holder, dict):
                    holder[chance.choice(["spec", "x", "name", "items"])] = chance.choice(POOL)
                case _:
                    holder[key] = chance.choice(POOL)
            right = is_valid(schema, name, spoilt)
            assert compiled.walk(name, spoilt)[0] == right, spoilt
            assert right or list(faults(schema, name, spoilt)), "what is wrong is told"


def test_where_jsonschema_finds_no_fault_the_rules_are_asked_whatever_the_walk_says() -> None:
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "A B"}, "spec": {"containers": [{"name": "a", "image": "b:1"}]}}
    volume = {"name": "Bad Name", "emptyDir": {"mode": 511}}  # a field of 1.37, which the walk of 1.33 does not know
    pod["spec"]["volumes"] = [volume]  # type: ignore[index]  # a plain tree
    wrong, asked = check_object(shapes(published("1.33")), published("1.37"), "core.v1.Pod", pod)
    assert not wrong
    codes = {one.rule.fault.code for one in asked}
    assert {"KQ2102", "KQ2002"} <= codes, codes


@pytest.mark.parametrize("value", [True, False, {}, None, {"type": "string"}])
def test_a_schema_within_a_custom_resource_definition_may_be_true(value: Any) -> None:
    crd = yaml.safe_load(CRD)
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["a"]["additionalProperties"] = value
    assert [(one.code, str(one.path)) for one in check(crd)] == []
    crd["spec"]["versions"][0]["subresources"] = {"status": {"x": 1}}
    assert [(one.code, str(one.path)) for one in check(crd)] == [("KQ9001", "/spec/versions/0/subresources/status/x")]


CRD = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: xs.example.com}
spec:
  group: example.com
  names: {plural: xs, kind: X}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: object}}}}}
"""


def test_a_rule_on_a_type_that_takes_several_kinds_does_not_narrow_it() -> None:
    schema = published(KNOWN[-1])
    name = "apiextensions.v1.JSONSchemaPropsOrBool"
    compiled = Shapes(schema, [rule("KQ2999", name, "")(lambda _: iter([found()]))])
    crd = yaml.safe_load(CRD)
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["a"]["additionalProperties"] = True
    right, asked = compiled.walk("apiextensions.v1.CustomResourceDefinition", crd)
    assert right
    assert len(asked) == 1
