"""Security contexts: as whom containers run, with which rights, and with which settings of the kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import SUBDOMAIN_LENGTH
from kqmanifest.vocabulary.pods import containers

_LAST_ID = 2**31 - 1
_CHANGES = ("Always", "OnRootMismatch")
_GROUPS = ("Merge", "Strict")
_LABELLING = ("MountOption", "Recursive")
_PROC_MOUNTS = ("Default", "Unmasked")
_SYSCTL = re.compile(r"([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?", re.ASCII)
_OF_MESSAGES = frozenset(
    f"kernel.{name}" for name in ("sem", "shmall", "shmmax", "shmmni", "shm_rmid_forced", "shm", "msgmax", "msgmnb", "msgmni", "msg")
)


@rule(
    "KQ2460",
    ("PodSecurityContext.runAsUser", "SecurityContext.runAsUser"),
    "{user} is not the number of a user",
    "use a number from 0 to 2147483647",
)
def user_is_out_of_range(user: int) -> Iterator[Finding]:
    """Users are numbered from 0, which is root, to 2147483647.

    Wrong:
        securityContext: {runAsUser: -1}

    Right:
        securityContext: {runAsUser: 1000}
    """
    if not 0 <= user <= _LAST_ID:
        yield found(user=user)


@rule(
    "KQ2461",
    ("PodSecurityContext.runAsGroup", "PodSecurityContext.fsGroup", "SecurityContext.runAsGroup"),
    "{group} is not the number of a group",
    "use a number from 0 to 2147483647",
)
def group_is_out_of_range(group: int) -> Iterator[Finding]:
    """Groups are numbered from 0, which is root, to 2147483647.

    Wrong:
        securityContext: {fsGroup: -1}

    Right:
        securityContext: {fsGroup: 1000}
    """
    if not 0 <= group <= _LAST_ID:
        yield found(group=group)


@rule(
    "KQ2462",
    "PodSecurityContext.supplementalGroups",
    "{group} is not the number of a group",
    "use a number from 0 to 2147483647",
)
def further_group_is_out_of_range(groups: list[int | None]) -> Iterator[Finding]:
    """Groups are numbered from 0, which is root, to 2147483647.

    Wrong:
        securityContext: {supplementalGroups: [1000, -1]}

    Right:
        securityContext: {supplementalGroups: [1000]}
    """
    for index, group in enumerate(groups):
        if not 0 <= (group or 0) <= _LAST_ID:
            yield found(index, group=group)


@rule(
    "KQ2463",
    "PodSecurityContext.fsGroupChangePolicy",
    "{policy} is not when the files of a volume get their group",
    "did you mean {near}?",
    "write Always or OnRootMismatch",
)
def group_change_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """The files of a volume get the pod's group always, or only where the volume's root has another.

    Wrong:
        securityContext: {fsGroup: 1000, fsGroupChangePolicy: Never}

    Right:
        securityContext: {fsGroup: 1000, fsGroupChangePolicy: OnRootMismatch}
    """
    if policy not in _CHANGES:
        yield found(policy=policy, near=nearest(policy, _CHANGES))


@rule(
    "KQ2464",
    "PodSecurityContext.supplementalGroupsPolicy",
    "{policy} is not how further groups are found",
    "did you mean {near}?",
    "write Merge or Strict",
)
def groups_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """The groups of the image are merged with those given, or only those given count.

    Wrong:
        securityContext: {supplementalGroups: [1000], supplementalGroupsPolicy: Only}

    Right:
        securityContext: {supplementalGroups: [1000], supplementalGroupsPolicy: Strict}
    """
    if policy not in _GROUPS:
        yield found(policy=policy, near=nearest(policy, _GROUPS))


@rule(
    "KQ2465",
    "PodSecurityContext.seLinuxChangePolicy",
    "{policy} is not how volumes get their SELinux label, before Kubernetes 1.37",
    "write Recursive, or take it out",
    until="1.36",
)
def labelling_is_not_recursive(policy: str) -> Iterator[Finding]:
    """Before Kubernetes 1.37 each file of a volume gets its label (``Recursive``); mounting with a label is switched off.

    Wrong:
        securityContext: {seLinuxChangePolicy: MountOption}

    Right:
        securityContext: {seLinuxChangePolicy: Recursive}
    """
    if policy != "Recursive":
        yield found(policy=policy)


@rule(
    "KQ2466",
    "PodSecurityContext.seLinuxChangePolicy",
    "{policy} is not how volumes get their SELinux label",
    "did you mean {near}?",
    "write MountOption or Recursive",
    since="1.37",
)
def labelling_is_unknown(policy: str) -> Iterator[Finding]:
    """A volume is mounted with its label (``MountOption``), or each of its files gets it (``Recursive``).

    Wrong:
        securityContext: {seLinuxChangePolicy: recursive}

    Right:
        securityContext: {seLinuxChangePolicy: Recursive}
    """
    if policy not in _LABELLING:
        yield found(policy=policy, near=nearest(policy, _LABELLING))


@rule("KQ2467", "Sysctl.name", "a setting of the kernel has no name", "name it, as in net.core.somaxconn, or take it out")
def sysctl_without_a_name(name: str) -> Iterator[Finding]:
    """A setting of the kernel is named.

    Wrong:
        securityContext: {sysctls: [{name: "", value: "1024"}]}

    Right:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}
    """
    if not name:
        yield found()


@rule(
    "KQ2468",
    "Sysctl.name",
    "{name} is not a setting of the kernel",
    "use lower-case letters, digits, dashes and underscores with dots between, as in net.core.somaxconn, and at most 253 of them",
)
def sysctl_name_is_too_free(name: str) -> Iterator[Finding]:
    """A setting of the kernel is named as ``sysctl`` names it: parts with dots or slashes between.

    Wrong:
        securityContext: {sysctls: [{name: net.core.SOMAXCONN, value: "1024"}]}

    Right:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}
    """
    if name and not (len(name) <= SUBDOMAIN_LENGTH and _SYSCTL.fullmatch(name)):
        yield found(name=name)


@rule("KQ2469", "PodSecurityContext.sysctls", "{name} is already set", "keep one of the two")
def sysctl_is_repeated(sysctls: list[dict[str, Any]]) -> Iterator[Finding]:
    """A setting of the kernel is set once.

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
    "{name} is a setting of the node, since {field} is true",
    "take the setting out, or `{field}`",
    needs="securityContext",
)
def sysctl_belongs_to_the_node(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod that shares the node's network or memory cannot change their settings.

    Wrong:
        hostNetwork: true
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}

    Right:
        securityContext: {sysctls: [{name: net.core.somaxconn, value: "1024"}]}
    """
    for index, sysctl in enumerate((pod_spec.get("securityContext") or {}).get("sysctls") or ()):
        field = _namespace(sysctl["name"])
        if field and pod_spec.get(field):
            yield found("securityContext", "sysctls", index, "name", name=sysctl["name"], field=field)


def _namespace(sysctl: str) -> str | None:
    """Say which namespace a setting of the kernel belongs to; with a slash first, slashes and dots have changed places."""
    first = re.search(r"[./]", sysctl)
    plain = sysctl.translate(str.maketrans("./", "/.")) if first and first[0] == "/" else sysctl
    plain = plain.partition("*")[0]
    if plain.startswith("net."):
        return "hostNetwork"
    return "hostIPC" if plain in _OF_MESSAGES or plain.startswith("fs.mqueue.") else None


@rule(
    "KQ2471",
    "SecurityContext.procMount",
    "{mount} is not how /proc is mounted",
    "did you mean {near}?",
    "write Default or Unmasked",
)
def proc_mount_is_unknown(mount: str) -> Iterator[Finding]:
    """A container sees ``/proc`` with its dangerous parts hidden (``Default``), or all of it.

    Wrong:
        containers: [{name: main, securityContext: {procMount: Masked}}]

    Right:
        containers: [{name: main, securityContext: {procMount: Default}}]
    """
    if mount not in _PROC_MOUNTS:
        yield found(mount=mount, near=nearest(mount, _PROC_MOUNTS))


@rule(
    "KQ2472",
    "PodSpec",
    "the container {name} is to see all of /proc, with the users of its node",
    "write `hostUsers: false` beside `containers`, or `procMount: Default`",
    needs="SecurityContext.procMount",
)
def proc_is_unmasked_for_the_users_of_the_node(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A container that sees all of ``/proc`` has users of its own.

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
    "the container is privileged, and is to gain no privileges",
    "take `privileged` out, or `allowPrivilegeEscalation`",
    needs="privileged",
)
def privileged_without_privileges(context: dict[str, Any]) -> Iterator[Finding]:
    """A privileged container has every right, so none can be kept from it.

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
    "the container has the capability CAP_SYS_ADMIN, and is to gain no privileges",
    "take CAP_SYS_ADMIN out, or `allowPrivilegeEscalation`",
    needs="capabilities",
)
def administrator_without_privileges(context: dict[str, Any]) -> Iterator[Finding]:
    """With ``CAP_SYS_ADMIN`` a container gains any privilege, so none can be kept from it.

    Wrong:
        containers: [{name: main, securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [CAP_SYS_ADMIN]}}}]

    Right:
        containers: [{name: main, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    if context.get("allowPrivilegeEscalation") is False and "CAP_SYS_ADMIN" in ((context.get("capabilities") or {}).get("add") or ()):
        yield found()
