"""Checked objects, and where every part of them came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from kqmanifest import emit
from kqmanifest.builder.origins import Origins
from kqmanifest.builder.tracing import ITSELF, trace_to_preset
from kqmanifest.compiler.item import Item
from kqmanifest.diagnostics import Diagnostic, ManifestError, Pointer, Steps
from kqmanifest.redaction import redact


def titles(objects: Iterable[Any]) -> str:
    """Name objects as kubectl does, and show nothing that they hold: ``Job/training-2, Secret/registry``."""
    return ", ".join(_title(one) for one in objects)


def _title(value: Any) -> str:
    if not isinstance(value, Mapping):
        return type(value).__name__
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else value.get("name")
    return redact("/".join(str(part) for part in (value.get("kind"), name) if isinstance(part, str)) or "an object")


@dataclasses.dataclass(frozen=True, slots=True)
class Compiled:
    """One object, where its parts came from, the spec that requested it, and whether its shape is right."""

    tree: dict[str, Any] = dataclasses.field(repr=False)
    origins: Origins = dataclasses.field(repr=False)
    item: Item
    right: bool
    places: Mapping[Steps, Steps] = dataclasses.field(default_factory=lambda: ITSELF, repr=False)
    """Where a preset has made it: which places of its spec requested those of the document that this is made of."""
    meant: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Codes that the preset intends."""
    ignored: Iterable[str] = ()
    """Codes that its own document ignores."""

    def trace(self, steps: Steps) -> Steps:
        """Follow ``steps`` down the object and return the place in the user's spec that it came from."""
        return trace_to_preset(self.places, self.origins.trace(self.tree, steps))


@dataclasses.dataclass(slots=True)
class Compilation:
    """What one call has made so far, and what was found."""

    compiled: list[Compiled] = dataclasses.field(default_factory=list)
    found: list[Diagnostic] = dataclasses.field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Return whether anything found stops the work."""
        return any(one.severity == "error" for one in self.found)


class Manifest:
    """Checked Kubernetes objects. There is no unchecked one: :func:`kqmanifest.build` makes it, or raises."""

    __slots__ = ("_compiled", "_diagnostics")

    def __init__(self, compilation: Compilation) -> None:
        """Take what was compiled.

        Raises:
            ManifestError: something in it is wrong.
            TypeError: it was not compiled.
        """
        if not isinstance(compilation, Compilation):
            raise TypeError("a Manifest is checked: make it with kqmanifest.build(spec)")
        if compilation.failed:
            raise ManifestError(compilation.found)
        self._compiled = tuple(compilation.compiled)
        self._diagnostics = tuple(compilation.found)

    @property
    def objects(self) -> tuple[dict[str, Any], ...]:
        """The objects, in the order in which they are to be applied."""
        return tuple(one.tree for one in self._compiled)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is unwise about them, and not ignored."""
        return self._diagnostics

    @property
    def source_map(self) -> dict[str, Pointer]:
        """Return for every place of the objects (``/0/spec`` is the first one's spec) which place of the spec it came from."""
        found: dict[str, Pointer] = {}
        for number, one in enumerate(self._compiled):
            for steps in one.origins.places(one.tree):
                place = (*one.item.steps, *one.item.written.place(one.trace(steps)))
                found[Pointer.of((number, *steps))] = Pointer.of(place)
        return found

    def __repr__(self) -> str:
        """Name the objects, and show nothing that they hold."""
        return f"{type(self).__name__}({titles(self.objects)})"

    def __str__(self) -> str:
        """Write the manifest as YAML."""
        return emit.yaml(self.objects)
