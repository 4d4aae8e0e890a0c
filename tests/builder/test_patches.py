"""Overlays: laws, faults, where things come from, and what Kubernetes' own code made of the same patches."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
from typing import Any

import pytest
from folders import TESTS
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.builder.patches import apply_patch
from kqmanifest.diagnostics import Json, Pointer
from kqmanifest.schema.published import published

RECORDED: list[dict[str, Any]] = json.loads((TESTS / "recorded" / "overlay.json").read_text())
PUBLISHED = published("1.36")
TYPES = {
    "ConfigMap": "core.v1.ConfigMap",
    "CronJob": "batch.v1.CronJob",
    "Deployment": "apps.v1.Deployment",
    "Job": "batch.v1.Job",
    "PersistentVolumeClaim": "core.v1.PersistentVolumeClaim",
    "Pod": "core.v1.Pod",
    "Service": "core.v1.Service",
    "ServiceAccount": "core.v1.ServiceAccount",
    "StatefulSet": "apps.v1.StatefulSet",
    "ValidatingWebhookConfiguration": "admissionregistration.v1.ValidatingWebhookConfiguration",
}


def ignored(_parent: object, _step: object, _steps: object) -> None:
    """Note nothing."""


def patched(tree: Any, patch: Json, type_name: str | None = "core.v1.Pod") -> Any:
    tree = copy.deepcopy(tree)
    assert apply_patch(PUBLISHED, type_name, tree, patch, ignored) == []
    return tree


def told(tree: Any, patch: Json, type_name: str | None = "core.v1.Pod") -> list[tuple[str, str]]:
    return [(one.code, Pointer.of(one.steps)) for one in apply_patch(PUBLISHED, type_name, copy.deepcopy(tree), patch, ignored)]


def without_nulls(value: Any) -> Any:
    """Null fields are absent fields to the API server; Kubernetes' patch leaves them where `$patch: replace` brought them."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def pod(**spec: Any) -> dict[str, Any]:
    return {"spec": spec}


def container(**fields: Any) -> dict[str, Any]:
    return pod(containers=[{"name": "a", **fields}])


AB = pod(containers=[{"name": "alpha", "image": "a"}, {"name": "beta", "image": "b"}])


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["name"])
def test_a_patch_does_what_it_does_in_kubernetes(case: dict[str, Any]) -> None:
    tree = copy.deepcopy(case["original"])
    found = apply_patch(PUBLISHED, TYPES[case["kind"]], tree, case["patch"], ignored)
    if "error" in case:
        assert found
    else:
        assert found == []
        assert tree == without_nulls(case["result"])


@pytest.mark.live
@pytest.mark.skipif(not (shutil.which("go") and os.environ.get("KQMANIFEST_LIVE")), reason="asks Go, where KQMANIFEST_LIVE is set")
def test_the_records_are_what_kubernetes_says() -> None:
    questions = "".join(json.dumps({key: case[key] for key in ("kind", "original", "patch")}) + "\n" for case in RECORDED)
    run = subprocess.run(["go", "run", "."], cwd=TESTS / "go-patch", input=questions, capture_output=True, text=True, check=True)  # noqa: S607  the Go that the user has
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert answers == [{key: case[key] for key in ("result", "error") if key in case} for case in RECORDED]


@pytest.mark.parametrize(
    ("tree", "patch", "expected"),
    [
        (AB, [], [("KQ1060", "")]),
        (AB, None, [("KQ1060", "")]),
        (AB, pod(**{"$retainKey": []}), [("KQ1061", "/spec/$retainKey")]),
        (AB, pod(**{"$other": []}), [("KQ1061", "/spec/$other")]),
        (AB, {"metadata": {"labels": {"$patchh": "replace"}}}, [("KQ1061", "/metadata/labels/$patchh")]),
        (AB, pod(containers=[{"name": "beta", "$patch": "remove"}]), [("KQ1062", "/spec/containers/0/$patch")]),
        (AB, pod(containers=[{"name": "beta", "$patch": ["delete"]}]), [("KQ1062", "/spec/containers/0/$patch")]),
        (
            AB,
            pod(containers=[{"image": "x"}, {"name": "c"}, {"tty": True}]),
            [("KQ1063", "/spec/containers/0"), ("KQ1063", "/spec/containers/2")],
        ),
        (AB, pod(containers=[{"name": "betta", "$patch": "delete"}]), [("KQ1064", "/spec/containers/0")]),
        (AB, pod(volumes=[{"name": "v", "$patch": "delete"}]), [("KQ1064", "/spec/volumes/0")]),
        (AB, pod(**{"$deleteFromPrimitiveList/args": ["x"]}), [("KQ1064", "/spec/$deleteFromPrimitiveList~1args")]),
        (
            container(args=["a"]),
            container(**{"$deleteFromPrimitiveList/args": ["a", "x"]}),
            [("KQ1064", "/spec/containers/0/$deleteFromPrimitiveList~1args/1")],
        ),
        (
            container(args=["a"]),
            container(**{"$deleteFromPrimitiveList/args": "a"}),
            [("KQ1065", "/spec/containers/0/$deleteFromPrimitiveList~1args")],
        ),
        (AB, pod(**{"$retainKeys": "containers"}), [("KQ1065", "/spec/$retainKeys")]),
        (AB, pod(**{"$setElementOrder/containers": ["alpha"]}), [("KQ1065", "/spec/$setElementOrder~1containers")]),
        (AB, pod(**{"$retainKeys": ["nodeName"], "priority": 1}), [("KQ1066", "/spec/priority")]),
        (AB, {"$patch": "delete"}, [("KQ1067", "/$patch")]),
        (AB, pod(securityContext={"$patch": "replace", "runAsUser": 1}), [("KQ1067", "/spec/securityContext/$patch")]),
        (AB, pod(containers=[{"$patch": "replace", "name": "c"}]), [("KQ1067", "/spec/containers/0/$patch")]),
        (pod(tolerations=[]), pod(tolerations=[{"key": "a", "$patch": "delete"}]), [("KQ1067", "/spec/tolerations/0/$patch")]),
        (
            AB,
            pod(**{"$setElementOrder/containers": [{"name": "beta"}], "containers": [{"name": "alpha"}]}),
            [("KQ1068", "/spec/containers")],
        ),
        (AB, pod(containers=["alpha", None]), [("KQ1069", "/spec/containers/0"), ("KQ1069", "/spec/containers/1")]),
        (AB, pod(containers=[{"name": {}}]), []),
    ],
)
def test_what_a_patch_cannot_do_is_told_at_its_place(tree: Json, patch: Json, expected: list[tuple[str, str]]) -> None:
    assert told(tree, patch) == expected


@pytest.mark.parametrize(
    ("tree", "patch", "hint"),
    [
        (AB, {"$patch": "delete"}, "remove the object itself instead: an overlay only changes it"),
        (AB, pod(securityContext={"$patch": "replace"}), "remove $patch: there is no such object yet"),
        (
            pod(tolerations=[]),
            pod(tolerations=[{"$patch": "delete"}]),
            "write every item that tolerations must have: it is replaced as a whole",
        ),
        (
            AB,
            pod(containers=[{"$patch": "replace", "name": "c"}]),
            "write `$patch: replace` as an item of its own: it replaces the whole of containers, and the rest of this item would be lost",
        ),
    ],
)
def test_a_misplaced_patch_has_a_hint_for_its_place(tree: Any, patch: Json, hint: str) -> None:
    (fault,) = apply_patch(PUBLISHED, "core.v1.Pod", copy.deepcopy(tree), patch, ignored)
    assert fault.diagnostic().hint == hint


def test_faults_come_in_the_order_of_the_patch() -> None:
    patch = pod(containers=[{"name": "alpha", "resources": {"$patch": "x"}}, {"name": "gone", "$patch": "delete"}], **{"$y": 1})
    assert told(AB, patch) == [
        ("KQ1067", "/spec/containers/0/resources/$patch"),
        ("KQ1064", "/spec/containers/1"),
        ("KQ1061", "/spec/$y"),
    ]


def test_a_misspelt_name_is_recognised() -> None:
    (fault,) = apply_patch(PUBLISHED, "core.v1.Pod", copy.deepcopy(AB), pod(containers=[{"name": "betta", "$patch": "delete"}]), ignored)
    assert fault.diagnostic().hint == "did you mean `beta`?"
    (fault,) = apply_patch(PUBLISHED, "core.v1.Pod", copy.deepcopy(AB), pod(**{"$deleteFromPrimitvList/args": []}), ignored)
    assert fault.diagnostic().hint == "did you mean `$deleteFromPrimitiveList/args`?"


def test_what_is_merged_into_stays_the_same_object() -> None:
    tree: Any = copy.deepcopy(AB)
    spec, containers = tree["spec"], tree["spec"]["containers"]
    alpha, beta = containers
    patch = pod(containers=[{"name": "beta", "image": "x"}, {"name": "alpha", "env": [{"name": "A"}]}])
    assert apply_patch(PUBLISHED, "core.v1.Pod", tree, patch, ignored) == []
    assert tree["spec"] is spec
    assert tree["spec"]["containers"] is containers
    assert containers[0] is beta
    assert containers[1] is alpha


def test_a_patch_is_copied_and_stays_as_it_was() -> None:
    patch: Any = pod(containers=[{"name": "c", "env": [{"name": "A"}]}], tolerations=[{"key": "a"}], nodeSelector={"a": "b"})
    before = copy.deepcopy(patch)
    tree = patched(AB, patch)
    tree["spec"]["containers"][0]["env"][0]["name"] = "changed"
    tree["spec"]["tolerations"].append(1)
    tree["spec"]["nodeSelector"]["c"] = "d"
    assert patch == before


def test_every_value_of_the_patch_is_noted_where_it_lands() -> None:
    tree: Any = copy.deepcopy(AB)
    notes: dict[tuple[int, object], tuple[object, ...]] = {}
    held: list[object] = []

    def note(parent: object, step: object, steps: tuple[object, ...]) -> None:
        held.append(parent)
        notes[id(parent), step] = steps

    patch = pod(nodeName="n", containers=[{"name": "c", "env": [{"name": "A", "value": "1"}]}, {"name": "beta", "image": "x"}])
    assert apply_patch(PUBLISHED, "core.v1.Pod", tree, patch, note) == []
    new, _, beta = tree["spec"]["containers"]
    assert notes[id(tree["spec"]), "nodeName"] == ("spec", "nodeName")
    assert notes[id(new), None] == ("spec", "containers", 0)
    assert notes[id(new), "name"] == ("spec", "containers", 0, "name")
    assert notes[id(new), "env"] == ("spec", "containers", 0, "env")
    assert notes[id(new["env"]), None] == ("spec", "containers", 0, "env")
    assert notes[id(new["env"][0]), None] == ("spec", "containers", 0, "env", 0)
    assert notes[id(new["env"][0]), "value"] == ("spec", "containers", 0, "env", 0, "value")
    assert notes[id(beta), "image"] == ("spec", "containers", 1, "image")
    assert (id(beta), None) not in notes
    assert (id(tree), "spec") not in notes


def test_a_type_without_a_schema_is_merged_as_json() -> None:
    tree: Json = {"spec": {"items": [{"name": "a"}], "a": {"b": 1, "c": 2}, "$ref": "x"}}
    patch: Json = {"spec": {"items": [{"name": "b"}], "a": {"b": None, "d": 3}, "$ref": "y"}}
    assert patched(tree, patch, None) == {"spec": {"items": [{"name": "b"}], "a": {"c": 2, "d": 3}, "$ref": "y"}}


def test_merge_is_what_happens_anyway() -> None:
    patch: Json = {"$patch": "merge", "spec": {"$patch": "merge", "containers": [{"name": "alpha", "$patch": "merge", "image": "x"}]}}
    assert patched(AB, patch) == patched(AB, pod(containers=[{"name": "alpha", "image": "x"}]))


def test_depth_costs_no_stack() -> None:
    tree: dict[str, Any] = {}
    patch: dict[str, Any] = {"b": 1}
    for _ in range(5000):
        tree, patch = {"a": tree}, {"a": patch}
    assert apply_patch(PUBLISHED, None, tree, patch, ignored) == []
    assert apply_patch(PUBLISHED, None, {}, patch, ignored) == []


WORDS = st.sampled_from(["a", "b", "c", "d"])
ENV = st.lists(st.fixed_dictionaries({"name": WORDS, "value": WORDS}), max_size=3, unique_by=lambda one: one["name"])
CONTAINERS = st.lists(
    st.fixed_dictionaries(
        {"name": WORDS},
        optional={
            "image": WORDS,
            "args": st.lists(WORDS, max_size=3),
            "env": ENV,
            "resources": st.fixed_dictionaries({"limits": st.dictionaries(WORDS, WORDS)}),
        },
    ),
    max_size=4,
    unique_by=lambda one: str(one["name"]),
)
PODS = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.fixed_dictionaries(
            {}, optional={"labels": st.dictionaries(WORDS, WORDS), "finalizers": st.lists(WORDS, max_size=3, unique=True)}
        ),
        "spec": st.fixed_dictionaries(
            {},
            optional={
                "containers": CONTAINERS,
                "nodeName": WORDS,
                "tolerations": st.lists(st.fixed_dictionaries({"key": WORDS}), max_size=2),
            },
        ),
    },
)


@given(PODS)
def test_an_empty_patch_changes_nothing(tree: dict[str, Any]) -> None:
    assert patched(tree, {}) == tree


@given(PODS, PODS)
def test_a_patch_applied_twice_is_a_patch_applied_once(tree: dict[str, Any], patch: dict[str, Any]) -> None:
    once = patched(tree, patch)
    assert patched(once, patch) == once


@given(PODS)
def test_what_is_laid_over_nothing_is_there(patch: dict[str, Any]) -> None:
    assert patched({}, patch) == patch


@given(PODS, PODS)
def test_no_container_is_lost(tree: dict[str, Any], patch: dict[str, Any]) -> None:
    def names(of: dict[str, Any]) -> set[str]:
        return {one["name"] for one in of.get("spec", {}).get("containers", ())}

    assert names(patched(tree, patch)) == names(tree) | names(patch)


LISTS = ["$setElementOrder/containers", "$setElementOrder/finalizers", "$deleteFromPrimitiveList/finalizers"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "containers", "name", "env", "args", "metadata", "finalizers", "volumes", "$patch", "$retainKeys", "$x", *LISTS]
            ),
            inner | st.sampled_from(["replace", "delete", "merge"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.sampled_from(["spec", "metadata", "$patch"]), JSON, max_size=3)


@given(OBJECTS, JSON | OBJECTS, st.sampled_from(["core.v1.Pod", "batch.v1.Job", None]))
def test_any_patch_of_anything_ends_in_faults_that_can_be_followed(tree: dict[str, Any], patch: Json, type_name: str | None) -> None:
    for one in apply_patch(PUBLISHED, type_name, tree, patch, ignored):
        Pointer.of(one.steps).follow(patch)
