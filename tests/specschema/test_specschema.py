"""The schema of a spec: it takes what the models take, says what they say, and an editor can follow it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from folders import TOP
from hypothesis import assume, given, settings
from jsonschema import Draft202012Validator
from strategies import MODELS, changed, specs

from kqmanifest import ManifestError, check, to_spec
from kqmanifest.model.site import Site
from kqmanifest.model.values import OTHER, Model
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets import PRESETS
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.specschema import spec_schema
from kqmanifest.specschema.words import caption, examples

EXAMPLES = sorted((TOP / "docs" / "examples").glob("*.*"))
ENDS = (KNOWN[0], "1.36", KNOWN[-1])
SHAPE = ("KQ1001", "KQ1002", "KQ1003", "KQ1004", "KQ1005", "KQ1006", "KQ1007", "KQ1008", "KQ9")


@cache
def schema(version: str = "1.36") -> dict[str, Any]:
    return spec_schema(version)


@cache
def validator(version: str = "1.36") -> Draft202012Validator:
    return Draft202012Validator(schema(version))


def takes(spec: Any, version: str = "1.36") -> bool:
    return bool(validator(version).is_valid(spec))


def definition(name: str, version: str = "1.36") -> dict[str, Any]:
    found: dict[str, Any] = schema(version)["$defs"][name]
    return found


def container(**fields: Any) -> dict[str, Any]:
    return {"kind": "Pod", "name": "training", "containers": [{"name": "main", "image": "example.com/training:1", **fields}]}


def mount(**fields: Any) -> dict[str, Any]:
    return container(mounts=[{"mountPath": "/data", **fields}])


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(below)


def own_definitions(version: str = "1.36") -> dict[str, Any]:
    """Give the definitions that are made of models, and not Kubernetes' own."""
    return {name: one for name, one in schema(version)["$defs"].items() if name not in published(version).definitions}


# What it takes.


@pytest.mark.parametrize("version", ENDS)
@settings(max_examples=200)
@given(changed(specs()))
def test_it_refuses_what_the_models_and_kubernetes_own_schema_refuse(version: str, spec: Any) -> None:
    assume(spec.get("kind") not in ("Deployment", "StatefulSet") or spec.get("name"))  # a selector is made of the name
    told = [str(one) for one in check(spec, kubernetes=version) if one.code.startswith(SHAPE)]
    assert takes(spec, version) == (not told), told


@given(specs())
def test_it_takes_what_renders(spec: Any) -> None:
    assert not [one for one in check(spec) if one.severity == "error"]
    validator().validate(spec)


@given(MODELS)
def test_it_takes_what_a_model_writes(model: Any) -> None:
    assert not [one for one in check(model) if one.severity == "error"]
    validator().validate(to_spec(model))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_it_takes_the_examples(example: Path) -> None:
    documents = list(yaml.safe_load_all(example.read_text("utf-8")))
    assert documents
    for document in documents:
        validator().validate(document)


@pytest.mark.parametrize(
    "spec",
    [
        [container(), container()],
        [[container()], {"kind": "List", "items": [container()]}],
        {"apiVersion": "v1", "kind": "List", "metadata": {}, "items": [container(), {"apiVersion": "v1", "kind": "Pod"}]},
        {"apiVersion": "example.com/v1", "kind": "Training", "spec": {"anything": 1}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "passed"}, "spec": {"containers": []}},
        container(ports=[80, {"containerPort": 81}]),
        container(ports=80),
        container(gpus=0),
        container(gpus={"count": 2, "resource": "amd.com/gpu"}),
        container(gpus=[1, {"resource": "amd.com/gpu"}]),
        container(sharedMemory="8Gi"),
        container(sharedMemory={"size": 1024}),
        container(sharedMemory=[0.5]),
        container(env={"LR": "0.01", "TOKEN": {"valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}, "EMPTY": None}),
        container(env=[{"name": "LR", "value": "0.01"}]),
        container(limits={"rdma/hca": 1, "cpu": 0.5, "memory": {"quantity": "8Gi"}}),
        container(limits=[{"resource": "rdma/hca", "quantity": 1}]),
        container(image=None, livenessProbe=None),
        mount(nfs={"server": "a", "path": "/b"}, hostPath={"path": "/c"}),
        mount(volume="runs"),
        mount(cephfs={"monitors": ["a"]}),
        mount(),
        {**container(), "volumes": {"none": {}, "two": {"emptyDir": {}, "iscsi": {"targetPortal": "a", "iqn": "b", "lun": 0}}}},
        {**container(), "overlay": {"spec": {"anything": [1]}}, "ignore": {"KQ3014": "meant"}},
        {**container(), "overlay": [{"kind": "Pod"}, {}]},
        {"kind": "Service", "ports": [{"port": 80, "targetPort": "http"}, 81]},
        {"kind": "Deployment", "name": "a", "selector": {"matchLabels": {"a": "b"}}, "pod": {"containers": []}},
    ],
    ids=json.dumps,
)
def test_every_form_of_a_spec_is_taken(spec: Any) -> None:
    assert takes(spec)
    assert not [one for one in check(spec) if one.code.startswith("KQ100")]


@pytest.mark.parametrize(
    "spec",
    [
        1,
        None,
        {},
        [1],
        {"kind": "Pd"},
        {"kind": "List"},
        {"kind": None},
        {"name": "training"},
        {"apiVersion": "v1"},
        {"kind": "Pod"},
        {"kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": []}},
        {"kind": "Job", "name": "a", "template": {"spec": {"containers": []}}},
        {"kind": "Job", "name": "a", "pod": {"kind": "Pod", "containers": []}},
        {"kind": "List", "items": [{"kind": "Pod"}]},
        {**container(), "other": {}},
        {**container(), "overlay": ["text"]},
        {**container(), "ignore": ["KQ3014"]},
        {**container(), "volumes": {"wrong": {"nfss": {}}}},
        container(gpu=1),
        container(gpus=True),
        container(gpus=0.5),
        container(gpus="1"),
        container(gpus=[[1]]),
        container(gpus=None),
        container(cpu=True),
        container(ports=["80"]),
        container(env={"LR": 0.01}),
        container(env={"LR": {"valu": "0.01"}}),
        container(env=[{"value": "0.01"}]),
        container(env=["LR"]),
        container(command="python"),
        container(volumeMounts=[]),
        container(livenessProbe={"httpGet": {"prt": 80}}),
        container(livenessProbe=1),
        container(envFrom=[{"configMapRef": {"nam": "a"}}]),
        mount(nfs={"server": "a"}),
        mount(nfs=None),
        mount(nfs={"server": "a", "path": "/b", "claim": {}}),
        mount(name="runs"),
        mount(source={"nfs": {"server": "a", "path": "/b"}}),
        mount(hostPath={"path": "/c"}, nfs=1),
        mount(csi={"driver": "a", "nodePublishSecretRef": {"nam": "a"}}),
        container(mounts=[{"nfs": {"server": "a", "path": "/b"}}]),
        {"kind": "Deployment", "name": "a", "selector": {"matchLabel": {}}, "pod": {"containers": []}},
        {"kind": "ConfigMap", "data": {"a": 1}},
    ],
    ids=json.dumps,
)
def test_what_is_no_spec_is_refused(spec: Any) -> None:
    assert not takes(spec)
    assert [one for one in check(spec) if one.code.startswith((*SHAPE, "KQ1012"))]


def test_what_the_reader_calls_other_is_no_key() -> None:
    assert not takes({**container(), OTHER: {}})
    assert not takes(container(**{OTHER: {}}))


# Kubernetes' own fields.


def test_kubernetes_own_fields_are_those_of_the_version() -> None:
    reference = {"valueFrom": {"fileKeyRef": {"key": "a", "path": "b", "volumeName": "c"}}}
    assert [takes(container(env={"A": reference}), version) for version in ("1.33", "1.34", "1.36")] == [False, True, True]


def test_of_a_range_the_last_version_counts() -> None:
    assert spec_schema("1.33..1.34") == spec_schema("v1.34.2") == schema("1.34")


def test_an_unknown_version_is_told() -> None:
    with pytest.raises(ManifestError) as caught:
        spec_schema("1.2")
    assert [one.code for one in caught.value.diagnostics] == ["KQ1090"]


def test_folded_fields_are_left_out() -> None:
    assert "volumeMounts" not in definition("Container")["properties"]
    assert {"template", "spec", "metadata", "apiVersion"}.isdisjoint(definition("kind.Job")["properties"])
    assert {"apiVersion", "metadata", "spec"}.isdisjoint(definition("kind.ConfigMap")["properties"])
    assert "apiVersion" in definition("FieldRef")["properties"]


def test_what_a_model_leaves_to_kubernetes_is_as_published() -> None:
    assert definition("kind.Deployment")["properties"]["selector"]["$ref"] == "#/$defs/meta.v1.LabelSelector"
    assert definition("Pod")["properties"]["tolerations"]["items"]["$ref"] == "#/$defs/core.v1.Toleration"
    assert definition("Projected")["properties"]["sources"]["items"]["$ref"] == "#/$defs/core.v1.VolumeProjection"


# What it says.


@pytest.mark.parametrize("version", KNOWN)
def test_it_is_a_schema_whose_references_can_be_followed_and_are_all_needed(version: str) -> None:
    Draft202012Validator.check_schema(schema(version))
    referred = {node["$ref"] for node in walk(schema(version)) if isinstance(node.get("$ref"), str)}
    assert referred == {f"#/$defs/{name}" for name in schema(version)["$defs"]}


def test_every_object_of_a_model_is_closed() -> None:
    open_ones = {"Anything", "Spec", "Manifest"}
    assert [name for name, one in own_definitions().items() if name not in open_ones and one["additionalProperties"] is not False] == []


def test_every_field_is_described() -> None:
    named = {name: one["properties"] for name, one in own_definitions().items() if "properties" in one}
    assert [(name, key) for name, properties in named.items() for key, one in properties.items() if not one.get("description")] == []


def test_a_description_stands_beside_a_reference_and_never_at_its_target() -> None:
    assert [name for name, one in schema()["$defs"].items() if "description" in one] == []


def test_every_example_and_default_is_taken_where_it_stands() -> None:
    described = [node for node in walk(schema()) if "examples" in node or ("default" in node and "description" in node)]
    assert len(described) > 50
    for node in described:
        there = Draft202012Validator({**node, "$defs": schema()["$defs"]})
        for example in [*node.get("examples", []), *([node["default"]] if "default" in node else [])]:
            there.validate(example)


@pytest.mark.parametrize(
    ("name", "field", "offered"),
    [
        ("Container", "imagePullPolicy", ["Always", "IfNotPresent", "Never"]),
        ("Container", "sharedMemory", ["8Gi"]),
        ("Container", "env", [{"LR": "0.01"}]),
        ("Gpus", "resource", ["nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/xe", "nvidia.com/mig-1g.10gb"]),
        ("Mount", "mountPropagation", ["None", "HostToContainer", "Bidirectional"]),
        ("HostPath", "type", ["Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket", "CharDevice", "BlockDevice"]),
        ("EmptyDir", "medium", ["Memory"]),
        ("Pod", "restartPolicy", ["Always", "OnFailure", "Never"]),
        ("Port", "protocol", ["TCP", "UDP", "SCTP"]),
        ("kind.Job", "completionMode", ["Indexed"]),
        ("kind.CronJob", "concurrencyPolicy", ["Allow", "Forbid", "Replace"]),
        ("kind.CronJob", "schedule", ["0 3 * * *"]),
        ("kind.Service", "type", ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ],
)
def test_an_editor_offers_what_the_docstring_lists(name: str, field: str, offered: list[Any]) -> None:
    assert definition(name)["properties"][field]["examples"] == offered


def test_the_items_of_a_list_are_offered() -> None:
    modes = definition("kind.PersistentVolumeClaim")["properties"]["accessModes"]["items"]["examples"]
    assert modes == ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Its address.", []),
        ("How much, such as ``4``, ``500m``, ``8Gi``.", [4, "500m", "8Gi"]),
        ("TCP (left out), UDP or SCTP.", ["TCP", "UDP", "SCTP"]),
        ("``Indexed`` gives each pod its number in ``JOB_COMPLETION_INDEX``.", ["Indexed"]),
        ('Labels: ``{"a": "b"}``.', [{"a": "b"}]),
        ("As often as ``backoffLimit`` says.", []),
    ],
)
def test_examples_are_what_a_docstring_lists(text: str, found: list[Any]) -> None:
    assert list(examples(text)) == found


def test_a_default_is_given_where_it_says_something() -> None:
    assert definition("Gpus")["properties"]["count"]["default"] == 1
    assert definition("NfsClaim")["properties"]["accessModes"]["default"] == ["ReadWriteMany"]
    assert "default" not in definition("Container")["properties"]["image"]


def test_a_field_says_what_it_is_rather_than_what_its_model_is() -> None:
    assert definition("kind.CronJob")["properties"]["job"]["description"] == "The Job that starts."
    assert definition("Mount")["properties"]["nfs"]["description"].startswith("A directory that an NFS server exports.")
    assert definition("Gpus")["properties"]["resource"]["markdownDescription"].startswith(
        "The extended resource, by default `nvidia.com/gpu`"
    )


def test_kinds_are_offered_with_their_captions() -> None:
    kind = definition("Spec")["properties"]["kind"]
    assert kind["enum"] == [*KINDS, *PRESETS, "List"]
    assert kind["enumDescriptions"][0] == "Containers that run together on one node."


def test_a_caption_is_the_first_sentence_as_plain_text() -> None:
    assert caption("As ``x`` says. And more.") == "As x says."


def test_no_version_shares_anything_with_what_it_gives() -> None:
    changed_one = spec_schema("1.36")
    for node in list(walk(changed_one)):
        node.clear()
    assert spec_schema("1.36") == schema()


def test_it_is_the_same_text_in_every_process(in_processes: list[dict[str, str]]) -> None:
    assert {one["schema"] for one in in_processes} == {json.dumps(schema())}


def test_the_models_behind_it_are_all_there() -> None:
    written = {name.removeprefix("kind.") for name in own_definitions()}
    of_specs = {one.__name__ for one in _models(Model) if one.__module__.startswith("kqmanifest.") and one.__module__ != Site.__module__}
    assert of_specs - written == {"Named", "KindModel", "Preset", "Run", "Programmed"}  # what only others grow from


def _models(model: type[Model]) -> Iterator[type[Model]]:
    for one in model.__subclasses__():
        yield one
        yield from _models(one)
