"""The IP addresses of Services: those in the cluster, those outside it, and their families."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import ADDRESS
from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.services.services import HEADLESS, cluster_ips, is_headless, kind_of
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.addresses import address, family, is_plain, reserved
from kqmanifest.vocabulary.spelling import nearest

FAMILIES: Final = ("IPv4", "IPv6")
FAMILY_POLICIES: Final = ("SingleStack", "PreferDualStack", "RequireDualStack")
MOST: Final = 2


def _addresses(spec: Mapping[str, Any]) -> list[str]:
    """Return the cluster IPs of a Service; none of an ExternalName, whose addresses are not validated."""
    return [] if kind_of(spec) == "ExternalName" else cluster_ips(spec)


def _ip_addresses(spec: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Return the cluster IPs that must be IP addresses, with their index: all but the ``None`` of a headless Service."""
    for index, text in enumerate(_addresses(spec)):
        if index > 0 or text != HEADLESS:
            yield index, text


def _families(spec: Mapping[str, Any]) -> list[str]:
    return [] if kind_of(spec) == "ExternalName" else [name or "" for name in spec.get("ipFamilies") or ()]


@rule(
    "KQ2726",
    "ServiceSpec",
    "clusterIP must not be None when type is {kind}",
    "remove `clusterIP: None`, or write `type: ClusterIP`",
    reason="Invalid",
    upstream="core/validation.validateService",
)
def headless_service_of_another_type(spec: dict[str, Any]) -> Iterator[Spot]:
    """A headless Service has no IP address that a node or a load balancer could forward traffic to.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: NodePort, clusterIP: None, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: None, ports: [{port: 80}]}}
    """
    if is_headless(spec) and kind_of(spec) in {"NodePort", "LoadBalancer"}:
        yield found("clusterIPs", 0, kind=kind_of(spec))


@rule(
    "KQ2727",
    "ServiceSpec",
    "clusterIP {text} is not an IP address",
    "remove it: the server assigns a free one; or write None, with a capital N, for a headless Service",
    reason="Invalid",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def cluster_ip_is_not_an_ip_address(spec: dict[str, Any]) -> Iterator[Spot]:
    """``clusterIP`` is an IP address, or ``None`` for a headless Service.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: none, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: None, ports: [{port: 80}]}}
    """
    for index, text in _ip_addresses(spec):
        if address(text) is None and not (text == HEADLESS and _addresses(spec)[0] == HEADLESS):
            yield found("clusterIPs", index, text=text)


@rule(
    "KQ2728",
    ("ServiceSpec",),
    "the IP address {text} is ambiguous: programs read it differently",
    "write {plain}",
    since="1.36",
    reason="Invalid",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def service_ip_is_ambiguous(spec: dict[str, Any]) -> Iterator[Spot]:
    """From Kubernetes 1.36 on an IP address must not have leading zeros, and an IPv6 one must not contain an IPv4 one.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.096.0.20, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, ports: [{port: 80}]}}
    """
    outside = ((("externalIPs", index), text or "") for index, text in enumerate(spec.get("externalIPs") or ()))
    inside = ((("clusterIPs", index), text) for index, text in _ip_addresses(spec))
    for place, text in (*inside, *outside):
        ip = address(text)
        if ip is not None and not is_plain(text):
            yield found(*place, text=text, plain=ip)


@rule(
    "KQ2729",
    "ServiceSpec",
    "clusterIPs must not contain other addresses beside None",
    "write `clusterIP: None` and remove `clusterIPs`, or remove None",
    reason="Invalid",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def headless_service_has_addresses(spec: dict[str, Any]) -> Iterator[Spot]:
    """``None`` means that there is no cluster IP, so it must be alone in ``clusterIPs``.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: None, clusterIPs: [None, 10.96.0.20], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: None, ports: [{port: 80}]}}
    """
    if len(_addresses(spec)) > 1 and _addresses(spec)[0] == HEADLESS:
        yield found("clusterIPs", 0)


@rule(
    "KQ2730",
    "ServiceSpec",
    "the first of clusterIPs must be the same as clusterIP: {first} is not {given}",
    "set `clusterIP` to {first}, or remove both: the server assigns free addresses",
    reason="Invalid",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def first_cluster_ip_differs(spec: dict[str, Any]) -> Iterator[Spot]:
    """``clusterIP`` is the first of ``clusterIPs``; where ``clusterIPs`` is set, both must be.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIPs: [10.96.0.20], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20], ports: [{port: 80}]}}
    """
    first = next(iter(_addresses(spec)), None)
    if spec.get("clusterIPs") and first is not None and first != (spec.get("clusterIP") or ""):
        yield found("clusterIPs", 0, first=first, given=spec.get("clusterIP") or "")


@rule(
    "KQ2731",
    "ServiceSpec",
    "clusterIPs must have at most one address of each IP family, and has {texts}",
    "keep at most one IPv4 and one IPv6 address",
    reason="Invalid",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def service_has_two_addresses_of_an_ip_family(spec: dict[str, Any]) -> Iterator[Spot]:
    """A Service has an IPv4 address, an IPv6 address, or one of each.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilyPolicy: PreferDualStack,
          clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20, 10.96.0.21], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilyPolicy: PreferDualStack,
          clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20, "fd00::20"], ports: [{port: 80}]}}
    """
    texts = _addresses(spec)
    addresses = [ip for ip in map(address, texts) if ip is not None]
    families = {family(ip) for ip in addresses}
    if len(texts) > MOST or len(families) < len(addresses):
        yield found("clusterIPs", texts=texts)


@rule(
    "KQ2732",
    "ServiceSpec",
    "{text} in clusterIPs is an {actual} address, but number {number} of ipFamilies is {family}",
    "write `ipFamilies` in the order of the addresses, or remove one of the two",
    reason="Invalid",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def cluster_ip_of_another_family(spec: dict[str, Any]) -> Iterator[Spot]:
    """``ipFamilies`` has the families of ``clusterIPs``, in the same order.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv6], clusterIP: 10.96.0.20, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv4], clusterIP: 10.96.0.20, ports: [{port: 80}]}}
    """
    for (index, text), wanted in zip(enumerate(_addresses(spec)), _families(spec), strict=False):
        ip = address(text)
        if ip is not None and wanted in FAMILIES and family(ip) != wanted:
            yield found("clusterIPs", index, text=text, actual=family(ip), number=index + 1, family=wanted)


@rule(
    "KQ2733",
    "ServiceSpec",
    "unknown IP family {value}",
    "did you mean {near}?",
    "write IPv4 or IPv6",
    reason="NotSupported",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def ip_family_is_unknown(spec: dict[str, Any]) -> Iterator[Spot]:
    """The IP families are ``IPv4`` and ``IPv6``.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [ipv4], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv4], ports: [{port: 80}]}}
    """
    for index, value in enumerate(_families(spec)):
        if value not in FAMILIES:
            yield found("ipFamilies", index, value=value, near=nearest(value, FAMILIES))


@rule(
    "KQ2734",
    "ServiceSpec",
    "{value} is listed twice in ipFamilies",
    "remove one of the two",
    reason="Duplicate",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def ip_family_is_listed_twice(spec: dict[str, Any]) -> Iterator[Spot]:
    """Each IP family is listed at most once.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv4], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}}
    """
    families = _families(spec)
    seen: set[str] = set()
    for index, value in enumerate(families):
        if value in seen and value in FAMILIES:
            yield found("ipFamilies", index, value=value)
        seen.add(value)


@rule(
    "KQ2735",
    "ServiceSpec",
    "unknown ipFamilyPolicy {value}",
    "did you mean {near}?",
    "write one of {known}",
    reason="NotSupported",
    upstream="core/validation.ValidateServiceClusterIPsRelatedFields",
)
def ip_family_policy_is_unknown(spec: dict[str, Any]) -> Iterator[Spot]:
    """A Service has one IP family (``SingleStack``), two if the cluster has two (``PreferDualStack``), or two (``RequireDualStack``).

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilyPolicy: DualStack, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilyPolicy: PreferDualStack, ports: [{port: 80}]}}
    """
    value = spec.get("ipFamilyPolicy")
    if value is not None and value not in FAMILY_POLICIES and kind_of(spec) != "ExternalName":
        yield found("ipFamilyPolicy", value=value, near=nearest(value, FAMILY_POLICIES), known=FAMILY_POLICIES)


@rule(
    "KQ2736",
    "ServiceSpec",
    "two {what} need ipFamilyPolicy PreferDualStack or RequireDualStack",
    "write `ipFamilyPolicy: PreferDualStack` or `ipFamilyPolicy: RequireDualStack`, or remove one of the two",
    reason="Invalid",
    upstream="registry/core/service/storage.Allocators.initIPFamilyFields",
)
def two_ip_families_of_a_single_stack_service(spec: dict[str, Any]) -> Iterator[Spot]:
    """A Service has two IP addresses only where ``ipFamilyPolicy`` says so; a headless one without a selector is the exception.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}}
    """
    by_default = "RequireDualStack" if is_headless(spec) and not spec.get("selector") else "SingleStack"
    policy = by_default if spec.get("ipFamilyPolicy") is None else spec["ipFamilyPolicy"]
    for what, number in (("clusterIPs", len(_addresses(spec))), ("ipFamilies", len(_families(spec)))):
        if policy == "SingleStack" and number == MOST:
            yield found("ipFamilyPolicy", what=what)


external_ip_is_not_an_ip_address = matches(
    "KQ2737",
    "ServiceSpec.externalIPs",
    ADDRESS,
    message="{value} in externalIPs is not an IP address",
    hints="write the address of a machine that routes to the cluster's nodes, such as 192.0.2.10",
    each=True,
    upstream="core/validation.validateService",
    page="""``externalIPs`` are the IP addresses by which a Service is reached from outside.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [gateway.example.com], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [192.0.2.10], ports: [{port: 80}]}}
    """,
)


@rule(
    "KQ2738",
    "ServiceSpec.externalIPs",
    "externalIPs must not contain the {what} address {text}",
    "write the address of a machine that routes to the cluster's nodes, such as 192.0.2.10",
    reason="Invalid",
    upstream="core/validation.ValidateEndpointIP",
)
def external_ip_is_reserved(texts: list[str | None]) -> Iterator[Spot]:
    """Some addresses are not those of a machine that others could reach: 0.0.0.0, 127.0.0.1, 169.254.0.1.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [127.0.0.1], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [192.0.2.10], ports: [{port: 80}]}}
    """
    for index, text in enumerate(texts):
        ip = address(text or "")
        what = None if ip is None else reserved(ip)
        if what is not None:
            yield found(index, text=text, what=what)
