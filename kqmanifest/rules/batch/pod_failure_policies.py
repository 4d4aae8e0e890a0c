"""Pod failure policies of Jobs: what the exit code or a condition of a failed pod means for its Job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_qualified
from kqmanifest.vocabulary.spelling import Words, nearest

ACTIONS: Final = ("FailJob", "FailIndex", "Ignore", "Count")
OPERATORS: Final = ("In", "NotIn")
STATUSES: Final = ("True", "False", "Unknown")
MOST_RULES: Final = 20
MOST_PATTERNS: Final = 20
MOST_CODES: Final = 255


def _rules(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, int], dict[str, Any]]]:
    for index, policy_rule in enumerate((spec.get("podFailurePolicy") or {}).get("rules") or ()):
        yield ("podFailurePolicy", "rules", index), policy_rule


def _codes(requirement: Mapping[str, Any]) -> list[int]:
    return [value or 0 for value in requirement["values"]]


@rule(
    "KQ2527",
    "JobSpec",
    "restartPolicy must be Never when podFailurePolicy is set",
    "write `restartPolicy: Never`",
    needs="podFailurePolicy",
    reason="Invalid",
    upstream="batch/validation.validateJobSpec",
)
def pod_failure_policy_for_restarting_containers(spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod failure policy looks at how a pod ended, so its containers must not restart in place.

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
    "podFailurePolicy must have at most {most} rules, and has {number}",
    "join the rules that have the same action: `onExitCodes` takes several values",
    reason="TooMany",
    upstream="batch/validation.validatePodFailurePolicy",
)
def pod_failure_policy_has_too_many_rules(rules: list[Any]) -> Iterator[Finding]:
    """A pod failure policy has at most twenty rules.

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
    "unknown action {value}",
    "did you mean {near}?",
    "write FailJob, FailIndex, Ignore or Count",
    reason="NotSupported",
    upstream="batch/validation.validatePodFailurePolicyRule",
)
def pod_failure_action_is_unknown(value: str) -> Iterator[Finding]:
    """A failed pod fails its Job or its index, is ignored, or is counted as usual.

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
    "the action FailIndex requires backoffLimitPerIndex",
    "write `backoffLimitPerIndex`, or FailJob instead of FailIndex",
    needs="podFailurePolicy",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRule",
)
def fail_index_without_a_limit_per_index(spec: dict[str, Any]) -> Iterator[Finding]:
    """An index can fail while the others continue only where each has its own limit.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, backoffLimitPerIndex: 1,
          podFailurePolicy: {rules: [{action: FailIndex, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    for place, policy_rule in _rules(spec) if spec.get("backoffLimitPerIndex") is None else ():
        if policy_rule["action"] == "FailIndex":
            yield found(*place, "action")


@rule(
    "KQ2531",
    "PodFailurePolicyRule",
    "a rule must not have both onExitCodes and onPodConditions",
    "split it into two rules",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRule",
)
def failure_rule_has_two_conditions(policy_rule: dict[str, Any]) -> Iterator[Finding]:
    """A rule of a pod failure policy has either ``onExitCodes`` or ``onPodConditions``.

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
    if policy_rule.get("onExitCodes") is not None and policy_rule.get("onPodConditions"):
        yield found()


@rule(
    "KQ2532",
    "PodFailurePolicyRule",
    "a rule needs onExitCodes or onPodConditions",
    "add `onExitCodes`, such as `{{operator: In, values: [42]}}`, or `onPodConditions`, such as `[{{type: DisruptionTarget}}]`",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRule",
)
def failure_rule_has_no_condition(policy_rule: dict[str, Any]) -> Iterator[Finding]:
    """A rule of a pod failure policy has either ``onExitCodes`` or ``onPodConditions``.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podFailurePolicy: {rules: [{action: Ignore}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if policy_rule.get("onExitCodes") is None and not policy_rule.get("onPodConditions"):
        yield found()


@rule(
    "KQ2533",
    "PodFailurePolicyOnExitCodesRequirement.operator",
    "unknown operator {value}",
    "did you mean {near}?",
    "write In or NotIn",
    reason="NotSupported",
    upstream="batch/validation.validatePodFailurePolicyRuleOnExitCodes",
)
def exit_code_operator_is_unknown(value: str) -> Iterator[Finding]:
    """``In`` matches the exit codes that are listed, ``NotIn`` those that are not.

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
    "containerName {name} is not a container of the pod",
    "did you mean {near}?",
    "name one of its containers: {known}",
    "remove `containerName` to match any of them",
    needs="podFailurePolicy",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRuleOnExitCodes",
)
def exit_code_of_an_unknown_container(spec: dict[str, Any]) -> Iterator[Finding]:
    """A rule may be about the exit codes of one container: one of the pod's containers or init containers.

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
    known = Words(container["name"] for key in ("initContainers", "containers") for container in pod_spec.get(key) or ())
    for place, policy_rule in _rules(spec):
        name = (policy_rule.get("onExitCodes") or {}).get("containerName")
        if name is not None and name not in known:
            yield found(*place, "onExitCodes", "containerName", name=name, near=known.nearest(name), known=known.some() or None)


@rule(
    "KQ2535",
    "PodFailurePolicyOnExitCodesRequirement.values",
    "onExitCodes must have 1 to {most} values, and has {number}",
    "list the exit codes, such as `values: [42]`",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRuleOnExitCodes",
)
def exit_codes_are_too_few_or_many(values: list[Any]) -> Iterator[Finding]:
    """A rule lists at least one exit code and at most 255.

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
    "values must not contain 0 when operator is In: exit code 0 is not a failure",
    "remove the 0, or write `operator: NotIn`",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRuleOnExitCodes",
)
def exit_code_0_as_a_failure(requirement: dict[str, Any]) -> Iterator[Finding]:
    """A container that exits with 0 has not failed, so no rule is applied to it.

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
    "remove one of the two",
    reason="Duplicate",
    upstream="batch/validation.validatePodFailurePolicyRuleOnExitCodes",
)
def exit_code_is_listed_twice(requirement: dict[str, Any]) -> Iterator[Finding]:
    """Each exit code is listed once.

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
    "the exit codes {values} are not in ascending order",
    "list them in ascending order: {ordered}",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRuleOnExitCodes",
)
def exit_codes_are_out_of_order(requirement: dict[str, Any]) -> Iterator[Finding]:
    """Exit codes are listed in ascending order.

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
    "the condition type {value} is not a qualified name",
    "write a type such as DisruptionTarget or example.com/OutOfGpuMemory",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRuleOnPodConditions",
)
def condition_type_is_not_a_qualified_name(value: str) -> Iterator[Finding]:
    """The type of a pod's condition is a name; a domain and a slash may come before it.

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
    "status must be True, False or Unknown, and is {value}",
    'write "True", "False" or "Unknown", in quotes',
    reason="NotSupported",
    upstream="batch/validation.validatePodFailurePolicyRuleOnPodConditions",
)
def condition_status_is_unknown(value: str) -> Iterator[Finding]:
    """The status of a condition is ``True``, ``False`` or ``Unknown``, as a string.

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
    "onPodConditions must have at most {most} items, and has {number}",
    "split the rule into two",
    reason="TooMany",
    upstream="batch/validation.validatePodFailurePolicyRuleOnPodConditions",
)
def conditions_are_too_many(conditions: list[Any]) -> Iterator[Finding]:
    """A rule lists at most twenty conditions of the pod.

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
