"""The examples of the documentation render for every version of Kubernetes that has their kinds, and tell the story step by step."""

from __future__ import annotations

from typing import Any

import pytest
from folders import TOP

from kqmanifest import build, check, load
from kqmanifest.model.workloads import KINDS
from kqmanifest.schema.published import KNOWN

DOCS = TOP / "docs"
FILES = {path.relative_to(DOCS).as_posix(): path for folder in ("examples", "kinds") for path in sorted((DOCS / folder).glob("*.*"))}
FIRST = {"kinds/ResourceClaimTemplate.yaml": "1.34"}  # resource.k8s.io/v1 came with it


def _objects(name: str, kubernetes: str = "1.36") -> list[dict[str, Any]]:
    return [*build(load(FILES[name].read_bytes(), source=name), kubernetes=kubernetes).objects]


def _pod(name: str) -> dict[str, Any]:
    first = _objects(name)[0]
    spec: dict[str, Any] = first["spec"] if first["kind"] == "Pod" else first["spec"]["template"]["spec"]
    return spec


def _mounted(name: str) -> dict[str, tuple[str, str]]:
    """Give the NFS directory (server and path) behind each mount path of the only container."""
    spec = _pod(name)
    (container,) = spec["containers"]
    sources = {volume["name"]: volume["nfs"] for volume in spec["volumes"] if "nfs" in volume}
    mounts = ((mount["mountPath"], sources.get(mount["name"])) for mount in container["volumeMounts"])
    return {path: (source["server"], source["path"]) for path, source in mounts if source}


@pytest.mark.parametrize("kubernetes", KNOWN)
@pytest.mark.parametrize("name", FILES)
def test_an_example_renders_and_nothing_is_to_be_said_of_it(name: str, kubernetes: str) -> None:
    if kubernetes < FIRST.get(name, ""):
        pytest.skip(f"its kind came with {FIRST[name]}")
    documents = load(FILES[name].read_bytes(), source=name)
    assert check(documents, kubernetes=kubernetes) == ()
    built = build(documents, kubernetes=kubernetes).objects
    assert check(built, kubernetes=kubernetes) == ()  # as a manifest that somebody wrote


def test_every_kind_has_an_example() -> None:
    assert {name.removeprefix("kinds/").removesuffix(".yaml") for name in FILES if name.startswith("kinds/")} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_is_of_that_kind(kind: str) -> None:
    assert [one["kind"] for one in _objects(f"kinds/{kind}.yaml")] == [kind]


def test_a_directory_of_the_node() -> None:
    assert _pod("examples/hostpath-pod.json")["volumes"] == [{"name": "test-pd", "hostPath": {"path": "/data", "type": "Directory"}}]


def test_a_directory_of_a_file_server() -> None:
    assert _mounted("examples/nfs-pod.yaml") == {"/usr/share/nginx/html": ("nfs-server.default.kube.local", "/")}
    assert _pod("examples/nfs-pod.yaml")["containers"][0]["ports"] == [{"containerPort": 80, "name": "web"}]


OUTPUT = {"/kqi/output": ("nfs-server", "/training/2/")}
PARENT = {"/kqi/parent": ("nfs-server", "/training/1/")}
GRANDPARENT = {"/kqi/grandparent": ("nfs-server", "/training/0/")}


@pytest.mark.parametrize(
    ("name", "mounted"),
    [
        ("examples/training-output.json", OUTPUT),
        ("examples/training-with-parent.json", OUTPUT | PARENT),
        ("examples/training-with-two-parents.json", OUTPUT | PARENT | GRANDPARENT),
    ],
)
def test_a_training_keeps_its_output_and_gets_its_parents(name: str, mounted: dict[str, tuple[str, str]]) -> None:
    assert _mounted(name) == mounted
    (container,) = _pod(name)["containers"]
    assert container["resources"]["limits"] == {"nvidia.com/gpu": "1"}
    assert [mount["mountPath"] for mount in container["volumeMounts"] if mount.get("readOnly")] == [*mounted][1:]


def test_one_volume_is_mounted_three_times() -> None:
    spec = _pod("examples/three-subpaths.yaml")
    assert len(spec["volumes"]) == 1
    assert len({mount["subPath"] for mount in spec["containers"][0]["volumeMounts"]}) == 3


def test_a_claim_and_its_volume_name_each_other() -> None:
    _, *beside = _objects("examples/nfs-claim.yaml")
    volumes = {one["metadata"]["name"]: one["spec"] for one in beside if one["kind"] == "PersistentVolume"}
    claims = {one["metadata"]["name"]: one["spec"] for one in beside if one["kind"] == "PersistentVolumeClaim"}
    assert len(volumes) == len(claims) == 2
    for name, spec in claims.items():
        volume = volumes[spec["volumeName"]]
        assert volume["claimRef"] == {"namespace": "sandbox", "name": name}
        assert volume["storageClassName"] == spec["storageClassName"] == ""
        assert volume["mountOptions"] == ["nfsvers=4.1", "hard"]


def test_the_server_of_the_first_step_finds_its_pods() -> None:
    deployment, service = _objects("examples/minio.yaml")
    assert service["spec"]["selector"].items() <= deployment["spec"]["template"]["metadata"]["labels"].items()
    assert _pod("examples/minio.yaml")["volumes"][0]["hostPath"]["path"] == "/mnt/data"


def test_gpus_by_dynamic_allocation_come_with_their_template() -> None:
    _, template = _objects("examples/dynamic-allocation.yaml")
    (claim,) = _pod("examples/dynamic-allocation.yaml")["resourceClaims"]
    assert (template["kind"], template["metadata"]["name"]) == ("ResourceClaimTemplate", claim["resourceClaimTemplateName"])


def test_every_pod_of_the_sweep_writes_to_a_directory_of_its_own() -> None:
    mount, *_ = _pod("examples/indexed-job.json")["containers"][0]["volumeMounts"]
    assert mount["subPathExpr"] == "trial-$(JOB_COMPLETION_INDEX)"
    assert _objects("examples/indexed-job.json")[0]["spec"]["completionMode"] == "Indexed"


def test_an_overlay_adds_and_keeps() -> None:
    spec = _pod("examples/overlay.yaml")
    assert spec["priorityClassName"] == "research"
    assert spec["containers"][0]["securityContext"] == {"runAsUser": 1000}
    assert spec["containers"][0]["image"] == "tensorflow/tensorflow:2.16.1-gpu"
