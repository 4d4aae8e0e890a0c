"""Jobs: how many pods they run, how often they retry, which pods are theirs, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.constraints import at_least, one_of
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import LABEL_LENGTH, is_subdomain
from kqmanifest.vocabulary.selectors import is_readable, selects, unmet

NAME_LABELS: Final = ("job-name", "batch.kubernetes.io/job-name")
UID_LABELS: Final = ("controller-uid", "batch.kubernetes.io/controller-uid")
REPLACEMENTS: Final = ("TerminatingOrFailed", "Failed")
_RANDOM: Final = "\0"
"""Where the server generates a random value: nobody can write this one."""
_GENERATED_LENGTH: Final = 58
_CONTROLLER_PATH: Final = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", re.ASCII)


def name_of(thing: Mapping[str, Any]) -> str:
    """Return the name of an object as the server validates it: a ``generateName`` is completed by five letters or digits."""
    metadata = thing.get("metadata") or {}
    prefix = metadata.get("generateName") or ""
    return metadata.get("name") or (prefix and f"{prefix[:_GENERATED_LENGTH]}xxxxx")


def _labels(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    return (spec["template"].get("metadata") or {}).get("labels") or {}


def _server_labels(job: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels that the server adds to the pods of a Job, unless its selector is manual.

    A Job that a server has printed, with a ``resourceVersion``, already has its unique id.
    """
    metadata = job.get("metadata") or {}
    uid = metadata.get("uid") if metadata.get("resourceVersion") else None
    return {**dict.fromkeys(NAME_LABELS, metadata.get("name") or _RANDOM), **dict.fromkeys(UID_LABELS, uid or _RANDOM)}


def _has_manual_selector(job: Mapping[str, Any]) -> bool:
    return job["spec"].get("manualSelector") is True


job_field_is_negative = at_least(
    "KQ2501",
    (
        "JobSpec.parallelism",
        "JobSpec.completions",
        "JobSpec.activeDeadlineSeconds",
        "JobSpec.backoffLimit",
        "JobSpec.backoffLimitPerIndex",
        "JobSpec.maxFailedIndexes",
        "JobSpec.ttlSecondsAfterFinished",
        "SuccessPolicyRule.succeededCount",
        "CronJobSpec.startingDeadlineSeconds",
        "CronJobSpec.successfulJobsHistoryLimit",
        "CronJobSpec.failedJobsHistoryLimit",
    ),
    0,
    upstream="batch/validation.validateJobSpec",
    page="""The numbers of a Job or CronJob, of pods, seconds or attempts, must not be negative.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: -1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: 0,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


@rule(
    "KQ2502",
    "JobSpec",
    "restartPolicy of a Job's pods must be Never or OnFailure, and defaults to Always",
    "write `restartPolicy: Never` to get a new pod after a failure, or `restartPolicy: OnFailure` to restart in the same one",
    reason="Required",
    upstream="batch/validation.validateJobSpec",
)
def restart_policy_of_a_job_is_always(spec: dict[str, Any]) -> Iterator[Spot]:
    """A Job is complete when its pods end, so they cannot restart always, which is the default.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          template: {spec: {containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if spec["template"]["spec"].get("restartPolicy") in {None, "", "Always"}:
        yield found("template", "spec", "restartPolicy")


@rule(
    "KQ2503",
    "Job",
    "the name {name} has {length} characters, and the Job's pods carry it as a label, whose value has at most {most}",
    "shorten the name to {most} characters",
    reason="Invalid",
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabels",
)
def job_name_is_too_long_for_a_label(job: dict[str, Any]) -> Iterator[Spot]:
    """The server labels the pods of a Job with its name, and the value of a label has at most 63 characters.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training-of-the-large-model-with-all-the-data-of-last-year-and-the-one-before},
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training-large-two-years},
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    name = name_of(job)
    if (
        len(name) > LABEL_LENGTH
        and is_subdomain(name)
        and not _has_manual_selector(job)
        and not _labels(job["spec"]).keys() >= {*NAME_LABELS}
    ):
        yield found("spec", "template", "labels", name=name, length=len(name), most=LABEL_LENGTH)


@rule(
    "KQ2504",
    "Job",
    "the label {key}: {value} of the pods is reserved: the server sets it",
    "remove the label: the server adds it",
    needs="ObjectMeta.labels",
    reason="Invalid",
    upstream="batch/validation.validateGeneratedSelector",
)
def pods_have_a_reserved_label(job: dict[str, Any]) -> Iterator[Spot]:
    """The server labels a Job's pods with the Job's name and its unique id, which is new for each Job.

    The labels are part of what ``kubectl get job -o yaml`` prints; a Job cannot be created again with them.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {template: {
          metadata: {labels: {controller-uid: 5d3f2b9e-0d53-4a86-9c2e-6f0c6f0d9c11}},
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {template: {
          metadata: {labels: {team: vision}},
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    given = _labels(job["spec"])
    for key, value in _server_labels(job).items() if given else ():
        if key in given and (given[key] or "") != value and not _has_manual_selector(job):
            yield found("spec", "template", "metadata", "labels", key, key=key, value=given[key] or "")


@rule(
    "KQ2505",
    "Job",
    "selector must be the one that the server generates, and this one requires {asked}",
    "remove `selector`: the server generates one that finds this Job's pods and no others",
    needs="JobSpec.selector",
    reason="Invalid",
    upstream="batch/validation.validateGeneratedSelector",
)
def selector_is_not_the_generated_one(job: dict[str, Any]) -> Iterator[Spot]:
    """The server generates the selector of a Job from a unique id; a selector that is given must agree with it.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {selector: {matchLabels: {app: training}}, template: {
          metadata: {labels: {app: training}},
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {template: {
          metadata: {labels: {app: training}},
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    selector = job["spec"].get("selector") or {}
    if not _has_manual_selector(job) and is_readable(selector) and not selects(selector, _server_labels(job)):
        yield found("spec", "selector", asked=list(unmet(selector, _server_labels(job))))


@rule(
    "KQ2506",
    "Job",
    "selector is required when manualSelector is true",
    "remove `manualSelector`: the server then generates the selector",
    needs="JobSpec.manualSelector",
    reason="Required",
    upstream="batch/validation.ValidateJobSpec",
)
def manual_selector_is_missing(job: dict[str, Any]) -> Iterator[Spot]:
    """With ``manualSelector: true`` the server generates no selector, and a Job needs one.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {manualSelector: true, template: {
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {template: {
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if _has_manual_selector(job) and job["spec"].get("selector") is None:
        yield found("spec", "selector")


@rule(
    "KQ2507",
    "Job",
    "selector requires {asked}, and the pods' labels do not match",
    "add the labels that the selector requires: `template: {{metadata: {{labels: …}}}}`",
    needs="JobSpec.selector",
    reason="Invalid",
    upstream="batch/validation.ValidateJobSpec",
)
def job_does_not_select_its_pods(job: dict[str, Any]) -> Iterator[Spot]:
    """The selector of a Job must match the Job's own pods.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          manualSelector: true, selector: {matchLabels: {run: "2"}}, template: {
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          manualSelector: true, selector: {matchLabels: {run: "2"}}, template: {metadata: {labels: {run: "2"}},
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    selector = job["spec"].get("selector") or {}
    generated = {} if _has_manual_selector(job) else _server_labels(job)
    labels = {**_labels(job["spec"]), **generated}
    if is_readable(selector) and not selects(selector, labels) and (_has_manual_selector(job) or selects(selector, generated)):
        yield found("spec", "template", "metadata", "labels", asked=list(unmet(selector, labels)))


@rule(
    "KQ2508",
    "JobTemplateSpec",
    "selector must not be set for a CronJob's Jobs: the server generates it",
    "remove `selector`",
    reason="Invalid",
    upstream="batch/validation.ValidateJobTemplateSpec",
)
def job_template_with_a_selector(template: dict[str, Any]) -> Iterator[Spot]:
    """A CronJob creates many Jobs from one template; with one selector they would claim each other's pods.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          selector: {matchLabels: {app: nightly}},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    if template["spec"].get("selector") is not None:
        yield found("spec", "selector")


@rule(
    "KQ2509",
    "JobTemplateSpec",
    "manualSelector must not be true for a CronJob's Jobs: the server generates their selectors",
    "remove `manualSelector`",
    reason="NotSupported",
    upstream="batch/validation.ValidateJobTemplateSpec",
)
def job_template_with_a_manual_selector(template: dict[str, Any]) -> Iterator[Spot]:
    """A CronJob creates many Jobs from one template, and the server generates a selector for each of them.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          manualSelector: true,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    if _has_manual_selector(template):
        yield found("spec", "manualSelector")


@rule(
    "KQ2510",
    "JobSpec.managedBy",
    "managedBy must be a domain, a slash and a path, and is {value}",
    ("write a name such as kueue.x-k8s.io/multikueue, with at most 63 characters, or remove `managedBy` to use Kubernetes' own controller"),
    reason="Invalid",
    upstream="batch/validation.validateJobSpec",
)
def managed_by_is_invalid(value: str) -> Iterator[Spot]:
    """The controller of a Job, where it is not Kubernetes' own, is named by a domain and a path.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {managedBy: kueue,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {managedBy: kueue.x-k8s.io/multikueue,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    domain, _, path = value.partition("/")
    if not is_subdomain(domain) or not _CONTROLLER_PATH.fullmatch(path) or len(value) > LABEL_LENGTH:
        yield found(value=value)


pod_replacement_policy_is_unknown = one_of(
    "KQ2511",
    "JobSpec.podReplacementPolicy",
    REPLACEMENTS,
    hints=(
        "did you mean {near}?",
        "write Failed to replace a pod only when it has ended, or TerminatingOrFailed to replace it as soon as it is terminating",
    ),
    upstream="batch/validation.validatePodReplacementPolicy",
    page="""A Job replaces a pod when it has failed, or as soon as it is terminating.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podReplacementPolicy: Terminated,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podReplacementPolicy: Failed,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


@rule(
    "KQ2512",
    "JobSpec",
    "podReplacementPolicy must be Failed when podFailurePolicy is set",
    "write `podReplacementPolicy: Failed`, or remove `podReplacementPolicy`",
    needs="podFailurePolicy",
    reason="NotSupported",
    upstream="batch/validation.validatePodReplacementPolicy",
)
def pods_are_replaced_before_they_have_failed(spec: dict[str, Any]) -> Iterator[Spot]:
    """A pod failure policy looks at how a pod ended, so a pod must have ended before it is replaced.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podReplacementPolicy: TerminatingOrFailed,
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podReplacementPolicy: Failed,
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if spec.get("podFailurePolicy") is not None and spec.get("podReplacementPolicy") == "TerminatingOrFailed":
        yield found("podReplacementPolicy")
