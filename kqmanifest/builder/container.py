"""From a container of a spec to one of a manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from kqmanifest.builder.context import BuildContext
from kqmanifest.builder.gpus import NVIDIA, RESOURCE_AND_CLASS, Placement, capabilities, of_class
from kqmanifest.builder.volumes import Volumes
from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.container import Container, Env, Gpus, Limit, Port
from kqmanifest.model.plain import fields, plain
from kqmanifest.model.values import thawed
from kqmanifest.model.volumes import Mount, SharedMemory

SAID_TWICE: Final = Fault(
    "KQ1023",
    "the {kind} of {resource} is set twice: by {first}, and here by {second}",
    ("keep one of them",),
)
MEMORY_TWICE: Final = Fault("KQ1024", "the size of /dev/shm is set twice", ("keep one `sharedMemory`",))

_FOLDED: Final = (
    "cpu",
    "memory",
    "ephemeral_storage",
    "limits",
    "gpus",
    "shared_memory",
    "mounts",
    "keeps",
    "env",
    "ports",
    "env_from",
    "image_pull_policy",
    "restart_policy",
)
_QUANTITIES: Final = (("cpu", "cpu", "cpu"), ("memory", "memory", "memory"), ("ephemeral_storage", "ephemeralStorage", "ephemeral-storage"))


def container(
    work: BuildContext, volumes: Volumes, placement: Placement, spec: Container, steps: Steps, shared: Sequence[tuple[Mount, Steps]]
) -> dict[str, Any]:
    """Write one container; ``shared`` are the mounts that its pod has for all containers, with their places."""
    tree: dict[str, Any] = fields(spec, *_FOLDED)
    own = thawed(spec.other)
    _put(tree, "ports", _ports(work, spec, steps))
    _put(tree, "envFrom", plain(spec.env_from))
    _put(tree, "env", _env(work, spec, steps))
    _put(tree, "resources", _resources(work, placement, spec, own.pop("resources", None), steps))
    _put(tree, "volumeMounts", list(_mounts(work, volumes, spec, steps, shared)))
    work.origins.member(tree, "volumeMounts", (*steps, "mounts"))
    tree |= {
        key: value
        for key, value in (("imagePullPolicy", spec.image_pull_policy), ("restartPolicy", spec.restart_policy))
        if value is not None
    }
    tree |= _able(work, spec, own, steps)
    work.origins.node(tree, steps)
    return tree


def _put(tree: dict[str, Any], key: str, value: Any) -> None:
    if value:
        tree[key] = value


def _able(work: BuildContext, spec: Container, own: dict[str, Any], steps: Steps) -> dict[str, Any]:
    """Add the capabilities that come with the container's GPUs to its security context, where that has the right shape."""
    added = capabilities(work, spec.gpus if isinstance(spec.gpus, tuple) else ())
    if added:
        here = (*steps, "gpus")
        context = own.setdefault("securityContext", work.all_from({}, here))
        given = context.setdefault("capabilities", work.all_from({}, here)) if isinstance(context, dict) else None
        listed = given.setdefault("add", work.all_from([], here)) if isinstance(given, dict) else None
        if isinstance(listed, list):
            known = {one for one in listed if isinstance(one, str)}
            listed += [one for one in added if one not in known]
    return own


def _ports(work: BuildContext, spec: Container, steps: Steps) -> list[Any]:
    ports: Iterable[Any] = spec.ports
    return [work.came_from(plain(port), (*steps, "ports", index)) for index, port in enumerate(ports) if isinstance(port, Port)]


def _env(work: BuildContext, spec: Container, steps: Steps) -> list[Any]:
    variables: Iterable[Any] = spec.env
    return [work.came_from(plain(one), (*steps, "env", index)) for index, one in enumerate(variables) if isinstance(one, Env)]


def _mounts(
    work: BuildContext, volumes: Volumes, spec: Container, steps: Steps, shared: Sequence[tuple[Mount, Steps]]
) -> Iterator[dict[str, Any]]:
    """Write the container's own mounts, its shared memory, and what its pod mounts in all containers."""
    for index, mount in enumerate(spec.mounts):
        written = volumes.mount(mount, steps, (*steps, "mounts", index))
        if written is not None:
            yield written
    memories = spec.shared_memory if isinstance(spec.shared_memory, tuple) else ()
    for index, memory in enumerate(memories):
        here = (*steps, "sharedMemory", index)
        if index:
            work.found.append(MEMORY_TWICE.at(here))
        elif isinstance(memory, SharedMemory):
            yield volumes.share(memory, steps, here)
    for mount, place in shared:
        written = volumes.mount(mount, "pod", place)
        if written is not None:
            yield written


def _resources(work: BuildContext, placement: Placement, spec: Container, given: Any, steps: Steps) -> Any:
    """Merge Kubernetes' own ``resources`` with the short fields of a spec; report a resource that is set twice."""
    if given is not None and not (
        isinstance(given, dict) and all(isinstance(given.get(kind, {}), dict) for kind in ("limits", "requests"))
    ):
        return given  # the schema check reports its shape
    tree: dict[str, Any] = given if given is not None else {}
    if given is not None:
        work.origins.node(tree, (*steps, "resources"))
    limits: dict[str, Any] = {}
    first = {resource: (*steps, "resources", "limits", resource) for resource in tree.get("limits", {})}
    for resource, quantity, place in _limits(work, placement, spec, steps, tree):
        if resource in first:
            setters = tuple(
                "/".join(str(step) for step in where[len(steps) :] if not isinstance(step, int)) for where in (first[resource], place)
            )
            work.found.append(SAID_TWICE.at(place, kind="limit", resource=resource, first=setters[0], second=setters[1]))
            continue
        first[resource] = place
        limits[resource] = quantity
    if limits:
        merged = {**tree.get("limits", {}), **limits}
        tree["limits"] = work.came_from(merged, (*steps, "resources", "limits"))
        for resource in limits:
            work.origins.member(merged, resource, first[resource])
        if "requests" in tree:
            tree["requests"] = tree.pop("requests")
    return tree


def _limits(
    work: BuildContext, placement: Placement, spec: Container, steps: Steps, tree: dict[str, Any]
) -> Iterator[tuple[str, Any, Steps]]:
    """Return every limit that a spec sets outside ``resources``: the resource, the quantity, and the place."""
    for name, key, resource in _QUANTITIES:
        quantity = getattr(spec, name)
        if quantity is not None:
            yield resource, quantity, (*steps, key)
    limits: Iterable[Any] = spec.limits
    for index, limit in enumerate(limits):
        if isinstance(limit, Limit):
            yield limit.resource, limit.quantity, (*steps, "limits", index)
    requests: Iterable[Any] = spec.gpus if isinstance(spec.gpus, tuple) else ()
    for index, gpus in enumerate(requests):
        if not isinstance(gpus, Gpus):
            continue
        here = (*steps, "gpus", index)
        placement.place(work, gpus, here)
        if gpus.class_ is not None:
            yield from of_class(work, gpus, here)
            continue
        if gpus.device_class is None:
            yield gpus.resource or NVIDIA, gpus.count, (*here, "count")
            continue
        if gpus.resource is not None:
            work.found.append(RESOURCE_AND_CLASS.at((*here, "deviceClass"), resource=gpus.resource, device_class=gpus.device_class))
        claims = tree["claims"] = tree.get("claims") or []
        claim = work.all_from({"name": placement.claim(work, gpus, here)}, here)
        if isinstance(claims, list):  # else the schema check reports its shape
            claims.append(claim)
