"""What a site allows of privileges: the node's namespaces and ports, capabilities, and whatever exceeds the baseline standard."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, Site
from kqmanifest.rules.podsecurity.baseline import (
    CAPABILITIES,
    capability_beyond_the_default,
    host_namespace_is_shared,
    host_path_volume,
    host_port_is_used,
    probe_of_another_host,
)
from kqmanifest.rules.podsecurity.baseline_kernel import proc_is_unmasked
from kqmanifest.rules.podsecurity.standards import Standard
from kqmanifest.rules.podsecurity.standards import rules_of as rules_of_standard
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Spot
from kqmanifest.site.fields import Judge, listed, table

HOST: Final = Fault("KQ5110", "this site does not allow a pod to share its node's namespaces: {field} is true", ("remove `{field}`",))
HOST_PORT: Final = Fault(
    "KQ5111",
    "this site does not allow the host port or IP {name}",
    ("use one of {allowed}", "remove `hostPort` and `hostIP`, and reach the pod by a Service"),
)
CAPABILITY: Final = Fault("KQ5113", "this site does not allow the capability {capability}", ("remove it: only {allowed} may be added",))
CONFINEMENT: Final = Fault("KQ5141", "this site does not allow {field} to be {value}", ("remove `{field}`",))

_OF_BASELINE: Final = 150
"""The offset of the standard's rules among those of a site: KQ5002 is KQ5152."""
_HERE: Final = (
    host_namespace_is_shared,
    host_port_is_used,
    capability_beyond_the_default,
    host_path_volume,
    probe_of_another_host,
)
"""Rules of the standard for which a site has its own."""
_LEVEL: Final = "SELinuxOptions.level"


def judges(site: Site, allow: Allow, version: str) -> Iterator[Judge]:
    """Make the judges of power, as of a version of Kubernetes."""
    yield from _node(allow)
    capabilities = {*CAPABILITIES, *allow.capabilities, *given(site)}

    def capability(added: list[str]) -> Iterator[Spot]:
        for index, one in enumerate(added):
            if one not in capabilities:
                yield found(index, capability=one or "", allowed=sorted(capabilities))

    def level(value: str) -> Iterator[Spot]:
        if value and not allow.privileged:
            yield found(field="level", value=value)

    yield Judge(("Capabilities.add",), Rule(CAPABILITY, ("Capabilities.add",), capability))
    yield Judge((_LEVEL,), Rule(CONFINEMENT, (_LEVEL,), level))
    lines = tuple(line for line in table().lines("privileged") if line != _LEVEL)
    if allow.privileged:
        yield Judge(lines, Rule(CONFINEMENT, (), level))
        return
    for rule in rules_of_standard(Standard("baseline"), version):
        if rule.code not in {one.code for one in _HERE}:
            yield Judge(_confined(rule, lines), dataclasses.replace(rule, fault=_of_the_site(rule.fault)))


def given(site: Site) -> frozenset[str]:
    """Return the capabilities that come with the site's GPUs."""
    return frozenset(one for kind in site.gpu_classes.values() if kind.fabric for one in kind.fabric.capabilities)


def contexts(site: Site) -> Iterator[dict[str, Any]]:
    """Return the security context that each class of GPUs brings."""
    for kind in site.gpu_classes.values():
        if kind.fabric and kind.fabric.capabilities:
            yield {"capabilities": {"add": list(kind.fabric.capabilities)}}


def _confined(rule: Rule, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Return the lines of the table that a rule of the standard judges: those that it hangs on, or on whose type it does."""
    by_the_pod = ("SecurityContext.procMount",) if rule.code == proc_is_unmasked.code else ()
    return by_the_pod + tuple(line for line in lines if line in rule.on or line.partition(".")[0] in rule.on)


def _node(allow: Allow) -> Iterator[Judge]:
    lines = table().lines("hostNamespaces")

    def shared(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        for line in lines:
            field = line.partition(".")[2]
            if pod_spec.get(field) and field not in allow.host_namespaces:
                yield found(field, field=field)

    yield Judge(lines, Rule(HOST, ("PodSpec",), shared))
    yield listed(HOST_PORT, ("ContainerPort.hostPort",), allow.host_ports)
    yield listed(HOST_PORT, ("ContainerPort.hostIP",), ())


def _of_the_site(fault: Fault) -> Fault:
    number = int(fault.code.removeprefix("KQ5"))
    return dataclasses.replace(fault, code=f"KQ5{_OF_BASELINE + number}", message=f"this site does not allow it: {fault.message}")
