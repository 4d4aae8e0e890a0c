"""Kinds: what is known of each, said once, so that whoever needs a list of kinds derives it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

KeyPath: TypeAlias = tuple[str, ...]
"""The keys that lead somewhere in an object; ``EACH`` stands for each item of a list, or for each key of a map."""
Naming: TypeAlias = Literal["subdomain", "label", "path"]

EACH: Final = "*"
SUBDOMAIN: Final = "subdomain"
LABEL: Final = "label"
PATH: Final = "path"


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a kind, whatever version of its group it is written in."""

    name: str
    group: str = ""
    """The part of its apiVersion before the slash; empty for Kubernetes' core."""
    namespaced: bool = True
    """Whether its objects are in a namespace; those of the others belong to the whole cluster."""
    naming: Naming | None = None
    """What the server takes for a name: a DNS subdomain, a DNS label, or a part of a path; None where no rule judges its metadata."""
    longest_name: int = 253
    """The most characters that a name may have; its ``naming`` may allow fewer."""
    named_by_the_server: bool = False
    """Whether the server names an object that has no name."""
    sets_generation: bool = False
    """Whether the server writes ``metadata.generation`` itself, whatever stands there."""
    short: tuple[str, ...] = ()
    """What ``kubectl`` calls it for short."""
    pods: tuple[KeyPath, ...] = ()
    """Where the specs of the pods stand that it is or makes. The pod's metadata is beside a spec that is called ``spec``."""
    queue: KeyPath | None = None
    """Where the metadata with the queue's label stands; None where none belongs on it."""
    template: KeyPath | None = dataclasses.field(init=False, compare=False, repr=False)
    """Where the metadata and spec of its pods stand, if that is one place: most kinds are like that, and their pods are needed often."""

    def __post_init__(self) -> None:
        """Find the place of the only template."""
        is_alone = len(self.pods) == 1 and EACH not in self.pods[0] and self.pods[0][-1] == "spec"
        object.__setattr__(self, "template", self.pods[0][:-1] if is_alone else None)


_TEMPLATE: Final = ("spec", "template")
_OF_A_TEMPLATE: Final = (("spec", "template", "spec"),)
_JOBS: Final = ("spec", "jobTemplate")

_CORE: Final = (
    Kind("Binding"),
    Kind("ComponentStatus", namespaced=False, short=("cs",)),
    Kind("ConfigMap", naming=SUBDOMAIN, short=("cm",)),
    Kind("Endpoints", naming=SUBDOMAIN, short=("ep",)),
    Kind("Event", short=("ev",)),
    Kind("LimitRange", naming=SUBDOMAIN, named_by_the_server=True, short=("limits",)),
    Kind("Namespace", namespaced=False, naming=LABEL, short=("ns",)),
    Kind("Node", namespaced=False, naming=SUBDOMAIN, short=("no",)),
    Kind("PersistentVolume", namespaced=False, naming=SUBDOMAIN, short=("pv",)),
    Kind("PersistentVolumeClaim", naming=SUBDOMAIN, short=("pvc",)),
    Kind("Pod", naming=SUBDOMAIN, sets_generation=True, short=("po",), pods=(("spec",),), queue=()),
    Kind("PodTemplate", naming=SUBDOMAIN, sets_generation=True, queue=("template",)),  # it makes no pod
    Kind("ReplicationController", naming=SUBDOMAIN, sets_generation=True, short=("rc",), pods=_OF_A_TEMPLATE, queue=_TEMPLATE),
    Kind("ResourceQuota", naming=SUBDOMAIN, short=("quota",)),
    Kind("Secret", naming=SUBDOMAIN),
    Kind("Service", naming=LABEL, short=("svc",)),
    Kind("ServiceAccount", naming=SUBDOMAIN, short=("sa",)),
)
_WORKLOADS: Final = (
    Kind("ControllerRevision", "apps", naming=SUBDOMAIN),
    Kind("DaemonSet", "apps", naming=SUBDOMAIN, sets_generation=True, short=("ds",), pods=_OF_A_TEMPLATE, queue=_TEMPLATE),
    Kind("Deployment", "apps", naming=SUBDOMAIN, sets_generation=True, short=("deploy",), pods=_OF_A_TEMPLATE, queue=()),
    Kind("ReplicaSet", "apps", naming=SUBDOMAIN, sets_generation=True, short=("rs",), pods=_OF_A_TEMPLATE, queue=_TEMPLATE),
    Kind("StatefulSet", "apps", naming=LABEL, sets_generation=True, short=("sts",), pods=_OF_A_TEMPLATE, queue=()),
    Kind("Job", "batch", naming=SUBDOMAIN, sets_generation=True, pods=_OF_A_TEMPLATE, queue=()),
    Kind(
        "CronJob",
        "batch",
        naming=SUBDOMAIN,
        longest_name=52,  # the names of its Jobs have eleven characters more, and are values of labels
        sets_generation=True,
        short=("cj",),
        pods=((*_JOBS, *_TEMPLATE, "spec"),),
        queue=_JOBS,  # the Jobs are queued
    ),
    Kind("HorizontalPodAutoscaler", "autoscaling", naming=SUBDOMAIN, short=("hpa",)),
    Kind("Scale", "autoscaling"),
    Kind("Eviction", "lifecycle.k8s.io"),
    Kind("EvictionRequest", "lifecycle.k8s.io"),
    Kind("Eviction", "policy"),
    Kind("PodDisruptionBudget", "policy", naming=PATH, sets_generation=True, short=("pdb",)),
    Kind("CompositePodGroup", "scheduling.k8s.io"),
    Kind("PodGroup", "scheduling.k8s.io"),
    Kind("PriorityClass", "scheduling.k8s.io", namespaced=False, naming=SUBDOMAIN, sets_generation=True, short=("pc",)),
    Kind("Workload", "scheduling.k8s.io"),
)
_SERVICES: Final = (
    Kind("EndpointSlice", "discovery.k8s.io", naming=SUBDOMAIN, sets_generation=True),
    Kind("IPAddress", "networking.k8s.io", namespaced=False, short=("ip",)),
    Kind("Ingress", "networking.k8s.io", naming=SUBDOMAIN, sets_generation=True, short=("ing",)),
    Kind("IngressClass", "networking.k8s.io", namespaced=False, naming=SUBDOMAIN, sets_generation=True),
    Kind("NetworkPolicy", "networking.k8s.io", naming=SUBDOMAIN, sets_generation=True, short=("netpol",)),
    Kind("ServiceCIDR", "networking.k8s.io", namespaced=False),
)
_DEVICES_AND_STORAGE: Final = (
    Kind("RuntimeClass", "node.k8s.io", namespaced=False, naming=SUBDOMAIN),
    Kind("DeviceClass", "resource.k8s.io", namespaced=False, naming=SUBDOMAIN, sets_generation=True),
    Kind("DeviceTaintRule", "resource.k8s.io", namespaced=False),
    Kind("ResourceClaim", "resource.k8s.io", naming=SUBDOMAIN),
    Kind("ResourceClaimTemplate", "resource.k8s.io", naming=SUBDOMAIN),
    Kind("ResourcePoolStatusRequest", "resource.k8s.io", namespaced=False),
    Kind("ResourceSlice", "resource.k8s.io", namespaced=False),
    Kind("CSIDriver", "storage.k8s.io", namespaced=False),
    Kind("CSINode", "storage.k8s.io", namespaced=False),
    Kind("CSIStorageCapacity", "storage.k8s.io"),
    Kind("StorageClass", "storage.k8s.io", namespaced=False, naming=SUBDOMAIN, short=("sc",)),
    Kind("VolumeAttachment", "storage.k8s.io", namespaced=False),
    Kind("VolumeAttributesClass", "storage.k8s.io", namespaced=False, naming=SUBDOMAIN, short=("vac",)),
    Kind("StorageVersionMigration", "storagemigration.k8s.io", namespaced=False),
)
_OF_THE_CLUSTER: Final = (
    Kind("MutatingAdmissionPolicy", "admissionregistration.k8s.io", namespaced=False),
    Kind("MutatingAdmissionPolicyBinding", "admissionregistration.k8s.io", namespaced=False),
    Kind("MutatingWebhookConfiguration", "admissionregistration.k8s.io", namespaced=False),
    Kind("ValidatingAdmissionPolicy", "admissionregistration.k8s.io", namespaced=False),
    Kind("ValidatingAdmissionPolicyBinding", "admissionregistration.k8s.io", namespaced=False),
    Kind("ValidatingWebhookConfiguration", "admissionregistration.k8s.io", namespaced=False),
    Kind("CustomResourceDefinition", "apiextensions.k8s.io", namespaced=False, short=("crd", "crds")),
    Kind("APIService", "apiregistration.k8s.io", namespaced=False),
    Kind("SelfSubjectReview", "authentication.k8s.io", namespaced=False),
    Kind("TokenRequest", "authentication.k8s.io"),
    Kind("TokenReview", "authentication.k8s.io", namespaced=False),
    Kind("LocalSubjectAccessReview", "authorization.k8s.io"),
    Kind("SelfSubjectAccessReview", "authorization.k8s.io", namespaced=False),
    Kind("SelfSubjectRulesReview", "authorization.k8s.io", namespaced=False),
    Kind("SubjectAccessReview", "authorization.k8s.io", namespaced=False),
    Kind("CertificateSigningRequest", "certificates.k8s.io", namespaced=False, short=("csr",)),
    Kind("ClusterTrustBundle", "certificates.k8s.io", namespaced=False),
    Kind("PodCertificateRequest", "certificates.k8s.io"),
    Kind("Lease", "coordination.k8s.io", naming=SUBDOMAIN),
    Kind("LeaseCandidate", "coordination.k8s.io"),
    Kind("Event", "events.k8s.io", short=("ev",)),
    Kind("FlowSchema", "flowcontrol.apiserver.k8s.io", namespaced=False),
    Kind("PriorityLevelConfiguration", "flowcontrol.apiserver.k8s.io", namespaced=False),
    Kind("StorageVersion", "internal.apiserver.k8s.io", namespaced=False),
    Kind("ClusterRole", "rbac.authorization.k8s.io", namespaced=False, naming=PATH),
    Kind("ClusterRoleBinding", "rbac.authorization.k8s.io", namespaced=False, naming=PATH),
    Kind("Role", "rbac.authorization.k8s.io", naming=PATH),
    Kind("RoleBinding", "rbac.authorization.k8s.io", naming=PATH),
)

KINDS: Final = (*_CORE, *_WORKLOADS, *_SERVICES, *_DEVICES_AND_STORAGE, *_OF_THE_CLUSTER)
"""Every kind. A group of others may have one with the name of one of Kubernetes."""
BY_NAME: Final[Mapping[str, Mapping[str, Kind]]] = {
    name: {kind.group: kind for kind in KINDS if kind.name == name} for name in dict.fromkeys(kind.name for kind in KINDS)
}
"""Every kind by its name, and then by its group."""


def kind_of(api_version: str, name: str) -> Kind | None:
    """Return what is known of a kind; None where nothing is."""
    called = BY_NAME.get(name)
    return called.get(api_version.rpartition("/")[0]) if called else None


def places(node: Any, place: KeyPath) -> Iterator[tuple[str | int, ...]]:
    """Return the places in an object that a place with ``EACH`` stands for; what a key leads to need not be there."""
    if EACH not in place:
        yield place
        return
    at = place.index(EACH)
    several = below(node, place[:at])
    keys = range(len(several)) if isinstance(several, list) else several if isinstance(several, Mapping) else ()
    for key in keys:
        yield from ((*place[:at], key, *steps) for steps in places(several[key], place[at + 1 :]))


def below(node: Any, steps: tuple[str | int, ...]) -> Any:
    """Return what stands at a place in an object of any shape; None where nothing does."""
    for step in steps:
        if isinstance(node, Mapping):
            node = node.get(step)
        elif isinstance(node, list) and isinstance(step, int):
            node = node[step] if step < len(node) else None
        else:
            return None
    return node
