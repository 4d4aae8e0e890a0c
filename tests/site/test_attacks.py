"""Ways out of a site, one by one: each is refused, at its own place, and nothing else of it is."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from folders import TESTS

from kqmanifest import ManifestError, build, check
from kqmanifest.site import read_site

WRITTEN = yaml.safe_load((TESTS / "site" / "boundary" / "attacks.yaml").read_text("utf-8"))
ATTACKS: list[dict[str, Any]] = WRITTEN["attacks"]


def site_of(attack: dict[str, Any]) -> dict[str, Any]:
    """Write the site of an attack in full."""
    given = attack.get("site") or {}
    allow = {**WRITTEN["allow"], **(given.get("allow") or {})}
    allow["kinds"] = [*WRITTEN["allow"]["kinds"], *((given.get("allow") or {}).get("kinds") or ())]
    return {**given, "allow": allow}


def spec_of(attack: dict[str, Any]) -> Any:
    """Write what an attack asks for: the whole of it, or a small Pod with the one thing in it."""
    if "spec" in attack:
        return attack["spec"]
    container = {"name": "main", "image": "registry.example.com/team/x:1", **attack.get("container", {})}
    pod: dict[str, Any] = {"containers": [container], **attack.get("pod", {})}
    if "volume" in attack:
        container["volumeMounts"] = [{"name": "d", "mountPath": "/d", **attack.get("mount", {})}]
        pod["volumes"] = [{"name": "d", **attack["volume"]}]
    metadata = {"name": "t", "namespace": "sandbox", **attack.get("metadata", {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod}


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one["name"])
def test_it_is_refused_at_its_own_place_and_nothing_else_of_it_is(attack: dict[str, Any]) -> None:
    site, version = read_site(json.dumps(site_of(attack))), attack.get("kubernetes", "1.36")
    with pytest.raises(ManifestError) as refused:
        build(spec_of(attack), site=site, kubernetes=version)
    assert sorted(f"{one.code} {one.path}".strip() for one in refused.value.diagnostics if one.severity == "error") == sorted(
        attack["told"]
    )


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.get("alone", True)], ids=lambda one: one["name"])
def test_without_the_site_a_server_would_take_it(attack: dict[str, Any]) -> None:
    """It is refused for what it reaches, and not for a slip."""
    told = check(spec_of(attack), kubernetes=attack.get("kubernetes", "1.36"))
    assert not [one for one in told if one.code.startswith(("KQ0", "KQ2", "KQ9"))]


def test_each_has_a_name_of_its_own() -> None:
    assert len({one["name"] for one in ATTACKS}) == len(ATTACKS) > 150


@pytest.mark.parametrize("site", WRITTEN["sites"], ids=lambda one: one["name"])
def test_a_site_with_a_hole_is_refused(site: dict[str, Any]) -> None:
    with pytest.raises(ManifestError) as refused:
        read_site(site["text"])
    assert sorted(f"{one.code} {one.path}".strip() for one in refused.value.diagnostics) == sorted(site["told"])
