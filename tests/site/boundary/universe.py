"""Every field of every type that an object of some kind can hold, as published, with the place where it stands in the smallest object."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from boundary.reaches import REACHES, Reach
from boundary.samples import OBJECTS, ONE_OF, SAMPLES

from kqmanifest.schema.published import KNOWN, published

Steps = tuple[str | int, ...]

_FAR: Final = {"core.v1.PodSpec": ("resources", "ephemeralContainers", "topologySpreadConstraints")}
"""Fields that lead to types which are better reached another way: fewer of their fields may be set there."""


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A field of a type, where it stands in the smallest object of a kind, the fields above it, and a version of Kubernetes that has it."""

    kind: str
    type: str
    name: str
    steps: Steps
    above: tuple[str, ...]
    schema: Mapping[str, Any] = dataclasses.field(repr=False, compare=False)
    version: str = KNOWN[-1]

    @property
    def line(self) -> str:
        """Name it as people do: ``PodSpec.hostNetwork``."""
        return f"{self.type.rpartition('.')[2]}.{self.name}"


def reached(schema: Mapping[str, Any]) -> tuple[str | None, Steps]:
    """Return the type that a schema leads to, and the steps to it through lists and maps."""
    if "$ref" in schema:
        return schema["$ref"].removeprefix("#/$defs/"), ()
    if isinstance(schema.get("items"), Mapping):
        inner, steps = reached(schema["items"])
        return inner, (0, *steps)
    if isinstance(schema.get("additionalProperties"), Mapping):
        inner, steps = reached(schema["additionalProperties"])
        return inner, ("key", *steps)
    return None, ()


def fields_of(kind: str, version: str = KNOWN[-1]) -> Iterator[Field]:
    """Go through all fields that an object of a kind (``apps/v1/Deployment``) can hold: each type once, where it is nearest."""
    known = published(version)
    seen: set[str] = set()
    near: deque[tuple[str, Steps, tuple[str, ...]]] = deque([(known.kinds[kind], (), ())])
    far: deque[tuple[str, Steps, tuple[str, ...]]] = deque()
    while near or far:
        name, steps, above = (near or far).popleft()
        if name in seen:
            continue
        seen.add(name)
        for field, schema in known.fields(name).items():
            here = Field(kind, name, field, (*steps, field), above, schema, version)
            yield here
            inner, below = reached(schema)
            if inner is not None:
                (far if field == "status" or field in _FAR.get(name, ()) else near).append(
                    (inner, (*here.steps, *below), (*above, here.line))
                )


def smallest(kind: str) -> dict[str, Any]:
    """Return a small object of a kind that a server takes."""
    api_version, _, name = kind.rpartition("/")
    body = OBJECTS.get(name, {})
    return {
        "apiVersion": api_version,
        "kind": name,
        "metadata": {"name": "sandbox" if name == "Namespace" else "small", "namespace": "sandbox"},
        **copied(body),
    }


def copied(tree: Any) -> Any:
    """Copy a plain tree."""
    if isinstance(tree, Mapping):
        return {key: copied(value) for key, value in tree.items()}
    return [copied(item) for item in tree] if isinstance(tree, list | tuple) else tree


def sample(name: str, version: str, above: tuple[str, ...] = ()) -> Any:
    """Return a small value of a type: what is written down for it, or all that it requires."""
    written = SAMPLES.get(name.rpartition(".")[2])
    if written is not None:
        return copied(written)
    schema = published(version).definitions[name]
    if "properties" not in schema:
        return {} if "object" in schema.get("type", ()) else "1"
    required = [field for field in schema.get("required", ()) if field not in above]
    return {field: value_of(schema["properties"][field], version, (*above, name)) for field in required}


def value_of(schema: Mapping[str, Any], version: str, above: tuple[str, ...] = ()) -> Any:
    """Return a value of a schema: one that is there, not an empty one."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return {} if name in above else sample(name, version, above)
    if isinstance(schema.get("items"), Mapping):
        return [value_of(schema["items"], version, above)]
    if isinstance(schema.get("additionalProperties"), Mapping):
        return {"example.com/key": value_of(schema["additionalProperties"], version, above)}
    kinds = schema.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    for kind, value in (("boolean", True), ("integer", 1), ("number", 1), ("string", "others"), ("array", [])):
        if kind in kinds:
            return value
    return {}


def reaches_of(field: Field) -> tuple[Reach, ...]:
    """Return the values of a field that may reach out."""
    if field.line in REACHES:
        return REACHES[field.line]
    value = value_of(field.schema, field.version)
    if value == {} and "$ref" in field.schema:
        known = published(field.version).fields(reached(field.schema)[0])
        value = next(({name: value_of(schema, field.version)} for name, schema in known.items()), {})
    return (Reach(value),)


def attempts(field: Field) -> Iterator[tuple[Reach, dict[str, Any]]]:
    """Go through objects that have a field set to what may reach out."""
    for reach in reaches_of(field):
        yield reach, with_value(field, reach)


def _lay_over(tree: Any, patch: Any) -> None:
    for key, value in patch.items():
        if isinstance(value, dict) and isinstance(tree.get(key), dict):
            _lay_over(tree[key], value)
        elif isinstance(value, list) and tree.get(key):
            for mine, theirs in zip(tree[key], value, strict=False):
                _lay_over(mine, theirs)
        else:
            tree[key] = value


def with_value(field: Field, reach: Reach, tree: dict[str, Any] | None = None) -> dict[str, Any]:
    """Set a field to what may reach out, in the smallest object or one that is given; what must stand on the way to it is put there."""
    tree = smallest(field.kind) if tree is None else tree
    known = published(field.version)
    name: str | None = known.kinds[field.kind]
    here: Any = tree
    schema: Mapping[str, Any] = {"$ref": f"#/$defs/{name}"}
    for step in field.steps[:-1]:
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            _make_room(here, name, str(step))
            schema = known.fields(name)[str(step)]
        else:
            schema = schema["items"] if isinstance(step, int) else schema["additionalProperties"]
        if isinstance(here, list):
            if not here:
                here.append(value_of(schema, field.version))
        elif not here.get(step):
            here[step] = value_of(schema, field.version)
        here = here[step]
    _make_room(here, field.type, field.name)
    here[field.name] = copied(reach.value)
    for name, other in reach.beside.items():
        if other is None:
            here.pop(name, None)
        else:
            here[name] = copied(other)
    _lay_over(tree, copied(reach.around))
    _declare_volumes(tree)
    return tree


def _declare_volumes(node: Any) -> None:
    """Declare what containers mount and nobody declares."""
    if isinstance(node, list):
        for item in node:
            _declare_volumes(item)
    elif isinstance(node, dict):
        for value in node.values():
            _declare_volumes(value)
        containers = [one for one in node.get("containers") or () if isinstance(one, dict)]
        mounted = [use.get("name") for one in containers for use in one.get("volumeMounts") or ()]
        mounted += [
            variable["valueFrom"]["fileKeyRef"]["volumeName"]
            for one in containers
            for variable in one.get("env") or ()
            if (variable.get("valueFrom") or {}).get("fileKeyRef")
        ]
        devices = [use.get("name") for one in containers for use in one.get("volumeDevices") or ()]
        claims = [use.get("name") for one in containers for use in (one.get("resources") or {}).get("claims") or ()]
        for names, source in ((mounted, {"emptyDir": {}}), (devices, {"persistentVolumeClaim": {"claimName": "others"}})):
            for name in names:
                if name not in [one.get("name") for one in node.get("volumes") or ()]:
                    node["volumes"] = [*(node.get("volumes") or ()), {"name": name, **source}]
        for name in claims:
            if name not in [one.get("name") for one in node.get("resourceClaims") or ()]:
                node["resourceClaims"] = [*(node.get("resourceClaims") or ()), {"name": name, "resourceClaimTemplateName": "others"}]


def _make_room(here: dict[str, Any], name: str, field: str) -> None:
    beside = ONE_OF.get(name.rpartition(".")[2])
    if beside is not None and field not in beside:
        for other in here.keys() - beside - {field}:
            del here[other]
