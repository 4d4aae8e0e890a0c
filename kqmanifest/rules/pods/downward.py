"""The downward API: what a container reads about its own pod, from its environment or from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.downward import ENV_FIELDS, FILE_FIELDS, RESOURCES, divides, is_field, is_key, is_resource, subscript

READERS: Final = ("EnvVarSource", "DownwardAPIVolumeSource", "DownwardAPIProjection")


def references(reader: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """Give each reference to a field (``fieldRef``) or resource (``resourceFieldRef``) of a variable or of a volume's files.

    The server names them without the numbers of the files.
    """
    for one in reader.get("items") or (reader,):
        reference = one.get(key)
        if reference is not None:
            yield reference


@rule("KQ2236", READERS, "{field} is no field of a pod that can be read here", "did you mean `{near}`?", "write one of {known}")
def field_is_unknown(reader: dict[str, Any]) -> Iterator[Finding]:
    """A container can read some fields of its pod, and not all of them in both ways.

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


@rule("KQ2237", READERS, "{key} is no key that {field} can have", "write the key as it stands in the pod's metadata, as in {field}['app']")
def field_has_a_key_that_none_can_have(reader: dict[str, Any]) -> Iterator[Finding]:
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


@rule("KQ2235", READERS, "a pod has no fields of the version {version}", "write `apiVersion: v1`, or take it out")
def field_of_another_version(reader: dict[str, Any]) -> Iterator[Finding]:
    """The fields of a pod are those of the API's version v1.

    Wrong:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {apiVersion: v2, fieldPath: spec.nodeName}}}]}]

    Right:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}]
    """
    for reference in references(reader, "fieldRef"):
        version = reference.get("apiVersion") or "v1"
        if version != "v1" and reference["fieldPath"]:
            yield found("fieldRef", "fieldPath", version=version)


@rule("KQ2238", READERS, "{resource} is no resource that can be read", "write one of {known}")
def resource_is_unknown(reader: dict[str, Any]) -> Iterator[Finding]:
    """A container can read its limits and requests of CPUs, memory, ephemeral storage and huge pages.

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
    "{resource} cannot be read in units of {divisor}",
    "write 1 or, for CPUs, 1m; for all others 1, 1k, 1M and so on up to 1E, or 1Ki, 1Mi and so on up to 1Ei",
)
def divisor_is_no_unit(reader: dict[str, Any]) -> Iterator[Finding]:
    """A divisor is the unit in which a resource is read.

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
    "the file {path} names no container",
    "write `containerName`: the files of a volume are for all containers",
)
def resource_of_no_container(source: dict[str, Any]) -> Iterator[Finding]:
    """A file that holds a resource says of which container.

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
    "the file {path} holds nothing",
    "add a `fieldRef` or a `resourceFieldRef`",
)
def file_of_no_field(source: dict[str, Any]) -> Iterator[Finding]:
    """A file of the downward API holds a field of the pod or a resource of a container.

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
    "the file {path} has both a `fieldRef` and a `resourceFieldRef`",
    "keep one of them, or make a file of each",
)
def file_of_two_fields(source: dict[str, Any]) -> Iterator[Finding]:
    """A file of the downward API holds one thing.

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
