"""Probes and lifecycle: how a container is asked whether it lives, and what it does at its start and end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.pods import containers, grace_period, is_sidecar
from kqmanifest.vocabulary.ports import is_port_or_name

HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
SCHEMES: Final = ("HTTP", "HTTPS")
COUNTED: Final = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_HEADER: Final = re.compile(r"[-A-Za-z0-9]+", re.ASCII)


@rule(
    "KQ2250",
    ("Probe", "LifecycleHandler"),
    "nothing is said to be done",
    "add an `exec`, an `httpGet` or a `tcpSocket`",
)
def handler_does_nothing(handler: dict[str, Any]) -> Iterator[Finding]:
    """A probe or hook runs a command, or asks a port.

    Wrong:
        containers: [{name: web, livenessProbe: {periodSeconds: 10}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, periodSeconds: 10}}]
    """
    if all(handler.get(key) is None for key in HANDLERS):
        yield found()


@rule("KQ2251", ("Probe", "LifecycleHandler"), "two things are to be done: {handlers}", "keep one of them")
def handler_does_two_things(handler: dict[str, Any]) -> Iterator[Finding]:
    """A probe or hook does one thing.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, tcpSocket: {port: 8080}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}}}]
    """
    handlers = [key for key in HANDLERS if handler.get(key) is not None]
    if len(handlers) > 1:
        yield found(handlers[1], handlers=handlers)


@rule("KQ2252", "ExecAction", "no command is given", "write it as a list, such as [cat, /tmp/ready]")
def command_is_empty(action: dict[str, Any]) -> Iterator[Finding]:
    """A probe or hook that runs a command says which.

    Wrong:
        containers: [{name: main, readinessProbe: {exec: {command: []}}}]

    Right:
        containers: [{name: main, readinessProbe: {exec: {command: [cat, /tmp/ready]}}}]
    """
    if not action.get("command"):
        yield found("command")


@rule(
    "KQ2253",
    ("HTTPGetAction.port", "TCPSocketAction.port", "GRPCAction.port"),
    "{port} is neither a port nor the name of one",
    "write a number from 1 to 65535 without quotes, or the name of one of the container's ports",
)
def probed_port_is_none(port: int | str) -> Iterator[Finding]:
    """A port is asked by its number or its name; a number in quotes is read as a name, and a name holds a letter.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: "8080"}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}}}]
    """
    if not is_port_or_name(port):
        yield found(port=port)


@rule("KQ2254", "HTTPGetAction.scheme", "{value} is no scheme", "write HTTP or HTTPS, in capitals")
def probe_scheme_is_unknown(value: str) -> Iterator[Finding]:
    """A web server is asked over HTTP or HTTPS.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, scheme: https}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, scheme: HTTPS}}}]
    """
    if value and value not in SCHEMES:
        yield found(value=value)


@rule("KQ2255", "HTTPGetAction.httpHeaders", "{name} is not a name for a header", "use letters, digits and dashes, as in X-Request-Id")
def header_name_is_too_free(headers: list[dict[str, Any]]) -> Iterator[Finding]:
    """A header's name has letters, digits and dashes; the server does not say of which header it speaks.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, httpHeaders: [{name: "My Header", value: x}]}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, httpHeaders: [{name: My-Header, value: x}]}}}]
    """
    for index, header in enumerate(headers):
        if not _HEADER.fullmatch(header["name"]):
            yield found(index, "name", name=header["name"])


@rule("KQ2256", "Probe", "`{field}` cannot be {number}: it is less than nothing", "write a number from 0 up, or take it out")
def probe_counts_backwards(probe: dict[str, Any]) -> Iterator[Finding]:
    """Seconds and counts are not negative; 0 stands for Kubernetes' own choice.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, periodSeconds: -1}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, periodSeconds: 10}}]
    """
    for field in COUNTED:
        number = probe.get(field) or 0
        if number < 0:
            yield found(field, field=field, number=number)


@rule(
    "KQ2257",
    ("Container.livenessProbe", "Container.startupProbe"),
    "this probe cannot ask for {number} successes",
    "write 1, or take `successThreshold` out",
)
def probe_wants_more_than_one_success(probe: dict[str, Any]) -> Iterator[Finding]:
    """A container that answers once lives and has started; only a readiness probe may ask for more.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, successThreshold: 3}}]

    Right:
        containers: [{name: web, readinessProbe: {httpGet: {port: 8080}, successThreshold: 3}}]
    """
    number = probe.get("successThreshold") or 1
    if number > 1:
        yield found("successThreshold", number=number)


@rule(
    "KQ2258",
    "Probe.terminationGracePeriodSeconds",
    "{seconds} seconds are no time to end",
    "write a number from 1 up, or take it out: the pod's own holds",
)
def probe_leaves_no_time_to_end(seconds: int) -> Iterator[Finding]:
    """A container that fails its probe has some time to end.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, terminationGracePeriodSeconds: 0}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, terminationGracePeriodSeconds: 5}}]
    """
    if seconds <= 0:
        yield found(seconds=seconds)


@rule(
    "KQ2259",
    "Container.readinessProbe",
    "a readiness probe ends nothing, and has {seconds} seconds for it",
    "take `terminationGracePeriodSeconds` out",
)
def readiness_probe_has_time_to_end(probe: dict[str, Any]) -> Iterator[Finding]:
    """A container that is not ready goes on running, so a readiness probe has no grace period.

    Wrong:
        containers: [{name: web, readinessProbe: {httpGet: {port: 8080}, terminationGracePeriodSeconds: 5}}]

    Right:
        containers: [{name: web, readinessProbe: {httpGet: {port: 8080}}}]
    """
    seconds = probe.get("terminationGracePeriodSeconds")
    if seconds is not None:
        yield found("terminationGracePeriodSeconds", seconds=seconds)


@rule(
    "KQ2260",
    ("Pod", "PodTemplateSpec"),
    "{seconds} seconds of sleep do not fit into the {grace} seconds that the pod has to end",
    "sleep for 0 to {grace} seconds, or raise `terminationGracePeriodSeconds` beside `containers`",
    needs="LifecycleHandler.sleep",
)
def sleep_is_longer_than_the_end(owner: dict[str, Any]) -> Iterator[Finding]:
    """A hook sleeps no longer than the pod has to end: 30 seconds, where it does not say.

    Wrong:
        containers: [{name: web, lifecycle: {preStop: {sleep: {seconds: 60}}}}]

    Right:
        terminationGracePeriodSeconds: 90
        containers: [{name: web, lifecycle: {preStop: {sleep: {seconds: 60}}}}]
    """
    pod_spec = owner.get("spec") or {}
    for place, container in containers(pod_spec):
        lifecycle = container.get("lifecycle")
        if lifecycle and (place[0] == "containers" or is_sidecar(container)):
            grace = grace_period(pod_spec, alone=owner.get("kind") == "Pod")
            for hook in ("postStart", "preStop"):
                sleep = (lifecycle.get(hook) or {}).get("sleep")
                seconds = (sleep or {}).get("seconds") or 0
                if sleep is not None and not 0 <= seconds <= grace:
                    yield found("spec", *place, "lifecycle", hook, "sleep", seconds=seconds, grace=grace)
