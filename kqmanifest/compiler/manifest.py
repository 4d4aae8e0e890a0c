"""Checked objects, and where every part of them came from."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from typing import Any

from kqmanifest import emit
from kqmanifest.builder.origins import Origins
from kqmanifest.diagnostics import Diagnostic, ManifestError, Pointer, Steps
from kqmanifest.limits import TOO_MANY_DOCUMENTS, Limits
from kqmanifest.model.pod import Document as Model
from kqmanifest.presets.preset import ITSELF, Preset, trace_to_preset
from kqmanifest.read import Document
from kqmanifest.redaction import redact
from kqmanifest.specs.written import Written


def titles(objects: Iterable[Any]) -> str:
    """Name objects as kubectl does, and show nothing that they hold: ``Job/training-2, Secret/registry``."""
    return ", ".join(_title(one) for one in objects)


def _title(value: Any) -> str:
    if not isinstance(value, Mapping):
        return type(value).__name__
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else value.get("name")
    return redact("/".join(str(part) for part in (value.get("kind"), name) if isinstance(part, str)) or "an object")


@dataclasses.dataclass(frozen=True)
class Item:
    """One spec or object as it was given: its value as plain data, its place in the document, and the document."""

    value: Any = dataclasses.field(repr=False)
    steps: Steps = dataclasses.field(repr=False)
    number: int
    document: Document | None
    strays: tuple[str, ...] = ()
    """The keys of a List that no List has."""
    is_marked: bool = False
    """Whether it holds, somewhere, what no text can."""
    kind: type[Model] | None = None
    """The model that it was given as."""
    model: Preset | None = dataclasses.field(default=None, repr=False)
    """A preset that holds what only Python can say: it is built as it was given."""
    fault: Diagnostic | None = None
    """Why nothing of it could be taken."""

    @functools.cached_property
    def written(self) -> Written:
        """Return what spells its places as its user wrote them."""
        return Written(self.value)

    def located(self, diagnostic: Diagnostic, *, key: bool) -> Diagnostic:
        """Return a diagnostic at its place in the whole document, that of its key or of its value, and in the text where there is one."""
        path = Pointer(Pointer.of(self.steps) + diagnostic.path)
        line, column = (self.document and self.document.place(path, key=key)) or (None, None)
        source = self.document.source if self.document else ""
        return dataclasses.replace(diagnostic, path=path.redacted, document=self.number, source=source, line=line, column=column)


def counted(items: Iterable[Item], limits: Limits) -> list[Item]:
    """List the items of one call, and count their documents: one that holds several in a ``kind: List`` is one.

    Raises:
        ManifestError: they are too many.
    """
    listed: list[Item] = []
    count = 0
    before: object = None
    for item in items:
        steps = item.steps[: item.steps.index("items")] if "items" in item.steps else item.steps
        count += (item.number, item.document, steps) != before
        before = item.number, item.document, steps
        if count > limits.documents:
            raise ManifestError([item.located(TOO_MANY_DOCUMENTS.at((), most=limits.documents), key=False)])
        listed.append(item)
    return listed


@dataclasses.dataclass(frozen=True, slots=True)
class Compiled:
    """One object, where its parts came from, the spec that asked for it, and whether its shape is right."""

    tree: dict[str, Any] = dataclasses.field(repr=False)
    origins: Origins = dataclasses.field(repr=False)
    item: Item
    right: bool
    places: Mapping[Steps, Steps] = dataclasses.field(default=ITSELF, repr=False)
    """Where a preset has made it: which places of its spec asked for those of the document that this is made of."""
    meant: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Codes that the preset means to be so."""
    ignored: Iterable[str] = ()
    """Codes that its own document ignores."""

    def trace(self, steps: Steps) -> Steps:
        """Follow ``steps`` down the object and give the place in the user's spec that it came from."""
        return trace_to_preset(self.places, self.origins.trace(self.tree, steps))


@dataclasses.dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Manifest:
    """Checked Kubernetes objects. There is no unchecked one: :func:`build` makes it, or raises."""

    objects: tuple[dict[str, Any], ...]
    """The objects, in the order in which they are to be applied."""
    diagnostics: tuple[Diagnostic, ...]
    """What is unwise about them, and nobody ignored."""
    _origins: tuple[Compiled, ...]

    def __init__(self) -> None:
        """Refuse: a manifest is built."""
        raise TypeError("a Manifest is checked: make it with kqmanifest.build(spec)")

    def __repr__(self) -> str:
        """Name the objects, and show nothing that they hold."""
        return f"{type(self).__name__}({titles(self.objects)})"

    @property
    def source_map(self) -> dict[str, Pointer]:
        """Say for every place of the objects (``/0/spec`` is the first one's spec) which place of the spec it came from."""
        found: dict[str, Pointer] = {}
        for number, one in enumerate(self._origins):
            for steps in one.origins.places(one.tree):
                place = (*one.item.steps, *one.item.written.place(one.trace(steps)))
                found[Pointer.of((number, *steps))] = Pointer.of(place)
        return found

    def __str__(self) -> str:
        """Write the manifest as YAML."""
        return emit.yaml(self.objects)
