"""``rules``: list every rule, or print the pages of some."""

from __future__ import annotations

import argparse
from typing import Any, Final

from kqmanifest.cli.files import STANDARD, put
from kqmanifest.cli.report import Usage
from kqmanifest.diagnostics import Fault
from kqmanifest.rules import POLICIES, RULES, Rule
from kqmanifest.spelling import nearest

UNKNOWN_RULE: Final = Fault("KQ0093", "no rule has the code {code}", ("did you mean {near}?", "see `kqmanifest rules` for all of them"))

_EXAMPLES = """\
examples:
  kqmanifest rules            list them all
  kqmanifest rules KQ2001     say what this one finds, with a wrong and a right example
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "rules", help="list the rules, or explain one", description="List the rules, or explain those that are named.", epilog=_EXAMPLES
    )
    parser.add_argument("codes", nargs="*", metavar="CODE", help="a code, as a diagnostic shows it")
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """List the rules by their codes, or print the pages of those that were named."""
    known = {rule.code: rule for rule in sorted((*RULES, *POLICIES["restricted"]), key=lambda rule: rule.code)}
    unknown = [code for code in options.codes if code.upper() not in known]
    if unknown:
        raise Usage(UNKNOWN_RULE.at((), code=code, near=nearest(code, known)) for code in unknown)
    if options.codes:
        put("\n".join(_page(known[code.upper()]) for code in options.codes), STANDARD)
    else:
        put("".join(f"{rule.code}  {rule.name}\n" for rule in known.values()), STANDARD)
    return 0


def _page(rule: Rule) -> str:
    return f"{rule.code}  {rule.name}\n\n{rule.page}\n"
