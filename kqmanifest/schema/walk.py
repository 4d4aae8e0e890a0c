"""One walk over a manifest: each node is visited once, its shape is checked, and the rules of its type are applied.

The published schema is compiled, type by type as they are met, into visitors. A visitor only accepts or
rejects the shape of a node (``jsonschema`` finds the reasons, see :mod:`kqmanifest.schema.faults`), and applies
the rules of a node only where its shape, all the way down, is right: so a rule need not check what it reads.

The walk accepts exactly the shapes that ``jsonschema`` accepts: what it does not compile itself, it leaves to it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kqmanifest.schema.faults import fits
from kqmanifest.schema.published import Published, target
from kqmanifest.schema.visitors import (
    LEAVES,
    Matter,
    Rule,
    RuleFinding,
    Rules,
    Spot,
    Trail,
    Value,
    Visitor,
    Walk,
    anything,
    apply_format_rules,
    apply_rules,
    as_admitted,
    by_need,
    either,
    leaves_of,
    list_of,
    map_of,
    members,
    not_null,
    one_of,
    only,
    types_of,
    untyped,
    usual,
    whole_float,
)

__all__ = ["COMPILED", "NOT_COMPILED", "Rule", "RuleFinding", "Shapes", "Spot", "Visitor", "Walk"]

COMPILED: Final = frozenset({"$ref", "type", "format", "enum", "properties", "required", "additionalProperties", "items"})
"""The keywords of JSON Schema that are compiled here."""
_STRINGS: Final = LEAVES["string"] | LEAVES["null"]
_OF_OBJECTS: Final = frozenset({"properties", "required"})
_LEAFY: Final = frozenset({"type", "format", "enum"})
NOT_COMPILED: Final = frozenset(
    {
        *("allOf", "anyOf", "oneOf", "not", "if", "const", "contains", "$dynamicRef"),
        *("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf", "maxLength", "minLength", "pattern"),
        *("maxItems", "minItems", "prefixItems", "unevaluatedItems", "uniqueItems"),
        *("maxProperties", "minProperties", "patternProperties", "propertyNames", "unevaluatedProperties"),
        *("dependentRequired", "dependentSchemas"),
    }
)
"""The keywords of JSON Schema that are left to ``jsonschema``; every other keyword has no effect on the shape."""
_BESIDE_A_REFERENCE: Final = frozenset({"$ref", "type", "format"})


class Shapes:
    """The published schema of one version, compiled with the rules of its types."""

    def __init__(self, published: Published, rules: Iterable[Rule], seen_as: Mapping[str, Callable[[Any], Any]] | None = None) -> None:
        """Index ``rules`` by the type that they judge; nothing is compiled before it is needed.

        ``seen_as`` gives, for a type, how the server changes a node before it judges it: the rules see the changed one.
        """
        self.published = published
        self._seen_as = seen_as or {}
        self._rules: dict[str, list[Rule]] = {}
        self._bits: dict[str, int] = {}
        """A bit for each field that a rule further up needs, as ``Type.field``."""
        for rule in rules:
            if rule.kubernetes.holds(published.version):
                for on in rule.on:
                    self._rules.setdefault(on, []).append(rule)
                for need in rule.needs:
                    if "." in need:
                        self._bits.setdefault(need, 1 << len(self._bits))
        self._visitor = functools.cache(self._compile)

    def walk(self, type_name: str, node: Any, *, trusted: bool = False) -> tuple[bool, list[RuleFinding]]:
        """Return whether the shape of ``node`` is right, and what the rules found where it is.

        Where it is ``trusted``, the rules are applied whatever the walk says of the shape.
        """
        walk = Walk(trusted=trusted)
        right = self._visitor(type_name, nullable=True)(node, (), walk)
        return right, walk.found

    def _on(self, type_name: str, field: str | None = None) -> tuple[Rule, ...]:
        short = type_name.rpartition(".")[2]
        names = (type_name, short) if field is None else (f"{type_name}.{field}", f"{short}.{field}")
        return tuple(rule for name in dict.fromkeys(names) for rule in self._rules.get(name, ()))

    def _by_need(self, rules: tuple[Rule, ...]) -> Rules | None:
        return by_need(rules, self._bits) if rules else None

    def _compile(self, type_name: str, *, nullable: bool = True) -> Visitor:
        schema = self.published.definitions[type_name]
        is_object = isinstance(schema, Mapping) and bool(_OF_OBJECTS & schema.keys()) and _is_plain(schema)
        if is_object and "type" in schema and types_of(schema) <= {"object", "null"}:
            value = self._plain(schema if nullable else {**schema, "type": "object"}, type_name)
            if value.visit is not None:
                return value.visit
        visit = apply_rules(self._plain(schema, type_name), None if is_object else self._by_need(self._on(type_name)))
        return visit if nullable else not_null(visit)

    def _value(self, schema: Mapping[str, Any] | bool) -> Value:  # noqa: FBT001  a schema may be true or false
        name = None if isinstance(schema, bool) else target(schema)
        if isinstance(schema, bool) or name is None:
            value = self._plain(schema)
            on_format = None if isinstance(schema, bool) else self._by_need(self._on(schema.get("format", "")))
            if isinstance(schema, bool) or on_format is None:
                return value
            return Value(LEAVES["null"] & value.leaves, apply_format_rules(schema["format"], value, on_format))
        return self._referred(schema, name)

    def _referred(self, schema: Mapping[str, Any], name: str) -> Value:
        """Accept what a type accepts, as far as the keywords beside the reference allow it."""
        definition, kinds = self.published.definitions[name], types_of(schema)
        if not _is_plain(schema) or not (schema.keys() & COMPILED) <= _BESIDE_A_REFERENCE:
            return self._by_jsonschema(schema)
        if isinstance(definition, Mapping) and not (COMPILED - _LEAFY) & definition.keys() and not self._on(name) and _is_plain(definition):
            both = types_of(definition) & kinds
            return self._plain({**definition, "type": [*both]} if "type" in schema or "type" in definition else definition)
        lost = types_of(definition) - kinds
        visit = self._lately(name, nullable=lost != {"null"})
        if lost:
            return Value(frozenset(), visit if lost == {"null"} else only(kinds, visit))
        nullable = "null" in types_of(definition) and isinstance(definition, Mapping) and "enum" not in definition and _is_plain(definition)
        return Value(LEAVES["null"] if nullable and "type" in definition else frozenset(), visit)

    def _lately(self, name: str, *, nullable: bool) -> Visitor:
        """Visit a type that is compiled when it is first needed, since types refer to themselves."""

        def visit(node: Any, steps: Trail, walk: Walk) -> bool:
            return self._visitor(name, nullable=nullable)(node, steps, walk)

        definition = self.published.definitions[name]  # the fields of an object are compiled late in any case
        return self._visitor(name, nullable=nullable) if isinstance(definition, Mapping) and "properties" in definition else visit

    def _plain(self, schema: Mapping[str, Any] | bool, type_name: str = "") -> Value:  # noqa: FBT001  a schema may be true or false
        """Accept what a schema describes in place."""
        if isinstance(schema, bool):
            return Value(frozenset(), anything if schema else None)
        if not _is_plain(schema) or "$ref" in schema or ("enum" in schema and (COMPILED - _LEAFY) & schema.keys()):
            return self._by_jsonschema(schema)
        types = types_of(schema)
        if "enum" in schema:
            return Value(frozenset(), one_of(schema["enum"], types))
        nullable = "null" in types and "type" in schema
        on_object = on_array = None
        if _OF_OBJECTS & schema.keys():
            on_object = self._object(schema, type_name, nullable=nullable)
        elif "object" in types:
            on_object = map_of(self._value(schema.get("additionalProperties", True)), nullable=nullable)
        if "array" in types:
            on_array = list_of(self._value(schema.get("items", True)), nullable=nullable)
        if "type" not in schema:
            is_free = not (COMPILED - _LEAFY) & schema.keys()
            return Value(frozenset(), anything if is_free else untyped(on_object, on_array))
        whole = whole_float if "integer" in types and "number" not in types else None
        kinds = (on_object if "object" in types else None, on_array, whole)
        return Value(leaves_of(types), either(visit for visit in kinds if visit is not None))

    def _by_jsonschema(self, schema: Mapping[str, Any]) -> Value:
        """Use ``jsonschema`` where a schema has keywords that are not compiled."""
        is_right = fits(self.published, schema)

        def visit(node: Any, steps: Trail, walk: Walk) -> bool:  # noqa: ARG001  every visitor is asked alike
            return is_right(node)

        return Value(frozenset(), visit)

    def _field(self, type_name: str, key: str, schema: Mapping[str, Any]) -> Value:
        wakes = tuple(rule for rule in self._on(type_name) if rule.needs == (key,))
        names = (f"{type_name}.{key}", f"{type_name.rpartition('.')[2]}.{key}")
        met = sum(self._bits.get(name, 0) for name in names)
        value, own = self._value(schema), self._on(type_name, key)
        is_usual = usual(own) if str in value.leaves <= _STRINGS else None
        others = own if is_usual is None else tuple(rule for rule in own if not rule.unless)
        if not (own or wakes or met):
            return value
        return value._replace(matter=Matter(self._by_need(own), is_usual, self._by_need(others), wakes, met))

    def _object(self, schema: Mapping[str, Any], type_name: str, *, nullable: bool) -> Visitor:
        fields: dict[str, Value] = {}  # each compiled when it is first needed: types refer to themselves, and most are never needed
        known, others = schema.get("properties", {}), schema.get("additionalProperties", True)

        def learnt(key: str) -> Value | None:
            if key in known:
                return fields.setdefault(key, self._field(type_name, key, known[key]))
            return None if others is False or not isinstance(key, str) else beyond()

        beyond = functools.cache(lambda: self._value(others))
        visit = members(fields, learnt, by_need(self._on(type_name), self._bits), frozenset(schema.get("required", ())), nullable=nullable)
        seen_as = self._seen_as.get(type_name.rpartition(".")[2])
        return visit if seen_as is None else as_admitted(visit, seen_as)


def _is_plain(schema: Mapping[str, Any]) -> bool:
    """Return whether all keywords of a schema that have an effect are compiled here."""
    return schema.keys().isdisjoint(NOT_COMPILED)
