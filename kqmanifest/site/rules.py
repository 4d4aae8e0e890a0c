"""All rules of a site, for a version of Kubernetes."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from kqmanifest.model.site import Allow, Site
from kqmanifest.rules.rule import Rule
from kqmanifest.schema.published import Published, published
from kqmanifest.site import confines, devices, fields, marks, objects, placement, references, requests, sources, storage
from kqmanifest.site.fields import Judge


@functools.lru_cache(maxsize=64)
def rules_of(site: Site, version: str) -> tuple[Rule, ...]:
    """Return the rules that finished objects must meet; made once, so that the walk that applies them is too."""
    of_classes = tuple(devices.most_of_a_class(site))
    if site.allow is None:
        return of_classes
    known = published(version)
    judges = judges_of(site, site.allow, known)
    judged = {line for judge in judges for line in judge.lines} | set(references.lines())
    closed = fields.closed(site.allow, known, judged, confines.contexts(site))
    return (*of_classes, *(judge.rule for judge in judges if judge.rule.on), *closed)


def judges_of(site: Site, allow: Allow, version: Published) -> tuple[Judge, ...]:
    """Return the judges of the fields that a key of ``allow`` allows, and of whatever involves more than one field."""
    return tuple(_judges(site, allow, version))


def _judges(site: Site, allow: Allow, version: Published) -> Iterator[Judge]:
    yield from objects.judges(site, allow, version)
    yield from marks.judges(site, allow)
    yield from sources.judges(site, allow)
    yield from storage.judges(site, allow)
    yield from confines.judges(site, allow, version.version)
    yield from devices.judges(site, allow)
    yield from requests.judges(site, allow)
    yield from placement.judges(site, allow)
