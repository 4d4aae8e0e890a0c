"""Resources of containers: CPUs, memory, GPUs, and the quantities that count them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
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

_LISTS = ("ResourceRequirements.limits", "ResourceRequirements.requests", "PodSpec.overhead")
_OF_CONTAINERS = ("Container.resources", "EphemeralContainer.resources")
_GPU = "nvidia.com/gpu"
_MOST_CPUS = 10_000
"""Far more than any node has."""


@rule(
    "KQ2301",
    "Quantity",
    "{value} is not a quantity",
    "did you mean {meant}?",
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
        yield found(value=value, meant=as_quantity(value))


@rule(
    "KQ4035",
    "ResourceRequirements",
    "a memory of {value} is a few bytes, and no program begins with so little",
    "did you mean {meant}?",
    "write the unit, such as 512Mi or 8Gi",
)
def memory_of_some_bytes(requirements: dict[str, Any]) -> Iterator[Finding]:
    """Memory without a unit is bytes, and ``m`` are thousandths of one; with so little a container never starts.

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
    "{value} is {number} CPUs, and no node has so many",
    "did you mean {meant}?",
    "write how many, such as 4, or 500m for half of one",
)
def more_cpus_than_a_node_has(requirements: dict[str, Any]) -> Iterator[Finding]:
    """``m`` are thousandths, ``M`` are millions: with 500M the pod waits for a node that nobody has built.

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


@rule("KQ2302", _LISTS, "{resource} cannot be {value}: it is less than nothing", "use a number from 0 up")
def resource_is_negative(resources: dict[str, Any]) -> Iterator[Finding]:
    """A container cannot ask for less than nothing.

    Wrong:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: -1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    for resource, number, written in amounts(resources):
        if number < 0:
            yield found(resource, resource=resource, value=written)


@rule("KQ2303", _LISTS, "{resource} cannot be {value}: it is counted in whole devices", "use a whole number")
def device_is_divided(resources: dict[str, Any]) -> Iterator[Finding]:
    """GPUs and other extended resources are counted whole.

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
    "{resource} is requested as {request} and limited to {limit}, and must be the same",
    "take the request out: it is the limit where it is not given",
    needs="requests",
)
def device_request_differs_from_its_limit(requirements: dict[str, Any]) -> Iterator[Finding]:
    """GPUs, other extended resources and huge pages are handed out once: request and limit are equal.

    Wrong:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}, requests: {nvidia.com/gpu: 1}}}]

    Right:
        containers: [{name: main, resources: {limits: {nvidia.com/gpu: 2}}}]
    """
    for resource, request, limit, differ in _both(requirements):
        if differ and is_never_overcommitted(resource):
            yield found("requests", resource=resource, request=request, limit=limit)


@rule(
    "KQ2305",
    _OF_CONTAINERS,
    "{resource} is requested and has no limit",
    "write it under `limits` instead",
    needs="ResourceRequirements.requests",
)
def device_request_without_a_limit(requirements: dict[str, Any]) -> Iterator[Finding]:
    """GPUs, other extended resources and huge pages are asked for by their limit.

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
    "{request} of {resource} are requested, and the limit is {limit}",
    "raise the limit, or request less",
    needs="requests",
)
def request_is_above_its_limit(requirements: dict[str, Any]) -> Iterator[Finding]:
    """A container cannot be promised more than it may use.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 4Gi}, requests: {memory: 8Gi}}}]

    Right:
        containers: [{name: main, resources: {limits: {memory: 8Gi}, requests: {memory: 4Gi}}}]
    """
    for resource, request, limit, differ in _both(requirements):
        if differ > 0 and not is_never_overcommitted(resource):
            yield found("requests", resource=resource, request=request, limit=limit)


def _both(requirements: dict[str, Any]) -> Iterator[tuple[str, Any, Any, int]]:
    """Give each resource that has a request and a limit, as they are written, and whether the request is less (-1) or more (1)."""
    if requirements.get("requests") and requirements.get("limits"):
        limits = {resource: (number, written) for resource, number, written in amounts(requirements["limits"])}
        for resource, number, written in amounts(requirements["requests"]):
            if resource in limits:
                limit, limit_written = limits[resource]
                yield resource, written, limit_written, (number > limit) - (number < limit)


@rule(
    "KQ2307",
    _LISTS,
    "{resource} is not the name of a resource",
    "use letters, digits, dashes, underscores and dots, and before a slash a domain, as in nvidia.com/gpu",
)
def resource_name_is_not_qualified(resources: dict[str, Any]) -> Iterator[Finding]:
    """A resource has a name like the key of a label: at most 63 plain characters, with perhaps a domain and a slash before them.

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
    "{resource} is not a resource that containers ask for",
    "did you mean {near}?",
    "write cpu, memory, ephemeral-storage or hugepages-2Mi; a device has a domain, as in nvidia.com/gpu",
)
def resource_is_unknown(resources: dict[str, Any]) -> Iterator[Finding]:
    """Without a domain there are only Kubernetes' own resources; what a device plugin counts has one.

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
    "{resource} is not a resource that a device plugin counts",
    "write {plain}: only quotas put `requests.` before a name",
    "use a shorter domain",
)
def device_name_is_none(resources: dict[str, Any]) -> Iterator[Finding]:
    """``requests.`` before a name is how quotas count requests, and a device's name with it must still be a name.

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
    "{value} is not a whole number of {resource}",
    "use a multiple of the page's size, {size}",
    "write the size of a page into the name, as in hugepages-2Mi",
)
def page_is_divided(resources: dict[str, Any]) -> Iterator[Finding]:
    """Huge pages are handed out whole.

    Wrong:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 3Mi}}}]

    Right:
        containers: [{name: main, resources: {limits: {memory: 1Gi, hugepages-2Mi: 4Mi}}}]
    """
    for resource, number, written in amounts(resources):
        if is_huge_pages(resource) and number >= 0 and is_qualified(resource) and not fills_pages(resource, number):
            size = resource.removeprefix("hugepages-")
            yield found(resource, resource=resource, value=written, size=size if quantity(size) else None)


@rule("KQ2311", _OF_CONTAINERS, "huge pages are asked for, and neither cpu nor memory is", "add a limit for cpu or memory")
def huge_pages_alone(requirements: dict[str, Any]) -> Iterator[Finding]:
    """A container with huge pages asks for cpu or memory, too.

    Wrong:
        containers: [{name: main, resources: {limits: {hugepages-2Mi: 4Mi}}}]

    Right:
        containers: [{name: main, resources: {limits: {hugepages-2Mi: 4Mi, memory: 1Gi}}}]
    """
    asked = {**(requirements.get("limits") or {}), **(requirements.get("requests") or {})}
    if any(map(is_huge_pages, asked)) and not any(one in asked for one in COMPUTE):
        yield found()
