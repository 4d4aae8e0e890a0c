"""Pod security: the rules say what Kubernetes' own code says, level by level, version by version, and where."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from examples import examples
from folders import TESTS
from rules.podsecurity.reasons import REASONS, answer
from rules.podsecurity.upstream_pods import answers

from kqmanifest import Container, ManifestError, Mount, Nfs, NfsClaim, Pod, build, check, render
from kqmanifest.rules import POLICIES, POLICY_ROOMS, RULES, Rule, rules_in
from kqmanifest.rules.podsecurity.standards import Level, Standard, rules_of, standard
from kqmanifest.schema.published import KNOWN, minor, published
from kqmanifest.schema.walk import Shapes

RECORDED: list[dict[str, Any]] = json.loads((TESTS / "recorded" / "podsecurity.json").read_text("utf-8"))
BY_CODE = sorted(POLICIES["restricted"], key=lambda rule: rule.code)

CHANGES = {minor(version)[1] for record in RECORDED for answers in record["answers"].values() for version in answers}
VERSIONS = [f"1.{number}" for number in sorted({*CHANGES, *(number - 1 for number in CHANGES if number), minor(KNOWN[-1])[1]})]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("level", POLICIES)
def test_a_pod_is_judged_as_kubernetes_judges_it(level: Level, version: str) -> None:
    shapes = Shapes(published("1.36"), rules_of(Standard(level, version), "1.36"))
    for record in RECORDED:
        right, found = shapes.walk("core.v1.Pod", record["pod"])
        assert right, record["name"]
        assert {REASONS[one.rule.fault.code] for one in found} == answer(record, level, version), record["name"]


@pytest.mark.live
@pytest.mark.skipif(not (shutil.which("go") and os.environ.get("KQMANIFEST_LIVE")), reason="asks Go, where KQMANIFEST_LIVE is set")
def test_the_records_are_what_kubernetes_says() -> None:
    assert answers(record["pod"] for record in RECORDED) == [record["answers"] for record in RECORDED]


def test_every_rule_is_met_by_a_record() -> None:
    met: set[str] = set()
    for level in POLICIES:
        for version in VERSIONS:
            shapes = Shapes(published("1.36"), rules_of(Standard(level, version), "1.36"))
            met |= {one.rule.fault.code for record in RECORDED for one in shapes.walk("core.v1.Pod", record["pod"])[1]}
    assert met == REASONS.keys() == {rule.code for rule in BY_CODE}


def example_of(rule: Rule) -> dict[str, Any]:
    level = "baseline" if rule in POLICIES["baseline"] else "restricted"
    return {"kubernetes": "1.36", "pod_security": f"{level}:{rule.standard.newest(VERSIONS)}"}


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_the_wrong_example_has_the_fault(rule: Rule) -> None:
    assert rule.code in {one.code for one in check(examples(rule)["Wrong"], **example_of(rule))}


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_the_right_example_has_no_error(rule: Rule) -> None:
    assert not [one for one in check(examples(rule)["Right"], **example_of(rule)) if one.severity == "error"]


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_a_sentence_is_a_fact_and_a_hint_an_order(rule: Rule) -> None:
    for sentence in (rule.fault.message, *rule.fault.hints):
        assert not sentence.endswith("."), sentence
        assert not re.search(r"\binvalid\b|\bsorry\b|\bplease\b", sentence, re.IGNORECASE), sentence
    assert rule.fault.hints


def test_a_policy_is_asked_only_where_it_is_asked_for() -> None:
    assert not {rule.code for rule in RULES} & {rule.code for rule in BY_CODE}
    assert all(map(rules_in, POLICY_ROOMS))
    assert not [one for record in RECORDED for one in check(record["pod"]) if one.code.startswith("KQ5")]


NFS = Nfs(server="nfs-server", path="/training/2/")
CONFINED = {"securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}
POD = {"securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}}


def training(source: Any, **fields: Any) -> Pod:
    main = Container(name="training2", image="example.com/training:1", mounts=[Mount("/kqi/output", source)], other=CONFINED)
    return Pod(name="training2", containers=[main], other=POD, **fields)


def told(spec: Any, **how: Any) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(spec, **how) if one.code.startswith(("KQ0", "KQ1", "KQ5"))]


def test_inline_nfs_is_refused_and_a_claim_is_not() -> None:
    (one,) = check(training(NFS), pod_security="restricted")
    assert (one.code, one.path) == ("KQ5059", "/containers/0/mounts/0/nfs")
    assert "nfs: {server: nfs-server, path: /training/2/, claim: {size: 1Ti}}" in one.hint
    assert told(training(NFS), pod_security="baseline") == []
    claim = Nfs(server="nfs-server", path="/training/2/", claim=NfsClaim(size="1Ti"))
    assert told(training(claim), pod_security="restricted") == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"hostNetwork": True}, [("KQ5001", "/spec/hostNetwork")]),
        ({"securityContext": {"sysctls": [{"name": "kernel.sem", "value": "1"}]}}, [("KQ5014", "/spec/securityContext/sysctls/0/name")]),
        ({"volumes": [{"name": "a", "hostPath": {"path": "/a", "type": "Directory"}}]}, [("KQ5004", "/spec/volumes/0/hostPath")]),
        ({"securityContext": {"seLinuxOptions": {"user": "u"}}}, [("KQ5010", "/spec/securityContext/seLinuxOptions/user")]),
    ],
)
def test_a_fault_is_told_at_its_place(spec: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    pod = {**spec, "containers": [{"name": "main", "image": "example.com/training:1"}]}
    assert told({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": pod}, pod_security="baseline") == expected


def test_what_is_missing_is_told_once_for_the_pod_and_once_for_each_container() -> None:
    containers = [{"name": name, "image": "example.com/training:1"} for name in ("a", "b")]
    job = {"kind": "Job", "name": "training-2", "pod": {"containers": containers}}
    assert sorted(told(job, pod_security="restricted")) == [
        ("KQ5050", "/pod/containers/0"),
        ("KQ5050", "/pod/containers/1"),
        ("KQ5051", "/pod/containers/0"),
        ("KQ5051", "/pod/containers/1"),
        ("KQ5053", "/pod"),
        ("KQ5056", "/pod"),
    ]


def test_an_annotation_counts_on_a_pod_template_only() -> None:
    annotations = {"container.apparmor.security.beta.kubernetes.io/main": "unconfined"}
    pod = {"containers": [{"name": "main", "image": "example.com/training:1"}]}
    job = {"kind": "Job", "name": "training-2", "annotations": annotations, "pod": {**pod, "annotations": annotations}}
    key = "container.apparmor.security.beta.kubernetes.io~1main"
    assert told(job, pod_security="baseline:1.29") == [("KQ5007", f"/pod/annotations/{key}")]


def test_the_version_of_the_standard_is_that_of_kubernetes_unless_it_is_named() -> None:
    probe = {"httpGet": {"host": "10.0.0.1", "port": 80}}
    pod = Pod(name="a", containers=[Container(name="main", image="example.com/training:1", other={"livenessProbe": probe})])
    place = [("KQ5019", "/containers/0/livenessProbe/httpGet/host")]
    assert told(pod, pod_security="baseline", kubernetes="1.33") == []
    assert told(pod, pod_security="baseline", kubernetes="1.34") == place
    assert told(pod, pod_security="baseline", kubernetes="1.33..1.34") == place
    assert told(pod, pod_security="baseline:1.34", kubernetes="1.33") == place
    assert told(pod, pod_security="baseline:latest", kubernetes="1.33") == place
    assert told(pod, pod_security="baseline:v1.33") == []


def test_it_can_be_ignored() -> None:
    assert told(training(NFS), pod_security="restricted", ignore=["KQ5059"]) == []


def test_a_document_ignores_none_of_it() -> None:
    ignoring = training(NFS, ignore={"KQ5059": "the export is ours"})
    assert told(ignoring, pod_security="restricted") == told(training(NFS), pod_security="restricted")


def test_building_fails_where_a_policy_is_broken() -> None:
    with pytest.raises(ManifestError):
        build(training(NFS), pod_security="restricted")
    assert render(training(NFS), pod_security="baseline") == render(training(NFS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("baseline", Standard("baseline")),
        ("restricted", Standard("restricted")),
        ("restricted:1.30", Standard("restricted", "1.30")),
        ("restricted:v1.0", Standard("restricted", "1.0")),
        ("baseline:latest", Standard("baseline", KNOWN[-1])),
    ],
)
def test_a_standard_is_read(text: str, expected: Standard) -> None:
    assert standard(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "privileged", "Restricted", "baseline:", "baseline:1", "baseline:1.030", "baseline:2.0", "restricted:1.99", "restricted:1.30 "],
)
def test_what_is_no_standard_is_told(text: str) -> None:
    with pytest.raises(ManifestError) as error:
        standard(text)
    assert [(one.code, one.path) for one in error.value.diagnostics] == [("KQ1015", "")]
    assert told(training(NFS), pod_security=text) == [("KQ1015", "")]


def test_a_misspelt_standard_is_guessed() -> None:
    (one,) = check(training(NFS), pod_security="restrictd:1.30")
    assert one.hint == "did you mean `restricted:1.30`?"


def holes(value: Any) -> Iterator[Any]:
    """Give a value with each of its parts in turn replaced by null."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        for part in (None, *holes(value[key])):
            hole = copy.copy(value)
            hole[key] = part
            yield hole


@pytest.mark.parametrize("name", ["everything", "sysctls good and bad", "seccomp annotation of a container unconfined", "capability CHOWN"])
def test_no_hole_in_a_pod_is_too_much(name: str) -> None:
    (pod,) = (record["pod"] for record in RECORDED if record["name"] == name)
    for hole in holes(pod):
        for version in ("1.18", "1.24", "latest"):
            check(hole, pod_security=f"restricted:{version}", keeps=["/kqi/output"])
