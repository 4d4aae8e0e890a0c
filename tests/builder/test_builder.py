"""What a spec becomes: volumes from mounts, limits from short words, defaults that save a refusal."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic.dataclasses import dataclass

from kqmanifest import ManifestError, build, check
from kqmanifest.builder.context import BuildContext
from kqmanifest.builder.volumes import derived
from kqmanifest.builder.workloads import objects
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import SPEC, Whole
from kqmanifest.schema.published import published
from kqmanifest.vocabulary.names import is_label

NFS = {"nfs": {"server": "nfs-server", "path": "/training/2/"}}
OTHER = {"nfs": {"server": "nfs-server", "path": "/training/1/"}}


def container(**fields: Any) -> dict[str, Any]:
    return {"name": "main", "image": "example.com/training:1", **fields}


def pod(*containers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"kind": "Pod", "name": "training", "containers": [*containers], **fields}


def built(spec: Any, **how: Any) -> list[dict[str, Any]]:
    return list(build(spec, **how).objects)


def spec_of(spec: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = built(spec)[0]["spec"]
    return found


def told(spec: Any, *, warnings: bool = False) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(spec) if warnings or one.severity == "error"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/kqi/output", "kqi-output"),
        ("/kqi/output/", "kqi-output"),
        ("/kqi/my_data.v2", "kqi-my-data-v2"),
        ("/", "root"),
        ("/kqi/Output", "kqi-output"),
    ],
)
def test_a_volume_is_named_by_its_mount_path(path: str, name: str) -> None:
    assert derived(path) == name


@pytest.mark.parametrize("path", ["/学習", "/kqi/学習", "/" + "a" * 80, "/kqi/a+b", "/" + "ab/" * 40])
def test_a_path_that_loses_letters_gets_a_hash(path: str) -> None:
    name = derived(path)
    assert is_label(name)
    assert name == derived(path)
    assert name != derived(path + "x")


class TestVolumes:
    CLAIM: ClassVar = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Ti"}}}

    def test_equal_sources_share_one(self) -> None:
        spec = spec_of(pod(container(mounts=[{"mountPath": "/a", "subPath": "a", **NFS}, {"mountPath": "/b", "subPath": "b", **NFS}])))
        assert [mount["name"] for mount in spec["containers"][0]["volumeMounts"]] == ["a", "a"]
        assert len(spec["volumes"]) == 1

    def test_different_sources_of_one_derived_name_are_numbered(self) -> None:
        one, other = container(mounts=[{"mountPath": "/kqi/output", **NFS}]), container(mounts=[{"mountPath": "/kqi/output", **OTHER}])
        spec = spec_of(pod(one, {**other, "name": "second"}))
        assert [volume["name"] for volume in spec["volumes"]] == ["kqi-output", "kqi-output-2"]

    def test_a_number_keeps_the_name_of_a_volume_short_enough(self) -> None:
        path = "/" + "a" * 63
        spec = spec_of(
            pod(container(mounts=[{"mountPath": path, **NFS}]), {**container(mounts=[{"mountPath": path, **OTHER}]), "name": "b"})
        )
        assert [volume["name"] for volume in spec["volumes"]] == ["a" * 63, "a" * 61 + "-2"]

    def test_a_given_name_is_never_derived(self) -> None:
        spec = spec_of(pod(container(mounts=[{"mountPath": "/kqi/output", **NFS}, {"mountPath": "/x", "volume": "kqi-output", **OTHER}])))
        assert [volume["name"] for volume in spec["volumes"]] == ["kqi-output-2", "kqi-output"]

    def test_an_empty_directory_that_nobody_named_is_private(self) -> None:
        scratch = {"mountPath": "/kqi/tmp", "emptyDir": {}}
        spec = spec_of(pod(container(mounts=[scratch]), {**container(mounts=[scratch]), "name": "second"}))
        assert [one["volumeMounts"][0]["name"] for one in spec["containers"]] == ["kqi-tmp", "kqi-tmp-2"]

    @pytest.mark.parametrize("source", [{"emptyDir": {}}, {"ephemeral": {"volumeClaimTemplate": {"spec": CLAIM}}}])
    def test_two_mounts_of_what_nobody_named_are_two_volumes(self, source: dict[str, Any]) -> None:
        spec = spec_of(pod(container(mounts=[{"mountPath": path, **source} for path in ("/kqi/tmp", "/kqi/cache")])))
        assert [mount["name"] for mount in spec["containers"][0]["volumeMounts"]] == ["kqi-tmp", "kqi-cache"]
        assert spec["volumes"] == [{"name": name, **source} for name in ("kqi-tmp", "kqi-cache")]

    def test_a_named_empty_directory_is_shared(self) -> None:
        scratch = {"mountPath": "/kqi/tmp", "volume": "scratch", "emptyDir": {}}
        spec = spec_of(pod(container(mounts=[scratch]), {**container(mounts=[scratch]), "name": "second"}))
        assert spec["volumes"] == [{"name": "scratch", "emptyDir": {}}]

    def test_a_mount_of_the_pod_is_every_container_s(self) -> None:
        shared = {"mountPath": "/kqi/git", "emptyDir": {}}
        spec = spec_of(pod(container(), initContainers=[{**container(), "name": "prepare"}], mounts=[shared]))
        assert [one["volumeMounts"] for one in (*spec["initContainers"], *spec["containers"])] == [
            [{"name": "kqi-git", "mountPath": "/kqi/git"}]
        ] * 2
        assert len(spec["volumes"]) == 1

    def test_a_declared_volume_is_mounted_by_name(self) -> None:
        spec = spec_of(pod(container(mounts=[{"mountPath": "/kqi/output", "volume": "runs", "subPath": "2"}]), volumes={"runs": NFS}))
        assert spec["volumes"] == [{"name": "runs", **NFS}]
        assert spec["containers"][0]["volumeMounts"] == [{"name": "runs", "mountPath": "/kqi/output", "subPath": "2"}]

    def test_a_source_without_a_model_passes_as_written(self) -> None:
        iscsi = {"targetPortal": "10.0.2.15:3260", "iqn": "iqn.2001-04.com.example:storage", "lun": 0}
        assert spec_of(pod(container(mounts=[{"mountPath": "/data", "iscsi": iscsi}])))["volumes"] == [{"name": "data", "iscsi": iscsi}]

    def test_one_name_with_two_sources(self) -> None:
        mounts = [{"mountPath": "/a", "volume": "runs", **NFS}, {"mountPath": "/b", "volume": "runs", **OTHER}]
        assert told(pod(container(mounts=mounts))) == [("KQ1021", "/containers/0/mounts/1/volume")]

    def test_two_sources_in_a_mount(self) -> None:
        mounts = [{"mountPath": "/a", **NFS, "emptyDir": {}}]
        assert told(pod(container(mounts=mounts))) == [("KQ2005", "/containers/0/mounts/0/nfs")]

    def test_neither_a_source_nor_a_volume(self) -> None:
        assert told(pod(container(mounts=[{"mountPath": "/a"}]))) == [("KQ1020", "/containers/0/mounts/0")]

    def test_an_undeclared_volume(self) -> None:
        spec = pod(container(mounts=[{"mountPath": "/a", "volume": "rnus"}, {"mountPath": "/b", "volume": "runs"}]), volumes={"runs": NFS})
        (one,) = check(spec)
        assert (one.code, one.path, one.hint) == ("KQ2004", "/containers/0/mounts/0/volume", "did you mean `runs`?")

    def test_a_misspelt_volume_is_one_fault(self) -> None:
        assert told(pod(container(mounts=[{"mountPath": "/a", "volume": "rnus"}]), volumes={"runs": NFS}), warnings=True) == [
            ("KQ2004", "/containers/0/mounts/0/volume")
        ]

    def test_a_declared_volume_that_nothing_mounts(self) -> None:
        assert told(pod(container(), volumes={"runs": NFS}), warnings=True) == [("KQ4001", "/volumes/runs")]

    def test_a_declared_volume_without_a_source(self) -> None:
        spec = pod(container(mounts=[{"mountPath": "/a", "volume": "runs"}]), volumes={"runs": {}})
        assert told(spec) == [("KQ3002", "/volumes/runs")]

    def test_equal_paths_point_at_the_second_mount(self) -> None:
        spec = pod(container(mounts=[{"mountPath": "/a", **NFS}]), mounts=[{"mountPath": "/a", **OTHER}])
        assert told(spec) == [("KQ2003", "/mounts/0/mountPath")]

    def test_nested_paths_are_meant(self) -> None:
        mounts = [{"mountPath": "/kqi/parent", "emptyDir": {}}, {"mountPath": "/kqi/parent/1", **NFS}]
        assert told(pod(container(mounts=mounts))) == []


class TestClaims:
    CLAIM: ClassVar = {"nfs": {**NFS["nfs"], "claim": {"size": "1Ti", "mountOptions": ["nfsvers=4.1"]}}}

    def test_a_volume_and_its_claim_stand_beside(self) -> None:
        job, volume, claim = built(
            {
                "kind": "Job",
                "name": "training-2",
                "namespace": "sandbox",
                "pod": {"containers": [container(mounts=[{"mountPath": "/kqi/output", **self.CLAIM}])]},
            }
        )
        name = "training-2-kqi-output"
        assert job["spec"]["template"]["spec"]["volumes"] == [{"name": "kqi-output", "persistentVolumeClaim": {"claimName": name}}]
        assert volume["spec"]["nfs"] == NFS["nfs"]
        assert volume["spec"]["storageClassName"] == claim["spec"]["storageClassName"] == ""
        assert volume["spec"]["claimRef"] == {"namespace": "sandbox", "name": claim["metadata"]["name"]}
        assert volume["spec"]["mountOptions"] == ["nfsvers=4.1"]
        assert claim["spec"]["volumeName"] == volume["metadata"]["name"] == name
        assert claim["metadata"]["namespace"] == "sandbox"

    def test_what_names_no_namespace_is_in_the_one_called_default(self) -> None:
        job, volume, claim = built(
            {"kind": "Job", "name": "training-2", "pod": {"containers": [container(mounts=[{"mountPath": "/o", **self.CLAIM}])]}}
        )
        assert "namespace" not in job["metadata"]
        assert volume["spec"]["claimRef"]["namespace"] == claim["metadata"]["namespace"] == "default"
        assert "namespace" not in volume["metadata"]

    def test_one_claim_cannot_lead_to_two_directories(self) -> None:
        mounts = [
            {"mountPath": f"/{path}", "nfs": {"server": "nfs-server", "path": f"/{path}", "claim": {"size": "1Ti", "name": "data"}}}
            for path in ("a", "b")
        ]
        assert "KQ3060" in {code for code, _ in told(pod(container(mounts=mounts)))}

    def test_containers_that_share_the_export_share_the_claim(self) -> None:
        mount = {"mountPath": "/kqi/output", **self.CLAIM}
        objects = built(pod(container(mounts=[mount]), {**container(mounts=[mount]), "name": "second"}))
        assert [one["kind"] for one in objects] == ["Pod", "PersistentVolume", "PersistentVolumeClaim"]

    def test_a_fault_of_the_claim_points_at_it(self) -> None:
        mount = {"mountPath": "/kqi/output", "nfs": {**NFS["nfs"], "claim": {"size": "1TB"}}}
        assert set(told(pod(container(mounts=[mount])))) == {("KQ2301", "/containers/0/mounts/0/nfs/claim/size")}


class TestResources:
    def test_short_words_and_kubernetes_own_merge(self) -> None:
        spec = container(
            cpu=4, memory="8Gi", gpus=1, limits={"rdma/hca": 1}, resources={"requests": {"cpu": 2}, "limits": {"ephemeral-storage": "1Gi"}}
        )
        assert spec_of(pod(spec))["containers"][0]["resources"] == {
            "limits": {"ephemeral-storage": "1Gi", "cpu": "4", "memory": "8Gi", "rdma/hca": "1", "nvidia.com/gpu": "1"},
            "requests": {"cpu": "2"},
        }

    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            ({"memory": "8Gi", "resources": {"limits": {"memory": "8Gi"}}}, "/containers/0/memory"),
            ({"gpus": [1, {"count": 2}]}, "/containers/0/gpus/1/count"),
            ({"gpus": 1, "limits": {"nvidia.com/gpu": 1}}, "/containers/0/gpus"),
            ({"cpu": 1, "limits": {"cpu": 2}}, "/containers/0/limits/cpu"),
        ],
    )
    def test_a_resource_said_twice(self, fields: dict[str, Any], path: str) -> None:
        assert told(pod(container(**fields))) == [("KQ1023", path)]

    @pytest.mark.parametrize(
        "resource", ["nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/i915", "gpu.intel.com/xe", "nvidia.com/mig-1g.10gb", "example.com/npu"]
    )
    def test_any_extended_resource_is_a_gpu(self, resource: str) -> None:
        assert spec_of(pod(container(gpus={"count": 2, "resource": resource})))["containers"][0]["resources"] == {"limits": {resource: "2"}}

    def test_no_gpus_are_legal(self) -> None:
        assert spec_of(pod(container(gpus=0)))["containers"][0]["resources"] == {"limits": {"nvidia.com/gpu": "0"}}

    def test_a_negative_count(self) -> None:
        assert told(pod(container(gpus=-1))) == [("KQ2302", "/containers/0/gpus")]

    def test_a_product_chooses_the_node(self) -> None:
        assert spec_of(pod(container(gpus={"product": "NVIDIA-A100-SXM4-80GB"})))["nodeSelector"] == {
            "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB"
        }

    def test_two_products_in_a_pod(self) -> None:
        spec = pod(container(gpus={"product": "A"}), {**container(gpus={"product": "B"}), "name": "second"})
        assert told(spec) == [("KQ1026", "/containers/1/gpus/product")]

    def test_a_taint_is_tolerated_only_where_asked(self) -> None:
        assert "tolerations" not in spec_of(pod(container(gpus=1)))
        assert spec_of(pod(container(gpus={"tolerate": True})))["tolerations"] == [
            {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
        ]

    def test_a_taint_that_is_tolerated_is_that_of_the_resource(self) -> None:
        spec = spec_of(pod(container(gpus={"resource": "amd.com/gpu", "tolerate": True})))
        assert spec["tolerations"] == [{"key": "amd.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]

    def test_a_template_of_a_claim_is_in_the_namespace_of_its_pod(self) -> None:
        _, template = built(pod(container(gpus={"deviceClass": "gpu.nvidia.com"}), namespace="sandbox"))
        assert template["metadata"]["namespace"] == "sandbox"

    def test_shared_memory_is_each_container_s_own(self) -> None:
        spec = spec_of(pod(container(sharedMemory="1Gi"), {**container(sharedMemory="1Gi"), "name": "second"}))
        assert [volume["emptyDir"] for volume in spec["volumes"]] == [{"medium": "Memory", "sizeLimit": "1Gi"}] * 2

    def test_shared_memory_and_a_mount_of_its_place(self) -> None:
        spec = pod(container(sharedMemory="1Gi", mounts=[{"mountPath": "/dev/shm", "emptyDir": {}}]))
        assert told(spec) == [("KQ2003", "/containers/0/sharedMemory")]

    @pytest.mark.parametrize(
        ("kubernetes", "api_version"),
        [("1.33..1.37", "resource.k8s.io/v1beta2"), ("1.33", "resource.k8s.io/v1beta2"), ("1.36", "resource.k8s.io/v1")],
    )
    def test_devices_by_dynamic_allocation(self, kubernetes: str, api_version: str) -> None:
        one, template = built(pod(container(gpus={"count": 2, "deviceClass": "gpu.nvidia.com"})), kubernetes=kubernetes)
        assert template["apiVersion"] == api_version
        assert one["spec"]["resourceClaims"] == [{"name": "gpus", "resourceClaimTemplateName": template["metadata"]["name"]}]
        assert one["spec"]["containers"][0]["resources"] == {"claims": [{"name": "gpus"}]}
        assert template["spec"]["spec"]["devices"]["requests"][0]["exactly"] == {"deviceClassName": "gpu.nvidia.com", "count": 2}


class TestDefaults:
    def test_a_job_s_pod_never_restarts(self) -> None:
        assert (
            built({"kind": "Job", "name": "a", "pod": {"containers": [container()]}})[0]["spec"]["template"]["spec"]["restartPolicy"]
            == "Never"
        )

    def test_unless_it_says_so(self) -> None:
        spec = {"kind": "Job", "name": "a", "pod": {"restartPolicy": "OnFailure", "containers": [container()]}}
        assert built(spec)[0]["spec"]["template"]["spec"]["restartPolicy"] == "OnFailure"

    @pytest.mark.parametrize("kind", ["Deployment", "StatefulSet"])
    def test_a_selector_is_the_name(self, kind: str) -> None:
        spec = built({"kind": kind, "name": "web", "pod": {"labels": {"tier": "front"}, "containers": [container()]}})[0]["spec"]
        assert spec["selector"] == {"matchLabels": {"app": "web"}}
        assert spec["template"]["metadata"]["labels"] == {"app": "web", "tier": "front"}

    def test_a_cron_job_has_a_job_that_has_a_pod(self) -> None:
        spec = {
            "kind": "CronJob",
            "name": "nightly",
            "schedule": "0 3 * * *",
            "job": {"backoffLimit": 0, "labels": {"a": "b"}, "pod": {"containers": [container()]}},
        }
        template = built(spec)[0]["spec"]["jobTemplate"]
        assert template["metadata"] == {"labels": {"a": "b"}}
        assert template["spec"]["backoffLimit"] == 0

    def test_a_claim_template_is_a_volume(self) -> None:
        claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
        mounts = [{"mountPath": "/data", "volume": "data"}]
        assert (
            told({"kind": "StatefulSet", "name": "db", "volumeClaimTemplates": [claim], "pod": {"containers": [container(mounts=mounts)]}})
            == []
        )


class TestKubernetesOwn:
    def test_other_fields_stand_as_kubernetes_writes_them(self) -> None:
        probe = {"httpGet": {"path": "/", "port": 80}}
        spec = spec_of(pod(container(livenessProbe=probe), hostNetwork=True, affinity={}))
        assert spec["containers"][0]["livenessProbe"] == probe
        assert spec["hostNetwork"] is True

    def test_fields_stand_in_one_order_however_they_are_given(self) -> None:
        given = container(restartPolicy="Always", imagePullPolicy="Always", mounts=[{"mountPath": "/o", **NFS}], command=["a"])
        spec = spec_of(pod(container(), initContainers=[{**given, "name": "first"}]))
        assert list(spec["initContainers"][0]) == ["name", "image", "command", "volumeMounts", "imagePullPolicy", "restartPolicy"]

    def test_a_namespace_has_a_spec_only_where_it_has_one(self) -> None:
        assert built({"kind": "Namespace", "name": "a"}) == [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "a"}}]

    def test_they_are_judged_there(self) -> None:
        spec = pod(container(livenessProbe={"httpGet": {"prt": 80}}))
        assert told(spec) == [("KQ9001", "/containers/0/livenessProbe/httpGet/prt")]

    def test_a_manifest_passes_unchanged(self) -> None:
        manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}
        assert built(manifest) == [manifest]
        assert built(manifest)[0] is not manifest

    def test_metadata_has_its_place(self) -> None:
        assert built({"kind": "ConfigMap", "generateName": "a-", "finalizers": ["example.com/x"], "data": {"k": "v"}})[0] == {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"generateName": "a-", "finalizers": ["example.com/x"]},
            "data": {"k": "v"},
        }

    def test_a_misspelt_field_is_told_once(self) -> None:
        (one,) = check(pod(container(livenesProbe={})))
        assert (one.code, one.path, one.hint) == ("KQ1002", "/containers/0/livenesProbe", "did you mean `livenessProbe`?")

    def test_a_schema_for_editors_is_passed_over(self) -> None:
        assert built({"$schema": "spec.schema.json", **pod(container())}) == built(pod(container()))

    def test_volume_mounts_have_another_name(self) -> None:
        (one,) = check(pod(container(volumeMounts=[])))
        assert one.code == "KQ1004"
        assert one.hint.startswith("write `mounts` instead, each with its source: ")

    def test_a_field_of_another_version(self) -> None:
        with pytest.raises(ManifestError) as error:
            build(pod(container(), schedulingGroup={}), kubernetes="1.33")
        (one,) = error.value.diagnostics
        assert (one.code, one.path) == ("KQ1002", "/schedulingGroup")
        assert "1.36" in one.hint


class TestOverlay:
    def test_it_is_laid_last(self) -> None:
        spec = pod(container(), overlay={"spec": {"hostNetwork": True, "containers": [{"name": "main", "tty": True}]}})
        assert spec_of(spec)["hostNetwork"] is True
        assert spec_of(spec)["containers"][0]["tty"] is True

    def test_it_is_checked_like_the_rest(self) -> None:
        spec = pod(container(), overlay={"spec": {"containers": [{"name": "main", "ttty": True}]}})
        assert told(spec) == [("KQ9001", "/overlay/spec/containers/0/ttty")]

    def test_it_names_its_object_where_there_are_several(self) -> None:
        claim = {"mountPath": "/a", "nfs": {**NFS["nfs"], "claim": {"size": "1Ti"}}}
        spec = pod(container(mounts=[claim]), overlay=[{"kind": "PersistentVolume", "spec": {"mountOptions": ["hard"]}}])
        assert built(spec)[1]["spec"]["mountOptions"] == ["hard"]

    def test_it_fits_nothing(self) -> None:
        assert told(pod(container(), overlay={"kind": "Job"})) == [("KQ1014", "/overlay")]

    @pytest.mark.parametrize("lost", [{"$patch": "replace"}, {"metadata": None}])
    def test_one_may_take_away_what_the_next_is_matched_by(self, lost: dict[str, Any]) -> None:
        assert told(pod(container(), overlay=[lost, {"spec": {"hostNetwork": True}}])) != []


@pytest.mark.parametrize("name", ["several", "of", "other", "source"])
def test_a_volume_may_be_called_what_a_field_of_ours_is(name: str) -> None:
    wrong = {name: {"nfs": {"server": 5, "path": "/a"}}}
    assert told(pod(container(), volumes=wrong)) == [("KQ1001", f"/volumes/{name}/nfs/server")]


class TestIgnore:
    def test_with_a_reason(self) -> None:
        assert told(pod(container(), volumes={"runs": NFS}, ignore={"KQ4001": "mounted by an admission webhook"}), warnings=True) == []

    @pytest.mark.parametrize("code", ["KQ4001", "KQ400", "KQ40", "KQ4"])
    def test_codes_by_how_they_begin(self, code: str) -> None:
        assert told(pod(container(), volumes={"runs": NFS}, ignore={code: "it is mounted later"}), warnings=True) == []

    @pytest.mark.parametrize("code", ["KQ4002", "KQ41", "KQ3", "KQ40011"])
    def test_and_no_others(self, code: str) -> None:
        assert told(pod(container(), volumes={"runs": NFS}, ignore={code: "it is mounted later"}), warnings=True) == [
            ("KQ4001", "/volumes/runs")
        ]

    @pytest.mark.parametrize("code", ["", "K", "KQ", "KQ2", "KQ5110"])
    def test_what_is_no_beginning_of_what_can_be_ignored(self, code: str) -> None:
        spec = pod(container(), volumes={"runs": NFS}, ignore={code: "no"})
        assert told(spec, warnings=True) == [("KQ1011", f"/ignore/{code}"), ("KQ4001", "/volumes/runs")]

    def test_only_what_is_not_refused(self) -> None:
        assert ("KQ1011", "/ignore/KQ2003") in told(pod(container(), ignore={"KQ2003": "no"}))


def test_the_source_map_leads_back() -> None:
    spec = pod(container(gpus=1, env={"A": "b"}, mounts=[{"mountPath": "/kqi/output", **NFS}]))
    places = build(spec).source_map
    assert places["/0/spec/containers/0/volumeMounts/0/mountPath"] == "/containers/0/mounts/0/mountPath"
    assert places["/0/spec/volumes/0/nfs/path"] == "/containers/0/mounts/0/nfs/path"
    assert places["/0/spec/containers/0/resources/limits/nvidia.com~1gpu"] == "/containers/0/gpus"
    assert places["/0/spec/containers/0/env/0/value"] == "/containers/0/env/A"


class TestTogether:
    SERVICE: ClassVar = {"kind": "Service", "name": "board", "selector": {"app": "board"}, "ports": [6006]}

    def test_a_service_that_selects_no_pod(self) -> None:
        assert told([self.SERVICE, {**pod(container()), "labels": {"app": "other"}}]) == [("KQ3063", "/0/selector")]

    @pytest.mark.parametrize("code", ["KQ3063", "KQ306", "KQ3"])
    def test_the_one_that_it_is_told_of_may_ignore_it(self, code: str) -> None:
        other = {**pod(container()), "labels": {"app": "other"}}
        assert told([{**self.SERVICE, "ignore": {code: "its pods come later"}}, other]) == []
        assert told([self.SERVICE, {**other, "ignore": {code: "not mine to say"}}]) == [("KQ3063", "/0/selector")]

    @pytest.mark.parametrize("ignore", [None, 5, "KQ3063", ["KQ3063"], {"KQ3063": 5}, {5: "KQ3063"}, {None: "x"}])
    def test_what_is_no_list_of_codes_ignores_nothing(self, ignore: Any) -> None:
        spec = [{**self.SERVICE, "ignore": ignore}, {**pod(container()), "labels": {"app": "other"}}]
        assert ("KQ3063", "/0/selector") in told(spec)

    def test_beside_what_is_not_known_nothing_is_certain(self) -> None:
        unknown = {"apiVersion": "example.com/v1", "kind": "Board", "metadata": {"name": "board"}}
        assert told([self.SERVICE, {**pod(container()), "labels": {"app": "other"}}, unknown]) == []

    def test_an_empty_list_is_no_fault(self) -> None:
        assert told({"apiVersion": "v1", "kind": "List", "items": []}) == []

    def test_nothing_is(self) -> None:
        assert told([]) == [("KQ1012", "")]


def test_a_kind_without_short_forms_needs_only_its_model() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
    class PodDisruptionBudget(KindModel):
        homes: ClassVar = ("policy.v1.PodDisruptionBudgetSpec", "meta.v1.ObjectMeta")

        min_available: Whole

    @dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
    class PriorityClass(KindModel):
        homes: ClassVar = ("scheduling.v1.PriorityClass",)

        value: Whole

    def written(spec: KindModel) -> Any:
        return objects(BuildContext(published("1.36")), spec)

    assert written(PodDisruptionBudget(name="a", min_available=1)) == [
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "a"}, "spec": {"minAvailable": 1}}
    ]
    assert written(PriorityClass(name="a", value=7)) == [
        {"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "a"}, "value": 7}
    ]
