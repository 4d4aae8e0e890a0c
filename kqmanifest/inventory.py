"""What each container of a manifest sees: where, from where, writable or not, and which mount is inside which."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kqmanifest.diagnostics import Json
from kqmanifest.redaction import redact_assignment, redact_step
from kqmanifest.rules.volumes.promises import WRITTEN_BY_NOBODY
from kqmanifest.vocabulary.admitted import admitted_pods
from kqmanifest.vocabulary.objects import DEFAULT_NAMESPACE, PodOf, namespace
from kqmanifest.vocabulary.paths import above, rooted
from kqmanifest.vocabulary.pods import containers, devices, is_sidecar, mounts, volumes
from kqmanifest.vocabulary.quantities import is_whole, quantity
from kqmanifest.vocabulary.resources import is_extended
from kqmanifest.vocabulary.sources import SOURCES, source, sources

_ROLES: Final = {"initContainers": "init", "containers": "main", "ephemeralContainers": "ephemeral"}


@dataclasses.dataclass(frozen=True, slots=True)
class FileSource:
    """Where files come from: the kind of source, who holds it (a server, the node, the pod …) and the directory or name there."""

    kind: str
    """``nfs``, ``hostPath``, ``emptyDir``, ``configMap``: the key of the source in a volume; ``""`` where it has none."""
    holder: str
    """The NFS server; ``node`` for a directory of the node, ``pod`` for what is made with the pod and lost with it, else the kind."""
    location: str
    """The directory there, or the name of the ConfigMap, Secret, claim …; of an emptyDir, its medium."""
    claim: str = ""
    """The claim that leads there, where it is bound to a volume of the same manifest."""

    def beneath(self, directory: str) -> FileSource:
        """Go down to a directory of it, as a ``subPath`` does."""
        if not directory or not self.kind:
            return self
        is_path = self.holder not in {"pod", "projected"}
        location = f"{self.location.rstrip('/')}/{directory}" if is_path else f"{self.location} at {directory}".lstrip()
        return dataclasses.replace(self, location=location)

    def __str__(self) -> str:
        """Describe it in a few words: ``nfs nfs-server:/training/2/``, ``node /data``."""
        if self.kind == "nfs":
            said = f"nfs {self.holder}:{self.location}"
        elif self.kind == "hostPath":
            said = f"node {self.location}"
        else:
            said = " ".join(part for part in (_CALLED.get(self.kind, self.kind) or "nothing", self.location) if part)
        return f"{said} (claim {self.claim})" if self.claim else said


_CALLED: Final = {"persistentVolumeClaim": "claim"}


@dataclasses.dataclass(frozen=True, slots=True)
class MountView:
    """One mount of a container."""

    path: str
    origin: FileSource
    volume: str
    """The name of the volume in the manifest."""
    read_only: bool
    sub_path: str = ""
    device: bool = False
    """Whether it is seen as a block device, at a ``devicePath``."""
    enclosing: str = ""
    """The path of the nearest mount around this one; what that one's source holds at this place is hidden."""
    same_as: str = ""
    """The path of an earlier mount that is this one in another spelling: the container sees one of the two."""

    @property
    def at(self) -> str:
        """Return the path in its one spelling, by which mounts are compared."""
        return rooted(self.path)

    @property
    def is_lost(self) -> bool:
        """Return whether what is written there is deleted with the pod."""
        return self.origin.holder == "pod"


@dataclasses.dataclass(frozen=True, slots=True)
class ContainerView:
    """One container: who it is, what it may use, and what it sees."""

    name: str
    role: str
    """``main``, ``init``, ``sidecar`` or ``ephemeral``."""
    image: str
    mounts: tuple[MountView, ...]
    devices: tuple[tuple[str, str], ...]
    """The extended resources that it is granted, each with its count: ``("nvidia.com/gpu", "1")``."""
    env: tuple[str, ...]
    """The names of its environment variables; never their values."""
    ports: tuple[int, ...]

    @property
    def granted(self) -> tuple[str, ...]:
        """Describe what it is granted of each device, if any: ``2 × nvidia.com/gpu``."""  # noqa: RUF002  a count is written so
        return tuple(f"{count} × {resource}" for resource, count in self.devices if count != "0")  # noqa: RUF001  a count is written so


@dataclasses.dataclass(frozen=True, slots=True)
class Unmounted:
    """A volume that is declared, and that no container mounts."""

    volume: str
    origin: FileSource


@dataclasses.dataclass(frozen=True, slots=True)
class PodView:
    """The pod that an object is or makes, as its containers see it."""

    kind: str
    """The kind of the object."""
    namespace: str
    name: str
    containers: tuple[ContainerView, ...]
    unmounted: tuple[Unmounted, ...]
    template: str = ""
    """Which pod it is where the object makes several kinds of them: the place of its template, ``spec.workerGroupSpecs[0].template``."""

    @property
    def title(self) -> str:
        """Name the object as kubectl does, ``Job/training-2``, and the template of its pod where it has several."""
        return f"{self.kind}/{self.name} {self.template}".rstrip()


def views(objects: Sequence[dict[str, Any]]) -> tuple[PodView, ...]:
    """Take the inventory of every object that is or makes a pod; the objects are of the right shape, and may have other faults."""
    bound = _follow_claims(objects)
    return tuple(view for thing in objects for view in _views(thing, admitted_pods(thing), bound))


def redacted(views: Sequence[PodView]) -> tuple[PodView, ...]:
    """Copy views without the secrets in their names, images and places: the password of a registry or a server."""
    return tuple(_redacted(one) for one in views)


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact_assignment(value)
    if isinstance(value, tuple):
        return tuple(map(_redacted, value))
    if isinstance(value, ContainerView):
        value = dataclasses.replace(value, env=tuple(str(redact_step(name, in_env=True)) for name in value.env))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.replace(value, **{field.name: _redacted(getattr(value, field.name)) for field in dataclasses.fields(value)})
    return value


def as_json(view: PodView) -> dict[str, Json]:
    """Return a view as plain data, for other programs."""
    return {
        "kind": view.kind,
        "namespace": view.namespace,
        "name": view.name,
        **({"template": view.template} if view.template else {}),
        "containers": [
            {
                "name": one.name,
                "role": one.role,
                "image": one.image,
                "devices": dict(one.devices),
                "env": [*one.env],
                "ports": [*one.ports],
                "mounts": [_mount_as_json(mount) for mount in one.mounts],
            }
            for one in view.containers
        ],
        "unmounted": [{"volume": one.volume, **_origin_as_json(one.origin)} for one in view.unmounted],
    }


def _mount_as_json(mount: MountView) -> dict[str, Json]:
    return {
        "mountPath": mount.path,
        "volume": mount.volume,
        **_origin_as_json(mount.origin),
        "readOnly": mount.read_only,
        "subPath": mount.sub_path,
        "device": mount.device,
        "enclosing": mount.enclosing,
        "sameAs": mount.same_as,
    }


def _origin_as_json(origin: FileSource) -> dict[str, Json]:
    return {"from": str(origin), "source": origin.kind, "holder": origin.holder, "location": origin.location, "claim": origin.claim}


def _views(thing: Mapping[str, Any], pods: Sequence[PodOf], bound: Mapping[tuple[str, str], _Bound]) -> Iterator[PodView]:
    for pod in pods:
        view = _view(thing, pod.spec, bound)
        yield view if len(pods) == 1 else dataclasses.replace(view, template=_spelt(pod.template or pod.place))


def _spelt(place: Iterable[str | int]) -> str:
    """Spell a place as the API server spells a field: ``spec.workerGroupSpecs[0].template``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")


def _view(thing: Mapping[str, Any], pod_spec: Mapping[str, Any], bound: Mapping[tuple[str, str], _Bound]) -> PodView:
    where = namespace(thing)
    declared = volumes(pod_spec)
    known = {name: _origin(volume, where, bound) for name, volume in declared.items()}
    locked = {name for name, volume in declared.items() if _is_locked(volume) or _leads_to_locked(volume, where, bound)}
    metadata = thing.get("metadata") or {}
    name = metadata.get("name") or f"{metadata.get('generateName') or ''}…"
    for claim in _templates(thing):
        known[claim] = FileSource("persistentVolumeClaim", "claim", f"{claim}-{name}-N")
    parts = tuple(_container(place[0], container, known, locked) for place, container in containers(pod_spec))
    used = {mount.volume for part in parts for mount in part.mounts}
    unmounted = tuple(Unmounted(volume, origin) for volume, origin in known.items() if volume not in used)
    return PodView(thing["kind"], metadata.get("namespace") or "", name, parts, unmounted)


def _templates(thing: Mapping[str, Any]) -> Iterator[str]:
    """Return the names of the claims that a StatefulSet makes for each pod, called after both and the pod's number, ``data-db-N``."""
    if thing["kind"] == "StatefulSet":
        yield from filter(None, map(_name, thing["spec"].get("volumeClaimTemplates") or ()))


def _container(group: str, container: Mapping[str, Any], known: Mapping[str, FileSource], locked: set[str]) -> ContainerView:
    limits = (container.get("resources") or {}).get("limits") or {}
    return ContainerView(
        name=container["name"],
        role="sidecar" if group == "initContainers" and is_sidecar(container) else _ROLES[group],
        image=container.get("image") or "",
        mounts=tuple(_add_nesting([*_mounts(container, known, locked)])),
        devices=tuple((resource, _show_count(count)) for resource, count in limits.items() if is_extended(resource)),
        env=tuple(dict.fromkeys(one["name"] for one in container.get("env") or ())),
        ports=tuple(one["containerPort"] for one in container.get("ports") or ()),
    )


def _show_count(count: Any) -> str:
    """Spell a count of devices as it is counted: ``1000m`` as ``1``."""
    number = quantity(count)
    return str(int(number)) if number is not None and is_whole(number) else str(count)


def _mounts(container: Mapping[str, Any], known: Mapping[str, FileSource], locked: set[str]) -> Iterator[MountView]:
    for mount in mounts(container):
        beneath = mount.get("subPath") or mount.get("subPathExpr") or ""
        origin = known.get(mount["name"], _undeclared(mount["name"]))
        read_only = bool(mount.get("readOnly")) or mount["name"] in locked
        yield MountView(mount["mountPath"], origin.beneath(beneath), mount["name"], read_only, beneath)
    for device in devices(container):
        name = device["name"]
        yield MountView(device["devicePath"], known.get(name, _undeclared(name)), name, name in locked, device=True)


def _undeclared(volume: str) -> FileSource:
    return FileSource("", "", f"of a volume {volume} that is not declared")


def _add_nesting(found: Sequence[MountView]) -> Iterator[MountView]:
    """Add to each mount which other it is in, and which earlier one is at the same place."""
    first: dict[str, str] = {}
    paths = {mount.at: mount.path for mount in reversed(found)}
    for mount in found:
        same = first.get(mount.at, "")
        first.setdefault(mount.at, mount.path)
        yield dataclasses.replace(mount, enclosing=next((paths[outer] for outer in above(mount.at) if outer in paths), ""), same_as=same)


def _origin(volume: Mapping[str, Any], where: str, bound: Mapping[tuple[str, str], _Bound]) -> FileSource:
    kinds = sources(volume)
    kind = kinds[0] if kinds else ""
    value = volume.get(kind)
    held = value if isinstance(value, Mapping) else {}
    if kind == "nfs":
        return FileSource(kind, str(held.get("server")), str(held.get("path")))
    if kind in _OF_NODE:
        return FileSource("hostPath", "node", str(held.get("path")))
    if kind == "persistentVolumeClaim":
        name = str(held.get("claimName"))
        followed = bound.get((where, name))
        return followed.origin if followed else FileSource(kind, "claim", name)
    if kind == "emptyDir":
        return FileSource(kind, "pod", {"Memory": "in memory"}.get(str(held.get("medium")), ""))
    if kind == "projected":
        return FileSource(kind, kind, ", ".join(_projected(held)))
    said = source(volume).partition(" ")
    return FileSource(kind, "pod" if kind in {"ephemeral", "gitRepo"} else said[0], said[2])


_OF_NODE: Final = frozenset({"hostPath", "local"})
"""Sources that are a directory of the node; the second is a PersistentVolume's only."""


def _projected(held: Mapping[str, Any]) -> Iterator[str]:
    """Describe what is combined in one directory: ``secret a``, ``configMap b``, ``serviceAccountToken``."""
    for one in filter(None, held.get("sources") or ()):  # the schema takes a null here
        for kind in sources(one):
            name = one[kind].get("name") if isinstance(one[kind], Mapping) else None
            yield f"{kind} {name}" if name else kind


def _is_locked(volume: Mapping[str, Any]) -> bool:
    """Return whether no container can write to a volume, whatever its mounts say."""
    kinds = sources(volume)
    return bool(WRITTEN_BY_NOBODY.intersection(kinds)) or any(
        isinstance(volume[kind], Mapping) and bool(volume[kind].get("readOnly")) for kind in kinds
    )


def _leads_to_locked(volume: Mapping[str, Any], where: str, bound: Mapping[tuple[str, str], _Bound]) -> bool:
    claim = volume.get("persistentVolumeClaim") or {}
    followed = bound.get((where, str(claim.get("claimName"))))
    return followed is not None and followed.locked


class _Bound(NamedTuple):
    """Where the files of a claim are, and whether they are read-only."""

    origin: FileSource
    locked: bool


def _follow_claims(objects: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], _Bound]:
    """Follow the claims of a manifest to its volumes, by namespace and name of the claim; either may name the other."""
    persistent = {_name(one): one.get("spec") or {} for one in objects if one["kind"] == "PersistentVolume"}
    meant = {
        (claim.get("namespace") or DEFAULT_NAMESPACE, claim["name"]): name
        for name, spec in persistent.items()
        if (claim := spec.get("claimRef") or {}).get("name")
    }
    found: dict[tuple[str, str], _Bound] = {}
    for one in objects:
        if one["kind"] != "PersistentVolumeClaim":
            continue
        here = namespace(one), _name(one)
        volume = persistent.get((one.get("spec") or {}).get("volumeName") or meant.get(here, ""))
        kind = next((kind for kind in (*SOURCES, "local") if volume and volume.get(kind)), None)
        if volume and kind:
            held = {kind: volume[kind]}
            origin = dataclasses.replace(_origin(held, here[0], {}), claim=here[1])
            found[here] = _Bound(origin, _is_locked(held) or "ro" in (volume.get("mountOptions") or ()))
    return found


def _name(thing: Mapping[str, Any]) -> str:
    return (thing.get("metadata") or {}).get("name") or ""
