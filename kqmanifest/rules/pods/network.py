"""The network of a pod: how it finds names, what it is called, and what it shares with its node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches, no_more_than, not_together, one_of, required
from kqmanifest.rules.forms import ADDRESS, LABEL, SUBDOMAIN
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.addresses import address, is_plain
from kqmanifest.vocabulary.names import SUBDOMAIN_LENGTH, is_subdomain
from kqmanifest.vocabulary.pods import containers

_DNS_POLICIES = ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
_MOST_NAMESERVERS = 3
_MOST_SEARCHES = 32
_LONGEST_SEARCHES = 2048
_LONGEST_HOST_NAME = 64
_SEARCH = re.compile(r"_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*", re.ASCII)


dns_policy_is_unknown = one_of(
    "KQ2404",
    "PodSpec.dnsPolicy",
    _DNS_POLICIES,
    may_be_empty=True,
    upstream="core/validation.validateDNSPolicy",
    page="""``dnsPolicy`` has four values, and is case-sensitive.

    Wrong:
        dnsPolicy: clusterFirst

    Right:
        dnsPolicy: ClusterFirst
    """,
)


dns_policy_none_without_a_configuration = required(
    "KQ2405",
    "PodSpec",
    hints="add `dnsConfig: {{nameservers: […]}}`, or write `dnsPolicy: ClusterFirst`",
    field="dnsConfig",
    when=("dnsPolicy", "None"),
    may_be_empty=True,
    upstream="core/validation.validatePodDNSConfig",
    page="""With ``dnsPolicy: None`` a pod asks only the servers that its ``dnsConfig`` names.

    Wrong:
        dnsPolicy: "None"

    Right:
        dnsPolicy: "None"
        dnsConfig: {nameservers: [192.0.2.53]}
    """,
)


@rule(
    "KQ2406",
    "PodSpec",
    "dnsConfig needs at least one nameserver when dnsPolicy is None",
    "add one: `dnsConfig: {{nameservers: […]}}`, or write `dnsPolicy: ClusterFirst`",
    needs="dnsPolicy",
    reason="Required",
    upstream="core/validation.validatePodDNSConfig",
)
def dns_policy_none_without_a_nameserver(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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


too_many_nameservers = no_more_than(
    "KQ2407",
    "PodDNSConfig.nameservers",
    _MOST_NAMESERVERS,
    reason="Invalid",
    upstream="core/validation.validatePodDNSConfig",
    page="""A container asks at most three nameservers, as the C library does.

    Wrong:
        dnsConfig: {nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3, 192.0.2.4]}

    Right:
        dnsConfig: {nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3]}
    """,
)


nameserver_is_not_an_ip_address = matches(
    "KQ2408",
    "PodDNSConfig.nameservers",
    ADDRESS,
    each=True,
    upstream="core/validation.validatePodDNSConfig",
    page="""A nameserver is given by its IP address, since no name can be looked up without it.

    Wrong:
        dnsConfig: {nameservers: [dns.example.com]}

    Right:
        dnsConfig: {nameservers: [192.0.2.53]}
    """,
)


@rule(
    "KQ2427",
    ("HostAlias", "PodDNSConfig"),
    "some programs read {address} as another address",
    "write {plain}",
    since="1.36",
    reason="Invalid",
    upstream="core/validation.ValidatePodSpec",
)
def address_is_ambiguous(aliases: dict[str, Any]) -> Iterator[Spot]:
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
def too_many_search_domains(searches: list[str | None]) -> Iterator[Spot]:
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
def search_domain_is_not_valid(searches: list[str | None]) -> Iterator[Spot]:
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
def dns_option_without_a_name(options: list[dict[str, Any] | None]) -> Iterator[Spot]:
    """A DNS option has a name, and may have a value.

    Wrong:
        dnsConfig: {options: [{value: "2"}]}

    Right:
        dnsConfig: {options: [{name: ndots, value: "2"}]}
    """
    for index, option in enumerate(options):
        if not (option or {}).get("name"):
            yield found(index)


hostname_is_not_a_dns_label = matches(
    "KQ2412",
    ("PodSpec.hostname", "PodSpec.subdomain"),
    LABEL,
    may_be_empty=True,
    upstream="core/validation.ValidatePodSpec",
    page="""A pod's host name and its subdomain are DNS labels: no capitals, no underscores, no dots.

    Wrong:
        hostname: training_2

    Right:
        hostname: training-2
    """,
)


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
def hostname_override_conflicts_with_another_field(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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
def hostname_override_is_not_a_dns_subdomain(name: str) -> Iterator[Spot]:
    """``hostnameOverride`` replaces the pod's host name: a DNS subdomain of at most 64 characters.

    Wrong:
        hostnameOverride: Training_2

    Right:
        hostnameOverride: training-2.example.com
    """
    if len(name) > _LONGEST_HOST_NAME or not is_subdomain(name):
        yield found(name=name)


host_alias_is_not_an_ip_address = matches(
    "KQ2415",
    "HostAlias.ip",
    ADDRESS,
    hints="write an address such as 192.0.2.10, and its names in `hostnames`",
    upstream="core/validation.ValidateHostAliases",
    page="""A host alias gives names to an IP address.

    Wrong:
        hostAliases: [{ip: nfs-server, hostnames: [storage]}]

    Right:
        hostAliases: [{ip: 192.0.2.10, hostnames: [nfs-server, storage]}]
    """,
)


host_alias_name_is_not_a_dns_subdomain = matches(
    "KQ2416",
    "HostAlias.hostnames",
    SUBDOMAIN,
    message="the host name {value} is not a DNS subdomain",
    each=True,
    upstream="core/validation.ValidateHostAliases",
    page="""The names of a host alias are DNS subdomains: no capitals, no underscores.

    Wrong:
        hostAliases: [{ip: 192.0.2.10, hostnames: [nfs_server]}]

    Right:
        hostAliases: [{ip: 192.0.2.10, hostnames: [nfs-server]}]
    """,
)


@rule(
    "KQ2417",
    "PodSpec",
    "{field} must not be true when hostUsers is false",
    "remove `{field}` or `hostUsers`",
    needs="hostUsers",
    reason="Forbidden",
    upstream="core/validation.validateHostUsers",
)
def user_namespace_with_another_namespace_of_the_node(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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
def user_namespace_with_block_devices(pod_spec: dict[str, Any]) -> Iterator[Spot]:
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


process_namespace_is_shared_twice = not_together(
    "KQ2419",
    "PodSpec",
    ("shareProcessNamespace", "hostPID"),
    message="shareProcessNamespace and hostPID must not both be true",
    hints="remove `shareProcessNamespace` or `hostPID`",
    at="shareProcessNamespace",
    filled=True,
    needs="hostPID",
    upstream="core/validation.validateShareProcessNamespace",
    page="""Containers share the processes of their pod or those of their node, not both.

    Wrong:
        hostPID: true
        shareProcessNamespace: true

    Right:
        shareProcessNamespace: true
    """,
)
