"""What a site allows of scheduling: by which scheduler, on which nodes, and with which priority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, GpuClass, Site
from kqmanifest.model.values import thawed
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Spot
from kqmanifest.site.devices import total_requests
from kqmanifest.site.fields import Judge, listed, table

TOLERATION: Final = Fault(
    "KQ5127",
    "this site does not allow this pod to tolerate {taint}",
    ("tolerate one of {allowed}", "remove it: no taint may be tolerated"),
)
NODE_LABEL: Final = Fault(
    "KQ5131",
    "this site does not allow pods to choose their nodes by the label {name}",
    ("choose by one of {allowed}", "remove it", "request GPUs of the class that has such nodes"),
)
PRIORITY: Final = Fault("KQ5132", "this site does not allow the priority class {name}", ("use one of {allowed}", "remove it"))
RUNTIME: Final = Fault("KQ5133", "this site does not allow the runtime class {name}", ("use one of {allowed}", "remove it"))
SCHEDULER: Final = Fault("KQ5134", "this site does not allow the scheduler {name}", ("use one of {allowed}", "remove it"))


def judges(site: Site, allow: Allow) -> Iterator[Judge]:
    """Make the judges of where pods run."""
    yield listed(PRIORITY, table().lines("priorityClasses"), allow.priority_classes)
    yield listed(RUNTIME, table().lines("runtimeClasses"), allow.runtime_classes)
    yield listed(SCHEDULER, table().lines("schedulers"), allow.schedulers)
    yield from _nodes(site, allow)
    yield from _taints(site, allow)


def _classes(site: Site, pod_spec: Mapping[str, Any]) -> list[GpuClass]:
    """Return the classes of the GPUs that a pod requests."""
    if not site.gpu_classes:
        return []
    totals, _ = total_requests(pod_spec)
    return [one for one in site.gpu_classes.values() if totals.get(one.resource)]


def _nodes(site: Site, allow: Allow) -> Iterator[Judge]:
    of_classes = {key for one in site.gpu_classes.values() for key in one.node_selector}
    keys = [key for key in allow.node_labels if key not in of_classes]

    def selector(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        chosen = pod_spec["nodeSelector"]
        given = [one.node_selector for one in _classes(site, pod_spec) if thawed(one.node_selector).items() <= chosen.items()]
        for key in chosen:
            if key not in keys and not any(key in one for one in given):
                yield found("nodeSelector", key, name=key, allowed=keys or None)

    lines = table().lines("nodeLabels")
    yield Judge(("PodSpec.nodeSelector",), Rule(NODE_LABEL, ("PodSpec",), selector, needs=("nodeSelector",)))
    yield from (listed(NODE_LABEL, (line,), keys) for line in lines if line != "PodSpec.nodeSelector")


def _taints(site: Site, allow: Allow) -> Iterator[Judge]:
    allowed = list(allow.tolerations) or None
    in_pods = "PodSpec.tolerations"

    def toleration(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        given = [thawed(one) for kind in _classes(site, pod_spec) for one in kind.tolerations]
        for index, one in enumerate(pod_spec["tolerations"]):
            if one not in given:
                yield from (found("tolerations", index, **values) for values in beyond(one))

    def device_toleration(tolerations: list[dict[str, Any]]) -> Iterator[Spot]:
        for index, one in enumerate(tolerations):
            yield from (found(index, **values) for values in beyond(one))

    def beyond(one: Mapping[str, Any] | None) -> Iterator[dict[str, Any]]:
        key = (one or {}).get("key")  # null in a list is an empty entry
        if not key or key not in allow.tolerations:
            yield {"taint": key or "every taint", "allowed": allowed}

    of_devices = tuple(line for line in table().lines("tolerations") if line != in_pods)
    yield Judge((in_pods,), Rule(TOLERATION, ("PodSpec",), toleration, needs=("tolerations",)))
    yield Judge(of_devices, Rule(TOLERATION, of_devices, device_toleration))
