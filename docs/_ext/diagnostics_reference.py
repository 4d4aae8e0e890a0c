"""The directive ``{diagnostics-reference}``: every fault that is no rule's, with its sentence and its cures."""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from prose import sentence
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

SPELT = {"utf8": "UTF-8", "utf16": "UTF-16", "json": "JSON", "yaml": "YAML", "nfs": "NFS", "gpus": "GPUs", "cel": "CEL", "ip": "IP"}
"""Words that are not written as they are said."""


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


def faults() -> dict[Fault, str]:
    """Find the faults where they are declared, in the modules that find them, with their names in words."""
    modules = (found.name for found in pkgutil.walk_packages(kqmanifest.__path__, "kqmanifest.") if not found.name.endswith("__main__"))
    named = [item for module in modules for item in vars(importlib.import_module(module)).items()]
    return {value: in_words(name) for name, value in named if isinstance(value, Fault)}


def in_words(name: str) -> str:
    """Write a constant's name as it is said."""
    return " ".join(SPELT.get(word, word) for word in name.strip("_").lower().split("_"))


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Add the directive."""
    app.add_directive("diagnostics-reference", DiagnosticsReference)
    return {"parallel_read_safe": True}
