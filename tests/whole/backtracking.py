"""Texts that make a regular expression go back as often as it can, made from the tree that Python's parser makes of it."""

from __future__ import annotations

import functools
import itertools
import re
import re._constants as op  # type: ignore[import-not-found]  # the stubs leave it out
import re._parser as parser  # type: ignore[import-not-found]  # as above
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

_CATEGORIES: Final = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}
_SINGLE: Final = (op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN)


def _accepts(code: Any, argument: Any, flags: int) -> Callable[[str], bool]:
    """Say of a character whether one node takes it."""

    @functools.cache
    def accepts(char: str) -> bool:
        chars = {char, char.lower(), char.upper()} if flags & re.IGNORECASE else {char}
        if code is op.ANY:
            return char != "\n" or bool(flags & re.DOTALL)
        if code in (op.LITERAL, op.NOT_LITERAL):
            return (chr(argument) in chars) == (code is op.LITERAL)
        negated = argument[0][0] is op.NEGATE
        return any(_is_in(item, char, chars, flags) for item in argument[negated:]) != negated

    return accepts


def _is_in(item: tuple[Any, Any], char: str, chars: Iterable[str], flags: int) -> bool:
    kind, value = item
    if kind is op.LITERAL:
        return chr(value) in chars
    if kind is op.RANGE:
        return any(len(one) == 1 and value[0] <= ord(one) <= value[1] for one in chars)
    return re.match(_CATEGORIES[value], char, flags & re.ASCII) is not None


_HEADS: Final = 8
_PAIRED: Final = 10
_PAIRS: Final = 80
_TAILS: Final = ("", "\0", "\n!")
_SAMPLES: Final = "a0A_-. :=/,\"'\\<>{}[]()#$@%&*+!?;|~^`\n\t\0\xe9\u3042"


class Attack(NamedTuple):
    """A text of any length that may cost a pattern much: a piece again and again, behind a beginning, in front of an end."""

    head: str
    pump: str
    tail: str

    def text(self, length: int) -> str:
        """Write it with a pump of that length."""
        return self.head + (self.pump * (length // len(self.pump) + 1))[:length] + self.tail


def attacks(pattern: re.Pattern[str]) -> list[Attack]:
    """Make attacks of a pattern's own tree: what its nodes take, alone and by twos, behind what leads there and before other texts."""
    pieces, heads = _pieces(list(parser.parse(pattern.pattern, pattern.flags)), pattern.flags)
    pairs = [first + second for first, second in itertools.permutations(pieces[:_PAIRED], 2)]
    made: dict[Attack, None] = {}
    for head in dict.fromkeys(["", *heads[:_HEADS]]):
        for pump in [*pieces, *pairs[: _PAIRS if len(head) <= 1 else _PAIRS // 4]]:
            made.update({Attack(head, pump, tail): None for tail in _TAILS})
    made.update({Attack("", head, tail): None for head in heads[: 2 * _HEADS] for tail in _TAILS[:2]})
    return list(made)


def _pieces(nodes: Sequence[tuple[Any, Any]], flags: int) -> tuple[list[str], list[str]]:
    """Give what the nodes take, a character or the shortest text of each, and the beginnings of what the whole takes."""
    pieces: dict[str, None] = {}
    heads: dict[str, None] = {}

    def shortest(items: Sequence[tuple[Any, Any]], flags: int, head: str) -> str:
        made = ""
        for code, argument in items:
            heads.setdefault(head + made)
            if code in _SINGLE:
                accepts = _accepts(code, argument, flags)
                taken = [
                    char
                    for char in (chr(argument) if code is op.LITERAL else "", *_literals(code, argument), *_SAMPLES)
                    if char and accepts(char)
                ]
                for char in taken[:2]:
                    pieces.setdefault(char)
                made += taken[0] if taken else ""
            elif code is op.BRANCH:
                texts = [shortest(list(branch), flags, head + made) for branch in argument[1]]
                for text in texts:
                    pieces.setdefault(text)
                made += min(texts, key=len)
            elif code is op.SUBPATTERN:
                made += shortest(list(argument[3]), (flags | argument[1]) & ~argument[2], head + made)
            elif code is op.ATOMIC_GROUP:
                made += shortest(list(argument), flags, head + made)
            elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
                least, _, inner = argument
                text = shortest(list(inner), flags, head + made)
                pieces.setdefault(text)
                made += text * min(least, 40)
            elif code in (op.ASSERT, op.ASSERT_NOT):
                shortest(list(argument[1]), flags, head + made)
        heads.setdefault(head + made)
        return made

    whole = shortest(nodes, flags, "")
    pieces.setdefault(whole)
    if flags & re.IGNORECASE:
        pieces = {piece.lower(): None for piece in pieces}
    return [piece for piece in pieces if piece], [head for head in heads if head]


def _literals(code: Any, argument: Any) -> list[str]:
    """Give the characters that a set names itself."""
    return (
        [chr(value if kind is op.LITERAL else value[0]) for kind, value in argument if kind in (op.LITERAL, op.RANGE)]
        if code is op.IN
        else []
    )
