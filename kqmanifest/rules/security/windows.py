"""Windows: the fields that only its pods may have, and those that they must not have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import SUBDOMAIN
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers

_LONGEST_SPEC = 64 * 1024
_LONGEST_DOMAIN = 255
_LONGEST_USER = 104
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NETBIOS = re.compile(r"""[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}""", re.DOTALL)
_DNS_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_DNS = re.compile(rf"{_DNS_LABEL}(?:\.{_DNS_LABEL})*", re.ASCII)
_USER = re.compile(r"""(?![. ]+\Z)[^"/\\:;|=,+*?<>@\[\]]+""", re.DOTALL)

_LINUX_POD_FIELDS = (
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
_LINUX_CONTAINER_FIELDS = (
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


def _os_name(pod_spec: dict[str, Any]) -> str | None:
    name: str | None = (pod_spec.get("os") or {}).get("name")
    return name


@rule(
    "KQ2480",
    "PodSpec",
    "{field} cannot be set when os.name is windows",
    "remove `{field}`, or write `os: {{name: linux}}`",
    needs="os",
    reason="Forbidden",
    upstream="core/validation.validateWindows",
)
def linux_field_of_a_windows_pod(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A Windows pod shares nothing with its node but the network, and has no Linux users, groups, profiles or sysctls.

    Wrong:
        os: {name: windows}
        securityContext: {runAsUser: 1000}

    Right:
        os: {name: windows}
        securityContext: {windowsOptions: {runAsUserName: ContainerUser}}
    """
    if _os_name(pod_spec) != "windows":
        return
    for field in ("hostUsers", "shareProcessNamespace"):
        if pod_spec.get(field) is not None:
            yield found(field, field=field)
    for field in ("hostPID", "hostIPC"):
        if pod_spec.get(field):
            yield found(field, field=field)
    context = pod_spec.get("securityContext") or {}
    for field in _LINUX_POD_FIELDS:
        if context.get(field) is not None:
            yield found("securityContext", field, field=field)
    if context.get("sysctls"):
        yield found("securityContext", "sysctls", field="sysctls")


@rule(
    "KQ2481",
    "PodSpec",
    "{field} cannot be set for a container when os.name is windows",
    "remove `{field}`, or write `os: {{name: linux}}`",
    needs="os",
    reason="Forbidden",
    upstream="core/validation.validateWindows",
)
def linux_field_of_a_windows_container(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """A Windows container has no capabilities and no profiles, and its user has a name, not an id.

    Wrong:
        os: {name: windows}
        containers: [{name: main, securityContext: {privileged: true}}]

    Right:
        os: {name: windows}
        containers: [{name: main, securityContext: {windowsOptions: {runAsUserName: ContainerAdministrator}}}]
    """
    if _os_name(pod_spec) != "windows":
        return
    for place, container in containers(pod_spec):
        context = container.get("securityContext") or {}
        for field in _LINUX_CONTAINER_FIELDS:
            if context.get(field) is not None:
                yield found(*place, "securityContext", field, field=field)


@rule(
    "KQ2482",
    "PodSpec",
    "windowsOptions cannot be set when os.name is linux",
    "remove `windowsOptions`, or write `os: {{name: windows}}`",
    needs="os",
    reason="Forbidden",
    upstream="core/validation.validateLinux",
)
def windows_options_of_a_linux_pod(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """``windowsOptions`` are for Windows pods.

    Wrong:
        os: {name: linux}
        securityContext: {windowsOptions: {runAsUserName: ContainerUser}}

    Right:
        os: {name: linux}
        securityContext: {runAsUser: 1000}
    """
    if _os_name(pod_spec) != "linux":
        return
    for place, owner in (((), pod_spec), *containers(pod_spec)):
        if (owner.get("securityContext") or {}).get("windowsOptions") is not None:
            yield found(*place, "securityContext", "windowsOptions")


gmsa_credential_spec_name_is_not_a_dns_subdomain = matches(
    "KQ2483",
    "WindowsSecurityContextOptions.gmsaCredentialSpecName",
    SUBDOMAIN,
    upstream="core/validation.validateWindowsSecurityContextOptions",
    page="""A GMSA credential spec is an object, so its name is a DNS subdomain.

    Wrong:
        securityContext: {windowsOptions: {gmsaCredentialSpecName: Web_App}}

    Right:
        securityContext: {windowsOptions: {gmsaCredentialSpecName: web-app}}
    """,
)


@rule(
    "KQ2484",
    "WindowsSecurityContextOptions.gmsaCredentialSpec",
    "gmsaCredentialSpec must have 1 to 65536 bytes, and has {length}",
    "write a credential spec of 1 to 65536 bytes, or set `gmsaCredentialSpecName` instead",
    reason="Invalid",
    upstream="core/validation.validateWindowsSecurityContextOptions",
)
def gmsa_credential_spec_length_is_out_of_range(text: str) -> Iterator[Spot]:
    """A GMSA credential spec is not empty, and not longer than 64 KiB.

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
    "runAsUserName {name} is not a Windows user name",
    'write USER or DOMAIN\\USER, without control characters and without any of "/\\:;|=,+*?<>@[]',
    reason="Invalid",
    upstream="core/validation.validateWindowsSecurityContextOptions",
)
def windows_user_name_is_invalid(name: str) -> Iterator[Spot]:
    r"""A Windows user name has at most 104 bytes; a domain and a backslash may come before it.

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
    "set `hostProcess` only for the pod",
    needs="securityContext",
    reason="Invalid",
    upstream="core/validation.validateWindowsHostProcessPod",
)
def host_process_differs_from_that_of_the_pod(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """``hostProcess`` of a pod is that of all of its containers.

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


def _host_process(owner: dict[str, Any]) -> bool | None:
    context = owner.get("securityContext")
    own: bool | None = (context.get("windowsOptions") or {}).get("hostProcess") if context else None
    return own


def _host_processes(pod_spec: dict[str, Any]) -> list[bool]:
    """Return of each container whether it is a HostProcess container."""
    pod = _host_process(pod_spec)
    return [bool(pod if (own := _host_process(container)) is None else own) for _, container in containers(pod_spec)]


@rule(
    "KQ2487",
    "PodSpec",
    "hostProcess is true for {count} of {all} containers: it must be true for all of them, or for none",
    "write `securityContext: {{windowsOptions: {{hostProcess: true}}}}` beside `containers`",
    needs="WindowsSecurityContextOptions.hostProcess",
    reason="Invalid",
    upstream="core/validation.validateWindowsHostProcessPod",
)
def only_some_containers_are_host_processes(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """Either all containers of a pod are HostProcess containers, or none of them is.

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
    "hostNetwork must be true for HostProcess containers",
    "write `hostNetwork: true` beside `containers`",
    needs="WindowsSecurityContextOptions.hostProcess",
    reason="Invalid",
    upstream="core/validation.validateWindowsHostProcessPod",
)
def host_process_without_the_host_network(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """HostProcess containers use the network of their node.

    Wrong:
        securityContext: {windowsOptions: {hostProcess: true}}

    Right:
        hostNetwork: true
        securityContext: {windowsOptions: {hostProcess: true}}
    """
    if not pod_spec.get("hostNetwork") and any(_host_processes(pod_spec)):
        yield found("hostNetwork")
