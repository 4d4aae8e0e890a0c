"""What a site has against objects: the rules that its operator requests, and what it gave itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.diagnostics import Finding, Steps
from kqmanifest.model.site import Site
from kqmanifest.rules import Rule
from kqmanifest.schema.check import check_object
from kqmanifest.schema.published import Published
from kqmanifest.schema.walk import Shapes
from kqmanifest.site.objects import OBJECT
from kqmanifest.site.references import judged_names
from kqmanifest.site.rules import rules_of
from kqmanifest.site.sources import given

__all__ = ["check_metadata", "check_names", "check_whole", "gave", "rules_of"]

_CODES: Final = "KQ51"
_METADATA: Final = "meta.v1.ObjectMeta"


def check_whole(site: Site, version: Published, tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Judge an object as a whole, of whatever kind it is."""
    for rule in rules_of(site, version.version):
        for steps, values in rule.ask(tree) if OBJECT in rule.on else ():
            yield rule.fault.at(steps, **values)


def check_metadata(shapes: Shapes, version: Published, tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Judge the metadata of an object of which nothing else is known."""
    wrong, asked = check_object(shapes, version, _METADATA, tree.get("metadata"))
    for finding in wrong:
        yield finding.below(("metadata",))
    for rule, node, (steps, values) in asked:
        if rule.fault.code.startswith(_CODES):
            yield rule.fault.at(("metadata", *node, *steps), **values)


def check_names(site: Site, trees: Sequence[dict[str, Any]], version: Published) -> Iterator[tuple[int, Finding, Steps]]:
    """Judge what objects refer to by name: the number of the object, what is found in it, and the node that was judged."""
    for index, fault, node, finding in judged_names(site, trees, version):
        yield index, fault.at((*node, *finding.place), **finding.values), node


def gave(site: Site, rule: Rule, tree: dict[str, Any], place: Steps) -> bool:
    """Return whether a rule of the site has found something that the site itself put there."""
    return rule.fault.code.startswith(_CODES) and given(site).hold(tree, place)
