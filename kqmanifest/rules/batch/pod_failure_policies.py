"""Failure policies of Jobs: what the exit code or the end of a pod means for its Job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import Words, nearest
from kqmanifest.vocabulary.names import is_qualified

ACTIONS: Final = ("FailJob", "FailIndex", "Ignore", "Count")
OPERATORS: Final = ("In", "NotIn")
STATUSES: Final = ("True", "False", "Unknown")
MOST_RULES: Final = 20
MOST_PATTERNS: Final = 20
MOST_CODES: Final = 255


def _rules(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, int], dict[str, Any]]]:
    for index, one in enumerate((spec.get("podFailurePolicy") or {}).get("rules") or ()):
        yield ("podFailurePolicy", "rules", index), one


def _codes(requirement: Mapping[str, Any]) -> list[int]:
    return [value or 0 for value in requirement["values"]]


@rule(
    "KQ2527",
    "JobSpec",
    "podFailurePolicy judges pods that have failed, and with `restartPolicy: OnFailure` a failed one goes on",
    "write `restartPolicy: Never`",
    needs="podFailurePolicy",
)
def failed_pods_go_on(spec: dict[str, Any]) -> Iterator[Finding]:
    """A failure policy looks at how a pod ended, so its containers must not restart in place.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: OnFailure, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if spec.get("podFailurePolicy") is not None and spec["template"]["spec"].get("restartPolicy") == "OnFailure":
        yield found("template", "spec", "restartPolicy")


@rule(
    "KQ2528",
    "PodFailurePolicy.rules",
    "a failure policy has at most {most} rules, and this one has {number}",
    "join rules with one action: `onExitCodes` takes several values",
)
def failure_policy_has_too_many_rules(rules: list[Any]) -> Iterator[Finding]:
    """A failure policy has at most twenty rules.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [&one {action: FailJob, onExitCodes: {operator: In, values: [42]}},
            *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42, 43]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if len(rules) > MOST_RULES:
        yield found(number=len(rules), most=MOST_RULES)


@rule(
    "KQ2529",
    "PodFailurePolicyRule.action",
    "there is no action {value}",
    "did you mean {near}?",
    "write FailJob, FailIndex, Ignore or Count",
)
def failure_action_is_unknown(value: str) -> Iterator[Finding]:
    """A failed pod fails its Job or its index, is not counted, or is counted as ever.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Fail, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if value not in ACTIONS:
        yield found(value=value, near=nearest(value, ACTIONS))


@rule(
    "KQ2530",
    "JobSpec",
    "FailIndex ends one index, and this Job does not count the failures of each",
    "write `backoffLimitPerIndex`, or FailJob for FailIndex",
    needs="podFailurePolicy",
)
def index_fails_without_a_limit(spec: dict[str, Any]) -> Iterator[Finding]:
    """Only where each index has its own limit can one index fail and the others go on.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, backoffLimitPerIndex: 1,
          podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    for place, one in _rules(spec) if spec.get("backoffLimitPerIndex") is None else ():
        if one["action"] == "FailIndex":
            yield found(*place, "action")


@rule(
    "KQ2531",
    "PodFailurePolicyRule",
    "a rule asks for exit codes and for conditions of the pod",
    "make two rules of it",
)
def failure_rule_asks_twice(one: dict[str, Any]) -> Iterator[Finding]:
    """A rule of a failure policy looks at exit codes or at conditions.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [
            {action: Ignore, onExitCodes: {operator: In, values: [42]}, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [
            {action: Ignore, onExitCodes: {operator: In, values: [42]}}, {action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if one.get("onExitCodes") is not None and one.get("onPodConditions"):
        yield found()


@rule(
    "KQ2532",
    "PodFailurePolicyRule",
    "a rule does not say which failures it is about",
    "give it `onExitCodes`, such as `{{operator: In, values: [42]}}`, or `onPodConditions`, such as `[{{type: DisruptionTarget}}]`",
)
def failure_rule_asks_for_nothing(one: dict[str, Any]) -> Iterator[Finding]:
    """A rule of a failure policy looks at exit codes or at conditions.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podFailurePolicy: {rules: [{action: Ignore}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if one.get("onExitCodes") is None and not one.get("onPodConditions"):
        yield found()


@rule(
    "KQ2533",
    "PodFailurePolicyOnExitCodesRequirement.operator",
    "there is no operator {value}",
    "did you mean {near}?",
    "write In or NotIn",
)
def exit_code_operator_is_unknown(value: str) -> Iterator[Finding]:
    """An exit code is one of the values, or it is not.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: Equals, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if value not in OPERATORS:
        yield found(value=value, near=nearest(value, OPERATORS))


@rule(
    "KQ2534",
    "JobSpec",
    "no container of the pod is called {name}",
    "did you mean {near}?",
    "name one of its containers: {known}",
    "take `containerName` out to mean any of them",
    needs="podFailurePolicy",
)
def exit_code_of_an_unknown_container(spec: dict[str, Any]) -> Iterator[Finding]:
    """A rule may be about the exit codes of one container, which is then one of the pod's containers or init containers.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: mian, operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {containerName: main, operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    pod_spec = spec["template"]["spec"]
    known = Words(one["name"] for key in ("initContainers", "containers") for one in pod_spec.get(key) or ())
    for place, one in _rules(spec):
        name = (one.get("onExitCodes") or {}).get("containerName")
        if name is not None and name not in known:
            yield found(*place, "onExitCodes", "containerName", name=name, near=known.nearest(name), known=known.some() or None)


@rule(
    "KQ2535",
    "PodFailurePolicyOnExitCodesRequirement.values",
    "a rule is about 1 to {most} exit codes, and this one about {number}",
    "list the exit codes that it is about, such as `values: [42]`",
)
def exit_codes_are_too_few_or_many(values: list[Any]) -> Iterator[Finding]:
    """A rule about exit codes lists at least one and at most 255.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: []}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if not 0 < len(values) <= MOST_CODES:
        yield found(number=len(values), most=MOST_CODES)


@rule(
    "KQ2536",
    "PodFailurePolicyOnExitCodesRequirement",
    "exit code 0 is no failure",
    "take the 0 out, or write `operator: NotIn`",
)
def success_is_taken_for_a_failure(requirement: dict[str, Any]) -> Iterator[Finding]:
    """A container that ends with 0 has not failed, so no failure policy is asked.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [0, 42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    for index, value in enumerate(_codes(requirement)):
        if value == 0 and requirement["operator"] == "In":
            yield found("values", index)


@rule(
    "KQ2537",
    "PodFailurePolicyOnExitCodesRequirement",
    "exit code {value} is listed twice",
    "take one of the two out",
)
def exit_code_is_listed_twice(requirement: dict[str, Any]) -> Iterator[Finding]:
    """Exit codes are listed once each.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42, 42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    seen: set[int] = set()
    for index, value in enumerate(_codes(requirement)):
        if value in seen:
            yield found("values", index, value=value)
        seen.add(value)


@rule(
    "KQ2538",
    "PodFailurePolicyOnExitCodesRequirement",
    "the exit codes {values} are not in order",
    "list them from low to high: {ordered}",
)
def exit_codes_are_out_of_order(requirement: dict[str, Any]) -> Iterator[Finding]:
    """Exit codes are listed from low to high.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [43, 42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42, 43]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    values = _codes(requirement)
    if values != sorted(values):
        yield found("values", values=values, ordered=sorted(values))


@rule(
    "KQ2539",
    "PodFailurePolicyOnPodConditionsPattern.type",
    "{value} is not a type of condition",
    "write one such as DisruptionTarget or example.com/OutOfGpuMemory",
)
def condition_type_is_not_qualified(value: str) -> Iterator[Finding]:
    """The type of a pod's condition is a name, with perhaps a domain and a slash before it.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: "Disruption Target"}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if not is_qualified(value):
        yield found(value=value)


@rule(
    "KQ2540",
    "PodFailurePolicyOnPodConditionsPattern.status",
    "{value} is not the status of a condition",
    'write "True", "False" or "Unknown", in quotes',
)
def condition_status_is_unknown(value: str) -> Iterator[Finding]:
    """A condition is true, false, or it is not known which.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "yes"}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if value and value not in STATUSES:
        yield found(value=value)


@rule(
    "KQ2541",
    "PodFailurePolicyRule.onPodConditions",
    "a rule is about at most {most} conditions, and this one about {number}",
    "make two rules of it",
)
def conditions_are_too_many(conditions: list[Any]) -> Iterator[Finding]:
    """A rule about conditions lists at most twenty.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [&one {type: DisruptionTarget},
            *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if len(conditions) > MOST_PATTERNS:
        yield found(number=len(conditions), most=MOST_PATTERNS)
