"""PersistentVolumes with every source that they may have, claims, and the claims that are created for pods."""

from __future__ import annotations

from typing import Any

import pytest
from pods import REFUSALS

from kqmanifest import check

IQN = "iqn.2001-04.com.example:storage"
NODES = {"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "Exists"}]}]}}
KEYS = {"name": "keys", "namespace": "storage"}
SOURCES: dict[str, dict[str, Any]] = {
    "awsElasticBlockStore": {"volumeID": "a"},
    "azureDisk": {"diskName": "a", "diskURI": "https://a"},
    "azureFile": {"secretName": "a", "shareName": "a", "secretNamespace": "a"},
    "cephfs": {"monitors": ["a"], "secretRef": {"name": ""}},
    "cinder": {"volumeID": "a", "secretRef": KEYS},
    "csi": {"driver": "Nfs.CSI.k8s.io", "volumeHandle": "a", "nodePublishSecretRef": KEYS, "nodeStageSecretRef": {}},
    "fc": {"targetWWNs": ["a"], "lun": 255},
    "flexVolume": {"driver": "example.com/a", "options": {"example.com/kubernetes.io": "a"}},
    "flocker": {"datasetName": "a"},
    "gcePersistentDisk": {"pdName": "a"},
    "glusterfs": {"endpoints": "a", "path": "a", "endpointsNamespace": "a"},
    "hostPath": {"path": "/a"},
    "iscsi": {
        "targetPortal": "10.0.0.1:3260",
        "iqn": IQN,
        "lun": 0,
        "initiatorName": IQN,
        "chapAuthSession": True,
        "secretRef": {"name": "a"},
    },
    "local": {"path": "a"},
    "nfs": {"server": "a", "path": "/a"},
    "photonPersistentDisk": {"pdID": "a"},
    "portworxVolume": {"volumeID": "a"},
    "quobyte": {"registry": "a:1", "volume": "a"},
    "rbd": {"monitors": ["a"], "image": "a", "secretRef": {}},
    "scaleIO": {"gateway": "a", "system": "a", "volumeName": "a", "secretRef": {}},
    "storageos": {"volumeName": "a", "volumeNamespace": "a", "secretRef": KEYS},
    "vsphereVolume": {"volumePath": "a"},
}


def refused(manifest: dict[str, Any], kubernetes: str = "1.36") -> set[tuple[str, str]]:
    """Return the code and the place of each refusal."""
    return {(fault.code, str(fault.path)) for fault in check(manifest, kubernetes=kubernetes) if fault.code.startswith(REFUSALS)}


def volume(name: str = "a", /, **fields: Any) -> dict[str, Any]:
    """Make a PersistentVolume; if no source is given it is NFS."""
    source = {} if fields.keys() & SOURCES.keys() else {"nfs": SOURCES["nfs"]}
    nodes = {"nodeAffinity": NODES} if "local" in fields else {}
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteMany"], **source, **nodes, **fields}
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


def spec_of_claim(**fields: Any) -> dict[str, Any]:
    """Make the spec of a claim."""
    return {"accessModes": ["ReadWriteMany"], "resources": {"requests": {"storage": "1Gi"}}, **fields}


def claim(**fields: Any) -> dict[str, Any]:
    """Make a PersistentVolumeClaim."""
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"}, "spec": spec_of_claim(**fields)}


def ephemeral(**fields: Any) -> dict[str, Any]:
    """Make a pod with an ephemeral volume."""
    source = {"ephemeral": {"volumeClaimTemplate": {"spec": spec_of_claim(**fields)}}}
    spec = {"containers": [{"name": "main", "image": "nginx:1.27"}], "volumes": [{"name": "data", **source}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}


def stateful(**fields: Any) -> dict[str, Any]:
    """Make a StatefulSet with a volumeClaimTemplate."""
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [{"name": "main", "image": "nginx:1.27"}]}}
    spec = {
        "selector": {"matchLabels": {"app": "a"}},
        "template": template,
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": spec_of_claim(**fields)}],
    }
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "a"}, "spec": spec}


PLACES = {
    claim: "/spec",
    ephemeral: "/spec/volumes/0/ephemeral/volumeClaimTemplate/spec",
    stateful: "/spec/volumeClaimTemplates/0/spec",
}
CLAIMED = pytest.mark.parametrize("make", PLACES, ids=lambda make: make.__name__)
STORED = pytest.mark.parametrize("make", [volume, *PLACES], ids=lambda make: make.__name__)


@pytest.mark.parametrize("key", sorted(SOURCES))
def test_every_source_is_accepted(key: str) -> None:
    assert not refused(volume(**{key: SOURCES[key]}))
    assert not refused(volume(**{key: SOURCES[key], "claimRef": {"name": "", "namespace": "A b"}, "mountOptions": ["any text", None]}))


@pytest.mark.parametrize(
    "fields",
    [
        {"accessModes": ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteMany"]},
        {"accessModes": ["ReadWriteOncePod", "ReadWriteOncePod"]},
        {"volumeMode": "Block", "storageClassName": "a.b"},
        {"volumeMode": None, "storageClassName": ""},
        {"volumeMode": "Filesystem", "storageClassName": None, "volumeAttributesClassName": None},
    ],
)
@STORED
def test_what_the_server_accepts(make: Any, fields: dict[str, Any]) -> None:
    assert not refused(make(**fields))


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"accessModes": []}, "KQ2800", "/accessModes"),
        ({"accessModes": None}, "KQ2800", "/accessModes"),
        ({"accessModes": ["ReadWriteOnce", "RWX"]}, "KQ2801", "/accessModes/1"),
        ({"accessModes": [None]}, "KQ2801", "/accessModes/0"),
        ({"accessModes": ["ReadOnlyMany", "ReadWriteOncePod"]}, "KQ2802", "/accessModes/1"),
        ({"volumeMode": ""}, "KQ2803", "/volumeMode"),
        ({"volumeMode": "block"}, "KQ2803", "/volumeMode"),
        ({"storageClassName": "A"}, "KQ2804", "/storageClassName"),
        ({"volumeAttributesClassName": "A"}, "KQ2805", "/volumeAttributesClassName"),
    ],
)
@STORED
def test_what_the_server_refuses(make: Any, fields: dict[str, Any], code: str, place: str) -> None:
    source = {"csi": SOURCES["csi"]} if make is volume else {}
    assert refused(make(**fields, **source)) == {(code, PLACES.get(make, "/spec") + place)}


def test_volume_attributes_classes_are_read_since_1_34() -> None:
    for make in (volume, *PLACES):
        assert not refused(make(volumeAttributesClassName="A"), "1.33")
        assert refused(make(volumeAttributesClassName="A"), "1.34")


@pytest.mark.parametrize("resources", [None, {}, {"requests": None}, {"requests": {"cpu": 1}}, {"limits": {"storage": 1}}])
@CLAIMED
def test_a_claim_must_request_storage(make: Any, resources: Any) -> None:
    assert refused(make(resources=resources)) == {("KQ2820", PLACES[make] + "/resources")}


@pytest.mark.parametrize("value", [0, "0.0", "-1Gi", None, -0.5])
@CLAIMED
def test_a_storage_request_must_be_positive(make: Any, value: Any) -> None:
    found = refused(make(resources={"requests": {"storage": value}, "limits": {"storage": "-1"}}))
    assert found == {("KQ2821", PLACES[make] + "/resources/requests/storage")}


def test_an_empty_claim_has_both_faults() -> None:
    bare = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "a"}}
    assert {code for code, _ in refused({**bare, "spec": {}})} == {"KQ2800", "KQ2820"}


SNAPSHOT = {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "a"}
OTHER = {"kind": "PersistentVolumeClaim", "name": "a"}


@pytest.mark.parametrize(
    "fields",
    [
        {"dataSource": OTHER},
        {"dataSource": SNAPSHOT},
        {"dataSourceRef": SNAPSHOT},
        {"dataSourceRef": {**SNAPSHOT, "apiGroup": "example.com", "kind": "Any"}},
        {"dataSource": SNAPSHOT, "dataSourceRef": SNAPSHOT},
        {"dataSource": OTHER, "dataSourceRef": {**OTHER, "apiGroup": None, "namespace": ""}},
    ],
)
@CLAIMED
def test_data_sources_of_a_claim(make: Any, fields: dict[str, Any]) -> None:
    assert not refused(make(**fields))


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"dataSourceRef": {**OTHER, "name": ""}}, "KQ2822", "/dataSourceRef/name"),
        ({"dataSourceRef": {**SNAPSHOT, "kind": ""}}, "KQ2822", "/dataSourceRef/kind"),
        ({"dataSource": {**OTHER, "name": ""}}, "KQ2822", "/dataSource/name"),
        ({"dataSourceRef": {**SNAPSHOT, "apiGroup": ""}}, "KQ2823", "/dataSourceRef"),
        ({"dataSourceRef": {**SNAPSHOT, "apiGroup": "a/v1"}}, "KQ2824", "/dataSourceRef/apiGroup"),
        ({"dataSource": OTHER, "dataSourceRef": {**OTHER, "name": "b"}}, "KQ2826", "/dataSource"),
        ({"dataSource": OTHER, "dataSourceRef": {**OTHER, "apiGroup": ""}}, "KQ2826", "/dataSource"),
    ],
)
@CLAIMED
def test_data_sources_that_no_claim_can_have(make: Any, fields: dict[str, Any], code: str, place: str) -> None:
    assert refused(make(**fields)) == {(code, PLACES[make] + place)}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"dataSource": {"kind": "Any", "name": ""}}, {"KQ2822", "KQ2823"}),
        ({"dataSourceRef": {**OTHER, "namespace": "A b"}}, {"KQ2825"}),
        ({"dataSource": OTHER, "dataSourceRef": {**OTHER, "namespace": "team"}}, {"KQ2826"}),
    ],
)
def test_some_data_sources_of_a_claim_object_are_dropped(fields: dict[str, Any], wanted: set[str]) -> None:
    assert not refused(claim(**fields))
    for make in (ephemeral, stateful):
        assert {code for code, _ in refused(make(**fields))} == wanted


@pytest.mark.parametrize("capacity", [None, {}, {"cpu": 1}, {"storage": 1, "cpu": 1}, {"Storage": 1}])
def test_a_capacity_is_storage_alone(capacity: Any) -> None:
    assert refused(volume(capacity=capacity)) == {("KQ2807", "/spec/capacity")}


@pytest.mark.parametrize("value", [0, None, "-1Gi", "9223372036854775808"])
def test_a_capacity_must_be_positive(value: Any) -> None:
    assert refused(volume(capacity={"storage": value})) == {("KQ2808", "/spec/capacity/storage")}


@pytest.mark.parametrize("value", ["0.0001", "100Ei", "1e30", "18446744073709551616"])
def test_a_capacity_may_be_any_positive_quantity(value: str) -> None:
    assert not refused(volume(capacity={"storage": value}))


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"persistentVolumeReclaimPolicy": "Keep"}, {("KQ2809", "/spec/persistentVolumeReclaimPolicy")}),
        ({"persistentVolumeReclaimPolicy": ""}, set()),
        ({"nfs": None}, {("KQ2810", "/spec")}),
        ({"nfs": SOURCES["nfs"], "hostPath": SOURCES["hostPath"]}, {("KQ2811", "/spec/nfs")}),
        ({"nfs": SOURCES["nfs"], "flexVolume": SOURCES["flexVolume"]}, set()),
        ({"azureFile": SOURCES["azureFile"], "flexVolume": SOURCES["flexVolume"]}, {("KQ2811", "/spec/azureFile")}),
        ({"hostPath": {"path": "/./"}, "persistentVolumeReclaimPolicy": "Recycle"}, {("KQ2812", "/spec/persistentVolumeReclaimPolicy")}),
        ({"hostPath": {"path": "/a"}, "persistentVolumeReclaimPolicy": "Recycle"}, set()),
        ({"local": SOURCES["local"], "nodeAffinity": None}, {("KQ2813", "/spec/nodeAffinity")}),
        ({"local": SOURCES["local"], "nodeAffinity": {}}, {("KQ2814", "/spec/nodeAffinity")}),
        ({"nodeAffinity": {"required": None}}, {("KQ2814", "/spec/nodeAffinity/required")}),
        ({"volumeAttributesClassName": "a"}, {("KQ2806", "/spec")}),
        ({"volumeAttributesClassName": "", "csi": SOURCES["csi"]}, {("KQ2806", "/spec/volumeAttributesClassName")}),
    ],
)
def test_a_volume_has_one_source(fields: dict[str, Any], wanted: set[tuple[str, str]]) -> None:
    assert refused(volume(**fields)) == wanted


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("", "write the name of a VolumeAttributesClass, or remove `volumeAttributesClassName`"),
        ("fast", "remove `volumeAttributesClassName`, or use a `csi` volume"),
    ],
)
def test_what_a_volume_attributes_class_lacks_chooses_the_hint(name: str, hint: str) -> None:
    (fault,) = (fault for fault in check(volume(volumeAttributesClassName=name)) if fault.code == "KQ2806")
    assert fault.hint == hint


@pytest.mark.parametrize(
    ("key", "changed", "code", "place"),
    [
        ("azureFile", {"secretName": ""}, "KQ2830", "/secretName"),
        ("azureFile", {"secretNamespace": ""}, "KQ2830", "/secretNamespace"),
        ("cephfs", {"monitors": []}, "KQ2830", "/monitors"),
        ("cinder", {"volumeID": ""}, "KQ2830", "/volumeID"),
        ("csi", {"driver": ""}, "KQ2830", "/driver"),
        ("csi", {"volumeHandle": ""}, "KQ2830", "/volumeHandle"),
        ("flexVolume", {"driver": ""}, "KQ2830", "/driver"),
        ("glusterfs", {"endpoints": ""}, "KQ2830", "/endpoints"),
        ("iscsi", {"targetPortal": ""}, "KQ2830", "/targetPortal"),
        ("iscsi", {"iqn": ""}, "KQ2830", "/iqn"),
        ("local", {"path": ""}, "KQ2830", "/path"),
        ("rbd", {"image": ""}, "KQ2830", "/image"),
        ("scaleIO", {"system": ""}, "KQ2830", "/system"),
        ("scaleIO", {"volumeName": ""}, "KQ2831", "/volumeName"),
        ("storageos", {"volumeName": None}, "KQ2831", "/volumeName"),
        ("storageos", {"volumeName": "a.b"}, "KQ2832", "/volumeName"),
        ("storageos", {"volumeNamespace": "A"}, "KQ2832", "/volumeNamespace"),
        ("glusterfs", {"endpointsNamespace": ""}, "KQ2833", "/endpointsNamespace"),
        ("iscsi", {"iqn": "storage"}, "KQ2834", "/iqn"),
        ("iscsi", {"initiatorName": ""}, "KQ2834", "/initiatorName"),
        ("iscsi", {"lun": 256}, "KQ2835", "/lun"),
        ("iscsi", {"lun": -1}, "KQ2835", "/lun"),
        ("iscsi", {"secretRef": None}, "KQ2836", "/secretRef"),
        ("iscsi", {"secretRef": {"name": ""}}, "KQ2839", "/secretRef/name"),
        ("cinder", {"secretRef": {"name": "a", "namespace": ""}}, "KQ2838", "/secretRef/namespace"),
        ("storageos", {"secretRef": {"name": "", "namespace": "a"}}, "KQ2838", "/secretRef/name"),
        ("csi", {"nodeExpandSecretRef": {"name": "a", "namespace": None}}, "KQ2838", "/nodeExpandSecretRef/namespace"),
        ("csi", {"controllerPublishSecretRef": {"name": "A", "namespace": "a"}}, "KQ2840", "/controllerPublishSecretRef/name"),
        ("csi", {"controllerExpandSecretRef": {"name": "a", "namespace": "a.b"}}, "KQ2840", "/controllerExpandSecretRef/namespace"),
        ("csi", {"driver": "nfs_csi"}, "KQ2841", "/driver"),
        ("csi", {"driver": "a" * 64}, "KQ2841", "/driver"),
        ("flexVolume", {"options": {"a": "", "K8S.io/a": ""}}, "KQ2842", "/options/K8S.io~1a"),
        ("flexVolume", {"options": {"kubernetes.io": ""}}, "KQ2842", "/options/kubernetes.io"),
        ("local", {"path": "/a/../b"}, "KQ2843", "/path"),
        ("nfs", {"path": "a"}, "KQ2052", "/path"),
    ],
)
def test_faults_of_a_source(key: str, changed: dict[str, Any], code: str, place: str) -> None:
    assert refused(volume(**{key: {**SOURCES[key], **changed}})) == {(code, f"/spec/{key}{place}")}


@pytest.mark.parametrize(("length", "is_refused"), [(50, False), (51, True)])
def test_an_initiator_must_not_be_too_long(length: int, *, is_refused: bool) -> None:
    wanted = {("KQ2837", "/spec/iscsi/targetPortal")} if is_refused else set()
    assert refused(volume("a" * length, iscsi=SOURCES["iscsi"])) == wanted
    assert not refused(volume("a" * length, iscsi={**SOURCES["iscsi"], "initiatorName": None}))
    made = {**volume(iscsi=SOURCES["iscsi"]), "metadata": {"generateName": "a" * (length - 5)}}
    assert refused(made) == wanted
