"""A document as its user wrote it, with names for numbered entries, and single values for lists of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kqmanifest.diagnostics import Step, Steps


class Written:
    """A document as its user wrote it: an entry that the builder numbers may have a name there, and a list may be a single value."""

    __slots__ = ("_document", "_names", "_numbers")

    def __init__(self, document: Any) -> None:
        """Take plain data, which must not change while this is in use."""
        self._document = document
        self._names: dict[int, Sequence[str]] = {}
        self._numbers: dict[int, Mapping[Step, int]] = {}

    def place(self, steps: Sequence[Step]) -> Steps:
        """Spell a place as the user wrote it, as far as it was written: the deepest part of it that exists.

        Where a spec has the short form, a mapping for a list of named entries or one entry for a list of one,
        an index becomes the name or is dropped.
        """
        found: list[Step] = []
        here = self._document
        for position, step in enumerate(steps):
            spelt = self._spelt(here, step, named=position > 0 and steps[position - 1] in _NAMED)
            if spelt is None:
                continue
            if not _has(here, spelt):
                break
            found.append(spelt)
            here = here[spelt]
        return tuple(found)

    def numbered(self, steps: Steps) -> Steps:
        """Spell a place with numbers for the entries of a short form, as the builder does: the reverse of :meth:`place`."""
        here, found = self._document, list(steps)
        for position, step in enumerate(steps):
            if position and steps[position - 1] in _NAMED and isinstance(here, Mapping):
                if id(here) not in self._numbers:
                    self._numbers[id(here)] = {key: number for number, key in enumerate(here)}
                found[position] = self._numbers[id(here)][step]
            here = _at(here, step)
        return tuple(found)

    def _spelt(self, node: Any, step: Step, *, named: bool) -> Step | None:
        """Spell one step as ``node`` has it: an index into a short form becomes a name, or is dropped (None)."""
        if not isinstance(step, int) or isinstance(node, list | tuple):
            return step
        if not isinstance(node, Mapping):
            return None
        if named and step < len(node):
            if id(node) not in self._names:
                self._names[id(node)] = list(node)
            return self._names[id(node)][step]
        return str(step) if str(step) in node else None


def written(document: Any, steps: Sequence[Step]) -> Steps:
    """Spell one place of a document as its user wrote it."""
    return Written(document).place(steps)


_NAMED = frozenset({"env", "limits"})
"""Lists whose short form is a mapping from names."""


def _at(node: Any, step: Step) -> Any:
    try:
        return node[step]
    except (TypeError, LookupError):
        return None


def _has(node: Any, step: Step) -> bool:
    if isinstance(node, Mapping):
        return step in node
    return isinstance(node, list | tuple) and isinstance(step, int) and 0 <= step < len(node)
