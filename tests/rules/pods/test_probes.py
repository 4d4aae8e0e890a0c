"""Probes and lifecycle hooks: their handlers, and how long they may take."""

from __future__ import annotations

from typing import Any

import pytest
from pods import container, refused, refused_as_template

EXEC = {"exec": {"command": ["true"]}}


def live(**probe: Any) -> dict[str, Any]:
    """Make a pod's spec with a liveness probe."""
    return container(livenessProbe=probe)


def sleeping(seconds: int | None, **spec: Any) -> dict[str, Any]:
    """Make a pod's spec with a hook that sleeps."""
    return {**container(lifecycle={"preStop": {"sleep": {"seconds": seconds}}}), **spec}


@pytest.mark.parametrize(
    "pod_spec",
    [
        live(**EXEC, periodSeconds=0, successThreshold=0, timeoutSeconds=None),
        live(httpGet={"port": "http", "path": "", "scheme": "", "host": "any text"}),
        live(httpGet={"port": 65535, "scheme": "HTTPS", "httpHeaders": [{"name": "X-Request-Id"}]}),
        live(tcpSocket={"port": 1}, httpGet=None, terminationGracePeriodSeconds=1),
        live(grpc={"port": 1}),
        container(readinessProbe={**EXEC, "successThreshold": 3}),
        container(lifecycle={}),
        container(lifecycle={"postStart": None, "stopSignal": "any text"}),
        sleeping(0),
        sleeping(None),
        sleeping(30),
        sleeping(60, terminationGracePeriodSeconds=60),
    ],
)
def test_what_the_server_accepts(pod_spec: dict[str, Any]) -> None:
    assert refused(pod_spec) == set()
    assert refused_as_template(pod_spec) == set()


@pytest.mark.parametrize(
    ("pod_spec", "code", "place"),
    [
        (live(), "KQ2250", "/livenessProbe"),
        (container(lifecycle={"postStart": {"exec": None}}), "KQ2250", "/lifecycle/postStart"),
        (live(**EXEC, grpc={"port": 1}), "KQ2251", "/livenessProbe/grpc"),
        (container(lifecycle={"preStop": {**EXEC, "sleep": {}}}), "KQ2251", "/lifecycle/preStop/sleep"),
        (live(exec={}), "KQ2252", "/livenessProbe/exec"),
        (live(exec={"command": []}), "KQ2252", "/livenessProbe/exec/command"),
        (live(httpGet={"port": 0}), "KQ2253", "/livenessProbe/httpGet/port"),
        (live(httpGet={"port": "80"}), "KQ2253", "/livenessProbe/httpGet/port"),
        (live(tcpSocket={"port": ""}), "KQ2253", "/livenessProbe/tcpSocket/port"),
        (live(tcpSocket={"port": 65536}), "KQ2253", "/livenessProbe/tcpSocket/port"),
        (live(grpc={"port": -1}), "KQ2253", "/livenessProbe/grpc/port"),
        (live(httpGet={"port": 1, "scheme": "http"}), "KQ2254", "/livenessProbe/httpGet/scheme"),
        (
            live(httpGet={"port": 1, "httpHeaders": [{"name": "A", "value": "x"}, {"name": "a b"}]}),
            "KQ2255",
            "/livenessProbe/httpGet/httpHeaders/1/name",
        ),
        (live(httpGet={"port": 1, "httpHeaders": [{"name": ""}]}), "KQ2255", "/livenessProbe/httpGet/httpHeaders/0/name"),
        (live(**EXEC, timeoutSeconds=-1), "KQ2256", "/livenessProbe/timeoutSeconds"),
        (live(**EXEC, successThreshold=-1), "KQ2256", "/livenessProbe/successThreshold"),
        (live(**EXEC, successThreshold=2), "KQ2257", "/livenessProbe/successThreshold"),
        (container(startupProbe={**EXEC, "successThreshold": 2}), "KQ2257", "/startupProbe/successThreshold"),
        (live(**EXEC, terminationGracePeriodSeconds=0), "KQ2258", "/livenessProbe/terminationGracePeriodSeconds"),
        (
            container(readinessProbe={**EXEC, "terminationGracePeriodSeconds": 1}),
            "KQ2259",
            "/readinessProbe/terminationGracePeriodSeconds",
        ),
        (sleeping(31), "KQ2260", "/lifecycle/preStop/sleep"),
        (sleeping(-1), "KQ2260", "/lifecycle/preStop/sleep"),
        (sleeping(1, terminationGracePeriodSeconds=0), "KQ2260", "/lifecycle/preStop/sleep"),
    ],
)
def test_what_the_server_refuses(pod_spec: dict[str, Any], code: str, place: str) -> None:
    assert refused(pod_spec) == {(code, f"/containers/0{place}")}
    assert refused_as_template(pod_spec) == {(code, f"/containers/0{place}")}


def test_a_negative_grace_period_is_one_second() -> None:
    assert refused(sleeping(1, terminationGracePeriodSeconds=-5)) == set()
    assert refused_as_template(sleeping(1, terminationGracePeriodSeconds=-5)) == {("KQ2260", "/containers/0/lifecycle/preStop/sleep")}


def test_sidecars_are_probed_as_containers_are() -> None:
    sidecar = {"name": "proxy", "restartPolicy": "Always", "livenessProbe": {**EXEC, "successThreshold": 2}}
    sleeps = {"name": "proxy", "restartPolicy": "Always", "lifecycle": {"preStop": {"sleep": {"seconds": 31}}}}
    assert refused({"initContainers": [sidecar]}) == {("KQ2257", "/initContainers/0/livenessProbe/successThreshold")}
    assert refused({"initContainers": [sleeps]}) == {("KQ2260", "/initContainers/0/lifecycle/preStop/sleep")}
