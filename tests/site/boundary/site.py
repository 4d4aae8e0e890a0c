"""A site as its operator writes it, asked in the oracle's own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from boundary.devices import is_accelerator

QUEUE: Final = "kueue.x-k8s.io/queue-name"


class Site:
    """What an operator named; of everything else, nothing."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.written = written
        self.allow: Mapping[str, Any] = written["allow"]
        self.defaults: Mapping[str, Any] = written.get("defaults") or {}
        self.classes: Mapping[str, Mapping[str, Any]] = written.get("gpuClasses") or {}
        self.volumes: Mapping[str, Mapping[str, Any]] = written.get("volumes") or {}

    def listed(self, key: str) -> list[Any]:
        """Return what a key of ``allow`` lists."""
        return list(self.allow.get(key) or ())

    @property
    def namespaces(self) -> list[str]:
        """Name the namespaces that objects may stand in."""
        default = self.defaults.get("namespace")
        return self.listed("namespaces") or ([default] if default else [])

    @property
    def kinds(self) -> dict[str, bool]:
        """Name the kinds that may be made, each with whether nothing in it is judged."""
        named = ({"kind": one} if isinstance(one, str) else one for one in self.listed("kinds"))
        return {one["kind"]: bool(one.get("opaque")) for one in named}

    @property
    def locked(self) -> dict[str, list[str]]:
        """Name the labels that must be there, with their values."""
        queue = self.defaults.get("queue")
        return {**({QUEUE: [queue]} if queue else {}), **{key: list(values) for key, values in (self.allow.get("labels") or {}).items()}}

    @property
    def node_labels(self) -> set[str]:
        """Name the labels of nodes that anybody may choose by; those of a class of GPUs come with it alone."""
        return set(self.listed("nodeLabels")) - {key for one in self.classes.values() for key in one.get("nodeSelector") or {}}

    def gives(self, source: str, value: Any) -> bool:
        """Return whether a source of a volume is one of the site's own."""
        return any(
            {key: item for key, item in volume[source].items() if key != "claim"} == value
            for volume in self.volumes.values()
            if source in volume
        )

    def names(self, key: str) -> Iterator[Any]:
        """Go through the names of Secrets, ConfigMaps or claims that the site names, wherever it does."""
        yield from self.listed(key)
        field = {"secrets": ("secret", "secretName"), "configMaps": ("configMap", "name"), "claims": ("persistentVolumeClaim", "claimName")}
        source, name = field.get(key, ("", ""))
        yield from (volume[source][name] for volume in self.volumes.values() if source in volume)
        for projection in (one for volume in self.volumes.values() for one in (volume.get("projected") or {}).get("sources") or ()):
            if source in projection:
                yield projection[source]["name"]
        if key == "serviceAccounts" and self.defaults.get("serviceAccount"):
            yield self.defaults["serviceAccount"]
        if key == "secrets":
            yield from (one["name"] for one in self.defaults.get("imagePullSecrets") or ())
            secret = (self.written.get("platform") or {}).get("secret")
            yield from [secret] if secret else []

    def gpus(self, totals: Mapping[str, Decimal], selector: Mapping[str, Any]) -> Iterator[str]:
        """Tell what a pod asks for, and may not."""
        most = Decimal(self.allow.get("gpus") or 0)
        of_classes = {one["resource"] for one in self.classes.values()}
        if sum((count for name, count in totals.items() if is_accelerator(name) or name in of_classes), Decimal(0)) > most:
            yield "more accelerators than the site gives"
        for name, count in totals.items():
            classes = [one for one in self.classes.values() if one["resource"] == name]
            meant = [one for one in classes if (one.get("nodeSelector") or {}).items() <= selector.items()] or classes
            limits = [Decimal(one["max"]) for one in meant if one.get("max") is not None]
            if limits and count > min(limits):
                yield f"more of {name} than its class gives"
            fabric = {key for one in self.classes.values() for key in (one.get("fabric") or {}).get("limits") or {}}
            known = name in self.listed("resources") or name in fabric or classes or (is_accelerator(name) and most)
            if count and not known and ("/" in name or name.startswith("hugepages-")):
                yield f"the resource {name}"
            if "/" not in name and not name.startswith("hugepages-") and name not in ("cpu", "memory", "ephemeral-storage"):
                yield f"the resource {name}"
