"""All rules of a site, for a version of Kubernetes."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from kqmanifest.model.site import Site
from kqmanifest.rules.rule import Rule
from kqmanifest.site import confines, objects, requests, sources


@functools.lru_cache(maxsize=64)
def rules_of(site: Site, version: str) -> tuple[Rule, ...]:
    """Give the rules that finished objects are held to; made once, so that the walk that asks them is too."""
    return tuple(_made(site, version))


def _made(site: Site, version: str) -> Iterator[Rule]:
    yield from requests.most_of_a_class(site)
    if site.allow is not None:
        yield from objects.rules(site.allow, version)
        yield from sources.rules(site, site.allow)
        yield from confines.rules(site, site.allow, version)
        yield from requests.rules(site, site.allow)
