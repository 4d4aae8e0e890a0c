"""Which parts of a text are values that nobody may see: of env variables, of Secrets, of what is called a secret."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from kqmanifest.cli.secrecy import is_environment, is_kind_of_secret, is_option, is_secret, options_values, told
from kqmanifest.diagnostics import ManifestError, Pointer, Steps
from kqmanifest.importers import DOCKER_RUN
from kqmanifest.importers.masking import hidden
from kqmanifest.read import Document, load

Span: TypeAlias = "tuple[int, int]"

_PUBLIC: Final = frozenset({"annotations", "apiVersion", "ignore", "immutable", "kind", "labels", "metadata", "name", "namespace", "type"})
"""What stands in a Secret beside its data; any other key there is data, perhaps misspelt."""
_DATA: Final = frozenset({"data", "stringdata"})
_TYPES: Final = ("Opaque", "kubernetes.io/")
"""How the types of Secrets begin."""
_COPIES: Final = "kubectl.kubernetes.io/last-applied-configuration"
_OF_VARIABLE: Final = frozenset({"name", "valueFrom"})
_RISKY: Final = re.compile(r"env|value|secret|pass|pwd|token|credential|key|auth|stringData|\\u00[2-7]", re.IGNORECASE)
_BEHIND: Final = re.compile(r"[\s,{}\[\]-]*\Z")
_KEY: Final = re.compile(
    r"""
    (?: (?:^|(?<=[{,\[])) [ \t]* (?:-[ ]+)*  # at the beginning of a line or of what stands in brackets, behind the dashes of lists
      | (?<=-[ ]) [ \t]*
    )
    (?:"[\w./-]+"|'[\w./-]+'|[\w./-]+) [ \t]* :(?=[\s"'{\[]|$)
    """,
    re.VERBOSE,
)
_WORD: Final = re.compile(r"""[^\s{}\[\],:"']+""")


def masks(text: str, source: str) -> list[Span]:
    """Find what is not to be shown, in order, as offsets of a text; where the text cannot be read, more than is needed."""
    if source == DOCKER_RUN:
        return _joined((*hidden(text), *options_values(text), *told(text)))
    try:
        documents = load(text, source=source)
    except (ManifestError, RecursionError):
        return _joined((*_unread(text), *told(text)))
    return _joined((*_read(text, documents), *told(text)))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """Make one span of those that overlap."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _unread(text: str) -> Iterator[Span]:
    """Find every word that is no key: nobody can say which of them are secret."""
    if not _RISKY.search(text):
        return
    start = 0
    for line in text.splitlines(keepends=True):
        keys = {at for found in _KEY.finditer(line) for at in range(*found.span())}
        for word in _WORD.finditer(line):
            if word.start() not in keys:
                yield start + word.start(), start + word.end()
        start += len(line)


def _read(text: str, documents: tuple[Document, ...]) -> set[Span]:
    values = [(document, *value) for document in documents for value in _values(document.value, (), hidden=False)]
    if not any(masked for _, _, masked in values):
        return set()
    lines = [0, *(found.end() for found in re.finditer("\n", text))]

    def offset(document: Document, steps: Steps, *, key: bool = False) -> int:
        line, column = document.place(Pointer.of(steps), key=key) or (1, 1)
        return lines[line - 1] + column - 1

    everything: list[tuple[int, bool]] = []
    starts: set[int] = set()
    for document, steps, masked in values:
        at = offset(document, steps)
        starts |= {at, offset(document, steps, key=True)}
        everything.append((at, masked))
    ends = sorted(starts | {len(text)})
    anchors = any(masked and text.startswith("*", at) for at, masked in everything)
    spans: set[Span] = set()
    for at, masked in everything:
        # What an alias stands for is written where its anchor is.
        if masked or (anchors and text.startswith("&", at)):
            span = _inner(text, at, ends[min(bisect.bisect_right(ends, at), len(ends) - 1)])
            if span[0] < span[1]:
                spans.add(span)
    return spans


def _values(value: Any, steps: Steps, *, hidden: bool, of_secret: bool = False) -> Iterator[tuple[Steps, bool]]:
    """Walk all values, and tell of each whether it is to be masked: of lists and objects never, of what they hold perhaps.

    What is called data is hidden wherever it stands in a Secret: a misplaced key holds what the right one would.
    """
    yield steps, not isinstance(value, dict | list) and (hidden or _tells(value))
    if isinstance(value, list):
        for index, item in enumerate(value):
            follows = index > 0 and isinstance(value[index - 1], str) and is_option(value[index - 1])
            yield from _values(item, (*steps, index), hidden=hidden or follows, of_secret=of_secret)
    elif isinstance(value, dict):
        itself = _is_secret(value)
        is_variable = "name" in value and "value" in value
        for key, member in value.items():
            secret = hidden or key == _COPIES or (itself and key not in _PUBLIC) or (is_variable and key == "value")
            secret = secret or (key.lower() in _DATA and (itself or of_secret or key.lower() != "data"))
            if is_environment(key) and isinstance(member, list):
                yield from _variables(member, (*steps, key), hidden=secret)
            else:
                named = is_environment(key) or (is_secret(key) and not isinstance(member, dict | bool | None))
                yield from _values(member, (*steps, key), hidden=secret or named, of_secret=itself or of_secret)


def _is_secret(value: Mapping[str, Any]) -> bool:
    """Say whether an object is a Secret, or was meant to be one."""
    kind, type_ = value.get("kind"), value.get("type")
    return is_kind_of_secret(kind) if isinstance(kind, str) else isinstance(type_, str) and type_.startswith(_TYPES)


def _tells(value: Any) -> bool:
    """Say whether a word of a command gives an option that is called after a secret its value."""
    return isinstance(value, str) and "-" in value and next(options_values(value), None) is not None


def _variables(items: list[Any], steps: Steps, *, hidden: bool) -> Iterator[tuple[Steps, bool]]:
    yield steps, False
    for index, item in enumerate(items):
        here = (*steps, index)
        if not isinstance(item, dict):
            yield from _values(item, here, hidden=True)
            continue
        yield here, False
        for key, member in item.items():
            # Who writes NAME=VALUE for a name has written the value, too.
            shown = (key == "name" and "=" not in str(member)) or (key in _OF_VARIABLE and isinstance(member, dict))
            yield from _values(member, (*here, key), hidden=hidden or not shown)


def _inner(text: str, at: int, end: int) -> Span:
    """Narrow a span to the value itself, inside its quotes."""
    behind = _BEHIND.search(text, at, end)
    end = behind.start() if behind else end
    if end - at > 1 and text[at] in "\"'" and text[end - 1] == text[at]:
        return at + 1, end - 1
    return at, end
