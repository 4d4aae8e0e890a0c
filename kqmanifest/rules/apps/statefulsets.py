"""StatefulSets: the order of their pods, and their claims."""

from __future__ import annotations

from typing import Final

from kqmanifest.rules.constraints import matches, one_of
from kqmanifest.rules.forms import LABEL

ORDERS: Final = ("OrderedReady", "Parallel")
RETENTIONS: Final = ("Retain", "Delete")


pod_management_policy_is_unknown = one_of(
    "KQ2615",
    "StatefulSetSpec.podManagementPolicy",
    ORDERS,
    hints=("did you mean {near}?", "write OrderedReady to start the pods one after another, or Parallel"),
    may_be_empty=True,
    reason="Invalid",
    upstream="apps/validation.ValidateStatefulSetSpec",
    page="""The pods of a StatefulSet start one after another, or all at once.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {podManagementPolicy: Ordered,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {podManagementPolicy: OrderedReady,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """,
)


claim_retention_policy_is_unknown = one_of(
    "KQ2616",
    (
        "StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted",
        "StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled",
    ),
    RETENTIONS,
    message="unknown {field} policy {value}",
    hints=("did you mean {near}?", "write Retain to keep the claims, or Delete"),
    may_be_empty=True,
    upstream="apps/validation.ValidatePersistentVolumeClaimRetentionPolicyType",
    page="""The claims of a StatefulSet are kept when its pods go, or deleted with them.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {
          persistentVolumeClaimRetentionPolicy: {whenDeleted: Keep}, selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {
          persistentVolumeClaimRetentionPolicy: {whenDeleted: Retain}, selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """,
)


service_name_is_not_a_dns_label = matches(
    "KQ2617",
    "StatefulSetSpec.serviceName",
    LABEL,
    may_be_empty=True,
    upstream="apps/validation.ValidateStatefulSetSpec",
    page="""The name of a StatefulSet's Service is part of its pods' host names, so it is a DNS label.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {serviceName: store.default,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {serviceName: store,
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """,
)
