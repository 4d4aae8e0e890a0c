"""What objects are called, and what their metadata says: names by kind, labels, annotations, owners, finalizers."""

from __future__ import annotations

from typing import Any

import pytest
from pods import REFUSALS

from kqmanifest import check

POD = {"containers": [{"name": "main", "image": "nginx:1.27"}]}
JOB = {"template": {"spec": {"restartPolicy": "Never", **POD}}}
CLAIM = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
OWNER = {"apiVersion": "batch/v1", "kind": "Job", "name": "training", "uid": "1"}
APPARMOR = "container.apparmor.security.beta.kubernetes.io/main"
SECCOMP = "seccomp.security.alpha.kubernetes.io/pod"
COST = "controller.kubernetes.io/pod-deletion-cost"
MIRROR = "kubernetes.io/config.mirror"
TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"

SPECS: dict[str, tuple[str, dict[str, Any]]] = {
    "ConfigMap": ("v1", {}),
    "Namespace": ("v1", {}),
    "Secret": ("v1", {}),
    "Pod": ("v1", {"spec": POD}),
    "Job": ("batch/v1", {"spec": JOB}),
    "CronJob": ("batch/v1", {"spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": JOB}}}),
    "PersistentVolume": (
        "v1",
        {"spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "nfs": {"server": "s", "path": "/"}}},
    ),
    "PersistentVolumeClaim": ("v1", {"spec": CLAIM}),
    "Service": ("v1", {"spec": {"ports": [{"port": 80}]}}),
    "ServiceAccount": ("v1", {}),
    "Role": ("rbac.authorization.k8s.io/v1", {}),
    "ClusterRole": ("rbac.authorization.k8s.io/v1", {}),
    "StatefulSet": (
        "apps/v1",
        {"spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": POD}}},
    ),
}


def thing(kind: str, metadata: Any, **fields: Any) -> dict[str, Any]:
    """Make an object that is right but for its metadata."""
    api_version, rest = SPECS[kind]
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest, **fields}


def refused(manifest: dict[str, Any], kubernetes: str = "1.36") -> set[tuple[str, str]]:
    """Give the code and the place of each refusal."""
    return {(one.code, str(one.path)) for one in check(manifest, kubernetes=kubernetes) if one.code.startswith(REFUSALS)}


def at(path: str) -> str:
    """Give the place of a member of the metadata whose key holds a slash."""
    return "/metadata/" + path.replace("annotations/", "annotations|").replace("/", "~1").replace("|", "/")


@pytest.mark.parametrize("kind", sorted(SPECS))
@pytest.mark.parametrize(
    "metadata",
    [
        {"name": "a"},
        {"name": "a", "generateName": None, "labels": None, "annotations": None, "ownerReferences": None, "finalizers": None},
        {"generateName": "training-"},
        {"generateName": "a" * 46},
        {"name": "a", "labels": {"a": "", "x.y/A_b.c": "A_b.c", "b": None}, "annotations": {"X.y/A": "any text\n", "b": None}},
        {"name": "a", "labels": {"x/" + "a" * 63: "b" * 63}, "annotations": {"K": "\u212a"}},
        {"name": "a", "ownerReferences": [{**OWNER, "controller": True}, {**OWNER, "controller": False}]},
        {"name": "a", "finalizers": ["kubernetes", "orphan", "example.com/A_b"]},
        {"name": "a", "annotations": {"a": "x" * (256 * 1024 - 1)}},
        {"name": "a", "generation": 0, "creationTimestamp": None, "managedFields": [{"operation": "?"}]},
    ],
)
def test_what_the_server_takes(kind: str, metadata: dict[str, Any]) -> None:
    assert not refused(thing(kind, metadata))


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        *(
            (kind, name, "KQ2102")
            for kind in ("ConfigMap", "Pod", "Job", "PersistentVolume", "ServiceAccount")
            for name in ("A", "a_b", "-a", "a-")
        ),
        *((kind, "a..b", "KQ2102") for kind in ("Secret", "PersistentVolumeClaim", "CronJob")),
        ("ConfigMap", "a" * 254, "KQ2102"),
        ("ConfigMap", "a\n", "KQ2102"),
        *((kind, name, "KQ2103") for kind in ("Namespace", "Service", "StatefulSet") for name in ("a.b", "A", "a" * 64)),
        *(("Role", name, "KQ2106") for name in (".", "..", "a/b", "a%b")),
    ],
)
def test_a_name_belongs_to_its_kind(kind: str, name: str, code: str) -> None:
    assert (code, "/metadata/name") in refused(thing(kind, {"name": name}))


@pytest.mark.parametrize(
    ("kind", "name"), [("ConfigMap", "a.b"), ("ConfigMap", "a" * 253), ("Namespace", "1a"), ("Role", "Any name: 日本")]
)
def test_each_kind_has_names_of_its_own(kind: str, name: str) -> None:
    assert not refused(thing(kind, {"name": name}))


@pytest.mark.parametrize(("metadata", "place"), [({}, "/metadata"), ({"name": ""}, "/metadata/name"), ({"name": None}, "/metadata/name")])
def test_an_object_has_a_name(metadata: dict[str, Any], place: str) -> None:
    assert refused(thing("ConfigMap", metadata)) == {("KQ2101", place)}


def test_a_service_began_with_a_letter_once() -> None:
    wanted = {"1.33": "KQ2107", "1.35": "KQ2107", "1.36": None, "1.37": None}
    for version, code in wanted.items():
        assert refused(thing("Service", {"name": "1a"}), version) == ({(code, "/metadata/name")} if code else set())
        assert refused(thing("Service", {"generateName": "1a-"}), version) == ({(code, "/metadata/generateName")} if code else set())


@pytest.mark.parametrize(
    ("kind", "prefix", "wanted"),
    [
        ("Pod", "A", ("KQ2108", "/metadata/generateName")),
        ("Pod", "-", ("KQ2108", "/metadata/generateName")),
        ("Pod", "a.", ("KQ2108", "/metadata/generateName")),
        ("Pod", "A-", ("KQ2108", "/metadata")),
        ("Pod", "a.-", ("KQ2108", "/metadata")),
        ("Namespace", "a.b-", ("KQ2118", "/metadata/generateName")),
        ("Namespace", "a" * 64, ("KQ2118", "/metadata/generateName")),
        ("Role", "a/", ("KQ2106", "/metadata/generateName")),
    ],
)
def test_what_becomes_of_a_prefix_is_a_name(kind: str, prefix: str, wanted: tuple[str, str]) -> None:
    assert refused(thing(kind, {"generateName": prefix})) == {wanted}


def test_a_prefix_is_judged_beside_a_name() -> None:
    assert refused(thing("ConfigMap", {"name": "a", "generateName": "A_"})) == {("KQ2108", "/metadata/generateName")}
    assert not refused(thing("ConfigMap", {"name": "a", "generateName": "A-"}))


@pytest.mark.parametrize("kind", ["ConfigMap", "PersistentVolumeClaim", "Role"])
def test_a_namespace_is_a_label(kind: str) -> None:
    assert refused(thing(kind, {"name": "a", "namespace": "a.b"})) == {("KQ2109", "/metadata/namespace")}


@pytest.mark.parametrize("kind", ["PersistentVolume", "Namespace", "ClusterRole"])
def test_what_is_in_no_namespace_may_name_any(kind: str) -> None:
    assert not refused(thing(kind, {"name": "a", "namespace": "A b"}))


@pytest.mark.parametrize("kind", sorted(SPECS))
@pytest.mark.parametrize(
    ("metadata", "wanted"),
    [
        ({"labels": {"a b": "c"}}, ("KQ2104", "/metadata/labels/a b")),
        ({"labels": {"": "c"}}, ("KQ2104", "/metadata/labels/")),
        ({"labels": {"X.y/a": "c"}}, ("KQ2104", "/metadata/labels/X.y~1a")),
        ({"labels": {"a/b/c": "c"}}, ("KQ2104", "/metadata/labels/a~1b~1c")),
        ({"labels": {"a": "c d"}}, ("KQ2105", "/metadata/labels/a")),
        ({"labels": {"a": "c" * 64}}, ("KQ2105", "/metadata/labels/a")),
        ({"annotations": {"a b": "c"}}, ("KQ2110", "/metadata/annotations/a b")),
        ({"annotations": {"/a": "c"}}, ("KQ2110", "/metadata/annotations/~1a")),
        ({"annotations": {"a": "x" * (256 * 1024)}}, ("KQ2111", "/metadata/annotations")),
        ({"annotations": {"a": "é" * (128 * 1024)}}, ("KQ2111", "/metadata/annotations")),
        ({"ownerReferences": [OWNER, {**OWNER, "uid": ""}]}, ("KQ2112", "/metadata/ownerReferences/1/uid")),
        ({"ownerReferences": [{**OWNER, "apiVersion": "batch/"}]}, ("KQ2112", "/metadata/ownerReferences/0/apiVersion")),
        ({"ownerReferences": [{**OWNER, "apiVersion": "v1", "kind": "Event"}]}, ("KQ2113", "/metadata/ownerReferences/0")),
        ({"ownerReferences": [{**OWNER, "controller": True}] * 2}, ("KQ2114", "/metadata/ownerReferences/1")),
        ({"finalizers": ["example.com/a", "a"]}, ("KQ2115", "/metadata/finalizers/1")),
        ({"finalizers": [None]}, ("KQ2115", "/metadata/finalizers/0")),
        ({"finalizers": ["a b/c"]}, ("KQ2115", "/metadata/finalizers/0")),
        ({"finalizers": ["orphan", "foregroundDeletion"]}, ("KQ2116", "/metadata/finalizers")),
    ],
)
def test_what_the_server_refuses(kind: str, metadata: dict[str, Any], wanted: tuple[str, str]) -> None:
    assert refused(thing(kind, {"name": "a", **metadata})) == {wanted}


@pytest.mark.parametrize(("kind", "told"), [("ConfigMap", True), ("PersistentVolumeClaim", True), ("Pod", False), ("Job", False)])
def test_generations_are_counted_by_the_server_of_some_kinds(kind: str, *, told: bool) -> None:
    assert refused(thing(kind, {"name": "a", "generation": -1})) == ({("KQ2117", "/metadata/generation")} if told else set())


WILD: dict[str, Any] = {
    "name": "a b",
    "generateName": "A_",
    "namespace": "A b",
    "finalizers": ["a"],
    "ownerReferences": [{**OWNER, "uid": ""}],
    "generation": -1,
}


def test_of_a_pods_template_only_labels_and_annotations_are_read() -> None:
    template = {"metadata": WILD, "spec": JOB["template"]["spec"]}
    assert not refused(thing("Job", {"name": "a"}, spec={"template": template}))
    labelled = {**template, "metadata": {**WILD, "labels": {"a b": "c"}, "annotations": {"a b": "c"}}}
    where = "/spec/template/metadata"
    found = refused(thing("Job", {"name": "a"}, spec={"template": labelled}))
    assert {("KQ2104", f"{where}/labels/a b"), ("KQ2110", f"{where}/annotations/a b")} <= found


def test_of_a_jobs_template_nothing_is_read() -> None:
    metadata = {**WILD, "labels": {"a b": "c d"}, "annotations": {"a b": "c"}}
    cron = {"schedule": "0 3 * * *", "jobTemplate": {"metadata": metadata, "spec": JOB}}
    assert not refused(thing("CronJob", {"name": "a"}, spec=cron))


def test_of_a_stateful_sets_claim_only_the_name_is_read() -> None:
    claim = {"metadata": {**WILD, "name": "data", "labels": {"a b": "c d"}, "annotations": {"a b": "c"}}, "spec": CLAIM}
    spec = SPECS["StatefulSet"][1]["spec"]
    assert not refused(thing("StatefulSet", {"name": "a"}, spec={**spec, "volumeClaimTemplates": [claim]}))


def test_of_a_pods_own_claim_labels_are_read() -> None:
    claim = {"metadata": {"labels": {"a b": "c"}}, "spec": CLAIM}
    pod = {**POD, "volumes": [{"name": "data", "ephemeral": {"volumeClaimTemplate": claim}}]}
    where = "/spec/volumes/0/ephemeral/volumeClaimTemplate/metadata/labels/a b"
    assert refused(thing("Pod", {"name": "a"}, spec=pod)) == {("KQ2104", where)}


def test_metadata_is_judged_where_the_rest_is_malformed() -> None:
    found = refused(thing("Pod", {"name": "A", "labels": {"a b": "c"}}, spec={"containers": 1}))
    assert {("KQ2102", "/metadata/name"), ("KQ2104", "/metadata/labels/a b")} < found


RUNTIME = {"type": "RuntimeDefault"}
LOCAL = {"type": "Localhost", "localhostProfile": "tight"}


@pytest.mark.parametrize(
    ("annotations", "spec"),
    [
        ({MIRROR: "x"}, {"nodeName": "node-1"}),
        *(({COST: cost}, {}) for cost in ("0", "-0", "-01", "100", "2147483647", "-2147483648", "-" + "0" * 40)),
        *(({SECCOMP: profile}, {}) for profile in ("runtime/default", "docker/default", "unconfined", "localhost/a/b", "localhost/")),
        *(({APPARMOR: profile}, {}) for profile in ("", "runtime/default", "unconfined", "localhost/tight")),
        *(
            ({TOLERATIONS: text}, {})
            for text in ("", "[]", "null", '[{"KEY": "gpu", "unknown": 1}]', '[{"operator": "Exists", "key": null}]')
        ),
        ({SECCOMP: "docker/default"}, {"securityContext": {"seccompProfile": RUNTIME}}),
        ({SECCOMP: "localhost/tight"}, {"securityContext": {"seccompProfile": LOCAL}}),
        ({APPARMOR: "runtime/default"}, {"securityContext": {"appArmorProfile": {"type": "Unconfined"}}}),
    ],
)
def test_what_the_server_takes_of_a_pods_annotations(annotations: dict[str, Any], spec: dict[str, Any]) -> None:
    assert not refused(thing("Pod", {"name": "a", "annotations": annotations}, spec={**POD, **spec}))


@pytest.mark.parametrize(
    ("annotations", "spec", "code", "place"),
    [
        ({MIRROR: ""}, {}, "KQ2140", at(f"annotations/{MIRROR}")),
        *(({COST: cost}, {}, "KQ2141", at(f"annotations/{COST}")) for cost in ("", "+1", "01", "1.0", "2147483648", "٣", " 1", "9" * 5000)),
        *(
            ({SECCOMP: profile}, {}, "KQ2142", at(f"annotations/{SECCOMP}"))
            for profile in ("", "default", "localhost//a", "localhost/../a")
        ),
        ({APPARMOR + "x": ""}, {}, "KQ2143", at(f"annotations/{APPARMOR}x")),
        ({APPARMOR: "default"}, {}, "KQ2144", at(f"annotations/{APPARMOR}")),
        *(
            ({TOLERATIONS: text}, {}, "KQ2145", at(f"annotations/{TOLERATIONS}"))
            for text in ("all", "{}", "[1]", "[NaN]", '[{"key": 1}]', "[" * 9999)
        ),
        *(
            ({TOLERATIONS: text}, {}, "KQ2148", at(f"annotations/{TOLERATIONS}"))
            for text in ("[null]", '[{"key": "a b"}]', '[{"key": "a", "operator": "exists"}]', '[{"key": "a", "tolerationSeconds": 5}]')
        ),
        ({SECCOMP: "unconfined"}, {"securityContext": {"seccompProfile": RUNTIME}}, "KQ2146", "/spec/securityContext/seccompProfile/type"),
        (
            {SECCOMP: "localhost/loose"},
            {"securityContext": {"seccompProfile": LOCAL}},
            "KQ2146",
            "/spec/securityContext/seccompProfile/localhostProfile",
        ),
        (
            {APPARMOR: "unconfined"},
            {"containers": [{**POD["containers"][0], "securityContext": {"appArmorProfile": RUNTIME}}]},
            "KQ2147",
            "/spec/containers/0/securityContext/appArmorProfile/type",
        ),
    ],
)
def test_what_the_server_refuses_of_a_pods_annotations(annotations: dict[str, Any], spec: dict[str, Any], code: str, place: str) -> None:
    assert refused(thing("Pod", {"name": "a", "annotations": annotations}, spec={**POD, **spec})) == {(code, place)}


def test_a_template_is_not_turned_into_fields() -> None:
    spec = {**JOB["template"]["spec"], "securityContext": {"appArmorProfile": {"type": "Unconfined"}}}
    template = {"metadata": {"annotations": {APPARMOR: "runtime/default"}}, "spec": spec}
    code, place = next(iter(refused(thing("Job", {"name": "a"}, spec={"template": template}))))
    assert code == "KQ2147"
    assert place.startswith("/spec/template/spec/containers/0")
