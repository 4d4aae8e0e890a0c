"""Pods at random, made of what the Pod Security Standards look at and of what is near it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from kqmanifest.rules.podsecurity import baseline, baseline_kernel
from kqmanifest.vocabulary.sources import SOURCES

_SYSCTLS = sorted(
    baseline_kernel.SYSCTLS
    | baseline_kernel.SYSCTLS_1_27
    | baseline_kernel.SYSCTLS_1_29
    | baseline_kernel.SYSCTLS_1_32
    | baseline_kernel.SYSCTLS_1_37
)
_PROFILES = ("RuntimeDefault", "Localhost", "Unconfined", "", "runtime/default")
_NOTED = ("", "runtime/default", "docker/default", "unconfined", "localhost/a", "localhost/", "Runtime/Default", None)
_HOSTS = ("", "127.0.0.1", "::1", "localhost", "10.0.0.1", None)

_BOTH = (True, False)

_SOURCES: dict[str, Any] = {
    "hostPath": {"path": "/a"},
    "gitRepo": {"repository": "r"},
    "nfs": {"server": "s", "path": "/a"},
    "secret": {"secretName": "s"},
    "persistentVolumeClaim": {"claimName": "c"},
    "csi": {"driver": "d"},
    "image": {"reference": "i"},
    "gcePersistentDisk": {"pdName": "p"},
    "awsElasticBlockStore": {"volumeID": "v"},
    "iscsi": {"targetPortal": "p", "iqn": "i", "lun": 0},
    "glusterfs": {"endpoints": "e", "path": "p"},
    "rbd": {"monitors": ["m"], "image": "i"},
    "flexVolume": {"driver": "d"},
    "cinder": {"volumeID": "v"},
    "cephfs": {"monitors": ["m"]},
    "azureFile": {"secretName": "s", "shareName": "s"},
    "vsphereVolume": {"volumePath": "p"},
    "quobyte": {"registry": "r", "volume": "v"},
    "azureDisk": {"diskName": "d", "diskURI": "u"},
    "photonPersistentDisk": {"pdID": "p"},
    "portworxVolume": {"volumeID": "v"},
    "scaleIO": {"gateway": "g", "system": "s", "secretRef": {"name": "s"}},
}


def pod_at_random(chance: random.Random) -> dict[str, Any]:
    """Make a pod whose shape is right; most of its parts are absent, so that more than one verdict is met."""
    names = ["a", "b", "c"]
    spec: dict[str, Any] = {"containers": [_container(chance, name) for name in names[: chance.randint(1, 2)]]}
    for key, make in _OF_PODS.items():
        _maybe(chance, spec, key, make)
    if chance.random() < 0.6:
        spec["securityContext"] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}} | (spec.get("securityContext") or {})
    annotations: dict[str, Any] = {}
    for name in ("a", "b", "z"):
        for prefix in ("container.apparmor.security.beta.kubernetes.io/", "container.seccomp.security.alpha.kubernetes.io/"):
            _maybe(chance, annotations, prefix + name, lambda chance: chance.choice(_NOTED), 0.08)
    _maybe(chance, annotations, "seccomp.security.alpha.kubernetes.io/pod", lambda chance: chance.choice(_NOTED), 0.08)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod", "annotations": annotations}, "spec": spec}


def _maybe(chance: random.Random, into: dict[str, Any], key: str, make: Callable[[random.Random], Any], share: float = 0.15) -> None:
    if chance.random() < share:
        into[key] = None if chance.random() < 0.1 else make(chance)


def _one_of(*values: Any) -> Callable[[random.Random], Any]:
    return lambda chance: chance.choice(values)


def _some(fields: dict[str, Callable[[random.Random], Any]], share: float = 0.3) -> Callable[[random.Random], dict[str, Any]]:
    def make(chance: random.Random) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, field in fields.items():
            _maybe(chance, made, key, field, share)
        return made

    return make


def _list_of(make: Callable[[random.Random], Any], most: int = 2) -> Callable[[random.Random], list[Any]]:
    return lambda chance: [make(chance) for _ in range(chance.randint(0, most))]


def _profile(chance: random.Random) -> dict[str, Any]:
    return {"type": chance.choice(_PROFILES)} | ({"localhostProfile": "a"} if chance.random() < 0.2 else {})


def _sysctl(chance: random.Random) -> dict[str, Any]:
    return {"name": chance.choice((*_SYSCTLS, "kernel.msgmax", "", "net.ipv4.tcp_rmem_")), "value": "1"}


def _volume(chance: random.Random) -> dict[str, Any]:
    kind = chance.choice((*SOURCES, None))
    return {"name": "v"} | ({kind: _SOURCES.get(kind, {})} if kind else {})


_USERS = {
    "runAsNonRoot": _one_of(*_BOTH),
    "runAsUser": _one_of(0, 1, 1000),
    "seccompProfile": _profile,
    "appArmorProfile": _profile,
    "seLinuxOptions": _some(
        {
            "type": _one_of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t"),
            "user": _one_of("", "u"),
            "role": _one_of("", "r"),
            "level": _one_of("s0"),
        }
    ),
    "windowsOptions": _some({"hostProcess": _one_of(*_BOTH), "runAsUserName": _one_of("u")}),
}
_CAPABILITIES = (*baseline.CAPABILITIES, "SYS_ADMIN", "NET_RAW", "ALL", "all", "", None, "CAP_CHOWN")
_OF_CONTAINERS = _some(
    {
        **_USERS,
        "privileged": _one_of(*_BOTH),
        "allowPrivilegeEscalation": _one_of(*_BOTH),
        "capabilities": _some(
            {
                "add": _list_of(lambda chance: chance.choice(_CAPABILITIES)),
                "drop": _one_of(["ALL"], ["ALL", "CHOWN"], ["NET_RAW"], [], ["all"]),
            },
            0.5,
        ),
        "procMount": _one_of("Default", "Unmasked", "", "other"),
    }
)
_ASKED = _some(
    {
        "httpGet": lambda chance: {"port": 80} | _some({"host": _one_of(*_HOSTS)}, 0.5)(chance),
        "tcpSocket": lambda chance: {"port": 80} | _some({"host": _one_of(*_HOSTS)}, 0.5)(chance),
        "exec": _one_of({"command": ["true"]}),
    }
)
_PROBE = _some({"grpc": _one_of({"port": 80})}, 0.1)


def _probe(chance: random.Random) -> dict[str, Any]:
    return _ASKED(chance) | _PROBE(chance)


def _container(chance: random.Random, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "image": "pause"}
    _maybe(chance, made, "securityContext", _OF_CONTAINERS, 0.6)
    if chance.random() < 0.4:
        made["securityContext"] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}} | (
            made.get("securityContext") or {}
        )
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        _maybe(chance, made, probe, _probe, 0.05)
    _maybe(chance, made, "lifecycle", _some({"postStart": _ASKED, "preStop": _ASKED}, 0.5), 0.08)
    _maybe(chance, made, "ports", _list_of(lambda chance: {"containerPort": 80} | _some({"hostPort": _one_of(0, 80)})(chance)), 0.1)
    return made


_OF_PODS: dict[str, Callable[[random.Random], Any]] = {
    "hostNetwork": _one_of(*_BOTH),
    "hostPID": _one_of(*_BOTH),
    "hostIPC": _one_of(*_BOTH),
    "hostUsers": _one_of(*_BOTH),
    "os": _one_of({"name": "windows"}, {"name": "linux"}, {"name": "Windows"}, {"name": ""}),
    "securityContext": _some({**_USERS, "sysctls": _list_of(_sysctl)}),
    "volumes": _list_of(_volume),
    "initContainers": _list_of(lambda chance: _container(chance, "i")),
    "ephemeralContainers": _list_of(lambda chance: _container(chance, "e"), 1),
}
