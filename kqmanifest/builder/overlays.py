"""Overlays: partial objects of a spec, applied last to the objects that it renders."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kqmanifest.builder.context import BuildContext
from kqmanifest.builder.patches import apply_patch
from kqmanifest.diagnostics import Fault, Finding, Step, Steps
from kqmanifest.model.values import thawed

AMBIGUOUS: Final = Fault(
    "KQ1013",
    "this overlay matches {count} objects: {objects}",
    ("write the `kind` of the one to change, and its `metadata: {{name: …}}` if several have that kind",),
)
FITS_NOTHING: Final = Fault(
    "KQ1014",
    "this overlay matches none of the objects: {objects}",
    ("write the `kind` of one of them, and its `metadata: {{name: …}}` if several have that kind",),
)

_Words: TypeAlias = "tuple[Hashable, Hashable, Hashable]"
"""A kind, an apiVersion, a name."""
_ANY: Final = object()
"""Stands for a word that is not given."""
_MOST_SHOWN: Final = 100
"""How many objects are named: a sentence holds no more of them."""


def overlaid(
    trees: Sequence[dict[str, Any]], overlays: Sequence[Any], work: BuildContext, place: Steps = ("overlay",)
) -> Iterator[Finding]:
    """Apply each overlay to the object that it names, in place, and report what is wrong with it; the overlays are at ``place``."""
    targets = _Targets(trees if overlays else ())
    for index, patch in enumerate(overlays):
        overlay, here = thawed(patch), (*place, index)
        count, numbers = targets.fitting(overlay)
        if count != 1:
            shown = [targets.name(number) for number in itertools.islice(numbers if count else range(len(trees)), _MOST_SHOWN)]
            yield (AMBIGUOUS if count else FITS_NOTHING).at(here, count=count, objects=shown)
            continue
        number = next(numbers)
        tree = trees[number]

        def note(parent: Any, key: Step | None, steps: Steps, here: Steps = here) -> None:
            if key is None:
                work.origins.node(parent, (*here, *steps))
            else:
                work.origins.member(parent, key, (*here, *steps))

        kind, api_version, _ = targets.words[number]
        type_name = work.published.type_of(api_version, kind)
        for fault in apply_patch(work.published, type_name, tree, overlay, note):
            yield fault.below(here)


class _Targets:
    """The objects that overlays may name, each under all that an overlay can say of it: no overlay has to look at every object."""

    def __init__(self, trees: Sequence[Mapping[str, Any]]) -> None:
        """Index each object by its kind, apiVersion and name, and by each subset of these, as they are before any overlay is applied."""
        self.words = [_words(tree) for tree in trees]
        self._fitting: dict[_Words, dict[int, None]] = {}
        for number, words in enumerate(self.words):
            kinds, api_versions, names = ({word, _ANY} for word in words)
            for choice in itertools.product(kinds, api_versions, names):
                self._fitting.setdefault(choice, {})[number] = None
        self._alone = [kind for kind in dict.fromkeys(kind for kind, _, _ in self.words) if self._is_alone(kind)]

    def fitting(self, overlay: Mapping[str, Any]) -> tuple[int, Iterator[int]]:
        """Return how many objects an overlay matches, and their numbers; the only object of its kind needs no name."""
        kind, api_version, name = _words(overlay)
        if kind is not _ANY and self._is_alone(kind):
            name = _ANY
        numbers = self._of(kind, api_version, name)
        kinds = self._alone if kind is _ANY and name is not _ANY else ()
        alone = {number for one in kinds for number in self._of(one, api_version, _ANY)} - numbers.keys()
        return len(numbers) + len(alone), heapq.merge(numbers, sorted(alone))

    def name(self, number: int) -> str:
        """Name an object by its kind and its name."""
        kind, _, name = self.words[number]
        return " ".join(str(word) for word in (kind, name) if word is not _ANY).strip()

    def _of(self, kind: Hashable, api_version: Hashable, name: Hashable) -> Mapping[int, None]:
        return self._fitting.get((kind, api_version, name), {})

    def _is_alone(self, kind: Hashable) -> bool:
        return len(self._of(kind, _ANY, _ANY)) == 1


def _words(thing: Mapping[str, Any]) -> _Words:
    """Return the kind, apiVersion and name of an object, or those that an overlay gives of its target."""
    metadata = thing.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    kind, api_version = (_word(thing[key]) if key in thing else _ANY for key in ("kind", "apiVersion"))
    return kind, api_version, _ANY if name is None else _word(name)


def _word(value: Any) -> Hashable:
    return repr(value) if isinstance(value, dict | list) else value
