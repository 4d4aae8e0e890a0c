"""From plain data to typed values, or every reason why its shape is not a spec's.

The models are asked by pydantic; the words are ours, and so are the places: pydantic's own name the tags of
unions, and its messages echo values.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from kqmanifest.builder.kinds import UNKNOWN_KEY, WRONG_TYPE, kind_of, model_of
from kqmanifest.builder.origins import written
from kqmanifest.diagnostics import Diagnostic, Fault, Step, Steps
from kqmanifest.model.meanings import meanings
from kqmanifest.model.pod import Document
from kqmanifest.model.values import Model, once, spec_keys
from kqmanifest.model.volumes import SOURCE, SOURCES, Mount
from kqmanifest.model.workloads import KINDS
from kqmanifest.schema.faults import reading_order
from kqmanifest.schema.published import KNOWN, Published, published, since
from kqmanifest.spelling import nearest

MISSING: Final = Fault("KQ1003", "{owner} needs {field}", ("add `{field}`: {meaning}", "add `{field}`"))
FOLDED: Final = Fault("KQ1004", "a spec has no {key}", ("write it as `{instead}`",))


class Reading:
    """What the reader of a spec knows of Kubernetes: the fields of the versions that are asked for."""

    def __init__(self, versions: Sequence[Published]) -> None:
        """Know the fields of all of ``versions``: which of them has a field is told by the schema's own check."""
        self._versions = versions
        self.fields = functools.cache(self._fields)

    def _fields(self, type_name: str) -> Collection[str]:
        return frozenset[str]().union(*(one.fields(type_name) for one in self._versions))


def typed(document: Any, reading: Reading) -> Document | list[Diagnostic]:
    """Read one spec as the model of its kind; where that is not possible, say everything that is in the way."""
    model = model_of(document)
    if isinstance(model, Diagnostic):
        return [model]
    body = {key: value for key, value in document.items() if key != "kind"}
    try:
        read: Document = _adapter(model).validate_python(body, context=reading, by_alias=True, by_name=False)
    except ValidationError as error:
        found = _faults(error, model, body)
        return sorted(found, key=lambda one: reading_order(document, one.path.steps(document)))
    return read


@once
def _adapter(model: type[Any]) -> TypeAdapter[Document]:
    return TypeAdapter(model)


def _faults(error: ValidationError, model: type[Model], document: Any) -> Iterator[Diagnostic]:
    """Word pydantic's errors: those at one place are one fault, and a misspelt required key is one, not two."""
    at: dict[tuple[str, Steps], list[Any]] = {}
    for one in error.errors(include_url=False, include_context=True, include_input=True):
        at.setdefault(_place(one, document), []).append(one)
    misspelt: set[Steps] = set()
    for kind, steps in at:
        if kind == "unknown":
            diagnostic, meant = _unknown(model, document, steps)
            misspelt.add((*steps[:-1], meant))
            yield diagnostic
    for (kind, steps), errors in at.items():
        *parents, key = steps or ("",)
        if kind == "missing" and steps not in misspelt:
            owner = _model_at(model, parents)
            yield MISSING.at(written(document, parents), owner=_called(owner), field=key, meaning=_meaning(owner, key))
        elif kind == "wrong":
            place = written(document, steps)
            expected = " or ".join(dict.fromkeys(_EXPECTED.get(one["type"], "another type of value") for one in errors))
            found = errors[0]["input"]
            field = next((step for step in reversed(place) if isinstance(step, str)), _called(model))
            yield WRONG_TYPE.at(place, field=field, expected=expected, found=kind_of(found), cure=_cure(errors[0], found))


def _place(error: Any, document: Any) -> tuple[str, Steps]:
    """Turn pydantic's location into a place in the document, and its type into one of three kinds of fault."""
    steps: list[Step] = []
    location = list(error["loc"])
    while location:
        step = location.pop(0)
        if step == "several" and location[:1] == ["of"]:
            del location[:2]
        elif step not in {SOURCE, "[key]"}:
            steps.append(step)
    if error["type"] == "missing":
        return "missing", tuple(steps)
    if error["type"] in {"unexpected_keyword_argument", "extra_forbidden"}:
        return "unknown", tuple(steps)
    return "wrong", written(document, steps)


_EXPECTED: Final[Mapping[str, str]] = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "an object",
    "mapping_type": "an object",
    "dataclass_type": "an object",
    "tuple_type": "a list",
    "list_type": "a list",
    "is_instance_of": "an object",
}


def _cure(error: Any, found: Any) -> str | None:
    expected = error["type"]
    if found is None:
        return "give it a value, or leave it out"
    if expected == "string_type" and isinstance(found, bool | int | float):
        return "put it in double quotes: it must be text, whatever it looks like"
    if expected in {"int_type", "bool_type"} and isinstance(found, str):
        return "take the quotes away"
    if expected == "tuple_type" and not isinstance(found, list | tuple):
        return "put it in square brackets: [ ]"
    return None


def _unknown(model: type[Model], document: Any, steps: Steps) -> tuple[Diagnostic, str]:
    """Tell a key that nobody knows, with what was probably meant."""
    *parents, key = steps
    owner = _model_at(model, parents)
    place = (*written(document, parents), key)
    folded = owner.folded.get(str(key)) if owner else None
    if folded is not None:
        return FOLDED.at(place, key=key, instead=folded), folded
    known = _keys(owner)
    fields = {field for home in (owner.homes if owner else ()) for field in published(KNOWN[-1]).fields(home)}
    having = next((span for home in (owner.homes if owner else ()) if (span := since(home, str(key)))), None)
    near = None if having else nearest(str(key), known) or nearest(str(key), fields - (owner.folded.keys() if owner else set()))
    first, last = having or (None, None)
    told = UNKNOWN_KEY.at(place, key=key, owner=_called(owner), near=near, first=first, last=last, known=sorted(known))
    return told, near or str(key)


def _keys(owner: type[Model] | None) -> Collection[str]:
    if owner is None:
        return ()
    return spec_keys(owner) | SOURCES.keys() if owner.__name__ == Mount.__name__ else spec_keys(owner)


def _model_at(model: type[Model], steps: Sequence[Step]) -> type[Model] | None:
    """Follow a place down the models: which one reads the object there."""
    here: type[Model] | None = model
    for step in steps:
        if isinstance(step, str):
            here = SOURCES.get(step) or (_models(here).get(step) if here else None)
    return here


@once
def _models(model: type[Any]) -> Mapping[str, type[Model]]:
    """Give the keys of a model that hold objects of another model."""
    fields = model.__pydantic_fields__
    found = {field.alias or to_camel(name): _inner(field.annotation) for name, field in fields.items()}
    return {key: inner for key, inner in found.items() if inner is not None}


def _inner(annotation: Any) -> type[Model] | None:
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, Model) else None
    arguments = getattr(annotation, "__args__", ())
    return next((inner for argument in arguments if (inner := _inner(argument)) is not None), None)


def _called(model: type[Model] | None) -> str:
    """Call a model by what its users write."""
    if model is None:
        return "this object"
    for key, source in SOURCES.items():
        if source is model:
            return key
    return model.__name__ if model.__name__ in KINDS else f"a {model.__name__.lower()}"


def _meaning(model: type[Model] | None, field: Step) -> str | None:
    return None if model is None else meanings(model).get(str(field), "").partition(". ")[0].rstrip(".") or None
