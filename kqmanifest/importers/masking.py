"""What is not to be shown of a line: the values of its variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kqmanifest.importers import shell

_ASKING: Final = re.compile(r"--env|-[A-Za-z]*e", re.ASCII)
_HOLDING: Final = re.compile(r"""["']?(?:--env=|-[A-DF-Za-df-z]*e=?)["']?""", re.ASCII)
_MARK: Final = re.compile(r"[=:\s]")
"""What a value follows; all but the = are slips."""
_ASSIGNING: Final = re.compile(r"[A-Za-z_]\w*=", re.ASCII)


def hidden(text: str) -> Iterator[tuple[int, int]]:
    """Find the value of each variable, as offsets of a text whose line ends are single characters."""
    script = shell.read(text, "")
    for words in script.commands:
        asked, before = False, True
        for word in words:
            start, end = word.span
            written = script.text[start:end]
            option = None if asked else _HOLDING.match(written)
            before = before and _ASSIGNING.match(written) is not None
            if asked or option or before:
                mark = _MARK.search(script.text, start + (option.end() if option else 0), end)
                yield from [(mark.end(), end)] if mark and mark.end() < end else []
            asked = _ASKING.fullmatch(word.text) is not None
    yield from [(script.end, len(script.text))] if script.end < len(script.text) else []  # nobody knows what this is
