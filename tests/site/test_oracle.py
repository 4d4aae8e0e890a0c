"""The witness itself: it holds every known attack against whoever tries it, and nothing against what sites are for."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from boundary.oracle import JUDGES, KINDS, objections
from boundary.sites import EXAMPLES, of_the_documentation, of_the_platform
from boundary.whitelist import HARMLESS
from folders import TESTS
from test_attacks import ATTACKS, site_of, spec_of

from kqmanifest import build, check
from kqmanifest.site import read_site

SEEN_BY_OTHERS = {
    "manifests, where only specs are taken": "what comes out does not tell how it was written",
    "a harmless field that nobody named": "it is harmless",
    "pod security that a document ignores": "the standards have a witness of their own: Kubernetes' fixtures",
}
"""Attacks that do not show in what comes out, or are none of the witness's."""


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.get("alone", True)], ids=lambda one: one["name"])
def test_it_holds_every_attack_against_whoever_tries_it(attack: dict[str, Any]) -> None:
    version = attack.get("kubernetes", "1.36")
    ignore = {one.code for one in check(spec_of(attack), kubernetes=version) if one.code.startswith("KQ3")}
    manifest = build(spec_of(attack), kubernetes=version, ignore=ignore)
    assert bool(objections(site_of(attack), manifest.objects)) == (attack["name"] not in SEEN_BY_OTHERS)


def test_it_holds_nothing_against_what_the_documentation_shows() -> None:
    site = of_the_documentation()["site"]
    spec = json.loads((EXAMPLES / "site" / "training.json").read_text("utf-8"))
    manifest = build(spec, site=read_site(json.dumps(site)))
    assert objections(site, manifest.objects) == []


JOBS = [path for path in sorted((EXAMPLES / "presets").glob("*.json")) if path.stem not in ("platform", "tenant")]
"""A platform and its tenants are an operator's to make."""


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.stem)
def test_it_holds_nothing_against_a_platform_s_jobs(path: pathlib.Path) -> None:
    site = of_the_platform()
    manifest = build(json.loads(path.read_text("utf-8")), site=read_site(json.dumps(site)))
    assert manifest.objects
    assert objections(site, manifest.objects) == []


def test_without_allow_it_holds_nothing_against_anybody() -> None:
    assert objections({}, [{"apiVersion": "v1", "kind": "Pod", "spec": {"hostNetwork": True}}]) == []


def test_its_list_names_judges_and_types_that_there_are() -> None:
    entries = [entry for fields in HARMLESS.values() for entry in fields.values()]
    assert {entry.judge for entry in entries if entry.judge} <= JUDGES.keys()
    assert {entry.inner for entry in entries if entry.inner} <= HARMLESS.keys()
    assert KINDS.keys() <= HARMLESS.keys()


def test_it_asks_nothing_of_the_package() -> None:
    """A witness that looked at the table would see what the table sees."""
    for module in ("oracle", "judges", "confinement", "sources", "scene", "site", "places", "devices", "whitelist"):
        text = (TESTS / "site" / "boundary" / f"{module}.py").read_text("utf-8")
        assert "kqmanifest" not in text
