"""From a count of GPUs to what schedules them: limits, node labels, tolerations, or device claims."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from kqmanifest.builder.context import BuildContext
from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.container import Gpus
from kqmanifest.model.values import hashable, thawed
from kqmanifest.vocabulary.spelling import nearest

if TYPE_CHECKING:  # most specs know no site
    from kqmanifest.model.site import GpuClass

NVIDIA: Final = "nvidia.com/gpu"
PRODUCT_LABELS: Final[Mapping[str, str]] = {
    "nvidia.com": "nvidia.com/gpu.product",
    "amd.com": "amd.com/gpu.product-name",
    "gpu.intel.com": "gpu.intel.com/product",
}
"""The node label that names a GPU's model, by the domain of its resource: what the vendors' own labellers write."""

NO_PRODUCT_LABEL: Final = Fault(
    "KQ1025",
    "no node label is known for the product of {resource}",
    ("remove `product`, and write the label that your nodes have into `nodeSelector`",),
)
TWO_NODE_LABELS: Final = Fault(
    "KQ1026",
    "a node cannot have both {label}={value} and {label}={other}",
    ("request one product in each pod",),
)
RESOURCE_AND_CLASS: Final = Fault(
    "KQ1027",
    "these GPUs are requested twice: as {resource}, and from the device class {device_class}",
    ("keep `resource` for a device plugin, or `deviceClass` for dynamic resource allocation",),
)

UNKNOWN_CLASS: Final = Fault(
    "KQ1210",
    "unknown GPU class {name}",
    ("did you mean `{near}`?", "use one that the site defines: {known}", "pass the site that defines it, with `--site` or `site=`"),
)
CLASS_AND_MORE: Final = Fault("KQ1212", "{field} is set by the GPU class {name} already", ("remove `{field}` or `class`",))


class Placement:
    """Where a pod may run, as its GPUs require: node labels and tolerations, and the device claims that it makes."""

    def __init__(self, selector: dict[str, str], tolerations: list[dict[str, Any]], claims: list[dict[str, Any]]) -> None:
        """Begin with what the pod itself has."""
        self.selector, self.tolerations, self.claims = selector, tolerations, claims
        self._tolerated = set(map(hashable, tolerations))
        self._names = {claim["name"] for claim in claims if isinstance(claim, dict) and isinstance(claim.get("name"), str)}
        self._free = (name for name in _names_of_claims() if name not in self._names)

    def place(self, work: BuildContext, gpus: Gpus, steps: Steps) -> None:
        """Add what one request for GPUs requires of its node."""
        kind = class_of(work, gpus)
        if kind is not None:
            self._place_of_class(work, kind, (*steps, "class"))
        resource = gpus.resource or NVIDIA
        if gpus.tolerate:
            self._tolerate(work, {"key": resource, "operator": "Exists", "effect": "NoSchedule"}, (*steps, "tolerate"))
        if gpus.product is None or gpus.device_class is not None or gpus.class_ is not None:
            return
        label = PRODUCT_LABELS.get(resource.partition("/")[0])
        here = (*steps, "product")
        if label is None:
            work.found.append(NO_PRODUCT_LABEL.at(here, resource=resource))
        elif self.selector.setdefault(label, gpus.product) != gpus.product:
            work.found.append(TWO_NODE_LABELS.at(here, label=label, value=self.selector[label], other=gpus.product))
        else:
            work.origins.member(self.selector, label, here)

    def _place_of_class(self, work: BuildContext, kind: GpuClass, steps: Steps) -> None:
        """Add what a class of the site requires of its node."""
        for label, value in kind.node_selector.items():
            if label not in self.selector:
                self.selector[label] = value
                work.origins.member(self.selector, label, steps)
            elif self.selector[label] != value:
                work.found.append(TWO_NODE_LABELS.at(steps, label=label, value=self.selector[label], other=value))
        for one in kind.tolerations:
            self._tolerate(work, thawed(one), steps)

    def _tolerate(self, work: BuildContext, toleration: dict[str, Any], steps: Steps) -> None:
        """Add a toleration that the pod does not have yet."""
        if hashable(toleration) not in self._tolerated:
            self._tolerated.add(hashable(toleration))
            self.tolerations.append(work.all_from(toleration, steps))

    def claim(self, work: BuildContext, gpus: Gpus, steps: Steps) -> str:
        """Make a claim template for GPUs of a device class beside the workload; return the claim's name in the pod."""
        name = next(self._free)
        template = f"{work.name or 'pod'}-{name}"
        self.claims.append(work.all_from({"name": name, "resourceClaimTemplateName": template}, steps))
        exactly: dict[str, Any] = {"deviceClassName": gpus.device_class, "count": gpus.count}
        if gpus.product is not None:
            exactly["selectors"] = [
                {"cel": {"expression": f"device.attributes[{_cel(gpus.device_class)}].productName == {_cel(gpus.product)}"}}
            ]
        metadata = {"name": template} | ({"namespace": work.namespace} if work.namespace else {})
        tree = {
            "apiVersion": resource_api_version(work),
            "kind": "ResourceClaimTemplate",
            "metadata": metadata,
            "spec": {"spec": {"devices": {"requests": [{"name": "gpus", "exactly": exactly}]}}},
        }
        work.all_from(tree, steps)
        work.origins.member(exactly, "deviceClassName", (*steps, "deviceClass"))
        work.origins.member(exactly, "count", (*steps, "count"))
        work.beside["ResourceClaimTemplate", name] = tree
        return name


def _names_of_claims() -> Iterator[str]:
    yield "gpus"
    yield from (f"gpus-{number}" for number in itertools.count(2))


def class_of(work: BuildContext, gpus: Gpus) -> GpuClass | None:
    """Return the site's class that a request for GPUs names; None where it names none, or an unknown one."""
    return None if gpus.class_ is None else work.gpu_classes.get(gpus.class_)


def of_class(work: BuildContext, gpus: Gpus, steps: Steps) -> Iterator[tuple[str, Any, Steps]]:
    """Return the limits that GPUs of a class amount to, and report what is wrong with the request for them."""
    here, kind = (*steps, "class"), class_of(work, gpus)
    if kind is None:
        classes = work.gpu_classes
        near = nearest(gpus.class_ or "", classes)
        work.found.append(UNKNOWN_CLASS.at(here, name=gpus.class_, near=near, known=list(classes) or None))
        return
    for key, other in (("resource", gpus.resource), ("product", gpus.product), ("deviceClass", gpus.device_class)):
        if other is not None:
            work.found.append(CLASS_AND_MORE.at((*steps, key), field=key, name=gpus.class_))
    yield kind.resource, gpus.count, (*steps, "count")
    limits: Iterable[Any] = kind.fabric.limits if kind.fabric and gpus.count else ()
    for limit in limits:
        yield limit.resource, limit.quantity, here


def capabilities(work: BuildContext, requests: Iterable[Any]) -> list[str]:
    """Return the capabilities that come with GPUs of the site's classes."""
    kinds = [class_of(work, gpus) for gpus in requests if isinstance(gpus, Gpus) and gpus.count]
    return list(dict.fromkeys(one for kind in kinds if kind and kind.fabric for one in kind.fabric.capabilities))


def resource_api_version(work: BuildContext) -> str:
    """Return the apiVersion of dynamic resource allocation: v1 from Kubernetes 1.34 on; before, v1beta2, of the same shape."""
    return next(version for version in ("resource.k8s.io/v1", "resource.k8s.io/v1beta2") if work.serve(version, "ResourceClaimTemplate"))


def _cel(text: str | None) -> str:
    escaped = (text or "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
