"""Annotations of pods that the server itself reads: of static pods, of the deletion cost, and of fields that were annotations once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import Rule, found, rule
from kqmanifest.rules.scheduling import scheduling
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers

PODS: Final = ("Pod", "PodTemplateSpec")

_MIRROR: Final = "kubernetes.io/config.mirror"
_DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
_TOLERATIONS: Final = "scheduler.alpha.kubernetes.io/tolerations"
_SECCOMP_OF_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_OF_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"
_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_NUMBER: Final = re.compile(r"0|-[0-9]+|[1-9][0-9]*", re.ASCII)
_FIELDS: Final = {field.lower(): field for field in ("key", "operator", "value", "effect", "tolerationSeconds")}
_INT32: Final = 2**31
_INT64: Final = 2**63
_LONGEST_PROFILE: Final = 4095


def annotations_of(pod: dict[str, Any]) -> dict[str, str]:
    """Return the annotations of a pod or of a pod's template; one that is null is an empty string."""
    return {key: value or "" for key, value in ((pod.get("metadata") or {}).get("annotations") or {}).items()}


@rule(
    "KQ2140",
    PODS,
    "the annotation {key} requires nodeName, and this pod has none",
    "remove the annotation, which only the kubelet should set",
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpecificAnnotations",
)
def mirror_pod_without_a_node(pod: dict[str, Any]) -> Iterator[Spot]:
    """The kubelet marks the mirror pods of its static pods with this annotation, and they are on its own node.

    This happens when a static pod is copied from ``kubectl get -o yaml``.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {name: main, annotations: {kubernetes.io/config.mirror: 5d1f8d5c}},
         spec: {containers: [{name: main, image: "nginx:1.27"}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {name: main}, spec: {containers: [{name: main, image: "nginx:1.27"}]}}
    """
    if _MIRROR in annotations_of(pod) and not pod["spec"].get("nodeName"):
        yield found("metadata", "annotations", _MIRROR, key=_MIRROR)


@rule(
    "KQ2141",
    PODS,
    "the deletion cost must be a 32-bit integer, and is {value}",
    'write a number in quotes, such as "100" or "-5"',
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpecificAnnotations",
)
def deletion_cost_is_not_an_integer(pod: dict[str, Any]) -> Iterator[Spot]:
    """The cost of deleting a pod when its ReplicaSet is scaled down is an integer, written without a plus sign or leading zeros.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {name: main, annotations: {controller.kubernetes.io/pod-deletion-cost: high}},
         spec: {containers: [{name: main, image: "nginx:1.27"}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {name: main, annotations: {controller.kubernetes.io/pod-deletion-cost: "100"}},
         spec: {containers: [{name: main, image: "nginx:1.27"}]}}
    """
    value = annotations_of(pod).get(_DELETION_COST)
    if value is not None and not (_NUMBER.fullmatch(value) and len(value.lstrip("-0")) < 20 and -_INT32 <= int(value) < _INT32):  # noqa: PLR2004  digits that int32 holds
        yield found("metadata", "annotations", _DELETION_COST, value=value)


@rule(
    "KQ2142",
    PODS,
    "{value} is not a seccomp profile",
    "remove the annotation, and write `securityContext: {{seccompProfile: …}}`",
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="core/validation.ValidateSeccompProfile",
)
def seccomp_annotation_is_not_a_profile(pod: dict[str, Any]) -> Iterator[Spot]:
    """The annotations for seccomp no longer have an effect, and are still validated.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {name: main, annotations: {seccomp.security.alpha.kubernetes.io/pod: default}},
         spec: {containers: [{name: main, image: "nginx:1.27"}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {name: main},
         spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: main, image: "nginx:1.27"}]}}
    """
    for key, value in annotations_of(pod).items():
        if (key == _SECCOMP_OF_POD or key.startswith(_SECCOMP_OF_CONTAINER)) and not _is_seccomp(value):
            yield found("metadata", "annotations", key, value=value)


def _is_seccomp(profile: str) -> bool:
    path = profile.removeprefix("localhost/")
    if path == profile:
        return profile in {"runtime/default", "docker/default", "unconfined"}
    return not path.startswith("/") and ".." not in path.split("/")


@rule(
    "KQ2143",
    PODS,
    "no container of this pod is called {name}",
    "end the key in the name of one of its containers: {known}",
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="core/validation.ValidateAppArmorPodAnnotations",
)
def apparmor_annotation_of_an_unknown_container(pod: dict[str, Any]) -> Iterator[Spot]:
    """An annotation for AppArmor ends in the name of the container that it confines.

    Wrong:
        {apiVersion: v1, kind: Pod, spec: {containers: [{name: main, image: "nginx:1.27"}]},
         metadata: {name: main, annotations: {container.apparmor.security.beta.kubernetes.io/man: runtime/default}}}

    Right:
        {apiVersion: v1, kind: Pod, spec: {containers: [{name: main, image: "nginx:1.27"}]},
         metadata: {name: main, annotations: {container.apparmor.security.beta.kubernetes.io/main: runtime/default}}}
    """
    confined = [key for key in annotations_of(pod) if key.startswith(_APPARMOR)]
    names = dict.fromkeys(container["name"] for _, container in containers(pod["spec"])) if confined else {}
    for key in confined:
        if key.removeprefix(_APPARMOR) not in names:
            yield found("metadata", "annotations", key, name=key.removeprefix(_APPARMOR), known=list(names))


@rule(
    "KQ2144",
    PODS,
    "{value} is not an AppArmor profile",
    "write runtime/default, unconfined, or localhost/ and the profile's name",
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="core/validation.ValidateAppArmorPodAnnotations",
)
def apparmor_annotation_is_not_a_profile(pod: dict[str, Any]) -> Iterator[Spot]:
    """An AppArmor profile is the runtime's default, ``unconfined``, or one that is loaded on the node.

    Wrong:
        {apiVersion: v1, kind: Pod, spec: {containers: [{name: main, image: "nginx:1.27"}]},
         metadata: {name: main, annotations: {container.apparmor.security.beta.kubernetes.io/main: default}}}

    Right:
        {apiVersion: v1, kind: Pod, spec: {containers: [{name: main, image: "nginx:1.27"}]},
         metadata: {name: main, annotations: {container.apparmor.security.beta.kubernetes.io/main: runtime/default}}}
    """
    for key, value in annotations_of(pod).items():
        if key.startswith(_APPARMOR) and value not in {"", "runtime/default", "unconfined"} and not value.startswith("localhost/"):
            yield found("metadata", "annotations", key, value=value)


@rule(
    "KQ2145",
    PODS,
    "the annotation {key} must be a list of tolerations in JSON",
    "remove the annotation, and write `tolerations` in the pod's spec",
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="core/validation.ValidateTolerationsInPodAnnotations",
)
def tolerations_annotation_is_unreadable(pod: dict[str, Any]) -> Iterator[Spot]:
    """Tolerations were once an annotation, in JSON, and the server still validates it.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {name: main, annotations: {scheduler.alpha.kubernetes.io/tolerations: all}},
         spec: {containers: [{name: main, image: "nginx:1.27"}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {name: main},
         spec: {tolerations: [{operator: Exists}], containers: [{name: main, image: "nginx:1.27"}]}}
    """
    if _tolerations(pod) is None:
        yield found("metadata", "annotations", _TOLERATIONS, key=_TOLERATIONS)


@rule(
    "KQ2148",
    PODS,
    "toleration {number} in the annotation {key} is not valid: it breaks {rule}",
    "remove the annotation, and write `tolerations` in the pod's spec",
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="core/validation.ValidateTolerations",
)
def toleration_in_the_annotation_is_not_valid(pod: dict[str, Any]) -> Iterator[Spot]:
    """The tolerations in the annotation are validated like the tolerations of a pod's spec; the message has the code of the rule.

    Wrong:
        {apiVersion: v1, kind: Pod, spec: {containers: [{name: main, image: "nginx:1.27"}]}, metadata: {name: main, annotations: {
          scheduler.alpha.kubernetes.io/tolerations: '[{"key": "gpu", "operator": "exists"}]'}}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {name: main},
         spec: {tolerations: [{key: gpu, operator: Exists}], containers: [{name: main, image: "nginx:1.27"}]}}
    """
    for number, toleration in enumerate(_tolerations(pod) or (), 1):
        code = next((judge.code for judge in _rules_of_tolerations() if _finds(judge, toleration)), None)
        if code:
            yield found("metadata", "annotations", _TOLERATIONS, number=number, key=_TOLERATIONS, rule=code)


def _rules_of_tolerations() -> Iterator[Rule]:
    return (value for value in vars(scheduling).values() if isinstance(value, Rule) and _is_about_tolerations(value))


def _is_about_tolerations(judge: Rule) -> bool:
    return "PodSpec.tolerations" in judge.on or any(on.partition(".")[0] == "Toleration" for on in judge.on)


def _finds(judge: Rule, toleration: dict[str, Any]) -> bool:
    """Return whether a rule finds a fault in a toleration, or in the field of it that it is about."""
    kind, _, field = judge.on[0].partition(".")
    node = [toleration] if kind == "PodSpec" else toleration.get(field) if field else toleration
    return node is not None and any(True for _ in judge.ask(node))


def _tolerations(pod: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Read the tolerations in a pod's annotation as Go does: keys are not case-sensitive, and unknown ones are skipped."""
    try:
        read = json.loads(annotations_of(pod).get(_TOLERATIONS) or "[]", parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, list):
        return [] if read is None else None
    if not all(item is None or isinstance(item, dict) for item in read):
        return None
    tolerations = [{_FIELDS.get(key.lower(), key): value for key, value in (item or {}).items() if value is not None} for item in read]
    return tolerations if all(map(_is_toleration, tolerations)) else None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_toleration(toleration: dict[str, Any]) -> bool:
    seconds = toleration.get("tolerationSeconds", 0)
    words = all(isinstance(toleration.get(key, ""), str) for key in _FIELDS.values() if key != "tolerationSeconds")
    return words and type(seconds) is int and -_INT64 <= seconds < _INT64


@rule(
    "KQ2146",
    PODS,
    "the seccomp profile is {annotation} in the annotation and {field} in the field, and must be the same",
    "remove the annotation: the field applies",
    needs="ObjectMeta.annotations",
    reason="Forbidden",
    upstream="core/validation.validateSeccompAnnotationsAndFieldsMatch",
)
def seccomp_annotation_differs_from_the_field(pod: dict[str, Any]) -> Iterator[Spot]:
    """Where a seccomp profile is set by an annotation and by a field, both are the same.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {name: main, annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}},
         spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: main, image: "nginx:1.27"}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {name: main},
         spec: {securityContext: {seccompProfile: {type: RuntimeDefault}}, containers: [{name: main, image: "nginx:1.27"}]}}
    """
    notes = annotations_of(pod)
    if not any("seccomp" in key for key in notes):
        return
    confined: list[tuple[tuple[str | int, ...], str, dict[str, Any]]] = [((), _SECCOMP_OF_POD, pod["spec"])]
    confined += [(place, _SECCOMP_OF_CONTAINER + container["name"], container) for place, container in containers(pod["spec"])]
    for place, key, holder in confined:
        profile = (holder.get("securityContext") or {}).get("seccompProfile")
        part = _part_that_differs(notes[key], profile, also=("docker/default",)) if profile and key in notes else None
        if profile and part:
            yield found("spec", *place, "securityContext", "seccompProfile", part, annotation=notes[key], field=_spell(profile))


@rule(
    "KQ2147",
    PODS,
    "the AppArmor profile is {annotation} in the annotation and {field} in the field, and must be the same",
    "remove the annotation: the field applies",
    needs="ObjectMeta.annotations",
    reason="Forbidden",
    upstream="core/validation.validateAppArmorAnnotationsAndFieldsMatchOnCreate",
)
def apparmor_annotation_differs_from_the_field(pod: dict[str, Any]) -> Iterator[Spot]:
    """Where an AppArmor profile is set by an annotation and by a field, both are the same.

    Wrong:
        {apiVersion: v1, kind: Pod, metadata: {name: main, annotations: {container.apparmor.security.beta.kubernetes.io/main: unconfined}},
         spec: {containers: [{name: main, image: "nginx:1.27", securityContext: {appArmorProfile: {type: RuntimeDefault}}}]}}

    Right:
        {apiVersion: v1, kind: Pod, metadata: {name: main},
         spec: {containers: [{name: main, image: "nginx:1.27", securityContext: {appArmorProfile: {type: RuntimeDefault}}}]}}
    """
    notes, spec = annotations_of(pod), pod["spec"]
    if (spec.get("os") or {}).get("name") == "windows" or not any(key.startswith(_APPARMOR) for key in notes):
        return
    of_pod = (spec.get("securityContext") or {}).get("appArmorProfile")
    for place, container in containers(spec):
        annotation, own = notes.get(_APPARMOR + container["name"]), (container.get("securityContext") or {}).get("appArmorProfile")
        # The server turns the annotation of a pod into the field that is missing; in a template it does not.
        turned = own is None and "kind" in pod and _is_apparmor_field(annotation)
        profile = None if annotation is None or turned else own or of_pod
        part = _part_that_differs(annotation, profile) if profile and annotation is not None else None
        if profile and part:
            yield found("spec", *place, "securityContext", "appArmorProfile", part, annotation=annotation, field=_spell(profile))


def _is_apparmor_field(annotation: str | None) -> bool:
    """Return whether an annotation is a profile that can be written as a field."""
    name = (annotation or "").removeprefix("localhost/")
    if name == annotation:
        return annotation in {"runtime/default", "unconfined"}
    return name != "" and name == name.strip() and len(name.encode()) <= _LONGEST_PROFILE


def _part_that_differs(annotation: str, profile: dict[str, Any], also: tuple[str, ...] = ()) -> str | None:
    """Return the part of a profile's field that the annotation contradicts; ``also`` are older names of the runtime's default."""
    kind = profile["type"]
    local = annotation.startswith("localhost/")
    if kind == "Localhost" and local:
        return None if annotation.removeprefix("localhost/") == profile.get("localhostProfile") else "localhostProfile"
    meant = {"Unconfined": ("unconfined",), "RuntimeDefault": ("runtime/default", *also), "Localhost": ()}
    return "type" if annotation not in meant.get(kind, (annotation,)) else None


def _spell(profile: dict[str, Any]) -> str:
    return " ".join(str(profile[key]) for key in ("type", "localhostProfile") if profile.get(key))
