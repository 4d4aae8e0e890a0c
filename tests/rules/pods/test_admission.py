"""What the admission plugins of every server refuse in a pod; they do not see templates of pods."""

from __future__ import annotations

from typing import Any

import pytest
from examples import completed
from pods import refused, refused_as_template

from kqmanifest import check

STATIC = {"name": "a", "annotations": {"kubernetes.io/config.mirror": "5d1f8d5c"}}
ON_A_NODE = {"nodeName": "gpu-1"}
REFERENCE = {"name": "s"}


def volume(**source: Any) -> dict[str, Any]:
    return {"volumes": [{"name": "data", **source}]}


def projected(source: dict[str, Any]) -> dict[str, Any]:
    return volume(projected={"sources": [source]})


USES = [
    ({"serviceAccountName": "trainer"}, "/serviceAccountName"),
    ({"serviceAccount": "trainer"}, "/serviceAccount"),
    ({"imagePullSecrets": [{"name": ""}, REFERENCE]}, "/imagePullSecrets/1/name"),
    (volume(secret={"secretName": "s"}), "/volumes/0/secret/secretName"),
    (volume(azureFile={"secretName": "s", "shareName": "a"}), "/volumes/0/azureFile/secretName"),
    (volume(cephfs={"monitors": ["m"], "secretRef": REFERENCE}), "/volumes/0/cephfs/secretRef/name"),
    (volume(csi={"driver": "d.example.com", "nodePublishSecretRef": REFERENCE}), "/volumes/0/csi/nodePublishSecretRef/name"),
    (projected({"secret": REFERENCE}), "/volumes/0/projected/sources/0/secret/name"),
    (projected({"serviceAccountToken": {"path": "t"}}), "/volumes/0/projected/sources/0/serviceAccountToken"),
]


@pytest.mark.parametrize(("spec", "place"), USES)
def test_a_static_pod_has_no_service_account_and_no_secret(spec: dict[str, Any], place: str) -> None:
    assert refused({**spec, **ON_A_NODE}, metadata=STATIC) == {("KQ2150", place)}
    assert refused({**spec, **ON_A_NODE}) == set()
    assert refused_as_template(spec) == set()


@pytest.mark.parametrize(
    ("spec", "field", "secret"),
    [
        ({"serviceAccountName": "trainer"}, "serviceAccountName", None),
        ({"imagePullSecrets": [REFERENCE]}, "imagePullSecrets", "s"),
        (volume(secret={"secretName": "s"}), "secretName", "s"),
        (volume(csi={"driver": "d.example.com", "nodePublishSecretRef": REFERENCE}), "nodePublishSecretRef", "s"),
        (projected({"serviceAccountToken": {"path": "t"}}), "serviceAccountToken", None),
    ],
)
def test_a_static_pod_is_told_the_field_and_the_secret(spec: dict[str, Any], field: str, secret: str | None) -> None:
    pod = {**completed({**spec, **ON_A_NODE}), "metadata": STATIC}
    values = [diagnostic.values for diagnostic in check(pod) if diagnostic.code == "KQ2150"]
    assert [(found["field"], found["secret"]) for found in values] == [(field, secret)]


@pytest.mark.parametrize(
    "spec",
    [
        {"serviceAccountName": ""},
        {"imagePullSecrets": [{"name": ""}, {}]},
        volume(configMap=REFERENCE),
        projected({"configMap": REFERENCE}),
    ],
)
def test_a_static_pod_may_use_what_is_not_a_secret(spec: dict[str, Any]) -> None:
    assert refused({**spec, **ON_A_NODE}, metadata=STATIC) == set()


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        ({"priority": 1}, "KQ2151"),
        ({"priority": -1, "priorityClassName": ""}, "KQ2151"),
        ({"priority": 0, "priorityClassName": "system-node-critical"}, "KQ2151"),
        ({"preemptionPolicy": "Never"}, "KQ2152"),
        ({"preemptionPolicy": "Never", "priorityClassName": "system-cluster-critical"}, "KQ2152"),
        ({"overhead": {"cpu": "100m"}}, "KQ2153"),
        ({"overhead": {}}, "KQ2153"),
    ],
)
def test_what_a_class_sets_must_not_be_written(spec: dict[str, Any], code: str) -> None:
    field = next(iter(spec))
    assert refused(spec) == {(code, f"/{field}")}
    assert refused_as_template(spec) == set()


@pytest.mark.parametrize(
    "spec",
    [
        {"priority": 0},
        {"priority": 7, "priorityClassName": "training"},
        {"priority": 2_000_001_000, "priorityClassName": "system-node-critical"},
        {"priority": 2_000_000_000, "priorityClassName": "system-cluster-critical", "preemptionPolicy": "PreemptLowerPriority"},
        {"preemptionPolicy": "PreemptLowerPriority"},
        {"preemptionPolicy": "Never", "priorityClassName": "training"},
        {"overhead": {"cpu": "100m"}, "runtimeClassName": "kata"},
        {"overhead": None, "priority": None, "preemptionPolicy": None},
    ],
)
def test_what_a_class_may_set_is_accepted(spec: dict[str, Any]) -> None:
    assert refused(spec) == set()
