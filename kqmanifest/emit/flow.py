"""KYAML: YAML between brackets with every string in quotes, laid out as Kubernetes' own printer does it.

Letter for letter what ``sigs.k8s.io/yaml/kyaml`` prints, but where that text is read back as something else:
a key that only some readers take for a number or a date is quoted here, a key longer than readers look for a colon
has its ``?``, and a line that begins with an escaped space gets no second backslash.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from kqmanifest.emit.scalar import LONGEST_KEY, Remembered, coded, number

if TYPE_CHECKING:
    from kqmanifest.diagnostics import Json

# What some reader takes for a bool or null; for a number or a date.
_WORD: Final = re.compile("(?i:[tfyn]|yes|no|on|off|true|false|null)")
_NUMBER: Final = re.compile(
    "(?i:nan|inf|infinity)"
    "|[0-9][0-9_]*(?:[.][0-9_]*)?(?:[eE][-+]?[0-9_]+)?"
    "|0[xX](?:[0-9a-fA-F_]+|[0-9a-fA-F_]*[.]?[0-9a-fA-F_]*[pP][-+]?[0-9_]+)|0[oO][0-7_]+|0[bB][01_]+"
    "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
)
_SHORT: Final = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\v": "\\v",
    "\0": "\\0", "\x1b": "\\e", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def write(value: Json, pad: str = "") -> str:
    """Write a value whose first line is already indented, and whose others are indented by ``pad`` or more."""
    if isinstance(value, dict):
        return _mapping(value, pad)
    if isinstance(value, list):
        return _sequence(value, pad)
    if isinstance(value, str):
        return _text(value, pad + "  ")
    return number(value)


def _mapping(members: dict[str, Json], pad: str) -> str:
    if not members:
        return "{}"
    deeper = pad + "  "
    lines = "".join(f"{deeper}{_KEYS[key]}: {write(value, deeper)},\n" for key, value in members.items())
    return f"{{\n{lines}{pad}}}"


def _sequence(items: list[Json], pad: str) -> str:
    if not items:
        return "[]"
    if all(isinstance(item, dict | list) for item in items):
        return f"[{', '.join(write(item, pad) for item in items)}]"
    deeper = pad + "  "
    lines = "".join(f"{deeper}{write(item, deeper)},\n" for item in items)
    return f"[\n{lines}{pad}]"


def _key(key: str) -> str:
    numeric = _NUMBER.fullmatch(key) or _NUMBER.fullmatch(key.replace("_", ""))
    text = key if _is_word(key) and not numeric and not _WORD.fullmatch(key) else _quote_key(key)
    return text if len(text) <= LONGEST_KEY else f"? {text}"


def _quote_key(key: str) -> str:
    text = _escape(key, tab="\\t")
    return f'"{text}"'


def _is_word(key: str) -> bool:
    """Return whether a key is made of letters, digits and underscores, with ``-./`` between them."""
    if key.isascii():
        return re.fullmatch(r"[0-9A-Za-z_](?:[-0-9A-Za-z_./]*[0-9A-Za-z_])?", key) is not None
    marks = "".join("_" if unicodedata.category(char)[0] in "LN" else char for char in key)
    return marks.isascii() and _is_word(marks)


def _text(text: str, pad: str) -> str:
    if "\n" not in text:
        return f'"{_escape(text)}"'
    *lines, last = text.split("\n")
    whole = "".join(f"{_line(line, pad)}\\n\\\n" for line in lines)
    if last:
        whole += f"{_line(last, pad)}\\\n"
    return f'"\\\n{whole}{pad}"'


def _line(line: str, pad: str) -> str:
    """Write a line of a folded string: its first space is escaped, or it would be taken for indentation."""
    return f"{pad}\\{_escape(line)}" if line.startswith((" ", "\t")) else f"{pad} {_escape(line)}"


def _escape(text: str, tab: str = "\t") -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:
        return text
    return "".join(tab if char == "\t" else _SHORT.get(char) or (char if char.isprintable() else _coded(char)) for char in text)


def _coded(char: str) -> str:
    return f"\\x{ord(char):02x}" if char.isascii() else coded(char)


_KEYS: Final = Remembered(_key)
