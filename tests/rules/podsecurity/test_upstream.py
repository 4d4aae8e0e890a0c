"""Pod security as Kubernetes tests it: every pod of its own fixtures, under every standard that there has been."""

from __future__ import annotations

import functools
import gzip
import json
import os
import random
import shutil
from typing import Any

import pytest
from folders import TESTS
from rules.podsecurity.pods_at_random import pod_at_random
from rules.podsecurity.reasons import REASONS, answer
from rules.podsecurity.upstream_pods import answers, upstream_pods

from kqmanifest import check
from kqmanifest.rules import POLICIES
from kqmanifest.rules.podsecurity.standards import Level, Standard, rules_of
from kqmanifest.schema.published import KNOWN, minor, published
from kqmanifest.schema.walk import Shapes

RECORDED = TESTS / "recorded" / "podsecurity-upstream.jsonl.gz"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in gzip.decompress(RECORDED.read_bytes()).splitlines()]
VERSIONS = [f"1.{number}" for number in range(minor(KNOWN[-1])[1] + 1)]

CHECKS = {
    "allowprivilegeescalation": "allowPrivilegeEscalation != false",
    "apparmorprofile": "forbidden AppArmor profile",
    "capabilities_baseline": "non-default capabilities",
    "capabilities_restricted": "unrestricted capabilities",
    "hostnamespaces": "host namespaces",
    "hostpathvolumes": "hostPath volumes",
    "hostports": "hostPort",
    "hostprobesandhostlifecycle": "probe or lifecycle host",
    "privileged": "privileged",
    "procmount": "procMount",
    "procmount_restricted": "procMount",
    "restrictedvolumes": "restricted volume types",
    "runasnonroot": "runAsNonRoot != true",
    "runasuser": "runAsUser=0",
    "seccompprofile_baseline": "seccompProfile",
    "seccompprofile_restricted": "seccompProfile",
    "selinuxoptions": "seLinuxOptions",
    "sysctls": "forbidden sysctls",
    "windowshostprocess": "hostProcess",
}
"""What Kubernetes calls the fault that a check of its fixtures is about."""
STRICTER = {"hostPath volumes": "restricted volume types", "non-default capabilities": "unrestricted capabilities"}
"""What the restricted standard finds instead."""


@functools.cache
def shapes(level: Level, version: str) -> Shapes:
    return Shapes(published(KNOWN[-1]), rules_of(Standard(level, version), KNOWN[-1]))


def reasons(pod: dict[str, Any], level: Level, version: str) -> set[str]:
    right, found = shapes(level, version).walk("core.v1.Pod", pod)
    assert right
    return {REASONS[one.rule.fault.code] for one in found}


def hold(row: dict[str, Any]) -> None:
    """Hold the rules to the fixtures that a pod is."""
    for what, versions in row["fixtures"].items():
        level, verdict, name = what.split()
        for version in versions:
            found, meant = reasons(row["pod"], level, version), CHECKS.get(name, name)
            assert found & {meant, STRICTER.get(meant)} if verdict == "fail" else not found, (what, version, found, row["pod"])


@pytest.mark.parametrize("level", POLICIES)
def test_there_are_fixtures_of_every_version(level: Level) -> None:
    for verdict in ("pass", "fail"):
        versions = {one for row in ROWS for what, held in row["fixtures"].items() if what.startswith(f"{level} {verdict} ") for one in held}
        assert versions == {*VERSIONS}, "record them anew: python tests/go-podsecurity/record.py"


def test_a_fixture_is_judged_as_it_says() -> None:
    for row in ROWS:
        hold(row)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("level", POLICIES)
def test_a_pod_of_the_fixtures_is_judged_as_kubernetes_judges_it(level: Level, version: str) -> None:
    for row in ROWS:
        assert reasons(row["pod"], level, version) == answer(row, level, version), row["pod"]


@pytest.mark.parametrize("level", POLICIES)
def test_check_says_what_the_rules_say(level: Level) -> None:
    for row in ROWS:
        for version in ("1.0", "1.24", "1.34", KNOWN[-1]):
            found = check(row["pod"], kubernetes=KNOWN[-1], pod_security=f"{level}:{version}")
            assert {REASONS[one.code] for one in found if one.code.startswith("KQ5")} == answer(row, level, version)


LIVE = pytest.mark.skipif(not (shutil.which("go") and os.environ.get("KQMANIFEST_LIVE")), reason="asks Go, where KQMANIFEST_LIVE is set")


@pytest.mark.live
@LIVE
def test_the_fixtures_are_those_of_the_newest_known_version() -> None:
    rows = upstream_pods()
    for row in rows:
        hold(row)
    assert rows == [{"pod": row["pod"], "fixtures": row["fixtures"]} for row in ROWS]
    assert answers(row["pod"] for row in ROWS) == [row["answers"] for row in ROWS]


@pytest.mark.live
@LIVE
def test_any_pod_is_judged_as_kubernetes_judges_it() -> None:
    chance = random.Random(12)  # noqa: S311  the same pods for everybody
    pods = [pod_at_random(chance) for _ in range(int(os.environ.get("KQMANIFEST_PODS", "1000")))]
    for pod, said in zip(pods, answers(iter(pods)), strict=True):
        for level in POLICIES:
            for version in VERSIONS:
                assert reasons(pod, level, version) == answer({"answers": said}, level, version), (level, version, pod)
