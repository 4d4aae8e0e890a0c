"""The environment: names, sources, keys, and the downward API."""

from __future__ import annotations

from typing import Any

import pytest
from pods import container, refused, refused_as_template

from kqmanifest import check
from kqmanifest.vocabulary.downward import divides, subscript

CONFIG = {"configMapKeyRef": {"name": "c", "key": "k"}}
FILE = {"volumeName": "settings", "path": "env", "key": "K"}


def env(*sources: dict[str, Any] | None, **fields: Any) -> dict[str, Any]:
    """Make a pod's spec with these variables."""
    return container(env=[{"name": f"V{n}", "valueFrom": one, **fields} for n, one in enumerate(sources)])


def from_file(volumes: list[dict[str, Any]] | None = None, **fields: Any) -> dict[str, Any]:
    """Make a pod's spec with a variable that is read from a file."""
    return {**env({"fileKeyRef": {**FILE, **fields}}), "volumes": volumes or [{"name": "settings", "emptyDir": {}}]}


@pytest.mark.parametrize(
    "pod_spec",
    [
        container(env=[{"name": "a b-c.d~"}, {"name": "A", "value": "$(B)"}, {"name": "A", "value": None}], envFrom=[]),
        env(None, CONFIG, {**CONFIG, "secretKeyRef": None}),
        env(CONFIG, value=""),
        env({"configMapKeyRef": {"name": "a.b", "key": "." + "k" * 252, "optional": True}}),
        env({"fieldRef": {"fieldPath": "spec.host", "apiVersion": ""}}, {"fieldRef": {"fieldPath": "status.hostIPs"}}),
        env({"fieldRef": {"fieldPath": "metadata.labels['a/b']"}}, {"fieldRef": {"fieldPath": "metadata.annotations['A/B']"}}),
        env({"resourceFieldRef": {"resource": "limits.cpu", "divisor": None}}, {"resourceFieldRef": {"resource": "limits.hugepages-any"}}),
        container(envFrom=[{"prefix": "", "configMapRef": {"name": "a-"}}, {"secretRef": {"name": "s"}, "configMapRef": None}]),
        from_file(path="/a/..b"),
    ],
)
def test_what_the_server_accepts(pod_spec: dict[str, Any]) -> None:
    assert refused(pod_spec) == set()
    assert refused_as_template(pod_spec) == set()


@pytest.mark.parametrize(
    ("pod_spec", "code", "place"),
    [
        (container(env=[{"name": ""}]), "KQ2230", "/env/0/name"),
        (container(env=[{"name": "A=B"}]), "KQ2207", "/env/0/name"),
        (container(env=[{"name": "学習"}]), "KQ2207", "/env/0/name"),
        (container(env=[{"name": "A\t"}]), "KQ2207", "/env/0/name"),
        (container(envFrom=[{"prefix": "=", "configMapRef": {"name": "c"}}]), "KQ2231", "/envFrom/0/prefix"),
        (env(CONFIG, value="a"), "KQ2232", "/env/0/valueFrom"),
        (env({**CONFIG, "fieldRef": {"fieldPath": "metadata.name"}}), "KQ2233", "/env/0/valueFrom"),
        (env(CONFIG, {}), "KQ2234", "/env/1/valueFrom"),
        (env({"fieldRef": None}), "KQ2234", "/env/0/valueFrom"),
        (env({"fieldRef": {"fieldPath": "metadata.name", "apiVersion": "v2"}}), "KQ2235", "/env/0/valueFrom/fieldRef/fieldPath"),
        (env({"fieldRef": {"fieldPath": ""}}), "KQ2236", "/env/0/valueFrom/fieldRef/fieldPath"),
        (env({"fieldRef": {"fieldPath": "metadata.labels"}}), "KQ2236", "/env/0/valueFrom/fieldRef/fieldPath"),
        (env({"fieldRef": {"fieldPath": "spec.restartPolicy"}}), "KQ2236", "/env/0/valueFrom/fieldRef/fieldPath"),
        (env({"fieldRef": {"fieldPath": "metadata.name['a']"}}), "KQ2236", "/env/0/valueFrom/fieldRef/fieldPath"),
        (env({"fieldRef": {"fieldPath": "metadata.labels['a b']"}}), "KQ2237", "/env/0/valueFrom/fieldRef"),
        (env({"resourceFieldRef": {"resource": ""}}), "KQ2238", "/env/0/valueFrom/resourceFieldRef/resource"),
        (env({"resourceFieldRef": {"resource": "cpu"}}), "KQ2238", "/env/0/valueFrom/resourceFieldRef/resource"),
        (env({"resourceFieldRef": {"resource": "limits.cpu", "divisor": "1Ki"}}), "KQ2239", "/env/0/valueFrom/resourceFieldRef/divisor"),
        (env({"configMapKeyRef": {"key": "k", "name": ""}}), "KQ2240", "/env/0/valueFrom/configMapKeyRef/name"),
        (env({"secretKeyRef": {"key": "k", "name": "a-"}}), "KQ2240", "/env/0/valueFrom/secretKeyRef/name"),
        (env({"secretKeyRef": {"key": "", "name": "a"}}), "KQ2241", "/env/0/valueFrom/secretKeyRef/key"),
        (env({"secretKeyRef": {"key": "..", "name": "a"}}), "KQ2242", "/env/0/valueFrom/secretKeyRef/key"),
        (env({"secretKeyRef": {"key": "a/b", "name": "a"}}), "KQ2242", "/env/0/valueFrom/secretKeyRef/key"),
        (container(envFrom=[{"configMapRef": {"name": "a"}}, {}]), "KQ2243", "/envFrom/1"),
        (container(envFrom=[{"configMapRef": {"name": "a"}, "secretRef": {"name": "a"}}]), "KQ2243", "/envFrom/0"),
        (container(envFrom=[{"secretRef": {"name": ""}}]), "KQ2244", "/envFrom/0/secretRef/name"),
        (container(envFrom=[{"secretRef": {"name": "-"}}]), "KQ2245", "/envFrom/0/secretRef/name"),
        (from_file(key="A=B"), "KQ2246", "/env/0/valueFrom/fileKeyRef/key"),
        (from_file(path=""), "KQ2247", "/env/0/valueFrom/fileKeyRef/path"),
        (from_file(path="a/.."), "KQ2247", "/env/0/valueFrom/fileKeyRef/path"),
        (from_file(volumeName="setings"), "KQ2248", "/env/0/valueFrom/fileKeyRef/volumeName"),
        (
            from_file([{"name": "settings", "configMap": {"name": "c"}}]),
            "KQ2249",
            "/env/0/valueFrom/fileKeyRef/volumeName",
        ),
    ],
)
def test_what_the_server_refuses(pod_spec: dict[str, Any], code: str, place: str) -> None:
    assert refused(pod_spec) == {(code, f"/containers/0{place}")}
    assert refused_as_template(pod_spec) == {(code, f"/containers/0{place}")}


def test_env_files_are_supported_from_1_35_on() -> None:
    assert refused(from_file(), kubernetes="1.34") == {("KQ2290", "/containers/0/env/0/valueFrom")}
    assert refused(from_file(), kubernetes="1.35") == set()
    assert refused(from_file(), kubernetes="1.33") == {("KQ9001", "/containers/0/env/0/valueFrom/fileKeyRef")}


def test_the_value_of_a_variable_is_never_shown() -> None:
    spec = container(env=[{"name": "KEY=s3cret", "value": "s3cret"}, {"name": "A", "value": "s3cret", "valueFrom": CONFIG}])
    found = check({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec})
    assert {"KQ2207", "KQ2232"} <= {one.code for one in found}
    assert not [one for one in found if "s3cret" in f"{one} {one.hint} {one.values}"]


def test_the_nearest_field_is_suggested() -> None:
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": env({"fieldRef": {"fieldPath": "spec.node_name"}})}
    (one,) = (one for one in check(manifest) if one.code == "KQ2236")
    assert one.hint == "did you mean `spec.nodeName`?"


@pytest.mark.parametrize(
    ("resource", "taken", "not_taken"),
    [
        (
            "limits.cpu",
            "0 0m 1 1m 1000m 1.0 10e-1 0.001 0.0009765625Ki 1000000n 1000u 1000000u 0.001k 1000e-3 +1000m 1.000",
            "1. +1 -1 01 001m 1e0 1E0 1e3 1k 1Ki 2 10m .5 1u 1e-3",
        ),
        (
            "requests.memory",
            "0 1 1000m 1.0 10e-1 1k 1000 1000k 1M 1G 1T 1P 1E 1Ki 1024Ki 1Mi 1Gi 1Ti 1Pi 1Ei 1024Mi 1.0Ki 1.0k 0.001M 1000000 1024Pi +1Pi",
            "1m 1. +1 +1k +1Ki 01Ki 01k 1e3 1e6 1024 1000Ki 1024Ei 1e18 1.00e3 10Mi 2",
        ),
    ],
)
def test_a_divisor_is_read_as_the_server_prints_it(resource: str, taken: str, not_taken: str) -> None:
    assert {one: divides(resource, one) for one in taken.split()} == dict.fromkeys(taken.split(), True)
    assert {one: divides(resource, one) for one in not_taken.split()} == dict.fromkeys(not_taken.split(), False)


@pytest.mark.parametrize(
    ("field_path", "parts"),
    [
        ("metadata.labels['a']", ("metadata.labels", "a")),
        ("metadata.labels['a['b']']", ("metadata.labels", "a['b']")),
        ("metadata.labels['']", ("metadata.labels", "")),
        ("metadata.labels", None),
        ("metadata.labels[a]", None),
        ("['a']", None),
        ("a']", None),
    ],
)
def test_a_field_path_is_split_as_the_server_does(field_path: str, parts: tuple[str, str] | None) -> None:
    assert subscript(field_path) == parts
