"""Scheduling: which node a pod runs on, and which of a node's taints it tolerates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches, one_of
from kqmanifest.rules.forms import SUBDOMAIN, qualified
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_label_value

_OPERATORS = ("Equal", "Exists")
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


node_name_is_not_a_dns_subdomain = matches(
    "KQ2430",
    "PodSpec.nodeName",
    SUBDOMAIN,
    may_be_empty=True,
    upstream="core/validation.ValidatePodSpec",
    page="""Nodes are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        nodeName: GPU_1

    Right:
        nodeName: gpu-1
    """,
)


@rule(
    "KQ2431",
    "Pod",
    "nodeName must not be {node} as long as the scheduling gate {gate} is present",
    "remove `nodeName`, and select the node with a `nodeSelector`; or remove `schedulingGates`",
    reason="Forbidden",
    upstream="core/validation.ValidatePodCreate",
)
def pod_with_scheduling_gates_has_a_node_name(pod: dict[str, Any]) -> Iterator[Spot]:
    """A pod with scheduling gates is not scheduled yet, so it cannot be on a node.

    Wrong:
        nodeName: gpu-1
        schedulingGates: [{name: example.com/quota}]

    Right:
        nodeSelector: {kubernetes.io/hostname: gpu-1}
        schedulingGates: [{name: example.com/quota}]
    """
    spec = pod["spec"]
    if spec.get("nodeName") and spec.get("schedulingGates"):
        yield found("spec", "nodeName", node=spec["nodeName"], gate=spec["schedulingGates"][0]["name"])


toleration_key_is_not_a_qualified_name = matches(
    "KQ2432",
    "Toleration.key",
    qualified("nvidia.com/gpu"),
    message="the toleration key {value} is not a qualified name",
    may_be_empty=True,
    upstream="core/validation.ValidateTolerations",
    page="""The key of a taint has the form of a label key: a name, which a domain and a slash may precede.

    Wrong:
        tolerations: [{key: "nvidia.com/gpu=present", operator: Exists}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Equal, value: present}]
    """,
)


@rule(
    "KQ2433",
    ("PodSpec.tolerations", "Scheduling.tolerations"),
    "a toleration without a key must have operator Exists, and has {operator}",
    "add the taint's `key`; or write `operator: Exists`, which without a key tolerates every taint",
    reason="Invalid",
    upstream="core/validation.ValidateTolerations",
)
def toleration_without_a_key(tolerations: list[dict[str, Any] | None]) -> Iterator[Spot]:
    """A toleration names the key of a taint; only with ``operator: Exists`` may it have none, and then it tolerates all taints.

    Wrong:
        tolerations: [{operator: Equal, value: present, effect: NoSchedule}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Equal, value: present, effect: NoSchedule}]
    """
    for index, toleration in enumerate(tolerations):
        operator = (toleration or {}).get("operator") or "Equal"
        if operator == "Equal" and not (toleration or {}).get("key"):
            yield found(index, "operator", operator=operator)


@rule(
    "KQ2434",
    "Toleration",
    "tolerationSeconds requires effect NoExecute",
    "change `effect: {effect}` to `effect: NoExecute`, or remove `tolerationSeconds`",
    "add `effect: NoExecute`, or remove `tolerationSeconds`",
    needs="tolerationSeconds",
    reason="Invalid",
    upstream="core/validation.ValidateTolerations",
)
def toleration_seconds_without_no_execute(toleration: dict[str, Any]) -> Iterator[Spot]:
    """Only the effect ``NoExecute`` evicts pods from a node, so only it can do so after some seconds.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule, tolerationSeconds: 300}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]
    """
    effect = toleration.get("effect")
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute" and (not effect or effect in _EFFECTS):
        yield found("effect", effect=effect or None)


@rule(
    "KQ2435",
    "Toleration",
    "the toleration value {value} is not a valid label value",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
    needs="value",
    reason="Invalid",
    upstream="core/validation.ValidateTolerations",
)
def toleration_value_is_not_a_label_value(toleration: dict[str, Any]) -> Iterator[Spot]:
    """The value of a taint has the form of a label value: short and plain.

    Wrong:
        tolerations: [{key: team, operator: Equal, value: "vision and language", effect: NoSchedule}]

    Right:
        tolerations: [{key: team, operator: Equal, value: vision-and-language, effect: NoSchedule}]
    """
    value = toleration.get("value") or ""
    if (toleration.get("operator") or "Equal") == "Equal" and not is_label_value(value):
        yield found("operator", value=value)


@rule(
    "KQ2436",
    "Toleration",
    "value must be empty when operator is Exists, and is {value}",
    "remove `value`, or write `operator: Equal`",
    needs="value",
    reason="Invalid",
    upstream="core/validation.ValidateTolerations",
)
def toleration_value_with_operator_exists(toleration: dict[str, Any]) -> Iterator[Spot]:
    """``Exists`` tolerates a taint by its key alone, whatever its value.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, value: present, effect: NoSchedule}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Equal, value: present, effect: NoSchedule}]
    """
    if toleration.get("operator") == "Exists" and toleration.get("value"):
        yield found("operator", value=toleration["value"])


toleration_operator_is_unknown = one_of(
    "KQ2437",
    "Toleration.operator",
    _OPERATORS,
    message="unknown toleration operator {value}",
    may_be_empty=True,
    upstream="core/validation.ValidateTolerations",
    page="""A taint is tolerated by its key and value (``Equal``) or by its key alone (``Exists``).

    Newer versions also know ``Lt`` and ``Gt``, and have them disabled by default.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: exists, effect: NoSchedule}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
    """,
)


toleration_effect_is_unknown = one_of(
    "KQ2438",
    "Toleration.effect",
    _EFFECTS,
    message="unknown taint effect {value}",
    hints=("did you mean {near}?", "write NoSchedule, PreferNoSchedule or NoExecute, or remove `effect` to tolerate all three"),
    may_be_empty=True,
    upstream="core/validation.ValidateTolerations",
    page="""A taint has one of three effects.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: noSchedule}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
    """,
)
