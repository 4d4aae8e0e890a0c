"""One walk over a manifest: each node is visited once, its shape is checked, and the rules of its type are asked.

The published schema is compiled, type by type as they are met, into visitors. A visitor only says yes or no to
the shape of a node (``jsonschema`` finds the words for a no, see :mod:`kqmanifest.schema.faults`), and asks
the rules of a node only where its shape, all the way down, is right: so a rule need not doubt what it reads.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from kqmanifest.diagnostics import Fault, Step, Steps
from kqmanifest.schema.published import Published, target

Visitor: TypeAlias = Callable[[Any, Steps, "Walk"], bool]


class Finding(NamedTuple):
    """What a rule says of a node: where, from the node, and with which values."""

    place: Steps
    values: Mapping[str, object]


class Rule(Protocol):
    """A rule is asked with a node, and yields what it finds."""

    @property
    def fault(self) -> Fault:
        """What its findings are called."""

    @property
    def on(self) -> tuple[str, ...]:
        """The types, or ``Type.field``, that it hangs on."""

    @property
    def versions(self) -> tuple[str, str] | None:
        """The first and the last version that it holds for; None for all."""

    @property
    def needs(self) -> str | None:
        """The field without which it has nothing to say; None for a rule that is always asked."""

    @property
    def ask(self) -> Callable[[Any], Iterable[Finding]]:
        """The function that judges a node."""


class Found(NamedTuple):
    """A finding, with the rule that found it and the node that the rule was asked with."""

    rule: Rule
    node: Steps
    finding: Finding


@dataclasses.dataclass(slots=True)
class Walk:
    """One walk's own state: what the rules found on the way."""

    found: list[Found] = dataclasses.field(default_factory=list)


_LEAVES: Final[Mapping[str, frozenset[type]]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "null": frozenset({type(None)}),
}


_LONGEST_CLEAN: Final = 128
_MOST_CLEAN: Final = 4096


class _Value(NamedTuple):
    """How a value is taken: at once where its Python type is one of ``leaves``, else by ``visit``; then its own rules are asked."""

    leaves: frozenset[type]
    visit: Visitor | None
    rules: tuple[Rule, ...]
    clean: set[str]
    """Texts that the rules have been asked of and found nothing in: a rule of a field knows nothing but its value."""
    wakes: tuple[Rule, ...] = ()
    """The rules of the type around the field that need it."""


class Shapes:
    """The published schema of one version, compiled with the rules that hang on its types."""

    def __init__(self, published: Published, rules: Iterable[Rule], seen_as: Mapping[str, Callable[[Any], Any]] | None = None) -> None:
        """Hold ``rules`` ready by the type they hang on; nothing is compiled before it is met.

        ``seen_as`` gives, for a type, how the server changes a node before it judges it: the rules see the changed one.
        """
        self.published = published
        self._seen_as = seen_as or {}
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.versions is None or rule.versions[0] <= published.version <= rule.versions[1]:
                for on in rule.on:
                    self._rules.setdefault(on, []).append(rule)
        self._visitor = functools.cache(self._compile)

    def walk(self, type_name: str, node: Any) -> tuple[bool, list[Found]]:
        """Say whether the shape of ``node`` is right, and what the rules found where it is."""
        walk = Walk()
        right = self._visitor(type_name)(node, (), walk)
        return right, walk.found

    def _on(self, type_name: str, field: str | None = None) -> tuple[Rule, ...]:
        short = type_name.rpartition(".")[2]
        names = (type_name, short) if field is None else (f"{type_name}.{field}", f"{short}.{field}")
        return tuple(rule for name in dict.fromkeys(names) for rule in self._rules.get(name, ()))

    def _compile(self, type_name: str) -> Visitor:
        schema = self.published.definitions[type_name]
        return self._visit(schema, self._on(type_name), type_name) or _leaf(_types(schema), self._on(type_name))

    def _value(self, schema: Mapping[str, Any], rules: tuple[Rule, ...] = ()) -> _Value:
        name = target(schema)
        if name is None:
            on_format = self._on(schema.get("format", ""))
            if on_format:
                return _Value(
                    _LEAVES["null"] & _leaves(_types(schema), schema), _formatted(schema["format"], _types(schema), on_format), rules, set()
                )
            return _Value(_leaves(_types(schema), schema), self._visit(schema, (), None), rules, set())
        definition = self.published.definitions[name]
        types = _types(definition)
        if "type" in schema:  # a mend: what stands beside a reference narrows it
            types &= _types(schema)
        if "properties" not in definition and not self._on(name):
            return _Value(
                _leaves(types, definition), self._visit({**definition, "type": list(types)}, (), None) if types else _anything, rules, set()
            )
        nullable = "null" in types
        return _Value(_LEAVES["null"] if nullable else frozenset[type](), self._later(name, nullable=nullable), rules, set())

    def _later(self, type_name: str, *, nullable: bool) -> Visitor:
        """Compile a type when it is first met: types refer to themselves, and most are never met."""

        def visit(node: Any, steps: Steps, walk: Walk) -> bool:
            return (node is not None or nullable) and self._visitor(type_name)(node, steps, walk)

        return visit

    def _visit(self, schema: Mapping[str, Any], rules: tuple[Rule, ...], type_name: str | None) -> Visitor | None:
        types = _types(schema)
        if not types:
            return _anything
        if "enum" in schema:
            return _one_of(frozenset(schema["enum"]), types)
        if "properties" in schema:
            return self._object(schema, rules, type_name or "", types)
        if "array" in types:
            return _list(self._value(schema.get("items", {})), types)
        if "object" in types:
            values = schema.get("additionalProperties", {})
            return _map(self._value(values) if isinstance(values, Mapping) and values else None, types)
        if "integer" in types and not rules:
            return _whole_float
        return None

    def _object(self, schema: Mapping[str, Any], rules: tuple[Rule, ...], type_name: str, types: frozenset[str]) -> Visitor:
        values = {
            key: self._value(value, self._on(type_name, key))._replace(wakes=tuple(rule for rule in rules if rule.needs == key))
            for key, value in schema["properties"].items()
        }
        always = tuple(rule for rule in rules if rule.needs is None)
        required = tuple(schema.get("required", ()))
        nullable = "null" in types
        seen_as = self._seen_as.get(type_name.rpartition(".")[2])

        def visit(node: Any, steps: Steps, walk: Walk) -> bool:
            if not isinstance(node, dict):
                return nullable and node is None
            right = True
            asked = always
            for key, item in node.items():
                value = values.get(key)
                if value is None:
                    right = False
                    continue
                if value.wakes and item is not None:
                    asked += value.wakes
                if (
                    type(item) not in value.leaves
                    and not (value.visit and value.visit(item, (*steps, key), walk))
                    and not _subclass(value, item)
                ):
                    right = False
                elif value.rules and item is not None and not (type(item) is str and item in value.clean):
                    _ask_of_field(value, item, (*steps, key), walk)
            for key in required:
                if key not in node:
                    right = False
            if right and asked:
                _ask(asked, node, steps, walk)
            return right

        return visit if seen_as is None else _seen(visit, seen_as)


def _seen(visit: Visitor, seen_as: Callable[[Any], Any]) -> Visitor:
    """Check the shape of a node as it is written, and where that is right judge it as the server sees it."""

    def visit_as_seen(node: Any, steps: Steps, walk: Walk) -> bool:
        right = visit(node, steps, Walk())
        return visit(seen_as(node) if right and node is not None else node, steps, walk)

    return visit_as_seen


def _ask(rules: tuple[Rule, ...], node: Any, steps: Steps, walk: Walk) -> None:
    for rule in rules:
        for finding in rule.ask(node):
            walk.found.append(Found(rule, steps, finding))


def _ask_of_field(value: _Value, item: Any, steps: Steps, walk: Walk) -> None:
    before = len(walk.found)
    _ask(value.rules, item, steps, walk)
    if type(item) is str and len(walk.found) == before and len(item) <= _LONGEST_CLEAN and len(value.clean) < _MOST_CLEAN:
        value.clean.add(item)


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    types = schema.get("type", ())
    return frozenset((types,) if isinstance(types, str) else types)


def _leaves(types: frozenset[str], schema: Mapping[str, Any]) -> frozenset[type]:
    return frozenset[type]() if "enum" in schema else frozenset[type]().union(*(_LEAVES.get(one, ()) for one in types))


def _subclass(value: _Value, item: Any) -> bool:
    """Take a subclass of a plain type for that type, as JSON writers do (``IntEnum``, marked strings); True is no number."""
    return not isinstance(item, bool) and any(isinstance(item, leaf) for leaf in value.leaves)


def _anything(node: Any, steps: Steps, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
    return True


def _whole_float(node: Any, steps: Steps, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
    return type(node) is float and node.is_integer()


def _leaf(types: frozenset[str], rules: tuple[Rule, ...]) -> Visitor:
    value = _Value(_leaves(types, {}), _whole_float if "integer" in types else None, (), set())

    def visit(node: Any, steps: Steps, walk: Walk) -> bool:
        if type(node) in value.leaves or (value.visit and value.visit(node, steps, walk)) or _subclass(value, node):
            if rules and node is not None:
                _ask(rules, node, steps, walk)
            return True
        return False

    return visit


_RANGES: Final[Mapping[str, int]] = {"int32": 2**31, "int64": 2**63}


def _formatted(name: str, types: frozenset[str], rules: tuple[Rule, ...]) -> Visitor:
    """Ask the rules of a format (``int32``, ``byte``); of a whole number only where it may be beyond the format's bits."""
    leaf, reach = _leaf(types, rules), _RANGES.get(name, 0)

    def visit(node: Any, steps: Steps, walk: Walk) -> bool:
        return (type(node) is int and -reach <= node < reach) or leaf(node, steps, walk)

    return visit


def _one_of(allowed: frozenset[Any], types: frozenset[str]) -> Visitor:
    def visit(node: Any, steps: Steps, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
        return isinstance(node, str) and node in allowed and "string" in types

    return visit


def _list(value: _Value, types: frozenset[str]) -> Visitor:
    nullable = "null" in types

    def visit(node: Any, steps: Steps, walk: Walk) -> bool:
        if not isinstance(node, list):
            return nullable and node is None
        right = True
        for index, item in enumerate(node):
            if (
                type(item) not in value.leaves
                and not (value.visit and value.visit(item, (*steps, index), walk))
                and not _subclass(value, item)
            ):
                right = False
        return right

    return visit


def _map(value: _Value | None, types: frozenset[str]) -> Visitor:
    nullable = "null" in types

    def visit(node: Any, steps: Steps, walk: Walk) -> bool:
        if not isinstance(node, dict):
            return nullable and node is None
        right = True
        for key, item in node.items():
            if not isinstance(key, str) or (
                value is not None
                and type(item) not in value.leaves
                and not (value.visit and value.visit(item, (*steps, key), walk))
                and not _subclass(value, item)
            ):
                right = False
        return right

    return visit


def found_in(found: Iterable[Found]) -> Iterator[tuple[Rule, Steps, Steps, Mapping[str, object]]]:
    """Give what was found with absolute places: the rule, its node, the place, the values."""
    for rule, node, finding in found:
        yield rule, node, (*node, *finding.place), finding.values


__all__ = ["Finding", "Found", "Rule", "Shapes", "Step", "found_in"]
