"""What an operator knows of a cluster, and what a spec may request of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from kqmanifest.model.container import Env, Limit
from kqmanifest.model.platform import Platform
from kqmanifest.model.values import SPEC, AsTuple, Flag, FrozenDict, Labels, Many, Model, Own, Text, Whole, named
from kqmanifest.model.volumes import Source

NAMESPACES_OF_THE_NODE: Final = ("hostNetwork", "hostPID", "hostIPC")
"""The namespaces of its node that a pod can share, as its fields name them."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Fabric(Model):
    """What a container with such GPUs needs to reach those of other nodes."""

    limits: Annotated[Sequence[Limit] | Mapping[str, str | int | float], AsTuple(Limit, named("resource", "quantity"))] = ()
    """Resources that it is given with them: ``{"rdma/hca": 1}``."""
    capabilities: Many[Text] = ()
    """Capabilities that it is given with them, such as ``IPC_LOCK``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class GpuClass(Model):
    """A kind of GPU that the cluster has, and what schedules a pod to it."""

    resource: Text
    """The extended resource that counts them, such as ``nvidia.com/gpu``."""
    node_selector: Labels = Field(default_factory=FrozenDict)
    """Labels of the nodes that have them."""
    tolerations: Many[Own] = ()
    """Taints of those nodes, tolerated, as Kubernetes writes them."""
    fabric: Fabric | None = None
    """What a container is given with them."""
    max: Whole | None = None
    """The most of them that a pod may request."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Export(Model):
    """A directory of an NFS server, and all that is below it."""

    server: Text
    """The server, in the spelling of the specs."""
    path: Text
    """The directory, ``/`` for all of the server: whole steps of a path, so that ``/runs`` does not allow ``/runs-of-others``."""
    read_only: Flag = False
    """Allow it only to volumes with ``readOnly: true``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class NodePath(Model):
    """A file or directory of the node, and all that is below it."""

    path: Text
    """The path, in whole steps."""
    writable: Flag = False
    """Allow writes; left out, every mount of it must have ``readOnly: true``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Kind(Model):
    """A kind of object."""

    kind: Text
    """The kind; that of a custom resource with its group: ``kubeflow.org/PyTorchJob``."""
    opaque: Flag = False
    """Accept it although only its metadata can be checked: its pods, for example, are not."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Named(Model):
    """Objects that the cluster has, by name."""

    name: Text
    """The name; ``*`` matches any characters."""
    create: Flag = False
    """Let requests create them too; left out, an object of such a name is the site's, and requests cannot replace it."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Driver(Model):
    """A CSI driver."""

    driver: Text
    """Its name, such as ``nfs.csi.k8s.io``: the attributes of that one are judged by ``nfs``."""
    attributes: Annotated[Mapping[Text, Many[Text]], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """The values that its volume attributes may have: ``{"bucket": ["datasets"]}``, or ``["*"]`` for any."""


def _short(key: str) -> Callable[[Any], Any]:
    """Read an entry that is only text as its first field."""

    def read(given: Any) -> Any:
        return [{key: one} if isinstance(one, str) else one for one in given] if isinstance(given, list | tuple) else given

    return read


_Named = Annotated[Sequence[Named | str], AsTuple(Named, _short("name"))]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Allow(Model):
    """What a spec may request. What is left out is forbidden, except what stays within the pod."""

    kinds: Annotated[Sequence[Kind | str], AsTuple(Kind, _short("kind"))] = ()
    """Kinds of object: names, or ``{kind, opaque}``."""
    manifests: Flag = True
    """Whether documents with ``apiVersion`` are accepted, beside specs."""
    namespaces: Many[Text] = ()
    """Namespaces that objects may be in, or refer to; left out, the default namespace."""
    labels: Annotated[Mapping[Text, Many[Text]], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Labels that every object and pod must have, with the values that they may have, or ``["*"]`` for any."""
    annotations: Many[Text] = ()
    """Keys of annotations."""
    volumes: Many[Text] = ()
    """Kinds of volume that have no key of their own, such as ``iscsi``."""
    claims: _Named = ()
    """Names of PersistentVolumeClaims that the cluster has."""
    persistent_volumes: _Named = ()
    """Names of PersistentVolumes that the cluster has, and a claim may request."""
    config_maps: _Named = ()
    """Names of ConfigMaps that the cluster has."""
    secrets: _Named = ()
    """Names of Secrets that the cluster has."""
    nfs: Many[Export] = ()
    """NFS exports, whichever kind of volume mounts them."""
    host_paths: Annotated[Sequence[NodePath | str], AsTuple(NodePath, _short("path"))] = ()
    """Files and directories of the node: paths, or ``{path, writable}``."""
    drivers: Annotated[Sequence[Driver | str], AsTuple(Driver, _short("driver"))] = ()
    """CSI drivers: names, or ``{driver, attributes}``."""
    mount_options: Many[Text] = ()
    """Mount options of PersistentVolumes and StorageClasses, each as a whole: ``nfsvers=4.1``."""
    storage_classes: Many[Text] = ()
    """Storage classes."""
    images: Many[Text] = ()
    """Registries or repositories, in whole steps: ``registry.example.com/team``, ``docker.io/library/python``."""
    gpus: Whole = 0
    """The most GPUs and other accelerators of all kinds that a pod may request."""
    resources: Many[Text] = ()
    """Extended resources and huge pages; GPUs, and what belongs to a class of them, need not be named."""
    device_classes: Many[Text] = ()
    """Device classes of claims."""
    resource_claims: _Named = ()
    """Names of ResourceClaims and ResourceClaimTemplates that the cluster has."""
    host_namespaces: Many[Text] = ()
    """Namespaces of its node that a pod may share: ``hostNetwork``, ``hostPID``, ``hostIPC``."""
    host_ports: Many[Whole] = ()
    """Ports of the node."""
    privileged: Flag = False
    """Whether a container may exceed the baseline of the Pod Security Standards."""
    capabilities: Many[Text] = ()
    """Capabilities that may be added, beside the runtime's own and those of the GPU classes."""
    service_accounts: Many[Text] = ()
    """Service accounts that a pod may run as, beside the default one."""
    tokens: Many[Text] = ()
    """Audiences of service account tokens in projected volumes; ``""`` is the API server's own."""
    priority_classes: Many[Text] = ()
    """Priority classes."""
    runtime_classes: Many[Text] = ()
    """Runtime classes."""
    schedulers: Many[Text] = ()
    """Schedulers, beside ``default-scheduler``."""
    node_labels: Many[Text] = ()
    """Keys of node labels that a pod may choose its nodes by; those of a GPU class come with the class."""
    tolerations: Many[Text] = ()
    """Keys of taints that may be tolerated; those of a GPU class come with the class."""
    services: Many[Text] = ()
    """Types of Service that reach beyond the cluster: ``NodePort``, ``LoadBalancer``, ``ExternalName``."""
    external_ips: Annotated[Many[Text], Field(alias="externalIPs")] = ()
    """External addresses that a Service may take."""
    further: Annotated[Many[Text], Field(alias="other")] = ()
    """Fields of pods and containers that a spec writes as Kubernetes does: ``["livenessProbe"]``."""
    fields: Many[Text] = ()
    """Fields that reach beyond the pod and have no key here, as ``Type.field``: ``["PodSpec.nodeName"]``."""
    overlay: Many[Text] = ()
    """What overlays may set, and all that is below it: ``["spec.template.spec.containers.livenessProbe"]``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Defaults(Model):
    """What is added where a spec does not set it."""

    namespace: Text | None = None
    """The namespace."""
    image_pull_secrets: Many[Own] = ()
    """Secrets to pull images with."""
    labels: Labels = Field(default_factory=FrozenDict)
    """Labels of every object and pod."""
    queue: Text | None = None
    """The Kueue queue of workloads: their label ``kueue.x-k8s.io/queue-name``."""
    service_account: Text | None = None
    """The service account of pods."""
    env: Annotated[Sequence[Env] | Mapping[str, str], AsTuple(Env, named("name", "value"))] = ()
    """Environment variables of every container, proxies for example."""
    pod_security: Text | None = None
    """The standard that pods are judged by: baseline or restricted."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Site(Model):
    """What an operator knows, so that specs need not contain it, and what a spec may request, which no spec can extend."""

    volumes: Annotated[Mapping[str, Source], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Volumes that mounts refer to by name: ``{"runs": {"nfs": {…}}}``; they are allowed as they are."""
    gpu_classes: Annotated[Mapping[Text, GpuClass], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Kinds of GPU that a spec requests by name: ``"gpus": {"class": "h100", "count": 8}``."""
    defaults: Defaults = Field(default_factory=Defaults)
    """What is added where a spec does not set it."""
    platform: Platform | None = None
    """What is the same for all presets: a spec that sets it too must set it alike."""
    allow: Allow | None = None
    """What a spec may request; left out, anything."""
