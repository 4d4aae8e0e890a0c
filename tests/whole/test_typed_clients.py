"""What is built from a spec is what two typed clients take, and comes out of their models as it went in.

The official client (``kubernetes``) and ``lightkube`` have a model of each kind, made from the API's own description; what has
another type than the API says they refuse before anything is sent: a number where a quantity belongs, to the official one (lightkube
does not look into maps). No kind is left out here; a custom resource would have to be, since neither has a model of it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from filled import filled
from folders import TOP
from hypothesis import given, settings
from hypothesis import strategies as st
from kubernetes.client import ApiClient, models
from lightkube.codecs import from_dict
from strategies import MODELS, QUANTITIES, SIZES, specs
from whole.test_docs import PAGES, blocks

from kqmanifest import Document, build, load
from kqmanifest.languages import LANGUAGES
from kqmanifest.languages.starters import STARTERS, starter
from kqmanifest.model.workloads import KINDS
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.schema.quantity_fields import rewrite_quantities
from kqmanifest.vocabulary.quantities import as_text

CLIENT: Any = ApiClient()
"""It is never asked to send anything."""
Json = dict[str, Any]
"""An object, or a specification of one."""


def official(tree: Json) -> Any:
    """Put an object through the official client's model of its kind, as it would send it."""
    version = str(tree["apiVersion"]).rpartition("/")[2]
    model = getattr(models, f"{version[0].upper()}{version[1:]}{tree['kind']}")
    return CLIENT.sanitize_for_serialization(model.from_dict(tree))


def lightkube(tree: Json) -> Any:
    """Put an object through lightkube's model of its kind."""
    taken: Any = from_dict(tree)
    sent: Json = taken.to_dict()
    # It writes the apiVersion and kind of claims within a StatefulSet, which always are what it writes: they may be left out.
    for ours, theirs in zip(_claims(tree), _claims(sent), strict=True):
        for key, value in (("apiVersion", "v1"), ("kind", "PersistentVolumeClaim")):
            if key not in ours and theirs[key] == value:
                del theirs[key]
    return sent


def _claims(tree: Json) -> list[Json]:
    return tree["spec"].get("volumeClaimTemplates", []) if tree["kind"] == "StatefulSet" else []


def golden() -> Iterator[Any]:
    """Give the golden manifests: all of them are built from specs."""
    for folder in ("examples", "presets"):
        for path in sorted((TOP / "tests" / "golden" / folder).iterdir()):
            yield from load(path.read_bytes())


def shown() -> Iterator[Any]:
    """Give what the pages show as printed: manifests, among other things."""
    for page in PAGES.values():
        for block in blocks(page):
            if block.mark == "output" and block.language in {"yaml", "json"} and "apiVersion" in block.text:
                yield from load(block.text)


def examples() -> Iterator[Any]:
    """Give what is built of an example of each kind, and of each starter."""
    texts = [path.read_bytes() for path in sorted((TOP / "docs" / "kinds").iterdir())]
    texts += [starter(name, language).encode() for name in STARTERS for language in LANGUAGES]
    for text in texts:
        yield from build(load(text), ignore=("KQ4",)).objects


@functools.cache
def distinct() -> list[Json]:
    """List all of these objects, each once."""
    trees: list[Any] = [one.value if isinstance(one, Document) else one for part in (golden, shown, examples) for one in part()]
    found: list[Json] = []
    for tree in trees:
        found += [one for one in (tree["items"] if tree["kind"] == "List" else [tree]) if one not in found]
    return found


def test_all_that_tests_and_pages_show() -> None:
    assert len(distinct()) > 100
    for tree in distinct():
        assert official(tree) == tree
        assert lightkube(tree) == tree


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_that_a_spec_s_object_may_have(kind: str) -> None:
    """The published types are those of the clients: what has the one has the other, whichever field a spec or overlay sets."""
    newest = published(KNOWN[-1])
    tree = filled(newest, f"{newest.api_version_of(kind)}/{kind}")
    rewrite_quantities(tree, newest, as_text)
    assert official(tree)
    assert lightkube(tree)


ROADS: dict[str, st.SearchStrategy[Json]] = {
    "its own words": st.builds(lambda amount: {"containers": [{"cpu": amount, "limits": {"a/b": 1}, "gpus": 1}]}, QUANTITIES),
    "resources": st.builds(lambda amount: {"containers": [{"resources": {"limits": {"cpu": amount, "a/b": 1}}}]}, QUANTITIES),
    "of the pod": st.builds(lambda amount: {"runtimeClassName": "kata", "overhead": {"cpu": amount}}, QUANTITIES),
    "a divisor": st.sampled_from([1, "1", 1.0]).map(
        lambda one: {"containers": [{"env": {"A": {"valueFrom": {"resourceFieldRef": {"resource": "limits.cpu", "divisor": one}}}}}]}
    ),
    "a volume": st.builds(lambda size: {"containers": [{"sharedMemory": size, "mounts": [_mount(size)]}]}, SIZES),
    "an overlay": st.builds(
        lambda amount, size: {
            "overlay": [
                {"spec": {"containers": [{"name": "main", "resources": {"limits": {"cpu": amount}, "requests": {"memory": size}}}]}},
                {"spec": {"volumes": [{"name": "more", "emptyDir": {"sizeLimit": size}}]}},
            ]
        },
        QUANTITIES,
        SIZES,
    ),
}
"""The ways by which a quantity gets into a pod, each with quantities as text and as numbers."""


def _mount(size: Any) -> Json:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return {"mountPath": "/scratch", "ephemeral": {"volumeClaimTemplate": {"spec": claim}}}


@pytest.mark.parametrize("road", ROADS)
@settings(max_examples=15)
@given(data=st.data())
def test_by_every_road(road: str, data: st.DataObject) -> None:
    fields = data.draw(ROADS[road])
    (first, *_) = fields.pop("containers", [{}])
    spec = {"kind": "Pod", "name": "a", "containers": [{"name": "main", "image": "example.com/training:1", **first}], **fields}
    for tree in build(spec, ignore=("KQ3", "KQ4")).objects:
        assert official(tree) == tree
        assert lightkube(tree) == tree


@settings(max_examples=40)
@given(specs())
def test_whatever_a_spec_says(spec: Json) -> None:
    for tree in build(spec, ignore=("KQ3", "KQ4")).objects:
        assert official(tree) == tree
        assert lightkube(tree) == tree


@settings(max_examples=20)
@given(MODELS)
def test_whatever_a_model_says(model: Any) -> None:
    for tree in build(model, ignore=("KQ3", "KQ4")).objects:
        assert official(tree) == tree
        assert lightkube(tree) == tree
