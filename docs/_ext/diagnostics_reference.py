"""The directive ``{diagnostics-reference}``: every fault that the library knows, with its sentence and its cures."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import kqmanifest
from kqmanifest.diagnostics import Fault

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
    for series, found in itertools.groupby(sorted(faults(), key=lambda fault: fault.code), key=lambda fault: fault.code[:3]):
        yield f"## {series}: {SERIES[series]}\n"
        for fault in found:
            yield f"### {fault.code}\n"
            yield f"{_plain(fault.message)}\n"
            yield from (f"- {_plain(hint)}" for hint in fault.hints)
            yield ""


def faults() -> set[Fault]:
    """Find the faults where they are declared: in the modules that find them."""
    modules = (found.name for found in pkgutil.walk_packages(kqmanifest.__path__, "kqmanifest.") if not found.name.endswith("__main__"))
    return {value for module in modules for value in vars(importlib.import_module(module)).values() if isinstance(value, Fault)}


def _plain(sentence: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~$&])", r"\\\1", sentence)


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Add the directive."""
    app.add_directive("diagnostics-reference", DiagnosticsReference)
    return {"parallel_read_safe": True}
