"""What an operator knows of a cluster, and what a spec may ask of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field
from pydantic.dataclasses import dataclass

from kqmanifest.model.container import Env, Limit
from kqmanifest.model.platform import Platform
from kqmanifest.model.values import SPEC, AsTuple, Flag, FrozenDict, Labels, Many, Model, Own, Text, Whole, named
from kqmanifest.model.volumes import Source

VOLUMES: Final = ("configMap", "downwardAPI", "emptyDir", "persistentVolumeClaim", "projected", "secret")
"""The kinds of volume that a site allows where it does not say."""
ALLOWED_KINDS: Final = (
    "ConfigMap",
    "CronJob",
    "Deployment",
    "Job",
    "PersistentVolumeClaim",
    "Pod",
    "ResourceClaimTemplate",
    "Secret",
    "Service",
    "StatefulSet",
)
"""The kinds of object that a site allows where it does not say."""


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
    """The most of them that a pod may ask for."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Export(Model):
    """A directory of an NFS server, and all that is below it."""

    server: Text
    """The server, spelt as specs spell it."""
    path: Text = "/"
    """The directory: whole steps of a path, so that ``/runs`` does not allow ``/runs-of-others``."""
    read_only: Flag = False
    """Allow it only to volumes that say ``readOnly: true``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class NodePath(Model):
    """A file or directory of the node, and all that is below it."""

    path: Text
    """The path, in whole steps."""
    writable: Flag = False
    """Allow writes; left out, every mount of it must say ``readOnly: true``."""


def _paths(given: Any) -> Any:
    return [{"path": one} if isinstance(one, str) else one for one in given] if isinstance(given, list | tuple) else given


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Allow(Model):
    """What a spec may ask for. What is left out is closed where it reaches beyond the pod, and open where it does not."""

    kinds: Many[Text] = ALLOWED_KINDS
    """Kinds of object; one that is not Kubernetes' own with its group, ``kubeflow.org/PyTorchJob``: nothing in it is judged."""
    namespaces: Many[Text] | None = None
    """Namespaces; where they are listed, every object must name one."""
    volumes: Many[Text] = VOLUMES
    """Kinds of volume; ``nfs``, ``hostPath`` and ``csi`` by the three lists below."""
    nfs: Many[Export] = ()
    """NFS exports, by whichever kind of volume they are reached."""
    host_paths: Annotated[Sequence[NodePath | str], AsTuple(NodePath, _paths)] = ()
    """Files and directories of the node: paths, or ``{path, writable}``."""
    drivers: Many[Text] = ()
    """CSI drivers."""
    images: Many[Text] | None = None
    """Registries or repositories, in whole steps: ``registry.example.com/team``, ``docker.io/library/python``."""
    gpus: Whole | None = None
    """The most GPUs of all kinds that a pod may ask for."""
    resources: Many[Text] | None = None
    """Extended resources; those of the GPU classes are allowed with them."""
    host_namespaces: Flag = False
    """Whether a pod may share the network, the processes or the ports of its node."""
    privileged: Flag = False
    """Whether a container may be more than the Pod Security Standards call baseline."""
    capabilities: Many[Text] = ()
    """Capabilities that may be added, beside the runtime's own and those of the GPU classes."""
    service_accounts: Many[Text] | None = None
    """Service accounts that a pod may run as, beside ``default``."""
    tolerations: Many[Text] | None = None
    """Keys of taints that may be tolerated, beside those of the GPU classes."""
    labels: Annotated[Mapping[Text, Many[Text]], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """The values that a label may have: ``{"kueue.x-k8s.io/queue-name": ["team-a"]}``."""
    further: Annotated[Many[Text] | None, Field(alias="other")] = None
    """Fields of pods and containers that a spec writes as Kubernetes does: ``["livenessProbe"]``."""
    overlay: Many[Text] | None = None
    """What overlays may set, and all that is below it: ``["spec.template.spec.containers.livenessProbe"]``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Defaults(Model):
    """What is added where a spec does not say it."""

    namespace: Text | None = None
    """The namespace."""
    image_pull_secrets: Many[Own] = ()
    """Secrets to pull images with."""
    labels: Labels = Field(default_factory=FrozenDict)
    """Labels of every object and pod."""
    queue: Text | None = None
    """The Kueue queue of workloads: their label ``kueue.x-k8s.io/queue-name``."""
    env: Annotated[Sequence[Env] | Mapping[str, str], AsTuple(Env, named("name", "value"))] = ()
    """Environment variables of every container, proxies for example."""
    pod_security: Text | None = None
    """The standard that pods are judged by: baseline or restricted."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Site(Model):
    """What an operator knows, so that no spec has to say it, and what a spec may ask for, which no spec can widen."""

    volumes: Annotated[Mapping[str, Source], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Volumes that mounts refer to by name: ``{"runs": {"nfs": {…}}}``; they are allowed as they are."""
    gpu_classes: Annotated[Mapping[Text, GpuClass], AfterValidator(FrozenDict)] = Field(default_factory=FrozenDict)
    """Kinds of GPU that a spec asks for by name: ``"gpus": {"class": "h100", "count": 8}``."""
    defaults: Defaults = Field(default_factory=Defaults)
    """What is added where a spec does not say it."""
    platform: Platform | None = None
    """What is the same for all presets: a spec that says it too says the same."""
    allow: Allow | None = None
    """What a spec may ask for; left out, anything."""
