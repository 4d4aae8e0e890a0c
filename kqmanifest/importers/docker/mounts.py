"""``--mount``: the mounts of the container, in docker's long notation; NFS volumes become NFS mounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.importers.docker.fragments import APPEND, NO_EQUIVALENT_IN_A_POD, Found, of_container
from kqmanifest.importers.docker.line import FALSE, TRUE, Given, Line
from kqmanifest.importers.docker.notations import MISPLACED_QUOTES_IN_A_LIST, NOT_A_SIZE, NOT_ONE_OF_THE_CHOICES, fields, quantity, size
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
from kqmanifest.importers.docker.volumes import NEEDLESS, PROPAGATION
from kqmanifest.vocabulary.names import as_label
from kqmanifest.vocabulary.paths import is_absolute
from kqmanifest.vocabulary.spelling import nearest

OPTIONS: Final = frozenset({"mount"})
UNKNOWN_KEY_OF_A_MOUNT: Final = Fault(
    "KQ0333",
    "{option} has no key {key}",
    ("did you mean {near}?", "write {field} for a field with a comma", "write one of these: {choices}"),
)
MISSING_KEY_OF_A_MOUNT: Final = Fault("KQ0334", "{option} needs {key}", ("add {key}={example}",))
KEY_OF_ANOTHER_MOUNT_TYPE: Final = Fault(
    "KQ0341", "{key} is not supported for a mount of type {type}", ("remove it, or write type={near}",)
)
STRAY_COMMA_IN_A_MOUNT: Final = Fault(
    "KQ0342", "{option} has a comma with nothing before or after it", ("separate the fields with commas, without spaces",)
)

MOUNT_OPTIONS_LEFT_OUT: Final = Fault(
    "KQ4320",
    "left out: {names}, since `nfs` in a Pod takes no mount options",
    ("use a claim: add `claim: {{size, mountOptions}}` to the `nfs` of this mount",),
    severity="warning",
)

_ALIASES: Final = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}
_TYPES: Final = ("volume", "bind", "tmpfs", "image", "cluster", "npipe")
_KEPT: Final = "the volume belongs to the claim, and is created before the Pod"
_KEYS: Final = {
    **dict.fromkeys(("type", "source", "target", "readonly", "bind-propagation", "volume-subpath", "image-subpath"), None),
    **dict.fromkeys(("volume-opt", "tmpfs-size", "volume-driver", "bind-create-src"), None),
    "bind-recursive": (
        NO_EQUIVALENT_IN_A_POD,
        "mounts below it are visible too",
        "set `recursiveReadOnly` if they should be read-only too",
    ),
    "bind-nonrecursive": (NO_EQUIVALENT_IN_A_POD, "mounts below it are visible too", None),
    "consistency": NEEDLESS["consistency"],
    "volume-nocopy": NEEDLESS["nocopy"],
    "volume-label": (NO_EQUIVALENT_IN_A_POD, _KEPT, "set `labels` in the PersistentVolumeClaim"),
    "tmpfs-mode": (NO_EQUIVALENT_IN_A_POD, "all users of the container can use a directory in memory", None),
}
"""The keys, each with the reason if it has no equivalent."""
_FLAGS: Final = frozenset({"readonly", "bind-create-src"})
_EXAMPLES: Final = {"target": "/data", "source": "/mnt/data"}
_QUOTED: Final = """'"volume-opt=o=addr=nfs-server,rw"'"""
_LOCAL: Final = "local"
_OF_DRIVER: Final = frozenset({"type", "device", "o"})
_OF_NFS: Final = frozenset({"nfs", "nfs4"})
_HEEDED: Final = frozenset({"addr", "ro", "rw"})


def read(line: Line) -> Iterator[Found]:
    """Yield the mounts of the container."""
    for one in line.all("mount"):
        yield from _mount(one)


def _mount(one: Given) -> Iterator[Found]:
    record = fields(one.value)
    if record is None:
        yield one.tell(MISPLACED_QUOTES_IN_A_LIST, value=one.written, cure=_QUOTED)
        return
    said: dict[str, str] = {}
    driver: dict[str, str] = {}
    amiss = False
    for field in record:
        written, equals, value = field.partition("=")
        key = _ALIASES.get(written, written)
        if key == "volume-opt":
            name, _, setting = value.partition("=")
            driver[name] = setting
        elif not field:
            yield one.tell(STRAY_COMMA_IN_A_MOUNT)
            amiss = True
        elif key not in _KEYS:
            torn = "o" in driver  # a comma between mount options has parted them
            near, quoted = (None, _QUOTED) if torn else (nearest(written, _KEYS), None)
            yield one.tell(UNKNOWN_KEY_OF_A_MOUNT, key=written, near=near, field=quoted, choices=[*_KEYS])
            amiss = True
        elif key in _FLAGS and value not in TRUE | FALSE | {""}:
            yield one.place.tell(NOT_ONE_OF_THE_CHOICES, option=written, value=value, near=None, choices=["true", "false"])
            amiss = True
        else:
            said[key] = "false" if value in FALSE and key in _FLAGS else value if equals else "true"
        reason = _KEYS.get(key)
        if reason is not None:
            fault, why, instead = reason
            yield one.place.tell(fault, option=written, reason=why, instead=instead)
    if amiss:
        return
    if "target" not in said:
        yield one.tell(MISSING_KEY_OF_A_MOUNT, key="target", example=_EXAMPLES["target"])
    else:
        yield from _place_mount(one, said, driver)


def _place_mount(one: Given, said: Mapping[str, str], driver: Mapping[str, str]) -> Iterator[Found]:
    target, kind = said["target"], said.get("type", "volume")
    amiss = [*misplaced(one, target)]
    for key in (*said, *(["volume-opt"] if driver else [])):
        other = key.partition("-")[0]
        if other != key and other in _TYPES and other != kind and kind in _TYPES:
            amiss.append(one.tell(KEY_OF_ANOTHER_MOUNT_TYPE, key=key, type=kind, near=other))
    if kind == "tmpfs" and "source" in said:
        amiss.append(one.tell(KEY_OF_ANOTHER_MOUNT_TYPE, key="source", type=kind, near="bind"))
    yield from amiss
    source = yield from _source(one, said, driver)
    how: dict[str, Any] = {}
    below = said.get("volume-subpath") or said.get("image-subpath")
    if below:
        how["subPath"] = below
    if said.get("readonly", "false") != "false":
        how["readOnly"] = True
    spread = said.get("bind-propagation", "rprivate")
    if spread not in PROPAGATION:
        yield one.place.tell(
            NOT_ONE_OF_THE_CHOICES, option="bind-propagation", value=spread, near=nearest(spread, PROPAGATION), choices=[*PROPAGATION]
        )
    elif PROPAGATION[spread]:
        how["mountPropagation"] = PROPAGATION[spread]
    if source and not amiss:
        yield of_container(one.place, {"mountPath": target, **source, **how}, "mounts", APPEND)


def _source(one: Given, said: Mapping[str, str], driver: Mapping[str, str]) -> SourceReader:
    kind, source = said.get("type", "volume"), said.get("source", "")
    if kind not in _TYPES:
        yield one.place.tell(NOT_ONE_OF_THE_CHOICES, option="type", value=kind, near=nearest(kind, _TYPES), choices=[*_TYPES])
    elif kind == "npipe" or is_windows(source):
        yield one.tell(WINDOWS_PATH, path=source or kind)
    elif kind == "tmpfs":
        return (yield from _tmpfs(one, said))
    elif kind in {"bind", "image"} and not source:
        yield one.tell(MISSING_KEY_OF_A_MOUNT, key="source", example=_EXAMPLES["source"] if kind == "bind" else "IMAGE")
    elif kind == "bind":
        return (yield from of_node(one, source, made=said.get("bind-create-src", "false") != "false"))
    elif kind == "image":
        return {"image": {"reference": source}}
    elif driver.get("type") and said.get("volume-driver", _LOCAL) == _LOCAL:
        return (yield from _driven(one, said, driver))
    elif not source:
        return (yield from of_nobody(one, said["target"]))
    elif is_absolute(source):
        yield one.place.tell(NOT_ONE_OF_THE_CHOICES, option="type", value=kind, bind="type=bind", path=source, near=None, choices=["bind"])
    elif not is_volume(source):
        yield one.tell(RELATIVE_PATH, path=source, meant=None, volume=None, name=source)
    else:
        if driver:
            yield one.place.tell(
                NO_EQUIVALENT_IN_A_POD, option="volume-opt", reason=_KEPT, instead="set the same in the PersistentVolumeClaim"
            )
        return (yield from _claim(one, source, said))
    return None


def _tmpfs(one: Given, said: Mapping[str, str]) -> SourceReader:
    limit = size(said["tmpfs-size"]) if "tmpfs-size" in said else 0
    if limit is None:
        yield one.tell(NOT_A_SIZE, value=said["tmpfs-size"])
        return None
    return in_memory(quantity(limit) if limit else None)


def _claim(one: Given, source: str, said: Mapping[str, str]) -> SourceReader:
    if said.get("volume-driver", _LOCAL) != _LOCAL:
        reason = "the StorageClass chooses the driver"
        yield one.place.tell(
            NO_EQUIVALENT_IN_A_POD, option="volume-driver", reason=reason, instead="set `storageClassName` in the PersistentVolumeClaim"
        )
    return (yield from of_claim(one, source))


def _driven(one: Given, said: Mapping[str, str], driver: Mapping[str, str]) -> SourceReader:
    """Return what docker's own driver would mount, as ``mount -t TYPE -o OPTIONS DEVICE`` does."""
    kind, device = driver["type"], driver.get("device", "")
    options = dict(option.partition("=")[::2] for option in driver.get("o", "").split(",") if option)
    if kind in _OF_NFS:
        further = [name for name in options if name not in _HEEDED] + [name for name in driver if name not in _OF_DRIVER]
        if further:
            yield one.tell(MOUNT_OPTIONS_LEFT_OUT, names=further)
        return (yield from _nfs(one, device, options, as_label(said.get("source", "")) or ""))
    if kind == "none" and options.keys() & {"bind", "rbind"}:
        source = yield from of_node(one, device, made=False)
        return source
    if kind == "tmpfs":
        return (yield from _tmpfs(one, {"tmpfs-size": options["size"]} if "size" in options else {}))
    yield one.place.tell(
        NO_EQUIVALENT_IN_A_POD,
        option="volume-opt",
        reason=f"a Pod itself cannot mount {kind}",
        instead="use a claim whose StorageClass or CSI driver can",
    )
    return (yield from of_claim(one, said["source"])) if is_volume(said.get("source", "")) else None


def _nfs(one: Given, device: str, options: Mapping[str, str], called: str) -> SourceReader:
    server, _, path = device.rpartition(":")
    server = options.get("addr") or server
    if not server or not path:
        key, example = ("volume-opt=device", ":/exports/data") if not path else ("volume-opt=o", "addr=nfs-server")
        yield one.tell(MISSING_KEY_OF_A_MOUNT, key=key, example=example)
        return None
    named = {"volume": called} if called else {}
    return {**named, "nfs": {"server": server.strip("[]"), "path": path, **({"readOnly": True} if "ro" in options else {})}}
