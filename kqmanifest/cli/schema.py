"""``schema``: print the JSON Schema of a spec, for editors."""

from __future__ import annotations

import argparse
import json
from typing import Any

from kqmanifest.cli.arguments import known_version
from kqmanifest.cli.files import put
from kqmanifest.pipeline import DEFAULT_VERSION
from kqmanifest.specschema import spec_schema


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "schema", help="print the JSON Schema of a spec", description="Print the JSON Schema of a spec, for editors."
    )
    parser.add_argument("--kubernetes", default=DEFAULT_VERSION, metavar="1.NN", help="whose own fields it has (default: %(default)s)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the schema."""
    put(json.dumps(spec_schema(known_version(options.kubernetes)), indent=2, ensure_ascii=False) + "\n", "-")
    return 0
