"""ConfigMaps, Secrets of every type, namespaces and quotas."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from pods import REFUSALS

from kqmanifest import check

MEBIBYTE = 1024 * 1024


def refused(manifest: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the code and the place of each refusal."""
    return {(diagnostic.code, str(diagnostic.path)) for diagnostic in check(manifest) if diagnostic.code.startswith(REFUSALS)}


def config_map(**fields: Any) -> dict[str, Any]:
    """Make a ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, **fields}


def secret(kind: str | None = None, /, **fields: Any) -> dict[str, Any]:
    """Make a Secret of a type."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": kind, **fields}


def quota(hard: Any = None, scopes: Any = None, *expressions: dict[str, Any]) -> dict[str, Any]:
    """Make a ResourceQuota."""
    spec = {"hard": hard, "scopes": scopes, "scopeSelector": {"matchExpressions": list(expressions)}}
    return {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "a"}, "spec": spec}


def encoded(text: str) -> str:
    """Return a string in base64."""
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("key", ["a", "A.b-c_d", ".a", "-", "a" * 253, "a..b"])
def test_a_key_is_a_file_name(key: str) -> None:
    assert not refused(config_map(data={key: "x", "b": None}))
    assert not refused(secret(stringData={key: "x"}, data={key: None}))


@pytest.mark.parametrize("key", ["", ".", "..", "..a", "a/b", "é", "a b", "a\n", "a" * 254])
def test_a_key_must_be_a_file_name(key: str) -> None:
    place = key.replace("/", "~1")
    for field in ("data", "binaryData"):
        assert refused(config_map(**{field: {key: ""}})) == {("KQ2850", f"/{field}/{place}")}
    for field in ("data", "stringData"):
        assert refused(secret(**{field: {key: ""}})) == {("KQ2850", f"/{field}/{place}")}


def test_a_key_is_given_once() -> None:
    assert refused(config_map(data={"a": "", "b": ""}, binaryData={"b": "QQ=="})) == {("KQ2851", "/data/b")}


@pytest.mark.parametrize(
    ("manifest", "wanted"),
    [
        (config_map(data={"a": "x" * MEBIBYTE}), set()),
        (config_map(data={"a": "x" * (MEBIBYTE + 1)}), {("KQ2852", "")}),
        (config_map(data={"a": "é" * (MEBIBYTE // 2), "b": "x"}), {("KQ2852", "")}),
        (config_map(data={"a": "x" * (MEBIBYTE - 2)}, binaryData={"b": "QUJD"}), {("KQ2852", "")}),
        (secret(stringData={"a": "x" * MEBIBYTE}), set()),
        (secret(data={"a": encoded("x" * (MEBIBYTE + 1))}), {("KQ2853", "/data")}),
        (secret(data={"a": encoded("x" * (MEBIBYTE + 1))}, stringData={"a": "x"}), set()),
    ],
    ids=range(7),
)
def test_values_may_have_a_mebibyte(manifest: dict[str, Any], wanted: set[tuple[str, str]]) -> None:
    assert refused(manifest) == wanted


OF_A_TOKEN = "kubernetes.io/service-account-token"  # noqa: S105  a type of Secrets, not a secret
ACCOUNT = "kubernetes.io/service-account.name"


@pytest.mark.parametrize("kind", [None, "", "Opaque", "bootstrap.kubernetes.io/token", "any string at all"])
def test_a_secret_of_another_type_needs_no_keys(kind: str | None) -> None:
    assert not refused(secret(kind))


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("kubernetes.io/dockercfg", ".dockercfg"),
        ("kubernetes.io/dockerconfigjson", ".dockerconfigjson"),
        ("kubernetes.io/ssh-auth", "ssh-privatekey"),
    ],
)
def test_a_secret_of_a_type_needs_its_key(kind: str, key: str) -> None:
    assert refused(secret(kind, data={"other": ""})) == {("KQ2855", "/data")}
    assert not refused(secret(kind, data={key: encoded("{}")}))
    assert not refused(secret(kind, stringData={key: "{}"}, data={key: ""}))


def test_a_certificate_needs_its_key() -> None:
    assert refused(secret("kubernetes.io/tls", data={})) == {("KQ2855", "/data")}
    assert refused(secret("kubernetes.io/tls", stringData={"tls.key": ""}, data={"a": ""})) == {("KQ2855", "/data")}
    assert not refused(secret("kubernetes.io/tls", data={"tls.crt": None, "tls.key": ""}))


def test_a_private_key_must_not_be_empty() -> None:
    assert refused(secret("kubernetes.io/ssh-auth", data={"ssh-privatekey": ""})) == {("KQ2855", "/data/ssh-privatekey")}
    assert refused(secret("kubernetes.io/ssh-auth", data={"ssh-privatekey": "QQ=="}, stringData={"ssh-privatekey": ""}))


def test_a_login_needs_a_name_or_a_password() -> None:
    assert refused(secret("kubernetes.io/basic-auth", data={"user": ""})) == {("KQ2856", "/data")}
    for field in ("username", "password"):
        assert not refused(secret("kubernetes.io/basic-auth", data={field: ""}))


def test_a_token_must_name_its_account() -> None:
    for notes in (None, {}, {ACCOUNT: ""}):
        manifest = secret(OF_A_TOKEN, metadata={"name": "a", "annotations": notes})
        assert {code for code, _ in refused(manifest)} == {"KQ2854"}
    assert not refused(secret(OF_A_TOKEN, metadata={"name": "a", "annotations": {ACCOUNT: "trainer"}}))


@pytest.mark.parametrize("text", ["", "user:password", "[]", '{"auths": }'])
def test_registry_logins_must_be_json(text: str) -> None:
    kind, key = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
    assert refused(secret(kind, stringData={key: text})) == {("KQ2857", f"/stringData/{key}")}
    assert refused(secret(kind, data={key: encoded(text)})) == {("KQ2857", f"/data/{key}")}


def test_what_is_not_base64_is_reported_once() -> None:
    kind, key = "kubernetes.io/dockerconfigjson", ".dockerconfigjson"
    assert refused(secret(kind, data={key: "@"})) == {("KQ2906", f"/data/{key}")}


@pytest.mark.parametrize(
    ("finalizer", "is_refused"), [("kubernetes", False), ("a/b", False), ("cleanup", True), ("", True), (None, True), ("a/b/c", True)]
)
def test_a_finalizer_of_a_namespace_needs_a_domain(finalizer: str | None, *, is_refused: bool) -> None:
    manifest = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}, "spec": {"finalizers": ["kubernetes", finalizer]}}
    assert refused(manifest) == ({("KQ2858", "/spec/finalizers/1")} if is_refused else set())


@pytest.mark.parametrize(
    "hard",
    [
        None,
        {},
        {"cpu": "0.5", "limits.memory": "1.5Gi", "requests.storage": 0, "pods": None},
        {
            "requests.nvidia.com/gpu": 8,
            "nvidia.com/gpu": "1k",
            "count/jobs.batch": "2.5",
            "hugepages-2Mi": "1Gi",
            "requests.hugepages-1Gi": "0",
        },
        {"pods": "9223372036854775807", "secrets": "1e30"},
        {"gold.storageclass.storage.k8s.io/requests.storage": "1Ti"},
    ],
)
def test_resources_that_a_quota_counts(hard: dict[str, Any] | None) -> None:
    assert refused(quota(hard)) == ({("KQ2862", "/spec/hard/count~1jobs.batch")} if hard and "count/jobs.batch" in hard else set())


@pytest.mark.parametrize(
    ("resource", "value", "code"),
    [
        *(
            (resource, "1", "KQ2860")
            for resource in ("gpu", "requests.gpu", "limits.hugepages-2Mi", "storage", "Pods", "a b", "/a", "a/b/c", "")
        ),
        *((resource, "-1", "KQ2861") for resource in ("cpu", "pods", "requests.nvidia.com/gpu")),
        *((resource, "1.5", "KQ2862") for resource in ("pods", "services.nodeports", "nvidia.com/gpu")),
        ("pods", "0.0001", "KQ2862"),
        ("pods", "12345678901234567890", "KQ2862"),
    ],
)
def test_resources_that_a_quota_cannot_count(resource: str, value: str, code: str) -> None:
    place = resource.replace("/", "~1")
    assert refused(quota({resource: value})) == {(code, f"/spec/hard/{place}")}


def scope(name: str, operator: str = "Exists", *values: str) -> dict[str, Any]:
    """Make an expression of a scope."""
    return {"scopeName": name, "operator": operator, "values": list(values)}


SCOPES = "/spec/scopeSelector/matchExpressions"


@pytest.mark.parametrize(
    "manifest",
    [
        quota({"pods": 1, "cpu": 1}, ["Terminating", "NotBestEffort"]),
        quota({"pods": 1}, ["BestEffort"], scope("NotBestEffort")),
        quota({"configmaps": 1}, []),
        quota({"persistentvolumeclaims": 1, "requests.storage": "1Ti"}, ["VolumeAttributesClass"]),
        quota({"pods": 1}, None, scope("PriorityClass", "In", "high"), scope("PriorityClass", "DoesNotExist"), scope("Terminating")),
        quota({"nvidia.com/gpu": 1, "count/jobs.batch": 1}, ["BestEffort"]),
    ],
)
def test_scopes_of_a_quota(manifest: dict[str, Any]) -> None:
    assert not refused(manifest)


@pytest.mark.parametrize(
    ("manifest", "wanted"),
    [
        (quota({"pods": 1}, ["Batch"]), {("KQ2863", "/spec/scopes/0")}),
        (quota({"pods": 1}, [None]), {("KQ2863", "/spec/scopes/0")}),
        (quota({"pods": 1}, None, scope("Batch")), {("KQ2863", f"{SCOPES}/0/scopeName")}),
        (quota({"pods": 1, "configmaps": 1}, ["Terminating"]), {("KQ2864", "/spec/scopes/0")}),
        (quota({"cpu": 1}, ["BestEffort"]), {("KQ2864", "/spec/scopes/0")}),
        (quota({"pods": 1}, None, scope("VolumeAttributesClass")), {("KQ2864", f"{SCOPES}/0/scopeName")}),
        (quota({"pods": 1}, ["BestEffort", "NotBestEffort"]), {("KQ2865", "/spec/scopes")}),
        (quota({"pods": 1}, [], scope("Terminating"), scope("NotTerminating")), {("KQ2865", "/spec/scopes")}),
        (quota({"pods": 1}, None, scope("PriorityClass", "Is", "high")), {("KQ2866", f"{SCOPES}/0/operator")}),
        (quota({"pods": 1}, None, scope("Terminating", "In", "x")), {("KQ2867", f"{SCOPES}/0/operator")}),
        (quota({"pods": 1}, None, scope("BestEffort", "DoesNotExist")), {("KQ2867", f"{SCOPES}/0/operator")}),
        (quota({"pods": 1}, None, scope("PriorityClass", "NotIn")), {("KQ2868", f"{SCOPES}/0/values")}),
        (quota({"pods": 1}, None, scope("PriorityClass", "Exists", "high")), {("KQ2869", f"{SCOPES}/0/values")}),
    ],
)
def test_scopes_that_a_quota_cannot_have(manifest: dict[str, Any], wanted: set[tuple[str, str]]) -> None:
    assert refused(manifest) == wanted


def test_the_server_writes_the_label_with_the_name() -> None:
    label = {"kubernetes.io/metadata.name": "a/b/c"}
    assert not check({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team", "labels": label}})
    found = check({"apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": "team-", "labels": label}})
    assert [diagnostic.code for diagnostic in found] == ["KQ2105"]


def test_a_limit_range_is_named_by_the_server() -> None:
    assert not check({"apiVersion": "v1", "kind": "LimitRange", "spec": {"limits": []}})
