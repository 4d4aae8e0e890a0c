"""Where a field is: from what a user writes, ``mounts.subPath``, to the steps that lead to it in a spec."""

from __future__ import annotations

import collections
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from kqmanifest.schema.published import published
from kqmanifest.specschema import spec_schema
from kqmanifest.vocabulary.kinds import KINDS
from kqmanifest.vocabulary.spelling import nearest

Schema = Mapping[str, Any]

KIND: Final = "kind."
"""The prefix of the definition of a kind, in the schema of a spec."""

_REF: Final = "#/$defs/"
_STEP: Final = re.compile(r"[^./\[\]]+")
_WITH_DOMAIN: Final = re.compile(r"(?<![a-z0-9-])[a-z0-9-]+\.(?:com|io|ai|org|net)/[\w.-]*\w")
"""A name such as ``nvidia.com/gpu``, whose dot and slash lead nowhere."""
_NUMBER: Final = re.compile(r"\d+|\*|-")
_LIKELY: Final = ("Container", "kind.Job", "Pod", "Mount", "kind.Pod")
"""Where a bare field is looked for first; the others follow in the order of their names."""
_RATHER: Final[Mapping[str, str]] = {
    **dict.fromkeys(("name", "namespace", "labels", "kind"), "kind.Job"),
    **dict.fromkeys(("accessModes", "storageClassName", "volumeName"), "kind.PersistentVolumeClaim"),
    **dict.fromkeys(("httpGet", "tcpSocket", "exec"), "core.v1.Probe"),
    **dict.fromkeys(("server", "path"), "Nfs"),
    "restartPolicy": "Pod",
    "selector": "kind.Deployment",
    "capacity": "kind.PersistentVolume",
    "apiVersion": "Manifest",
}
"""Fields that somebody who names them bare means elsewhere."""
_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("PodSpec", "PodTemplateSpec"), "Pod"),
    "ObjectMeta": "kind.Job",
    "VolumeMount": "Mount",
    "EnvVar": "Env",
    "ContainerPort": "Port",
    "NFSVolumeSource": "Nfs",
    "HostPathVolumeSource": "HostPath",
    "EmptyDirVolumeSource": "EmptyDir",
}
"""Types of Kubernetes that a spec has under another name."""
_SHORT: Final[Mapping[str, str]] = {short: kind.name for kind in KINDS for short in kind.short}
"""What ``kubectl`` calls kinds."""
_OF_A_MANIFEST: Final[Mapping[str, str]] = {
    "metadata": "",
    "spec": "",
    "template": "pod",
    "jobTemplate": "job",
    "volumeMounts": "mounts",
}
"""What a manifest has and a spec folds."""

_ASIDE: Final = (("Pod", "mounts"), ("Pod", "volumes"), ("Pod", "ephemeralContainers"), ("Container", "lifecycle"))
"""What is seldom meant: a mount is one of a container, a source that of a mount, a handler that of a probe."""


class Step(NamedTuple):
    """A key of a definition, and the schema of its value; the key is empty for the definition itself."""

    owner: str
    key: str
    schema: Schema


class Trail(NamedTuple):
    """The steps to a field, and its place as a spec would have it."""

    steps: tuple[Step, ...]
    place: str


@functools.lru_cache(maxsize=8)
def definitions(kubernetes: str) -> Mapping[str, Schema]:
    """Return the definitions of the schema of a spec, and after them those of Kubernetes' other types and kinds."""
    types = published(kubernetes)
    served = {name.rpartition("/")[2] for name in types.kinds if not name.endswith("List")}
    kinds = {f"{KIND}{kind}": types.definitions[types.kinds[f"{types.api_version_of(kind)}/{kind}"]] for kind in sorted(served)}
    own = of_a_spec(kubernetes)
    return {**own, **{name: known for name, known in {**kinds, **types.definitions}.items() if name not in own}}


@functools.lru_cache(maxsize=8)
def of_a_spec(kubernetes: str) -> Mapping[str, Schema]:
    """Return the definitions of the schema of a spec."""
    return cast("Mapping[str, Schema]", spec_schema(kubernetes)["$defs"])


def trail(text: str, kubernetes: str) -> Trail | None:
    """Follow a field from the first place from which all its steps exist; None if there is none.

    The first step is a kind, a part of a spec (``Mount``), a type of Kubernetes, or a key from anywhere in a spec.
    Numbers of items are passed over, so a pointer of a diagnostic is a field as well; a place of a manifest is read as a spec has it.
    """
    steps = _steps(text)
    known = definitions(kubernetes)
    if steps[1:2] in (["spec"], ["metadata"]):  # as kubectl spells it: the first step is a kind, though it be a key as well
        steps = [next(iter(_kinds(steps[0], known)), steps[0]).removeprefix(KIND), *steps[1:]]
    readings = (steps, _fold(steps))
    for asked in readings[::-1] if steps and steps[0] in _OF_A_MANIFEST else readings:
        for owner, rest in _starts(asked, known, of_a_spec(kubernetes)):
            found = _walk([owner], rest, known) if rest else (Step(owner, "", known[owner]),)
            if found:
                return Trail(found, _place(found, kubernetes))
    return None


def near(text: str, kubernetes: str) -> str | None:
    """Find the field that was meant: the first unknown step, replaced by a similar known one; None if none is similar."""
    steps, known, own = _steps(text), definitions(kubernetes), of_a_spec(kubernetes)
    for length in range(len(steps) - 1, -1, -1):
        before = trail(".".join(steps[:length]), kubernetes) if length else None
        if before is None and length:
            continue
        owners = _below(before.steps[-1], known) if before else [*own]
        keys = {key for owner in owners for key in known[owner].get("properties", ())} or {*_starting(known)}
        keys |= {*_starting(known)} if not length else set()
        alike = {key for key in keys if key[:1].islower() == steps[length][:1].islower()}  # a field is meant, or a type
        meant = nearest(steps[length], alike) or nearest(steps[length], keys)
        whole = ".".join((*steps[:length], meant, *steps[length + 1 :])) if meant else ""
        if meant and trail(whole, kubernetes):
            return whole
        return ".".join((*steps[:length], meant)) if meant and trail(".".join((*steps[:length], meant)), kubernetes) else None
    return None


def keys_of(step: Step, kubernetes: str) -> Iterator[Step]:
    """List the keys below a field, or in the items of its list."""
    known = definitions(kubernetes)
    seen: set[str] = set()
    for owner in _below(step, known):
        for key, schema in known[owner].get("properties", {}).items():
            if key not in {*seen, "$schema"}:
                seen.add(key)
                yield Step(owner, key, schema)


def elsewhere(step: Step, kubernetes: str) -> tuple[str, ...]:
    """Name the other parts of a spec that have a field of the same name, as ``explain`` takes them."""
    owners = (name for name in sorted(of_a_spec(kubernetes)) if "." not in name.removeprefix(KIND) and not name.endswith("ByName"))
    having = [owner for owner in owners if step.key in definitions(kubernetes)[owner].get("properties", {})]
    spelt = dict.fromkeys(f"{owner.removeprefix(KIND)}.{step.key}" for owner in having if owner not in {"Source", "Spec"})
    return tuple(one for one in spelt if one != f"{step.owner.removeprefix(KIND)}.{step.key}")


def required(step: Step, kubernetes: str) -> bool:
    """Return whether a field is required."""
    return step.key in definitions(kubernetes)[step.owner].get("required", ())


def targets(schema: Schema) -> list[str]:
    """Name the definitions of the objects that a schema takes, in a list or alone."""
    found = [schema["$ref"]] if "$ref" in schema else []
    if "$ref" in schema.get("then", {}):
        found.append(schema["then"]["$ref"])
    names = [name.removeprefix(_REF) for name in found]
    return [*names, *(targets(schema["items"]) if isinstance(schema.get("items"), Mapping) else [])]


def _steps(text: str) -> list[str]:
    text = text.strip().replace("~1", "/")
    named = [found[0] for found in _WITH_DOMAIN.finditer(text)]
    if named and "gpu" in named[-1] and text.endswith(named[-1]):
        return ["gpus"]
    return [step for step in _STEP.findall(_WITH_DOMAIN.sub("*", text).removeprefix("$")) if not _NUMBER.fullmatch(step)]


def _fold(steps: Sequence[str]) -> list[str]:
    """Convert the steps of a manifest to those of a spec; steps that mean a whole object mean a Job."""
    if steps and all(_OF_A_MANIFEST.get(step) == "" for step in steps):
        return [_LIKELY[1].removeprefix(KIND)]
    if "volumeMounts" in steps[:-1] and steps[-1] == "name":
        steps = [*steps[:-1], "volume"]
    inner = [step for index, step in enumerate(steps) if not (step == "spec" and index and steps[index - 1] == "template")]
    return [spelt for step in inner if (spelt := _OF_A_MANIFEST.get(step, step))]


def _starting(known: Mapping[str, Schema]) -> Iterator[str]:
    """List what a field may begin with, beside keys: kinds, parts, and types of Kubernetes."""
    return (name.rpartition(".")[2] for name in known if not name.endswith("ByName"))


def _starts(steps: Sequence[str], known: Mapping[str, Schema], own: Mapping[str, Schema]) -> Iterator[tuple[str, Sequence[str]]]:
    """List the definitions that the steps may start from, with the steps that remain from there."""
    if not steps:
        return
    first = steps[0]
    kinds = _kinds(first, known)
    alike = [] if kinds else [name for name in known if name.rpartition(".")[2].lower() == first.lower()]
    types = [name for name in alike if name.rpartition(".")[2] == first]
    for name in (f"{KIND}{first}", first, _TYPES.get(first, ""), f"{KIND}{first.removesuffix('Spec')}", *types):
        if name in known:
            yield name, steps[1:]
    for name in kinds if first[:1].isupper() else ():
        yield name, steps[1:]
    for name in dict.fromkeys((_RATHER.get(first, _LIKELY[0]), *_LIKELY, *sorted(own, key=_rank))):
        yield name, steps
    for name in (*kinds, *(alike if first[:1].isupper() else ())):
        yield name, steps[1:]


def _kinds(called: str, known: Mapping[str, Schema]) -> list[str]:
    """List the kinds that are called so, as ``kubectl`` takes it: in lower case, in the plural, or short."""
    names = {called.lower(), called.lower().removesuffix("s"), _SHORT.get(called.lower(), "").lower()}
    return [name for name in known if name.startswith(KIND) and name.removeprefix(KIND).lower() in names]


def _rank(name: str) -> tuple[bool, str]:
    """Put parts of a spec before kinds and Kubernetes' own types."""
    return "." in name, name


def _walk(owners: Sequence[str], steps: Sequence[str], known: Mapping[str, Schema]) -> tuple[Step, ...]:
    """Follow the steps; where the keys are the user's own, such as names of volumes, one step may be such a key."""
    found: list[Step] = []
    named: Sequence[str] = ()
    is_map = False
    for step in steps:
        taken = _taken(owners, step, known) or _taken(named, step, known)
        if taken is not None:
            found.append(taken)
            owners, named = targets(taken.schema), named_targets(taken.schema)
            is_map = isinstance(taken.schema.get("additionalProperties"), Mapping)
        elif is_map:
            owners, named, is_map = named, (), False
        else:
            return ()
    return tuple(found)


def _taken(owners: Iterable[str], step: str, known: Mapping[str, Schema]) -> Step | None:
    for owner in owners:
        properties = known[owner].get("properties", {})
        key = step if step in properties else next((one for one in properties if one.lower() == step.lower()), None)
        if key is not None:
            return Step(owner, key, properties[key])
    return None


def _below(step: Step, known: Mapping[str, Schema]) -> list[str]:
    if not step.key:
        return [step.owner]
    return [name for name in dict.fromkeys((*targets(step.schema), *named_targets(step.schema))) if "properties" in known[name]]


def named_targets(schema: Schema) -> list[str]:
    """Name the definitions of the values under keys of the user's own."""
    values = schema.get("additionalProperties")
    return targets(values) if isinstance(values, Mapping) else []


def _place(steps: tuple[Step, ...], kubernetes: str) -> str:
    """Spell the whole way to a field, from a kind."""
    first = steps[0]
    way = _ways(kubernetes).get(first.owner, first.owner.rpartition(".")[2])
    named: Sequence[str] = ()
    for step in steps:
        way += ".NAME" if step.owner in named else ""
        way += f".{step.key}{_suffix(step.schema)}" if step.key else ""
        named = named_targets(step.schema)
    return way.removesuffix("[]")


@functools.lru_cache(maxsize=8)
def _ways(kubernetes: str) -> Mapping[str, str]:
    """Find the shortest way to each definition, from a Job where there is one, else from another kind."""
    known = definitions(kubernetes)
    kinds = sorted((name for name in known if name.startswith(KIND)), key=lambda name: name != "kind.Job")
    ways: dict[str, str] = {}
    for kind in kinds:
        queue, aside = collections.deque([(kind, kind.removeprefix(KIND))]), collections.deque[tuple[str, str]]()
        while queue or aside:
            name, way = (queue or aside).popleft()
            if name in ways:
                continue
            ways[name] = way
            for key, schema in known[name].get("properties", {}).items():
                below = [
                    *((one, f"{key}{_suffix(schema)}") for one in targets(schema)),
                    *((one, f"{key}.NAME") for one in named_targets(schema)),
                ]
                (aside if (name, key) in _ASIDE else queue).extend((one, f"{way}.{step}") for one, step in below)
    return ways


def _suffix(schema: Schema) -> str:
    return "[]" if schema.get("type") == "array" else ""
