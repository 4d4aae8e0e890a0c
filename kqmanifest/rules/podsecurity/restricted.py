"""Pod security, restricted: what a container must give up. Asked only where this standard is asked for.

The facts are those of the published Pod Security Standards; ``standard_since`` and ``standard_until`` are versions of
the standard. Containers of Windows are exempt from what the server refuses there anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.podsecurity import baseline, baseline_kernel
from kqmanifest.rules.podsecurity.baseline_kernel import PROFILES, security, unmasked
from kqmanifest.rules.rule import Rule, found, rule
from kqmanifest.schema.walk import Finding
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
    """Give the security contexts of a pod and of its containers, with their places."""
    yield ("securityContext",), security(pod_spec)
    for place, container in containers(pod_spec):
        yield (*place, "securityContext"), security(container)


def _silent(pod_spec: Mapping[str, Any], field: str) -> list[str]:
    """Name the containers that leave a field to their pod, where the pod does not set it; none where it does."""
    if security(pod_spec).get(field) is not None:
        return []
    return [container["name"] for _, container in containers(pod_spec) if security(container).get(field) is None]


@rule(
    "KQ5050",
    "PodSpec",
    "the container {name} may gain rights that it was not started with, as setuid programs do",
    "write in the container: `securityContext: {{allowPrivilegeEscalation: false}}`",
    standard_since="1.8",
)
def privileges_may_grow(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A container must say that none of its programs gains more rights; left out, they may.

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
    "the container {name} keeps the capabilities that the runtime gives",
    "write in the container: `securityContext: {{capabilities: {{drop: [ALL]}}}}`",
    standard_since="1.22",
)
def capabilities_are_kept(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A container must drop all of root's rights, which it does not need where it is not root.

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
    "take it out: only NET_BIND_SERVICE may be added",
    standard_since="1.22",
)
def capability_is_added(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Of all capabilities, only the one to listen on ports below 1024 may be added.

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
    "nothing keeps {names} from running as root",
    "write in the pod: `securityContext: {{runAsNonRoot: true}}`, and `runAsUser: 1000` where the image's user is root or a name",
)
def root_is_not_ruled_out(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod must say that it does not run as root; the kubelet then refuses to start an image that would.

    From 1.35 on the standard does not ask it of a pod with users of its own, ``hostUsers: false``.

    Wrong:
        containers: [{name: training}]

    Right:
        securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    names = [] if _has_own_users(pod_spec) else _silent(pod_spec, "runAsNonRoot")
    if names:
        yield found("securityContext", "runAsNonRoot", names=names)


@rule("KQ5054", "PodSpec", "runAsNonRoot is false, so this may run as root", "write `runAsNonRoot: true`")
def root_is_allowed(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Neither a pod nor one of its containers may allow itself to run as root.

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


@rule("KQ5055", "PodSpec", "runAsUser is 0, which is root", "write another user's number, such as 1000", standard_since="1.23")
def user_is_root(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """User 0 is root, inside the container and, where it gets out, on the node.

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
    "no seccomp profile is set for {names}",
    "write in the pod: `securityContext: {{seccompProfile: {{type: RuntimeDefault}}}}`",
    standard_since="1.19",
)
def seccomp_is_not_set(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod must ask for a seccomp profile: left out, a node may run it without one.

    Wrong:
        containers: [{name: training}]

    Right:
        securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    names = [] if _is_windows(pod_spec) else _silent(pod_spec, "seccompProfile")
    if names:
        yield found("securityContext", "seccompProfile", names=names)


@rule("KQ5057", "PodSpec", "the seccomp profile {kind} confines nothing", "write RuntimeDefault", standard_since="1.19")
def seccomp_is_unconfined(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Neither a pod nor one of its containers may turn seccomp off.

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
    "the whole of /proc is shown to this container: procMount is {kind}, and users of its own do not excuse it",
    "take `procMount` out",
    standard_since="1.35",
)
def proc_is_shown_to_own_users(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """From 1.35 on a pod with ``hostUsers: false`` may see all of /proc under baseline, but not here.

    Wrong:
        hostUsers: false
        containers: [{name: training, securityContext: {procMount: Unmasked}}]

    Right:
        hostUsers: false
        securityContext: {seccompProfile: {type: RuntimeDefault}}
        containers: [{name: training, securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]
    """
    if _has_own_users(pod_spec):
        yield from unmasked(pod_spec)


@rule(
    "KQ5059",
    "Volume",
    "the volume {name} names its storage itself: {source}",
    "mount a persistentVolumeClaim instead; a spec makes one of `nfs: {{server: {server}, path: {path}, claim: {{size: 1Ti}}}}`",
    "mount a persistentVolumeClaim instead, or an emptyDir for what need not last",
)
def storage_is_inline(volume: dict[str, Any]) -> Iterator[Finding]:
    """Storage of the cluster is reached through claims: who may use which of it is then decided by its owner, not by each pod.

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
    storage_is_inline: baseline.volume_of_the_node,
}
"""Rules that are asked instead of one of the baseline."""
