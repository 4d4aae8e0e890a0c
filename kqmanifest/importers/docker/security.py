"""What the container may do: privileges, capabilities, profiles, devices, kernel settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kqmanifest.importers.docker.line import FALSE, TRUE, Given, Line
from kqmanifest.importers.docker.notations import BAD_CHOICE, BAD_PAIR
from kqmanifest.importers.docker.part import APPENDED, DIFFERS, NO_EQUAL, Found, of_container, of_pod
from kqmanifest.spelling import nearest

OPTIONS: Final = frozenset({"privileged", "read-only", "cap-add", "cap-drop", "security-opt", "sysctl", "device"})

_CONTEXT: Final = "securityContext"
_FLAGS: Final = {"privileged": "privileged", "read-only": "readOnlyRootFilesystem"}
_CAPABILITIES: Final = {"cap-add": "add", "cap-drop": "drop"}
_PROFILES: Final = {"seccomp": "seccompProfile", "apparmor": "appArmorProfile"}
_ITS_OWN: Final = frozenset({"builtin", "docker-default", "runtime/default", "default"})
_SELINUX: Final = frozenset({"user", "role", "type", "level"})
_CHOICES: Final = ("no-new-privileges", "seccomp", "apparmor", "label", "systempaths", "writable-cgroups", "credentialspec")
_ABSENT: Final = {
    "systempaths": "what is hidden of /proc stays hidden, but in Pods with users of their own",
    "writable-cgroups": "the kubelet keeps the cgroups for itself",
    "credentialspec": "it is for Windows containers",
}
_DEVICES: Final = (
    ("nvidia", "write --gpus and their number"),
    ("/dev/kfd", 'set `gpus` to {"resource": "amd.com/gpu"}'),
    ("/dev/dri", 'set `gpus` to {"resource": "amd.com/gpu"}, or to that of its vendor'),
)


def read(line: Line) -> Iterator[Found]:
    """Give the container its rights, and take others."""
    for name, field in _FLAGS.items():
        one = line.on(name)
        if one:
            yield of_container(one.place, True, _CONTEXT, field)  # noqa: FBT003  a value of the spec, not a switch
    for name, field in _CAPABILITIES.items():
        for one in line.all(name):
            yield of_container(one.place, one.value.upper().removeprefix("CAP_"), _CONTEXT, "capabilities", field, APPENDED)
    for one in line.all("security-opt"):
        yield from _option(one)
    for one in line.all("sysctl"):
        key, equals, value = one.value.partition("=")
        if key and equals:
            yield of_pod(one.place, {"name": key, "value": value}, _CONTEXT, "sysctls", APPENDED)
        else:
            yield one.tell(BAD_PAIR, value=one.value, wanted="NAME=VALUE", example="net.core.somaxconn=1024")
    for one in line.all("device"):
        instead = next((cure for part, cure in _DEVICES if part in one.value), "ask whoever runs the nodes for a device plugin")
        yield one.tell(NO_EQUAL, reason="a container gets a node's devices from a device plugin", instead=instead)


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
            yield one.tell(NO_EQUAL, reason="the node says whether it has SELinux", instead=None)
    elif key in _ABSENT:
        yield one.tell(NO_EQUAL, reason=_ABSENT[key], instead=None)
    else:
        yield one.tell(BAD_CHOICE, value=key, near=nearest(key, _CHOICES), choices=_CHOICES)


def _profile(one: Given, key: str, value: str) -> Iterator[Found]:
    if value == "unconfined":
        yield of_container(one.place, {"type": "Unconfined"}, _CONTEXT, _PROFILES[key])
    elif value in _ITS_OWN:
        yield of_container(one.place, {"type": "RuntimeDefault"}, _CONTEXT, _PROFILES[key])
    elif key == "seccomp":
        instead = "put the file there, and set `seccompProfile` to {type: Localhost, localhostProfile: NAME}"
        yield one.tell(NO_EQUAL, reason="a profile lies on the nodes, in the kubelet's own folder", instead=instead)
    else:
        yield of_container(one.place, {"type": "Localhost", "localhostProfile": value}, _CONTEXT, _PROFILES[key])
        yield one.tell(DIFFERS, field="appArmorProfile", difference="every node has to have the profile loaded", instead=None)
