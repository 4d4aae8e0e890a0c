"""What is given in one call, one by one: each spec or object as plain data, with its place in its document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.compiler.item import Item
from kqmanifest.compiler.manifest import Compiled, Manifest
from kqmanifest.diagnostics import ManifestError, Steps
from kqmanifest.limits import TOO_MANY_DOCUMENTS, Limits
from kqmanifest.read import Document
from kqmanifest.read.document import Origin
from kqmanifest.specs.foreign import Foreign
from kqmanifest.specs.intake import Intake, TooMuchError, model_forms

OF_A_LIST: Final = frozenset({"apiVersion", "kind", "metadata", "items"})


class Items:
    """What is given in one call, one by one: documents, lists, and ``kind: List``."""

    def __init__(self, limits: Limits) -> None:
        """Begin to count."""
        self._limits = limits
        self._intake = Intake(limits)
        self.count = 0
        """How many documents were listed that hold something."""
        self.has_list = False
        """Whether a ``kind: List`` was among it: an empty one is what ``kubectl get`` prints where there is nothing, and no mistake."""

    def listed(self, spec: Any) -> list[Item]:
        """List the items of what is given, and count its documents: one that holds several in a ``kind: List`` is one.

        Raises:
            ManifestError: they are too many, with those that were listed before.
        """
        listed: list[Item] = []
        before: object = None
        for item in self.of(spec):
            steps = item.steps[: item.steps.index("items")] if "items" in item.steps else item.steps
            self.count += (item.number, item.document, steps) != before
            before = item.number, item.document, steps
            if self.count > self._limits.documents:
                raise ManifestError([item.located(TOO_MANY_DOCUMENTS.at((), most=self._limits.documents), key=False)])
            listed.append(item)
        return listed

    def of(self, spec: Any, steps: Steps = (), number: int = 0, document: Document | None = None) -> Iterator[Item]:
        """Return each spec and manifest, as plain data."""
        kind = type(spec)
        if issubclass(kind, Document | Manifest):
            yield from self._opened(spec, kind, steps, number, document)
        elif issubclass(kind, list | tuple):
            entries = list.copy(spec) if issubclass(kind, list) else [*tuple.__iter__(spec)]
            try:
                self._intake.count(len(entries), len(steps))
            except TooMuchError as error:
                yield Item(None, steps, number, document, fault=error.finding)
                return
            for index, one in enumerate(entries):
                yield from self.of(one, () if issubclass(type(one), Document) else (*steps, index), number, document)
        else:
            yield from self._taken(spec, kind, steps, number, document)

    def _opened(self, spec: Any, kind: type[Any], steps: Steps, number: int, document: Document | None) -> Iterator[Item]:
        """Open a document or a manifest, if it is as it was made: frozen values can be forced."""
        if issubclass(kind, Manifest):
            held = getattr(spec, "_compiled", None)
            if type(held) is tuple and all(type(one) is Compiled for one in held):
                yield from self.of([one.tree for one in held], (), number, document)
            else:
                yield Item(self._intake.mark(f"a {kind.__name__} with parts of the wrong type"), steps, number, document)
            return
        value, place, source, origin = (getattr(spec, name, None) for name in ("value", "number", "source", "origin"))
        if type(place) is int and type(source) is str and (origin is None or type(origin) is Origin):
            yield from self.of(value, (), place, Document(value, place, source, origin))
        else:
            yield Item(self._intake.mark(f"a {kind.__name__} with parts of the wrong type"), steps, number, document)

    def _taken(self, spec: Any, kind: type[Any], steps: Steps, number: int, document: Document | None) -> Iterator[Item]:
        """Take a spec or manifest as plain data, and a ``kind: List`` apart."""
        before = self._intake.marks
        self._intake.begin()
        try:
            tree = self._intake.take(spec)
        except TooMuchError as error:
            yield Item(None, steps, number, document, fault=error.finding)
            return
        is_marked = self._intake.marks > before
        if kind is dict or not issubclass(kind, model_forms().PARTS):
            yield from self._apart(tree, steps, number, document, is_marked=is_marked)
        elif not model_forms().is_document(kind):
            yield Item(Foreign(f"a {kind.__name__}"), steps, number, document, is_marked=True)
        elif is_marked and _is_for_python_only(kind, tree):
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


def _is_for_python_only(kind: type[Any], form: Any) -> bool:
    from kqmanifest.compiler.building import is_for_python_only  # noqa: PLC0415  presets are known where specs are built

    return is_for_python_only(kind, form)
