"""Pod security, baseline: what lets a container out to its node. Asked only where this standard is asked for.

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
"""What container runtimes give by default, less NET_RAW."""
_HOST: Final = ("hostNetwork", "hostPID", "hostIPC")


@rule("KQ5001", "PodSpec", "this pod shares its node's namespace: {field} is true", "take `{field}` out")
def namespace_of_the_node_is_shared(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod on the network, or among the processes, of its node sees and reaches what belongs to others.

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
    "KQ5002", "SecurityContext.privileged", "this container is privileged: it may do on its node whatever root may", "take `privileged` out"
)
def container_is_privileged(privileged: bool) -> Iterator[Finding]:  # noqa: FBT001  the value of the field
    """A privileged container is not confined. GPUs do not need it: the device plugin hands them in.

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
    "the capability {capability} is more than a container has by default",
    "take it out: only {allowed} may be added",
)
def capability_beyond_the_default(capabilities: list[str]) -> Iterator[Finding]:
    """A capability beyond those that the runtime gives by default can reach the node.

    Wrong:
        containers: [{name: training, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]

    Right:
        containers: [{name: training, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]
    """
    for index, capability in enumerate(capabilities):
        if capability not in CAPABILITIES:
            yield found(index, capability=capability or "", allowed=CAPABILITIES)


@rule(
    "KQ5004", "Volume", "the volume {name} is a directory of the node, {path}", "mount nfs, a persistentVolumeClaim or an emptyDir instead"
)
def volume_of_the_node(volume: dict[str, Any]) -> Iterator[Finding]:
    """A hostPath volume shows a container the files of its node, those of other pods among them.

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
    "this container takes port {port} of its node",
    "take `hostPort` out, and reach the pod by a Service",
)
def port_of_the_node(port: int) -> Iterator[Finding]:
    """A port of the node goes round the rules of the cluster's network, and only one pod of a node can have it.

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
    "hostProcess is true: on a Windows node this runs beside the containers, not in one",
    "take `hostProcess` out",
)
def process_of_the_node(host_process: bool) -> Iterator[Finding]:  # noqa: FBT001  the value of the field
    r"""A host process of a Windows node is not confined.

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
    "this probe asks the host {host}, and is sent from the node",
    "leave `host` out: the pod itself is asked then",
    standard_since="1.34",
)
def probe_of_another_host(host: str) -> Iterator[Finding]:
    """The kubelet sends a probe from the node: one to another host reaches what the pod cannot.

    Wrong:
        containers: [{name: training, livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}}]

    Right:
        containers: [{name: training, livenessProbe: {httpGet: {port: 80}}}]
    """
    if host:
        yield found(host=host)
