"""From what the user wrote to checked objects and their text: read, build, check, emit.

The one place where the stages meet, and where a place in a manifest becomes a place in the user's own file.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from kqmanifest import emit
from kqmanifest.builder import manifests
from kqmanifest.builder.form import to_spec
from kqmanifest.builder.kinds import NOT_A_SPEC, UNKNOWN_KEY, kind_of
from kqmanifest.builder.origins import Origins, written
from kqmanifest.builder.overlays import overlaid
from kqmanifest.builder.salvage import Salvage
from kqmanifest.builder.spec import FOLDED, MOST_FAULTS, TOO_MANY, Reading
from kqmanifest.builder.work import Promise, Work
from kqmanifest.builder.workloads import objects
from kqmanifest.diagnostics import Diagnostic, Fault, ManifestError, Pointer, Steps
from kqmanifest.judgement import Judged, judged, judged_together, promised
from kqmanifest.model.pod import Document as Model
from kqmanifest.read import Document
from kqmanifest.rules.promises import kept_apart
from kqmanifest.rules.standards import Standard, standard
from kqmanifest.schema.faults import UNKNOWN_FIELD, reading_order
from kqmanifest.schema.published import Published, published, versions
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.paths import is_rooted

Format: TypeAlias = Literal["yaml", "json", "kyaml"]
Spec: TypeAlias = "Model | Document | Mapping[str, Any] | Sequence[Spec] | Manifest"

DEFAULT_VERSION: Final = "1.36"
"""The version of Kubernetes that is meant where none is named."""
IGNORABLE: Final = ("KQ3", "KQ4", "KQ5")
"""The codes that may be ignored: what the API server or the spec's own grammar refuses cannot be."""

CANNOT_BE_IGNORED: Final = Fault(
    "KQ1011",
    "{code} cannot be ignored",
    ("mend what it tells: only codes that begin with KQ3, KQ4 or KQ5 can be ignored",),
)
NOT_ROOTED: Final = Fault(
    "KQ1016", "the path to keep, {path}, does not begin at the root", ("write {meant}", "write a path such as /kqi/output")
)
NO_OBJECTS: Final = Fault("KQ1012", "there is nothing here", ("write a spec: an object with a `kind`",))
_OF_A_LIST: Final = frozenset({"apiVersion", "kind", "metadata", "items"})
_OF_SHAPE: Final = ("KQ1", "KQ9")
_AT_KEY: Final = frozenset({UNKNOWN_KEY.code, FOLDED.code, UNKNOWN_FIELD.code})


@dataclasses.dataclass(frozen=True, slots=True, init=False, eq=False)
class Manifest:
    """Checked Kubernetes objects. There is no unchecked one: :func:`build` makes it, or raises."""

    objects: tuple[dict[str, Any], ...]
    """The objects, in the order in which they are to be applied."""
    diagnostics: tuple[Diagnostic, ...]
    """What is unwise about them, and nobody ignored."""
    _origins: tuple[_Compiled, ...]

    def __init__(self) -> None:
        """Refuse: a manifest is built."""
        raise TypeError("a Manifest is checked: make it with kqmanifest.build(spec)")

    @property
    def source_map(self) -> dict[str, Pointer]:
        """Say for every place of the objects (``/0/spec`` is the first one's spec) which place of the spec it came from."""
        found: dict[str, Pointer] = {}
        for number, one in enumerate(self._origins):
            form = one.item.form
            for steps in one.origins.places(one.tree):
                place = (*one.item.steps, *written(form, one.origins.trace(one.tree, steps)))
                found[Pointer.of((number, *steps))] = Pointer.of(place)
        return found

    def __str__(self) -> str:
        """Write the manifest as YAML."""
        return emit.yaml(self.objects)


@dataclasses.dataclass(frozen=True, slots=True)
class _Item:
    """One spec or object as it was given: its value, its place in the document, and the document."""

    value: Any
    steps: Steps
    number: int
    document: Document | None
    strays: tuple[str, ...] = ()
    """The keys of a List that no List has."""

    @property
    def form(self) -> Any:
        """Give it as its user wrote it, or would have written it."""
        return to_spec(self.value) if isinstance(self.value, Model) else self.value


@dataclasses.dataclass(frozen=True, slots=True)
class _Compiled:
    """One object, where its parts came from, the spec that asked for it, and whether its shape is right."""

    tree: dict[str, Any]
    origins: Origins
    item: _Item
    right: bool


@dataclasses.dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of all objects: the versions that they are judged by, a pod security standard, paths to keep."""

    versions: Sequence[Published]
    standard: Standard | None
    keeps: Sequence[str]


@dataclasses.dataclass(slots=True)
class _Run:
    """One compilation: what was made, and what was found."""

    compiled: list[_Compiled] = dataclasses.field(default_factory=list)
    found: list[Diagnostic] = dataclasses.field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Say whether anything found stops the work."""
        return any(one.severity == "error" for one in self.found)


def build(
    spec: Spec,
    *,
    kubernetes: str = DEFAULT_VERSION,
    ignore: Iterable[str] = (),
    pod_security: str | None = None,
    keeps: Iterable[str] = (),
) -> Manifest:
    """Compile a spec, or several, to checked Kubernetes objects.

    Args:
        spec: a model, a mapping in the spec's form, a loaded document, or a sequence of these.
        kubernetes: the version to check against, ``1.36``, or a range of them, ``1.35..1.37``.
        ignore: codes of KQ3, KQ4 and KQ5 that are meant to be so.
        pod_security: the standard that pods are judged by, ``baseline`` or ``restricted``, alone or with a version of it,
            ``restricted:1.30`` or ``restricted:latest``.
        keeps: paths whose files must outlive each pod.

    Raises:
        ManifestError: the spec is at fault; it holds everything that was found.
    """
    run = _compile(spec, kubernetes, ignore, pod_security, keeps)
    if run.failed:
        raise ManifestError(run.found)
    manifest = object.__new__(Manifest)
    for name, value in (
        ("objects", tuple(one.tree for one in run.compiled)),
        ("diagnostics", tuple(run.found)),
        ("_origins", tuple(run.compiled)),
    ):
        object.__setattr__(manifest, name, value)
    return manifest


def render(
    spec: Spec,
    *,
    format: Format = "yaml",  # noqa: A002  the word of the command line and of kubectl
    kubernetes: str = DEFAULT_VERSION,
    ignore: Iterable[str] = (),
    pod_security: str | None = None,
    keeps: Iterable[str] = (),
) -> str:
    """Compile a spec, or several, to the text of a manifest: ``yaml``, ``json`` (several objects as a List) or ``kyaml``.

    The rest is as for :func:`build`.

    Raises:
        ManifestError: the spec is at fault; it holds everything that was found.
    """
    return write(build(spec, kubernetes=kubernetes, ignore=ignore, pod_security=pod_security, keeps=keeps), format)


def write(manifest: Manifest, format: Format = "yaml") -> str:  # noqa: A002  as in render
    """Write a manifest as text."""
    return _WRITERS[format](manifest.objects)


_WRITERS: Final = {"yaml": emit.yaml, "json": emit.json, "kyaml": emit.kyaml}
FORMATS: Final[tuple[Format, ...]] = ("yaml", "json", "kyaml")


def check(
    spec_or_manifest: Any,
    *,
    kubernetes: str = DEFAULT_VERSION,
    ignore: Iterable[str] = (),
    pod_security: str | None = None,
    keeps: Iterable[str] = (),
) -> tuple[Diagnostic, ...]:
    """Judge a spec, a manifest, or any object at all; everything that is found, errors and warnings. Never raises.

    What is asked of it is said as for :func:`build`.
    """
    return tuple(_compile(spec_or_manifest, kubernetes, ignore, pod_security, keeps).found)


def _compile(spec: Any, kubernetes: str, ignore: Iterable[str], pod_security: str | None, keeps: Iterable[str]) -> _Run:
    run = _Run()
    try:
        asked = _asked(kubernetes, pod_security, keeps)
        items = list(_items(spec))
    except ManifestError as error:
        run.found.extend(error.diagnostics)
        return run
    except RecursionError:
        run.found.append(manifests.TOO_DEEP.at(()))
        return run
    if not items:
        run.found.append(NO_OBJECTS.at(()))
    ignored = frozenset(ignore)
    run.found.extend(CANNOT_BE_IGNORED.at((), code=code) for code in sorted(ignored) if not code.startswith(IGNORABLE))
    reading = Reading(asked.versions)
    for item in items:
        try:
            found = list(_one(item, asked, reading, run))
        except RecursionError:
            found = [manifests.TOO_DEEP.at(())]
        if len(found) > 1:
            found = _as_read(found, item.form)
        room = MOST_FAULTS - len(run.found)
        if len(found) > room:
            found[room:] = [TOO_MANY.at((), most=MOST_FAULTS)]
        run.found += [_located(item, one) for one in found if one.code not in ignored]
        if len(run.found) > MOST_FAULTS:
            break
    run.found += [one for one in _together(run.compiled, asked.versions[-1]) if one.code not in ignored]
    # One word of a spec may stand in several objects, and be at fault in each: it is one fault.
    run.found = list({(one.code, one.source, one.document, one.path, one.message): one for one in reversed(run.found)}.values())[::-1]
    run.found.sort(key=lambda one: one.severity != "error")  # what stops the work comes first
    return run


def _asked(kubernetes: str, pod_security: str | None, keeps: Iterable[str]) -> _Asked:
    paths = [keeps] if isinstance(keeps, str) else list(keeps)
    strays = [stray for path in paths for stray in not_rooted(path)]
    if strays:
        raise ManifestError(strays)
    return _Asked(
        [published(version) for version in versions(kubernetes)],
        None if pod_security is None else standard(pod_security),
        list(kept_apart(paths)),
    )


def not_rooted(path: str, steps: Steps = ()) -> Iterator[Diagnostic]:
    """Say that a path to keep does not begin at the root, if so."""
    if not is_rooted(path):
        yield NOT_ROOTED.at(steps, path=path, meant=f"/{path}" if path else None)


def _items(spec: Any, steps: Steps = (), number: int = 0, document: Document | None = None) -> Iterator[_Item]:
    """Take apart what was given: documents, lists, and ``kind: List``."""
    if isinstance(spec, Document):
        yield from _items(spec.value, (), spec.number, spec)
    elif isinstance(spec, Manifest):
        yield from _items(spec.objects)
    elif isinstance(spec, list | tuple):
        for index, one in enumerate(spec):
            beneath = () if isinstance(one, Document) else (*steps, index)
            yield from _items(one, beneath, number, document)
    elif isinstance(spec, Mapping) and spec.get("kind") == "List" and isinstance(spec.get("items"), list):
        strays = tuple(key for key in spec if key not in _OF_A_LIST)
        if strays:
            yield _Item(spec, steps, number, document, strays)
        for index, one in enumerate(spec["items"]):
            yield from _items(one, (*steps, "items", index), number, document)
    else:
        yield _Item(spec, steps, number, document)


def _one(item: _Item, asked: _Asked, reading: Reading, run: _Run) -> Iterator[Diagnostic]:
    """Compile one spec or pass one manifest, and check what comes of it; places are those of the item."""
    value = item.value
    work = Work(asked.versions[-1])
    if item.strays:
        yield from (UNKNOWN_KEY.at((key,), key=key, owner="a List", near=nearest(key, _OF_A_LIST)) for key in item.strays)
        return
    if isinstance(value, Mapping) and "apiVersion" in value:
        tree, found = manifests.passed(value)
        yield from found
        if not found:
            right, told = judged(tree, asked.versions, asked.standard)
            run.compiled.append(_Compiled(tree, work.origins, item, right))
            unkept = [one for path in asked.keeps for one in promised(tree, path)] if right else []
            yield from (_at(one.diagnostic, written(tree, one.place)) for one in (*unkept, *told))
        return
    if isinstance(value, Model):
        salvage = None
        model: Model | None = value
    elif isinstance(value, Mapping):
        salvage = Salvage(value, reading)
        model = salvage.model
        yield from salvage.faults
    else:
        yield NOT_A_SPEC.at((), found=kind_of(value))
        return
    if model is not None:
        yield from _built(item, model, salvage, work, asked, run)


def _built(item: _Item, model: Model, salvage: Salvage | None, work: Work, asked: _Asked, run: _Run) -> Iterator[Diagnostic]:
    """Build a model's objects, lay its overlays over them, and judge them."""
    form = item.form

    def told(one: Diagnostic, steps: Steps, node: Steps) -> Iterator[Diagnostic]:
        """Tell a fault at its place in the user's spec, unless what it judges was taken out as malformed."""
        if salvage is not None:
            steps, node = salvage.restored(steps), salvage.restored(node)
            if salvage.is_spoilt(node):
                return
        if one.code not in model.ignore:
            yield _at(one, written(form, steps))

    work.name, work.namespace = model.name, model.namespace
    trees = objects(work, model)
    work.found += [CANNOT_BE_IGNORED.at(("ignore", code), code=code) for code in model.ignore if not code.startswith(IGNORABLE)]
    work.found += [stray for one in work.promises for stray in not_rooted(one.path, one.place)]
    work.found += overlaid(trees, [*model.overlay], work)
    for one in work.found:
        # The number of an item and a key of digits look alike in a pointer; both are found by the number.
        steps = tuple(int(token) if token.isdecimal() else token for token in one.path.tokens)
        yield from told(one, steps, steps)
    for tree in trees:
        right, found = _judged(tree, asked)
        run.compiled.append(_Compiled(tree, work.origins, item, right))
        if right and tree is trees[0]:
            for unkept in _unkept(tree, work.promises):
                yield from told(*unkept)
            further = kept_apart(asked.keeps, (promise.path for promise in work.promises))
            found[:0] = [one for path in further for one in promised(tree, path)]
        for diagnostic, place, node in found:
            yield from told(diagnostic, work.origins.trace(tree, place), work.origins.trace(tree, node))


def _judged(tree: dict[str, Any], asked: _Asked) -> tuple[bool, list[Judged]]:
    """Judge a built object, if a text can hold it: Python's own strings and numbers can be more than that."""
    unfit = [(one, one.path.steps(tree)) for one in manifests.unfit(tree)]
    if unfit:
        return False, [Judged(one, steps, steps) for one, steps in unfit]
    return judged(tree, asked.versions, asked.standard)


def _unkept(tree: dict[str, Any], promises: Iterable[Promise]) -> Iterator[Judged]:
    """Judge a finished object by what its spec promised; the places are the spec's."""
    for promise in promises:
        if is_rooted(promise.path):  # or it is told already
            for broken in promised(tree, promise.path, promise.container):
                yield Judged(broken.diagnostic, promise.place, promise.pod)


def _together(compiled: Sequence[_Compiled], version: Published) -> Iterator[Diagnostic]:
    """Judge the objects together; of two specs, each may ignore what is told of it."""
    right = [one for one in compiled if one.right]
    for number, (diagnostic, place, _) in judged_together([one.tree for one in right], version):
        one = right[number]
        ignored = one.item.value.get("ignore", {}) if isinstance(one.item.value, Mapping) else getattr(one.item.value, "ignore", {})
        if diagnostic.code not in ignored:
            yield _located(one.item, _at(diagnostic, written(one.item.form, one.origins.trace(one.tree, place))))


def _as_read(found: Iterable[Diagnostic], form: Any) -> list[Diagnostic]:
    """Sort what was found as its reader goes through it: shape before values, and either from top to bottom."""
    ranks: dict[int, dict[str, int]] = {}
    return sorted(found, key=lambda one: (not one.code.startswith(_OF_SHAPE), reading_order(form, one.path.steps(form), ranks)))


def _at(diagnostic: Diagnostic, steps: Steps) -> Diagnostic:
    return dataclasses.replace(diagnostic, path=Pointer.of(steps))


def _located(item: _Item, diagnostic: Diagnostic) -> Diagnostic:
    """Give a diagnostic its place in the whole document, and in the text where there is one."""
    path = Pointer(Pointer.of(item.steps) + diagnostic.path)
    document = item.document
    line, column = (document and document.place(path, key=diagnostic.code in _AT_KEY)) or (None, None)
    source = document.source if document else ""
    return dataclasses.replace(diagnostic, path=path, document=item.number, source=source, line=line, column=column)
