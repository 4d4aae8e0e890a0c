"""Nothing gets out of a site that an independent witness objects to, whatever is asked for, and by whichever road."""

from __future__ import annotations

import functools
import json
from collections import Counter
from typing import Any

import pytest
from boundary.named import NAMED, spellings
from boundary.opened import closed_lines, fields_by_line, let_out, opened
from boundary.oracle import objections
from boundary.roads import requests
from boundary.sites import KINDS, PERMISSIONS, of_opaque_kinds, of_the_documentation, of_the_platform, with_permissions
from boundary.universe import Field, attempts, fields_of, with_value
from hypothesis import given, settings
from hypothesis import strategies as st

from kqmanifest import ManifestError, Site, build, check
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.site import read_site

SITES: dict[str, dict[str, Any]] = {
    "the smallest": with_permissions(),
    "the smallest, with all that an operator may know": with_permissions("gpus", knowing=True),
    "everything but a queue": with_permissions(*(key for key in PERMISSIONS if key != "labels")),
    "everything named": with_permissions(*PERMISSIONS, knowing=True),
    **{f"{key} named": with_permissions(key) for key in PERMISSIONS},
    "opaque kinds named": of_opaque_kinds(),
    **{f"the site of docs/examples/{name}": site for name, site in of_the_documentation().items()},
    "a platform's": of_the_platform(),
}
"""What stands there is all that an attacker may have."""

NEVER_MET = {
    "EphemeralContainer.image": "a server takes no ephemeral container in a new pod",
    "PodSpec.preemptionPolicy": "both of its values are harmless, and a class of its own is needed for one of them",
    "ResourceRequirements.requests": "no extended resource is requested without as high a limit",
    "SecurityContext.procMount": "a server demands users of the pod's own for it, and with them it is within the baseline",
    "ServicePort.nodePort": "only a Service of a type that is closed itself has one",
    "ServiceSpec.loadBalancerSourceRanges": "only a Service of a type that is closed itself has them",
}
"""Lines of the table that hold what another one holds as well."""


@functools.cache
def read(name: str) -> Site:
    return read_site(json.dumps(SITES[name]))


def got_out(request: Any, name: str, **how: Any) -> list[Any]:
    """Return what the witness holds against what comes of a request; nothing where nothing comes of it."""
    try:
        manifest = build(request, site=read(name), **how)
    except ManifestError:
        return []
    return objections(SITES[name], manifest.objects)


@settings(max_examples=5 * settings().max_examples)
@given(
    st.sampled_from(list(SITES)) | st.sampled_from(["everything but a queue", "a platform's"]),
    requests(),
    st.sampled_from([KNOWN[-1], KNOWN[0]]),
)
def test_nothing_gets_out_by_any_road(name: str, request: Any, version: str) -> None:
    assert got_out(request, name, kubernetes=version) == []


def every_field() -> list[Field]:
    """Find each field of each type that can be met, in the newest version that has it."""
    found: dict[tuple[str, str], Field] = {}
    for version in reversed(KNOWN):
        for kind in published(version).kinds:
            if kind.rpartition("/")[2] in KINDS:
                for field in fields_of(kind, version):
                    found.setdefault((field.type, field.name), field)
    return list(found.values())


@pytest.mark.parametrize("name", ["the smallest", "everything named"])
def test_no_field_gets_anything_out(name: str) -> None:
    met: Counter[str] = Counter()
    out = []
    for field in every_field():
        for _, tree in attempts(field):
            found = [one for one in check(tree, kubernetes=field.version) if one.severity == "error"]
            if all(one.code.startswith(("KQ3", "KQ4")) for one in found):
                met["right but for the site"] += 1
                out += [(field.line, one) for one in got_out(tree, name, kubernetes=field.version, ignore={one.code for one in found})]
            met["tried"] += 1
    assert out == []
    assert met["tried"] > 1500
    assert met["right but for the site"] > 0.85 * met["tried"]


@pytest.mark.parametrize("line", closed_lines())
def test_a_line_that_is_opened_is_noticed(line: str) -> None:
    with opened(line):
        noticed = any(objections for field in _PLACES[line] for _, objections in let_out(field))
    assert noticed == (line not in NEVER_MET)


_PLACES = fields_by_line()


@pytest.mark.parametrize("name", SITES)
def test_a_site_admits_what_it_is_for(name: str) -> None:
    """A witness that holds everything against everybody, and a site that refuses everything, would pass all of the above."""
    queue = {"kueue.x-k8s.io/queue-name": "research"}
    labels = {**queue, "example.com/unknown": "others"} if "labels" in name or "everything" in name else queue
    images = SITES[name]["allow"]["images"]
    metadata = {"name": "small", "namespace": "sandbox", "labels": {key: labels[key] for key in labels if key in _locked(name)}}
    template = {
        "metadata": {"labels": metadata["labels"]},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": f"{images[0]}/x:1"}]},
    }
    job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}}
    assert len(build(job, site=read(name)).objects) == 1
    assert objections(SITES[name], build(job, site=read(name)).objects) == []


def _locked(name: str) -> set[str]:
    queue = {"kueue.x-k8s.io/queue-name"} if (SITES[name].get("defaults") or {}).get("queue") else set()
    return queue | set(SITES[name]["allow"].get("labels") or {})


@pytest.mark.parametrize("line", NAMED)
def test_what_is_named_is_not_stretched(line: str) -> None:
    admitted = 0
    for field in _PLACES[line][:1]:
        for reach in NAMED[line]:
            tree = with_value(field, reach)
            ignore = {one.code for one in check(tree, kubernetes=field.version) if one.code.startswith("KQ3")}
            assert got_out(tree, "everything but a queue", kubernetes=field.version, ignore=ignore) == []
            admitted += len(build(tree, site=read("everything but a queue"), kubernetes=field.version, ignore=ignore).objects)
            for other in spellings(reach.value):
                tree = with_value(field, reach._replace(value=other))
                assert got_out(tree, "everything but a queue", kubernetes=field.version, ignore=ignore) == []
    assert admitted == len(NAMED[line])
