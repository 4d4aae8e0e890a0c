"""Jobs: their numbers, selectors and names, their indexes, and what a failed pod means."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import check

CONTAINER = {"name": "main", "image": "example.com/training:1"}
IN_42 = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [42]}}
INDEXED = {"completionMode": "Indexed", "completions": 8}


def job(*, metadata: Any = None, labels: Any = None, restart: Any = "Never", **spec: Any) -> dict[str, Any]:
    """Write a Job that is right but for what is given."""
    template: dict[str, Any] = {"spec": {"restartPolicy": restart, "containers": [CONTAINER]}}
    if labels is not None:
        template["metadata"] = {"labels": labels}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata or {"name": "training"}, "spec": {"template": template, **spec}}


def cron_job(**spec: Any) -> dict[str, Any]:
    """Write a CronJob with the Job that :func:`job` writes."""
    written = job(**spec)["spec"]
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "nightly"},
        "spec": {"schedule": "@daily", "jobTemplate": {"spec": written}},
    }


def refused(manifest: dict[str, Any], kubernetes: str = "1.36") -> set[tuple[str, str]]:
    """Say what the server would refuse: codes and places."""
    return {(one.code, str(one.path)) for one in check(manifest, kubernetes=kubernetes) if one.code.startswith(("KQ1", "KQ2", "KQ9"))}


@pytest.mark.parametrize(
    "manifest",
    [
        job(),
        job(completions=0, parallelism=0, backoffLimit=0, activeDeadlineSeconds=0, ttlSecondsAfterFinished=0),
        job(completions=None, parallelism=None, completionMode=None, selector=None, manualSelector=None),
        job(restart="OnFailure"),
        job(manualSelector=False),
        job(manualSelector=True, selector={"matchLabels": {"run": "2"}}, labels={"run": "2", "team": "vision"}),
        job(manualSelector=True, selector={}),
        job(manualSelector=True, selector={"matchLabels": {"controller-uid": "x"}}, labels={"controller-uid": "x"}),
        job(selector={}),
        job(selector={"matchLabels": {"job-name": "training"}}),
        job(selector={"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}),
        job(labels={"job-name": "training"}),
        job(metadata={"name": "a" * 63}),
        job(metadata={"generateName": "a" * 200}),
        job(metadata={"name": "a" * 70}, manualSelector=True, selector={"matchLabels": {"run": "2"}}, labels={"run": "2"}),
        job(managedBy="kueue.x-k8s.io/multikueue"),
        job(podReplacementPolicy="TerminatingOrFailed"),
        job(podReplacementPolicy="Failed", podFailurePolicy={}),
        job(completionMode="Indexed"),
        job(**INDEXED, backoffLimitPerIndex=0, maxFailedIndexes=8),
        job(metadata={"name": "a" * 61}, **INDEXED),
        job(metadata={"name": "sweep.2"}, completionMode="Indexed", completions=0),
        job(metadata={"name": "sweep.2"}, completions=8),
        job(**{**INDEXED, "completions": 100001}, parallelism=100000),
        job(**{**INDEXED, "completions": 100001}, parallelism=10000, backoffLimitPerIndex=1, maxFailedIndexes=10000),
        job(**INDEXED, successPolicy={"rules": [{"succeededIndexes": "0,2-4,7", "succeededCount": 5}, {"succeededCount": 8}]}),
        job(**INDEXED, successPolicy={"rules": [{"succeededIndexes": ""}, {"succeededIndexes": "+1,002"}]}),
        job(podFailurePolicy={"rules": [{"action": "Count", "onExitCodes": {"operator": "NotIn", "values": [0, 1]}}]}),
        job(podFailurePolicy={"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": ""}]}]}),
        cron_job(manualSelector=False, completionMode="Indexed", completions=1),
    ],
)
def test_a_right_job_is_accepted(manifest: dict[str, Any]) -> None:
    assert refused(manifest) == set()


@pytest.mark.parametrize(
    ("manifest", "code", "path"),
    [
        (job(completions=-1), "KQ2501", "/spec/completions"),
        (job(**INDEXED, successPolicy={"rules": [{"succeededCount": -1}]}), "KQ2501", "/spec/successPolicy/rules/0/succeededCount"),
        (job(restart="Always"), "KQ2502", "/spec/template/spec/restartPolicy"),
        (job(restart=""), "KQ2502", "/spec/template/spec/restartPolicy"),
        (job(restart=None), "KQ2502", "/spec/template/spec/restartPolicy"),
        (cron_job(restart="Always"), "KQ2502", "/spec/jobTemplate/spec/template/spec/restartPolicy"),
        (job(metadata={"name": "a" * 64}), "KQ2503", "/spec/template"),
        (job(labels={"job-name": "other"}), "KQ2504", "/spec/template/metadata/labels/job-name"),
        (job(labels={"job-name": None}), "KQ2504", "/spec/template/metadata/labels/job-name"),
        (job(metadata={"generateName": "a-"}, labels={"job-name": "a-x"}), "KQ2504", "/spec/template/metadata/labels/job-name"),
        (
            job(labels={"batch.kubernetes.io/controller-uid": "x"}),
            "KQ2504",
            "/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid",
        ),
        (job(selector={"matchLabels": {"app": "a"}}, labels={"app": "a"}), "KQ2505", "/spec/selector"),
        (job(selector={"matchLabels": {"controller-uid": "x"}}), "KQ2505", "/spec/selector"),
        (job(manualSelector=True), "KQ2506", "/spec"),
        (job(manualSelector=True, selector={"matchLabels": {"run": "2"}}), "KQ2507", "/spec/template"),
        (
            job(selector={"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, labels={"app": "a"}),
            "KQ2507",
            "/spec/template/metadata/labels",
        ),
        (cron_job(selector={}), "KQ2508", "/spec/jobTemplate/spec/selector"),
        (cron_job(manualSelector=True), "KQ2509", "/spec/jobTemplate/spec/manualSelector"),
        (job(managedBy=""), "KQ2510", "/spec/managedBy"),
        (job(managedBy="example.com/"), "KQ2510", "/spec/managedBy"),
        (job(managedBy="example.com/" + "a" * 52), "KQ2510", "/spec/managedBy"),
        (job(podReplacementPolicy=""), "KQ2511", "/spec/podReplacementPolicy"),
        (job(podReplacementPolicy="TerminatingOrFailed", podFailurePolicy={}), "KQ2512", "/spec/podReplacementPolicy"),
        (job(completionMode=""), "KQ2513", "/spec/completionMode"),
        (job(completionMode="Indexed", parallelism=2), "KQ2514", "/spec"),
        (cron_job(completionMode="Indexed"), "KQ2515", "/spec/jobTemplate/spec"),
        (job(metadata={"name": "sweep.2"}, completionMode="Indexed"), "KQ2516", "/metadata/name"),
        (job(metadata={"name": "a" * 62}, **INDEXED), "KQ2516", "/metadata/name"),
        (job(metadata={"generateName": "a" * 57}, **INDEXED), "KQ2516", "/metadata"),
        (job(**INDEXED, parallelism=100001), "KQ2517", "/spec/parallelism"),
        (
            job(completionMode="Indexed", completions=100001, parallelism=10001, backoffLimitPerIndex=1, maxFailedIndexes=1),
            "KQ2517",
            "/spec/parallelism",
        ),
        (job(backoffLimitPerIndex=1), "KQ2518", "/spec/backoffLimitPerIndex"),
        (job(**INDEXED, maxFailedIndexes=1), "KQ2519", "/spec"),
        (job(**INDEXED, backoffLimitPerIndex=1, maxFailedIndexes=9), "KQ2520", "/spec/maxFailedIndexes"),
        (job(completionMode="Indexed", completions=100001, parallelism=1, backoffLimitPerIndex=1), "KQ2521", "/spec"),
        (job(successPolicy={"rules": [{"succeededCount": 1}]}), "KQ2522", "/spec/successPolicy"),
        (job(**INDEXED, successPolicy={"rules": [{"succeededCount": 1}] * 21}), "KQ2523", "/spec/successPolicy/rules"),
        (job(**INDEXED, successPolicy={"rules": [None]}), "KQ2524", "/spec/successPolicy/rules/0"),
        *(
            (
                job(**INDEXED, successPolicy={"rules": [{"succeededIndexes": text}]}),
                "KQ2525",
                "/spec/successPolicy/rules/0/succeededIndexes",
            )
            for text in ("8", "0-8", "3-3", "2,1", "1,1", "-1", "0,", "1-2-3", " 0", "a", "0-99999999999", "1_0", "0," + "0" * 65536 + "1")
        ),
        (
            job(**INDEXED, successPolicy={"rules": [{"succeededIndexes": "0-2", "succeededCount": 4}]}),
            "KQ2526",
            "/spec/successPolicy/rules/0/succeededCount",
        ),
        (
            job(completionMode="Indexed", successPolicy={"rules": [{"succeededCount": 2}]}),
            "KQ2526",
            "/spec/successPolicy/rules/0/succeededCount",
        ),
    ],
)
def test_a_wrong_job_is_told_where_it_is_wrong(manifest: dict[str, Any], code: str, path: str) -> None:
    assert refused(manifest) == {(code, path)}


@pytest.mark.parametrize(
    ("rule", "code", "place"),
    [
        ({"action": "", "onExitCodes": {"operator": "In", "values": [1]}}, "KQ2529", "/action"),
        ({**IN_42, "action": "FailIndex"}, "KQ2530", "/action"),
        ({**IN_42, "onPodConditions": [{"type": "Ready"}]}, "KQ2531", ""),
        ({"action": "Ignore", "onPodConditions": []}, "KQ2532", ""),
        ({"action": "Ignore", "onExitCodes": {"operator": "", "values": [1]}}, "KQ2533", "/onExitCodes/operator"),
        (
            {"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1], "containerName": ""}},
            "KQ2534",
            "/onExitCodes/containerName",
        ),
        ({"action": "Ignore", "onExitCodes": {"operator": "In", "values": list(range(1, 257))}}, "KQ2535", "/onExitCodes/values"),
        ({"action": "Ignore", "onExitCodes": {"operator": "In", "values": [None, 1]}}, "KQ2536", "/onExitCodes/values/0"),
        ({"action": "Ignore", "onExitCodes": {"operator": "In", "values": [1, 1]}}, "KQ2537", "/onExitCodes/values/1"),
        ({"action": "Ignore", "onExitCodes": {"operator": "In", "values": [2, 1]}}, "KQ2538", "/onExitCodes/values"),
        ({"action": "Ignore", "onPodConditions": [{"type": ""}]}, "KQ2539", "/onPodConditions/0/type"),
        ({"action": "Ignore", "onPodConditions": [{"type": "Ready", "status": "true"}]}, "KQ2540", "/onPodConditions/0/status"),
        ({"action": "Ignore", "onPodConditions": [{"type": "Ready"}] * 21}, "KQ2541", "/onPodConditions"),
    ],
)
def test_a_wrong_rule_about_failures_is_told_where_it_is_wrong(rule: dict[str, Any], code: str, place: str) -> None:
    assert refused(job(podFailurePolicy={"rules": [IN_42, rule]})) == {(code, f"/spec/podFailurePolicy/rules/1{place}")}


def test_a_failure_policy_needs_pods_that_end() -> None:
    assert refused(job(podFailurePolicy={"rules": []}, restart="OnFailure")) == {("KQ2527", "/spec/template/spec/restartPolicy")}


def test_a_failure_policy_has_twenty_rules() -> None:
    assert refused(job(podFailurePolicy={"rules": [IN_42] * 20})) == set()
    assert refused(job(podFailurePolicy={"rules": [IN_42] * 21})) == {("KQ2528", "/spec/podFailurePolicy/rules")}


def test_a_bad_name_is_told_once() -> None:
    assert refused(job(metadata={"name": "A" * 70}, **INDEXED)) == {("KQ2102", "/metadata/name")}


@pytest.mark.parametrize("field", ["parallelism", "backoffLimit", "ttlSecondsAfterFinished"])
def test_a_rule_of_several_fields_names_the_one_at_fault(field: str) -> None:
    (diagnostic,) = [diagnostic for diagnostic in check(job(**{field: -1})) if diagnostic.code == "KQ2501"]
    assert diagnostic.message.startswith(f"{field} ")
    assert f"`{field}`" in diagnostic.hint


@pytest.mark.parametrize("number", [2**31, 10**5000], ids=["beyond 32 bits", "beyond printing"])
def test_no_number_is_too_big_to_be_judged(number: int) -> None:
    assert refused(job(completionMode="Indexed", completions=number, parallelism=number, maxFailedIndexes=number))
