"""Resources of containers: CPUs, memory, GPUs, and their quantities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import QUANTITY
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_qualified
from kqmanifest.vocabulary.quantities import MEBIBYTE, as_memory, as_quantity, quantity
from kqmanifest.vocabulary.resources import (
    COMPUTE,
    OF_CONTAINERS,
    amounts,
    counts_whole,
    fills_pages,
    is_countable,
    is_extended,
    is_huge_pages,
    is_native,
    is_never_overcommitted,
)
from kqmanifest.vocabulary.spelling import nearest

_LISTS = ("ResourceRequirements.limits", "ResourceRequirements.requests", "PodSpec.overhead")
_OF_CONTAINERS = ("Container.resources", "EphemeralContainer.resources")
_GPU = "nvidia.com/gpu"
_MOST_CPUS = 10_000
"""Far more than any node has."""


quantity_is_unreadable = matches(
    "KQ2301",
    "Quantity",
    QUANTITY,
    meant=as_quantity,
    reason="TypeInvalid",
    upstream="apimachinery/api/resource.Quantity.UnmarshalJSON",
    page="""A quantity is a number with one of Kubernetes' suffixes; ``GB`` is not one of them.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {memory: 8GB}}}]

    Right:
        containers: [{name: main, image: "nginx:1.27", resources: {limits: {memory: 8G}}}]
    """,
)


@rule(
    "KQ4035",
    "ResourceRequirements",
    "{value} of memory is only a few bytes, too little for any program to start",
    "did you mean {meant}?",
    "write the unit, such as 512Mi or 8Gi",
)
def memory_of_a_few_bytes(requirements: dict[str, Any]) -> Iterator[Spot]:
    """Memory without a unit is in bytes, and ``m`` means thousandths of a byte; with so little a container never starts.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", resources: {limits: {memory: 512m}}}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", resources: {limits: {memory: 512Mi}}}]
    """
    for kind in ("limits", "requests"):
        written = (requirements.get(kind) or {}).get("memory")
        if written is not None and 0 < (quantity(written) or 0) < MEBIBYTE:
            yield found(kind, "memory", value=written, meant=as_memory(written))


@rule(
    "KQ4037",
    "ResourceRequirements",
    "{value} is {number} CPUs, more than any node has",
    "did you mean {meant}?",
    "write how many, such as 4, or 500m for half of one",
)
def more_cpus_than_a_node_has(requirements: dict[str, Any]) -> Iterator[Spot]:
    """``m`` means thousandths, ``M`` means millions: with 500M the pod waits for a node that does not exist.

    Wrong:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", resources: {limits: {cpu: 500M}}}]

    Right:
        containers: [{name: main, image: "tensorflow/tensorflow:2.16.1", resources: {limits: {cpu: 500m}}}]
    """
    for kind in ("limits", "requests"):
        written = (requirements.get(kind) or {}).get("cpu")
        number = None if written is None else quantity(written)
        if number is not None and number >= _MOST_CPUS:
            lower = str(written).replace("M", "m")
            is_milli = isinstance(written, str) and lower != written and quantity(lower) is not None
            yield found(kind, "cpu", value=written, number=int(number), meant=lower if is_milli else None)


@rule(
    "KQ2302",
    _LISTS,
    "{resource} must not be negative, and is {value}",
    "use 0 or more",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuantityValue",
)
def resource_is_negative(resources: dict[str, Any]) -> Iterator[Spot]:
    """A container cannot request a negative amount.

    Wrong:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: -1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for resource, number, written in amounts(resources):
        if number < 0:
            yield found(resource, resource=resource, value=written)


@rule(
    "KQ2303",
    _LISTS,
    "{resource} must be a whole number of devices, and is {value}",
    "use a whole number",
    reason="Invalid",
    upstream="core/validation.ValidateResourceQuantityValue",
)
def device_count_is_not_whole(resources: dict[str, Any]) -> Iterator[Spot]:
    """GPUs and other extended resources are counted in whole numbers.

    Wrong:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 0.5}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for resource, number, written in amounts(resources):
        if number >= 0 and is_extended(resource) and not counts_whole(number):
            yield found(resource, resource=resource, value=written)


@rule(
    "KQ2304",
    "ResourceRequirements",
    "the request for {resource} must equal the limit, {limit}, and is {request}",
    "remove the request: it defaults to the limit",
    needs="requests",
    reason="Invalid",
    upstream="core/validation.validateResourceRequirements",
)
def device_request_differs_from_its_limit(requirements: dict[str, Any]) -> Iterator[Spot]:
    """GPUs, other extended resources and huge pages cannot be overcommitted: request and limit are equal.

    Wrong:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}, requests: {nvidia.com/gpu: 1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}}}]
    """
    for resource, request, limit, differ in _requests_with_limits(requirements):
        if differ and is_never_overcommitted(resource):
            yield found("requests", resource=resource, request=request, limit=limit)


@rule(
    "KQ2305",
    _OF_CONTAINERS,
    "{resource} requires a limit, and has only a request",
    "write it under `limits` instead",
    needs="ResourceRequirements.requests",
    reason="Required",
    upstream="core/validation.validateResourceRequirements",
)
def device_request_without_a_limit(requirements: dict[str, Any]) -> Iterator[Spot]:
    """GPUs, other extended resources and huge pages are requested by their limit.

    Wrong:
        containers: [{name: main, resources: {requests: {nvidia.com/gpu: 1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    limits = requirements.get("limits") or {}
    for resource in requirements.get("requests") or {}:
        if resource not in limits and is_never_overcommitted(resource) and is_countable(resource):
            yield found("limits", resource=resource)


@rule(
    "KQ2306",
    "ResourceRequirements",
    "the request for {resource} must not exceed the limit, {limit}, and is {request}",
    "raise the limit, or request less",
    needs="requests",
    reason="Invalid",
    upstream="core/validation.validateResourceRequirements",
)
def request_is_above_its_limit(requirements: dict[str, Any]) -> Iterator[Spot]:
    """A container cannot be guaranteed more than it may use.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 4Gi}, requests: {memory: 8Gi}}}]

    Right:
        containers: [{name: main, resources: {limits: {memory: 8Gi}, requests: {memory: 4Gi}}}]
    """
    for resource, request, limit, differ in _requests_with_limits(requirements):
        if differ > 0 and not is_never_overcommitted(resource):
            yield found("requests", resource=resource, request=request, limit=limit)


def _requests_with_limits(requirements: dict[str, Any]) -> Iterator[tuple[str, Any, Any, int]]:
    """Return each resource with a request and a limit, as they are written, and whether the request is less (-1) or more (1)."""
    if requirements.get("requests") and requirements.get("limits"):
        limits = {resource: (number, written) for resource, number, written in amounts(requirements["limits"])}
        for resource, number, written in amounts(requirements["requests"]):
            if resource in limits:
                limit, limit_written = limits[resource]
                yield resource, written, limit_written, (number > limit) - (number < limit)


@rule(
    "KQ2307",
    _LISTS,
    "{resource} is not a valid resource name",
    "use letters, digits, dashes, underscores and dots, after a domain and a slash, as in nvidia.com/gpu",
    reason="Invalid",
    upstream="core/validation.validateResourceRequirements",
)
def resource_name_is_not_a_qualified_name(resources: dict[str, Any]) -> Iterator[Spot]:
    """The name of a resource has the form of a label key: at most 63 plain characters, which a domain and a slash may precede.

    Wrong:
        containers: [{name: main, resources: {limits: {"nvidia.com/": 1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for resource in resources:
        if not is_countable(resource) and not is_qualified(resource):
            yield found(resource, resource=resource)


@rule(
    "KQ2308",
    _LISTS,
    "{resource} is not a resource of containers",
    "did you mean {near}?",
    "write cpu, memory, ephemeral-storage or hugepages-2Mi; for a device, add its domain, as in nvidia.com/gpu",
    reason="Invalid",
    upstream="core/validation.validateResourceRequirements",
)
def resource_is_unknown(resources: dict[str, Any]) -> Iterator[Spot]:
    """Only Kubernetes' own resources have no domain; those that a device plugin provides have one.

    Wrong:
        containers: [{name: main, resources: {limits: {gpu: 1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for resource in resources:
        if "/" not in resource and not is_countable(resource) and is_qualified(resource):
            yield found(resource, resource=resource, near=_GPU if "gpu" in resource.lower() else nearest(resource, OF_CONTAINERS))


@rule(
    "KQ2309",
    _LISTS,
    "{resource} is not a valid extended resource",
    "write {plain}: the prefix `requests.` is only for quotas",
    "use a shorter domain",
    reason="Invalid",
    upstream="core/validation.ValidateContainerResourceName",
)
def extended_resource_name_is_not_valid(resources: dict[str, Any]) -> Iterator[Spot]:
    """Quotas count requests under a name with the prefix ``requests.``, so a device's name must still be valid with it.

    Wrong:
        containers: [{name: main, resources: {limits: {requests.nvidia.com/gpu: 1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for resource in resources:
        if not is_countable(resource) and not is_native(resource) and is_qualified(resource):
            plain = resource.removeprefix("requests.")
            yield found(resource, resource=resource, plain=plain if is_extended(plain) else None)


@rule(
    "KQ2310",
    _LISTS,
    "{resource} must be a multiple of the page size, and is {value}",
    "use a multiple of the page size, {size}",
    "write the page size in the name, as in hugepages-2Mi",
    reason="Invalid",
    upstream="core/validation.validateResourceRequirements",
)
def huge_pages_are_not_whole(resources: dict[str, Any]) -> Iterator[Spot]:
    """Huge pages are allocated in whole pages.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 3Mi}}}]

    Right:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}]
    """
    for resource, number, written in amounts(resources):
        if is_huge_pages(resource) and number >= 0 and is_qualified(resource) and not fills_pages(resource, number):
            size = resource.removeprefix("hugepages-")
            yield found(resource, resource=resource, value=written, size=size if quantity(size) else None)


@rule(
    "KQ2311",
    _OF_CONTAINERS,
    "huge pages require cpu or memory, and neither is set",
    "add a limit for cpu or memory",
    reason="Forbidden",
    upstream="core/validation.validateResourceRequirements",
)
def huge_pages_alone(requirements: dict[str, Any]) -> Iterator[Spot]:
    """A container with huge pages must also request cpu or memory.

    Wrong:
        containers: [{name: main, resources: {limits: {hugepages-2Mi: 4Mi}}}]

    Right:
        containers: [{name: main, resources: {limits: {hugepages-2Mi: 4Mi, memory: 1Gi}}}]
    """
    resources = {**(requirements.get("limits") or {}), **(requirements.get("requests") or {})}
    if any(map(is_huge_pages, resources)) and not any(resource in resources for resource in COMPUTE):
        yield found()
