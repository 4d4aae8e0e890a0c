"""What a cluster is asked to keep: jobs, services and the objects that they read and write.

One class is one kind of a spec; a new kind is a class here and its name in :data:`KINDS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from kqmanifest.model.pod import KindModel, Pod
from kqmanifest.model.values import SPEC, AsTuple, Flag, FrozenDict, Labels, Many, Model, Own, Quantity, Text, Whole, single
from kqmanifest.model.volumes import HostPath, Nfs

_POD: Mapping[str, str] = {"template": "pod"}
_METADATA: Mapping[str, str] = {"metadata": "name, namespace, labels and annotations"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Job(KindModel):
    """A pod that runs to its end, a training for example; run again where it fails, as often as ``backoffLimit`` says."""

    homes: ClassVar = ("batch.v1.JobSpec", "meta.v1.ObjectMeta")
    folded: ClassVar = _POD

    pod: Pod
    """The pod; it never restarts unless its ``restartPolicy`` says so."""
    completions: Whole | None = None
    """How many pods must succeed; left out, 1."""
    parallelism: Whole | None = None
    """How many pods run at a time; left out, 1."""
    completion_mode: Text | None = None
    """``Indexed`` gives each pod its number, from 0, in ``JOB_COMPLETION_INDEX``."""
    backoff_limit: Whole | None = None
    """How many failures are retried before the Job fails; left out, 6."""
    active_deadline_seconds: Whole | None = None
    """Seconds after which the Job is stopped and has failed."""
    ttl_seconds_after_finished: Whole | None = None
    """Seconds after its end when the Job is deleted, with its pods and logs."""
    suspend: Flag | None = None
    """Make no pods until this is false."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class CronJob(KindModel):
    """A Job that starts at set times."""

    homes: ClassVar = ("batch.v1.CronJobSpec", "meta.v1.ObjectMeta")
    folded: ClassVar[Mapping[str, str]] = {"jobTemplate": "job"}

    schedule: Text
    """When, in cron's five fields: ``"0 3 * * *"`` is at 3:00 every day."""
    job: Job
    """The Job that starts."""
    time_zone: Text | None = None
    """The schedule's time zone, such as ``Asia/Tokyo``."""
    concurrency_policy: Text | None = None
    """Allow, Forbid or Replace a run while the last one is running."""
    suspend: Flag | None = None
    """Start nothing until this is false."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Deployment(KindModel):
    """A number of equal pods that are kept running."""

    homes: ClassVar = ("apps.v1.DeploymentSpec", "meta.v1.ObjectMeta")
    folded: ClassVar = _POD

    pod: Pod
    """The pod that is kept running."""
    replicas: Whole | None = None
    """How many; left out, 1."""
    selector: Own | None = None
    """Which pods are its own; left out, those labelled ``app: NAME``, and its pod gets that label."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class StatefulSet(KindModel):
    """A number of pods with stable names, each with volumes of its own."""

    homes: ClassVar = ("apps.v1.StatefulSetSpec", "meta.v1.ObjectMeta")
    folded: ClassVar = _POD

    pod: Pod
    """The pod that is kept running. A mount may refer to a claim template by ``volume``."""
    replicas: Whole | None = None
    """How many; left out, 1."""
    service_name: Text | None = None
    """The headless Service that gives the pods their host names."""
    selector: Own | None = None
    """Which pods are its own; left out, those labelled ``app: NAME``, and its pod gets that label."""
    volume_claim_templates: Many[Own] = ()
    """A claim for each pod, as Kubernetes writes it: ``[{metadata: {name}, spec}]``."""


@dataclass(frozen=True, slots=True, repr=False, config=SPEC)
class ServicePort(Model):
    """A port of a Service and where it leads."""

    homes: ClassVar = ("core.v1.ServicePort",)

    port: Whole
    """The Service's port."""
    target_port: Annotated[Whole | Text | None, Field(kw_only=True)] = None
    """The pod's port, by number or name; left out, the same."""
    name: Annotated[Text | None, Field(kw_only=True)] = None
    """Its name; needed where there are several."""
    protocol: Annotated[Text | None, Field(kw_only=True)] = None
    """TCP (left out), UDP or SCTP."""
    node_port: Annotated[Whole | None, Field(kw_only=True)] = None
    """The port on every node, for type NodePort."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Service(KindModel):
    """One name and address for the pods that a selector finds."""

    homes: ClassVar = ("core.v1.ServiceSpec", "meta.v1.ObjectMeta")

    selector: Labels = Field(default_factory=FrozenDict)
    """Labels of the pods that it leads to."""
    ports: Annotated[Sequence[ServicePort | int], AsTuple(ServicePort, single(ServicePort, int))] = ()
    """Its ports: numbers, or Kubernetes' objects."""
    type: Text | None = None
    """ClusterIP (left out), NodePort, LoadBalancer or ExternalName."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class ConfigMap(KindModel):
    """Settings and small files, by key."""

    homes: ClassVar = ("core.v1.ConfigMap", "meta.v1.ObjectMeta")
    folded: ClassVar = _METADATA

    data: Labels = Field(default_factory=FrozenDict)
    """Text by key."""
    binary_data: Labels = Field(default_factory=FrozenDict)
    """Bytes by key, in base64."""
    immutable: Flag | None = None
    """Refuse changes."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Secret(KindModel):
    """Passwords, tokens and keys. Whoever may read Secrets can read them: base64 hides nothing."""

    homes: ClassVar = ("core.v1.Secret", "meta.v1.ObjectMeta")
    folded: ClassVar = _METADATA

    string_data: Labels = Field(default_factory=FrozenDict)
    """Text by key."""
    data: Labels = Field(default_factory=FrozenDict)
    """Bytes by key, in base64."""
    type: Text | None = None
    """What it is for, such as ``kubernetes.io/dockerconfigjson``; left out, Opaque."""
    immutable: Flag | None = None
    """Refuse changes."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class PersistentVolume(KindModel):
    """Storage of the cluster that a claim can be bound to."""

    homes: ClassVar = ("core.v1.PersistentVolumeSpec", "meta.v1.ObjectMeta")

    capacity: Annotated[Mapping[Text, Quantity], Field()] = Field(default_factory=FrozenDict)
    """How much it holds: ``{"storage": "1Ti"}``."""
    access_modes: Many[Text] = ()
    """How it may be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod."""
    nfs: Nfs | None = None
    """A directory that an NFS server exports."""
    host_path: HostPath | None = None
    """A directory of the node."""
    storage_class_name: Text | None = None
    """Its storage class; ``""`` for none."""
    persistent_volume_reclaim_policy: Text | None = None
    """What happens when its claim is deleted: Retain, Delete or Recycle."""
    mount_options: Many[Text] = ()
    """Options for mount, such as ``nfsvers=4.1``."""
    claim_ref: Own | None = None
    """The only claim that may be bound to it: ``{namespace, name}``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class PersistentVolumeClaim(KindModel):
    """A request for storage, to be bound to a PersistentVolume."""

    homes: ClassVar = ("core.v1.PersistentVolumeClaimSpec", "meta.v1.ObjectMeta")

    access_modes: Many[Text] = ()
    """How it will be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod."""
    resources: Own | None = None
    """How much: ``{"requests": {"storage": "1Ti"}}``."""
    storage_class_name: Text | None = None
    """The storage class that makes its volume; ``""`` for a volume that is there already; left out, the cluster's default."""
    volume_name: Text | None = None
    """The PersistentVolume that it wants."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Namespace(KindModel):
    """A scope for names, quotas and access rights."""

    homes: ClassVar = ("core.v1.NamespaceSpec", "meta.v1.ObjectMeta")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class ResourceClaimTemplate(KindModel):
    """Devices that each pod gets by dynamic resource allocation."""

    homes: ClassVar = ("resource.v1.ResourceClaimSpec", "resource.v1beta2.ResourceClaimSpec", "meta.v1.ObjectMeta")

    devices: Own
    """The requested devices, as Kubernetes writes them: ``{"requests": [{"name", "exactly": {…}}]}``."""


KINDS: Mapping[str, type[KindModel]] = {
    kind.__name__: kind
    for kind in (
        Pod,
        Job,
        CronJob,
        Deployment,
        StatefulSet,
        Service,
        ConfigMap,
        Secret,
        PersistentVolume,
        PersistentVolumeClaim,
        Namespace,
        ResourceClaimTemplate,
    )
}
"""The kinds that have a model, by what a spec calls them."""
