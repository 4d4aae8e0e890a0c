"""Write strings in every format, as values and as keys, and have every reader read them: ``python tests/million.py 1000000 [SEED]``."""

from __future__ import annotations

import itertools
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import yaml
from go import answers as go
from js import answers as js
from ruamel.yaml import YAML
from scalars import short_strings, strings

from kqmanifest import emit

Reader: TypeAlias = Callable[[Sequence[str]], list[Any]]

FORMATS = {"yaml": emit.yaml, "kyaml": emit.kyaml, "json": emit.json}


def by_pyyaml(texts: Sequence[str], loader: Any = yaml.SafeLoader) -> list[Any]:
    return [yaml.load(text, Loader=loader) for text in texts]  # noqa: S506  # a safe one


def by_ruamel(texts: Sequence[str], version: tuple[int, int] = (1, 2)) -> list[Any]:
    reader = YAML(typ="safe", pure=True)
    reader.version = version
    return [reader.load(text) for text in texts]


def by_go(texts: Sequence[str]) -> list[Any]:
    return [answer.get("values", [answer])[0] for answer in go.answers("documents", texts)]


def by_js(texts: Sequence[str]) -> list[Any]:
    return [read[0] if read else None for read in js.documents(texts)]


IN_PYTHON: Mapping[str, Reader] = {
    "PyYAML": by_pyyaml,
    "ruamel.yaml 1.1": partial(by_ruamel, version=(1, 1)),
    "ruamel.yaml 1.2": by_ruamel,
    **({"libyaml": partial(by_pyyaml, loader=yaml.CSafeLoader)} if hasattr(yaml, "CSafeLoader") else {}),
}
# These are slow: they are asked about what stands bare, and about the rest in one chunk of 25.
SLOW = ("PyYAML", "ruamel.yaml 1.1", "ruamel.yaml 1.2")
OUTSIDE: Mapping[str, Reader] = {"Go": by_go, "js-yaml": by_js}
READERS: Mapping[str, Reader] = {**IN_PYTHON, **OUTSIDE}


Asked: TypeAlias = tuple[str, str, Sequence[str], str]


def documents(texts: Sequence[str]) -> Iterator[Asked]:
    """Write the strings as values and as keys, in every format: the format, where they stand, the strings, the text."""
    for format_, write in FORMATS.items():
        yield format_, "value", texts, write([list(texts)])
        yield format_, "key", texts, write([dict.fromkeys(texts, 1)])


def bare(asked: Asked) -> Asked | None:
    """Leave out what stands in quotes; each string stands on a line of its own."""
    format_, place, texts, written = asked
    lines = written.splitlines(keepends=True)
    around = len(lines) - len(texts)
    head = lines[: max(around - 1, 0)]
    kept = [(text, line) for text, line in zip(texts, lines[len(head) :], strict=False) if not line.lstrip(" -").startswith('"')]
    body = "".join(line for _, line in kept)
    return (
        (format_, place, [text for text, _ in kept], "".join(head) + body + "".join(lines[len(lines) - bool(around) :])) if kept else None
    )


def differences(asked: Sequence[Asked], name: str) -> Iterator[tuple[str, str, str, str]]:
    """Tell of each string that a reader takes for another value: the reader, the format, where it stood, and the string."""
    for (format_, place, texts, _), value in zip(asked, READERS[name]([written for *_, written in asked]), strict=True):
        found = list(value)
        if len(found) != len(texts) or (place == "key" and set(value.values()) != {1}):
            yield name, format_, place, ""
        # JavaScript and Go put keys into an order of their own.
        wanted, given = (sorted(texts), sorted(map(str, found))) if place == "key" else (texts, found)
        for text, other in zip(wanted, given, strict=False):
            if type(other) is not str or text != other:
                yield name, format_, place, text
        if {type(one) for one in found} - {str}:
            yield name, format_, place, ""


def chunks(texts: Iterable[str], size: int = 20_000) -> Iterator[list[str]]:
    """Split the strings into lists in which none stands twice."""
    for chunk in _batched(texts, size):
        yield list(dict.fromkeys(chunk))


def _batched(texts: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    rest = iter(texts)
    while chunk := tuple(itertools.islice(rest, size)):
        yield chunk


def main(count: int, seed: int = 0) -> None:
    """Print what differs, and how much was asked."""
    asked = 0
    seen: Counter[tuple[str, ...]] = Counter()
    for number, chunk in enumerate(chunks(itertools.chain(short_strings(), strings(count, seed)))):
        written = list(documents(chunk))
        standing = [one for one in map(bare, written) if one and one[0] != "json"]
        found = [one for name in READERS for one in differences(standing if name in SLOW and number % 25 else written, name)]
        asked += len(chunk)
        seen.update(one[:3] for one in found)
        line = {"strings": asked, "bare": len(standing[0][2]), "differences": seen.total(), "first": found[:5]}
        print(json.dumps(line), flush=True)  # noqa: T201  # a script
    print(json.dumps({"readers": list(READERS), "formats": list(FORMATS), "differing": [[*key, n] for key, n in seen.items()]}))  # noqa: T201  # a script


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
