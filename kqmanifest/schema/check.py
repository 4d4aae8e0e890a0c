"""An object is checked by its published schema and the rules that hang on it: the walk first, jsonschema where the walk says no."""

from __future__ import annotations

from typing import Any

from kqmanifest.diagnostics import Finding
from kqmanifest.schema.faults import faults
from kqmanifest.schema.published import Published
from kqmanifest.schema.walk import RuleFinding, Shapes


def check_object(shapes: Shapes, version: Published, type_name: str, tree: Any) -> tuple[list[Finding], list[RuleFinding]]:
    """Walk one object: what is wrong with its shape, and what the rules found.

    jsonschema is the authority on shape. Where it finds no fault, there is none, whatever the walk said, and the rules are applied to all:
    nothing is neither reported nor judged.
    """
    shape, asked = shapes.walk(type_name, tree)
    wrong = [] if shape else list(faults(version, type_name, tree))
    if not shape and not wrong:
        _, asked = shapes.walk(type_name, tree, trusted=True)
    return wrong, asked
