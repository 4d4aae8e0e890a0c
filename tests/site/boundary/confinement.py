"""What the oracle asks of power: the node's namespaces and ports, what the kernel lets a container do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from boundary.scene import Scene

Why = Iterator[str]

_DEFAULT_CAPABILITIES: Final = frozenset(
    {"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP"}
    | {"SETUID", "SYS_CHROOT"}
)
_SAFE_SYSCTLS: Final = frozenset(
    {"kernel.shm_rmid_forced"}
    | {f"net.ipv4.ip_{name}" for name in ("local_port_range", "unprivileged_port_start", "local_reserved_ports")}
    | {f"net.ipv4.tcp_{name}" for name in ("syncookies", "keepalive_time", "fin_timeout", "keepalive_intvl", "keepalive_probes")}
    | {"net.ipv4.ping_group_range", "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}
)
_TYPES: Final = frozenset({None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"})


def host_namespace(scene: Scene, value: Any, node: Mapping[str, Any]) -> Why:
    field = next(field for field in ("hostNetwork", "hostPID", "hostIPC") if node.get(field) is value)
    shared = [field for field in ("hostNetwork", "hostPID", "hostIPC") if node.get(field)]
    if value is not False and (field not in shared or any(one not in scene.site.listed("hostNamespaces") for one in shared)):
        yield "a namespace of the node"


def host_port(scene: Scene, value: Any, _: Any) -> Why:
    if value and value not in scene.site.listed("hostPorts"):
        yield f"the port {value} of the node"


def host_ip(_: Scene, value: Any, __: Any) -> Why:
    if value:
        yield f"the address {value} of the node"


def propagation(_: Scene, value: Any, __: Any) -> Why:
    if value not in ("", "None"):
        yield "mounts of the node"


def host(_: Scene, value: Any, __: Any) -> Why:
    if value != "":
        yield f"the node asks {value}"


def privileged(scene: Scene, value: Any, _: Any) -> Why:
    if value is not False and not scene.site.allow.get("privileged"):
        yield "all that the node may"


def proc(scene: Scene, value: Any, _: Any) -> Why:
    apart = scene.pods() and all(pod.get("hostUsers") is False for pod in scene.pods())  # its users are nobody on the node
    if value not in ("", "Default") and not apart and not scene.site.allow.get("privileged"):
        yield "all of /proc"


def capabilities(scene: Scene, values: Sequence[Any], _: Any) -> Why:
    fabric = [one for kind in scene.site.classes.values() for one in (kind.get("fabric") or {}).get("capabilities") or ()]
    yield from (
        f"the capability {one}" for one in values if one not in {*_DEFAULT_CAPABILITIES, *fabric, *scene.site.listed("capabilities")}
    )


def profile(scene: Scene, value: Mapping[str, Any], context: Mapping[str, Any]) -> Why:
    kind = value.get("type")
    of = "AppArmorProfile" if context.get("appArmorProfile") is value else "SeccompProfile"
    if value.get("localhostProfile") or kind == "Localhost":
        if f"{of}.localhostProfile" not in scene.site.listed("fields"):
            yield "a profile that lies on the node"
    elif kind not in (None, "", "RuntimeDefault") and not scene.site.allow.get("privileged"):
        yield f"a profile {kind}"


def selinux(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    if any(value.get(field) for field in ("user", "role", "level")) and not scene.site.allow.get("privileged"):
        yield "another's SELinux label"
    elif value.get("type") not in _TYPES and not scene.site.allow.get("privileged"):
        yield f"the SELinux type {value.get('type')}"


def sysctls(scene: Scene, values: Sequence[Mapping[str, Any]], _: Any) -> Why:
    if not scene.site.allow.get("privileged"):
        yield from (f"the sysctl {one.get('name')}" for one in values if str(one.get("name")).replace("/", ".") not in _SAFE_SYSCTLS)


def windows(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    if value.get("hostProcess") and not scene.site.allow.get("privileged"):
        yield "a process of the node"
    for field in ("gmsaCredentialSpec", "gmsaCredentialSpecName"):
        if value.get(field) and f"WindowsSecurityContextOptions.{field}" not in scene.site.listed("fields"):
            yield "an identity of the domain"
