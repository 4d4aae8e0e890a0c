"""Golden manifests of each workload, in each directory layout, alone and with the platform's own containers.

``tests/golden/presets`` holds them; with ``KQMANIFEST_GOLDEN=write`` in the environment they are written anew.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from folders import TOP

from kqmanifest import check, load, render
from kqmanifest.cli import DONE, main
from kqmanifest.schema.published import KNOWN

EXAMPLES = TOP / "docs" / "examples" / "presets"
GOLDEN = TOP / "tests" / "golden" / "presets"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json") if path.stem != "platform")
WAYS: dict[str, dict[str, Any]] = {
    "guarded": {},
    "path": {"directoryLayout": "path"},
    "subPath": {"directoryLayout": "subPath"},
    "tables": {"directoryLayout": "subPath", "volumes": "each"},
}
CASES = [(name, way) for name in NAMES for way in WAYS if name != "tenant" or way == "guarded"]


def _spec(name: str, way: str) -> dict[str, Any]:
    spec: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text("utf-8"))
    once = json.loads((EXAMPLES / "platform.json").read_text("utf-8"))
    return {**spec, "platform": {**once, **spec.get("platform", {}), **WAYS[way]}}


@pytest.mark.parametrize(("name", "way"), CASES)
def test_a_preset_renders_as_before(name: str, way: str) -> None:
    text = render(_spec(name, way))
    golden = GOLDEN / f"{name}.{way}.yaml"
    if os.environ.get("KQMANIFEST_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def test_nothing_golden_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.{way}.yaml" for name, way in CASES}


@pytest.mark.parametrize("kubernetes", KNOWN)
@pytest.mark.parametrize(("name", "way"), CASES)
def test_every_version_takes_it(name: str, way: str, kubernetes: str) -> None:
    documents = load((GOLDEN / f"{name}.{way}.yaml").read_bytes())
    told = {one.code for one in check(documents, kubernetes=kubernetes)}
    assert told <= {"KQ4010", "KQ4031"}, "what the platform means to be so, and a manifest cannot say"
    assert check(_spec(name, way), kubernetes=kubernetes) == ()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("platform", [False, True])
def test_an_example_renders_in_one_command(name: str, platform: bool, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001  with and without
    once = ["--platform", str(EXAMPLES / "platform.json")] if platform else []
    assert main(["render", str(EXAMPLES / f"{name}.json"), *once]) == DONE
    out, err = capsys.readouterr()
    assert out.startswith("apiVersion: v1\n")
    assert not err
