"""What is wrong with the shape of an object by the published schema: jsonschema finds it, the words are ours."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kqmanifest.diagnostics import Fault, Finding, Json, Pointer, Steps, show
from kqmanifest.limits import MORE_FAULTS
from kqmanifest.schema.homes import Homes, Place, inner_paths, word
from kqmanifest.schema.published import Published, minor, since, target
from kqmanifest.schema.visitors import KINDS, is_among, is_kind
from kqmanifest.vocabulary.short_forms import is_short, object_meant
from kqmanifest.vocabulary.spelling import nearest

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

UNKNOWN_FIELD: Final = Fault(
    "KQ9001",
    "{type} has no field {field} in Kubernetes {version}",
    (
        "it exists from Kubernetes {since} on: remove it, or use that version",
        "it existed until Kubernetes {until}: remove it",
        "remove `{sign}`: this is a spec, not a manifest",
        "indent it, and the lines that belong to it: it is below `{above}`, not in it",
        "move it to {elsewhere}",
        "move it into `{inside}`",
        "move it into whichever of these is meant: {several}",
        "did you mean `{meant}`?",
        "write `{form}` instead",
        "write `{mounted}` into the volumeMounts of the container, and the volume into `volumes`",
        "declare the export as a {persistent_volume}, which has mountOptions, and mount a claim bound to it",
        "use one of its fields: {fields}",
        "remove it",
    ),
)
WRONG_TYPE: Final = Fault(
    "KQ9002",
    "{place} must be {expected}, and this is {found}",
    (
        "write {instead}",
        "put the value of {unquoted} in quotes",
        "remove the quotes around the value of {quoted}",
        "write true or false for {boolean}, without quotes",
        "make the value of {item} a list",
        "write the value of {wrapped} itself, without the list around it",
        "write {expected}",
    ),
)
MISSING_FIELD: Final = Fault("KQ9003", "{type} requires {field}", ("add {field}",))
NOT_ALLOWED: Final = Fault("KQ9004", "{place} cannot be {value}", ("write one of {allowed}",))
TOO_DEEP: Final = Fault("KQ9005", "this {type} has the wrong shape, at a depth beyond what can be searched", ("reduce its nesting",))

_OF_FIELDS: Final = ("additionalProperties", "required")
_OF_SPECS: Final = frozenset({"containers", "pod", "job"})
_OF_MANIFESTS: Final = frozenset({"metadata", "spec"})
"""What distinguishes a spec from a manifest, though it has an ``apiVersion``."""
_FEW_HOMES: Final = 5
_FEW_FIELDS: Final = 8
_MOST: Final = 10_000  # errors of one object: more are repeats, and cost minutes to word
_MANY_FIELDS: Final = 64
_LONG: Final = 64
_AMOUNT: Final = re.compile(r"[0-9.]{1,12}[A-Za-z]{0,2}", re.ASCII)
_WHOLE: Final = re.compile(r"-?(?:0|[1-9]\d{0,17})", re.ASCII)

# A value of these types may be a secret: it is not repeated in a hint.
_PRIVATE: Final = frozenset({"core.v1.EnvVar", "core.v1.HTTPHeader", "core.v1.Secret", "core.v1.ConfigMap"})

_ALIASES: Final[Mapping[tuple[str, str], str]] = {
    ("SecretVolumeSource", "name"): "secretName",
    ("PersistentVolumeClaimVolumeSource", "name"): "claimName",
    ("Container", "environment"): "env",
    ("Container", "entrypoint"): "command",
    ("Container", "mounts"): "volumeMounts",
}
"""What a field is called elsewhere, or in an object that is much like this one."""
_OWN_FORMS: Final[Mapping[str, str]] = {
    "gpus": "nvidia.com/gpu",
    "cpu": "cpu",
    "memory": "memory",
}
"""Fields that a container has in a spec, or in Compose, and the resource that each limits."""
_SHARED_MEMORY: Final = frozenset({"shm_size", "shmSize", "shm-size", "sharedMemory"})

_EXPECTED: Final = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
}


def is_valid(published: Published, type_name: str, node: Json) -> bool:
    """Return whether the schema accepts ``node`` as this type; jsonschema decides."""
    return bool(_validator(published, type_name).is_valid(node))


def faults(published: Published, type_name: str, node: Json, at: Steps = ()) -> Iterator[Finding]:
    """Find what is wrong with ``node`` by the schema, in the order of the document; ``at`` is the place of the node."""
    try:
        found = _validator(published, type_name).iter_errors(node)
        errors = list(itertools.islice(found, _MOST))
        more = sum(1 for _ in found)
    except RecursionError:
        yield TOO_DEEP.at(at, type=word(type_name))
        return
    if more:
        yield MORE_FAULTS.at(at, count=more)
    search = _Search(published, Homes(published, type_name, node), at)
    for error in {(tuple(error.absolute_path), error.validator in _OF_FIELDS): error for error in reversed(errors)}.values():
        search.tell(tuple(error.absolute_path), error)
    ranks: dict[int, dict[str, int]] = {}
    for (code, steps), finding in sorted(search.told.items(), key=lambda one: reading_order(node, one[0][1], ranks)):
        if code != MISSING_FIELD.code or steps not in search.moved:
            yield finding


def fits(published: Published, schema: Mapping[str, Any]) -> Callable[[Json], bool]:
    """Make a function that returns whether a schema accepts a value; jsonschema decides."""

    @functools.cache
    def validator() -> Validator:
        return _quiet_class()({**schema, "$defs": dict(published.definitions)})

    return lambda node: bool(validator().is_valid(node))


@functools.cache
def _validator(published: Published, type_name: str) -> Validator:
    schema = {"$ref": f"#/$defs/{type_name}", "$defs": dict(published.definitions)}
    return _quiet_class()(schema)


@functools.cache
def _quiet_class() -> type[Validator]:
    """Make a jsonschema validator whose errors show no values: they may be secret, and a huge number cannot be printed."""
    from jsonschema import Draft202012Validator, TypeChecker, ValidationError  # noqa: PLC0415  its import costs more than most checks: only for what is wrong
    from jsonschema.validators import extend  # noqa: PLC0415  as above: only for what is wrong

    def of_type(validator: Validator, types: str | list[str], value: Any, _schema: object) -> Iterator[ValidationError]:
        if not any(validator.is_type(value, one) for one in ([types] if isinstance(types, str) else types)):
            yield ValidationError("")

    def one_of(_validator: Validator, allowed: list[Any], value: Any, _schema: object) -> Iterator[ValidationError]:
        if not is_among(value, allowed):
            yield ValidationError("")

    kinds = TypeChecker({kind: functools.partial(_is_kind, kind) for kind in KINDS})
    quiet: type[Validator] = extend(Draft202012Validator, {"type": of_type, "enum": one_of}, type_checker=kinds)  # type: ignore[no-untyped-call]  # the stubs leave it open
    return quiet


def _is_kind(kind: str, _checker: object, value: Any) -> bool:
    return is_kind(value, kind)


@dataclasses.dataclass(frozen=True, slots=True)
class _Search:
    """What is reported of one node, by code and place; ``moved`` are the places of missing fields that were found elsewhere."""

    published: Published
    homes: Homes
    at: Steps
    told: dict[tuple[str, Steps], Finding] = dataclasses.field(default_factory=dict)
    moved: set[Steps] = dataclasses.field(default_factory=set)

    def tell(self, steps: Steps, error: Any) -> None:
        """Report in our words what jsonschema found at one place."""
        place = self.homes.place(steps)
        if error.validator in _OF_FIELDS:
            self._tell_fields(steps, error.instance)
        elif error.validator == "enum":
            allowed = [one for one in error.validator_value if one is not None]
            self._add(NOT_ALLOWED, steps, place=place.name, value=error.instance, allowed=allowed)
        elif error.instance is None and steps:
            self._tell_missing(steps)
        else:
            self._tell_wrong_type(place, error.instance)

    def _add(self, fault: Fault, steps: Steps, **values: object) -> None:
        self.told[fault.code, steps] = fault.at((*self.at, *steps), **values)

    def _tell_fields(self, steps: Steps, node: Mapping[str, Json]) -> None:
        """Report the unknown fields of an object and the required ones that it lacks; a misspelt required one once."""
        owner = self.homes.owner(steps)
        known = self.published.fields(owner)
        missing = [field for field in self.published.definitions[owner].get("required", ()) if field not in node]
        unknown = [field for field in node if field not in known]
        above = _find_under_empty(node, known) if unknown else {}
        # So many are not misspelt: they belong to something else, and comparing each would take long.
        is_crowd = len(unknown) >= _MANY_FIELDS
        sign = "apiVersion" if not steps and "name" in unknown and _OF_SPECS & {*unknown} and not _OF_MANIFESTS & node.keys() else None
        homes = {} if is_crowd else self.homes.candidates(steps, unknown)
        for field in unknown:
            meant = None if is_crowd else _ALIASES.get((word(owner), field)) or nearest(field, missing)
            if meant in missing:
                missing.remove(meant)
            if meant or is_crowd:
                self._tell_unknown((*steps, field), sign=sign, meant=meant)
            else:
                hints = self._hints(steps, field, homes[field], above.get(field), known.keys() - node.keys())
                own = {} if any(hints.values()) else _own_form(word(owner), field, node[field])
                self._tell_unknown((*steps, field), sign=sign, **hints, **own)
        for field in missing:
            self._tell_missing((*steps, field))

    def _tell_unknown(self, steps: Steps, **values: object) -> None:
        owner, field = self.homes.owner(steps[:-1]), str(steps[-1])
        here = minor(self.published.version)
        first, last = since(owner, field) or (None, None)
        known = self.published.fields(owner)
        self._add(
            UNKNOWN_FIELD,
            steps,
            type=word(owner),
            field=field,
            version=self.published.version,
            since=first if first and minor(first) > here else None,
            until=last if last and minor(last) < here else None,
            fields=sorted(known) if 0 < len(known) <= _FEW_FIELDS else None,
            **values,
        )

    def _tell_missing(self, steps: Steps) -> None:
        """Report a required field that is absent or null; of an object, the fields that it would itself require."""
        inner = target(self.homes.place(steps).schema)
        required: Sequence[str] = self.published.definitions.get(inner or "", {}).get("required", ())
        for field in required:
            self._tell_missing((*steps, field))
        if not required:
            self._add(MISSING_FIELD, steps, type=word(self.homes.owner(steps[:-1])), field=steps[-1])

    def _tell_wrong_type(self, place: Place, value: Json) -> None:
        expected = self._kinds(place.schema)
        hint = dict(_hint(expected, place.name, value))
        private = place.owner in _PRIVATE or not place.steps or place.steps[-1] not in self.published.fields(place.owner)
        if private:
            hint.pop("instead", None)
        if place.owner not in _PRIVATE:
            hint |= _meant(place, value)
        self._add(
            WRONG_TYPE,
            place.steps,
            place=place.name,
            expected=" or ".join(_EXPECTED[kind] for kind in expected),
            found=_describe_kind(value),
            **hint,
        )

    def _kinds(self, schema: Mapping[str, Any]) -> list[str]:
        """Name the kinds of value that a schema accepts, apart from null; bytes are written as a string."""
        kinds = schema.get("type") or self.published.definitions.get(target(schema) or "", {}).get("type", ())
        if schema.get("format") == "byte":
            return ["string"]
        return [kind for kind in ([kinds] if isinstance(kinds, str) else kinds) if kind != "null"]

    def _hints(self, within: Steps, field: str, homes: Sequence[Steps], above: str | None, free: Iterable[str]) -> Mapping[str, object]:
        """Return where an unknown field belongs, inside its object or around it; else which of the ``free`` ones it misspells."""
        home = homes[0] if len(homes) == 1 else None
        if home:
            self.moved.add(home)
        if home or above:
            inside = inner_paths(within, [home] if home else [])
            return {"above": above, "inside": inside and inside[0], "elsewhere": home and Pointer.of((*self.at, *home))}
        meant = nearest(field, free)
        return {"meant": meant, "several": self._several(within, homes) if meant is None else None}

    def _several(self, within: Steps, homes: Sequence[Steps]) -> list[str] | None:
        """Name the objects that may be meant: those inside by the fields that lead to them, those beside by their places."""
        inside = inner_paths(within, homes)
        if inside:
            return inside if len(homes) <= _FEW_HOMES else None
        return [Pointer.of((*self.at, *home[:-1])) for home in homes[:_FEW_HOMES]] or None


def _own_form(owner: str, field: str, value: Json) -> Mapping[str, str]:
    """Return how Kubernetes writes a field that only a spec, or another tool, has."""
    if owner == "Container":
        if field in _SHARED_MEMORY:
            return {"mounted": "{name: shm, mountPath: /dev/shm}"}
        is_amount = type(value) is int or (is_short(value) and _AMOUNT.fullmatch(str(value)))
        amount = show(value) if is_amount else "…"
        return {"form": f"resources: {{limits: {{{_OWN_FORMS[field]}: {amount}}}}}"} if field in _OWN_FORMS else {}
    return {"persistent_volume": "PersistentVolume"} if (owner, field) == ("NFSVolumeSource", "mountOptions") else {}


def seen_from_within(finding: Finding) -> Finding:
    """Name the place where a field belongs from within its object: the author of a spec does not know the manifest's own places."""
    if finding.code != UNKNOWN_FIELD.code or not finding.values.get("inside"):
        return finding
    return dataclasses.replace(finding, values={**finding.values, "elsewhere": None})


def _find_under_empty(node: Mapping[str, Json], known: Mapping[str, Any]) -> Mapping[str, str]:
    """Find which fields follow an empty field that takes an object: indented, they would be in it."""
    above: dict[str, str] = {}
    last: str | None = None
    for field, value in node.items():
        if field in known:
            last = field if value is None and (target(known[field]) or "properties" in known[field]) else None if value else last
        elif last is not None:
            above[field] = last
    return above


def _hint(expected: Sequence[str], place: str, value: Json) -> Mapping[str, str]:
    """Return the values of a hint: what to write ``instead``, and, where the value may not be repeated, what to do with the place."""
    match expected, value:
        case ["string"], bool() | int() | float():
            is_long = isinstance(value, int) and value.bit_length() > _LONG
            return {"unquoted": place} if is_long else {"instead": f'"{show(value)}"', "unquoted": place}
        case ["integer"], str() if _WHOLE.fullmatch(value):
            return {"instead": value, "quoted": place}
        case ["boolean", *_], _:
            return {"boolean": place}
        case ["array", *_], _:
            return {"item": place}
        case _, list():
            return {"wrapped": place}
    return {}


def _meant(place: Place, value: Json) -> Mapping[str, str]:
    """Return the object that a string, or a number, in its place stands for."""
    last = place.steps[-1] if place.steps else ""
    key = f"{place.steps[-2]}[]" if isinstance(last, int) and len(place.steps) > 1 else str(last)
    if key == "ports[]" and isinstance(value, int) and not isinstance(value, bool):
        return {"instead": f"{{{'port' if word(place.owner).startswith('Service') else 'containerPort'}: {value}}}"}
    meant = object_meant(key, value)
    return {"instead": meant} if meant else {}


def _describe_kind(value: Json) -> str:
    """Name the kind of a value, and show nothing more of it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, float) and not value.is_integer():
        return "a number with a fraction"
    kinds = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds[type(value)]


def reading_order(node: Any, steps: Steps, ranks: dict[int, dict[str, int]] | None = None) -> tuple[int, ...]:
    """Make places sortable by where their keys are in the document; a place that does not exist comes last.

    ``ranks`` remembers the keys of the objects on the way, for the next place of the same document.
    """
    order: list[int] = []
    ranks = {} if ranks is None else ranks
    here = node
    for step in steps:
        if isinstance(here, dict):
            if id(here) not in ranks:
                ranks[id(here)] = {key: rank for rank, key in enumerate(here)}
            order.append(ranks[id(here)].get(str(step), len(here)))
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int):
            order.append(step)
            here = here[step] if step < len(here) else None
        else:
            order.append(0)
    return tuple(order)
