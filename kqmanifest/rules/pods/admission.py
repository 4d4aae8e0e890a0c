"""Admission: what the plugins that every server runs by default refuse of a pod, before anybody validates it.

They see pods, and no templates of pods. A plugin that fills in what is missing (the service account ``default``) refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Step
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.pods import containers

_MIRROR: Final = "kubernetes.io/config.mirror"
_SECRETS: Final = ("secret", "cephfs", "cinder", "flexVolume", "rbd", "scaleIO", "iscsi", "storageos", "csi", "azureFile")
_PRIORITIES: Final = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
"""The classes that every cluster has, and that nobody can change."""


@rule(
    "KQ2150",
    "Pod",
    "a static pod, which {key} marks, uses {what}",
    "take it out, or the annotation: the kubelet writes it",
    needs="ObjectMeta.annotations",
)
def static_pod_that_uses_the_api(pod: dict[str, Any]) -> Iterator[Finding]:
    """A static pod is run by the kubelet itself, which may not even reach the server: it has no account, no token and no Secret.

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
            yield found("spec", account, key=_MIRROR, what="a service account")
        for place, name in _secrets_of(spec):
            yield found("spec", *place, key=_MIRROR, what=f"the Secret {name}")
        for place, part in _projections(spec):
            if part.get("serviceAccountToken") is not None:
                yield found("spec", *place, "serviceAccountToken", key=_MIRROR, what="the token of a service account")


@rule(
    "KQ2151",
    "Pod",
    "the priority is {priority}, and that of {whose} is {right}",
    "take `priority` out, and name a class that has it: `priorityClassName`",
    needs="PodSpec.priority",
)
def priority_of_no_class(pod: dict[str, Any]) -> Iterator[Finding]:
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
        yield found("spec", "priority", priority=priority, right=right, whose=name or "a pod without a class")


@rule(
    "KQ2152",
    "Pod",
    "only a priority class gives a pod the preemption policy {policy}",
    "take `preemptionPolicy` out, and name a class that has it: `priorityClassName`",
    needs="PodSpec.preemptionPolicy",
)
def preemption_policy_of_no_class(pod: dict[str, Any]) -> Iterator[Finding]:
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
    "only a runtime class gives a pod an overhead, and this pod names none",
    "take `overhead` out, or name the class that has it: `runtimeClassName`",
    needs="PodSpec.overhead",
)
def overhead_of_no_runtime(pod: dict[str, Any]) -> Iterator[Finding]:
    """What a pod takes beyond its containers is known of its runtime; the server fills it in, and refuses another.

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
    """Give the names of the Secrets that a pod refers to, with their places; empty names refer to none."""
    for place, name in _references(spec):
        if name:
            yield place, name


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
    """Give the parts of a pod's projected volumes, with their places."""
    for number, volume in enumerate(spec.get("volumes") or ()):
        for index, part in enumerate((volume.get("projected") or {}).get("sources") or ()):
            yield ("volumes", number, "projected", "sources", index), part or {}
