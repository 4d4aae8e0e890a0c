"""The directive ``{diagnostics-reference}``: every fault that is not of a rule, with its sentence and its hints."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from prose import sentence
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import kqmanifest.cli.explain  # noqa: F401  the door's codes are told too, once it is open
from kqmanifest.explanations.faults import faults

SERIES = {
    "KQ0": "The text cannot be read",
    "KQ1": "The spec has the wrong shape, or says a thing twice",
    "KQ2": "The API server would refuse it",
    "KQ3": "It would run, and not do what was meant",
    "KQ4": "It is unwise",
    "KQ5": "It is against a policy that was asked for",
    "KQ9": "It is against the published schema",
}


class DiagnosticsReference(SphinxDirective):
    """Tell every fault, by its code."""

    def run(self) -> list[nodes.Node]:
        """Write the reference as MyST and let the page's own parser read it."""
        return self.parse_text_to_nodes("\n".join(reference()), allow_section_headings=True)


def reference() -> Iterator[str]:
    """Write the faults, a heading for each series and one for each code."""
    known = sorted(faults().items(), key=lambda item: item[0].code)
    for series, found in itertools.groupby(known, key=lambda item: item[0].code[:3]):
        yield f"## {series}: {SERIES[series]}\n"
        for fault, name in found:
            yield f"({fault.code.lower()})=\n### {fault.code}: {name}\n"
            yield f"{sentence(fault.message)}\n"
            yield from (f"- {sentence(hint)}" for hint in fault.hints)
            yield ""


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Add the directive."""
    app.add_directive("diagnostics-reference", DiagnosticsReference)
    return {"parallel_read_safe": True}
