"""The inventory of mounts: where each comes from, whether it can be written, which lies in which, what nothing mounts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from several import CLUSTER
from strategies import specs

from kqmanifest.inventory import as_json, views
from kqmanifest.pipeline import inspect


def seen(mounts: list[dict[str, Any]], volumes: list[dict[str, Any]], **container: Any) -> list[tuple[str, str, bool, str, str]]:
    pod_spec = {"containers": [{"name": "c", "image": "i", "volumeMounts": mounts, **container}], "volumes": volumes}
    (pod,) = views([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": pod_spec}])
    return [(one.path, str(one.origin), one.read_only, one.enclosing, one.same_as) for one in pod.containers[0].mounts]


A: dict[str, Any] = {"name": "a", "nfs": {"server": "s", "path": "/a/"}}


def test_a_sub_path_leads_deeper() -> None:
    assert seen([{"name": "a", "mountPath": "/x", "subPath": "b/c"}], [A]) == [("/x", "nfs s:/a/b/c", False, "", "")]


def test_what_no_container_can_write_is_read_only() -> None:
    locked = {"name": "a", "nfs": {"server": "s", "path": "/a", "readOnly": True}}
    assert seen([{"name": "a", "mountPath": "/x"}], [locked])[0][2]
    assert seen([{"name": "c", "mountPath": "/x"}], [{"name": "c", "configMap": {"name": "settings"}}])[0][2]
    assert not seen([{"name": "a", "mountPath": "/x"}], [A])[0][2]


def test_the_nearest_outer_mount_is_named_in_its_own_spelling() -> None:
    mounts = [{"name": "a", "mountPath": at} for at in ("/x/y/z", "/x/", "/x/y//", "/xy")]
    assert [one[3] for one in seen(mounts, [A])] == ["/x/y//", "", "/x/", ""]


def test_another_spelling_of_a_path_is_the_same_place() -> None:
    mounts = [{"name": "a", "mountPath": at} for at in ("/x", "/x/", "/x/.")]
    assert [one[4] for one in seen(mounts, [A])] == ["", "/x", "/x"]


def test_a_claim_is_followed_to_its_volume() -> None:
    mount = {"mountPath": "/x", "nfs": {"server": "s", "path": "/a", "claim": {"size": "1Ti"}}}
    spec = {"kind": "Pod", "name": "p", "containers": [{"name": "c", "image": "i", "mounts": [mount]}]}
    (pod,) = inspect(spec).pods
    origin = pod.containers[0].mounts[0].origin
    assert (origin.kind, origin.holder, origin.location) == ("nfs", "s", "/a")
    assert origin.claim


def test_each_container_has_a_role() -> None:
    spec = {
        "initContainers": [{"name": "fetch", "image": "i"}, {"name": "proxy", "image": "i", "restartPolicy": "Always"}],
        "containers": [{"name": "main", "image": "i"}, {"name": "loops", "image": "i", "restartPolicy": "Always"}],
        "ephemeralContainers": [{"name": "debug", "image": "i"}],
    }
    (pod,) = views([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}])
    roles = [("fetch", "init"), ("proxy", "sidecar"), ("main", "main"), ("loops", "main"), ("debug", "ephemeral")]
    assert [(one.name, one.role) for one in pod.containers] == roles


@pytest.mark.parametrize(("given", "counted"), [(3, "3"), ("2", "2"), ("4000m", "4"), ("1500m", "1500m"), ("0.5", "0.5"), ("many", "many")])
def test_devices_are_counted(given: Any, counted: str) -> None:
    container = {"name": "c", "image": "i", "resources": {"limits": {"nvidia.com/gpu": given, "cpu": "1"}}}
    (pod,) = views([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [container]}}])
    assert pod.containers[0].devices == (("nvidia.com/gpu", counted),)


def claimed(volume: dict[str, Any], claim: dict[str, Any]) -> list[tuple[str, bool]]:
    persistent = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "pv"}, "spec": volume}
    wanted = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim}
    mounted = {"name": "c", "image": "i", "volumeMounts": [{"name": "a", "mountPath": "/x", "subPath": "s"}]}
    spec = {"containers": [mounted], "volumes": [{"name": "a", "persistentVolumeClaim": {"claimName": "data"}}]}
    (pod,) = views([persistent, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}, wanted])
    return [(str(one.origin), one.read_only) for one in pod.containers[0].mounts]


NFS: dict[str, Any] = {"nfs": {"server": "s", "path": "/a"}}
NAMED = {"volumeName": "pv"}


@pytest.mark.parametrize(
    ("volume", "claim", "seen"),
    [
        (NFS, NAMED, ("nfs s:/a/s (claim data)", False)),
        ({**NFS, "claimRef": {"name": "data", "namespace": "default"}}, {}, ("nfs s:/a/s (claim data)", False)),
        ({**NFS, "claimRef": {"name": "data", "namespace": "other"}}, {}, ("claim data/s", False)),
        (NFS, {}, ("claim data/s", False)),
        (NFS, {"volumeName": "other"}, ("claim data/s", False)),
        ({"nfs": {**NFS["nfs"], "readOnly": True}}, NAMED, ("nfs s:/a/s (claim data)", True)),
        ({**NFS, "mountOptions": ["nfsvers=4.1", "ro"]}, NAMED, ("nfs s:/a/s (claim data)", True)),
        ({"local": {"path": "/disk"}}, NAMED, ("node /disk/s (claim data)", False)),
        ({"csi": {"driver": "d.example.com", "volumeHandle": "h"}}, NAMED, ("csi d.example.com/s (claim data)", False)),
    ],
)
def test_a_claim_is_followed_whichever_names_the_other(volume: dict[str, Any], claim: dict[str, Any], seen: tuple[str, bool]) -> None:
    assert claimed(volume, claim) == [seen]


def test_a_claim_that_is_made_for_each_pod_is_called_as_the_cluster_will_call_it() -> None:
    container = {"name": "db", "image": "i", "volumeMounts": [{"name": "data", "mountPath": "/x"}]}
    spec = {"volumeClaimTemplates": [{"metadata": {"name": "data"}}], "template": {"spec": {"containers": [container]}}}
    (pod,) = views([{"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "db"}, "spec": spec}])
    assert [str(one.origin) for one in pod.containers[0].mounts] == ["claim data-db-N"]


def test_a_projection_says_what_it_is_made_of() -> None:
    parts = [{"secret": {"name": "a"}}, {"configMap": {"name": "b"}}, {"serviceAccountToken": {"path": "token"}}]
    mounts = [{"name": "p", "mountPath": "/x"}, {"name": "p", "mountPath": "/y", "subPath": "f"}]
    assert [one[1:3] for one in seen(mounts, [{"name": "p", "projected": {"sources": parts}}])] == [
        ("projected secret a, configMap b, serviceAccountToken", True),
        ("projected secret a, configMap b, serviceAccountToken at f", True),
    ]


def test_what_is_not_declared_has_no_directories() -> None:
    assert seen([{"name": "no", "mountPath": "/x", "subPath": "b"}], [])[0][1] == "nothing of a volume no that is not declared"


@given(specs())
def test_it_is_plain_data_and_names_only_paths_that_are_there(spec: dict[str, Any]) -> None:
    inspection = inspect(spec)
    text = json.dumps([as_json(pod) for pod in inspection.pods])
    assert json.loads(text) == [as_json(pod) for pod in inspection.pods]
    for pod in inspection.pods:
        for container in pod.containers:
            paths = [mount.path for mount in container.mounts]
            assert all(mount.enclosing in {"", *paths} and mount.same_as in {"", *paths} for mount in container.mounts)


@pytest.mark.usefixtures("ray_cluster")
def test_each_pod_of_an_object_is_seen() -> None:
    pods = views([CLUSTER])
    assert [pod.title for pod in pods] == [
        "RayCluster/ray spec.headGroupSpec.template",
        "RayCluster/ray spec.workerGroupSpecs[0].template",
        "RayCluster/ray spec.workerGroupSpecs[1].template",
        "RayCluster/ray spec.submitter",
    ]
    assert [(mount.path, str(mount.origin)) for pod in pods for one in pod.containers for mount in one.mounts] == [
        ("/head", "emptyDir"),
        ("/worker", "nfs nfs-server:/a"),
        ("/worker", "nfs nfs-server:/b"),
        ("/submitter", "emptyDir"),
    ]
    assert as_json(pods[1])["template"] == "spec.workerGroupSpecs[0].template"


def test_one_pod_needs_no_template_to_be_told_apart() -> None:
    (pod,) = views([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": []}}])
    assert pod.title == "Pod/p"
    assert "template" not in as_json(pod)


def test_plain_data_has_the_names_of_variables_and_each_volume_that_nothing_mounts() -> None:
    main = {"name": "c", "image": "i", "env": [{"name": "EPOCHS", "value": "10"}], "ports": [{"containerPort": 80}]}
    spec = {"containers": [main], "volumes": [A]}
    (pod,) = views([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec}])
    written: Any = as_json(pod)
    assert [one["env"] for one in written["containers"]] == [["EPOCHS"]]
    assert [(one["volume"], one["from"]) for one in written["unmounted"]] == [("a", "nfs s:/a/")]
