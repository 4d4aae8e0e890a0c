"""From plain data to typed values, or every reason why its shape is not a spec's.

pydantic validates the models; the words are ours, and so are the places: pydantic's own contain the tags of
unions, and its messages echo values.
"""

from __future__ import annotations

import functools
import itertools
import operator
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from kqmanifest.diagnostics import Fault, Finding, Step, Steps
from kqmanifest.limits import MORE_FAULTS
from kqmanifest.model.field_docs import meanings
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import SECOND_NAMES, Model, once, spec_keys
from kqmanifest.model.volumes import SOURCE, SOURCES, Mount
from kqmanifest.model.workloads import KINDS
from kqmanifest.schema.faults import reading_order
from kqmanifest.schema.published import KNOWN, Published, published, since
from kqmanifest.specs.fixes import other_word, suggest_fix
from kqmanifest.specs.intake import NO_TEXT_KEY
from kqmanifest.specs.kinds import FOLDED, UNKNOWN_KEY, WRONG_TYPE, Layers, kind_of, model_of
from kqmanifest.specs.manifests import NOT_JSON, not_json
from kqmanifest.specs.misplaced_keys import suggest
from kqmanifest.specs.written import Written
from kqmanifest.vocabulary.spelling import looked_like, nearest

MISSING: Final = Fault("KQ1003", "{owner} requires {field}", ("add `{field}`: {meaning}", "add `{field}`"))
NAMED_TWICE: Final = Fault("KQ1030", "the key before the colon is the name of this entry already", ("remove `{field}`",))

_LISTED: Final = 3
"""For how many unknown keys of one object its fields are listed."""
_MOST_WORDED: Final = 10_000
"""How many faults of one spec are worded, however many are reported: each may be one with another."""

_Shape = TypeVar("_Shape", bound=Model)


class SpecGrammar:
    """What a spec may hold: its kinds, and the fields of the requested versions."""

    def __init__(self, versions: Sequence[Published], kinds: Mapping[str, type[KindModel]] = KINDS) -> None:
        """Know the fields of all of ``versions``: the schema check reports which of them has a field."""
        self._versions = tuple(versions)
        self.kinds = kinds

    def of(self, kind: type[KindModel]) -> SpecGrammar:
        """Return one that reads a kind as this model, whatever else has its name."""
        return self if self.kinds.get(kind.__name__) is kind else SpecGrammar(self._versions, Layers({kind.__name__: kind}, self.kinds))

    def fields(self, type_name: str) -> Collection[str]:
        """Return the fields that a type has in any of the versions."""
        return _fields(self._versions, type_name)


@functools.lru_cache(maxsize=4096)
def _fields(versions: tuple[Published, ...], type_name: str) -> Collection[str]:
    return frozenset[str]().union(*(one.fields(type_name) for one in versions))


def read_spec(document: Any, grammar: SpecGrammar) -> KindModel | list[Finding]:
    """Read one spec as the model of its kind; where that is not possible, return all of its faults."""
    model = model_of(document, grammar.kinds)
    if isinstance(model, Finding):
        return [model]
    read = shaped(model, {key: value for key, value in document.items() if key not in {"kind", "$schema"}}, grammar)
    if isinstance(read, list):
        ranks: dict[int, dict[str, int]] = {}
        return sorted(read, key=lambda one: reading_order(document, one.steps, ranks))
    return read


def shaped(model: type[_Shape], value: Mapping[str, Any], grammar: SpecGrammar) -> _Shape | list[Finding]:
    """Read plain data as a model; where that is not possible, return all of its faults."""
    try:
        read: _Shape = _adapter(model).validate_python(value, context=grammar, by_alias=True, by_name=False)
    except ValidationError as error:
        return list(_faults(error, model, value))
    return read


@once
def _adapter(model: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _faults(error: ValidationError, model: type[Model], document: Any) -> Iterator[Finding]:
    """Word pydantic's errors: those at one place are one fault, and so is a misspelt required key; count those beyond the limit."""
    written = Written(document)
    at: dict[tuple[str, Steps], list[Any]] = {}
    for one in error.errors(include_url=False, include_context=True, include_input=True):
        at.setdefault(_place(one, model, written), []).append(one)
    if len(at) > _MOST_WORDED:
        yield MORE_FAULTS.at((), count=len(at) - _MOST_WORDED)
        at = dict(itertools.islice(at.items(), _MOST_WORDED))
    missing: dict[Steps, list[Step]] = {}
    for kind, steps in at:
        if kind == "missing":
            missing.setdefault(steps[:-1], []).append(steps[-1])
    misspelt: set[Steps] = set()
    listed: Counter[Steps] = Counter()
    for kind, steps in at:
        if kind == "unknown":
            listed[steps[:-1]] += 1
            is_listed = listed[steps[:-1]] <= _LISTED
            diagnostic, meant = _unknown(model, document, written.place(steps), steps, missing.get(steps[:-1], ()), is_listed=is_listed)
            misspelt.add((*steps[:-1], meant))
            yield diagnostic
    for (kind, steps), errors in at.items():
        *parents, key = steps or ("",)
        if kind == "missing" and steps not in misspelt:
            owner = _model_at(model, parents)
            yield MISSING.at(written.place(parents), owner=_called(owner), field=key, meaning=_meaning(owner, key))
        elif kind == "named":
            yield NAMED_TWICE.at(written.place(steps), field=key)
        elif kind == "key":
            yield NOT_JSON.at(steps, found=NO_TEXT_KEY)
        elif kind == "wrong":
            yield from _wrong(model, written.place(steps), errors)


def _wrong(model: type[Model], place: Steps, errors: Sequence[Any]) -> Iterator[Finding]:
    """Report a value of the wrong type; one that JSON cannot hold is reported at its own place in the value."""
    found = errors[0]["input"]
    foreign = not_json(found, place)
    yield from foreign
    if not foreign:
        field = _field(model, place)
        expected = _expected(field.partition("[")[0], errors)
        form = "volumes{}" if place[-2:-1] == ("volumes",) else field
        yield WRONG_TYPE.at(place, field=field, expected=" or ".join(expected), found=kind_of(found), **suggest_fix(expected, form, found))


def _field(model: type[Model], place: Steps) -> str:
    """Name a place by its last key; an item by its list and number."""
    key = next((step for step in reversed(place) if isinstance(step, str)), _called(model))
    return f"{key}[{place[-1]}]" if place and isinstance(place[-1], int) else key


def _place(error: Any, model: type[Model], written: Written) -> tuple[str, Steps]:
    """Turn pydantic's location into a place in the document, and its type into one of four kinds of fault."""
    steps: list[Step] = []
    location = list(error["loc"])
    while location:
        step = location.pop(0)
        if step == "several" and location[:1] == ["of"]:
            del location[:2]
        elif step != SOURCE or _model_at(model, steps) is not Mount:
            is_marked = str(step).startswith("<") and not written.place((*steps, step))[len(steps) :]
            steps.append(step.removesuffix(" ") if is_marked else step)
    if steps and steps[-1] in SECOND_NAMES:
        return "named", (*steps[:-1], str(steps[-1]).strip("<>"))
    if error["type"] == "missing":
        return "missing", tuple(steps)
    if error["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return "unknown", tuple(steps)
    # A key may itself be called [key]: then it is there.
    if error["type"] == "invalid_key" or (steps[-1:] == ["[key]"] and written.place(steps) != tuple(steps)):
        return "key", written.place(steps[:-1] if error["type"] == "invalid_key" else steps[:-2])
    return "wrong", written.place(steps)


_EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "a string",
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "an object",
    "mapping_type": "an object",
    "dataclass_type": "an object",
    "tuple_type": "a list",
    "list_type": "a list",
    "is_instance_of": "an object",
}
_SHORT: Final[Mapping[str, str]] = {"gpus": "an integer", "ports": "an integer", "sharedMemory": "a string"}
"""What may be written instead of an object with one field."""
_BY_NAME: Final = frozenset({"env", "limits", "overlay"})
"""Where an object may be written instead of a list."""
_A_MOUNT: Final = "{mountPath: /kqi/output, nfs: {server, path}}"
_SHORTEST_PART: Final = 4
_CALLED: Final[Mapping[str, str]] = {
    "Agent": "agent",
    "Allow": "allow",
    "ConfigMapKey": "configMapKeyRef",
    "Defaults": "defaults",
    "Env": "an env entry",
    "EnvFrom": "an envFrom entry",
    "EnvSource": "valueFrom",
    "Fabric": "fabric",
    "FieldRef": "fieldRef",
    "GpuClass": "a GPU class",
    "Gpus": "gpus",
    "KeyToPath": "an items entry",
    "Limit": "a limits entry",
    "Named": "a named object",
    "NfsClaim": "an NFS claim",
    "Proxies": "proxies",
    "ResourceFieldRef": "resourceFieldRef",
    "SecretKey": "secretKeyRef",
    "SharedMemory": "sharedMemory",
    "User": "a user",
}
"""What messages call an object that its model's name does not name as users write it."""
_MAIN: Final = ("job", "pod", "containers")
"""Of several fields whose objects have a key, those that are suggested first."""


def _expected(key: str, errors: Sequence[Any]) -> list[str]:
    """List the kinds of value that a place accepts, its short forms too."""
    kinds = dict.fromkeys(_EXPECTED.get(one["type"], "another value") for one in errors)
    short = _SHORT.get(key) if "an object" in kinds else None
    either = ["an object"] if "a list" in kinds and key in _BY_NAME else []
    return [*([short] if short else either), *(kind for kind in kinds if kind != "an integer" or "a number" not in kinds)]


def _unknown(
    model: type[Model], document: Any, place: Steps, steps: Steps, missing: Sequence[Step], *, is_listed: bool
) -> tuple[Finding, str]:
    """Report an unknown key, with what was probably meant: one of the ``missing`` keys, if one is near."""
    *parents, key = steps
    owner = _model_at(model, parents)
    folded = owner.folded.get(str(key)) if owner else None
    if folded is not None:
        return FOLDED.at(place, key=key, instead=folded, mount=_A_MOUNT if folded == "mounts" else None), folded
    known = _keys(owner)
    fields = {field for home in (owner.homes if owner else ()) for field in published(KNOWN[-1]).fields(home)}
    having = next((span for home in (owner.homes if owner else ()) if (span := since(home, str(key)))), None)
    others = fields - (owner.folded.keys() if owner else set())
    near = None if having else other_word(str(key), known) or _meant(str(key), [*map(str, missing)], known, others)
    plain = looked_like(str(key), {*known, *fields, *(name for inner in _inside(owner).values() for name in _keys(inner))})
    elsewhere = {} if having else {"home": _home(owner, str(key)), "outer": _outer(model, parents, str(key))}
    elsewhere |= {} if having or any(elsewhere.values()) or near else _deeper(owner, str(key))
    fix = {} if having else suggest(_called(owner), str(key), functools.reduce(operator.getitem, place[:-1], document))
    diagnostic = UNKNOWN_KEY.at(
        place,
        key=key,
        owner=_called(owner),
        plain=plain,
        near=near,
        known=sorted(known) if is_listed else None,
        **elsewhere,
        **fix,
        **_span(having),
    )
    home = elsewhere.get("home") if plain is None and near is None else None
    return diagnostic, plain or near or (home if home in missing else None) or str(key)


def _home(owner: type[Model] | None, key: str) -> str | None:
    """Find the one field whose object has a key that is one level too far out: a Job's ``containers`` belong in its ``pod``."""
    homes = [field for field, inner in _inside(owner).items() if key in _keys(inner)]
    return homes[0] if len(homes) == 1 else next((home for home in homes if home in _MAIN), None)


def _deeper(owner: type[Model] | None, key: str) -> dict[str, str | None]:
    """Find a key that is several levels too far out, or that another tool calls otherwise, in the fields that are suggested first."""
    way: list[str] = []
    while owner:
        field = next((field for field in _MAIN if field in _inside(owner)), None)
        if field is None:
            break
        owner = _inside(owner)[field]
        way.append(field)
        if key in _keys(owner):
            return {"home": ".".join(way)}
        if inside := other_word(key, _keys(owner)):
            return {"inner": ".".join(way), "inside": inside}
    return {}


def _inside(owner: type[Model] | None) -> Mapping[str, type[Model]]:
    """Return the fields of a model that a user writes and that hold objects of another model."""
    return {field: inner for field, inner in _models(owner).items() if field in spec_keys(owner)} if owner else {}


def _outer(model: type[Model], parents: Sequence[Step], key: str) -> str | None:
    """Find the enclosing object that has a key that is too far in, and return the field of it that the key belongs beside."""
    for length in range(len(parents) - 1, -1, -1):
        if isinstance(parents[length], str) and key in _keys(_model_at(model, parents[:length])):
            return str(parents[length])
    return None


def _meant(key: str, missing: Sequence[str], *known: Collection[str]) -> str | None:
    """Find what a key misspells; one that is missing may also be shortened to a part of it, as ``path`` for ``mountPath``."""
    part = next((one for one in missing if len(key) >= _SHORTEST_PART and key.lower() in one.lower()), None)
    return part or next((near for words in (missing, *known) if (near := nearest(key, words))), None)


def _span(having: tuple[str, str] | None) -> dict[str, str | None]:
    """Return in which of the known versions a field exists, as values of a hint."""
    if having is None:
        return {}
    first, last = having
    if last == KNOWN[-1]:
        return {"since": first}
    return {"until": last} if first == KNOWN[0] else {"only": first if first == last else f"{first} to {last}"}


def known_fields() -> frozenset[str]:
    """Return the names of all fields that a spec or manifest may have anywhere: those of the models that are in use by now."""
    models, found = [Model], set[type[Model]]()
    while models:
        below = models.pop().__subclasses__()
        models += below
        found.update(below)
    return _fields_of(frozenset(found))


@functools.lru_cache(maxsize=8)
def _fields_of(models: frozenset[type[Model]]) -> frozenset[str]:
    properties = (one.get("properties", ()) for one in published(KNOWN[-1]).definitions.values())
    return frozenset().union(SOURCES, *map(spec_keys, models), *properties)


def _keys(owner: type[Model] | None) -> Collection[str]:
    if owner is None:
        return ()
    return spec_keys(owner) | SOURCES.keys() if owner.__name__ == Mount.__name__ else spec_keys(owner)


def _model_at(model: type[Model], steps: Sequence[Step]) -> type[Model] | None:
    """Follow a place down the models to the one that reads the object there."""
    here: type[Model] | None = model
    for step in steps:
        if isinstance(step, str):
            here = (_models(here).get(step) if here else None) or SOURCES.get(step)
    return here


@once
def _models(model: type[Any]) -> Mapping[str, type[Model]]:
    """Return the keys of a model that hold objects of another model."""
    fields = model.__pydantic_fields__
    found = {field.alias or to_camel(name): _inner(field.annotation) for name, field in fields.items()}
    return {key: inner for key, inner in found.items() if inner is not None}


def _inner(annotation: Any) -> type[Model] | None:
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, Model) else None
    arguments = getattr(annotation, "__args__", ())
    return next((inner for argument in arguments if (inner := _inner(argument)) is not None), None)


def _called(model: type[Model] | None) -> str:
    """Name a model by what its users write."""
    if model is None:
        return "this object"
    for key, source in SOURCES.items():
        if source is model:
            return key
    if issubclass(model, KindModel):
        return model.__name__
    if model.__name__ in _CALLED:
        return _CALLED[model.__name__]
    words = re.sub("(?<=[a-z])(?=[A-Z])", " ", model.__name__).lower()
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def _meaning(model: type[Model] | None, field: Step) -> str | None:
    return None if model is None else meanings(model).get(str(field), "").partition(". ")[0].rstrip(".").replace("``", "`") or None
