"""Which model a spec asks for, by its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.model.pod import Document
from kqmanifest.model.workloads import KINDS
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.specs.intake import foreign
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
        "{cure}",
        "did you mean `{near}`?",
        "move it into `{home}`",
        "write it in `{inner}`, as `{inside}`",
        "move it out, beside `{outer}`",
        "it exists from Kubernetes {since} on: ask for that version, or take it out",
        "it existed until Kubernetes {until}: take it out",
        "it exists in Kubernetes {only} alone: take it out",
        "take it out; the fields here are {known}, and those that Kubernetes has at this place",
        "take it out",
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
    ("{cure}", 'write an object, such as {{"kind": "Pod", "name": …, "containers": […]}}'),
)
NO_KIND: Final = Fault("KQ1008", "this object has no kind", ("{cure}", "add `kind: {likely}`", "add `kind`, one of {known}"))

_OTHER_FILES: Final = (
    (
        re.compile(r"(?:[$#] )?(?:sudo )?(?:docker|podman)(?: container)? run\b"),
        "put this line between single quotes behind `python -m kqmanifest from-docker`: that writes the spec of it",
    ),
    (re.compile(r"FROM \S"), "build and push the image of this Dockerfile, and write its name as the `image` of a spec"),
    (re.compile(r"<(?:!DOCTYPE|html|\?xml)", re.IGNORECASE), "save the file itself: this is a web page that shows it, or an error"),
)
"""What is given in place of a spec, and what to do with it."""
_COMPOSE: Final = "write each service of this Compose file as a spec of its own, or hand its `docker run` to from-docker"
_HOLDS: Final[Mapping[str, str]] = {"containers": "Pod", "pod": "Job", "job": "CronJob"}
"""Which kind has such a field, and is most often meant."""


def model_of(document: Any, kinds: Mapping[str, type[Document]] = KINDS) -> type[Document] | Diagnostic:
    """Give the model of a spec's kind, one of ``kinds``, or say why there is none."""
    if not isinstance(document, Mapping):
        return not_a_spec(document)
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
        is_compose = isinstance(document.get("services"), Mapping)
        likely = next((kind for field, kind in _HOLDS.items() if field in document and kind in kinds), None)
        return NO_KIND.at((), known=tuple(kinds), cure=_COMPOSE if is_compose else None, likely=likely)
    return UNKNOWN_KEY.at((misspelt,), key=misspelt, owner="a spec", near="kind")


def not_a_spec(document: Any) -> Diagnostic:
    """Say of what is no object at all that it is no spec; what stands in its place is known by how it begins."""
    cure = next((cure for look, cure in _OTHER_FILES if isinstance(document, str) and look.match(document)), None)
    return NOT_A_SPEC.at((), found=kind_of(document), cure=cure)


def kind_of(value: Any) -> str:
    """Name the kind of a value, never the value: it may be a secret, and it may be anything."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    for plain, name in _KINDS.items():
        if issubclass(kind, plain):
            return "empty text" if plain is str and not str.__len__(value) else name
    return str(foreign(value))


_KINDS: Final[Mapping[type[Any], str]] = {
    str: "text",
    int: "a whole number",
    float: "a number with a point",
    dict: "an object",
    list: "a list",
    tuple: "a list",
}
