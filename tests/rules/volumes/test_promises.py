"""Promises: a path is kept where something that lasts is mounted, writable; that an output is lost is found before it runs."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from kqmanifest import Container, EmptyDir, Job, ManifestError, Mount, Nfs, Pod, Pointer, build, check, render, to_spec
from kqmanifest.cli import main
from kqmanifest.specschema import spec_schema

NFS = {"nfs": {"server": "nfs-server", "path": "/training/2/"}}

WRONG = """\
apiVersion: v1
kind: Pod
metadata:
  name: training2
spec:
  containers:
  - name: training2
    image: tensorflow
    ports:
    - containerPort: 80
    volumeMounts:
    - name: parent
      mountPath: /kqi/parent
  volumes:
  - name: parent
    nfs:
      server: nfs-server
      path: /training/1/
"""
"""A training whose parent is mounted, and whose output is not."""


def broken(spec: Any, **how: Any) -> list[tuple[str, str]]:
    return [(fault.code, str(fault.path)) for fault in check(spec, **how) if fault.code in {"KQ3070", "KQ1016"}]


def manifest(*mounts: dict[str, Any], kind: str = "Pod", **spec: Any) -> dict[str, Any]:
    """Make a pod with a container; each of its mounts is given with its source, as a spec has it."""
    volumes, seen = [], []
    for number, mount in enumerate(mounts):
        name = f"v{number}"
        seen.append({"name": name, **{key: value for key, value in mount.items() if key in {"mountPath", "readOnly", "subPath"}}})
        volumes.append({"name": name, **{key: value for key, value in mount.items() if key not in seen[-1]}})
    pod = {"containers": [{"name": "main", "image": "example.com/training:1", "volumeMounts": seen}], "volumes": volumes, **spec}
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "training"}, "spec": pod}


def test_a_lost_output_is_reported_in_the_first_line(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "training2.yaml"
    file.write_text(WRONG, "utf-8")
    assert main(["check", str(file), "--keeps", "/kqi/output"]) == 1
    first, _, _, hint, *_ = capsys.readouterr().err.splitlines()
    assert first == f"{file}:12:5: error: /kqi/output is not kept: nothing is mounted at /kqi/output [KQ3070]"
    assert hint == "  hint: mount something that lasts at /kqi/output, such as nfs or a persistentVolumeClaim"
    assert main(["check", str(file), "--keeps", "/kqi/parent"]) == 0
    assert main(["render", str(file), "--keeps", "/kqi/output"]) == 1
    assert main(["check", str(file), "--keeps", "kqi/output"]) == 2


@pytest.mark.parametrize(
    "mounts",
    [
        [{"mountPath": "/kqi/output", **NFS}],
        [{"mountPath": "/kqi/output/", **NFS}],
        [{"mountPath": "//kqi/./output", **NFS}],
        [{"mountPath": "/kqi", **NFS}],
        [{"mountPath": "/", **NFS}],
        [{"mountPath": "kqi/output", **NFS}],
        [{"mountPath": "/kqi/output", "subPath": "2", **NFS}],
        [{"mountPath": "/kqi/output", "readOnly": False, **NFS}],
        [{"mountPath": "/kqi/output", "hostPath": {"path": "/data", "type": "Directory"}}],
        [{"mountPath": "/kqi/output", "persistentVolumeClaim": {"claimName": "output"}}],
        [{"mountPath": "/kqi/output", "csi": {"driver": "nfs.csi.k8s.io"}}],
        [{"mountPath": "/kqi/output", "cephfs": {"monitors": ["10.0.0.1"]}}],
        [{"mountPath": "/kqi", "emptyDir": {}}, {"mountPath": "/kqi/output", **NFS}],
        [{"mountPath": "/kqi/output", **NFS}, {"mountPath": "/kqi", "emptyDir": {}}],
        [{"mountPath": "/kqi/output", **NFS}, {"mountPath": "/kqi/output/cache", "emptyDir": {}}],
    ],
)
def test_a_path_is_kept(mounts: list[dict[str, Any]]) -> None:
    assert broken(manifest(*mounts), keeps=["/kqi/output"]) == []


MOUNT = "/spec/containers/0/volumeMounts"


LASTING = "mount something that lasts at /kqi/output, such as nfs or a persistentVolumeClaim"
GONE = "is lost with the pod"
UNWRITABLE = "cannot be written to"


@pytest.mark.parametrize(
    ("mounts", "place", "mounted", "hint"),
    [
        ([], MOUNT, "nothing", LASTING),
        ([{"mountPath": "/kqi/parent", **NFS}], MOUNT, "nothing", LASTING),
        ([{"mountPath": "/kqi/outputs", **NFS}], MOUNT, "nothing", f"{LASTING}; did you mean /kqi/outputs?"),
        ([{"mountPath": "/kqi/output/logs", **NFS}], MOUNT, "nothing", f"{LASTING}; did you mean /kqi/output/logs?"),
        ([{"mountPath": "/kqi/output", "emptyDir": {}}], f"{MOUNT}/0", "emptyDir", f"{LASTING}: emptyDir {GONE}"),
        ([{"mountPath": "/kqi/output"}], f"{MOUNT}/0", "volume v0", f"{LASTING}: volume v0 {GONE}"),
        ([{"mountPath": "/kqi/output", "gitRepo": {"repository": "a"}}], f"{MOUNT}/0", "gitRepo", f"{LASTING}: gitRepo {GONE}"),
        (
            [{"mountPath": "/kqi/output", "csi": {"driver": "secrets-store.csi.k8s.io"}}],
            f"{MOUNT}/0",
            "csi secrets-store.csi.k8s.io",
            f"{LASTING}: csi secrets-store.csi.k8s.io {GONE}",
        ),
        (
            [{"mountPath": "/kqi/output", "configMap": {"name": "a"}}],
            f"{MOUNT}/0",
            "configMap a",
            f"{LASTING}: configMap a {UNWRITABLE}",
        ),
        ([{"mountPath": "/kqi/output", "image": {"reference": "a"}}], f"{MOUNT}/0", "image a", f"{LASTING}: image a {UNWRITABLE}"),
        (
            [{"mountPath": "/kqi/output", "readOnly": True, **NFS}],
            f"{MOUNT}/0",
            "nfs nfs-server:/training/2/",
            "remove `readOnly` from the mount of /kqi/output",
        ),
        (
            [{"mountPath": "/kqi/output", "persistentVolumeClaim": {"claimName": "a", "readOnly": True}}],
            f"{MOUNT}/0",
            "claim a",
            "remove `readOnly` from the volume v0",
        ),
        (
            [{"mountPath": "/kqi", **NFS}, {"mountPath": "/kqi/output", "emptyDir": {}}],
            f"{MOUNT}/1",
            "emptyDir",
            f"{LASTING}: emptyDir {GONE}",
        ),
    ],
)
def test_a_path_is_not_kept(mounts: list[dict[str, Any]], place: str, mounted: str, hint: str) -> None:
    (fault,) = (fault for fault in check(manifest(*mounts), keeps=["/kqi/output"]) if fault.code == "KQ3070")
    assert fault.message == f"/kqi/output is not kept: {mounted} is mounted at /kqi/output"
    assert place.startswith(fault.path)
    assert fault.path == place or not mounts
    assert fault.hint == hint


def test_what_is_mounted_around_a_path_is_named_where_it_is_mounted() -> None:
    mounts = {"mountPath": "/kqi", "emptyDir": {}}
    (fault,) = (fault for fault in check(manifest(mounts), keeps=["/kqi/output"]) if fault.code == "KQ3070")
    assert (fault.message, fault.path) == ("/kqi/output is not kept: emptyDir is mounted at /kqi", f"{MOUNT}/0")
    assert fault.hint == f"{LASTING}: emptyDir {GONE}"


def test_a_misspelt_mount_is_guessed() -> None:
    (fault,) = (fault for fault in check(manifest({"mountPath": "/kqi/ouput", **NFS}), keeps=["/kqi/output"]) if fault.code == "KQ3070")
    assert fault.hint.endswith("did you mean /kqi/ouput?")


@pytest.mark.parametrize("keys", [["emptyDir", "nfs"], ["hostPath", "nfs"]])
def test_what_has_a_rule_of_its_own_breaks_no_promise(keys: list[str]) -> None:
    two = {"mountPath": "/kqi/output", "emptyDir": {}, "hostPath": {"path": "/data"}, **NFS}
    thing = manifest({key: value for key, value in two.items() if key in {"mountPath", *keys}})
    assert broken(thing, keeps=["/kqi/output"]) == []
    thing["spec"]["volumes"] = []
    assert broken(thing, keeps=["/kqi/output"]) == []


class TestWhoKeeps:
    OUTPUT = Mount("/kqi/output", Nfs(server="nfs-server", path="/training/2/"))
    SCRATCH = Mount("/kqi/output", EmptyDir())

    @staticmethod
    def container(name: str, *mounts: Mount, **fields: Any) -> Container:
        return Container(name=name, image="example.com/training:1", mounts=mounts, **fields)

    def test_one_container_of_a_pod_is_enough(self) -> None:
        pod = Pod(name="a", containers=[self.container("a", self.SCRATCH), self.container("b", self.OUTPUT)], keeps=["/kqi/output"])
        assert broken(pod) == []

    def test_an_init_container_is_not_enough(self) -> None:
        first = self.container("a", self.OUTPUT)
        pod = Pod(name="a", init_containers=[first], containers=[self.container("b")], keeps=["/kqi/output"])
        assert broken(pod) == [("KQ3070", "/keeps/0")]

    def test_a_container_keeps_its_own_promise(self) -> None:
        promising = self.container("a", self.SCRATCH, keeps=["/data", "/kqi/output"])
        job = Job(name="a", pod=Pod(containers=[promising, self.container("b", self.OUTPUT)]))
        assert broken(job) == [("KQ3070", "/pod/containers/0/keeps/0"), ("KQ3070", "/pod/containers/0/keeps/1")]

    def test_an_init_container_may_promise_too(self) -> None:
        first = self.container("a", keeps=["/kqi/output"])
        pod = Pod(name="a", init_containers=[first], containers=[self.container("b", self.OUTPUT)])
        assert broken(pod) == [("KQ3070", "/initContainers/0/keeps/0")]

    def test_mounts_of_the_pod_count(self) -> None:
        pod = Pod(name="a", containers=[self.container("a", keeps=["/kqi/output"])], mounts=[self.OUTPUT], keeps=["/kqi/output"])
        assert broken(pod) == []

    def test_a_stateful_set_has_the_claims_of_its_templates(self) -> None:
        claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
        mounts = [{"mountPath": "/data", "volume": "data"}]
        pod = {"containers": [{"name": "a", "image": "a:1", "mounts": mounts, "keeps": ["/data", "/other"]}]}
        spec = {"kind": "StatefulSet", "name": "a", "serviceName": "a", "pod": pod, "volumeClaimTemplates": [claim]}
        assert broken(spec) == [("KQ3070", "/pod/containers/0/keeps/1")]

    @pytest.mark.parametrize("kind", ["Job", "Deployment", "DaemonSet", "ReplicaSet"])
    def test_the_pod_of_a_workload_is_judged(self, kind: str) -> None:
        pod = manifest()["spec"]
        template = {"metadata": {"labels": {"app": "a"}}, "spec": {**pod, "restartPolicy": "Never" if kind == "Job" else "Always"}}
        api = "batch/v1" if kind == "Job" else "apps/v1"
        spec = {"template": template, **({} if kind == "Job" else {"selector": {"matchLabels": {"app": "a"}}})}
        thing = {"apiVersion": api, "kind": kind, "metadata": {"name": "a"}, "spec": spec}
        found = broken(thing, keeps=["/kqi/output"])
        assert found == [("KQ3070", "/spec/template/spec/containers/0/volumeMounts")]


def spec(keeps: list[Any], **fields: Any) -> dict[str, Any]:
    mounts = [{"mountPath": "/kqi/output", **NFS}]
    return {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "a:1", "mounts": mounts, "keeps": keeps}], **fields}


def test_a_promise_is_never_emitted() -> None:
    assert "keeps" not in render({**spec(["/kqi/output"]), "keeps": ["/kqi/output"]})
    assert render(spec(["/kqi/output"])) == render(spec([]))


def test_a_promise_is_written_in_the_spec_form() -> None:
    pod = Pod(name="a", containers=[Container(name="a", keeps=["/kqi/output"])], keeps=["/data"])
    assert to_spec(pod) == {"kind": "Pod", "name": "a", "containers": [{"name": "a", "keeps": ["/kqi/output"]}], "keeps": ["/data"]}


def test_the_schema_of_a_spec_knows_promises() -> None:
    definitions = spec_schema("1.36")["$defs"]
    assert isinstance(definitions, dict)
    assert sum('"keeps"' in str(one).replace("'", '"') for one in definitions.values()) >= 2


def test_a_promise_is_judged_after_overlays() -> None:
    gone = {"kind": "Pod", "spec": {"containers": [{"name": "a", "volumeMounts": [{"mountPath": "/kqi/output", "readOnly": True}]}]}}
    assert broken(spec(["/kqi/output"], overlay=gone)) == [("KQ3070", "/containers/0/keeps/0")]
    mended = {
        "kind": "Pod",
        "spec": {
            "containers": [{"name": "a", "volumeMounts": [{"name": "data", "mountPath": "/data"}]}],
            "volumes": [{"name": "data", **NFS}],
        },
    }
    assert broken(spec(["/data"])) == [("KQ3070", "/containers/0/keeps/0")]
    assert broken(spec(["/data"], overlay=mended)) == []


def test_a_container_that_an_overlay_removes_keeps_nothing() -> None:
    other = {"kind": "Pod", "spec": {"containers": [{"name": "a", "$patch": "delete"}, {"name": "b", "image": "b:1"}]}}
    (fault,) = (fault for fault in check(spec(["/kqi/output"], overlay=other)) if fault.code == "KQ3070")
    assert fault.path == "/containers/0/keeps/0"
    assert fault.hint == "write `keeps` in one of the pod's containers, b: it has no container a"


def test_a_promise_must_be_a_path() -> None:
    assert broken(spec(["kqi/output", ""])) == [("KQ1016", "/containers/0/keeps/0"), ("KQ1016", "/containers/0/keeps/1")]
    assert broken(spec([]), keeps=["kqi/output"]) == [("KQ1016", "")]
    assert broken(spec([]), keeps="/kqi/output") == []
    with pytest.raises(ManifestError):
        build(spec([]), keeps=["kqi/output"])
    assert [(fault.code, fault.path) for fault in check(spec(["/kqi/output", 1]))] == [("KQ1001", "/containers/0/keeps/1")]


def test_a_promise_about_what_is_malformed_is_not_judged() -> None:
    malformed = spec(["/kqi/output"])
    malformed["containers"][0]["mounts"][0]["mountPath"] = 1
    assert broken(malformed) == []


def test_a_promise_is_reported_once() -> None:
    assert broken(spec(["/data"]), keeps=["/data/", "/data"]) == [("KQ3070", "/containers/0/keeps/0")]
    assert broken(spec([]), keeps=["/data/", "/data"]) == [("KQ3070", "/containers/0/mounts")]


def test_a_promise_can_be_ignored() -> None:
    assert broken(spec(["/data"], ignore={"KQ3070": "a dry run"})) == []
    assert broken(spec(["/data"]), ignore=["KQ3070"]) == []


def test_the_place_of_a_promise_is_in_the_source() -> None:
    thing = spec(["/kqi/output", "/data"])
    (fault,) = (fault for fault in check(thing) if fault.code == "KQ3070")
    assert Pointer(fault.path).follow(thing) == "/data"


def test_a_path_of_windows_is_kept() -> None:
    assert (
        broken(manifest({"mountPath": "C:\\kqi", "hostPath": {"path": "C:\\data", "type": "Directory"}}), keeps=["C:\\kqi\\output"]) == []
    )
    assert broken(manifest({"mountPath": "C:\\kqi", "emptyDir": {}}), keeps=["C:\\kqi\\output"]) == [("KQ3070", f"{MOUNT}/0")]
