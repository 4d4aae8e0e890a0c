"""The parts of a spec: the objects of a document, or of each document that a preset makes of it, with all overlays on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kqmanifest.builder.context import BuildContext
from kqmanifest.builder.defaults import add_defaults
from kqmanifest.builder.overlays import overlaid
from kqmanifest.builder.tracing import ITSELF, PRESET_ROOT
from kqmanifest.builder.workloads import objects
from kqmanifest.compiler.ignoring import may_document_ignore, not_ignorable
from kqmanifest.compiler.options import Settings, not_rooted
from kqmanifest.diagnostics import Finding, Steps
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import FrozenDict
from kqmanifest.presets.preset import Preset, expanded
from kqmanifest.specs import manifests

if TYPE_CHECKING:
    from kqmanifest.model.site import Site


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A document of a spec, or one that a preset makes of it: its objects, and which places of the spec requested theirs."""

    context: BuildContext
    trees: Sequence[dict[str, Any]]
    places: Mapping[Steps, Steps] = dataclasses.field(default_factory=lambda: ITSELF)
    meant: Mapping[str, str] = FrozenDict()
    """Codes that the preset itself intends, in what its user did not write."""


def parts(model: KindModel, context: BuildContext, settings: Settings) -> tuple[list[Part], list[Finding]]:
    """Write a spec's objects with its overlays on them; a preset's are those of all documents that it makes.

    What is found beside the parts is at places of the spec.
    """
    found = [not_ignorable(code, ("ignore", code)) for code in model.ignore if not may_document_ignore(settings, code)]
    if not isinstance(model, Preset):
        return [_part(model, context)], found
    expansion = expanded(model, settings.platform)
    made = [_part(one.document, dataclasses.replace(context, found=[], beside={}, promises=[]), one.places) for one in expansion.documents]
    trees = [tree for part in made for tree in part.trees]
    found += _beyond(settings.site, model)
    if trees:
        found += overlaid(trees, [*model.overlay], context, (PRESET_ROOT, "overlay"))
    return made, [one.moved(one.steps[1:]) if one.steps[:1] == (PRESET_ROOT,) else one for one in (*expansion.found, *found)]


def _part(document: KindModel | Mapping[str, Any], context: BuildContext, places: Mapping[Steps, Steps] | None = None) -> Part:
    """Write one document's objects, with its own overlays on them; ``places`` are given where a preset made the document."""
    if not isinstance(document, KindModel):
        tree, context.found = manifests.passed(document)
        return Part(context, [] if context.found else [tree], ITSELF if places is None else places)
    site = context.site
    context.name, context.namespace = document.name, document.namespace or (None if site is None else site.defaults.namespace)
    trees = objects(context, document)
    context.found += [stray for one in context.promises for stray in not_rooted(one.path, one.place)]
    context.found += _beyond(site, document)
    add_defaults(trees, context)
    context.found += overlaid(trees, [*document.overlay], context)
    return Part(context, trees) if places is None else Part(context, trees, places, document.ignore)


def _beyond(site: Site | None, document: KindModel) -> Iterable[Finding]:
    """Report what a document's overlays may not set."""
    if site is None:
        return ()
    from kqmanifest.site.overlays import beyond  # noqa: PLC0415  only a site needs it

    return beyond(site, document)
