"""Jobs: how many pods, how often again, which pods are theirs, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import LABEL_LENGTH, is_subdomain
from kqmanifest.vocabulary.selectors import is_readable, selects, unmet

NAME_LABELS: Final = ("job-name", "batch.kubernetes.io/job-name")
UID_LABELS: Final = ("controller-uid", "batch.kubernetes.io/controller-uid")
REPLACEMENTS: Final = ("TerminatingOrFailed", "Failed")
_DRAWN: Final = "\0"
"""What the server draws at random, and nobody can write."""
_GENERATED_LENGTH: Final = 58
_CONTROLLER_PATH: Final = re.compile(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", re.ASCII)


def called(thing: Mapping[str, Any]) -> str:
    """Give an object's name as the server has it when it judges it: five letters or digits complete a ``generateName``."""
    metadata = thing.get("metadata") or {}
    prefix = metadata.get("generateName") or ""
    return metadata.get("name") or (prefix and f"{prefix[:_GENERATED_LENGTH]}xxxxx")


def _labels(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    return (spec["template"].get("metadata") or {}).get("labels") or {}


def _generated(job: Mapping[str, Any]) -> dict[str, str]:
    """Give the labels with which the server marks the pods of a Job, unless their selector is the user's own.

    A Job that a server has printed, with a ``resourceVersion``, has its unique id already.
    """
    metadata = job.get("metadata") or {}
    uid = metadata.get("uid") if metadata.get("resourceVersion") else None
    return {**dict.fromkeys(NAME_LABELS, metadata.get("name") or _DRAWN), **dict.fromkeys(UID_LABELS, uid or _DRAWN)}


def _selects_by_hand(job: Mapping[str, Any]) -> bool:
    return job["spec"].get("manualSelector") is True


@rule(
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
    "{value} is less than nothing",
    "use a number from 0 up",
)
def job_counts_below_nothing(value: int) -> Iterator[Finding]:
    """Whatever a Job or CronJob counts, pods, seconds or attempts, it counts from 0.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: -1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {backoffLimit: 0,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if value < 0:
        yield found(value=value)


@rule(
    "KQ2502",
    "JobSpec",
    "a Job's pods cannot restart always, as pods do where nothing else is said",
    "write `restartPolicy: Never` to get a new pod after a failure, or `restartPolicy: OnFailure` to restart in the same one",
)
def job_restarts_always(spec: dict[str, Any]) -> Iterator[Finding]:
    """A Job is over when its pods end, so they cannot be restarted always, as pods are where nothing else is said.

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
    "the Job's name {name} has {length} characters, and its pods carry it as a label, which holds {most}",
    "shorten the name to {most} characters",
)
def job_name_is_too_long_for_a_label(job: dict[str, Any]) -> Iterator[Finding]:
    """The server labels the pods of a Job with its name, and a label's value has at most 63 characters.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training-of-the-large-model-with-all-the-data-of-last-year-and-the-one-before},
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training-large-two-years},
          spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    name = called(job)
    if len(name) > LABEL_LENGTH and is_subdomain(name) and not _selects_by_hand(job) and not _labels(job["spec"]).keys() >= {*NAME_LABELS}:
        yield found("spec", "template", "labels", name=name, length=len(name), most=LABEL_LENGTH)


@rule(
    "KQ2504",
    "Job",
    "the pods carry the label {key}: {value}, which is the server's own",
    "take the label out: the server adds it",
    needs="ObjectMeta.labels",
)
def label_is_the_servers_own(job: dict[str, Any]) -> Iterator[Finding]:
    """The server labels a Job's pods with the Job's name and its unique id, which is new for each Job.

    They are in what ``kubectl get job -o yaml`` prints, and a Job cannot be made again with them.

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
    for key, value in _generated(job).items() if given else ():
        if key in given and (given[key] or "") != value and not _selects_by_hand(job):
            yield found("spec", "template", "metadata", "labels", key, key=key, value=given[key] or "")


@rule(
    "KQ2505",
    "Job",
    "the selector is to be the server's, and this one asks for {asked}",
    "take the selector out: the server makes one that finds this Job's pods and no others",
    needs="JobSpec.selector",
)
def selector_is_not_the_generated_one(job: dict[str, Any]) -> Iterator[Finding]:
    """The server makes the selector of a Job, by an id that no other Job has; what is given must agree with it.

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
    if not _selects_by_hand(job) and is_readable(selector) and not selects(selector, _generated(job)):
        yield found("spec", "selector", asked=list(unmet(selector, _generated(job))))


@rule(
    "KQ2506",
    "Job",
    "`manualSelector: true` says that you give the selector, and there is none",
    "take `manualSelector` out: the server then makes the selector",
    needs="JobSpec.manualSelector",
)
def manual_selector_is_missing(job: dict[str, Any]) -> Iterator[Finding]:
    """With ``manualSelector: true`` the server makes no selector, and a Job needs one.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {manualSelector: true, template: {
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {template: {
          spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if _selects_by_hand(job) and job["spec"].get("selector") is None:
        yield found("spec", "selector")


@rule(
    "KQ2507",
    "Job",
    "the selector asks for {asked}, and the pods' labels do not give it",
    "label the pods as the selector asks: `template: {{metadata: {{labels: …}}}}`",
    needs="JobSpec.selector",
)
def job_does_not_select_its_pods(job: dict[str, Any]) -> Iterator[Finding]:
    """A Job's selector finds the Job's own pods.

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
    generated = {} if _selects_by_hand(job) else _generated(job)
    labels = {**_labels(job["spec"]), **generated}
    if is_readable(selector) and not selects(selector, labels) and (_selects_by_hand(job) or selects(selector, generated)):
        yield found("spec", "template", "metadata", "labels", asked=list(unmet(selector, labels)))


@rule(
    "KQ2508",
    "JobTemplateSpec",
    "a CronJob's Jobs have a selector that the server makes",
    "take `selector` out",
)
def job_template_with_a_selector(template: dict[str, Any]) -> Iterator[Finding]:
    """A CronJob makes many Jobs of one template, and with one selector they would take each other's pods.

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
    "a CronJob's Jobs have a selector that the server makes, so it cannot be manual",
    "take `manualSelector` out",
)
def job_template_selects_by_hand(template: dict[str, Any]) -> Iterator[Finding]:
    """A CronJob makes many Jobs of one template, and the server makes a selector for each of them.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          manualSelector: true,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    if _selects_by_hand(template):
        yield found("spec", "manualSelector")


@rule(
    "KQ2510",
    "JobSpec.managedBy",
    "{value} does not name a controller",
    "write a domain, a slash and a name, such as kueue.x-k8s.io/multikueue, with at most 63 characters; take it out for Kubernetes' own",
)
def managed_by_is_no_path(value: str) -> Iterator[Finding]:
    """Who is to run a Job, where it is not Kubernetes itself, is named by a domain and a path.

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


@rule(
    "KQ2511",
    "JobSpec.podReplacementPolicy",
    "there is no policy {value} for the replacement of pods",
    "did you mean {near}?",
    "write Failed to wait until a pod is gone, or TerminatingOrFailed not to",
)
def replacement_policy_is_unknown(value: str) -> Iterator[Finding]:
    """A Job replaces a pod when it has failed, or as soon as it begins to go.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podReplacementPolicy: Terminated,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podReplacementPolicy: Failed,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if value not in REPLACEMENTS:
        yield found(value=value, near=nearest(value, REPLACEMENTS))


@rule(
    "KQ2512",
    "JobSpec",
    "pods would be replaced while they still end, and podFailurePolicy judges them only then",
    "write `podReplacementPolicy: Failed`, or take it out",
    needs="podFailurePolicy",
)
def pods_are_replaced_before_they_are_judged(spec: dict[str, Any]) -> Iterator[Finding]:
    """A failure policy looks at how a pod ended, so the pod must have ended before another replaces it.

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
