"""A training in six lines: every row of the platform's tables, every fault of its templates, every clash at the user's own line."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kqmanifest import FileServer, ManifestError, Mount, Nfs, Platform, Training, build, check, render, to_spec
from kqmanifest.schema.published import KNOWN

ROOT = "/var/lib/kamonohashi/nfs/sandbox"
PLATFORM: dict[str, Any] = {"nfs": {"server": "nfs-server", "root": "/var/lib/kamonohashi/nfs"}, "tenant": "sandbox"}
AGENT = {"image": "kamonohashi/cli:5.0.0", "prepare": "echo before\n", "finish": "echo beside\n"}
WITH_AGENT = {**PLATFORM, "agent": AGENT}
NODES = "requiredDuringSchedulingIgnoredDuringExecution"
DUMMY = "abcdefgh-ijklmnop"
ONCE = Platform(nfs=FileServer(server="nfs-server", root="/var/lib/kamonohashi/nfs"), tenant="sandbox")


def training(platform: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "kind": "Training",
        "id": 2,
        "image": "tensorflow/tensorflow:2.16.1-gpu",
        "entryPoint": "python train.py",
        "cpu": 4,
        "memory": 8,
        "platform": PLATFORM | (platform or {}),
        **fields,
    }
    return {key: value for key, value in given.items() if value is not None}


def made(spec: Any, **how: Any) -> dict[str, dict[str, Any]]:
    return {f"{one['kind']} {one['metadata']['name']}": one for one in build(spec, **how).objects}


def job(spec: Any, **how: Any) -> dict[str, Any]:
    (found,) = (one for one in build(spec, **how).objects if one["kind"] == "Job")
    return found


def pod(spec: Any, **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = job(spec, **how)["spec"]["template"]["spec"]
    return found


def containers(spec: Any) -> dict[str, dict[str, Any]]:
    found = pod(spec)
    return {one["name"]: one for one in (*found.get("initContainers", ()), *found["containers"])}


def mounted(spec: Any, name: str = "main") -> dict[str, tuple[str, str | None, str | None, bool]]:
    """Give, by mount path, the volume's name, the NFS path behind it, the subPath, and whether it is read-only."""
    volumes = {one["name"]: one for one in pod(spec)["volumes"]}
    return {
        one["mountPath"]: (
            one["name"],
            volumes[one["name"]].get("nfs", {}).get("path"),
            one.get("subPath"),
            one.get("readOnly", False),
        )
        for one in containers(spec)[name]["volumeMounts"]
    }


def env(spec: Any, name: str = "main") -> dict[str, Any]:
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in containers(spec)[name]["env"]}


def told(spec: Any, **how: Any) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(spec, **how)]


class TestObjects:
    def test_a_run_is_two_config_maps_and_a_job(self) -> None:
        assert [*made(training())] == ["ConfigMap training-2-common-scripts", "ConfigMap training-2-scripts", "Job training-2"]

    def test_ports_make_a_service_that_finds_its_pod(self) -> None:
        spec = training(ports=[80, 8888])
        objects = made(spec)
        service = objects["Service training-2"]["spec"]
        assert (service["type"], service["selector"]) == ("NodePort", {"app": "training-2"})
        assert [port["port"] for port in service["ports"]] == [80, 8888]
        template = objects["Job training-2"]["spec"]["template"]
        assert service["selector"].items() <= template["metadata"]["labels"].items()
        assert [*objects].index("Service training-2") < [*objects].index("Job training-2"), "what can fail comes first"

    def test_all_of_it_is_in_the_tenants_namespace(self) -> None:
        assert {one["metadata"]["namespace"] for one in made(training(ports=[80])).values()} == {"sandbox"}

    def test_the_job_is_as_the_platform_has_it(self) -> None:
        spec = job(training())["spec"]
        assert {key: spec[key] for key in ("parallelism", "completions", "backoffLimit")} == {
            "parallelism": 1,
            "completions": 1,
            "backoffLimit": 0,
        }
        assert not {"ttlSecondsAfterFinished", "activeDeadlineSeconds"} & {*spec}
        inner = pod(training())
        assert (inner["restartPolicy"], inner["terminationGracePeriodSeconds"]) == ("Never", 5)
        assert "tolerations" not in inner

    def test_labels_agree_and_there_are_no_annotations(self) -> None:
        found = job(training())
        assert found["metadata"]["labels"] == found["spec"]["template"]["metadata"]["labels"] == {"app": "training-2"}
        assert "annotations" not in found["metadata"]

    def test_a_user_has_a_service_account_and_a_secret_to_pull_with(self) -> None:
        found = pod(training({"registry": "hub"}, user={"id": 7, "name": "alice"}))
        assert (found["serviceAccountName"], found["imagePullSecrets"]) == ("alice", [{"name": "registry-hub-7"}])
        assert "imagePullSecrets" not in pod(training())

    def test_nodes_are_required_by_one_term(self) -> None:
        spec = training({"nodeLabels": {"disk": "ssd"}}, partition="a")
        (term,) = pod(spec)["affinity"]["nodeAffinity"][NODES]["nodeSelectorTerms"]
        assert term["matchExpressions"] == [
            {"key": "sandbox", "operator": "In", "values": ["true"]},
            {"key": "kqi.partition", "operator": "In", "values": ["a"]},
            {"key": "disk", "operator": "In", "values": ["ssd"]},
        ]
        assert "affinity" not in pod(training({"nodePlacement": "any"}))


class TestContainers:
    def test_main_is_alone_without_an_image_of_the_platform(self) -> None:
        assert [*containers(training())] == ["main"]

    def test_prepare_runs_first_and_finish_beside(self) -> None:
        found = pod(training(WITH_AGENT))
        assert [one["name"] for one in found["initContainers"]] == ["prepare"]
        assert [one["name"] for one in found["containers"]] == ["main", "finish"]
        images = {name: one["image"] for name, one in containers(training(WITH_AGENT)).items()}
        assert images == {"prepare": AGENT["image"], "main": "tensorflow/tensorflow:2.16.1-gpu", "finish": AGENT["image"]}
        assert {one["imagePullPolicy"] for one in containers(training(WITH_AGENT)).values()} == {"Always"}

    def test_all_three_have_the_same_mounts_and_ports(self) -> None:
        extra = {"mountPath": "/extra", "nfs": {"server": "other", "path": "/x"}}
        found = containers(training(WITH_AGENT, ports=[80], mounts=[extra]))
        assert found["prepare"]["volumeMounts"] == found["main"]["volumeMounts"] == found["finish"]["volumeMounts"]
        assert found["prepare"]["ports"] == found["main"]["ports"] == found["finish"]["ports"]
        assert "/extra" in {one["mountPath"] for one in found["main"]["volumeMounts"]}

    @pytest.mark.parametrize("gpus", [0, 2])
    def test_limits(self, gpus: int) -> None:
        found = {name: one["resources"]["limits"] for name, one in containers(training(WITH_AGENT, gpus=gpus)).items()}
        assert found["prepare"] == {"cpu": "4", "memory": "8G"}
        assert found["main"] == {"cpu": "4", "memory": "8G"} | ({"nvidia.com/gpu": str(gpus)} if gpus else {})
        assert found["finish"] == {"cpu": "0.2", "memory": "200M"}

    @pytest.mark.parametrize(("gpus", "hidden"), [(None, True), (0, True), (1, False)])
    def test_who_sees_no_gpus(self, gpus: int | None, hidden: bool) -> None:  # noqa: FBT001  one of two outcomes
        spec = training(WITH_AGENT, gpus=gpus)
        assert env(spec, "prepare")["NVIDIA_VISIBLE_DEVICES"] == env(spec, "finish")["NVIDIA_VISIBLE_DEVICES"] == "none"
        assert env(spec).get("NVIDIA_VISIBLE_DEVICES") == ("none" if hidden else None)

    def test_the_command(self) -> None:
        for name, one in containers(training(WITH_AGENT)).items():
            assert one["command"] == ["/bin/bash", "-c"]
            (line,) = one["args"]
            log = "/kqi/attach/training_stdout_stderr_${TRAINING_ID}.log"
            assert line.endswith(f"stdbuf -i0 -o0 -e0 bash /kqi/scripts/training/{name} 2>&1 | tee -a {log}")

    def test_memory_may_be_said_as_kubernetes_says_it(self) -> None:
        assert containers(training(memory="8Gi"))["main"]["resources"]["limits"]["memory"] == "8Gi"

    def test_scripts_are_literal_blocks(self) -> None:
        text = render(training(WITH_AGENT, entryPoint="set -x\npython train.py --lr 1e-3 # it's: a + b"))
        assert "  main: |\n    #!/usr/bin/env bash\n" in text
        assert "\n    set -x\n    python train.py --lr 1e-3 # it's: a + b\n" in text
        data = made(training(WITH_AGENT))["ConfigMap training-2-scripts"]["data"]
        assert (data["prepare"], data["finish"]) == (AGENT["prepare"], AGENT["finish"])


class TestEnv:
    def test_what_a_training_sets(self) -> None:
        repository = {"name": "team/model", "url": "https://git.example.com/team/model.git", "commit": "abc"}
        spec = training(
            {"secret": "tokens", "server": "https://kqi.example.com", "version": "5.0.0"},
            dataset=3,
            parents=[1, 4],
            repository=repository,
            zip=True,
            localDataSet=False,
        )
        assert env(spec) == {
            "COLUMNS": "200",
            "NVIDIA_VISIBLE_DEVICES": "none",
            "DATASET_ID": "3",
            "TRAINING_ID": "2",
            "PARENT_ID": "1,4",
            "MODEL_REPOSITORY": "team/model",
            "MODEL_REPOSITORY_URL": "https://git.example.com/team/model.git",
            "MODEL_REPOSITORY_TOKEN": {"secretKeyRef": {"name": "tokens", "key": "MODEL_REPOSITORY_TOKEN"}},
            "COMMIT_ID": "abc",
            "KQI_SERVER": "https://kqi.example.com",
            "KQI_TOKEN": {"secretKeyRef": {"name": "tokens", "key": "KQI_TOKEN"}},
            "PYTHONUNBUFFERED": "true",
            "LC_ALL": "C.UTF-8",
            "LANG": "C.UTF-8",
            "ZIP_FILE_CREATED": "True",
            "LOCAL_DATASET": "False",
            "KQI_VERSION": "5.0.0",
        }

    def test_proxies_come_in_both_cases(self) -> None:
        found = env(
            training({**WITH_AGENT, "proxies": {"http": "http://proxy:80", "https": "http://proxy:443", "no": "localhost"}}), "prepare"
        )
        assert {name: found[name] for name in found if "proxy" in name.lower()} == {
            "http_proxy": "http://proxy:80",
            "HTTP_PROXY": "http://proxy:80",
            "https_proxy": "http://proxy:443",
            "HTTPS_PROXY": "http://proxy:443",
            "no_proxy": "localhost",
            "NO_PROXY": "localhost",
        }

    def test_the_users_word_counts_more_than_a_default(self) -> None:
        spec = training({**WITH_AGENT, "proxies": {"http": "http://proxy:80"}}, env={"http_proxy": "http://mine:80", "COLUMNS": "80"})
        assert (env(spec)["http_proxy"], env(spec)["HTTP_PROXY"], env(spec)["COLUMNS"]) == ("http://mine:80", "http://proxy:80", "80")
        assert (env(spec, "prepare")["http_proxy"], env(spec, "prepare")["COLUMNS"]) == ("http://proxy:80", "200")


OUTPUT, ATTACHED, DATA = f"{ROOT}/TrainingContainerOutputFiles", f"{ROOT}/TrainingContainerAttachedFiles", f"{ROOT}/Data"


class TestMounts:
    def test_what_every_job_has(self) -> None:
        found = pod(training())
        volumes = {one.pop("name"): one for one in found["volumes"]}
        assert volumes["dshm"] == {"emptyDir": {"medium": "Memory"}}
        assert volumes["localtime"] == {"hostPath": {"path": "/etc/localtime"}}
        assert volumes["common-scripts"] == {"configMap": {"name": "training-2-common-scripts"}}
        assert volumes["scripts"] == {"configMap": {"name": "training-2-scripts"}}
        assert {name for name, source in volumes.items() if source == {"emptyDir": {}}} == {"tmp", "input", "git"}
        paths = {path: (name, read_only) for path, (name, _, _, read_only) in mounted(training()).items()}
        assert paths["/dev/shm"] == ("dshm", False)
        assert paths["/etc/localtime"] == ("localtime", True)
        assert paths["/kqi/scripts/common/"] == ("common-scripts", False)
        assert paths["/kqi/scripts/training/"] == ("scripts", False)
        assert {"/kqi/tmp/", "/kqi/input/", "/kqi/git/"} <= {*paths}

    def test_the_platforms_own_tables(self) -> None:
        found = mounted(training({"directoryLayout": "subPath", "volumes": "each"}, parents=[1]))
        assert found["/kqi/output"] == ("nfs-output", OUTPUT, "2", False)
        assert found["/kqi/attach"] == ("nfs-attach", ATTACHED, "2", False)
        assert found["/kqi/raw"] == ("nfs-data", DATA, None, True)
        assert found["/kqi/parent"] == ("nfs-parent", OUTPUT, "1", True)

    def test_several_parents(self) -> None:
        found = mounted(training({"directoryLayout": "subPath", "volumes": "each"}, parents=[1, 5]))
        assert found["/kqi/parent/1"] == ("nfs-parent-1", OUTPUT, "1", True)
        assert found["/kqi/parent/5"] == ("nfs-parent-5", OUTPUT, "5", True)
        assert "/kqi/parent" not in found

    def test_one_volume_for_one_export(self) -> None:
        found = mounted(training({"directoryLayout": "subPath"}, parents=[1, 5]))
        assert {found[path][0] for path in ("/kqi/output", "/kqi/parent/1", "/kqi/parent/5")} == {"nfs-output"}
        assert len([one for one in pod(training({"directoryLayout": "subPath"}, parents=[1, 5]))["volumes"] if "nfs" in one]) == 3

    def test_by_path_as_in_the_story(self) -> None:
        found = mounted(training({"directoryLayout": "path"}, parents=[1]))
        assert found["/kqi/output"] == ("nfs-output", f"{OUTPUT}/2", None, False)
        assert found["/kqi/attach"] == ("nfs-attach", f"{ATTACHED}/2", None, False)
        assert found["/kqi/parent"] == ("nfs-parent", f"{OUTPUT}/1", None, True)

    def test_guarded_a_mistyped_parent_fails_and_an_output_is_made(self) -> None:
        found = mounted(training(parents=[1, 5]))
        assert found["/kqi/output"] == ("nfs-output", OUTPUT, "2", False)
        assert found["/kqi/attach"] == ("nfs-attach", ATTACHED, "2", False)
        assert found["/kqi/raw"] == ("nfs-data", DATA, None, True)
        assert found["/kqi/parent/1"] == ("nfs-parent-1", f"{OUTPUT}/1", None, True)
        assert found["/kqi/parent/5"] == ("nfs-parent-5", f"{OUTPUT}/5", None, True)

    def test_a_parent_only_adds(self) -> None:
        less, more = mounted(training(parents=[])), mounted(training(parents=[1]))
        assert less.items() <= more.items()
        assert more.keys() - less.keys() == {"/kqi/parent"}

    def test_the_size_of_shared_memory(self) -> None:
        volumes = pod(training(sharedMemory="4Gi"))["volumes"]
        assert {"name": "dshm", "emptyDir": {"medium": "Memory", "sizeLimit": "4Gi"}} in volumes

    def test_the_nodes_time_zone_may_stay_away(self) -> None:
        spec = training({"localTime": False})
        assert "/etc/localtime" not in mounted(spec)
        assert check(spec, pod_security="baseline") == ()


class TestDefects:
    """What the platform's templates get wrong, each by its number."""

    def test_1_an_env_value_stays_a_value(self) -> None:
        crafted = 'x"\n      securityContext:\n        privileged: true\n# '
        spec = training(env={"NOTE": crafted})
        assert env(spec)["NOTE"] == crafted
        again = [*yaml.safe_load_all(render(spec))][-1]["spec"]["template"]["spec"]["containers"][0]
        assert "securityContext" not in again
        assert crafted in [one.get("value") for one in again["env"]]

    def test_2_a_parent_is_named_once_and_is_another(self) -> None:
        assert told(training(parents=[5, 5])) == [("KQ1104", "/parents/1")]
        assert told(training(parents=[1, 2])) == [("KQ1105", "/parents/1")]

    def test_3_gpus_are_not_less_than_none_and_none_means_none(self) -> None:
        assert told(training(gpus=-1)) == [("KQ2302", "/gpus")]
        assert told(training(env={"NVIDIA_VISIBLE_DEVICES": "all"})) == [("KQ1113", "/env/NVIDIA_VISIBLE_DEVICES")]
        assert told(training(gpus=0, env=[{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}])) == [("KQ1113", "/env/0/name")]

    def test_4_the_users_env_stays_in_main(self) -> None:
        spec = training(WITH_AGENT, env={"LR": "0.01"})
        assert [name for name in containers(spec) if "LR" in env(spec, name)] == ["main"]

    def test_5_a_path_is_what_was_written(self) -> None:
        spec = training(
            {"nfs": {"server": "nfs-server", "root": "/data/学習+a&b"}},
            mounts=[{"mountPath": "/data/学習+a&b", "nfs": {"server": "s", "path": "/<x>"}}],
        )
        assert mounted(spec)["/kqi/output"][1] == "/data/学習+a&b/sandbox/TrainingContainerOutputFiles"
        text = [*yaml.safe_load_all(render(spec))][-1]["spec"]["template"]["spec"]
        assert "/data/学習+a&b" in {one["mountPath"] for one in text["containers"][0]["volumeMounts"]}
        assert {"server": "s", "path": "/<x>"} in [one.get("nfs") for one in text["volumes"]]

    def test_6_an_exit_code_is_not_lost(self) -> None:
        for one in containers(training(WITH_AGENT)).values():
            assert one["args"][0].startswith("set -o pipefail; ")
        objects = made(training())
        assert "pipefail" in objects["ConfigMap training-2-common-scripts"]["data"]["settings"]
        assert ". /kqi/scripts/common/settings\n" in objects["ConfigMap training-2-scripts"]["data"]["main"]

    def test_6_tokens_come_from_a_secret_and_a_plain_one_is_told(self) -> None:
        assert env(training({"secret": "other"}, secret="mine"))["KQI_TOKEN"] == {"secretKeyRef": {"name": "mine", "key": "KQI_TOKEN"}}  # noqa: S106  the name of one
        plain = training(tokens={"KQI_TOKEN": DUMMY})
        (warning,) = build(plain).diagnostics
        assert (warning.code, warning.path, warning.severity) == ("KQ4041", "/tokens/KQI_TOKEN", "warning")
        assert DUMMY not in str(warning)
        assert env(plain)["KQI_TOKEN"] == DUMMY
        assert told(training({"secret": "tokens"}, tokens={"KQI_TOKEN": DUMMY})) == [("KQ1125", "/tokens/KQI_TOKEN")]
        assert told(training(tokens={"KQI_TOKN": DUMMY})) == [("KQ1124", "/tokens/KQI_TOKN")]

    @pytest.mark.parametrize(
        ("ports", "faults"),
        [([80, 0], [("KQ2215", "/ports/1")]), ([80, 80], [("KQ1104", "/ports/1")]), ([80, 70000], [("KQ2206", "/ports/1")])],
    )
    def test_7_ports_are_judged_before_the_job_is_there(self, ports: list[int], faults: list[tuple[str, str]]) -> None:
        assert told(training(ports=ports)) == faults
        with pytest.raises(ManifestError):
            build(training(ports=ports))


class TestClashes:
    """What the user adds stands beside what the training makes; where both want one thing, the user's line is told."""

    @pytest.mark.parametrize(
        ("path", "what"),
        [
            ("/kqi/output", "the training's own output"),
            ("/kqi//output/", "the training's own output"),
            ("/kqi/attach", "the training's own attachments"),
            ("/kqi/raw", "the tenant's data"),
            ("/kqi/parent", "the output of training 1"),
            ("/kqi/tmp", "the training's own directory for tmp"),
            ("/dev/shm", "the training's own shared memory"),
            ("/kqi/scripts/common", "the platform's own scripts"),
        ],
    )
    def test_a_mount(self, path: str, what: str) -> None:
        (one,) = check(training(parents=[1], mounts=[{"mountPath": "/mine", "emptyDir": {}}, {"mountPath": path, "emptyDir": {}}]))
        assert (one.code, one.path, one.message) == ("KQ1110", "/mounts/1/mountPath", f"{path} is already the mount path of {what}")

    def test_nesting_is_meant(self) -> None:
        assert "/kqi/output/logs" in mounted(training(mounts=[{"mountPath": "/kqi/output/logs", "emptyDir": {}}]))

    def test_a_volume(self) -> None:
        assert told(training(mounts=[{"mountPath": "/x", "volume": "nfs-output", "emptyDir": {}}])) == [("KQ1111", "/mounts/0/volume")]
        again = mounted(training(mounts=[{"mountPath": "/x", "volume": "nfs-output", "subPath": "1", "readOnly": True}]))
        assert again["/x"] == ("nfs-output", OUTPUT, "1", True)

    @pytest.mark.parametrize("name", ["TRAINING_ID", "DATASET_ID", "KQI_TOKEN", "LC_ALL", "MODEL_REPOSITORY_TOKEN", "KQI_VERSION"])
    def test_a_reserved_name_is_told_and_not_overwritten(self, name: str) -> None:
        assert told(training(env={"LR": "1", name: "x"})) == [("KQ1112", f"/env/{name}")]

    def test_a_label_that_the_service_selects_by(self) -> None:
        assert told(training(labels={"team": "a", "app": "mine"})) == [("KQ1114", "/labels/app")]
        found = job(training(labels={"team": "a"}, annotations={"note": "b"}))
        for head in (found["metadata"], found["spec"]["template"]["metadata"]):
            assert (head["labels"], head["annotations"]) == ({"team": "a", "app": "training-2"}, {"note": "b"})

    def test_faults_of_values_are_told_where_the_user_wrote_them(self) -> None:
        spec = training(
            {"nfs": {"server": "nfs-server", "root": "relative"}},
            image="UPPER case",
            cpu="many",
            labels={"team": "a b"},
            mounts=[{"mountPath": "x:y", "emptyDir": {}}],
            ports=[70000],
        )
        found = {path for _, path in told(spec)}
        assert found >= {"/cpu", "/labels/team", "/mounts/0/mountPath", "/ports/0", "/platform/nfs/root"}
        assert "" not in found

    def test_all_is_told_at_once(self) -> None:
        spec = training(parents=[2], env={"TRAINING_ID": "3"}, mounts=[{"mountPath": "/kqi/output", "emptyDir": {}}], cpu="many")
        assert {code for code, _ in told(spec)} == {"KQ1105", "KQ1112", "KQ1110"} | {code for code, path in told(spec) if path == "/cpu"}


class TestNames:
    def test_a_tenant_is_a_namespace(self) -> None:
        assert told(training({"tenant": "../other"})) == [("KQ1121", "/platform/tenant")]
        assert told(training({"tenant": "a" * 64})) == [("KQ1121", "/platform/tenant")]

    def test_a_name_fits_a_label(self) -> None:
        assert told(training(id=10**60)) == [("KQ1106", "/id")]
        assert told(training(name="a" * 64)) == [("KQ1122", "/name")]
        assert told(training(name="Mine")) == [("KQ1122", "/name")]

    def test_a_name_of_ones_own_is_the_name_of_all(self) -> None:
        objects = made(training(name="mine", ports=[80]))
        assert [*objects] == ["ConfigMap mine-common-scripts", "ConfigMap mine-scripts", "Service mine", "Job mine"]
        assert objects["Service mine"]["spec"]["selector"] == {"app": "mine"}

    def test_an_id_is_not_less_than_nothing(self) -> None:
        assert told(training(id=-1)) == [("KQ1106", "/id")]
        assert told(training(parents=[-1])) == [("KQ1106", "/parents/0")]

    @pytest.mark.parametrize("key", ["id", "dataset", "cpu", "memory", "sharedMemory"])
    def test_no_number_is_too_large_to_be_told(self, key: str) -> None:
        large: dict[str, Any] = {key: 10**5000}
        assert told(training(**large)) == [("KQ1009", f"/{key}")]
        assert told(training(user={"id": 10**5000, "name": "alice"})) == [("KQ1009", "/user/id")]
        assert told(training(parents=[10**5000])) == [("KQ1009", "/parents/0")]

    def test_the_namespace_is_the_tenant(self) -> None:
        assert told(training(namespace="other")) == [("KQ1123", "/namespace")]
        assert told(training(namespace="sandbox")) == []


class TestPlatform:
    def test_it_is_said_once(self) -> None:
        bare = {key: value for key, value in training().items() if key != "platform"}
        assert build(bare, platform=ONCE).objects == build(training()).objects

    def test_it_is_the_same_value_in_python(self) -> None:
        run = Training(id=2, image="a/b:1", entry_point="true", cpu=1, memory=1)
        assert build(run, platform=ONCE).objects == build(dataclasses.replace(run, platform=ONCE)).objects

    def test_both_may_say_it_alike(self) -> None:
        assert told(training(), platform=ONCE) == []
        assert told(training({"tenant": "other"}), platform=ONCE) == [("KQ1102", "/platform/tenant")]

    def test_it_is_needed(self) -> None:
        bare = {key: value for key, value in training().items() if key != "platform"}
        assert told(bare) == [("KQ1120", ""), ("KQ1120", "")]
        assert told(bare | {"platform": {"tenant": "sandbox"}}) == [("KQ1120", "/platform")]

    def test_an_unknown_way(self) -> None:
        assert told(training({"directoryLayout": "subpath"})) == [("KQ1103", "/platform/directoryLayout")]

    def test_a_misspelt_key(self) -> None:
        (one,) = check(training({"nfs": {"server": "s", "rot": "/x"}}))
        assert (one.code, one.path, one.hint) == ("KQ1002", "/platform/nfs/rot", "did you mean `root`?")


class TestOutput:
    """A training always keeps a writable /kqi/output."""

    @pytest.mark.parametrize(
        "patch",
        [
            {"containers": [{"name": "main", "volumeMounts": [{"mountPath": "/kqi/output", "$patch": "delete"}]}]},
            {"containers": [{"name": "main", "volumeMounts": [{"mountPath": "/kqi/output", "readOnly": True}]}]},
            {"volumes": [{"name": "nfs-output", "nfs": None, "emptyDir": {}}]},
            {"containers": [{"name": "main", "$patch": "delete"}, {"name": "other", "image": "a/b:1"}]},
            {"$patch": "replace", "restartPolicy": "Never", "containers": [{"name": "main", "image": "a/b:1"}]},
        ],
    )
    def test_no_overlay_takes_it_away(self, patch: dict[str, Any]) -> None:
        spec = training(overlay={"kind": "Job", "spec": {"template": {"spec": patch}}}, ignore={"KQ3070": "it is not wanted"})
        assert "KQ1101" in {one.code for one in check(spec, ignore=["KQ3070"])}
        with pytest.raises(ManifestError):
            build(spec, ignore=["KQ3070"])

    def test_it_cannot_be_left_out(self) -> None:
        with pytest.raises(ValidationError):
            Training(id=2, image="a/b:1", entry_point="true", cpu=1, memory=1, output=None)  # type: ignore[call-arg]  # it has no such field
        assert told(training(output=False)) == [("KQ1002", "/output")]

    def test_an_overlay_adds(self) -> None:
        spec = training(overlay={"kind": "Job", "spec": {"template": {"spec": {"priorityClassName": "high"}}}})
        assert pod(spec)["priorityClassName"] == "high"
        wrong = training(overlay=[{"kind": "Job", "spec": {"template": {"spec": {"priorityClassNam": "high"}}}}])
        assert [path for _, path in told(wrong)] == ["/overlay/0/spec/template/spec/priorityClassNam"]
        assert [path for _, path in told(training(overlay={"kind": "Pod"}))] == ["/overlay"]

    @settings(max_examples=60)
    @given(
        parents=st.lists(st.integers(-2, 6), max_size=3),
        path=st.sampled_from(["/kqi/output", "/kqi/output/x", "/kqi", "/", "/kqi/./output", "/data", "//kqi/output"]),
        source=st.sampled_from([{"emptyDir": {}}, {"nfs": {"server": "s", "path": "/"}}, {"volume": "nfs-output"}, {"volume": "tmp"}]),
        read_only=st.booleans(),
        gpus=st.integers(-1, 2),
        platform=st.sampled_from(["path", "subPath", "guarded"]),
        patch=st.sampled_from(
            [{}, {"volumes": [{"name": "nfs-output", "$patch": "delete"}]}, {"containers": [{"name": "x", "image": "a/b:1"}]}]
        ),
    )
    def test_whatever_is_asked_it_is_there_or_nothing_is(self, **asked: Any) -> None:
        mount = {"mountPath": asked["path"], "readOnly": asked["read_only"], **asked["source"]}
        spec = training(
            {"directoryLayout": asked["platform"]},
            parents=asked["parents"],
            gpus=asked["gpus"],
            mounts=[mount],
            overlay={"kind": "Job", "spec": {"template": {"spec": asked["patch"]}}},
        )
        try:
            found = mounted(spec)
        except ManifestError:
            return
        name, path, sub_path, read_only = found["/kqi/output"]
        assert (name, read_only) == ("nfs-output", False)
        assert f"{path}/{sub_path}" == f"{OUTPUT}/2" or path == f"{OUTPUT}/2"


@pytest.mark.parametrize("kubernetes", KNOWN)
@pytest.mark.parametrize("platform", [PLATFORM, WITH_AGENT, {"directoryLayout": "path"}, {"directoryLayout": "subPath", "volumes": "each"}])
def test_nothing_is_to_be_said_of_it(platform: dict[str, Any], kubernetes: str) -> None:
    spec = training(platform, parents=[1], dataset=3, ports=[8080, 8081], gpus=1)
    assert check(spec, kubernetes=kubernetes) == ()


def test_it_is_written_as_it_was_read() -> None:
    run = Training(id=2, image="a/b:1", entry_point="true", cpu=1, memory=8, parents=[1], mounts=[Mount("/x", Nfs(server="s", path="/"))])
    spec = to_spec(run)
    assert spec == {
        "kind": "Training",
        "id": 2,
        "image": "a/b:1",
        "entryPoint": "true",
        "cpu": 1,
        "memory": 8,
        "parents": [1],
        "mounts": [{"mountPath": "/x", "nfs": {"server": "s", "path": "/"}}],
    }
    assert build(spec, platform=ONCE).objects == build(run, platform=ONCE).objects


def test_the_source_map_leads_to_what_asked() -> None:
    manifest = build(training(parents=[7], env={"LR": "1"}, partition="a"))
    places = {str(made): str(asked) for made, asked in manifest.source_map.items()}
    number = next(index for index, one in enumerate(manifest.objects) if one["kind"] == "Job")
    main = f"/{number}/spec/template/spec/containers/0"
    assert places[f"{main}/image"] == "/image"
    names = [one["name"] for one in manifest.objects[number]["spec"]["template"]["spec"]["containers"][0]["env"]]
    assert places[f"{main}/env/{names.index('LR')}/value"] == "/env/LR"
    assert places[f"{main}/env/{names.index('TRAINING_ID')}/value"] == "/id"
    assert places[f"{main}/resources/limits/cpu"] == "/cpu"
