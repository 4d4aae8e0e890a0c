"""Resources: which of them are native, which are extended, and how those of a pod's containers add up.

Source: ``pkg/apis/core/helper`` of k8s.io/kubernetes and ``resource/helpers.go`` of k8s.io/component-helpers.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, TypeAlias

from kqmanifest.vocabulary.names import is_qualified
from kqmanifest.vocabulary.pods import is_sidecar
from kqmanifest.vocabulary.quantities import quantity

COMPUTE: Final = ("cpu", "memory")
OF_CONTAINERS: Final = (*COMPUTE, "ephemeral-storage")
"""The resources without a domain that a container can request, besides huge pages."""
_HUGE_PAGES: Final = "hugepages-"
_OF_QUOTAS: Final = "requests."
_MILLI: Final = Decimal("0.001")

Amounts: TypeAlias = dict[str, Decimal]


def is_native(resource: str) -> bool:
    """Return whether a resource is Kubernetes' own: it has no domain, or ``kubernetes.io``."""
    return "/" not in resource or "kubernetes.io/" in resource


@functools.lru_cache(maxsize=1024)
def is_extended(resource: str) -> bool:
    """Return whether a resource is extended, as GPUs are; its name in a quota must also be a qualified name."""
    return not is_native(resource) and not resource.startswith(_OF_QUOTAS) and is_qualified(_OF_QUOTAS + resource)


def is_huge_pages(resource: str) -> bool:
    """Return whether a resource is memory in pages of one size, such as ``hugepages-2Mi``."""
    return resource.startswith(_HUGE_PAGES)


def is_never_overcommitted(resource: str) -> bool:
    """Return whether a node never overcommits a resource: extended resources and huge pages."""
    return not is_native(resource) or is_huge_pages(resource)


def is_known(resource: str) -> bool:
    """Return whether a resource without a domain is one that a container can request."""
    return resource in OF_CONTAINERS or is_huge_pages(resource)


@functools.lru_cache(maxsize=1024)
def is_countable(resource: str) -> bool:
    """Return whether a container can request a resource of this name."""
    return is_qualified(resource) and (is_extended(resource) or (is_native(resource) and ("/" in resource or is_known(resource))))


def counts_whole(number: Decimal) -> bool:
    """Return whether a quantity is a whole number as the server sees it: in thousandths, rounded up."""
    return number == number.to_integral_value() or math.ceil(Fraction(number) * 1000) % 1000 == 0


def in_thousandths(number: Decimal) -> Decimal:
    """Round a quantity as the server does in every list of resources: away from zero, to thousandths."""
    thousandths = Fraction(number) * 1000
    if thousandths.denominator == 1:
        return number
    return Decimal(math.ceil(thousandths) if number > 0 else math.floor(thousandths)) * _MILLI


def fills_pages(resource: str, number: Decimal) -> bool:
    """Return whether an amount of huge pages is a multiple of their size."""
    size = quantity(resource.removeprefix(_HUGE_PAGES))
    return size is not None and size > 0 and counts_whole(size) and math.ceil(number) % math.ceil(size) == 0


@functools.lru_cache(maxsize=4096)
def _number(written: str | float) -> Decimal | None:
    number = quantity(written)
    return None if number is None else in_thousandths(number)


def amounts(resources: Mapping[str, Any] | None) -> Iterator[tuple[str, Decimal, Any]]:
    """Return each resource with its number, and as it is written; null is 0, and an unreadable one is left to its own rule."""
    for resource, written in (resources or {}).items():
        number = _number(0 if written is None else written)
        if number is not None:
            yield resource, number, written or 0


def requested(container: Mapping[str, Any], *, limits_count: bool) -> Amounts:
    """Return what a container requests; in a pod, but not in a template, a limit counts where there is no request."""
    resources = container.get("resources") or {}
    limits = resources.get("limits") if limits_count else None
    return {name: number for part in (limits, resources.get("requests")) for name, number, _ in amounts(part)}


def limited(container: Mapping[str, Any]) -> Amounts:
    """Return the limits of a container."""
    return {name: number for name, number, _ in amounts((container.get("resources") or {}).get("limits"))}


def together(containers: list[Amounts], first: list[tuple[Amounts, bool]]) -> Amounts:
    """Add up what a pod's containers need: all of them at once, or one init container beside the sidecars before it.

    ``first`` holds the init containers in their order, each with whether it is a sidecar.
    """
    total: Amounts = {}
    sidecars: Amounts = {}
    most: Amounts = {}
    for needs in containers:
        _add(total, needs)
    for needs, stays in first:
        if stays:
            _add(total, needs)
            _add(sidecars, needs)
            _raise(most, sidecars)
        else:
            moment = dict(sidecars)
            _add(moment, needs)
            _raise(most, moment)
    _raise(total, most)
    return total


def _add(total: Amounts, needs: Amounts) -> None:
    for name, number in needs.items():
        total[name] = total.get(name, Decimal(0)) + number


def _raise(most: Amounts, needs: Amounts) -> None:
    for name, number in needs.items():
        most[name] = max(most.get(name, number), number)


def requested_together(pod_spec: Mapping[str, Any], *, limits_count: bool) -> Amounts:
    """Add up the requests of a pod's containers."""
    return together(
        [requested(container, limits_count=limits_count) for container in pod_spec.get("containers") or ()],
        [(requested(container, limits_count=limits_count), is_sidecar(container)) for container in pod_spec.get("initContainers") or ()],
    )


def limited_together(pod_spec: Mapping[str, Any]) -> Amounts:
    """Add up the limits of a pod's containers."""
    return together(
        [limited(container) for container in pod_spec.get("containers") or ()],
        [(limited(container), is_sidecar(container)) for container in pod_spec.get("initContainers") or ()],
    )


def spelt(number: Decimal) -> str:
    """Write a number as a quantity: ``2Gi``, ``500m``, ``3``."""
    exact = Fraction(number)
    for power, suffix in ((40, "Ti"), (30, "Gi"), (20, "Mi"), (10, "Ki")):
        if exact and exact % 2**power == 0:
            return f"{exact / 2**power}{suffix}"
    if exact.denominator != 1 and (exact * 1000).denominator == 1:
        return f"{exact * 1000}m"
    return f"{number.normalize():f}"
