"""The source map: which place of a spec each part of a manifest came from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kqmanifest.diagnostics import Step, Steps


class Origins:
    """Remembers, for the dicts and lists of one finished tree, where in the spec they came from.

    What is not remembered came from the same place below its parent's, so little has to be. The nodes
    are identified by identity: they may be moved within the tree, but must not be copied.
    """

    __slots__ = ("_members", "_nodes")

    def __init__(self) -> None:
        """Begin with nothing: everything came from the same place."""
        self._nodes: dict[int, tuple[Any, Steps]] = {}
        self._members: dict[tuple[int, Step], Steps] = {}

    def node(self, node: Any, steps: Steps) -> None:
        """Remember where a dict or list came from."""
        self._nodes[id(node)] = (node, steps)

    def member(self, parent: Any, key: Step, steps: Steps) -> None:
        """Remember where the value at ``key`` of a dict came from."""
        self._members[id(parent), key] = steps

    def trace(self, tree: Any, steps: Sequence[Step]) -> Steps:
        """Follow ``steps`` down the manifest and return the place in the spec that it came from."""
        here: Any = tree
        there = self._of(here, ())
        for step in steps:
            there = self._members.get((id(here), step), (*there, step))
            here = _at(here, step)
            there = self._of(here, there)
        return there

    def places(self, tree: Any) -> list[Steps]:
        """List every place of a tree, in its order."""
        found: list[Steps] = [()]
        for steps in found:
            node = tree
            for step in steps:
                node = node[step]
            keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
            found.extend((*steps, key) for key in keys)
        return found

    def _of(self, node: Any, otherwise: Steps) -> Steps:
        found = self._nodes.get(id(node))
        return found[1] if found is not None and found[0] is node else otherwise


def _at(node: Any, step: Step) -> Any:
    try:
        return node[step]
    except (TypeError, LookupError):
        return None
