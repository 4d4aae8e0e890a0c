"""The addresses of Services: their own in the cluster, those outside that lead to them, and the families of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.services.services import HEADLESS, cluster_ips, is_headless, kind_of
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.addresses import address, family, is_plain, reserved

FAMILIES: Final = ("IPv4", "IPv6")
FAMILY_POLICIES: Final = ("SingleStack", "PreferDualStack", "RequireDualStack")
MOST: Final = 2


def _addresses(spec: Mapping[str, Any]) -> list[str]:
    """Give the addresses that a Service has in the cluster; an ExternalName has none, and none is looked at."""
    return [] if kind_of(spec) == "ExternalName" else cluster_ips(spec)


def _given(spec: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Give the addresses of a Service that are to be read, with their number; not the one ``None`` of a headless Service."""
    for index, text in enumerate(_addresses(spec)):
        if index > 0 or text != HEADLESS:
            yield index, text


def _families(spec: Mapping[str, Any]) -> list[str]:
    return [] if kind_of(spec) == "ExternalName" else [one or "" for one in spec.get("ipFamilies") or ()]


@rule(
    "KQ2726",
    "ServiceSpec",
    "a headless Service is not reached from outside, and a {kind} is",
    "take `clusterIP: None` out, or write `type: ClusterIP`",
)
def headless_service_is_opened(spec: dict[str, Any]) -> Iterator[Finding]:
    """A headless Service has no address to which a node or a load balancer could lead.

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
    "{text} is not an IP address",
    "take the address out: the server finds a free one; or write None, with a capital N, for a headless Service",
)
def cluster_ip_is_no_address(spec: dict[str, Any]) -> Iterator[Finding]:
    """A Service has an IP address, or none at all.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: none, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: None, ports: [{port: 80}]}}
    """
    for index, text in _given(spec):
        if address(text) is None and not (text == HEADLESS and _addresses(spec)[0] == HEADLESS):
            yield found("clusterIPs", index, text=text)


@rule(
    "KQ2728",
    ("ServiceSpec",),
    "{text} is an address that programs read differently",
    "write it as {plain}",
    since="1.36",
)
def service_address_is_doubtful(spec: dict[str, Any]) -> Iterator[Finding]:
    """From Kubernetes 1.36 on an address has no leading zeros, and no IPv4 address stands in an IPv6 one.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.096.0.20, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, ports: [{port: 80}]}}
    """
    outside = ((("externalIPs", index), text or "") for index, text in enumerate(spec.get("externalIPs") or ()))
    inside = ((("clusterIPs", index), text) for index, text in _given(spec))
    for place, text in (*inside, *outside):
        one = address(text)
        if one is not None and not is_plain(text):
            yield found(*place, text=text, plain=one)


@rule(
    "KQ2729",
    "ServiceSpec",
    "None is among other addresses, and a headless Service has no address",
    "write `clusterIP: None` and take `clusterIPs` out, or take None out",
)
def headless_service_has_addresses(spec: dict[str, Any]) -> Iterator[Finding]:
    """``None`` stands alone: it says that there is no address.

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
    "the first of `clusterIPs` is {first}, and `clusterIP` is {given}",
    "write the same address as `clusterIP`, or take both out: the server finds free ones",
)
def first_address_is_another(spec: dict[str, Any]) -> Iterator[Finding]:
    """``clusterIP`` is the first of ``clusterIPs``, and both are given where ``clusterIPs`` is.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIPs: [10.96.0.20], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20], ports: [{port: 80}]}}
    """
    first = next(iter(_addresses(spec)), None)
    if spec.get("clusterIPs") and first is not None and first != (spec.get("clusterIP") or ""):
        yield found("clusterIPs", 0, first=first, given=spec.get("clusterIP") or "missing")


@rule(
    "KQ2731",
    "ServiceSpec",
    "a Service has one address of each family, and here are {texts}",
    "give at most one IPv4 and one IPv6 address",
)
def service_has_two_addresses_of_a_family(spec: dict[str, Any]) -> Iterator[Finding]:
    """A Service has an IPv4 address, an IPv6 address, or one of each.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilyPolicy: PreferDualStack,
          clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20, 10.96.0.21], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilyPolicy: PreferDualStack,
          clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20, "fd00::20"], ports: [{port: 80}]}}
    """
    texts = _addresses(spec)
    found_ones = [one for one in map(address, texts) if one is not None]
    families = {family(one) for one in found_ones}
    if len(texts) > MOST or len(families) < len(found_ones):
        yield found("clusterIPs", texts=texts)


@rule(
    "KQ2732",
    "ServiceSpec",
    "{text} is an {actual} address, and number {number} of `ipFamilies` is {family}",
    "write `ipFamilies` in the order of the addresses, or take one of the two out",
)
def address_is_of_another_family(spec: dict[str, Any]) -> Iterator[Finding]:
    """The families of a Service are those of its addresses, in the same order.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv6], clusterIP: 10.96.0.20, ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv4], clusterIP: 10.96.0.20, ports: [{port: 80}]}}
    """
    for (index, text), wanted in zip(enumerate(_addresses(spec)), _families(spec), strict=False):
        one = address(text)
        if one is not None and wanted in FAMILIES and family(one) != wanted:
            yield found("clusterIPs", index, text=text, actual=family(one), number=index + 1, family=wanted)


@rule("KQ2733", "ServiceSpec", "there is no family {value} of IP addresses", "did you mean {near}?", "write IPv4 or IPv6")
def ip_family_is_unknown(spec: dict[str, Any]) -> Iterator[Finding]:
    """There are two families of IP addresses.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [ipv4], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv4], ports: [{port: 80}]}}
    """
    for index, value in enumerate(_families(spec)):
        if value not in FAMILIES:
            yield found("ipFamilies", index, value=value, near=nearest(value, FAMILIES))


@rule("KQ2734", "ServiceSpec", "{value} is listed twice", "take one of the two out")
def ip_family_is_listed_twice(spec: dict[str, Any]) -> Iterator[Finding]:
    """A Service has at most one address of each family.

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


@rule("KQ2735", "ServiceSpec", "there is no policy {value} for the families of addresses", "did you mean {near}?", "write one of {known}")
def ip_family_policy_is_unknown(spec: dict[str, Any]) -> Iterator[Finding]:
    """A Service has one family of addresses, two where the cluster has two, or must have two.

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
    "two {what} are given, and a Service has one of them, unless it says otherwise",
    "write `ipFamilyPolicy: PreferDualStack`, or `RequireDualStack`, or give one of them",
)
def one_family_is_two(spec: dict[str, Any]) -> Iterator[Finding]:
    """A Service has two addresses only where its policy says so; a headless one without a selector is the exception.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {
          ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv6], ports: [{port: 80}]}}
    """
    by_default = "RequireDualStack" if is_headless(spec) and not spec.get("selector") else "SingleStack"
    policy = by_default if spec.get("ipFamilyPolicy") is None else spec["ipFamilyPolicy"]
    for what, number in (("addresses", len(_addresses(spec))), ("families", len(_families(spec)))):
        if policy == "SingleStack" and number == MOST:
            yield found("ipFamilyPolicy", what=what)


@rule(
    "KQ2737",
    "ServiceSpec.externalIPs",
    "{text} is not an IP address",
    "write the address of a machine that leads to the cluster's nodes, such as 192.0.2.10",
)
def external_ip_is_no_address(texts: list[str | None]) -> Iterator[Finding]:
    """The addresses by which a Service is reached from outside are IP addresses.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [gateway.example.com], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [192.0.2.10], ports: [{port: 80}]}}
    """
    for index, text in enumerate(texts):
        if address(text or "") is None:
            yield found(index, text=text or "")


@rule(
    "KQ2738",
    "ServiceSpec.externalIPs",
    "{text} means {what}, so nobody reaches the Service by it",
    "write the address of a machine that leads to the cluster's nodes, such as 192.0.2.10",
)
def external_ip_is_reserved(texts: list[str | None]) -> Iterator[Finding]:
    """Some addresses are none of a machine that others could reach: 0.0.0.0, 127.0.0.1, 169.254.0.1.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [127.0.0.1], ports: [{port: 80}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {externalIPs: [192.0.2.10], ports: [{port: 80}]}}
    """
    for index, text in enumerate(texts):
        one = address(text or "")
        what = None if one is None else reserved(one)
        if what is not None:
            yield found(index, text=text, what=what)
