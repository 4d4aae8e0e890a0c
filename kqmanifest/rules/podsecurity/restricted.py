"""The restricted Pod Security Standard: which rights a container must give up; checked only where it is requested.

The facts are those of the published Pod Security Standards; ``standard_since`` and ``standard_until`` are versions of
the standard. Windows containers are exempt from rules about fields that the server does not allow them anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.podsecurity import baseline, baseline_kernel
from kqmanifest.rules.podsecurity.baseline_kernel import PROFILES, find_unmasked, security
from kqmanifest.rules.rule import Rule, found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers
from kqmanifest.vocabulary.sources import source, sources

VOLUMES: Final = frozenset(
    {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"}
)
MAY_BE_ADDED: Final = "NET_BIND_SERVICE"


def _is_windows(pod_spec: Mapping[str, Any]) -> bool:
    return (pod_spec.get("os") or {}).get("name") == "windows"


def _has_own_users(pod_spec: Mapping[str, Any]) -> bool:
    return pod_spec.get("hostUsers") is False


def _contexts(pod_spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    """Return the security contexts of a pod and of its containers, with their places."""
    yield ("securityContext",), security(pod_spec)
    for place, container in containers(pod_spec):
        yield (*place, "securityContext"), security(container)


def _without_field(pod_spec: Mapping[str, Any], field: str) -> list[str]:
    """Return the names of the containers for which neither they nor their pod set a field."""
    if security(pod_spec).get(field) is not None:
        return []
    return [container["name"] for _, container in containers(pod_spec) if security(container).get(field) is None]


@rule(
    "KQ5050",
    "PodSpec",
    "allowPrivilegeEscalation is not false for the container {name}: its programs may gain more rights, as setuid programs do",
    "write in the container: `securityContext: {{allowPrivilegeEscalation: false}}`",
    standard_since="1.8",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckAllowPrivilegeEscalation",
)
def privilege_escalation_is_allowed(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A container must set ``allowPrivilegeEscalation: false``; otherwise its programs may gain more rights.

    Wrong:
        containers: [{name: training}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    for place, container in containers(pod_spec) if not _is_windows(pod_spec) else ():
        if security(container).get("allowPrivilegeEscalation") is not False:
            yield found(*place, "securityContext", "allowPrivilegeEscalation", name=container["name"])


@rule(
    "KQ5051",
    "PodSpec",
    "the container {name} does not drop the capabilities that the runtime grants",
    "write in the container: `securityContext: {{capabilities: {{drop: [ALL]}}}}`",
    standard_since="1.22",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckCapabilitiesRestricted",
)
def capabilities_are_not_dropped(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A container must drop all capabilities, the rights of root; it does not need them where it is not root.

    Wrong:
        containers: [{name: training, securityContext: {capabilities: {drop: [NET_RAW]}}}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    for place, container in containers(pod_spec) if not _is_windows(pod_spec) else ():
        capabilities = security(container).get("capabilities") or {}
        if "ALL" not in (capabilities.get("drop") or ()):
            yield found(*place, "securityContext", "capabilities", "drop", name=container["name"])


@rule(
    "KQ5052",
    "PodSpec",
    "the capability {capability} is added",
    "remove it: only NET_BIND_SERVICE may be added",
    standard_since="1.22",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckCapabilitiesRestricted",
)
def capability_is_added(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """The only capability that may be added is the one to listen on ports below 1024.

    Wrong:
        containers: [{name: training, securityContext: {capabilities: {drop: [ALL], add: [CHOWN]}}}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers:
        - name: training
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}
    """
    for place, container in containers(pod_spec) if not _is_windows(pod_spec) else ():
        capabilities = security(container).get("capabilities") or {}
        for index, capability in enumerate(capabilities.get("add") or ()):
            if capability != MAY_BE_ADDED:
                yield found(*place, "securityContext", "capabilities", "add", index, capability=capability or "")


@rule(
    "KQ5053",
    "PodSpec",
    "runAsNonRoot is not set for {names}: nothing prevents running as root",
    "write in the pod: `securityContext: {{runAsNonRoot: true}}`, and `runAsUser: 1000` where the image's user is root or a name",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckRunAsNonRoot",
)
def run_as_non_root_is_not_set(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A pod must set ``runAsNonRoot: true``; the kubelet then refuses to start an image that would run as root.

    From version 1.35 on the standard exempts a pod with a user namespace of its own, ``hostUsers: false``.

    Wrong:
        containers: [{name: training}]

    Right:
        securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    names = [] if _has_own_users(pod_spec) else _without_field(pod_spec, "runAsNonRoot")
    if names:
        yield found("securityContext", "runAsNonRoot", names=names)


@rule(
    "KQ5054",
    "PodSpec",
    "runAsNonRoot is false: this may run as root",
    "write `runAsNonRoot: true`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckRunAsNonRoot",
)
def run_as_non_root_is_false(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Neither a pod nor one of its containers may set ``runAsNonRoot: false``.

    Wrong:
        securityContext: {runAsNonRoot: true}
        containers: [{name: training, securityContext: {runAsNonRoot: false}}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    for place, context in _contexts(pod_spec) if not _has_own_users(pod_spec) else ():
        if context.get("runAsNonRoot") is False:
            yield found(*place, "runAsNonRoot")


@rule(
    "KQ5055",
    "PodSpec",
    "runAsUser is 0, which is root",
    "write the id of another user, such as 1000",
    standard_since="1.23",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckRunAsUser",
)
def run_as_user_is_root(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """User 0 is root in the container and, if it escapes, on the node.

    Wrong:
        securityContext: {runAsUser: 0}
        containers: [{name: training}]

    Right:
        securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    for place, context in _contexts(pod_spec) if not _has_own_users(pod_spec) else ():
        if context.get("runAsUser") == 0:
            yield found(*place, "runAsUser")


@rule(
    "KQ5056",
    "PodSpec",
    "seccompProfile is not set for {names}",
    "write in the pod: `securityContext: {{seccompProfile: {{type: RuntimeDefault}}}}`",
    standard_since="1.19",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSeccompProfileRestricted",
)
def seccomp_is_not_set(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A pod must set a seccomp profile: otherwise a node may run it without one.

    Wrong:
        containers: [{name: training}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    names = [] if _is_windows(pod_spec) else _without_field(pod_spec, "seccompProfile")
    if names:
        yield found("securityContext", "seccompProfile", names=names)


@rule(
    "KQ5057",
    "PodSpec",
    "the seccomp profile {kind} does not restrict anything",
    "write RuntimeDefault",
    standard_since="1.19",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckSeccompProfileRestricted",
)
def seccomp_is_unconfined(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Neither a pod nor one of its containers may switch seccomp off.

    Wrong:
        securityContext: {seccompProfile: {type: Unconfined}}
        containers: [{name: training}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    for place, context in _contexts(pod_spec) if not _is_windows(pod_spec) else ():
        profile = context.get("seccompProfile")
        if profile is not None and profile["type"] not in PROFILES:
            yield found(*place, "seccompProfile", "type", kind=profile["type"])


@rule(
    "KQ5058",
    "PodSpec",
    "procMount is {kind}: this container sees all of /proc, which is not allowed even with hostUsers: false",
    "remove `procMount`",
    standard_since="1.35",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckProcMountRestricted",
)
def proc_is_unmasked_in_a_user_namespace(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """From version 1.35 on the baseline standard allows a pod with ``hostUsers: false`` to see all of /proc; this one does not.

    Wrong:
        hostUsers: false
        containers: [{name: training, securityContext: {procMount: Unmasked}}]

    Right:
        hostUsers: false
        securityContext: {seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    if _has_own_users(pod_spec):
        yield from find_unmasked(pod_spec)


@rule(
    "KQ5059",
    "Volume",
    "the volume {name} specifies its storage itself, not through a claim: {source}",
    "mount a persistentVolumeClaim instead; a spec creates one from `nfs: {{server: {server}, path: {path}, claim: {{size: 1Ti}}}}`",
    "mount a persistentVolumeClaim instead, or an emptyDir for files that may be lost",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckRestrictedVolumes",
)
def storage_is_inline(volume: dict[str, Any]) -> Iterator[Spot]:
    """Storage of the cluster is used through claims: its owner then decides who may use it, and not each pod.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: output, mountPath: /kqi/output}]}]
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers:
        - name: training
          volumeMounts: [{name: output, mountPath: /kqi/output}]
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
        volumes: [{name: output, persistentVolumeClaim: {claimName: training-2-output}}]
    """
    kinds = sources(volume)
    if kinds and not VOLUMES.intersection(kinds):
        nfs = volume.get("nfs") or {}
        yield found(kinds[0], name=volume["name"], source=source(volume), server=nfs.get("server"), path=nfs.get("path"))


INSTEAD_OF: Final[Mapping[Rule, Rule]] = {
    capability_is_added: baseline.capability_beyond_the_default,
    seccomp_is_unconfined: baseline_kernel.seccomp_is_off,
    storage_is_inline: baseline.host_path_volume,
}
"""Rules that replace one of the baseline."""
