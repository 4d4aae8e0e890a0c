"""What a site allows of objects: their kinds, and the namespaces that they are in or refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, Kind, Site
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.published import Published
from kqmanifest.schema.walk import Spot
from kqmanifest.site.fields import Judge, table
from kqmanifest.vocabulary.kinds import kind_of

KIND: Final = Fault(
    "KQ5101",
    "this site does not allow the kind {kind} of {group}",
    ("use one of {allowed}", "ask the site's operator: no kind of object is allowed"),
)
NAMESPACE: Final = Fault(
    "KQ5102",
    "this site does not allow the namespace {namespace}",
    ("write one of {allowed}", "ask the site's operator: no namespace is allowed"),
)
MANIFEST: Final = Fault(
    "KQ5116",
    "this site accepts only specs, and this is a manifest: it has an apiVersion",
    ("write a spec: remove `apiVersion`, and move the fields of `metadata` and `spec` beside `kind`",),
)

OBJECT: Final = "Object"
"""The pseudo-type of rules that judge every object, whatever its shape."""
_OUR_OWN: Final = "Kubernetes"


def judges(site: Site, allow: Allow, version: Published) -> Iterator[Judge]:
    """Make the judges of objects."""
    admitted = {one.kind: one.opaque for one in allow.kinds if isinstance(one, Kind)}

    def kind(tree: dict[str, Any]) -> Iterator[Spot]:
        api_version, name = tree.get("apiVersion"), tree.get("kind")
        group = str(api_version).rpartition("/")[0]
        is_own = version.type_of(api_version, name) is not None
        opaque = admitted.get(f"{name}" if is_own else f"{group}/{name}")
        if opaque is None or not (opaque or (is_own and name in table().kinds)):
            yield found("kind", kind=name, group=group or _OUR_OWN, allowed=list(admitted) or None)

    yield Judge((), Rule(KIND, (OBJECT,), kind))
    yield from _namespaces(site, allow)


def namespaces(site: Site, allow: Allow) -> tuple[str, ...]:
    """Return the namespaces that objects may be in: those that are listed, or else the default one."""
    default = site.defaults.namespace
    return tuple(allow.namespaces) or ((default,) if default else ())


def is_of_the_cluster(tree: Mapping[str, Any]) -> bool:
    """Return whether an object is in no namespace; that is not known of a custom resource, so it requires one."""
    kind = kind_of(str(tree.get("apiVersion")), str(tree.get("kind")))
    return kind is not None and not kind.namespaced


def _namespaces(site: Site, allow: Allow) -> Iterator[Judge]:
    names = namespaces(site, allow)
    allowed = list(names) or None

    def namespace(tree: dict[str, Any]) -> Iterator[Spot]:
        metadata = tree.get("metadata")
        metadata = metadata if isinstance(metadata, Mapping) else {}
        if tree.get("kind") == "Namespace":
            place, name = "name", metadata.get("name")
        elif is_of_the_cluster(tree):
            return
        else:
            place, name = "namespace", metadata.get("namespace")
        if name not in names:
            yield found("metadata", place, namespace=name or None, allowed=allowed)

    def namespace_of_a_template(template: dict[str, Any]) -> Iterator[Spot]:
        name = (template.get("metadata") or {}).get("namespace")
        if name and name not in names:
            yield found("metadata", "namespace", namespace=name, allowed=allowed)

    def claim(volume: dict[str, Any]) -> Iterator[Spot]:
        name = (volume.get("claimRef") or {}).get("namespace")
        if name not in names:
            yield found("claimRef", namespace=name or None, allowed=allowed)

    def reached(value: str | list[str]) -> Iterator[Spot]:
        for place, name in [((), value)] if isinstance(value, str) else [((index,), one) for index, one in enumerate(value)]:
            if name not in names and not (name == "" and isinstance(value, str)):
                yield found(*place, namespace=name, allowed=allowed)

    templates = ("PodTemplateSpec", "JobTemplateSpec", "PersistentVolumeClaimTemplate", "ResourceClaimTemplateSpec")
    of_their_own = ("ObjectMeta.namespace", "PersistentVolumeSpec.claimRef")
    others = tuple(line for line in table().lines("namespaces") if line not in of_their_own)
    yield Judge(("ObjectMeta.namespace",), Rule(NAMESPACE, (OBJECT,), namespace))
    yield Judge((), Rule(NAMESPACE, templates, namespace_of_a_template))
    yield Judge(("PersistentVolumeSpec.claimRef",), Rule(NAMESPACE, ("PersistentVolumeSpec",), claim))
    yield Judge(others, Rule(NAMESPACE, others, reached))
