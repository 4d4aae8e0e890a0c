"""Where files come from, and where a container sees them.

A mount carries its source: nobody can write the one and forget the other. A source is written as Kubernetes
writes it (``nfs: {server, path}``); the classes whose bare name belongs to a kind or a field end in ``Source``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, Tag
from pydantic.dataclasses import dataclass

from kqmanifest.model.values import (
    OTHER,
    SPEC,
    Flag,
    FrozenDict,
    Many,
    Model,
    Names,
    Own,
    Quantity,
    Text,
    Whole,
    frozen,
    gathered,
    spec_keys,
)

SOURCE = "<source>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class NfsClaim(Model):
    """A static PersistentVolume and the claim bound to it, rendered beside the workload instead of inline nfs."""

    size: Quantity
    """What the claim requests and the volume offers, such as ``1Ti``. NFS itself enforces no size."""
    name: Text | None = None
    """The name of both objects; by default the workload's name and the volume's."""
    mount_options: Many[Text] = ()
    """Options for mount.nfs, such as ``nfsvers=4.1``; inline nfs has no place for them."""
    access_modes: Many[Text] = ("ReadWriteMany",)
    """How the claim may be mounted."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Nfs(Model):
    """A directory that an NFS server exports. It must exist, or the Pod waits in ContainerCreating."""

    homes: ClassVar = ("core.v1.NFSVolumeSource",)
    key: ClassVar = "nfs"

    server: Text
    """Host name or address of the server, as the node resolves it (not the cluster's DNS)."""
    path: Text
    """The exported directory, an absolute path on the server."""
    read_only: Flag | None = None
    """Mount the export read-only for everybody in the pod."""
    claim: NfsClaim | None = None
    """Go through a PersistentVolume and a claim instead of naming the server in the pod."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class HostPath(Model):
    """A file or directory of the node that the pod runs on."""

    homes: ClassVar = ("core.v1.HostPathVolumeSource",)
    key: ClassVar = "hostPath"

    path: Text
    """The absolute path on the node."""
    type: Text | None = None
    """What must be there: Directory, DirectoryOrCreate, File, FileOrCreate, Socket, CharDevice or BlockDevice."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class EmptyDir(Model):
    """A directory that is empty when the pod starts and lost when it ends."""

    homes: ClassVar = ("core.v1.EmptyDirVolumeSource",)
    key: ClassVar = "emptyDir"

    medium: Text | None = None
    """``Memory`` for a file system in memory; left out, the node's disk."""
    size_limit: Quantity | None = None
    """How much it may hold, such as ``8Gi``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class ClaimSource(Model):
    """What a PersistentVolumeClaim of the same namespace is bound to."""

    homes: ClassVar = ("core.v1.PersistentVolumeClaimVolumeSource",)
    key: ClassVar = "persistentVolumeClaim"

    claim_name: Text
    """The claim's name."""
    read_only: Flag | None = None
    """Mount it read-only for every container of the pod."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class KeyToPath(Model):
    """One key of a ConfigMap or Secret and the file that it becomes."""

    homes: ClassVar = ("core.v1.KeyToPath",)

    key: Text
    """The key."""
    path: Text
    """The file, relative to the mount."""
    mode: Whole | None = None
    """Permission bits, a number (JSON has no octal: 0644 is 420)."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class ConfigMapSource(Model):
    """The keys of a ConfigMap, as files."""

    homes: ClassVar = ("core.v1.ConfigMapVolumeSource",)
    key: ClassVar = "configMap"

    name: Text | None = None
    """The ConfigMap's name."""
    items: Many[KeyToPath] = ()
    """The keys that become files; left out, all of them."""
    default_mode: Whole | None = None
    """Permission bits of the files, a number (0644 is 420)."""
    optional: Flag | None = None
    """Start even where the ConfigMap is missing."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class SecretSource(Model):
    """The keys of a Secret, as files."""

    homes: ClassVar = ("core.v1.SecretVolumeSource",)
    key: ClassVar = "secret"

    secret_name: Text | None = None
    """The Secret's name."""
    items: Many[KeyToPath] = ()
    """The keys that become files; left out, all of them."""
    default_mode: Whole | None = None
    """Permission bits of the files, a number (0600 is 384)."""
    optional: Flag | None = None
    """Start even where the Secret is missing."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class DownwardApi(Model):
    """Facts about the pod itself, as files."""

    homes: ClassVar = ("core.v1.DownwardAPIVolumeSource",)
    key: ClassVar = "downwardAPI"

    items: Many[Own] = ()
    """The files, as Kubernetes writes them: ``{path, fieldRef | resourceFieldRef}``."""
    default_mode: Whole | None = None
    """Permission bits of the files, a number."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Projected(Model):
    """Several sources in one directory: Secrets, ConfigMaps, tokens, facts about the pod."""

    homes: ClassVar = ("core.v1.ProjectedVolumeSource",)
    key: ClassVar = "projected"

    sources: Many[Own] = ()
    """The sources, as Kubernetes writes them."""
    default_mode: Whole | None = None
    """Permission bits of the files, a number."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Csi(Model):
    """A volume that a CSI driver makes for this pod alone."""

    homes: ClassVar = ("core.v1.CSIVolumeSource",)
    key: ClassVar = "csi"

    driver: Text
    """The driver's name, such as ``csi.example.com``."""
    fs_type: Text | None = None
    """The file system, such as ``ext4``."""
    read_only: Flag | None = None
    """Mount it read-only."""
    volume_attributes: Annotated[Own, Field()] = Field(default_factory=FrozenDict)
    """The attributes that the driver needs."""
    node_publish_secret_ref: Own | None = None
    """The Secret that the driver needs: ``{name}``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Ephemeral(Model):
    """A volume made from a claim template for this pod, and deleted with it."""

    homes: ClassVar = ("core.v1.EphemeralVolumeSource",)
    key: ClassVar = "ephemeral"

    volume_claim_template: Own
    """The claim, as Kubernetes writes it: ``{metadata, spec}``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class ImageSource(Model):
    """The files of a container image or artifact, read-only."""

    homes: ClassVar = ("core.v1.ImageVolumeSource",)
    key: ClassVar = "image"

    reference: Text | None = None
    """The image, as for a container."""
    pull_policy: Text | None = None
    """Always, IfNotPresent or Never."""


@dataclass(frozen=True, slots=True, config=SPEC)
class RawSource:
    """Any other source that Kubernetes has: its key and its value, as Kubernetes writes them."""

    source: Text
    """The key, such as ``cephfs``."""
    value: Annotated[Any, BeforeValidator(frozen)]
    """The value of the key."""


@dataclass(frozen=True, slots=True, config=SPEC)
class SeveralSources:
    """Sources that were given where one is required: none or more than one, kept so that they can be reported."""

    of: Many[Source]
    """The sources, in the order given."""


def _tag(source: Any) -> str:
    if not isinstance(source, dict):
        return _TAGS.get(type(source), "several")
    if len(source) != 1:
        return "several"
    (key,) = source
    return key if key in SOURCES else "raw"


def _unwrapped(source: Any) -> Any:
    return next(iter(source.values())) if isinstance(source, dict) and not isinstance(source, FrozenDict) else source


def _raw(source: Any) -> Any:
    return RawSource(*next(iter(source.items()))) if isinstance(source, dict) else source


def _several(source: Any) -> Any:
    return {"of": [{key: value} for key, value in source.items()]} if isinstance(source, dict) else source


_OWN = BeforeValidator(_unwrapped)

Source = Annotated[
    Annotated[Nfs, _OWN, Tag("nfs")]
    | Annotated[HostPath, _OWN, Tag("hostPath")]
    | Annotated[EmptyDir, _OWN, Tag("emptyDir")]
    | Annotated[ClaimSource, _OWN, Tag("persistentVolumeClaim")]
    | Annotated[ConfigMapSource, _OWN, Tag("configMap")]
    | Annotated[SecretSource, _OWN, Tag("secret")]
    | Annotated[DownwardApi, _OWN, Tag("downwardAPI")]
    | Annotated[Projected, _OWN, Tag("projected")]
    | Annotated[Csi, _OWN, Tag("csi")]
    | Annotated[Ephemeral, _OWN, Tag("ephemeral")]
    | Annotated[ImageSource, _OWN, Tag("image")]
    | Annotated[RawSource, BeforeValidator(_raw), Tag("raw")]
    | Annotated[SeveralSources, BeforeValidator(_several), Tag("several")],
    Discriminator(_tag),
]

SOURCES: dict[str, type[Model]] = {
    one.key: one
    for one in (Nfs, HostPath, EmptyDir, ClaimSource, ConfigMapSource, SecretSource, DownwardApi, Projected, Csi, Ephemeral, ImageSource)
}
"""The sources that have a model, by their key in a spec; the one list to grow, beside the union above."""

_TAGS: dict[type, str] = {model: key for key, model in SOURCES.items()} | {RawSource: "raw"}


def _is_source(key: str, names: Names | None) -> bool:
    return names is not None and key in names.fields("core.v1.Volume") and key not in names.fields("core.v1.VolumeMount")


@dataclass(frozen=True, slots=True, repr=False, config=SPEC)
class Mount(Model):
    """A place in a container where a source's files are seen."""

    homes: ClassVar = ("core.v1.VolumeMount", "core.v1.Volume")
    folded: ClassVar[Mapping[str, str]] = {"name": "volume"}

    mount_path: Text
    """Where the container sees the files: an absolute path."""
    source: Annotated[Source | None, Field(alias=SOURCE)] = None
    """Where the files come from. In JSON its key is in the mount itself: ``nfs: {server, path}``."""
    _: KW_ONLY
    volume: Text | None = None
    """The volume's name: alone, it refers to a volume named elsewhere; with a source, it names that source."""
    sub_path: Text | None = None
    """A directory inside the source, relative; the kubelet makes it where it is missing."""
    sub_path_expr: Text | None = None
    """The same with ``$(VAR)`` expanded from the container's env."""
    read_only: Flag | None = None
    """Refuse writes through this mount."""
    recursive_read_only: Text | None = None
    """Whether mounts below are read-only too: Disabled, IfPossible or Enabled."""
    mount_propagation: Text | None = None
    """Whether later mounts are propagated: None, HostToContainer or Bidirectional."""

    @classmethod
    def gathered(cls, given: dict[str, Any], names: Names | None) -> dict[str, Any]:
        """Separate the source from the mount's own keys, all of them where there are several."""
        strange = given.keys() - spec_keys(cls)
        if len(strange) == 1 and strange <= SOURCES.keys():  # one source and nothing unknown: nearly every mount
            (key,) = strange
            rest = given.copy()
            rest[SOURCE] = {key: rest.pop(key)}
            return rest
        rest = gathered(cls, given, names)
        if len(rest) == len(given) and OTHER not in rest and not given.keys() & SOURCES.keys():
            return rest
        sources = {key: value for key, value in given.items() if key in SOURCES or (key not in rest and _is_source(key, names))}
        own = {key: value for key, value in rest.pop(OTHER, {}).items() if key not in sources}
        found = {key: value for key, value in rest.items() if key not in sources}
        return found | ({OTHER: own} if own else {}) | ({SOURCE: sources} if sources else {})


@dataclass(frozen=True, slots=True, repr=False, config=SPEC)
class SharedMemory(Model):
    """A /dev/shm of this size, in memory, instead of the container runtime's 64 MiB."""

    size: Quantity | None = None
    """The most it may hold, such as ``8Gi``; it counts as the container's memory."""
