"""The inventory of mounts: where each comes from, whether it can be written, which lies in which, what nothing mounts."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from strategies import specs

from kqmanifest.inventory import as_json, views
from kqmanifest.pipeline import inspect


def seen(mounts: list[dict[str, Any]], volumes: list[dict[str, Any]], **container: Any) -> list[tuple[str, str, bool, str, str]]:
    pod_spec = {"containers": [{"name": "c", "image": "i", "volumeMounts": mounts, **container}], "volumes": volumes}
    (pod,) = views([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": pod_spec}])
    return [(one.path, str(one.origin), one.read_only, one.within, one.same_as) for one in pod.containers[0].mounts]


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
    assert (origin.kind, origin.holder, origin.what) == ("nfs", "s", "/a")
    assert origin.claim


@given(specs())
def test_it_is_plain_data_and_names_only_paths_that_are_there(spec: dict[str, Any]) -> None:
    inspection = inspect(spec)
    text = json.dumps([as_json(pod) for pod in inspection.pods])
    assert json.loads(text) == [as_json(pod) for pod in inspection.pods]
    for pod in inspection.pods:
        for container in pod.containers:
            paths = [mount.path for mount in container.mounts]
            assert all(mount.within in {"", *paths} and mount.same_as in {"", *paths} for mount in container.mounts)
