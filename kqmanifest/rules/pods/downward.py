"""The downward API: what a container reads about its own pod, in environment variables or files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.downward import ENV_FIELDS, FILE_FIELDS, RESOURCES, divides, is_field, is_key, is_resource, subscript
from kqmanifest.vocabulary.spelling import nearest

READERS: Final = ("EnvVarSource", "DownwardAPIVolumeSource", "DownwardAPIProjection")


def references(reader: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """Return each reference to a field (``fieldRef``) or resource (``resourceFieldRef``) of a variable or of a volume's files.

    The server's own errors name them without the index of the file.
    """
    for item in reader.get("items") or (reader,):
        reference = item.get(key)
        if reference is not None:
            yield reference


@rule(
    "KQ2236",
    READERS,
    "fieldPath {field} is not supported here",
    "did you mean `{near}`?",
    "write one of {known}",
    reason="Invalid",
    upstream="core/validation.validateObjectFieldSelector",
)
def field_path_is_unknown(reader: dict[str, Any]) -> Iterator[Spot]:
    """A container can read certain fields of its pod, not all of them both as a variable and as a file.

    Wrong:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.node}}}]}]

    Right:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}]
    """
    fields = FILE_FIELDS if "items" in reader else ENV_FIELDS
    for reference in references(reader, "fieldRef"):
        if not is_field(reference["fieldPath"], fields):
            known = (*sorted(fields - {"spec.host"}), "metadata.labels['…']", "metadata.annotations['…']")
            near = nearest(reference["fieldPath"], known) if reference["fieldPath"] else None
            yield found("fieldRef", "fieldPath", field=reference["fieldPath"], near=near, known=known)


@rule(
    "KQ2237",
    READERS,
    "{key} is not a valid key of {field}",
    "write the key as it is in the pod's metadata, as in {field}['app']",
    reason="Invalid",
    upstream="core/validation.validateObjectFieldSelector",
)
def field_path_key_is_not_valid(reader: dict[str, Any]) -> Iterator[Spot]:
    """A single label or annotation is read by its key.

    Wrong:
        containers: [{name: main, env: [{name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['my app']"}}}]}]

    Right:
        containers: [{name: main, env: [{name: APP, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}]}]
    """
    for reference in references(reader, "fieldRef"):
        parts = subscript(reference["fieldPath"])
        if parts and is_field(reference["fieldPath"], FILE_FIELDS) and not is_key(*parts):
            yield found("fieldRef", field=parts[0], key=parts[1])


@rule(
    "KQ2235",
    READERS,
    "apiVersion {version} of a fieldRef is not supported",
    "write `apiVersion: v1`, or remove it",
    reason="Invalid",
    upstream="core/validation.validateObjectFieldSelector",
)
def field_of_another_version(reader: dict[str, Any]) -> Iterator[Spot]:
    """The fields of a pod are those of version v1 of the API.

    Wrong:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {apiVersion: v2, fieldPath: spec.nodeName}}}]}]

    Right:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}]
    """
    for reference in references(reader, "fieldRef"):
        version = reference.get("apiVersion") or "v1"
        if version != "v1" and reference["fieldPath"]:
            yield found("fieldRef", "fieldPath", version=version)


@rule(
    "KQ2238",
    READERS,
    "resource {resource} is not supported here",
    "write one of {known}",
    reason="NotSupported",
    upstream="core/validation.validateContainerResourceFieldSelector",
)
def resource_field_is_unknown(reader: dict[str, Any]) -> Iterator[Spot]:
    """A container can read its limits and requests for cpu, memory, ephemeral-storage and huge pages.

    Wrong:
        containers: [{name: main, env: [{name: GPUS, valueFrom: {resourceFieldRef: {resource: limits.nvidia.com/gpu}}}]}]

    Right:
        containers: [{name: main, env: [{name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory}}}]}]
    """
    for reference in references(reader, "resourceFieldRef"):
        if not is_resource(reference["resource"]):
            yield found("resourceFieldRef", "resource", resource=reference["resource"], known=RESOURCES)


@rule(
    "KQ2239",
    READERS,
    "divisor {divisor} is not supported for {resource}",
    "write 1 or, for CPUs, 1m; for all others 1, 1k, 1M and so on up to 1E, or 1Ki, 1Mi and so on up to 1Ei",
    reason="Invalid",
    upstream="core/validation.validateContainerResourceDivisor",
)
def divisor_is_not_supported(reader: dict[str, Any]) -> Iterator[Spot]:
    """The divisor is the unit in which a resource is read.

    Wrong:
        containers: [{name: main, env: [{name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 10Mi}}}]}]

    Right:
        containers: [{name: main, env: [{name: MEMORY, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1Mi}}}]}]
    """
    for reference in references(reader, "resourceFieldRef"):
        resource, divisor = reference["resource"], reference.get("divisor")
        if divisor is not None and is_resource(resource) and not divides(resource, divisor):
            yield found("resourceFieldRef", "divisor", resource=resource, divisor=divisor)


@rule(
    "KQ2080",
    ("DownwardAPIVolumeSource", "DownwardAPIProjection"),
    "the resourceFieldRef of the file {path} needs a containerName",
    "set `containerName`: the files of a volume are for all containers",
    reason="Required",
    upstream="core/validation.validateContainerResourceFieldSelector",
)
def resource_file_has_no_container_name(source: dict[str, Any]) -> Iterator[Spot]:
    """A file with a resource names the container that has it.

    Wrong:
        volumes: [{name: facts, downwardAPI: {items: [{path: memory, resourceFieldRef: {resource: limits.memory}}]}}]

    Right:
        volumes: [{name: facts, downwardAPI: {items: [{path: memory, resourceFieldRef: {containerName: main, resource: limits.memory}}]}}]
    """
    for file in source.get("items") or ():
        reference = file.get("resourceFieldRef")
        if reference is not None and file.get("fieldRef") is None and not reference.get("containerName"):
            yield found("resourceFieldRef", "containerName", path=file["path"])


@rule(
    "KQ2081",
    ("DownwardAPIVolumeSource", "DownwardAPIProjection"),
    "the file {path} needs a fieldRef or a resourceFieldRef",
    "add a `fieldRef` or a `resourceFieldRef`",
    reason="Required",
    upstream="core/validation.validateDownwardAPIVolumeFile",
)
def file_has_neither_field_nor_resource(source: dict[str, Any]) -> Iterator[Spot]:
    """A file of the downward API contains a field of the pod or a resource of a container.

    Wrong:
        volumes: [{name: facts, downwardAPI: {items: [{path: labels}]}}]

    Right:
        volumes: [{name: facts, downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}}]
    """
    for file in source.get("items") or ():
        if file.get("fieldRef") is None and file.get("resourceFieldRef") is None:
            yield found(path=file["path"])


@rule(
    "KQ2082",
    ("DownwardAPIVolumeSource", "DownwardAPIProjection"),
    "the file {path} must not have both a fieldRef and a resourceFieldRef",
    "keep one of them, or make a file of each",
    reason="Invalid",
    upstream="core/validation.validateDownwardAPIVolumeFile",
)
def file_has_both_field_and_resource(source: dict[str, Any]) -> Iterator[Spot]:
    """A file of the downward API contains one field or one resource.

    Wrong:
        volumes:
        - name: facts
          downwardAPI:
            items:
            - path: fact
              fieldRef: {fieldPath: metadata.name}
              resourceFieldRef: {containerName: main, resource: limits.memory}

    Right:
        volumes: [{name: facts, downwardAPI: {items: [{path: fact, fieldRef: {fieldPath: metadata.name}}]}}]
    """
    for file in source.get("items") or ():
        if file.get("fieldRef") is not None and file.get("resourceFieldRef") is not None:
            yield found(path=file["path"])
