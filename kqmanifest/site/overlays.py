"""What a site says of overlays: which fields they may set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault, Steps
from kqmanifest.model.pod import Document
from kqmanifest.model.site import Site

OVERLAY: Final = Fault(
    "KQ5109", "this site does not allow an overlay to set {field}", ("take it out; overlays may set {allowed}", "take it out")
)

_WHO: Final = frozenset({"apiVersion", "kind", "metadata.name"})
"""Fields that say which object is meant."""


def beyond(site: Site | None, document: Document) -> Iterator[Diagnostic]:
    """Tell what a document's overlays set that they may not."""
    if site is None or site.allow is None or site.allow.overlay is None:
        return
    allowed = site.allow.overlay
    for index, overlay in enumerate(document.overlay):
        for steps in _set(overlay, ("overlay", index), merged=False):
            field = ".".join(str(step) for step in steps[2:] if isinstance(step, str))
            if field not in _WHO and not any(field == one or field.startswith(f"{one}.") for one in allowed):
                yield OVERLAY.at(steps, field=field, allowed=list(allowed) or None)


def _set(node: Any, steps: Steps, *, merged: bool) -> Iterator[Steps]:
    """Give the place of everything that an overlay sets; the name of a list's entry says which is meant, and sets nothing."""
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            if not (merged and key == "name" and isinstance(value, str) and len(node) > 1):
                yield from _set(value, (*steps, key), merged=False)
    elif isinstance(node, list | tuple) and node:
        for index, item in enumerate(node):
            yield from _set(item, (*steps, index), merged=True)
    else:
        yield steps
