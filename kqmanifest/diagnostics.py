"""What is wrong, where it is wrong, and what to do about it.

A :class:`Fault` is a kind of fault: a code and the sentences that belong to it. Found at a place with values it is a :class:`Finding`,
which may still move to the place that its user wrote; said in words, at its last place, it is a :class:`Diagnostic`.
"""

from __future__ import annotations

import dataclasses
import itertools
import string
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, Self, TypeAlias

from kqmanifest.redaction import MASK, redact_assignment, redact_step, redact_steps

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Step: TypeAlias = str | int
Steps: TypeAlias = tuple[Step, ...]
Severity: TypeAlias = Literal["error", "warning"]

_LONGEST_VALUE: Final = 120
_LONGEST_READ: Final = 2000
_SHORTEST_SECRET: Final = 15
"""A word of letters and digits, and no more of them, says of nothing that it is a secret."""
_LONGEST_LIST: Final = 600
_LONGEST_PATH: Final = 400
_LONGEST_NUMBER: Final = 1000  # bits: longer ones have more than 300 digits


class Pointer(str):
    """A place in a document: a JSON pointer (RFC 6901), ``""`` for the document itself."""

    __slots__ = ()

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """Spell the keys and indexes that lead to a place: ``("env", 0)`` is ``/env/0``."""
        return cls("".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps))

    @property
    def tokens(self) -> tuple[str, ...]:
        """The reference tokens, unescaped; an index is still text here."""
        return tuple(token.replace("~1", "/").replace("~0", "~") for token in self.split("/")[1:])

    @property
    def redacted(self) -> Self:
        """Return it as it may be told: with a mask in the place of a value that somebody wrote into a key."""
        return type(self).of(redact_steps(self.tokens)) if "=" in self or ":" in self or not self.isprintable() or " " in self else self

    def __truediv__(self, step: Step) -> Self:
        """Go one key or index further."""
        return type(self)(self + self.of((step,)))

    def steps(self, document: Any) -> Steps:
        """Read the tokens against ``document``: where it has a list, a token is an index.

        Raises:
            LookupError: nothing stands at this place.
        """
        found: list[Step] = []
        here = document
        for token in self.tokens:
            step: Step = int(token) if isinstance(here, list | tuple) and token.isdecimal() else token
            if MASK in token and isinstance(here, Mapping) and step not in here:
                step = next((key for key in here if MASK in (shown := str(redact_steps(("env", key))[1])) and shown == token), token)
            try:
                here = here[step]
            except (TypeError, KeyError, IndexError) as missing:
                raise LookupError(self) from missing
            found.append(step)
        return tuple(found)

    def follow(self, document: Any) -> Any:
        """Give what stands at this place in ``document``.

        Raises:
            LookupError: nothing stands at this place.
        """
        here = document
        for step in self.steps(document):
            here = here[step]
        return here


def show(value: object) -> str:
    """Put a value into a sentence: on one line, printable, and not longer than a line can hold."""
    if isinstance(value, str):
        text = _one_line(_redacted(value), _LONGEST_VALUE)
        if text == "" or text != text.strip():
            text = f'"{text}"'
    elif isinstance(value, bool) or value is None:
        text = {True: "true", False: "false", None: "null"}[value]
    elif isinstance(value, int) and value.bit_length() > _LONGEST_NUMBER:
        text = "a number of more than 300 digits"
    elif isinstance(value, Sequence | set | frozenset) and not value:
        text = "an empty list"
    elif isinstance(value, Sequence | set | frozenset):
        return _listed([*itertools.islice(value, _LONGEST_LIST)])
    elif isinstance(value, Mapping):
        text = "an object"  # what it holds may be secret
    else:
        text = str(value)
    return _short(text, _LONGEST_VALUE)


def _redacted(text: str) -> str:
    """Hide what a text says to be secret, and the value of an assignment; of a long one only the beginning is read."""
    if len(text) <= _SHORTEST_SECRET and text.isalnum():
        return text
    if len(text) > _LONGEST_READ:
        text = f"{text[:_LONGEST_READ]}…"  # what follows may be the end of what a word before it says to be secret
    return redact_assignment(text)


def _listed(items: Sequence[object]) -> str:
    """Show a list, or as much of its beginning and end as there is room for."""
    begins = _until_full(items)
    ends = _until_full(items[: len(begins) - 1 : -1])[::-1]
    return _short(", ".join((*begins, *ends)), _LONGEST_LIST)


def _until_full(items: Sequence[object]) -> list[str]:
    shown: list[str] = []
    length = 0
    for item in items:
        if length > _LONGEST_LIST // 2:
            break
        shown.append(show(item))
        length += len(shown[-1])
    return shown


def printable(text: str) -> str:
    """Spell what cannot be printed, line ends and unpaired surrogates among it, as Python would."""
    return text if text.isprintable() else "".join(c if c.isprintable() else spelt(c) for c in text)


def spelt(char: str) -> str:
    """Spell a character by its number, as Python would."""
    return char.encode("unicode_escape", "surrogatepass").decode()


def _one_line(text: str, longest: int) -> str:
    """Spell what cannot be printed, and leave the middle out where the text is longer than that."""
    if not text.isprintable():
        if len(text) > longest:
            text = text[:longest] + text[-longest:]  # what is left out need not be spelt
        text = printable(text)
    return _short(text, longest)


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest // 2]}…{text[-longest // 2 :]}"


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault at one place.

    ``path`` is an RFC 6901 pointer into what the user wrote (for Python objects, into their spec form),
    ``document`` the number, from 0, of the YAML document or JSON line it stands in. ``line`` and
    ``column`` count from 1, in characters, and are None where no text was read.
    """

    code: str
    path: Pointer
    message: str
    hint: str = ""
    document: int = 0
    severity: Severity = "error"
    source: str = ""
    line: int | None = None
    column: int | None = None
    values: Mapping[str, str | None] = dataclasses.field(default_factory=dict, repr=False, compare=False)
    fault: Fault | None = dataclasses.field(default=None, repr=False, compare=False)
    """What was found, to be said in another language."""

    def __str__(self) -> str:
        """Return it in one line, as compilers print it: where, how grave, what, and the code at the end; the hint stands apart."""
        return self.headline(self.place())

    def headline(self, place: str) -> str:
        """Return the line that says it of a place."""
        return f"{f'{place}: ' if place else ''}{self.severity}: {self.message} [{self.code}]"

    def place(self, *, pointer: bool = False) -> str:
        """Return where it is: source, line and column; the path only where there is no line, or where it is requested."""
        position = ":".join(str(part) for part in (_one_line(self.source, _LONGEST_PATH), self.line, self.column) if part not in ("", None))
        path = _one_line(self.path, _LONGEST_PATH) if pointer or self.line is None else ""
        return ": ".join(part for part in (position, path) if part)

    def as_json(self) -> dict[str, Json]:
        """Give the diagnostic as plain data, for other programs."""
        return {
            "code": self.code,
            "severity": self.severity,
            "path": str(self.path),
            "document": self.document,
            "message": self.message,
            "hint": self.hint,
            "source": self.source,
            "line": self.line,
            "column": self.column,
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: its code, the sentence that states it, the order that fixes it.

    Both are templates of :meth:`str.format`. Of several hints the first is used whose values are all known.
    """

    code: str
    message: str
    hints: tuple[str, ...] = ()
    severity: Severity = "error"
    """An error stops the work; a warning is advice."""

    def at(self, steps: Iterable[Step], **values: object) -> Finding:
        """Find this fault at a place, with the values that its sentences name. None is an unknown value.

        A ``{field}`` that is not among the values is the field that the place leads to.
        """
        place = tuple(steps)
        if "field" not in values and any("{field}" in template for template in (self.message, *self.hints)):
            values["field"] = next((step for step in reversed(place) if isinstance(step, str)), None)
        return Finding(self, place, {name: _as_key(value, place) for name, value in values.items()})


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a place, with the values that its sentences name: what travels until there are words for it.

    ``steps`` lead to the place in whatever is looked at: an object, a spec, in the end a document.
    """

    fault: Fault
    steps: Steps
    values: Mapping[str, object] = dataclasses.field(repr=False)  # they are masked where they are said

    @property
    def code(self) -> str:
        """The code of its fault."""
        return self.fault.code

    @property
    def severity(self) -> Severity:
        """The severity of its fault."""
        return self.fault.severity

    def moved(self, steps: Iterable[Step]) -> Finding:
        """Return the same finding at another place."""
        return dataclasses.replace(self, steps=tuple(steps))

    def below(self, steps: Steps) -> Finding:
        """Return the same finding where its place stands below others."""
        return dataclasses.replace(self, steps=(*steps, *self.steps)) if steps else self

    def diagnostic(self, *, document: int = 0, source: str = "", line: int | None = None, column: int | None = None) -> Diagnostic:
        """Say it in words: a value of a key is hidden in its path, and so is what looks like a secret among its values."""
        shown = {name: None if value is None else show(value) for name, value in self.values.items()}
        message, hint = filled(self.fault.message, self.fault.hints, shown)
        path = Pointer.of(self.steps).redacted
        return Diagnostic(self.code, path, message, hint, document, self.severity, source, line, column, shown, self.fault)


def _as_key(value: object, place: Sequence[Step]) -> object:
    """Hide of a value that is a key of the place, or of a list of them, what was written into a key that belongs after it."""
    if isinstance(value, str):
        return redact_step(value) if value in place else value
    return [_as_key(one, place) for one in value] if isinstance(value, list | tuple) and any(one in place for one in value) else value


def filled(message: str, hints: Iterable[str], values: Mapping[str, str | None], *, unknown: str = "nothing") -> tuple[str, str]:
    """Fill a message, and the first hint whose values are all known; in the message, ``unknown`` stands for a value that is not."""
    known = {name: value for name, value in values.items() if value is not None}
    hint = next((hint for hint in hints if _names(hint) <= known.keys()), "")
    return message.format_map({**dict.fromkeys(values, unknown), **known}), hint.format_map(known)


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


class ManifestError(ValueError):
    """A spec or manifest is at fault; ``diagnostics`` holds everything that was found, warnings too."""

    def __init__(self, diagnostics: Iterable[Diagnostic | Finding]) -> None:
        """Hold the diagnostics, in the order in which they are to be read; what has no words yet gets them."""
        self.diagnostics: tuple[Diagnostic, ...] = tuple(one.diagnostic() if isinstance(one, Finding) else one for one in diagnostics)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        """List the diagnostics, a line each, with their hints below them."""
        lines: list[str] = []
        for diagnostic, place in zip(self.diagnostics, places(self.diagnostics), strict=True):
            lines.append(diagnostic.headline(place))
            lines += [f"  hint: {diagnostic.hint}"] if diagnostic.hint else []
        return "\n".join(lines)


def places(diagnostics: Sequence[Diagnostic]) -> list[str]:
    """Return where each is; with its path too where lines would be the same, since one place in YAML has several paths by its aliases."""
    count = Counter(map(str, diagnostics))
    return [diagnostic.place(pointer=count[str(diagnostic)] > 1) for diagnostic in diagnostics]
