"""A value of the wrong type is fixed by what it looks like, and one that looks like nothing is not guessed at."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest.specs.fixes import Fix, suggest_fix
from kqmanifest.specs.kinds import kind_of
from kqmanifest.specs.misplaced_keys import suggest

LONG = "a" * 81
"""A name longer than any that is repeated in a hint."""


@pytest.mark.parametrize(
    ("expected", "field", "value", "fix"),
    [
        ("a list", "imagePullSecrets", "registry", {"meant": "[{name: registry}]"}),
        ("a list", "envFrom", "settings", {"meant": "[{configMapRef: {name: settings}}]"}),
        ("an object", "imagePullSecrets[0]", "registry", {"meant": "{name: registry}"}),
        ("an object", "labels", "team=vision", {"meant": "{team: vision}"}),
        ("an object", "persistentVolumeClaim", "data", {"meant": "{claimName: data}"}),
        ("an object", "secret", "keys", {"meant": "{secretName: keys}"}),
        ("an object", "volumes", [], {"meant": "{output: {nfs: {server, path}}}"}),
        ("an object", "volumes{}", "server:/runs", {"meant": "{nfs: {server: server, path: /runs}}"}),
        ("an object", "emptyDir", True, {"meant": "{}"}),
        ("an object", "emptyDir", "1Gi", {"meant": "{sizeLimit: 1Gi}"}),
        ("an object", "emptyDir", None, {"meant": "emptyDir: {}"}),
        ("an object", "nfs", None, {"unset": "nfs"}),
        ("an integer", "backoffLimit", "3", {"quoted": "backoffLimit"}),
        ("an integer", "backoffLimit", "３", {"meant": "3"}),  # noqa: RUF001  as an input method for Chinese writes it
        ("a string", "name", 7, {"unquoted": "name"}),
        ("an object", "securityContext", [{"runAsUser": 1}], {"dashed": "securityContext"}),
        ("a list", "tolerations", {"key": "gpu"}, {"object": "tolerations"}),
    ],
)
def test_what_a_value_was_meant_to_be_is_written(expected: str, field: str, value: Any, fix: Fix) -> None:
    assert suggest_fix([expected], field, value) == fix


@pytest.mark.parametrize("value", ["My Registry", "a: b", LONG, 7, ["a"], {"a": "b"}, ""])
@pytest.mark.parametrize(
    ("expected", "field"),
    [
        ("a list", "imagePullSecrets"),
        ("a list", "envFrom"),
        ("an object", "labels"),
        ("an object", "persistentVolumeClaim"),
        ("an object", "secret"),
        ("an object", "hostPath"),
        ("an object", "volumes{}"),
    ],
)
def test_what_could_not_be_written_there_is_not_repeated(expected: str, field: str, value: Any) -> None:
    assert "meant" not in suggest_fix([expected], field, value)


@pytest.mark.parametrize("value", ["output", {"output": 1}, 7])
def test_a_list_of_volumes_alone_is_written_as_an_object(value: Any) -> None:
    assert suggest_fix(["an object"], "volumes", value) == {}


@pytest.mark.parametrize(
    ("key", "count", "hint"),
    [
        ("nvidia.com/gpu", 2, {"instead": "gpus: 2"}),
        ("nvidia.com/gpu", True, {"instead": "gpus: 1"}),
        ("amd.com/gpu", 2, {"instead": "gpus: {count: 2, resource: amd.com/gpu}"}),
        ("amd.com/gpu", 0, {"instead": "gpus: {count: 1, resource: amd.com/gpu}"}),
        ("amd.com/gpu", "2", {"instead": "gpus: {count: 1, resource: amd.com/gpu}"}),
        ("rdma/hca", 1, {"limits": "limits: {rdma/hca: 1}"}),
        ("rdma/hca", -1, {}),
        ("rdma/hca", 1000, {}),
        ("rdma/hca", True, {}),
        ("rdma/hca", 1.0, {}),
        ("rdma/hca", "1", {}),
        ("rdma", 1, {}),
    ],
)
def test_a_device_among_the_fields_of_a_container_gets_the_field_that_counts_it(key: str, count: Any, hint: dict[str, str]) -> None:
    assert suggest("a container", key, {key: count}) == hint


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        ("", "an empty string"),
        ("secret", "a string"),
        (7, "an integer"),
        (0.5, "a number"),
        ({}, "an object"),
        ([], "a list"),
        ((), "a list"),
    ],
)
def test_the_kind_of_a_value_is_named_and_the_value_is_not(value: Any, kind: str) -> None:
    assert kind_of(value) == kind
    assert "secret" not in kind_of(value)
