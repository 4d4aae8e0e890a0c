"""Every rule has a page, and its page is true: the wrong example has the fault, the right one has none."""

from __future__ import annotations

import dataclasses
import gzip
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from examples import examples
from folders import TESTS

from kqmanifest import check
from kqmanifest.compiler.judgement import check_references, judge
from kqmanifest.diagnostics import Steps
from kqmanifest.rules import ROOMS, RULES, Rule, rules_in
from kqmanifest.schema.published import KNOWN, Published, minor, published
from kqmanifest.schema.walk import RuleFinding, Shapes
from kqmanifest.vocabulary.admitted import AS_ADMITTED

BY_CODE = sorted(RULES, key=lambda rule: rule.code)


ENDED = {rule.code for rule in RULES if rule.kubernetes.until is not None}
"""What older versions of Kubernetes refuse and newer ones take."""


def _version(rule: Rule) -> str:
    return rule.kubernetes.newest(KNOWN)


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_the_wrong_example_has_the_fault_in_every_version_that_has_its_fields(rule: Rule) -> None:
    wrong = examples(rule)["Wrong"]
    told = {version: {one.code for one in check(wrong, kubernetes=version)} for version in KNOWN}
    assert rule.code in told[_version(rule)]
    for version, codes in told.items():
        if rule.kubernetes.holds(version):
            assert rule.code in codes or any(code.startswith("KQ9") for code in codes), version
        else:
            assert rule.code not in codes, version


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_the_right_example_has_no_error_in_any_version_that_has_its_fields(rule: Rule) -> None:
    right = examples(rule)["Right"]
    for version in filter(rule.kubernetes.holds, KNOWN):
        found = [one for one in check(right, kubernetes=version) if one.severity == "error" or one.code == rule.code]
        lacking = version != _version(rule) and any(one.code.startswith("KQ9") or one.code in ENDED for one in found)
        assert not found or lacking, (version, found)


def _judgements(version: Published, trees: list[Any]) -> list[tuple[str, Steps]]:
    found = [(one.finding.code, one.finding.steps) for tree in trees for one in judge(tree, [version])[1]]
    return [*found, *((one.finding.code, one.finding.steps) for _, one in check_references(trees, version))]


def test_the_next_version_judges_as_the_newest_until_somebody_says_otherwise() -> None:
    newest = published(KNOWN[-1])
    major, number = minor(newest.version)
    following = dataclasses.replace(newest, version=f"{major}.{number + 1}")
    much_later = dataclasses.replace(newest, version=f"{major}.100")
    for rule in BY_CODE:
        trees = examples(rule)["Wrong"]
        assert _judgements(newest, trees) == _judgements(following, trees) == _judgements(much_later, trees), rule.code


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_a_rule_hangs_on_what_exists(rule: Rule) -> None:
    versions = [*filter(rule.kubernetes.holds, KNOWN)]
    for on in rule.on:
        assert on == "Manifest" or any(_exists(on, version) for version in versions), on


@pytest.mark.parametrize("rule", [rule for rule in BY_CODE if rule.needs], ids=lambda rule: rule.code)
def test_a_field_that_a_rule_needs_exists(rule: Rule) -> None:
    for on in rule.on:
        for need in rule.needs:
            assert _exists(need if "." in need else f"{on}.{need}", _version(rule)), (on, need)


def test_a_rule_that_is_not_asked_has_nothing_to_say() -> None:
    known = published("1.36")
    judge = Shapes(known, RULES, AS_ADMITTED)
    asking_always = Shapes(
        known,
        [dataclasses.replace(rule, needs=() if "." in "".join(rule.needs) else rule.needs, unless="") for rule in RULES],
        AS_ADMITTED,
    )
    for manifest in _recorded():
        kind = known.type_of(manifest.get("apiVersion"), manifest.get("kind"))
        if kind is not None:
            assert _told(judge.walk(kind, manifest)) == _told(asking_always.walk(kind, manifest))


def _is_of_strings(rule: Rule) -> bool:
    """Return whether a rule is asked of strings, and not of lists that must not be empty."""
    definitions = published(_version(rule)).definitions
    fields = [
        schema["properties"][field]
        for type_name, _, field in (on.rpartition(".") for on in rule.on)
        for name, schema in definitions.items()
        if type_name in {name, name.rpartition(".")[2]} and field in schema.get("properties", ())
    ]
    return bool(fields) and all("string" in field.get("type", ()) for field in fields)


@pytest.mark.parametrize("rule", [rule for rule in BY_CODE if rule.unless and _is_of_strings(rule)], ids=lambda rule: rule.code)
def test_a_rule_finds_nothing_in_what_its_pattern_matches(rule: Rule) -> None:
    matches = re.compile(rule.unless).fullmatch
    texts = [*map("".join, itertools.chain.from_iterable(itertools.product("/.:\\-<{a ~=\n", repeat=length) for length in range(5)))]
    usual = [
        *filter(matches, [*texts, "/a/b/../..", "/a/..", "/kqi/output", "a" * 64, "fd00::1", "LR", "\u2003a", "/é", "/\u200b", "{{a}}"])
    ]
    assert usual
    assert not [text for text in usual if [*rule.ask(text)]]


def _recorded() -> Iterator[dict[str, Any]]:
    with gzip.open(TESTS / "verdicts" / "kube-1.36.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, 0, None, 4):
            yield json.loads(line)["manifest"]


def _told(walked: tuple[bool, list[RuleFinding]]) -> tuple[bool, Counter[str]]:
    return walked[0], Counter(str((one.rule.fault.code, one.node, one.spot)) for one in walked[1])


def _exists(on: str, version: str) -> bool:
    known = published(version)
    if on in {"int32", "int64", "byte", "date-time"}:
        return True
    for name, schema in known.definitions.items():
        short = name.rpartition(".")[2]
        if on in {name, short} or any(on == f"{owner}.{field}" for owner in (name, short) for field in schema.get("properties", ())):
            return True
    return False


def test_no_code_is_used_twice() -> None:
    codes = [rule.code for rule in RULES]
    assert sorted(set(codes)) == sorted(codes)


def test_a_code_says_what_it_means() -> None:
    assert not [rule.code for rule in RULES if not re.fullmatch(r"KQ[2345]\d{3}", rule.code)]


def test_every_room_holds_a_rule() -> None:
    assert not [room.__name__ for room in ROOMS if not rules_in(room)]


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_a_name_has_the_capitals_and_points_of_its_words(rule: Rule) -> None:
    assert not re.search(r"\b(dns|ip|nfs|csi|url|gpus?|cpus?|linux|windows|docker)\b|\d \d", rule.name), rule.name


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_a_sentence_is_a_fact_and_a_hint_an_order(rule: Rule) -> None:
    for sentence in (rule.fault.message, *rule.fault.hints):
        assert not sentence.endswith("."), sentence
        assert not re.search(r"\binvalid\b|\bsorry\b|\bplease\b", sentence, re.IGNORECASE), sentence
    assert rule.fault.hints, "a rule says what to do"
