"""Overlays: partial objects of a spec, laid last over the objects that it renders."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

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


class _Target(NamedTuple):
    """An object that overlays may be laid over, by what it is called before any of them is: one may take that away."""

    tree: dict[str, Any]
    api_version: str
    kind: str
    name: str | None


def overlaid(trees: Sequence[dict[str, Any]], overlays: Sequence[Any], work: Work, place: Steps = ("overlay",)) -> Iterator[Diagnostic]:
    """Lay each overlay over the object that it names, in place, and tell what is wrong with it; they stand at ``place``."""
    targets = [_Target(tree, tree["apiVersion"], tree["kind"], tree["metadata"].get("name")) for tree in trees]
    for index, frozen in enumerate(overlays):
        overlay, here = thawed(frozen), (*place, index)
        fitting = [target for target in targets if _fits(target, overlay, targets)]
        if len(fitting) != 1:
            objects = [f"{target.kind} {target.name or ''}".strip() for target in fitting or targets]
            yield (AMBIGUOUS if fitting else FITS_NOTHING).at(here, count=len(fitting), objects=objects)
            continue
        (target,) = fitting

        def note(parent: Any, key: Step | None, steps: Steps, here: Steps = here) -> None:
            if key is None:
                work.origins.node(parent, (*here, *steps))
            else:
                work.origins.member(parent, key, (*here, *steps))

        type_name = work.published.type_of(target.api_version, target.kind)
        for fault in merged(work.published, type_name, target.tree, overlay, note):
            yield _below(fault, here)


def _fits(target: _Target, overlay: Mapping[str, Any], targets: Sequence[_Target]) -> bool:
    kind, metadata = overlay.get("kind", target.kind), overlay.get("metadata")
    if kind != target.kind or overlay.get("apiVersion", target.api_version) != target.api_version:
        return False
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    return name is None or name == target.name or sum(other.kind == kind for other in targets) == 1


def _below(fault: Diagnostic, steps: Steps) -> Diagnostic:
    return dataclasses.replace(fault, path=Pointer(Pointer.of(steps) + fault.path))
