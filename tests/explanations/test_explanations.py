"""What a cluster says is known by its words, the API server's refusals by the code that says the same, and a field by its name."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import re
import time
import tomllib
from importlib.resources import files
from typing import Any

import pytest
from folders import TESTS

from kqmanifest import check, load
from kqmanifest.compiler.options import DEFAULT_VERSION
from kqmanifest.explanations import code_page, codes, symptoms
from kqmanifest.explanations.field_paths import KIND, definitions, near, trail
from kqmanifest.explanations.fields import Field, field_page, meanings_in, models, terms
from kqmanifest.explanations.layout import of_code, of_field, of_symptom, plain, wrapped
from kqmanifest.explanations.pages import fault_of
from kqmanifest.explanations.refusals import REASONS, refusals
from kqmanifest.explanations.symptom_table import SymptomText, catalogue, holes, mark, translations, words
from kqmanifest.explanations.symptoms import Explanation
from kqmanifest.languages import ENGLISH, LANGUAGES, table, traits
from kqmanifest.languages.columns import cells
from kqmanifest.rules import RULES

VERDICTS = TESTS / "verdicts" / "kube-1.36.jsonl.gz"
DESCRIBED = """\
Name:         training-2-abcde
Namespace:    sandbox
Node:         gpu-node-1/10.0.0.9
Events:
  Warning  FailedMount  3s (x7 over 40s)  kubelet  MountVolume.SetUp failed for volume "kqi-output" : mount failed: exit status 32
Mounting command: mount
Mounting arguments: -t nfs nfs-server:/training/2/ /var/lib/kubelet/pods/1/volumes/kubernetes.io~nfs/kqi-output
Output: mount.nfs: mounting nfs-server:/training/2/ failed, reason given by server: No such file or directory
"""

RECORDED = tomllib.loads((TESTS / "recorded" / "said.toml").read_text("utf-8"))
HARMLESS, AROUND, WHOLE = (RECORDED.pop(key) for key in ("harmless", "described", "whole"))
KNOWN = [
    pytest.param(
        known, one["said"] if isinstance(one, dict) else one, one["names"] if isinstance(one, dict) else [], id=f"{known}-{number}"
    )
    for known, said in RECORDED.items()
    for number, one in enumerate(said)
]
"""What clusters, drivers and programs write, what it is known as, and the values that are told of it."""


@pytest.mark.parametrize(("known", "text", "names"), KNOWN)
def test_what_is_said_is_known_as_one_thing_whose_values_are_told(known: str, text: str, names: list[str]) -> None:
    (one,) = symptoms(text)
    assert one.id == known
    told = "\n".join((one.cause, one.cure, one.check, one.spec, *one.commands))
    assert [name for name in names if name not in told] == []


def test_every_symptom_is_recorded_as_it_is_said() -> None:
    assert {*catalogue()} == {*RECORDED}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_well_is_not_explained(text: str) -> None:
    assert symptoms(text) == []


@pytest.mark.parametrize("one", WHOLE)
def test_a_whole_text_is_explained_by_its_causes_alone(one: dict[str, Any]) -> None:
    text = one["said"] if "said" in one else AROUND.format(**one)
    assert [found.id for found in symptoms(text)] == one["known"]


def test_a_long_log_is_read_for_the_one_line_that_matters() -> None:
    steps = [
        f"2024-01-01 00:{number % 60:02} step {number} loss {1 / (number + 1):.6f} /kqi/output/{number}.ckpt" for number in range(80_000)
    ]
    before = time.process_time()
    (one,) = symptoms("\n".join((*steps[:40_000], "torch.cuda.OutOfMemoryError: CUDA out of memory.", *steps[40_000:])))
    assert one.id == "gpu-out-of-memory"
    assert time.process_time() - before < 3


def unlike(count: int) -> str:
    """Write so many characters of lines that are not like one another."""
    names = ("".join(letters) for letters in itertools.product("abcdefghij", repeat=6))
    return "\n".join(itertools.islice(names, count // 7))


@pytest.mark.parametrize(("length", "known"), [(20_000, 3), (90_000, 3), (300_000, 2)])
def test_of_a_very_long_text_only_the_middle_is_left_out(length: int, known: int) -> None:
    said = ("mount.nfs: Connection timed out", "CUDA out of memory.", "exec /bin/a: exec format error")
    ids = ["nfs-timeout", "gpu-out-of-memory", "program-of-another-architecture"]
    text = "\n".join((said[0], unlike(50_000), said[1], unlike(length), said[2]))
    assert [one.id for one in symptoms(text)] == (ids if known == len(ids) else [ids[0], ids[-1]])


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"reason": "FailedMount", "message": DESCRIBED}),
        json.dumps({"log": DESCRIBED, "stream": "stderr"}, indent=2),
        "message: '" + DESCRIBED.replace("'", "''").replace("\n", "\n\n    ") + "'",
        f'E0101 1 nestedpendingoperations.go:348] "Failed" err="{DESCRIBED}"'.replace("\n", "\\n"),
        f"\x1b[31m{DESCRIBED}\x1b[0m",
    ],
    ids=["event", "log", "yaml", "kubelet", "colours"],
)
def test_what_is_said_in_a_string_is_read_as_it_was_said(text: str) -> None:
    (one,) = symptoms(text)
    assert one.id == "nfs-directory-missing"
    assert one.commands == ("showmount -e nfs-server", "ssh nfs-server ls -ld /training/2/")


def test_what_was_not_found_is_left_out_in_brackets() -> None:
    (known,) = symptoms("1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }.")
    (unknown,) = symptoms("2 node(s) were unschedulable.")
    assert "short of disk or memory (node.kubernetes.io/disk-pressure)." in known.cause
    assert "short of disk or memory." in unknown.cause


@pytest.mark.parametrize(
    ("line", "known", "held"),
    [
        ("mount.nfs: access denied by server while mounting nfs-server:/training/1/", "nfs-access-denied", "/training/1/"),
        ("mount.nfs: Failed to resolve server nfs-web: Name or service not known", "nfs-server-unresolved", "nfs-web"),
        ("mount.nfs: Connection timed out", "nfs-timeout", "2049"),
        ("bad option; for several filesystems you might need a /sbin/mount.<type> helper program.", "nfs-client-missing", "nfs-common"),
        ("hostPath type check failed: /data is not a directory", "host-path-of-another-type", "/data"),
        ('configmap "settings" not found', "config-map-missing", "settings"),
        ("0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", "too-few-gpus", "nvidia.com/gpu"),
        ("1 node(s) had untolerated taint {nvidia.com/gpu: present}", "taint-untolerated", "nvidia.com/gpu"),
        ('Back-off pulling image "tensorflow:nope"', "image-not-pulled", "tensorflow:nope"),
        ('exec: "pyhton": executable file not found in $PATH', "program-not-in-image", "pyhton"),
        ("CreateContainerConfigError", "container-not-configured", "env"),
    ],
)
def test_a_line_is_known_by_its_words_and_its_values_are_told(line: str, known: str, held: str) -> None:
    (one,) = symptoms(line)
    assert one.id == known
    assert held in one.cause + one.cure


def test_a_long_text_is_explained_once_by_the_reason_that_it_gives() -> None:
    (one,) = symptoms(DESCRIBED + DESCRIBED)
    assert one.id == "nfs-directory-missing"
    assert one.commands == ("showmount -e nfs-server", "ssh nfs-server ls -ld /training/2/")


def test_a_thing_that_is_said_of_several_is_explained_for_each() -> None:
    other = DESCRIBED.replace("/training/2/", "/training/1/").replace("kqi-output", "kqi-parent")
    assert [one.commands[1] for one in symptoms(DESCRIBED + other)] == [f"ssh nfs-server ls -ld /training/{number}/" for number in (2, 1)]


def test_a_reason_that_a_text_gives_silences_the_general_remark() -> None:
    assert [one.id for one in symptoms("CrashLoopBackOff\n  Reason: OOMKilled\n  Exit Code: 137")] == ["out-of-memory"]
    assert [one.id for one in symptoms("CrashLoopBackOff")] == ["crash-loop"]


@pytest.mark.parametrize(
    ("form", "between"),
    [
        ('The Job "x" is invalid: \n* {causes}', "\n* "),
        (
            'Error from server (Invalid): error when creating "x.yaml": jobs.batch "x" is forbidden: Job.batch "x" is invalid: [{causes}]',
            ", ",
        ),
        ('{{"kind":"Status","message":"Job.batch \\"x\\" is invalid: [{causes}]","reason":"Invalid"}}', ", "),
    ],
)
def test_a_refusal_is_known_in_each_form_that_it_is_printed_in(form: str, between: str) -> None:
    container = "spec.template.spec.containers[0]"
    causes = [
        f'{container}.volumeMounts[1].mountPath: Invalid value: "/kqi/output": must be unique',
        f"{container}.resources.limits[nvidia.com/gpu]: Required value: Limit must be set for non overcommitable resources",
        f"{container}.image: Required value",
    ]
    joined = between.join(causes)
    text = form.format(causes=joined.replace('"', '\\"') if form.startswith("{{") else joined)
    assert [one.codes for one in symptoms(text) if one.codes] == [("KQ2003",), ("KQ2305",), ("KQ2209",)]


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("Job", "spec.template.spec.containers[0].volumeMounts[1].name: Not found", "containers.mounts.volume"),
        ("Pod", "spec.volumes[0].nfs.path: Required value", "mounts.nfs.path"),
        ("Deployment", "spec.selector: Required value", "Deployment.selector"),
        ("Job", "spec.template.spec.restartPolicy: Required value", "restartPolicy"),
        ("ResourceQuota", "spec.hard[cpu]: Required value", "ResourceQuota.spec.hard"),
        (
            "StatefulSet",
            "spec.volumeClaimTemplates[0].spec.accessModes: Required value",
            "StatefulSet.volumeClaimTemplates.spec.accessModes",
        ),
    ],
)
def test_a_refusal_names_the_field_as_explain_takes_it(kind: str, said: str, field: str) -> None:
    (one,) = symptoms(f'The {kind} "x" is invalid: {said}')
    assert one.field == field
    assert trail(field, DEFAULT_VERSION)


def test_two_words_of_a_sentence_are_no_refusal() -> None:
    assert [*refusals("data: Forbidden\ntype: Required value\nspec: Duplicate value of the key")] == []
    assert [*refusals('The Pod "x" is invalid: a\n' + "b " * 300 + "\nspec: Required value")] == []


@pytest.mark.parametrize("text", ["a" * 2_000_000, "pull mount.nfs: " * 50_000, "1" * 500_000, "spec.a[0].b: Invalid value: x\n" * 15_000])
def test_a_text_of_any_kind_is_read_in_time(text: str) -> None:
    before = time.process_time()
    symptoms(text)
    assert time.process_time() - before < 10


def test_what_nobody_knows_is_not_explained() -> None:
    assert symptoms("everything is well") == []


def test_every_symptom_is_said_and_asks_for_no_value_that_it_cannot_have() -> None:
    assert words("en").keys() == catalogue().keys()
    around = tomllib.loads((files("kqmanifest.explanations") / "symptoms.toml").read_text("utf-8"))["context"]["patterns"]
    anywhere = {name for pattern in around for name in holes(pattern.replace("(?P", ""))}
    for symptom in catalogue().values():
        if symptom.patterns:
            own = {name for pattern in symptom.patterns for name in pattern.groupindex}
            said = words("en")[symptom.id]
            assert holes(said.cause + said.cure + said.check) - {"n"} <= own | anywhere, symptom.id


def test_every_code_has_a_page_and_what_is_no_code_has_none() -> None:
    assert all((code_page(code) or "").startswith(code) for code in codes())
    assert code_page("KQ8888") is None


def test_symptoms_name_codes_that_exist() -> None:
    assert {code for symptom in catalogue().values() for code in symptom.codes} <= set(codes())


def test_a_refusal_is_explained_by_the_rule_that_finds_the_same() -> None:
    said = 'The Pod "x" is invalid: spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/kqi/output": must be unique'
    assert [one.codes for one in symptoms(said)] == [("KQ2003",)]


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("spec.containers[0].volumeMounts[0].mountPath: Required value", ("KQ2006", "KQ9003")),
        ("spec.containers[0].volumeMounts[0].name: Required value", ("KQ2007", "KQ9003")),
        ("spec.volumes[0].name: Required value", ("KQ2008", "KQ9003")),
        ("spec.volumes[0].nfs.path: Required value", ("KQ2051", "KQ9003")),
        ("spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero", ("KQ2447",)),
        ("spec.containers[0].name: Forbidden: not so", ()),
        ("spec.containers[0].ports[0].containerPort: Required value", ("KQ2215", "KQ9003")),
        ("spec.containers[0].ports[0].containerPort: Invalid value: 70000: not so", ("KQ2206",)),
        ("spec.containers[0].resizePolicy[0].restartPolicy: Required value", ("KQ2282", "KQ9003")),
        ('spec.schedulingGates[1]: Duplicate value: "a"', ("KQ2426",)),
        ('spec.restartPolicy: Unsupported value: "a": not so', ("KQ2401",)),
        ("spec.hostAliases[0].ip: Too long: may not be more than 9 bytes", ("KQ2415",)),
        ("spec: Required value", ("KQ9003",)),
        ("spec.nope: Forbidden: not so", ()),
    ],
)
def test_a_refusal_leads_to_the_rule_of_its_place_that_refuses_for_the_same_reason(said: str, codes: tuple[str, ...]) -> None:
    assert [one.codes for one in refusals(f'The Pod "x" is invalid: {said}')] == [codes]


def test_every_reason_of_a_rule_is_one_that_a_refusal_begins_with() -> None:
    assert {rule.reason for rule in RULES} - {None} <= {reason for reasons in REASONS.values() for reason in reasons}


def test_what_the_server_refuses_in_several_places_is_explained_once() -> None:
    at = [f"spec.containers[{number}].image: Required value" for number in (0, 1)]
    other = "spec.volumes[0].name: Required value"
    found = symptoms(f'The Pod "x" is invalid: [{at[0]}, {at[1]}, {other}]')
    assert [one.field for one in found] == ["Pod.containers.image", "mounts.volume"]


def test_recorded_refusals_lead_to_the_codes_that_the_library_gives_them() -> None:
    causes = known = right = 0
    with gzip.open(VERDICTS, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            fielded = [one for one in row.get("causes", ()) if one["field"]]
            ours = {one.code for one in check(row["manifest"], kubernetes="1.36")} if fielded else set()
            for cause in fielded:
                said = f'The {row["manifest"]["kind"]} "x" is invalid: {cause["field"]}: {cause["message"]}'
                given = {code for one in refusals(said) for code in one.codes}
                causes, known, right = causes + 1, known + bool(given), right + bool(given & ours)
    assert known >= 0.99 * causes
    assert right >= 0.9 * causes, "the rest follow from another fault, and the library tells that one"


# What is said in other languages


OTHERS = [language for language in LANGUAGES if language != ENGLISH]
SHOWN = re.compile(r"`[^`]*`")
FIELDS = [
    (owner, key)
    for owner in sorted(models().keys() & definitions(DEFAULT_VERSION).keys())
    for key in ("", *definitions(DEFAULT_VERSION)[owner]["properties"])
]
"""The parts of a spec and their fields; of a part itself, the key is empty."""


@functools.cache
def _page(owner: str, key: str) -> Field:
    page = field_page(f"{owner.removeprefix(KIND)}.{key}".rstrip("."), kubernetes=DEFAULT_VERSION)
    assert page
    return page


def _parts(one: SymptomText) -> tuple[str, ...]:
    return one.cause, one.cure, one.check


@pytest.mark.parametrize("language", OTHERS)
def test_a_symptom_is_said_with_the_values_of_english(language: str) -> None:
    held = translations(language)
    assert held.keys() <= catalogue().keys()
    for name, (told, made_from) in held.items():
        english = words(ENGLISH)[name]
        assert all(re.search(traits(language).letters, part) for part in _parts(told) if part), name
        if made_from == mark(english):
            assert words(language)[name] == told
            for said, other in zip(_parts(english), _parts(told), strict=True):
                assert holes(said) == holes(other), name
                assert sorted({*SHOWN.findall(said)}) == sorted({*SHOWN.findall(other)}), name
        else:
            assert words(language)[name] == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_symptom_is_said_in_every_language_or_in_english(language: str) -> None:
    assert {*words(language)} == {*words(ENGLISH)} == {*catalogue()}


@pytest.mark.parametrize("language", OTHERS)
def test_a_field_is_said_with_the_values_of_english(language: str) -> None:
    for said, other in meanings_in(language).items():
        assert sorted(SHOWN.findall(said)) == sorted(SHOWN.findall(other)), said
        assert re.search(traits(language).letters, other), said


@pytest.mark.parametrize("language", OTHERS)
def test_the_words_around_are_said_with_the_same_values(language: str) -> None:
    english = table(ENGLISH, "terms")
    for name, said in table(language, "terms").items():
        assert sorted(re.findall(r"\{\w+\}", said)) == sorted(re.findall(r"\{\w+\}", english[name])), name
    assert terms(language).keys() == english.keys()


# Fields


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("mounts.subPath", "Job.pod.containers[].mounts[].subPath"),
        ("mounts", "Job.pod.containers[].mounts"),
        ("gpus", "Job.pod.containers[].gpus"),
        ("pod.containers.gpus", "Job.pod.containers[].gpus"),
        ("containers[0].mounts[1].nfs.server", "Job.pod.containers[].mounts[].nfs.server"),
        ("/pod/containers/0/mounts/1/nfs/server", "Job.pod.containers[].mounts[].nfs.server"),
        ("Job.backoffLimit", "Job.backoffLimit"),
        ("Deployment.pod.containers.image", "Deployment.pod.containers[].image"),
        ("nfs.claim.size", "Job.pod.containers[].mounts[].nfs.claim.size"),
        ("volumes.runs.nfs.path", "Job.pod.volumes.NAME.nfs.path"),
        ("env.LR", "Job.pod.containers[].env"),
        ("mountpath", "Job.pod.containers[].mounts[].mountPath"),
        ("livenessProbe.httpGet.port", "Job.pod.containers[].livenessProbe.httpGet.port"),
        ("spec.template.spec.containers[0].volumeMounts[0].mountPath", "Job.pod.containers[].mounts[].mountPath"),
        ("Training.parents", "Training.parents"),
        ("Probe.httpGet", "Job.pod.containers[].livenessProbe.httpGet"),
        ("CronJob", "CronJob"),
        ("restartPolicy", "Job.pod.restartPolicy"),
        ("spec", "Job"),
        ("metadata.name", "Job.name"),
        ("Job.spec.backoffLimit", "Job.backoffLimit"),
        ("job.spec.backoffLimit", "Job.backoffLimit"),
        ("deploy.spec.replicas", "Deployment.replicas"),
        ("pods", "Pod"),
        ("pvc", "PersistentVolumeClaim"),
        ("hpa", "HorizontalPodAutoscaler"),
        ("ing.spec.rules", "Ingress.spec.rules"),
        ("limits", "Job.pod.containers[].limits"),
        ("volumeMounts.mountPath", "Job.pod.containers[].mounts[].mountPath"),
        ("volumeMounts.name", "Job.pod.containers[].mounts[].volume"),
        ("nvidia.com/gpu", "Job.pod.containers[].gpus"),
        ("/spec/containers/0/resources/limits/nvidia.com~1gpu", "Job.pod.containers[].gpus"),
        ("labels.app.kubernetes.io/name", "Job.labels"),
        ("capacity.storage", "PersistentVolume.capacity"),
        ("accessModes", "PersistentVolumeClaim.accessModes"),
        ("selector.matchLabels.app", "Deployment.selector.matchLabels"),
        ("server", "Job.pod.containers[].mounts[].nfs.server"),
        ("httpGet", "Job.pod.containers[].livenessProbe.httpGet"),
        ("EnvVar", "Job.pod.containers[].env"),
        ("PodSpec", "Job.pod"),
        ("DaemonSet.spec.template.spec.containers.image", "DaemonSet.spec.template.spec.containers[].image"),
        ("ingress.spec.rules", "Ingress.spec.rules"),
        ("Role", "Role"),
    ],
)
def test_a_field_is_found_however_it_is_written(asked: str, place: str) -> None:
    found = trail(asked, DEFAULT_VERSION)
    assert found
    assert found.place == place


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("mounts.subpat", "mounts.subPath"),
        ("Jb.backoffLimit", "Job.backoffLimit"),
        ("contaners.image", "containers.image"),
        ("backoflimit", "backoffLimit"),
        ("mounts.nfs.sever", "mounts.nfs.server"),
        ("xyzzy", None),
        ("mounts.xyzzy", None),
        ("", None),
    ],
)
def test_a_field_that_is_none_is_told_with_the_nearest(asked: str, meant: str | None) -> None:
    assert trail(asked, DEFAULT_VERSION) is None
    assert near(asked, DEFAULT_VERSION) == meant


@pytest.mark.parametrize("owner", sorted({owner for owner, _ in FIELDS}))
def test_every_field_of_a_spec_has_a_page(owner: str) -> None:
    for page in (_page(one, key) for one, key in FIELDS if one == owner):
        assert page.meaning
        assert page.takes
        assert {*page.codes} <= {*codes()}
        assert page.sample == "" or load(page.sample)


def test_a_kind_that_a_spec_has_no_short_form_of_says_how_it_is_written() -> None:
    page = field_page("DaemonSet", kubernetes=DEFAULT_VERSION)
    assert page
    assert "`apiVersion: apps/v1`" in page.meaning
    assert [key.name for key in page.published] == ["apiVersion", "kind", "metadata", "spec"]
    below = field_page("ds.spec.updateStrategy", kubernetes=DEFAULT_VERSION)
    assert below
    assert below.kubectl == "daemonset.spec.updateStrategy"


def test_what_symptoms_call_a_field_is_one() -> None:
    assert [one.id for one in catalogue().values() if one.field and trail(one.field, DEFAULT_VERSION) is None] == []


@pytest.mark.parametrize(
    ("asked", "codes_of_it"),
    [
        ("mounts.mountPath", {"KQ2003", "KQ2006", "KQ3003", "KQ3004"}),
        ("mounts.subPath", {"KQ2010", "KQ2011"}),
        ("nfs.server", {"KQ2050", "KQ3020", "KQ3021"}),
        ("nfs", {"KQ2050", "KQ2051", "KQ3002"}),
        ("gpus", {"KQ2305", "KQ3030", "KQ4030"}),
        ("sharedMemory", {"KQ4030"}),
        ("volumes", {"KQ2004"}),
        ("Job.backoffLimit", {"KQ2501"}),
        ("CronJob.schedule", {"KQ2543"}),
        ("env", {"KQ4002"}),
    ],
)
def test_a_field_names_the_rules_that_look_at_it(asked: str, codes_of_it: set[str]) -> None:
    page = field_page(asked, kubernetes=DEFAULT_VERSION)
    assert page
    assert codes_of_it <= {*page.codes}


def test_a_field_of_kubernetes_says_so() -> None:
    page = field_page("livenessProbe", kubernetes=DEFAULT_VERSION)
    assert page
    assert page.kubectl == "pod.spec.containers.livenessProbe"
    assert page.meaning == "`Container.livenessProbe`, as Kubernetes writes it."


def test_the_samples_are_specs_without_a_fault() -> None:
    assert check(load((files("kqmanifest.explanations") / "samples.yaml").read_text("utf-8"))) == ()


@pytest.mark.parametrize("symptom", [pytest.param(one, id=one.id) for one in catalogue().values() if one.spec])
def test_what_a_symptom_is_cured_with_is_part_of_a_spec(symptom: Any) -> None:
    (document,) = load(symptom.spec)
    value: Any = document.value
    assert all(trail(f"{value.get('kind', '')}.{key}".lstrip("."), DEFAULT_VERSION) for key in value)


# Pages for a terminal


@functools.cache
def _known(language: str) -> list[Explanation]:
    return [one for param in KNOWN for one in symptoms(str(param.values[1]), language)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 80])
def test_no_line_of_prose_is_wider_than_the_terminal(width: int, language: str) -> None:
    pages = [of_code(code, width, language, plain) for code in codes()]
    asked = ["mounts", "mounts.subPath", "gpus", "nfs", "Job", "Pod", "CronJob.schedule", "livenessProbe", "name", "DaemonSet"]
    asked += ["affinity.nodeAffinity", "CronJob.spec.jobTemplate.spec.template.spec.containers", "podFailurePolicy", "ingress.spec.rules"]
    fields = (field_page(one, language, kubernetes=DEFAULT_VERSION) for one in asked)
    pages += [of_field(one, width, language, plain) for one in fields if one]
    pages += [of_symptom(one, width, language, plain) for one in _known(language)]
    assert not [line for page in pages for line in page.splitlines() if cells(line) > width and not line.startswith("    ")]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("the kubelet makes it", ["the kubelet makes it"]),
        ("a line that is longer than the room there is", ["a line that is longer than", "the room there is"]),
        ("結果の出力先です。ディレクトリが必要です。", ["結果の出力先です。ディレク", "トリが必要です。"]),
        ("これは行の終わりに近い、。", ["これは行の終わりに近い、。"]),
        ("ここにあるのは十三文字なのだ。次", ["ここにあるのは十三文字なの", "だ。次"]),
        ("see `mounts.sub path` here now", ["see `mounts.sub path` here", "now"]),
        ("x" * 30, ["x" * 26, "x" * 4]),
        ("", [""]),
    ],
)
def test_a_line_ends_where_its_language_lets_it(text: str, lines: list[str]) -> None:
    assert wrapped(text, 26) == lines


@pytest.mark.parametrize("code", codes())
def test_a_fault_stops_the_work_unless_its_series_is_advice(code: str) -> None:
    assert fault_of(code).severity == ("warning" if code.startswith("KQ4") else "error")
