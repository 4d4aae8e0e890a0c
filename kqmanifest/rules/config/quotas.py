"""Quotas: how much a namespace may use in total, and which pods a quota counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import one_of
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_qualified
from kqmanifest.vocabulary.quantities import counted, quantity
from kqmanifest.vocabulary.resources import is_extended
from kqmanifest.vocabulary.spelling import nearest

_COMPUTE: Final = frozenset({"cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"})
_COUNTED: Final = frozenset(
    {"pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims"}
    | {"services.nodeports", "services.loadbalancers"}
)
_LIMITED: Final = _COMPUTE | _COUNTED | {"ephemeral-storage", "limits.ephemeral-storage", "requests.ephemeral-storage", "requests.storage"}
_HUGE_PAGES: Final = ("hugepages-", "requests.hugepages-")
_OF_PODS: Final = _COMPUTE | {"pods"}
_REACH: Final = {
    "Terminating": _OF_PODS,
    "NotTerminating": _OF_PODS,
    "BestEffort": frozenset({"pods"}),
    "NotBestEffort": _OF_PODS,
    "PriorityClass": _OF_PODS,
    "CrossNamespacePodAffinity": _OF_PODS,
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}
_OPPOSITES: Final = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_VALUED: Final = ("In", "NotIn")
_UNVALUED: Final = ("Exists", "DoesNotExist")


def is_limited(resource: str) -> bool:
    """Return whether a quota counts this resource without a domain in its name."""
    return resource in _LIMITED or resource.startswith(_HUGE_PAGES)


def scopes(quota: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the scopes of a quota, from both fields that hold them, with their places."""
    for index, scope in enumerate(quota.get("scopes") or ()):
        yield ("scopes", index), scope or ""
    for index, expression in enumerate((quota.get("scopeSelector") or {}).get("matchExpressions") or ()):
        yield ("scopeSelector", "matchExpressions", index, "scopeName"), expression["scopeName"]


@rule(
    "KQ2860",
    "ResourceQuotaSpec.hard",
    "unknown resource {resource} in a quota",
    "did you mean {near}?",
    "use one of {known}, or a device such as requests.nvidia.com/gpu",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuotaResourceName",
)
def quota_of_an_unknown_resource(hard: dict[str, Any]) -> Iterator[Spot]:
    """A quota counts the resources that Kubernetes knows, devices with their domain, and objects as ``count/NAME.GROUP``.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {requests.gpu: "8"}}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {requests.nvidia.com/gpu: "8"}}}
    """
    for resource in hard:
        if not is_qualified(resource) or not ("/" in resource or is_limited(resource)):
            yield found(resource, resource=resource, near=nearest(resource, _LIMITED), known=sorted(_LIMITED))


@rule(
    "KQ2861",
    "ResourceQuotaSpec.hard",
    "{resource} must not be negative, and is {value}",
    "use 0 or a positive number",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuantityValue",
)
def quota_is_negative(hard: dict[str, Any]) -> Iterator[Spot]:
    """A quota of 0 forbids a resource; a negative one has no meaning.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "-1"}}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"}}}
    """
    for resource, value in hard.items():
        number = None if value is None else quantity(value)
        if number is not None and number < 0:
            yield found(resource, resource=resource, value=value)


@rule(
    "KQ2862",
    "ResourceQuotaSpec.hard",
    "{resource} must be a whole number, and is {value}",
    "use a whole number",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuantityValue",
)
def quota_is_not_a_whole_number(hard: dict[str, Any]) -> Iterator[Spot]:
    """Objects and devices are counted in whole numbers.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "2.5"}}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "3"}}}
    """
    for resource, value in hard.items():
        number = None if value is None else quantity(value)
        if number and number > 0 and (resource in _COUNTED or is_extended(resource)) and counted(value, 1000) % 1000:
            yield found(resource, resource=resource, value=value)


@rule(
    "KQ2863",
    "ResourceQuotaSpec",
    "unknown quota scope {scope}",
    "did you mean {near}?",
    "use one of {known}",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuotaSpec",
)
def quota_scope_is_unknown(quota: dict[str, Any]) -> Iterator[Spot]:
    """A scope selects the objects that a quota counts.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"}, scopes: [Batch]}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"}, scopes: [Terminating]}}
    """
    for place, scope in scopes(quota):
        if scope not in _REACH:
            yield found(*place, scope=scope, near=nearest(scope, _REACH), known=sorted(_REACH))


@rule(
    "KQ2864",
    "ResourceQuotaSpec",
    "the scope {scope} does not apply to {resource}",
    "move {resource} to a quota of its own, without this scope",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuotaSpec",
)
def quota_scope_does_not_apply_to_a_resource(quota: dict[str, Any]) -> Iterator[Spot]:
    """A quota with a scope counts only what the scope applies to: pods and their compute resources, or claims.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {configmaps: "10"}, scopes: [Terminating]}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {configmaps: "10"}}}
    """
    known = [resource for resource in quota.get("hard") or () if is_limited(resource)]
    for place, scope in scopes(quota):
        for resource in known:
            if scope in _REACH and resource not in _REACH[scope]:
                yield found(*place, scope=scope, resource=resource)
                break


@rule(
    "KQ2865",
    "ResourceQuotaSpec",
    "the scopes {first} and {second} exclude each other",
    "keep one of them",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuotaSpec",
)
def quota_scopes_exclude_each_other(quota: dict[str, Any]) -> Iterator[Spot]:
    """No pod is in both scopes, so such a quota would count nothing.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"}, scopes: [BestEffort, NotBestEffort]}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"}, scopes: [BestEffort]}}
    """
    listed = set(quota.get("scopes") or ())
    selected = {expression["scopeName"] for expression in (quota.get("scopeSelector") or {}).get("matchExpressions") or ()}
    for first, second in _OPPOSITES:
        if any({first, second} <= given for given in (listed, selected)):
            yield found("scopes", first=first, second=second)


scope_operator_is_unknown = one_of(
    "KQ2866",
    "ScopeSelector.matchExpressions",
    (*_VALUED, *_UNVALUED),
    message="unknown scope `operator` {value}",
    each="operator",
    reason="Invalid",
    upstream="core/validation.validateScopedResourceSelectorRequirement",
    page="""The operator of a scope is ``In``, ``NotIn``, ``Exists`` or ``DoesNotExist``.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Equals, values: [high]}]}}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}}
    """,
)


@rule(
    "KQ2867",
    "ScopeSelector.matchExpressions",
    "the scope {scope} has no values: its `operator` must be Exists",
    "write `operator: Exists`",
    reason="Invalid",
    upstream="core/validation.validateScopedResourceSelectorRequirement",
)
def scope_that_has_no_values_is_compared(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
    """Only the scopes PriorityClass and VolumeAttributesClass have values.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: Terminating, operator: DoesNotExist}]}}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: NotTerminating, operator: Exists}]}}}
    """
    for index, expression in enumerate(expressions):
        scope, operator = expression["scopeName"], expression["operator"]
        if scope in _REACH and not scope.endswith("Class") and operator in (*_VALUED, *_UNVALUED[1:]):
            yield found(index, "operator", scope=scope)


@rule(
    "KQ2868",
    "ScopeSelector.matchExpressions",
    "the operator {operator} requires `values`",
    "add `values`, or write `operator: Exists`",
    reason="Required",
    upstream="core/validation.validateScopedResourceSelectorRequirement",
)
def scope_is_compared_without_values(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
    """In and NotIn need values to compare with.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}}
    """
    for index, expression in enumerate(expressions):
        compared = expression["scopeName"].endswith("Class") or expression["scopeName"] not in _REACH
        if compared and expression["operator"] in _VALUED and not expression.get("values"):
            yield found(index, "values", operator=expression["operator"])


@rule(
    "KQ2869",
    "ScopeSelector.matchExpressions",
    "the operator {operator} takes no `values`, and {count} are given",
    "remove `values`, or write `operator: In`",
    reason="Invalid",
    upstream="core/validation.validateScopedResourceSelectorRequirement",
)
def scope_that_exists_has_values(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
    """An operator that only asks whether a scope exists has no values to compare with.

    Wrong:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: Exists, values: [high]}]}}}

    Right:
        {apiVersion: v1, kind: ResourceQuota, metadata: {name: team}, spec: {hard: {pods: "10"},
          scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}}}
    """
    for index, expression in enumerate(expressions):
        if expression["operator"] in _UNVALUED and expression.get("values"):
            yield found(index, "values", operator=expression["operator"], count=len(expression["values"]))
