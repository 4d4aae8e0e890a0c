"""Pods: when they start and end, what they run on, and the objects that they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_qualified, is_subdomain
from kqmanifest.vocabulary.spelling import nearest

_RESTARTS = ("Always", "OnFailure", "Never")
_PREEMPTIONS = ("PreemptLowerPriority", "Never")
_SYSTEMS = ("linux", "windows")
_FARTHEST_DEADLINE = 2**31 - 1


@rule(
    "KQ2401",
    "PodSpec.restartPolicy",
    "unknown restartPolicy {policy}",
    "did you mean {near}?",
    "write Always, OnFailure or Never",
    reason="NotSupported",
    upstream="core/validation.validateRestartPolicy",
)
def restart_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """A pod's containers are restarted always, after a failure, or never.

    Wrong:
        restartPolicy: never

    Right:
        restartPolicy: Never
    """
    if policy and policy not in _RESTARTS:
        yield found(policy=policy, near=nearest(policy, _RESTARTS))


@rule(
    "KQ2402",
    "PodSpec.activeDeadlineSeconds",
    "activeDeadlineSeconds must be between 1 and 2147483647, and is {seconds}",
    "use a number from 1 to 2147483647, or remove it for no deadline",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def active_deadline_is_out_of_range(seconds: int) -> Iterator[Finding]:
    """A pod may run for at least one second, and for at most 2147483647.

    Wrong:
        activeDeadlineSeconds: 0

    Right:
        activeDeadlineSeconds: 3600
    """
    if not 1 <= seconds <= _FARTHEST_DEADLINE:
        yield found(seconds=seconds)


@rule(
    "KQ2403",
    "PodOS.name",
    "unknown operating system {name}",
    "did you mean {near}?",
    "write linux or windows",
    reason="NotSupported",
    upstream="core/validation.validateOS",
)
def operating_system_is_unknown(name: str) -> Iterator[Finding]:
    """Pods run on Linux or on Windows.

    Wrong:
        os: {name: Linux}

    Right:
        os: {name: linux}
    """
    if name not in _SYSTEMS:
        yield found(name=name, near=nearest(name, _SYSTEMS))


@rule(
    "KQ2420",
    "PodSpec.serviceAccountName",
    "serviceAccountName {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def service_account_name_is_not_a_dns_subdomain(name: str) -> Iterator[Finding]:
    """Service accounts are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        serviceAccountName: Training_Runner

    Right:
        serviceAccountName: training-runner
    """
    if name and not is_subdomain(name):
        yield found(name=name)


@rule(
    "KQ2428",
    "PodSpec",
    "serviceAccount {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends; and rename the field to `serviceAccountName`",
    needs="serviceAccount",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def deprecated_service_account_is_not_a_dns_subdomain(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """``serviceAccount`` is the deprecated name of ``serviceAccountName``, and is used where that is not given.

    Wrong:
        serviceAccount: Training_Runner

    Right:
        serviceAccountName: training-runner
    """
    name = pod_spec["serviceAccount"]
    if name and not pod_spec.get("serviceAccountName") and not is_subdomain(name):
        yield found("serviceAccount", name=name)


@rule(
    "KQ2421",
    "PodSpec.priorityClassName",
    "priorityClassName {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def priority_class_name_is_not_a_dns_subdomain(name: str) -> Iterator[Finding]:
    """Priority classes are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        priorityClassName: High_Priority

    Right:
        priorityClassName: high-priority
    """
    if name and not is_subdomain(name):
        yield found(name=name)


@rule(
    "KQ2422",
    "PodSpec.runtimeClassName",
    "runtimeClassName {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends; or remove it for the cluster's default runtime",
    reason="Invalid",
    upstream="core/validation.ValidateRuntimeClassName",
)
def runtime_class_name_is_not_a_dns_subdomain(name: str) -> Iterator[Finding]:
    """Runtime classes are named like DNS subdomains, and an empty name is not one.

    Wrong:
        runtimeClassName: ""

    Right:
        runtimeClassName: nvidia
    """
    if not is_subdomain(name):
        yield found(name=name)


@rule(
    "KQ2423",
    "PodSpec.preemptionPolicy",
    "unknown preemptionPolicy {policy}",
    "did you mean {near}?",
    "write PreemptLowerPriority or Never",
    reason="NotSupported",
    upstream="core/validation.ValidatePreemptionPolicy",
)
def preemption_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """A pod preempts pods of lower priority, or it never does.

    Wrong:
        preemptionPolicy: Always

    Right:
        preemptionPolicy: PreemptLowerPriority
    """
    if policy not in _PREEMPTIONS:
        yield found(policy=policy, near=nearest(policy, _PREEMPTIONS))


@rule(
    "KQ2424",
    "PodReadinessGate.conditionType",
    "conditionType {name} is not a qualified name",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; "
    "a domain and a slash may come first, as in example.com/registered",
    reason="Invalid",
    upstream="core/validation.validateReadinessGates",
)
def readiness_gate_is_not_a_qualified_name(name: str) -> Iterator[Finding]:
    """The type of a condition has the form of a label key: a name, which a domain and a slash may precede.

    Wrong:
        readinessGates: [{conditionType: "is registered"}]

    Right:
        readinessGates: [{conditionType: example.com/registered}]
    """
    if not is_qualified(name):
        yield found(name=name)


@rule(
    "KQ2425",
    "PodSpec.schedulingGates",
    "the scheduling gate {name} is not a qualified name",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; "
    "a domain and a slash may come first, as in example.com/quota",
    reason="Invalid",
    upstream="core/validation.validateSchedulingGates",
)
def scheduling_gate_is_not_a_qualified_name(gates: list[dict[str, Any]]) -> Iterator[Finding]:
    """The name of a scheduling gate has the form of a label key: a name, which a domain and a slash may precede.

    Wrong:
        schedulingGates: [{name: "wait for quota"}]

    Right:
        schedulingGates: [{name: example.com/quota}]
    """
    for index, gate in enumerate(gates):
        if not is_qualified(gate["name"]):
            yield found(index, name=gate["name"])


@rule(
    "KQ2426",
    "PodSpec.schedulingGates",
    "the scheduling gate {name} is given twice",
    "keep one of the two",
    reason="Duplicate",
    upstream="core/validation.validateSchedulingGates",
)
def scheduling_gate_is_repeated(gates: list[dict[str, Any]]) -> Iterator[Finding]:
    """Each scheduling gate of a pod has a name of its own.

    Wrong:
        schedulingGates: [{name: example.com/quota}, {name: example.com/quota}]

    Right:
        schedulingGates: [{name: example.com/quota}]
    """
    taken: set[str] = set()
    for index, gate in enumerate(gates):
        if gate["name"] in taken:
            yield found(index, name=gate["name"])
        taken.add(gate["name"])
