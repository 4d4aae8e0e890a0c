"""Resources: CPUs, memory, GPUs, and the quantities that count them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.quantities import is_whole, quantity


def is_extended(resource: str) -> bool:
    """Say whether a resource is counted by a device plugin, as GPUs are: it has a domain that is not Kubernetes' own."""
    return "/" in resource and "kubernetes.io/" not in resource and not resource.startswith("requests.")


def is_never_overcommitted(resource: str) -> bool:
    """Say whether a node hands a resource out only once: extended resources and huge pages."""
    return is_extended(resource) or resource.startswith("hugepages-")


def amounts(requirements: dict[str, Any], kind: str) -> Iterator[tuple[str, Decimal, Any]]:
    """Give each resource of ``limits`` or ``requests`` with its number, and as it is written; an unreadable one is told elsewhere."""
    for resource, written in (requirements.get(kind) or {}).items():
        number = Decimal(0) if written is None else quantity(written)
        if number is not None:
            yield resource, number, written


@rule(
    "KQ2301",
    "Quantity",
    "{value} is not a quantity",
    "write a number with one of the suffixes m, k, M, G, T, Ki, Mi, Gi, Ti and no blank between, such as 500m or 8Gi",
)
def quantity_is_unreadable(value: str | float) -> Iterator[Finding]:
    """A quantity is a number with a suffix of Kubernetes; ``GB`` is none of them.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {memory: 8GB}}}]

    Right:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {memory: 8G}}}]
    """
    if quantity(value) is None:
        yield found(value=value)


@rule("KQ2302", "ResourceRequirements", "{resource} cannot be {value}: it is less than nothing", "use a number from 0 up")
def resource_is_negative(requirements: dict[str, Any]) -> Iterator[Finding]:
    """A container cannot ask for less than nothing.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {nvidia.com/gpu: -1}}}]

    Right:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for kind in ("limits", "requests"):
        for resource, number, written in amounts(requirements, kind):
            if number < 0:
                yield found(kind, resource, resource=resource, value=written)


@rule("KQ2303", "ResourceRequirements", "{resource} cannot be {value}: it is counted in whole devices", "use a whole number")
def device_is_divided(requirements: dict[str, Any]) -> Iterator[Finding]:
    """GPUs and other extended resources are counted whole.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {nvidia.com/gpu: 0.5}}}]

    Right:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for kind in ("limits", "requests"):
        for resource, number, written in amounts(requirements, kind):
            if is_extended(resource) and number >= 0 and not is_whole(number):
                yield found(kind, resource, resource=resource, value=written)


@rule(
    "KQ2304",
    "ResourceRequirements",
    "{resource} is requested as {request} and limited to {limit}, and must be the same",
    "take the request out: it is the limit where it is not given",
)
def device_request_differs_from_its_limit(requirements: dict[str, Any]) -> Iterator[Finding]:
    """GPUs, other extended resources and huge pages are handed out once: request and limit are equal.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {nvidia.com/gpu: 2}, requests: {nvidia.com/gpu: 1}}}]

    Right:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {nvidia.com/gpu: 2}}}]
    """
    limits = {resource: (number, written) for resource, number, written in amounts(requirements, "limits")}
    for resource, number, written in amounts(requirements, "requests"):
        if is_never_overcommitted(resource) and resource in limits and limits[resource][0] != number:
            yield found("requests", resource=resource, request=written, limit=limits[resource][1])


@rule("KQ2305", "ResourceRequirements", "{resource} is requested and has no limit", "write it under `limits` instead")
def device_request_without_a_limit(requirements: dict[str, Any]) -> Iterator[Finding]:
    """GPUs, other extended resources and huge pages are asked for by their limit.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", resources: {requests: {nvidia.com/gpu: 1}}}]

    Right:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    limits = requirements.get("limits") or {}
    for resource in requirements.get("requests") or {}:
        if is_never_overcommitted(resource) and resource not in limits:
            yield found("limits", resource=resource)


@rule("KQ2306", "ResourceRequirements", "{request} of {resource} are requested, and the limit is {limit}", "raise the limit, or request less")
def request_is_above_its_limit(requirements: dict[str, Any]) -> Iterator[Finding]:
    """A container cannot be promised more than it may use.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {memory: 4Gi}, requests: {memory: 8Gi}}}]

    Right:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {memory: 8Gi}, requests: {memory: 4Gi}}}]
    """
    limits = {resource: (number, written) for resource, number, written in amounts(requirements, "limits")}
    for resource, number, written in amounts(requirements, "requests"):
        if not is_never_overcommitted(resource) and resource in limits and number > limits[resource][0]:
            yield found("requests", resource=resource, request=written, limit=limits[resource][1])
