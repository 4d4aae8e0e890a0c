"""Pods: deadlines, operating systems, networks, and the objects that they refer to."""

from __future__ import annotations

from typing import Any

import pytest
from examples import completed
from pods import container, refused, refused_as_template

from kqmanifest import check

LONG = "a" * 254


@pytest.mark.parametrize(
    "pod_spec",
    [
        {"restartPolicy": ""},
        {"restartPolicy": None},
        {"activeDeadlineSeconds": 2**31 - 1},
        {"terminationGracePeriodSeconds": -5},
        {"os": {"name": "linux"}},
        {"serviceAccountName": "", "serviceAccount": "a.b"},
        {"serviceAccountName": "good", "serviceAccount": "Bad_Name"},
        {"priorityClassName": ""},
        {"preemptionPolicy": "Never", "priorityClassName": "low"},
        {"imagePullSecrets": [{}, None, {"name": "A_b"}]},
        {"readinessGates": [{"conditionType": "A_b"}, {"conditionType": "A_b"}]},
        {"schedulingGates": [{"name": "A_b"}]},
        {"schedulerName": "any text"},
        {"dnsPolicy": ""},
        {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["::1"]}},
        {"dnsConfig": {"searches": [".", "_a.b_c.", "a" * 253 + "."], "options": [{"name": "x"}]}},
        {"hostname": "", "subdomain": None},
        {"hostnameOverride": "a." + "b" * 62},
        {"hostAliases": [{"ip": "2001:DB8::1", "hostnames": None}]},
        {"hostUsers": False, "hostNetwork": False},
        {"hostUsers": True, "hostPID": True},
        {"shareProcessNamespace": False, "hostPID": True},
        {"schedulingGroup": {}},
    ],
)
def test_what_the_server_accepts(pod_spec: dict[str, Any]) -> None:
    assert refused(pod_spec) == refused_as_template(pod_spec) == set()


@pytest.mark.parametrize(
    ("pod_spec", "code", "place"),
    [
        ({"restartPolicy": "never"}, "KQ2401", "/restartPolicy"),
        ({"activeDeadlineSeconds": 0}, "KQ2402", "/activeDeadlineSeconds"),
        ({"activeDeadlineSeconds": 2**31}, "KQ2402", "/activeDeadlineSeconds"),
        ({"os": {"name": ""}}, "KQ2403", "/os/name"),
        ({"os": {"name": "Windows"}}, "KQ2403", "/os/name"),
        ({"serviceAccountName": "a_b"}, "KQ2420", "/serviceAccountName"),
        ({"serviceAccount": "a_b"}, "KQ2428", "/serviceAccount"),
        ({"priorityClassName": LONG}, "KQ2421", "/priorityClassName"),
        ({"runtimeClassName": ""}, "KQ2422", "/runtimeClassName"),
        ({"preemptionPolicy": ""}, "KQ2423", "/preemptionPolicy"),
        ({"readinessGates": [{"conditionType": ""}]}, "KQ2424", "/readinessGates/0/conditionType"),
        ({"schedulingGates": [{"name": "a b"}]}, "KQ2425", "/schedulingGates/0"),
        ({"schedulingGates": [{"name": "a"}, {"name": "a"}]}, "KQ2426", "/schedulingGates/1"),
        ({"dnsPolicy": "none"}, "KQ2404", "/dnsPolicy"),
        ({"dnsPolicy": "None"}, "KQ2405", ""),
        ({"dnsPolicy": "None", "dnsConfig": {}}, "KQ2406", "/dnsConfig"),
        ({"dnsConfig": {"nameservers": ["192.0.2.1"] * 4}}, "KQ2407", "/dnsConfig/nameservers"),
        ({"dnsConfig": {"nameservers": ["fe80::1%eth0"]}}, "KQ2408", "/dnsConfig/nameservers/0"),
        ({"dnsConfig": {"nameservers": [None]}}, "KQ2408", "/dnsConfig/nameservers/0"),
        ({"dnsConfig": {"searches": ["a"] * 33}}, "KQ2409", "/dnsConfig/searches"),
        ({"dnsConfig": {"searches": ["a" * 253] * 9}}, "KQ2409", "/dnsConfig/searches"),
        ({"dnsConfig": {"searches": ["a.."]}}, "KQ2410", "/dnsConfig/searches/0"),
        ({"dnsConfig": {"searches": [""]}}, "KQ2410", "/dnsConfig/searches/0"),
        ({"dnsConfig": {"options": [None]}}, "KQ2411", "/dnsConfig/options/0"),
        ({"hostname": "a.b"}, "KQ2412", "/hostname"),
        ({"subdomain": "a" * 64}, "KQ2412", "/subdomain"),
        ({"hostnameOverride": "a", "setHostnameAsFQDN": True}, "KQ2413", "/hostnameOverride"),
        ({"hostnameOverride": "a." + "b" * 63}, "KQ2414", "/hostnameOverride"),
        ({"hostnameOverride": ""}, "KQ2414", "/hostnameOverride"),
        ({"hostAliases": [{"ip": ""}]}, "KQ2415", "/hostAliases/0/ip"),
        ({"hostAliases": [{"ip": "::1", "hostnames": ["a", "A"]}]}, "KQ2416", "/hostAliases/0/hostnames/1"),
        ({"hostUsers": False, "hostNetwork": True}, "KQ2417", "/hostNetwork"),
        ({"hostUsers": False, "hostPID": True}, "KQ2417", "/hostPID"),
        ({"hostUsers": False, "hostIPC": True}, "KQ2417", "/hostIPC"),
        ({"shareProcessNamespace": True, "hostPID": True}, "KQ2419", "/shareProcessNamespace"),
    ],
)
def test_what_the_server_refuses(pod_spec: dict[str, Any], code: str, place: str) -> None:
    assert refused(pod_spec) == refused_as_template(pod_spec) == {(code, place)}


def test_a_pod_with_its_own_user_namespace_has_no_block_devices() -> None:
    disk = {"volumes": [{"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}}]}
    pod_spec = {**container(volumeDevices=[{"name": "disk", "devicePath": "/dev/xvda"}]), **disk}
    assert refused({**pod_spec, "hostUsers": False}) == {("KQ2418", "/containers/0/volumeDevices")}
    assert refused(pod_spec) == set()


@pytest.mark.parametrize("address", ["192.0.2.010", "::ffff:192.0.2.10"])
def test_an_ambiguous_address_is_refused_since_1_36(address: str) -> None:
    pod_spec = {"hostAliases": [{"ip": address}], "dnsConfig": {"nameservers": [address]}}
    assert refused(pod_spec, kubernetes="1.35") == set()
    assert refused(pod_spec, kubernetes="1.36") == {("KQ2427", "/hostAliases/0/ip"), ("KQ2427", "/dnsConfig/nameservers/0")}


def test_a_hostname_override_was_dropped_before_1_35() -> None:
    assert refused({"hostnameOverride": "A_b", "hostNetwork": True}, kubernetes="1.34") == set()


@pytest.mark.parametrize(
    ("toleration", "rule"), [('{"key": "a", "operator": "exists"}', "KQ2437"), ('{"key": "a b"}', "KQ2432"), ("null", "KQ2433")]
)
def test_a_toleration_in_an_annotation_names_the_rule_that_it_breaks(toleration: str, rule: str) -> None:
    annotations = {"scheduler.alpha.kubernetes.io/tolerations": f"[{toleration}]"}
    diagnostics = check({**completed({}), "metadata": {"name": "a", "annotations": annotations}})
    assert [told.values["rule"] for told in diagnostics if told.code == "KQ2148"] == [rule]
