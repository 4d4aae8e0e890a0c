"""The other workloads of the platform, by its tables: inference, notebook, TensorBoard, preprocessing, tenant."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from kqmanifest import build, check
from kqmanifest.schema.published import KNOWN

ROOT = "/var/lib/kamonohashi/nfs/sandbox"
TABLES: dict[str, Any] = {"directoryLayout": "subPath", "volumes": "each"}
AGENT = {"agent": {"image": "kamonohashi/cli:5.0.0", "prepare": "echo before\n", "finish": "echo beside\n"}}
OF_KIND: dict[str, dict[str, Any]] = {
    "Inference": {"entryPoint": "python infer.py"},
    "Notebook": {},
    "TensorBoard": {"tenantId": 1, "timestamp": "20180701120000"},
    "Preprocessing": {"entryPoint": "python resize.py", "data": 11},
}


def run(kind: str, platform: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    place = {"nfs": {"server": "nfs-server", "root": "/var/lib/kamonohashi/nfs"}, "tenant": "sandbox", **(platform or {})}
    return {"kind": kind, "id": 8, "image": "a/b:1", "cpu": 1, "memory": 2, "platform": place, **OF_KIND[kind], **fields}


def tenant(**fields: Any) -> dict[str, Any]:
    return {"kind": "Tenant", "name": "sandbox", **fields}


def made(spec: Any) -> dict[str, Any]:
    return {f"{one['kind']} {one['metadata']['name']}": one for one in build(spec).objects}


def pod(spec: Any) -> dict[str, Any]:
    (found,) = (one["spec"]["template"]["spec"] for one in build(spec).objects if one["kind"] == "Job")
    return dict(found)


def nfs(spec: Any) -> list[tuple[str, str, str | None, str, bool]]:
    """Give a row of the table for each NFS mount: volume, nfs.path below the tenant's root, subPath, mountPath, read-only."""
    found = pod(spec)
    paths = {one["name"]: one["nfs"]["path"].removeprefix(f"{ROOT}/") for one in found["volumes"] if "nfs" in one}
    mounts = next(one for one in found["containers"] if one["name"] == "main")["volumeMounts"]
    return [
        (one["name"], paths[one["name"]], one.get("subPath"), one["mountPath"], one.get("readOnly", False))
        for one in mounts
        if one["name"] in paths
    ]


def scratch(spec: Any) -> set[str]:
    found = pod(spec)
    names = {one["name"] for one in found["volumes"] if one.get("emptyDir") == {}}
    return {one["mountPath"] for one in found["containers"][0]["volumeMounts"] if one["name"] in names}


def env(spec: Any) -> dict[str, Any]:
    return {one["name"]: one.get("value") for one in pod(spec)["containers"][0]["env"]}


def told(spec: Any) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(spec)]


ROWS: dict[str, tuple[dict[str, Any], list[tuple[str, str, str | None, str, bool]]]] = {
    "inference": (
        run("Inference", TABLES, parents=[2], inferences=[7]),
        [
            ("nfs-output", "InferenceContainerOutputFiles", "8", "/kqi/output", False),
            ("nfs-attach", "InferenceContainerAttachedFiles", "8", "/kqi/attach", False),
            ("nfs-data", "Data", None, "/kqi/raw", True),
            ("nfs-parent", "TrainingContainerOutputFiles", "2", "/kqi/parent", True),
            ("nfs-inference-7", "InferenceContainerOutputFiles", "7", "/kqi/inference/7", True),
        ],
    ),
    "inference of several": (
        run("Inference", TABLES, parents=[2, 3]),
        [
            ("nfs-output", "InferenceContainerOutputFiles", "8", "/kqi/output", False),
            ("nfs-attach", "InferenceContainerAttachedFiles", "8", "/kqi/attach", False),
            ("nfs-data", "Data", None, "/kqi/raw", True),
            ("nfs-parent-2", "TrainingContainerOutputFiles", "2", "/kqi/parent/2", True),
            ("nfs-parent-3", "TrainingContainerOutputFiles", "3", "/kqi/parent/3", True),
        ],
    ),
    "notebook": (
        run("Notebook", TABLES, parents=[2], inferences=[7]),
        [
            ("nfs-output", "NotebookContainerOutputFiles", "8", "/kqi/output", False),
            ("nfs-attach", "NotebookContainerAttachedFiles", "8", "/kqi/attach", False),
            ("nfs-data", "Data", None, "/kqi/raw", True),
            ("nfs-parent-2", "TrainingContainerOutputFiles", "2", "/kqi/parent/2", True),
            ("nfs-inference-7", "InferenceContainerOutputFiles", "7", "/kqi/inference/7", True),
        ],
    ),
    "tensorboard": (run("TensorBoard", TABLES), [("nfs-output", "TrainingContainerOutputFiles", "8", "/kqi/output", True)]),
    "tensorboard of several": (
        run("TensorBoard", TABLES, comparing=[3]),
        [
            ("nfs-output-8", "TrainingContainerOutputFiles", "8", "/kqi/output/8", True),
            ("nfs-output-3", "TrainingContainerOutputFiles", "3", "/kqi/output/3", True),
        ],
    ),
    "preprocessing": (
        run("Preprocessing", TABLES),
        [("nfs-preproc-attach", "PreprocContainerAttachedFiles", "8", "/kqi/attach", False)],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_mounts_are_those_of_the_tables(row: str) -> None:
    spec, rows = ROWS[row]
    assert nfs(spec) == rows


@pytest.mark.parametrize("row", ROWS)
def test_guarded_what_is_read_has_to_be_there(row: str) -> None:
    spec, rows = ROWS[row]
    guarded = spec | {"platform": spec["platform"] | {"directoryLayout": "guarded"}}
    assert nfs(guarded) == [
        (name, f"{path}/{sub_path}" if read_only and sub_path else path, None if read_only else sub_path, mount, read_only)
        for name, path, sub_path, mount, read_only in rows
    ]


@pytest.mark.parametrize("row", ROWS)
def test_by_path_nothing_has_a_sub_path(row: str) -> None:
    spec, rows = ROWS[row]
    by_path = spec | {"platform": spec["platform"] | {"directoryLayout": "path"}}
    assert nfs(by_path) == [
        (name, f"{path}/{sub_path}" if sub_path else path, None, mount, read_only) for name, path, sub_path, mount, read_only in rows
    ]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("Inference", "tmp input git"),
        ("Notebook", "tmp input git parent inference"),
        ("Preprocessing", "tmp input git output"),
        ("TensorBoard", ""),
    ],
)
def test_directories_that_are_empty_at_first(kind: str, names: str) -> None:
    assert scratch(run(kind)) == {f"/kqi/{name}/" for name in names.split()}


@pytest.mark.parametrize(
    ("kind", "name", "folder"),
    [
        ("Inference", "inference-8", "inference"),
        ("Notebook", "notebook-8", "notebook"),
        ("Preprocessing", "preproc-8", "preproc"),
        ("TensorBoard", "tensorboard-0001-8-20180701120000", "tensorboard"),
    ],
)
def test_what_it_is_called(kind: str, name: str, folder: str) -> None:
    assert [one for one in made(run(kind)) if not one.startswith("Service")] == [
        f"ConfigMap {name}-common-scripts",
        f"ConfigMap {name}-scripts",
        f"Job {name}",
    ]
    paths = {one["mountPath"] for one in pod(run(kind))["containers"][0]["volumeMounts"]}
    assert {"/dev/shm", "/etc/localtime", "/kqi/scripts/common/", f"/kqi/scripts/{folder}/"} <= paths


@pytest.mark.parametrize(("kind", "port"), [("Notebook", 8888), ("TensorBoard", 6006), ("Inference", None), ("Preprocessing", None)])
def test_what_it_serves(kind: str, port: int | None) -> None:
    services = [one["spec"] for name, one in made(run(kind)).items() if name.startswith("Service")]
    assert [[each["port"] for each in one["ports"]] for one in services] == ([[port]] if port else [])
    assert [one["containerPort"] for one in pod(run(kind))["containers"][0].get("ports", ())] == ([port] if port else [])


def test_an_inference_takes_no_ports_and_says_so() -> None:
    assert told(run("Inference", ports=[80])) == [("KQ1002", "/ports")]


@pytest.mark.parametrize(("kind", "label"), [("Notebook", "kqi.notebook"), ("TensorBoard", "kqi.tensorboard")])
def test_nodes_for_its_kind(kind: str, label: str) -> None:
    terms = pod(run(kind))["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert {"key": label, "operator": "In", "values": ["true"]} in terms[0]["matchExpressions"]


@pytest.mark.parametrize(
    ("spec", "variables"),
    [
        (run("Inference", parents=[2], dataset=3), {"INFERENCE_ID": "8", "PARENT_ID": "2", "DATASET_ID": "3"}),
        (
            run("Notebook", expiresIn=60, jupyterLabVersion="4.2"),
            {"NOTEBOOK_ID": "8", "EXPIRES_IN": "60", "JUPYTERLAB_VERSION": "4.2"},
        ),
        (
            run("Preprocessing", dataName="birds", tags=["a", "b"]),
            {"DATA_ID": "11", "DATA_NAME": "birds", "PREPROCESSING_ID": "8", "TAGS": "a,b"},
        ),
    ],
)
def test_what_it_sets(spec: dict[str, Any], variables: dict[str, str]) -> None:
    found = env(spec)
    assert variables.items() <= found.items()
    assert "TRAINING_ID" not in found
    assert told(spec | {"env": dict.fromkeys(variables, "x")}) == [("KQ1112", f"/env/{name}") for name in variables]


@pytest.mark.parametrize(
    ("kind", "log"),
    [
        ("Inference", "/kqi/attach/inference_stdout_stderr_${INFERENCE_ID}.log"),
        ("Notebook", "/kqi/attach/notebook_stdout_stderr_${NOTEBOOK_ID}.log"),
        ("Preprocessing", "/kqi/attach/preproc_stdout_stderr_${PREPROCESSING_ID}.log"),
        ("TensorBoard", None),
    ],
)
def test_where_its_log_is(kind: str, log: str | None) -> None:
    (line,) = pod(run(kind))["containers"][0]["args"]
    assert line.endswith(f" | tee -a {log}" if log else "/main 2>&1")


@pytest.mark.parametrize(
    ("spec", "faults"),
    [
        (run("Inference", parents=[2, 2]), [("KQ1104", "/parents/1")]),
        (run("Inference", inferences=[8]), [("KQ1105", "/inferences/0")]),
        (run("Inference", parents=[8]), []),
        (run("Notebook", parents=[5, 5], inferences=[1, 1]), [("KQ1104", "/parents/1"), ("KQ1104", "/inferences/1")]),
        (run("TensorBoard", comparing=[8]), [("KQ1105", "/comparing/0")]),
        (run("TensorBoard", comparing=[3, 3]), [("KQ1104", "/comparing/1")]),
        (run("TensorBoard", timestamp="today at 12"), [("KQ1122", "/id")]),
        (run("Notebook", mounts=[{"mountPath": "/kqi/output", "emptyDir": {}}]), [("KQ1110", "/mounts/0/mountPath")]),
        (run("Preprocessing", mounts=[{"mountPath": "/kqi/attach", "emptyDir": {}}]), [("KQ1110", "/mounts/0/mountPath")]),
    ],
)
def test_what_is_refused(spec: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    assert told(spec) == faults


@pytest.mark.parametrize("kind", ["Inference", "Notebook", "Preprocessing"])
def test_what_stays_cannot_be_taken_away(kind: str) -> None:
    path = "/kqi/attach" if kind == "Preprocessing" else "/kqi/output"
    gone = {"containers": [{"name": "main", "volumeMounts": [{"mountPath": path, "$patch": "delete"}]}]}
    assert ("KQ1101", "") in told(run(kind, overlay={"kind": "Job", "spec": {"template": {"spec": gone}}}))


class TestTenant:
    def test_its_objects(self) -> None:
        login = {"server": "registry.example.com", "username": "alice", "password": "hunter2"}
        users = [{"id": 7, "name": "alice", "login": login}, {"id": 9, "name": "bob"}]
        objects = made(tenant(cpu=8, users=users, platform={"registry": "hub"}))
        assert [*objects] == [
            "Namespace sandbox",
            "Role sandbox",
            "ResourceQuota sandbox-compute-resources",
            "ServiceAccount alice",
            "RoleBinding sandbox-alice",
            "Secret registry-hub-7",
            "ServiceAccount bob",
            "RoleBinding sandbox-bob",
        ]
        secret = objects["Secret registry-hub-7"]
        assert secret["type"] == "kubernetes.io/dockerconfigjson"
        (auth,) = json.loads(secret["stringData"][".dockerconfigjson"])["auths"].values()
        assert base64.b64decode(auth["auth"]) == b"alice:hunter2"
        assert objects["ServiceAccount alice"]["imagePullSecrets"] == [{"name": "registry-hub-7"}]
        binding = objects["RoleBinding sandbox-alice"]
        assert binding["roleRef"]["name"] == objects["Role sandbox"]["metadata"]["name"]
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "alice", "namespace": "sandbox"}]

    def test_a_quota_has_what_is_limited(self) -> None:
        def hard(**fields: Any) -> Any:
            return made(tenant(**fields)).get("ResourceQuota sandbox-compute-resources", {}).get("spec", {}).get("hard")

        assert hard() is None
        assert hard(gpus=2) == {"requests.nvidia.com/gpu": "2"}
        assert hard(cpu=8, memory=64) == {
            "requests.cpu": "8",
            "limits.cpu": "8",
            "requests.memory": "64000M",
            "limits.memory": "64000M",
        }

    def test_8_the_job_that_deletes_it_has_a_name(self) -> None:
        assert told(tenant(name="a" * 28)) == []
        assert told(tenant(name="a" * 29)) == [("KQ1130", "/name")]
        assert told({"kind": "Tenant", "platform": {"tenant": "a" * 29}}) == [("KQ1130", "/platform/tenant")]

    def test_9_its_quota_has_room_for_finish(self) -> None:
        hard = made(tenant(cpu=8, memory=64, runs=2, platform=AGENT))["ResourceQuota sandbox-compute-resources"]["spec"]["hard"]
        assert (hard["limits.cpu"], hard["requests.memory"]) == ("8.4", "64400M")

    @pytest.mark.parametrize(
        ("fields", "faults"),
        [
            ({"name": "../x"}, [("KQ1121", "/name")]),
            ({"cpu": -1, "memory": 10**5000}, [("KQ1106", "/cpu"), ("KQ1009", "/memory")]),
            ({"users": [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}]}, [("KQ1104", "/users/1/id")]),
            ({"users": [{"id": -1, "name": "a"}]}, [("KQ1106", "/users/0/id")]),
            (
                {"users": [{"id": 1, "name": "a", "login": {"server": "s", "username": "u", "password": "p"}}]},
                [("KQ1132", "/users/0/login")],
            ),
        ],
    )
    def test_what_is_refused(self, fields: dict[str, Any], faults: list[tuple[str, str]]) -> None:
        assert told(tenant(**fields)) == faults

    def test_what_no_text_can_hold_is_told(self) -> None:
        login = {"server": "s", "username": "\ud800", "password": "p"}
        assert told(tenant(users=[{"id": 1, "name": "a", "login": login}], platform={"registry": "hub"}))[0] == (
            "KQ1009",
            "/users/0/login/username",
        )

    def test_it_has_a_name(self) -> None:
        assert told({"kind": "Tenant"}) == [("KQ1131", "")]

    def test_a_fault_of_a_value_is_told_where_it_was_written(self) -> None:
        found = {path for _, path in told(tenant(users=[{"id": 1, "name": "No Name"}], rules=[{"verbs": [1]}]))}
        assert "/users/0/name" in found
        assert "" not in found


@pytest.mark.parametrize("kubernetes", KNOWN)
@pytest.mark.parametrize("kind", OF_KIND)
@pytest.mark.parametrize("platform", [{}, AGENT, TABLES, {"directoryLayout": "path"}])
def test_nothing_is_to_be_said_of_it(platform: dict[str, Any], kind: str, kubernetes: str) -> None:
    assert check(run(kind, platform), kubernetes=kubernetes) == ()
