"""Sites to attack: the smallest, those of the documentation, and the smallest with one thing more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from folders import TOP

EXAMPLES: Final = TOP / "docs" / "examples"

KINDS: Final = [
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "ResourceClaim",
    "ResourceClaimTemplate",
    "Secret",
    "Service",
    "StatefulSet",
    "StorageClass",
    "ServiceAccount",
    "Namespace",
]
OTHER: Final = [
    "activeDeadlineSeconds",
    "affinity",
    "dnsConfig",
    "dnsPolicy",
    "enableServiceLinks",
    "hostAliases",
    "hostUsers",
    "hostname",
    "hostnameOverride",
    "lifecycle",
    "livenessProbe",
    "os",
    "readinessGates",
    "readinessProbe",
    "resizePolicy",
    "resourceClaims",
    "resources",
    "restartPolicyRules",
    "securityContext",
    "setHostnameAsFQDN",
    "shareProcessNamespace",
    "startupProbe",
    "stdin",
    "stdinOnce",
    "subdomain",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "topologySpreadConstraints",
    "tty",
    "volumeDevices",
]
SMALL: Final[Mapping[str, Any]] = {
    "allow": {"kinds": KINDS, "namespaces": ["sandbox"], "images": ["registry.example.com/team"], "other": OTHER}
}
"""All kinds that can be judged, all fields that stay within the pod, one namespace and one registry: nothing that reaches out."""

PERMISSIONS: Final[Mapping[str, Any]] = {
    "namespaces": ["sandbox", "second"],
    "annotations": ["example.com/note"],
    "labels": {"example.com/unknown": ["others"]},
    "volumes": ["iscsi"],
    "claims": ["given"],
    "persistentVolumes": ["given"],
    "configMaps": ["given"],
    "secrets": ["given"],
    "resourceClaims": ["given"],
    "nfs": [{"server": "nfs-server", "path": "/runs/sandbox"}],
    "hostPaths": ["/mnt/cache"],
    "drivers": ["nfs.csi.k8s.io"],
    "mountOptions": ["hard"],
    "storageClasses": ["fast"],
    "gpus": 2,
    "resources": ["example.com/fpga"],
    "deviceClasses": ["gpu.example.com"],
    "hostNamespaces": ["hostNetwork"],
    "hostPorts": [8080],
    "privileged": True,
    "capabilities": ["IPC_LOCK"],
    "serviceAccounts": ["training"],
    "tokens": ["example.com"],
    "priorityClasses": ["low"],
    "runtimeClasses": ["kata"],
    "schedulers": ["second-scheduler"],
    "nodeLabels": ["disk"],
    "tolerations": ["spot"],
    "services": ["NodePort"],
    "externalIPs": ["192.0.2.1"],
    "fields": ["PodSpec.nodeName"],
    "overlay": ["spec", "metadata.annotations", "metadata.labels"],
}
"""Keys of ``allow``, each with something small that it opens."""
KNOWING: Final[Mapping[str, Any]] = {
    "volumes": {
        "runs": {"nfs": {"server": "nfs-server", "path": "/runs/sandbox"}},
        "zone": {"hostPath": {"path": "/etc/localtime"}},
        "settings": {"configMap": {"name": "given"}},
        "scratch": {"persistentVolumeClaim": {"claimName": "given"}},
    },
    "gpuClasses": {
        "any": {"resource": "nvidia.com/gpu", "max": 8},
        "t4": {
            "resource": "nvidia.com/gpu",
            "nodeSelector": {"gpu": "t4"},
            "tolerations": [{"key": "gpu", "operator": "Exists"}],
            "fabric": {"limits": {"rdma/hca": 1}, "capabilities": ["IPC_LOCK"]},
            "max": 2,
        },
    },
    "defaults": {"namespace": "sandbox", "queue": "research", "imagePullSecrets": [{"name": "registry"}]},
}
"""What an operator may know beside: volumes, classes and defaults."""


def with_permissions(*keys: str, knowing: bool = False) -> dict[str, Any]:
    """Return the smallest site with some permissions more."""
    allow = {**SMALL["allow"], **{key: PERMISSIONS[key] for key in keys}}
    if knowing:
        allow["labels"] = {**allow.get("labels", {}), "kueue.x-k8s.io/queue-name": ["research"]}
    return {**(KNOWING if knowing else {}), "allow": allow}


def of_the_documentation() -> dict[str, dict[str, Any]]:
    """Return the sites that the documentation shows."""
    return {name: json.loads((EXAMPLES / name / "site.json").read_text("utf-8")) for name in ("site", "service")}


def of_the_platform() -> dict[str, Any]:
    """Return a site around the platform of the presets: what their jobs need, and nothing else."""
    platform = json.loads((EXAMPLES / "presets" / "platform.json").read_text("utf-8"))
    return {
        "platform": platform,
        "volumes": {"localtime": {"hostPath": {"path": "/etc/localtime"}}},
        "defaults": {"namespace": "sandbox"},
        "allow": {
            "kinds": ["ConfigMap", "Job", "Secret", "Service"],
            "namespaces": ["sandbox"],
            "nfs": [{"server": "nfs-server", "path": "/var/lib/kamonohashi/nfs/sandbox"}, {"server": "nfs-server", "path": "/shared"}],
            "images": ["docker.io/tensorflow", "docker.io/kamonohashi", "docker.io/jupyter", "docker.io/library/python"],
            "gpus": 16,
            "services": ["NodePort"],
            "nodeLabels": ["sandbox", "kqi.notebook", "kqi.partition", "kqi.tensorboard"],
            "serviceAccounts": ["alice"],
            "secrets": ["registry-hub-*"],
            "other": ["affinity"],
        },
    }


def of_opaque_kinds() -> dict[str, Any]:
    """Return a site that admits custom resources, of which nothing but the metadata can be judged."""
    site = with_permissions(knowing=True)
    custom = [{"kind": f"kubeflow.org/{kind}", "opaque": True} for kind in ("PyTorchJob", "Namespace")]
    return {**site, "allow": {**site["allow"], "kinds": [*KINDS, *custom]}}
