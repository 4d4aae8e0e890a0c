"""Pods: when they start and end, what they run on, and the objects that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import is_qualified, is_subdomain

_RESTARTS = ("Always", "OnFailure", "Never")
_PREEMPTIONS = ("PreemptLowerPriority", "Never")
_SYSTEMS = ("linux", "windows")
_FARTHEST_DEADLINE = 2**31 - 1


@rule(
    "KQ2401",
    "PodSpec.restartPolicy",
    "{policy} is not a restart policy",
    "did you mean {near}?",
    "write Always, OnFailure or Never",
)
def restart_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """A pod's containers are started again always, after a failure, or never.

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
    "{seconds} seconds is no deadline",
    "use a number from 1 to 2147483647, or take it out for no deadline",
)
def deadline_is_out_of_range(seconds: int) -> Iterator[Finding]:
    """A pod may run for a second at least, and for 2147483647 at most.

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
    "{name} is not an operating system that pods run on",
    "did you mean {near}?",
    "write linux or windows",
)
def system_is_unknown(name: str) -> Iterator[Finding]:
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
    "{name} is not the name of a service account",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
)
def service_account_is_no_subdomain(name: str) -> Iterator[Finding]:
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
    "{name} is not the name of a service account",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends; and call the field `serviceAccountName`",
    needs="serviceAccount",
)
def service_account_by_its_old_field_is_no_subdomain(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """``serviceAccount`` is the old name of ``serviceAccountName``, and counts where that is not given.

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
    "{name} is not the name of a priority class",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
)
def priority_class_is_no_subdomain(name: str) -> Iterator[Finding]:
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
    "{name} is not the name of a runtime class",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends; or take it out for the cluster's own runtime",
)
def runtime_class_is_no_subdomain(name: str) -> Iterator[Finding]:
    """Runtime classes are named like DNS subdomains; an empty name is none.

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
    "{policy} is not a preemption policy",
    "did you mean {near}?",
    "write PreemptLowerPriority or Never",
)
def preemption_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """A pod drives pods of lower priority out, or it never does.

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
    "{name} is not a condition of a pod",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in example.com/registered",
)
def readiness_gate_is_not_qualified(name: str) -> Iterator[Finding]:
    """A condition has a name like the key of a label.

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
    "{name} is not a scheduling gate",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in example.com/quota",
)
def scheduling_gate_is_not_qualified(gates: list[dict[str, Any]]) -> Iterator[Finding]:
    """A scheduling gate has a name like the key of a label.

    Wrong:
        schedulingGates: [{name: "wait for quota"}]

    Right:
        schedulingGates: [{name: example.com/quota}]
    """
    for index, gate in enumerate(gates):
        if not is_qualified(gate["name"]):
            yield found(index, name=gate["name"])


@rule("KQ2426", "PodSpec.schedulingGates", "the scheduling gate {name} is already there", "keep one of the two")
def scheduling_gate_is_repeated(gates: list[dict[str, Any]]) -> Iterator[Finding]:
    """A pod waits behind a gate once.

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
