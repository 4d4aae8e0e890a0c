"""Security contexts: the users and groups that containers run as, their privileges, and their sysctls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import between, one_of, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import SUBDOMAIN_LENGTH
from kqmanifest.vocabulary.pods import containers

_HIGHEST_ID = 2**31 - 1
_CHANGE_POLICIES = ("Always", "OnRootMismatch")
_GROUPS_POLICIES = ("Merge", "Strict")
_SELINUX_POLICIES = ("MountOption", "Recursive")
_PROC_MOUNTS = ("Default", "Unmasked")
_SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?", re.ASCII)
_IPC_SYSCTLS = frozenset(
    f"kernel.{name}" for name in ("sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced", "shm", "msgmax", "msgmnb", "msgmni", "msg")
)


run_as_user_is_out_of_range = between(
    "KQ2460",
    ("PodSecurityContext.runAsUser", "SecurityContext.runAsUser"),
    (0, _HIGHEST_ID),
    upstream="core/validation.validatePodSpecSecurityContext",
    page="""User ids go from 0, which is root, to 2147483647.

    Wrong:
        securityContext: {runAsUser: -1}

    Right:
        securityContext: {runAsUser: 1000}
    """,
)


group_id_is_out_of_range = between(
    "KQ2461",
    ("PodSecurityContext.runAsGroup", "PodSecurityContext.fsGroup", "SecurityContext.runAsGroup"),
    (0, _HIGHEST_ID),
    upstream="core/validation.validatePodSpecSecurityContext",
    page="""Group ids go from 0, which is the group of root, to 2147483647.

    Wrong:
        securityContext: {fsGroup: -1}

    Right:
        securityContext: {fsGroup: 1000}
    """,
)


@rule(
    "KQ2462",
    "PodSecurityContext.supplementalGroups",
    "supplementalGroups must be between 0 and 2147483647, and this one is {group}",
    "write a number from 0 to 2147483647",
    reason="Invalid",
    upstream="core/validation.validatePodSpecSecurityContext",
)
def supplemental_group_is_out_of_range(groups: list[int | None]) -> Iterator[Spot]:
    """Group ids go from 0, which is the group of root, to 2147483647.

    Wrong:
        securityContext: {supplementalGroups: [1000, -1]}

    Right:
        securityContext: {supplementalGroups: [1000]}
    """
    for index, group in enumerate(groups):
        if not 0 <= (group or 0) <= _HIGHEST_ID:
            yield found(index, group=group)


fs_group_change_policy_is_unknown = one_of(
    "KQ2463",
    "PodSecurityContext.fsGroupChangePolicy",
    _CHANGE_POLICIES,
    upstream="core/validation.validateFSGroupChangePolicy",
    page="""The ownership of a volume's files changes ``Always``, or ``OnRootMismatch``: only where that of its root directory differs.

    Wrong:
        securityContext: {fsGroup: 1000, fsGroupChangePolicy: Never}

    Right:
        securityContext: {fsGroup: 1000, fsGroupChangePolicy: OnRootMismatch}
    """,
)


supplemental_groups_policy_is_unknown = one_of(
    "KQ2464",
    "PodSecurityContext.supplementalGroupsPolicy",
    _GROUPS_POLICIES,
    upstream="core/validation.validateSupplementalGroupsPolicy",
    page="""``Merge`` adds the user's groups in the image to those that the pod lists; ``Strict`` uses only those that the pod lists.

    Wrong:
        securityContext: {supplementalGroups: [1000], supplementalGroupsPolicy: Only}

    Right:
        securityContext: {supplementalGroups: [1000], supplementalGroupsPolicy: Strict}
    """,
)


selinux_change_policy_is_not_recursive = one_of(
    "KQ2465",
    "PodSecurityContext.seLinuxChangePolicy",
    ("Recursive",),
    message="seLinuxChangePolicy {value} is not supported before Kubernetes 1.37",
    hints="write Recursive, or remove `seLinuxChangePolicy`",
    until="1.36",
    upstream="core/validation.validateSELinuxChangePolicy",
    page="""Before Kubernetes 1.37 each file of a volume is relabelled (``Recursive``); mounting with a label is switched off.

    Wrong:
        securityContext: {seLinuxChangePolicy: MountOption}

    Right:
        securityContext: {seLinuxChangePolicy: Recursive}
    """,
)


selinux_change_policy_is_unknown = one_of(
    "KQ2466",
    "PodSecurityContext.seLinuxChangePolicy",
    _SELINUX_POLICIES,
    since="1.37",
    upstream="core/validation.validateSELinuxChangePolicy",
    page="""A volume is mounted with its SELinux label (``MountOption``), or each of its files is relabelled (``Recursive``).

    Wrong:
        securityContext: {seLinuxChangePolicy: recursive}

    Right:
        securityContext: {seLinuxChangePolicy: Recursive}
    """,
)


sysctl_without_a_name = required(
    "KQ2467",
    "Sysctl.name",
    hints="set its `name`, such as net.core.somaxconn, or remove the sysctl",
    upstream="core/validation.validateSysctls",
    page="""Every item of ``sysctls`` needs a ``name``.

    Wrong:
        securityContext: {sysctls: [{name: "", value: "1024"}]}

    Right:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}
    """,
)


@rule(
    "KQ2468",
    "Sysctl.name",
    "{name} is not the name of a sysctl",
    (
        "use lower-case letters, digits, dashes and underscores, with dots between the parts, as in net.core.somaxconn, and at "
        "most 253 characters"
    ),
    reason="Invalid",
    upstream="core/validation.validateSysctls",
)
def sysctl_name_is_invalid(name: str) -> Iterator[Spot]:
    """The name of a sysctl is written as the ``sysctl`` command writes it: parts with dots or slashes between them.

    Wrong:
        securityContext: {sysctls: [{name: net.core.SOMAXCONN, value: "1024"}]}

    Right:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}
    """
    if name and not (len(name) <= SUBDOMAIN_LENGTH and _SYSCTL.fullmatch(name)):
        yield found(name=name)


@rule(
    "KQ2469",
    "PodSecurityContext.sysctls",
    "the sysctl {name} is set twice",
    "keep one of the two",
    reason="Duplicate",
    upstream="core/validation.validateSysctls",
)
def sysctl_is_repeated(sysctls: list[dict[str, Any]]) -> Iterator[Spot]:
    """Each sysctl is set once.

    Wrong:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}, {name: net.core.somaxconn, value: "2048"}]}

    Right:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "2048"}]}
    """
    taken: set[str] = set()
    for index, sysctl in enumerate(sysctls):
        if sysctl["name"] in taken and _SYSCTL.fullmatch(sysctl["name"]):
            yield found(index, "name", name=sysctl["name"])
        taken.add(sysctl["name"])


@rule(
    "KQ2470",
    "PodSpec",
    "the sysctl {name} cannot be set while {field} is true",
    "remove the sysctl, or `{field}`",
    needs="securityContext",
    reason="Invalid",
    upstream="core/validation.ValidateHostSysctl",
)
def sysctl_of_a_shared_namespace(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A pod that shares the network or IPC namespace of its node cannot set the sysctls of that namespace.

    Wrong:
        hostNetwork: true
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}

    Right:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}
    """
    for index, sysctl in enumerate((pod_spec.get("securityContext") or {}).get("sysctls") or ()):
        field = _sharing_field(sysctl["name"])
        if field and pod_spec.get(field):
            yield found("securityContext", "sysctls", index, "name", name=sysctl["name"], field=field)


def _sharing_field(sysctl: str) -> str | None:
    """Return the field that shares a sysctl's namespace with the node; where a slash comes first, slashes and dots are swapped."""
    first = re.search(r"[./]", sysctl)
    plain = sysctl.translate(str.maketrans("./", "/.")) if first and first[0] == "/" else sysctl
    plain = plain.partition("*")[0]
    if plain.startswith("net."):
        return "hostNetwork"
    return "hostIPC" if plain in _IPC_SYSCTLS or plain.startswith("fs.mqueue.") else None


proc_mount_is_unknown = one_of(
    "KQ2471",
    "SecurityContext.procMount",
    _PROC_MOUNTS,
    upstream="core/validation.ValidateProcMountType",
    page="""``Default`` hides the sensitive parts of ``/proc`` from a container; ``Unmasked`` shows all of it.

    Wrong:
        containers: [{name: main, securityContext: {procMount: Masked}}]

    Right:
        containers: [{name: main, securityContext: {procMount: Default}}]
    """,
)


@rule(
    "KQ2472",
    "PodSpec",
    "procMount Unmasked of the container {name} requires hostUsers: false",
    "write `hostUsers: false` beside `containers`, or set `procMount` to Default",
    needs="SecurityContext.procMount",
    reason="Invalid",
    upstream="core/validation.ValidateSecurityContext",
)
def unmasked_proc_in_the_host_user_namespace(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A container may see all of ``/proc`` only where its pod has a user namespace of its own.

    Wrong:
        containers: [{name: main, securityContext: {procMount: Unmasked}}]

    Right:
        hostUsers: false
        containers: [{name: main, securityContext: {procMount: Unmasked}}]
    """
    if pod_spec.get("hostUsers") is not False:
        for place, container in containers(pod_spec):
            if (container.get("securityContext") or {}).get("procMount") == "Unmasked":
                yield found(*place, "securityContext", "procMount", name=container["name"])


@rule(
    "KQ2473",
    "SecurityContext",
    "allowPrivilegeEscalation cannot be false for a privileged container",
    "remove `privileged`, or `allowPrivilegeEscalation`",
    needs="privileged",
    reason="Invalid",
    upstream="core/validation.ValidateSecurityContext",
)
def privileged_container_without_privilege_escalation(context: dict[str, Any]) -> Iterator[Spot]:
    """A privileged container has every privilege, so privilege escalation cannot be prevented.

    Wrong:
        containers: [{name: main, securityContext: {privileged: true, allowPrivilegeEscalation: false}}]

    Right:
        containers: [{name: main, securityContext: {allowPrivilegeEscalation: false}}]
    """
    if context.get("privileged") and context.get("allowPrivilegeEscalation") is False:
        yield found()


@rule(
    "KQ2474",
    "SecurityContext",
    "allowPrivilegeEscalation cannot be false for a container with the capability CAP_SYS_ADMIN",
    "remove CAP_SYS_ADMIN, or `allowPrivilegeEscalation`",
    needs="capabilities",
    reason="Invalid",
    upstream="core/validation.ValidateSecurityContext",
)
def cap_sys_admin_without_privilege_escalation(context: dict[str, Any]) -> Iterator[Spot]:
    """With ``CAP_SYS_ADMIN`` a container can gain any privilege, so privilege escalation cannot be prevented.

    Wrong:
        containers: [{name: main, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}}]

    Right:
        containers: [{name: main, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    if context.get("allowPrivilegeEscalation") is False and "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
        yield found()
