"""The witness: what it holds against finished objects, by a white list of its own and what a site names."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from boundary import confinement, judges, sources
from boundary.scene import Scene
from boundary.site import Site
from boundary.whitelist import HARMLESS

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Pod": ("v1",),
    "Service": ("v1",),
    "ConfigMap": ("v1",),
    "Secret": ("v1",),
    "Namespace": ("v1",),
    "ServiceAccount": ("v1",),
    "PodTemplate": ("v1",),
    "ReplicationController": ("v1",),
    "PersistentVolume": ("v1",),
    "PersistentVolumeClaim": ("v1",),
    "Job": ("batch/v1",),
    "CronJob": ("batch/v1",),
    "Deployment": ("apps/v1",),
    "StatefulSet": ("apps/v1",),
    "DaemonSet": ("apps/v1",),
    "ReplicaSet": ("apps/v1",),
    "StorageClass": ("storage.k8s.io/v1",),
    "ResourceClaim": tuple(f"resource.k8s.io/{version}" for version in ("v1", "v1beta1", "v1beta2", "v1alpha3")),
    "ResourceClaimTemplate": tuple(f"resource.k8s.io/{version}" for version in ("v1", "v1beta1", "v1beta2", "v1alpha3")),
}
"""The kinds that the white list knows, with their API versions; any other is opaque."""
_WITH_SOURCES: Final = frozenset({"Volume", "PersistentVolumeSpec", "VolumeProjection"})


JUDGES: Final[Mapping[str, Any]] = {**vars(confinement), **vars(sources), **vars(judges)}


@dataclasses.dataclass(frozen=True, slots=True)
class Objection:
    """What is held against an object, and where."""

    place: str
    reason: str


def objections(site: Mapping[str, Any], objects: Sequence[Mapping[str, Any]]) -> list[Objection]:
    """Return what is held against finished objects under a site, as its operator writes it; nothing where it has no ``allow``."""
    if "allow" not in site:
        return []
    run = [_plain(one) for one in objects]
    asked = Site(site)
    return [one for index, thing in enumerate(run) for one in _of_an_object(Scene(asked, run, thing), f"/{index}")]


def _plain(tree: Any) -> Any:
    if isinstance(tree, Mapping):
        return {str(key): _plain(value) for key, value in tree.items()}
    return [_plain(item) for item in tree] if isinstance(tree, list | tuple) else tree


def _of_an_object(scene: Scene, place: str) -> Iterator[Objection]:
    thing, kind = scene.thing, str(scene.thing.get("kind"))
    version = str(thing.get("apiVersion"))
    known = version in KINDS.get(kind, ())
    group = version.rpartition("/")[0]
    name = kind if known or f"{group}/{kind}" not in scene.site.kinds else f"{group}/{kind}"
    if name not in scene.site.kinds:
        yield Objection(f"{place}/kind", f"the kind {version} {kind}")
        return
    metadata = thing.get("metadata") or {}
    if not scene.is_of_the_cluster and metadata.get("namespace") not in scene.site.namespaces:
        yield Objection(f"{place}/metadata", f"the namespace {metadata.get('namespace')}")
    yield from (Objection(f"{place}/metadata", why) for why in judges.required(scene))
    if known:
        yield from (Objection(place, why) for why in judges.whole(scene))
        yield from _walk(scene, kind, {key: value for key, value in thing.items() if key not in ("apiVersion", "kind")}, place)
    elif scene.site.kinds[name]:
        yield from _walk(scene, "ObjectMeta", metadata, f"{place}/metadata")
    else:
        yield Objection(f"{place}/kind", f"the kind {kind}, whose fields nobody has judged")


def _walk(scene: Scene, name: str, node: Any, place: str) -> Iterator[Objection]:
    """Hold against a node of a type whatever the white list does not have."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(scene, name, item, f"{place}/{index}")
        return
    if not isinstance(node, Mapping):
        return
    for field, value in node.items():
        here = f"{place}/{field}"
        entry = HARMLESS[name].get(field)
        if value is None:
            continue
        if f"{name}.{field}" in scene.site.listed("fields") or (name in _WITH_SOURCES and field in scene.site.listed("volumes")):
            yield from _within(scene, value, here)
        elif entry is None:
            if not (name in _WITH_SOURCES and scene.site.gives(field, value)):
                yield Objection(here, f"{name}.{field} is not known to be harmless")
        else:
            if entry.judge is not None:
                yield from (Objection(here, why) for why in JUDGES[entry.judge](scene, value, node))
            if entry.inner is not None and not (name in _WITH_SOURCES and scene.site.gives(field, value)):
                yield from _walk(scene, entry.inner, value, here)


def _within(scene: Scene, node: Any, place: str) -> Iterator[Objection]:
    """Hold against what a site names as a whole the names in it that lead further: one permission opens one thing."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _within(scene, item, f"{place}/{index}")
    elif isinstance(node, Mapping):
        for field, value in node.items():
            if value is None:
                continue
            why = judges.leads_further(scene, field, value)
            if why is not None and not any(one.endswith(f".{field}") for one in scene.site.listed("fields")):
                yield Objection(f"{place}/{field}", why)
            yield from _within(scene, value, f"{place}/{field}")
