"""What runs: an image, its environment, its resources and the places where it sees files."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY
from typing import Annotated, Any, ClassVar, Self, TypeAlias

from pydantic import Field
from pydantic.dataclasses import dataclass

from kqmanifest.model.values import SPEC, AsTuple, Flag, Many, Model, Own, Quantity, Text, Whole, named, single
from kqmanifest.model.volumes import Mount, SharedMemory


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class SecretKey(Model):
    """One key of a Secret."""

    homes: ClassVar = ("core.v1.SecretKeySelector",)

    name: Text | None = None
    """The Secret's name."""
    key: Text
    """The key."""
    optional: Flag | None = None
    """Start even where it is missing."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class ConfigMapKey(Model):
    """One key of a ConfigMap."""

    homes: ClassVar = ("core.v1.ConfigMapKeySelector",)

    name: Text | None = None
    """The ConfigMap's name."""
    key: Text
    """The key."""
    optional: Flag | None = None
    """Start even where it is missing."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class FieldRef(Model):
    """A field of the pod itself."""

    homes: ClassVar = ("core.v1.ObjectFieldSelector",)

    field_path: Text
    """The field, such as ``metadata.name`` or ``status.podIP``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class ResourceFieldRef(Model):
    """A limit or request of a container of the pod."""

    homes: ClassVar = ("core.v1.ResourceFieldSelector",)

    resource: Text
    """The resource, such as ``limits.memory``."""
    container_name: Text | None = None
    """The container; left out, this one."""
    divisor: Quantity | None = None
    """The unit to count in, such as ``1Mi``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class EnvSource(Model):
    """Where the value of an environment variable comes from: one of these."""

    homes: ClassVar = ("core.v1.EnvVarSource",)

    secret_key_ref: SecretKey | None = None
    """A key of a Secret."""
    config_map_key_ref: ConfigMapKey | None = None
    """A key of a ConfigMap."""
    field_ref: FieldRef | None = None
    """A field of the pod."""
    resource_field_ref: ResourceFieldRef | None = None
    """A limit or request."""


@dataclass(frozen=True, slots=True, repr=False, config=SPEC)
class Env(Model):
    """An environment variable."""

    homes: ClassVar = ("core.v1.EnvVar",)

    name: Text
    """The variable's name."""
    value: Text | None = None
    """Its value, always a string: ``"8888"``, ``"true"``."""
    _: KW_ONLY
    value_from: EnvSource | None = None
    """Where its value comes from instead."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class EnvFrom(Model):
    """All keys of a Secret or ConfigMap, as environment variables."""

    homes: ClassVar = ("core.v1.EnvFromSource",)

    config_map_ref: Own | None = None
    """The ConfigMap: ``{name, optional}``."""
    secret_ref: Own | None = None
    """The Secret: ``{name, optional}``."""
    prefix: Text | None = None
    """A prefix for every name."""


@dataclass(frozen=True, slots=True, repr=False, config=SPEC)
class Port(Model):
    """A port that the container listens on."""

    homes: ClassVar = ("core.v1.ContainerPort",)

    container_port: Whole
    """Its number, 1 to 65535."""
    _: KW_ONLY
    name: Text | None = None
    """Its name, for Services and probes."""
    protocol: Text | None = None
    """TCP (left out), UDP or SCTP."""
    host_port: Whole | None = None
    """The same port of the node."""
    host_ip: Annotated[Text | None, Field(alias="hostIP")] = None
    """The node's address that it is bound to."""


@dataclass(frozen=True, slots=True, repr=False, config=SPEC)
class Gpus(Model):
    """How many GPUs of which kind; limits and requests are equal, as Kubernetes requires."""

    count: Whole = 1
    """How many; 0 is allowed and requests none."""
    _: KW_ONLY
    resource: Text | None = None
    """The extended resource, by default ``nvidia.com/gpu``; also ``amd.com/gpu``, ``gpu.intel.com/xe``, ``nvidia.com/mig-1g.10gb``."""
    product: Text | None = None
    """The model, as the vendor's node labels or its DRA driver name it, such as ``NVIDIA-A100-SXM4-80GB``."""
    tolerate: Flag = False
    """Tolerate the taint that keeps other pods off GPU nodes; its key is the resource's name."""
    class_: Annotated[Text | None, Field(alias="class")] = None
    """Request a GPU class of the site by its name, such as ``h100``: it defines the resource, the nodes and the fabric."""
    device_class: Text | None = None
    """Request devices of this class, such as ``gpu.nvidia.com``, by dynamic resource allocation instead."""


@dataclass(frozen=True, slots=True, repr=False, config=SPEC)
class Limit(Model):
    """The most of a resource that a container may use; Kubernetes uses it as the request too."""

    resource: Text
    """The resource, such as ``cpu``, ``memory``, ``ephemeral-storage`` or ``rdma/hca``."""
    quantity: Quantity
    """How much, such as ``4``, ``500m``, ``8Gi``."""


Addition: TypeAlias = Mount | Env | EnvFrom | Port | Gpus | SharedMemory | Limit
"""What can be added to a container."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Container(Model):
    """A container: what it runs, what it may use, and where it sees files."""

    homes: ClassVar = ("core.v1.Container",)
    folded: ClassVar[Mapping[str, str]] = {"volumeMounts": "mounts"}

    name: Text
    """Its name, unique in the pod: lower-case letters, digits and dashes."""
    image: Text | None = None
    """The image, with a tag or digest."""
    command: Many[Text] = ()
    """The program and its first arguments, instead of the image's entry point. No shell reads it."""
    args: Many[Text] = ()
    """The arguments, instead of the image's."""
    working_dir: Text | None = None
    """The directory it starts in."""
    env: Annotated[Sequence[Env] | Mapping[str, str], AsTuple(Env, named("name", "value"))] = ()
    """Environment variables: ``{"LR": "0.01"}``, or Kubernetes' list."""
    env_from: Many[EnvFrom] = ()
    """Secrets and ConfigMaps whose keys become environment variables."""
    ports: Annotated[Sequence[Port | int], AsTuple(Port, single(Port, int))] = ()
    """Ports that it listens on: numbers, or Kubernetes' objects."""
    cpu: Quantity | None = None
    """The most CPUs it may use, such as 4 or ``500m``."""
    memory: Quantity | None = None
    """The most memory it may use, such as ``8Gi``."""
    ephemeral_storage: Quantity | None = None
    """The most of the node's disk it may use, such as ``20Gi``."""
    limits: Annotated[Sequence[Limit] | Mapping[str, str | int | float], AsTuple(Limit, named("resource", "quantity"))] = ()
    """Limits of further resources: ``{"rdma/hca": 1}``."""
    gpus: Annotated[Sequence[Gpus] | Gpus | int, AsTuple(Gpus, single(Gpus, int))] = ()
    """GPUs: a count, an object, or a list of these."""
    shared_memory: Annotated[Sequence[SharedMemory] | SharedMemory | str, AsTuple(SharedMemory, single(SharedMemory, str, int, float))] = ()
    """The size of /dev/shm, which PyTorch's data loaders and NCCL need: ``8Gi``."""
    mounts: Many[Mount] = ()
    """The places where it sees files, each with its source."""
    keeps: Many[Text] = ()
    """Paths whose files must outlive the pod: each needs a lasting, writable mount here."""
    image_pull_policy: Text | None = None
    """Always, IfNotPresent or Never."""
    restart_policy: Text | None = None
    """``Always`` makes an init container a sidecar."""

    def adding(self, *additions: Addition | Iterable[Addition]) -> Self:
        """Return this container with more mounts, env, ports, GPUs, shared memory or limits.

        Nothing is replaced: conflicts are reported, all at once, when the manifest is built.

        Raises:
            TypeError: something that cannot be added.
        """
        grown: dict[str, Any] = {}
        for one in _flat(additions):
            field = _FIELDS.get(type(one))
            if field is None:
                raise TypeError(f"a container takes {', '.join(sorted(kind.__name__ for kind in _FIELDS))}; this is a {type(one).__name__}")
            grown[field] = (*grown.get(field, getattr(self, field)), one)
        return dataclasses.replace(self, **grown)


_FIELDS: dict[type, str] = {
    Mount: "mounts",
    Env: "env",
    EnvFrom: "env_from",
    Port: "ports",
    Gpus: "gpus",
    SharedMemory: "shared_memory",
    Limit: "limits",
}


def _flat(additions: Iterable[Addition | Iterable[Addition]]) -> Iterable[Any]:
    for one in additions:
        if isinstance(one, Iterable) and not isinstance(one, str | bytes | Mapping):
            yield from _flat(one)
        else:
            yield one
