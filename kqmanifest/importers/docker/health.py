"""Health checks: docker's mark a container, as a readiness probe does."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import OPTION_NOT_NEEDED, Found, of_container
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import HIGHEST, NOT_A_DURATION, WRONG_NUMBER, literal, seconds, whole

OPTIONS: Final = frozenset({"health-cmd", "health-interval", "health-retries", "health-start-period", "health-timeout"})
HEALTH_CHECK_BECOMES_A_PROBE: Final = Fault(
    "KQ4316",
    "the health check becomes a readinessProbe: like docker's, it marks the Pod as not ready and restarts nothing",
    ("replace readinessProbe with livenessProbe if the container should be restarted",),
    severity="warning",
)
ROUNDED_UP_TO_SECONDS: Final = Fault(
    "KQ4317", "{option} is rounded up to {seconds} s: a probe takes whole seconds, at least 1", severity="warning"
)

_PROBE: Final = "readinessProbe"
_TIMES: Final = {"health-interval": ("periodSeconds", 30), "health-timeout": ("timeoutSeconds", 30)}
_RETRIES: Final = 3


def read(line: Line) -> Iterator[Found]:
    """Yield the probe of the container, with docker's defaults for what the line does not set."""
    command = line.last("health-cmd")
    runs = command is not None and bool(command.value) and not line.on("no-healthcheck")
    place = command.place if command else line.start
    if command and runs:
        yield command.tell(HEALTH_CHECK_BECOMES_A_PROBE)
        yield of_container(place, ["/bin/sh", "-c", literal(command.value)], _PROBE, "exec", "command")
    elif command:
        yield command.tell(OPTION_NOT_NEEDED, reason="no health check runs", instead=None)
    for name, (field, default) in _TIMES.items():
        one = line.last(name)
        lasts = _seconds(one) if one else Decimal(0)
        if one and lasts is None:
            yield one.tell(NOT_A_DURATION, value=one.value)
        counted = max(1, int(lasts.to_integral_value(rounding=ROUND_CEILING))) if lasts else default
        if one and lasts and counted != lasts:
            yield one.tell(ROUNDED_UP_TO_SECONDS, seconds=counted)
        yield from _place(line, one, field, counted, runs=runs)
    retries = line.last("health-retries")
    times = whole(retries.value, 0, HIGHEST) if retries else 0
    if retries and times is None:
        yield retries.tell(WRONG_NUMBER, wanted="a whole number", value=retries.value)
    yield from _place(line, retries, "failureThreshold", times or _RETRIES, runs=runs)
    start = line.last("health-start-period")
    if start and _seconds(start) is None:
        yield start.tell(NOT_A_DURATION, value=start.value)
    elif start:
        yield start.tell(OPTION_NOT_NEEDED, reason="a Pod is not ready until its first check succeeds", instead=None)


def _seconds(one: Given) -> Decimal | None:
    lasts = seconds(one.value)
    return lasts if lasts is not None and lasts <= HIGHEST else None


def _place(line: Line, one: Given | None, field: str, value: int, *, runs: bool) -> Iterator[Found]:
    command = line.last("health-cmd")
    if runs and command:
        yield of_container(one.place if one else command.place, value, _PROBE, field)
    elif one:
        yield one.tell(
            OPTION_NOT_NEEDED, reason="the line has no --health-cmd, and Kubernetes ignores the image's HEALTHCHECK", instead=None
        )
