"""The fields of each code are those that it is found at."""

from __future__ import annotations

import functools
import importlib.util
import itertools
import tomllib
from types import ModuleType
from typing import Any

import pytest
from folders import TOP

from kqmanifest.diagnostics import Pointer
from kqmanifest.explanations.pages import codes

FILE = TOP / "kqmanifest" / "explanations" / "places.toml"


@functools.cache
def script() -> ModuleType:
    """Load the script that makes the file."""
    spec = importlib.util.spec_from_file_location("places", TOP / ".ci" / "places.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_fields_are_what_the_script_finds() -> None:
    now, held = script().table(), tomllib.loads(FILE.read_text("utf-8"))
    assert [code for code in sorted(now.keys() | held.keys()) if [*now.get(code, ())] != held.get(code, [])] == [], (
        "run python .ci/places.py"
    )
    assert script().written(now) == FILE.read_text("utf-8")


def test_every_code_of_a_field_is_one() -> None:
    held = tomllib.loads(FILE.read_text("utf-8"))
    assert {*held} | {*script().ALSO} <= {*codes()}


@pytest.mark.parametrize(
    ("document", "path", "place"),
    [
        ({"kind": "Pod", "containers": []}, "/containers/0/mounts/1/mountPath", "Mount.mountPath"),
        ({"kind": "Job", "pod": {}}, "/pod/containers/0/gpus", "Container.gpus"),
        ({"kind": "Job", "pod": {}}, "/pod/containers/0/nope", "Pod.containers"),
        ({"kind": "Pod", "apiVersion": "v1"}, "/spec/containers/0/volumeMounts/1/mountPath", "VolumeMount.mountPath"),
        ({"kind": "Pod", "apiVersion": "v1"}, "/spec/containers/0/resources/limits/nvidia.com~1gpu", "ResourceRequirements.limits"),
        ([{"kind": "Pod", "apiVersion": "v1"}], "/0/kind", "Spec.kind"),
        ({"kind": "Job", "pod": {}}, "", None),
        ({"no": "kind"}, "/no", None),
        ("text", "", None),
    ],
)
def test_a_place_is_a_field_of_a_type_or_of_a_part_of_a_spec(document: Any, path: str, place: str | None) -> None:
    assert script().place_of(document, Pointer(path), "KQ1021") == place


def test_codes_that_are_found_anywhere_are_of_no_field() -> None:
    held = tomllib.loads(FILE.read_text("utf-8"))
    assert {"KQ1001", "KQ1002", "KQ1003", "KQ9001", "KQ9002"}.isdisjoint(held)
    assert {*itertools.chain.from_iterable(held.values())} >= {"Container.gpus", "Mount.mountPath", "Nfs.server"}
