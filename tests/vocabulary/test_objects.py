"""Objects: the pods that they are or make, of which there may be several."""

from __future__ import annotations

from typing import Any

import pytest
from several import CLUSTER, RAY_CLUSTER

from kqmanifest.vocabulary.kinds import BY_NAME, KINDS, Kind
from kqmanifest.vocabulary.objects import PodOf, namespace, pods_of

POD: dict[str, Any] = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": []}}


def holding(kind: Kind, pod: Any) -> dict[str, Any]:
    """Make an object of a kind that has a pod at its only place."""
    inner = pod
    for step in reversed(kind.pods[0][:-1]):
        inner = {step: inner}
    return {**inner, "apiVersion": f"{kind.group}/v1" if kind.group else "v1", "kind": kind.name}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.pods], ids=lambda kind: kind.name)
def test_every_kind_that_makes_pods_has_them_found(kind: Kind) -> None:
    thing = holding(kind, POD)
    (pod,) = pods_of(thing)
    assert pod == PodOf({"app": "a"}, POD["spec"], kind.pods[0])
    assert pod.template == kind.pods[0][:-1]
    assert pods_of(holding(kind, {"spec": POD["spec"]})) == (PodOf({}, POD["spec"], kind.pods[0]),)
    assert pods_of(holding(kind, {"spec": None})) == ()
    assert pods_of({**thing, "spec": None}) == ()


@pytest.mark.parametrize(
    "thing",
    [
        {"apiVersion": "v1", "kind": "ConfigMap", "spec": {"template": POD}},
        {"apiVersion": "v1", "kind": "PodTemplate", "template": POD},
        {"apiVersion": "batch.volcano.sh/v1alpha1", "kind": "Job", "spec": {"template": POD}},
        {"apiVersion": "", "kind": "unknown"},
    ],
    ids=lambda thing: thing["kind"],
)
def test_what_makes_no_pod_has_none(thing: dict[str, Any]) -> None:
    assert pods_of(thing) == ()


@pytest.mark.usefixtures("ray_cluster")
def test_a_kind_may_have_pods_at_several_places() -> None:
    places = [pod.place for pod in pods_of(CLUSTER)]
    assert places == [
        ("spec", "headGroupSpec", "template", "spec"),
        ("spec", "workerGroupSpecs", 0, "template", "spec"),
        ("spec", "workerGroupSpecs", 1, "template", "spec"),
        ("spec", "submitter"),
    ]
    assert [pod.template for pod in pods_of(CLUSTER)] == [*(place[:-1] for place in places[:3]), None]
    assert [dict(pod.labels) for pod in pods_of(CLUSTER)] == [{"role": "head"}, {}, {}, {}]
    assert [pod.spec["containers"][0]["name"] for pod in pods_of(CLUSTER)] == ["head", "worker", "worker", "submitter"]


@pytest.mark.usefixtures("ray_cluster")
@pytest.mark.parametrize("spec", [None, {}, {"workerGroupSpecs": None}, {"workerGroupSpecs": [None, {"template": {}}], "submitter": {}}])
def test_where_no_pod_stands_none_is_found(spec: Any) -> None:
    assert pods_of({"apiVersion": "ray.io/v1", "kind": RAY_CLUSTER.name, "spec": spec}) == ()


def test_an_object_of_the_cluster_has_no_namespace() -> None:
    given = {"metadata": {"name": "a", "namespace": "b"}}
    assert namespace({"apiVersion": "v1", "kind": "Node", **given}) == ""
    assert namespace({"apiVersion": "example.com/v1", "kind": "Node", **given}) == "b"
    assert namespace({"apiVersion": "v1", "kind": "Pod", **given}) == "b"
    assert namespace({"apiVersion": "v1", "kind": "Pod"}) == "default"
    assert [kind.name for kind in BY_NAME["Event"].values()] == ["Event", "Event"]
