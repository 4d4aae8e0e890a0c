"""How the documentation is built: Sphinx, MyST and furo, and what is generated from the code."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "tests")]  # the tests read a rule's examples as the pages do

project = "kqmanifest"
version = release = installed("kqmanifest")
extensions = ["myst_parser", "diagnostics_reference", "rule_pages", "spec_reference", "file_names"]
exclude_patterns = ["_build", "examples", "kinds"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
nitpicky = True
smartquotes = False  # a double dash is an option
html_theme = "furo"
html_title = "kqmanifest"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_copyright = False


def _name_the_language(_: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Say to fonts and screen readers which pages are Japanese."""
    context["language"] = "ja" if page.startswith("ja/") else "en"


def setup(app: Sphinx) -> None:
    """Connect what is done to each page."""
    app.connect("html-page-context", _name_the_language)
