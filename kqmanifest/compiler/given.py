"""What a call is given: its options, judged before anything else is looked at, and its specs and manifests, taken apart."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.compiler.manifest import Item, Manifest
from kqmanifest.diagnostics import Diagnostic, Fault, ManifestError, Steps
from kqmanifest.limits import Limits
from kqmanifest.model.plain import written_fields
from kqmanifest.model.platform import Platform
from kqmanifest.model.pod import Document as Model
from kqmanifest.model.site import Site
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets import PRESETS, kinds_of
from kqmanifest.presets.platform import agreed
from kqmanifest.presets.preset import Preset
from kqmanifest.read import Document
from kqmanifest.read.document import Origin
from kqmanifest.rules.podsecurity.standards import Standard, rules_of, standard
from kqmanifest.rules.volumes.promises import kept_apart
from kqmanifest.schema.published import KNOWN, Published, published, versions
from kqmanifest.site.reading import unsound
from kqmanifest.specs.intake import PARTS, Foreign, Intake, TooMuchError
from kqmanifest.specs.kinds import WRONG_TYPE, kind_of
from kqmanifest.specs.manifests import not_json
from kqmanifest.specs.spec import Reading, shaped
from kqmanifest.vocabulary.paths import is_rooted

NOT_ROOTED: Final = Fault(
    "KQ1016", "the path to keep, {path}, does not begin at the root", ("write {meant}", "write a path such as /kqi/output")
)
OF_A_LIST: Final = frozenset({"apiVersion", "kind", "metadata", "items"})
_OF_ALL: Final = tuple(key for _, key, _ in written_fields(Preset, ()))
"""What every preset has: the rest is its own, and may be of types that only Python has."""
_OURS: Final = frozenset((*KINDS.values(), *PRESETS.values()))
_MOST: Final = 10_000
"""How many codes, paths or presets one option may hold: what is counted may have no end."""
_NOTHING: Final[tuple[Any, ...]] = ()
_TEXT: Final = "text"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of all objects: the versions that they are judged by, a pod security standard, paths to keep."""

    versions: Sequence[Published]
    standards: tuple[Standard, ...]
    keeps: Sequence[str]
    ignore: Sequence[str]
    """The codes to ignore, those too that cannot be."""
    kinds: Mapping[str, type[Model]]
    """What a spec may name as its kind."""
    site: Site | None = None
    platform: Platform | None = None
    locked: frozenset[str] = frozenset()
    """The codes of the standard that the site asks for: nobody else decides on them."""


def asked(  # noqa: PLR0913, PLR0917  each is a word of the calls of a user
    kubernetes: Any, ignore: Any, pod_security: Any, keeps: Any, presets: Any, platform: Any, site: Any
) -> Asked:
    """Judge the options of a call.

    Raises:
        ManifestError: something in them is at fault, their types too: all that is wrong in what is asked, or in one option.
    """
    if type(kubernetes) is str and ignore is keeps is presets is _NOTHING and pod_security is platform is site is None:
        return _usual(kubernetes)  # nearly every call
    wrong: list[Diagnostic] = []
    version = _one("kubernetes", kubernetes, str, _TEXT, wrong)
    level = None if pod_security is None else _one("podSecurity", pod_security, str, _TEXT, wrong)
    codes = _texts("ignore", ignore, wrong)
    paths = _texts("keeps", keeps, wrong)
    classes = _several("presets", presets, wrong)
    platform = None if platform is None else _one("platform", platform, Platform, "a Platform", wrong)
    site = None if site is None else _one("site", site, Site, "a Site", wrong)
    if wrong:
        raise ManifestError(wrong)
    strays = [stray for path in paths for stray in not_rooted(path)]
    if strays:
        raise ManifestError(strays)
    if site is not None:
        faults = unsound(site)
        if faults:
            raise ManifestError(faults)
        platform, otherwise = agreed(platform, site.platform)
        if otherwise:
            raise ManifestError(dataclasses.replace(one, source="platform") for one in otherwise)
        if site.platform is not None and platform.open is None:
            platform = dataclasses.replace(platform, open=())
    known = [published(one) for one in versions(version)]
    of_the_site = standard(site.defaults.pod_security) if site is not None and site.defaults.pod_security is not None else None
    of_the_run = None if level is None else standard(level)
    return Asked(
        known,
        tuple(one for one in dict.fromkeys((of_the_site, of_the_run)) if one is not None),
        list(kept_apart(paths)),
        sorted(set(codes)),
        {**KINDS, **kinds_of(classes)},
        site,
        platform,
        frozenset(rule.code for one in known for rule in rules_of(of_the_site, one.version)) if of_the_site else frozenset(),
    )


@functools.lru_cache(maxsize=32)
def _usual(kubernetes: str) -> Asked:
    """Ask for nothing but a version."""
    return Asked([published(one) for one in versions(kubernetes)], (), (), (), {**KINDS, **PRESETS})


def not_rooted(path: str, steps: Steps = ()) -> Iterator[Diagnostic]:
    """Say that a path to keep does not begin at the root, if so."""
    if not is_rooted(path):
        yield NOT_ROOTED.at(steps, path=path, meant=f"/{path}" if path else None)


def _one(option: str, value: Any, kind: type[Any], expected: str, wrong: list[Diagnostic]) -> Any:
    """Return an option that is of its type; a text as the plain one that it is, a model if its fields are of their types too."""
    if not issubclass(type(value), kind):
        wrong.append(WRONG_TYPE.at((), field=option, expected=expected, found=kind_of(value)))
    elif kind is str:
        return str.__str__(value)
    else:
        read = _read_again(_Same(value, kind))
        if not isinstance(read, tuple):
            return read
        wrong.extend(dataclasses.replace(one, source=option) for one in read)
    return value


def _several(option: str, values: Any, wrong: list[Diagnostic]) -> list[Any]:
    """List what an option holds, as far as anybody would go."""
    try:
        return [*itertools.islice(iter(values), _MOST)]
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001  it may be anything, and its own code raise anything
        wrong.append(WRONG_TYPE.at((), field=option, expected="a list", found=kind_of(values)))
        return []


def _texts(option: str, values: Any, wrong: list[Diagnostic]) -> list[str]:
    """List the texts that an option holds; one alone is a list of one."""
    if issubclass(type(values), str):
        return [str.__str__(values)]
    return [_one(f"{option}[{number}]", one, str, _TEXT, wrong) for number, one in enumerate(_several(option, values, wrong))]


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """A value that is equal to itself alone, and the model that it is to be."""

    value: Any
    kind: type[Any]

    def __eq__(self, other: object) -> bool:
        """Return whether it is the same value."""
        return isinstance(other, _Same) and self.value is other.value

    def __hash__(self) -> int:
        """Hash its identity."""
        return id(self.value)


@functools.lru_cache(maxsize=64)
def _read_again(same: _Same) -> Any:
    """Read a site or platform in the form of a file, or tell what in it is of another type than its fields are: values can be forced."""
    intake = Intake()
    try:
        form = intake.take(same.value)
    except TooMuchError as error:
        return (error.diagnostic,)
    read = shaped(same.kind, form, Reading([published(KNOWN[-1])]))
    if isinstance(read, list):
        return tuple(read)
    try:
        is_as_read = not intake.marks and hash(read) == hash(same.value) and read == same.value
    except (MemoryError, RecursionError):
        raise
    except Exception:  # noqa: BLE001  its parts may be of anybody's own classes, and a list has no hash
        is_as_read = False
    if is_as_read:
        return same.value
    name = same.kind.__name__
    return (WRONG_TYPE.at((), field=name.lower(), expected=f"a {name}", found=f"a {name} with parts of the wrong type"),)


class Given:
    """What is given in one call, taken apart: documents, lists, and ``kind: List``."""

    def __init__(self, limits: Limits) -> None:
        """Begin to count."""
        self._intake = Intake(limits)
        self.has_list = False
        """Whether a ``kind: List`` was among it: an empty one is what ``kubectl get`` prints where there is nothing, and no mistake."""

    def items(self, spec: Any, steps: Steps = (), number: int = 0, document: Document | None = None) -> Iterator[Item]:
        """Return each spec and manifest, as plain data."""
        kind = type(spec)
        if issubclass(kind, Document | Manifest):
            yield from self._opened(spec, kind, steps, number, document)
        elif issubclass(kind, list | tuple):
            entries = list.copy(spec) if issubclass(kind, list) else [*tuple.__iter__(spec)]
            try:
                self._intake.count(len(entries), len(steps))
            except TooMuchError as error:
                yield Item(None, steps, number, document, fault=error.diagnostic)
                return
            for index, one in enumerate(entries):
                yield from self.items(one, () if issubclass(type(one), Document) else (*steps, index), number, document)
        else:
            yield from self._taken(spec, kind, steps, number, document)

    def _opened(self, spec: Any, kind: type[Any], steps: Steps, number: int, document: Document | None) -> Iterator[Item]:
        """Open a document or a manifest, if it is as it was made: frozen values can be forced."""
        if issubclass(kind, Manifest):
            yield from self.items(getattr(spec, "objects", None), (), number, document)
            return
        value, place, source, origin = (getattr(spec, name, None) for name in ("value", "number", "source", "origin"))
        if type(place) is int and type(source) is str and (origin is None or type(origin) is Origin):
            yield from self.items(value, (), place, Document(value, place, source, origin))
        else:
            yield Item(self._intake.mark(f"a {kind.__name__} with parts of the wrong type"), steps, number, document)

    def _taken(self, spec: Any, kind: type[Any], steps: Steps, number: int, document: Document | None) -> Iterator[Item]:
        """Take a spec or manifest as plain data, and a ``kind: List`` apart."""
        before = self._intake.marks
        self._intake.begin()
        try:
            tree = self._intake.take(spec)
        except TooMuchError as error:
            yield Item(None, steps, number, document, fault=error.diagnostic)
            return
        is_marked = self._intake.marks > before
        if not issubclass(kind, PARTS):
            yield from self._apart(tree, steps, number, document, is_marked=is_marked)
        elif not issubclass(kind, Model):
            yield Item(Foreign(f"a {kind.__name__}"), steps, number, document, is_marked=True)
        elif is_marked and kind not in _OURS and not any(map(not_json, (tree.get(key) for key in _OF_ALL))):
            yield Item(tree, steps, number, document, kind=kind, model=spec)
        else:
            yield Item(tree, steps, number, document, is_marked=is_marked, kind=kind)

    def _apart(self, tree: Any, steps: Steps, number: int, document: Document | None, *, is_marked: bool) -> Iterator[Item]:
        """Take a ``kind: List`` apart, and those in it."""
        if isinstance(tree, dict) and tree.get("kind") == "List" and isinstance(tree.get("items"), list):
            self.has_list = True
            strays = tuple(key for key in tree if key not in OF_A_LIST)
            if strays:
                yield Item(tree, steps, number, document, strays)
            for index, one in enumerate(tree["items"]):
                yield from self._apart(one, (*steps, "items", index), number, document, is_marked=is_marked)
        else:
            yield Item(tree, steps, number, document, is_marked=is_marked)
