"""The directive ``{spec-reference}``: every model of the spec with its keys, told by the code itself."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from docutils import nodes
from prose import fence, prose
from pydantic.alias_generators import to_camel
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from kqmanifest import load, render
from kqmanifest.model import container, platform, pod, values, volumes, workloads
from kqmanifest.model.field_docs import meanings
from kqmanifest.presets import PRESETS, run, tenant

EXAMPLES = Path(__file__).parent.parent / "kinds"
"""An example of each kind, in a file of its name."""

WORDS = [
    (values.Labels, "text by name"),
    (values.Own, "object"),
    (Mapping[str, Any], "object"),
    (values.Text, "text"),
    (values.Whole, "whole number"),
    (values.Flag, "`true` or `false`"),
    (values.Quantity, "quantity"),
    (volumes.Source, "[source](#sources)"),
    (Any, "anything"),
    (str | int | float, "quantity"),
    (str, "text"),
    (int, "whole number"),
    (float, "number"),
    (bool, "`true` or `false`"),
]
"""Types that are told in words of their own; they are compared, for not all of them can be hashed."""


class SpecReference(SphinxDirective):
    """Tell the kinds, the parts that they are made of, and the sources of volumes."""

    def run(self) -> list[nodes.Node]:
        """Write the reference as MyST and let the page's own parser read it."""
        return self.parse_text_to_nodes("\n".join(reference()), allow_section_headings=True)


def reference() -> Iterator[str]:
    """Write every model, under their headings."""
    kinds: list[type[values.Model]] = [pod.KindModel, *workloads.KINDS.values()]
    parts = [model for model in _models(container, volumes, workloads) if model not in (*kinds, *volumes.SOURCES.values())]
    of_presets = [model for model in _models(platform, run, tenant) if not issubclass(model, pod.KindModel)]
    for title, sections in (
        ("Kinds", map(section, kinds)),
        ("Presets", map(section, PRESETS.values())),
        ("Parts", map(section, parts)),
        ("Parts of presets", map(section, of_presets)),
        ("Sources", (section(model, key) for key, model in volumes.SOURCES.items())),
    ):
        yield f"## {title}\n"
        for lines in sections:
            yield from lines


def _models(*modules: ModuleType) -> Iterator[type[values.Model]]:
    for module in modules:
        for value in vars(module).values():
            if inspect.isclass(value) and issubclass(value, values.Model) and value.__module__ == module.__name__:
                yield value


def section(model: type[values.Model], key: str = "") -> Iterator[str]:
    """Write one model: what it is, an example, then its keys, those that must be given first."""
    yield f"### {_title(model)}\n"
    yield (f"Under the key `{key}`. " if key else "") + prose(inspect.getdoc(model) or "") + "\n"
    yield from example(model)
    hints = get_type_hints(model, include_extras=True)
    described = meanings(model)
    told_above = _fields(pod.KindModel) if issubclass(model, pod.KindModel) and model is not pod.KindModel else {}
    for name, field in sorted(_fields(model).items(), key=lambda item: _may_be_left_out(item[1])):
        if name in told_above:
            continue
        spelled = spelling(model, name)
        if spelled == volumes.SOURCE:
            yield f"the key of a [source](#sources)\n: {prose(described[spelled])}\n"
        elif not spelled.startswith("<"):
            yield f"`{spelled}` — {words(hints[name])}{'' if _may_be_left_out(field) else ', required'}"
            yield f": {prose(described[spelled])}\n"
    if told_above:
        yield f"And what [every kind](#{_title(pod.KindModel).lower().replace(' ', '-')}) has.\n"
    if model.homes:
        homes = _listed(f"`{home}`" for home in model.homes)
        yield f"Any other field that Kubernetes has in {homes} stands here as Kubernetes writes it.\n"


def example(model: type[values.Model]) -> Iterator[str]:
    """Write the example of a kind, and the manifest that it becomes."""
    if model.__name__ in workloads.KINDS:
        text = (EXAMPLES / f"{model.__name__}.yaml").read_text("utf-8")
        yield from fence(text, "yaml")
        yield "It becomes:\n"
        yield from fence(render(load(text)), "yaml")


def _title(model: type[values.Model]) -> str:
    return "Every kind" if model is pod.KindModel else model.__name__


def _fields(model: type[values.Model]) -> dict[str, dataclasses.Field[Any]]:
    return {field.name: field for field in dataclasses.fields(model)}


def spelling(model: type[values.Model], field: str) -> str:
    """Give the key of a field in a spec."""
    return model.__pydantic_fields__[field].alias or to_camel(field)  # type: ignore[attr-defined]  # made by pydantic


def words(hint: Any) -> str:
    """Say in words what a field takes.

    Raises:
        TypeError: a type for which there are no words yet.
    """
    told = next((told for known, told in WORDS if hint == known), None)
    if told is not None:
        return told
    if inspect.isclass(hint) and issubclass(hint, values.Model):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    origin = get_origin(hint)
    if origin not in WORDS_AROUND:
        raise TypeError(f"the reference has no words for {hint!r}")
    return WORDS_AROUND[origin](get_args(hint))


def _either(inner: tuple[Any, ...]) -> str:
    given = tuple(one for one in inner if one is not type(None))
    return words(Union[given]) if given != inner else _listed(sorted({words(one): None for one in given}, key=_is_list), "or")  # noqa: UP007 - a union of these few


WORDS_AROUND: Mapping[Any, Callable[[tuple[Any, ...]], str]] = {
    Annotated: lambda inner: words(inner[0]),
    Union: _either,
    UnionType: _either,
    Sequence: lambda inner: f"list of {_several(words(inner[0]))}",
    Mapping: lambda inner: f"{words(inner[1])} by name",
}
"""How a type that holds others is told."""


def _several(told: str) -> str:
    return f"{told}s" if told in {"object", "text", "whole number"} else told


def _is_list(told: str) -> bool:
    return told.startswith("list ")


def _may_be_left_out(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


def _listed(items: Iterable[str], word: str = "and") -> str:
    *most, last = items
    return f"{', '.join(most)} {word} {last}" if most else last


def setup(app: Sphinx) -> Mapping[str, Any]:
    """Add the directive."""
    app.add_directive("spec-reference", SpecReference)
    return {"parallel_read_safe": True}
