"""From a pod of a spec to the pod, or pod template, of a manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kqmanifest.builder.container import container
from kqmanifest.builder.context import BuildContext, Promise
from kqmanifest.builder.gpus import Placement
from kqmanifest.builder.volumes import Volumes, given_names
from kqmanifest.diagnostics import Steps
from kqmanifest.model.plain import fields, plain
from kqmanifest.model.pod import Named, Pod
from kqmanifest.model.values import Model, thawed

_METADATA: Final = ("name", "namespace", "labels", "annotations")
_FOLDED: Final = (
    *_METADATA,
    "overlay",
    "ignore",
    "containers",
    "init_containers",
    "mounts",
    "volumes",
    "keeps",
    "node_selector",
    "tolerations",
)


def metadata(work: BuildContext, spec: Named, steps: Steps, labels: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Write an object's metadata: its name, namespace, labels and annotations, and what else of it the spec has."""
    written = {key: thawed(value) for key in _METADATA if (value := getattr(spec, key))}
    if labels:
        written["labels"] = {**labels, **written.get("labels", {})}
    if labels or spec.other:
        known = work.published.fields("meta.v1.ObjectMeta")
        written |= {key: thawed(value) for key, value in spec.other.items() if key in known}
        written = {key: written[key] for key in _METADATA if key in written} | written
    return work.came_from(written, steps)


def own(work: BuildContext, spec: Model) -> dict[str, Any]:
    """Return Kubernetes' own fields of a spec, without those that belong to the metadata."""
    known = work.published.fields("meta.v1.ObjectMeta")
    return {key: thawed(value) for key, value in spec.other.items() if key not in known}


def pod_spec(
    work: BuildContext, spec: Pod, steps: Steps, *, restart_policy: str | None = None, elsewhere: Iterable[str] = ()
) -> dict[str, Any]:
    """Write a PodSpec; ``elsewhere`` are the names of volumes that the pod's owner makes."""
    tree: dict[str, Any] = {"restartPolicy": restart_policy} if restart_policy and spec.restart_policy is None else {}
    if tree:
        work.origins.member(tree, "restartPolicy", steps)
    tree |= fields(spec, *_FOLDED)
    other = own(work, spec)
    claims = other.pop("resourceClaims", [])
    work.promises += _promises(spec, steps)
    everywhere = [(mount, (*steps, "mounts", index)) for index, mount in enumerate(spec.mounts)]
    containers = [("initContainers", spec.init_containers), ("containers", spec.containers)]
    mounts = [mount for _, each in containers for one in each for mount in one.mounts] + list(spec.mounts)
    volumes = Volumes(work, given_names(mounts, spec.volumes), elsewhere)
    placement = Placement(thawed(spec.node_selector), [*plain(spec.tolerations)], claims if isinstance(claims, list) else [])
    for name, source in spec.volumes.items():
        volumes.declare(name, source, (*steps, "volumes", name))
    written = {
        key: [container(work, volumes, placement, one, (*steps, key, index), everywhere) for index, one in enumerate(each)]
        for key, each in containers
    }
    if placement.selector:
        tree["nodeSelector"] = work.came_from(placement.selector, (*steps, "nodeSelector"))
    if placement.tolerations:
        tree["tolerations"] = placement.tolerations
    tree |= other
    if claims and not isinstance(claims, list):
        tree["resourceClaims"] = claims
    elif placement.claims:
        tree["resourceClaims"] = placement.claims
    if written["initContainers"]:
        tree["initContainers"] = written["initContainers"]
    tree["containers"] = written["containers"]
    if volumes.tree:
        tree["volumes"] = volumes.tree
    return work.came_from(tree, steps)


def _promises(spec: Pod, steps: Steps) -> Iterator[Promise]:
    """Return the paths that the pod and its containers promise to keep."""
    for number, path in enumerate(spec.keeps):
        yield Promise(path, None, (*steps, "keeps", number), steps)
    for key, each in (("initContainers", spec.init_containers), ("containers", spec.containers)):
        for index, one in enumerate(each):
            for number, path in enumerate(one.keeps):
                yield Promise(path, one.name, (*steps, key, index, "keeps", number), steps)
