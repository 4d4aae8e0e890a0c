"""Options that a Pod has no field for, or no need of: why, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from kqmanifest.importers.docker.environment import GIVEN_MORE_THAN_ONCE
from kqmanifest.importers.docker.fragments import NO_EQUAL_IN_A_POD, NO_EQUAL_NEEDED, Found
from kqmanifest.importers.docker.line import Line
from kqmanifest.importers.docker.options import FLAGS, LISTS


class Reason(NamedTuple):
    """Why an option is left out."""

    why: str
    instead: str | None = None


_DISKS: Final = Reason("Kubernetes sets no limits on what disks read and write")
_WINDOWS: Final = Reason("it is for Windows containers")
_ADDRESS: Final = Reason("the cluster gives each Pod its address", "give other programs the name of a Service, which lasts")
_LOGS: Final = Reason("the kubelet keeps what a container prints", "read it with `kubectl logs`")
_PINNED: Final = Reason(
    "which CPUs a container gets is the kubelet's to choose", "ask for whole CPUs where the node's CPU manager is static"
)
_REAL_TIME: Final = Reason("Kubernetes schedules nothing in real time")
_SWAP: Final = Reason("swap is set on the node, for all its Pods")
_OOM: Final = Reason("the kubelet sets who dies first when memory is short", "set memory's limit and request to the same size")
_SEVERAL: Final = "containers that share anything stand in one Pod: add the other container to `containers`"

ABSENT: Final = {
    "blkio-weight": _DISKS,
    "blkio-weight-device": _DISKS,
    "cgroup-parent": Reason("the kubelet places its containers itself"),
    "cgroupns": Reason("the kubelet gives each container its own namespace of cgroups"),
    "cpu-count": _WINDOWS,
    "cpu-percent": _WINDOWS,
    "cpu-rt-period": _REAL_TIME,
    "cpu-rt-runtime": _REAL_TIME,
    "cpuset-cpus": _PINNED,
    "cpuset-mems": _PINNED,
    "device-cgroup-rule": Reason("devices are given by device plugins", "ask for the plugin's resource in `limits`"),
    "device-read-bps": _DISKS,
    "device-read-iops": _DISKS,
    "device-write-bps": _DISKS,
    "device-write-iops": _DISKS,
    "domainname": Reason("a Pod has no NIS domain"),
    "health-start-interval": Reason("a probe has one interval", "shorten --health-interval if the first answer is to come soon"),
    "init": Reason(
        "nothing stands before the image's own program", "set `shareProcessNamespace: true`, and the Pod's first process buries orphans"
    ),
    "io-maxbandwidth": _WINDOWS,
    "io-maxiops": _WINDOWS,
    "ip": _ADDRESS,
    "ip6": _ADDRESS,
    "isolation": _WINDOWS,
    "kernel-memory": Reason("the kernel no longer limits it apart"),
    "link": Reason("Pods find each other by the names of Services", "make a Service for the other Pod, and use its name as the host"),
    "link-local-ip": _ADDRESS,
    "log-driver": _LOGS,
    "log-opt": _LOGS,
    "mac-address": _ADDRESS,
    "memory-swap": _SWAP,
    "memory-swappiness": _SWAP,
    "network-alias": Reason("Pods find each other by the names of Services", "make a Service of that name"),
    "oom-kill-disable": _OOM,
    "oom-score-adj": _OOM,
    "pids-limit": Reason("the kubelet limits processes for all Pods of its node alike"),
    "stop-signal": Reason("the image says which signal stops it", "set STOPSIGNAL in the image"),
    "storage-opt": Reason("storage drivers differ from node to node", "limit what the container writes with `ephemeralStorage`"),
    "ulimit": Reason("containers have the limits of their node's container runtime", "ask whoever runs the nodes to raise them there"),
    "use-api-socket": Reason("a node may have no Docker to talk to"),
    "volume-driver": Reason("storage classes choose the driver", "set `storageClassName` in the PersistentVolumeClaim"),
    "volumes-from": Reason("there is no other container to take volumes from", _SEVERAL),
}
NEEDLESS: Final = {
    "attach": Reason("a Pod runs by itself", "see what it prints with `kubectl logs`, or join it with `kubectl attach`"),
    "cidfile": Reason("a Pod is known by its name"),
    "detach": Reason("a Pod runs by itself", "see what it prints with `kubectl logs`"),
    "detach-keys": Reason("a Pod runs by itself"),
    "disable-content-trust": Reason("docker no longer heeds it either"),
    "help": Reason("it starts nothing"),
    "no-healthcheck": Reason("Kubernetes heeds no HEALTHCHECK of an image"),
    "quiet": Reason("nothing is printed while an image is pulled"),
    "rm": Reason("a Pod stays until it is deleted, so that its logs can be read", "delete it with `kubectl delete pod`"),
    "sig-proxy": Reason("a Pod runs by itself"),
}
OPTIONS: Final = frozenset(ABSENT) | frozenset(NEEDLESS)

_IDLE: Final = Reason("it is off")
_OFF: Final = frozenset({"init", "oom-kill-disable", "use-api-socket"})
"""Flags that ask for nothing where they are off."""


def read(line: Line) -> Iterator[Found]:
    """Tell each of these options, flags that are off, and what is said again further on."""
    for one in line.given:
        if one.name in ABSENT and not (one.name in _OFF and one.value == "false"):
            yield one.tell(NO_EQUAL_IN_A_POD, reason=ABSENT[one.name].why, instead=ABSENT[one.name].instead)
        elif one.name in OPTIONS:
            reason = NEEDLESS.get(one.name, _IDLE)
            yield one.tell(NO_EQUAL_NEEDED, reason=reason.why, instead=reason.instead)
        elif one.name in FLAGS and one.value == "false":
            yield one.tell(NO_EQUAL_NEEDED, reason=_IDLE.why, instead=None)
    for name in {one.name: None for one in line.given if one.name not in LISTS}:
        *earlier, _ = line.all(name)
        yield from (one.tell(GIVEN_MORE_THAN_ONCE, name=one.written) for one in earlier)
