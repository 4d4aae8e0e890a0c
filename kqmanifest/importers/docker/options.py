"""The options of ``docker run``: their names, letters, and whether they take a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FLAGS: Final = frozenset(
    {
        "detach",
        "disable-content-trust",
        "help",
        "init",
        "interactive",
        "no-healthcheck",
        "oom-kill-disable",
        "privileged",
        "publish-all",
        "quiet",
        "read-only",
        "rm",
        "sig-proxy",
        "tty",
        "use-api-socket",
    }
)
"""Options that are true or false: they need no value."""

LISTS: Final = frozenset(
    {
        "add-host",
        "annotation",
        "attach",
        "blkio-weight-device",
        "cap-add",
        "cap-drop",
        "device",
        "device-cgroup-rule",
        "device-read-bps",
        "device-read-iops",
        "device-write-bps",
        "device-write-iops",
        "dns",
        "dns-option",
        "dns-search",
        "env",
        "env-file",
        "expose",
        "gpus",
        "group-add",
        "label",
        "label-file",
        "link",
        "link-local-ip",
        "log-opt",
        "mount",
        "network",
        "network-alias",
        "publish",
        "security-opt",
        "storage-opt",
        "sysctl",
        "tmpfs",
        "ulimit",
        "volume",
        "volumes-from",
    }
)
"""Options with a value that may be repeated; of all others the last wins."""

VALUED: Final = LISTS | frozenset(
    {
        "blkio-weight",
        "cgroup-parent",
        "cgroupns",
        "cidfile",
        "cpu-count",
        "cpu-percent",
        "cpu-period",
        "cpu-quota",
        "cpu-rt-period",
        "cpu-rt-runtime",
        "cpu-shares",
        "cpus",
        "cpuset-cpus",
        "cpuset-mems",
        "detach-keys",
        "domainname",
        "entrypoint",
        "health-cmd",
        "health-interval",
        "health-retries",
        "health-start-interval",
        "health-start-period",
        "health-timeout",
        "hostname",
        "io-maxbandwidth",
        "io-maxiops",
        "ip",
        "ip6",
        "ipc",
        "isolation",
        "kernel-memory",
        "log-driver",
        "mac-address",
        "memory",
        "memory-reservation",
        "memory-swap",
        "memory-swappiness",
        "name",
        "oom-score-adj",
        "pid",
        "pids-limit",
        "platform",
        "pull",
        "restart",
        "runtime",
        "shm-size",
        "stop-signal",
        "stop-timeout",
        "user",
        "userns",
        "uts",
        "volume-driver",
        "workdir",
    }
)
"""Options with a value."""

NAMES: Final = FLAGS | VALUED

ALIASES: Final = {"dns-opt": "dns-option", "net": "network", "net-alias": "network-alias"}
"""Older names of some of them."""

LETTERS: Final = {
    "P": "publish-all",
    "a": "attach",
    "c": "cpu-shares",
    "d": "detach",
    "e": "env",
    "h": "hostname",
    "i": "interactive",
    "l": "label",
    "m": "memory",
    "p": "publish",
    "q": "quiet",
    "t": "tty",
    "u": "user",
    "v": "volume",
    "w": "workdir",
}

GLOBAL_VALUED: Final = frozenset(
    {"--config", "--context", "-c", "--host", "-H", "--log-level", "-l", "--tlscacert", "--tlscert", "--tlskey"}
)
"""Options of ``docker`` itself, before the command, with a value."""

WRITTEN: Final[Mapping[str, bool]] = {
    **{f"--{name}": ALIASES.get(name, name) in VALUED for name in (*NAMES, *ALIASES)},
    **{f"-{letter}": name in VALUED for letter, name in LETTERS.items()},
}
"""The options as they are written, and whether each takes a value."""
