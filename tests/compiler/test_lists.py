"""What kubectl takes for a list is told, or taken apart: nothing stands in it unseen."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import check

META = {"metadata": {"name": "a"}}
POD: dict[str, Any] = {"apiVersion": "v1", "kind": "Pod", **META, "spec": {"hostPID": True, "containers": [{"name": "a", "image": "a:1"}]}}
ACCOUNT = {"apiVersion": "v1", "kind": "ServiceAccount", **META}


def faults(spec: Any, **options: Any) -> set[tuple[str, str]]:
    return {(one.code, str(one.path)) for one in check(spec, **options) if one.severity == "error"}


@pytest.mark.parametrize("items", [[POD], [], None, "a"])
def test_a_custom_resource_with_items_is_a_list_to_kubectl(items: Any) -> None:
    assert faults({"apiVersion": "example.com/v1", "kind": "Widget", **META, "items": items}) == {("KQ3071", "/items")}
    assert faults({"apiVersion": "example.com/v1", "kind": "WidgetList", "items": items}) == {("KQ3071", "/items")}
    assert faults({"apiVersion": "example.com/v1", "kind": "Widget", **META, "spec": {"items": items}}) == set()


def test_an_object_of_a_known_kind_has_no_items() -> None:
    assert faults({"apiVersion": "v1", "kind": "ConfigMap", **META, "items": [POD]}) == {("KQ9001", "/items")}


def test_what_stands_in_a_list_of_one_kind_is_of_that_kind() -> None:
    own = {key: value for key, value in POD.items() if key not in ("apiVersion", "kind")}
    assert faults({"apiVersion": "v1", "kind": "PodList", "items": [POD, own]}) == set()
    assert ("KQ9004", "/items/0/kind") in faults({"apiVersion": "v1", "kind": "PodList", "items": [ACCOUNT]})
    other = {**POD, "apiVersion": "example.com/v1"}
    assert ("KQ9004", "/items/1/apiVersion") in faults({"apiVersion": "v1", "kind": "PodList", "items": [own, other]})


@pytest.mark.parametrize("kind", ["List", "PodList"])
def test_a_pod_in_a_list_is_judged(kind: str) -> None:
    assert ("KQ5001", "/items/0/spec/hostPID") in faults({"apiVersion": "v1", "kind": kind, "items": [POD]}, pod_security="baseline")
