"""From models to JSON Schema: one definition for each, with Kubernetes' own fields at its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import Discriminator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from kqmanifest.diagnostics import Json
from kqmanifest.model.field_docs import meanings
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import AsTuple, Model, spec_keys, thawed
from kqmanifest.model.volumes import SOURCE, SOURCES
from kqmanifest.schema.published import Published, target
from kqmanifest.specschema.words import described, documentation

Schema = dict[str, Json]

_VOLUME: Final = "core.v1.Volume"
_MANIFESTS_ALONE: Final = frozenset({"apiVersion", "kind", "metadata", "spec"})
_SCALARS: Final[Mapping[Any, str]] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
_SCHEMA: Final[Mapping[str, Any]] = {"description": "Where an editor finds this schema; it is ignored."}
_SAMPLES: Final[Mapping[str, Any]] = {"string": "", "integer": 0, "number": 0.5}


def reference(name: str) -> Schema:
    """Refer to a definition."""
    return {"$ref": f"#/$defs/{name}"}


class Definitions:
    """The definitions that the schema of one version needs: each is written when it is first referred to."""

    def __init__(self, published: Published) -> None:
        """Begin with none; Kubernetes' own fields are those of ``published``."""
        self._published = published
        self.written: dict[str, Json] = {}

    def document(self, kind: str, model: type[KindModel]) -> Schema:
        """Refer to a model of a whole document, with its kind."""
        schema = self._object(model)
        properties: Any = schema["properties"]
        required: Any = schema["required"]
        self.written[f"kind.{kind}"] = {
            **schema,
            "required": ["kind", *required],
            "properties": {"$schema": {**_SCHEMA}, "kind": described({"const": kind}, documentation(model)), **properties},
        }
        return reference(f"kind.{kind}")

    def model(self, model: type[Model], name: str = "", *, without: str = "") -> Schema:
        """Refer to a model; by another ``name`` where one of its keys is described otherwise, ``without`` that key.

        Its meaning is beside the reference: some editors show that of its target, whatever is here.
        """
        name = name or model.__name__
        if name not in self.written:
            self.written[name] = self._object(model, without)
        return described(reference(name), documentation(model))

    def _object(self, model: type[Model], without: str = "") -> Schema:
        """Write a model as an object: its own fields first, then those that Kubernetes has at its place."""
        fields = {key: field for key, field in _fields(model).items() if key != without}
        told = meanings(model)
        properties: dict[str, Json] = {}
        for key, field in fields.items():
            if key == SOURCE:
                properties |= self._sources()
            else:
                properties[key] = described({**self._field(model, key, field), **_default(field)}, told.get(key, ""))
        properties |= self._own(model, properties)
        required: list[Json] = [key for key, field in fields.items() if field.is_required()]
        return {"type": "object", "required": required, "additionalProperties": False, "properties": properties}

    def _sources(self) -> dict[str, Json]:
        """Write the keys that say where files come from: those that have a model, and all others of Kubernetes."""
        others = [key for key in self._published.fields(_VOLUME) if key not in SOURCES and key != "name"]
        return {**{key: self.model(model) for key, model in SOURCES.items()}, **{key: self._as_published(key, _VOLUME) for key in others}}

    def _own(self, model: type[Model], written: Collection[str]) -> dict[str, Json]:
        """Write the fields of Kubernetes that are allowed beside a model's own; of two homes that have one, the last provides it."""
        taken = {*written, *spec_keys(model), *model.folded, *(_MANIFESTS_ALONE if issubclass(model, KindModel) else ())}
        homes = {key: home for home in model.homes for key in self._published.fields(home) if key not in taken}
        return {key: self._as_published(key, home) for key, home in homes.items()}

    def _as_published(self, key: str, home: str) -> Schema:
        return described(self._included(self._published.fields(home)[key]), f"{home.rpartition('.')[2]}.{key}, as Kubernetes writes it.")

    def _included(self, schema: Mapping[str, Any]) -> Schema:
        """Copy a published schema, and all definitions that it refers to; how lists are merged is nothing for an editor."""
        name = target(schema)
        if name is not None and name not in self.written:
            self.written[name] = {}  # a type may hold itself
            self.written[name] = self._included(self._published.definitions[name])
        copied: Schema = {}
        for keyword, value in schema.items():
            if keyword == "properties":
                copied[keyword] = {key: self._included(below) for key, below in value.items()}
            elif isinstance(value, Mapping):
                copied[keyword] = self._included(value)
            elif not keyword.startswith("x-kubernetes-"):
                copied[keyword] = thawed(value)
        return copied

    def _field(self, model: type[Model], key: str, field: FieldInfo) -> Schema:
        annotation = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        return self._shape(annotation, self._counterpart(model, key))

    def _counterpart(self, model: type[Model], key: str) -> Mapping[str, Any]:
        """Find the published schema of a field that a spec has as Kubernetes has it; nothing where it has its own."""
        sources = self._published.fields(_VOLUME)
        homes = [*model.homes, *(target(sources.get(name)) for name, source in SOURCES.items() if source is model)]
        return next((fields[key] for fields in map(self._published.fields, homes) if key in fields), {})

    def _shape(self, annotation: Any, own: Mapping[str, Any]) -> Schema:
        """Write what an annotation takes; what it leaves open (``Any``) is as Kubernetes' ``own`` schema has it."""
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            inner, *metadata = arguments
            if any(isinstance(one, Discriminator) for one in metadata):
                return self._source()
            readers = [one for one in metadata if isinstance(one, AsTuple)]
            return self._list(inner, readers[0], own) if readers else self._shape(inner, own)
        if origin in (Union, UnionType):
            return _either([self._shape(one, own) for one in arguments])
        if isinstance(origin, type) and issubclass(origin, Mapping):
            if arguments[1] is Any:
                return {**self._included(own), "type": "object"}
            return {"type": "object", "additionalProperties": self._shape(arguments[1], {})}
        if annotation in _SCALARS:
            return {"type": _SCALARS[annotation]}
        return self.model(annotation)

    def _source(self) -> Schema:
        if "Source" not in self.written:
            self.written["Source"] = {"type": "object", "additionalProperties": False, "properties": self._sources()}
        return described(reference("Source"), "Where files come from: one key, such as ``nfs``, and its value.")

    def _list(self, annotation: Any, reader: AsTuple, own: Mapping[str, Any]) -> Schema:
        """Write a list and its short forms. The annotation says what Python takes; the reader knows what a spec does."""
        item = reader.item or get_args(annotation)[0]
        entry = self._shape(item, own.get("items", {}))
        if reader.read is None:
            return {"type": "array", "items": entry}
        short: list[Schema] = [{"type": name} for name, sample in _SAMPLES.items() if isinstance(reader.read([sample])[0], Model)]
        several: Schema = {"type": "array", "items": _either([*short, entry])}
        (alone,) = reader.read({"": None})
        if alone == {"": None}:
            return _either([*short, entry, several])
        key, value = alone
        fields = _fields(item)
        named = self.model(item, f"{item.__name__}ByName", without=key)
        bare = self._field(item, value, fields[value])
        return _either([{"type": "object", "additionalProperties": _either([bare, named])}, several])


def _fields(model: type[Model]) -> dict[str, FieldInfo]:
    """Return the fields of a model by their keys in a spec."""
    fields: Mapping[str, FieldInfo] = model.__pydantic_fields__  # type: ignore[attr-defined]  # made by pydantic
    found = {field.alias or to_camel(name): field for name, field in fields.items()}
    return {key: field for key, field in found.items() if not key.startswith("<") or key == SOURCE}


def _default(field: FieldInfo) -> Schema:
    """Return a default that says something: none, nothing and empty say what leaving out says."""
    default = field.default
    if field.is_required() or field.default_factory or default is None or default == ():
        return {}
    return {"default": [*default] if isinstance(default, tuple) else default}


def _either(schemas: Sequence[Schema]) -> Schema:
    """Take what any of the schemas takes, whose types differ: in one, so that an editor reports about the type that it finds."""
    if len(schemas) == 1:
        return schemas[0]
    merged: Schema = {}
    types: list[str] = []
    for schema in schemas:
        given = schema.get("type", "object")
        types += [str(one) for one in given] if isinstance(given, list) else [str(given)]
        merged |= {key: value for key, value in schema.items() if key != "type"} if "type" in schema else _if_object(schema)
    kinds: list[Json] = [one for one in dict.fromkeys(types) if one != "integer" or "number" not in types]
    return {"type": kinds if len(kinds) > 1 else kinds[0], **merged}


def _if_object(schema: Schema) -> Schema:
    """Ask a reference to a model only of objects."""
    words = {key: value for key, value in schema.items() if key != "$ref"}
    return {**words, "if": {"type": "object"}, "then": {"$ref": schema["$ref"]}}
