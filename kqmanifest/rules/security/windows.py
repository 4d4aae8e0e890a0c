"""Windows: what only its pods may say, and what they may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_subdomain
from kqmanifest.vocabulary.pods import containers

_LONGEST_SPEC = 64 * 1024
_LONGEST_DOMAIN = 255
_LONGEST_USER = 104
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NETBIOS = re.compile(r"""[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}""", re.DOTALL)
_DNS_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_LABEL}(?:\.{_DNS_LABEL})*", re.ASCII)
_USER = re.compile(r"""(?![. ]+\Z)[^"/\\:;|=,+*?<>@\[\]]+""", re.DOTALL)

_OF_LINUX_PODS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "fsGroup",
    "fsGroupChangePolicy",
    "runAsUser",
    "runAsGroup",
    "supplementalGroups",
    "supplementalGroupsPolicy",
    "seLinuxChangePolicy",
)
_OF_LINUX_CONTAINERS = (
    "appArmorProfile",
    "seLinuxOptions",
    "seccompProfile",
    "capabilities",
    "readOnlyRootFilesystem",
    "privileged",
    "allowPrivilegeEscalation",
    "procMount",
    "runAsUser",
    "runAsGroup",
)


def _system(pod_spec: dict[str, Any]) -> str | None:
    name: str | None = (pod_spec.get("os") or {}).get("name")
    return name


@rule(
    "KQ2480",
    "PodSpec",
    "the pod is for Windows, and {field} is only for Linux",
    "take `{field}` out, or write `os: {{name: linux}}`",
    needs="os",
)
def windows_pod_with_a_setting_of_linux(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod for Windows shares nothing with its node but the network, and has no groups, profiles or kernel settings.

    Wrong:
        os: {name: windows}
        securityContext: {runAsUser: 1000}

    Right:
        os: {name: windows}
        securityContext: {windowsOptions: {runAsUserName: ContainerUser}}
    """
    if _system(pod_spec) != "windows":
        return
    for field in ("hostUsers", "shareProcessNamespace"):
        if pod_spec.get(field) is not None:
            yield found(field, field=field)
    for field in ("hostPID", "hostIPC"):
        if pod_spec.get(field):
            yield found(field, field=field)
    context = pod_spec.get("securityContext") or {}
    for field in _OF_LINUX_PODS:
        if context.get(field) is not None:
            yield found("securityContext", field, field=field)
    if context.get("sysctls"):
        yield found("securityContext", "sysctls", field="sysctls")


@rule(
    "KQ2481",
    "PodSpec",
    "the pod is for Windows, and {field} is only for Linux",
    "take `{field}` out, or write `os: {{name: linux}}`",
    needs="os",
)
def windows_container_with_a_setting_of_linux(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A container for Windows has no capabilities, no profiles, and users by name.

    Wrong:
        os: {name: windows}
        containers: [{name: main, securityContext: {privileged: true}}]

    Right:
        os: {name: windows}
        containers: [{name: main, securityContext: {windowsOptions: {runAsUserName: ContainerAdministrator}}}]
    """
    if _system(pod_spec) != "windows":
        return
    for place, container in containers(pod_spec):
        context = container.get("securityContext") or {}
        for field in _OF_LINUX_CONTAINERS:
            if context.get(field) is not None:
                yield found(*place, "securityContext", field, field=field)


@rule(
    "KQ2482",
    "PodSpec",
    "the pod is for Linux, and windowsOptions are only for Windows",
    "take `windowsOptions` out, or write `os: {{name: windows}}`",
    needs="os",
)
def linux_pod_with_options_of_windows(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod for Linux has no options of Windows.

    Wrong:
        os: {name: linux}
        securityContext: {windowsOptions: {runAsUserName: ContainerUser}}

    Right:
        os: {name: linux}
        securityContext: {runAsUser: 1000}
    """
    if _system(pod_spec) != "linux":
        return
    for place, one in (((), pod_spec), *containers(pod_spec)):
        if (one.get("securityContext") or {}).get("windowsOptions") is not None:
            yield found(*place, "securityContext", "windowsOptions")


@rule(
    "KQ2483",
    "WindowsSecurityContextOptions.gmsaCredentialSpecName",
    "{name} is not the name of a credential specification",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
)
def credential_name_is_no_subdomain(name: str) -> Iterator[Finding]:
    """Credential specifications are objects, named like DNS subdomains.

    Wrong:
        securityContext: {windowsOptions: {gmsaCredentialSpecName: Web_App}}

    Right:
        securityContext: {windowsOptions: {gmsaCredentialSpecName: web-app}}
    """
    if not is_subdomain(name):
        yield found(name=name)


@rule(
    "KQ2484",
    "WindowsSecurityContextOptions.gmsaCredentialSpec",
    "the credential specification has {length} bytes",
    "write it in 1 to 65536 bytes, or name one: `gmsaCredentialSpecName`",
)
def credential_has_no_fitting_length(text: str) -> Iterator[Finding]:
    """A credential specification is not empty, and not longer than 64 KiB.

    Wrong:
        securityContext: {windowsOptions: {gmsaCredentialSpec: ""}}

    Right:
        securityContext: {windowsOptions: {gmsaCredentialSpecName: web-app}}
    """
    length = len(text.encode())
    if not 0 < length <= _LONGEST_SPEC:
        yield found(length=length)


@rule(
    "KQ2485",
    "WindowsSecurityContextOptions.runAsUserName",
    "{name} is not a user of Windows",
    'write USER or DOMAIN\\USER, without control characters and without any of "/\\:;|=,+*?<>@[]',
)
def windows_user_is_none(name: str) -> Iterator[Finding]:
    r"""A user of Windows has a name of at most 104 characters, and perhaps a domain and a backslash before it.

    Wrong:
        securityContext: {windowsOptions: {runAsUserName: user@example.com}}

    Right:
        securityContext: {windowsOptions: {runAsUserName: example.com\user}}
    """
    domain, backslash, user = name.rpartition("\\")
    fits = (not backslash or _is_domain(domain)) and len(user.encode()) <= _LONGEST_USER and _USER.fullmatch(user)
    if not fits or _CONTROL.search(name):
        yield found(name=name)


def _is_domain(text: str) -> bool:
    return len(text.encode()) <= _LONGEST_DOMAIN and (_NETBIOS.fullmatch(text) or _DNS.fullmatch(text)) is not None


@rule(
    "KQ2486",
    "PodSpec",
    "hostProcess is {container} for the container {name}, and {pod} for the pod",
    "set it for the pod alone",
    needs="securityContext",
)
def host_process_is_said_otherwise(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Whether containers are processes of the node holds for the whole pod.

    Wrong:
        hostNetwork: true
        securityContext: {windowsOptions: {hostProcess: true}}
        containers: [{name: main, securityContext: {windowsOptions: {hostProcess: false}}}]

    Right:
        hostNetwork: true
        securityContext: {windowsOptions: {hostProcess: true}}
    """
    pod = _host_process(pod_spec)
    for place, container in containers(pod_spec) if pod is not None else ():
        own = _host_process(container)
        if own is not None and own is not pod:
            yield found(*place, "securityContext", "windowsOptions", "hostProcess", container=own, name=container["name"], pod=pod)


def _host_process(one: dict[str, Any]) -> bool | None:
    context = one.get("securityContext")
    own: bool | None = (context.get("windowsOptions") or {}).get("hostProcess") if context else None
    return own


def _host_processes(pod_spec: dict[str, Any]) -> list[bool]:
    """Say of each container whether it is a process of the node."""
    pod = _host_process(pod_spec)
    return [bool(pod if (own := _host_process(container)) is None else own) for _, container in containers(pod_spec)]


@rule(
    "KQ2487",
    "PodSpec",
    "{count} of {all} containers are processes of the node",
    "let all of them be: `securityContext: {{windowsOptions: {{hostProcess: true}}}}` beside `containers`",
    needs="WindowsSecurityContextOptions.hostProcess",
)
def some_containers_are_host_processes(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """The containers of a pod are processes of the node all together, or none of them is.

    Wrong:
        hostNetwork: true
        containers: [{name: main, securityContext: {windowsOptions: {hostProcess: true}}}, {name: web}]

    Right:
        hostNetwork: true
        securityContext: {windowsOptions: {hostProcess: true}}
        containers: [{name: main}, {name: web}]
    """
    processes = _host_processes(pod_spec)
    if any(processes) and not all(processes) and _host_process(pod_spec) is None:
        yield found(count=sum(processes), all=len(processes))


@rule(
    "KQ2488",
    "PodSpec",
    "the containers are processes of the node, and do not share its network",
    "write `hostNetwork: true` beside `containers`",
    needs="WindowsSecurityContextOptions.hostProcess",
)
def host_process_without_the_host_network(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Containers that are processes of the node share its network.

    Wrong:
        securityContext: {windowsOptions: {hostProcess: true}}

    Right:
        hostNetwork: true
        securityContext: {windowsOptions: {hostProcess: true}}
    """
    if not pod_spec.get("hostNetwork") and any(_host_processes(pod_spec)):
        yield found("hostNetwork")
