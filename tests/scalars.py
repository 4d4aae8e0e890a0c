"""Strings that some reader may take for a number, a date, a bool or a sign, drawn alike each time."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

DIGITS = "0123456789"
SIGNS = "+-._:~=<>!&*%@`#?|/\\,;$^(){}[]'\" "
ALPHABET = DIGITS + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" + SIGNS
_NUMERIC = DIGITS + "0011789_abcdefABCDEFxXoObBpPeE+-..::TtZzinfINFyYnN~"
_WORDS = (
    *("y", "n", "yes", "no", "on", "off", "true", "false", "null", "nil", "none", "t", "f"),
    *(".inf", ".nan", "inf", "nan", "infinity", "0x", "0b", "0o", "e", "1e", "=", "<<", "~", ".", "-", "+", "_", ""),
)
_PREFIXES = ("", "", "", "0", "0x", "0X", "0b", "0B", "0o", "0O", "00", "0_", "0x_", ".", "_", "1e", "0x.")
_DIGITS_OF = {"0x": "0123456789abcdefABCDEF", "0X": "0123456789abcdefABCDEF", "0b": "01", "0B": "01", "0o": "01234567", "0O": "01234567"}

# Every short string of these is asked for.
SHORT = "0179_.+-:exXoOB~=<yNn!"


def short_strings(longest: int = 3) -> Iterator[str]:
    """Draw every short string of what numbers, bools and signs are made of."""
    for length in range(longest + 1):
        yield from map("".join, itertools.product(SHORT, repeat=length))


def strings(count: int, seed: int = 0) -> Iterator[str]:
    """Draw strings, most of them near to what some reader takes for no string."""
    chance = random.Random(seed)  # noqa: S311  # the same for everybody
    draws = (_number, _number, _number, _clock, _word, _soup, _text)
    for _ in range(count):
        text = chance.choice(draws)(chance)
        if chance.random() < 0.15:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + chance.choice(ALPHABET) + text[at + chance.randint(0, 1) :]
        yield text


def _number(chance: random.Random) -> str:
    prefix = chance.choice(_PREFIXES)
    digits = _DIGITS_OF.get(prefix[:2], DIGITS)
    text = chance.choice(("", "", "", "-", "+")) + prefix + _run(chance, digits, 0, 6)
    if chance.random() < 0.4:
        text += "." + _run(chance, digits, 0, 4)
    if chance.random() < 0.3:
        text += chance.choice("eEpP") + chance.choice(("", "+", "-")) + _run(chance, DIGITS, 0, 3)
    return text + chance.choice(("", "", "", "", "_", "k", "Gi", "m", "f", "L", "X", "z", ".", ":"))


def _clock(chance: random.Random) -> str:
    parts = (str(chance.choice((0, 1, 5, 9, 10, 24, 59, 60, 99, 190))) for _ in range(chance.randint(2, 4)))
    if chance.random() < 0.5:
        return chance.choice(("", "", "-", "+")) + ":".join(parts) + chance.choice(("", "", ".5", "_", ".", ".x"))
    day = f"{chance.choice((1, 99, 1999, 2024, 20240))}-{chance.choice((1, 2, 12, 13))}-{chance.choice((1, 9, 31, 32))}"
    clock = chance.choice(("", "T", "t", " ", "  ", "T ")) + ":".join(f"{chance.randint(0, 61):02}" for _ in range(3))
    return day + chance.choice(("", clock, clock + ".5", clock + "Z", clock + " Z", clock + "+09:00", clock + "-9", "X" + clock))


def _word(chance: random.Random) -> str:
    text = chance.choice(_WORDS)
    text = chance.choice((text, text.upper(), text.capitalize(), "".join(map(chance.choice, zip(text, text.upper(), strict=True)))))
    return chance.choice(("", "", "", "-", "+", ".", "0", "_")) + text + chance.choice(("", "", "", "_", "1", ".", ":", " "))


def _soup(chance: random.Random) -> str:
    return _run(chance, _NUMERIC, 0, 8)


def _text(chance: random.Random) -> str:
    return "".join(chance.choice(ALPHABET) for _ in range(chance.randint(0, 8)))


def _run(chance: random.Random, digits: str, least: int, most: int) -> str:
    run = "".join(chance.choice(digits) for _ in range(chance.randint(least, most)))
    if chance.random() < 0.2:
        at = chance.randrange(len(run) + 1)
        run = run[:at] + "_" + run[at:]
    return run
