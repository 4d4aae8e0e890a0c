"""The build context of one document: what is known of it, and what was found while building it."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from kqmanifest.builder.origins import Origins
from kqmanifest.diagnostics import Finding, Steps
from kqmanifest.schema.published import Published

if TYPE_CHECKING:  # most specs know no site
    from kqmanifest.model.site import GpuClass, Site
    from kqmanifest.model.volumes import Source

_Node = TypeVar("_Node")


class Promise(NamedTuple):
    """A path whose files must outlive the pod, and where in the spec it is promised."""

    path: str
    container: str | None
    """The container that keeps it; None: any of the pod's."""
    place: Steps
    """The entry of ``keeps``."""
    pod: Steps
    """The pod, all of which decides whether the promise is kept."""


@dataclasses.dataclass(slots=True)
class BuildContext:
    """The state of building one document. Only its collections and its source map grow."""

    published: Published
    """The version that the objects are written for: the newest requested one."""
    name: str | None = None
    namespace: str | None = None
    origins: Origins = dataclasses.field(default_factory=Origins)
    found: list[Finding] = dataclasses.field(default_factory=list)
    beside: dict[Hashable, dict[str, Any]] = dataclasses.field(default_factory=dict)
    """Further objects that the document needs (claims, volumes, claim templates), by their content: none is made twice."""
    promises: list[Promise] = dataclasses.field(default_factory=list)
    """The promises that the finished document must keep."""
    oldest: Published | None = None
    """The oldest requested version, where there are several."""
    site: Site | None = None
    """What is known beyond the spec."""

    @property
    def site_volumes(self) -> Mapping[str, Source]:
        """The volumes that the site names."""
        return {} if self.site is None else self.site.volumes

    @property
    def gpu_classes(self) -> Mapping[str, GpuClass]:
        """The classes of GPUs that the site names."""
        return {} if self.site is None else self.site.gpu_classes

    def serve(self, api_version: str, kind: str) -> bool:
        """Return whether a kind is served under this apiVersion by all requested versions."""
        return all(one.type_of(api_version, kind) for one in (self.published, self.oldest) if one is not None)

    def came_from(self, node: _Node, steps: Steps) -> _Node:
        """Remember where a dict or list came from, and return it."""
        self.origins.node(node, steps)
        return node

    def all_from(self, node: _Node, steps: Steps) -> _Node:
        """Remember one place of the spec for a whole tree that the spec does not write out, and return the tree."""
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
