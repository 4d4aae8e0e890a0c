"""The baseline Pod Security Standard: what gives a container access to its node; checked only where it is requested.

The facts are those of the published Pod Security Standards; ``standard_since`` and ``standard_until`` are versions of the standard.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import must_be_empty, one_of
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot

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
def host_namespace_is_shared(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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


container_is_privileged = must_be_empty(
    "KQ5002",
    "SecurityContext.privileged",
    message="privileged is true: the container may do whatever root may do on its node",
    hints="remove `privileged`",
    upstream="pod-security-admission/policy.CheckPrivileged",
    page="""A privileged container is not isolated from its node. GPUs do not need it: the device plugin makes them available.

    Wrong:
        containers: [{name: training, securityContext: {privileged: true}}]

    Right:
        containers: [{name: training, resources: {limits: {nvidia.com/gpu: 1}}}]
    """,
)


capability_beyond_the_default = one_of(
    "KQ5003",
    "Capabilities.add",
    CAPABILITIES,
    message="the capability {value} is not one that containers have by default",
    hints="remove it: only {known} may be added",
    each=True,
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckCapabilitiesBaseline",
    page="""A capability beyond those that container runtimes grant by default may give access to the node.

    Wrong:
        containers: [{name: training, securityContext: {capabilities: {add: [SYS_ADMIN]}}}]

    Right:
        containers: [{name: training, securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}}]
    """,
)


@rule(
    "KQ5004",
    "Volume",
    "the volume {name} is a hostPath: the directory {path} of the node",
    "mount nfs, a persistentVolumeClaim or an emptyDir instead",
    reason="Forbidden",
    upstream="pod-security-admission/policy.CheckHostPathVolumes",
)
def host_path_volume(volume: dict[str, Any]) -> Iterator[Spot]:
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


host_port_is_used = must_be_empty(
    "KQ5005",
    "ContainerPort.hostPort",
    message="hostPort {value} occupies a port of the node",
    hints="remove `hostPort`, and reach the pod through a Service",
    upstream="pod-security-admission/policy.CheckHostPorts",
    page="""A ``hostPort`` bypasses the rules of the cluster's network, and only one pod of a node can have it.

    Wrong:
        containers: [{name: training, ports: [{containerPort: 6006, hostPort: 6006}]}]

    Right:
        containers: [{name: training, ports: [{containerPort: 6006}]}]
    """,
)


host_process_container = must_be_empty(
    "KQ5018",
    "WindowsSecurityContextOptions.hostProcess",
    message="hostProcess is true: on a Windows node this runs on the node itself, not in a container",
    hints="remove `hostProcess`",
    upstream="pod-security-admission/policy.CheckWindowsHostProcess",
    page=r"""A HostProcess container of a Windows node is not isolated.

    Wrong:
        hostNetwork: true
        securityContext: {windowsOptions: {hostProcess: true, runAsUserName: "NT AUTHORITY\\SYSTEM"}}
        containers: [{name: training}]

    Right:
        securityContext: {windowsOptions: {runAsUserName: ContainerUser}}
        containers: [{name: training}]
    """,
)


probe_of_another_host = must_be_empty(
    "KQ5019",
    ("HTTPGetAction.host", "TCPSocketAction.host"),
    message="this probe is sent from the node to the host {value}",
    hints="remove `host`: then the probe goes to the pod itself",
    standard_since="1.34",
    upstream="pod-security-admission/policy.CheckHostProbesAndHostLifecycle",
    page="""The kubelet sends probes from the node: one to another host reaches what the pod cannot reach.

    Wrong:
        containers: [{name: training, livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}}]

    Right:
        containers: [{name: training, livenessProbe: {httpGet: {port: 80}}}]
    """,
)
