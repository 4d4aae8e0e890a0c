"""Small texts with a control, separator or byte order character, or a piece of YAML, at each of their places."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

SEEDS = (
    *("a: b\n", "a: b\n---\nc: d\n", "# c\n---\na: b\n", "---\n# c\na: b\n", "a: b # c\nd: e\n", "# a: b\n", "", "a: b", "\n\na: b\n\n"),
    *("a:\n- b\n- c: d\n", "- a\n- - b\n  - c\n", "a:\n  b: c\n  d: e\nf: g\n", "a: 1\nb: true\n", "? a\n: b\n", "a: b\n  c\nd: e\n"),
    *("a: |\n  b\n  c\nd: e\n", "a: >-\n  b\n  c\n\n  d\n", "a: \"b c\"\nd: 'e'\n", 'a: "b\n  c"\nd: e\n', "a: 'b''c'\n"),
    *("a: {b: c, d: [e, f]}\n", '{"a": "b", "c": [1, 2]}\n', '{"a": "b"}\n{"c": "d"}\n', '{"a": "b"}\n---\nc: d\n', '[{"a": "b"}]\n'),
    *('{a: b, "c": d}\n', "a: &x {b: c}\nd: *x\n", "a: &x {b: c}\nd:\n  <<: *x\n  e: f\n", "a: !!str 1\nb: !!binary YQ==\n"),
    *("a: b\n...\n", "--- # c\na: b\n--- # d\nc: d\n", "%YAML 1.1\n---\na: b\n", "a:\r\n  b: c\r\nd: |\r\n  e\r\n"),
)
MORE = (
    *SEEDS,
    *("a: |2-\n    b\n   c\n", "a: >+\n b\n  c\n\n\n", "a: &x b\n*x : c\n", "? |\n  a\n: b\n", "? {a: b}\n: c\n", "- &x\n- *x\n"),
    *("a: !!int \"1\"\nb: !!float 1\nc: !!bool yes\nd: !!null ''\n", "a: !!set {b, c}\nd: !!omap [e: f]\n", "a: !!timestamp 2020-01-01\n"),
    *("<<: {a: b}\nc: d\n", "a: &x {b: c}\nd: &y {e: f}\ng:\n  <<: [*x, *y]\n  b: h\n", "a: {<<: {b: c}, d: e}\n", "!!merge <<: {a: b}\n"),
    *('"<<": {a: b}\n', "a: 0x1F\nb: 0o17\nc: 1_000\nd: 1e3\ne: .5\n", "a: yes\nb: no\nc: on\nd: ~\ne: null\n", "yes: a\n1: b\n1.5: c\n"),
    *(
        'a: "\\x41\\u0041\\n\\\n  b"\n',
        "a:   # c\n  - b # d\n  # e\n  - f\n",
        "a: [b, # c\n  d]\n",
        "{a: b, # c\n c: d}\n",
        "[a, b: c, {d: e}]\n",
    ),
    *("[? a : b]\n", "{? a : b, ? c}\n", "a: {b, c: }\n", "a: 'b\n\n  c'\n", "a: b\n\n\n  c\n", "a: -\nb: -1\n- c\n", "- - a\n  -\n- b\n"),
    *("a:\n-\n  b: c\n", " a: b\n c: d\n", "a: :b\nc: d:e\nf: g#h\n", "---\n---\n---\na: b\n", "a: b\n---", "--- |\n  a\n", "--- {a: b}\n"),
    *("a: &y {b: &y c}\nd: *y\n", "- &y [&y b, *y]\n- *y\n", "a: &y b\nc: &y {<<: {d: *y}, e: f}\n<<: *y\n"),
    *("---\n- a\n...\n---\n- b\n", '{"a": {"b": [true, null, 1.5e3, "\\u0041\\n"]}}', '{"a": 1, "A": 2, "\\u0061b": 3}'),
)

# What ends lines or begins a text to some readers only.
BREAKS = ("\t", "\r", "\x85", "\u2028", "\u2029", "\ufeff", "\0", "\xa0")
CONTROLS = tuple(map(chr, (*range(0x20), 0x7F, 0x80, 0x84, 0x85, 0x86, 0x9F, 0xA0, 0xAD)))
MARKS = tuple(
    "\u034f\u061c\u115f\u1680\u180e\u2000\u2003\u200a\u200b\u200c\u200d\u200e\u2028\u2029\u202a\u202e\u202f\u205f\u2060\u2066\u3000"
    "\ufe00\ufeff\ufff9\ufffc\ufffd\ufffe\uffff\U000e0001\U0001f600\U0001fffe\U0010ffff"
)
PIECES = (
    *(
        "\r\n",
        "\r\r\n",
        "\n\r",
        "\r\r",
        "\r---\r",
        "\x85---\x85",
        "\u2028---\u2028",
        "\u2029---\u2029",
        "\n---\n",
        "\r---\n",
        "\n---\r",
        "---\n",
    ),
    *("--- ", "--- #", "\n--- #\r", "\n---\t", "\n---\t#", "\n...\n", "\r...\r", "...", "# ", " #", "\r#", "#\r", "\n#\u2028"),
    *(
        "\ufeff\ufeff",
        "\ufeff---\n",
        "\n\ufeff",
        "\r\ufeff",
        "\n\ufeff---\n",
        "\n%YAML 1.2\n",
        "%TAG ! !\n",
        "<<: ",
        "!!str ",
        "!!null ",
        "!x ",
    ),
    *(
        "&y ",
        "*x",
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ",",
        ": ",
        ":",
        "? ",
        "?",
        "- ",
        "-",
        "|",
        ">",
        "\\",
        "\\\n",
        "\\\r",
        "  ",
        "~",
        "@",
        "`",
        "=",
        "1",
    ),
)


def texts(seeds: Iterable[str], inserted: Iterable[str]) -> list[str]:
    """Put each piece at each place of each text."""
    every = (seed[:at] + piece + seed[at:] for seed in seeds for at in range(len(seed) + 1) for piece in inserted)
    return list(dict.fromkeys(every))


def mutated(count: int, seed: int) -> Iterator[str]:
    """Draw texts that were changed in up to four places, or joined."""
    chance = random.Random(seed)  # noqa: S311  # the same for everybody
    inserted = (*CONTROLS, *MARKS, *PIECES)
    for _ in range(count):
        text = chance.choice(MORE)
        if chance.random() < 0.3:
            text += chance.choice(("", "---\n", "\n", "\r---\r")) + chance.choice(MORE)
        for _ in range(chance.randint(1, 4)):
            at, draw = chance.randrange(len(text) + 1), chance.random()
            if draw < 0.75:
                text = text[:at] + chance.choice(inserted) + text[at:]
            elif draw < 0.9:
                text = text[:at] + text[at + chance.randint(1, 3) :]
            else:
                other = chance.randrange(len(text) + 1)
                text = text[:at] + text[other : other + 8] + text[at:]
        yield text


def padded(count: int, seed: int) -> Iterator[str]:
    """Draw texts that end near to where buffers of 4096 bytes do, or have something of theirs there."""
    chance = random.Random(seed)  # noqa: S311  # the same for everybody
    for text in mutated(count, seed):
        size = chance.choice((4095, 4096, 4097, 8192)) - chance.randint(0, len(text) + 12)
        at, draw = chance.randrange(len(text) + 1), chance.random()
        if draw < 0.3:
            yield "#" + "x" * size + chance.choice(("\n", "\r\n", "\r")) + text
        elif draw < 0.5:
            yield f'a0: "{"x" * size}"' + chance.choice(("\n", "\r\n")) + text
        elif draw < 0.7:
            yield '{"a0": "' + "x" * size + '"}' + chance.choice(("\n", "\r\n", "\n---\n", "\r\n---\r\n")) + text
        elif draw < 0.8:
            yield chance.choice((" ", "\n", "\r\n", "\t", "\u2028", "\u3000")) * (size // chance.randint(1, 3)) + text
        else:
            yield text[:at] + chance.choice((" ", "\n", "x", "\r\n")) * size + text[at:]


def soup(count: int, seed: int) -> Iterator[str]:
    """Draw texts that are made of pieces of YAML and of scalars alone."""
    chance = random.Random(seed)  # noqa: S311  # the same for everybody
    scalars = (
        "a",
        "1",
        "1e3",
        "0o7",
        "0b1",
        ".5",
        "_0",
        "yes",
        "~",
        "null",
        ".inf",
        "12:30",
        "'q'",
        '"r"',
        "''",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "b: ",
    )
    pieces = (
        *PIECES,
        *scalars,
        *scalars,
        "&x ",
        "*y",
        "&y ",
        "\t",
        "\r",
        "\x85",
        "\u2028",
        "!!int ",
        "!!float ",
        "!!bool ",
        "%",
        "\\u0041",
    )
    for _ in range(count):
        yield "".join(chance.choice(pieces) for _ in range(chance.randint(2, 9))) + chance.choice(("", "\n"))
