"""One compilation: specs are taken apart, built and judged, and what is found gets its place in the user's own text."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.builder.context import NO_SITE, BuildContext, Promise
from kqmanifest.builder.defaults import add_defaults
from kqmanifest.builder.overlays import overlaid
from kqmanifest.builder.workloads import objects
from kqmanifest.compiler.given import OF_A_LIST, Asked, Given, asked, not_rooted
from kqmanifest.compiler.judgement import LocatedFinding, check_references, judged, promised
from kqmanifest.compiler.manifest import Compiled, Item, counted
from kqmanifest.diagnostics import Diagnostic, Fault, ManifestError, Pointer, Steps
from kqmanifest.limits import DEFAULT, TOO_DEEP, TOO_MANY_OBJECTS, limits_of, told_in_part
from kqmanifest.model.pod import Document as Model
from kqmanifest.model.values import FrozenDict
from kqmanifest.presets.preset import ITSELF, LOST, PRESET_ROOT, Preset, expanded, trace_to_preset
from kqmanifest.rules.volumes.promises import kept_apart
from kqmanifest.schema.faults import UNKNOWN_FIELD, reading_order, seen_from_within
from kqmanifest.schema.quantity_fields import rewrite_quantities
from kqmanifest.site import overlays
from kqmanifest.site.objects import MANIFEST
from kqmanifest.specs import manifests
from kqmanifest.specs.intake import Foreign
from kqmanifest.specs.kinds import UNKNOWN_KEY, not_a_spec
from kqmanifest.specs.recovery import Salvage
from kqmanifest.specs.spec import FOLDED, Reading
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.objects import unread
from kqmanifest.vocabulary.paths import is_rooted
from kqmanifest.vocabulary.quantities import as_text

IGNORABLE: Final = ("KQ3", "KQ4", "KQ5")
"""The codes that may be ignored: what the API server or the spec's own grammar refuses cannot be."""
OF_A_SITE: Final = ("KQ51",)
"""The codes among them that a site's operator decides on, and no spec."""

CANNOT_BE_IGNORED: Final = Fault(
    "KQ1011",
    "{code} cannot be ignored",
    ("mend what it tells: {whose} to decide", "mend what it tells: only codes that begin with KQ3, KQ4 or KQ5 can be ignored"),
)
NO_OBJECTS: Final = Fault("KQ1012", "there is nothing here", ("write a spec: an object with a `kind`",))
_MOST_FOUND: Final = 10_000
_OF_SHAPE: Final = ("KQ1", "KQ9")
_AT_KEY: Final = frozenset({UNKNOWN_KEY.code, FOLDED.code, UNKNOWN_FIELD.code})


@dataclasses.dataclass(frozen=True, slots=True)
class _Part:
    """A document of a spec, or one that a preset makes of it: its objects, and which places of the spec asked for theirs."""

    work: BuildContext
    trees: Sequence[dict[str, Any]]
    places: Mapping[Steps, Steps] = ITSELF
    meant: Mapping[str, str] = FrozenDict()
    """Codes that the preset itself means to be so, where nobody else asked for it."""


@dataclasses.dataclass(slots=True)
class Run:
    """One compilation: what was made, and what was found."""

    compiled: list[Compiled] = dataclasses.field(default_factory=list)
    found: list[Diagnostic] = dataclasses.field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Return whether anything found stops the work."""
        return any(one.severity == "error" for one in self.found)


def is_ignorable(code: str) -> bool:
    """Return whether a code, or all that begin so, may be ignored."""
    return code.startswith(IGNORABLE) and not code.startswith(OF_A_SITE)


def not_ignorable(code: str, steps: Steps = ()) -> Diagnostic:
    """Say that a code cannot be ignored."""
    of_a_site = code.startswith(OF_A_SITE) or is_ignorable(code)
    return CANNOT_BE_IGNORED.at(steps, code=code, whose="that is for the site" if of_a_site else None)


def compiled(  # noqa: PLR0913  what is asked is said by name in the calls of a user
    spec: Any,
    kubernetes: Any,
    ignore: Any,
    pod_security: Any,
    keeps: Any,
    *,
    presets: Any = (),
    platform: Any = None,
    site: Any = None,
    limits: Any = DEFAULT,
) -> Run:
    """Compile whatever was given, as far as it can be, and find everything that is to be told of it. Never raises."""
    run = Run()
    try:
        limits = limits_of(limits)
        call = asked(kubernetes, ignore, pod_security, keeps, presets, platform, site)
        given = Given(limits)
        items = counted(given.items(spec), limits)
    except ManifestError as error:
        run.found.extend(error.diagnostics)
        return run
    if not items and not given.has_list:
        run.found.append(NO_OBJECTS.at(()))
    run.found.extend(not_ignorable(code) for code in call.ignore if not may_ignore(call, code))
    ignored = tuple(filter(is_ignorable, call.ignore))
    reading = Reading(call.versions, call.kinds)
    errors: Counter[tuple[int, int]] = Counter()
    for item in items:
        whole = id(item.document), item.number
        if errors[whole] >= _MOST_FOUND:
            continue  # of a document with so many errors, those of its other objects are not looked for
        try:
            found = list(_one(item, call, reading, run))
        except RecursionError:
            found = [TOO_DEEP.at((), deepest=limits.depth)]
        errors[whole] += sum(one.severity == "error" for one in found)
        if len(found) > 1:
            found = _as_read(found, item.value)
        run.found += [_located(item, one) for one in found if _is_told(one.code, ignored, call)]
        if len(run.compiled) > limits.objects:
            run.found.append(_located(item, TOO_MANY_OBJECTS.at((), most=limits.objects)))
            del run.compiled[limits.objects :]
            break
    run.found += [one for one in _together(run.compiled, call) if _is_told(one.code, ignored, call)]
    # One word of a spec may stand in several objects, and be at fault in each: it is one fault.
    run.found = list({_identity(one): one for one in reversed(run.found)}.values())[::-1]
    run.found = told_in_part(run.found, limits)
    return run


def _identity(one: Diagnostic) -> tuple[object, ...]:
    # Two keys may differ only in what is not shown of them: they stand in different places.
    return one.code, one.source, one.document, one.path, one.message, one.line, one.column


def may_ignore(asked: Asked, code: str) -> bool:
    """Return whether whoever runs the work may ignore a code, or all that begin so."""
    return is_ignorable(code) and code not in asked.locked


def _may_say(asked: Asked, code: str) -> bool:
    """Return whether a document may ignore a code, or all that begin so: what a site asked for is not among them."""
    return is_ignorable(code) and not any(one.startswith(code) for one in asked.locked)


def ignores(codes: Iterable[str], code: str) -> bool:
    """Return whether a document that names ``codes``, or the beginnings of codes, ignores this one."""
    return is_ignorable(code) and code.startswith(tuple(filter(is_ignorable, codes)))


def _is_told(code: str, ignored: tuple[str, ...], asked: Asked) -> bool:
    return not code.startswith(ignored) or not may_ignore(asked, code)


def _one(item: Item, asked: Asked, reading: Reading, run: Run) -> Iterator[Diagnostic]:
    """Compile one spec or pass one manifest, and check what comes of it; places are those of the item."""
    value = item.value
    work = BuildContext(asked.versions[-1], oldest=asked.versions[0], site=asked.site or NO_SITE)
    if item.fault is not None:
        yield item.fault
    elif item.strays:
        yield from (UNKNOWN_KEY.at((key,), key=key, owner="a List", near=nearest(key, OF_A_LIST)) for key in item.strays)
    elif isinstance(value, Foreign) and value.is_object:
        yield manifests.NOT_JSON.at((), found=value.found)
    elif not isinstance(value, dict):
        yield not_a_spec(value)
    elif "apiVersion" in value:
        yield from _manifest(item, work, asked, run)
    elif item.model is not None:
        yield from _built(item, item.model, None, work, asked, run)
    else:
        salvage = Salvage(value, reading if item.kind is None else reading.of(item.kind))
        yield from salvage.faults
        if salvage.model is not None:
            yield from _built(item, salvage.model, salvage, work, asked, run)


def _manifest(item: Item, work: BuildContext, asked: Asked, run: Run) -> Iterator[Diagnostic]:
    """Judge an object that is a manifest already, if a text can hold it."""
    if asked.site is not None and asked.site.allow is not None and not asked.site.allow.manifests:
        yield MANIFEST.at(("apiVersion",))
    tree = item.value
    unfit = manifests.not_json(tree) if item.is_marked else []
    yield from unfit
    if not unfit:
        right, told = judged(tree, asked.versions, asked.standards, asked.site)
        run.compiled.append(Compiled(tree, work.origins, item, right))
        unkept = [one for _, one in promised(tree, [(path, None) for path in asked.keeps])] if right else []
        place = item.written.place
        yield from (_at(one.diagnostic, place(one.place)) for one in (*unkept, *told))


def _built(item: Item, model: Model, salvage: Salvage | None, work: BuildContext, asked: Asked, run: Run) -> Iterator[Diagnostic]:
    """Build a model's objects, lay its overlays over them, and judge them."""

    def told(one: Diagnostic, steps: Steps, node: Steps, fixed: bool = False) -> Iterator[Diagnostic]:  # noqa: FBT001, FBT002  as LocatedFinding has it
        """Tell a fault at its place in the user's spec, unless what it judges was taken out as malformed."""
        if salvage is not None:
            steps, node = salvage.original_place(steps), salvage.original_place(node)
            if salvage.is_damaged(node):
                return
        if fixed or not ignores(model.ignore, one.code):
            yield _at(seen_from_within(one), item.written.place(steps))

    parts, found = _parts(model, work, asked)
    for one, steps in found:
        yield from told(one, steps, steps)
    for part in parts:
        for judgement in _of_part(part, item, model, asked, run):
            yield from told(*judgement)


def _of_part(part: _Part, item: Item, model: Model, asked: Asked, run: Run) -> Iterator[LocatedFinding]:
    """Judge the objects of a document; the places are those of the spec."""
    work, promises = part.work, part.work.promises
    for one in work.found:
        steps = trace_to_preset(part.places, _steps(one))
        yield LocatedFinding(one, steps, steps)
    for tree in part.trees:
        right, judgements = _judged(tree, asked, is_certain=not isinstance(model, Preset))
        run.compiled.append(Compiled(tree, work.origins, item, right, part.places, part.meant, model.ignore))
        if right and tree is part.trees[0]:
            for broken, place, node, _ in _unkept(tree, promises):
                yield LocatedFinding(_lost(model, broken), trace_to_preset(part.places, place), trace_to_preset(part.places, node))
            further = kept_apart(asked.keeps, (promise.path for promise in promises))
            judgements[:0] = [one for _, one in promised(tree, [(path, None) for path in further], fixed=True)]
        for diagnostic, place, node, fixed in judgements:
            here = trace_to_preset(part.places, work.origins.trace(tree, place))
            if here or fixed or not ignores(part.meant, diagnostic.code):
                yield LocatedFinding(diagnostic, here, trace_to_preset(part.places, work.origins.trace(tree, node)), fixed)


def _parts(model: Model, work: BuildContext, asked: Asked) -> tuple[list[_Part], list[tuple[Diagnostic, Steps]]]:
    """Write a spec's objects with its overlays on them; a preset's are those of all documents that it makes."""
    found = [not_ignorable(code, ("ignore", code)) for code in model.ignore if not _may_say(asked, code)]
    if not isinstance(model, Preset):
        return [_part(model, work)], [(one, _steps(one)) for one in found]
    expansion = expanded(model, asked.platform)
    parts = [_part(one.document, dataclasses.replace(work, found=[], beside={}, promises=[]), one.places) for one in expansion.documents]
    trees = [tree for part in parts for tree in part.trees]
    found += overlays.beyond(asked.site, model)
    if trees:
        found += overlaid(trees, [*model.overlay], work, (PRESET_ROOT, "overlay"))
    steps = [(one, _steps(one)) for one in (*expansion.found, *found)]
    return parts, [(one, place[1:] if place[:1] == (PRESET_ROOT,) else place) for one, place in steps]


def _part(document: Model | Mapping[str, Any], work: BuildContext, places: Mapping[Steps, Steps] | None = None) -> _Part:
    """Write one document's objects, with its own overlays on them; ``places`` are given where a preset made the document."""
    if not isinstance(document, Model):
        tree, work.found = manifests.passed(document)
        return _Part(work, [] if work.found else [tree], ITSELF if places is None else places)
    work.name, work.namespace = document.name, document.namespace or work.site.defaults.namespace
    trees = objects(work, document)
    work.found += [stray for one in work.promises for stray in not_rooted(one.path, one.place)]
    work.found += overlays.beyond(work.site, document)
    add_defaults(trees, work)
    work.found += overlaid(trees, [*document.overlay], work)
    return _Part(work, trees) if places is None else _Part(work, trees, places, document.ignore)


def _lost(model: Model, broken: Diagnostic) -> Diagnostic:
    """Say that a promise is broken; what a preset promises, no spec can take back."""
    return LOST.at((), kind=type(model).__name__.lower(), **broken.values) if isinstance(model, Preset) else broken


def _steps(diagnostic: Diagnostic) -> Steps:
    # The number of an item and a key of digits look alike in a pointer; both are found by the number.
    return tuple(int(token) if token.isdecimal() else token for token in diagnostic.path.tokens)


def _judged(tree: dict[str, Any], asked: Asked, *, is_certain: bool) -> tuple[bool, list[LocatedFinding]]:
    """Finish a built object and judge it, if a text can hold it: a preset of somebody's own may have made anything."""
    unfit = [] if is_certain else [(one, one.path.steps(tree)) for one in manifests.not_json(tree)]
    if unfit:
        return False, [LocatedFinding(one, steps, steps) for one, steps in unfit]
    for version in asked.versions:
        rewrite_quantities(tree, version, as_text)
    return judged(tree, asked.versions, asked.standards, asked.site)


def _unkept(tree: dict[str, Any], promises: Iterable[Promise]) -> Iterator[LocatedFinding]:
    """Judge a finished object by what its spec promised; the places are the spec's."""
    rooted = [promise for promise in promises if is_rooted(promise.path)]  # of the others it is told already
    for number, broken in promised(tree, [(promise.path, promise.container) for promise in rooted]):
        yield LocatedFinding(broken.diagnostic, rooted[number].place, rooted[number].pod)


def _together(compiled: Sequence[Compiled], asked: Asked) -> Iterator[Diagnostic]:
    """Judge the objects together; of two specs, each may ignore what is told of it."""
    trees = [one.tree if one.right else unread(one.tree) for one in compiled]
    for number, (diagnostic, place, _, fixed) in check_references(trees, asked.versions[-1], asked.site):
        one = compiled[number]
        here = one.trace(place)
        meant = one.ignored if here else (*one.ignored, *one.meant)
        if fixed or not ignores(meant, diagnostic.code):
            yield _located(one.item, _at(diagnostic, one.item.written.place(here)))


def _as_read(found: Iterable[Diagnostic], form: Any) -> list[Diagnostic]:
    """Sort what was found as its reader goes through it: shape before values, and either from top to bottom."""
    ranks: dict[int, dict[str, int]] = {}
    return sorted(found, key=lambda one: (not one.code.startswith(_OF_SHAPE), reading_order(form, one.path.steps(form), ranks)))


def _at(diagnostic: Diagnostic, steps: Steps) -> Diagnostic:
    return dataclasses.replace(diagnostic, path=Pointer.of(steps))


def _located(item: Item, diagnostic: Diagnostic) -> Diagnostic:
    """Give a diagnostic its place in the whole document, and in the text where there is one."""
    return item.located(diagnostic, key=diagnostic.code in _AT_KEY)
