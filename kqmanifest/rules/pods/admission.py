"""Admission: what the plugins that every server runs by default refuse in a pod, before it is validated.

They see pods, and not templates of pods. A plugin that fills in what is missing (the service account ``default``) refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Step
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers

_MIRROR: Final = "kubernetes.io/config.mirror"
_SECRETS: Final = ("secret", "cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos", "csi", "azureFile")
_PRIORITIES: Final = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""The priority classes that every cluster has, and that cannot be changed."""


@rule(
    "KQ2150",
    "Pod",
    "a static pod must not have {field}, and the annotation {key} marks this pod as one",
    "remove the reference to the Secret {secret}; or remove the annotation, which only the kubelet should set",
    "remove `{field}`; or remove the annotation, which only the kubelet should set",
    needs="ObjectMeta.annotations",
    reason="Forbidden",
    upstream="plugin/admission/serviceaccount.Plugin.Validate",
)
def static_pod_that_uses_the_api(pod: dict[str, Any]) -> Iterator[Spot]:
    """A static pod is run by the kubelet itself, even where it cannot reach the server: it has no service account, no token and no Secret.

    Wrong:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, annotations: {kubernetes.io/config.mirror: 5d1f8d5c}}
        spec:
          nodeName: gpu-1
          serviceAccountName: trainer
          containers: [{name: main, image: "example.com/training:1"}]

    Right:
        apiVersion: v1
        kind: Pod
        metadata: {name: training}
        spec:
          serviceAccountName: trainer
          containers: [{name: main, image: "example.com/training:1"}]
    """
    if _MIRROR in ((pod.get("metadata") or {}).get("annotations") or {}):
        spec = pod["spec"]
        account = "serviceAccountName" if spec.get("serviceAccountName") else "serviceAccount"
        if spec.get(account):
            yield found("spec", account, key=_MIRROR, field=account, secret=None)
        for place, name in _secrets_of(spec):
            yield found("spec", *place, key=_MIRROR, field=_field_of(place), secret=name)
        for place, part in _projections(spec):
            if part.get("serviceAccountToken") is not None:
                yield found("spec", *place, "serviceAccountToken", key=_MIRROR, field="serviceAccountToken", secret=None)


@rule(
    "KQ2151",
    "Pod",
    "priority must be {right} for this pod, and is {priority}",
    "remove `priority`: the priority class {name} sets it; for another priority, set another `priorityClassName`",
    "remove `priority`, and set `priorityClassName` to a class that has it",
    needs="PodSpec.priority",
    reason="Forbidden",
    upstream="plugin/admission/priority.Plugin.admitPod",
)
def priority_differs_from_its_class(pod: dict[str, Any]) -> Iterator[Spot]:
    """A pod's priority is that of its class; the server fills in the number, and refuses another.

    Wrong:
        containers: [{name: training}]
        priority: 1000

    Right:
        containers: [{name: training}]
        priorityClassName: training
    """
    name, priority = pod["spec"].get("priorityClassName"), pod["spec"].get("priority")
    right = _PRIORITIES.get(name) if name else 0
    if priority is not None and right is not None and priority != right:
        yield found("spec", "priority", priority=priority, right=right, name=name or None)


@rule(
    "KQ2152",
    "Pod",
    "preemptionPolicy {policy} must come from a priority class that has it",
    "remove `preemptionPolicy`, and set `priorityClassName` to a class that has it",
    needs="PodSpec.preemptionPolicy",
    reason="Forbidden",
    upstream="plugin/admission/priority.Plugin.admitPod",
)
def preemption_policy_differs_from_its_class(pod: dict[str, Any]) -> Iterator[Spot]:
    """A pod's preemption policy is that of its class; the server fills it in, and refuses another.

    Wrong:
        containers: [{name: training}]
        preemptionPolicy: Never

    Right:
        containers: [{name: training}]
        priorityClassName: training-without-preemption
    """
    name, policy = pod["spec"].get("priorityClassName"), pod["spec"].get("preemptionPolicy")
    if policy == "Never" and (not name or name in _PRIORITIES):
        yield found("spec", "preemptionPolicy", policy=policy)


@rule(
    "KQ2153",
    "Pod",
    "overhead must come from a runtime class, and this pod has no runtimeClassName",
    "remove `overhead`, or set `runtimeClassName` to the class that has it",
    needs="PodSpec.overhead",
    reason="Forbidden",
    upstream="plugin/admission/runtimeclass.validateOverhead",
)
def overhead_does_not_come_from_a_runtime_class(pod: dict[str, Any]) -> Iterator[Spot]:
    """The overhead of a pod is that of its runtime class; the server fills it in, and refuses another.

    Wrong:
        containers: [{name: training}]
        overhead: {memory: 128Mi}

    Right:
        containers: [{name: training}]
        runtimeClassName: kata
    """
    if pod["spec"].get("overhead") is not None and pod["spec"].get("runtimeClassName") is None:
        yield found("spec", "overhead")


def _secrets_of(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[Step, ...], str]]:
    """Return the names of the Secrets that a pod refers to, with their places; an empty name refers to none."""
    for place, name in _references(spec):
        if name:
            yield place, name


def _field_of(place: tuple[Step, ...]) -> str:
    """Return the field that refers to the Secret whose name is at a place."""
    return next(step for step in reversed(place) if isinstance(step, str) and step != "name")


def _references(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[Step, ...], str | None]]:
    place: tuple[Step, ...]
    for index, pull in enumerate(spec.get("imagePullSecrets") or ()):
        yield ("imagePullSecrets", index, "name"), (pull or {}).get("name")
    for place, container in containers(spec):
        for index, source in enumerate(container.get("envFrom") or ()):
            yield (*place, "envFrom", index, "secretRef", "name"), ((source or {}).get("secretRef") or {}).get("name")
        for index, env in enumerate(container.get("env") or ()):
            key = ((env or {}).get("valueFrom") or {}).get("secretKeyRef") or {}
            yield (*place, "env", index, "valueFrom", "secretKeyRef", "name"), key.get("name")
    for index, volume in enumerate(spec.get("volumes") or ()):
        for kind in _SECRETS:
            source = volume.get(kind) or {}
            field = "nodePublishSecretRef" if kind == "csi" else "secretRef"
            if kind in {"secret", "azureFile"}:
                yield ("volumes", index, kind, "secretName"), source.get("secretName")
            else:
                yield ("volumes", index, kind, field, "name"), (source.get(field) or {}).get("name")
    for place, part in _projections(spec):
        yield (*place, "secret", "name"), (part.get("secret") or {}).get("name")


def _projections(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[Step, ...], Mapping[str, Any]]]:
    """Return the sources of a pod's projected volumes, with their places."""
    for number, volume in enumerate(spec.get("volumes") or ()):
        for index, part in enumerate((volume.get("projected") or {}).get("sources") or ()):
            yield ("volumes", number, "projected", "sources", index), part or {}
