"""From a count of GPUs to what schedules them: limits, node labels, tolerations, or device claims."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from kqmanifest.builder.work import Work
from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.container import Gpus

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
    ("leave `product` out and say it with `nodeSelector`, by the label that your nodes have",),
)
TWO_NODE_LABELS: Final = Fault(
    "KQ1026",
    "a node cannot be {label}={value} and {label}={other}",
    ("ask for one product in a pod, or use two pods",),
)
RESOURCE_AND_CLASS: Final = Fault(
    "KQ1027",
    "these GPUs are asked for twice, as {resource} and from the device class {device_class}",
    ("keep `resource` for a device plugin, or `deviceClass` for dynamic resource allocation",),
)


@dataclasses.dataclass(slots=True)
class Placement:
    """Where a pod may run, as its GPUs want it: node labels and tolerations, and the device claims that it makes."""

    selector: dict[str, str]
    tolerations: list[dict[str, Any]]
    claims: list[dict[str, Any]]

    def place(self, work: Work, gpus: Gpus, steps: Steps) -> None:
        """Add what one request for GPUs wants of its node."""
        resource = gpus.resource or NVIDIA
        if gpus.tolerate:
            toleration = {"key": resource, "operator": "Exists", "effect": "NoSchedule"}
            if toleration not in self.tolerations:
                self.tolerations.append(work.all_from(toleration, (*steps, "tolerate")))
        if gpus.product is None or gpus.device_class is not None:
            return
        label = PRODUCT_LABELS.get(resource.partition("/")[0])
        here = (*steps, "product")
        if label is None:
            work.found.append(NO_PRODUCT_LABEL.at(here, resource=resource))
        elif self.selector.setdefault(label, gpus.product) != gpus.product:
            work.found.append(TWO_NODE_LABELS.at(here, label=label, value=self.selector[label], other=gpus.product))
        else:
            work.origins.member(self.selector, label, here)

    def claim(self, work: Work, gpus: Gpus, steps: Steps) -> str:
        """Make a claim template for GPUs of a device class beside the workload; give the claim's name in the pod."""
        taken = {claim.get("name") for claim in self.claims}
        name = next(free for number in range(1, len(taken) + 2) if (free := "gpus" if number == 1 else f"gpus-{number}") not in taken)
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
        work.beside.append(tree)
        return name


def resource_api_version(work: Work) -> str:
    """Dynamic resource allocation is v1 from Kubernetes 1.34 on; before, v1beta2 has the same shape."""
    return next(version for version in ("resource.k8s.io/v1", "resource.k8s.io/v1beta2") if work.serve(version, "ResourceClaimTemplate"))


def _cel(text: str | None) -> str:
    escaped = (text or "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
