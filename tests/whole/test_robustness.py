"""Nothing that Python can pass raises anything but a ``ManifestError``, and that only where it is promised."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import enum
import json
import pathlib
import types
from collections.abc import Callable
from typing import Any

import pytest
from examples import examples
from folders import TESTS
from hostile import (
    VALUES,
    Changing,
    Colour,
    EndlessList,
    Number,
    OddDict,
    OddList,
    OddMapping,
    OddText,
    Word,
    documents,
    every_call,
    places,
    put,
    shared,
    site,
    tampered,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kqmanifest import (
    Container,
    Document,
    Env,
    Job,
    Manifest,
    ManifestError,
    Mount,
    Nfs,
    Pod,
    RawSource,
    Site,
    build,
    check,
    inspect,
    load,
    render,
    to_spec,
)
from kqmanifest.diagram import mermaid, svg
from kqmanifest.difference import changes
from kqmanifest.inventory import as_json
from kqmanifest.rules import RULES, Rule
from kqmanifest.site.reading import read_site

EVERY = range(len(VALUES))
NAMESPACE = {"kind": "Namespace", "name": "a"}


def told(value: Any, **how: Any) -> list[tuple[str, str]]:
    return [(one.code, str(one.path)) for one in check(value, **how) if one.severity == "error"]


def pod(**container: Any) -> dict[str, Any]:
    return {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "busybox:1.36", **container}]}


def manifest(**container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "a", "image": "busybox:1.36", **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}


# Anything anywhere


@pytest.mark.parametrize("number", EVERY)
def test_anything_in_place_of_a_spec(number: int) -> None:
    every_call(VALUES[number]())
    every_call([VALUES[number](), NAMESPACE])


@settings(max_examples=250)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 5), st.sampled_from(EVERY))
def test_anything_at_any_place_of_a_spec_or_manifest(which: int, where: int, how: int, number: int) -> None:
    document = documents()[which % len(documents())]
    spots = list(places(document))
    every_call(put(document, spots[where % len(spots)], how, VALUES[number]()))


@settings(max_examples=150)
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(0, 100), st.sampled_from(EVERY))
def test_anything_in_any_field_of_a_model(which: int, within: int, field: int, number: int) -> None:
    specs = [one for one in documents() if "apiVersion" not in one]
    every_call(tampered(specs[which % len(specs)], within, field, VALUES[number]()))


@pytest.mark.parametrize("option", ["kubernetes", "ignore", "keeps", "presets", "platform", "site", "pod_security"])
def test_anything_in_place_of_an_option(option: str) -> None:
    for make in VALUES:
        check(NAMESPACE, **{option: make()})
        with_it: dict[str, Any] = {option: make()}
        with contextlib.suppress(ManifestError):
            build(NAMESPACE, **with_it)


TEXTS: dict[str, Callable[[Any], Any]] = {
    "to_spec": to_spec,
    "load": load,
    "load's source": lambda value: load("a: 1", source=value),
    "load's format": lambda value: load("a: 1", format=value),
    "render's format": lambda value: render(NAMESPACE, format=value),
    "read_site": read_site,
    "read_site's source": lambda value: read_site("{}", source=value),
}


@pytest.mark.parametrize("name", TEXTS)
def test_anything_in_place_of_a_text_or_a_format(name: str) -> None:
    for make in VALUES:
        with contextlib.suppress(ManifestError):
            TEXTS[name](make())


CLOSED = read_site(json.dumps({"defaults": {"namespace": "a"}, "allow": {"kinds": ["Job", "Pod"]}, "platform": {"tenant": "a"}}))


@settings(max_examples=60)
@given(st.integers(0, 100), st.integers(0, 10), st.sampled_from(EVERY))
def test_anything_in_any_field_of_a_site_or_platform(field: int, within: int, number: int) -> None:
    value = VALUES[number]()
    known: Any = copy.deepcopy(CLOSED)  # what was asked of a site once is remembered, by what it was then
    parts = [known, known.defaults, known.allow, known.platform]
    part: Any = parts[within % len(parts)]
    names = [one.name for one in dataclasses.fields(part)]
    object.__setattr__(part, names[field % len(names)], value)
    check(pod(), site=known)
    check(pod(), platform=known.platform)


@pytest.mark.parametrize("passing", [KeyboardInterrupt, SystemExit, MemoryError])
def test_what_stops_a_program_stops_it(passing: type[BaseException]) -> None:
    class Stopping(OddMapping):
        def items(self) -> Any:
            raise passing

    with pytest.raises(passing):
        check(Stopping({}))


# What it is taken for


class Level(enum.StrEnum):
    """A policy that pulls images."""

    ALWAYS = "Always"


@pytest.mark.parametrize("make", [pod, manifest])
def test_a_member_of_an_enum_is_the_text_or_number_that_it_is(make: Callable[..., Any]) -> None:
    (made,) = build(make(imagePullPolicy=Level.ALWAYS, ports=[{"containerPort": Number.WEB}]), ignore=["KQ4"]).objects
    (container,) = made["spec"]["containers"]
    assert (type(container["imagePullPolicy"]), type(container["ports"][0]["containerPort"])) == (str, int)
    assert (container["imagePullPolicy"], container["ports"][0]["containerPort"]) == ("Always", 80)


def test_a_number_in_place_of_a_name_is_told_where_it_stands() -> None:
    assert told(manifest(name=Number.WEB)) == [("KQ9002", "/spec/containers/0/name")]
    assert told(pod(name=Number.WEB)) == [("KQ1001", "/containers/0/name")]
    assert told(pod(name=Colour.RED)) == [("KQ1009", "/containers/0/name")]


@pytest.mark.parametrize(
    "spec",
    [
        OddDict(pod()),
        OddMapping(pod(), "__getitem__"),
        OddMapping(pod(), "keys"),
        types.MappingProxyType(pod()),
        pod() | {"containers": OddList(pod()["containers"])},
        pod() | {"containers": EndlessList(pod()["containers"])},
        pod(name=OddText("a")),
        pod() | {"name": Word.MAIN},
    ],
)
def test_what_holds_a_spec_is_taken_as_what_it_holds(spec: Any) -> None:
    if isinstance(spec, OddMapping) and spec.refused == "__getitem__":
        assert told(spec) == [("KQ1007", "")]
    else:
        assert told(spec) == []


@pytest.mark.parametrize("refused", ["__len__", "__iter__", "later", "endless", "more", "less", "no items", "no pairs", "items"])
def test_a_mapping_that_cannot_be_read_is_told_where_it_stands(refused: str) -> None:
    assert told(pod(env=OddMapping({"A": "b"}, refused))) == [("KQ1009", "/containers/0/env")]
    assert told(manifest(env=OddMapping({"A": "b"}, refused))) == [("KQ1009", "/spec/containers/0/env")]


def test_a_mapping_is_read_once() -> None:
    changing = Changing(pod())
    check(changing)
    assert changing.reads <= 3  # how many items it has, which they are, and no more


def test_what_holds_itself_or_far_too_much_is_told() -> None:
    itself: dict[str, Any] = {}
    itself["a"] = itself
    assert told(pod() | {"affinity": itself}) == [("KQ0006", "")]
    assert told([NAMESPACE, pod() | {"affinity": shared(12)}]) == [("KQ0070", "/1")]


def test_what_is_forced_into_a_model_is_told_where_its_spec_has_it() -> None:
    forced = Container(name="a", image="b:1")
    object.__setattr__(forced, "image", 5)
    object.__setattr__(forced, "mounts", (Mount("/a", Nfs(server="s", path="/a")), 5))
    assert told(Pod(name="a", containers=[forced])) == [("KQ1001", "/containers/0/image"), ("KQ1001", "/containers/0/mounts/1")]
    assert told(object.__new__(Pod)) == [("KQ1003", "")]
    assert told(object.__new__(Document)) == [("KQ1007", "")]
    assert told(object.__new__(Manifest)) == [("KQ1007", "")]
    site_ = Site()
    object.__setattr__(site_, "defaults", 5)
    assert told(NAMESPACE, site=site_) == [("KQ1001", "/defaults")]


def test_a_model_may_stand_in_a_mapping() -> None:
    mounts = [
        {"mountPath": "/a", "nfs": Nfs(server="s", path="/a")},
        Mount("/b", Nfs(server="s", path="/b")),
        {"mountPath": "/c", "volume": "runs"},
    ]
    mixed = pod(mounts=mounts, env=[Env("A", "b")]) | {"volumes": {"runs": Nfs(server="s", path="/c")}}
    plain_mounts = [{"mountPath": f"/{one}", "nfs": {"server": "s", "path": f"/{one}"}} for one in "ab"]
    plain_volumes = {"volumes": {"runs": {"nfs": {"server": "s", "path": "/c"}}}}
    plain = pod(mounts=[*plain_mounts, mounts[2]], env=[{"name": "A", "value": "b"}]) | plain_volumes
    assert build(mixed).objects == build(plain).objects
    job = {"kind": "Job", "name": "a", "pod": Pod(containers=[Container(name="a", image="b:1")])}
    assert build(job).objects == build(Job(name="a", pod=Pod(containers=[Container(name="a", image="b:1")]))).objects
    assert to_spec(RawSource(source="iscsi", value={"lun": 0})) == {"iscsi": {"lun": 0}}


# Names that nobody has judged yet


@pytest.mark.parametrize("given_", [5, "a", {"a": 1}, [5], [{"env": 5}], [{"name": "a", "env": [{"name": []}, {"name": {}}, 5]}]])
def test_what_a_spec_writes_as_kubernetes_does_meets_a_sites_defaults(given_: Any) -> None:
    found = told(pod() | {"ephemeralContainers": given_}, site=site())
    assert found
    assert all(code.startswith("KQ9") and path.startswith("/ephemeralContainers") for code, path in found)


@pytest.mark.parametrize("ignored", [5, None, [], "KQ3014", {1}])
def test_what_is_no_object_of_codes_ignores_nothing(ignored: Any) -> None:
    twins = [{**NAMESPACE, "ignore": ignored}, {**NAMESPACE, "ignore": ignored}]
    found = told(twins)
    assert ("KQ1009" if ignored == {1} else "KQ1001", "/0/ignore") in found
    assert "KQ3060" in {code for code, _ in found}


# What is shown of what is at fault


def shown(value: Any) -> tuple[dict[str, Any], ...]:
    """Take the inventory of a value, and show it in every way."""
    seen = inspect(value)
    json.dumps([as_json(one) for one in seen.pods])
    svg(seen.pods).encode()
    mermaid(seen.pods).encode()
    assert changes(seen.objects, seen.objects) == ()
    return seen.objects


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_breaks_a_rule_is_shown(rule: Rule) -> None:
    right, wrong = (shown(examples(rule)[name]) for name in ("Right", "Wrong"))
    changes(right, wrong)
    changes(wrong, right)


GOLDEN = sorted((TESTS / "golden" / "bad").glob("*.*"))


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.name)
def test_what_is_bad_is_shown(file: pathlib.Path) -> None:
    try:
        documents_ = load(file.read_bytes(), source=file.name)
    except ManifestError:
        return
    shown(documents_)


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    "",
    "a",
    "/",
    "..",
    "a" * 70,
    [],
    {},
    [None],
    [{}],
    {"": None},
    {"name": ""},
    [{"name": ""}],
    [{"name": None}],
]


@settings(max_examples=400)
@given(st.integers(0, 10_000), st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from(ODD)), min_size=1, max_size=3))
def test_what_is_changed_anywhere_is_shown(which: int, changed: list[tuple[int, Any]]) -> None:
    document = documents()[which % len(documents())]
    before = document
    for where, value in changed:
        spots = list(places(document))
        document = put(document, spots[where % len(spots)], 0, value)
    changes(shown([before]), shown([document]))


def test_an_empty_mount_path_is_drawn() -> None:
    spec = pod(mounts=[{"mountPath": "", "volume": "run"}, {"mountPath": "/", "emptyDir": {}}, {"mountPath": "/a", "emptyDir": {}}])
    seen = inspect(spec)
    assert [one.code for one in seen.diagnostics if one.severity == "error"] == ["KQ2006", "KQ2004", "KQ3007"]
    assert svg(seen.pods).count(">/a<") == 1
