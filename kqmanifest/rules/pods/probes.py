"""Probes and lifecycle hooks: how a container is checked, and what it does after its start and before its end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import at_least, at_least_one_of, matches, must_be_empty, one_of, required
from kqmanifest.rules.forms import PORT_OR_NAME
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.pods import containers, grace_period, is_sidecar

HANDLERS: Final = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")
SCHEMES: Final = ("HTTP", "HTTPS")
COUNTED: Final = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_HEADER: Final = re.compile(r"[-A-Za-z0-9]+", re.ASCII)


probe_or_hook_without_a_handler = at_least_one_of(
    "KQ2250",
    ("Probe", "LifecycleHandler"),
    HANDLERS,
    message="a probe or lifecycle hook needs a handler",
    hints="add an `exec`, an `httpGet` or a `tcpSocket`",
    upstream="core/validation.validateHandler",
    page="""A probe or lifecycle hook has a handler: it runs a command, or connects to a port.

    Wrong:
        containers: [{name: web, livenessProbe: {periodSeconds: 10}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, periodSeconds: 10}}]
    """,
)


@rule(
    "KQ2251",
    ("Probe", "LifecycleHandler"),
    "only one handler is allowed, and {handlers} are given",
    "keep one of them",
    reason="Forbidden",
    upstream="core/validation.validateHandler",
)
def probe_or_hook_with_two_handlers(handler: dict[str, Any]) -> Iterator[Spot]:
    """A probe or lifecycle hook has exactly one handler.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, tcpSocket: {port: 8080}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}}}]
    """
    handlers = [key for key in HANDLERS if handler.get(key) is not None]
    if len(handlers) > 1:
        yield found(handlers[1], handlers=handlers)


command_is_empty = required(
    "KQ2252",
    "ExecAction",
    message="exec needs a command",
    hints="write it as a list, such as `command: [cat, /tmp/ready]`",
    field="command",
    upstream="core/validation.validateExecAction",
    page="""A probe or lifecycle hook with ``exec`` has the command to run.

    Wrong:
        containers: [{name: main, readinessProbe: {exec: {command: []}}}]

    Right:
        containers: [{name: main, readinessProbe: {exec: {command: [cat, /tmp/ready]}}}]
    """,
)


probe_port_is_not_valid = matches(
    "KQ2253",
    ("HTTPGetAction.port", "TCPSocketAction.port", "GRPCAction.port"),
    PORT_OR_NAME,
    upstream="core/validation.ValidatePortNumOrName",
    page="""A port is given by its number or its name; a number in quotes is read as a name, and a name contains a letter.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: "8080"}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}}}]
    """,
)


probe_scheme_is_unknown = one_of(
    "KQ2254",
    "HTTPGetAction.scheme",
    SCHEMES,
    may_be_empty=True,
    upstream="core/validation.validateHTTPGetAction",
    page="""A web server is queried over HTTP or HTTPS.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, scheme: https}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, scheme: HTTPS}}}]
    """,
)


@rule(
    "KQ2255",
    "HTTPGetAction.httpHeaders",
    "{name} is not a valid HTTP header name",
    "use letters, digits and dashes, as in X-Request-Id",
    reason="Invalid",
    upstream="core/validation.validateHTTPGetAction",
)
def header_name_is_not_valid(headers: list[dict[str, Any]]) -> Iterator[Spot]:
    """A header's name has letters, digits and dashes; the server's own error does not say which header is wrong.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, httpHeaders: [{name: "My Header", value: x}]}}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080, httpHeaders: [{name: My-Header, value: x}]}}}]
    """
    for index, header in enumerate(headers):
        if not _HEADER.fullmatch(header["name"]):
            yield found(index, "name", name=header["name"])


@rule(
    "KQ2256",
    "Probe",
    "{field} must not be negative, and is {number}",
    "set `{field}` to 0 or more, or remove it",
    reason="Invalid",
    upstream="core/validation.validateProbe",
)
def probe_field_is_negative(probe: dict[str, Any]) -> Iterator[Spot]:
    """Seconds and counts are not negative; 0 means Kubernetes' default.

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
    "successThreshold must be 1 for a liveness or startup probe, and is {number}",
    "set `successThreshold` to 1, or remove it",
    reason="Invalid",
    upstream="core/validation.validateLivenessProbe",
)
def success_threshold_is_more_than_one(probe: dict[str, Any]) -> Iterator[Spot]:
    """One success is enough to be alive and to have started; only a readiness probe may require more.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, successThreshold: 3}}]

    Right:
        containers: [{name: web, readinessProbe: {httpGet: {port: 8080}, successThreshold: 3}}]
    """
    number = probe.get("successThreshold") or 1
    if number > 1:
        yield found("successThreshold", number=number)


probe_grace_period_is_less_than_one = at_least(
    "KQ2258",
    "Probe.terminationGracePeriodSeconds",
    1,
    message="terminationGracePeriodSeconds of a probe must be at least 1, and is {value}",
    hints="set it to 1 or more, or remove it to use the pod's own",
    upstream="core/validation.validateProbe",
    page="""A container that fails its probe has at least one second to end.

    Wrong:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, terminationGracePeriodSeconds: 0}}]

    Right:
        containers: [{name: web, livenessProbe: {httpGet: {port: 8080}, terminationGracePeriodSeconds: 5}}]
    """,
)


readiness_probe_has_a_grace_period = must_be_empty(
    "KQ2259",
    "Container.readinessProbe",
    message="terminationGracePeriodSeconds must not be set for a readiness probe, and is {value}",
    hints="remove `terminationGracePeriodSeconds`",
    field="terminationGracePeriodSeconds",
    reason="Invalid",
    upstream="core/validation.validateReadinessProbe",
    page="""A container that is not ready keeps running, so a readiness probe has no grace period.

    Wrong:
        containers: [{name: web, readinessProbe: {httpGet: {port: 8080}, terminationGracePeriodSeconds: 5}}]

    Right:
        containers: [{name: web, readinessProbe: {httpGet: {port: 8080}}}]
    """,
)


@rule(
    "KQ2260",
    ("Pod", "PodTemplateSpec"),
    "sleep must be between 0 seconds and the pod's terminationGracePeriodSeconds, {grace}, and is {seconds}",
    "sleep for 0 to {grace} seconds, or raise `terminationGracePeriodSeconds` beside `containers`",
    needs="LifecycleHandler.sleep",
    reason="Invalid",
    upstream="core/validation.validateSleepAction",
)
def sleep_is_longer_than_the_grace_period(owner: dict[str, Any]) -> Iterator[Spot]:
    """A lifecycle hook sleeps no longer than the pod's grace period: 30 seconds, where the pod does not set it.

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
