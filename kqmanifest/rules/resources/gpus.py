"""GPUs: misspelt resource names, and what else a training on GPUs needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.devices import is_gpu, is_part_of_a_gpu, near_miss
from kqmanifest.vocabulary.images import is_cuda
from kqmanifest.vocabulary.paths import normalised
from kqmanifest.vocabulary.pods import containers, mounts
from kqmanifest.vocabulary.quantities import as_memory, quantity

_SHARED_MEMORY: Final = ("/dev/shm", "/dev")  # noqa: S108  the directory of POSIX shared memory, and its parent
SMALLEST_FILE: Final = 4096
"""A file takes at least a page of memory, or a block of a disk."""
_VISIBLE: Final = "NVIDIA_VISIBLE_DEVICES"


def find_requested(container: dict[str, Any], kind: Callable[[str], bool] = is_gpu) -> list[str]:
    """Return the resources of a kind that a container requests at least one of: GPUs, if no other kind is named."""
    limits = (container.get("resources") or {}).get("limits") or {}
    return [resource for resource, count in limits.items() if kind(resource) and count is not None and quantity(count)]


@rule("KQ3030", "ResourceRequirements", "no known device plugin provides {resource}", "did you mean `{meant}`?")
def resource_is_a_near_miss(requirements: dict[str, Any]) -> Iterator[Spot]:
    """No node has a misspelt resource: the server accepts it, and the pod stays pending for ever.

    Wrong:
        containers: [{name: training, resources: {limits: {nvida.com/gpu: 1}}, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]

    Right:
        containers: [{name: training, resources: {limits: {nvidia.com/gpu: 1}}, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
    """
    for kind in ("limits", "requests"):
        for resource in requirements.get(kind) or ():
            if (meant := near_miss(resource)) is not None:
                yield found(kind, resource, resource=resource, meant=meant)


@rule(
    "KQ3031",
    "EmptyDirVolumeSource.medium",
    "unknown medium {medium}",
    "write `medium: {meant}`",
    "write Memory or HugePages, or remove `medium` to use the node's disk",
)
def medium_is_unknown(medium: str) -> Iterator[Spot]:
    """The kubelet knows ``Memory`` and ``HugePages``, and is case-sensitive; with anything else the pod does not start.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: memory, sizeLimit: 8Gi}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
    """
    if medium not in {"", "Memory", "HugePages"} and not medium.startswith("HugePages-"):
        meant = {"memory": "Memory", "hugepages": "HugePages", "ram": "Memory", "tmpfs": "Memory"}.get(medium.lower())
        yield found(medium=medium, meant=meant)


@rule(
    "KQ4036",
    "EmptyDirVolumeSource.sizeLimit",
    "sizeLimit {value} is too small for a single file: sizes are in bytes",
    "did you mean {meant}?",
    "write the unit, such as 512Mi or 8Gi",
)
def size_limit_of_a_few_bytes(size: str | float) -> Iterator[Spot]:
    """A size without a unit is in bytes: the first file that is written exceeds the limit, and the pod is evicted.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
    """
    if 0 < (quantity(size) or 0) < SMALLEST_FILE:
        yield found(value=size, meant=as_memory(size))


@rule(
    "KQ4030",
    "PodSpec",
    "the container {name} has GPUs and 64 MiB of shared memory",
    "add shared memory: `sharedMemory: 8Gi` in a spec, or an emptyDir with `medium: Memory` mounted at /dev/shm",
    needs="ResourceRequirements.limits",
)
def gpus_without_shared_memory(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Data loaders and NCCL communicate through /dev/shm; with the runtime's default of 64 MiB a training ends in ``Bus error``.

    With ``hostIPC: true`` a pod uses its node's shared memory.

    Wrong:
        containers: [{name: training, resources: {limits: {nvidia.com/gpu: 1}}}]

    Right:
        containers: [{name: training, resources: {limits: {nvidia.com/gpu: 1}}, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
    """
    for place, container in () if pod_spec.get("hostIPC") else containers(pod_spec):
        if find_requested(container) and {normalised(mount["mountPath"]) for mount in mounts(container)}.isdisjoint(_SHARED_MEMORY):
            yield found(*place, name=container["name"])


@rule(
    "KQ4031",
    "EmptyDirVolumeSource",
    "this emptyDir in memory has no sizeLimit",
    "set how much it may contain, such as `sizeLimit: 8Gi`",
    needs="medium",
)
def memory_volume_without_a_size_limit(source: dict[str, Any]) -> Iterator[Spot]:
    """An emptyDir in memory without a size limit may take half of the node's memory, and counts against the container's memory limit.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: shm, mountPath: /dev/shm}]}]
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
    """
    if source.get("medium") == "Memory" and source.get("sizeLimit") is None:
        yield found()


@rule(
    "KQ4032",
    "Container",
    "the container {name} requests no GPU, and its image makes all GPUs of the node visible",
    "request what it needs, such as `nvidia.com/gpu: 1`, or hide the GPUs with NVIDIA_VISIBLE_DEVICES=none",
)
def cuda_image_without_gpus(container: dict[str, Any]) -> Iterator[Spot]:
    """NVIDIA's images request all GPUs of the node from the container runtime; without a GPU limit, a container uses other people's.

    Wrong:
        containers: [{name: training, image: "nvidia/cuda:12.4.1-runtime-ubuntu22.04"}]

    Right:
        containers: [{name: training, image: "nvidia/cuda:12.4.1-runtime-ubuntu22.04", env: [{name: NVIDIA_VISIBLE_DEVICES, value: none}]}]
    """
    image = container.get("image") or ""
    if not is_cuda(image) or find_requested(container, is_part_of_a_gpu) or (container.get("resources") or {}).get("claims"):
        return
    if not any(variable["name"] == _VISIBLE for variable in container.get("env") or ()):
        yield found("image", name=container["name"])


@rule(
    "KQ4033",
    "PodSpec",
    "this pod requests {first} and {second}, and hardly any node has both",
    "request one kind of GPU in a pod, or use two pods",
    needs="ResourceRequirements.limits",
)
def gpus_of_two_kinds(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """All containers of a pod run on one node, and a node rarely has GPUs of two makers.

    Wrong:
        containers:
        - {name: a, resources: {limits: {nvidia.com/gpu: 1}}, volumeMounts: [{name: shm, mountPath: /dev/shm}]}
        - {name: b, resources: {limits: {amd.com/gpu: 1}}, volumeMounts: [{name: shm, mountPath: /dev/shm}]}
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]

    Right:
        containers:
        - {name: a, resources: {limits: {nvidia.com/gpu: 1}}, volumeMounts: [{name: shm, mountPath: /dev/shm}]}
        - {name: b, resources: {limits: {nvidia.com/gpu: 1}}, volumeMounts: [{name: shm, mountPath: /dev/shm}]}
        volumes: [{name: shm, emptyDir: {medium: Memory, sizeLimit: 8Gi}}]
    """
    kinds: list[str] = []
    for place, container in containers(pod_spec):
        for resource in find_requested(container):
            maker = resource.partition("/")[0]
            if kinds and all(maker != kind.partition("/")[0] for kind in kinds):
                yield found(*place, "resources", "limits", resource, first=kinds[0], second=resource)
            kinds.append(resource)
