"""The parser of command lines: no abbreviations, examples as they are written, and a wrong use reported as a diagnostic."""

from __future__ import annotations

import argparse
from typing import Any, Final, NoReturn

EXIT_CODES: Final = "exit codes: 0 done, 1 errors in the spec, 2 wrong usage, or a file that cannot be read or written"
_LEFT: Final = "unrecognized arguments: "


class _Help(argparse.RawDescriptionHelpFormatter):
    """Formats help in every version of Python as 3.13 does: commands are indented, and a value is named once."""

    def add_argument(self, action: argparse.Action) -> None:
        super().add_argument(action)
        for command in self._iter_indented_subactions(action):
            self._action_max_length = max(self._action_max_length, len(self._format_action_invocation(command)) + self._current_indent)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if not action.option_strings or action.nargs == 0:
            return super()._format_action_invocation(action)
        value = self._format_args(action, self._get_default_metavar_for_optional(action))
        return f"{', '.join(action.option_strings)} {value}"


class Parser(argparse.ArgumentParser):
    """Takes no abbreviations, prints examples as they are written, and reports wrong usage as a diagnostic."""

    def __init__(self, **how: Any) -> None:
        """Make a parser; ``how`` is what :class:`argparse.ArgumentParser` takes."""
        super().__init__(allow_abbrev=False, formatter_class=_Help, **how)
        self._given: list[str] = []

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises:
            Usage: always.
        """
        from kqmanifest.cli.misuse import misuse  # noqa: PLC0415  only what is wrong needs to be explained

        raise misuse(message, self._given, [option for action in self._actions for option in action.option_strings], self.prog)

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read a whole command line; the command that it was given to refuses what is left over.

        Raises:
            Usage: it cannot be read.
        """
        self._given = [*args] if args else []
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            refuse = getattr(options, "parser", self).error
            refuse(f"{_LEFT}{' '.join(rest)}")
        return options
