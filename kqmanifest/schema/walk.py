"""One walk over a manifest: each node is visited once, its shape is checked, and the rules of its type are asked.

The published schema is compiled, type by type as they are met, into visitors. A visitor only says yes or no to
the shape of a node (``jsonschema`` finds the words for a no, see :mod:`kqmanifest.schema.faults`), and asks
the rules of a node only where its shape, all the way down, is right: so a rule need not doubt what it reads.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from kqmanifest.diagnostics import Fault, Step, Steps
from kqmanifest.schema.published import Published, target

_Trail: TypeAlias = "tuple[_Trail, Step] | tuple[()]"
"""The steps to a node, the last one outermost: a pair is made at once, and only where a rule finds something it is read."""
Visitor: TypeAlias = Callable[[Any, _Trail, "Walk"], bool]


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
    def needs(self) -> tuple[str, ...]:
        """The field of its type without which it has nothing to say, or fields below, as ``Type.field``; none: it is always asked."""

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
    met: set[str] = dataclasses.field(default_factory=set)
    """The fields that have a value somewhere in what was walked, as ``Type.field``: of those that a rule further up needs."""


_LEAVES: Final[Mapping[str, frozenset[type]]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "null": frozenset({type(None)}),
}


_REMEMBERED: Final = frozenset({str, int})  # and no subclass: True is 1 to a set
_LONGEST_CLEAN: Final = 128
_MOST_CLEAN: Final = 4096


class _Value(NamedTuple):
    """How a value is taken: at once where its Python type is one of ``leaves``, else by ``visit``; then it may matter to rules."""

    leaves: frozenset[type]
    visit: Visitor | None
    matter: _Matter | None = None


_Below: TypeAlias = "tuple[tuple[tuple[str, ...], tuple[Rule, ...]], ...]"


class _Rules(NamedTuple):
    """The rules of a type or a field: those that are ``always`` asked, and those that need a field somewhere ``below``."""

    always: tuple[Rule, ...]
    below: _Below


class _Matter(NamedTuple):
    """What follows from a value that is not null."""

    own: _Rules | None
    """The rules of the field itself."""
    clean: set[str | int]
    """Texts and whole numbers that they were asked of and found nothing in: a rule of a field knows nothing but its value."""
    wakes: tuple[Rule, ...]
    """The rules of the type around the field that need it."""
    met: str | None
    """The field, if a rule further up needs it."""


class Shapes:
    """The published schema of one version, compiled with the rules that hang on its types."""

    def __init__(self, published: Published, rules: Iterable[Rule], seen_as: Mapping[str, Callable[[Any], Any]] | None = None) -> None:
        """Hold ``rules`` ready by the type they hang on; nothing is compiled before it is met.

        ``seen_as`` gives, for a type, how the server changes a node before it judges it: the rules see the changed one.
        """
        self.published = published
        self._seen_as = seen_as or {}
        self._rules: dict[str, list[Rule]] = {}
        self._needed: set[str] = set()
        for rule in rules:
            if rule.versions is None or rule.versions[0] <= published.version <= rule.versions[1]:
                for on in rule.on:
                    self._rules.setdefault(on, []).append(rule)
                self._needed.update(need for need in rule.needs if "." in need)
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
        return self._visit(schema, type_name) or _leaf(_types(schema), self._on(type_name))

    def _value(self, schema: Mapping[str, Any]) -> _Value:
        name = target(schema)
        if name is None:
            on_format = self._on(schema.get("format", ""))
            if on_format:
                return _Value(_LEAVES["null"] & _leaves(_types(schema), schema), _formatted(schema["format"], _types(schema), on_format))
            return _Value(_leaves(_types(schema), schema), self._visit(schema))
        definition = self.published.definitions[name]
        types = _types(definition)
        if "type" in schema:  # a mend: what stands beside a reference narrows it
            types &= _types(schema)
        if "properties" not in definition and not self._on(name):
            return _Value(_leaves(types, definition), self._visit({**definition, "type": list(types)}) if types else _anything)
        nullable = "null" in types
        visit = self._visitor(name)
        return _Value(_LEAVES["null"] if nullable else frozenset[type](), visit if nullable else _not_null(visit))

    def _visit(self, schema: Mapping[str, Any], type_name: str = "") -> Visitor | None:
        types = _types(schema)
        if not types:
            return _anything
        if "enum" in schema:
            return _one_of(frozenset(schema["enum"]), types)
        if "properties" in schema:
            return self._object(schema, type_name, types)
        if "array" in types:
            return _list(self._value(schema.get("items", {})), types)
        if "object" in types:
            values = schema.get("additionalProperties", {})
            return _map(self._value(values) if isinstance(values, Mapping) and values else None, types)
        if "integer" in types and not self._on(type_name):
            return _whole_float
        return None

    def _field(self, type_name: str, key: str, schema: Mapping[str, Any]) -> _Value:
        wakes = tuple(rule for rule in self._on(type_name) if rule.needs == (key,))
        names = (f"{type_name}.{key}", f"{type_name.rpartition('.')[2]}.{key}")
        met = next((name for name in names if name in self._needed), None)
        own = self._on(type_name, key)
        matter = _Matter(_by_need(own) if own else None, set(), wakes, met) if own or wakes or met else None
        return self._value(schema)._replace(matter=matter)

    def _object(self, schema: Mapping[str, Any], type_name: str, types: frozenset[str]) -> Visitor:
        fields: dict[str, _Value] = {}  # each compiled when it is first met: types refer to themselves, and most are never met

        def learnt(key: str) -> _Value | None:
            known = schema["properties"].get(key)
            return None if known is None else fields.setdefault(key, self._field(type_name, key, known))

        rules, required = _by_need(self._on(type_name)), frozenset(schema.get("required", ()))
        visit = _members(fields, learnt, rules, required, nullable="null" in types)
        seen_as = self._seen_as.get(type_name.rpartition(".")[2])
        return visit if seen_as is None else _seen(visit, seen_as)


def _members(
    fields: Mapping[str, _Value], learnt: Callable[[str], _Value | None], rules: _Rules, required: frozenset[str], *, nullable: bool
) -> Visitor:
    """Check an object's members, and ask the rules of it where all of them are right: the walk's own inner loop."""
    always, below = rules

    def visit(node: Any, steps: _Trail, walk: Walk) -> bool:
        if not isinstance(node, dict):
            return nullable and node is None
        right = node.keys() >= required
        asked = always
        for key, item in node.items():
            field = fields.get(key) or learnt(key)
            if field is None:
                right = False
                continue
            leaves, inner, matter = field
            if type(item) not in leaves and not (inner and inner(item, (steps, key), walk)) and not _subclass(leaves, item):
                right = False
            elif matter is not None and item is not None:
                own, clean, wakes, met = matter
                if own is not None and not (type(item) in _REMEMBERED and item in clean):
                    _ask_of_value(own, clean, item, (steps, key), walk)
                if wakes:
                    asked += wakes
                if met:
                    walk.met.add(met)
        if right and (asked or below):
            _ask(asked + _awake(below, walk.met) if below else asked, node, steps, walk)
        return right

    return visit


def _seen(visit: Visitor, seen_as: Callable[[Any], Any]) -> Visitor:
    """Check the shape of a node as it is written, and where that is right judge it as the server sees it."""

    def visit_as_seen(node: Any, steps: _Trail, walk: Walk) -> bool:
        right = visit(node, steps, Walk())
        return visit(seen_as(node) if right and node is not None else node, steps, walk)

    return visit_as_seen


def _ask(rules: tuple[Rule, ...], node: Any, steps: _Trail, walk: Walk) -> None:
    for rule in rules:
        for finding in rule.ask(node):
            walk.found.append(Found(rule, _steps(steps), finding))


def _steps(trail: _Trail) -> Steps:
    steps: list[Step] = []
    while trail:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))


def _by_need(rules: tuple[Rule, ...]) -> _Rules:
    below: dict[tuple[str, ...], tuple[Rule, ...]] = {}
    for rule in rules:
        if any("." in need for need in rule.needs):
            below[rule.needs] = (*below.get(rule.needs, ()), rule)
    return _Rules(tuple(rule for rule in rules if not rule.needs), tuple(below.items()))


def _awake(below: _Below, met: set[str]) -> tuple[Rule, ...]:
    """Give the rules that need a field below, and one of theirs was met."""
    awake: tuple[Rule, ...] = ()
    for needs, rules in below:
        if not met.isdisjoint(needs):
            awake += rules
    return awake


def _ask_of_value(rules: _Rules, clean: set[str | int], value: Any, steps: _Trail, walk: Walk) -> None:
    before = len(walk.found)
    always, below = rules
    _ask(always + _awake(below, walk.met) if below else always, value, steps, walk)
    if len(walk.found) == before and type(value) in _REMEMBERED and len(clean) < _MOST_CLEAN and _is_short(value):
        clean.add(value)


def _is_short(value: str | int) -> bool:
    return len(value) <= _LONGEST_CLEAN if isinstance(value, str) else value.bit_length() <= _LONGEST_CLEAN


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    types = schema.get("type", ())
    return frozenset((types,) if isinstance(types, str) else types)


def _leaves(types: frozenset[str], schema: Mapping[str, Any]) -> frozenset[type]:
    return frozenset[type]() if "enum" in schema else frozenset[type]().union(*(_LEAVES.get(one, ()) for one in types))


def _subclass(leaves: frozenset[type], item: Any) -> bool:
    """Take a subclass of a plain type for that type, as JSON writers do (``IntEnum``, marked strings); True is no number."""
    return not isinstance(item, bool) and any(isinstance(item, leaf) for leaf in leaves)


def _anything(node: Any, steps: _Trail, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
    return True


def _whole_float(node: Any, steps: _Trail, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
    return type(node) is float and node.is_integer()


def _not_null(visit: Visitor) -> Visitor:
    def visit_unless_null(node: Any, steps: _Trail, walk: Walk) -> bool:
        return node is not None and visit(node, steps, walk)

    return visit_unless_null


def _leaf(types: frozenset[str], rules: tuple[Rule, ...]) -> Visitor:
    own = _by_need(rules) if rules else None
    leaves, clean, whole = _leaves(types, {}), set[str | int](), "integer" in types

    def visit(node: Any, steps: _Trail, walk: Walk) -> bool:
        if type(node) in leaves or (whole and _whole_float(node, steps, walk)) or _subclass(leaves, node):
            if own is not None and node is not None and not (type(node) in _REMEMBERED and node in clean):
                _ask_of_value(own, clean, node, steps, walk)
            return True
        return False

    return visit


_RANGES: Final[Mapping[str, int]] = {"int32": 2**31, "int64": 2**63}


def _formatted(name: str, types: frozenset[str], rules: tuple[Rule, ...]) -> Visitor:
    """Ask the rules of a format (``int32``, ``byte``); of a whole number only where it may be beyond the format's bits."""
    leaf, reach = _leaf(types, rules), _RANGES.get(name, 0)

    def visit(node: Any, steps: _Trail, walk: Walk) -> bool:
        return (type(node) is int and -reach <= node < reach) or leaf(node, steps, walk)

    return visit


def _one_of(allowed: frozenset[Any], types: frozenset[str]) -> Visitor:
    def visit(node: Any, steps: _Trail, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
        return isinstance(node, str) and node in allowed and "string" in types

    return visit


def _list(value: _Value, types: frozenset[str]) -> Visitor:
    nullable = "null" in types
    leaves, inner, _ = value

    def visit(node: Any, steps: _Trail, walk: Walk) -> bool:
        if not isinstance(node, list):
            return nullable and node is None
        right = True
        for index, item in enumerate(node):
            if type(item) not in leaves and not (inner and inner(item, (steps, index), walk)) and not _subclass(leaves, item):
                right = False
        return right

    return visit


def _map(value: _Value | None, types: frozenset[str]) -> Visitor:
    nullable = "null" in types
    leaves, inner, _ = value or _Value(frozenset(), _anything)

    def visit(node: Any, steps: _Trail, walk: Walk) -> bool:
        if not isinstance(node, dict):
            return nullable and node is None
        right = True
        for key, item in node.items():
            if not isinstance(key, str) or (
                type(item) not in leaves and not (inner and inner(item, (steps, key), walk)) and not _subclass(leaves, item)
            ):
                right = False
        return right

    return visit
