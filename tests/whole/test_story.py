"""The story: a training, then one with its parent's results, then with two; each manifest only adds to the last."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import Container, Gpus, Job, ManifestError, Mount, Nfs, Pod, SharedMemory, build, render


def _nfs(number: int) -> Nfs:
    return Nfs(server="nfs-server", path=f"/training/{number}/")


OUTPUT = Mount("/kqi/output", _nfs(2))
PARENT = Mount("/kqi/parent", _nfs(1), read_only=True)
GRANDPARENT = Mount("/kqi/grandparent", _nfs(0), read_only=True)

TRAINING = Container(
    name="training2",
    image="tensorflow/tensorflow:2.16.1-gpu",
    ports=[80],
    mounts=[OUTPUT],
).adding(Gpus(1), SharedMemory("8Gi"))


def _pod(container: Container) -> dict[str, Any]:
    (pod,) = build(Pod(name="training2", containers=[container])).objects
    return pod


def test_a_training_with_a_parent_has_both_mounts() -> None:
    spec = _pod(TRAINING.adding(PARENT))["spec"]
    assert spec["containers"][0]["volumeMounts"] == [
        {"name": "kqi-output", "mountPath": "/kqi/output"},
        {"name": "kqi-parent", "mountPath": "/kqi/parent", "readOnly": True},
        {"name": "dev-shm", "mountPath": "/dev/shm"},
    ]
    assert spec["volumes"] == [
        {"name": "kqi-output", "nfs": {"server": "nfs-server", "path": "/training/2/"}},
        {"name": "kqi-parent", "nfs": {"server": "nfs-server", "path": "/training/1/"}},
        {"name": "dev-shm", "emptyDir": {"medium": "Memory", "sizeLimit": "8Gi"}},
    ]


@pytest.mark.parametrize(("less", "more"), [((), (PARENT,)), ((PARENT,), (PARENT, GRANDPARENT))])
def test_a_parent_only_adds_lines(less: tuple[Mount, ...], more: tuple[Mount, ...]) -> None:
    before = render(Pod(name="training2", containers=[TRAINING.adding(less)])).splitlines()
    after = iter(render(Pod(name="training2", containers=[TRAINING.adding(more)])).splitlines())
    assert all(line in after for line in before), "a line of the smaller manifest is missing, or in another order"


def test_the_bug_cannot_be_written_by_adding() -> None:
    assert {mount.mount_path for mount in TRAINING.adding(PARENT).mounts} >= {mount.mount_path for mount in TRAINING.mounts}
    assert [mount.mount_path for mount in TRAINING.mounts] == ["/kqi/output"], "the training itself is as it was"


def test_the_parent_in_the_place_of_the_output_is_told() -> None:
    with pytest.raises(ManifestError) as told:
        build(Job(name="training-2", pod=Pod(containers=[TRAINING.adding(Mount("/kqi/output", _nfs(1)))])))
    (diagnostic,) = told.value.diagnostics
    assert (diagnostic.code, diagnostic.path) == ("KQ2003", "/pod/containers/0/mounts/1/mountPath")
    assert diagnostic.message == "/kqi/output is already mounted from nfs nfs-server:/training/2/"
    assert diagnostic.hint == "give this mount a path of its own, such as /kqi/parent"
