"""What a site allows of overlays: which fields they may set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault, Finding, Pointer, Steps
from kqmanifest.model.pod import KindModel
from kqmanifest.model.site import Site

OVERLAY: Final = Fault(
    "KQ5109", "this site does not allow an overlay to set {field}", ("remove it; overlays may set {allowed}", "remove it")
)

_WHO: Final = frozenset({("apiVersion",), ("kind",), ("metadata", "name")})
"""Fields that name the object to change."""


def beyond(site: Site | None, document: KindModel) -> Iterator[Finding]:
    """Report the fields that a document's overlays set and may not."""
    if site is None or site.allow is None:
        return
    allowed = [steps_of(path) for path in site.allow.overlay]
    for index, overlay in enumerate(document.overlay):
        for steps in _set(overlay, ("overlay", index), merged=False):
            field = tuple(step for step in steps[2:] if isinstance(step, str))
            if field not in _WHO and not any(field[: len(one)] == one for one in allowed):
                yield OVERLAY.at(steps, field=".".join(field), allowed=list(site.allow.overlay) or None)


def steps_of(path: str) -> tuple[str, ...]:
    """Read what an overlay may set: steps with dots between them, or a JSON pointer where a key contains a dot."""
    return Pointer(path).tokens if path.startswith("/") else tuple(path.split("."))


def _set(node: Any, steps: Steps, *, merged: bool) -> Iterator[Steps]:
    """Return the place of everything that an overlay sets; the name of a list's entry identifies it, and sets nothing."""
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            if not (merged and key == "name" and isinstance(value, str) and len(node) > 1):
                yield from _set(value, (*steps, key), merged=False)
    elif isinstance(node, list | tuple) and node:
        for index, item in enumerate(node):
            yield from _set(item, (*steps, index), merged=True)
    else:
        yield steps
