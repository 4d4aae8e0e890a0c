"""The table of fields knows every field that an admitted kind can reach, and what it does not know is closed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from kqmanifest.diagnostics import ManifestError
from kqmanifest.model.site import Allow, Site
from kqmanifest.schema.published import KNOWN, Published, published, target
from kqmanifest.schema.walk import Shapes
from kqmanifest.site import read_site
from kqmanifest.site.fields import EMPTY, FIELD, NAMED, OPEN, OTHER, closed, table
from kqmanifest.site.references import lines
from kqmanifest.site.rules import judges_of

OPENED = read_site("{defaults: {namespace: sandbox}, allow: {kinds: [Pod]}}")
KEYS = {field.alias or to_camel(name) for name, field in Allow.__pydantic_fields__.items()}  # type: ignore[attr-defined]  # pydantic's


def targets(schema: Mapping[str, Any]) -> Iterator[str]:
    name = target(schema)
    if name is not None:
        yield name
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from targets(schema[key])


def reached(version: Published) -> set[tuple[str, str]]:
    """Return every field that an object of the table's kinds can have, but for what stands below what only servers write."""
    found: set[tuple[str, str]] = set()
    todo = [type_name for name, type_name in version.kinds.items() if name.rpartition("/")[2] in table().kinds]
    seen: set[str] = set()
    while todo:
        type_name = todo.pop()
        if type_name in seen:
            continue
        seen.add(type_name)
        short = type_name.rpartition(".")[2]
        for field, schema in version.fields(type_name).items():
            found.add((short, field))
            if table().types.get(short, {}).get(field) != EMPTY and field != "managedFields":
                todo += targets(schema)
    return found


@pytest.mark.parametrize("version", KNOWN)
def test_every_field_that_can_be_reached_is_classified(version: str) -> None:
    unknown = sorted(f"{name}.{field}" for name, field in reached(published(version)) if field not in table().types.get(name, {}))
    assert unknown == [], "a new field: does it stay within the pod? classify it in site/fields.toml"


def test_no_line_is_left_of_what_nothing_has() -> None:
    everywhere = set().union(*(reached(published(version)) for version in KNOWN))
    assert {(name, field) for name, fields in table().types.items() for field in fields} == everywhere


def test_every_class_is_a_key_of_allow_or_one_of_four_words() -> None:
    words = {word for fields in table().types.values() for word in fields.values()}
    assert words - {OPEN, EMPTY} <= KEYS


def test_what_a_key_opens_is_judged_by_it() -> None:
    words = {word for fields in table().types.values() for word in fields.values()} - {OPEN, OTHER, NAMED, EMPTY}
    keyed = {line for word in words for line in table().lines(word)}
    assert OPENED.allow is not None
    judged = {line for judge in judges_of(OPENED, OPENED.allow, published(KNOWN[-1])) for line in judge.lines} | set(lines())
    assert keyed == judged


def test_harmless_values_are_of_fields_that_are_closed_otherwise() -> None:
    for line in table().harmless:
        name, _, field = line.partition(".")
        assert table().types[name][field] not in (OPEN, EMPTY), line


def test_a_field_that_nobody_classified_is_closed() -> None:
    newest = published(KNOWN[-1])
    fields = {**newest.fields("core.v1.PodSpec"), "runAsNode": {"type": "boolean"}}
    pod_spec = {**newest.definitions["core.v1.PodSpec"], "properties": fields}
    later = dataclasses.replace(newest, definitions={**newest.definitions, "core.v1.PodSpec": pod_spec})
    named = Allow(fields=["PodSpec.runAsNode"])
    given = {"containers": [{"name": "a"}], "runAsNode": True}
    for allow, expected in ((Allow(), ["runAsNode"]), (named, [])):
        found = Shapes(later, closed(allow, later, {"PodSpec.containers"})).walk("core.v1.PodSpec", given)[1]
        assert [one.spot.values["field"] for one in found if one.rule.fault is FIELD] == expected


@pytest.mark.parametrize("site", [{"allow": {"tokens": [""]}}, {"defaults": {"labels": {"a": ""}}}, {"allow": {"labels": {"a": [""]}}}])
def test_what_may_be_empty_is_no_hole(site: Any) -> None:
    assert read_site(json.dumps(site)) != Site()


@pytest.mark.parametrize(
    ("site", "code", "path"),
    [
        ({"allow": None}, "KQ1208", "/allow"),
        ({"allow": {"gpus": None}}, "KQ1208", "/allow/gpus"),
        ({"allow": {"images": [None]}}, "KQ1208", "/allow/images/0"),
        ({"defaults": None}, "KQ1208", "/defaults"),
        ({"allow": {}}, "KQ1209", "/allow"),
        ({"defaults": {"queue": ""}}, "KQ1218", "/defaults/queue"),
        ({"defaults": {"namespace": ""}, "allow": {"kinds": ["Pod"]}}, "KQ1218", "/defaults/namespace"),
        ({"allow": {"namespaces": [""]}}, "KQ1218", "/allow/namespaces/0"),
        ({"allow": {"serviceAccounts": [""]}}, "KQ1218", "/allow/serviceAccounts/0"),
        ({"allow": {"tolerations": [""]}}, "KQ1218", "/allow/tolerations/0"),
        ({"allow": {"nfs": [{"server": "", "path": "/"}]}}, "KQ1218", "/allow/nfs/0/server"),
        ({"allow": {"nfs": [{"server": "a"}]}}, "KQ1003", "/allow/nfs/0"),
        ({"allow": {"claims": [""]}}, "KQ1218", "/allow/claims/0"),
        ({"allow": {"labels": {"": ["a"]}}}, "KQ1218", "/allow/labels/"),
        ({"gpuClasses": {"a": {"resource": ""}}}, "KQ1218", "/gpuClasses/a/resource"),
        ({"allow": {"volumes": ["secret"]}}, "KQ1213", "/allow/volumes/0"),
        ({"allow": {"volumes": ["nfs"]}}, "KQ1213", "/allow/volumes/0"),
        ({"allow": {"kinds": ["kubeflow.org/PyTorchJob"]}}, "KQ1214", "/allow/kinds/0"),
        ({"allow": {"kinds": ["ClusterRole"]}}, "KQ1214", "/allow/kinds/0"),
        ({"allow": {"hostNamespaces": ["hostnetwork"]}}, "KQ1215", "/allow/hostNamespaces/0"),
        ({"allow": {"services": ["Nodeport"]}}, "KQ1215", "/allow/services/0"),
        ({"allow": {"other": ["nodeName"]}}, "KQ1216", "/allow/other/0"),
        ({"allow": {"other": ["livenessprobe"]}}, "KQ1216", "/allow/other/0"),
        ({"allow": {"fields": ["PodSpec.hostNetwork"]}}, "KQ1213", "/allow/fields/0"),
        ({"allow": {"fields": ["PodSpec.nodename"]}}, "KQ1217", "/allow/fields/0"),
        ({"allow": {"fields": ["Container.name"]}}, "KQ1213", "/allow/fields/0"),
    ],
)
def test_a_site_with_a_hole_is_refused(site: Any, code: str, path: str) -> None:
    with pytest.raises(ManifestError) as told:
        read_site(json.dumps(site))
    assert [(one.code, str(one.path)) for one in told.value.diagnostics] == [(code, path)]
