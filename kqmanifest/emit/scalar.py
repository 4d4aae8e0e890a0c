"""How a string, a key or a number is written in YAML so that no reader takes it for something else.

A string stands bare only where YAML 1.1 (PyYAML), YAML 1.2 (ruamel.yaml, js-yaml) and Go's reader all take it
for that same string; everything else stands in double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

# What must be escaped: what YAML cannot hold, line breaks to some readers and not to others, and what cannot be seen.
HIDDEN: Final = (
    "\x00-\x1f\x7f-\xa0\xad\u061c\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\udfff\ufeff\ufff0-\uffff\U000e0000-\U000e0fff"
)

# Words that some reader takes for a bool, null or a float, whatever their case; none has more than five letters.
_WORDS: Final = "y|n|yes|no|on|off|true|false|null|[.](?:inf|nan)"
# Between the first and the last character anything goes but what opens a comment or a value.
_REST: Final = rf"[^{HIDDEN}:#]*+(?:(?::(?! |\Z)|(?<! )#)[^{HIDDEN}:#]*+)*+(?<! )"
# A letter that is in no number, no date, and no prefix of either.
_NO_NUMBER: Final = "[g-nq-suvwyG-NQ-SU-WY]"
_BARE: Final = re.compile(
    rf"(?:(?=.{{6}})|(?!(?i:{_WORDS})\Z))(?:"
    rf"(?:[A-Za-z_/$(]|--?[A-Za-z]|[.][A-Za-z/]|[^\x00-\x7f{HIDDEN}]){_REST}"
    rf"|[0-9](?=[A-Za-z0-9._/-]*{_NO_NUMBER}){_REST}"
    rf"|[0-9]+(?:[.][0-9]+){{2,}}"
    r")"
)
_ESCAPED: Final = re.compile(f'["\\\\{HIDDEN}]')
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
# Readers look for the colon of a key no further than this.
LONGEST_KEY: Final = 1000

# How long a remembered string may be, and how many may be remembered.
_LONGEST: Final = 100
_MOST: Final = 4096


class Remembered(dict[str, str]):
    """What keys were written as: manifests have the same few hundred over and over.

    Faster than ``functools.lru_cache``, and it holds neither long strings nor many.
    """

    __slots__ = ("_write",)

    def __init__(self, write: Callable[[str], str]) -> None:
        """Hold what writes a string that is not remembered yet."""
        super().__init__()
        self._write = write

    def __missing__(self, text: str) -> str:
        """Write a string, and remember it if it is short."""
        written = self._write(text)
        if len(text) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[text] = written
        return written


is_bare: Final = _BARE.fullmatch
"""Match a string that may be written as it is, outside of brackets: applied to every string, and so the pattern itself."""


def quote(text: str) -> str:
    """Put the string between double quotes, on one line."""
    return f'"{_ESCAPED.sub(_escape, text)}"'


def one_line(text: str) -> str:
    """Write the string on one line: bare where that is safe, else quoted."""
    return text if is_bare(text) else quote(text)


def number(value: float | None) -> str:
    """Write a number, a bool or null."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    text = repr(value)
    # YAML 1.1 knows a float by its point.
    return text.replace("e", ".0e") if "e" in text and "." not in text else text


def coded(char: str) -> str:
    """Write a character as its number."""
    return f"\\u{ord(char):04x}" if char <= "\uffff" else f"\\U{ord(char):08x}"


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or coded(found[0])
