"""Volumes, their mounts, and the block devices that are used instead of files."""

from __future__ import annotations

from typing import Any

import pytest
from pods import container, refused, refused_as_template

from kqmanifest import check

EMPTY: dict[str, Any] = {"emptyDir": {}}
CLAIM: dict[str, Any] = {"persistentVolumeClaim": {"claimName": "c"}}
DATA = [{"name": "data", **EMPTY}]
DISKS = [{"name": "disk", **CLAIM}, {"name": "other", **CLAIM}]


def mounted(*mounts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Make a pod's spec of one container with these mounts of one volume."""
    return {
        **container(volumeMounts=[{"name": "data", "mountPath": f"/{n}", **mount} for n, mount in enumerate(mounts)], **fields),
        "volumes": DATA,
    }


def shown(*devices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Make a pod's spec of one container with these devices."""
    return {
        **container(volumeDevices=[{"name": "disk", "devicePath": "/dev/x", **device} for device in devices], **fields),
        "volumes": DISKS,
    }


@pytest.mark.parametrize(
    "pod_spec",
    [
        {"volumes": [{"name": "a" * 63, **EMPTY}]},
        {"volumes": [{"name": "a", "nfs": None}]},
        {"volumes": None},
        mounted({"mountPath": "relative:path"}, {"mountPath": "/"}),
        mounted({"mountPath": "/a"}, {"mountPath": "/a/b"}),
        mounted({"subPath": "", "subPathExpr": ""}),
        mounted({"subPath": None, "subPathExpr": "$(RUN)"}),
        mounted({"subPath": "..data/a..b/..."}),
        mounted({"mountPropagation": "None", "recursiveReadOnly": "Enabled", "readOnly": True}),
        mounted({"mountPropagation": "Bidirectional", "recursiveReadOnly": "Disabled"}, securityContext={"privileged": True}),
        mounted({"recursiveReadOnly": None, "mountPropagation": None}),
        shown({}),
        shown({"devicePath": "x/..y"}),
        {
            **container(volumeDevices=[{"name": "d", "devicePath": "d"}]),
            "volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "c"}}],
        },
        {**container(volumeDevices=None, volumeMounts=None)},
    ],
)
def test_what_the_server_accepts(pod_spec: dict[str, Any]) -> None:
    assert refused(pod_spec) == set()
    assert refused_as_template(pod_spec) == set()


@pytest.mark.parametrize(
    ("pod_spec", "code", "place"),
    [
        ({"volumes": [{"name": "a", **EMPTY}, {"name": "a", **CLAIM}]}, "KQ2001", "/volumes/1/name"),
        ({"volumes": [{"name": "a" * 64, **EMPTY}]}, "KQ2002", "/volumes/0/name"),
        ({"volumes": [{"name": "a.b", **EMPTY}]}, "KQ2002", "/volumes/0/name"),
        ({"volumes": [{"name": "", **EMPTY}]}, "KQ2008", "/volumes/0/name"),
        ({"volumes": [{"name": "a", "nfs": {"server": "s", "path": "/"}, **EMPTY}]}, "KQ2005", "/volumes/0/nfs"),
        ({"volumes": [{"name": "a", "image": {"reference": "i"}, **CLAIM}]}, "KQ2005", "/volumes/0/image"),
        (mounted({"mountPath": "/a"}, {"mountPath": "/a"}), "KQ2003", "/containers/0/volumeMounts/1/mountPath"),
        (mounted({"name": "dat"}), "KQ2004", "/containers/0/volumeMounts/0/name"),
        (mounted({"mountPath": ""}), "KQ2006", "/containers/0/volumeMounts/0/mountPath"),
        (mounted({"name": ""}), "KQ2007", "/containers/0/volumeMounts/0/name"),
        (mounted({"subPath": "/a"}, {}), "KQ2010", "/containers/0/volumeMounts/0/subPath"),
        (mounted({"subPath": "a"}, {"subPathExpr": "/a"}), "KQ2010", "/containers/0/volumeMounts/1/subPathExpr"),
        (mounted({}, {"subPath": "a/.."}), "KQ2011", "/containers/0/volumeMounts/1/subPath"),
        (mounted({"subPathExpr": ".."}, {"subPathExpr": "a"}), "KQ2011", "/containers/0/volumeMounts/0/subPathExpr"),
        (mounted({}, {"subPathExpr": "a", "subPath": "a"}), "KQ2012", "/containers/0/volumeMounts/1/subPathExpr"),
        (mounted({}, {"mountPropagation": ""}), "KQ2013", "/containers/0/volumeMounts/1/mountPropagation"),
        (
            mounted({"mountPropagation": "None"}, {"mountPropagation": "bidirectional"}),
            "KQ2013",
            "/containers/0/volumeMounts/1/mountPropagation",
        ),
        (
            mounted({"mountPropagation": "None"}, {"mountPropagation": "Bidirectional"}),
            "KQ2014",
            "/containers/0/volumeMounts/1/mountPropagation",
        ),
        (
            mounted({"mountPropagation": "Bidirectional"}, securityContext={"privileged": None}),
            "KQ2014",
            "/containers/0/volumeMounts/0/mountPropagation",
        ),
        (mounted({}, {"recursiveReadOnly": ""}), "KQ2015", "/containers/0/volumeMounts/1/recursiveReadOnly"),
        (
            mounted({"recursiveReadOnly": "Enabled", "readOnly": True}, {"recursiveReadOnly": "IfPossible", "readOnly": False}),
            "KQ2016",
            "/containers/0/volumeMounts/1/recursiveReadOnly",
        ),
        (
            mounted(
                {"mountPropagation": "HostToContainer"},
                {"recursiveReadOnly": "Enabled", "readOnly": True, "mountPropagation": "HostToContainer"},
            ),
            "KQ2017",
            "/containers/0/volumeMounts/1/recursiveReadOnly",
        ),
        (shown({}, {"devicePath": "/dev/y"}), "KQ2020", "/containers/0/volumeDevices/1/name"),
        (shown({}, {"name": "other"}), "KQ2021", "/containers/0/volumeDevices/1/devicePath"),
        (shown({"devicePath": "/dev/../x"}), "KQ2022", "/containers/0/volumeDevices/0/devicePath"),
        (shown({"devicePath": ""}), "KQ2023", "/containers/0/volumeDevices/0/devicePath"),
        (shown({"name": ""}), "KQ2024", "/containers/0/volumeDevices/0/name"),
        (shown({"name": "dsk"}), "KQ2025", "/containers/0/volumeDevices/0/name"),
        (
            {**container(volumeDevices=[{"name": "data", "devicePath": "/dev/x"}]), "volumes": DATA},
            "KQ2026",
            "/containers/0/volumeDevices/0/name",
        ),
        (shown({}, volumeMounts=[{"name": "disk", "mountPath": "/data"}]), "KQ2027", "/containers/0/volumeDevices/0/name"),
        (shown({}, volumeMounts=[{"name": "other", "mountPath": "/dev/x"}]), "KQ2028", "/containers/0/volumeDevices/0/devicePath"),
    ],
)
def test_what_the_server_refuses(pod_spec: dict[str, Any], code: str, place: str) -> None:
    assert refused(pod_spec) == {(code, place)}
    assert refused_as_template(pod_spec) == {(code, place)}


def test_init_containers_mount_too() -> None:
    spec = {"initContainers": [{"name": "fetch", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}]}
    assert refused(spec) == {("KQ2004", "/initContainers/0/volumeMounts/0/name")}


def test_a_volume_with_a_fault_is_declared_all_the_same() -> None:
    spec = {**mounted({}), "volumes": [{"name": "data", "nfs": {"server": "", "path": "/"}}]}
    assert refused(spec) == {("KQ2050", "/volumes/0/nfs/server")}


def test_the_claims_of_a_statefulset_are_volumes_of_its_pods() -> None:
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
    pod = {"metadata": {"labels": {"app": "a"}}, "spec": {**mounted({}), "volumes": []}}
    pod["spec"]["containers"][0]["image"] = "example.com/training:1"
    spec = {"selector": {"matchLabels": {"app": "a"}}, "serviceName": "a", "template": pod, "volumeClaimTemplates": [claim]}
    manifest = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "a"}, "spec": spec}
    assert [fault for fault in check(manifest) if fault.severity == "error"] == []


def test_the_free_path_is_free() -> None:
    spec = mounted(*({"mountPath": path} for path in ("/a/x", "/a/parent", "/a/x-2", "/a/x")))
    found = check({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec})
    (fault,) = (fault for fault in found if fault.code == "KQ2003")
    assert fault.hint.endswith("/a/x-3")
