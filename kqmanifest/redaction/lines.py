"""Which parts of a line are secret, in a text that was read and in one that could not be; only the line is looked at."""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from kqmanifest.redaction.steps import redact_step
from kqmanifest.redaction.text import Span, joined, secrets_in
from kqmanifest.redaction.tree import LONGEST, View, is_hidden, view_below

_BETWEEN: Final = " \t\r\n,{}[]"
"""What separates two values; at the beginning of a line dashes too."""
_RISKY: Final = re.compile(
    r"env|value|secret|pass|pwd|pw|token|credential|key|auth|data|variable|vars|config|setting|param|option|header|://|@|\\u00[2-7]"
    r"|(?-i:[A-Z][A-Z0-9_]+[\"']?\s{0,8}[:=])|(?<![\w-])-[pPaAwWuUk]\b",
    re.IGNORECASE,
)
"""Words in a text that cannot be read that mean that it may have secrets."""
_LARGE: Final = 1_000_000
"""Characters of a text that is not searched for that: what it holds may be."""
_PLAIN: Final = frozenset(
    {"kind", "apiVersion", "name", "namespace", "image", "mountPath", "server", "path", "nfs", "mounts", "containers", "ports", "labels"}
    | {"cpu", "memory", "gpus", "size", "replicas", "metadata", "spec", "pod", "job", "volumes", "volumeMounts", "items"}
)
"""Keys whose values are not secret, if no variables and no data are near."""
_KEY: Final = re.compile(
    r"""
    # at the beginning of a line or of the content of brackets, after the dashes of lists
    (?: (?:^|(?<=[{,\[])) [ \t]{0,256} (?:-[ ]{1,256}){0,64}
      | (?<=-[ ]) [ \t]{0,256}
    )
    (?:"[\w./-]{1,256}"|'[\w./-]{1,256}'|[\w./-]{1,256}) [ \t]{0,256} :(?=[\s"'{\[]|$)
    """,
    re.VERBOSE,
)
_SWITCH: Final = re.compile(r"true|nan|-?inf|false|yes|no|on|off|null|[*&]\w{1,64}|\W{1,3}|\d{1,3}(?:\.\d{1,3})?", re.IGNORECASE)
"""Words that are not secret: switches, small numbers, names of anchors, signs."""
_WORD: Final = re.compile(r"""[^\s{}\[\],:"']+""")


class Offsets(Protocol):
    """Where a value is, where its key is, and the same of each of its members, as offsets in the text."""

    @property
    def at(self) -> int:
        """The value."""

    @property
    def key(self) -> int:
        """Its key; where it has none, the value."""

    @property
    def members(self) -> Mapping[str, Any] | Sequence[Any] | None:
        """Those of its members."""


def is_risky(text: str) -> bool:
    """Return whether a text that cannot be read may hold a secret at all."""
    return len(text) > _LARGE or _RISKY.search(text) is not None


def unread(line: str, *, risky: bool) -> list[Span]:
    """Find every word of a line that is not a key: any of them may be secret.

    If nothing in the whole text is ``risky``, the value of a well-known key is shown.
    """
    keys = [found.span() for found in _KEY.finditer(line)]
    starts = [begin for begin, _ in keys]

    def is_shown(at: int) -> bool:
        index = bisect.bisect_right(starts, at) - 1
        if index < 0:
            return False
        begin, end = keys[index]
        return at < end or (not risky and line[begin:end].strip(" \t\"':-") in _PLAIN)

    words = (found.span() for found in _WORD.finditer(line) if risky or not _SWITCH.fullmatch(found[0]))
    return joined((*(word for word in words if not is_shown(word[0])), *secrets_in(line)))


@dataclasses.dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one document that was read. What is found of a list or an object is remembered: many lines need it."""

    text: str = dataclasses.field(repr=False)
    value: Any = dataclasses.field(repr=False)
    root: Offsets = dataclasses.field(repr=False)
    known: Collection[str] | None = dataclasses.field(default=None, repr=False)
    """The names of all fields that there are."""
    _starts: dict[int, tuple[list[int], list[Any]]] = dataclasses.field(default_factory=dict, repr=False)

    def hidden(self, begin: int, end: int) -> list[Span]:
        """Find what is secret between two offsets of one line."""
        spans = [*self._below(self.value, self.root, View(hidden=isinstance(self.value, str)), begin, end, len(self.text))]
        far = max(begin - LONGEST, self.text.rfind("\n", 0, begin) + 1)
        said = ((far + first, far + last) for first, last in secrets_in(self.text[far:end].partition("\n")[0]))
        return joined((*spans, *said))

    def _below(self, value: Any, offsets: Offsets, view: View, begin: int, end: int, until: int) -> Iterator[Span]:
        if self.text.startswith("&", offsets.at):  # its aliases may be secret
            view = dataclasses.replace(view, hidden=True)
        if not isinstance(value, dict | list) or not offsets.members or self.text.startswith("*", offsets.at):
            if is_hidden(value, view) or (offsets.at < begin and isinstance(value, str)):
                yield from self._inner(max(offsets.at, begin), min(until, end), begins=offsets.at >= begin)
            return
        starts, keys = self._members(offsets)
        for index in range(max(bisect.bisect_right(starts, begin) - 1, 0), len(starts)):
            if starts[index] >= end:
                break
            key, stop = keys[index], starts[index + 1] if index + 1 < len(starts) else until
            member, below = offsets.members[key], view_below(value, key, view, self.known)
            if isinstance(key, str) and redact_step(key, in_env=view.in_env or view.hidden) != key:
                written = self.text[member.key : member.at].rstrip()
                yield member.key, member.key + len(written) - 1 if written.endswith(":") else min(stop, end)
            yield from self._below(value[key], member, below, begin, end, stop)

    def _members(self, offsets: Offsets) -> tuple[list[int], list[Any]]:
        """List the members in the order of the text; what was merged into an object is where its anchor is."""
        known = self._starts.get(id(offsets))
        if known is None:
            members = offsets.members or ()
            each = members.items() if isinstance(members, Mapping) else enumerate(members)
            found = sorted(((one.key, key) for key, one in each if one.key >= offsets.at), key=lambda one: one[0])
            known = self._starts[id(offsets)] = [at for at, _ in found], [key for _, key in found]
        return known

    def _inner(self, begin: int, end: int, *, begins: bool) -> Iterator[Span]:
        """Narrow the part of a line that a value takes to the value itself, inside its quotes."""
        text = self.text[begin:end].rstrip(_BETWEEN if begins else f"{_BETWEEN}-")
        begin += len(text) - len(text.lstrip())
        end = begin + len(text.lstrip())
        if begins and end - begin > 1 and self.text[begin] in "\"'" and self.text[end - 1] == self.text[begin]:
            begin, end = begin + 1, end - 1
        if begin < end:
            yield begin, end
