"""Deployments and other workloads that keep pods running: which pods are theirs, and what those pods may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import at_least
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.selectors import is_readable, selects, selects_nothing, unmet

SPECS: Final = ("DeploymentSpec", "StatefulSetSpec", "DaemonSetSpec", "ReplicaSetSpec")
PROGRESS_DEADLINE: Final = 600
"""The default of ``progressDeadlineSeconds``."""


workload_field_is_negative = at_least(
    "KQ2601",
    (
        "DeploymentSpec.replicas",
        "DeploymentSpec.minReadySeconds",
        "DeploymentSpec.revisionHistoryLimit",
        "DeploymentSpec.progressDeadlineSeconds",
        "ReplicaSetSpec.replicas",
        "ReplicaSetSpec.minReadySeconds",
        "StatefulSetSpec.replicas",
        "StatefulSetSpec.minReadySeconds",
        "StatefulSetOrdinals.start",
        "DaemonSetSpec.minReadySeconds",
        "DaemonSetSpec.revisionHistoryLimit",
    ),
    0,
    upstream="apps/validation.ValidateDeploymentSpec",
    page="""Numbers of replicas, seconds and revisions must not be negative.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: -1, selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 0, selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """,
)


@rule(
    "KQ2602",
    SPECS,
    "selector must not be empty: it would select every pod",
    "select the pods by their labels: `selector: {{matchLabels: {{{label}}}}}`",
    "give the pods a label, such as `app: web`, and select it: `selector: {{matchLabels: {{app: web}}}}`",
    reason="Invalid",
    upstream="apps/validation.ValidateDeploymentSpec",
)
def selector_matches_every_pod(spec: dict[str, Any]) -> Iterator[Spot]:
    """The selector tells a workload's own pods from all others, so it cannot be empty.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    if selects_nothing(spec["selector"]):
        labels = (spec["template"].get("metadata") or {}).get("labels") or {}
        yield found("selector", label=next((f"{key}: {value}" for key, value in labels.items()), None))


@rule(
    "KQ2603",
    SPECS,
    "selector requires {asked}, and the labels in template do not match",
    "add the labels that the selector requires: `template: {{metadata: {{labels: {{{labels}}}}}}}`",
    "set `selector` to labels that the pods of `template` have",
    reason="Invalid",
    upstream="apps/validation.ValidatePodTemplateSpecForReplicaSet",
)
def workload_does_not_select_its_pods(spec: dict[str, Any]) -> Iterator[Spot]:
    """A workload that does not find the pods it creates would create more and more of them.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: wbe}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    selector, labels = spec["selector"], (spec["template"].get("metadata") or {}).get("labels") or {}
    if is_readable(selector) and not selects(selector, labels):
        asked = list(unmet(selector, labels))
        plain = not selector.get("matchExpressions")
        yield found("template", "metadata", "labels", asked=asked, labels=asked if plain else None)


@rule(
    "KQ2604",
    SPECS,
    "restartPolicy must be Always, and is {policy}",
    "remove `restartPolicy`; for work that ends, use a Job",
    reason="NotSupported",
    upstream="apps/validation.ValidatePodTemplateSpecForReplicaSet",
)
def restart_policy_is_not_always(spec: dict[str, Any]) -> Iterator[Spot]:
    """A workload that keeps its pods running always restarts them.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {
          metadata: {labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    policy = spec["template"]["spec"].get("restartPolicy")
    if policy in {"OnFailure", "Never"}:
        yield found("template", "spec", "restartPolicy", policy=policy)


@rule(
    "KQ2605",
    SPECS,
    "activeDeadlineSeconds must not be set: these pods would end after {seconds} seconds",
    "remove `activeDeadlineSeconds`; for work that ends, use a Job",
    reason="Forbidden",
    upstream="apps/validation.ValidatePodTemplateSpecForReplicaSet",
)
def workload_has_a_deadline(spec: dict[str, Any]) -> Iterator[Spot]:
    """Pods that a workload keeps running cannot have a deadline.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, template: {
          metadata: {labels: {app: web}}, spec: {activeDeadlineSeconds: 600, containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: training}, spec: {activeDeadlineSeconds: 600,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    seconds = spec["template"]["spec"].get("activeDeadlineSeconds")
    if seconds is not None:
        yield found("template", "spec", "activeDeadlineSeconds", seconds=seconds)


@rule(
    "KQ2606",
    "DeploymentSpec",
    "progressDeadlineSeconds is {deadline}, and must be greater than minReadySeconds, which is {ready}",
    "raise `progressDeadlineSeconds` above {ready}",
    reason="Invalid",
    upstream="apps/validation.ValidateDeploymentSpec",
)
def progress_deadline_is_too_short(spec: dict[str, Any]) -> Iterator[Spot]:
    """``progressDeadlineSeconds``, by default 600, is greater than ``minReadySeconds``: otherwise no update could succeed.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {minReadySeconds: 900, selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {minReadySeconds: 900, progressDeadlineSeconds: 1200,
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    given, ready = spec.get("progressDeadlineSeconds"), spec.get("minReadySeconds") or 0
    deadline = PROGRESS_DEADLINE if given is None else given
    if 0 <= deadline <= ready:
        yield found("progressDeadlineSeconds", ready=ready, deadline=deadline)
