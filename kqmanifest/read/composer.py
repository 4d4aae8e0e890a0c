"""YAML events become one document, as Go's reader composes it, with the offsets of each value.

Iterative, so that no nesting exhausts the stack, and bounded, so that no alias explodes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from kqmanifest.diagnostics import Fault, Step, Steps
from kqmanifest.limits import TOO_DEEP, TOO_MANY_VALUES
from kqmanifest.read.places import REPEATED, Offsets, TextFault, joined
from kqmanifest.read.scalars import TAG, Scalar, UnfitError, as_json, as_key, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kqmanifest.diagnostics import Json
    from kqmanifest.read.places import SourceText

UNKNOWN_ANCHOR: Final = Fault(
    "KQ0030",
    "this alias has no anchor of its name before it",
    ("put the value in quotes if it is a string that begins with *",),
)
SELF_ALIAS: Final = Fault("KQ0031", "the alias {name} is inside the value that it refers to", ("write the value itself",))
EXPLOSION: Final = Fault(
    "KQ0032", "the aliases up to this one expand the document to many times its size", ("write the values themselves",)
)
TEMPLATE: Final = Fault("KQ0033", "this is a template: {{{{ … }}}} is for another program to fill in", ("fill in the template first",))
BAD_KEY: Final = Fault("KQ0034", "a key must be a string, and this one is {what}", ("put the key in quotes",))
NOT_FINITE: Final = Fault("KQ0035", "JSON, and so Kubernetes, has no number for infinity or NaN", ("put it in quotes",))
BAD_TAG: Final = Fault("KQ0036", "the value does not match its tag {tag}", ("remove the tag",))
BAD_MERGE: Final = Fault(
    "KQ0037", "<< must be an object, an alias of one, or a list of these", ("put << in quotes if it is meant as a key",)
)
ESCAPE: Final = Fault("KQ0050", "unknown escape sequence {escape} in YAML", ("write two backslashes, or put the value in single quotes",))
BARE_QUESTION: Final = Fault("KQ0055", "kubectl does not accept an unquoted ? between brackets", ("put the value in quotes",))
NO_SPACE: Final = Fault("KQ0045", "a space is missing after this {what}", ("add a space after it",))

_TIGHT_COLON: Final = re.compile(r"(?:\s|#[^\n\r\x85\u2028\u2029]*+)*+(:)[\[\]{},]")
_SLASH: Final = re.compile(r"(?:[^\\]|\\[^/])*+(\\/)", re.DOTALL)
# Go's reader lets aliases make up nearly all of a small document, and a tenth of a big one.
_FREE_ALIASES: Final = 100
_FREE_NODES: Final = 1000
_SMALL: Final = 400_000
_BIG: Final = 4_000_000


class Composed(NamedTuple):
    """A document's value, its offsets and its faults."""

    value: Json
    root: Offsets
    found: list[TextFault]


class StopError(Exception):
    """The rest of this document cannot be composed."""


class _Frame:
    """A list or an object that is open: what it has so far, and what comes next."""

    __slots__ = (
        "anchor",
        "at",
        "expects_key",
        "first",
        "is_flow",
        "is_merge",
        "key",
        "key_at",
        "member_offsets",
        "nodes",
        "own_key_at",
        "value",
        "values",
    )

    def __init__(self, event: Any, at: int, own_key_at: int, before: tuple[int, int], *, is_object: bool) -> None:
        self.at = at
        self.own_key_at = own_key_at
        self.anchor: str | None = event.anchor
        self.is_flow: bool = event.flow_style
        self.nodes, self.values = before
        self.value: Any = {} if is_object else []
        self.member_offsets: Any = {} if is_object else []
        self.expects_key = is_object
        self.key: str | None = None
        self.key_at = at
        self.first: dict[str, int] = {}
        self.is_merge = False

    def key_of(self, at: int) -> int:
        """Return the place of the key of a member at ``at``; an item is its own key."""
        return self.key_at if isinstance(self.value, dict) else at


class Composer:
    """Composes the events of one document; ``found`` and ``steps`` can be read at any time."""

    def __init__(self, text: SourceText, start: int) -> None:
        """Hold the text, and where in it the events count from."""
        self.found: list[TextFault] = []
        self.stack: list[_Frame] = []
        self._text = text
        self._start = start
        self._limits = text.limits
        self._anchors: dict[str, tuple[Json, Offsets, int, int]] = {}
        self._nodes = 1
        self._values = 0
        self._aliased = 0
        self._root: tuple[Json, Offsets] | None = None

    def compose(self, events: Iterator[Any]) -> Composed:
        """Take the events of one document, its end included.

        Raises:
            StopError: the rest of the document cannot be read; ``found`` holds the reason.
        """
        handlers = {
            "ScalarEvent": self._scalar,
            "AliasEvent": self._alias,
            "MappingStartEvent": self._open_object,
            "SequenceStartEvent": self._open_list,
            "MappingEndEvent": self._close,
            "SequenceEndEvent": self._close,
        }
        for event in events:
            handle = handlers.get(type(event).__name__)
            if handle is None:
                break
            handle(event, event.start_mark.index + self._start)
        self._check_aliases(self._start)
        value, root = self._root or (None, Offsets(self._start, self._start, None))
        return Composed(value, root, self.found)

    def steps(self) -> Steps:
        """Lead to the innermost value that is open."""
        steps: list[Step] = []
        for frame in self.stack:
            step = len(frame.value) if isinstance(frame.value, list) else frame.key
            if step is not None:
                steps.append(step)
        return tuple(steps)

    def _scalar(self, event: Any, at: int) -> None:
        self._nodes += 1
        frame = self.stack[-1] if self.stack else None
        plain = event.implicit[0]
        tag = event.tag
        if frame and frame.is_flow and not event.style:
            self._check_bare(at, event)
        if frame and frame.expects_key and event.value == "<<" and (plain or tag == f"{TAG}merge"):
            frame.expects_key = False
            frame.is_merge = True
            frame.key_at = at
            frame.key = None
            return
        if event.style == '"' and "/" in event.value:
            self._check_slash(at, event.end_mark.index + self._start)
        if tag and not event.value and self._text.content.startswith(",", event.end_mark.index + self._start):
            # To Go's reader the comma is a part of the tag.
            self._tell(BAD_TAG, at, tag="!")
        try:
            scalar = resolve(event.value, tag, plain=plain)
        except UnfitError:
            self._tell(BAD_TAG, at, tag=tag.replace(TAG, "!!"))
            scalar = event.value
        self._anchor(event.anchor, scalar, Offsets(at, at, None), 1, 1)
        if frame and frame.expects_key:
            self._key(frame, scalar, at)
        else:
            self._value(frame, self._json(scalar, at), Offsets(at, frame.key_of(at) if frame else at, None))

    def _check_bare(self, at: int, event: Any) -> None:
        """Find what readers disagree about in an unquoted string between brackets."""
        if "?" in event.value:
            self._tell(BARE_QUESTION, at)
        colon = _TIGHT_COLON.match(self._text.content, event.end_mark.index + self._start)
        if colon:
            # To Go's reader such a colon is a part of the string, to PyYAML the end of a key.
            self._tell(NO_SPACE, colon.start(1), what="colon")

    def _check_slash(self, at: int, end: int) -> None:
        """Find an escaped slash in quotes: PyYAML accepts that escape, Go's reader does not."""
        found = _SLASH.match(self._text.content, at, end)
        if found:
            self._tell(ESCAPE, found.start(1), escape="\\/")

    def _json(self, scalar: Scalar, at: int) -> Json:
        try:
            return as_json(scalar)
        except OverflowError:
            self._tell(NOT_FINITE, at)
            return None

    def _key(self, frame: _Frame, scalar: Scalar, at: int) -> None:
        frame.expects_key = False
        frame.is_merge = False
        frame.key_at = at
        frame.key = key = as_key(scalar)
        if key is None:
            self._tell(BAD_KEY, at, what="null" if scalar is None else "a number of more than 63 bits")
            return
        first = frame.first.setdefault(key, at)
        if first != at:
            is_first = not frame.is_flow and key == next(iter(frame.first))
            is_item = len(self.stack) > 1 and isinstance(self.stack[-2].value, list)
            separator = "---" if is_first and len(self.stack) == 1 else None
            dash = "-" if is_first and is_item else None
            both = joined(key, frame.value.get(key)) if isinstance(frame.value, dict) else {}
            self._tell(REPEATED, at, key=key, line=self._text.line(first), separator=separator, dash=dash, **both)

    def _alias(self, event: Any, at: int) -> None:
        name = event.anchor
        if any(frame.anchor == name for frame in self.stack):
            self._fail(SELF_ALIAS, at, name=name)
        if name not in self._anchors:
            self._fail(UNKNOWN_ANCHOR, at)
        value, offsets, nodes, values = self._anchors[name]
        self._nodes += 1 + nodes
        self._aliased += nodes
        self._check_aliases(at)
        self._values += values - 1
        self._check_values(at)
        frame = self.stack[-1] if self.stack else None
        if frame and frame.expects_key:
            self._values -= values - 1
            if isinstance(value, dict | list):
                self._fail(BAD_KEY, at, what="a list or an object")
            self._key(frame, value, at)
        elif frame and frame.is_merge and not isinstance(value, dict):
            self._fail(BAD_MERGE, at)
        else:
            json = _copy(value) if isinstance(value, dict | list) else self._json(value, at)
            self._value(frame, json, Offsets(at, frame.key_of(at) if frame else at, offsets.members))

    def _check_aliases(self, at: int) -> None:
        if self._aliased > _FREE_ALIASES and self._nodes > _FREE_NODES:
            allowed = 0.99 - 0.89 * min(max((self._nodes - _SMALL) / (_BIG - _SMALL), 0), 1)
            if self._aliased > allowed * self._nodes:
                self._fail(EXPLOSION, at)

    def _check_values(self, at: int) -> None:
        """Stop before a document holds too many values, or an alias is copied that makes them too many."""
        if self._values > self._limits.nodes:
            self._fail(TOO_MANY_VALUES, at, most=self._limits.nodes)

    def _open_object(self, event: Any, at: int) -> None:
        self._open(event, at, is_object=True)

    def _open_list(self, event: Any, at: int) -> None:
        self._open(event, at, is_object=False)

    def _open(self, event: Any, at: int, *, is_object: bool) -> None:
        if len(self.stack) >= self._limits.depth:
            self.stack.clear()
            self._fail(TOO_DEEP, at, deepest=self._limits.depth)
        frame = self.stack[-1] if self.stack else None
        if frame and frame.expects_key:
            frame.key = None
            is_template = is_object and self._text.content.startswith("{{", at - 1)
            self._fail(TEMPLATE if is_template else BAD_KEY, at, what="an object" if is_object else "a list")
        if is_object and self._text.content.startswith("{{", at):
            self._fail(TEMPLATE, at)
        if event.anchor:
            self._anchors.pop(event.anchor, None)
        self.stack.append(_Frame(event, at, frame.key_of(at) if frame else at, (self._nodes, self._values), is_object=is_object))
        self._nodes += 1

    def _close(self, _event: Any, _at: int) -> None:
        frame = self.stack.pop()
        offsets = Offsets(frame.at, frame.own_key_at, frame.member_offsets)
        self._anchor(frame.anchor, frame.value, offsets, self._nodes - frame.nodes, self._values - frame.values + 1)
        self._value(self.stack[-1] if self.stack else None, frame.value, offsets)

    def _anchor(self, name: str | None, value: Json, offsets: Offsets, nodes: int, values: int) -> None:
        known = self._anchors.get(name) if name else None
        # An anchor that began within this one may have taken its name.
        if name and (known is None or known[1].at <= offsets.at):
            self._anchors[name] = (value, offsets, nodes, values)

    def _value(self, frame: _Frame | None, value: Json, offsets: Offsets) -> None:
        """Put a whole value where it belongs."""
        self._values += 1
        if self._values > self._limits.nodes:
            self._check_values(offsets.at)
        if frame is None:
            self._root = (value, offsets)
        elif isinstance(frame.value, list):
            frame.value.append(value)
            frame.member_offsets.append(offsets)
        elif frame.is_merge:
            self._merge(frame, value, offsets)
            frame.expects_key = True
            frame.is_merge = False
        else:
            if frame.key is not None:
                frame.value[frame.key] = value
                frame.member_offsets[frame.key] = offsets
            frame.key = None
            frame.expects_key = True

    def _merge(self, frame: _Frame, value: Json, offsets: Offsets) -> None:
        """Merge the members of other objects: they override what is before them, and nothing after them."""
        if isinstance(value, dict) and isinstance(offsets.members, dict):
            frame.value.update(value)
            frame.member_offsets.update(offsets.members)
        elif isinstance(value, list) and isinstance(offsets.members, list) and all(isinstance(one, dict) for one in value):
            for one, place in reversed(list(zip(value, offsets.members, strict=True))):
                self._merge(frame, one, place)
        else:
            self._fail(BAD_MERGE, offsets.at)

    def _tell(self, fault: Fault, at: int, **values: object) -> None:
        self.found.append(TextFault(fault, at, self.steps(), values))

    def _fail(self, fault: Fault, at: int, **values: object) -> NoReturn:
        self._tell(fault, at, **values)
        raise StopError


def _copy(value: Json) -> Json:
    """Copy the value that an alias refers to, so that nothing is shared."""
    if isinstance(value, dict):
        return {key: _copy(one) for key, one in value.items()}
    return [_copy(one) for one in value] if isinstance(value, list) else value
