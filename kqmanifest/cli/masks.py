"""Which parts of a text are values that nobody may see: of env variables, of Secrets, of what is called a secret."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from kqmanifest.diagnostics import ManifestError, Pointer, Steps
from kqmanifest.importers import DOCKER_RUN
from kqmanifest.importers.masking import hidden
from kqmanifest.read import Document, load

Span: TypeAlias = "tuple[int, int]"

_ENV: Final = re.compile(r"env|envs|environment|environments|environmentVariables", re.IGNORECASE)
_SMELLS: Final = re.compile(r"(passw(or)?d|passphrase|secret|token|credentials?|(secret|api|access|private)[-_]?key)\d*$", re.IGNORECASE)
_OPTION: Final = re.compile(
    r"--?(?:[\w-]*[-_])?(?:passw(?:or)?d|passphrase|secret|token|credentials?|(?:secret|api|access|private)[-_]?key)", re.IGNORECASE
)
_GIVEN: Final = re.compile(rf"(?<![\w-])(?:{_OPTION.pattern})[= ]\s*(?P<value>\S+)", re.IGNORECASE)
_SECRET: Final = frozenset({"data", "stringData"})
_COPIES: Final = "kubectl.kubernetes.io/last-applied-configuration"
_OF_VARIABLE: Final = frozenset({"name", "valueFrom"})
_RISKY: Final = re.compile(r"env|value|secret|passw|passphrase|token|credential|key|stringData", re.IGNORECASE)
_BEHIND: Final = re.compile(r"[\s,{}\[\]-]*\Z")
_KEY: Final = re.compile(r"""(?:^|(?<=[{,\[])|(?<=- ))[ \t]*(?:- +)*(?:"[\w./-]+"|'[\w./-]+'|[\w./-]+)[ \t]*:(?=[\s"'{\[]|$)""")
_WORD: Final = re.compile(r"""[^\s{}\[\],:"']+""")


def masks(text: str, source: str) -> list[Span]:
    """Find what is not to be shown, in order, as offsets of a text; where the text cannot be read, more than is needed."""
    if source == DOCKER_RUN:
        return sorted((*hidden(text), *(found.span("value") for found in _GIVEN.finditer(text))))
    try:
        documents = load(text, source=source)
    except (ManifestError, RecursionError):
        return [*_unread(text)]
    return _read(text, documents)


def _unread(text: str) -> Iterator[Span]:
    """Find every word that is no key: nobody can say which of them are secret."""
    if not _RISKY.search(text):
        return
    start = 0
    for line in text.splitlines(keepends=True):
        keys = [found.span() for found in _KEY.finditer(line)]
        for word in _WORD.finditer(line):
            if not any(begin <= word.start() < end for begin, end in keys):
                yield start + word.start(), start + word.end()
        start += len(line)


def _read(text: str, documents: tuple[Document, ...]) -> list[Span]:
    lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def offset(document: Document, steps: Steps, *, key: bool = False) -> int:
        line, column = document.place(Pointer.of(steps), key=key) or (1, 1)
        return lines[line - 1] + column - 1

    everything: list[tuple[int, bool]] = []
    starts: set[int] = set()
    for document in documents:
        for steps, is_secret in _values(document.value, (), hidden=False):
            at = offset(document, steps)
            starts |= {at, offset(document, steps, key=True)}
            everything.append((at, is_secret))
    ends = sorted(starts | {len(text)})
    anchors = any(is_secret and text.startswith("*", at) for at, is_secret in everything)
    spans = set()
    for at, is_secret in everything:
        # What an alias stands for is written where its anchor is.
        if is_secret or (anchors and text.startswith("&", at)):
            span = _inner(text, at, ends[min(bisect.bisect_right(ends, at), len(ends) - 1)])
            if span[0] < span[1]:
                spans.add(span)
    return sorted(spans)


def _values(value: Any, steps: Steps, *, hidden: bool, of_secret: bool = False) -> Iterator[tuple[Steps, bool]]:
    """Walk all values, and tell of each whether it is to be masked: of lists and objects never, of what they hold perhaps.

    What is called data is hidden wherever it stands in a Secret: a misplaced key holds what the right one would.
    """
    yield steps, not isinstance(value, dict | list) and (hidden or _tells(value))
    if isinstance(value, list):
        for index, item in enumerate(value):
            follows = index > 0 and isinstance(value[index - 1], str) and _OPTION.fullmatch(value[index - 1]) is not None
            yield from _values(item, (*steps, index), hidden=hidden or follows, of_secret=of_secret)
    elif isinstance(value, dict):
        is_secret = of_secret or value.get("kind") == "Secret"
        is_variable = "name" in value and "value" in value
        for key, member in value.items():
            secret = hidden or (is_secret and key in _SECRET) or key in {"stringData", _COPIES} or (is_variable and key == "value")
            if _ENV.fullmatch(key) and isinstance(member, list):
                yield from _variables(member, (*steps, key), hidden=secret)
            else:
                named = _SMELLS.search(key) and not isinstance(member, dict | bool | None)
                yield from _values(member, (*steps, key), hidden=bool(secret or named or _ENV.fullmatch(key)), of_secret=is_secret)


def _tells(value: Any) -> bool:
    """Say whether a word of a command gives an option that is called after a secret its value."""
    return isinstance(value, str) and "-" in value and _GIVEN.search(value) is not None


def _variables(items: list[Any], steps: Steps, *, hidden: bool) -> Iterator[tuple[Steps, bool]]:
    yield steps, False
    for index, item in enumerate(items):
        here = (*steps, index)
        if not isinstance(item, dict):
            yield from _values(item, here, hidden=True)
            continue
        yield here, False
        for key, member in item.items():
            shown = key == "name" or (key in _OF_VARIABLE and isinstance(member, dict))
            yield from _values(member, (*here, key), hidden=hidden or not shown)


def _inner(text: str, at: int, end: int) -> Span:
    """Narrow a span to the value itself, inside its quotes."""
    behind = _BEHIND.search(text, at, end)
    end = behind.start() if behind else end
    if end - at > 1 and text[at] in "\"'" and text[end - 1] == text[at]:
        return at + 1, end - 1
    return at, end
