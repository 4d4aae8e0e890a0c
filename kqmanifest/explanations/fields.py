"""The page of a field of a spec: what it is, what it takes, an example, the rules that look at it. All of it is derived."""

from __future__ import annotations

import dataclasses
import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

from kqmanifest.diagnostics import Json
from kqmanifest.explanations.examples import sample
from kqmanifest.explanations.field_paths import KIND, Schema, Step, definitions, elsewhere, keys_of, of_a_spec, required, targets, trail
from kqmanifest.explanations.pages import codes, rules
from kqmanifest.explanations.refusals import listed_at
from kqmanifest.explanations.server_paths import TypeField
from kqmanifest.languages import ENGLISH, table, words
from kqmanifest.model import container, platform, pod, values, volumes, workloads
from kqmanifest.presets import PRESETS, run, tenant
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.specschema.words import documentation

_FEW: Final = 12
"""Rules of a whole type that may be listed with a field that holds it; of more, most have nothing to do with it."""
_RESOURCES: Final = frozenset({"gpus", "cpu", "memory", "ephemeralStorage", "limits"})
"""Shorthands of a container that become its ``resources``."""
_OF_ALL: Final[Mapping[str, tuple[str, ...]]] = {"kind": ("Spec",), "apiVersion": ("Manifest",)}
"""Fields that every object has, and the part of a spec that holds their codes."""
_OF_THE_SERVER: Final = frozenset(
    (
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "generation",
        "managedFields",
        "resourceVersion",
        "selfLink",
        "status",
        "uid",
    )
)
"""Fields that the API server writes, not users."""


@dataclasses.dataclass(frozen=True, slots=True)
class Key:
    """One field below another: its name, what it takes, what it is."""

    name: str
    takes: str
    meaning: str
    is_required: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """What is known of a field."""

    asked: str
    place: str
    """Its path in a spec, from a kind on."""
    meaning: str
    takes: str
    default: str
    """What it is where it is left out, as YAML; empty where nothing is."""
    is_required: bool
    sample: str
    """It in use, as YAML; may be empty."""
    keys: tuple[Key, ...]
    """The fields below it that a spec has words for."""
    published: tuple[Key, ...]
    """The fields below it that are Kubernetes' own."""
    kubectl: str
    """Its path for ``kubectl explain``; empty if Kubernetes does not have it."""
    codes: tuple[str, ...]
    elsewhere: tuple[str, ...]

    def as_json(self) -> dict[str, Json]:
        """Return it as plain data, for other programs."""
        plain: Any = dataclasses.asdict(self)
        return {key: [*value] if isinstance(value, tuple) else value for key, value in plain.items()}


def field_page(text: str, language: str = ENGLISH, *, kubernetes: str) -> Field | None:
    """Explain a field, a part or a kind of a spec; None if there is none of that name."""
    found = trail(text, kubernetes)
    if found is None:
        return None
    step = found.steps[-1]
    below = [(one, _key(one, language, kubernetes)) for one in keys_of(step, kubernetes)]
    bare = len(found.steps) == 1 and bool(step.key) and "." not in text
    return Field(
        asked=text,
        place=found.place,
        meaning=_meaning(step, language),
        takes=takes(step.schema, terms(language), kubernetes),
        default=_default(step.schema),
        is_required=bool(step.key) and required(step, kubernetes),
        sample=sample(step, kubernetes),
        keys=tuple(key for one, key in below if not _is_published(one)),
        published=tuple(key for one, key in below if _is_published(one) and one.key not in _OF_THE_SERVER),
        kubectl=_kubectl(found.steps, found.place) if _is_published(step) else "",
        codes=tuple(_codes(step)),
        elsewhere=elsewhere(step, kubernetes) if bare else (),
    )


@functools.lru_cache(maxsize=8)
def terms(language: str) -> Mapping[str, str]:
    """Return the labels of explanations; English ones if the language lacks them."""
    return words("terms", language)


def meanings_in(language: str) -> Mapping[str, str]:
    """Return the translations of field descriptions, by the English ones; empty if there are none."""
    return table(language, "fields")


@functools.cache
def models() -> Mapping[str, type[values.Model]]:
    """Return the models by the names of their definitions."""
    rooms = (container, platform, pod, run, tenant, volumes, workloads)
    parts = (value for room in rooms for value in vars(room).values() if isinstance(value, type) and issubclass(value, values.Model))
    named = {model.__name__: model for model in parts}
    by_name = {f"{name}ByName": model for name, model in named.items()}
    return {
        **named,
        **by_name,
        **{f"{KIND}{name}": model for name, model in {**workloads.KINDS, **PRESETS}.items()},
        "Source": volumes.Mount,
    }


def takes(schema: Schema, said: Mapping[str, str], kubernetes: str) -> str:
    """Return the type of a field in words."""
    if set(schema) & {"enum", "const"}:
        return said["constant"].format(values=said["or"].join(map(str, schema.get("enum", [schema.get("const")]))))
    given = schema.get("type")
    if given is None and "$ref" in schema:
        (name,) = targets({"$ref": schema["$ref"]})
        meant = definitions(kubernetes)[name]
        return said["object"] if "properties" in meant else takes(meant, said, kubernetes)
    words = {one: said[one] for one in (given if isinstance(given, list) else [given]) if one not in {None, "null", "array"}}
    if {"string", "number"} <= {*words}:
        words = {"quantity": said["quantity"], **{one: words[one] for one in words if one not in {"string", "number"}}}
    inner = schema.get("additionalProperties")
    if isinstance(inner, Mapping) and "object" in words and "$ref" not in schema:
        words["object"] = said["named"].format(values=takes(inner, said, kubernetes))
    alone = said["or"].join(words.values())
    if given == "array" or "array" in (given or ()):
        items = takes(schema.get("items", {}), said, kubernetes)
        several = said["these" if items == alone else "list"].format(items=items)
        return f"{alone}{said['or']}{several}" if alone else several
    return alone or said["anything"]


def _key(step: Step, language: str, kubernetes: str) -> Key:
    said = takes(step.schema, terms(language), kubernetes)
    return Key(step.key, said, "" if _is_published(step) else _meaning(step, language), required(step, kubernetes))


def _is_published(step: Step) -> bool:
    """Return whether a field is Kubernetes' own, which specs do not document."""
    model = models().get(step.owner)
    if model is None:
        return True
    is_source = model is volumes.Mount and step.key in volumes.SOURCES
    return not (step.key in {"", "kind"} or step.key in values.spec_keys(model) or is_source)


def _meaning(step: Step, language: str) -> str:
    if _is_published(step):
        owner = step.owner.rpartition(".")[2]
        home = next((one for one in _homes(step) if one.field == step.key), TypeField(owner, step.key))
        said = terms(language)["published"].format(type=str(home) if step.key else owner)
        served = published(KNOWN[-1]).api_version_of(owner) if step.owner == f"{KIND}{owner}" and not step.key else None
        return said + (terms(language)["manifest"].format(version=served) if served else "")
    model = models()[step.owner]
    text = str(step.schema.get("description", "")) if step.key else documentation(model)
    text = text.replace("``", "`")
    return meanings_in(language).get(text, text)


def _default(schema: Schema) -> str:
    if "default" not in schema:
        return ""
    given = schema["default"]
    return ", ".join(map(str, given)) if isinstance(given, list) else {True: "true", False: "false"}.get(given, str(given))


def _homes(step: Step) -> Iterator[TypeField]:
    """List the fields of Kubernetes' types that a field of a spec is, or becomes."""
    model = models().get(step.owner)
    if model is None:
        yield TypeField(step.owner.rpartition(".")[2], step.key)
        return
    folded = {spelt: key for key, spelt in model.folded.items()}
    key = folded.get(step.key, step.key)
    for home in model.homes:
        yield TypeField(home.rpartition(".")[2], key)
    if step.owner.startswith(KIND):
        yield TypeField(step.owner.removeprefix(KIND), key)
    if step.owner == "Container" and step.key in _RESOURCES:
        yield TypeField("Container", "resources")


def _codes(step: Step) -> list[str]:
    """List the codes that are found at a field, or not without it, and those of its type."""
    if not step.key:
        return []
    at = {TypeField(step.owner.rpartition(".")[2], step.key), *(TypeField(owner, step.key) for owner in _alike(step)), *_homes(step)}
    found = {code for place in at for code in (*_at().get(str(place), ()), *listed_at(place))}
    return sorted({*found, *_of_target(step)} & {*codes()})


def _alike(step: Step) -> Iterable[str]:
    """Name the parts of a spec that have the same field: a preset has mounts as a container has, and every object a kind."""
    if step.owner.startswith(KIND):
        yield from _OF_ALL.get(step.key, ())
    own = of_a_spec(KNOWN[-1])["Container"]["properties"].get(step.key)
    if own and targets(own) == targets(step.schema) and (targets(own) or step.key not in published(KNOWN[-1]).fields("core.v1.Container")):
        yield "Container"


@functools.cache
def _at() -> Mapping[str, Sequence[str]]:
    """Return the codes that are found at each field of a type."""
    read: dict[str, list[str]] = tomllib.loads((files(__package__) / "places.toml").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for code, places in read.items():
        for place in places:
            found.setdefault(place, []).append(code)
    return found


def _of_target(step: Step) -> Iterable[str]:
    """Name the codes of the type of a field, if they are few; all of them where a spec folds what Kubernetes has in several places."""
    homes = {home.rpartition(".")[2] for name in targets(step.schema) for home in getattr(models().get(name), "homes", (name,))}
    homes |= {"ResourceRequirements"} if step.owner == "Container" and step.key in _RESOURCES else set()
    exact = [code for code, rule in rules().items() if homes & {*rule.on}]
    within = [code for code, rule in rules().items() if homes & {on.partition(".")[0] for on in rule.on}]
    if step.key in models()["Container"].folded.values() and step.schema.get("type") == "array":
        return [*within, *(code for place, found in _at().items() if place.partition(".")[0] in homes for code in found)]
    return next((found for found in (within, exact) if len(found) <= _FEW), ())


def _kubectl(steps: tuple[Step, ...], place: str) -> str:
    """Spell a field as ``kubectl explain`` takes it; empty where it is of a preset, or a type of several kinds."""
    kind, _, way = place.replace("[]", "").partition(".")
    if kind in PRESETS or ".NAME" in place or not steps[-1].key:
        return ""
    if kind not in workloads.KINDS or way in published(KNOWN[-1]).fields(steps[0].owner):
        return f"{kind.lower()}.{way}"
    inner = way.split("pod.", 1)
    if len(inner) == 2:  # noqa: PLR2004  the steps before the pod, and those in it
        spelt = re.sub(r"\bmounts\.(?=\w)", "volumes.", inner[1]) if "mounts." in inner[1] else inner[1]
        return f"pod.spec.{spelt.removeprefix('containers.') if spelt.startswith('containers.volumes.') else spelt}"
    return f"{kind.lower()}.spec.{way}"
