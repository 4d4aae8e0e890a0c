"""What changed between two manifests, in terms of what their containers mount: mounts, devices, images, names of variables."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias, TypeVar

from kqmanifest.diagnostics import Json, Pointer, Steps
from kqmanifest.difference.things import Part, Pod, Thing, things
from kqmanifest.difference.trees import content, differing, without
from kqmanifest.inventory import FileSource, MountView
from kqmanifest.model.values import FrozenDict
from kqmanifest.redaction import redact, redact_assignment, redact_step
from kqmanifest.vocabulary.objects import namespace
from kqmanifest.vocabulary.paths import normalised
from kqmanifest.vocabulary.pods import CONTAINERS, mounts
from kqmanifest.vocabulary.resources import is_extended

KINDS: Final[Mapping[str, str]] = {
    "lost-mount": "{path} is no longer mounted; it was {source}, {access}",
    "moved-mount": "{path} is no longer mounted: {source} is now at {now}",
    "changed-source": "{path} is now {source}; it was {before}",
    "turned-writable": "{path}, {source}, is now writable",
    "turned-read-only": "{path}, {source}, is now read-only",
    "changed-kind": "{name} replaces {before}",
    "changed-name": "{name} was called {before}",
    "changed-role": "the container {name} is now {role}; it was {before}",
    "lost-object": "{name} was removed",
    "lost-container": "the container {name} was removed",
    "lost-devices": "{count} {resource} no longer requested",
    "changed-devices": "{count} {resource} now requested; it was {before}",
    "added-devices": "{count} {resource} now requested",
    "changed-image": "the image is now {image}; it was {before}",
    "lost-env": "the variable {name} is no longer set",
    "changed-env": "the variable {name} has another value",
    "added-mount": "{path} is now mounted, from {source}, {access}",
    "added-env": "the variable {name} is now set",
    "added-container": "the container {name} is new",
    "added-object": "{name} is new",
    "other": "{path} has changed",
}
"""The kinds of change with their sentences; those that may lose data come first."""

_T = TypeVar("_T")
_TOLD: Final = frozenset({"name", "volumeMounts", "volumeDevices", "image", "env"})
"""Keys of a container whose changes have a sentence of their own."""
_OF_PARTS: Final = frozenset({*CONTAINERS, "volumes"})
"""Keys of a pod that are compared through its containers and their mounts."""
_ROLES: Final = {"main": "a main container", "init": "an init container", "sidecar": "a sidecar", "ephemeral": "an ephemeral container"}
_TOLD_OF_MOUNTS: Final = frozenset({"name", "mountPath", "readOnly", "subPath", "subPathExpr"})
_TOLD_OF_SOURCES: Final = frozenset({"server", "path", "claimName", "name", "secretName", "readOnly"})


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One change: its kind, the object and the container that it is in, and the values of its sentence."""

    kind: str
    object: str
    container: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=FrozenDict)
    loses_mounts: bool = False
    """Whether paths are no longer mounted: because a mount moved, or its container was removed."""

    def __post_init__(self) -> None:
        """Redact what may not be shown: an image or a server may have a password in it."""
        shown = {name: redact_assignment(value) for name, value in self.values.items()}
        if "path" in shown:
            shown["path"] = Pointer(shown["path"]).redacted
        if self.kind.endswith("-env"):
            shown["name"] = str(redact_step(shown["name"], in_env=True))
        for name, value in (("object", redact(self.object)), ("container", redact(self.container)), ("values", FrozenDict(shown))):
            object.__setattr__(self, name, value)

    @property
    def where(self) -> str:
        """Return where the change is: ``Pod/training2, container main``."""
        return f"{self.object}, container {self.container}" if self.container else self.object

    @property
    def sentence(self) -> str:
        """Return what changed, as a sentence."""
        return KINDS[self.kind].format_map(self.values)

    def __str__(self) -> str:
        """Return it in one line."""
        return f"{self.where}: {self.sentence}"

    def is_a(self, kinds: Collection[str]) -> bool:
        """Return whether it is of one of these kinds, or implies one of them."""
        return self.kind in kinds or (self.loses_mounts and "lost-mount" in kinds)

    def as_json(self) -> dict[str, Json]:
        """Return the change as plain data, for other programs."""
        return {"kind": self.kind, "object": self.object, "container": self.container, "message": self.sentence, **self.values}


def changes(old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]) -> tuple[Change, ...]:
    """Compare the objects of two manifests; what may lose data comes first, then in the order of the manifests.

    Objects are paired by kind and name; what is left is paired where each side has exactly one of a kind.
    Containers are paired in the same way.
    """
    spread = len({where for one in (*old, *new) if (where := namespace(one))}) > 1
    pairs = _pair(things(old, spread=spread), things(new, spread=spread), _LIKENESSES)
    found = [change for one, other in pairs for change in _of_objects(one, other)]
    order = [*KINDS]
    return tuple(sorted(dict.fromkeys(found), key=lambda change: order.index(change.kind)))


_Parts: TypeAlias = Sequence[tuple[Part | None, Part | None]]
_Pods: TypeAlias = Sequence[tuple[Pod | None, Pod | None, _Parts]]

_LIKENESSES: Final[tuple[Callable[[Thing], Hashable], ...]] = (
    lambda one: (one.kind, one.namespace, one.name),
    lambda one: (one.kind, one.name),
    lambda one: one.kind,
    lambda one: "what runs" if one.pods else (one.kind, one.namespace, one.name),
)
_LIKE_PODS: Final[tuple[Callable[[Pod], Hashable], ...]] = (
    lambda pod: pod.place,
    lambda _: "the only one",
)
_LIKE_PARTS: Final[tuple[Callable[[Part], Hashable], ...]] = (
    lambda part: part.seen.name,
    lambda part: part.seen.role,
)


def _pair(old: Sequence[_T], new: Sequence[_T], likenesses: Sequence[Callable[[_T], Hashable]]) -> Iterator[tuple[_T | None, _T | None]]:
    """Pair what is alike: by the first likeness in order, then by each that is unique on either side; what is left has no partner."""
    partner: dict[int, int] = {}
    for number, likeness in enumerate(likenesses):
        before = _alike(old, {*range(len(old))} - partner.keys(), likeness)
        after = _alike(new, {*range(len(new))} - {*partner.values()}, likeness)
        for key, ones in before.items():
            others = after.get(key, [])
            if number == 0 or len(ones) == len(others) == 1:
                partner |= dict(zip(ones, others, strict=False))
    met = {*partner.values()}
    yield from ((one, new[partner[index]] if index in partner else None) for index, one in enumerate(old))
    yield from ((None, one) for index, one in enumerate(new) if index not in met)


def _alike(things: Sequence[_T], indexes: Iterable[int], likeness: Callable[[_T], Hashable]) -> dict[Hashable, list[int]]:
    alike: dict[Hashable, list[int]] = {}
    for index in sorted(indexes):
        alike.setdefault(likeness(things[index]), []).append(index)
    return alike


def _of_objects(old: Thing | None, new: Thing | None) -> Iterator[Change]:
    if old is not None and new is not None:
        pods = [*_pair_pods(old, new)]
        for before, after, parts in pods:
            for one, other in parts:
                yield from _of_containers(_titled(new, after or before), before, after, one, other)
        if old.kind != new.kind:
            yield Change("changed-kind", new.title, values=FrozenDict(name=new.title, before=old.title))
        elif old.name != new.name:
            yield Change("changed-name", new.title, values=FrozenDict(name=new.title, before=old.title))
        yield from (Change("other", new.title, values=FrozenDict(path=Pointer.of(steps))) for steps in _places(old, new, pods))
    elif old is not None:
        yield Change("lost-object", old.title, values=FrozenDict(name=old.title), loses_mounts=old.mounts)
    elif new is not None:
        yield Change("added-object", new.title, values=FrozenDict(name=new.title))


def _pair_pods(old: Thing, new: Thing) -> Iterator[tuple[Pod | None, Pod | None, _Parts]]:
    """Pair the pods of two objects, and the containers of each pair; the containers of a pod without a partner have none either."""
    for before, after in _pair(old.pods, new.pods, _LIKE_PODS):
        yield before, after, [*_pair(before.parts if before else (), after.parts if after else (), _LIKE_PARTS)]


def _titled(thing: Thing, pod: Pod | None) -> str:
    return f"{thing.title} {pod.template}" if pod and pod.template else thing.title


def _of_containers(title: str, before: Pod | None, after: Pod | None, old: Part | None, new: Part | None) -> Iterator[Change]:
    if before and after and old and new:
        yield from _of_parts(old, new, lambda kind, **values: _change(kind, title, new.seen.name, values))
        yield from (
            Change("other", title, new.seen.name, FrozenDict(path=Pointer.of((*new.place, *steps))))
            for steps in _rest(before, after, old, new)
        )
    elif old is not None:
        yield Change("lost-container", title, values=FrozenDict(name=old.seen.name), loses_mounts=bool(old.seen.mounts))
    elif new is not None:
        yield Change("added-container", title, values=FrozenDict(name=new.seen.name))


def _change(kind: str, title: str, container: str, values: Mapping[str, str]) -> Change:
    return Change(kind, title, container, FrozenDict(values), loses_mounts=kind == "moved-mount")


def _of_parts(old: Part, new: Part, change: Callable[..., Change]) -> Iterator[Change]:
    yield from _of_mounts(old.seen.mounts, new.seen.mounts, change)
    if old.seen.name != new.seen.name:
        yield change("changed-name", name=new.seen.name, before=old.seen.name)
    if old.seen.role != new.seen.role:
        yield change("changed-role", name=new.seen.name, role=_ROLES[new.seen.role], before=_ROLES[old.seen.role])
    yield from _of_devices(dict(old.seen.devices), dict(new.seen.devices), change)
    if old.seen.image != new.seen.image:
        yield change("changed-image", image=new.seen.image or "none", before=old.seen.image or "none")
    before, after = _variables(old.written), _variables(new.written)
    yield from (change("lost-env", name=name) for name in before if name not in after)
    yield from (change("changed-env", name=name) for name in before if name in after and before[name] != after[name])
    yield from (change("added-env", name=name) for name in after if name not in before)


def _of_mounts(old: Sequence[MountView], new: Sequence[MountView], change: Callable[..., Change]) -> Iterator[Change]:
    before, after = {one.at: one for one in old}, {one.at: one for one in new}
    gone, come = [one for at, one in before.items() if at not in after], [one for at, one in after.items() if at not in before]
    moved: dict[tuple[str, ...], deque[MountView]] = {}
    for one in come:
        moved.setdefault(_likeness(one), deque()).append(one)
    for one in gone:
        alike = moved.get(_likeness(one))
        if not alike:
            yield change("lost-mount", path=one.path, source=str(one.origin), access=_access(one))
        else:
            here = alike.popleft()
            yield change("moved-mount", path=one.path, source=str(one.origin), now=here.path)
            yield from _of_access(one, here, change)
    left = {one.at for alike in moved.values() for one in alike}
    for at, one in before.items():
        other = after.get(at)
        if other is not None:
            if _identity(one.origin) != _identity(other.origin):
                yield change("changed-source", path=other.path, source=str(other.origin), before=str(one.origin))
            yield from _of_access(one, other, change)
    yield from (change("added-mount", path=one.path, source=str(one.origin), access=_access(one)) for one in come if one.at in left)


def _of_access(old: MountView, new: MountView, change: Callable[..., Change]) -> Iterator[Change]:
    if old.read_only != new.read_only:
        yield change("turned-read-only" if new.read_only else "turned-writable", path=new.path, source=str(new.origin))


def _access(mount: MountView) -> str:
    return "read-only" if mount.read_only else "writable"


def _identity(origin: FileSource) -> tuple[str, ...]:
    """Return what identifies a source, however it is spelt; whether it goes through a claim is part of it."""
    return (origin.kind, origin.holder, normalised(origin.location), origin.claim)


def _likeness(mount: MountView) -> tuple[str, ...]:
    """Return what identifies a mount at another path; what is created with the pod is identified by its name only."""
    return (*_identity(mount.origin), mount.volume if mount.is_lost else "")


def _of_devices(old: Mapping[str, str], new: Mapping[str, str], change: Callable[..., Change]) -> Iterator[Change]:
    for resource in {**old, **new}:
        before, after = old.get(resource, "0"), new.get(resource, "0")
        if before == after:
            continue
        if after == "0":
            yield change("lost-devices", resource=resource, count=before)
        elif before == "0":
            yield change("added-devices", resource=resource, count=after)
        else:
            yield change("changed-devices", resource=resource, count=after, before=before)


def _variables(container: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variables of a container by name; of two with one name, the later wins."""
    return {one["name"]: one for one in container.get("env") or ()}


def _places(old: Thing, new: Thing, pods: _Pods) -> Iterator[Steps]:
    """Find where an object differs outside its containers."""
    if old.kind == new.kind:
        yield from (steps for steps in differing(_alone(old), _alone(new)) if steps != ("metadata", "name"))
    for before, after, parts in pods:
        if before and after:
            yield from _places_of_pods(before, after, parts, alike=old.kind == new.kind)


def _places_of_pods(old: Pod, new: Pod, parts: _Parts, *, alike: bool) -> Iterator[Steps]:
    """Find where a pod differs outside its containers; where the objects are not ``alike``, they have only the pod in common."""
    if not alike:
        decided = frozenset({*_OF_PARTS, "restartPolicy"})  # the kind decides that one
        yield from ((*new.place, *steps) for steps in differing(without(old.spec, [()], decided), without(new.spec, [()], decided)))
    if _are_reordered(parts):
        yield (*new.place, "initContainers")
    if _are_idle(old, new) or _are_idle(new, old):
        yield (*new.place, "volumes")


def _are_reordered(pairs: _Parts) -> bool:
    """Return whether init containers run in another order: that in which they are listed."""
    places = [new.place for old, new in pairs if old and new and _runs_first(old) and _runs_first(new)]
    return places != sorted(places)


def _runs_first(part: Part) -> bool:
    return part.place[-2] == "initContainers"


def _are_idle(there: Pod, here: Pod) -> bool:
    """Return whether an unmounted volume here does not exist there under any name; mounts show the others."""
    theirs = {content(_sources(volume)) for volume in there.volumes.values()}
    return any(content(_sources(here.volumes[one.volume])) not in theirs for one in here.unmounted)


def _sources(volume: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in volume.items() if key != "name"}


def _alone(thing: Thing) -> Any:
    """Return an object without its pods' containers and volumes."""
    return without(thing.tree, [pod.place for pod in thing.pods], _OF_PARTS)


def _rest(before: Pod, after: Pod, old: Part, new: Part) -> Iterator[Steps]:
    """Find where a container differs in what has no sentence of its own; a difference of a volume is at its mount."""
    yield from differing(_other_fields(old.written), _other_fields(new.written))
    known = {one.at: (one, mount) for one, mount in zip(old.seen.mounts, mounts(old.written), strict=False)}
    for index, (one, mount) in enumerate(zip(new.seen.mounts, mounts(new.written), strict=False)):
        theirs, was = known.get(one.at, (None, {}))
        if theirs and _identity(theirs.origin) == _identity(one.origin) and any(differing(_details(before, was), _details(after, mount))):
            yield ("volumeMounts", index)


def _other_fields(container: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in container.items() if key not in _TOLD}
    resources = {
        key: {name: count for name, count in value.items() if not is_extended(name)} if isinstance(value, Mapping) else value
        for key, value in (container.get("resources") or {}).items()
    }
    rest["resources"] = {key: value for key, value in resources.items() if value}
    return rest


def _details(pod: Pod, mount: Mapping[str, Any]) -> list[Any]:
    """Return the fields of a mount and its volume, except for path and source."""
    volume = pod.volumes.get(mount["name"], {})
    sources = {
        key: {name: one for name, one in value.items() if name not in _TOLD_OF_SOURCES} if isinstance(value, Mapping) else value
        for key, value in volume.items()
        if key != "name"
    }
    return [{key: value for key, value in mount.items() if key not in _TOLD_OF_MOUNTS}, sources]
