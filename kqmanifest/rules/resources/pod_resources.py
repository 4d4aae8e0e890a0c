"""Pod-level resources: what a pod's containers share, and the overhead of running the pod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import must_be_empty
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
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
"""The first version with pod-level resources; earlier ones drop them."""


def _pod_level(pod_spec: dict[str, Any]) -> tuple[Amounts, Amounts]:
    """Return the pod-level limits and requests; none for a Windows pod."""
    own = pod_spec.get("resources")
    if not own or (pod_spec.get("os") or {}).get("name") == "windows":
        return {}, {}
    limits, requests = ({name: number for name, number, _ in amounts(own.get(kind))} for kind in ("limits", "requests"))
    return limits, requests


def _is_pod(pod: dict[str, Any]) -> bool:
    """Return whether this is a pod and not a template: only in a pod does the server fill in requests from limits."""
    return "kind" in pod


@rule(
    "KQ2323",
    "PodSpec",
    "pod-level resources must not be set for a Windows pod",
    "move the resources to its containers",
    since=_SINCE,
    needs="resources",
    reason="Forbidden",
    upstream="core/validation.validatePodResources",
)
def windows_pod_with_resources(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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


pod_uses_claims = must_be_empty(
    "KQ2324",
    "PodSpec.resources",
    message="claims must not be set in pod-level resources",
    hints="move them to the `resources` of a container",
    field="claims",
    since=_SINCE,
    upstream="core/validation.validatePodResources",
    page="""Containers use resource claims; the pod only declares them, in ``resourceClaims``.

    Wrong:
        resources: {claims: [{name: gpu}]}
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]

    Right:
        containers: [{name: main, resources: {claims: [{name: gpu}]}}]
        resourceClaims: [{name: gpu, resourceClaimTemplateName: single-gpu}]
    """,
)


@rule(
    "KQ2325",
    "PodSpec.resources",
    "{resource} is not supported in pod-level resources",
    "move it to the `resources` of the container that uses it",
    since=_SINCE,
    reason="NotSupported",
    upstream="core/validation.validatePodResourceName",
)
def resource_is_not_shared(resources: dict[str, Any]) -> Iterator[Spot]:
    """The containers of a pod share cpu, memory and huge pages; GPUs and all other resources belong to one container.

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
    "the containers together request {total} of {resource}, more than the pod-level request, {given}",
    "raise the pod-level request for {resource} to {total}, or lower those of the containers",
    since=_SINCE,
    needs="PodSpec.resources",
    reason="Invalid",
    upstream="core/validation.validatePodResourceConsistency",
)
def pod_requests_less_than_its_containers(pod: dict[str, Any]) -> Iterator[Spot]:
    """The pod-level request is at least what the containers request together.

    Wrong:
        containers: [{name: main, resources: {requests: {memory: 4Gi}}}, {name: web, resources: {requests: {memory: 4Gi}}}]
        resources: {requests: {memory: 6Gi}}

    Right:
        containers: [{name: main, resources: {requests: {memory: 4Gi}}}, {name: web, resources: {requests: {memory: 4Gi}}}]
        resources: {requests: {memory: 8Gi}}
    """
    spec: dict[str, Any] = pod.get("spec") or {}
    _, requests = _pod_level(spec)
    for resource, total in requested_together(spec, limits_count=_is_pod(pod)).items() if requests else ():
        if resource in requests and total > requests[resource]:
            place = ("spec", "resources", "requests", resource)
            yield found(*place, resource=resource, total=spelt(total), given=spec["resources"]["requests"][resource] or 0)


@rule(
    "KQ2327",
    "Pod",
    "the containers together request {total} of {resource}, more than the pod-level limit, {limit}",
    "raise the pod-level limit to {total}, or lower the requests of the containers",
    since=_SINCE,
    reason="Invalid",
    upstream="core/validation.validateResourceRequirements",
)
def containers_request_more_than_the_pod_may_use(pod: dict[str, Any]) -> Iterator[Spot]:
    """Where a pod has a pod-level limit and no request, it requests what its containers do; that must be within its limit.

    The request of a container that has only a limit is its limit.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 4Gi}}}, {name: web, resources: {limits: {memory: 4Gi}}}]
        resources: {limits: {memory: 6Gi}}

    Right:
        containers: [{name: main, resources: {limits: {memory: 4Gi}}}, {name: web, resources: {limits: {memory: 4Gi}}}]
        resources: {limits: {memory: 8Gi}}
    """
    spec = pod["spec"]
    limits, requests = _pod_level(spec)
    for resource, total in requested_together(spec, limits_count=True).items() if limits else ():
        if resource in COMPUTE and resource in limits and resource not in requests and total > limits[resource]:
            limit = spec["resources"]["limits"][resource] or 0
            yield found("spec", "resources", "requests", resource=resource, total=spelt(total), limit=limit)


@rule(
    "KQ2328",
    "PodSpec",
    "the {resource} limit of the container {name} is {limit}, more than the pod-level limit, {given}",
    "raise the pod-level limit, or lower the container's to {given}",
    since=_SINCE,
    needs="resources",
    reason="Invalid",
    upstream="core/validation.validatePodResourceConsistency",
)
def container_limit_is_above_the_pod_level_limit(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A container must not use more than its whole pod.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 8Gi}, requests: {memory: 1Gi}}}]
        resources: {limits: {memory: 4Gi}}

    Right:
        containers: [{name: main, resources: {limits: {memory: 4Gi}, requests: {memory: 1Gi}}}]
        resources: {limits: {memory: 4Gi}}
    """
    limits, _ = _pod_level(pod_spec)
    for container in pod_spec["containers"] if limits else ():
        for resource, number in limited(container).items():
            if resource in limits and number > limits[resource]:
                given = pod_spec["resources"]["limits"][resource] or 0
                yield found("resources", name=container["name"], resource=resource, limit=spelt(number), given=given)


@rule(
    "KQ2329",
    "PodSpec",
    "the {resource} limits of the containers add up to {total}, more than the pod-level limit, {given}",
    "raise the pod-level limit to {total}, or lower those of the containers",
    since=_SINCE,
    needs="resources",
    reason="Invalid",
    upstream="core/validation.validatePodResourceConsistency",
)
def pod_has_fewer_huge_pages_than_its_containers(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Huge pages cannot be overcommitted, so a pod has as many as its containers together.

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
    limits, _ = _pod_level(pod_spec)
    for resource, total in limited_together(pod_spec).items() if any(map(is_huge_pages, limits)) else ():
        if is_huge_pages(resource) and resource in limits and total > limits[resource]:
            given = pod_spec["resources"]["limits"][resource] or 0
            yield found("resources", "limits", resource, resource=resource, total=spelt(total), given=given)


@rule(
    "KQ2330",
    _PODS,
    "pod-level huge pages require cpu or memory, and neither is set",
    "add a limit for cpu or memory to the pod's `resources`",
    since=_SINCE,
    needs="PodSpec.resources",
    reason="Forbidden",
    upstream="core/validation.validateResourceRequirements",
)
def pod_with_huge_pages_alone(pod: dict[str, Any]) -> Iterator[Spot]:
    """A pod with huge pages must also request cpu or memory; in a pod, but not in a template, what its containers request counts.

    Wrong:
        resources: {limits: {hugepages-2Mi: 4Mi}}

    Right:
        resources: {limits: {hugepages-2Mi: 4Mi, memory: 1Gi}}
    """
    spec: dict[str, Any] = pod.get("spec") or {}
    limits, requests = _pod_level(spec)
    resources = limits.keys() | requests.keys()
    if resources and _is_pod(pod):  # the server adds what the containers request
        pages = {name for name in limited_together(spec) if is_huge_pages(name)}
        resources = resources | pages | (requested_together(spec, limits_count=True).keys() & set(COMPUTE))
    if any(map(is_huge_pages, resources)) and not any(resource in resources for resource in COMPUTE):
        yield found("spec", "resources")


def _pages_without_a_limit(pod: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Return the huge pages with a pod-level request and no limit, and whether Kubernetes 1.37 takes the limit from the containers."""
    spec: dict[str, Any] = pod.get("spec") or {}
    limits, requests = _pod_level(spec)
    for resource in requests:
        if is_huge_pages(resource) and resource not in limits and is_countable(resource):
            yield resource, _is_pod(pod) and all(resource in limited(container) for _, container in containers(spec))


@rule(
    "KQ2332",
    _PODS,
    "{resource} requires a pod-level limit, and has only a request",
    "write it under `limits` instead",
    since=_SINCE,
    needs="PodSpec.resources",
    reason="Required",
    upstream="core/validation.validateResourceRequirements",
)
def pages_of_the_pod_without_a_limit(pod: dict[str, Any]) -> Iterator[Spot]:
    """Huge pages are requested by their limit.

    Wrong:
        resources: {requests: {memory: 1Gi, hugepages-2Mi: 4Mi}}

    Right:
        resources: {requests: {memory: 1Gi}, limits: {hugepages-2Mi: 4Mi}}
    """
    for resource, derived in _pages_without_a_limit(pod):
        if not derived:
            yield found("spec", "resources", "limits", resource=resource)


@rule(
    "KQ2333",
    _PODS,
    "{resource} requires a pod-level limit, which is not taken from the containers before Kubernetes 1.37",
    "write it under `limits` instead",
    since="1.34",
    until="1.36",
    needs="PodSpec.resources",
    reason="Required",
    upstream="core/validation.validateResourceRequirements",
)
def pages_of_the_pod_without_a_limit_yet(pod: dict[str, Any]) -> Iterator[Spot]:
    """Huge pages are requested by their limit; from Kubernetes 1.37 on a pod takes it from its containers, if all of them have one.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}]
        resources: {requests: {memory: 1Gi, hugepages-2Mi: 4Mi}}

    Right:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}]
        resources: {requests: {memory: 1Gi}, limits: {hugepages-2Mi: 4Mi}}
    """
    for resource, derived in _pages_without_a_limit(pod):
        if derived:
            yield found("spec", "resources", "limits", resource=resource)


@rule(
    "KQ2331",
    "PodSpec.overhead",
    "overhead with huge pages requires cpu or memory, and has neither",
    "add cpu or memory to the `overhead`, or remove the huge pages",
    reason="Forbidden",
    upstream="core/validation.validateResourceRequirements",
)
def overhead_of_huge_pages_alone(overhead: dict[str, Any]) -> Iterator[Spot]:
    """The overhead of running a pod cannot be huge pages alone.

    Wrong:
        overhead: {hugepages-2Mi: 4Mi}

    Right:
        overhead: {memory: 128Mi}
        runtimeClassName: kata
    """
    if any(map(is_huge_pages, overhead)) and not any(resource in overhead for resource in COMPUTE):
        yield found()
