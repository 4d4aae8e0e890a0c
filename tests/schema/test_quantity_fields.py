"""Quantities are written as text wherever their published type says that they are some; what is passed through stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pytest
from filled import filled
from hypothesis import given
from strategies import specs

from kqmanifest import ManifestError, Preset, Site, build, check
from kqmanifest.model.container import Limit
from kqmanifest.model.site import Fabric, GpuClass
from kqmanifest.presets.preset import Expanded, Expansion
from kqmanifest.schema.published import KNOWN, Published, published, target
from kqmanifest.schema.quantity_fields import rewrite_quantities
from kqmanifest.vocabulary.quantities import as_text

MAIN: dict[str, Any] = {"name": "main", "image": "example.com/training:1"}
Json = dict[str, Any]


def quantities(version: Published, schema: Mapping[str, Any], value: Any) -> Iterator[Any]:
    """List what stands where a quantity belongs, by the published schema, each field looked at."""
    name = target(schema)
    if name == "Quantity":
        yield value
    elif name is not None:
        yield from quantities(version, version.definitions[name], value)
    elif isinstance(value, dict):
        for key, one in value.items():
            inner = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            yield from quantities(version, inner, one) if isinstance(inner, Mapping) else ()
    elif isinstance(value, list):
        for one in value:
            yield from quantities(version, schema.get("items", {}), one)


def of(tree: Json, kubernetes: str = "1.36") -> list[Any]:
    """List the quantities of an object."""
    version = published(kubernetes)
    type_name = version.type_of(tree["apiVersion"], tree["kind"])
    assert type_name is not None
    return list(quantities(version, version.definitions[type_name], tree))


def pod(**fields: Any) -> Json:
    return {"kind": "Pod", "name": "a", "containers": [{**MAIN, **fields}]}


@given(specs())
def test_every_quantity_of_a_spec_is_text(spec: Json) -> None:
    for tree in build(spec, ignore=("KQ3", "KQ4")).objects:
        assert all(isinstance(one, str) for one in of(tree))


@pytest.mark.parametrize(
    ("fields", "texts"),
    [
        ({"cpu": 4, "memory": 1024, "gpus": 1, "limits": {"rdma/hca": 1}}, ["4", "1024", "1", "1"]),
        ({"cpu": 0.5, "memory": "8Gi"}, ["0.5", "8Gi"]),
        ({"resources": {"limits": {"a/b": None}, "requests": None}}, ["0"]),
        ({"cpu": 0.1 + 0.2}, ["0.30000000000000004"]),
        ({"memory": 1e21}, ["1e+21"]),
        ({"memory": 2**62}, [str(2**62)]),
        ({"memory": "1Gi", "sharedMemory": 1024}, ["1Gi", "1024"]),
        ({"resources": {"requests": {"cpu": 1}, "limits": {"cpu": 2}}}, ["1", "2"]),
        ({"mounts": [{"mountPath": "/a", "emptyDir": {"sizeLimit": 1024}}]}, ["1024"]),
        ({"env": {"A": {"valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": 1}}}}}, ["1"]),
        ({"mounts": [{"mountPath": "/a", "nfs": {"server": "s", "path": "/", "claim": {"size": 1024}}}]}, ["1024", "1024"]),
    ],
)
def test_a_container_s(fields: Json, texts: list[str]) -> None:
    objects = build(pod(**fields), ignore=("KQ3", "KQ4")).objects
    assert sorted(one for tree in objects for one in of(tree)) == sorted(texts)


@pytest.mark.parametrize(
    "spec",
    [
        {**pod(), "runtimeClassName": "kata", "overhead": {"cpu": 1}},
        {**pod(), "resources": {"limits": {"cpu": 4}}},
        {**pod(), "overlay": [{"spec": {"containers": [{"name": "main", "resources": {"limits": {"cpu": 4}}}]}}]},
        {**pod(cpu=1), "overlay": [{"spec": {"containers": [{"name": "main", "resources": {"limits": {"cpu": 4}}}]}}]},
        {**pod(cpu=1), "overlay": [{"spec": {"containers": [{"name": "main", "resources": {"$patch": "replace", "limits": {"cpu": 4}}}]}}]},
        {"kind": "PersistentVolume", "name": "a", "capacity": {"storage": 1}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/a"}},
        {"kind": "PersistentVolumeClaim", "name": "a", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": 1}}},
        {
            "kind": "StatefulSet",
            "name": "a",
            "pod": {"containers": [{**MAIN, "mounts": [{"mountPath": "/a", "volume": "data"}]}]},
            "volumeClaimTemplates": [
                {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": 1}}}}
            ],
        },
        {
            "kind": "ResourceClaimTemplate",
            "name": "a",
            "devices": {
                "requests": [{"name": "gpus", "exactly": {"deviceClassName": "gpu.example.com", "capacity": {"requests": {"memory": 1}}}}]
            },
        },
    ],
)
@pytest.mark.parametrize("kubernetes", ["1.36", "1.37", "1.36..1.37"])
def test_wherever_it_came_from(spec: Json, kubernetes: str) -> None:
    found = [one for tree in build(spec, kubernetes=kubernetes, ignore=("KQ3", "KQ4")).objects for one in of(tree, kubernetes[-4:])]
    assert found
    assert all(isinstance(one, str) for one in found)


def test_the_limits_of_a_class_of_the_site() -> None:
    site = Site(gpu_classes={"big": GpuClass(resource="nvidia.com/gpu", fabric=Fabric(limits=[Limit("rdma/hca", 1)]))})
    (tree,) = build(pod(gpus={"class": "big", "count": 8}), site=site, ignore=("KQ4",)).objects
    assert of(tree) == ["8", "1"]


def test_a_preset_s_own_documents() -> None:
    class Quota(Preset):
        __doc__ = "A quota, written as Kubernetes writes it."
        kubernetes: ClassVar = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "a"}, "spec": {"hard": {"pods": 4}}}

        def expand(self) -> Expansion:
            return Expansion([Expanded(self.kubernetes)])

    spec = {"kind": "Quota", "name": "a", "overlay": [{"spec": {"hard": {"requests.cpu": 4}}}]}
    (tree,) = build(spec, presets=[Quota]).objects
    assert of(tree) == ["4", "4"]
    assert Quota.kubernetes["spec"] == {"hard": {"pods": 4}}


def test_a_manifest_keeps_its_spelling() -> None:
    (built,) = build(pod(gpus=1), ignore=("KQ4",)).objects
    built["spec"]["containers"][0]["resources"]["limits"] = {"cpu": 4, "nvidia.com/gpu": "1"}
    (passed,) = build(built, ignore=("KQ4",)).objects
    assert passed == built


@pytest.mark.parametrize(
    ("cpu", "code"),
    [
        (True, "KQ1001"),
        (float("inf"), "KQ1009"),
        (float("nan"), "KQ1009"),
        pytest.param(10**5000, "KQ1009", id="huge"),
        ([1], "KQ1001"),
        (-1, "KQ2"),
    ],
)
def test_what_is_no_quantity_is_told(cpu: Any, code: str) -> None:
    with pytest.raises(ManifestError) as raised:
        build(pod(cpu=cpu))
    assert [(one.code[: len(code)], one.path) for one in raised.value.diagnostics] == [(code, "/containers/0/cpu")]


def test_true_is_no_quantity_where_kubernetes_own_fields_hold_it() -> None:
    found = check(pod(resources={"limits": {"cpu": True}}))
    assert [(one.code[:3], one.path) for one in found if one.severity == "error"] == [("KQ9", "/containers/0/resources/limits/cpu")]


@pytest.mark.parametrize("kubernetes", KNOWN)
def test_each_field_of_each_kind_that_is_published(kubernetes: str) -> None:
    version = published(kubernetes)
    for name in version.kinds:
        tree = filled(version, name)
        count = len(of(tree, kubernetes))
        rewrite_quantities(tree, version, as_text)
        assert of(tree, kubernetes) == ["4.5"] * count, name
        assert not has_fractions(tree), name


def has_fractions(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(map(has_fractions, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)
