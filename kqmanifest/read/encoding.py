"""Bytes become a text, or it is told where they are none."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from kqmanifest.diagnostics import Fault, ManifestError
from kqmanifest.read.places import Found, Text

if TYPE_CHECKING:
    from kqmanifest.diagnostics import Diagnostic

LARGEST: Final = 32 * 1024 * 1024
"""How many bytes a text may have; whoever reads files needs to read no more than one byte beyond."""

TOO_BIG: Final = Fault("KQ0001", "the text has more than {largest} bytes", ("split it into several files",))
NOT_UTF8: Final = Fault("KQ0002", "the byte {byte} stands here, and belongs to no character of UTF-8", ("save the file as UTF-8",))
UTF16: Final = Fault("KQ0003", "the text is encoded as UTF-16 or UTF-32", ("save the file as UTF-8",))
CONTROL: Final = Fault("KQ0004", "the control character {char} stands here", ("remove it, or write {escape} between double quotes",))
LONE_SURROGATE: Final = Fault("KQ0008", "half of a character stands here: {char}", ("write the whole character",))

_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_NO_YAML: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def decode(given: str | bytes, source: str) -> Text:
    """Make a text of what was given, without a byte order mark.

    Raises:
        ManifestError: it is too big, or no text.
    """
    if len(given) > LARGEST:
        raise ManifestError([Text("", source).tell(Found(TOO_BIG, 0, (), {"largest": LARGEST}), 0)])
    if isinstance(given, bytes):
        given = _from_utf8(given, source)
    text = Text(given.removeprefix("\ufeff"), source)
    try:
        size = len(given.encode())
    except UnicodeEncodeError:
        half = _SURROGATE.search(text.content)
        at = half.start() if half else 0
        raise ManifestError([text.tell(Found(LONE_SURROGATE, at, (), {"char": f"U+{ord(text.content[at]):04X}"}), 0)]) from None
    if size > LARGEST:
        raise ManifestError([text.tell(Found(TOO_BIG, 0, (), {"largest": LARGEST}), 0)])
    return text


def find_control(text: Text) -> Diagnostic | None:
    """Find the first character that cannot stand in YAML."""
    found = _NO_YAML.search(text.content)
    if found is None:
        return None
    point = ord(found[0])
    return text.tell(Found(CONTROL, found.start(), (), {"char": f"U+{point:04X}", "escape": f"\\u{point:04x}"}), 0)


def _from_utf8(given: bytes, source: str) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        head = Text(given[: error.start].decode() + "\ufffd", source)
        wide = given.startswith(_WIDE)
        found = Found(UTF16 if wide else NOT_UTF8, len(head.content) - 1, (), {"byte": f"0x{given[error.start]:02x}"})
        raise ManifestError([head.tell(found, 0)]) from None
