"""Manifests as tutorials, charts, operators and kubectl write them: no error is found, and no warning but those that are told here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from kqmanifest import Diagnostic, check, load

WORLD: Final = {path.name: path for path in sorted((Path(__file__).parent / "world").glob("*.yaml"))}
VERSIONS: Final = ("1.33", "1.36", "1.37")

SINCE: Final = {"dra-template.yaml": "1.34"}
"""The version from which on Kubernetes has all kinds of a manifest."""

NO_SCHEMA: Final = "a custom resource, of which nothing is known here"
NO_TAG: Final = "the tutorial leaves the tag out"

WARNINGS: Final[dict[str, dict[tuple[str, int, str], str]]] = {
    "autoscaled.yaml": {("KQ4040", 0, "/spec/template/spec/containers/0/image"): NO_TAG},
    "batch-systems.yaml": {("KQ4003", number, "/kind"): NO_SCHEMA for number in (0, 2, 3, 4, 5, 6, 7, 8)},
    "cadvisor.yaml": {
        ("KQ4010", 0, "/spec/template/spec/volumes/4/hostPath"): "a node of containerd has no /var/lib/docker: an empty one is made",
        ("KQ4010", 0, "/spec/template/spec/volumes/5/hostPath"): "not every node has disks that udev knows",
    },
    "chart-monitoring.yaml": {("KQ4003", number, "/kind"): NO_SCHEMA for number in (3, 4)},
    "chart-postgresql.yaml": {("KQ4031", 2, "/spec/template/spec/volumes/1/emptyDir"): "its /dev/shm grows with what is written there"},
    "chart-webapp.yaml": {("KQ4040", 5, "/spec/containers/0/image"): NO_TAG},
    "custom-definition.yaml": {("KQ4003", 1, "/kind"): NO_SCHEMA},
    "gpu-smoke-test.yaml": {("KQ4030", 0, "/spec/containers/0"): "as a training it would end in a bus error"},
    "log-daemonset.yaml": {
        ("KQ4010", 0, "/spec/template/spec/volumes/1/hostPath"): "a node of containerd has no /var/lib/docker: an empty one is made"
    },
    "minio.yaml": {
        ("KQ4040", 1, "/spec/template/spec/containers/0/image"): "its tag is latest",
        ("KQ4041", 1, "/spec/template/spec/containers/0/env/1/value"): "the password of the root user",
    },
    "operator.yaml": {
        ("KQ4040", 5, "/spec/template/spec/containers/0/image"): "its tag is latest",
        ("KQ4003", 7, "/kind"): NO_SCHEMA,
        ("KQ4003", 8, "/kind"): NO_SCHEMA,
    },
    "quick-pod.yaml": {("KQ4040", 0, "/spec/containers/0/image"): NO_TAG},
    "shared-gpus.yaml": {("KQ4030", 2, "/spec/containers/1"): "two GPUs talk to each other through shared memory"},
    "static-nfs-volume.yaml": {("KQ4010", 2, "/spec/hostPath"): "a directory of someone's own, made empty where it is missing"},
}
"""What is unwise in a manifest: code, document, place, and why its reader would agree."""


def _found(name: str, version: str) -> tuple[Diagnostic, ...]:
    return check(load(WORLD[name].read_bytes(), source=name), kubernetes=version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", WORLD)
def test_what_the_world_writes_gives_no_false_alarm(name: str, version: str) -> None:
    if version < SINCE.get(name, VERSIONS[0]):
        pytest.skip("this version has not all of its kinds")
    found = _found(name, version)
    assert not [str(one) for one in found if one.severity == "error"]
    assert Counter((one.code, one.document, str(one.path)) for one in found) == Counter(WARNINGS.get(name, {}).keys())


def test_the_world_is_large_enough() -> None:
    assert len(WORLD) >= 40


def test_no_warning_is_told_of_a_manifest_that_is_not_there() -> None:
    assert WARNINGS.keys() | SINCE.keys() <= WORLD.keys()
