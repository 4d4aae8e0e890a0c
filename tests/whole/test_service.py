"""The web service of the examples, asked over real HTTP."""

from __future__ import annotations

import concurrent.futures
import importlib.util
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from folders import TOP

pytest.importorskip("fastapi")
httpx = pytest.importorskip("httpx")
uvicorn = pytest.importorskip("uvicorn")

import yaml  # noqa: E402  after what may be missing

FOLDER = TOP / "docs" / "examples" / "service"
TRAINING: dict[str, Any] = {
    "kind": "Training",
    "id": 2,
    "image": "tensorflow/tensorflow:2.16.1-gpu",
    "entryPoint": "python train.py",
    "cpu": 4,
    "memory": 8,
    "gpus": 1,
}
JOB: dict[str, Any] = {
    "kind": "Job",
    "name": "training-2",
    "backoffLimit": 0,
    "pod": {"containers": [{"name": "main", "image": "tensorflow/tensorflow:2.16.1-gpu", "cpu": 1, "memory": "1Gi"}]},
}


def application() -> Any:
    spec = importlib.util.spec_from_file_location("service_app", FOLDER / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["service_app"] = module  # where its annotations are looked up
    spec.loader.exec_module(module)
    return module.app


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Give a client of the service, which runs in a thread of its own on a free port of loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(), log_level="error", ws="none", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=30, trust_env=False) as asking:
        yield asking
    server.should_exit = True
    thread.join(10)
    listening.close()


def rendered(client: Any, spec: Any) -> list[Any]:
    answer = client.post("/render", json=spec, headers={"Accept": "application/yaml"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/yaml")
    return list(yaml.safe_load_all(answer.text))


def refused(client: Any, spec: Any) -> list[dict[str, Any]]:
    answer = client.post("/render", json=spec)
    assert answer.status_code == 422, answer.text
    return [one for one in answer.json()["detail"] if one["type"] == "error"]


def job(*, pod: dict[str, Any] | None = None, head: dict[str, Any] | None = None, **container: Any) -> dict[str, Any]:
    return JOB | (head or {}) | {"pod": {"containers": [JOB["pod"]["containers"][0] | container], **(pod or {})}}


def test_a_training_is_answered_with_its_objects(client: Any) -> None:
    assert [one["kind"] for one in rendered(client, TRAINING)] == ["ConfigMap", "ConfigMap", "Job"]


def test_json_is_answered_where_it_is_asked_for(client: Any) -> None:
    answer = client.post("/render", json=JOB, headers={"Accept": "application/json"})
    assert answer.json()["metadata"] == {"name": "training-2", "namespace": "sandbox"}


def test_errors_point_at_the_fields_of_the_request(client: Any) -> None:
    (one,) = refused(client, [JOB, job(head={"name": "other"}, cpu=True)])
    assert one["loc"] == ["body", 1, "pod", "containers", 0, "cpu"]
    assert one["pointer"] == "/1/pod/containers/0/cpu"
    assert (one["code"], one["hint"] != "") == ("KQ1001", True)


@pytest.mark.parametrize("text", ["", "{", '{"kind": "Pod", "kind": "Job"}', "[" * 20_000, "\x00", '{"a": 1e999}'])
def test_what_is_no_spec_is_refused(client: Any, text: str) -> None:
    answer = client.post("/render", content=text)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"][0] == "body"


def test_a_request_is_bounded(client: Any) -> None:
    assert client.post("/render", content=b" " * (256 * 1024 + 1)).status_code == 413


def test_the_body_is_documented(client: Any) -> None:
    described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]
    assert described["paths"]["/render"]["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"] in {
        f"#/components/schemas/{name}" for name in schemas
    }
    references = [part.split('"')[0] for part in json.dumps(described).split('"#/')[1:]]
    for reference in references:
        here: Any = described
        for step in reference.split("/"):
            here = here[step.replace("~1", "/")]
    assert client.get("/docs").status_code == 200


def test_requests_share_nothing(client: Any) -> None:
    def ask(number: int) -> tuple[int, list[Any]]:
        if number % 3 == 0:
            return number, refused(client, job(env={f"V{number}": number}))
        return number, rendered(client, TRAINING | {"id": number})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(1, 49)))
    for number, answer in answers:
        if number % 3 == 0:
            assert [one["pointer"] for one in answer] == [f"/pod/containers/0/env/V{number}"]
        else:
            assert answer[-1]["metadata"]["name"] == f"training-{number}"
            assert f"training-{number + 1}" not in str(answer)
    assert rendered(client, TRAINING)[-1]["metadata"]["name"] == "training-2"


# The defects of a platform whose templates were text.


def container(objects: list[Any], name: str) -> Any:
    pod = objects[-1]["spec"]["template"]["spec"]
    return next(one for one in (*pod.get("initContainers", []), *pod["containers"]) if one["name"] == name)


def test_a_value_with_a_new_line_adds_no_field(client: Any) -> None:
    crafted = "a\n        securityContext:\n          privileged: true"
    main = container(rendered(client, TRAINING | {"env": {"A": crafted}}), "main")
    assert {"name": "A", "value": crafted} in main["env"]
    assert "securityContext" not in main


def test_a_parent_given_twice_is_refused_at_the_second(client: Any) -> None:
    assert [one["loc"] for one in refused(client, TRAINING | {"parents": [5, 5]})] == [["body", "parents", 1]]


def test_a_parent_that_is_the_run_itself_is_refused(client: Any) -> None:
    assert [one["loc"] for one in refused(client, TRAINING | {"parents": [1, 2]})] == [["body", "parents", 1]]


def test_a_tensorboard_compares_no_run_with_itself(client: Any) -> None:
    spec = {"kind": "TensorBoard", "id": 2, "tenantId": 1, "timestamp": "20180701120000", "image": "tensorflow/tensorflow:2.16.1"}
    asked = spec | {"cpu": 1, "memory": 1}
    assert rendered(client, asked | {"comparing": [1, 3]})
    assert [one["pointer"] for one in refused(client, asked | {"comparing": [1, 2]})] == ["/comparing/1"]
    assert [one["pointer"] for one in refused(client, asked | {"comparing": [3, 3]})] == ["/comparing/1"]


def test_fewer_gpus_than_none_are_refused(client: Any) -> None:
    assert ["body", "gpus"] in [one["loc"][:2] for one in refused(client, TRAINING | {"gpus": -1})]


def test_no_gpus_hide_those_of_the_node_and_a_user_cannot_show_them(client: Any) -> None:
    main = container(rendered(client, TRAINING | {"gpus": 0}), "main")
    assert {"name": "NVIDIA_VISIBLE_DEVICES", "value": "none"} in main["env"]
    assert refused(client, TRAINING | {"gpus": 0, "env": {"NVIDIA_VISIBLE_DEVICES": "all"}})


def test_env_of_the_user_stays_in_its_container(client: Any) -> None:
    objects = rendered(client, TRAINING | {"env": {"MINE": "1"}})
    pod = objects[-1]["spec"]["template"]["spec"]
    having = [one["name"] for one in (*pod.get("initContainers", []), *pod["containers"]) if "MINE" in str(one.get("env"))]
    assert having == ["main"]


def test_paths_are_not_mangled(client: Any) -> None:
    path = "/var/lib/kamonohashi/nfs/sandbox/学習+a&b"
    objects = rendered(client, job(mounts=[{"mountPath": "/data/学習+a&b", "nfs": {"server": "nfs-server", "path": path}}]))
    assert objects[0]["spec"]["template"]["spec"]["volumes"][0]["nfs"]["path"] == path


def test_exit_codes_are_not_lost_and_tokens_come_from_a_secret(client: Any) -> None:
    objects = rendered(client, TRAINING)
    main = container(objects, "main")
    assert "pipefail" in " ".join(main["args"])
    tokens = [one for one in main["env"] if one["name"].endswith("TOKEN")]
    assert tokens
    assert all("secretKeyRef" in one["valueFrom"] for one in tokens)


def test_ports_are_checked_before_anything_is_made(client: Any) -> None:
    assert ["body", "ports"] in [one["loc"][:2] for one in refused(client, TRAINING | {"ports": [80, 70000]})]


def test_names_are_not_too_long(client: Any) -> None:
    found = refused(client, TRAINING | {"platform": {"tenant": "a" * 64}})
    assert any((one["code"], one["pointer"]) == ("KQ1121", "/platform/tenant") for one in found)


def test_quotas_are_made_by_operators_alone(client: Any) -> None:
    # That they count the container that finishes is a law of the preset; no request of a user makes one.
    spec = {"kind": "Tenant", "name": "sandbox", "cpu": 64, "memory": 256, "gpus": 8, "runs": 4, "users": []}
    assert {one["code"] for one in refused(client, spec)} == {"KQ5101"}


# Ways round the site.

POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "namespace": "sandbox"}}
MAIN = {"name": "main", "image": "tensorflow/tensorflow:2.16.1"}
WAYS_ROUND = {
    "root of the node": (job(mounts=[{"mountPath": "/n", "hostPath": {"path": "/"}}]), "KQ5106"),
    "another tenant": (
        job(mounts=[{"mountPath": "/n", "nfs": {"server": "nfs-server", "path": "/var/lib/kamonohashi/nfs/other"}}]),
        "KQ5104",
    ),
    "climbing": (
        job(mounts=[{"mountPath": "/n", "nfs": {"server": "nfs-server", "path": "/var/lib/kamonohashi/nfs/sandbox/../other"}}]),
        "KQ5104",
    ),
    "overlay that adds privilege": (
        JOB | {"overlay": {"spec": {"template": {"spec": {"containers": [{"name": "main", "securityContext": {"privileged": True}}]}}}}},
        "KQ5152",
    ),
    "overlay on a training": (
        TRAINING | {"overlay": {"kind": "Job", "spec": {"template": {"spec": {"hostNetwork": True}}}}},
        "KQ5110",
    ),
    "mount of a training": (TRAINING | {"mounts": [{"mountPath": "/n", "hostPath": {"path": "/etc"}}]}, "KQ5106"),
    "platform of another tenant": (TRAINING | {"platform": {"tenant": "other"}}, "KQ5104"),
    "image": (TRAINING | {"image": "evil.io/a:1"}, "KQ5120"),
    "manifest": (POD | {"spec": {"hostPID": True, "containers": [MAIN]}}, "KQ5110"),
    "manifest in a list": (
        {"apiVersion": "v1", "kind": "List", "items": [POD | {"spec": {"hostPID": True, "containers": [MAIN]}}]},
        "KQ5110",
    ),
    "rights": ({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "a", "namespace": "sandbox"}}, "KQ5101"),
    "custom kind": ({"apiVersion": "evil.io/v1", "kind": "Job", "metadata": {"name": "a", "namespace": "sandbox"}}, "KQ5101"),
    "namespace": (job(head={"namespace": "kube-system"}), "KQ5102"),
    "ignored": (job(head={"ignore": {"KQ5110": "mine", "KQ1011": "mine"}}, pod={"hostIPC": True}), "KQ5110"),
    "persistent volume": (
        job(mounts=[{"mountPath": "/n", "nfs": {"server": "nfs-server", "path": "/", "claim": {"size": "1Gi"}}}]),
        "KQ5104",
    ),
    "too many GPUs": (TRAINING | {"gpus": 17}, "KQ5121"),
}


@pytest.mark.parametrize(("spec", "code"), WAYS_ROUND.values(), ids=WAYS_ROUND)
def test_no_request_gets_round_the_site(client: Any, spec: Any, code: str) -> None:
    found = refused(client, spec)
    assert any(one["code"].startswith(code) for one in found)
    assert all(one["loc"][0] == "body" for one in found)
