"""What a model takes, as Hypothesis draws it: each field by its type, unless it is known what it may be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from kqmanifest.model.values import Model

Strategy = st.SearchStrategy[Any]
Form = Callable[[type[Model], dict[str, Any]], Any]
"""What becomes of the fields that were drawn for a model."""
Known = Mapping[str, Strategy | Callable[["Drawing"], Strategy] | None]
"""What a field may be, by its name or ``Model.name``; ``None`` leaves it out."""


def as_spec(model: type[Model], given: dict[str, Any]) -> dict[str, Any]:
    """Write fields as a spec does; what stands in ``other`` stands beside them."""
    fields = model.__pydantic_fields__  # type: ignore[attr-defined]  # pydantic's, on every model
    own: dict[str, Any] = given.get("other", {})
    return {fields[name].alias or to_camel(name): value for name, value in given.items() if name != "other"} | own


def as_model(model: type[Model], given: dict[str, Any]) -> Model:
    """Make the model itself."""
    return model(**given)


class Drawing:
    """How models are drawn in one form, by what is known of their fields."""

    def __init__(self, form: Form, scalars: Mapping[type, Strategy], known: Known, needed: Collection[str]) -> None:
        """Take the form, what stands for each type, what is known of single fields, and which of them must not be left out."""
        self.form, self.scalars, self.known, self.needed = form, scalars, known, needed

    def __call__(self, model: type[Model], /, *without: str, **known: Strategy) -> Strategy:
        """Draw a model: all that it needs, and some of the rest; ``known`` says what fields may be here."""
        required: dict[str, Strategy] = {}
        optional: dict[str, Strategy] = {}
        for name, field in model.__pydantic_fields__.items():  # type: ignore[attr-defined]  # pydantic's, on every model
            if name in without:
                continue
            values = known[name] if name in known else self._of(model, name, field.annotation)
            if values is not None:
                needed = field.is_required() or f"{model.__name__}.{name}" in self.needed
                (required if needed else optional)[name] = values
        return st.fixed_dictionaries(required, optional=optional).map(lambda given: self.form(model, given))

    def _of(self, model: type[Model], name: str, annotation: Any) -> Strategy | None:
        for key in (f"{model.__name__}.{name}", name):
            if key in self.known:
                found = self.known[key]
                return found if found is None or isinstance(found, st.SearchStrategy) else found(self)
        return self._by_type(annotation)

    def _by_type(self, annotation: Any) -> Strategy:
        origin, inner = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._by_type(inner[0])
        if origin in (Union, UnionType):
            return self._by_types([one for one in inner if one is not NoneType])
        if origin is not None and issubclass(origin, Mapping):
            values = st.nothing() if inner[1] is Any else self._by_type(inner[1])
            return st.dictionaries(self._by_type(inner[0]), values, max_size=2)
        if origin is not None and issubclass(origin, Sequence):
            return st.lists(self._by_type(inner[0]), max_size=2, unique_by=repr)
        return self(annotation) if issubclass(annotation, Model) else self.scalars[annotation]

    def _by_types(self, several: list[Any]) -> Strategy:
        bare = {get_args(one)[0] if get_origin(one) is Annotated else one for one in several}
        if float in bare and str in bare:  # a quantity
            return self.scalars[float]
        return st.one_of(*map(self._by_type, several))
