"""How every test runs: alike each time, without a clock, and asking nobody outside unless told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from folders import EXAMPLES, STORY
from hypothesis import HealthCheck, settings
from several import RAY_CLUSTER

import kqmanifest.cli.explain  # noqa: F401  the door's codes are explained too, once it is open
from kqmanifest.vocabulary.kinds import BY_NAME

_NO_CLOCK = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault

settings.register_profile("fixed", _NO_CLOCK, derandomize=True)
settings.register_profile("search", _NO_CLOCK, max_examples=1000)
settings.load_profile("fixed")

for said in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
    os.environ.pop(said, None)  # what people here speak, and what their terminals show, is not the tests' business


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what asks Go or Node.js, unless ``KQMANIFEST_LIVE`` is set."""
    if os.environ.get("KQMANIFEST_LIVE"):
        return
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(pytest.mark.skip(reason="asks Go or Node.js: set KQMANIFEST_LIVE=1"))


@pytest.fixture
def ray_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the row of a kind that has pods at several places."""
    monkeypatch.setitem(BY_NAME, RAY_CLUSTER.name, {RAY_CLUSTER.group: RAY_CLUSTER})


_IN_A_PROCESS = """
import contextlib, io, json, pathlib, sys
from kqmanifest import load, render
from kqmanifest.cli import main
from kqmanifest.specschema import spec_schema
story, *examples = sys.argv[1:]
with contextlib.redirect_stderr(io.StringIO()) as told:
    main(["check", story, "--pod-security", "restricted"])
rendered = "".join(render(load(pathlib.Path(name).read_bytes())) for name in examples)
print(json.dumps({"told": told.getvalue(), "rendered": rendered, "schema": json.dumps(spec_schema("1.36"))}))
"""


@pytest.fixture(scope="session")
def in_processes() -> list[dict[str, str]]:
    """Give what processes print whose sets are in different orders: the examples, what is told of one, and the schema of a spec."""
    command = [sys.executable, "-c", _IN_A_PROCESS, str(STORY), *map(str, EXAMPLES)]
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2", "3")]
    return [json.loads(subprocess.run(command, env=one, capture_output=True, check=True).stdout) for one in environments]
