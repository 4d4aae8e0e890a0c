"""Where the files of a volume come from, in a few words: ``nfs nfs-server:/training/2/``, ``node /data``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_NAMES: Final = ("claimName", "name", "secretName", "driver", "reference", "server", "path")

SOURCES: Final = (
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
)
"""The kinds of sources, in the order in which the server checks them: of two, it refuses the later one."""

FROM_THE_API: Final = frozenset({"configMap", "downwardAPI", "projected", "secret"})
"""The sources whose files the kubelet writes itself; it also creates the directories for mounts inside them."""


def sources(volume: Mapping[str, Any]) -> list[str]:
    """Return the keys of the sources that a volume has; null ones do not count."""
    return [key for key, value in volume.items() if key != "name" and value is not None]


def source(volume: Mapping[str, Any]) -> str:
    """Return where a volume's files come from, in a few words."""
    return " and ".join(_said(key, volume[key]) for key in sources(volume)) or "nothing"


def _said(key: str, value: Any) -> str:
    if not isinstance(value, Mapping):
        return key
    if key == "nfs":
        return f"nfs {value.get('server')}:{value.get('path')}"
    if key == "hostPath":
        return f"node {value.get('path')}"
    name = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), None)
    kind = {"persistentVolumeClaim": "claim"}.get(key, key)
    return f"{kind} {name}" if name else kind
