"""Scheduling: nodes, taints, affinity, spreading and selectors."""

from __future__ import annotations

from typing import Any

import pytest
from examples import completed
from hypothesis import given
from hypothesis import strategies as st
from pods import refused, refused_as_template

from kqmanifest import check
from kqmanifest.vocabulary.selectors import is_readable, selects

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
TOLERATION = "/tolerations/0"
SPREAD = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "DoNotSchedule"}
PLACE = "/topologySpreadConstraints/0"


@pytest.mark.parametrize(
    ("toleration", "found"),
    [
        ({"key": "a"}, set()),
        ({"operator": "Exists"}, set()),
        ({"key": "a", "operator": "", "value": "", "effect": ""}, set()),
        ({"key": "a", "operator": None, "value": None, "effect": None, "tolerationSeconds": None}, set()),
        ({"key": "a", "effect": "NoExecute", "tolerationSeconds": -5}, set()),
        ({"key": "a b"}, {("KQ2432", "/key")}),
        ({}, {("KQ2433", "")}),
        (None, {("KQ2433", "")}),
        ({"key": "", "operator": "Equal"}, {("KQ2433", "/operator")}),
        ({"key": "a", "tolerationSeconds": 0, "effect": "NoSchedule"}, {("KQ2434", "/effect")}),
        ({"key": "a", "operator": "Equal", "value": "a b"}, {("KQ2435", "/operator")}),
        ({"key": "a", "operator": "Exists", "value": "b"}, {("KQ2436", "/operator")}),
        ({"key": "a", "operator": "Gt", "value": "5"}, {("KQ2437", "/operator")}),
        ({"operator": "exists"}, {("KQ2437", "/operator")}),
        ({"key": "a", "effect": "NoSchedules", "tolerationSeconds": 5}, {("KQ2438", "/effect")}),
    ],
)
def test_tolerations(toleration: dict[str, Any] | None, found: set[tuple[str, str]]) -> None:
    assert refused({"tolerations": [toleration]}) == {(code, TOLERATION + place) for code, place in found}


@pytest.mark.parametrize("effect", [None, "", "NoSchedule"])
def test_tolerating_for_some_seconds_requires_no_execute(effect: str | None) -> None:
    toleration = {"key": "a", "effect": effect, "tolerationSeconds": 5}
    (told,) = [found for found in check(completed({"tolerations": [toleration]})) if found.code == "KQ2434"]
    assert told.values["effect"] == (effect or None)
    assert ("`effect: NoSchedule`" in told.hint) == bool(effect)


def test_a_node_has_a_name() -> None:
    assert refused({"nodeName": "a_b"}) == {("KQ2430", "/nodeName")}
    assert refused({"nodeName": ""}) == set()


def test_only_a_pod_cannot_have_gates_and_a_node() -> None:
    pod_spec = {"nodeName": "a", "schedulingGates": [{"name": "b"}]}
    assert refused(pod_spec) == {("KQ2431", "/nodeName")}
    assert refused_as_template(pod_spec) == set()


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ({"a/b": "", "c": None}, set()),
        ({"": "x"}, {("KQ2490", "/")}),
        ({"/b": "x"}, {("KQ2490", "/~1b")}),
        ({"a": "-"}, {("KQ2491", "/a")}),
        ({"a": "x" * 64}, {("KQ2491", "/a")}),
    ],
)
def test_node_selectors(labels: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused({"nodeSelector": labels}) == {(code, "/nodeSelector" + place) for code, place in found}


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (None, set()),
        ({}, set()),
        ({"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["3"]}]}, set()),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": [None]}]}, set()),
        ({"matchExpressions": [{"key": "a b", "operator": "Exists"}]}, {("KQ2492", "/matchExpressions/0/key")}),
        ({"matchExpressions": [{"key": "a", "operator": "in"}]}, {("KQ2494", "/matchExpressions/0/operator")}),
        ({"matchExpressions": [{"key": "a", "operator": "NotIn"}]}, {("KQ2495", "/matchExpressions/0")}),
        ({"matchExpressions": [{"key": "a", "operator": "Exists", "values": ["b"]}]}, {("KQ2496", "/matchExpressions/0/values")}),
        ({"matchExpressions": [{"key": "a", "operator": "In", "values": ["b", "b c"]}]}, {("KQ2497", "/matchExpressions/0/values/1")}),
        ({"matchExpressions": [{"key": "a", "operator": "Lt", "values": []}]}, {("KQ2455", "/matchExpressions/0/values")}),
        ({"matchFields": [{"key": "metadata.name", "operator": "Gt", "values": ["a"]}]}, {("KQ2457", "/matchFields/0/operator")}),
        ({"matchFields": [{"key": "metadata.name", "operator": "In"}]}, {("KQ2458", "/matchFields/0")}),
        ({"matchFields": [{"key": "spec.x", "operator": "In", "values": ["A"]}]}, {("KQ2459", "/matchFields/0/key")}),
        ({"matchFields": [{"key": "metadata.name", "operator": "In", "values": [None]}]}, {("KQ2454", "/matchFields/0/values/0")}),
    ],
)
def test_required_nodes(term: dict[str, Any] | None, found: set[tuple[str, str]]) -> None:
    place = f"/affinity/nodeAffinity/{REQUIRED}/nodeSelectorTerms/0"
    assert refused({"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}}) == {
        (code, place + end) for code, end in found
    }


def test_a_node_selector_has_a_term() -> None:
    place = f"/affinity/nodeAffinity/{REQUIRED}/nodeSelectorTerms"
    assert refused({"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": []}}}}) == {("KQ2456", place)}


def test_preferred_nodes_may_have_any_value_and_a_weight() -> None:
    preferred = [
        {"weight": weight, "preference": {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b c"]}]}}
        for weight in (0, 1, 100, 101)
    ]
    place = f"/affinity/nodeAffinity/{PREFERRED}"
    assert refused({"affinity": {"nodeAffinity": {PREFERRED: preferred}}}) == {("KQ2439", f"{place}/{index}/weight") for index in (0, 3)}


@pytest.mark.parametrize("kind", ["podAffinity", "podAntiAffinity"])
@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, set()),
        ({"topologyKey": ""}, {("KQ2440", "/topologyKey")}),
        ({"topologyKey": "a b"}, {("KQ2441", "/topologyKey")}),
        ({"namespaces": ["a", None]}, {("KQ2442", "/namespaces/1")}),
        ({"matchLabelKeys": ["app"]}, {("KQ2443", "/matchLabelKeys")}),
        ({"mismatchLabelKeys": ["app"], "labelSelector": None}, {("KQ2443", "/mismatchLabelKeys")}),
        ({"mismatchLabelKeys": ["a b"], "labelSelector": {}}, {("KQ2444", "/mismatchLabelKeys/0")}),
        ({"matchLabelKeys": ["app"], "mismatchLabelKeys": ["app"], "labelSelector": {}}, {("KQ2445", "/matchLabelKeys/0")}),
        (
            {"labelSelector": {"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]}},
            {("KQ2493", "/labelSelector/matchExpressions/0/operator")},
        ),
        ({"namespaceSelector": {"matchLabels": {"a": "b c"}}}, {("KQ2491", "/namespaceSelector/matchLabels/a")}),
    ],
)
def test_other_pods(kind: str, fields: dict[str, Any], found: set[tuple[str, str]]) -> None:
    term = {"topologyKey": "kubernetes.io/hostname", **fields}
    pod_spec = {"affinity": {kind: {REQUIRED: [term], PREFERRED: [{"weight": 1, "podAffinityTerm": term}]}}}
    places = (f"/affinity/{kind}/{REQUIRED}/0", f"/affinity/{kind}/{PREFERRED}/0/podAffinityTerm")
    assert refused(pod_spec, metadata={"labels": {"app": "x"}}) == {(code, place + end) for code, end in found for place in places}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"minDomains": 1, "nodeAffinityPolicy": "Honor", "nodeTaintsPolicy": "Ignore", "topologyKey": "a b"}, set()),
        ({"maxSkew": 0}, {("KQ2447", "/maxSkew")}),
        ({"topologyKey": ""}, {("KQ2440", "/topologyKey")}),
        ({"whenUnsatisfiable": "", "minDomains": 2}, {("KQ2448", "/whenUnsatisfiable")}),
        ({"minDomains": 0}, {("KQ2450", "/minDomains")}),
        ({"whenUnsatisfiable": "ScheduleAnyway", "minDomains": 2}, {("KQ2451", "/minDomains")}),
        ({"nodeTaintsPolicy": ""}, {("KQ2452", "/nodeTaintsPolicy")}),
        ({"matchLabelKeys": ["app"]}, {("KQ2443", "/matchLabelKeys")}),
    ],
)
def test_spreading(fields: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused({"topologySpreadConstraints": [{**SPREAD, **fields}]}) == {(code, PLACE + place) for code, place in found}


def test_a_spread_constraint_is_given_once() -> None:
    assert refused({"topologySpreadConstraints": [SPREAD, {**SPREAD, "topologyKey": "a"}, SPREAD]}) == {("KQ2449", PLACE)}


@pytest.mark.parametrize(
    ("selector", "keys", "labels", "in_pod", "in_template"),
    [
        ({}, ["app"], {"app": "x"}, False, False),
        ({"matchLabels": {"app": "x"}}, ["app"], {"app": "x"}, True, False),
        ({"matchLabels": {"app": "x"}}, ["app"], {}, False, False),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, ["app"], {"app": "x"}, True, False),
        ({"matchLabels": {"app": "x"}, "matchExpressions": [{"key": "app", "operator": "Exists"}]}, ["app"], {}, True, True),
        ({}, ["app", "app"], {"app": "x"}, True, False),
    ],
)
def test_a_label_is_selected_once(selector: Any, keys: Any, labels: Any, in_pod: bool, in_template: bool) -> None:  # noqa: FBT001  a row
    pod_spec = {"topologySpreadConstraints": [{**SPREAD, "labelSelector": selector, "matchLabelKeys": keys}]}
    assert refused(pod_spec, metadata={"labels": labels}) == ({("KQ2446", PLACE)} if in_pod else set())
    assert refused_as_template(pod_spec, metadata={"labels": labels}) == ({("KQ2446", PLACE)} if in_template else set())


@pytest.mark.parametrize(
    ("selector", "labels", "answers"),
    [
        ({}, {}, True),
        ({"matchLabels": {"app": "x"}}, {"app": "x", "b": "y"}, True),
        ({"matchLabels": {"app": None}}, {"app": ""}, True),
        ({"matchLabels": {"app": ""}}, {}, False),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["x"]}]}, {}, True),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["x"]}]}, {}, False),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, {"app": ""}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, {"app": ""}, False),
    ],
)
def test_a_selector_selects(selector: dict[str, Any], labels: dict[str, Any], answers: bool) -> None:  # noqa: FBT001  one of a row
    assert is_readable(selector)
    assert selects(selector, labels) is answers


words = st.sampled_from(["a", "b", "c"])


@given(st.dictionaries(words, words), st.dictionaries(words, words))
def test_labels_are_one_way_to_say_in(asked: dict[str, str], labels: dict[str, str]) -> None:
    expressions = [{"key": key, "operator": "In", "values": [value]} for key, value in asked.items()]
    assert selects({"matchLabels": asked}, labels) is selects({"matchExpressions": expressions}, labels)
