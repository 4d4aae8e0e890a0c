"""Privileges of the container: capabilities, profiles, devices, kernel settings."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import APPEND, NO_EQUIVALENT_IN_A_POD, NOT_QUITE_THE_SAME, Found, of_container, of_pod
from kqmanifest.importers.docker.gpus import is_device
from kqmanifest.importers.docker.line import FALSE, TRUE, Given, Line
from kqmanifest.importers.docker.notations import NOT_ONE_OF_THE_CHOICES, WRONG_FORMAT
from kqmanifest.rules.podsecurity.baseline_kernel import SYSCTLS, SYSCTLS_1_27, SYSCTLS_1_29, SYSCTLS_1_32
from kqmanifest.vocabulary.spelling import nearest

OPTIONS: Final = frozenset({"privileged", "read-only", "cap-add", "cap-drop", "security-opt", "sysctl", "device"})

PRIVILEGED_CONTAINER: Final = Fault(
    "KQ4326",
    "with {option} the container can do to its node whatever root can, and many clusters refuse that",
    ("remove it, and give what the program needs with --cap-add, or GPUs with --gpus",),
    severity="warning",
)

_CONTEXT: Final = "securityContext"
_FLAGS: Final = {"privileged": "privileged", "read-only": "readOnlyRootFilesystem"}
_CAPABILITIES: Final = {"cap-add": "add", "cap-drop": "drop"}
_KNOWN: Final = (
    *("ALL", "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE"),
    *("DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE"),
    *("MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID"),
    *("SYSLOG", "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE"),
    *("SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM"),
)
"""The names of capabilities in Linux; docker accepts no others."""
_PROFILES: Final = {"seccomp": "seccompProfile", "apparmor": "appArmorProfile"}
_ITS_OWN: Final = frozenset({"builtin", "docker-default", "runtime/default", "default"})
_SELINUX: Final = frozenset({"user", "role", "type", "level"})
_CHOICES: Final = ("no-new-privileges", "seccomp", "apparmor", "label", "systempaths", "writable-cgroups", "credentialspec")
_ABSENT: Final = {
    "systempaths": "the masked parts of /proc stay masked, except in Pods with their own user namespace",
    "writable-cgroups": "the kubelet manages the cgroups",
    "credentialspec": "it is for Windows containers",
}
_SAFE: Final = SYSCTLS | SYSCTLS_1_27 | SYSCTLS_1_29 | SYSCTLS_1_32
_DEVICES: Final = (
    ("nvidia", "write --gpus and the number of GPUs"),
    ("/dev/kfd", 'set `gpus` to {"resource": "amd.com/gpu"}'),
    ("/dev/dri", 'set `gpus` to {"resource": "amd.com/gpu"}, or to the resource of its vendor'),
)


def read(line: Line) -> Iterator[Found]:
    """Yield the privileges of the container, and those that it loses."""
    for name, field in _FLAGS.items():
        one = line.on(name)
        if one:
            yield of_container(one.place, True, _CONTEXT, field)  # noqa: FBT003  a value of the spec, not a switch
            if name == "privileged":
                yield one.tell(PRIVILEGED_CONTAINER)
    for name, field in _CAPABILITIES.items():
        for one in line.all(name):
            capability = one.value.upper().removeprefix("CAP_")
            if capability not in _KNOWN:
                example = nearest(capability, _KNOWN) or "NET_ADMIN"
                yield one.tell(WRONG_FORMAT, value=one.value, wanted="the name of a capability", example=example)
            yield of_container(one.place, capability, _CONTEXT, "capabilities", field, APPEND)
    for one in line.all("security-opt"):
        yield from _option(one)
    for one in line.all("sysctl"):
        key, equals, value = one.value.partition("=")
        if key and equals:
            yield of_pod(one.place, {"name": key, "value": value}, _CONTEXT, "sysctls", APPEND)
            if key not in _SAFE:
                yield one.tell(
                    NOT_QUITE_THE_SAME,
                    field="sysctls",
                    difference=f"the kubelet refuses a Pod that sets {key}, unless it is configured to allow it",
                    instead="ask the cluster's administrator to allow it, or remove it",
                )
        else:
            yield one.tell(WRONG_FORMAT, value=one.value, wanted="NAME=VALUE", example="net.core.somaxconn=1024")
    for one in itertools.filterfalse(is_device, line.all("device")):
        instead = next((cure for part, cure in _DEVICES if part in one.value), "ask the cluster's administrator for a device plugin")
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="a container gets a node's devices from a device plugin", instead=instead)


def _option(one: Given) -> Iterator[Found]:
    key, mark, value = one.value.partition("=" if "=" in one.value else ":")
    if key == "no-new-privileges" and (not mark or value in TRUE | FALSE):
        yield of_container(one.place, value in FALSE, _CONTEXT, "allowPrivilegeEscalation")
    elif key in _PROFILES and value:
        yield from _profile(one, key, value)
    elif key == "label":
        field, _, setting = value.partition(":")
        if field in _SELINUX and setting:
            yield of_container(one.place, setting, _CONTEXT, "seLinuxOptions", field)
        else:
            instead = "set `seLinuxOptions` to {type: spc_t}" if field == "disable" else None
            yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="the node decides whether SELinux is used", instead=instead)
    elif key in _ABSENT:
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason=_ABSENT[key], instead=None)
    else:
        yield one.tell(NOT_ONE_OF_THE_CHOICES, value=key, near=nearest(key, _CHOICES), choices=_CHOICES)


def _profile(one: Given, key: str, value: str) -> Iterator[Found]:
    if value == "unconfined":
        yield of_container(one.place, {"type": "Unconfined"}, _CONTEXT, _PROFILES[key])
    elif value in _ITS_OWN:
        yield of_container(one.place, {"type": "RuntimeDefault"}, _CONTEXT, _PROFILES[key])
    elif key == "seccomp":
        instead = "put the file there, and set `seccompProfile` to {type: Localhost, localhostProfile: NAME}"
        yield one.tell(NO_EQUIVALENT_IN_A_POD, reason="a profile must be on the nodes, in the kubelet's own folder", instead=instead)
    else:
        yield of_container(one.place, {"type": "Localhost", "localhostProfile": value}, _CONTEXT, _PROFILES[key])
        yield one.tell(NOT_QUITE_THE_SAME, field="appArmorProfile", difference="every node must have the profile loaded", instead=None)
