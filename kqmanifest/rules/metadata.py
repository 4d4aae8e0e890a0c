"""Metadata: what every object is called, and its labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_label, is_label_value, is_qualified, is_subdomain

SUBDOMAIN_KINDS = (
    "Pod",
    "Job",
    "CronJob",
    "Deployment",
    "ConfigMap",
    "Secret",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "ResourceClaimTemplate",
    "ResourceQuota",
)
LABEL_KINDS = ("Namespace", "Service", "StatefulSet")


@rule(
    "KQ2101",
    (*SUBDOMAIN_KINDS, *LABEL_KINDS),
    "this object has no name",
    "give it a `name`: lower-case letters, digits and dashes",
)
def object_without_a_name(thing: dict[str, Any]) -> Iterator[Finding]:
    """An object needs a name, or a ``generateName`` that the server completes.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {labels: {app: training}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}}
    """
    metadata = thing.get("metadata") or {}
    if not metadata.get("name") and not metadata.get("generateName"):
        yield found("metadata", "name")


@rule(
    "KQ2102",
    SUBDOMAIN_KINDS,
    "{name} is not a name for this kind of object",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
)
def object_name_is_no_subdomain(thing: dict[str, Any]) -> Iterator[Finding]:
    """Most names are DNS subdomains: no capitals, no underscores, no blanks.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: Training_2}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: training-2}}
    """
    name = (thing.get("metadata") or {}).get("name")
    if name and not is_subdomain(name):
        yield found("metadata", "name", name=name)


@rule(
    "KQ2103",
    LABEL_KINDS,
    "{name} is not a name for this kind of object",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
)
def object_name_is_no_label(thing: dict[str, Any]) -> Iterator[Finding]:
    """The names of Namespaces, Services and StatefulSets become host names: DNS labels, without dots.

    Wrong:
        {apiVersion: v1, kind: Namespace, metadata: {name: team.vision}}

    Right:
        {apiVersion: v1, kind: Namespace, metadata: {name: team-vision}}
    """
    name = (thing.get("metadata") or {}).get("name")
    if name and not is_label(name):
        yield found("metadata", "name", name=name)


@rule(
    "KQ2104",
    "ObjectMeta.labels",
    "{key} is not a key for a label",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in example.com/team",
)
def label_key_is_not_qualified(labels: dict[str, Any]) -> Iterator[Finding]:
    """A label's key is a name, with perhaps a domain and a slash before it.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, labels: {"my team": vision}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, labels: {team: vision}}}
    """
    for key in labels:
        if not is_qualified(key):
            yield found(key, key=key)


@rule(
    "KQ2105",
    "ObjectMeta.labels",
    "{value} is not a value for the label {key}",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; put anything else into an annotation",
)
def label_value_is_too_free(labels: dict[str, Any]) -> Iterator[Finding]:
    """A label's value is short and plain, since objects are selected by it.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, labels: {note: "run 2, lower learning rate"}}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts, annotations: {note: "run 2, lower learning rate"}}}
    """
    for key, value in labels.items():
        if value and not is_label_value(value):
            yield found(key, key=key, value=value)
