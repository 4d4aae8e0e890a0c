"""A spec is built: read, or recovered where it is malformed, made into objects, judged, and promised what it keeps."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kqmanifest.builder.context import BuildContext, Promise
from kqmanifest.builder.tracing import trace_to_preset
from kqmanifest.compiler.ignoring import does_document_ignore
from kqmanifest.compiler.item import Item
from kqmanifest.compiler.judgement import LocatedFinding, check_promises, judge
from kqmanifest.compiler.manifest import Compilation, Compiled
from kqmanifest.compiler.options import Settings
from kqmanifest.compiler.parts import Part, parts
from kqmanifest.diagnostics import Finding, Steps
from kqmanifest.model.plain import written_fields
from kqmanifest.model.pod import KindModel
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets import PRESETS
from kqmanifest.presets.preset import LOST, Preset
from kqmanifest.rules.volumes.promises import kept_apart
from kqmanifest.schema.faults import seen_from_within
from kqmanifest.schema.quantity_fields import rewrite_quantities
from kqmanifest.specs import manifests
from kqmanifest.specs.kinds import Layers
from kqmanifest.specs.recovery import Recovery
from kqmanifest.specs.spec import SpecGrammar
from kqmanifest.vocabulary.paths import is_rooted
from kqmanifest.vocabulary.quantities import as_text

_OF_ALL: Final = tuple(key for _, key, _ in written_fields(Preset, ()))
"""What every preset has: the rest is its own, and may be of types that only Python has."""


def build_spec(item: Item, settings: Settings, run: Compilation) -> Iterator[Finding]:
    """Compile one spec, as far as it can be read, and check what it becomes; places are those of the item."""
    context = BuildContext(settings.versions[-1], oldest=settings.versions[0], site=settings.site)
    if item.model is not None:
        yield from _built(item, item.model, None, context, settings, run)
    else:
        grammar = _grammar(tuple(settings.versions)) if settings.kinds is None else SpecGrammar(settings.versions, settings.kinds)
        recovery = Recovery(item.value, grammar if item.kind is None else grammar.of(item.kind))
        yield from recovery.faults
        if recovery.model is not None:
            yield from _built(item, recovery.model, recovery, context, settings, run)


def is_for_python_only(kind: type[Any], form: Mapping[str, Any]) -> bool:
    """Return whether a form that no text can hold is that of somebody's own preset, in whose own fields that may be meant."""
    return kind not in (*KINDS.values(), *PRESETS.values()) and not any(manifests.not_json(form.get(key)) for key in _OF_ALL)


@functools.lru_cache(maxsize=32)
def _grammar(versions: tuple[Any, ...]) -> SpecGrammar:
    return SpecGrammar(versions, Layers(KINDS, PRESETS))


def _built(
    item: Item, model: KindModel, recovery: Recovery | None, context: BuildContext, settings: Settings, run: Compilation
) -> Iterator[Finding]:
    """Build a model's objects, apply its overlays to them, and judge them."""

    def placed(finding: Finding, node: Steps, fixed: bool = False) -> Iterator[Finding]:  # noqa: FBT001, FBT002  as LocatedFinding has it
        """Put a finding at its place in the user's spec, unless what was judged was removed as malformed."""
        steps = finding.steps
        if recovery is not None:
            steps, node = recovery.original_place(steps), recovery.original_place(node)
            if recovery.is_damaged(node):
                return
        if fixed or not does_document_ignore(model.ignore, finding.code):
            yield seen_from_within(finding).moved(item.written.place(steps))

    made, found = parts(model, context, settings)
    for finding in found:
        yield from placed(finding, finding.steps)
    for part in made:
        for located in _of_part(part, item, model, settings, run):
            yield from placed(*located)


def _of_part(part: Part, item: Item, model: KindModel, settings: Settings, run: Compilation) -> Iterator[LocatedFinding]:
    """Judge the objects of a document; the places are those of the spec."""
    context, promises = part.context, part.context.promises
    for finding in context.found:
        steps = trace_to_preset(part.places, finding.steps)
        yield LocatedFinding(finding.moved(steps), steps)
    for tree in part.trees:
        right, judgements = _judge_built(tree, settings, is_certain=not isinstance(model, Preset))
        run.compiled.append(Compiled(tree, context.origins, item, right, part.places, part.meant, model.ignore))
        if (promises or settings.keeps) and right and tree is part.trees[0]:
            for broken, node, _ in _broken_promises(tree, promises):
                steps = trace_to_preset(part.places, broken.steps)
                yield LocatedFinding(_lost(model, broken).moved(steps), trace_to_preset(part.places, node))
            further = kept_apart(settings.keeps, (promise.path for promise in promises))
            judgements[:0] = [one for _, one in check_promises(tree, [(path, None) for path in further], fixed=True)]
        for finding, node, fixed in judgements:
            here = trace_to_preset(part.places, context.origins.trace(tree, finding.steps))
            if here or fixed or not does_document_ignore(part.meant, finding.code):
                yield LocatedFinding(finding.moved(here), trace_to_preset(part.places, context.origins.trace(tree, node)), fixed)


def _lost(model: KindModel, broken: Finding) -> Finding:
    """Say that a promise is broken; what a preset promises, no spec can take back."""
    return LOST.at(broken.steps, kind=type(model).__name__.lower(), **broken.values) if isinstance(model, Preset) else broken


def _judge_built(tree: dict[str, Any], settings: Settings, *, is_certain: bool) -> tuple[bool, list[LocatedFinding]]:
    """Finish a built object and judge it, if JSON can hold it: a custom preset may have made anything."""
    unfit = [] if is_certain else manifests.not_json(tree)
    if unfit:
        return False, [LocatedFinding(finding, finding.steps) for finding in unfit]
    for version in settings.versions:
        rewrite_quantities(tree, version, as_text)
    return judge(tree, settings.versions, settings.standards, settings.site)


def _broken_promises(tree: dict[str, Any], promises: Iterable[Promise]) -> Iterator[LocatedFinding]:
    """Judge a finished object by what its spec promised; the places are the spec's."""
    rooted = [promise for promise in promises if is_rooted(promise.path)]  # the others are reported already
    for number, broken in check_promises(tree, [(promise.path, promise.container) for promise in rooted]):
        yield LocatedFinding(broken.finding.moved(rooted[number].place), rooted[number].pod)
