"""What a site names, as a request writes it, and other spellings of it that somebody may take for the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from boundary.reaches import Reach

_GPU_SELECTORS: Final = {"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}

NAMED: Final[Mapping[str, tuple[Reach, ...]]] = {
    "ObjectMeta.namespace": (Reach("second"),),
    "ObjectMeta.annotations": (Reach({"example.com/note": "x"}),),
    "NFSVolumeSource.path": (Reach("/runs/sandbox", {"server": "nfs-server"}), Reach("/runs/sandbox/1", {"server": "nfs-server"})),
    "NFSVolumeSource.server": (Reach("nfs-server", {"path": "/runs/sandbox"}),),
    "HostPathVolumeSource.path": (Reach("/mnt/cache"), Reach("/mnt/cache/1")),
    "CSIVolumeSource.volumeAttributes": (
        Reach({"server": "nfs-server", "share": "/runs/sandbox", "subDir": "1"}, {"driver": "nfs.csi.k8s.io"}),
    ),
    "CSIVolumeSource.driver": (Reach("nfs.csi.k8s.io", {"volumeAttributes": {"server": "nfs-server", "share": "/runs/sandbox"}}),),
    "StorageClass.parameters": (Reach({"server": "nfs-server", "share": "/runs/sandbox"}, {"provisioner": "nfs.csi.k8s.io"}),),
    "PersistentVolumeClaimVolumeSource.claimName": (Reach("given"),),
    "SecretVolumeSource.secretName": (Reach("given"),),
    "ConfigMapVolumeSource.name": (Reach("given"),),
    "EnvFromSource.configMapRef": (Reach({"name": "given"}),),
    "EnvVarSource.secretKeyRef": (Reach({"name": "given", "key": "key"}),),
    "LocalObjectReference.name": (Reach("given"),),
    "PodResourceClaim.resourceClaimName": (Reach("given", {"resourceClaimTemplateName": None}),),
    "ServiceAccountTokenProjection.audience": (Reach("example.com"),),
    "PersistentVolumeClaimSpec.storageClassName": (Reach("fast"),),
    "PersistentVolumeClaimSpec.volumeName": (Reach("given"),),
    "PersistentVolumeSpec.mountOptions": (Reach(["hard"]), Reach(["ro"])),
    "PersistentVolumeSpec.claimRef": (Reach({"namespace": "sandbox", "name": "small"}),),
    "ResourceRequirements.limits": (Reach({"nvidia.com/gpu": "2"}), Reach({"example.com/fpga": "1"}), Reach({"cpu": "1"})),
    "ExactDeviceRequest.deviceClassName": (Reach("gpu.example.com"),),
    "PodSpec.hostNetwork": (Reach(value=True),),
    "ContainerPort.hostPort": (Reach(8080),),
    "Capabilities.add": (Reach(["IPC_LOCK"]),),
    "PodSpec.serviceAccountName": (Reach("training"),),
    "PodSpec.priorityClassName": (Reach("low"),),
    "PodSpec.runtimeClassName": (Reach("kata"),),
    "PodSpec.schedulerName": (Reach("second-scheduler"),),
    "PodSpec.nodeSelector": (Reach({"disk": "ssd"}),),
    "PodSpec.tolerations": (Reach([{"key": "spot", "operator": "Exists"}]),),
    "NodeSelectorTerm.matchExpressions": (Reach(_GPU_SELECTORS["matchExpressions"]),),
    "TopologySpreadConstraint.topologyKey": (Reach("disk"), Reach("kubernetes.io/hostname")),
    "PodAffinityTerm.topologyKey": (Reach("disk"),),
    "ServiceSpec.type": (Reach("NodePort"),),
    "ServiceSpec.externalIPs": (Reach(["192.0.2.1"]),),
    "PodSpec.nodeName": (Reach("node"),),
    "Container.image": (Reach("registry.example.com/team/train:1"), Reach(f"registry.example.com/team/a/b@sha256:{'0' * 64}")),
}
"""Values that the site "everything named" opens."""


def spellings(value: Any) -> Iterator[Any]:
    """Spell a value in other ways, one thing at a time."""
    if isinstance(value, str):
        yield from texts(value)
    elif isinstance(value, bool | int):
        yield from (str(value), value + 1, float(value), [value])
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from ([*value[:index], other, *value[index + 1 :]] for other in spellings(item))
            yield from ([*value, other] for other in spellings(item))
        yield [None, *value]
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from ({**value, key: other} for other in spellings(item))
            yield from ({**value, other: item} for other in texts(key))
            yield {**value, key: None}


def texts(text: str) -> Iterator[str]:
    """Spell a text in ways that some reader may take for the same, or for something else."""
    yield from (text.replace("/", "//"), text.replace("/", "/./"), text.replace("-", "\u2010"), text.replace(".", "%2e"))
    yield from (
        f"{text}{ending}"
        for ending in ("/..", "/../..", "/../others", "/", ".", "-of-others", "others", "/others", ",others", "#others", "/x#..")
    )
    yield from (
        f"{text}{ending}" for ending in (" ", "\n", "\t", "\0", "\u200b", "*", "%", "@others", ":others", ";others", "?others", "\\others")
    )
    yield from (f"{beginning}{text}" for beginning in ("/", "//", "/others/..", " ", "\ufeff", "others/", "others.", "others@", "../"))
    yield from (
        text.upper(),
        text.lower(),
        text.title(),
        text.swapcase(),
        text[:-1],
        text[1:],
        "",
        "*",
        ".*",
        f"${{{text}}}",
        f"$({text})",
        "others",
    )
