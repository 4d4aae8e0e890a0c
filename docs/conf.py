"""How the documentation is built: Sphinx, MyST and furo, and what is generated from the code."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

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
