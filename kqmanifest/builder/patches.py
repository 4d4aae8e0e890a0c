"""Strategic-merge patches, applied to plain trees as Kubernetes applies them.

Lists are merged by the keys that the published schema names; a type without a schema (a custom resource) is
merged as JSON: objects field by field, lists replaced.
"""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kqmanifest.diagnostics import Fault, Finding, Json, Step, Steps
from kqmanifest.schema.faults import reading_order
from kqmanifest.schema.published import Published, target
from kqmanifest.vocabulary.spelling import nearest

Note: TypeAlias = Callable[[object, Step | None, Steps], None]
Key: TypeAlias = tuple[str, object]

PATCH: Final = "$patch"
RETAIN: Final = "$retainKeys"
ORDER: Final = "$setElementOrder/"
DELETE: Final = "$deleteFromPrimitiveList/"
DIRECTIVES: Final = (PATCH, RETAIN, ORDER, DELETE)

_MANY: Final = 64

NO_OBJECT: Final = Fault("KQ1060", "an overlay must be an object", ("write an object with the fields that the overlay changes",))
UNKNOWN_DIRECTIVE: Final = Fault(
    "KQ1061", "unknown patch directive {directive}", ("did you mean `{meant}`?", "use one of the directives: {known}")
)
UNKNOWN_ACTION: Final = Fault("KQ1062", "$patch cannot be {action}", ("did you mean `{meant}`?", "write replace, delete or merge"))
NO_MERGE_KEY: Final = Fault("KQ1063", "an item of {list} requires {key}, its merge key", ("add {key}",))
NOT_FOUND: Final = Fault(
    "KQ1064",
    "there is nothing to delete from {list} here",
    ("did you mean `{meant}`?", "remove this: no item of {list} has the {key} {value}", "remove this"),
)
MALFORMED: Final = Fault("KQ1065", "{directive} must be a list of {items}", ("write a list of {items}",))
NOT_RETAINED: Final = Fault("KQ1066", "{field} is set, and is not in $retainKeys", ("add {field} to $retainKeys",))
OUT_OF_PLACE: Final = Fault(
    "KQ1067",
    "{directive} cannot be {action} here",
    (
        "remove the {whole} itself instead: an overlay only changes it",
        "write `{directive}: {action}` as an item of its own: it replaces the whole of {merged}, and the rest of this item would be lost",
        "write every item that {replaced} must have: it is replaced as a whole",
        "remove {directive}: there is no such object yet",
    ),
)
OUT_OF_ORDER: Final = Fault(
    "KQ1068",
    "the items of {list} are not in the order of $setElementOrder",
    ("list every item there, in the order that they have here",),
)
NO_ITEM: Final = Fault("KQ1069", "an item of {list} must be an object with the merge key {key}", ("write an object with a {key}",))


def apply_patch(published: Published, type_name: str | None, tree: dict[str, Any], patch: Json, note: Note) -> list[Finding]:
    """Apply ``patch`` to ``tree``, in place, and return what is wrong with the patch, at steps in the patch.

    What is merged into stays the same dict or list; what comes from the patch is a copy. For every value that it puts
    at a key, ``note(parent, key, steps)`` is called, and for every dict or list among them ``note(value, None, steps)``,
    with the steps in the patch that they come from. After a fault the tree must not be used.
    """
    if not isinstance(patch, dict):
        return [NO_OBJECT.at(())]
    merge = _Merge(published, note)
    if patch.get(PATCH) == "delete":
        merge.out_of_place((PATCH,), "delete", whole="object")
    else:
        merge.run(tree, patch, type_name)
    ranks: dict[int, dict[str, int]] = {}
    return sorted(merge.told, key=lambda one: reading_order(patch, one.steps, ranks))


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    """How a field is merged: the type of its value or of its items, the patch strategies and the merge key."""

    inner: str | None
    strategies: Sequence[str]
    key: str | None

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> _Field:
        """Read it from the field's schema."""
        strategies = schema.get("x-kubernetes-patch-strategy", "").split(",")
        return cls(target(schema) or target(schema.get("items")), strategies, schema.get("x-kubernetes-patch-merge-key"))

    def key_of(self, item: Any) -> Key:
        """Return what identifies an item of the list: its merge key, or itself in a list of plain values."""
        if self.key is None:
            return _key(item)
        return _key(item[self.key]) if isinstance(item, dict) and self.key in item else ("", id(item))


@dataclasses.dataclass(slots=True)
class _Merge:
    """One application of one patch. What is waiting is done one after another, so that depth costs no stack."""

    published: Published
    note: Note
    told: list[Finding] = dataclasses.field(default_factory=list)
    waiting: deque[Callable[[], None]] = dataclasses.field(default_factory=deque)

    def run(self, tree: dict[str, Any], patch: dict[str, Any], type_name: str | None) -> None:
        """Merge the whole of the patch."""
        self.objects(tree, patch, type_name, ())
        while self.waiting:
            self.waiting.popleft()()

    def objects(self, tree: dict[str, Any], patch: dict[str, Any], type_name: str | None, steps: Steps) -> None:
        """Merge an object of the patch into one of the tree."""
        match patch.get(PATCH, "merge"):
            case "merge":
                self._merge_fields(tree, patch, type_name, steps)
            case "replace" | "delete" as action:
                tree.clear()
                self.note(tree, None, steps)
                if action == "replace":
                    for key, value in self._members(patch, type_name, steps, replacing=True).items():
                        self._put(tree, key, value, self._field(type_name, key), (*steps, key))
            case action:
                self._unknown_action(action, steps)

    def _merge_fields(self, tree: dict[str, Any], patch: dict[str, Any], type_name: str | None, steps: Steps) -> None:
        self._retain(tree, patch, steps)
        plain = [key for key in patch if not self._is_directive(key, type_name, steps)]
        for key, values in patch.items():
            if key.startswith(DELETE):
                self._delete_values(tree, key, values, steps)
        before = {key: _listed(tree.get(key.removeprefix(ORDER))) for key in patch if key.startswith(ORDER)}
        for key in plain:
            self._merge_field(tree, key, patch[key], self._field(type_name, key), (*steps, key))
        for key, standing in before.items():
            self._set_order(tree, patch, standing, self._field(type_name, key.removeprefix(ORDER)), (*steps, key))

    def _merge_field(self, tree: dict[str, Any], key: str, value: Any, field: _Field, steps: Steps) -> None:
        here = tree.get(key)
        if value is None:
            tree.pop(key, None)
        elif isinstance(value, dict) and isinstance(here, dict) and "replace" not in field.strategies:
            self._later(here, value, field.inner, steps)
        elif isinstance(value, list) and isinstance(here, list) and "merge" in field.strategies:
            if field.key is None:
                self._merge_values(here, self._copied(value, None, steps))
            else:
                self._merge_items(here, value, field, steps)
        else:
            self._put(tree, key, value, field, steps)

    def _merge_values(self, here: list[Any], values: list[Any]) -> None:
        """Merge two lists of plain values."""
        standing = list(map(_key, here))
        united = {_key(value): value for value in reversed([*here, *values])}
        here[:] = _in_order([united[key] for key in dict.fromkeys([*standing, *map(_key, values)])], _key, map(_key, values), standing)

    def _merge_items(self, here: list[Any], items: list[Any], field: _Field, steps: Steps) -> None:
        """Merge a list of objects into another: what has the same key is merged, the rest is added."""
        key_of = field.key_of
        plain = [(index, item) for index, item in enumerate(items) if self._is_plain_item(item, field, (*steps, index))]
        if any(isinstance(item, dict) and item.get(PATCH) == "replace" for item in items):
            here[:] = [self._copied(item, field.inner, (*steps, index)) for index, item in plain]
            self.note(here, None, steps)
            return
        self._delete_items(here, items, field, steps)
        standing = list(map(key_of, here))
        found = {key_of(item): item for item in reversed(here)}
        for index, item in plain:
            if key_of(item) in found:
                self._later(found[key_of(item)], item, field.inner, (*steps, index))
            else:
                found[key_of(item)] = new = self._copied(item, field.inner, (*steps, index))
                here.append(new)
        here[:] = _in_order(here, key_of, (key_of(item) for _, item in plain), standing)

    def _delete_items(self, here: list[Any], items: list[Any], field: _Field, steps: Steps) -> None:
        """Obey `$patch: delete` in the items of a list."""
        standing = {field.key_of(item): item for item in here}
        doomed = [(index, item) for index, item in enumerate(items) if isinstance(item, dict) and item.get(PATCH) == "delete"]
        for index, item in doomed:
            value = item.get(field.key)
            if value is not None and field.key_of(item) not in standing:
                names = [word for kind, word in standing if kind == "str" and isinstance(word, str)]
                meant = nearest(value, names) if isinstance(value, str) and len(doomed) < _MANY else None
                self.told.append(NOT_FOUND.at((*steps, index), list=steps[-1], key=field.key, value=value, meant=meant))
        gone = {field.key_of(item) for _, item in doomed}
        here[:] = [item for item in here if field.key_of(item) not in gone]

    def _later(self, tree: dict[str, Any], patch: dict[str, Any], type_name: str | None, steps: Steps) -> None:
        self.waiting.append(lambda: self.objects(tree, patch, type_name, steps))

    def _is_plain_item(self, item: Any, field: _Field, steps: Steps) -> bool:
        """Return whether an item is to be merged; else it is a directive for the list, or a fault, which is reported."""
        name, action = steps[-2], item.get(PATCH, "merge") if isinstance(item, dict) else None
        if action is None:
            self.told.append(NO_ITEM.at(steps, list=name, key=field.key))
        elif action == "replace":
            if len(item) > 1:
                self.out_of_place((*steps, PATCH), action, merged=str(name))
        elif action not in ("merge", "delete"):
            self._unknown_action(action, steps)
        elif field.key not in item:
            self.told.append(NO_MERGE_KEY.at(steps, list=name, key=field.key))
        else:
            return bool(action == "merge")
        return False

    def _retain(self, tree: dict[str, Any], patch: dict[str, Any], steps: Steps) -> None:
        """Obey $retainKeys: remove from the tree what is not in its list."""
        if RETAIN not in patch:
            return
        retained = patch[RETAIN]
        if not isinstance(retained, list):
            self.told.append(MALFORMED.at((*steps, RETAIN), directive=RETAIN, items="field names"))
            return
        names = {name for name in retained if isinstance(name, str)}
        self.told.extend(
            NOT_RETAINED.at((*steps, key), field=key)
            for key, value in patch.items()
            if value is not None and not key.startswith(DIRECTIVES) and key not in names
        )
        for key in [key for key in tree if key not in names]:
            del tree[key]

    def _delete_values(self, tree: dict[str, Any], directive: str, values: Any, steps: Steps) -> None:
        """Obey $deleteFromPrimitiveList: remove its values from a list of plain values."""
        field = directive.removeprefix(DELETE)
        here = tree.get(field)
        if not isinstance(values, list):
            self.told.append(MALFORMED.at((*steps, directive), directive=directive, items="values to delete"))
        elif not isinstance(here, list):
            self.told.append(NOT_FOUND.at((*steps, directive), list=field))
        else:
            standing = set(map(_key, here))
            self.told.extend(
                NOT_FOUND.at((*steps, directive, index), list=field) for index, value in enumerate(values) if _key(value) not in standing
            )
            doomed = set(map(_key, values))
            here[:] = [value for value in here if _key(value) not in doomed]

    def _set_order(self, tree: dict[str, Any], patch: dict[str, Any], standing: list[Any], field: _Field, steps: Steps) -> None:
        """Obey $setElementOrder: put the items that it names into its order, the others where they were among them."""
        directive = str(steps[-1])
        name = directive.removeprefix(ORDER)
        order, here = patch[directive], tree.get(name)
        if not isinstance(order, list) or not all(field.key is None or (isinstance(one, dict) and field.key in one) for one in order):
            items = f"objects with a {field.key}" if field.key else "values"
            self.told.append(MALFORMED.at(steps, directive=directive, items=items))
            return
        wanted = list(map(field.key_of, order))
        kept = [field.key_of(one) for one in _listed(patch.get(name)) if not (isinstance(one, dict) and PATCH in one)]
        if wanted and not _stand_in_order(kept, wanted):
            self.told.append(OUT_OF_ORDER.at((*steps[:-1], name), list=name))
        elif isinstance(here, list):
            here[:] = _in_order(here, field.key_of, wanted, map(field.key_of, standing))

    def _put(self, tree: dict[str, Any], key: str, value: Any, field: _Field, steps: Steps) -> None:
        """Put a copy of a value where there is nothing to merge it with."""
        if isinstance(value, list) and isinstance(tree.get(key), list):
            for index, item in enumerate(value):
                if isinstance(item, dict) and item.get(PATCH, "merge") != "merge" and item != {PATCH: "replace"}:
                    self.out_of_place((*steps, index, PATCH), item[PATCH], replaced=key)
                    return
        tree[key] = self._copied(value, field.inner, steps)
        self.note(tree, key, steps)

    def _copied(self, value: Any, inner: str | None, steps: Steps) -> Any:
        """Copy a value of the patch, without its nulls and directives, and note where each part comes from."""
        top: list[Any] = [None]
        waiting: list[tuple[Any, Any, Any, str | None, Steps]] = [(top, 0, value, inner, steps)]
        while waiting:
            parent, key, source, type_name, at = waiting.pop()
            new: Any = source
            if isinstance(source, dict):
                members = self._members(source, type_name, at)
                new = dict.fromkeys(members)
                for name, member in members.items():
                    self.note(new, name, (*at, name))
                    waiting.append((new, name, member, self._field(type_name, name).inner, (*at, name)))
            elif isinstance(source, list):
                items = [(index, item) for index, item in enumerate(source) if self._is_copied_item(item, (*at, index))]
                new = [None] * len(items)
                waiting.extend((new, place, item, type_name, (*at, index)) for place, (index, item) in enumerate(items))
            parent[key] = new
            if new is not source:
                self.note(new, None, at)
        return top[0]

    def _members(self, source: dict[str, Any], type_name: str | None, steps: Steps, *, replacing: bool = False) -> dict[str, Any]:
        """Return the fields that a new object gets; report the directives in it that have nothing to act on."""
        if source.get(PATCH, "merge") != "merge" and not replacing:
            self.out_of_place((*steps, PATCH), source[PATCH])
        self.told.extend(NOT_FOUND.at((*steps, key), list=key.removeprefix(DELETE)) for key in source if key.startswith(DELETE))
        return {key: value for key, value in source.items() if value is not None and not self._is_directive(key, type_name, steps)}

    def _is_copied_item(self, item: Any, steps: Steps) -> bool:
        """Return whether an item of a new list belongs in it."""
        if item == {PATCH: "replace"}:
            return False
        if isinstance(item, dict) and item.get(PATCH) == "delete":
            self.told.append(NOT_FOUND.at(steps, list="the list"))
            return False
        return True

    def _is_directive(self, key: str, type_name: str | None, steps: Steps) -> bool:
        """Return whether a key is a directive and not a field; report an unknown directive."""
        if key in (PATCH, RETAIN) or key.startswith((ORDER, DELETE)):
            return True
        fields = self.published.fields(type_name)
        if not key.startswith("$") or key in fields:
            return False
        word, slash, field = key.partition("/")
        meant = nearest(word, [known.rstrip("/") for known in DIRECTIVES])
        if not (meant or fields):
            return False
        known = [f"{one}FIELD" if one.endswith("/") else one for one in DIRECTIVES]
        self.told.append(UNKNOWN_DIRECTIVE.at((*steps, key), directive=key, meant=meant and meant + slash + field, known=known))
        return True

    def out_of_place(self, steps: Steps, action: Any, **place: str) -> None:
        """Report a $patch that has nothing to act on; ``place`` is the value of its hint, if it has one."""
        self.told.append(OUT_OF_PLACE.at(steps, directive=PATCH, action=action, **place))

    def _unknown_action(self, action: Any, steps: Steps) -> None:
        meant = nearest(action, ("replace", "delete", "merge")) if isinstance(action, str) else None
        self.told.append(UNKNOWN_ACTION.at((*steps, PATCH), action=action, meant=meant))

    def _field(self, type_name: str | None, name: str) -> _Field:
        return _Field.of(self.published.fields(type_name).get(name, {}))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else []


def _key(value: Any) -> Key:
    """Make a value comparable as Go compares it: 1, 1.0 and true differ; an object or a list equals nothing."""
    return ("", id(value)) if isinstance(value, dict | list) else (type(value).__name__, value)


def _in_order(items: Iterable[Any], key_of: Callable[[Any], Key], wanted: Iterable[Key], standing: Iterable[Key]) -> list[Any]:
    """Put the items that the patch names into its order, and the others between them, in the order that they had.

    Of an item of each kind the one that was first comes first; where one of them is new, the patch's comes first.
    """
    by_patch, stood = _ranks(wanted), _ranks(standing)
    named = sorted((item for item in items if key_of(item) in by_patch), key=lambda item: by_patch[key_of(item)])
    others = sorted((item for item in items if key_of(item) not in by_patch), key=lambda item: stood.get(key_of(item), len(stood)))
    ordered: list[Any] = []
    placed = 0
    for item in named:
        while placed < len(others) and _stood_before(stood, key_of(others[placed]), key_of(item)):
            ordered.append(others[placed])
            placed += 1
        ordered.append(item)
    return [*ordered, *others[placed:]]


def _stood_before(stood: Mapping[Key, int], one: Key, other: Key) -> bool:
    return one in stood and other in stood and stood[one] < stood[other]


def _ranks(keys: Iterable[Key]) -> dict[Key, int]:
    ranks: dict[Key, int] = {}
    for rank, key in enumerate(keys):
        ranks.setdefault(key, rank)
    return ranks


def _stand_in_order(keys: Iterable[Key], order: Iterable[Key]) -> bool:
    """Return whether all the keys are in ``order``, in the same sequence."""
    rest = iter(order)
    return all(key in rest for key in keys)
