"""What a site says of images, GPUs and whatever else a pod may ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.container import Container
from kqmanifest.model.pod import Pod
from kqmanifest.model.site import Allow, GpuClass, Site
from kqmanifest.model.values import spec_keys, thawed
from kqmanifest.model.volumes import Mount
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Finding
from kqmanifest.site.confines import is_given
from kqmanifest.site.places import is_within
from kqmanifest.vocabulary.devices import is_gpu, is_part_of_a_gpu
from kqmanifest.vocabulary.pods import containers, is_sidecar
from kqmanifest.vocabulary.quantities import amount
from kqmanifest.vocabulary.resources import is_extended

IMAGE: Final = Fault("KQ5120", "this site does not allow the image {image}", ("take one of {allowed}",))
GPUS: Final = Fault("KQ5121", "this pod asks for {count} GPUs, and this site gives {most}", ("ask for {most} at most",))
GPUS_OF_A_CLASS: Final = Fault(
    "KQ5122",
    "this pod asks for {count} of {resource}, and this site gives {most}",
    ("ask for {most} at most", "ask for a class of GPUs, one of {classes}"),
)
GPUS_BY_CLAIM: Final = Fault(
    "KQ5123", "this asks for {count} devices, and this site gives a pod {most} GPUs", ("ask for {most} at most, in one claim",)
)
HIDING: Final = Fault(
    "KQ5124", "NVIDIA_VISIBLE_DEVICES would give this container GPUs that nobody counts", ("take it out, and ask for `gpus`",)
)
RESOURCE: Final = Fault("KQ5125", "this site does not allow the resource {resource}", ("ask for one of {allowed}", "take it out"))
ACCOUNT: Final = Fault("KQ5126", "this site does not allow the service account {account}", ("take one of {allowed}",))
TOLERATION: Final = Fault(
    "KQ5127",
    "this site does not allow this pod to tolerate {taint}",
    ("tolerate one of {allowed}", "take it out: no taint may be tolerated"),
)
LABEL: Final = Fault("KQ5128", "this site does not allow the label {label} to be {value}", ("write one of {allowed}",))
FIELD: Final = Fault("KQ5129", "this site does not allow the field {field} here", ("take it out; allowed are {allowed}", "take it out"))
NODE: Final = Fault("KQ5130", "this site does not let a pod choose the node {node} past the scheduler", ("take `nodeName` out",))

_VISIBLE: Final = "NVIDIA_VISIBLE_DEVICES"
_HIDDEN: Final = frozenset({"", "none", "void"})
_TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105  a type of Secret
_ACCOUNT_OF_TOKEN: Final = "kubernetes.io/service-account.name"  # noqa: S105  as above
_OF_CONTAINERS: Final = (spec_keys(Container) | {"resources", "volumeMounts"}) - spec_keys(Mount)
_OF_PODS: Final = spec_keys(Pod) | {"resourceClaims", "nodeName", "serviceAccount"}
"""Fields with a rule of their own are not told twice."""
_OF_THE_NODE: Final = frozenset({"hostNetwork", "hostPID", "hostIPC"})


def rules(site: Site, allow: Allow) -> Iterator[Rule]:
    """Make the rules of what a pod asks for, but for its volumes and powers."""
    yield from _images(allow)
    yield from _devices(site, allow)
    yield from _visible(allow)
    yield from _resources(site, allow)
    yield from _accounts(allow)
    yield from _placement(site, allow)
    yield from _fields(site, allow)


def _images(allow: Allow) -> Iterator[Rule]:
    prefixes = allow.images
    if prefixes is None:
        return

    def image(name: str) -> Iterator[Finding]:
        if name and not is_within(name, prefixes):
            yield found(image=name, allowed=list(prefixes))

    yield Rule(IMAGE, ("Container.image", "EphemeralContainer.image", "ImageVolumeSource.reference"), image)


def most_of_a_class(site: Site) -> Iterator[Rule]:
    """Make the rule of how many GPUs of each class a pod may ask for."""
    by_resource: dict[str, dict[str, GpuClass]] = {}
    for name, kind in site.gpu_classes.items():
        by_resource.setdefault(kind.resource, {})[name] = kind

    def gpus_of_a_class(pod_spec: dict[str, Any]) -> Iterator[Finding]:
        totals, places = _asked(pod_spec)
        selector = pod_spec.get("nodeSelector") or {}
        for resource, classes in by_resource.items():
            meant = [one for one in classes.values() if thawed(one.node_selector).items() <= selector.items()]
            limits = [one.max for one in meant or classes.values() if one.max is not None]
            if limits and totals.get(resource, 0) > min(limits):
                of = None if meant else list(classes)
                most = min(limits) if meant else None
                told = {"most": most, "classes": of} if meant else {"most": min(limits), "classes": of}
                yield found(*places[resource], count=int(totals[resource]), resource=resource, **told)

    if any(one.max is not None for one in site.gpu_classes.values()):
        yield Rule(GPUS_OF_A_CLASS, ("PodSpec",), gpus_of_a_class)


def _devices(site: Site, allow: Allow) -> Iterator[Rule]:
    classes = {kind.resource for kind in site.gpu_classes.values()}
    most, listed = allow.gpus, allow.resources

    def counts(resource: str) -> bool:
        return is_gpu(resource) or resource in classes or (is_part_of_a_gpu(resource) and resource not in (listed or ()))

    def gpus(pod_spec: dict[str, Any]) -> Iterator[Finding]:
        totals, places = _asked(pod_spec)
        total = sum((count for resource, count in totals.items() if counts(resource)), Decimal(0))
        if most is not None and total > most:
            first = next(resource for resource, count in totals.items() if counts(resource) and count)
            yield found(*places[first], count=int(total), most=most)

    def claims_beside_others(pod_spec: dict[str, Any]) -> Iterator[Finding]:
        claims = pod_spec.get("resourceClaims") or ()
        totals, _ = _asked(pod_spec)
        if len(claims) > 1 or (claims and any(count for resource, count in totals.items() if counts(resource))):
            yield found("resourceClaims", len(claims) - 1, count="more than one claim's", most=most)

    def claimed(claim: dict[str, Any]) -> Iterator[Finding]:
        count = _claimed((claim.get("devices") or {}).get("requests") or ())
        if most is not None and (count is None or count > most):
            yield found("devices", count="all" if count is None else count, most=most)

    if most is not None:
        yield Rule(GPUS, ("PodSpec",), gpus)
        yield Rule(GPUS_BY_CLAIM, ("PodSpec",), claims_beside_others, needs=("resourceClaims",))
        yield Rule(GPUS_BY_CLAIM, ("ResourceClaimSpec",), claimed)


def _resources(site: Site, allow: Allow) -> Iterator[Rule]:
    listed = allow.resources
    if listed is None:
        return
    fabrics: list[Any] = [one for kind in site.gpu_classes.values() if kind.fabric for one in kind.fabric.limits]
    allowed = {*listed, *(kind.resource for kind in site.gpu_classes.values()), *(one.resource for one in fabrics)}

    def resource(requirements: dict[str, Any]) -> Iterator[Finding]:
        for kind in ("limits", "requests"):
            for name in requirements.get(kind) or ():
                if is_extended(name) and name not in allowed:
                    yield found(kind, name, resource=name, allowed=sorted(allowed) or None)

    yield Rule(RESOURCE, ("ResourceRequirements",), resource)


def _visible(allow: Allow) -> Iterator[Rule]:
    def visible(variable: dict[str, Any]) -> Iterator[Finding]:
        if variable["name"] == _VISIBLE and (variable.get("valueFrom") is not None or (variable.get("value") or "") not in _HIDDEN):
            yield found()

    if allow.gpus is not None:
        yield Rule(HIDING, ("EnvVar",), visible)


def _asked(pod_spec: Mapping[str, Any]) -> tuple[dict[str, Decimal], dict[str, tuple[str | int, ...]]]:
    """Add up what a pod asks for of each extended resource, and say where it does so first.

    Init containers run one after another, and what a sidecar has it keeps.
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


def _accounts(allow: Allow) -> Iterator[Rule]:
    listed = allow.service_accounts
    if listed is None:
        return
    allowed = ["default", *(one for one in listed if one != "default")]

    def account(name: str) -> Iterator[Finding]:
        if name and name not in allowed:
            yield found(account=name, allowed=allowed)

    def account_of_a_token(secret: dict[str, Any]) -> Iterator[Finding]:
        name = ((secret.get("metadata") or {}).get("annotations") or {}).get(_ACCOUNT_OF_TOKEN)
        if secret.get("type") == _TOKEN and name not in allowed:
            yield found("type", account=name or "", allowed=allowed)

    yield Rule(ACCOUNT, ("PodSpec.serviceAccountName", "PodSpec.serviceAccount"), account)
    yield Rule(ACCOUNT, ("Secret",), account_of_a_token)


def _placement(site: Site, allow: Allow) -> Iterator[Rule]:
    given = [thawed(one) for kind in site.gpu_classes.values() for one in kind.tolerations]
    keys = allow.tolerations

    def toleration(one: dict[str, Any]) -> Iterator[Finding]:
        if one not in given and (one.get("key") or "") not in (keys or ()):
            yield found(taint=one.get("key") or "every taint", allowed=list(keys or ()) or None)

    def node(name: str) -> Iterator[Finding]:
        if name:
            yield found(node=name)

    def label(metadata: dict[str, Any]) -> Iterator[Finding]:
        labels = metadata.get("labels") or {}
        for name, values in allow.labels.items():
            if name in labels and labels[name] not in values:
                yield found("labels", name, label=name, value=labels[name] or "", allowed=list(values))

    if keys is not None:
        yield Rule(TOLERATION, ("Toleration",), toleration)
    if "nodeName" not in (allow.further or ()):
        yield Rule(NODE, ("PodSpec.nodeName",), node)
    if allow.labels:
        yield Rule(LABEL, ("ObjectMeta",), label)


def _fields(site: Site, allow: Allow) -> Iterator[Rule]:
    listed = allow.further
    if listed is None:
        return
    allowed = frozenset(listed)
    of_pods = _OF_PODS if allow.host_namespaces else _OF_PODS | _OF_THE_NODE

    def beyond(node: dict[str, Any], known: frozenset[str]) -> Iterator[Finding]:
        for field in node.keys() - known - allowed:
            if node[field] is not None and not (field == "securityContext" and is_given(site, node[field])):
                yield found(field, field=field, allowed=list(listed) or None)

    def field_of_a_pod(pod_spec: dict[str, Any]) -> Iterator[Finding]:
        yield from beyond(pod_spec, of_pods)

    def field_of_a_container(container: dict[str, Any]) -> Iterator[Finding]:
        yield from beyond(container, _OF_CONTAINERS)

    yield Rule(FIELD, ("PodSpec",), field_of_a_pod)
    yield Rule(FIELD, ("Container", "EphemeralContainer"), field_of_a_container)
