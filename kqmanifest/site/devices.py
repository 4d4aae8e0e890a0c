"""What a site allows of devices: how many GPUs a pod may have, in whichever way it requests them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, GpuClass, Site
from kqmanifest.model.values import thawed
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Spot
from kqmanifest.site.fields import Judge, listed, table
from kqmanifest.vocabulary.devices import (
    device_class_of,
    gives_devices,
    is_accelerator,
    is_device_path,
    is_gpu,
    is_part_of_a_gpu,
    may_begin_what_gives_devices,
)
from kqmanifest.vocabulary.pods import containers, is_sidecar
from kqmanifest.vocabulary.quantities import amount
from kqmanifest.vocabulary.resources import is_extended

GPUS: Final = Fault("KQ5121", "this pod requests {count} GPUs, and this site allows {most}", ("request at most {most}",))
GPUS_OF_A_CLASS: Final = Fault(
    "KQ5122",
    "this pod requests {count} of {resource}, and this site allows {most}",
    ("request at most {most}", "request a class of GPUs, one of {classes}"),
)
GPUS_BY_CLAIM: Final = Fault(
    "KQ5123", "this requests {count} devices, and this site allows a pod {most} GPUs", ("request at most {most}, in one claim",)
)
HIDDEN: Final = Fault("KQ5124", "{variable} would give a container devices that are not counted", ("remove it, and request `gpus`",))
RESOURCE: Final = Fault("KQ5125", "this site does not allow the resource {resource}", ("use one of {allowed}", "remove it"))
DEVICE_CLASS: Final = Fault("KQ5142", "this site does not allow the device class {name}", ("use one of {allowed}", "request `gpus`"))

_COUNTED_BY_THE_NODE: Final = frozenset({"cpu", "memory", "ephemeral-storage"})


def most_of_a_class(site: Site) -> Iterator[Rule]:
    """Make the rule of how many GPUs of each class a pod may request."""
    by_resource: dict[str, dict[str, GpuClass]] = {}
    for name, kind in site.gpu_classes.items():
        by_resource.setdefault(kind.resource, {})[name] = kind
    of_classes = {key for kind in site.gpu_classes.values() for key in kind.node_selector}

    def gpus_of_a_class(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        totals, places = total_requests(pod_spec)
        selector = pod_spec.get("nodeSelector") or {}
        elsewhere = not of_classes.isdisjoint(_keys_of_affinity(pod_spec))
        for resource, classes in by_resource.items():
            meant = [] if elsewhere else [one for one in classes.values() if thawed(one.node_selector).items() <= selector.items()]
            limits = [one.max for one in meant or classes.values() if one.max is not None]
            if limits and totals.get(resource, 0) > min(limits):
                of = None if meant else list(classes)
                most = min(limits) if meant else None
                told = {"most": most, "classes": of} if meant else {"most": min(limits), "classes": of}
                yield found(*places[resource], count=int(totals[resource]), resource=resource, **told)

    if any(one.max is not None for one in site.gpu_classes.values()):
        yield Rule(GPUS_OF_A_CLASS, ("PodSpec",), gpus_of_a_class)


def _keys_of_affinity(pod_spec: Mapping[str, Any]) -> Iterator[str]:
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = (affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms") or ()
    preferred = [one["preference"] for one in affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()]
    for term in (*required, *preferred):
        for requirement in term.get("matchExpressions") or ():
            yield requirement["key"]


def judges(site: Site, allow: Allow) -> Iterator[Judge]:
    """Make the judges of devices."""
    yield from _counts(site, allow)
    yield from _resources(site, allow)
    yield from _hidden()
    yield listed(DEVICE_CLASS, table().lines("deviceClasses"), allow.device_classes)


def _counts(site: Site, allow: Allow) -> Iterator[Judge]:
    classes = {kind.resource for kind in site.gpu_classes.values()}
    most = allow.gpus

    def counts(resource: str) -> bool:
        if is_gpu(resource) or resource in classes or is_accelerator(resource) or device_class_of(resource):
            return True
        return is_part_of_a_gpu(resource) and resource not in allow.resources

    def gpus(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        totals, places = total_requests(pod_spec)
        total = sum((count for resource, count in totals.items() if counts(resource)), Decimal(0))
        if total > most:
            first = next(resource for resource, count in totals.items() if counts(resource) and count)
            yield found(*places[first], count=int(total), most=most)

    def claims_beside_others(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        claims = pod_spec.get("resourceClaims") or ()
        totals, _ = total_requests(pod_spec)
        if len(claims) > 1 or (claims and any(count for resource, count in totals.items() if counts(resource))):
            yield found("resourceClaims", len(claims) - 1, count="more than one claim's", most=most)

    def claimed(claim: dict[str, Any]) -> Iterator[Spot]:
        count = _claimed((claim.get("devices") or {}).get("requests") or ())
        if count is None or count > most:
            yield found("devices", count="all" if count is None else count, most=most)

    yield Judge((), Rule(GPUS, ("PodSpec",), gpus))
    yield Judge((), Rule(GPUS_BY_CLAIM, ("PodSpec",), claims_beside_others, needs=("resourceClaims",)))
    yield Judge((), Rule(GPUS_BY_CLAIM, ("ResourceClaimSpec",), claimed))


def _resources(site: Site, allow: Allow) -> Iterator[Judge]:
    fabrics: list[Any] = [one for kind in site.gpu_classes.values() if kind.fabric for one in kind.fabric.limits]
    allowed = {*allow.resources, *(kind.resource for kind in site.gpu_classes.values()), *(one.resource for one in fabrics)}
    lines = table().lines("resources")

    def resource(named: dict[str, Any]) -> Iterator[Spot]:
        for name, quantity in named.items():
            if name in _COUNTED_BY_THE_NODE or name in allowed or is_gpu(name):
                continue
            by_class = device_class_of(name)
            if amount(quantity) != 0 and not (by_class and by_class in allow.device_classes):
                yield found(name, resource=name, allowed=sorted(allowed) or None)

    def medium(name: str) -> Iterator[Spot]:
        if not table().is_harmless("EmptyDirVolumeSource.medium", name) and not any(
            one.startswith("hugepages-") for one in allow.resources
        ):
            yield found(resource=name, allowed=None)

    of_containers = tuple(line for line in lines if line.startswith("ResourceRequirements."))
    yield Judge(of_containers, Rule(RESOURCE, of_containers, resource))
    yield Judge(("EmptyDirVolumeSource.medium",), Rule(RESOURCE, ("EmptyDirVolumeSource.medium",), medium))


def _hidden() -> Iterator[Judge]:
    """Judge what gives devices without a request. Nothing allows it: GPUs must be requested."""

    def variable(node: dict[str, Any]) -> Iterator[Spot]:
        value = None if node.get("valueFrom") is not None else node.get("value") or ""
        if gives_devices(node["name"], value):
            yield found(variable=node["name"])

    def variables(data: dict[str, Any]) -> Iterator[Spot]:
        for key in data:
            if gives_devices(key):
                yield found(key, variable=key)

    def prefix(text: str) -> Iterator[Spot]:
        if text and may_begin_what_gives_devices(text):
            yield found(variable=f"{text}…")

    def path(mount_path: str) -> Iterator[Spot]:
        if is_device_path(mount_path):
            yield found(variable=mount_path)

    data = ("ConfigMap.data", "ConfigMap.binaryData", "Secret.data", "Secret.stringData")
    yield Judge(("EnvVar.name",), Rule(HIDDEN, ("EnvVar",), variable))
    yield Judge(data, Rule(HIDDEN, data, variables))
    yield Judge(("EnvFromSource.prefix",), Rule(HIDDEN, ("EnvFromSource.prefix",), prefix))
    yield Judge(("VolumeMount.mountPath",), Rule(HIDDEN, ("VolumeMount.mountPath",), path))


def total_requests(pod_spec: Mapping[str, Any]) -> tuple[dict[str, Decimal], dict[str, tuple[str | int, ...]]]:
    """Add up what a pod requests of each extended resource, and return where it does so last.

    Init containers run one after another, and a sidecar keeps what it has.
    """
    running: dict[str, Decimal] = {}
    highest: dict[str, Decimal] = {}
    places: dict[str, tuple[str | int, ...]] = {}
    for place, container in containers(pod_spec):
        resources = container.get("resources") or {}
        for kind in ("requests", "limits"):
            for name in resources.get(kind) or ():
                if is_extended(name):
                    places[name] = (*place, "resources", kind, name)
        both = {**(resources.get("requests") or {}), **(resources.get("limits") or {})}
        for name in both:
            if is_extended(name):
                count = max(amount((resources.get(kind) or {}).get(name)) or Decimal(0) for kind in ("limits", "requests"))
                starts_first = place[0] == "initContainers" and not is_sidecar(container)
                highest[name] = max(highest.get(name, Decimal(0)), running.get(name, Decimal(0)) + count)
                if not starts_first:
                    running[name] = running.get(name, Decimal(0)) + count
    return {name: max(highest[name], running.get(name, Decimal(0))) for name in highest}, places


def _claimed(requests: Any) -> int | None:
    """Count the devices of a claim; None where it takes all that there are."""
    total = 0
    for request in requests:
        ways = [request.get("exactly") or request, *(request.get("firstAvailable") or ())]
        if any(way.get("allocationMode") == "All" for way in ways):
            return None
        total += max(way.get("count") or 1 for way in ways)
    return total
