"""``rules``: list all rules, or print the pages of some."""

from __future__ import annotations

import argparse
from typing import Any, Final

from kqmanifest.cli import COMMANDS
from kqmanifest.cli.files import put
from kqmanifest.cli.output import add_language, output_options
from kqmanifest.cli.standard import STANDARD
from kqmanifest.cli.text_report import Usage
from kqmanifest.diagnostics import Fault
from kqmanifest.explanations.pages import code_page, name_of, rules
from kqmanifest.vocabulary.spelling import nearest

UNKNOWN_RULE: Final = Fault("KQ0093", "no rule has the code {code}", ("did you mean {near}?", "see `kqmanifest rules` for all rules"))

_EXAMPLES = """\
examples:
  kqmanifest rules            list all rules
  kqmanifest rules KQ2001     explain one, with a wrong and a right example

`kqmanifest explain` explains every code, fields, and messages of clusters.
"""


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "rules", help=COMMANDS["rules"], description="List the rules, or explain the given ones.", epilog=_EXAMPLES
    )
    parser.add_argument("codes", nargs="*", metavar="CODE", help="the code of a rule, such as KQ2003")
    add_language(parser)
    parser.set_defaults(run=run, parser=parser)


def run(options: argparse.Namespace) -> int:
    """List the rules by their codes, or print the pages of the given ones."""
    known, language = rules(), output_options(options).language
    unknown = [code for code in options.codes if code.upper() not in known]
    if unknown:
        raise Usage(UNKNOWN_RULE.at((), code=code, near=nearest(code, known)) for code in unknown)
    if options.codes:
        put("\n".join(code_page(code.upper(), language) or "" for code in options.codes), STANDARD)
    else:
        put("".join(f"{code}  {name_of(code, language)}\n" for code in known), STANDARD)
    return 0
