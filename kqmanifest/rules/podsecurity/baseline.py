"""The baseline Pod Security Standard: what gives a container access to its node; checked only where it is requested.

The facts are those of the published Pod Security Standards; ``standard_since`` and ``standard_until`` are versions of the standard.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding

CAPABILITIES: Final = (
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
)
"""What container runtimes grant by default, without NET_RAW."""
_HOST: Final = ("hostNetwork", "hostPID", "hostIPC")


@rule(
    "KQ5001",
    "PodSpec",
    "{field} is true: the pod shares this namespace with its node",
    "remove `{field}`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckHostNamespaces",
)
def host_namespace_is_shared(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod in the network, process or IPC namespace of its node sees and reaches what belongs to others.

    A Service makes ports reachable without ``hostNetwork``.

    Wrong:
        hostNetwork: true
        containers: [{name: training}]

    Right:
        containers: [{name: training}]
    """
    for field in _HOST:
        if pod_spec.get(field):
            yield found(field, field=field)


@rule(
    "KQ5002",
    "SecurityContext.privileged",
    "privileged is true: the container may do whatever root may do on its node",
    "remove `privileged`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckPrivileged",
)
def container_is_privileged(privileged: bool) -> Iterator[Finding]:  # noqa: FBT001  the value of the field
    """A privileged container is not isolated from its node. GPUs do not need it: the device plugin makes them available.

    Wrong:
        containers: [{name: training, securityContext: {privileged: true}}]

    Right:
        containers: [{name: training, resources: {limits: {nvidia.com/gpu: 1}}}]
    """
    if privileged:
        yield found()


@rule(
    "KQ5003",
    "Capabilities.add",
    "the capability {capability} is not one that containers have by default",
    "remove it: only {allowed} may be added",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckCapabilitiesBaseline",
)
def capability_beyond_the_default(capabilities: list[str]) -> Iterator[Finding]:
    """A capability beyond those that container runtimes grant by default may give access to the node.

    Wrong:
        containers: [{name: training, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]

    Right:
        containers: [{name: training, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]
    """
    for index, capability in enumerate(capabilities):
        if capability not in CAPABILITIES:
            yield found(index, capability=capability or "", allowed=CAPABILITIES)


@rule(
    "KQ5004",
    "Volume",
    "the volume {name} is a hostPath: the directory {path} of the node",
    "mount nfs, a persistentVolumeClaim or an emptyDir instead",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckHostPathVolumes",
)
def host_path_volume(volume: dict[str, Any]) -> Iterator[Finding]:
    """A ``hostPath`` volume shows a container the files of its node, including those of other pods.

    Wrong:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, hostPath: {path: /mnt/data, type: Directory}}]

    Right:
        containers: [{name: training, volumeMounts: [{name: data, mountPath: /data}]}]
        volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
    """
    if volume.get("hostPath") is not None:
        yield found("hostPath", name=volume["name"], path=volume["hostPath"]["path"])


@rule(
    "KQ5005",
    "ContainerPort.hostPort",
    "hostPort {port} occupies a port of the node",
    "remove `hostPort`, and reach the pod through a Service",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckHostPorts",
)
def host_port_is_used(port: int) -> Iterator[Finding]:
    """A ``hostPort`` bypasses the rules of the cluster's network, and only one pod of a node can have it.

    Wrong:
        containers: [{name: training, ports: [{containerPort: 6006, hostPort: 6006}]}]

    Right:
        containers: [{name: training, ports: [{containerPort: 6006}]}]
    """
    if port:
        yield found(port=port)


@rule(
    "KQ5018",
    "WindowsSecurityContextOptions.hostProcess",
    "hostProcess is true: on a Windows node this runs on the node itself, not in a container",
    "remove `hostProcess`",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckWindowsHostProcess",
)
def host_process_container(host_process: bool) -> Iterator[Finding]:  # noqa: FBT001  the value of the field
    r"""A HostProcess container of a Windows node is not isolated.

    Wrong:
        hostNetwork: true
        securityContext: {windowsOptions: {hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM"}}
        containers: [{name: training}]

    Right:
        securityContext: {windowsOptions: {runAsUserName: ContainerUser}}
        containers: [{name: training}]
    """
    if host_process:
        yield found()


@rule(
    "KQ5019",
    ("HTTPGetAction.host", "TCPSocketAction.host"),
    "this probe is sent from the node to the host {host}",
    "remove `host`: then the probe goes to the pod itself",
    standard_since="1.34",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckHostProbesAndHostLifecycle",
)
def probe_of_another_host(host: str) -> Iterator[Finding]:
    """The kubelet sends probes from the node: one to another host reaches what the pod cannot reach.

    Wrong:
        containers: [{name: training, livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}}]

    Right:
        containers: [{name: training, livenessProbe: {httpGet: {port: 80}}}]
    """
    if host:
        yield found(host=host)
