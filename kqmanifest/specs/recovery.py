"""Error recovery: what is left of a spec without its malformed parts, so that the rest can be judged in the same run."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kqmanifest.diagnostics import Finding, Steps
from kqmanifest.model.pod import KindModel
from kqmanifest.specs.spec import SpecGrammar, read_spec
from kqmanifest.specs.written import Written

_ROUNDS = 8
"""How often removing a part may make the part around it malformed."""


class Recovery:
    """A spec, what is malformed about it, and what can be built in spite of that."""

    def __init__(self, document: Mapping[str, Any], grammar: SpecGrammar) -> None:
        """Read the spec; where that fails, remove what is malformed and read again."""
        self.faults: Sequence[Finding] = ()
        self.model: KindModel | None = None
        self._gone: dict[Steps, list[int]] = {}
        self._damaged: set[Steps] = set()
        left: Any = document
        for _ in range(_ROUNDS):
            read = read_spec(left, grammar)
            if isinstance(read, KindModel):
                self.model = read
                return
            self.faults = self.faults or read
            left = self._without(left, {one.steps for one in read})
            if left is None or not isinstance(left.get("kind"), str):
                return

    def _without(self, document: Any, places: Iterable[Steps]) -> Any:
        """Copy the document without these places; None where nothing is left."""
        gone = set(places)
        if () in gone:
            return None
        # Places are remembered as they are in the given document, entries of a short form by their number.
        written = Written(document)
        for *parents, last in [self.original_place(written.numbered(steps)) for steps in gone]:
            above = tuple(parents)
            self._damaged.update((*above, last)[:depth] for depth in range(len(above) + 2))
            if isinstance(last, int):
                self._gone.setdefault(above, []).append(last)
        for indexes in self._gone.values():
            indexes.sort()
        return _copied(document, (), gone)

    def original_place(self, steps: Steps) -> Steps:
        """Turn a place of what is left into the place that it has in the whole spec."""
        found: Steps = ()
        for step in steps:
            if isinstance(step, int):
                step += _before(self._gone.get(found, ()), step)  # noqa: PLW2901  the removed items were before it
            found = (*found, step)
        return found

    def is_damaged(self, steps: Steps) -> bool:
        """Return whether something below this place of the whole spec was removed, so that a judgement of it is not certain."""
        return steps in self._damaged


def _before(gone: Sequence[int], index: int) -> int:
    """Count the removed items before the one that has this index without them; ``gone`` are their indexes in the whole list, in order."""
    # The nth that is gone had gone[n] - n that are left before it.
    return bisect.bisect_right(range(len(gone)), index, key=lambda number: gone[number] - number)


def _copied(value: Any, steps: Steps, gone: set[Steps]) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(item, (*steps, key), gone) for key, item in value.items() if (*steps, key) not in gone}
    if isinstance(value, list | tuple):
        return [_copied(item, (*steps, index), gone) for index, item in enumerate(value) if (*steps, index) not in gone]
    return value
