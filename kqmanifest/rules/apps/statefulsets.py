"""StatefulSets: the order of their pods, and their claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_label
from kqmanifest.vocabulary.spelling import nearest

ORDERS: Final = ("OrderedReady", "Parallel")
RETENTIONS: Final = ("Retain", "Delete")


@rule(
    "KQ2615",
    "StatefulSetSpec.podManagementPolicy",
    "unknown podManagementPolicy {value}",
    "did you mean {near}?",
    "write OrderedReady to start the pods one after another, or Parallel",
    reason="Invalid",
    upstream="apps/validation.ValidateStatefulSetSpec",
)
def pod_management_policy_is_unknown(value: str) -> Iterator[Finding]:
    """The pods of a StatefulSet start one after another, or all at once.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {podManagementPolicy: Ordered,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {podManagementPolicy: OrderedReady,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """
    if value and value not in ORDERS:
        yield found(value=value, near=nearest(value, ORDERS))


@rule(
    "KQ2616",
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted",
        "StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled",
    ),
    "unknown {field} policy {value}",
    "did you mean {near}?",
    "write Retain to keep the claims, or Delete",
    reason="NotSupported",
    upstream="apps/validation.ValidatePersistentVolumeClaimRetentionPolicyType",
)
def claim_retention_policy_is_unknown(value: str) -> Iterator[Finding]:
    """The claims of a StatefulSet are kept when its pods go, or deleted with them.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {
          persistentVolumeClaimRetentionPolicy: {whenDeleted: Keep}, selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {
          persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}, selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """
    if value and value not in RETENTIONS:
        yield found(value=value, near=nearest(value, RETENTIONS))


@rule(
    "KQ2617",
    "StatefulSetSpec.serviceName",
    "serviceName must be a DNS label, and is {value}",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    reason="Invalid",
    upstream="apps/validation.ValidateStatefulSetSpec",
)
def service_name_is_not_a_dns_label(value: str) -> Iterator[Finding]:
    """The name of a StatefulSet's Service is part of its pods' host names, so it is a DNS label.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {serviceName: store.default,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {serviceName: store,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """
    if value and not is_label(value):
        yield found(value=value)
