"""Bytes are decoded to a text, or the place is reported where they cannot be."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from kqmanifest.diagnostics import Fault, ManifestError
from kqmanifest.limits import TOO_BIG, Limits
from kqmanifest.read.places import SourceText, TextFault

if TYPE_CHECKING:
    from kqmanifest.diagnostics import Diagnostic

NOT_UTF8: Final = Fault("KQ0002", "the byte {byte} here is not valid UTF-8", ("save the file as UTF-8",))
UTF16: Final = Fault("KQ0003", "the text is encoded as UTF-16 or UTF-32", ("save the file as UTF-8",))
CONTROL: Final = Fault("KQ0004", "the control character {char} is not allowed here", ("remove it, or write {escape} in double quotes",))
LONE_SURROGATE: Final = Fault("KQ0008", "half of a character is here: {char}", ("write the whole character",))

_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_NO_YAML: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ASCII_YAML: Final = b"\t\n\r" + bytes(range(0x20, 0x7F))
_SEEN: Final = 4096
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def decode(given: str | bytes, source: str, limits: Limits, *, by_lines: bool = False) -> SourceText:
    """Decode the input to a text, without a byte order mark.

    Raises:
        ManifestError: it is one document, and too big, or it is not a text.
    """
    if len(given) > limits.bytes and not (by_lines or _may_hold_several(given)):
        raise ManifestError([SourceText("", source).tell(TextFault(TOO_BIG, 0, (), {"largest": limits.bytes}), 0)])
    if isinstance(given, bytes):
        given = _from_utf8(given, source)
    text = SourceText(given.removeprefix("\ufeff"), source, limits)
    half = None if text.content.isascii() else _SURROGATE.search(text.content)
    if half:
        at = half.start()
        raise ManifestError([text.tell(TextFault(LONE_SURROGATE, at, (), {"char": f"U+{ord(text.content[at]):04X}"}), 0)])
    return text


def _may_hold_several(given: str | bytes) -> bool:
    """Return whether a text may hold more than one document; in JSON, only reading it shows that."""
    if isinstance(given, bytes):
        return b"\n---" in given or given[:_SEEN].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"")
    return "\n---" in given or given[:_SEEN].lstrip("\ufeff \t\r\n")[:1] in ("{", "[", "")


def find_control(text: SourceText) -> Diagnostic | None:
    """Find the first character that YAML does not allow."""
    content = text.content
    if content.isascii() and not content.encode().translate(None, _ASCII_YAML):
        return None
    found = _NO_YAML.search(content)
    if found is None:
        return None
    point = ord(found[0])
    return text.tell(TextFault(CONTROL, found.start(), (), {"char": f"U+{point:04X}", "escape": f"\\u{point:04x}"}), 0)


def _from_utf8(given: bytes, source: str) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError as error:
        head = SourceText(given[: error.start].decode() + "\ufffd", source)
        wide = given.startswith(_WIDE)
        found = TextFault(UTF16 if wide else NOT_UTF8, len(head.content) - 1, (), {"byte": f"0x{given[error.start]:02x}"})
        raise ManifestError([head.tell(found, 0)]) from None
