"""Standard input and output: streams that may be closed, take text only, or lose their reader."""

from __future__ import annotations

import contextlib
import os
from typing import Any, BinaryIO, Final, TextIO

STANDARD: Final = "-"
"""Standard input or output, where a file is named."""


def opened(stream: TextIO | None) -> tuple[TextIO, BinaryIO | None]:
    """Return a stream, and its binary buffer; in notebooks and test runners a stream may take text only."""
    if stream is None:  # Python's sign that it was closed when the process started
        raise OSError("it is closed")
    return stream, getattr(stream, "buffer", None)


def write(content: str, stream: TextIO | None) -> None:
    """Write all of a text to a stream, in UTF-8 where it has a buffer.

    Raises:
        OSError: it is closed, or no longer read.
        ValueError: it is closed.
    """
    text, raw = opened(stream)
    if raw is None:
        text.write(content)
    else:
        text.flush()  # keep the order with what others printed before
        rest = memoryview(content.encode())
        while rest:  # an unbuffered stream takes what it can, and returns how much that was
            rest = rest[raw.write(rest) :]
    if hasattr(text, "flush"):
        text.flush()


def silence(stream: Any) -> None:
    """Discard what is still to be written to a stream: the interpreter would try again, and complain."""
    with contextlib.suppress(OSError, ValueError, AttributeError):  # there may be no file behind it
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
