"""Security contexts, profiles, and what is only for Windows or only for Linux."""

from __future__ import annotations

from typing import Any

import pytest
from pods import container, refused, refused_as_template

OF_POD = "/securityContext"
OF_CONTAINER = "/containers/0/securityContext"


@pytest.mark.parametrize(
    ("context", "found"),
    [
        ({"runAsUser": 0, "runAsGroup": 2**31 - 1, "fsGroup": None, "supplementalGroups": [0, None]}, set()),
        ({"runAsUser": 2**31}, {("KQ2460", "/runAsUser")}),
        ({"fsGroup": -1}, {("KQ2461", "/fsGroup")}),
        ({"supplementalGroups": [1, -1]}, {("KQ2462", "/supplementalGroups/1")}),
        ({"fsGroupChangePolicy": ""}, {("KQ2463", "/fsGroupChangePolicy")}),
        ({"supplementalGroupsPolicy": "merge"}, {("KQ2464", "/supplementalGroupsPolicy")}),
        ({"sysctls": [{"name": "net/ipv4/eno2.100/rp_filter", "value": "1"}, {"name": "kernel.shm_rmid_forced"}]}, set()),
        (
            {"sysctls": [{"name": "", "value": "1"}, {"name": "", "value": "1"}]},
            {("KQ2467", "/sysctls/0/name"), ("KQ2467", "/sysctls/1/name")},
        ),
        ({"sysctls": [{"name": "a..b", "value": "1"}]}, {("KQ2468", "/sysctls/0/name")}),
        ({"sysctls": [{"name": "a", "value": "1"}] * 2}, {("KQ2469", "/sysctls/1/name")}),
        ({"seccompProfile": {"type": ""}}, {("KQ2475", "/seccompProfile/type")}),
        ({"appArmorProfile": {"type": "localhost", "localhostProfile": "x"}}, {("KQ2475", "/appArmorProfile/type")}),
        ({"windowsOptions": {"gmsaCredentialSpecName": "A"}}, {("KQ2483", "/windowsOptions/gmsaCredentialSpecName")}),
        ({"windowsOptions": {"gmsaCredentialSpec": ""}}, {("KQ2484", "/windowsOptions/gmsaCredentialSpec")}),
        ({"windowsOptions": {"gmsaCredentialSpec": "x" * 65537}}, {("KQ2484", "/windowsOptions/gmsaCredentialSpec")}),
    ],
)
def test_contexts_of_pods(context: dict[str, Any], found: set[tuple[str, str]]) -> None:
    pod_spec = {"securityContext": context}
    assert refused(pod_spec) == refused_as_template(pod_spec) == {(code, OF_POD + place) for code, place in found}


@pytest.mark.parametrize(
    ("policy", "before", "since"), [("Recursive", None, None), ("MountOption", "KQ2465", None), ("", "KQ2465", "KQ2466")]
)
def test_labelling_by_mounting_is_served_since_1_37(policy: str, before: str | None, since: str | None) -> None:
    for version, code in (("1.35", before), ("1.36", before), ("1.37", since)):
        found = refused({"securityContext": {"seLinuxChangePolicy": policy}}, kubernetes=version)
        assert found == ({(code, OF_POD + "/seLinuxChangePolicy")} if code else set())


@pytest.mark.parametrize(
    ("sysctl", "field"),
    [
        ("net.core.somaxconn", "hostNetwork"),
        ("net/core/somaxconn", "hostNetwork"),
        ("kernel.shmmax", "hostIPC"),
        ("kernel/sem", "hostIPC"),
        ("fs.mqueue.msg_max", "hostIPC"),
    ],
)
def test_a_setting_of_the_node_is_not_the_pods(sysctl: str, field: str) -> None:
    context = {"securityContext": {"sysctls": [{"name": sysctl, "value": "1"}]}}
    assert refused({**context, field: True}) == {("KQ2470", OF_POD + "/sysctls/0/name")}
    assert refused({**context, "hostPID": True}) == set()


@pytest.mark.parametrize(
    ("context", "found"),
    [
        ({"procMount": "Default", "privileged": True, "allowPrivilegeEscalation": True}, set()),
        ({"allowPrivilegeEscalation": False, "capabilities": {"add": ["SYS_ADMIN"]}}, set()),
        ({"procMount": ""}, {("KQ2471", "/procMount")}),
        ({"procMount": "Unmasked"}, {("KQ2472", "/procMount")}),
        ({"privileged": True, "allowPrivilegeEscalation": False}, {("KQ2473", "")}),
        ({"capabilities": {"add": ["CAP_SYS_ADMIN"]}, "allowPrivilegeEscalation": False}, {("KQ2474", "")}),
        ({"runAsUser": -1}, {("KQ2460", "/runAsUser")}),
        ({"runAsGroup": -1}, {("KQ2461", "/runAsGroup")}),
        ({"seccompProfile": {"type": "Localhost", "localhostProfile": "a/b"}}, set()),
        ({"seccompProfile": {"type": "Localhost", "localhostProfile": ""}}, set()),
        ({"seccompProfile": {"type": "Localhost"}}, {("KQ2476", "/seccompProfile")}),
        ({"seccompProfile": {"type": "Unconfined", "localhostProfile": ""}}, {("KQ2477", "/seccompProfile/localhostProfile")}),
        ({"seccompProfile": {"type": "Localhost", "localhostProfile": "a/.."}}, {("KQ2478", "/seccompProfile/localhostProfile")}),
        ({"appArmorProfile": {"type": "Localhost", "localhostProfile": "\x1f"}}, set()),
        ({"appArmorProfile": {"type": "Localhost", "localhostProfile": None}}, {("KQ2476", "/appArmorProfile/localhostProfile")}),
        ({"appArmorProfile": {"type": "Localhost", "localhostProfile": ""}}, {("KQ2479", "/appArmorProfile/localhostProfile")}),
        ({"appArmorProfile": {"type": "Localhost", "localhostProfile": "a\u00a0"}}, {("KQ2479", "/appArmorProfile/localhostProfile")}),
        ({"appArmorProfile": {"type": "Localhost", "localhostProfile": "a" * 4096}}, {("KQ2479", "/appArmorProfile/localhostProfile")}),
    ],
)
def test_contexts_of_containers(context: dict[str, Any], found: set[tuple[str, str]]) -> None:
    assert refused(container(securityContext=context)) == {(code, OF_CONTAINER + place) for code, place in found}


def test_proc_is_unmasked_for_own_users() -> None:
    assert refused({**container(securityContext={"procMount": "Unmasked"}), "hostUsers": False}) == set()


@pytest.mark.parametrize(
    "user", ["user", "DOMAIN\\user", ".x", "a b", "u" * 104, "example.com\\user", "\u5b66\u7fd2\\user", "x" * 15 + "\\u"]
)
def test_a_user_of_windows(user: str) -> None:
    assert refused({"securityContext": {"windowsOptions": {"runAsUserName": user}}}) == set()


@pytest.mark.parametrize("user", ["", "a\\b\\c", "a@b", "\\u", "a\\", ". .", "a\tb", "u" * 105, "\u5b66" * 35, "a:b\\u", "x" * 16 + "_\\u"])
def test_no_user_of_windows(user: str) -> None:
    found = refused({"securityContext": {"windowsOptions": {"runAsUserName": user}}})
    assert found == {("KQ2485", OF_POD + "/windowsOptions/runAsUserName")}


@pytest.mark.parametrize(
    ("pod_spec", "code", "place"),
    [
        ({"hostUsers": True}, "KQ2480", "/hostUsers"),
        ({"hostPID": True}, "KQ2480", "/hostPID"),
        ({"shareProcessNamespace": False}, "KQ2480", "/shareProcessNamespace"),
        ({"securityContext": {"supplementalGroups": []}}, "KQ2480", "/securityContext/supplementalGroups"),
        ({"securityContext": {"sysctls": [{"name": "a", "value": "1"}]}}, "KQ2480", "/securityContext/sysctls"),
        (container(securityContext={"privileged": False}), "KQ2481", OF_CONTAINER + "/privileged"),
        (container(securityContext={"seLinuxOptions": {}}), "KQ2481", OF_CONTAINER + "/seLinuxOptions"),
    ],
)
def test_only_for_linux(pod_spec: dict[str, Any], code: str, place: str) -> None:
    assert refused({**pod_spec, "os": {"name": "windows"}}) == {(code, place)}
    assert refused(pod_spec) == set()


@pytest.mark.parametrize(
    "pod_spec",
    [
        {"hostNetwork": True},
        {"hostPID": False},
        {"securityContext": {"sysctls": [], "runAsNonRoot": True}},
        container(securityContext={"runAsUser": None}),
    ],
)
def test_what_a_pod_for_windows_may_say(pod_spec: dict[str, Any]) -> None:
    assert refused({**pod_spec, "os": {"name": "windows"}}) == set()


def test_only_for_windows() -> None:
    options: dict[str, Any] = {"windowsOptions": {}}
    pod_spec = {"securityContext": options, **container(securityContext=options)}
    found = {("KQ2482", OF_POD + "/windowsOptions"), ("KQ2482", OF_CONTAINER + "/windowsOptions")}
    assert refused({**pod_spec, "os": {"name": "linux"}}) == found
    assert refused(pod_spec) == set()


@pytest.mark.parametrize(
    ("pod", "containers", "network", "found"),
    [
        (None, [None, None], False, set()),
        (True, [None, True], True, set()),
        (True, [None], False, {("KQ2488", "/hostNetwork")}),
        (None, [True, None], True, {("KQ2487", "")}),
        (None, [True, False], True, {("KQ2487", "")}),
        (True, [False], True, {("KQ2486", "/containers/0/securityContext/windowsOptions/hostProcess")}),
        (False, [True], True, {("KQ2486", "/containers/0/securityContext/windowsOptions/hostProcess")}),
    ],
)
def test_processes_of_the_node(pod: bool | None, containers: list[bool | None], network: bool, found: set[tuple[str, str]]) -> None:  # noqa: FBT001  a row
    def context(own: bool | None) -> dict[str, Any]:  # noqa: FBT001  one of three answers
        return {"securityContext": {"windowsOptions": {"hostProcess": own}}}

    pod_spec = {
        **context(pod),
        "hostNetwork": network,
        "containers": [{"name": f"c{number}", **context(own)} for number, own in enumerate(containers)],
    }
    assert refused(pod_spec) == found
