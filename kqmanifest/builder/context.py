"""One document on its way from spec to manifest: what is known of it, and what was found on the way."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable
from typing import Any, Final, NamedTuple, TypeVar

from kqmanifest.builder.origins import Origins
from kqmanifest.diagnostics import Diagnostic, Steps
from kqmanifest.model.site import Site
from kqmanifest.schema.published import Published

_Node = TypeVar("_Node")

NO_SITE: Final = Site()
"""A site whose operator says nothing."""


class Promise(NamedTuple):
    """A path whose files are to outlive the pod: who promises it, and where in the spec."""

    path: str
    container: str | None
    """The container that keeps it; None: any of the pod's."""
    place: Steps
    """The entry of ``keeps``."""
    pod: Steps
    """The pod: all of it decides whether the promise is kept."""


@dataclasses.dataclass(slots=True)
class BuildContext:
    """The state of building one document. Only its collections and its source map grow."""

    published: Published
    """The version that the objects are written for: the newest that is asked for."""
    name: str | None = None
    namespace: str | None = None
    origins: Origins = dataclasses.field(default_factory=Origins)
    found: list[Diagnostic] = dataclasses.field(default_factory=list)
    beside: dict[Hashable, dict[str, Any]] = dataclasses.field(default_factory=dict)
    """Objects that the document needs beside it, claims, volumes, claim templates, by what they say: none is made twice."""
    promises: list[Promise] = dataclasses.field(default_factory=list)
    """What the finished document is held to."""
    oldest: Published | None = None
    """The oldest version that is asked for, where there are several."""
    site: Site = NO_SITE
    """What is known beyond the spec."""

    def serve(self, api_version: str, kind: str) -> bool:
        """Say whether a kind is served under this apiVersion by all versions that are asked for."""
        return all(one.type_of(api_version, kind) for one in (self.published, self.oldest) if one is not None)

    def came_from(self, node: _Node, steps: Steps) -> _Node:
        """Remember where a dict or list came from, and give it back."""
        self.origins.node(node, steps)
        return node

    def all_from(self, node: _Node, steps: Steps) -> _Node:
        """Remember one place of the spec for a whole tree that the spec does not spell, and give the tree back."""
        if isinstance(node, dict):
            self.origins.node(node, steps)
            for key, value in node.items():
                self.origins.member(node, key, steps)
                self.all_from(value, steps)
        elif isinstance(node, list):
            self.origins.node(node, steps)
            for index, value in enumerate(node):
                self.origins.member(node, index, steps)
                self.all_from(value, steps)
        return node
