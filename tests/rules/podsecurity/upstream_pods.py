"""The pods that Kubernetes tests its own pod security with: read from its Go module, each once, with what each shows."""

from __future__ import annotations

import functools
import json
import pathlib
import subprocess
import tempfile
from collections.abc import Iterator
from typing import Any

import yaml
from folders import TESTS

from kqmanifest.schema.published import KNOWN, minor

MODULE = "k8s.io/pod-security-admission"
FOLDER = TESTS / "go-podsecurity"


def upstream_pods() -> list[dict[str, Any]]:
    """Give every pod of the module that belongs to the newest known version of Kubernetes, with its fixtures.

    A fixture is ``level pass|fail check``, and the versions of the standards under which the pod is one.
    """
    rows: dict[str, dict[str, Any]] = {}
    for path in sorted(_testdata().rglob("*.yaml")):
        level, version, verdict = path.relative_to(_testdata()).parts[:3]
        pod = _bare(yaml.load(path.read_text("utf-8"), yaml.CSafeLoader))
        row = rows.setdefault(json.dumps(pod, sort_keys=True), {"pod": pod, "fixtures": {}})
        check = path.stem.rstrip("0123456789")
        row["fixtures"].setdefault(f"{level} {verdict} {check}", []).append(version.removeprefix("v"))
    for row in rows.values():
        row["fixtures"] = {what: sorted({*versions}, key=minor) for what, versions in row["fixtures"].items()}
    return list(rows.values())


def answers(pods: Iterator[Any]) -> list[Any]:
    """Ask Go what the standards up to the newest known version say of pods."""
    questions = "".join(json.dumps(pod) + "\n" for pod in pods)
    newest = str(minor(KNOWN[-1])[1])
    run = subprocess.run(["go", "run", ".", newest], cwd=FOLDER, input=questions, capture_output=True, text=True, check=True)  # noqa: S607  Go is on the PATH
    return [json.loads(line) for line in run.stdout.splitlines()]


@functools.cache
def _testdata() -> pathlib.Path:
    asked = ["go", "mod", "download", "-json", f"{MODULE}@v0.{minor(KNOWN[-1])[1]}"]
    outside = tempfile.gettempdir()  # within FOLDER it would write to go.sum
    run = subprocess.run(asked, cwd=outside, capture_output=True, text=True, check=True, timeout=300)
    return pathlib.Path(json.loads(run.stdout)["Dir"]) / "test" / "testdata"


def _bare(pod: dict[str, Any]) -> dict[str, Any]:
    """Leave only what the standards may look at: names of pods and images are nothing to them."""
    spec = pod["spec"]
    for container in (*spec.get("initContainers", ()), *spec["containers"]):
        container["image"] = "pause"
    annotations = pod["metadata"].get("annotations")
    return {**pod, "metadata": {"name": "pod"} | ({"annotations": annotations} if annotations else {})}
