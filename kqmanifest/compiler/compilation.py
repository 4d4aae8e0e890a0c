"""One compilation: what is given is built and judged, item by item, and what is found gets its place in the user's own text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from kqmanifest.builder.context import NO_SITE, BuildContext, Promise
from kqmanifest.compiler.ignoring import (
    does_caller_ignore,
    does_document_ignore,
    may_caller_ignore,
    not_ignorable,
)
from kqmanifest.compiler.item import Item
from kqmanifest.compiler.items import OF_A_LIST, Items, counted
from kqmanifest.compiler.judgement import LocatedFinding, check_promises, check_references, judge
from kqmanifest.compiler.manifest import Compilation, Compiled
from kqmanifest.compiler.options import Options, Settings, settle
from kqmanifest.compiler.parts import Part, parts
from kqmanifest.diagnostics import Diagnostic, Fault, Finding, ManifestError, Steps
from kqmanifest.limits import TOO_DEEP, TOO_MANY_OBJECTS, told_in_part
from kqmanifest.model.pod import KindModel
from kqmanifest.presets.preset import LOST, Preset, trace_to_preset
from kqmanifest.rules.volumes.promises import kept_apart
from kqmanifest.schema.faults import UNKNOWN_FIELD, reading_order, seen_from_within
from kqmanifest.schema.quantity_fields import rewrite_quantities
from kqmanifest.site.objects import MANIFEST
from kqmanifest.specs import manifests
from kqmanifest.specs.intake import Foreign
from kqmanifest.specs.kinds import UNKNOWN_KEY, not_a_spec
from kqmanifest.specs.recovery import Recovery
from kqmanifest.specs.spec import FOLDED, SpecGrammar
from kqmanifest.vocabulary.objects import unread
from kqmanifest.vocabulary.paths import is_rooted
from kqmanifest.vocabulary.quantities import as_text
from kqmanifest.vocabulary.spelling import nearest

NO_OBJECTS: Final = Fault("KQ1012", "there is nothing here", ("write a spec: an object with a `kind`",))
_MOST_FOUND: Final = 10_000
_OF_SHAPE: Final = ("KQ1", "KQ9")
_AT_KEY: Final = frozenset({UNKNOWN_KEY.code, FOLDED.code, UNKNOWN_FIELD.code})


def compile_specs(spec: Any, options: Options) -> Compilation:
    """Compile whatever was given, as far as possible, and find everything that is wrong with it. Never raises."""
    run = Compilation()
    try:
        settings = settle(options)
        given = Items(settings.limits)
        items = counted(given.of(spec), settings.limits)
    except ManifestError as error:
        run.found.extend(error.diagnostics)
        return run
    if not items and not given.has_list:
        run.found.append(NO_OBJECTS.at(()).diagnostic())
    run.found.extend(not_ignorable(code).diagnostic() for code in settings.ignore if not may_caller_ignore(settings, code))
    grammar = SpecGrammar(settings.versions, settings.kinds)
    errors: Counter[tuple[int, int]] = Counter()
    for item in items:
        whole = id(item.document), item.number
        if errors[whole] >= _MOST_FOUND:
            continue  # of a document with so many errors, those of its other objects are not looked for
        try:
            found = list(_item(item, settings, grammar, run))
        except RecursionError:
            found = [TOO_DEEP.at((), deepest=settings.limits.depth)]
        errors[whole] += sum(one.severity == "error" for one in found)
        if len(found) > 1:
            found = _as_read(found, item.value)
        run.found += [_located(item, one) for one in found if not does_caller_ignore(settings, one.code)]
        if len(run.compiled) > settings.limits.objects:
            run.found.append(_located(item, TOO_MANY_OBJECTS.at((), most=settings.limits.objects)))
            del run.compiled[settings.limits.objects :]
            break
    run.found += _references(run.compiled, settings)
    # One field of a spec may be in several objects, and faulty in each: it is one fault.
    run.found = list({_identity(one): one for one in reversed(run.found)}.values())[::-1]
    run.found = told_in_part(run.found, settings.limits)
    return run


def _identity(one: Diagnostic) -> tuple[object, ...]:
    # Two keys may differ only in what is not shown of them: they are at different places.
    return one.code, one.source, one.document, one.path, one.message, one.line, one.column


def _item(item: Item, settings: Settings, grammar: SpecGrammar, run: Compilation) -> Iterator[Finding]:
    """Compile one spec or pass one manifest, and check what comes of it; places are those of the item."""
    value = item.value
    context = BuildContext(settings.versions[-1], oldest=settings.versions[0], site=settings.site or NO_SITE)
    if item.fault is not None:
        yield item.fault
    elif item.strays:
        yield from (UNKNOWN_KEY.at((key,), key=key, owner="a List", near=nearest(key, OF_A_LIST)) for key in item.strays)
    elif isinstance(value, Foreign) and value.is_object:
        yield manifests.NOT_JSON.at((), found=value.found)
    elif not isinstance(value, dict):
        yield not_a_spec(value)
    elif "apiVersion" in value:
        yield from _manifest(item, context, settings, run)
    elif item.model is not None:
        yield from _built(item, item.model, None, context, settings, run)
    else:
        recovery = Recovery(value, grammar if item.kind is None else grammar.of(item.kind))
        yield from recovery.faults
        if recovery.model is not None:
            yield from _built(item, recovery.model, recovery, context, settings, run)


def _manifest(item: Item, context: BuildContext, settings: Settings, run: Compilation) -> Iterator[Finding]:
    """Judge an object that is a manifest already, if JSON can hold it."""
    if settings.site is not None and settings.site.allow is not None and not settings.site.allow.manifests:
        yield MANIFEST.at(("apiVersion",))
    tree = item.value
    unfit = manifests.not_json(tree) if item.is_marked else []
    yield from unfit
    if not unfit:
        right, located = judge(tree, settings.versions, settings.standards, settings.site)
        run.compiled.append(Compiled(tree, context.origins, item, right))
        unkept = [one for _, one in check_promises(tree, [(path, None) for path in settings.keeps])] if right else []
        yield from (one.finding.moved(item.written.place(one.finding.steps)) for one in (*unkept, *located))


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
        if right and tree is part.trees[0]:
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


def _references(compiled: Sequence[Compiled], settings: Settings) -> Iterator[Diagnostic]:
    """Judge the objects together; of two specs, each may ignore what is found in it."""
    trees = [one.tree if one.right else unread(one.tree) for one in compiled]
    for number, (finding, _, fixed) in check_references(trees, settings.versions[-1], settings.site):
        one = compiled[number]
        here = one.trace(finding.steps)
        meant = one.ignored if here else (*one.ignored, *one.meant)
        if (fixed or not does_document_ignore(meant, finding.code)) and not does_caller_ignore(settings, finding.code):
            yield _located(one.item, finding.moved(one.item.written.place(here)))


def _as_read(found: Iterable[Finding], form: Any) -> list[Finding]:
    """Sort what was found as its reader goes through it: shape before values, and either from top to bottom."""
    ranks: dict[int, dict[str, int]] = {}
    return sorted(found, key=lambda one: (not one.code.startswith(_OF_SHAPE), reading_order(form, one.steps, ranks)))


def _located(item: Item, finding: Finding) -> Diagnostic:
    """Say a finding at its place in the whole document, and in the text where there is one."""
    return item.located(finding, key=finding.code in _AT_KEY)
