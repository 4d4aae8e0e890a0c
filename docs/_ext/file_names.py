"""The name of a file above the block that holds it: what a comment says to the tests, it says to the reader too."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

_NAMED = re.compile(r"<!--\s*file:\s*(.*?)\s*-->")


class FileNames(SphinxTransform):
    """Write the name above each block that stands right below such a comment."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Look at every block of the page."""
        for block in [*self.document.findall(nodes.literal_block)]:
            comment = block.previous_sibling()
            named = _NAMED.match(comment.astext()) if isinstance(comment, nodes.raw | nodes.comment) else None
            if named and block.parent is not None:
                block.parent.insert(block.parent.index(block), nodes.paragraph(named[1], named[1], classes=["file-name"]))


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Add the transform."""
    app.add_transform(FileNames)
    return {"parallel_read_safe": True}
