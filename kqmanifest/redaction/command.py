"""What is secret in a line of ``docker run``: the values of its variables, and whatever follows an option that docker does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from kqmanifest.redaction.text import Span
from kqmanifest.redaction.tree import NUMBER

_ASKING: Final = re.compile(r"--env|-[A-Za-z]*e", re.ASCII)
_HOLDING: Final = re.compile(r"""["']?(?:--env=|-[A-DF-Za-df-z]*e=?)["']?""", re.ASCII)
_MARK: Final = re.compile(r"[=:\s]")
"""What a value follows; all but the = are slips."""
_ASSIGNING: Final = re.compile(r"[A-Za-z_]\w*=", re.ASCII)
_OPTION: Final = re.compile(r"""["']?(?:--?[\w.-]*=?)?["']?""", re.ASCII)
_RUNS: Final = frozenset({"run", "create"})


class Word(NamedTuple):
    """A word as a program gets it, and its span in the text, with quotes."""

    text: str
    begin: int
    end: int


def hidden(text: str, commands: Sequence[Sequence[Word]], end: int, options: Mapping[str, bool]) -> Iterator[Span]:
    """Find what is secret in the commands of a text that was read up to ``end``.

    ``options`` are those that docker has, as they are written, and whether a value follows each: what another holds, or what follows
    it, may be a variable's value.
    """
    for words in commands:
        yield from _of_command(text, words, options)
    if end < len(text):  # the rest was not read
        yield end, len(text)


def _of_command(text: str, words: Sequence[Word], options: Mapping[str, bool]) -> Iterator[Span]:
    asked, before = False, True
    strange = {*_strange(words, options)}
    for index, word in enumerate(words):
        written = text[word.begin : word.end]
        option = None if asked else _HOLDING.match(written)
        before = before and _ASSIGNING.match(written) is not None
        if asked or option or before:
            mark = _MARK.search(text, word.begin + (option.end() if option else 0), word.end)
            yield from [(mark.end(), word.end)] if mark and mark.end() < word.end else []
        elif index in strange:
            name = _OPTION.match(written)
            yield word.begin + (name.end() if name else 0), word.end
        asked = _ASKING.fullmatch(word.text) is not None


def _strange(words: Sequence[Word], options: Mapping[str, bool]) -> Iterator[int]:
    """Find the options that docker does not have, and the words that are their values, up to the image."""
    texts = [word.text for word in words]
    begin = next((index + 1 for index, word in enumerate(texts) if word in _RUNS), 0)
    follows = ""  # what the word before takes: a value, or who knows what
    for index in range(begin, len(texts)):
        word = texts[index]
        is_option = word.startswith("-") and word not in {"-", "--"}
        if follows == "unknown" and not is_option:
            yield from [] if NUMBER.fullmatch(word) else [index]
            follows = ""
        elif follows == "value":
            follows = ""
        elif not is_option:
            yield from [index] if word.startswith("=") else []
            return
        else:
            name = word.partition("=")[0] if word.startswith("--") else word[:2]
            if name not in options:
                yield index
            is_whole = "=" not in word if word.startswith("--") else name == word
            follows = "" if not is_whole else "unknown" if name not in options else "value" if options[name] else ""
            if not word.startswith("--") and len(word) > len(name) and not options.get(name, True):
                follows = "value" if options.get(f"-{word[-1]}", False) else ""  # letters after one dash
