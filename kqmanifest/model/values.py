"""The small values that every part of a spec is made of.

A model here is a frozen value in the shape that the user thinks in. It checks shape only (keys, types, what
must be given); what a value may be is judged once, by a rule, on the finished manifest.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, NoReturn, Protocol, TypeVar, get_args

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from kqmanifest.redaction import MASK, redact, redact_assignment, redact_step, redact_steps, redacted
from kqmanifest.redaction.tree import View, view_below

SECOND_NAMES = frozenset({"<name>", "<resource>"})
"""What a spec's reader calls the name of an entry that has one already; no field has this name, so it is refused."""
OTHER = "<other>"
"""What a spec's reader calls the field ``other``; no spec can: a key that begins with ``<`` is refused."""

Text = StrictStr
Whole = StrictInt
Flag = StrictBool
Quantity = StrictStr | StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)]

SPEC = ConfigDict(
    alias_generator=to_camel,
    extra="forbid",
    validate_by_alias=False,
    validate_by_name=True,
    arbitrary_types_allowed=True,
    hide_input_in_errors=True,  # it may be a secret
)


class FrozenDict(dict[str, Any]):
    """A mapping that stays as it was made; it is written and compared like any other."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a spec is frozen; make a changed copy with dataclasses.replace")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]  # dict has none, since others change
        """Hash what it holds, so that a value that holds it can be hashed."""
        return hash(frozenset(self.items())) if self else 0

    def __reduce__(self) -> tuple[type[FrozenDict], tuple[dict[str, Any]]]:
        """Copy and pickle by building a new one: the old one's mutators refuse."""
        return FrozenDict, (dict(self),)


def frozen(value: Any) -> Any:
    """Freeze plain data all the way down: mappings to FrozenDict, lists to tuples.

    Raises:
        ValueError: it holds something that JSON cannot.
    """
    if isinstance(value, Mapping):
        return FrozenDict({frozen(_key(key)): frozen(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, str):
        value.encode()  # a lone surrogate cannot be encoded: a UnicodeEncodeError is a ValueError
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("not a finite number")
    elif value is not None and not isinstance(value, int | float):
        raise ValueError("nothing that JSON can hold")
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ValueError("a key that is not a string")  # noqa: TRY004  pydantic reports a ValueError as the value's shape
    return key


def thawed(value: Any) -> Any:
    """Copy frozen data into plain dicts and lists of its own."""
    if type(value) is str:  # most of it is text
        return value
    if type(value) is FrozenDict or isinstance(value, Mapping):
        return {key: thawed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [thawed(item) for item in value]
    return value


def hashable(value: Any) -> Hashable:
    """Return for plain data what is equal where the data are, and can be looked up."""
    if isinstance(value, Mapping):
        return frozenset((key, hashable(item)) for key, item in value.items())
    return tuple(map(hashable, value)) if isinstance(value, list | tuple) else value


class AsTuple:
    """Store a sequence as a tuple; take lists and tuples, nothing whose order is by chance.

    ``item`` is the type of the entries where the annotation also allows a short form, and ``read`` turns that into them.
    """

    def __init__(self, item: Any = None, read: Callable[[Any], Any] | None = None) -> None:
        """Take the entries' type from the annotation, unless ``item`` gives it."""
        self.item, self.read = item, read

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Describe a tuple of any length to pydantic."""
        item = self.item or get_args(source)[0]
        entries = core_schema.tuple_schema([handler.generate_schema(item)], variadic_item_index=0, strict=True)
        read = self.read

        def before(given: Any) -> Any:
            if read is not None:
                given = read(given)
            return tuple(given) if type(given) is list else given

        return core_schema.no_info_before_validator_function(before, entries)


_Item = TypeVar("_Item")
Many = Annotated[Sequence[_Item], AsTuple()]
Labels = Annotated[Mapping[Text, Text], AfterValidator(FrozenDict)]
Own = Annotated[Mapping[str, Any], AfterValidator(frozen)]


def named(key: str, value: str) -> Callable[[Any], Any]:
    """Read the short form ``{NAME: VALUE}`` as a list of entries with both, in order.

    An entry whose value is a mapping is Kubernetes' own form without the name, as in ``{"TOKEN": {"valueFrom": …}}``.
    """

    def read(given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return tuple(_entry(name, entry) for name, entry in given.items())

    def _entry(name: str, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return {key: name, value: entry}
        # The key is the name: a second one stays where no field can be, to be refused.
        return {f"<{field}>" if field == key else field: one for field, one in entry.items()} | {key: name}

    return read


def single(model: Callable[[Any], Any], *short: type) -> Callable[[Any], Any]:
    """Read one entry as a list of one, and a bare value of a ``short`` type as the entry's first field."""

    def read(given: Any) -> Any:
        entries = given if isinstance(given, list | tuple) else (given,)
        return tuple(model(one) if type(one) in short else one for one in entries)

    return read


class Names(Protocol):
    """What the reader of a spec knows of Kubernetes: the fields that each of its types has."""

    def fields(self, type_name: str) -> Collection[str]:
        """Return the field names of a type (``core.v1.PodSpec``)."""


_FINISHED: dict[tuple[str, str], type[Model]] = {}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Model:
    """What all models share: fields of Kubernetes that have no model are in ``other`` as Kubernetes writes them."""

    homes: ClassVar[tuple[str, ...]] = ()
    """The Kubernetes types whose own fields are allowed here."""
    folded: ClassVar[Mapping[str, str]] = {}
    """Fields of those types that a spec writes otherwise, and how."""

    other: Annotated[Own, Field(alias=OTHER, kw_only=True)] = Field(default_factory=FrozenDict)
    """Any other field that Kubernetes has at this place, as Kubernetes writes it."""

    def __init_subclass__(cls) -> None:
        """Remember the class as it is when finished: ``slots`` makes each class again."""
        _FINISHED[cls.__module__, cls.__qualname__] = cls

    def __repr__(self) -> str:
        """Show what was given, and leave out what was not."""
        fields = self.__pydantic_fields__  # type: ignore[attr-defined]  # pydantic's, on every model
        given = {name: value for name, field in fields.items() if (value := getattr(self, name)) != _default(field)}
        owner = {"kind": type(self).__name__, **given}
        shown = (f"{name}={_shown(value, view_below(owner, name, View()))}" for name, value in given.items())
        return f"{type(self).__name__}({', '.join(shown)})"

    @model_validator(mode="wrap")
    @classmethod
    def _gather(cls, given: Any, handler: Callable[[Any], Any], info: ValidationInfo) -> Any:
        model, known = _finished(cls)
        if type(given) is dict and not given.keys() <= known:
            given = model.gathered(given, info.context)
        try:
            return handler(given)
        except ValidationError as error:
            if info.context is not None:  # the reader of specs asks: it says what is wrong in words of ours
                raise
            told = _without_input(error)
        raise told  # not among the first one's reasons, which hold what was given

    @classmethod
    def gathered(cls, given: dict[str, Any], names: Names | None) -> dict[str, Any]:
        """Read a spec's object that has an unknown key, before its fields are read; a model with more short forms does more here."""
        return gathered(cls, given, names)


def _shown(value: Any, view: View) -> str:
    """Show a value without its secrets."""
    if isinstance(value, Model):
        return repr(value)
    if isinstance(value, tuple) and any(isinstance(one, Model) for one in value):
        return f"({', '.join(_shown(one, view) for one in value)}{',' if len(value) == 1 else ''})"
    if isinstance(value, Mapping) and any(isinstance(one, Model) for one in value.values()):
        return f"{{{', '.join(f'{redact_step(key)!r}: {_shown(one, view)}' for key, one in value.items())}}}"
    shown = redact_assignment(value) if isinstance(value, str) and not view.hidden else redacted(value, view)
    return repr(tuple(shown) if isinstance(shown, list) else shown)


def _without_input(error: ValidationError) -> ValidationError:
    """Report the same of the input, and no longer hold it: it may be a secret, and errors are logged."""
    lines: list[InitErrorDetails] = [
        {
            "type": PydanticCustomError(one["type"], redact(one["msg"])),
            "loc": redact_steps(one["loc"]),
            "input": MASK,
        }
        for one in error.errors(include_url=False, include_context=False)
    ]
    return ValidationError.from_exception_data(error.title, lines, hide_input=True)


def _default(field: Any) -> Any:
    return field.get_default(call_default_factory=True)


def gathered(model: type[Model], given: dict[str, Any], names: Names | None) -> dict[str, Any]:
    """Move Kubernetes' own fields of a spec's object into ``other``; unknown keys stay, to be refused."""
    known = spec_keys(model)
    if names is None or given.keys() <= known:
        return given
    own: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known and key not in model.folded and any(key in names.fields(home) for home in model.homes):
            own[key] = value
        else:
            rest[f"{key} " if str(key).startswith("<") else key] = value
    if own:
        rest[OTHER] = own
    return rest


_Result = TypeVar("_Result")


def once(function: Callable[[type[Any]], _Result]) -> Callable[[type[Any]], _Result]:
    """Ask a function of a class only once for each class, as ``functools.cache`` does, in words that a type checker takes."""
    known: dict[type[Any], _Result] = {}

    @functools.wraps(function)
    def ask(model: type[Any]) -> _Result:
        try:
            return known[model]
        except KeyError:
            return known.setdefault(model, function(model))

    return ask


@once
def _finished(model: type[Any]) -> tuple[type[Model], frozenset[str]]:
    """Return a class as it is when finished, and the keys of its fields in a spec: each object that is read needs them."""
    finished = _FINISHED[model.__module__, model.__qualname__]
    return finished, spec_keys(finished)


@once
def spec_keys(model: type[Any]) -> frozenset[str]:
    """Return the keys that a model's object may have in a spec."""
    fields = model.__pydantic_fields__
    return frozenset(field.alias or to_camel(name) for name, field in fields.items() if not (field.alias or "").startswith("<"))
