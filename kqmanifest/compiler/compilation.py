"""One compilation: what is given is built and judged, item by item, and what is found gets its place in the user's own text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from kqmanifest.builder.origins import Origins
from kqmanifest.compiler.ignoring import does_caller_ignore, does_document_ignore, may_caller_ignore, not_ignorable
from kqmanifest.compiler.item import Item
from kqmanifest.compiler.items import OF_A_LIST, Items
from kqmanifest.compiler.judgement import LocatedFinding, check_promises, check_references, judge
from kqmanifest.compiler.manifest import Compilation, Compiled
from kqmanifest.compiler.options import Options, Settings, usual_settings
from kqmanifest.diagnostics import Diagnostic, Fault, Finding, ManifestError
from kqmanifest.limits import TOO_DEEP, TOO_MANY_OBJECTS, told_in_part
from kqmanifest.schema.faults import UNKNOWN_FIELD, reading_order
from kqmanifest.specs.foreign import Foreign
from kqmanifest.specs.kinds import FOLDED, UNKNOWN_KEY, not_a_spec
from kqmanifest.specs.manifests import NOT_JSON, not_json
from kqmanifest.vocabulary.objects import unread
from kqmanifest.vocabulary.spelling import nearest

NO_OBJECTS: Final = Fault("KQ1012", "there is nothing here", ("write a spec: an object with a `kind`",))
_MOST_FOUND: Final = 10_000
_OF_SHAPE: Final = ("KQ1", "KQ9")
_AT_KEY: Final = frozenset({UNKNOWN_KEY.code, FOLDED.code, UNKNOWN_FIELD.code})


def compile_specs(spec: Any, options: Options) -> Compilation:
    """Compile whatever was given, as far as possible, and find everything that is wrong with it. Never raises."""
    run = Compilation()
    try:
        settings = settings_of(options)
        given = Items(settings.limits)
        items = given.listed(spec)
    except ManifestError as error:
        run.found.extend(error.diagnostics)
        return run
    if not items and not given.has_list:
        run.found.append(NO_OBJECTS.at(()).diagnostic())
    run.found += wrongly_ignored(settings)
    compile_items(items, settings, run, settings.limits.objects)
    if len(run.compiled) > 1 or settings.site is not None:
        trees = [one.tree if one.right else unread(one.tree) for one in run.compiled]
        for number, located in check_references(trees, settings.versions[-1], settings.site):
            run.found += place_reference(run.compiled[number], located, settings)
    if run.found:
        run.found = told_in_part(without_repetition(run.found), settings.limits)
    return run


def compile_items(items: Iterable[Item], settings: Settings, run: Compilation, most: int) -> bool:
    """Compile items one after another into a run of at most so many objects; return whether they were not too many."""
    errors: dict[tuple[int, int], int] = {}
    for item in items:
        whole = id(item.document), item.number
        if errors.get(whole, 0) >= _MOST_FOUND:
            continue  # of a document with so many errors, those of its other objects are not looked for
        try:
            found = list(_item(item, settings, run))
        except RecursionError:
            found = [TOO_DEEP.at((), deepest=settings.limits.depth)]
        if found:
            errors[whole] = errors.get(whole, 0) + sum(one.severity == "error" for one in found)
            in_order = _as_read(found, item.value) if len(found) > 1 else found
            run.found += [_located(item, one) for one in in_order if not does_caller_ignore(settings, one.code)]
        if len(run.compiled) > most:
            run.found.append(_located(item, TOO_MANY_OBJECTS.at((), most=settings.limits.objects)))
            del run.compiled[most:]
            return False
    return True


def settings_of(options: Options) -> Settings:
    """Judge the options of a call.

    Raises:
        ManifestError: something in it is wrong.
    """
    return usual_settings(options) or _settle(options)


def wrongly_ignored(settings: Settings) -> list[Diagnostic]:
    """Report the codes that the caller ignores and may not."""
    return [not_ignorable(code).diagnostic() for code in settings.ignore if not may_caller_ignore(settings, code)]


def without_repetition(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Leave out what is found again at the same place: one field of a spec may be in several objects, and faulty in each."""
    return list({_identity(one): one for one in reversed(found)}.values())[::-1]


def _settle(options: Options) -> Settings:
    from kqmanifest.compiler.settling import settle  # noqa: PLC0415  what more is asked may need the models of specs

    return settle(options)


def _identity(one: Diagnostic) -> tuple[object, ...]:
    # Two keys may differ only in what is not shown of them: they are at different places.
    return one.code, one.source, one.document, one.path, one.message, one.line, one.column


def _item(item: Item, settings: Settings, run: Compilation) -> Iterable[Finding]:
    """Compile one spec or pass one manifest, and check what it becomes; places are those of the item."""
    value = item.value
    if item.fault is not None:
        return [item.fault]
    if item.strays:
        return [UNKNOWN_KEY.at((key,), key=key, owner="a List", near=nearest(key, OF_A_LIST)) for key in item.strays]
    if isinstance(value, Foreign) and value.is_object:
        return [NOT_JSON.at((), found=value.found)]
    if not isinstance(value, dict):
        return [not_a_spec(value)]
    if "apiVersion" in value:
        return _manifest(item, settings, run)
    from kqmanifest.compiler.building import build_spec  # noqa: PLC0415  only a spec needs the models of specs

    return build_spec(item, settings, run)


def _manifest(item: Item, settings: Settings, run: Compilation) -> Iterator[Finding]:
    """Judge an object that is a manifest already, if JSON can hold it."""
    if settings.site is not None and settings.site.allow is not None and not settings.site.allow.manifests:
        from kqmanifest.site.objects import MANIFEST  # noqa: PLC0415  only a site needs the rules of sites

        yield MANIFEST.at(("apiVersion",))
    tree = item.value
    unfit = not_json(tree) if item.is_marked else []
    yield from unfit
    if not unfit:
        right, located = judge(tree, settings.versions, settings.standards, settings.site)
        run.compiled.append(Compiled(tree, Origins(), item, right))
        unkept = [one for _, one in check_promises(tree, [(path, None) for path in settings.keeps])] if right and settings.keeps else []
        yield from (one.finding.moved(item.written.place(one.finding.steps)) for one in (*unkept, *located))


def place_reference(one: Compiled, located: LocatedFinding, settings: Settings) -> Iterator[Diagnostic]:
    """Say at its place what was found in an object beside others; of two specs, each may ignore what is found in it."""
    finding, _, fixed = located
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
