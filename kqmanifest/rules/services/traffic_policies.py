"""The traffic of Services: which pods it reaches, from inside and outside, and whether a client stays with one of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import one_of
from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.services.services import TYPES, kind_of
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.spelling import nearest

AFFINITIES: Final = ("None", "ClientIP")
POLICIES: Final = ("Cluster", "Local")
DISTRIBUTIONS: Final = ("PreferClose", "PreferSameZone", "PreferSameNode")
ONE_DAY: Final = 86400


session_affinity_is_unknown = one_of(
    "KQ2739",
    "ServiceSpec.sessionAffinity",
    AFFINITIES,
    hints=("did you mean {near}?", "write ClientIP to keep a client with one pod, or None"),
    may_be_empty=True,
    upstream="core/validation.validateService",
    page="""``ClientIP`` keeps each client, known by its address, with one pod; ``None`` does not.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {sessionAffinity: Cookie, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {sessionAffinity: ClientIP, ports: [{port: 80}]}}
    """,
)


@rule(
    "KQ2740",
    "ServiceSpec",
    "timeoutSeconds must be between 1 and 86400, and is {seconds}",
    "use a number from 1 to 86400, which is a day; the default is 10800",
    reason="Invalid",
    upstream="core/validation.validateAffinityTimeout",
)
def session_affinity_timeout_is_out_of_range(spec: dict[str, Any]) -> Iterator[Spot]:
    """A client stays with a pod for at least a second and at most a day.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {sessionAffinity: ClientIP,
          sessionAffinityConfig: {clientIP: {timeoutSeconds: 604800}}, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {sessionAffinity: ClientIP,
          sessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}, ports: [{port: 80}]}}
    """
    seconds = ((spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}).get("timeoutSeconds")
    if spec.get("sessionAffinity") == "ClientIP" and seconds is not None and not 0 < seconds <= ONE_DAY:
        yield found("sessionAffinityConfig", "clientIP", "timeoutSeconds", seconds=seconds)


@rule(
    "KQ2741",
    "ServiceSpec",
    "externalTrafficPolicy requires type NodePort or LoadBalancer, or externalIPs",
    "remove `externalTrafficPolicy`, or write `type: LoadBalancer` or `type: NodePort`",
    reason="Invalid",
    upstream="core/validation.validateServiceExternalTrafficPolicy",
)
def external_traffic_policy_of_an_internal_service(spec: dict[str, Any]) -> Iterator[Spot]:
    """Only a NodePort, a LoadBalancer or a Service with ``externalIPs`` has traffic from outside.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalTrafficPolicy: Local, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}]}}
    """
    if spec.get("externalTrafficPolicy") and kind_of(spec) in TYPES and not _is_reached_from_outside(spec):
        yield found("externalTrafficPolicy")


def _is_reached_from_outside(spec: dict[str, Any]) -> bool:
    return kind_of(spec) in {"NodePort", "LoadBalancer"} or (kind_of(spec) == "ClusterIP" and bool(spec.get("externalIPs")))


@rule(
    "KQ2742",
    "ServiceSpec",
    "unknown externalTrafficPolicy {value}",
    "did you mean {near}?",
    "write Local to keep traffic on the node where it arrives, or Cluster",
    reason="NotSupported",
    upstream="core/validation.validateServiceExternalTrafficPolicy",
)
def external_traffic_policy_is_unknown(spec: dict[str, Any]) -> Iterator[Spot]:
    """Traffic from outside stays on the node where it arrives, or goes to any pod of the Service.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, externalTrafficPolicy: Node, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, externalTrafficPolicy: Local, ports: [{port: 80}]}}
    """
    value = spec.get("externalTrafficPolicy")
    if value and value not in POLICIES and _is_reached_from_outside(spec):
        yield found("externalTrafficPolicy", value=value, near=nearest(value, POLICIES))


internal_traffic_policy_is_unknown = one_of(
    "KQ2743",
    "ServiceSpec.internalTrafficPolicy",
    POLICIES,
    hints=("did you mean {near}?", "write Local to keep traffic on the node that it comes from, or Cluster"),
    upstream="core/validation.validateServiceInternalTrafficFieldsValue",
    page="""Traffic from inside stays on the node that it comes from, or goes to any pod of the Service.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {internalTrafficPolicy: Node, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {internalTrafficPolicy: Local, ports: [{port: 80}]}}
    """,
)


traffic_distribution_is_unknown = one_of(
    "KQ2744",
    "ServiceSpec.trafficDistribution",
    DISTRIBUTIONS,
    hints=("did you mean {near}?", "write one of {known}, or remove `trafficDistribution`"),
    upstream="core/validation.validateServiceTrafficDistribution",
    page="""Traffic prefers pods that are close, in the same zone, or on the same node.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {trafficDistribution: SameZone, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {trafficDistribution: PreferSameZone, ports: [{port: 80}]}}
    """,
)


@rule(
    "KQ2745",
    "ServiceSpec.trafficDistribution",
    "trafficDistribution {value} is not supported by Kubernetes 1.33",
    "write PreferClose",
    until="1.33",
    reason="NotSupported",
    upstream="core/validation.validateServiceTrafficDistribution",
)
def traffic_distribution_is_too_new(value: str) -> Iterator[Spot]:
    """Kubernetes 1.33 supports only ``PreferClose``.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {trafficDistribution: PreferSameZone, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {trafficDistribution: PreferClose, ports: [{port: 80}]}}
    """
    if value in DISTRIBUTIONS and value != "PreferClose":
        yield found(value=value)
