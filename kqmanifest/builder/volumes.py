"""From mounts to volumes: every mount gets its volume, equal sources share one, and each has a name."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from kqmanifest.builder.claims import render_claim
from kqmanifest.builder.context import BuildContext
from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.plain import fields, plain
from kqmanifest.model.values import thawed
from kqmanifest.model.volumes import EmptyDir, Ephemeral, HostPath, Mount, Nfs, RawSource, SeveralSources, SharedMemory

NO_SOURCE: Final = Fault(
    "KQ1020",
    "the mount at {path} has no volume source",
    (
        "add a source, such as `nfs: {{server, path}}`, or the name of a volume: `volume: {near}`",
        "add a source, such as `nfs: {{server, path}}`",
    ),
)
TWO_NAMES: Final = Fault("KQ1028", "the key {name} is the name of this volume already", ("remove `name`",))
TWO_SOURCES_FOR_A_NAME: Final = Fault(
    "KQ1021",
    "the volume {name} is already defined as {source}",
    ("give this source another name, or remove `volume`: a name is then derived",),
)

OF_THE_SITE: Final = Fault(
    "KQ1211",
    "the site already defines the volume {name} as {source}",
    ("give this source another name, or mount the site's volume: `volume: {name}` alone",),
)

_PRIVATE: Final = (EmptyDir, Ephemeral)
_LONGEST: Final = 63
_DIGEST: Final = 6
_WORDS: Final = re.compile("/[a-z0-9]++(?:[/-][a-z0-9]++)*+")
"""A path of which nothing is lost."""
_DROPPED: Final = re.compile(r"[^a-z0-9-]+", re.ASCII)
_SEPARATORS: Final = re.compile(r"[/_.\s-]+")


def describe_source(source: Any) -> str:
    """Describe in a few words where files come from: ``nfs nfs-server:/training/2/``, ``node /data``."""
    match source:
        case Nfs():
            return f"nfs {source.server}:{source.path}"
        case HostPath():
            return f"node {source.path}"
        case RawSource():
            return source.source
        case SeveralSources():
            return " and ".join(describe_source(one) for one in source.of) or "a volume without a source"
    kind = getattr(source, "key", "a volume")
    name = next((value for key, value in fields(source).items() if key in {"claimName", "name", "secretName", "driver", "reference"}), None)
    return f"{kind} {name}" if name else kind


class Volumes:
    """The volumes of one pod, in the order in which its mounts refer to them."""

    def __init__(self, work: BuildContext, given: Iterable[str], elsewhere: Iterable[str] = ()) -> None:
        """Reserve the ``given`` names; the volumes whose names are ``elsewhere`` are made by the pod's owner."""
        self._work = work
        self._elsewhere = frozenset(elsewhere)
        self._taken = {*given, *self._elsewhere}
        self._named: dict[str, Any] = {}
        self._derived: dict[Any, list[str]] = {}
        """The name of the volume of each source, once it has one."""
        self._numbers: dict[str, int] = {}
        """The last number that was appended to a derived name: those up to it stay taken."""
        self.tree: list[dict[str, Any]] = []

    def declare(self, name: str, source: Any, steps: Steps) -> None:
        """Make the volume that a spec declares by name."""
        known = self._work.site_volumes.get(name)
        if known is not None and known != source:
            self._work.found.append(OF_THE_SITE.at(steps, name=name, source=describe_source(known)))
        self._named[name] = source
        self._make(name, source, steps)

    def mount(self, mount: Mount, owner: Any, steps: Steps) -> dict[str, Any] | None:
        """Write the mount, and make its volume where it has none yet.

        An unnamed scratch volume is private to its ``owner``: a container, or the pod for a mount of all of them.
        """
        name = self._name(mount, owner, steps)
        if name is None:
            return None
        written = {"name": name, **fields(mount, "source", "volume")}
        tree = self._work.came_from(written, steps)
        self._work.origins.member(tree, "name", (*steps, "volume") if mount.volume else steps)
        return written

    def share(self, memory: SharedMemory, owner: Any, steps: Steps) -> dict[str, Any]:
        """Mount a file system in memory at /dev/shm."""
        written = self.mount(_in_memory(memory.size), (owner, "shm"), steps)
        if written is None:  # it has a source, so it has a name
            raise AssertionError(written)
        for key in written:
            self._work.origins.member(written, key, steps)
        return written

    def _name(self, mount: Mount, owner: Any, steps: Steps) -> str | None:
        source = mount.source
        if source is None:
            if mount.volume is None:
                self._work.found.append(NO_SOURCE.at(steps, path=mount.mount_path, near=next(iter(self._named), None)))
            elif mount.volume not in self._named and mount.volume not in self._elsewhere and mount.volume in self._work.site_volumes:
                self.declare(mount.volume, self._work.site_volumes[mount.volume], (*steps, "volume"))
            return mount.volume
        if mount.volume is not None:
            known = self._named.get(mount.volume)
            if known is None:
                self.declare(mount.volume, source, steps)
            elif known != source:
                self._work.found.append(TWO_SOURCES_FOR_A_NAME.at((*steps, "volume"), name=mount.volume, source=describe_source(known)))
            return mount.volume
        private = isinstance(source, _PRIVATE)
        names = self._derived.setdefault((source, owner, mount.mount_path) if private else source, [])
        if not names:  # hashing a source takes a while: it is done once
            names.append(self._free(derived(mount.mount_path)))
            self._make(names[0], source, steps)
        return names[0]

    def _free(self, name: str) -> str:
        free, number = name, self._numbers.get(name, 1)
        while free in self._taken:
            number += 1
            suffix = f"-{number}"
            free = name[: _LONGEST - len(suffix)].rstrip("-") + suffix
        self._taken.add(free)
        self._numbers[name] = number
        return free

    def _make(self, name: str, source: Any, steps: Steps) -> None:
        volume: dict[str, Any] = {"name": name}
        sources: Iterable[Any] = source.of if isinstance(source, SeveralSources) else (source,)
        for one in sources:
            if isinstance(one, RawSource) and one.source == "name":
                self._work.found.append(TWO_NAMES.at((*steps, "name"), name=name))
            elif isinstance(one, RawSource):
                volume[one.source] = thawed(one.value)
            elif isinstance(one, Nfs) and one.claim is not None:
                volume["persistentVolumeClaim"] = render_claim(self._work, name, one, (*steps, "nfs"))
                self._work.origins.member(volume, "persistentVolumeClaim", (*steps, "nfs"))
            else:
                volume[one.key] = plain(one)
        self._work.origins.member(volume, "name", steps)
        self.tree.append(self._work.came_from(volume, steps))


@functools.lru_cache(maxsize=256, typed=True)
def _in_memory(size: Any) -> Mount:
    return Mount("/dev/shm", EmptyDir(medium="Memory", size_limit=size))  # noqa: S108  the place that POSIX shared memory lives in


def derived(path: str) -> str:
    """Derive a volume's name from a mount path: ``/kqi/output`` gives ``kqi-output``.

    The name is a legal DNS label. Where letters are dropped or the name is cut, a short hash of the path takes their place.
    """
    if len(path) <= _LONGEST and _WORDS.fullmatch(path):
        return path[1:].replace("/", "-")  # nearly every path
    words = _SEPARATORS.sub("-", path.lower()).strip("-")
    kept = _DROPPED.sub("", words).strip("-")
    lost = kept != words or len(kept) > _LONGEST
    if not lost:
        return kept or "root"
    digest = hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
    return f"{kept[: _LONGEST - _DIGEST - 1].rstrip('-') or 'volume'}-{digest}"


def given_names(mounts: Iterable[Mount], declared: Mapping[str, Any]) -> list[str]:
    """List the volume names that a spec gives, so that no derived one takes them."""
    return [*declared, *(mount.volume for mount in mounts if mount.volume is not None)]
