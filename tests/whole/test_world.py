"""Manifests as tutorials, charts, operators and kubectl write them: no error is found, and no warning but those that are told here."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import pytest
from examples import completed
from folders import TESTS

from kqmanifest import Diagnostic, check, load

WORLD: Final = {path.name: path for path in sorted((TESTS / "world").glob("*.yaml"))}
VERSIONS: Final = ("1.33", "1.36", "1.37")

SINCE: Final = {"dra-template.yaml": "1.34"}
"""The version from which on Kubernetes has all kinds of a manifest."""

NO_SCHEMA: Final = "a custom resource, of which nothing is known here"
NO_TAG: Final = "the tutorial leaves the tag out"

WARNINGS: Final[dict[str, dict[tuple[str, int, str], str]]] = {
    "autoscaled.yaml": {("KQ4040", 0, "/spec/template/spec/containers/0/image"): NO_TAG},
    "batch-systems.yaml": {("KQ4003", number, "/kind"): NO_SCHEMA for number in (0, 2, 3, 4, 5, 6, 7, 8)},
    "cadvisor.yaml": {
        ("KQ4010", 0, "/spec/template/spec/volumes/4/hostPath"): "a node of containerd has no /var/lib/docker: an empty one is made",
        ("KQ4010", 0, "/spec/template/spec/volumes/5/hostPath"): "not every node has disks that udev knows",
    },
    "chart-monitoring.yaml": {("KQ4003", number, "/kind"): NO_SCHEMA for number in (3, 4)},
    "chart-postgresql.yaml": {("KQ4031", 2, "/spec/template/spec/volumes/1/emptyDir"): "its /dev/shm grows with what is written there"},
    "chart-webapp.yaml": {("KQ4040", 5, "/spec/containers/0/image"): NO_TAG},
    "custom-definition.yaml": {("KQ4003", 1, "/kind"): NO_SCHEMA},
    "gpu-smoke-test.yaml": {("KQ4030", 0, "/spec/containers/0"): "as a training it would end in a bus error"},
    "log-daemonset.yaml": {
        ("KQ4010", 0, "/spec/template/spec/volumes/1/hostPath"): "a node of containerd has no /var/lib/docker: an empty one is made"
    },
    "minio.yaml": {
        ("KQ4040", 1, "/spec/template/spec/containers/0/image"): "its tag is latest",
        ("KQ4041", 1, "/spec/template/spec/containers/0/env/1/value"): "the password of the root user",
    },
    "operator.yaml": {
        ("KQ4040", 5, "/spec/template/spec/containers/0/image"): "its tag is latest",
        ("KQ4003", 7, "/kind"): NO_SCHEMA,
        ("KQ4003", 8, "/kind"): NO_SCHEMA,
    },
    "quick-pod.yaml": {("KQ4040", 0, "/spec/containers/0/image"): NO_TAG},
    "shared-gpus.yaml": {("KQ4030", 2, "/spec/containers/1"): "two GPUs talk to each other through shared memory"},
    "static-nfs-volume.yaml": {("KQ4010", 2, "/spec/hostPath"): "a directory of someone's own, made empty where it is missing"},
}
"""What is unwise in a manifest: code, document, place, and why its reader would agree."""


def _found(name: str, version: str) -> tuple[Diagnostic, ...]:
    return check(load(WORLD[name].read_bytes(), source=name), kubernetes=version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", WORLD)
def test_what_the_world_writes_gives_no_false_alarm(name: str, version: str) -> None:
    if version < SINCE.get(name, VERSIONS[0]):
        pytest.skip("this version has not all of its kinds")
    found = _found(name, version)
    assert not [str(one) for one in found if one.severity == "error"]
    assert Counter((one.code, one.document, str(one.path)) for one in found) == Counter(WARNINGS.get(name, {}).keys())


def test_the_world_is_large_enough() -> None:
    assert len(WORLD) >= 40


def test_no_warning_is_told_of_a_manifest_that_is_not_there() -> None:
    assert WARNINGS.keys() | SINCE.keys() <= WORLD.keys()


def _mounts(*mounts: dict[str, Any], **volumes: Any) -> dict[str, Any]:
    """Make a pod of one container with these mounts, of volumes with these sources."""
    return {
        "containers": [{"name": "main", "image": "example.com/app:1", "volumeMounts": list(mounts)}],
        "volumes": [{"name": name, **source} for name, source in volumes.items()],
    }


def _mount(name: str, path: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "mountPath": path, **fields}


def _container(**fields: Any) -> dict[str, Any]:
    return {"containers": [{"name": "main", "image": "example.com/app:1", **fields}]}


def _limits(**fields: Any) -> dict[str, Any]:
    return _container(resources={"limits": fields})


_NFS: Final = {"nfs": {"server": "nfs-server", "path": "/export"}}
_HOST: Final = {"hostPath": {"path": "/", "type": "Directory"}}


def _node(path: str, kind: str | None = "Directory") -> dict[str, Any]:
    return {"hostPath": {"path": path, "type": kind}}


@pytest.mark.parametrize(
    ("pod_spec", "code", "expected"),
    [
        (_mounts(_mount("a", "/a"), a={"emptyDir": None}), "KQ3002", []),
        (_mounts(_mount("a", "/a"), a={"nfs": None}), "KQ3002", ["/volumes/0"]),
        (_mounts(_mount("a", "/sys/devices/0000:00:1f.0"), a={"emptyDir": {}}), "KQ3003", []),
        (_mounts(_mount("a", "/a:readonly"), a={"emptyDir": {}}), "KQ3003", ["/containers/0/volumeMounts/0/mountPath"]),
        (_mounts(_mount("a", "/data:/a"), a={"emptyDir": {}}), "KQ3003", ["/containers/0/volumeMounts/0/mountPath"]),
        (_mounts(_mount("a", "/a", readOnly=True), _mount("b", "/a/b"), a={"configMap": {"name": "a"}}, b=_NFS), "KQ3009", []),
        (
            _mounts(_mount("a", "/a", readOnly=True), _mount("b", "/a/b"), a=_NFS, b={"configMap": {"name": "b"}}),
            "KQ3009",
            ["/containers/0/volumeMounts/1/mountPath"],
        ),
        (_mounts(_mount("a", "/a", readOnly=True), _mount("b", "/a/var/log"), a=_HOST, b=_node("/var/log/")), "KQ3009", []),
        (
            _mounts(_mount("a", "/a", readOnly=True), _mount("b", "/a/logs"), a=_HOST, b=_node("/var/log")),
            "KQ3009",
            ["/containers/0/volumeMounts/1/mountPath"],
        ),
        (
            _mounts(_mount("a", "/a", readOnly=True), _mount("b", "/a/b"), _mount("c", "/a/b/c"), a=_NFS, b=_NFS, c=_NFS),
            "KQ3009",
            ["/containers/0/volumeMounts/1/mountPath"],
        ),
        (_mounts(_mount("a", "/a"), a=_node("/var/log/", None)), "KQ4010", []),
        (_mounts(_mount("a", "/a"), a=_node("/var/log/app", None)), "KQ4010", ["/volumes/0/hostPath"]),
        (_limits(**{"rdma/hca1": 1}), "KQ3030", []),
        (_limits(**{"avd.com/disk": 1}), "KQ3030", []),
        (_limits(**{"nvidia.com/gpus": 1}), "KQ3030", ["/containers/0/resources/limits/nvidia.com~1gpus"]),
        (_limits(**{"nvida.com/mig-1g.5gb": 1}), "KQ3030", ["/containers/0/resources/limits/nvida.com~1mig-1g.5gb"]),
        ({"hostIPC": True, **_limits(**{"nvidia.com/gpu": 1})}, "KQ4030", []),
        ({"hostIPC": False, **_limits(**{"nvidia.com/gpu": 1})}, "KQ4030", ["/containers/0"]),
        (_container(image="example.com/cuda:1", resources={"limits": {"nvidia.com/gpumem": 3000}}), "KQ4032", []),
        (_container(image="example.com/cuda:1", resources={"limits": {"volcano.sh/vgpu-number": 1}}), "KQ4032", []),
        (_container(image="example.com/cuda:1", resources={"limits": {"rdma/hca": 1}}), "KQ4032", ["/containers/0/image"]),
        (_container(image="auto"), "KQ4040", []),
        (_container(image="automatic"), "KQ4040", ["/containers/0/image"]),
        (_container(env=[{"name": "PAD_TOKEN", "value": "[PAD]"}, {"name": "PULL_SECRET", "value": "regcred"}]), "KQ4041", []),
        (_container(env=[{"name": "API_KEY", "value": "EMPTY"}, {"name": "TOKEN", "value": "vault:app#token"}]), "KQ4041", []),
        (_container(env=[{"name": "HUB_TOKEN", "value": "hf_abcdef"}]), "KQ4041", ["/containers/0/env/0/value"]),
        (_container(env=[{"name": "CLIENT_SECRET", "value": "s3cr3t"}]), "KQ4041", ["/containers/0/env/0/value"]),
        (_mounts(_mount("a", "/a"), _mount("a", "/b"), a={"secret": {"secretName": "a"}}), "KQ4050", []),
        (_mounts(_mount("a", "/a"), _mount("a", "/b"), a={"nfs": {**_NFS["nfs"], "readOnly": True}}), "KQ4050", []),
        (_mounts(_mount("a", "/a"), _mount("a", "/b"), a=_NFS), "KQ4050", ["/containers/0/volumeMounts/1/mountPath"]),
    ],
)
def test_a_pod_is_warned_of_what_is_wrong_and_of_nothing_else(pod_spec: dict[str, Any], code: str, expected: list[str]) -> None:
    found = check(completed(pod_spec))
    assert [str(one.path) for one in found if one.code == code] == [f"/spec{path}" for path in expected]


def _claim(name: str = "runs", *, metadata: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    asked = {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Ti"}}, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, **(metadata or {})}, "spec": asked}


def _volume(*, annotations: dict[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    offered = {"capacity": {"storage": "1Ti"}, "accessModes": ["ReadWriteMany"], **_NFS, **spec}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "runs", "annotations": annotations}, "spec": offered}


def _service(selector: dict[str, str]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"selector": selector, "ports": [{"port": 80}]}}


def _pod(labels: dict[str, str]) -> dict[str, Any]:
    return completed({"containers": [{"name": "main", "image": "example.com/app:1"}]}) | {"metadata": {"name": "p", "labels": labels}}


def _job(name: str) -> dict[str, Any]:
    pod = {"restartPolicy": "Never", "containers": [{"name": "main", "image": "example.com/app:1"}]}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": {"spec": pod}}}


def _printed_job(uid: str, label: str) -> dict[str, Any]:
    job = _job("pi")
    job["metadata"] |= {"uid": uid, "resourceVersion": "7"}
    job["spec"]["selector"] = {"matchLabels": {"controller-uid": label}}
    job["spec"]["template"]["metadata"] = {"labels": {"controller-uid": label, "job-name": "pi"}}
    return job


def _reader(data: dict[str, str] | None) -> list[dict[str, Any]]:
    settings = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": data}
    variable = {"name": "LR", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "lr"}}}
    return [settings, completed({"containers": [{"name": "main", "image": "example.com/app:1", "env": [variable]}]})]


_CLASS: Final = "volume.beta.kubernetes.io/storage-class"
_KEPT: Final = {"name": "runs", "namespace": "research"}


@pytest.mark.parametrize(
    ("objects", "code", "expected"),
    [
        ([_volume(), _claim(volumeName="runs")], "KQ3061", ["/1/spec"]),
        ([_volume(), _claim(volumeName="runs", metadata={"annotations": {"pv.kubernetes.io/bind-completed": "yes"}})], "KQ3061", []),
        ([_volume(), _claim(volumeName="runs") | {"status": {"phase": "Bound"}}], "KQ3061", []),
        ([_volume(), _claim(volumeName="runs", metadata={"annotations": {_CLASS: ""}})], "KQ3061", []),
        ([_volume(annotations={_CLASS: "slow"}), _claim(volumeName="runs", storageClassName="slow")], "KQ3062", []),
        ([_volume(annotations={_CLASS: "slow"}), _claim(volumeName="runs", storageClassName="")], "KQ3062", ["/1/spec/storageClassName"]),
        ([_volume(volumeMode="Block"), _claim(volumeName="runs", storageClassName="")], "KQ3062", ["/1/spec"]),
        ([_volume(claimRef=_KEPT), _claim(volumeName="runs", storageClassName="")], "KQ3062", []),
        (
            [_volume(claimRef=_KEPT), _claim(volumeName="runs", storageClassName="", metadata={"namespace": "team"})],
            "KQ3062",
            ["/1/spec"],
        ),
        ([_volume(claimRef=_KEPT), _claim("other", volumeName="runs", storageClassName="")], "KQ3062", ["/1/spec"]),
        ([_service({"app": "web"}), _pod({"app": "wbe"})], "KQ3063", ["/0/spec/selector"]),
        ([_service({"app": "web"}), _pod({"app.kubernetes.io/name": "web"})], "KQ3063", ["/0/spec/selector"]),
        ([_service({"app": "web"}), _pod({})], "KQ3063", ["/0/spec/selector"]),
        ([_service({"app": "web", "operator.example.com/cluster": "main"}), _pod({"app": "operator"})], "KQ3063", []),
        ([_service({"app": "web"}), _job("nightly")], "KQ3063", []),
        ([_service({"job-name": "ddp"}), _job("ddp")], "KQ3063", []),
        ([_service({"job-name": "ddp"}), _job("dpd")], "KQ3063", ["/0/spec/selector"]),
        (_reader({"learning-rate": "1"}), "KQ3065", ["/1/spec/containers/0/env/0/valueFrom/configMapKeyRef/key"]),
        (_reader(None), "KQ3065", []),
        ([_printed_job("5d3f2b9e", "5d3f2b9e")], "KQ2504", []),
        ([_printed_job("5d3f2b9e", "5d3f2b9e")], "KQ2505", []),
        ([_printed_job("5d3f2b9e", "other")], "KQ2504", ["/0/spec/template/metadata/labels/controller-uid"]),
        ([_printed_job("5d3f2b9e", "other")], "KQ2505", ["/0/spec/selector"]),
    ],
)
def test_a_set_is_warned_of_what_is_wrong_and_of_nothing_else(objects: list[dict[str, Any]], code: str, expected: list[str]) -> None:
    assert [str(one.path) for one in check(objects) if one.code == code] == expected


@pytest.mark.parametrize(
    ("objects", "code", "shown"),
    [
        (
            [_volume(capacity={"storage": "100Gi"}), _claim(volumeName="runs")],
            "KQ3062",
            {"field": "storage", "wanted": "1Ti", "given": "100Gi"},
        ),
        (
            [_volume(accessModes=["ReadOnlyMany"]), _claim(volumeName="runs")],
            "KQ3062",
            {"field": "accessModes", "wanted": "ReadWriteMany", "given": "ReadOnlyMany"},
        ),
        (
            [_volume(claimRef=_KEPT), _claim(volumeName="runs", metadata={"namespace": "team"})],
            "KQ3062",
            {"field": "claimRef", "wanted": "team/runs", "given": "/".join((_KEPT["namespace"], _KEPT["name"]))},
        ),
        ([_service({"app": "web"}), _pod({"app": "wbe"})], "KQ3063", {"labels": "app: web", "known": "app: wbe"}),
        ([_service({"app": "web"}), _pod({})], "KQ3063", {"labels": "app: web", "known": None}),
    ],
)
def test_a_finding_about_several_objects_shows_what_differs(objects: list[dict[str, Any]], code: str, shown: dict[str, str | None]) -> None:
    (diagnostic,) = [diagnostic for diagnostic in check(objects) if diagnostic.code == code]
    assert shown.items() <= diagnostic.values.items()
    assert diagnostic.hint
