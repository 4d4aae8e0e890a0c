"""Objects as the server validates them: what it changes in them before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kqmanifest.vocabulary.objects import PodOf, pods_of

_NAME_LABEL: Final = "kubernetes.io/metadata.name"
_OVERWRITTEN: Final = ("hostname", "subdomain")
"""Fields that the controller sets for each pod, so that the server ignores their values here."""


def with_claim_volumes(spec: Any) -> Any:
    """Return a StatefulSet's spec as the server validates it: with a volume for each claim template, without the pod's host name.

    The volumes that a pod declares keep their places; one that has the name of a claim is that claim.
    """
    try:
        claims = {name: _claim(name) for name in map(_name, spec.get("volumeClaimTemplates") or ())}
        pod_spec = {key: value for key, value in spec["template"]["spec"].items() if not (key in _OVERWRITTEN and isinstance(value, str))}
        given: dict[int, Any] = dict(enumerate(pod_spec.get("volumes") or ()))
        taken = {volume["name"]: index for index, volume in reversed(given.items()) if volume["name"] in claims}
    except (KeyError, TypeError, AttributeError):  # the shape is wrong: the walk reports it
        return spec
    kept = [
        claims[volume["name"]] if index == taken.get(volume["name"]) else volume
        for index, volume in given.items()
        if taken.get(volume["name"], index) == index
    ]
    if given or claims:
        pod_spec["volumes"] = kept + [claim for name, claim in claims.items() if name not in taken]
    return {**spec, "template": {**spec["template"], "spec": pod_spec}}


def _name(template: Any) -> Any:
    return (template.get("metadata") or {}).get("name") or ""


def _claim(name: Any) -> dict[str, Any]:
    return {"name": name, "persistentVolumeClaim": {"claimName": name or "claim"}}


def with_name_label(namespace: Any) -> Any:
    """Return a Namespace as the server validates it: the server writes its name into a label, whatever the label was before."""
    metadata = namespace.get("metadata") or {}
    if not metadata.get("name") or _NAME_LABEL not in (metadata.get("labels") or {}):
        return namespace
    return {**namespace, "metadata": {**metadata, "labels": {**metadata["labels"], _NAME_LABEL: metadata["name"]}}}


AS_ADMITTED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "StatefulSetSpec": with_claim_volumes,
    "Namespace": with_name_label,
}
"""How a node of a type is changed into what the server validates."""


def admitted_pods(thing: dict[str, Any]) -> tuple[PodOf, ...]:
    """Return the pods that an object is or makes, with the volumes that the object adds to them."""
    if thing["kind"] == "StatefulSet":
        thing = {**thing, "spec": with_claim_volumes(thing.get("spec"))}
    return pods_of(thing)
