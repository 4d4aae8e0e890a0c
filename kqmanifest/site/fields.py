"""The class of every field: whether it stays within the pod, or which key of ``allow`` allows it. An unclassified field is forbidden."""

from __future__ import annotations

import dataclasses
import functools
import importlib.resources
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.published import Published
from kqmanifest.schema.walk import Spot

FIELD: Final = Fault(
    "KQ5129",
    "this site does not allow the field {field} here",
    ("remove it: of the fields of pods and containers only {allowed} may be set here", "remove `{field}`"),
)
WRITTEN_BY_THE_SERVER: Final = Fault(
    "KQ5114", "{field} is written by the API server, and this site does not accept it", ("remove `{field}`",)
)

OPEN: Final = "open"
OTHER: Final = "other"
NAMED: Final = "fields"
EMPTY: Final = "empty"


class Judge(NamedTuple):
    """A rule of a site, and the lines of the table that it judges, as ``Type.field``, instead of forbidding them."""

    lines: tuple[str, ...]
    rule: Rule


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The classification: the class of each field by its type, the harmless values, and the kinds all of whose fields are in it."""

    types: Mapping[str, Mapping[str, str]]
    harmless: Mapping[str, Sequence[Any]]
    kinds: frozenset[str]

    def lines(self, word: str) -> tuple[str, ...]:
        """Return the fields of a class, as ``Type.field``."""
        return tuple(f"{name}.{field}" for name, fields in self.types.items() for field, own in fields.items() if own == word)

    def is_harmless(self, line: str, value: Any) -> bool:
        """Return whether a field with this value is harmless, whatever its class; of a list, with each of its items."""
        if isinstance(value, list):
            return all(item is not None and self.is_harmless(line, item) for item in value)
        return value is None or any(value == one and type(value) is type(one) for one in self.harmless.get(line, ()))


@functools.cache
def table() -> Table:
    """Read the table; it is the package's own data, and the same for every site."""
    raw = tomllib.loads(importlib.resources.files("kqmanifest.site").joinpath("fields.toml").read_text(encoding="utf-8"))
    types = {name: {field: word for word, fields in classes.items() for field in fields} for name, classes in raw["types"].items()}
    return Table(types, raw["harmless"], frozenset(raw["kinds"]))


def closed(allow: Allow, version: Published, judged: Collection[str], given: Iterable[Any] = ()) -> Iterator[Rule]:
    """Make the rules that forbid what nothing allows: for each type, every field of it that is neither open nor judged.

    ``judged`` are the lines that have a rule of their own; ``given`` are values of fields that the site itself sets.
    """
    known, own = table(), list(given)
    for type_name in version.definitions:
        short = type_name.rpartition(".")[2]
        classes = known.types.get(short)
        if classes is not None:
            fields = version.fields(type_name).keys()
            empty = frozenset(field for field in fields if classes.get(field) == EMPTY)
            shut = frozenset(field for field in fields - empty if not _is_open(allow, short, field, classes.get(field), judged))
            if shut:
                yield Rule(FIELD, (type_name,), _closing(known, short, shut, own, allow))
            if empty:
                yield Rule(WRITTEN_BY_THE_SERVER, (type_name,), _emptying(empty))


def _is_open(allow: Allow, short: str, field: str, word: str | None, judged: Collection[str]) -> bool:
    line = f"{short}.{field}"
    if word == OPEN or line in judged:
        return True
    return field in allow.further if word == OTHER else line in allow.fields


def _closing(known: Table, short: str, shut: frozenset[str], given: list[Any], allow: Allow) -> Any:
    others = {field for field in shut if known.types[short].get(field) == OTHER}

    def field_is_closed(node: dict[str, Any]) -> Iterator[Spot]:
        for field in node.keys() & shut:
            value = node[field]
            if not known.is_harmless(f"{short}.{field}", value) and value not in given:
                yield found(field, field=field, allowed=list(allow.further) or None if field in others else None)

    return field_is_closed


def _emptying(empty: frozenset[str]) -> Any:
    def field_is_written_by_the_server(node: dict[str, Any]) -> Iterator[Spot]:
        for field in node.keys() & empty:
            if node[field] not in (None, {}):
                yield found(field, field=field)

    return field_is_written_by_the_server


def listed(fault: Fault, lines: Iterable[str], allowed: Iterable[Any], **shown: Any) -> Judge:
    """Judge fields whose value, or each item of it, must be one of those that the site names, or harmless.

    The fault gets the value as ``name`` and the names as ``allowed``.
    """
    known, names, all_lines = table(), list(allowed), tuple(lines)
    harmless = [value for line in all_lines for value in known.harmless.get(line, ())]

    def value_is_not_named(value: Any) -> Iterator[Spot]:
        for place, item in [((index,), one) for index, one in enumerate(value)] if isinstance(value, list) else [((), value)]:
            if not any(item == one and type(item) is type(one) for one in (*names, *harmless)):
                yield found(*place, name=item, allowed=names or None, **shown)

    return Judge(all_lines, Rule(fault, all_lines, value_is_not_named))
