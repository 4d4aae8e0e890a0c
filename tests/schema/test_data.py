"""The bundled schemas: what the trimming script makes, and what an API server said of the same shapes.

``recorded/schema.json`` holds one manifest of nearly every kind that Kubernetes 1.36 accepts and, for each field in it
that the published or the bundled schema requires, whether it is accepted without that field. The verdicts are those of
the API server's own code: strict decoding, defaulting and the create strategy of the kind.
"""

from __future__ import annotations

import copy
import importlib.util
import json
from typing import Any

import pytest
from folders import TESTS, TOP

from kqmanifest.diagnostics import Pointer
from kqmanifest.schema.faults import faults, is_valid
from kqmanifest.schema.published import KNOWN, published

RECORDED: list[dict[str, Any]] = json.loads((TESTS / "recorded" / "schema.json").read_text())
CASES = [
    pytest.param(row["manifest"], pointer, accepted, id=f"{number}-{row['manifest']['kind']}{pointer}")
    for number, row in enumerate(RECORDED)
    for pointer, accepted in row["without"].items()
]


def type_of(manifest: dict[str, Any]) -> str:
    found = published("1.36").type_of(manifest["apiVersion"], manifest["kind"])
    assert found
    return found


def test_what_the_server_accepts_is_accepted() -> None:
    for row in RECORDED:
        assert list(faults(published("1.36"), type_of(row["manifest"]), row["manifest"])) == []


@pytest.mark.parametrize("how", ["absent", "null"])
@pytest.mark.parametrize(("manifest", "pointer", "accepted"), CASES)
def test_a_field_is_required_where_the_server_requires_it(manifest: dict[str, Any], pointer: str, how: str, *, accepted: bool) -> None:
    manifest = copy.deepcopy(manifest)
    *way, field = Pointer(pointer).steps(manifest)
    parent = Pointer.of(way).follow(manifest)
    if how == "absent":
        del parent[field]
    else:
        parent[field] = None
    assert is_valid(published("1.36"), type_of(manifest), manifest) == accepted
    told = list(faults(published("1.36"), type_of(manifest), manifest))
    assert {one.code for one in told} == (set() if accepted else {"KQ9003"})
    assert all(Pointer.of(one.steps).startswith(pointer) for one in told)


def test_the_data_is_what_the_script_makes() -> None:
    pytest.importorskip("kubernetes_validate", reason="the published schemas come with it")
    spec = importlib.util.spec_from_file_location("trim_schemas", TOP / ".ci" / "trim_schemas.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert tuple(script.known()) == KNOWN
    for version, text in script.texts(KNOWN):
        assert text == (TOP / "kqmanifest" / "schema" / "data" / f"{version}.json").read_text()
