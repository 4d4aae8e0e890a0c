"""Which model a spec asks for, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.model.pod import Document
from kqmanifest.model.workloads import KINDS
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.spelling import nearest

WRONG_TYPE: Final = Fault(
    "KQ1001",
    "{field} takes {expected}, and this is {found}",
    (
        "write `{meant}`",
        "write each word as an item: `{items}`",
        "write all of them as `env: {{{variable}: …}}`, each value in quotes",
        "write {port}, the container's own port: another one outside is a Service's",
        "{cure}",
        "write {expected}",
    ),
)
UNKNOWN_KEY: Final = Fault(
    "KQ1002",
    "{key} is not a field of {owner}",
    (
        "write `{plain}`: what stands here only looks like it",
        "did you mean `{near}`?",
        "move it into `{home}`",
        "move it out, beside `{outer}`",
        "it exists from Kubernetes {since} on: ask for that version, or take it out",
        "it existed until Kubernetes {until}: take it out",
        "it exists in Kubernetes {only} alone: take it out",
        "take it out; the fields here are {known}, and those that Kubernetes has at this place",
    ),
)
UNKNOWN_KIND: Final = Fault(
    "KQ1005",
    "{kind} is not a kind of spec",
    (
        "did you mean `{near}`?",
        "write one of {known}; any other kind of object stands in a spec as Kubernetes writes it, with its `apiVersion`",
    ),
)
NO_API_VERSION: Final = Fault(
    "KQ1006",
    "this looks like a manifest of {kind}, and it has no apiVersion",
    ("add `apiVersion: {version}`, or write it as a spec: no `metadata`, no `spec`, their fields beside `kind`", "add its `apiVersion`"),
)
NOT_A_SPEC: Final = Fault(
    "KQ1007",
    "a spec is an object with a `kind`, and this is {found}",
    ('write an object, such as {{"kind": "Pod", "name": …, "containers": […]}}',),
)
NO_KIND: Final = Fault("KQ1008", "this object has no kind", ("add `kind`, one of {known}",))


def model_of(document: Any, kinds: Mapping[str, type[Document]] = KINDS) -> type[Document] | Diagnostic:
    """Give the model of a spec's kind, one of ``kinds``, or say why there is none."""
    if not isinstance(document, Mapping):
        return NOT_A_SPEC.at((), found=kind_of(document))
    kind = document.get("kind")
    if kind is None:
        return _without_kind(document, kinds)
    if not isinstance(kind, str):
        return WRONG_TYPE.at(("kind",), field="kind", expected="text", found=kind_of(kind))
    if isinstance(document.get("metadata"), Mapping) or isinstance(document.get("spec"), Mapping):
        return NO_API_VERSION.at((), kind=kind, version=published(KNOWN[-1]).api_version_of(kind))
    return kinds.get(kind) or UNKNOWN_KIND.at(("kind",), kind=kind, near=nearest(kind, kinds), known=tuple(kinds))


def _without_kind(document: Mapping[str, Any], kinds: Mapping[str, type[Document]]) -> Diagnostic:
    misspelt = nearest("kind", [key for key in document if isinstance(key, str) and key != "kind"])
    if misspelt is None:
        return NO_KIND.at((), known=tuple(kinds))
    return UNKNOWN_KEY.at((misspelt,), key=misspelt, owner="a spec", near="kind")


def kind_of(value: Any) -> str:
    """Name the kind of a value, never the value: it may be a secret."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "text" if value else "empty text"
    if isinstance(value, int):
        return "a whole number"
    if isinstance(value, float):
        return "a number with a point"
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"
