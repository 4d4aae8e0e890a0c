"""Constraints: each kind finds what it names and nothing else, and no function says what a constraint could."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.rules import POLICY_ROOMS, ROOMS, Rule, rules_in
from kqmanifest.rules.constraints import (
    at_least,
    at_least_one_of,
    between,
    exactly_one_of,
    matches,
    must_be_empty,
    no_more_than,
    not_together,
    one_of,
    required,
    unique_by,
)
from kqmanifest.rules.forms import (
    ADDRESS,
    CONFIG_KEY,
    DRIVER,
    ENV_NAME,
    LABEL,
    PORT,
    PORT_NAME,
    RELATIVE,
    SUBDOMAIN,
    WITHOUT_DOT_DOT,
    qualified,
)
from kqmanifest.vocabulary.names import as_label

WORDS: Final = ("Always", "OnFailure", "Never")
FIELDS: Final = ("nfs", "hostPath", "emptyDir")
HERE: Final = [()]
FORMS: Final = (
    ADDRESS,
    CONFIG_KEY,
    DRIVER,
    ENV_NAME,
    LABEL,
    PORT_NAME,
    RELATIVE,
    SUBDOMAIN,
    WITHOUT_DOT_DOT,
    qualified("example.com/team"),
)
VALUES: Final = st.one_of(st.none(), st.sampled_from(["", [], {}, 0, False]), st.text(min_size=1), st.integers(), st.just({"path": "/a"}))
NODES: Final = st.dictionaries(st.sampled_from(FIELDS), VALUES)


def places(rule: Rule, node: Any) -> list[tuple[str | int, ...]]:
    return [finding.place for finding in rule.ask(node)]


def said(rule: Rule, node: Any) -> list[str]:
    """Say what a rule finds in a field called ``field``."""
    return [rule.fault.at(("spec", "field", *finding.place), **finding.values).diagnostic().message for finding in rule.ask(node)]


@given(st.one_of(st.sampled_from(WORDS), st.text()))
def test_one_of_finds_every_other_word(word: str) -> None:
    policy = one_of("KQ2404", "PodSpec.dnsPolicy", WORDS, page="")
    assert places(policy, word) == ([] if word in WORDS else HERE)
    relaxed = one_of("KQ2404", "PodSpec.dnsPolicy", WORDS, may_be_empty=True, page="")
    assert places(relaxed, word) == ([] if word in {*WORDS, ""} else HERE)


def test_one_of_suggests_the_nearest_word_and_names_all() -> None:
    told = one_of("KQ2404", "PodSpec.dnsPolicy", WORDS, page="").fault.at(("dnsPolicy",), value="never", near="Never", known=WORDS)
    assert (told.diagnostic().message, told.diagnostic().hint) == ("unknown dnsPolicy never", "did you mean Never?")
    [finding] = one_of("KQ2404", "PodSpec.dnsPolicy", WORDS, page="").ask("never")
    assert finding.values == {"value": "never", "near": "Never", "known": WORDS}


@given(st.integers(), st.integers(-10, 10))
def test_at_least_finds_what_is_less(number: int, least: int) -> None:
    assert places(at_least("KQ2447", "TopologySpreadConstraint.maxSkew", least, page=""), number) == (HERE if number < least else [])


@given(st.integers(-200, 200), st.integers(-100, 100), st.integers(0, 100))
def test_between_finds_what_is_outside(number: int, least: int, width: int) -> None:
    weight = between("KQ2439", "PreferredSchedulingTerm.weight", (least, least + width), page="")
    assert places(weight, number) == ([] if number in range(least, least + width + 1) else HERE)


@given(st.lists(st.none(), max_size=9), st.integers(0, 9))
def test_no_more_than_finds_a_list_that_is_longer(items: list[None], most: int) -> None:
    assert places(no_more_than("KQ2407", "PodDNSConfig.nameservers", most, page=""), items) == (HERE if len(items) > most else [])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.message)
@given(text=st.one_of(st.text(), st.from_regex(r"[a-z0-9.\-/]{1,70}", fullmatch=True), st.just("192.0.2.53")))
def test_matches_finds_what_has_not_the_form(form: Any, text: str) -> None:
    assert places(matches("KQ2420", "PodSpec.serviceAccountName", form, page=""), text) == ([] if form.fits(text) else HERE)
    relaxed = matches("KQ2420", "PodSpec.serviceAccountName", form, may_be_empty=True, page="")
    assert places(relaxed, text) == ([] if not text or form.fits(text) else HERE)


@given(st.integers(-5, 70_000))
def test_a_port_has_sixteen_bits_and_is_not_0(number: int) -> None:
    assert places(matches("KQ2717", "ServicePort.port", PORT, page=""), number) == ([] if 1 <= number <= 65535 else HERE)


def test_matches_suggests_what_was_meant() -> None:
    name = matches("KQ2202", "Container.name", LABEL, meant=as_label, page="")
    assert [finding.values for finding in name.ask("Training_2")] == [{"value": "Training_2", "meant": "training-2"}]
    assert name.fault.hints[0] == "did you mean {meant}?"


@given(VALUES)
def test_required_finds_what_is_empty_or_not_there(value: Any) -> None:
    on_field = required("KQ2230", "EnvVar.name", page="")
    assert places(on_field, value) == ([] if value else HERE)
    may_be_left_out = required("KQ2244", "ConfigMapEnvSource", field="name", page="")
    is_missing = value is None or value in ("", [])
    assert places(may_be_left_out, {"name": value}) == ([("name",)] if is_missing else [])
    assert places(may_be_left_out, {}) == [("name",)]
    may_be_empty = required("KQ2223", "ContainerRestartRule", field="exitCodes", may_be_empty=True, page="")
    assert places(may_be_empty, {"exitCodes": value}) == ([("exitCodes",)] if value is None else [])


@given(VALUES, st.one_of(st.none(), st.sampled_from(["None", "Default", ""])))
def test_required_when_another_field_is_set_or_has_a_value(value: Any, policy: str | None) -> None:
    when_it_has_a_value = required("KQ2405", "PodSpec", field="dnsConfig", when=("dnsPolicy", "None"), page="")
    is_missing = value is None or value in ("", [])
    node = {"dnsConfig": value, "dnsPolicy": policy}
    assert places(when_it_has_a_value, node) == ([("dnsConfig",)] if is_missing and policy == "None" else [])
    when_it_is_set = required("KQ2220", "PodSpec", field="dnsConfig", when="dnsPolicy", page="")
    assert places(when_it_is_set, node) == ([("dnsConfig",)] if is_missing and policy else [])
    assert when_it_is_set.needs == when_it_has_a_value.needs == ("dnsPolicy",)


@given(VALUES)
def test_must_be_empty_finds_what_is_set(value: Any) -> None:
    assert places(must_be_empty("KQ2213", "PodSpec.ephemeralContainers", page=""), value) == (HERE if value else [])
    beside = must_be_empty("KQ2324", "PodSpec.resources", field="claims", page="")
    assert places(beside, {"claims": value}) == ([] if value is None else [("claims",)])


@pytest.mark.parametrize("filled", [False, True])
@given(node=NODES)
def test_groups_of_fields_count_those_that_are_given(node: dict[str, Any], filled: bool) -> None:  # noqa: FBT001  both are tested
    count = sum(bool(value) or value == {} if filled else value is not None for value in node.values())
    assert places(exactly_one_of("KQ2085", "Volume", FIELDS, filled=filled, page=""), node) == ([] if count == 1 else HERE)
    assert places(at_least_one_of("KQ2250", "Volume", FIELDS, filled=filled, page=""), node) == ([] if count else HERE)
    assert places(not_together("KQ2233", "Volume", FIELDS, filled=filled, page=""), node) == ([] if count < 2 else HERE)
    at = not_together("KQ2419", "Volume", FIELDS, at="nfs", filled=filled, page="")
    assert places(at, node) == ([] if count < 2 else [("nfs",)])


@given(st.lists(st.sampled_from(["", "a", "b", "c"])), st.booleans())
def test_unique_by_finds_each_item_but_the_first_of_its_key(names: list[str], may_be_empty: bool) -> None:  # noqa: FBT001  both are tested
    gates = unique_by("KQ2426", "PodSpec.schedulingGates", "name", at_key=True, may_be_empty=may_be_empty, page="")
    told = [index for index, _ in places(gates, [{"name": name} for name in names])]
    assert told == [index for index, name in enumerate(names) if name in names[:index] and (name or not may_be_empty)]
    assert not places(gates, [{"name": name} for index, name in enumerate(names) if index not in told])


@given(st.lists(st.one_of(st.none(), st.sampled_from([*WORDS, "Sometimes"]))))
def test_each_judges_every_item_at_its_own_place(words: list[str | None]) -> None:
    modes = one_of("KQ2801", "PersistentVolumeSpec.accessModes", WORDS, each=True, page="")
    wrong = [index for index, word in enumerate(words) if word not in WORDS]
    assert places(modes, words) == [(index,) for index in wrong]
    by_key = one_of("KQ2457", "NodeSelectorTerm.matchFields", WORDS, each="operator", page="")
    assert places(by_key, [{"operator": word} for word in words]) == [(index, "operator") for index in wrong]
    in_field = one_of("KQ2801", "PersistentVolumeSpec", WORDS, field="accessModes", each=True, page="")
    assert places(in_field, {"accessModes": words}) == [("accessModes", index) for index in wrong]
    keys = matches("KQ2490", "PodSpec.nodeSelector", LABEL, each=True, page="")
    assert places(keys, {"a": "x", "B": "y"}) == [("B",)]


def test_a_field_is_judged_where_it_is_given_and_shown_with_what_stands_beside_it() -> None:
    mode = one_of("KQ2013", "VolumeMount", WORDS, field="mountPropagation", shows="mountPath", message="{value} at {mountPath}", page="")
    assert mode.needs == ("mountPropagation",)
    probe = must_be_empty("KQ2259", "Container.readinessProbe", field="terminationGracePeriodSeconds", page="")
    assert probe.needs == (), "the walk knows what a type needs, and not what a field does"
    assert places(mode, {"mountPath": "/a"}) == []
    node = {"mountPath": "/a", "mountPropagation": "both"}
    assert places(mode, node) == [("mountPropagation",)]
    assert said(mode, node) == ["both at /a"]


def test_a_constraint_says_what_its_kind_says_where_it_says_nothing_itself() -> None:
    rules: Sequence[tuple[Rule, Any, str]] = (
        (required("KQ2001", "A.b", page=""), "", "field must not be empty"),
        (required("KQ2001", "A", field="b", page=""), {}, "b is required"),
        (required("KQ2001", "A", field="b", when="c", page=""), {"c": 1}, "b is required when c is set"),
        (required("KQ2001", "A", field="b", when=("c", "On", "Off"), page=""), {"c": "On"}, "b is required when c is On or Off"),
        (must_be_empty("KQ2001", "A.b", page=""), 1, "field must not be set"),
        (at_least("KQ2001", "A.b", 0, page=""), -1, "field must not be negative, and is -1"),
        (at_least("KQ2001", "A.b", 1, page=""), 0, "field must be at least 1, and is 0"),
        (between("KQ2001", "A.b", (1, 9), page=""), 10, "field must be between 1 and 9, and is 10"),
        (no_more_than("KQ2001", "A.b", 1, page=""), [1, 2], "field must have at most 1 items, and has 2"),
        (matches("KQ2001", "A.b", LABEL, page=""), "X", "field X is not a DNS label"),
        (at_least_one_of("KQ2001", "A", ("a", "b", "c"), page=""), {}, "a, b or c is required"),
        (exactly_one_of("KQ2001", "A", ("a", "b"), page=""), {}, "exactly one of a and b is required, and 0 are given"),
        (not_together("KQ2001", "A", ("a", "b"), page=""), {"a": 1, "b": 1}, "a and b must not be set together"),
        (unique_by("KQ2001", "A.b", "name", page=""), [{"name": "x"}, {"name": "x"}], "name x is given twice"),
    )
    assert [said(rule, node) for rule, node, _ in rules] == [[message] for _, _, message in rules]
    assert all(rule.reason for rule, _, _ in rules)


def test_what_a_constraint_says_itself_is_said() -> None:
    own = one_of("KQ2001", "A.b", WORDS, message="no", hints="yes", reason="Invalid", since="1.35", upstream="core/validation.A", page="")
    assert (own.fault.message, own.fault.hints, own.reason, own.upstream) == ("no", ("yes",), "Invalid", "core/validation.A")
    assert own.kubernetes.holds("1.35")
    assert not own.kubernetes.holds("1.34")


def test_what_the_server_has_nothing_against_has_no_reason() -> None:
    assert one_of("KQ3001", "A.b", WORDS, page="").reason is None


def test_a_constraint_is_called_by_its_variable() -> None:
    room = ModuleType("room")
    vars(room).update(dns_policy_is_unknown=one_of("KQ2404", "PodSpec.dnsPolicy", WORDS, page="\n    Text.\n\n    More.\n    "))
    [rule] = rules_in(room)
    assert (rule.name, rule.page) == ("DNS policy is unknown", "Text.\n\nMore.")


@pytest.mark.parametrize("room", [*ROOMS, *POLICY_ROOMS], ids=lambda room: room.__name__.rpartition(".")[2])
def test_every_rule_of_a_room_has_a_name_and_a_page(room: ModuleType) -> None:
    assert all(rule.name and rule.page for rule in rules_in(room))


@pytest.mark.parametrize("room", [*ROOMS, *POLICY_ROOMS], ids=lambda room: room.__name__.rpartition(".")[2])
def test_no_function_says_what_a_constraint_could(room: ModuleType) -> None:
    tree = ast.parse(inspect.getsource(room))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and any(map(_is_rule, node.decorator_list))]
    assert {function.name: kind for function in functions if (kind := could_be(function))} == {}


def _is_rule(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "rule"


def could_be(function: ast.FunctionDef) -> str | None:
    """Name the constraint that says what the body of a rule does; None where it does more than one can say."""
    node = function.args.args[0].arg
    body = "\n".join(ast.unparse(statement) for statement in function.body[1:])
    return next((kind for kind, shape in SHAPES if re.fullmatch(shape.replace("NODE", node), body)), None)


PLAIN: Final = r"(?!.*near=(?!nearest\()|.*\]\[).*"
"""What a finding says, where it is plain: no nearest word that is found in another way, and nothing that lies deeper than a field."""


def _if(*conditions: str) -> str:
    return rf"if (?:{'|'.join(conditions)}):\n    yield found\((?!'){PLAIN}\)"


def _if_field(*conditions: str) -> str:
    return rf"if (?:{'|'.join(conditions)}):\n    yield found\('{PLAIN}\)"


def _each(*conditions: str) -> str:
    loop = r"for (?P<step>\w+)(?:, (?P<item>\w+))? in (?:enumerate\(NODE\)|NODE):"
    return rf"{loop}\n    if (?:{'|'.join(conditions)}):\n        yield found\((?P=step)\b{PLAIN}\)"


FIELD: Final = r"NODE\.get\('\w+'\)"
TOGETHER: Final = rf"{FIELD} is not None and {FIELD} is not None|{FIELD} and {FIELD}"
ITEM: Final = r"(?:(?P=item)|(?P=step)|\((?P=item) or ''\))"
TAKEN: Final = r"\w+: set\[.*\] = set\(\)\nfor (\w+), (\w+) in enumerate\(NODE\):\n(?:    .* = \2.*\n)?"
SHAPES: Final = (
    ("required", _if("not NODE")),
    ("required", _if_field(rf"not {FIELD}", rf"{FIELD} is None")),
    ("required, with when", _if_field(rf"{FIELD}(?: is not None| == '\w+')? and (?:\(not {FIELD}\)|{FIELD} is None)")),
    ("must_be_empty", _if("NODE")),
    ("must_be_empty", _if_field(rf"{FIELD} is not None")),
    ("one_of", _if(r"(?:NODE and )?NODE not in (?:[\w.]+|[({].*[)}])", r"(?:NODE and )?NODE != '\w+'")),
    ("at_least", _if(r"NODE [<>]=? -?\w+")),
    ("between", _if(r"not -?\w+ <=? NODE <=? -?\w+")),
    ("no_more_than", _if(r"len\(NODE\) > \w+")),
    ("matches", _if(r"not \w+\(NODE\)", r"NODE and \(not \w+\(NODE\)\)", r"\w+\(NODE\)", r"\w+\(NODE\) is None")),
    ("at_least_one_of", _if(rf"{FIELD} is None and {FIELD} is None", r"all\(\(NODE\.get\(\w+\) is None for \w+ in .*\)\)")),
    ("not_together", _if(TOGETHER)),
    ("not_together", _if_field(TOGETHER)),
    ("exactly_one_of", rf"count = sum\(.*NODE\.get\(.*\n{_if('count != 1')}"),
    ("one_of, with each", _each(r"(?P=item)(?:\['\w+'\])? not in \w+")),
    ("matches, with each", _each(rf"not \w+\({ITEM}\)", r"not \w+\((?P=item) or ''\)", r"\w+\(.*\) is None")),
    ("unique_by", rf"{TAKEN}    if \S+(?: and \S+)? in \w+:\n.*\n    .*add\(.*\)"),
)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("if not name: yield found()", "required"),
        ("if not name.get('image'): yield found('image', name=name['name'])", "required"),
        ("if name.get('type') == 'Localhost' and name.get('profile') is None: yield found('profile')", "required, with when"),
        ("if name: yield found()", "must_be_empty"),
        ("if name and name not in WORDS: yield found(policy=name, near=nearest(name, WORDS))", "one_of"),
        ("if name < 1: yield found(number=name)", "at_least"),
        ("if not 0 <= name <= MOST: yield found(number=name)", "between"),
        ("if len(name) > MOST: yield found(count=len(name))", "no_more_than"),
        ("if name and not is_label(name): yield found(name=name)", "matches"),
        ("if climbs(name): yield found(name=name)", "matches"),
        ("if name.get('a') is None and name.get('b') is None: yield found()", "at_least_one_of"),
        ("if all(name.get(key) is None for key in FIELDS): yield found()", "at_least_one_of"),
        ("if name.get('a') and name.get('b'): yield found('a')", "not_together"),
        ("count = sum(name.get(key) is not None for key in FIELDS)\n  if count != 1: yield found(count=count)", "exactly_one_of"),
        ("for index, word in enumerate(name):\n    if word not in WORDS: yield found(index, word=word or '')", "one_of, with each"),
        ("for index, word in enumerate(name):\n    if not is_label(word or ''): yield found(index, name=word)", "matches, with each"),
        ("for key in name:\n    if not is_label(key): yield found(key, key=key)", "matches, with each"),
        (
            "taken: set[str] = set()\n  for i, one in enumerate(name):\n    if one['x'] in taken: yield found(i)\n    taken.add(one['x'])",
            "unique_by",
        ),
        ("if name and name not in WORDS: yield found(policy=name, near=meant(name))", None),
        ("if name and name not in WORDS and other: yield found()", None),
        ("if name.get('type') == 'a' and name.get('b'): yield found('b')", None),
        ("before = name.strip()\n  if not is_label(before): yield found()", None),
    ],
)
def test_what_a_constraint_could_say_is_known(body: str, kind: str | None) -> None:
    [function] = ast.parse(f"def rule(name):\n  'page'\n  {body}").body
    assert isinstance(function, ast.FunctionDef)
    assert could_be(function) == kind
