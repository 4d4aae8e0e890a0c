"""Workloads that keep pods running: which pods are theirs, how they are updated, and a StatefulSet's claims."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import check
from kqmanifest.vocabulary.admitted import with_claim_volumes

KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def workload(kind: str, *, pod: Any = None, labels: Any = None, **spec: Any) -> dict[str, Any]:
    """Write a workload that is right but for what is given."""
    containers = [{"name": "main", "image": "example.com/web:1"}]
    template = {"metadata": {"labels": labels or {"app": "web", "tier": "front"}}, "spec": {"containers": containers, **(pod or {})}}
    written = {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": written}


def refused(manifest: dict[str, Any], kubernetes: str = "1.36") -> set[tuple[str, str]]:
    """Say what the server would refuse: codes and places."""
    return {(one.code, str(one.path)) for one in check(manifest, kubernetes=kubernetes) if one.code.startswith(("KQ1", "KQ2", "KQ9"))}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {"app": "web"}},
        {"matchLabels": None, "matchExpressions": [{"key": "app", "operator": "In", "values": ["api", "web"]}]},
        {"matchExpressions": [{"key": "app", "operator": "Exists"}, {"key": "debug", "operator": "DoesNotExist"}]},
        {"matchExpressions": [{"key": "debug", "operator": "NotIn", "values": ["yes"]}]},
    ],
)
def test_a_selector_finds_its_pods(kind: str, selector: dict[str, Any]) -> None:
    assert refused(workload(kind, selector=selector)) == set()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {"app": "api"}},
        {"matchLabels": {"app": None}},
        {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]},
        {"matchExpressions": [{"key": "debug", "operator": "Exists"}]},
    ],
)
def test_a_selector_that_misses_its_pods_is_told_at_their_labels(kind: str, selector: dict[str, Any]) -> None:
    assert refused(workload(kind, selector=selector)) == {("KQ2603", "/spec/template/metadata/labels")}


def test_the_hint_writes_the_labels_that_are_missing() -> None:
    (found,) = [one for one in check(workload("Deployment", selector={"matchLabels": {"app": "api", "run": "2"}})) if one.code == "KQ2603"]
    assert found.hint == "add the labels that the selector requires: `template: {metadata: {labels: {app: api, run: 2}}}`"


@pytest.mark.parametrize("kind", KINDS)
def test_what_all_of_them_refuse(kind: str) -> None:
    assert refused(workload(kind, selector={"matchLabels": {}})) == {("KQ2602", "/spec/selector")}
    assert refused(workload(kind, pod={"restartPolicy": "Never"})) == {("KQ2604", "/spec/template/spec/restartPolicy")}
    assert refused(workload(kind, pod={"activeDeadlineSeconds": 60})) == {("KQ2605", "/spec/template/spec/activeDeadlineSeconds")}
    assert refused(workload(kind, minReadySeconds=-1)) == {("KQ2601", "/spec/minReadySeconds")}
    assert refused(workload(kind, minReadySeconds=0, pod={"restartPolicy": "", "activeDeadlineSeconds": None})) == set()


def test_an_unreadable_selector_is_told_once() -> None:
    found = refused(workload("Deployment", selector={"matchExpressions": [{"key": "app", "operator": "Is", "values": ["web"]}]}))
    assert found == {("KQ2493", "/spec/selector/matchExpressions/0/operator")}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"minReadySeconds": 599}, set()),
        ({"minReadySeconds": 600}, {("KQ2606", "/spec")}),
        ({"progressDeadlineSeconds": 0}, {("KQ2606", "/spec/progressDeadlineSeconds")}),
        ({"progressDeadlineSeconds": 1}, set()),
        ({"progressDeadlineSeconds": -1}, {("KQ2601", "/spec/progressDeadlineSeconds")}),
        ({"strategy": {"type": "Recreate"}}, set()),
        ({"strategy": {"type": "", "rollingUpdate": None}}, set()),
        ({"strategy": {"type": "OnDelete"}}, {("KQ2607", "/spec/strategy")}),
        ({"strategy": {"type": "Recreate", "rollingUpdate": {}}}, {("KQ2608", "/spec/strategy/rollingUpdate")}),
        ({"strategy": {"type": "Recreate", "rollingUpdate": None}}, set()),
        ({"strategy": {"rollingUpdate": {"maxSurge": "150%", "maxUnavailable": "100%"}}}, set()),
        ({"strategy": {"rollingUpdate": {"maxSurge": -1}}}, {("KQ2609", "/spec/strategy/rollingUpdate/maxSurge")}),
        ({"strategy": {"rollingUpdate": {"maxUnavailable": "1"}}}, {("KQ2609", "/spec/strategy/rollingUpdate/maxUnavailable")}),
        ({"strategy": {"rollingUpdate": {"maxUnavailable": "101%"}}}, {("KQ2610", "/spec/strategy/rollingUpdate/maxUnavailable")}),
        (
            {"strategy": {"rollingUpdate": {"maxUnavailable": "9" * 5000 + "%"}}},
            {("KQ2610", "/spec/strategy/rollingUpdate/maxUnavailable")},
        ),
        ({"strategy": {"rollingUpdate": {"maxUnavailable": 0}}}, set()),
        (
            {"strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": "00%"}}},
            {("KQ2611", "/spec/strategy/rollingUpdate/maxUnavailable")},
        ),
    ],
)
def test_a_deployment_gets_on(spec: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused(workload("Deployment", **spec)) == found


@pytest.mark.parametrize(
    ("strategy", "found"),
    [
        ({"type": "OnDelete", "rollingUpdate": {"maxSurge": 1}}, set()),
        ({"type": "Recreate"}, {("KQ2607", "/spec/updateStrategy")}),
        ({"rollingUpdate": {"maxUnavailable": "10%"}}, set()),
        ({"rollingUpdate": {"maxSurge": 1}}, {("KQ2612", "/spec/updateStrategy/rollingUpdate/maxSurge")}),
        ({"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}, set()),
        ({"rollingUpdate": {"maxUnavailable": "0%"}}, {("KQ2612", "/spec/updateStrategy/rollingUpdate/maxUnavailable")}),
        ({"rollingUpdate": {"maxSurge": "101%", "maxUnavailable": 0}}, {("KQ2610", "/spec/updateStrategy/rollingUpdate/maxSurge")}),
    ],
)
def test_a_daemon_set_gets_on(strategy: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused(workload("DaemonSet", updateStrategy=strategy)) == found


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"updateStrategy": {"type": "OnDelete"}}, set()),
        ({"updateStrategy": {"type": "OnDelete", "rollingUpdate": {}}}, {("KQ2608", "/spec/updateStrategy/rollingUpdate")}),
        ({"updateStrategy": {"rollingUpdate": {"partition": -1}}}, {("KQ2613", "/spec/updateStrategy/rollingUpdate/partition")}),
        ({"podManagementPolicy": ""}, set()),
        ({"podManagementPolicy": "parallel"}, {("KQ2615", "/spec/podManagementPolicy")}),
        ({"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "", "whenScaled": "Delete"}}, set()),
        (
            {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "delete"}},
            {("KQ2616", "/spec/persistentVolumeClaimRetentionPolicy/whenScaled")},
        ),
        ({"serviceName": ""}, set()),
        ({"serviceName": "1-web"}, set()),
        ({"serviceName": "web.default"}, {("KQ2617", "/spec/serviceName")}),
        ({"ordinals": {"start": -1}}, {("KQ2601", "/spec/ordinals/start")}),
        ({"revisionHistoryLimit": -1}, set()),
    ],
)
def test_a_stateful_set_is_judged_by_its_own_rules(spec: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused(workload("StatefulSet", **spec)) == found


@pytest.mark.parametrize("value", [0, "0%", "101%", -1, "1"])
def test_missing_pods_of_a_stateful_set_are_judged_from_1_37_on(value: Any) -> None:
    manifest = workload("StatefulSet", updateStrategy={"rollingUpdate": {"maxUnavailable": value}})
    assert refused(manifest, "1.36") == set()
    assert refused(manifest, "1.37") == {("KQ2614", "/spec/updateStrategy/rollingUpdate/maxUnavailable")}


@pytest.mark.parametrize(
    ("kind", "field"), [("Deployment", "strategy"), ("DaemonSet", "updateStrategy"), ("StatefulSet", "updateStrategy")]
)
@pytest.mark.parametrize(("value", "is_number"), [("2", True), ("two", False), ("02", False)])
def test_a_number_in_quotes_is_to_lose_them(kind: str, field: str, value: str, is_number: bool) -> None:  # noqa: FBT001  a parameter
    (diagnostic,) = check(workload(kind, **{field: {"rollingUpdate": {"maxUnavailable": value}}}), kubernetes="1.37")
    assert (diagnostic.hint == f"write {value} without quotes") == is_number


def _stateful(claims: list[Any], volumes: Any, **pod: Any) -> dict[str, Any]:
    templates = [{"metadata": {"name": name}, "spec": CLAIM} for name in claims]
    mounts = [{"name": "data", "mountPath": "/data"}]
    containers = [{"name": "main", "image": "example.com/web:1", "volumeMounts": mounts}]
    return workload("StatefulSet", volumeClaimTemplates=templates, pod={"containers": containers, "volumes": volumes, **pod})


def test_a_claim_template_is_a_volume() -> None:
    assert refused(_stateful(["data"], None)) == set()
    assert refused(_stateful(["data", "data"], [])) == set()
    assert refused(_stateful(["logs"], None)) == {("KQ2004", "/spec/template/spec/containers/0/volumeMounts/0/name")}


def test_a_claim_takes_the_place_of_the_volumes_of_its_name() -> None:
    unread = {"name": "data", "nfs": {"server": "", "path": ""}}
    assert refused(_stateful(["data"], [{"name": "tmp", "emptyDir": {}}, unread, unread])) == set()


def test_a_claim_template_that_is_no_volume_is_told() -> None:
    assert {code for code, _ in refused(_stateful(["data", "Logs"], None))} == {"KQ2002"}


def test_the_host_name_of_a_stateful_set_is_not_looked_at() -> None:
    assert refused(_stateful(["data"], None, hostname="A_b", subdomain="C_d")) == set()
    assert {code for code, _ in refused(_stateful(["data"], None, hostname=5))} == {"KQ9002"}


@pytest.mark.parametrize(
    "spec", [None, 5, [], {}, {"template": None}, {"template": {"spec": {"volumes": [5]}}, "volumeClaimTemplates": [{}]}]
)
def test_what_has_no_shape_is_left_as_it_is(spec: Any) -> None:
    assert with_claim_volumes(spec) == spec
