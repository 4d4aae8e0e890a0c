"""``schema``: print the JSON Schema of a spec, for editors."""

from __future__ import annotations

import argparse
from typing import Any

from kqmanifest import emit
from kqmanifest.cli import COMMANDS
from kqmanifest.cli.arguments import add_kubernetes, known_version
from kqmanifest.cli.files import put
from kqmanifest.cli.standard import STANDARD
from kqmanifest.schema.published import versions
from kqmanifest.specschema import spec_schema

_EXAMPLES = """\
examples:
  kqmanifest schema -o spec.schema.json
  kqmanifest schema --kubernetes 1.35

Begin a YAML spec with this line, and editors complete and explain it:
  # yaml-language-server: $schema=spec.schema.json
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "schema", help=COMMANDS["schema"], description="Print the JSON Schema of a spec, for editors.", epilog=_EXAMPLES
    )
    add_kubernetes(parser, "use the fields of this Kubernetes version, or of the last of a range")
    parser.add_argument(
        "-o", "--output", default=STANDARD, metavar="FILE", help="write to this file, whole or not at all (default: standard output)"
    )
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """Print the schema."""
    version = versions(known_version(options.kubernetes))[-1]
    put(emit.data(spec_schema(version)), options.output)
    return 0
