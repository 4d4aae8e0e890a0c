"""``rules``: list every rule, or print the page of one."""

from __future__ import annotations

import argparse
from typing import Any

from kqmanifest.cli.files import put
from kqmanifest.rules import RULES


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "rules", help="list the rules", description="List the rules: their codes, and the faults that they find."
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:  # noqa: ARG001  every command is run alike
    """List the rules by their codes."""
    put("".join(f"{rule.code}  {rule.name}\n" for rule in sorted(RULES, key=lambda rule: rule.code)), "-")
    return 0
