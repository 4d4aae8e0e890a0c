"""Resources of a pod as a whole: what its containers share, and what running it costs besides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.pods import containers
from kqmanifest.vocabulary.resources import (
    COMPUTE,
    Amounts,
    amounts,
    is_countable,
    is_huge_pages,
    limited,
    limited_together,
    requested_together,
    spelt,
)

_PODS = ("Pod", "PodTemplateSpec")
_SINCE: Final = "1.34"
"""The versions in which a pod has resources of its own; before, the server leaves them out."""


def _whole(pod_spec: dict[str, Any]) -> tuple[Amounts, Amounts]:
    """Give a pod's own limits and requests; none where it is one for Windows."""
    own = pod_spec.get("resources")
    if not own or (pod_spec.get("os") or {}).get("name") == "windows":
        return {}, {}
    limits, requests = ({name: number for name, number, _ in amounts(own.get(kind))} for kind in ("limits", "requests"))
    return limits, requests


def _is_pod(pod: dict[str, Any]) -> bool:
    """Tell a pod from a template: only in a pod does the server fill in requests from limits."""
    return "kind" in pod


@rule(
    "KQ2323",
    "PodSpec",
    "a pod for Windows has resources as a whole",
    "give the resources to its containers",
    since=_SINCE,
    needs="resources",
)
def windows_pod_with_resources(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """On Windows only containers have resources.

    Wrong:
        os: {name: windows}
        resources: {limits: {memory: 4Gi}}

    Right:
        os: {name: windows}
        containers: [{name: main, resources: {limits: {memory: 4Gi}}}]
    """
    if (pod_spec.get("os") or {}).get("name") == "windows":
        yield found("resources")


@rule(
    "KQ2324",
    "PodSpec.resources",
    "resource claims are given to the pod as a whole",
    "write them under the `resources` of a container",
    since=_SINCE,
)
def pod_uses_claims(resources: dict[str, Any]) -> Iterator[Finding]:
    """Containers use resource claims; the pod as a whole only declares them, in ``resourceClaims``.

    Wrong:
        resources: {claims: [{name: gpu}]}
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]

    Right:
        containers: [{name: main, resources: {claims: [{name: gpu}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """
    if resources.get("claims") is not None:
        yield found("claims")


@rule(
    "KQ2325",
    "PodSpec.resources",
    "{resource} cannot be given to a pod as a whole",
    "write it under the `resources` of the container that uses it",
    since=_SINCE,
)
def resource_is_not_shared(resources: dict[str, Any]) -> Iterator[Finding]:
    """The containers of a pod share cpu, memory and huge pages; GPUs and all else belong to one container.

    Wrong:
        resources: {limits: {memory: 8Gi, nvidia.com/gpu: 1}}

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
        resources: {limits: {memory: 8Gi}}
    """
    for kind in ("limits", "requests"):
        for resource in resources.get(kind) or ():
            if resource not in COMPUTE and not is_huge_pages(resource) and is_countable(resource):
                yield found(kind, resource, resource=resource)


@rule(
    "KQ2326",
    _PODS,
    "the containers together request {total} of {resource}, and the pod as a whole {given}",
    "let the pod request {total} of {resource}, or the containers less",
    since=_SINCE,
    needs="PodSpec.resources",
)
def pod_requests_less_than_its_containers(pod: dict[str, Any]) -> Iterator[Finding]:
    """What a pod requests as a whole is enough for its containers.

    Wrong:
        containers: [{name: main, resources: {requests: {memory: 4Gi}}}, {name: web, resources: {requests: {memory: 4Gi}}}]
        resources: {requests: {memory: 6Gi}}

    Right:
        containers: [{name: main, resources: {requests: {memory: 4Gi}}}, {name: web, resources: {requests: {memory: 4Gi}}}]
        resources: {requests: {memory: 8Gi}}
    """
    spec: dict[str, Any] = pod.get("spec") or {}
    _, requests = _whole(spec)
    for resource, total in requested_together(spec, limits_count=_is_pod(pod)).items() if requests else ():
        if resource in requests and total > requests[resource]:
            place = ("spec", "resources", "requests", resource)
            yield found(*place, resource=resource, total=spelt(total), given=spec["resources"]["requests"][resource] or 0)


@rule(
    "KQ2327",
    "Pod",
    "the containers together request {total} of {resource}, and the pod's limit is {limit}",
    "raise the pod's limit to {total}, or let the containers request less",
    since=_SINCE,
)
def containers_request_more_than_the_pod_may_use(pod: dict[str, Any]) -> Iterator[Finding]:
    """Where a pod has a limit as a whole and no request, it requests what its containers do; that must be within its limit.

    A container that has a limit and no request requests its limit.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 4Gi}}}, {name: web, resources: {limits: {memory: 4Gi}}}]
        resources: {limits: {memory: 6Gi}}

    Right:
        containers: [{name: main, resources: {limits: {memory: 4Gi}}}, {name: web, resources: {limits: {memory: 4Gi}}}]
        resources: {limits: {memory: 8Gi}}
    """
    spec = pod["spec"]
    limits, requests = _whole(spec)
    for resource, total in requested_together(spec, limits_count=True).items() if limits else ():
        if resource in COMPUTE and resource in limits and resource not in requests and total > limits[resource]:
            limit = spec["resources"]["limits"][resource] or 0
            yield found("spec", "resources", "requests", resource=resource, total=spelt(total), limit=limit)


@rule(
    "KQ2328",
    "PodSpec",
    "the container {name} may use {limit} of {resource}, and the pod as a whole {given}",
    "raise the pod's limit, or lower the container's to {given}",
    since=_SINCE,
    needs="resources",
)
def container_may_use_more_than_its_pod(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A container may not use more than its pod as a whole.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 8Gi}, requests: {memory: 1Gi}}}]
        resources: {limits: {memory: 4Gi}}

    Right:
        containers: [{name: main, resources: {limits: {memory: 4Gi}, requests: {memory: 1Gi}}}]
        resources: {limits: {memory: 4Gi}}
    """
    limits, _ = _whole(pod_spec)
    for container in pod_spec["containers"] if limits else ():
        for resource, number in limited(container).items():
            if resource in limits and number > limits[resource]:
                given = pod_spec["resources"]["limits"][resource] or 0
                yield found("resources", name=container["name"], resource=resource, limit=spelt(number), given=given)


@rule(
    "KQ2329",
    "PodSpec",
    "the containers together may use {total} of {resource}, and the pod as a whole {given}",
    "raise the pod's limit to {total}, or lower those of the containers",
    since=_SINCE,
    needs="resources",
)
def pod_has_fewer_huge_pages_than_its_containers(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Huge pages are handed out once, so a pod has as many as its containers together.

    Wrong:
        containers:
        - {name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}
        - {name: web, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}
        resources: {limits: {memory: 2Gi, hugepages-2Mi: 4Mi}}

    Right:
        containers:
        - {name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}
        - {name: web, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}
        resources: {limits: {memory: 2Gi, hugepages-2Mi: 8Mi}}
    """
    limits, _ = _whole(pod_spec)
    for resource, total in limited_together(pod_spec).items() if any(map(is_huge_pages, limits)) else ():
        if is_huge_pages(resource) and resource in limits and total > limits[resource]:
            given = pod_spec["resources"]["limits"][resource] or 0
            yield found("resources", "limits", resource, resource=resource, total=spelt(total), given=given)


@rule(
    "KQ2330",
    _PODS,
    "the pod as a whole has huge pages, and neither cpu nor memory",
    "add a limit for cpu or memory to the pod's `resources`",
    since=_SINCE,
    needs="PodSpec.resources",
)
def pod_with_huge_pages_alone(pod: dict[str, Any]) -> Iterator[Finding]:
    """A pod with huge pages asks for cpu or memory, too; in a pod, and not in a template, what its containers ask for counts.

    Wrong:
        resources: {limits: {hugepages-2Mi: 4Mi}}

    Right:
        resources: {limits: {hugepages-2Mi: 4Mi, memory: 1Gi}}
    """
    spec: dict[str, Any] = pod.get("spec") or {}
    limits, requests = _whole(spec)
    asked = limits.keys() | requests.keys()
    if asked and _is_pod(pod):  # the server adds what the containers ask for
        pages = {name for name in limited_together(spec) if is_huge_pages(name)}
        asked = asked | pages | (requested_together(spec, limits_count=True).keys() & set(COMPUTE))
    if any(map(is_huge_pages, asked)) and not any(one in asked for one in COMPUTE):
        yield found("spec", "resources")


def _unlimited(pod: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Give the huge pages that a pod requests and does not limit, and whether Kubernetes 1.37 takes the limit from its containers."""
    spec: dict[str, Any] = pod.get("spec") or {}
    limits, requests = _whole(spec)
    for resource in requests:
        if is_huge_pages(resource) and resource not in limits and is_countable(resource):
            yield resource, _is_pod(pod) and all(resource in limited(container) for _, container in containers(spec))


@rule(
    "KQ2332",
    _PODS,
    "{resource} is requested for the pod as a whole, and has no limit",
    "write it under `limits` instead",
    since=_SINCE,
    needs="PodSpec.resources",
)
def pages_of_the_pod_without_a_limit(pod: dict[str, Any]) -> Iterator[Finding]:
    """Huge pages are asked for by their limit.

    Wrong:
        resources: {requests: {memory: 1Gi, hugepages-2Mi: 4Mi}}

    Right:
        resources: {requests: {memory: 1Gi}, limits: {hugepages-2Mi: 4Mi}}
    """
    for resource, derived in _unlimited(pod):
        if not derived:
            yield found("spec", "resources", "limits", resource=resource)


@rule(
    "KQ2333",
    _PODS,
    "{resource} is requested for the pod as a whole, and its limit is not taken from the containers before Kubernetes 1.37",
    "write it under `limits` instead",
    since="1.34",
    until="1.36",
    needs="PodSpec.resources",
)
def pages_of_the_pod_without_a_limit_yet(pod: dict[str, Any]) -> Iterator[Finding]:
    """Huge pages are asked for by their limit; from Kubernetes 1.37 on a pod has that of its containers, where all of them have one.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}]
        resources: {requests: {memory: 1Gi, hugepages-2Mi: 4Mi}}

    Right:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}]
        resources: {requests: {memory: 1Gi}, limits: {hugepages-2Mi: 4Mi}}
    """
    for resource, derived in _unlimited(pod):
        if derived:
            yield found("spec", "resources", "limits", resource=resource)


@rule(
    "KQ2331",
    "PodSpec.overhead",
    "running the pod costs huge pages, and neither cpu nor memory",
    "add cpu or memory to the `overhead`, or take the huge pages out",
)
def overhead_of_huge_pages_alone(overhead: dict[str, Any]) -> Iterator[Finding]:
    """What running a pod costs beside its containers cannot be huge pages alone.

    Wrong:
        overhead: {hugepages-2Mi: 4Mi}

    Right:
        overhead: {memory: 128Mi}
        runtimeClassName: kata
    """
    if any(map(is_huge_pages, overhead)) and not any(one in overhead for one in COMPUTE):
        yield found()
