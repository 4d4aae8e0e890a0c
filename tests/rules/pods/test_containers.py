"""Containers: names, images, ports, restarts, and what only some of them may have."""

from __future__ import annotations

from typing import Any

import pytest
from pods import container, refused, refused_as_template

RULE = {"action": "Restart", "exitCodes": {"operator": "In", "values": [42]}}


def init(**fields: Any) -> dict[str, Any]:
    """Make a pod's spec with an init container beside its container."""
    return {"initContainers": [{"name": "fetch", **fields}]}


def ports(*of_first: dict[str, Any], second: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """Make a pod's spec with two containers that have these ports."""
    return {"containers": [{"name": "a", "ports": list(of_first)}, {"name": "b", "ports": [second] if second else []}], **spec}


def resized(resource: str, policy: str, **spec: Any) -> dict[str, Any]:
    """Make a pod's spec whose container has this resize policy, after one that is valid."""
    right = {"resourceName": "memory" if resource == "cpu" else "cpu", "restartPolicy": "NotRequired"}
    return {**container(resizePolicy=[right, {"resourceName": resource, "restartPolicy": policy}]), **spec}


@pytest.mark.parametrize(
    "pod_spec",
    [
        container(name="a" * 63, image="any text", imagePullPolicy="", terminationMessagePolicy=""),
        container(imagePullPolicy="Never", terminationMessagePolicy="FallbackToLogsOnError", terminationMessagePath="x"),
        {"ephemeralContainers": []},
        init(livenessProbe=None, lifecycle=None),
        init(lifecycle={"stopSignal": "SIGTERM"}),
        init(restartPolicy="Always", startupProbe={"exec": {"command": ["a"]}}, lifecycle={}),
        ports({"containerPort": 1, "hostPort": 0, "protocol": "", "name": ""}, {"containerPort": 1, "protocol": "SCTP"}),
        ports({"containerPort": 80, "hostPort": 80}, {"containerPort": 80, "hostPort": 80, "protocol": "UDP"}),
        ports({"containerPort": 80, "hostPort": 80, "hostIP": "10.0.0.1"}, second={"containerPort": 80, "hostPort": 80}),
        ports({"containerPort": 80, "hostPort": 80}, initContainers=[{"name": "c", "ports": [{"containerPort": 80, "hostPort": 80}]}]),
        ports({"containerPort": 80, "name": "a"}, second={"containerPort": 80, "name": "a"}),
        ports({"containerPort": 80, "hostPort": 80}, hostNetwork=True),
        container(restartPolicy="Never", restartPolicyRules=[RULE] * 20),
        container(restartPolicyRules=[]),
        init(restartPolicy="OnFailure", restartPolicyRules=[RULE]),
        init(restartPolicy="Always", restartPolicyRules=[RULE]),
        resized("cpu", "RestartContainer"),
        resized("memory", "NotRequired", restartPolicy="Never"),
        init(restartPolicy="Always", resizePolicy=[{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]),
    ],
)
def test_what_the_server_accepts(pod_spec: dict[str, Any]) -> None:
    assert refused(pod_spec) == set()
    assert refused_as_template(pod_spec) == set()


@pytest.mark.parametrize(
    ("pod_spec", "code", "place"),
    [
        ({"containers": []}, "KQ2203", "/containers"),
        ({"containers": [{"name": "a"}, {"name": "a"}]}, "KQ2201", "/containers/1/name"),
        (init(name="main"), "KQ2201", "/initContainers/0/name"),
        (container(name="a.b"), "KQ2202", "/containers/0/name"),
        (container(name=""), "KQ2208", "/containers/0/name"),
        (container(image=""), "KQ2209", "/containers/0/image"),
        (init(image=None), "KQ2209", "/initContainers/0/image"),
        (container(imagePullPolicy="always"), "KQ2211", "/containers/0/imagePullPolicy"),
        (container(terminationMessagePolicy="file"), "KQ2212", "/containers/0/terminationMessagePolicy"),
        ({"ephemeralContainers": [{"name": "debugger", "image": "busybox:1"}]}, "KQ2213", "/ephemeralContainers"),
        (init(readinessProbe={"exec": {"command": ["a"]}}), "KQ2214", "/initContainers/0/readinessProbe"),
        (init(restartPolicy="Never", lifecycle={}), "KQ2214", "/initContainers/0/lifecycle"),
        (ports({"containerPort": 1, "name": "a"}, {"containerPort": 2, "name": "a"}), "KQ2204", "/containers/0/ports/1/name"),
        (ports({"containerPort": 1, "name": "80"}), "KQ2205", "/containers/0/ports/0/name"),
        (ports({"containerPort": 1, "name": "a--b"}), "KQ2205", "/containers/0/ports/0/name"),
        (ports({"containerPort": 1, "name": "a" * 16}), "KQ2205", "/containers/0/ports/0/name"),
        (ports({"containerPort": 65536}), "KQ2206", "/containers/0/ports/0/containerPort"),
        (ports({"containerPort": 1, "hostPort": -1}), "KQ2206", "/containers/0/ports/0/hostPort"),
        (ports({"containerPort": 0}), "KQ2215", "/containers/0/ports/0/containerPort"),
        (ports({"containerPort": 1, "protocol": "tcp"}), "KQ2216", "/containers/0/ports/0/protocol"),
        (
            ports({"containerPort": 1, "hostPort": 8}, second={"containerPort": 2, "hostPort": 8}),
            "KQ2217",
            "/containers/1/ports/0/hostPort",
        ),
        (
            init(ports=[{"containerPort": 1, "hostPort": 8}, {"containerPort": 2, "hostPort": 8}]),
            "KQ2217",
            "/initContainers/0/ports/1/hostPort",
        ),
        (ports({"containerPort": 80, "hostPort": 8080}, hostNetwork=True), "KQ2218", "/containers/0/ports/0/hostPort"),
        (container(restartPolicy=""), "KQ2219", "/containers/0/restartPolicy"),
        (init(restartPolicy="always"), "KQ2219", "/initContainers/0/restartPolicy"),
        (container(restartPolicyRules=[RULE]), "KQ2220", "/containers/0"),
        (
            container(restartPolicy="Never", restartPolicyRules=[{**RULE, "action": ""}]),
            "KQ2221",
            "/containers/0/restartPolicyRules/0/action",
        ),
        (container(restartPolicy="Never", restartPolicyRules=[{"action": "Restart"}]), "KQ2223", "/containers/0/restartPolicyRules/0"),
        (
            container(restartPolicy="Never", restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "in"}}]),
            "KQ2224",
            "/containers/0/restartPolicyRules/0/exitCodes/operator",
        ),
        (container(restartPolicy="Never", restartPolicyRules=[RULE] * 21), "KQ2225", "/containers/0/restartPolicyRules"),
        (
            container(
                restartPolicy="Never", restartPolicyRules=[{"action": "Restart", "exitCodes": {"operator": "In", "values": [1] * 256}}]
            ),
            "KQ2225",
            "/containers/0/restartPolicyRules/0/exitCodes/values",
        ),
        (resized("nvidia.com/gpu", "NotRequired"), "KQ2280", "/containers/0/resizePolicy/1/resourceName"),
        (resized("", "NotRequired"), "KQ2280", "/containers/0/resizePolicy/1/resourceName"),
        (
            container(resizePolicy=[{"resourceName": "cpu", "restartPolicy": "NotRequired"}] * 2),
            "KQ2281",
            "/containers/0/resizePolicy/1",
        ),
        (resized("cpu", ""), "KQ2282", "/containers/0/resizePolicy/1/restartPolicy"),
        (resized("cpu", "RestartContainer", restartPolicy="Never"), "KQ2283", "/containers/0/resizePolicy/1/restartPolicy"),
        (
            init(resizePolicy=[{"resourceName": "cpu", "restartPolicy": "RestartContainer"}]),
            "KQ2284",
            "/initContainers/0/resizePolicy/0/restartPolicy",
        ),
    ],
)
def test_what_the_server_refuses(pod_spec: dict[str, Any], code: str, place: str) -> None:
    assert refused(pod_spec) == {(code, place)}
    assert refused_as_template(pod_spec) == {(code, place)}


class TestPodsAlone:
    """What the server requires of pods, and not of the templates that workloads create them from."""

    def test_white_space_around_an_image(self) -> None:
        assert refused(container(image=" nginx:1")) == {("KQ2210", "/containers/0/image")}
        assert refused(container(image="\u3000")) == {("KQ2210", "/containers/0/image")}
        assert refused(container(image="nginx:1\x1f")) == set()
        assert refused_as_template(container(image=" nginx:1")) == set()

    def test_the_ports_of_a_pod_on_its_node_s_network_are_the_node_s(self) -> None:
        spec = ports({"containerPort": 80}, second={"containerPort": 80}, hostNetwork=True)
        assert {code for code, _ in refused(spec)} == {"KQ2217"}
        assert refused_as_template(spec) == set()


class TestVersions:
    """What one version supports and another drops or refuses."""

    def test_a_restart_policy_of_a_container(self) -> None:
        spec = container(restartPolicy="OnFailure")
        too_early = {("KQ2227", "/containers/0/restartPolicy")}
        assert [refused(spec, kubernetes=one) for one in ("1.33", "1.34", "1.35")] == [too_early, set(), set()]
        assert refused(init(restartPolicy="Always"), kubernetes="1.33") == set()
        assert refused(init(restartPolicy="Never"), kubernetes="1.33") == {("KQ2227", "/initContainers/0/restartPolicy")}

    def test_all_containers_restart_together(self) -> None:
        spec = container(restartPolicy="Never", restartPolicyRules=[{**RULE, "action": "RestartAllContainers"}])
        too_early = {("KQ2222", "/containers/0/restartPolicyRules/0/action")}
        assert [refused(spec, kubernetes=one) for one in ("1.35", "1.36", "1.37")] == [too_early, set(), set()]

    def test_a_sidecar_with_restart_rules(self) -> None:
        spec = init(restartPolicy="Always", restartPolicyRules=[RULE])
        assert refused(spec, kubernetes="1.35") == {("KQ2226", "/initContainers/0/restartPolicyRules")}

    def test_an_init_container_that_a_resize_restarts(self) -> None:
        spec = init(resizePolicy=[{"resourceName": "cpu", "restartPolicy": "RestartContainer"}])
        assert refused(spec, kubernetes="1.35") == set()
