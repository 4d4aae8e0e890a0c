"""Overlays: partial objects of a spec, laid last over the objects that it renders."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.builder.work import Work
from kqmanifest.diagnostics import Diagnostic, Fault, Pointer, Step, Steps
from kqmanifest.model.values import thawed
from kqmanifest.overlay import merged

AMBIGUOUS: Final = Fault(
    "KQ1013",
    "this overlay fits {count} of the objects: {objects}",
    ("name the one that is meant: `kind`, and `metadata: {{name: …}}` where several are of a kind",),
)
FITS_NOTHING: Final = Fault(
    "KQ1014",
    "this overlay fits none of the objects: {objects}",
    ("name the `kind` of one of them, and its `metadata: {{name: …}}` where several are of a kind",),
)


def overlaid(trees: Sequence[dict[str, Any]], overlays: Sequence[Any], work: Work, place: Steps = ("overlay",)) -> Iterator[Diagnostic]:
    """Lay each overlay over the object that it names, in place, and tell what is wrong with it; they stand at ``place``."""
    for index, frozen in enumerate(overlays):
        overlay, here = thawed(frozen), (*place, index)
        fitting = [tree for tree in trees if _fits(tree, overlay, trees)]
        if len(fitting) != 1:
            objects = [f"{tree['kind']} {tree['metadata'].get('name', '')}".strip() for tree in fitting or trees]
            yield (AMBIGUOUS if fitting else FITS_NOTHING).at(here, count=len(fitting), objects=objects)
            continue
        (tree,) = fitting

        def note(parent: Any, key: Step | None, steps: Steps, here: Steps = here) -> None:
            if key is None:
                work.origins.node(parent, (*here, *steps))
            else:
                work.origins.member(parent, key, (*here, *steps))

        type_name = work.published.type_of(tree["apiVersion"], tree["kind"])
        for fault in merged(work.published, type_name, tree, overlay, note):
            yield _below(fault, here)


def _fits(tree: Mapping[str, Any], overlay: Mapping[str, Any], trees: Sequence[Mapping[str, Any]]) -> bool:
    kind, metadata = overlay.get("kind", tree["kind"]), overlay.get("metadata")
    if kind != tree["kind"] or overlay.get("apiVersion", tree["apiVersion"]) != tree["apiVersion"]:
        return False
    alike = [one for one in trees if one["kind"] == kind]
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    return len(alike) == 1 or name is None or name == tree["metadata"].get("name")


def _below(fault: Diagnostic, steps: Steps) -> Diagnostic:
    return dataclasses.replace(fault, path=Pointer(Pointer.of(steps) + fault.path))
