"""Pod security, baseline: what keeps a container from the kernel that it shares. Asked only where this standard is asked for.

The facts are those of the published Pod Security Standards; ``standard_since`` and ``standard_until`` are versions of the standard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.pods import containers

PROFILES: Final = ("RuntimeDefault", "Localhost")
"""The types of a seccomp or AppArmor profile that confine."""
SELINUX_TYPES: Final = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
SELINUX_ENGINE: Final = "container_engine_t"
SYSCTLS: Final = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
    }
)
SYSCTLS_1_27: Final = frozenset({"net.ipv4.ip_local_reserved_ports"})
SYSCTLS_1_29: Final = frozenset(
    {"net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"}
)
SYSCTLS_1_32: Final = frozenset({"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"})
SYSCTLS_1_37: Final = frozenset({"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"})

_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP: Final = "container.seccomp.security.alpha.kubernetes.io/"
_SAFE_LATER: Final = "the sysctl {name} is safe by the standards of {since} and later only"
_LATER_STANDARD: Final = "take it out, or ask for the standard of {since} or later"


def security(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the security context of a pod or container; an empty one where it has none."""
    context: Mapping[str, Any] = container.get("securityContext") or {}
    return context


def unmasked(pod_spec: Mapping[str, Any]) -> Iterator[Finding]:
    """Find the containers that see more of /proc than they need."""
    for place, container in containers(pod_spec):
        kind = security(container).get("procMount")
        if kind is not None and kind != "Default":
            yield found(*place, "securityContext", "procMount", kind=kind)


@rule(
    "KQ5006", "AppArmorProfile.type", "the AppArmor profile {kind} confines nothing", "write RuntimeDefault, or leave `appArmorProfile` out"
)
def apparmor_is_off(kind: str) -> Iterator[Finding]:
    """Where a node has AppArmor, the runtime's own profile holds unless a pod turns it off.

    Wrong:
        containers: [{name: training, securityContext: {appArmorProfile: {type: Unconfined}}}]

    Right:
        containers: [{name: training, securityContext: {appArmorProfile: {type: RuntimeDefault}}}]
    """
    if kind not in PROFILES:
        yield found(kind=kind)


@rule(
    "KQ5007",
    ("Pod", "PodTemplateSpec"),
    "the annotation {key} gives the AppArmor profile {profile}, which confines nothing",
    "write runtime/default, or take the annotation out",
)
def apparmor_is_off_by_annotation(pod: dict[str, Any]) -> Iterator[Finding]:
    """Before 1.30 an annotation of the pod named the AppArmor profile of each container; it is still obeyed.

    Wrong:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, annotations: {container.apparmor.security.beta.kubernetes.io/main: unconfined}}
        spec: {containers: [{name: main, image: "example.com/training:1"}]}

    Right:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, annotations: {container.apparmor.security.beta.kubernetes.io/main: runtime/default}}
        spec: {containers: [{name: main, image: "example.com/training:1"}]}
    """
    for key, profile in _annotations(pod).items():
        if key.startswith(_APPARMOR) and profile not in {"", "runtime/default"} and not profile.startswith("localhost/"):
            yield found("metadata", "annotations", key, key=key, profile=profile)


@rule("KQ5008", "SELinuxOptions.type", "the SELinux type {kind} is not one of a container", "write container_t, or leave `type` out")
def selinux_type_of_no_container(kind: str) -> Iterator[Finding]:
    """An SELinux type other than those made for containers may be one that is not confined, such as ``spc_t``.

    Wrong:
        securityContext: {seLinuxOptions: {type: spc_t}}
        containers: [{name: training}]

    Right:
        securityContext: {seLinuxOptions: {type: container_t}}
        containers: [{name: training}]
    """
    if kind not in SELINUX_TYPES and kind != SELINUX_ENGINE:
        yield found(kind=kind)


@rule(
    "KQ5009",
    "SELinuxOptions.type",
    "the SELinux type {kind} is allowed by the standards of {since} and later only",
    "write container_t, or ask for the standard of {since} or later",
    standard_until="1.30",
)
def selinux_type_of_an_engine(kind: str) -> Iterator[Finding]:
    """The SELinux type for containers that run containers came with the standard of 1.31.

    Wrong:
        securityContext: {seLinuxOptions: {type: container_engine_t}}
        containers: [{name: training}]

    Right:
        securityContext: {seLinuxOptions: {type: container_t}}
        containers: [{name: training}]
    """
    if kind == SELINUX_ENGINE:
        yield found(kind=kind, since="1.31")


@rule("KQ5010", "SELinuxOptions", "the SELinux {field} is set, to {value}", "take `{field}` out")
def selinux_user_or_role_is_set(options: dict[str, Any]) -> Iterator[Finding]:
    """A user or role of SELinux's own can have more rights than a container's.

    Wrong:
        securityContext: {seLinuxOptions: {role: sysadm_r}}
        containers: [{name: training}]

    Right:
        securityContext: {seLinuxOptions: {level: "s0:c123,c456"}}
        containers: [{name: training}]
    """
    for field in ("user", "role"):
        if options.get(field):
            yield found(field, field=field, value=options[field])


@rule("KQ5011", "PodSpec", "the whole of /proc is shown to this container: procMount is {kind}", "take `procMount` out")
def proc_is_shown(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """The runtime hides the parts of /proc that tell of the node or change it.

    From 1.35 on the standard allows it to a pod with users of its own, ``hostUsers: false``.

    Wrong:
        containers: [{name: training, securityContext: {procMount: Unmasked}}]

    Right:
        containers: [{name: training, securityContext: {procMount: Default}}]
    """
    if pod_spec.get("hostUsers") is not False:
        yield from unmasked(pod_spec)


@rule(
    "KQ5012",
    "SeccompProfile.type",
    "the seccomp profile {kind} confines nothing",
    "write RuntimeDefault, or leave `seccompProfile` out",
    standard_since="1.19",
)
def seccomp_is_off(kind: str) -> Iterator[Finding]:
    """A seccomp profile keeps a container from system calls that it does not need; Unconfined turns it off.

    Wrong:
        securityContext: {seccompProfile: {type: Unconfined}}
        containers: [{name: training}]

    Right:
        securityContext: {seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training}]
    """
    if kind not in PROFILES:
        yield found(kind=kind)


@rule(
    "KQ5013",
    ("Pod", "PodTemplateSpec"),
    "the annotation {key} gives the seccomp profile {profile}, which confines nothing",
    "write runtime/default, or take the annotation out",
    standard_until="1.18",
)
def seccomp_is_off_by_annotation(pod: dict[str, Any]) -> Iterator[Finding]:
    """Before 1.19 annotations of the pod named its seccomp profiles.

    Wrong:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}}
        spec: {containers: [{name: main, image: "example.com/training:1"}]}

    Right:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, annotations: {seccomp.security.alpha.kubernetes.io/pod: runtime/default}}
        spec: {containers: [{name: main, image: "example.com/training:1"}]}
    """
    annotations = _annotations(pod)
    names = [container["name"] for _, container in containers(pod.get("spec") or {})] if annotations else []
    for key in (_SECCOMP_POD, *dict.fromkeys(_SECCOMP + name for name in names)):
        profile = annotations.get(key)
        if profile is not None and profile not in {"runtime/default", "docker/default"} and not profile.startswith("localhost/"):
            yield found("metadata", "annotations", key, key=key, profile=profile)


def _annotations(pod: Mapping[str, Any]) -> Mapping[str, str]:
    """Give a pod's annotations; one that is null is read as empty text."""
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    return {key: value or "" for key, value in annotations.items()}


@rule("KQ5014", "Sysctl.name", "the sysctl {name} is not one of the safe ones", "take it out: only these are safe: {allowed}")
def sysctl_is_unsafe(name: str) -> Iterator[Finding]:
    """A sysctl that is not the pod's own changes the kernel for all pods of the node.

    Wrong:
        securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}
        containers: [{name: training}]

    Right:
        securityContext: {sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "0"}]}
        containers: [{name: training}]
    """
    safe = SYSCTLS | SYSCTLS_1_27 | SYSCTLS_1_29 | SYSCTLS_1_32 | SYSCTLS_1_37
    if name not in safe:
        yield found(name=name, allowed=sorted(safe))


@rule("KQ5015", "Sysctl.name", _SAFE_LATER, _LATER_STANDARD, standard_until="1.26")
def sysctl_that_is_safe_from_1_27_on(name: str) -> Iterator[Finding]:
    """Local ports that are reserved became a sysctl of the pod's own with the standard of 1.27.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports, value: "8080"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_27:
        yield found(name=name, since="1.27")


@rule("KQ5016", "Sysctl.name", _SAFE_LATER, _LATER_STANDARD, standard_until="1.28")
def sysctl_that_is_safe_from_1_29_on(name: str) -> Iterator[Finding]:
    """How long TCP connections are kept alive became a sysctl of the pod's own with the standard of 1.29.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time, value: "600"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_29:
        yield found(name=name, since="1.29")


@rule("KQ5017", "Sysctl.name", _SAFE_LATER, _LATER_STANDARD, standard_until="1.31")
def sysctl_that_is_safe_from_1_32_on(name: str) -> Iterator[Finding]:
    """The buffers of TCP connections became sysctls of the pod's own with the standard of 1.32.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: "4096 131072 6291456"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_32:
        yield found(name=name, since="1.32")


@rule("KQ5020", "Sysctl.name", _SAFE_LATER, _LATER_STANDARD, standard_until="1.36")
def sysctl_that_is_safe_from_1_37_on(name: str) -> Iterator[Finding]:
    """Whether an idle TCP connection starts slowly again, and how much may wait unsent, became the pod's own with the standard of 1.37.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.tcp_slow_start_after_idle, value: "0"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_37:
        yield found(name=name, since="1.37")
