"""Anything at all ends in diagnostics, each with a code and a place that can be followed, and none tells a secret."""

from __future__ import annotations

import itertools
import json
import pathlib
import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from folders import TESTS, TOP
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import changed, specs

from kqmanifest import Container, Job, Limits, ManifestError, Mount, Nfs, Pod, build, check, load
from kqmanifest.cli import AT_FAULT, main
from kqmanifest.diagnostics import Diagnostic
from kqmanifest.limits import DEFAULT

STORY = (TOP / "docs" / "examples" / "training-with-parent.json").read_text("utf-8")
CODE = re.compile(r"KQ\d{4}")


def judged(text: str | bytes, source: str = "") -> tuple[Diagnostic, ...]:
    """Read a text and judge what it holds; hold every diagnostic to have a code, a place in the text and one line."""
    try:
        found = check(load(text, source=source))
    except ManifestError as unreadable:
        found = unreadable.diagnostics
    lines = (text if isinstance(text, str) else text.decode(errors="replace")).split("\n")
    for one in found:
        assert CODE.fullmatch(one.code)
        assert str(one).isprintable()
        if one.code != "KQ1012":  # nothing stands nowhere
            assert one.line is not None
            assert one.column is not None
            assert 1 <= one.line <= len(lines)
            assert 1 <= one.column <= len(lines[one.line - 1]) + 1
    return found


def told(spec: Any) -> list[tuple[str, str]]:
    """Judge a value, and hold every place to be one of it; warnings are left out."""
    found = check(spec)
    for one in found:
        assert CODE.fullmatch(one.code)
        assert str(one).isprintable()
        json.dumps(one.as_json())
    return [(one.code, one.path) for one in found if one.severity == "error"]


def pod(**container: Any) -> dict[str, Any]:
    return {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "busybox:1.36", **container}]}


# Texts


def test_a_text_cut_off_anywhere_is_told() -> None:
    whole = STORY.rstrip()
    for end in range(1, len(whole)):
        assert any(one.severity == "error" for one in judged(whole[:end], "spec.json"))


def test_a_text_with_any_character_changed_is_read_or_told() -> None:
    for source, text in (
        ("spec.json", STORY),
        ("spec.yaml", STORY),
        ("spec.yaml", "kind: Pod\nname: &a b\ncontainers:\n- {name: 'a', image: *a}\n"),
    ):
        for at, character in itertools.product(range(0, len(text), 3), '{"\t\0\ud800*'):
            judged(text[:at] + character + text[at + 1 :], source)


@given(st.binary(max_size=60), st.sampled_from(["", "a.json", "a.yaml", "a.jsonl"]))
def test_any_bytes_are_read_or_told(content: bytes, source: str) -> None:
    judged(content, source)


def test_more_bytes_than_anyone_reads(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    big = tmp_path / "big.json"
    with big.open("wb") as file:
        file.write(b'{"kind": "Pod", "name": "')
        file.truncate(100_000_000)
    start = time.monotonic()
    assert main(["check", str(big), "--diagnostics", "json"]) == AT_FAULT
    assert time.monotonic() - start < 10
    (one,) = json.loads(capsys.readouterr().err)
    assert (one["code"], one["line"], one["column"]) == ("KQ0001", 1, 1)


def test_one_long_text_is_told_shortly() -> None:
    (one,) = [one for one in judged(json.dumps(pod() | {"name": "x" * (DEFAULT.bytes // 4)}), "a.json") if one.severity == "error"]
    assert (one.code, one.path) == ("KQ2102", "/name")
    assert len(str(one)) < 1000


@pytest.mark.parametrize("levels", [201, 900, 10_000])
@pytest.mark.parametrize(
    ("source", "opening", "closing"),
    [
        ("a.json", "[", "]"),
        ("a.json", '{"a":', "}"),
        ("a.yaml", "[", "]"),
        ("a.yaml", "{a: ", "}"),
        ("a.yaml", "- ", ""),
        ("a.jsonl", "[", "]"),
    ],
)
def test_any_depth_of_text(levels: int, source: str, opening: str, closing: str) -> None:
    (one,) = judged(opening * levels + "1" + closing * levels, source)
    assert one.code == "KQ0006"


def test_any_depth_of_indentation() -> None:
    (one,) = judged("".join(f"{' ' * level}a:\n" for level in range(3000)), "a.yaml")
    assert (one.code, one.line, one.column) == ("KQ0006", 201, 201)


def test_a_depth_that_can_be_read_is_judged() -> None:
    assert [one.code for one in judged(json.dumps(pod() | {"affinity": nested(190)}), "a.json") if one.severity == "error"] == ["KQ9001"]


@pytest.mark.parametrize("count", [3 * DEFAULT.faults])
@pytest.mark.parametrize("element", [{}, 1, {"kind": "Pod"}, {"apiVersion": "v1", "kind": "Pod"}, pod(gpu=1), pod(gpus=-1)])
def test_a_mistake_made_again_and_again_has_an_end(element: Any, count: int) -> None:
    start = time.monotonic()
    found = check([element] * count)
    assert time.monotonic() - start < 60
    assert len(found) <= DEFAULT.faults + 1
    assert ("KQ0073", "error") in {(one.code, one.severity) for one in found}


@pytest.mark.parametrize("element", [{}, 1, None, {"name": 1}, {"image": "x"}])
def test_a_spec_with_very_many_faults_has_an_end(element: Any) -> None:
    assert told({"kind": "Pod", "name": "a", "containers": [element] * 3 * DEFAULT.faults})[-1:] == [("KQ0073", "")]


@pytest.mark.parametrize(
    "spec",
    [
        pod() | {f"k{number}": 1 for number in range(3000)},
        pod(env={f"A{number}": 1 for number in range(3000)}),
        pod(mounts=[{"mountpath": f"/a{number}", "emptyDir": {}} for number in range(3000)]),
        pod(mounts=[{"mountPath": "/a", "emptyDir": {}} for _ in range(3000)]),
        pod(mounts=[{"mountPath": f"/a{number}", "volume": "b"} for number in range(3000)]),
        pod(ports=[{"name": "a", "containerPort": 80}] * 3000),
    ],
    ids=["unknown keys", "env", "misspelt", "one path", "undeclared", "ports"],
)
def test_thousands_of_faults_are_told_in_seconds(spec: Any) -> None:
    start = time.monotonic()
    assert len(check(spec, limits=Limits(faults=10_000))) >= 2999
    assert time.monotonic() - start < 20


# Python's own values


def nested(levels: int, value: Any = 1) -> Any:
    for _ in range(levels):
        value = {"a": value}
    return value


def listed(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


LOOP_LIST: list[Any] = []
LOOP_LIST.append(LOOP_LIST)
LOOP: dict[str, Any] = {}
LOOP["a"] = LOOP
DEEP: dict[str, Any] = {
    "a list in itself": LOOP_LIST,
    "lists": listed(10_000),
    "items": {"kind": "List", "items": LOOP_LIST},
    "own field": pod() | {"affinity": nested(10_000)},
    "own loop": pod() | {"affinity": LOOP},
    "overlay": pod() | {"overlay": nested(10_000)},
    "overlay loop": pod() | {"overlay": LOOP},
    "raw source": pod(mounts=[{"mountPath": "/a", "cephfs": listed(10_000)}]),
    "manifest": {"apiVersion": "v1", "kind": "Pod", "spec": nested(10_000)},
    "manifest loop": {"apiVersion": "v1", "kind": "Pod", "spec": LOOP},
    "unknown kind": {"apiVersion": "example.com/v1", "kind": "Any", "spec": nested(10_000)},
    "containers": {"kind": "Pod", "name": "a", "containers": LOOP_LIST},
    "mounts": pod(mounts=listed(10_000)),
    "gpus": pod(gpus=LOOP_LIST),
    "labels": pod() | {"labels": LOOP},
    "env": pod(env=nested(10_000)),
    "ignore": pod() | {"ignore": LOOP},
    "no kind": LOOP,
}


@pytest.mark.parametrize("name", DEEP)
def test_any_depth_of_values(name: str) -> None:
    (code, *_) = {code for code, _ in told(DEEP[name])}
    assert code in {"KQ0006", "KQ1001", "KQ1002", "KQ1008"}
    with pytest.raises(ManifestError):
        build(DEEP[name])


HALF = "\ud800"
HUGE = 10**5000
UNFIT: list[tuple[Any, list[tuple[str, str]]]] = [
    (pod(image=HALF), [("KQ1009", "/containers/0/image")]),
    (pod() | {"name": HALF}, [("KQ1009", "/name")]),
    (pod() | {"labels": {"a": HALF}}, [("KQ1009", "/labels/a")]),
    (pod() | {"labels": {HALF: "a"}}, [("KQ1009", "/labels")]),
    (pod() | {HALF: 1}, [("KQ1009", "")]),
    (pod(env={"A": HALF}), [("KQ1009", "/containers/0/env/A")]),
    (pod(command=["a", HALF]), [("KQ1009", "/containers/0/command/1")]),
    (pod(mounts=[{"mountPath": f"/{HALF}", "emptyDir": {}}]), [("KQ1009", "/containers/0/mounts/0/mountPath")]),
    (pod() | {"affinity": {HALF: {}}}, [("KQ1009", "/affinity")]),
    (pod() | {"overlay": {"metadata": {"name": HALF}}}, [("KQ1009", "/overlay/metadata/name")]),
    (pod(gpus=HUGE), [("KQ1009", "/containers/0/gpus")]),
    (pod(cpu=HUGE), [("KQ1009", "/containers/0/cpu")]),
    (pod(limits={"a/b": HUGE}), [("KQ1009", "/containers/0/limits/a~1b")]),
    (pod(resources={"limits": {"cpu": HUGE}}), [("KQ1009", "/containers/0/resources/limits/cpu")]),
    (pod(ports=[-HUGE]), [("KQ1009", "/containers/0/ports/0")]),
    (pod(cpu=float("nan")), [("KQ1009", "/containers/0/cpu")]),
    (pod(limits={"cpu": float("inf")}), [("KQ1009", "/containers/0/limits/cpu")]),
    (pod() | {"terminationGracePeriodSeconds": float("inf")}, [("KQ1009", "/terminationGracePeriodSeconds")]),
    (pod() | {1: 2}, [("KQ1009", "")]),
    (pod(labels={}) | {"labels": {1: "a"}}, [("KQ1002", "/containers/0/labels"), ("KQ1009", "/labels")]),
    (
        pod() | {"labels": {"[key]": 1, "of": None}, "[key]": 1},
        [("KQ1001", "/labels/[key]"), ("KQ1001", "/labels/of"), ("KQ1002", "/[key]")],
    ),
    (
        pod() | {"labels": {"<source>": 1, "<a ": 1}, "<other>": 1},
        [("KQ1001", "/labels/<source>"), ("KQ1001", "/labels/<a "), ("KQ1002", "/<other>")],
    ),
    (
        pod(mounts=[{"mountPath": "/a", "<source>": 1, "nfs": {"server": 1, "path": "/a"}}]),
        [("KQ1002", "/containers/0/mounts/0/<source>"), ("KQ1001", "/containers/0/mounts/0/nfs/server")],
    ),
    (pod(mounts=[{"mountPath": "/a", None: {}}]), [("KQ1009", "/containers/0/mounts/0")]),
    (pod(lifecycle={"postStart": {1: 2}}), [("KQ1009", "/containers/0/lifecycle/postStart")]),
    (pod(lifecycle={1, 2}), [("KQ1009", "/containers/0/lifecycle")]),
    (
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": HALF, "labels": {"a": float("nan")}}, "spec": {1: b""}},
        [("KQ1009", "/metadata/name"), ("KQ1009", "/metadata/labels/a"), ("KQ1009", "/spec")],
    ),
    ({"apiVersion": HUGE, "kind": object()}, [("KQ1009", "/apiVersion"), ("KQ1009", "/kind")]),
    (b"kind: Pod", [("KQ1007", "")]),
    ([None, {1, 2}, object()], [("KQ1007", "/0"), ("KQ1007", "/1"), ("KQ1007", "/2")]),
    (Pod, [("KQ1007", "")]),
    (iter(()), [("KQ1007", "")]),
    ([], [("KQ1012", "")]),
    (Pod(name="a", containers=[Container(name="a", image=HALF)]), [("KQ1009", "/containers/0/image")]),
    (
        Job(name="a", pod=Pod(containers=[Container(name="a", image="b:1", mounts=[Mount("/a", Nfs(server=HALF, path="/a"))])])),
        [("KQ1009", "/pod/containers/0/mounts/0/nfs/server")],
    ),
]


@pytest.mark.parametrize(("spec", "faults"), UNFIT, ids=range(len(UNFIT)))
def test_what_no_text_can_hold_is_told(spec: Any, faults: list[tuple[str, str]]) -> None:
    assert told(spec) == faults


# Misspellings, and what belongs elsewhere


@pytest.mark.parametrize(
    ("spec", "path", "near"),
    [
        (pod(gpu=1), "/containers/0/gpu", "gpus"),
        (pod(mount=[]), "/containers/0/mount", "mounts"),
        (pod(Image="a"), "/containers/0/Image", "image"),
        (pod(shared_memory="1Gi"), "/containers/0/shared_memory", "sharedMemory"),
        (pod(livenessprobe={}), "/containers/0/livenessprobe", "livenessProbe"),
        (pod(mounts=[{"mountPath": "/a", "emptyDir": {}, "readonly": True}]), "/containers/0/mounts/0/readonly", "readOnly"),
        (pod(mounts=[{"mountpath": "/a", "emptyDir": {}}]), "/containers/0/mounts/0/mountpath", "mountPath"),
        (pod(mounts=[{"path": "/a", "emptyDir": {}}]), "/containers/0/mounts/0/path", "mountPath"),
        (pod(mounts=[{"mountPath": "/a", "emptydir": {}}]), "/containers/0/mounts/0/emptydir", "emptyDir"),
        (pod(mounts=[{"mountPath": "/a", "nfs": {"sever": "a", "path": "/a"}}]), "/containers/0/mounts/0/nfs/sever", "server"),
        (pod(mounts=[{"mountPath": "/a", "nfs": {"server": "a", "Path": "/a"}}]), "/containers/0/mounts/0/nfs/Path", "path"),
        (
            pod(mounts=[{"mountPath": "/a", "persistentVolumeClaim": {"name": "a"}}]),
            "/containers/0/mounts/0/persistentVolumeClaim/name",
            "claimName",
        ),
        (pod(env=[{"name": "A", "vlaue": "1"}]), "/containers/0/env/0/vlaue", "value"),
        (pod() | {"initcontainers": []}, "/initcontainers", "initContainers"),
        (pod() | {"nodeSelectors": {}}, "/nodeSelectors", "nodeSelector"),
        ({"kind": "Pod", "name": "a", "container": [{"name": "a", "image": "b:1"}]}, "/container", "containers"),
        ({"Kind": "Pod", "name": "a"}, "/Kind", "kind"),
        (
            {"kind": "Job", "name": "a", "backofLimit": 0, "pod": {"containers": [{"name": "a", "image": "b:1"}]}},
            "/backofLimit",
            "backoffLimit",
        ),
    ],
)
def test_a_misspelt_key_is_one_fault_and_its_name_is_found(spec: Any, path: str, near: str) -> None:
    (one,) = [one for one in check(spec) if one.code.startswith("KQ1")]
    assert (one.code, one.path, one.hint) == ("KQ1002", path, f"did you mean `{near}`?")


@pytest.mark.parametrize("kind", ["job", "JOB", "Jobs"])
def test_a_misspelt_kind_is_one_fault(kind: str) -> None:
    (one,) = check({"kind": kind, "name": "a", "pod": {"containers": [{}]}})
    assert (one.code, one.path, one.hint) == ("KQ1005", "/kind", "did you mean `Job`?")


def test_a_manifest_that_forgot_its_version_is_one_fault() -> None:
    (one,) = check(
        {"kind": "Deployment", "metadata": {"nam": "a"}, "spec": {"replicas": "two", "template": {"spec": {"volumeMounts": []}}}}
    )
    assert one.code == "KQ1006"
    assert "`apiVersion: apps/v1`" in one.hint


def test_what_a_spec_folds_is_refused_with_a_hint() -> None:
    (one,) = check(pod(volumeMounts=[{"name": "a", "mountPath": "/a"}]))
    assert (one.code, one.path) == ("KQ1004", "/containers/0/volumeMounts")
    assert "`mounts`" in one.hint


def test_a_field_of_another_version_says_of_which() -> None:
    (one,) = check(pod() | {"evictionResponders": []})
    assert (one.code, one.path) == ("KQ1002", "/evictionResponders")
    assert "from Kubernetes 1.37 on" in one.hint
    (one,) = check(pod() | {"hostnameOverride": "a"}, kubernetes="1.33")
    assert (one.code, one.path) == ("KQ1002", "/hostnameOverride")
    assert "from Kubernetes 1.34 on" in one.hint


def test_ten_faults_are_ten_diagnostics_in_reading_order() -> None:
    name = TESTS / "golden" / "bad" / "ten-faults.yaml"
    found = judged(name.read_bytes(), "ten-faults.yaml")
    assert [one.code for one in found] == [
        "KQ1002",
        "KQ1002",
        "KQ1001",
        "KQ1001",
        "KQ1001",
        "KQ1002",
        "KQ2052",
        "KQ2301",
        "KQ2206",
        "KQ2301",
    ]
    places = [(one.line or 0, one.column or 0) for one in found]
    assert places[:6] == sorted(places[:6])
    assert places[6:] == sorted(places[6:])


# Laws

KEYS = re.findall(
    r"\S+",
    """
    kind apiVersion metadata spec name items pod job containers env value valueFrom mounts mountPath nfs server path claim
    volumes volume gpus count resources limits requests cpu ports overlay ignore $patch data stringData type labels selector
    template schedule size sources secret image a <a <source> <other> [key] several of 0 ~/
    """,
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["Pod", "Job", "v1", "List", "Secret", "/a", "1Gi", "nfs"])
)
ANY_JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6), max_leaves=25
)
KINDS = st.sampled_from(
    [
        "Pod",
        "Job",
        "CronJob",
        "Deployment",
        "StatefulSet",
        "Service",
        "ConfigMap",
        "Secret",
        "PersistentVolume",
        "Namespace",
        "List",
        "ResourceClaimTemplate",
    ]
)


def follow(spec: Any) -> None:
    for one in check(spec):
        one.path.follow(spec)
        assert str(one).isprintable()


@given(ANY_JSON)
def test_check_takes_any_json(value: Any) -> None:
    follow(value)


@settings(max_examples=200)
@given(KINDS, st.dictionaries(st.sampled_from(KEYS), ANY_JSON, max_size=6), st.booleans())
def test_check_takes_any_json_of_a_kind(kind: str, body: dict[str, Any], version: bool) -> None:  # noqa: FBT001  Hypothesis gives it
    follow({**body, "kind": kind} | ({"apiVersion": "v1"} if version else {}))


@given(changed(specs()).filter(lambda spec: spec is not None))
def test_every_place_of_a_text_is_the_place_of_its_pointer(spec: Any) -> None:
    text = json.dumps(spec, indent=1)
    (document, *_) = load(text, source="a.json")
    for one in judged(text, "a.json"):
        assert (one.line, one.column) in {document.place(one.path), document.place(one.path, key=True)}


# Secrets

MARK = "Zq7hunter2"
NUMBER = 918273645546
VALUES: list[Any] = [
    MARK,
    NUMBER,
    NUMBER + 0.5,
    [MARK],
    {"value": [MARK]},
    {"value": {"a": MARK}},
    {"value": MARK, "valueFrom": MARK},
    {"value": MARK, "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
    {"value": MARK, "unknown": MARK},
    {"valueFrom": {"unknown": MARK}},
    {"valueFrom": [MARK]},
    {"vlaue": MARK},
    {"name": "B", "value": MARK},
    f"{MARK}\n\x00{MARK}",
    f"{MARK}{HALF}",
    f"$({MARK})",
]


def environments(value: Any) -> Iterator[Any]:
    """Write a variable's value in every right and wrong way."""
    yield from ({"A": value}, {"A B": value, "": value}, value, [value], [[value]])
    yield from ([{"name": "A", key: value}] for key in ("value", "vlaue", "Value", "valueFrom"))
    yield from ([{"name": "A", "value": value}] * 2, [{"value": value}], [{"name": 7, "value": value}], [{"Name": "A", "value": value}])


def around(container: dict[str, Any]) -> Iterator[Any]:
    """Put a container into specs and manifests, right and wrong."""
    whole = {"name": "a", "image": "b:1", **container}
    yield {"kind": "Pod", "name": "a", "containers": [whole]}
    yield {"kind": "Pod", "name": "a", "containers": whole}
    yield {"kind": "pod", "name": "a", "containers": [whole]}
    yield {"name": "a", "containers": [whole]}
    yield {"kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [whole]}}
    yield {"kind": "Job", "name": "a", "pod": {"containers": [{"name": "b", "image": "b:1"}], "initContainers": [whole]}}
    yield {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [whole], "initContainers": whole}}
    for overlay in ({"spec": {"containers": [whole]}}, [{"spec": {"containers": whole}}], {"spec": {"containers": [container]}}, whole):
        yield {**pod(), "overlay": overlay}


def secrets(value: Any) -> Iterator[Any]:
    """Write the data of a Secret in every right and wrong way."""
    for data, key in itertools.product(
        ({"a": value}, value, [value], {"a b": value}, {"tls.key": value, ".dockerconfigjson": value, "ssh-privatekey": value}),
        ("data", "stringData", "stringdata", "binaryData", "Data", "spec"),
    ):
        yield {"kind": "Secret", "name": "a", key: data}
        yield {"kind": "secret", "name": "a", key: data}
        yield {"kind": "Secret", "metadata": {"name": "a"}, key: data}
        yield {"kind": "Secret", "name": "a", "overlay": {key: data}}
        yield {"apiVersion": "v2", "kind": "Secret", "metadata": {"name": "a"}, key: data}
        yield {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", key: data}}
        for type_ in ("Opaque", "kubernetes.io/tls", "kubernetes.io/dockerconfigjson", "kubernetes.io/ssh-auth"):
            yield {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "type": type_, key: data}


def said(found: tuple[Diagnostic, ...]) -> str:
    """Give every word of the diagnostics, and the values that other programs may put into other words."""
    return "\n".join(f"{one}\n{json.dumps(one.as_json())}\n{dict(one.values)}" for one in found)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_diagnostic_tells_the_value_of_a_variable(value: Any) -> None:
    for environment, key in itertools.product(environments(value), ("env", "Env", "environment", "envFrom")):
        for spec in around({key: environment}):
            words = said(check(spec))
            assert MARK not in words
            assert str(NUMBER) not in words


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_no_diagnostic_tells_the_data_of_a_secret(value: Any) -> None:
    for spec in secrets(value):
        words = said(check(spec))
        assert MARK not in words
        assert str(NUMBER) not in words


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a.json", json.dumps({"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "b:1", "env": {"A": MARK, "B": MARK}}]})),
        ("a.json", json.dumps({"kind": "Secret", "name": "a", "stringData": {"a": MARK}, "data": {"b": MARK}})),
        (
            "a.yaml",
            f"kind: Pod\nname: a\ncontainers:\n- name: a\n  image: b:1\n  env:\n    A: {MARK}\n    B: '{MARK}'\n    C: \"{MARK}\"\n",
        ),
        ("a.yaml", f"kind: Secret\nname: a\nstringData:\n  a: {MARK}\n  b: |\n    {MARK}\n"),
    ],
)
@pytest.mark.parametrize("character", [*"\"'}],:\t\0#%@`|>!&*", "\n", "- ", "{{", "\\q"])
def test_no_slip_of_the_pen_tells_a_secret(source: str, text: str, character: str) -> None:
    for at in sorted({place for found in re.finditer(r"\W", text) for place in (found.start(), found.end())}):
        for slip in (text[:at] + character + text[at:], text[:at] + character + text[at + 1 :], text[:at]):
            found = [one for one in judged(slip, source) if not _is_key(slip)]
            assert MARK not in said(tuple(found)), slip


def _is_key(text: str) -> bool:
    """Say whether a slip has made the value a key, or the name of an anchor: of these a reader must be told."""
    return re.search(rf"{MARK}['\"]?\s*:|[{{,]\s*['\"]?{MARK}", text) is not None


def test_a_repeated_key_tells_no_value() -> None:
    for source, text in (
        ("a.json", f'{{"kind": "Secret", "name": "a", "stringData": {{"a": "{MARK}", "a": "{MARK}"}}, "stringData": {{"a": "{MARK}"}}}}'),
        ("a.yaml", f"kind: Secret\nname: a\nstringData:\n  a: {MARK}\n  a: {MARK}\n"),
    ):
        found = judged(text, source)
        assert {one.code for one in found} == {"KQ0007"}
        assert MARK not in said(found)
