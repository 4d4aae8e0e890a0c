"""Pod failure policies of Jobs: what the exit code or a condition of a failed pod means for its Job."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.constraints import at_least_one_of, matches, no_more_than, not_together, one_of
from kqmanifest.rules.forms import qualified
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.spelling import Words

ACTIONS: Final = ("FailJob", "FailIndex", "Ignore", "Count")
OPERATORS: Final = ("In", "NotIn")
STATUSES: Final = ("True", "False", "Unknown")
MOST_RULES: Final = 20
CONDITIONS: Final = ("onExitCodes", "onPodConditions")
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
def pod_failure_policy_for_restarting_containers(spec: dict[str, Any]) -> Iterator[Spot]:
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


pod_failure_policy_has_too_many_rules = no_more_than(
    "KQ2528",
    "PodFailurePolicy.rules",
    MOST_RULES,
    message="podFailurePolicy must have at most {most} rules, and has {count}",
    hints="join the rules that have the same action: `onExitCodes` takes several values",
    upstream="batch/validation.validatePodFailurePolicy",
    page="""A pod failure policy has at most twenty rules.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [&one {action: FailJob, onExitCodes: {operator: In, values: [42]}},
            *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42, 43]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


pod_failure_action_is_unknown = one_of(
    "KQ2529",
    "PodFailurePolicyRule.action",
    ACTIONS,
    upstream="batch/validation.validatePodFailurePolicyRule",
    page="""A failed pod fails its Job or its index, is ignored, or is counted as usual.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Fail, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


@rule(
    "KQ2530",
    "JobSpec",
    "the action FailIndex requires backoffLimitPerIndex",
    "write `backoffLimitPerIndex`, or FailJob instead of FailIndex",
    needs="podFailurePolicy",
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRule",
)
def fail_index_without_a_limit_per_index(spec: dict[str, Any]) -> Iterator[Spot]:
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


failure_rule_has_two_conditions = not_together(
    "KQ2531",
    "PodFailurePolicyRule",
    CONDITIONS,
    message="a rule must not have both onExitCodes and onPodConditions",
    hints="split it into two rules",
    filled=True,
    upstream="batch/validation.validatePodFailurePolicyRule",
    page="""A rule of a pod failure policy has either ``onExitCodes`` or ``onPodConditions``.

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
    """,
)


failure_rule_has_no_condition = at_least_one_of(
    "KQ2532",
    "PodFailurePolicyRule",
    CONDITIONS,
    message="a rule needs onExitCodes or onPodConditions",
    hints="add `onExitCodes`, such as `{{operator: In, values: [42]}}`, or `onPodConditions`, such as `[{{type: DisruptionTarget}}]`",
    filled=True,
    reason="Invalid",
    upstream="batch/validation.validatePodFailurePolicyRule",
    page="""A rule of a pod failure policy has either ``onExitCodes`` or ``onPodConditions``.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {podFailurePolicy: {rules: [{action: Ignore}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


exit_code_operator_is_unknown = one_of(
    "KQ2533",
    "PodFailurePolicyOnExitCodesRequirement.operator",
    OPERATORS,
    upstream="batch/validation.validatePodFailurePolicyRuleOnExitCodes",
    page="""``In`` matches the exit codes that are listed, ``NotIn`` those that are not.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: Equals, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: In, values: [42]}}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


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
def exit_code_of_an_unknown_container(spec: dict[str, Any]) -> Iterator[Spot]:
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
def exit_codes_are_too_few_or_many(values: list[Any]) -> Iterator[Spot]:
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
def exit_code_0_as_a_failure(requirement: dict[str, Any]) -> Iterator[Spot]:
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
def exit_code_is_listed_twice(requirement: dict[str, Any]) -> Iterator[Spot]:
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
def exit_codes_are_out_of_order(requirement: dict[str, Any]) -> Iterator[Spot]:
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


condition_type_is_not_a_qualified_name = matches(
    "KQ2539",
    "PodFailurePolicyOnPodConditionsPattern.type",
    qualified("example.com/OutOfGpuMemory"),
    message="the condition type {value} is not a qualified name",
    hints="write a type such as DisruptionTarget or example.com/OutOfGpuMemory",
    upstream="batch/validation.validatePodFailurePolicyRuleOnPodConditions",
    page="""The type of a pod's condition is a name; a domain and a slash may come before it.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: "Disruption Target"}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


condition_status_is_unknown = one_of(
    "KQ2540",
    "PodFailurePolicyOnPodConditionsPattern.status",
    STATUSES,
    message="status must be True, False or Unknown, and is {value}",
    hints='write "True", "False" or "Unknown", in quotes',
    may_be_empty=True,
    upstream="batch/validation.validatePodFailurePolicyRuleOnPodConditions",
    page="""The status of a condition is ``True``, ``False`` or ``Unknown``, as a string.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "yes"}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: "True"}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


conditions_are_too_many = no_more_than(
    "KQ2541",
    "PodFailurePolicyRule.onPodConditions",
    MOST_PATTERNS,
    hints="split the rule into two",
    upstream="batch/validation.validatePodFailurePolicyRuleOnPodConditions",
    page="""A rule lists at most twenty conditions of the pod.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [&one {type: DisruptionTarget},
            *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one, *one]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)
