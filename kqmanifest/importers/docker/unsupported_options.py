"""Options that have no equivalent in a Pod, or are not needed: why, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from kqmanifest.importers.docker.environment import GIVEN_MORE_THAN_ONCE
from kqmanifest.importers.docker.fragments import NO_EQUIVALENT_IN_A_POD, OPTION_NOT_NEEDED, Found
from kqmanifest.importers.docker.line import Line
from kqmanifest.importers.docker.options import FLAGS, LISTS


class Reason(NamedTuple):
    """Why an option is left out."""

    why: str
    instead: str | None = None


_DISKS: Final = Reason("Kubernetes does not limit disk reads and writes")
_WINDOWS: Final = Reason("it is for Windows containers")
_ADDRESS: Final = Reason("the cluster gives each Pod its address", "use the name of a Service, which does not change")
_LOGS: Final = Reason("the kubelet stores what a container prints", "read it with `kubectl logs`")
_PINNED: Final = Reason("the kubelet chooses the CPUs of a container", "request whole CPUs if the node's CPU manager policy is static")
_REAL_TIME: Final = Reason("Kubernetes has no real-time scheduling")
_SWAP: Final = Reason("swap is set on the node, for all its Pods")
_OOM: Final = Reason(
    "the kubelet decides which process is killed first when memory is short",
    "set the memory limit and the memory request to the same value",
)
_SEVERAL: Final = "containers that share anything must be in one Pod: add the other container to `containers`"

ABSENT: Final = {
    "blkio-weight": _DISKS,
    "blkio-weight-device": _DISKS,
    "cgroup-parent": Reason("the kubelet chooses the cgroup of each container"),
    "cgroupns": Reason("the kubelet gives each container its own cgroup namespace"),
    "cpu-count": _WINDOWS,
    "cpu-percent": _WINDOWS,
    "cpu-rt-period": _REAL_TIME,
    "cpu-rt-runtime": _REAL_TIME,
    "cpuset-cpus": _PINNED,
    "cpuset-mems": _PINNED,
    "device-cgroup-rule": Reason("device plugins provide devices", "request the plugin's resource in `limits`"),
    "device-read-bps": _DISKS,
    "device-read-iops": _DISKS,
    "device-write-bps": _DISKS,
    "device-write-iops": _DISKS,
    "domainname": Reason("a Pod has no NIS domain"),
    "health-start-interval": Reason("a probe has one interval", "shorten --health-interval if the first result is needed soon"),
    "init": Reason(
        "nothing runs before the image's own program",
        "set `shareProcessNamespace: true`, and the Pod's first process reaps orphaned processes",
    ),
    "io-maxbandwidth": _WINDOWS,
    "io-maxiops": _WINDOWS,
    "ip": _ADDRESS,
    "ip6": _ADDRESS,
    "isolation": _WINDOWS,
    "kernel-memory": Reason("the kernel no longer limits it separately"),
    "link": Reason(
        "Pods find each other by the names of Services", "create a Service for the other Pod, and use its name as the host name"
    ),
    "link-local-ip": _ADDRESS,
    "log-driver": _LOGS,
    "log-opt": _LOGS,
    "mac-address": _ADDRESS,
    "memory-swap": _SWAP,
    "memory-swappiness": _SWAP,
    "network-alias": Reason("Pods find each other by the names of Services", "create a Service of that name"),
    "oom-kill-disable": _OOM,
    "oom-score-adj": _OOM,
    "pids-limit": Reason("the kubelet sets the same process limit for all Pods of its node"),
    "stop-signal": Reason("the image sets the stop signal", "set STOPSIGNAL in the image"),
    "storage-opt": Reason("storage drivers differ from node to node", "limit what the container writes with `ephemeralStorage`"),
    "ulimit": Reason(
        "containers have the ulimits of the node's container runtime", "ask the cluster's administrator to raise them on the nodes"
    ),
    "use-api-socket": Reason("a node may not have Docker"),
    "volume-driver": Reason("the StorageClass chooses the driver", "set `storageClassName` in the PersistentVolumeClaim"),
    "volumes-from": Reason("there is no other container to take volumes from", _SEVERAL),
}
NEEDLESS: Final = {
    "attach": Reason(
        "a Pod runs without a terminal attached", "read its output with `kubectl logs`, or attach to it with `kubectl attach`"
    ),
    "cidfile": Reason("a Pod is identified by its name"),
    "detach": Reason("a Pod runs without a terminal attached", "read its output with `kubectl logs`"),
    "detach-keys": Reason("a Pod runs without a terminal attached"),
    "disable-content-trust": Reason("docker ignores it too"),
    "help": Reason("it starts nothing"),
    "no-healthcheck": Reason("Kubernetes ignores the HEALTHCHECK of an image"),
    "quiet": Reason("nothing is printed while an image is pulled"),
    "rm": Reason("a Pod stays until it is deleted, so that its logs can be read", "delete it with `kubectl delete pod`"),
    "sig-proxy": Reason("a Pod runs without a terminal attached"),
}
OPTIONS: Final = frozenset(ABSENT) | frozenset(NEEDLESS)

_IDLE: Final = Reason("it is off")
_OFF: Final = frozenset({"init", "oom-kill-disable", "use-api-socket"})
"""Flags that need nothing when they are off."""


def read(line: Line) -> Iterator[Found]:
    """Report each of these options, flags that are off, and options that are given again later."""
    for one in line.given:
        if one.name in ABSENT and not (one.name in _OFF and one.value == "false"):
            yield one.tell(NO_EQUIVALENT_IN_A_POD, reason=ABSENT[one.name].why, instead=ABSENT[one.name].instead)
        elif one.name in OPTIONS:
            reason = NEEDLESS.get(one.name, _IDLE)
            yield one.tell(OPTION_NOT_NEEDED, reason=reason.why, instead=reason.instead)
        elif one.name in FLAGS and one.value == "false":
            yield one.tell(OPTION_NOT_NEEDED, reason=_IDLE.why, instead=None)
    for name in {one.name: None for one in line.given if one.name not in LISTS}:
        *earlier, _ = line.all(name)
        yield from (one.tell(GIVEN_MORE_THAN_ONCE, name=one.written) for one in earlier)
