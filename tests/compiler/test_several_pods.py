"""An object with several pods: whatever is asked of a pod is asked of each."""

from __future__ import annotations

import copy

import pytest
from several import CLUSTER, cluster, pod_spec

from kqmanifest.builder.context import BuildContext
from kqmanifest.builder.defaults import add_defaults
from kqmanifest.compiler.judgement import check_promises, check_references
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.site.reading import read_site
from kqmanifest.vocabulary.objects import pods_of

pytestmark = pytest.mark.usefixtures("ray_cluster")


def test_each_pod_must_keep_what_is_promised() -> None:
    found = [*check_promises(CLUSTER, [("/worker", None)])]
    assert [(number, located.finding.steps[:-3], located.node) for number, located in found] == [
        (0, ("spec", "headGroupSpec", "template", "spec"), ("spec", "headGroupSpec", "template", "spec")),
        (0, ("spec", "submitter"), ("spec", "submitter")),
    ]


def test_the_keys_that_each_pod_needs_are_looked_for() -> None:
    worker = pod_spec("worker", configMap={"name": "settings", "items": [{"key": "absent", "path": "a"}]})
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"a": "b"}}
    found = [*check_references([settings, cluster(worker, worker)], published(KNOWN[-1]))]
    assert [(number, located.finding.code, located.finding.steps[:3]) for number, located in found] == [
        (1, "KQ3065", ("spec", "workerGroupSpecs", 0)),
        (1, "KQ3065", ("spec", "workerGroupSpecs", 1)),
    ]


def test_a_service_may_select_any_of_the_pods() -> None:
    def service(role: str) -> list[str]:
        head = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "head"}}
        spec = {"selector": {"role": role}, "ports": [{"port": 80}]}
        return [located.finding.code for _, located in check_references([CLUSTER, head | {"spec": spec}], published(KNOWN[-1]))]

    assert service("head") == []
    assert service("heads") == ["KQ3063"]


def test_a_site_adds_its_defaults_to_each_pod() -> None:
    site = read_site("{defaults: {labels: {team: a}, serviceAccount: runs, env: {LR: '1'}, queue: research}}")
    tree = copy.deepcopy(CLUSTER)
    add_defaults([tree], BuildContext(published(KNOWN[-1]), site=site))
    assert [(pod.spec["serviceAccountName"], pod.spec["containers"][0]["env"], dict(pod.labels)) for pod in pods_of(tree)] == [
        ("runs", [{"name": "LR", "value": "1"}], {"role": "head", "team": "a"}),
        ("runs", [{"name": "LR", "value": "1"}], {"team": "a"}),
        ("runs", [{"name": "LR", "value": "1"}], {"team": "a"}),
        ("runs", [{"name": "LR", "value": "1"}], {}),
    ]
    assert tree["metadata"]["labels"] == {"team": "a", "kueue.x-k8s.io/queue-name": "research"}
