"""Laws: what holds for every spec, whatever it says."""

from __future__ import annotations

import copy
import json
from typing import Any

import yaml
from folders import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st
from strategies import ENV_MODELS, GPU_MODELS, PORT_MODELS, changed, container_models, mount_models, pod_models, specs

from kqmanifest import Container, ManifestError, Pod, build, check, load, render, to_spec
from kqmanifest.compiler.judgement import shapes
from kqmanifest.diagnostics import Pointer
from kqmanifest.schema.faults import faults, is_valid
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.vocabulary.objects import pods_of
from kqmanifest.vocabulary.pods import containers

ADDITIONS = st.lists(st.one_of(mount_models().map(lambda mounts: mounts[:1]), ENV_MODELS, GPU_MODELS, PORT_MODELS), max_size=4)
GROWN = ("mounts", "env", "gpus", "ports")


def objects(spec: Any) -> list[dict[str, Any]]:
    """Build a spec; one that is at fault has no objects, and nothing to hold of them."""
    try:
        return list(build(spec).objects)
    except ManifestError:
        return []


@given(container_models(), ADDITIONS)
def test_adding_never_loses(container: Container, additions: list[Any]) -> None:
    grown = container.adding(*additions)
    for field in GROWN:
        before, after = getattr(container, field), getattr(grown, field)
        assert after[: len(before)] == before
    flat = [one for addition in additions for one in (addition if isinstance(addition, list) else [addition])]
    assert sum(len(getattr(grown, field)) - len(getattr(container, field)) for field in GROWN) == len(flat)


@given(container_models(), ADDITIONS, ADDITIONS)
def test_adding_is_concatenation(container: Container, some: list[Any], more: list[Any]) -> None:
    assert container.adding(*some).adding(*more) == container.adding(*some, *more) == container.adding([*some, *more])


@given(container_models())
def test_adding_nothing_changes_nothing(container: Container) -> None:
    assert container.adding() == container


@given(pod_models())
def test_a_value_and_its_spec_form_are_one(pod: Pod) -> None:
    assert objects(pod) == objects(to_spec(pod))
    assert [(one.code, one.path) for one in check(pod)] == [(one.code, one.path) for one in check(to_spec(pod))]


@given(specs())
def test_every_mount_has_its_volume_and_every_volume_a_mount(spec: dict[str, Any]) -> None:
    for thing in objects(spec):
        for pod in pods_of(thing) if thing["kind"] != "StatefulSet" else ():  # its claim templates are volumes too
            declared = [volume["name"] for volume in pod.spec.get("volumes", ())]
            used = {use["name"] for _, one in containers(pod.spec) for use in (*one.get("volumeMounts", ()), *one.get("volumeDevices", ()))}
            assert len(set(declared)) == len(declared)
            assert used <= set(declared)
            assert set(declared) - used <= _named(spec), "only a volume that the user named may be mounted nowhere"


def _named(spec: Any) -> set[str]:
    pod = spec.get("pod") or (spec.get("job") or {}).get("pod") or spec
    return set(pod.get("volumes", ()))


@given(specs(), st.sampled_from(KNOWN))
def test_what_renders_has_the_shape_of_its_version(spec: dict[str, Any], version: str) -> None:
    try:
        rendered = build(spec, kubernetes=version).objects
    except ManifestError:
        return
    for thing in rendered:
        type_name = published(version).type_of(thing["apiVersion"], thing["kind"])
        assert type_name is not None
        assert is_valid(published(version), type_name, thing)


@given(specs())
def test_a_right_spec_renders(spec: dict[str, Any]) -> None:
    assert not [one for one in check(spec) if one.severity == "error"]


@given(specs())
def test_a_manifest_is_as_right_as_its_spec(spec: dict[str, Any]) -> None:
    rendered = objects(spec)
    if rendered:
        again = build(rendered)
        assert list(again.objects) == rendered
        assert list(yaml.safe_load_all(render(spec))) == rendered


@given(specs())
def test_rendering_changes_nothing_it_was_given(spec: dict[str, Any]) -> None:
    before = copy.deepcopy(spec)
    once = objects(spec)
    assert spec == before
    assert json.dumps(once) == json.dumps(objects(spec))


@given(changed(specs()))
def test_every_place_can_be_followed(spec: Any) -> None:
    for one in check(spec):
        one.path.follow(spec)


@given(specs())
def test_the_source_map_leads_into_the_spec(spec: dict[str, Any]) -> None:
    try:
        places = build(spec).source_map
    except ManifestError:
        return
    for place in places.values():
        place.follow(spec)


@given(changed(specs().map(lambda spec: objects(spec)[0] if objects(spec) else {"apiVersion": "v1", "kind": "Pod"})))
def test_walk_and_jsonschema_agree(manifest: Any) -> None:
    version = published("1.36")
    if not isinstance(manifest, dict):
        return
    type_name = version.type_of(manifest.get("apiVersion"), manifest.get("kind"))
    if type_name is None:
        return
    right, _ = shapes(version).walk(type_name, manifest)
    assert right == is_valid(version, type_name, manifest)
    assert right == (not list(faults(version, type_name, manifest)))


def test_same_spec_same_bytes(in_processes: list[dict[str, str]]) -> None:
    assert {one["rendered"] for one in in_processes} == {"".join(render(load(example.read_bytes())) for example in EXAMPLES)}


@given(st.lists(st.text() | st.integers(0, 100), max_size=4))
def test_a_pointer_leads_where_its_steps_lead(steps: list[Any]) -> None:
    document: Any = "here"
    for step in reversed(steps):
        document = {step: document} if isinstance(step, str) else [*[None] * step, document]
    pointer = Pointer.of(steps)
    assert pointer.follow(document) == "here"
    assert list(pointer.steps(document)) == steps
