"""What changed between two manifests: each kind of change is told, nothing else is, and no value of a variable shows."""

from __future__ import annotations

import copy
import json
import pathlib
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from several import cluster, pod_spec
from strategies import pods, specs

from kqmanifest import emit
from kqmanifest.cli import main
from kqmanifest.diagnostics import Steps
from kqmanifest.difference import KINDS, changes
from kqmanifest.difference.trees import without
from kqmanifest.inventory import views
from kqmanifest.pipeline import inspect
from kqmanifest.read import load

OUTPUT = {"mountPath": "/kqi/output", "nfs": {"server": "nfs-server", "path": "/training/2/"}}
PARENT = {"mountPath": "/kqi/parent", "nfs": {"server": "nfs-server", "path": "/training/1/"}, "readOnly": True}
DATA = {"mountPath": "/kqi/raw", "hostPath": {"path": "/data"}}
SCRATCH = {"mountPath": "/kqi/tmp", "emptyDir": {}}
MAIN: dict[str, Any] = {"name": "main", "image": "tensorflow/tensorflow:2.16.1", "mounts": [OUTPUT]}
SIDE: dict[str, Any] = {"name": "side", "image": "busybox:1.36"}


def pod(*containers: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "Pod", "name": "training2", "containers": [*containers], **more}


def trees(spec: Any) -> tuple[dict[str, Any], ...]:
    return inspect(copy.deepcopy(spec)).objects


def told(old: Any, new: Any) -> list[tuple[str, str]]:
    return [(one.kind, one.sentence) for one in changes(trees(old), trees(new))]


def with_mounts(*mounts: dict[str, Any]) -> dict[str, Any]:
    return pod({**MAIN, "mounts": [*mounts]})


NFS_2 = "nfs nfs-server:/training/2/"

EXAMPLES = {
    "lost-mount": (with_mounts(OUTPUT, PARENT), with_mounts(PARENT), f"/kqi/output is no longer mounted; it was {NFS_2}, writable"),
    "added-mount": (
        with_mounts(OUTPUT),
        with_mounts(OUTPUT, PARENT),
        "/kqi/parent is now mounted, from nfs nfs-server:/training/1/, read-only",
    ),
    "moved-mount": (
        with_mounts(OUTPUT),
        with_mounts({**OUTPUT, "mountPath": "/kqi/out"}),
        f"/kqi/output is no longer mounted: {NFS_2} is now at /kqi/out",
    ),
    "changed-source": (
        with_mounts(OUTPUT),
        with_mounts({**PARENT, "mountPath": "/kqi/output/", "readOnly": False}),
        f"/kqi/output/ is now nfs nfs-server:/training/1/; it was {NFS_2}",
    ),
    "turned-writable": (
        with_mounts(OUTPUT, PARENT),
        with_mounts(OUTPUT, {**PARENT, "readOnly": False}),
        "/kqi/parent, nfs nfs-server:/training/1/, is now writable",
    ),
    "turned-read-only": (with_mounts(OUTPUT), with_mounts({**OUTPUT, "readOnly": True}), f"/kqi/output, {NFS_2}, is now read-only"),
    "changed-kind": (
        pod(MAIN),
        {"kind": "Job", "name": "training", "pod": {"containers": [MAIN]}},
        "Job/training replaces Pod/training2",
    ),
    "changed-name": (pod(MAIN), {**pod(MAIN), "name": "training3"}, "Pod/training3 was called Pod/training2"),
    "changed-role": (
        pod(MAIN, initContainers=[SIDE]),
        pod(MAIN, SIDE),
        "the container side is now a main container; it was an init container",
    ),
    "lost-object": ([pod(MAIN), {"kind": "Namespace", "name": "a"}], pod(MAIN), "Namespace/a was removed"),
    "added-object": (pod(MAIN), [pod(MAIN), {"kind": "Namespace", "name": "a"}], "Namespace/a is new"),
    "lost-container": (pod(MAIN, SIDE), pod(MAIN), "the container side was removed"),
    "added-container": (pod(MAIN), pod(MAIN, SIDE), "the container side is new"),
    "lost-devices": (pod({**MAIN, "gpus": 2}), pod(MAIN), "2 nvidia.com/gpu no longer requested"),
    "changed-devices": (pod({**MAIN, "gpus": 2}), pod({**MAIN, "gpus": 1}), "1 nvidia.com/gpu now requested; it was 2"),
    "added-devices": (pod(MAIN), pod({**MAIN, "gpus": 2}), "2 nvidia.com/gpu now requested"),
    "changed-image": (pod(MAIN), pod({**MAIN, "image": "a:1"}), "the image is now a:1; it was tensorflow/tensorflow:2.16.1"),
    "lost-env": (pod({**MAIN, "env": {"LR": "0.1"}}), pod(MAIN), "the variable LR is no longer set"),
    "changed-env": (pod({**MAIN, "env": {"LR": "0.1"}}), pod({**MAIN, "env": {"LR": "0.2"}}), "the variable LR has another value"),
    "added-env": (pod(MAIN), pod({**MAIN, "env": {"LR": "0.1"}}), "the variable LR is now set"),
    "other": (pod(MAIN), pod({**MAIN, "args": ["--fast"]}), "/spec/containers/0/args has changed"),
}


def test_every_kind_has_an_example() -> None:
    assert EXAMPLES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_change_is_told_and_nothing_else(kind: str) -> None:
    old, new, sentence = EXAMPLES[kind]
    assert told(old, new) == [(kind, sentence)]


OTHERS = [
    (pod(MAIN, nodeSelector={"gpu": "a"}), pod(MAIN, nodeSelector={"gpu": "b"}), "/spec/nodeSelector/gpu"),
    (pod(MAIN, nodeSelector={"gpu": "1"}), pod(MAIN, nodeSelector={"gpu": "1000m"}), "/spec/nodeSelector/gpu"),
    (with_mounts(SCRATCH), with_mounts({**SCRATCH, "emptyDir": {"sizeLimit": "1Gi"}}), "/spec/containers/0/volumeMounts/0"),
    (with_mounts(DATA), with_mounts({**DATA, "hostPath": {"path": "/data", "type": "Directory"}}), "/spec/containers/0/volumeMounts/0"),
    (with_mounts(DATA), with_mounts({**DATA, "mountPropagation": "HostToContainer"}), "/spec/containers/0/volumeMounts/0"),
    (pod({**MAIN, "memory": "8Gi"}), pod({**MAIN, "memory": "9Gi"}), "/spec/containers/0/resources/limits/memory"),
    (
        pod(MAIN, initContainers=[SIDE, {**SIDE, "name": "b"}]),
        pod(MAIN, initContainers=[{**SIDE, "name": "b"}, SIDE]),
        "/spec/initContainers",
    ),
    (pod(MAIN), pod(MAIN, volumes={"idle": {"emptyDir": {}}}), "/spec/volumes"),
    (pod({**MAIN, "ports": [80, 81]}), pod({**MAIN, "ports": [81, 82]}), "/spec/containers/0/ports/1/containerPort"),
    (pod({**MAIN, "args": ["a", "b"]}), pod({**MAIN, "args": ["b", "b"]}), "/spec/containers/0/args/0"),
    (
        pod(MAIN, nodeSelector={"gpu": "a"}),
        {"kind": "Job", "name": "training", "pod": {"nodeSelector": {"gpu": "b"}, "containers": [MAIN]}},
        "/spec/template/spec/nodeSelector/gpu",
    ),
    (
        [pod(MAIN), {"kind": "Service", "name": "a", "selector": {"app": "a"}, "ports": [80]}],
        [pod(MAIN), {"kind": "Service", "name": "a", "selector": {"app": "a"}, "ports": [81]}],
        "/spec/ports/0/port",
    ),
]


@pytest.mark.parametrize(("old", "new", "place"), OTHERS)
def test_what_has_no_word_is_told_by_its_place(old: Any, new: Any, place: str) -> None:
    assert [one for one in told(old, new) if one[0] != "changed-kind"] == [("other", f"{place} has changed")]


def test_the_story_s_first_line_is_the_lost_output() -> None:
    found = changes(trees(with_mounts(OUTPUT)), trees(with_mounts(PARENT)))
    assert [one.kind for one in found] == ["lost-mount", "added-mount"]
    assert str(found[0]) == f"Pod/training2, container main: /kqi/output is no longer mounted; it was {NFS_2}, writable"


def test_the_name_of_a_volume_is_no_change() -> None:
    named = {**OUTPUT, "volume": "runs"}
    assert told(with_mounts(OUTPUT), with_mounts(named)) == []


def test_a_scratch_directory_has_moved_only_where_its_volume_has() -> None:
    two = [{"mountPath": f"/{name}", "volume": name, "emptyDir": {}} for name in "ab"]
    assert told(with_mounts(*two), with_mounts({**two[0], "mountPath": "/c"}, two[1]))[0][0] == "moved-mount"
    other = [kind for kind, _ in told(with_mounts(*two), with_mounts({**two[0], "mountPath": "/c", "volume": "c"}, two[1]))]
    assert other == ["lost-mount", "added-mount"]


@pytest.mark.parametrize("kind", EXAMPLES)
def test_what_moved_or_went_with_its_container_is_a_lost_mount_too(kind: str) -> None:
    old, new, _ = EXAMPLES[kind]
    (change,) = changes(trees(old), trees(new))
    assert change.is_a([kind])
    assert change.is_a(["lost-mount"]) is (kind in {"lost-mount", "moved-mount"})
    side = {**SIDE, "mounts": [OUTPUT]}
    for before, after in ((pod(MAIN, side), pod(MAIN)), ([pod(MAIN), {**pod(side), "name": "b"}], pod(MAIN))):
        assert [one.is_a(["lost-mount"]) for one in changes(trees(before), trees(after))] == [True]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"cpu": "1", "memory": "1Gi"}, {"cpu": "1000m", "memory": "1024Mi"}),
        ({"ports": [80, 81]}, {"ports": [81, 80]}),
        ({"env": {"A": "1", "B": "2"}}, {"env": {"B": "2", "A": "1"}}),
        ({"mounts": [OUTPUT, PARENT]}, {"mounts": [PARENT, {**OUTPUT, "mountPath": "/kqi//output/"}]}),
        ({"mounts": [SCRATCH]}, {"mounts": [{**SCRATCH, "readOnly": False}]}),
        ({"securityContext": {"capabilities": {"drop": ["A", "B"]}}}, {"securityContext": {"capabilities": {"drop": ["B", "A"]}}}),
    ],
)
def test_another_order_or_spelling_of_the_same_is_no_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert told(pod({**MAIN, **old}, SIDE), pod(SIDE, {**MAIN, **new})) == []


def manifest(*, number: bool) -> dict[str, Any]:
    """Write a Pod and the like as Kubernetes does, with quantities as numbers or as text."""
    amount: Any = 4 if number else "4"
    divided = {"name": "CORES", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": 1 if number else "1000m"}}}
    limits = {"cpu": amount, "memory": None if number else "0", "nvidia.com/gpu": amount, "rdma/hca": 1.0 if number else "1"}
    main = {"name": "main", "image": "a:1", "env": [divided], "resources": {"limits": limits}}
    volumes = [{"name": "a", "emptyDir": {"sizeLimit": amount}}]
    spec = {"overhead": {"cpu": amount}, "runtimeClassName": "kata", "containers": [main], "volumes": volumes}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}


def test_a_number_and_its_text_are_one_quantity() -> None:
    ratio: dict[str, Any] = {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "b"}}
    sides = [
        [
            manifest(number=number),
            {**ratio, "spec": {"limits": [{"type": "Container", "maxLimitRequestRatio": {"cpu": 2 if number else "2"}}]}},
        ]
        for number in (True, False)
    ]
    assert told(*sides) == []


def test_text_that_is_no_quantity_is_compared_as_text() -> None:
    one, other = ({"kind": "ConfigMap", "name": "a", "data": {"limits": text}} for text in ("1", "1000m"))
    assert told(one, other) == [("other", "/data/limits has changed")]


@pytest.mark.parametrize(("count", "shown"), [(3, "3"), ("2", "2"), ("2000m", "2"), ("1k", "1000"), (2.0, "2"), ("many", "many")])
def test_devices_are_counted(count: Any, shown: str) -> None:
    pod_spec = {"containers": [{"name": "main", "resources": {"limits": {"a/b": count}}}]}
    (view,) = views([{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": pod_spec}])
    assert view.containers[0].devices == (("a/b", shown),)


def test_the_order_of_words_is_a_change() -> None:
    assert [kind for kind, _ in told(pod({**MAIN, "args": ["a", "b"]}), pod({**MAIN, "args": ["b", "a"]}))] == ["other", "other"]


def test_a_container_of_another_name_is_the_same_where_it_is_the_only_one_of_its_role() -> None:
    renamed = {**MAIN, "name": "train"}
    assert told(pod(MAIN, initContainers=[SIDE]), pod(renamed, initContainers=[SIDE])) == [("changed-name", "train was called main")]
    both = pod(renamed, {**SIDE, "name": "log"})
    assert told(pod(MAIN, SIDE), both) == [
        *(("lost-container", f"the container {name} was removed") for name in ("main", "side")),
        *(("added-container", f"the container {name} is new") for name in ("train", "log")),
    ]


def test_of_several_of_one_kind_none_takes_the_place_of_another() -> None:
    old, new = ([{**pod(MAIN), "name": name} for name in names] for names in ("ab", "cd"))
    assert told(old, new) == [
        *(("lost-object", f"Pod/{name} was removed") for name in "ab"),
        *(("added-object", f"Pod/{name} is new") for name in "cd"),
    ]


def test_of_several_of_one_name_each_is_compared_with_its_own() -> None:
    one, other = pod(MAIN), pod({**MAIN, "image": "a:1"})
    assert told([one, other], [one, other]) == []


def test_a_thousand_mounts_are_compared_in_no_time() -> None:
    many = trees(with_mounts(*({"mountPath": f"/{number}", "nfs": {"server": "s", "path": f"/{number}"}} for number in range(1000))))
    before = time.process_time()
    assert changes(many, copy.deepcopy(many)) == ()
    assert time.process_time() - before < 1


def test_of_two_alike_one_is_gone() -> None:
    assert told([pod(MAIN), pod(MAIN)], pod(MAIN)) == [("lost-object", "Pod/training2 was removed")]
    there = [pod(MAIN, namespace=name) for name in "ab"]
    assert told(there, there[0]) == [("lost-object", "Pod/training2 in b was removed")]


@given(specs())
def test_a_spec_and_its_manifest_are_the_same(spec: Any) -> None:
    made = trees(spec)
    for write in (emit.yaml, emit.json):
        assert changes(made, inspect(load(write(made))).objects) == ()


@given(specs())
def test_nothing_changed_where_nothing_did(spec: Any) -> None:
    assert changes(trees(spec), trees(spec)) == ()


@given(pods(), pods())
def test_what_one_side_lost_the_other_gained(one: Any, other: Any) -> None:
    mirrored = {"lost-": "added-", "added-": "lost-"}

    def seen(old: Any, new: Any) -> list[tuple[str, str, str]]:
        found = [change for change in changes(trees(old), trees(new)) if change.kind.partition("-")[0] in {"lost", "added"}]
        keys = ("path", "name", "resource")
        return sorted((change.kind, change.container, next(change.values[key] for key in keys if key in change.values)) for change in found)

    def turned(kind: str) -> str:
        return next((to + kind.removeprefix(start) for start, to in mirrored.items() if kind.startswith(start)), kind)

    one, other = ({"kind": "Pod", "name": "a", **spec} for spec in (one, other))
    there, back = seen(one, other), seen(other, one)
    assert sorted(kind for kind, _, _ in there) == sorted(turned(kind) for kind, _, _ in back)
    assert {name for _, _, name in there} == {name for _, _, name in back}


@given(pods(), st.data())
def test_a_mount_taken_away_is_a_mount_lost(spec: Any, data: st.DataObject) -> None:
    whole = trees({"kind": "Pod", "name": "a", **spec})
    less = copy.deepcopy(whole)
    mounted = [one for tree in less if tree["kind"] == "Pod" for one in tree["spec"]["containers"] if one.get("volumeMounts")]
    if not mounted:
        return
    listed = data.draw(st.sampled_from(mounted))["volumeMounts"]
    gone = listed.pop(data.draw(st.integers(0, len(listed) - 1)))
    assert [(one.kind, one.values["path"]) for one in changes(whole, less)] == [("lost-mount", gone["mountPath"])]


def leaves(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    if isinstance(value, dict | list):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(member, (*steps, key))
    else:
        yield steps


@given(specs(), st.data())
def test_whatever_is_changed_is_told(spec: Any, data: st.DataObject) -> None:
    before = trees(spec)
    places = [(i, steps) for i, tree in enumerate(before) for steps in leaves(tree)]
    # What nobody can write to stays so whatever its mounts say, and what a volume is called is nobody's business.
    places = [(i, steps) for i, steps in places if steps[-1] not in {"kind", "readOnly"} and not {"volumes", "name"} <= {*steps}]
    if not places:
        return
    number, steps = data.draw(st.sampled_from(places))
    after = copy.deepcopy(before)
    here: Any = after[number]
    for step in steps[:-1]:
        here = here[step]
    old = here[steps[-1]]
    here[steps[-1]] = not old if isinstance(old, bool) else old + 1 if isinstance(old, int | float) else f"{old}x"
    assert changes(before, after)


# The command


def compare(folder: pathlib.Path, old: Any, new: Any, *options: str) -> int:
    names = []
    for name, spec in (("old.json", old), ("new.json", new)):
        (folder / name).write_text(json.dumps(spec), "utf-8")
        names.append(str(folder / name))
    return main(["diff", *names, *options])


def test_it_ends_with_one_where_they_differ(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, with_mounts(OUTPUT), with_mounts(PARENT)) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith("lost-mount ")
    assert "/kqi/output is no longer mounted" in out.splitlines()[0]
    assert err == ""


def test_it_ends_with_nothing_where_they_do_not(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, with_mounts(OUTPUT), with_mounts(OUTPUT)) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("kinds", "code"), [("lost-mount", 1), ("added-mount", 1), ("changed-image", 0), ("changed-image,lost-mount", 1)])
def test_it_fails_on_what_it_is_told_to(kinds: str, code: int, tmp_path: pathlib.Path) -> None:
    assert compare(tmp_path, with_mounts(OUTPUT), with_mounts(PARENT), "--fail-on", kinds) == code


def test_a_name_is_only_text(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, pod(MAIN), pod({**MAIN, "env": {"A\x1b[2J\nlost-mount": ""}})) == 1
    assert capsys.readouterr().out.splitlines() == [
        "added-env         Pod/training2, container main: the variable A\\x1b[2J\\nlost-mount is now set"
    ]


def test_a_kind_that_is_none_is_refused(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, pod(MAIN), pod(MAIN), "--fail-on", "lost-mounts") == 2
    assert "KQ0380" in (err := capsys.readouterr().err)
    assert "did you mean lost-mount?" in err


def test_a_side_at_fault_is_told_and_compared_as_far_as_it_can_be(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, with_mounts(OUTPUT), [with_mounts(OUTPUT), {"kind": "Pot"}]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "new.json" in err


def test_no_value_of_a_variable_shows(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = (pod({**MAIN, "env": {"TOKEN": value}}) for value in ("hunter-2", "hunter-3"))
    for form in ("text", "json"):
        assert compare(tmp_path, old, new, "--format", form) == 1
        out, err = capsys.readouterr()
        assert "TOKEN" in out
        assert "hunter" not in out + err


@pytest.mark.usefixtures("ray_cluster")
def test_pods_of_one_object_are_compared_place_by_place() -> None:
    small, large = (
        pod_spec("worker", nfs={"server": "nfs-server", "path": "/a"}),
        pod_spec("worker", nfs={"server": "nfs-server", "path": "/b"}),
    )
    moved = pod_spec("worker", nfs={"server": "nfs-server", "path": "/c"})
    moved["hostNetwork"] = True
    group = "RayCluster/ray spec.workerGroupSpecs[1].template"
    assert changes([cluster(small, large)], [cluster(small, large)]) == ()
    assert [str(change) for change in changes([cluster(small, large)], [cluster(small, moved)])] == [
        f"{group}, container worker: /worker is now nfs nfs-server:/c; it was nfs nfs-server:/b",
        "RayCluster/ray: /spec/workerGroupSpecs/1/template/spec/hostNetwork has changed",
    ]
    lost = changes([cluster(small, large)], [cluster(small)])
    assert ("lost-container", group, True) in {(change.kind, change.object, change.loses_mounts) for change in lost}
    added = changes([cluster(small)], [cluster(small, large)])
    assert ("added-container", group) in {(change.kind, change.object) for change in added}
    gone = changes([cluster(small)], [])
    assert [(change.kind, change.loses_mounts) for change in gone] == [("lost-object", True)]


@pytest.mark.usefixtures("ray_cluster")
def test_a_volume_is_that_of_its_own_pod() -> None:
    old, new = (pod_spec("worker", nfs={"server": "nfs-server", "path": "/a"}) for _ in range(2))
    new["volumes"].append({"name": "idle", "emptyDir": {}})
    assert [(change.kind, change.values["path"]) for change in changes([cluster(old, old)], [cluster(old, new)])] == [
        ("other", "/spec/workerGroupSpecs/1/template/spec/volumes")
    ]


def test_keys_are_left_out_at_each_place() -> None:
    tree = {"a": [{"x": 1, "y": 2}, {"x": 3}, 4], "b": {"x": 5, "c": {"x": 6}}, "x": 7}
    assert without(tree, [("a", 0), ("a", 1), ("b", "c")], frozenset("x")) == {"a": [{"y": 2}, {}, 4], "b": {"x": 5, "c": {}}, "x": 7}
    assert without(tree, [()], frozenset("ax")) == {"b": {"x": 5, "c": {"x": 6}}}
    assert without(tree, [], frozenset("x")) == tree
