"""How the documentation is built: Sphinx, MyST and furo, and what is generated from the code."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "kqmanifest"
version = release = installed("kqmanifest")
extensions = ["myst_parser", "diagnostics_reference", "spec_reference"]
exclude_patterns = ["_build", "examples"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
nitpicky = True
smartquotes = False  # a double dash is an option
html_theme = "furo"
html_title = "kqmanifest"
html_copy_source = False
html_show_copyright = False
