"""Pods: when they start and end, what they run on, and the objects that they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import between, matches, one_of, unique_by
from kqmanifest.rules.forms import SUBDOMAIN, qualified
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_qualified, is_subdomain

_RESTARTS = ("Always", "OnFailure", "Never")
_PREEMPTIONS = ("PreemptLowerPriority", "Never")
_SYSTEMS = ("linux", "windows")
_FARTHEST_DEADLINE = 2**31 - 1


restart_policy_is_unknown = one_of(
    "KQ2401",
    "PodSpec.restartPolicy",
    _RESTARTS,
    may_be_empty=True,
    upstream="core/validation.validateRestartPolicy",
    page="""A pod's containers are restarted always, after a failure, or never.

    Wrong:
        restartPolicy: never

    Right:
        restartPolicy: Never
    """,
)


active_deadline_is_out_of_range = between(
    "KQ2402",
    "PodSpec.activeDeadlineSeconds",
    (1, _FARTHEST_DEADLINE),
    hints="use a number from 1 to 2147483647, or remove it for no deadline",
    upstream="core/validation.ValidatePodSpec",
    page="""A pod may run for at least one second, and for at most 2147483647.

    Wrong:
        activeDeadlineSeconds: 0

    Right:
        activeDeadlineSeconds: 3600
    """,
)


operating_system_is_unknown = one_of(
    "KQ2403",
    "PodOS.name",
    _SYSTEMS,
    message="unknown operating system {value}",
    upstream="core/validation.validateOS",
    page="""Pods run on Linux or on Windows.

    Wrong:
        os: {name: Linux}

    Right:
        os: {name: linux}
    """,
)


service_account_name_is_not_a_dns_subdomain = matches(
    "KQ2420",
    "PodSpec.serviceAccountName",
    SUBDOMAIN,
    may_be_empty=True,
    upstream="core/validation.ValidatePodSpec",
    page="""Service accounts are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        serviceAccountName: Training_Runner

    Right:
        serviceAccountName: training-runner
    """,
)


@rule(
    "KQ2428",
    "PodSpec",
    "serviceAccount {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends; and rename the field to `serviceAccountName`",
    needs="serviceAccount",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def deprecated_service_account_is_not_a_dns_subdomain(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """``serviceAccount`` is the deprecated name of ``serviceAccountName``, and is used where that is not given.

    Wrong:
        serviceAccount: Training_Runner

    Right:
        serviceAccountName: training-runner
    """
    name = pod_spec["serviceAccount"]
    if name and not pod_spec.get("serviceAccountName") and not is_subdomain(name):
        yield found("serviceAccount", name=name)


priority_class_name_is_not_a_dns_subdomain = matches(
    "KQ2421",
    "PodSpec.priorityClassName",
    SUBDOMAIN,
    may_be_empty=True,
    upstream="core/validation.ValidatePodSpec",
    page="""Priority classes are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        priorityClassName: High_Priority

    Right:
        priorityClassName: high-priority
    """,
)


runtime_class_name_is_not_a_dns_subdomain = matches(
    "KQ2422",
    "PodSpec.runtimeClassName",
    SUBDOMAIN,
    hints="use lower-case letters, digits, dashes and dots, with a letter or digit at both ends; "
    "or remove it for the cluster's default runtime",
    upstream="core/validation.ValidateRuntimeClassName",
    page="""Runtime classes are named like DNS subdomains, and an empty name is not one.

    Wrong:
        runtimeClassName: ""

    Right:
        runtimeClassName: nvidia
    """,
)


preemption_policy_is_unknown = one_of(
    "KQ2423",
    "PodSpec.preemptionPolicy",
    _PREEMPTIONS,
    upstream="core/validation.ValidatePreemptionPolicy",
    page="""A pod preempts pods of lower priority, or it never does.

    Wrong:
        preemptionPolicy: Always

    Right:
        preemptionPolicy: PreemptLowerPriority
    """,
)


readiness_gate_is_not_a_qualified_name = matches(
    "KQ2424",
    "PodReadinessGate.conditionType",
    qualified("example.com/registered"),
    upstream="core/validation.validateReadinessGates",
    page="""The type of a condition has the form of a label key: a name, which a domain and a slash may precede.

    Wrong:
        readinessGates: [{conditionType: "is registered"}]

    Right:
        readinessGates: [{conditionType: example.com/registered}]
    """,
)


@rule(
    "KQ2425",
    "PodSpec.schedulingGates",
    "the scheduling gate {name} is not a qualified name",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; "
    "a domain and a slash may come first, as in example.com/quota",
    reason="Invalid",
    upstream="core/validation.validateSchedulingGates",
)
def scheduling_gate_is_not_a_qualified_name(gates: list[dict[str, Any]]) -> Iterator[Spot]:
    """The name of a scheduling gate has the form of a label key: a name, which a domain and a slash may precede.

    Wrong:
        schedulingGates: [{name: "wait for quota"}]

    Right:
        schedulingGates: [{name: example.com/quota}]
    """
    for index, gate in enumerate(gates):
        if not is_qualified(gate["name"]):
            yield found(index, name=gate["name"])


scheduling_gate_is_repeated = unique_by(
    "KQ2426",
    "PodSpec.schedulingGates",
    "name",
    message="the scheduling gate {value} is given twice",
    upstream="core/validation.validateSchedulingGates",
    page="""Each scheduling gate of a pod has a name of its own.

    Wrong:
        schedulingGates: [{name: example.com/quota}, {name: example.com/quota}]

    Right:
        schedulingGates: [{name: example.com/quota}]
    """,
)
