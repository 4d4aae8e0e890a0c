"""Scheduling: which node a pod runs on, and which of a node's taints it tolerates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import is_label_value, is_qualified, is_subdomain

_OPERATORS = ("Equal", "Exists")
_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")


@rule(
    "KQ2430",
    "PodSpec.nodeName",
    "{name} is not the name of a node",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
)
def node_name_is_no_subdomain(name: str) -> Iterator[Finding]:
    """Nodes are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        nodeName: GPU_1

    Right:
        nodeName: gpu-1
    """
    if name and not is_subdomain(name):
        yield found(name=name)


@rule(
    "KQ2431",
    "Pod",
    "the pod is put on the node {node}, and the gate {gate} still keeps it from being scheduled",
    "take `nodeName` out, and select the node with a `nodeSelector`",
    "take `nodeName` or `schedulingGates` out",
)
def gated_pod_is_on_a_node(pod: dict[str, Any]) -> Iterator[Finding]:
    """A pod that waits behind scheduling gates is on no node yet.

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


@rule(
    "KQ2432",
    "Toleration.key",
    "{key} is not the key of a taint",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in nvidia.com/gpu",
)
def toleration_key_is_not_qualified(key: str) -> Iterator[Finding]:
    """A taint has a key like a label: a name, with perhaps a domain and a slash before it.

    Wrong:
        tolerations: [{key: "nvidia.com/gpu=present", operator: Exists}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Equal, value: present}]
    """
    if key and not is_qualified(key):
        yield found(key=key)


@rule(
    "KQ2433",
    ("PodSpec.tolerations", "Scheduling.tolerations"),
    "a toleration has no key, and its operator is {operator}",
    "name the taint's `key`; or write `operator: Exists`, which without a key tolerates every taint",
)
def toleration_without_a_key(tolerations: list[dict[str, Any] | None]) -> Iterator[Finding]:
    """A toleration names the key of a taint; only ``operator: Exists`` may leave it out, and then means all taints.

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
    "tolerationSeconds is given, and the effect is {effect}",
    "write `effect: NoExecute`, the only one that waits; or take `tolerationSeconds` out",
    needs="tolerationSeconds",
)
def toleration_waits_without_no_execute(toleration: dict[str, Any]) -> Iterator[Finding]:
    """Only the effect ``NoExecute`` drives pods from a node, so only it can wait for some seconds.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule, tolerationSeconds: 300}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 300}]
    """
    effect = toleration.get("effect")
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute" and (not effect or effect in _EFFECTS):
        yield found("effect", effect=effect or "not given")


@rule(
    "KQ2435",
    "Toleration",
    "{value} cannot be the value of the taint {key}",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
    needs="value",
)
def toleration_value_is_too_free(toleration: dict[str, Any]) -> Iterator[Finding]:
    """A taint has a value like a label: short and plain.

    Wrong:
        tolerations: [{key: team, operator: Equal, value: "vision and language", effect: NoSchedule}]

    Right:
        tolerations: [{key: team, operator: Equal, value: vision-and-language, effect: NoSchedule}]
    """
    value = toleration.get("value") or ""
    if (toleration.get("operator") or "Equal") == "Equal" and not is_label_value(value):
        yield found("operator", key=toleration.get("key") or "without a key", value=value)


@rule(
    "KQ2436",
    "Toleration",
    "the operator Exists tolerates {key} with any value, and the value {value} is given",
    "take the value out, or write `operator: Equal`",
    needs="value",
)
def toleration_has_a_needless_value(toleration: dict[str, Any]) -> Iterator[Finding]:
    """``Exists`` looks at the key of a taint alone.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, value: present, effect: NoSchedule}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Equal, value: present, effect: NoSchedule}]
    """
    if toleration.get("operator") == "Exists" and toleration.get("value"):
        yield found("operator", key=toleration.get("key") or "every taint", value=toleration["value"])


@rule(
    "KQ2437",
    "Toleration.operator",
    "{operator} is no way to compare a taint",
    "did you mean {near}?",
    "write Equal or Exists",
)
def toleration_operator_is_unknown(operator: str) -> Iterator[Finding]:
    """A taint is tolerated by its key and value (``Equal``) or by its key alone (``Exists``).

    ``Lt`` and ``Gt`` are known to newer clusters and switched off in them.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: exists, effect: NoSchedule}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
    """
    if operator and operator not in _OPERATORS:
        yield found(operator=operator, near=nearest(operator, _OPERATORS))


@rule(
    "KQ2438",
    "Toleration.effect",
    "{effect} is not the effect of a taint",
    "did you mean {near}?",
    "write NoSchedule, PreferNoSchedule or NoExecute; or take it out to tolerate all three",
)
def toleration_effect_is_unknown(effect: str) -> Iterator[Finding]:
    """A taint has one of three effects.

    Wrong:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: noSchedule}]

    Right:
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
    """
    if effect and effect not in _EFFECTS:
        yield found(effect=effect, near=nearest(effect, _EFFECTS))
