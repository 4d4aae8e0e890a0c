"""What an attacker asks for, by every road: manifests, specs, overlays with each directive, lists, presets; and what is odd in each."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from boundary.named import NAMED, texts
from boundary.sites import EXAMPLES, KINDS
from boundary.universe import Field, copied, fields_of, reaches_of, with_value
from hypothesis import strategies as st

from kqmanifest.schema.published import KNOWN, published

Json = dict[str, Any]
Requests = st.SearchStrategy[Any]

_WORKLOADS: Final = ("Job", "CronJob", "Deployment", "StatefulSet")
_NAMES: Final = ("given", "others", "small", "registry", "kqi-tokens", "kube-root-ca.crt", "data-small-0")
_CODES: Final = tuple(f"KQ5{number:03}" for number in (50, 51, 53, 101, 104, 106, 110, 115, 118, 120, 121, 124, 129, 147, 152))


@functools.cache
def _fields(kind: str) -> tuple[Field, ...]:
    return tuple(field for field in fields_of(kind) if field.name not in ("apiVersion", "kind") and "status" not in field.steps[:1])


@functools.cache
def _kinds() -> tuple[str, ...]:
    return tuple(sorted(kind for kind in published(KNOWN[-1]).kinds if kind.rpartition("/")[2] in KINDS and "alpha" not in kind))


@st.composite
def _oddly(draw: st.DrawFn, tree: Any) -> Any:
    """Change one leaf of a tree: to nothing, to emptiness, to another type, to another spelling."""
    tree = copied(tree)
    places: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            places.append((node, key))
            if isinstance(value, dict | list):
                waiting.append(value)
    if places and draw(st.integers(0, 3)) == 0:
        node, key = draw(st.sampled_from(places))
        odd: st.SearchStrategy[Any] = st.sampled_from([None, "", [], {}, True, 0, "0x1", "1e3", [None], {"": None}])
        node[key] = draw(odd | st.sampled_from(list(texts(node[key]))) if isinstance(node[key], str) else odd)
    return tree


@st.composite
def manifests(draw: st.DrawFn, kind: str | None = None) -> Json:
    """Draw an object of a kind with up to three fields set to what reaches out."""
    kind = kind or draw(st.sampled_from(_kinds()))
    tree: Json | None = None
    some = st.sampled_from(_fields(kind))
    named = [field for field in _fields(kind) if field.line in NAMED]
    if named:
        some |= st.sampled_from(named)
    for field in draw(st.lists(some, min_size=1, max_size=3, unique_by=lambda one: one.line)):
        values = NAMED[field.line] if field.line in NAMED and draw(st.booleans()) else reaches_of(field)
        if values:
            reach = draw(st.sampled_from(values))
            try:
                tree = with_value(field, reach, tree)
            except (TypeError, KeyError, AttributeError, IndexError):
                break  # what was put there before leaves no way to it
    drawn: Json = draw(_oddly(tree or with_value(_fields(kind)[0], reaches_of(_fields(kind)[0])[0])))
    return drawn


_MARKS: Final[tuple[Json, ...]] = (
    {},
    {"labels": {"kueue.x-k8s.io/queue-name": "others"}},
    {"labels": {"kueue.x-k8s.io/queue-name": "research"}},
    {"annotations": {"cdi.k8s.io/gpu": "nvidia.com/gpu=all"}},
    {"finalizers": ["example.com/stays"]},
    {"ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "others", "uid": "6f1ed002-ab5d-11e9-8b6f-0242ac120002"}]},
    {"labels": ["a"], "annotations": "b"},
)


@st.composite
def _named_objects(draw: st.DrawFn) -> Json:
    """Draw an object that others of a run may name, or that the site does."""
    name = draw(st.sampled_from(_NAMES))
    key = draw(st.sampled_from(["key", "NVIDIA_VISIBLE_DEVICES", "VISIBLE_DEVICES", "CUDA_VERSION"]))
    metadata = {"name": name, "namespace": draw(st.sampled_from(["sandbox", "sandbox", "others"]))}
    marked = {**metadata, **draw(st.sampled_from(_MARKS))}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return draw(
        st.sampled_from(
            [
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {key: "all"}},
                {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {key: "all"}},
                {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": claim},
                {"apiVersion": "kubeflow.org/v1", "kind": "PyTorchJob", "metadata": marked, "spec": {}},
                {"apiVersion": "kubeflow.org/v1", "kind": "Namespace", "metadata": marked},
            ]
        )
    )


@st.composite
def specs(draw: st.DrawFn) -> Json:
    """Draw a spec that writes fields of pods and containers as Kubernetes does."""
    made = draw(manifests("v1/Pod"))
    pod = made.get("spec")
    pod = pod if isinstance(pod, dict) else {}
    containers, volumes = pod.get("containers"), pod.pop("volumes", None)
    for container in containers if isinstance(containers, list) else ():
        if isinstance(container, dict) and isinstance(container.get("volumeMounts"), list):
            sources = {str(one.get("name")): one for one in (volumes if isinstance(volumes, list) else ()) if isinstance(one, dict)}
            mounts = [one for one in container.pop("volumeMounts") if isinstance(one, dict)]
            container["mounts"] = [{**_without_name(one), **_without_name(sources.get(str(one.get("name")), {}))} for one in mounts]
    kind = draw(st.sampled_from([*_WORKLOADS, "Pod"]))
    body: Json = {"kind": kind, "name": draw(st.sampled_from(_NAMES)), "namespace": "sandbox"}
    if kind == "Pod":
        body |= pod
    elif kind == "CronJob":
        body |= {"schedule": "0 3 * * *", "job": {"backoffLimit": 0, "pod": pod}}
    else:
        body |= {
            "pod": pod,
            **({"backoffLimit": 0} if kind == "Job" else {}),
            **({"serviceName": "small"} if kind == "StatefulSet" else {}),
        }
    metadata = made.get("metadata")
    body |= {key: value for key, value in (metadata if isinstance(metadata, dict) else {}).items() if key in ("labels", "annotations")}
    if draw(st.integers(0, 5)) == 0:
        body["ignore"] = dict.fromkeys(draw(st.lists(st.sampled_from(_CODES), max_size=3)), "mine")
    if draw(st.integers(0, 4)) == 0:
        body["keeps"] = draw(st.sampled_from([["/"], ["/kqi/output"], []]))
    return body


def _without_name(one: Mapping[str, Any]) -> Json:
    return {key: value for key, value in one.items() if key != "name"}


PLAIN: Final[Json] = {
    "kind": "Job",
    "name": "small",
    "namespace": "sandbox",
    "backoffLimit": 0,
    "pod": {"containers": [{"name": "main", "image": "registry.example.com/team/train:1", "env": {"NVIDIA_VISIBLE_DEVICES": "none"}}]},
}
"""A spec that the small sites take."""


@st.composite
def overlays(draw: st.DrawFn) -> Json:
    """Draw a plain spec with an overlay: a field set to what reaches out, or something taken away, by any directive."""
    patch = draw(manifests("batch/v1/Job"))
    for key in ("apiVersion", "kind"):
        patch.pop(key, None)
    if isinstance(patch.get("metadata"), dict) and draw(st.booleans()):
        patch["metadata"] = {key: value for key, value in patch["metadata"].items() if key not in ("name", "namespace")}
        patch = {key: value for key, value in patch.items() if value != {}}
    if draw(st.booleans()):
        _direct(draw, patch)
    several = [[{"kind": "Job", **patch}, {"metadata": {"labels": None}}], [{"spec": {"suspend": True}}, patch]]
    return {**copied(PLAIN), "overlay": draw(st.sampled_from([patch, patch, [patch], *several]))}


def _direct(draw: st.DrawFn, patch: Json) -> None:
    """Put a directive somewhere into a patch."""
    nodes: list[Any] = [patch]
    for node in nodes:
        nodes.extend(value for value in (node.values() if isinstance(node, dict) else node) if isinstance(value, dict | list))
    node = draw(st.sampled_from(nodes))
    if isinstance(node, list):
        node.append(draw(st.sampled_from([{"$patch": "replace"}, {"$patch": "delete", "name": "main"}])))
        return
    match draw(st.integers(0, 4)):
        case 0:
            node["$patch"] = draw(st.sampled_from(["replace", "merge", "delete"]))
        case 1:
            node["$retainKeys"] = draw(st.sampled_from([list(node), [*node, "name"], []]))
        case 2 if node:
            node[f"$setElementOrder/{draw(st.sampled_from(list(node)))}"] = [{"name": "main"}]
        case 3:
            node["$deleteFromPrimitiveList/finalizers"] = ["example.com/stays"]
        case _:
            node[draw(st.sampled_from(["labels", "namespace", "nodeSelector", "env", "volumes", "resources"]))] = None


@functools.cache
def _presets() -> tuple[Json, ...]:
    folder = EXAMPLES / "presets"
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json")) if path.stem != "platform")


@st.composite
def presets(draw: st.DrawFn) -> Json:
    """Draw a platform's job that asks for more than it should."""
    spec = copied(draw(st.sampled_from(_presets())))
    if draw(st.booleans()):
        spec.pop("platform", None)
    wishes: list[Callable[[], Json]] = [
        lambda: {"image": draw(st.sampled_from(["others.example.com/x:1", "tensorflow/tensorflow:2.16.1-gpu", "x"]))},
        lambda: {"env": {draw(st.sampled_from(["NVIDIA_VISIBLE_DEVICES", "CUDA_VERSION", "AMD_VISIBLE_DEVICES"])): "all"}},
        lambda: {"gpus": draw(st.sampled_from([0, 1, 16, 17, "1", {"resource": "habana.ai/gaudi", "count": 1}]))},
        lambda: {"mounts": [{"mountPath": "/d", **draw(st.sampled_from(_MOUNTS))}]},
        lambda: {"ports": [8080]},
        lambda: {"platform": draw(st.sampled_from(_PLATFORMS))},
        lambda: {"partition": "others"},
        lambda: {"user": {"id": 7, "name": "others"}},
        lambda: {"secret": "others"},
        lambda: {"tokens": {"server": "x"}},
        lambda: {"namespace": "others"},
        lambda: {"labels": {"kueue.x-k8s.io/queue-name": "others"}},
        lambda: {"annotations": {"cdi.k8s.io/gpu": "nvidia.com/gpu=all"}},
        lambda: {"overlay": draw(overlays())["overlay"]},
        lambda: {"parents": [draw(st.sampled_from([1, "../1", -1]))]},
        lambda: {"ignore": {"KQ5104": "mine", "KQ5121": "mine"}},
        lambda: {"sharedMemory": "1Ti"},
    ]
    for wish in draw(st.lists(st.sampled_from(wishes), min_size=1, max_size=2, unique=True)):
        spec |= wish()
    drawn: Json = draw(_oddly(spec))
    return drawn


_MOUNTS: Final = (
    {"hostPath": {"path": "/"}},
    {"nfs": {"server": "nfs-server", "path": "/others"}},
    {"nfs": {"server": "nfs-server", "path": "/var/lib/kamonohashi/nfs/sandbox/../others"}},
    {"secret": {"secretName": "others"}},
    {"persistentVolumeClaim": {"claimName": "others"}},
    {"volume": "localtime"},
    {"nfs": {"server": "nfs-server", "path": "/runs/sandbox", "claim": {"size": "1Gi", "mountOptions": ["addr=10.0.0.9"]}}},
)
_PLATFORMS: Final = (
    {"tenant": "others"},
    {"tenant": "../others"},
    {"nfs": {"server": "others", "root": "/"}},
    {"nfs": {"server": "nfs-server", "root": "/var/lib/kamonohashi/nfs/.."}},
    {"agent": {"image": "others.example.com/agent:1", "prepare": "x", "finish": "x"}},
    {"secret": "others"},
    {"registry": "others"},
)


@st.composite
def requests(draw: st.DrawFn) -> Any:
    """Draw what is sent: one thing or several, as they are or in a List."""
    one = st.one_of(manifests(), manifests(), specs(), overlays(), _named_objects(), presets())
    several = draw(st.lists(one, min_size=1, max_size=3))
    match draw(st.integers(0, 5)):
        case 0:
            return {"apiVersion": "v1", "kind": "List", "items": several}
        case 1:
            return [{"apiVersion": "v1", "kind": "List", "items": several[:1]}, *several[1:]]
        case 2 | 3:
            return several
        case _:
            return several[0]
