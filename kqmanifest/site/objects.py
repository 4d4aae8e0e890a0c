"""What a site says of objects: their kinds, and the namespaces that they stand in or reach into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.published import published
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.objects import CLUSTER_KINDS

KIND: Final = Fault("KQ5101", "this site does not allow the kind {kind} of {group}", ("ask for one of {allowed}",))
NAMESPACE: Final = Fault("KQ5102", "this site does not allow the namespace {namespace}", ("write one of {allowed}",))

OBJECT: Final = "Object"
"""What a rule hangs on that is asked with each object, whatever its shape."""
_OUR_OWN: Final = "Kubernetes"


def rules(allow: Allow, version: str) -> Iterator[Rule]:
    """Make the rules of objects, as of a version of Kubernetes."""
    known = published(version)

    def kind(tree: dict[str, Any]) -> Iterator[Finding]:
        api_version, name = tree.get("apiVersion"), tree.get("kind")
        group = str(api_version).rpartition("/")[0]
        is_own = known.type_of(api_version, name) is not None
        if (name if is_own else f"{group}/{name}") not in allow.kinds:
            yield found("kind", kind=name, group=group or _OUR_OWN, allowed=list(allow.kinds))

    yield Rule(KIND, (OBJECT,), kind)
    yield from _namespaces(allow)


def _namespaces(allow: Allow) -> Iterator[Rule]:
    listed = allow.namespaces
    if listed is None:
        return

    def namespace(tree: dict[str, Any]) -> Iterator[Finding]:
        metadata = tree.get("metadata")
        metadata = metadata if isinstance(metadata, Mapping) else {}
        if tree.get("kind") == "Namespace":
            place, name = "name", metadata.get("name")
        elif str(tree.get("kind")) in CLUSTER_KINDS:
            return
        else:
            place, name = "namespace", metadata.get("namespace")
        if name not in listed:
            yield found("metadata", place, namespace=name or None, allowed=list(listed))

    def reference(target: dict[str, Any]) -> Iterator[Finding]:
        name = target.get("namespace")
        if name and name not in listed:
            yield found("namespace", namespace=name, allowed=list(listed))

    def claim(volume: dict[str, Any]) -> Iterator[Finding]:
        name = (volume.get("claimRef") or {}).get("namespace")
        if name not in listed:
            yield found("claimRef", namespace=name or None, allowed=list(listed))

    yield Rule(NAMESPACE, (OBJECT,), namespace)
    yield Rule(NAMESPACE, ("TypedObjectReference", "Subject"), reference)
    yield Rule(NAMESPACE, ("PersistentVolumeSpec",), claim)
