"""Visitors: how the values of one kind of schema are checked, each node once, and when the rules of a node are applied.

A visitor says whether the shape of a node is right, exactly as ``jsonschema`` would; see :mod:`kqmanifest.schema.walk`.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from kqmanifest.diagnostics import Fault, Step, Steps
from kqmanifest.schema.published import Span

Trail: TypeAlias = "tuple[Trail, Step] | tuple[()]"
"""The steps to a node, the last one outermost: a pair is cheap to make, and it is only read where a rule finds something."""
Visitor: TypeAlias = Callable[[Any, Trail, "Walk"], bool]


class Spot(NamedTuple):
    """What a rule says of a node: where, from the node, and with which values."""

    place: Steps
    values: Mapping[str, object]


class Rule(Protocol):
    """A rule judges a node, and yields what it finds."""

    @property
    def fault(self) -> Fault:
        """What its findings are called."""

    @property
    def on(self) -> tuple[str, ...]:
        """The types, or ``Type.field``, that it judges."""

    @property
    def kubernetes(self) -> Span:
        """The versions of Kubernetes that it holds for."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The field of its type without which it finds nothing, or fields below, as ``Type.field``; without any, it always applies."""

    @property
    def unless(self) -> str:
        """A pattern: in a string that it matches whole, a rule of a field finds nothing; empty where it is always asked."""

    @property
    def ask(self) -> Callable[[Any], Iterable[Spot]]:
        """The function that judges a node."""


class RuleFinding(NamedTuple):
    """A spot, with the rule that found it and the node that it judged."""

    rule: Rule
    node: Steps
    spot: Spot


@dataclasses.dataclass(slots=True)
class Walk:
    """One walk's own state: what the rules found on the way."""

    found: list[RuleFinding] = dataclasses.field(default_factory=list)
    met: int = 0
    """A bit for each field that has a value somewhere in what was walked: of those that a rule further up needs."""
    trusted: bool = False
    """Apply the rules whatever the visitors say of the shape: it is known to be right."""


LEAVES: Final[Mapping[str, frozenset[type]]] = {
    "string": frozenset({str}),
    "integer": frozenset({int}),
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "null": frozenset({type(None)}),
}


KINDS: Final[frozenset[str]] = frozenset({*LEAVES, "array", "object"})
"""The kinds of value that JSON Schema knows."""


class Value(NamedTuple):
    """How a value is checked: it is right where its Python type is one of ``leaves``, else ``visit`` decides; then its rules may apply."""

    leaves: frozenset[type]
    visit: Visitor | None
    matter: Matter | None = None


class Rules(NamedTuple):
    """The rules of a type or a field: those that ``always`` apply, and those that need a field somewhere ``below``."""

    always: tuple[Rule, ...]
    below: tuple[tuple[int, tuple[Rule, ...]], ...]
    """Each with the bits of the fields that it needs one of, as :attr:`Walk.met` has them."""


class Matter(NamedTuple):
    """What follows from a value that is not null."""

    own: Rules | None
    """The rules of the field itself."""
    is_usual: Callable[[Any], object] | None
    """Whether all rules that have a pattern, see :attr:`Rule.unless`, find nothing in a value."""
    others: Rules | None
    """The rules of the field that have no pattern: those that apply to such a value."""
    wakes: tuple[Rule, ...]
    """The rules of the type around the field that need it."""
    met: int
    """The bit of the field, if a rule further up needs it."""


def members(
    fields: Mapping[str, Value], learnt: Callable[[str], Value | None], rules: Rules, required: frozenset[str], *, nullable: bool
) -> Visitor:
    """Check an object's members, and apply its rules where all of them are right: the walk's inner loop."""
    always, below = rules

    def visit(node: Any, steps: Trail, walk: Walk) -> bool:
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
                if not walk.trusted:
                    continue
            if matter is not None and item is not None:
                own, is_usual, others, wakes, met = matter
                mine = others if is_usual is not None and is_usual(item) else own
                if mine is not None:
                    _ask(mine.always, mine.below, item, (steps, key), walk)
                if wakes:
                    asked += wakes
                if met:
                    walk.met |= met
        if (asked or below) and (right or walk.trusted):
            _ask(asked, below, node, steps, walk)
        return right

    return visit


def as_admitted(visit: Visitor, seen_as: Callable[[Any], Any]) -> Visitor:
    """Check the shape of a node as it is written, and where that is right judge it as the API server admits it."""

    def visit_as_seen(node: Any, steps: Trail, walk: Walk) -> bool:
        right = visit(node, steps, Walk())
        is_changed = (right or walk.trusted) and node is not None
        visit(seen_as(node) if is_changed else node, steps, walk)
        return right

    return visit_as_seen


def _ask(rules: tuple[Rule, ...], below: tuple[tuple[int, tuple[Rule, ...]], ...], node: Any, steps: Trail, walk: Walk) -> None:
    """Apply rules to a node, and of those that need a field below the ones that the walk has met one for."""
    for needs, needy in below:
        if walk.met & needs:
            rules += needy
    for rule in rules:
        for spot in rule.ask(node):
            walk.found.append(RuleFinding(rule, _steps(steps), spot))


def _steps(trail: Trail) -> Steps:
    steps: list[Step] = []
    while trail:
        trail, step = trail
        steps.append(step)
    return tuple(reversed(steps))


def by_need(rules: tuple[Rule, ...], bits: Mapping[str, int]) -> Rules:
    """Separate the rules that always apply from those that need a field below; ``bits`` are those of the fields that any rule needs."""
    below: dict[int, tuple[Rule, ...]] = {}
    for rule in rules:
        needs = functools.reduce(operator.or_, (bits[need] for need in rule.needs if "." in need), 0)
        if needs:
            below[needs] = (*below.get(needs, ()), rule)
    return Rules(tuple(rule for rule in rules if not rule.needs), tuple(below.items()))


def usual(rules: tuple[Rule, ...]) -> Callable[[Any], object] | None:
    """Join the patterns of a field's rules to one that a value is matched with once, instead of asking each rule; None without any."""
    patterns = dict.fromkeys(rule.unless for rule in rules if rule.unless)
    return re.compile("".join(f"(?=(?:{pattern})\\Z)" for pattern in patterns) + "(?s:.*)").fullmatch if patterns else None


def types_of(schema: Mapping[str, Any] | bool) -> frozenset[str]:  # noqa: FBT001  a schema may be true or false
    """Return the kinds of value that a schema names; all of them where it names none."""
    if isinstance(schema, bool) or "type" not in schema:
        return KINDS
    types = schema["type"]
    return frozenset((types,) if isinstance(types, str) else types)


def leaves_of(types: frozenset[str]) -> frozenset[type]:
    """Return the Python types whose values are all of one of these kinds."""
    return frozenset[type]().union(*(LEAVES.get(kind, ()) for kind in types))


def is_kind(node: Any, kind: str) -> bool:
    """Return whether a value is of a kind that JSON Schema knows; True is not a number, and an object's keys are strings."""
    match kind:
        case "object":
            return isinstance(node, dict) and all(isinstance(key, str) for key in node)
        case "array":
            return isinstance(node, list)
        case "null":
            return node is None
        case "boolean":
            return isinstance(node, bool)
        case "string":
            return isinstance(node, str)
        case "integer":
            return (isinstance(node, int) and not isinstance(node, bool)) or (isinstance(node, float) and node.is_integer())
    return kind == "number" and isinstance(node, int | float) and not isinstance(node, bool)


def is_among(node: Any, allowed: Iterable[Any]) -> bool:
    """Return whether a value is one of these; True is not 1."""
    return any(node == value and isinstance(node, bool) == isinstance(value, bool) for value in allowed)


def _subclass(leaves: frozenset[type], item: Any) -> bool:
    """Accept a subclass of a plain type as that type, as JSON writers do (``IntEnum``, marked strings); True is not a number."""
    return not isinstance(item, bool) and any(isinstance(item, leaf) for leaf in leaves)


def anything(node: Any, steps: Trail, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
    """Accept any value."""
    return True


def whole_float(node: Any, steps: Trail, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
    """Accept a float without a fraction: where a schema accepts integers, it accepts 1.0."""
    return isinstance(node, float) and node.is_integer()


def only(kinds: frozenset[str], visit: Visitor) -> Visitor:
    """Accept only these kinds of value of those that a visitor accepts."""

    def visit_only(node: Any, steps: Trail, walk: Walk) -> bool:
        return any(is_kind(node, kind) for kind in kinds) and visit(node, steps, walk)

    return visit_only


def not_null(visit: Visitor) -> Visitor:
    """Accept what a visitor accepts, except null."""

    def visit_unless_null(node: Any, steps: Trail, walk: Walk) -> bool:
        return node is not None and visit(node, steps, walk)

    return visit_unless_null


def either(visitors: Iterable[Visitor]) -> Visitor | None:
    """Accept what one of several visitors accepts, each of a kind of value; return None without any."""
    match tuple(visitors):
        case ():
            return None
        case (visit,):
            return visit
        case several:
            return lambda node, steps, walk: any(visit(node, steps, walk) for visit in several)


def untyped(on_object: Visitor | None, on_array: Visitor | None) -> Visitor:
    """Check objects and lists, and accept every other value."""

    def visit(node: Any, steps: Trail, walk: Walk) -> bool:
        if is_kind(node, "object"):
            return on_object is None or on_object(node, steps, walk)
        return not isinstance(node, list) or on_array is None or on_array(node, steps, walk)

    return visit


def apply_rules(value: Value, rules: Rules | None) -> Visitor:
    """Check a value, and apply its rules where it is right and not null."""
    leaves, inner, _ = value

    def visit(node: Any, steps: Trail, walk: Walk) -> bool:
        right = type(node) in leaves or bool(inner and inner(node, steps, walk)) or _subclass(leaves, node)
        if rules is not None and node is not None and (right or walk.trusted):
            _ask(rules.always, rules.below, node, steps, walk)
        return right

    return visit


_RANGES: Final[Mapping[str, int]] = {"int32": 2**31, "int64": 2**63}


def apply_format_rules(name: str, value: Value, rules: Rules | None) -> Visitor:
    """Apply the rules of a format (``int32``, ``byte``); to an integer only where it may exceed the format's bits."""
    visit_value, reach = apply_rules(value, rules), _RANGES.get(name, 0)
    reach = reach if int in value.leaves else 0

    def visit(node: Any, steps: Trail, walk: Walk) -> bool:
        return (type(node) is int and -reach <= node < reach) or visit_value(node, steps, walk)

    return visit


def one_of(allowed: Iterable[Any], types: frozenset[str]) -> Visitor:
    """Accept one of the allowed values."""
    texts = frozenset(value for value in allowed if isinstance(value, str)) if "string" in types else frozenset[str]()
    others = [value for value in allowed if not isinstance(value, str)]

    def visit(node: Any, steps: Trail, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
        if isinstance(node, str):
            return node in texts
        return bool(others) and is_among(node, others) and any(is_kind(node, kind) for kind in types)

    return visit


def list_of(value: Value, *, nullable: bool) -> Visitor:
    """Check the items of a list."""
    leaves, inner, _ = value

    def visit(node: Any, steps: Trail, walk: Walk) -> bool:
        if not isinstance(node, list):
            return nullable and node is None
        right = True
        for index, item in enumerate(node):
            if type(item) not in leaves and not (inner and inner(item, (steps, index), walk)) and not _subclass(leaves, item):
                right = False
        return right

    return visit


def map_of(value: Value, *, nullable: bool) -> Visitor:
    """Check the values of a map; its keys are strings."""
    leaves, inner, _ = value

    def visit(node: Any, steps: Trail, walk: Walk) -> bool:
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
