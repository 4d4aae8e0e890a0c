"""The baseline Pod Security Standard: what protects the kernel from a container; checked only where it is requested.

The facts are those of the published Pod Security Standards; ``standard_since`` and ``standard_until`` are versions of the standard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.constraints import one_of
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers

PROFILES: Final = ("RuntimeDefault", "Localhost")
"""The types of seccomp and AppArmor profiles that restrict a container."""
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
_SAFE_LATER: Final = "the sysctl {name} is safe only from version {since} of the standard on"
_LATER_STANDARD: Final = "remove it, or check against version {since} of the standard or later"


def security(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the security context of a pod or container; an empty one where it has none."""
    context: Mapping[str, Any] = container.get("securityContext") or {}
    return context


def find_unmasked(pod_spec: Mapping[str, Any]) -> Iterator[Spot]:
    """Find the containers that see all of /proc."""
    for place, container in containers(pod_spec):
        kind = security(container).get("procMount")
        if kind is not None and kind != "Default":
            yield found(*place, "securityContext", "procMount", kind=kind)


apparmor_is_off = one_of(
    "KQ5006",
    "AppArmorProfile.type",
    PROFILES,
    message="the AppArmor profile {value} does not restrict anything",
    hints="write RuntimeDefault, or remove `appArmorProfile`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckAppArmorProfile",
    page="""On a node with AppArmor, the runtime's default profile applies unless a pod switches it off.

    Wrong:
        containers: [{name: training, securityContext: {appArmorProfile: {type: Unconfined}}}]

    Right:
        containers: [{name: training, securityContext: {appArmorProfile: {type: RuntimeDefault}}}]
    """,
)


@rule(
    "KQ5007",
    ("Pod", "PodTemplateSpec"),
    "the annotation {key} sets the AppArmor profile {profile}, which does not restrict anything",
    "write runtime/default, or remove the annotation",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckAppArmorProfile",
)
def apparmor_is_off_by_annotation(pod: dict[str, Any]) -> Iterator[Spot]:
    """Before 1.30 the AppArmor profile of each container was set by an annotation of the pod; such annotations still apply.

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


@rule(
    "KQ5008",
    "SELinuxOptions.type",
    "the SELinux type {kind} is not for containers",
    "write container_t, or remove `type`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSELinuxOptions",
)
def selinux_type_is_not_for_containers(kind: str) -> Iterator[Spot]:
    """An SELinux type that was not made for containers may be one without restrictions, such as ``spc_t``.

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
    "the SELinux type {kind} is allowed only from version {since} of the standard on",
    "write container_t, or check against version {since} of the standard or later",
    standard_until="1.30",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSELinuxOptions",
)
def selinux_type_of_a_container_engine(kind: str) -> Iterator[Spot]:
    """The SELinux type for containers that run containers is allowed from version 1.31 of the standard on.

    Wrong:
        securityContext: {seLinuxOptions: {type: container_engine_t}}
        containers: [{name: training}]

    Right:
        securityContext: {seLinuxOptions: {type: container_t}}
        containers: [{name: training}]
    """
    if kind == SELINUX_ENGINE:
        yield found(kind=kind, since="1.31")


@rule(
    "KQ5010",
    "SELinuxOptions",
    "{field} in seLinuxOptions is set to {value}",
    "remove `{field}`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSELinuxOptions",
)
def selinux_user_or_role_is_set(options: dict[str, Any]) -> Iterator[Spot]:
    """A custom SELinux user or role may have more rights than that of a container.

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


@rule(
    "KQ5011",
    "PodSpec",
    "procMount is {kind}: this container sees all of /proc",
    "remove `procMount`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckProcMountBaseline",
)
def proc_is_unmasked(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """The runtime hides the parts of /proc that reveal details of the node or change it.

    From version 1.35 on the standard allows it to a pod with a user namespace of its own, ``hostUsers: false``.

    Wrong:
        containers: [{name: training, securityContext: {procMount: Unmasked}}]

    Right:
        containers: [{name: training, securityContext: {procMount: Default}}]
    """
    if pod_spec.get("hostUsers") is not False:
        yield from find_unmasked(pod_spec)


seccomp_is_off = one_of(
    "KQ5012",
    "SeccompProfile.type",
    PROFILES,
    message="the seccomp profile {value} does not restrict anything",
    hints="write RuntimeDefault, or remove `seccompProfile`",
    standard_since="1.19",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSeccompBaseline",
    page="""A seccomp profile blocks system calls that a container does not need; ``Unconfined`` switches it off.

    Wrong:
        securityContext: {seccompProfile: {type: Unconfined}}
        containers: [{name: training}]

    Right:
        securityContext: {seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training}]
    """,
)


@rule(
    "KQ5013",
    ("Pod", "PodTemplateSpec"),
    "the annotation {key} sets the seccomp profile {profile}, which does not restrict anything",
    "write runtime/default, or remove the annotation",
    standard_until="1.18",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSeccompBaseline",
)
def seccomp_is_off_by_annotation(pod: dict[str, Any]) -> Iterator[Spot]:
    """Before 1.19 seccomp profiles were set by annotations of the pod.

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
    """Return a pod's annotations; a null one is an empty string."""
    annotations = (pod.get("metadata") or {}).get("annotations") or {}
    return {key: value or "" for key, value in annotations.items()}


@rule(
    "KQ5014",
    "Sysctl.name",
    "the sysctl {name} is not safe",
    "remove it: only these are safe: {allowed}",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSysctls",
)
def sysctl_is_unsafe(name: str) -> Iterator[Spot]:
    """A sysctl that is not namespaced changes the kernel for all pods of the node.

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


@rule(
    "KQ5015",
    "Sysctl.name",
    _SAFE_LATER,
    _LATER_STANDARD,
    standard_until="1.26",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSysctls",
)
def sysctl_that_is_safe_from_1_27_on(name: str) -> Iterator[Spot]:
    """The sysctl for reserved local ports is safe from version 1.27 of the standard on.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.ip_local_reserved_ports, value: "8080"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_27:
        yield found(name=name, since="1.27")


@rule(
    "KQ5016",
    "Sysctl.name",
    _SAFE_LATER,
    _LATER_STANDARD,
    standard_until="1.28",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSysctls",
)
def sysctl_that_is_safe_from_1_29_on(name: str) -> Iterator[Spot]:
    """The sysctls for how long TCP connections are kept alive are safe from version 1.29 of the standard on.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time, value: "600"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_29:
        yield found(name=name, since="1.29")


@rule(
    "KQ5017",
    "Sysctl.name",
    _SAFE_LATER,
    _LATER_STANDARD,
    standard_until="1.31",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSysctls",
)
def sysctl_that_is_safe_from_1_32_on(name: str) -> Iterator[Spot]:
    """The sysctls for the buffers of TCP connections are safe from version 1.32 of the standard on.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: "4096 131072 6291456"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_32:
        yield found(name=name, since="1.32")


@rule(
    "KQ5020",
    "Sysctl.name",
    _SAFE_LATER,
    _LATER_STANDARD,
    standard_until="1.36",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSysctls",
)
def sysctl_that_is_safe_from_1_37_on(name: str) -> Iterator[Spot]:
    """The sysctls for slow start after idle, and for unsent data, of TCP connections are safe from version 1.37 of the standard on.

    Wrong:
        securityContext: {sysctls: [{name: net.ipv4.tcp_slow_start_after_idle, value: "0"}]}
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    if name in SYSCTLS_1_37:
        yield found(name=name, since="1.37")
