"""An object among those that are made with it, under a site."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from boundary import devices
from boundary.places import is_named
from boundary.site import Site

_KEYS: Final = {
    "Secret": "secrets",
    "ConfigMap": "configMaps",
    "PersistentVolumeClaim": "claims",
    "ResourceClaim": "resourceClaims",
    "ResourceClaimTemplate": "resourceClaims",
}


_OF_THE_CLUSTER: Final = frozenset({("v1", "Namespace"), ("v1", "PersistentVolume"), ("storage.k8s.io/v1", "StorageClass")})


@dataclasses.dataclass(frozen=True, slots=True)
class Scene:
    """What a judge may ask: the site, all objects of a run, and the one that is judged."""

    site: Site
    run: Sequence[Mapping[str, Any]]
    thing: Mapping[str, Any]

    @property
    def is_of_the_cluster(self) -> bool:
        """Whether the object stands in no namespace."""
        return (self.thing.get("apiVersion"), self.thing.get("kind")) in _OF_THE_CLUSTER

    @property
    def is_custom(self) -> bool:
        """Whether the object is of a group that is not Kubernetes' own."""
        group = str(self.thing.get("apiVersion")).rpartition("/")[0]
        return "." in group and not group.endswith(".k8s.io")

    def pods(self) -> list[Mapping[str, Any]]:
        """Return the specs of the pods that the object is or makes."""
        return list(devices.pods(self.thing))

    def queued(self) -> Iterator[Mapping[str, Any]]:
        """Go through the metadata in which Kueue looks for a queue: of a CronJob's Jobs, and of the pods of kinds that it does not know."""
        spec = self.thing.get("spec") or {}
        match None if self.is_custom else self.thing["kind"]:
            case "Pod" | "Job" | "Deployment" | "StatefulSet":
                yield self.thing.get("metadata") or {}
            case "CronJob":
                yield (spec.get("jobTemplate") or {}).get("metadata") or {}
            case "DaemonSet" | "ReplicaSet" | "ReplicationController":
                yield (spec.get("template") or {}).get("metadata") or {}
            case "PodTemplate":
                yield (self.thing.get("template") or {}).get("metadata") or {}
            case _ if self.is_custom:
                yield self.thing.get("metadata") or {}

    def labelled(self) -> Iterator[Mapping[str, Any]]:
        """Go through the metadata that any other label must be in: of the object, and of its pods."""
        yield self.thing.get("metadata") or {}
        spec = self.thing.get("spec") or {}
        template = self.thing.get("template") or ((spec.get("jobTemplate") or {}).get("spec") or spec).get("template")
        if self.pods() and isinstance(template, Mapping):
            yield template.get("metadata") or {}

    def made(self, kind: str, name: Any) -> list[Mapping[str, Any]]:
        """Return the objects of a kind and name that are made in the same run, in the same namespace."""
        here = (self.thing.get("metadata") or {}).get("namespace")
        return [
            one
            for one in self.run
            if one.get("kind") == kind and (one.get("metadata") or {}).get("name") == name and (one["metadata"].get("namespace")) == here
        ]

    def may_use(self, kind: str, name: Any) -> bool:
        """Return whether an object is made in the same run, or named by the site; an empty name means none."""
        return not name or bool(self.made(kind, name)) or is_named(name, list(self.site.names(_KEYS[kind])))

    def claims(self, claim: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Go through the specs of the device claims of the run that a pod's claim means."""
        for one in self.made("ResourceClaim", claim.get("resourceClaimName")):
            yield one.get("spec") or {}
        for one in self.made("ResourceClaimTemplate", claim.get("resourceClaimTemplateName")):
            yield (one.get("spec") or {}).get("spec") or {}

    def defaults_of_containers(self) -> list[Any]:
        """Return the variables that the site gives to every container."""
        env = self.site.defaults.get("env") or []
        return [{"name": name, "value": value} for name, value in env.items()] if isinstance(env, Mapping) else list(env)
