"""Metadata: the labels and annotations of an object, its owners and finalizers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.objects.naming import find_metadata, judged_kinds, metadata_of
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_annotation_key, is_label_value, is_qualified

OBJECTS: Final = metadata_of(*judged_kinds(lambda _: True))
DESCRIBED: Final = (*OBJECTS, *metadata_of("PodTemplateSpec", "PersistentVolumeClaimTemplate"))

_ANNOTATIONS_SIZE: Final = 256 * 1024
_FINALIZERS: Final = frozenset({"kubernetes", "orphan", "foregroundDeletion"})


@rule(
    "KQ2104",
    DESCRIBED,
    "the label key {key} is not a qualified name",
    (
        "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; a domain and a "
        "slash may come first, as in example.com/team"
    ),
    needs="ObjectMeta.labels",
    reason="Invalid",
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabels",
)
def label_key_is_not_a_qualified_name(node: dict[str, Any]) -> Iterator[Spot]:
    """The key of a label is a name; a domain and a slash may come before it.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, labels: {"my team": vision}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, labels: {team: vision}}}
    """
    place, metadata = find_metadata(node)
    for key in metadata.get("labels") or ():
        if not is_qualified(key):
            yield found(*place, "labels", key, key=key)


@rule(
    "KQ2105",
    DESCRIBED,
    "{value} cannot be the value of the label {key}",
    (
        "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; write anything "
        "else into an annotation"
    ),
    needs="ObjectMeta.labels",
    reason="Invalid",
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabels",
)
def label_value_is_not_allowed(node: dict[str, Any]) -> Iterator[Spot]:
    """The values of labels are short and simple, since objects are selected by them.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, labels: {note: "run 2, lower learning rate"}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, annotations: {note: "run 2, lower learning rate"}}}
    """
    place, metadata = find_metadata(node)
    for key, value in (metadata.get("labels") or {}).items():
        if value and not is_label_value(value):
            yield found(*place, "labels", key, key=key, value=value)


@rule(
    "KQ2110",
    DESCRIBED,
    "the annotation key {key} is not a qualified name",
    (
        "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; a domain and a "
        "slash may come first, as in example.com/note"
    ),
    needs="ObjectMeta.annotations",
    reason="Invalid",
    upstream="apimachinery/api/validation.ValidateAnnotations",
)
def annotation_key_is_not_a_qualified_name(node: dict[str, Any]) -> Iterator[Spot]:
    """The key of an annotation is a name; a domain and a slash may come before it. Its value may be any string.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, annotations: {"my note": lower learning rate}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, annotations: {my-note: lower learning rate}}}
    """
    place, metadata = find_metadata(node)
    for key in metadata.get("annotations") or ():
        if not is_annotation_key(key):
            yield found(*place, "annotations", key, key=key)


@rule(
    "KQ2111",
    DESCRIBED,
    "the annotations have {size} bytes, and may have 262144 in total",
    "move long values into a ConfigMap or a file",
    needs="ObjectMeta.annotations",
    reason="TooLong",
    upstream="apimachinery/api/validation.ValidateAnnotations",
)
def annotations_are_too_big(node: dict[str, Any]) -> Iterator[Spot]:
    """The annotations of an object, keys and values in UTF-8, have at most 256 KiB in total.

    This happens where a large object is applied by ``kubectl apply``, which keeps a copy of it in an annotation.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, annotations: {log: (262142 bytes)}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, annotations: {log: (262141 bytes)}}}
    """
    place, metadata = find_metadata(node)
    annotations = metadata.get("annotations") or {}
    size = sum(len(key.encode()) + len((value or "").encode()) for key, value in annotations.items())
    if size > _ANNOTATIONS_SIZE:
        yield found(*place, "annotations", size=size)


@rule(
    "KQ2112",
    OBJECTS,
    "an owner in ownerReferences needs {field}",
    "set its `{field}`, or remove the owner",
    needs="ObjectMeta.ownerReferences",
    reason="Required",
    upstream="apimachinery/api/validation.validateOwnerReference",
)
def owner_is_incomplete(node: dict[str, Any]) -> Iterator[Spot]:
    """An owner is identified by its apiVersion, kind, name and uid.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, ownerReferences: [
          {apiVersion: batch/v1, kind: Job, name: training-2, uid: ""}]}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, ownerReferences: [
          {apiVersion: batch/v1, kind: Job, name: training-2, uid: 5d1f8d5c-6a0b-4a3f-9d57-0a0f6d3f3a1e}]}}
    """
    place, metadata = find_metadata(node)
    for index, owner in enumerate(metadata.get("ownerReferences") or ()):
        for field in ("apiVersion", "kind", "name", "uid"):
            value = owner.get(field) or ""
            if not value or (field == "apiVersion" and (value.count("/") > 1 or value.endswith("/"))):
                yield found(*place, "ownerReferences", index, field, field=field)


@rule(
    "KQ2113",
    OBJECTS,
    "an Event cannot be an owner",
    "remove it from `ownerReferences`",
    needs="ObjectMeta.ownerReferences",
    reason="Invalid",
    upstream="apimachinery/api/validation.validateOwnerReference",
)
def owner_is_an_event(node: dict[str, Any]) -> Iterator[Spot]:
    """Events are deleted after a while, and what they owned would be deleted with them.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, ownerReferences: [
          {apiVersion: v1, kind: Event, name: started, uid: 5d1f8d5c-6a0b-4a3f-9d57-0a0f6d3f3a1e}]}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}}
    """
    place, metadata = find_metadata(node)
    for index, owner in enumerate(metadata.get("ownerReferences") or ()):
        if (owner.get("apiVersion"), owner.get("kind")) == ("v1", "Event"):
            yield found(*place, "ownerReferences", index)


@rule(
    "KQ2114",
    OBJECTS,
    "two owners are controllers: {first} and {second}",
    "set `controller: true` for one owner only",
    needs="ObjectMeta.ownerReferences",
    reason="Invalid",
    upstream="apimachinery/api/validation.ValidateOwnerReferences",
)
def object_has_two_controllers(node: dict[str, Any]) -> Iterator[Spot]:
    """At most one of an object's owners is its controller.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, ownerReferences: [
          {apiVersion: batch/v1, kind: Job, name: training-1, uid: "1", controller: true},
          {apiVersion: batch/v1, kind: Job, name: training-2, uid: "2", controller: true}]}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, ownerReferences: [
          {apiVersion: batch/v1, kind: Job, name: training-1, uid: "1", controller: true},
          {apiVersion: batch/v1, kind: Job, name: training-2, uid: "2"}]}}
    """
    place, metadata = find_metadata(node)
    owners = enumerate(metadata.get("ownerReferences") or ())
    controllers = [(index, f"{owner['kind']}/{owner['name']}") for index, owner in owners if owner.get("controller")]
    for index, name in controllers[1:]:
        yield found(*place, "ownerReferences", index, first=controllers[0][1], second=name)


@rule(
    "KQ2115",
    OBJECTS,
    "{finalizer} is not the name of a finalizer",
    "write it with the domain of the program that removes it, as in example.com/cleanup",
    needs="ObjectMeta.finalizers",
    reason="Invalid",
    upstream="core/validation.validateKubeFinalizerName",
)
def finalizer_without_a_domain(node: dict[str, Any]) -> Iterator[Spot]:
    """A finalizer has a domain and a name, or is one of Kubernetes' own: ``kubernetes``, ``orphan``, ``foregroundDeletion``.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, finalizers: [cleanup]}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, finalizers: [example.com/cleanup]}}
    """
    place, metadata = find_metadata(node)
    for index, finalizer in enumerate(metadata.get("finalizers") or ()):
        if not is_finalizer(finalizer or ""):
            yield found(*place, "finalizers", index, finalizer=finalizer or "")


def is_finalizer(text: str) -> bool:
    """Return whether this names a finalizer: a domain and a name, or one of Kubernetes' own."""
    return is_qualified(text) and ("/" in text or text in _FINALIZERS)


@rule(
    "KQ2116",
    OBJECTS,
    "the finalizers orphan and foregroundDeletion exclude each other",
    "keep one of the two finalizers",
    needs="ObjectMeta.finalizers",
    reason="Invalid",
    upstream="apimachinery/api/validation.ValidateFinalizers",
)
def finalizers_exclude_each_other(node: dict[str, Any]) -> Iterator[Spot]:
    """When an object is deleted, what it owns is either kept, or deleted first.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, finalizers: [orphan, foregroundDeletion]}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, finalizers: [foregroundDeletion]}}
    """
    place, metadata = find_metadata(node)
    if {"orphan", "foregroundDeletion"} <= set(metadata.get("finalizers") or ()):
        yield found(*place, "finalizers")


@rule(
    "KQ2117",
    metadata_of(*judged_kinds(lambda kind: not kind.sets_generation)),
    "generation must not be negative, and is {value}",
    "remove `generation`: the server sets it",
    reason="Invalid",
    upstream="apimachinery/api/validation.validateObjectMetaAccessorWithOptsCommon",
)
def generation_is_negative(node: dict[str, Any]) -> Iterator[Spot]:
    """The server counts the generations of an object from 1.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, generation: -1}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}}
    """
    place, metadata = find_metadata(node)
    if (metadata.get("generation") or 0) < 0:
        yield found(*place, "generation", value=metadata["generation"])
