"""The model of a spec, by its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from kqmanifest.diagnostics import Fault, Finding
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.specs.foreign import foreign
from kqmanifest.vocabulary.spelling import nearest

if TYPE_CHECKING:  # a manifest is checked without it
    from kqmanifest.model.pod import KindModel

_Value_co = TypeVar("_Value_co", covariant=True)

WRONG_TYPE: Final = Fault(
    "KQ1001",
    "{field} must be {expected}, and this is {found}",
    (
        "write `{meant}`",
        "write each word as an item: `{items}`",
        "write all of them as `env: {{{variable}: …}}`, each value in quotes",
        "write {port}, the container's own port: a port outside the pod belongs in a Service",
        "set `{unset}` to a value, or remove it",
        "put the value of `{unquoted}` in double quotes: it must be a string, whatever it looks like",
        "remove the quotes around the value of `{quoted}`",
        "write `{boolean}: true` or `{boolean}: false`, without quotes",
        "make the object under `{object}` an item of a list: put `- ` before its first key, or square brackets around it: [ ]",
        "put the value of `{item}` in square brackets: [ ]",
        "remove the dashes: `{dashed}` is one object",
        "write the path on the node, as in `{on_node}`: the files of this machine are not on the node",
        "give each {repeated} a mount of its own",
        "move its contents out, beside `{beside}`: `volume` is a name",
        "write {whole}: a GPU cannot be divided",
        "write how many GPUs: Kubernetes has no equivalent of `{every}`",
        "write how many GPUs, such as {count}",
        "write how many GPUs; name a model as in `{model}`",
        "write a size, such as {size}",
        "write each word as an item; write a shell command as `{shell}`",
        "write {expected}",
    ),
)
UNKNOWN_KEY: Final = Fault(
    "KQ1002",
    "{key} is not a field of {owner}",
    (
        "write `{plain}`: the characters here only look like it",
        "write `{instead}`",
        "give each {repeated} a mount of its own",
        "write the source of its files: `{source}`",
        "remove it: a mount is writable unless it has `{writable}`",
        "put `server` and `path` into one field: `{joined}`",
        "move it into `{into}`",
        "move it into `limits`: `{limits}`",
        "remove it: the key of the source says that already, as in `{typed}`",
        "remove it; mount options require a claim: `{options}`",
        "clone it in an init container, into an `{shared}` that both containers mount",
        "write `{user}`, with the numeric ID of that user",
        "write it after the image's name, as in `{tagged}`",
        "write `{capabilities}`, each without the prefix CAP_",
        "remove it: a Job runs as many pods as `{completions}` says, and `parallelism` of them at a time",
        "mount the output of each parent: `{parent}`",
        "write `{scheduled}`, and move the fields of the Job into `job`",
        "did you mean `{near}`?",
        "move it into `{home}`",
        "write it in `{inner}`, as `{inside}`",
        "move it out, beside `{outer}`",
        "it exists from Kubernetes {since} on: use that version, or remove it",
        "it existed until Kubernetes {until}: remove it",
        "it exists only in Kubernetes {only}: remove it",
        "remove it; the fields here are {known}, and those that Kubernetes has here",
        "remove it",
    ),
)
FOLDED: Final = Fault(
    "KQ1004", "a spec has no field {key}", ("write `{instead}` instead, each with its source: `{mount}`", "write `{instead}` instead")
)
UNKNOWN_KIND: Final = Fault(
    "KQ1005",
    "a spec cannot have the kind {kind}",
    (
        "did you mean `{near}`?",
        "write one of {known}; write an object of any other kind as a manifest, with its `apiVersion`",
    ),
)
NO_API_VERSION: Final = Fault(
    "KQ1006",
    "this looks like a manifest of {kind}, and it has no apiVersion",
    ("add `apiVersion: {version}`, or write it as a spec: no `metadata`, no `spec`, their fields beside `kind`", "add `apiVersion`"),
)
NOT_A_SPEC: Final = Fault(
    "KQ1007",
    "a spec must be an object with a `kind`, and this is {found}",
    (
        "put this line in single quotes after `{converter}`: that writes its spec",
        "build and push the image of this {dockerfile}, and write its name as the `image` of a spec",
        "save the file itself: this is {markup}, a web page that shows it or an error",
        'write an object, such as {{"kind": "Pod", "name": …, "containers": […]}}',
    ),
)
NO_KIND: Final = Fault(
    "KQ1008",
    "this object has no kind",
    (
        "write each service of this {compose} file as a spec of its own, or pass its `docker run` command to from-docker",
        "add `kind: {likely}`",
        "add `kind`, one of {known}",
    ),
)

_OTHER_FILES: Final = (
    (
        re.compile(r"(?:[$#] )?(?:sudo )?(?:docker|podman)(?: container)? run\b"),
        {"converter": "python -m kqmanifest from-docker"},
    ),
    (re.compile(r"FROM \S"), {"dockerfile": "Dockerfile"}),
    (re.compile(r"<(?:!DOCTYPE|html|\?xml)", re.IGNORECASE), {"markup": "HTML"}),
)
"""How files begin that are given in place of a spec, and the value of the hint for each."""
_HOLDS: Final[Mapping[str, str]] = {"containers": "Pod", "pod": "Job", "job": "CronJob"}
"""Which kind has such a field, and is most often meant."""


class Layers(Mapping[str, _Value_co]):
    """Mappings laid one over another, the first on top; nothing in them is looked at before it is needed."""

    def __init__(self, *layers: Mapping[str, _Value_co]) -> None:
        """Lay them."""
        self._layers = layers

    def __getitem__(self, key: str) -> _Value_co:
        """Return what the uppermost layer that has the key holds there.

        Raises:
            KeyError: none has it.
        """
        for layer in self._layers:
            if key in layer:
                return layer[key]
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        """Go through the keys, each once."""
        return iter(dict.fromkeys(key for layer in self._layers for key in layer))

    def __len__(self) -> int:
        """Count the keys."""
        return sum(1 for _ in self)

    def __contains__(self, key: object) -> bool:
        """Return whether a layer has the key."""
        return any(key in layer for layer in self._layers)


def model_of(document: Any, kinds: Mapping[str, type[KindModel]]) -> type[KindModel] | Finding:
    """Return the model of a spec's kind, one of ``kinds``, or the reason why there is none."""
    if not isinstance(document, Mapping):
        return not_a_spec(document)
    kind = document.get("kind")
    if kind is None:
        return _without_kind(document, kinds)
    if not isinstance(kind, str):
        return WRONG_TYPE.at(("kind",), field="kind", expected="a string", found=kind_of(kind))
    if isinstance(document.get("metadata"), Mapping) or isinstance(document.get("spec"), Mapping):
        return NO_API_VERSION.at((), kind=kind, version=published(KNOWN[-1]).api_version_of(kind))
    return kinds.get(kind) or UNKNOWN_KIND.at(("kind",), kind=kind, near=nearest(kind, kinds), known=tuple(kinds))


def _without_kind(document: Mapping[str, Any], kinds: Mapping[str, type[KindModel]]) -> Finding:
    misspelt = nearest("kind", [key for key in document if isinstance(key, str) and key != "kind"])
    if misspelt is None:
        is_compose = isinstance(document.get("services"), Mapping)
        likely = next((kind for field, kind in _HOLDS.items() if field in document and kind in kinds), None)
        return NO_KIND.at((), known=tuple(kinds), compose="Compose" if is_compose else None, likely=likely)
    return UNKNOWN_KEY.at((misspelt,), key=misspelt, owner="a spec", near="kind")


def not_a_spec(document: Any) -> Finding:
    """Return the fault of a document that is not an object; other kinds of file are recognised by how they begin."""
    hint = next((hint for look, hint in _OTHER_FILES if isinstance(document, str) and look.match(document)), {})
    return NOT_A_SPEC.at((), found=kind_of(document), **hint)


def kind_of(value: Any) -> str:
    """Name the kind of a value, never the value: it may be a secret, and it may be anything."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    for plain, name in _KINDS.items():
        if issubclass(kind, plain):
            return "an empty string" if plain is str and not str.__len__(value) else name
    return str(foreign(value))


_KINDS: Final[Mapping[type[Any], str]] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    dict: "an object",
    list: "a list",
    tuple: "a list",
}
