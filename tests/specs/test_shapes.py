"""Corners of the spec's grammar: what has no place there is told, and nothing is passed over."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import build, check

MAIN = {"name": "main", "image": "example.com/training:1"}


def pod(**fields: Any) -> dict[str, Any]:
    return {"kind": "Pod", "name": "training", "containers": [{**MAIN, **fields}]}


def errors(spec: Any, **how: Any) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(spec, **how) if one.severity == "error"]


@pytest.mark.parametrize(
    "spec",
    [
        {**pod(), "<other>": {}},
        pod(mounts=[{"mountPath": "/a", "nfs": {"server": "a", "path": "/b"}, "<x": 1}]),
        pod(gpus={"deviceClass": "gpu.example.com"}, resources={"claims": None}),
        pod(gpus={"deviceClass": "gpu.example.com"}, resources={"claims": "x"}),
        {"kind": "StatefulSet", "name": "a", "pod": {"containers": [MAIN]}, "volumeClaimTemplates": [{"metadata": None}]},
        {"kind": "StatefulSet", "name": "a", "pod": {"containers": [MAIN]}, "volumeClaimTemplates": [{"metadata": "x"}]},
    ],
    ids=str,
)
def test_check_never_raises(spec: Any) -> None:
    check(spec)


def test_a_fraction_stands_where_kubernetes_has_one() -> None:
    assert errors(pod(resources={"limits": {"cpu": 0.5}})) == []


@pytest.mark.parametrize("kind", ["ConfigMap", "Secret"])
def test_metadata_is_no_field_of_a_spec(kind: str) -> None:
    assert errors({"kind": kind, "name": "a", "metadata": None}) == [("KQ1004", "/metadata")]
    assert errors({"kind": kind, "name": "a", "metadata": "x"}) == [("KQ1004", "/metadata")]


def test_name_is_no_source() -> None:
    mounts = [{"mountPath": "/a", "volume": "runs"}]
    spec = {**pod(mounts=mounts), "volumes": {"runs": {"emptyDir": {}, "name": "other"}}}
    assert errors(spec) == [("KQ1028", "/volumes/runs/name")]


@pytest.mark.parametrize("key", ["overlay", "ignore"])
def test_what_only_a_document_has_is_not_passed_over_in_a_part(key: str) -> None:
    value = {"kind": "Nope"} if key == "overlay" else {"KQ3002": "why"}
    assert errors({"kind": "Job", "name": "a", "pod": {"containers": [MAIN], key: value}}) == [("KQ1029", f"/pod/{key}")]


def test_an_entry_by_name_has_no_second_name() -> None:
    assert [code for code, _ in errors(pod(env={"A": {"name": "B", "value": "x"}}))] == ["KQ1030"]
    assert build(pod(env={"A": {"value": "x"}})).objects


def test_a_new_field_of_a_mount_is_no_source() -> None:
    mounts = [{"mountPath": "/a", "emptyDir": {}, "bindMountOptions": ["noexec"]}]
    assert [code for code, _ in errors(pod(mounts=mounts), kubernetes="1.37") if code.startswith(("KQ1", "KQ9"))] == []


def test_a_new_field_of_a_source_is_taken() -> None:
    assert errors(pod(mounts=[{"mountPath": "/a", "emptyDir": {"mode": 511}}]), kubernetes="1.37") == []


def test_a_list_has_items_and_what_kubectl_writes_beside_them() -> None:
    assert [code for code, _ in errors({"kind": "List", "itms": 1, "items": [pod()]})] == ["KQ1002"]
