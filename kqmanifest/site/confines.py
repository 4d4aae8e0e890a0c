"""What a site says of power: the node's namespaces, capabilities, and whatever the standards call more than baseline."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, Site
from kqmanifest.rules.podsecurity import (
    CAPABILITIES,
    capability_beyond_the_default,
    namespace_of_the_node_is_shared,
    port_of_the_node,
    volume_of_the_node,
)
from kqmanifest.rules.rule import Rule, found
from kqmanifest.rules.standards import Standard
from kqmanifest.rules.standards import rules_of as rules_of_standard
from kqmanifest.schema.walk import Finding

HOST: Final = Fault("KQ5110", "this site does not let a pod share its node's namespace: {field} is true", ("take `{field}` out",))
HOST_PORT: Final = Fault(
    "KQ5111", "this site does not give away ports of its nodes: {port}", ("take `hostPort` out, and reach the pod by a Service",)
)
ADDRESS: Final = Fault("KQ5112", "this site does not let a Service take the address {address}", ("take `externalIPs` out",))
CAPABILITY: Final = Fault("KQ5113", "this site does not allow the capability {capability}", ("take it out: only {allowed} may be added",))

_OF_BASELINE: Final = 150
"""Where the rules of the standard begin among those of a site: KQ5002 is KQ5152."""
_HERE: Final = (namespace_of_the_node_is_shared, port_of_the_node, capability_beyond_the_default, volume_of_the_node)
"""Rules of the standard that a site has its own for."""


def rules(site: Site, allow: Allow, version: str) -> Iterator[Rule]:
    """Make the rules of power, as of a version of Kubernetes."""
    if not allow.host_namespaces:
        yield from _node(allow)
    capabilities = {*CAPABILITIES, *allow.capabilities, *given(site)}

    def capability(added: list[str]) -> Iterator[Finding]:
        for index, one in enumerate(added):
            if one not in capabilities:
                yield found(index, capability=one or "", allowed=sorted(capabilities))

    if not allow.privileged:
        yield Rule(CAPABILITY, ("Capabilities.add",), capability)
        for rule in rules_of_standard(Standard("baseline"), version):
            if rule.code not in {one.code for one in _HERE}:
                yield dataclasses.replace(rule, fault=_of_the_site(rule.fault))


def given(site: Site) -> frozenset[str]:
    """Give the capabilities that come with the site's GPUs."""
    return frozenset(one for kind in site.gpu_classes.values() if kind.fabric for one in kind.fabric.capabilities)


def _node(allow: Allow) -> Iterator[Rule]:
    def port(number: int) -> Iterator[Finding]:
        if number:
            yield found(port=number)

    def address(addresses: list[str]) -> Iterator[Finding]:
        for index, one in enumerate(addresses):
            yield found(index, address=one)

    yield Rule(HOST, namespace_of_the_node_is_shared.on, namespace_of_the_node_is_shared.ask)
    yield Rule(HOST_PORT, port_of_the_node.on, port)
    if "externalIPs" not in (allow.further or ()):
        yield Rule(ADDRESS, ("ServiceSpec.externalIPs",), address)


def _of_the_site(fault: Fault) -> Fault:
    number = int(fault.code.removeprefix("KQ5"))
    return dataclasses.replace(fault, code=f"KQ5{_OF_BASELINE + number}", message=f"this site does not allow it: {fault.message}")


def is_given(site: Site, context: Any) -> bool:
    """Say whether a container's security context is no more than what comes with the site's GPUs."""
    if not isinstance(context, dict) or context.keys() != {"capabilities"} or (context["capabilities"] or {}).keys() != {"add"}:
        return False
    return set(context["capabilities"]["add"] or ()) <= given(site)
