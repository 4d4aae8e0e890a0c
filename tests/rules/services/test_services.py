"""Services: their types, ports and addresses, and where their traffic goes."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import check

HTTP, HTTPS = {"name": "http", "port": 80}, {"name": "https", "port": 443}


def service(*, annotations: Any = None, **spec: Any) -> dict[str, Any]:
    """Write a Service that is right but for what is given."""
    metadata = {"name": "web", "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": {"ports": [{"port": 80}], **spec}}


def found_in(manifest: dict[str, Any], kubernetes: str = "1.36", prefixes: tuple[str, ...] = ("KQ1", "KQ2", "KQ9")) -> set[tuple[str, str]]:
    """Say what the server would refuse: codes and places."""
    return {(one.code, str(one.path)) for one in check(manifest, kubernetes=kubernetes) if one.code.startswith(prefixes)}


def on_nodes(*ports: tuple[int, str, int], kind: str = "NodePort") -> dict[str, Any]:
    """Write a Service whose ports are given as port, protocol and the nodes' port, 0 for none."""
    written = [{"name": f"p{i}", "port": port, "protocol": protocol, "nodePort": node} for i, (port, protocol, node) in enumerate(ports)]
    return service(type=kind, ports=written)


@pytest.mark.parametrize(
    "manifest",
    [
        service(),
        service(type="", sessionAffinity="", externalTrafficPolicy="", clusterIP="", clusterIPs=[], externalIPs=None, selector=None),
        service(ports=[], clusterIP="None"),
        service(ports=None, clusterIP="None", clusterIPs=["None"]),
        service(ports=None, type="ExternalName", externalName="data.example.com."),
        service(externalName="not looked at"),
        service(selector={"app": None, "example.com/tier": "a.b_c-d"}),
        service(ports=[{"port": 65535, "targetPort": 0}]),
        service(ports=[{"port": 80, "targetPort": "", "protocol": "", "nodePort": 0, "name": ""}]),
        service(ports=[{"port": 80, "targetPort": "http"}]),
        service(ports=[{**HTTP, "protocol": "TCP"}, {"name": "dns", "port": 80, "protocol": "UDP"}]),
        service(ports=[{"port": 80, "appProtocol": "kubernetes.io/h2c"}]),
        service(
            type="LoadBalancer", loadBalancerClass="a.b/c", allocateLoadBalancerNodePorts=False, loadBalancerSourceRanges=[" 10.0.0.0/8 "]
        ),
        service(type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=30100),
        service(externalTrafficPolicy="Cluster", externalIPs=["192.0.2.10"]),
        service(clusterIP="10.96.0.20", ipFamilies=["IPv4"]),
        service(clusterIP="fd00::20", clusterIPs=["fd00::20", "10.96.0.20"], ipFamilyPolicy="RequireDualStack"),
        service(clusterIP="None", ipFamilies=["IPv4", "IPv6"]),
        service(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 86400}}),
        service(sessionAffinity="None", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 0}}),
        service(internalTrafficPolicy="Local", trafficDistribution="PreferSameNode"),
        on_nodes((80, "TCP", 30080), (443, "TCP", 30443)),
        on_nodes((53, "TCP", 30053), (53, "UDP", 30053)),
        on_nodes((53, "TCP", 0), (53, "UDP", 30053)),
        on_nodes((53, "TCP", 30053), (53, "UDP", 30054)),
    ],
)
def test_a_right_service_is_accepted(manifest: dict[str, Any]) -> None:
    assert found_in(manifest, prefixes=("KQ1", "KQ2", "KQ3", "KQ9")) == set()


@pytest.mark.parametrize(
    ("manifest", "code", "path"),
    [
        (service(ports=[]), "KQ2701", "/spec/ports"),
        ({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}, "KQ2701", ""),
        (service(type="clusterIP"), "KQ2702", "/spec/type"),
        (
            service(type="loadBalancer", loadBalancerClass="a", externalTrafficPolicy="Local", healthCheckNodePort=30100),
            "KQ2702",
            "/spec/type",
        ),
        (service(selector={"my app": "web"}), "KQ2703", "/spec/selector/my app"),
        (service(selector={"app": "my web"}), "KQ2704", "/spec/selector/app"),
        (service(type="ExternalName"), "KQ2705", "/spec"),
        (service(type="ExternalName", externalName="."), "KQ2705", "/spec/externalName"),
        (service(type="ExternalName", externalName="a.b.."), "KQ2706", "/spec/externalName"),
        (service(type="ExternalName", externalName="10.0.0.1:80"), "KQ2706", "/spec/externalName"),
        (service(type="ExternalName", externalName="a.b", clusterIP="None"), "KQ2707", "/spec"),
        (service(type="ExternalName", externalName="a.b", ipFamilies=["x"]), "KQ2707", "/spec/ipFamilies"),
        (service(type="ExternalName", externalName="a.b", ipFamilyPolicy=""), "KQ2707", "/spec/ipFamilyPolicy"),
        (service(allocateLoadBalancerNodePorts=False), "KQ2708", "/spec/allocateLoadBalancerNodePorts"),
        (service(loadBalancerSourceRanges=["10.0.0.0/8"]), "KQ2708", "/spec/loadBalancerSourceRanges"),
        (service(type="LoadBalancer", loadBalancerClass=""), "KQ2709", "/spec/loadBalancerClass"),
        (service(type="LoadBalancer", loadBalancerSourceRanges=["10.0.0.0/33"]), "KQ2710", "/spec/loadBalancerSourceRanges/0"),
        (service(type="LoadBalancer", loadBalancerSourceRanges=[None]), "KQ2710", "/spec/loadBalancerSourceRanges/0"),
        (
            service(type="LoadBalancer", annotations={"service.beta.kubernetes.io/load-balancer-source-ranges": "10.0.0.0/8, x"}),
            "KQ2710",
            "/metadata/annotations/service.beta.kubernetes.io~1load-balancer-source-ranges",
        ),
        (
            service(annotations={"service.beta.kubernetes.io/load-balancer-source-ranges": ""}),
            "KQ2712",
            "/metadata/annotations/service.beta.kubernetes.io~1load-balancer-source-ranges",
        ),
        (
            service(annotations={"service.kubernetes.io/topology-mode": "Auto", "service.kubernetes.io/topology-aware-hints": ""}),
            "KQ2713",
            "/metadata/annotations/service.kubernetes.io~1topology-mode",
        ),
        (service(ports=[HTTP, {"port": 443}]), "KQ2714", "/spec/ports/1"),
        (service(ports=[{"port": 80, "name": "a.b"}]), "KQ2715", "/spec/ports/0/name"),
        (service(ports=[HTTP, {**HTTPS, "name": "http"}]), "KQ2716", "/spec/ports/1/name"),
        (service(ports=[{"port": 0}]), "KQ2717", "/spec/ports/0/port"),
        (service(ports=[{"port": 65536}]), "KQ2717", "/spec/ports/0/port"),
        (service(ports=[{"port": 80, "protocol": "tcp"}]), "KQ2718", "/spec/ports/0/protocol"),
        (service(ports=[{"port": 80, "targetPort": -1}]), "KQ2719", "/spec/ports/0/targetPort"),
        (service(ports=[{"port": 80, "targetPort": "a--b"}]), "KQ2719", "/spec/ports/0/targetPort"),
        (service(ports=[{"port": 80, "appProtocol": ""}]), "KQ2720", "/spec/ports/0/appProtocol"),
        (service(ports=[HTTP, {"name": "other", "port": 80, "protocol": "TCP"}]), "KQ2721", "/spec/ports/1"),
        (service(ports=[{"port": 80, "nodePort": 30080}]), "KQ2722", "/spec/ports/0/nodePort"),
        (on_nodes((80, "TCP", 30080), (443, "TCP", 30080)), "KQ2723", "/spec/ports/1/nodePort"),
        (on_nodes((80, "TCP", 30080), (443, "UDP", 30080), kind="LoadBalancer"), "KQ2723", "/spec/ports/1/nodePort"),
        (on_nodes((80, "TCP", 30080), (81, "TCP", 0), (81, "UDP", 30080)), "KQ2723", "/spec/ports/1/nodePort"),
        (on_nodes((80, "TCP", 1), (80, "UDP", 2), (80, "SCTP", 2)), "KQ2723", "/spec/ports/2/nodePort"),
        (service(type="LoadBalancer", healthCheckNodePort=30100), "KQ2724", "/spec/healthCheckNodePort"),
        (service(type="LoadBalancer", externalTrafficPolicy="Local", healthCheckNodePort=-1), "KQ2725", "/spec/healthCheckNodePort"),
        (service(type="LoadBalancer", clusterIP="None"), "KQ2726", "/spec"),
        (service(clusterIP="none"), "KQ2727", "/spec"),
        (
            service(clusterIP="10.96.0.20", clusterIPs=["10.96.0.20", "None"], ipFamilyPolicy="PreferDualStack"),
            "KQ2727",
            "/spec/clusterIPs/1",
        ),
        (service(clusterIP="None", clusterIPs=["None", "10.96.0.20"], ipFamilyPolicy="PreferDualStack"), "KQ2729", "/spec/clusterIPs/0"),
        (service(clusterIPs=["10.96.0.20"]), "KQ2730", "/spec/clusterIPs/0"),
        (service(clusterIP="10.96.0.20", clusterIPs=["10.96.0.21"]), "KQ2730", "/spec/clusterIPs/0"),
        (
            service(clusterIP="10.96.0.20", clusterIPs=["10.96.0.20", "10.96.0.21"], ipFamilyPolicy="PreferDualStack"),
            "KQ2731",
            "/spec/clusterIPs",
        ),
        (service(clusterIP="10.96.0.20", ipFamilies=["IPv6"]), "KQ2732", "/spec"),
        (service(ipFamilies=[None]), "KQ2733", "/spec/ipFamilies/0"),
        (service(ipFamilies=["IPv6", "IPv6"], ipFamilyPolicy="PreferDualStack"), "KQ2734", "/spec/ipFamilies/1"),
        (service(ipFamilyPolicy=""), "KQ2735", "/spec/ipFamilyPolicy"),
        (service(ipFamilies=["IPv4", "IPv6"]), "KQ2736", "/spec"),
        (service(clusterIP="None", selector={"app": "web"}, ipFamilies=["IPv4", "IPv6"]), "KQ2736", "/spec"),
        (service(externalIPs=[""]), "KQ2737", "/spec/externalIPs/0"),
        (service(externalIPs=["192.0.2.10", "::"]), "KQ2738", "/spec/externalIPs/1"),
        (service(sessionAffinity="clientIP"), "KQ2739", "/spec/sessionAffinity"),
        (
            service(sessionAffinity="ClientIP", sessionAffinityConfig={"clientIP": {"timeoutSeconds": 0}}),
            "KQ2740",
            "/spec/sessionAffinityConfig/clientIP/timeoutSeconds",
        ),
        (service(externalTrafficPolicy="Cluster"), "KQ2741", "/spec/externalTrafficPolicy"),
        (service(type="NodePort", externalTrafficPolicy="local"), "KQ2742", "/spec/externalTrafficPolicy"),
        (service(internalTrafficPolicy=""), "KQ2743", "/spec/internalTrafficPolicy"),
        (service(trafficDistribution=""), "KQ2744", "/spec/trafficDistribution"),
    ],
)
def test_a_wrong_service_is_told_where_it_is_wrong(manifest: dict[str, Any], code: str, path: str) -> None:
    assert found_in(manifest) == {(code, path)}


@pytest.mark.parametrize(
    ("manifest", "code", "path"),
    [
        (service(type="LoadBalancer", loadBalancerSourceRanges=["10.0.0.1/8"]), "KQ2711", "/spec/loadBalancerSourceRanges/0"),
        (service(type="LoadBalancer", loadBalancerSourceRanges=["10.0.0.0/08"]), "KQ2711", "/spec/loadBalancerSourceRanges/0"),
        (service(clusterIP="010.96.0.20"), "KQ2728", "/spec"),
        (service(clusterIP="::ffff:10.96.0.20"), "KQ2728", "/spec"),
        (service(externalIPs=["192.0.2.010"]), "KQ2728", "/spec/externalIPs/0"),
    ],
)
def test_a_doubtful_address_is_refused_from_1_36_on(manifest: dict[str, Any], code: str, path: str) -> None:
    assert found_in(manifest, "1.35") == set()
    assert found_in(manifest, "1.36") == found_in(manifest, "1.37") == {(code, path)}


def test_what_traffic_prefers_grew_with_1_34() -> None:
    manifest = service(trafficDistribution="PreferSameNode")
    assert found_in(manifest, "1.33") == {("KQ2745", "/spec/trafficDistribution")}
    assert found_in(manifest, "1.34") == set()


@pytest.mark.parametrize("port", [80, 29999, 32768, 70000, -1])
def test_a_port_of_the_nodes_is_one_that_clusters_give(port: int) -> None:
    assert found_in(on_nodes((80, "TCP", port)), prefixes=("KQ2", "KQ3")) == {("KQ3701", "/spec/ports/0/nodePort")}


def test_two_ports_of_one_number_share_the_fault() -> None:
    assert found_in(on_nodes((80, "TCP", 30080), (80, "TCP", 30080))) == {("KQ2721", "/spec/ports/1")}
