"""The network of a pod: how it finds names, what it is called, and what it shares with its node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.addresses import address, is_plain
from kqmanifest.vocabulary.names import SUBDOMAIN_LENGTH, is_label, is_subdomain
from kqmanifest.vocabulary.pods import containers
from kqmanifest.vocabulary.spelling import nearest

_DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
_MOST_NAMESERVERS = 3
_MOST_SEARCHES = 32
_LONGEST_SEARCHES = 2048
_LONGEST_HOST_NAME = 64
_SEARCH = re.compile(r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*", re.ASCII)


@rule(
    "KQ2404",
    "PodSpec.dnsPolicy",
    "unknown dnsPolicy {policy}",
    "did you mean {near}?",
    "write ClusterFirst, ClusterFirstWithHostNet, Default or None",
    reason="NotSupported",
    upstream="core/validation.validateDNSPolicy",
)
def dns_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """``dnsPolicy`` has four values, and is case-sensitive.

    Wrong:
        dnsPolicy: clusterFirst

    Right:
        dnsPolicy: ClusterFirst
    """
    if policy and policy not in _DNS_POLICIES:
        yield found(policy=policy, near=nearest(policy, _DNS_POLICIES))


@rule(
    "KQ2405",
    "PodSpec",
    "dnsConfig is required when dnsPolicy is None",
    "add `dnsConfig: {{nameservers: […]}}`, or write `dnsPolicy: ClusterFirst`",
    needs="dnsPolicy",
    reason="Required",
    upstream="core/validation.validatePodDNSConfig",
)
def dns_policy_none_without_a_configuration(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """With ``dnsPolicy: None`` a pod asks only the servers that its ``dnsConfig`` names.

    Wrong:
        dnsPolicy: "None"

    Right:
        dnsPolicy: "None"
        dnsConfig: {nameservers: [192.0.2.53]}
    """
    if pod_spec.get("dnsPolicy") == "None" and pod_spec.get("dnsConfig") is None:
        yield found("dnsConfig")


@rule(
    "KQ2406",
    "PodSpec",
    "dnsConfig needs at least one nameserver when dnsPolicy is None",
    "add one: `dnsConfig: {{nameservers: […]}}`, or write `dnsPolicy: ClusterFirst`",
    needs="dnsPolicy",
    reason="Required",
    upstream="core/validation.validatePodDNSConfig",
)
def dns_policy_none_without_a_nameserver(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """With ``dnsPolicy: None`` a pod asks only the servers that its ``dnsConfig`` names, so at least one is required.

    Wrong:
        dnsPolicy: "None"
        dnsConfig: {searches: [example.com]}

    Right:
        dnsPolicy: "None"
        dnsConfig: {nameservers: [192.0.2.53], searches: [example.com]}
    """
    config = pod_spec.get("dnsConfig")
    if pod_spec.get("dnsPolicy") == "None" and config is not None and not config.get("nameservers"):
        yield found("dnsConfig", "nameservers")


@rule(
    "KQ2407",
    "PodDNSConfig.nameservers",
    "{count} nameservers are given, and at most 3 are allowed",
    "keep the first three",
    reason="Invalid",
    upstream="core/validation.validatePodDNSConfig",
)
def too_many_nameservers(nameservers: list[str | None]) -> Iterator[Finding]:
    """A container asks at most three nameservers, as the C library does.

    Wrong:
        dnsConfig: {nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4]}

    Right:
        dnsConfig: {nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3]}
    """
    if len(nameservers) > _MOST_NAMESERVERS:
        yield found(count=len(nameservers))


@rule(
    "KQ2408",
    "PodDNSConfig.nameservers",
    "{address} is not an IP address",
    "write an address such as 192.0.2.53, not a name",
    reason="Invalid",
    upstream="core/validation.validatePodDNSConfig",
)
def nameserver_is_not_an_ip_address(nameservers: list[str | None]) -> Iterator[Finding]:
    """A nameserver is given by its IP address, since no name can be looked up without it.

    Wrong:
        dnsConfig: {nameservers: [dns.example.com]}

    Right:
        dnsConfig: {nameservers: [192.0.2.53]}
    """
    for index, written in enumerate(nameservers):
        if address(written or "") is None:
            yield found(index, address=written or "")


@rule(
    "KQ2427",
    ("HostAlias", "PodDNSConfig"),
    "some programs read {address} as another address",
    "write {plain}",
    since="1.36",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def address_is_ambiguous(aliases: dict[str, Any]) -> Iterator[Finding]:
    """An address must not have leading zeros, which some programs read as octal, nor an IPv4 address inside an IPv6 one.

    Wrong:
        hostAliases: [{ip: 192.0.2.010, hostnames: [nfs-server]}]

    Right:
        hostAliases: [{ip: 192.0.2.10, hostnames: [nfs-server]}]
    """
    addresses = [(("ip",), aliases["ip"])] if "ip" in aliases else _nameservers(aliases)
    for place, written in addresses:
        read = address(written)
        if read is not None and not is_plain(written):
            yield found(*place, address=written, plain=str(read))


def _nameservers(config: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    return [(("nameservers", index), written or "") for index, written in enumerate(config.get("nameservers") or ())]


@rule(
    "KQ2409",
    "PodDNSConfig.searches",
    "searches has {count} domains with {length} characters in total, and at most 32 domains and 2048 characters are allowed",
    "keep those that are needed",
    reason="Invalid",
    upstream="core/validation.validatePodDNSConfig",
)
def too_many_search_domains(searches: list[str | None]) -> Iterator[Finding]:
    """A container searches at most 32 domains, with at most 2048 characters in total, counting the spaces between them.

    Wrong:
        dnsConfig: {searches: [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a]}

    Right:
        dnsConfig: {searches: [example.com]}
    """
    length = len(" ".join(domain or "" for domain in searches).encode())
    if len(searches) > _MOST_SEARCHES or length > _LONGEST_SEARCHES:
        yield found(count=len(searches), length=length)


@rule(
    "KQ2410",
    "PodDNSConfig.searches",
    "{domain} is not a valid search domain",
    "use lower-case letters, digits, dashes, underscores and dots, such as training.svc.cluster.local",
    reason="Invalid",
    upstream="core/validation.validatePodDNSConfig",
)
def search_domain_is_not_valid(searches: list[str | None]) -> Iterator[Finding]:
    """Names are completed with a search domain, which may end in a dot; a dot alone completes nothing.

    Wrong:
        dnsConfig: {searches: ["*.example.com"]}

    Right:
        dnsConfig: {searches: [example.com]}
    """
    for index, domain in enumerate(searches):
        plain = (domain or "").removesuffix(".")
        if domain != "." and not (len(plain) <= SUBDOMAIN_LENGTH and _SEARCH.fullmatch(plain)):
            yield found(index, domain=domain or "")


@rule(
    "KQ2411",
    "PodDNSConfig.options",
    "a DNS option needs a name",
    'set its `name`, as in `{{name: ndots, value: "2"}}`',
    reason="Required",
    upstream="core/validation.validatePodDNSConfig",
)
def dns_option_without_a_name(options: list[dict[str, Any] | None]) -> Iterator[Finding]:
    """A DNS option has a name, and may have a value.

    Wrong:
        dnsConfig: {options: [{value: "2"}]}

    Right:
        dnsConfig: {options: [{name: ndots, value: "2"}]}
    """
    for index, option in enumerate(options):
        if not (option or {}).get("name"):
            yield found(index)


@rule(
    "KQ2412",
    ("PodSpec.hostname", "PodSpec.subdomain"),
    "{name} is not a DNS label, which hostname and subdomain must be",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def hostname_is_not_a_dns_label(name: str) -> Iterator[Finding]:
    """A pod's host name and its subdomain are DNS labels: no capitals, no underscores, no dots.

    Wrong:
        hostname: training_2

    Right:
        hostname: training-2
    """
    if name and not is_label(name):
        yield found(name=name)


@rule(
    "KQ2413",
    "PodSpec",
    "hostnameOverride {name} must not be set when {field} is true",
    "remove `hostnameOverride` or `{field}`",
    since="1.35",
    needs="hostnameOverride",
    reason="Forbidden",
    upstream="core/validation.validatePodHostName",
)
def hostname_override_conflicts_with_another_field(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod that has its node's host name, or its full domain name as host name, cannot have another one.

    Wrong:
        hostnameOverride: training.example.com
        hostNetwork: true

    Right:
        hostnameOverride: training.example.com
    """
    name = pod_spec.get("hostnameOverride")
    for field in ("setHostnameAsFQDN", "hostNetwork"):
        if name is not None and pod_spec.get(field):
            yield found("hostnameOverride", name=name, field=field)


@rule(
    "KQ2414",
    "PodSpec.hostnameOverride",
    "hostnameOverride {name} is not a DNS subdomain of at most 64 characters",
    "use at most 64 lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
    since="1.35",
    reason="Invalid",
    upstream="core/validation.validatePodHostName",
)
def hostname_override_is_not_a_dns_subdomain(name: str) -> Iterator[Finding]:
    """``hostnameOverride`` replaces the pod's host name: a DNS subdomain of at most 64 characters.

    Wrong:
        hostnameOverride: Training_2

    Right:
        hostnameOverride: training-2.example.com
    """
    if len(name) > _LONGEST_HOST_NAME or not is_subdomain(name):
        yield found(name=name)


@rule(
    "KQ2415",
    "HostAlias.ip",
    "{address} is not an IP address",
    "write an address such as 192.0.2.10, and its names in `hostnames`",
    reason="Invalid",
    upstream="core/validation.ValidateHostAliases",
)
def host_alias_is_not_an_ip_address(written: str) -> Iterator[Finding]:
    """A host alias gives names to an IP address.

    Wrong:
        hostAliases: [{ip: nfs-server, hostnames: [storage]}]

    Right:
        hostAliases: [{ip: 192.0.2.10, hostnames: [nfs-server, storage]}]
    """
    if address(written) is None:
        yield found(address=written)


@rule(
    "KQ2416",
    "HostAlias.hostnames",
    "the host name {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.ValidateHostAliases",
)
def host_alias_name_is_not_a_dns_subdomain(names: list[str | None]) -> Iterator[Finding]:
    """The names of a host alias are DNS subdomains: no capitals, no underscores.

    Wrong:
        hostAliases: [{ip: 192.0.2.10, hostnames: [nfs_server]}]

    Right:
        hostAliases: [{ip: 192.0.2.10, hostnames: [nfs-server]}]
    """
    for index, name in enumerate(names):
        if not is_subdomain(name or ""):
            yield found(index, name=name or "")


@rule(
    "KQ2417",
    "PodSpec",
    "{field} must not be true when hostUsers is false",
    "remove `{field}` or `hostUsers`",
    needs="hostUsers",
    reason="Forbidden",
    upstream="core/validation.validateHostUsers",
)
def user_namespace_with_another_namespace_of_the_node(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod with its own user namespace cannot share the node's network, processes or IPC.

    Wrong:
        hostUsers: false
        hostNetwork: true

    Right:
        hostUsers: false
    """
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if pod_spec.get("hostUsers") is False and pod_spec.get(field):
            yield found(field, field=field)


@rule(
    "KQ2418",
    "PodSpec",
    "the container {name} must not have volumeDevices when hostUsers is false",
    "remove `hostUsers`, or mount the volume with `volumeMounts`",
    needs="hostUsers",
    reason="Forbidden",
    upstream="core/validation.validateHostUsers",
)
def user_namespace_with_block_devices(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """A pod with its own user namespace cannot use block devices, since their owner is not mapped to one of its users.

    Wrong:
        hostUsers: false
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]

    Right:
        containers: [{name: main, volumeDevices: [{name: disk, devicePath: /dev/xvda}]}]
        volumes: [{name: disk, persistentVolumeClaim: {claimName: disk}}]
    """
    if pod_spec.get("hostUsers") is not False:
        return
    for place, container in containers(pod_spec):
        if container.get("volumeDevices"):
            yield found(*place, "volumeDevices", name=container["name"])


@rule(
    "KQ2419",
    "PodSpec",
    "shareProcessNamespace and hostPID must not both be true",
    "remove `shareProcessNamespace` or `hostPID`",
    needs="hostPID",
    reason="Invalid",
    upstream="core/validation.validateShareProcessNamespace",
)
def process_namespace_is_shared_twice(pod_spec: dict[str, Any]) -> Iterator[Finding]:
    """Containers share the processes of their pod or those of their node, not both.

    Wrong:
        hostPID: true
        shareProcessNamespace: true

    Right:
        shareProcessNamespace: true
    """
    if pod_spec.get("shareProcessNamespace") and pod_spec.get("hostPID"):
        yield found("shareProcessNamespace")
