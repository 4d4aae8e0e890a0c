"""The faults of shape that the published schema finds, in our words."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest.diagnostics import Json, Pointer
from kqmanifest.schema.faults import faults, is_valid
from kqmanifest.schema.published import published


def pod(**spec: Json) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}], **spec}}


def container(**fields: Json) -> dict[str, Any]:
    return pod(containers=[{"name": "a", **fields}])


def found(type_name: str, node: Json, version: str = "1.36") -> list[tuple[str, str]]:
    return [(one.code, Pointer.of(one.steps)) for one in faults(published(version), type_name, node)]


def hints(type_name: str, node: Json, version: str = "1.36") -> list[str]:
    return [one.diagnostic().hint for one in faults(published(version), type_name, node)]


C = "/spec/containers/0"


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (pod(), []),
        (container(nmae="x"), [("KQ9001", f"{C}/nmae")]),
        (pod(containers=[{"nmae": "x"}]), [("KQ9001", f"{C}/nmae")]),
        (pod(containers=[{}]), [("KQ9003", f"{C}/name")]),
        (pod(containers=[None]), [("KQ9003", f"{C}/name")]),
        (pod(containers=[{"name": None}]), [("KQ9003", f"{C}/name")]),
        (pod(containers=None), [("KQ9003", "/spec/containers")]),
        ({"spec": {}}, [("KQ9003", "/spec/containers")]),
        ({"spec": None}, [("KQ9003", "/spec/containers")]),
        ({}, [("KQ9003", "/spec/containers")]),
        ({"containers": []}, [("KQ9001", "/containers")]),
        ([], [("KQ9002", "")]),
        (pod(containers={}), [("KQ9002", "/spec/containers")]),
        (container(tty="true"), [("KQ9002", f"{C}/tty")]),
        (container(ports=[{"containerPort": "80"}]), [("KQ9002", f"{C}/ports/0/containerPort")]),
        (container(ports=[{"containerPort": True}]), [("KQ9002", f"{C}/ports/0/containerPort")]),
        (container(resources={"limits": {"cpu": True}}), [("KQ9002", f"{C}/resources/limits/cpu")]),
        (container(resources={"limits": {"a/b": []}}), [("KQ9002", f"{C}/resources/limits/a~1b")]),
        (container(livenessProbe={"httpGet": {"port": 1.5}}), [("KQ9002", f"{C}/livenessProbe/httpGet/port")]),
        (container(livenessProbe={"httpGet": {"port": None}}), [("KQ9003", f"{C}/livenessProbe/httpGet/port")]),
        ({**pod(), "kind": "Job"}, [("KQ9004", "/kind")]),
        (
            {"metadata": {"name": 1}, "spec": {"containers": [{"x": 1, "image": 2}], "y": 3}},
            [("KQ9002", "/metadata/name"), ("KQ9001", f"{C}/x"), ("KQ9002", f"{C}/image"), ("KQ9003", f"{C}/name"), ("KQ9001", "/spec/y")],
        ),
    ],
)
def test_each_fault_is_told_once_at_its_place_in_the_order_of_the_document(node: Json, expected: list[tuple[str, str]]) -> None:
    assert found("core.v1.Pod", node) == expected
    assert is_valid(published("1.36"), "core.v1.Pod", node) == (not expected)


@pytest.mark.parametrize(
    "node",
    [
        container(image=None, args=None, command=[None], resources=None, livenessProbe=None),
        container(resources={"limits": {"cpu": 1, "memory": "1Gi", "a/b": None}}),
        container(ports=[{"containerPort": 80.0}]),
        pod(volumes=[{"name": "v", "iscsi": {"targetPortal": "1.2.3.4", "iqn": "iqn.2000-01.a:b"}}]),
        {**pod(), "status": {"containerStatuses": [{}], "conditions": [{"type": None}]}},
        {**pod(), "metadata": {"managedFields": [{"fieldsV1": 1}]}},
    ],
)
def test_what_the_server_takes_is_taken(node: Json) -> None:
    assert found("core.v1.Pod", node) == []


def test_bytes_may_be_a_list_of_numbers() -> None:
    assert found("core.v1.Secret", {"data": {"k": [1, None]}}) == []
    assert found("core.v1.Secret", {"data": {"k": ["a"]}}) == [("KQ9002", "/data/k/0")]


def test_the_parts_of_an_embedded_object_are_free_of_its_kind() -> None:
    claim: Json = {"apiVersion": "v2", "kind": "Other"}
    spec: Json = {"selector": {}, "template": pod(), "volumeClaimTemplates": [claim]}
    assert found("apps.v1.StatefulSet", {"spec": spec}) == [("KQ9001", "/spec/template/apiVersion"), ("KQ9001", "/spec/template/kind")]


@pytest.mark.parametrize(
    ("node", "hint"),
    [
        (container(image=5), 'write "5"'),
        (container(image=True), 'write "true"'),
        (container(args=[5]), "put the value of args[0] in quotes"),
        (container(ports=[{"containerPort": "80"}]), "write 80"),
        (container(ports=[{"containerPort": "http"}]), "write an integer"),
        (container(tty="yes"), "write true or false for tty, without quotes"),
        (container(args="a b"), "make the value of args a list"),
        (container(image=["a"]), "write the value of image itself, without the list around it"),
        (container(securityContext=1), "write an object"),
        (container(mount_path="/a", volumeMount=[]), "did you mean `volumeMounts`?"),
        (container(volumes=[]), "move it to /spec/volumes"),
        (container(readOnly=True), "move it to /spec/containers/0/volumeMounts/0/readOnly"),
        (container(x=True), "remove it"),
        (container(gpus=1), "write `resources: {limits: {nvidia.com/gpu: 1}}` instead"),
        (container(gpus=4), "write `resources: {limits: {nvidia.com/gpu: 4}}` instead"),
        (container(memory="16Gi"), "write `resources: {limits: {memory: 16Gi}}` instead"),
        (container(privileged=True), "move it to /spec/containers/0/securityContext/privileged"),
        (
            pod(containers=[{"name": "a"}, {"name": "b"}], volumes=[{"name": "d", "emptyDir": {}, "mountPath": "/d"}]),
            "move it into whichever of these is meant: /spec/containers/0/volumeMounts/0, /spec/containers/1/volumeMounts/0",
        ),
        (container(mounts=[]), "did you mean `volumeMounts`?"),
        (container(securityContext={"fsGroup": 1}), "move it to /spec/securityContext/fsGroup"),
        (pod(env=[]), "move it to /spec/containers/0/env"),
        (pod(securityContext={"capabilities": {}}), "move it to /spec/containers/0/securityContext/capabilities"),
        (pod(volumeMounts=[]), "move it to /spec/containers/0/volumeMounts"),
        (pod(containers=[{"name": "a"}, {"name": "b"}], env=[]), "move it into whichever of these is meant: containers.0, containers.1"),
        (pod(volumes=[{"name": "d", "nfs": "nfs-server:/training/2/"}]), "write {server: nfs-server, path: /training/2/}"),
        (pod(volumes=[{"name": "d", "hostPath": "/data"}]), "write {path: /data}"),
        (pod(volumes=[{"name": "d", "emptyDir": "Memory"}]), "write {medium: Memory}"),
        (pod(volumes=[{"name": "d", "persistentVolumeClaim": "runs"}]), "write {claimName: runs}"),
        (pod(volumes=[{"name": "d", "secret": {"name": "runs"}}]), "did you mean `secretName`?"),
        (pod(imagePullSecrets=["registry"]), "write {name: registry}"),
        (container(ports=[80]), "write {containerPort: 80}"),
        (container(lifecycle={"x": 1}), "use one of its fields: postStart, preStop, stopSignal"),
        ({**pod(), "labels": {}}, "move it to /metadata/labels"),
    ],
)
def test_a_hint_can_be_obeyed(node: Json, hint: str) -> None:
    assert hint in hints("core.v1.Pod", node)


def test_a_field_that_stands_too_high_is_one_fault() -> None:
    job: Json = {"spec": {"containers": [], "backoffLimit": 0}}
    assert found("batch.v1.Job", job) == [("KQ9001", "/spec/containers")]
    assert hints("batch.v1.Job", job) == ["move it to /spec/template/spec/containers"]


def test_a_field_of_another_version_is_told_with_that_version() -> None:
    node = container(volumeMounts=[{"name": "a", "mountPath": "/a", "bindMountOptions": []}])
    assert found("core.v1.Pod", node, "1.37") == []
    assert hints("core.v1.Pod", node, "1.35") == ["it exists from Kubernetes 1.37 on: remove it, or use that version"]


def test_a_place_is_named_from_where_the_node_stands() -> None:
    told = [Pointer.of(one.steps) for one in faults(published("1.36"), "core.v1.VolumeMount", {"name": 1}, ("spec", 3))]
    assert told == ["/spec/3/name", "/spec/3/mountPath"]


SECRET = str(73317)


@pytest.mark.parametrize(
    ("type_name", "node"),
    [
        ("core.v1.Pod", container(env=[{"name": "A", "value": int(SECRET)}])),
        ("core.v1.Pod", container(env=[{"name": "A", "value": [SECRET]}])),
        ("core.v1.Pod", container(env={"A": SECRET})),
        ("core.v1.Pod", container(env=[SECRET])),
        ("core.v1.Pod", container(args=[int(SECRET)], command=SECRET)),
        ("core.v1.Secret", {"stringData": {"k": int(SECRET)}}),
        ("core.v1.Secret", {"data": {"k": {"v": SECRET}}}),
        ("core.v1.Secret", {"data": int(SECRET)}),
        ("core.v1.ConfigMap", {"data": {"k": int(SECRET)}}),
    ],
)
def test_a_value_that_may_be_secret_is_not_repeated(type_name: str, node: Json) -> None:
    told = [one.diagnostic() for one in faults(published("1.36"), type_name, node)]
    assert told
    assert not any(SECRET in f"{one}{one.hint}{one.values}" for one in told)


def test_a_fault_beyond_the_depth_of_the_search_is_told_all_the_same() -> None:
    node: dict[str, Json] = {"x": 1}
    for _ in range(450):
        node = {"properties": {"a": node}}
    assert found("apiextensions.v1.JSONSchemaProps", node) == [("KQ9005", "")]


def test_many_faults_are_told_in_time() -> None:
    node = {**pod(), **{f"x{number}": 1 for number in range(20_000)}}
    assert len(found("core.v1.Pod", node)) == 20_000


def test_a_number_of_any_length_is_told() -> None:
    assert found("core.v1.Pod", container(image=10**5000)) == [("KQ9002", f"{C}/image")]
    assert hints("core.v1.Pod", container(image=10**5000)) == ["put the value of image in quotes"]
