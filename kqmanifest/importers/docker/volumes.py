"""``-v`` and ``--tmpfs``: the mounts of the container, in docker's short notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.importers.docker.fragments import APPEND, NO_EQUIVALENT_IN_A_POD, OPTION_NOT_NEEDED, Found, of_container
from kqmanifest.importers.docker.line import Given, Line
from kqmanifest.importers.docker.notations import NOT_A_SIZE, NOT_ONE_OF_THE_CHOICES, WRONG_FORMAT, quantity, size
from kqmanifest.importers.docker.sources import (
    RELATIVE_PATH,
    WINDOWS_PATH,
    SourceReader,
    in_memory,
    is_volume,
    is_windows,
    misplaced,
    of_claim,
    of_nobody,
    of_node,
)
from kqmanifest.vocabulary.spelling import nearest

OPTIONS: Final = frozenset({"volume", "tmpfs"})
PROPAGATION: Final = {
    "shared": "Bidirectional",
    "rshared": "Bidirectional",
    "slave": "HostToContainer",
    "rslave": "HostToContainer",
    "private": None,
    "rprivate": None,
}
"""Docker's mount propagations as Kubernetes names them; its default is private."""

NEEDLESS: Final = {
    "consistency": (OPTION_NOT_NEEDED, "it is for Docker on macOS", None),
    "nocopy": (OPTION_NOT_NEEDED, "no files of the image are copied into a volume", None),
}
"""Options of a volume that are not needed, in either notation."""

_MODES: Final = {
    **dict.fromkeys(("z", "Z"), (NO_EQUIVALENT_IN_A_POD, "the node's files keep their SELinux labels", "label them on the node")),
    "U": (NO_EQUIVALENT_IN_A_POD, "the files keep their owners", "set `fsGroup` in the Pod's securityContext"),
    **dict.fromkeys(("cached", "delegated", "consistent"), NEEDLESS["consistency"]),
    "nocopy": NEEDLESS["nocopy"],
}
_ACCESS: Final = frozenset({"ro", "rw"})
_CHOICES: Final = (*sorted(_ACCESS), *PROPAGATION, *_MODES)
_WANTED: Final = "[SOURCE:]TARGET[:OPTIONS]"
_EXAMPLE: Final = "/mnt/data:/data:ro"
_PARTS: Final = 3
_SHORT: Final = re.compile("[a-z]")
"""A name too short for a volume; Windows drives have capital letters."""
_IN_MEMORY: Final = frozenset({"rw", "exec", "suid", "dev"})
"""What a directory in memory is by default."""


def read(line: Line) -> Iterator[Found]:
    """Yield the mounts of the container."""
    for one in line.all("volume"):
        yield from _volume(one)
    for one in line.all("tmpfs"):
        yield from _tmpfs(one)


def _volume(one: Given) -> Iterator[Found]:
    parts = one.value.split(":")
    if _SHORT.fullmatch(parts[0]) and (len(parts) == _PARTS - 1 or _are_modes(parts[-1])):
        yield one.tell(RELATIVE_PATH, path=parts[0], meant=None, volume=None, name=parts[0])
        return
    if is_windows(one.value):
        yield one.tell(WINDOWS_PATH, path=":".join(parts[:2]) if len(parts[0]) == 1 else parts[0])
        return
    modes = parts.pop() if len(parts) == _PARTS or (len(parts) == _PARTS - 1 and _are_modes(parts[1])) else ""
    if not all(parts) or len(parts) >= _PARTS:
        yield one.tell(WRONG_FORMAT, value=one.value, wanted=_WANTED, example=_EXAMPLE)
        return
    target = parts[-1]
    amiss = [*misplaced(one, target)]
    yield from amiss
    source = None
    if len(parts) > 1 or not amiss:
        source = yield from _source(one, parts[0] if len(parts) > 1 else None, target)
    how: dict[str, Any] = {}
    for mode in filter(None, modes.split(",")):
        if mode in PROPAGATION:
            how |= {"mountPropagation": PROPAGATION[mode]} if PROPAGATION[mode] else {}
        elif mode in _MODES:
            fault, reason, instead = _MODES[mode]
            yield one.place.tell(fault, option=f":{mode}", reason=reason, instead=instead)
        elif mode in _ACCESS:
            how |= {"readOnly": True} if mode == "ro" else {}
        else:
            yield one.tell(NOT_ONE_OF_THE_CHOICES, value=mode, near=nearest(mode, _CHOICES), choices=_CHOICES)
    if source and not amiss:
        yield of_container(one.place, {"mountPath": target, **source, **how}, "mounts", APPEND)


def _are_modes(text: str) -> bool:
    return all(mode in _CHOICES for mode in text.split(","))


def _source(one: Given, source: str | None, target: str) -> SourceReader:
    if source is None:
        return (yield from of_nobody(one, target))
    if is_volume(source):
        return (yield from of_claim(one, source))
    return (yield from of_node(one, source, made=True))


def _tmpfs(one: Given) -> Iterator[Found]:
    target, _, options = one.value.partition(":")
    limit = None
    how: dict[str, Any] = {}
    amiss = [*misplaced(one, target)]
    for option in filter(None, options.split(",")):
        key, _, value = option.partition("=")
        if key == "size":
            limit = size(value)
            if limit is None:
                amiss.append(one.tell(NOT_A_SIZE, value=value))
        elif key == "ro":
            how = {"readOnly": True}
        elif key not in _IN_MEMORY:
            yield one.place.tell(
                NO_EQUIVALENT_IN_A_POD, option=key, reason="a directory in memory takes a size, and no other options", instead=None
            )
    yield from amiss
    if not amiss:
        mount = {"mountPath": target, **in_memory(quantity(limit) if limit else None), **how}
        yield of_container(one.place, mount, "mounts", APPEND)
