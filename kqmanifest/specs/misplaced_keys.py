"""What a newcomer meant by a key that its object does not have, where no similar field explains it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from kqmanifest.specs.fixes import source_of

Stray: TypeAlias = tuple[str, Mapping[str, Any]]
"""A key, and the object that contains it."""
Hint: TypeAlias = Mapping[str, str]
"""The value of one of the hints of an unknown key; empty where none is known."""

_COUNT: Final = range(1, 1000)
_RESOURCE: Final = re.compile(r"[a-z0-9.-]+/[\w.-]+", re.ASCII)
_USER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def suggest(owner: str, key: str, found: Any) -> Hint:
    """Return the hint for a key that an owner, as messages call it, does not have; ``found`` is the whole object."""
    if not isinstance(found, Mapping) or key not in found:
        return {}
    plain = "".join(filter(str.isalnum, key.lower()))
    if owner == "nfs" and key.startswith("/"):
        return {"repeated": "path"}
    look = _MEANT.get(owner, {}).get(plain)
    if look is None and owner == "a container" and _RESOURCE.fullmatch(key):
        look = _resource
    return look((key, found)) if look else {}


def _always(name: str, value: str) -> Callable[[Stray], Hint]:
    return lambda _: {name: value}


def _source(stray: Stray) -> Hint:
    key, found = stray
    source = source_of(found[key])
    return {"instead": source} if source else {"source": _NFS}


def _mode(stray: Stray) -> Hint:
    key, found = stray
    words = found[key].lower().split(",") if isinstance(found[key], str) else []
    if "ro" in words or "readonly" in words:
        return {"instead": _READ_ONLY}
    return {"writable": _READ_ONLY} if "rw" in words else {}


def _path_of_nfs(stray: Stray) -> Hint:
    return {"joined": _NFS} if "server" in stray[1] else {}


def _user(stray: Stray) -> Hint:
    user = str(stray[1][stray[0]])
    if _USER.fullmatch(user):
        return {"instead": f"securityContext: {{runAsUser: {user}}}"}
    return {"user": "securityContext: {runAsUser: …}"}


def _resource(stray: Stray) -> Hint:
    """Return the hint for a resource among the container's own fields: a count of GPUs, or of another device."""
    key, found = stray
    count = found[key]
    is_count = isinstance(count, int) and not isinstance(count, bool) and count in _COUNT
    if not key.endswith("/gpu"):
        return {"limits": f"limits: {{{key}: {count}}}"} if is_count else {}
    number = count if is_count else 1
    return {"instead": f"gpus: {number}" if key == "nvidia.com/gpu" else f"gpus: {{count: {number}, resource: {key}}}"}


_NFS: Final = "nfs: {server, path}"
_READ_ONLY: Final = "readOnly: true"
_OPTIONS: Final = _always("options", "claim: {size: 1Ti, mountOptions: [nfsvers=4.1]}")
_PARENT: Final = _always("parent", "{mountPath: /kqi/parent, nfs: {server, path}, readOnly: true}")
_TAG: Final = _always("tagged", "image: tensorflow/tensorflow:2.16.1")
_MEANT: Final[Mapping[str, Mapping[str, Callable[[Stray], Hint]]]] = {
    "a mount": {
        "source": _source,
        "src": _source,
        "from": _source,
        "device": _source,
        "mode": _mode,
        "options": _mode,
        "access": _mode,
        "accessmode": _mode,
        "type": _always("typed", _NFS),
        "server": _always("joined", _NFS),
        "path": _path_of_nfs,
        "claim": lambda stray: {"into": "nfs"} if "nfs" in stray[1] else {},
        "git": _always("shared", "emptyDir"),
    },
    "nfs": dict.fromkeys(("options", "mountoptions", "nfsvers", "vers", "version"), _OPTIONS),
    "a container": {
        "privileged": _always("instead", "securityContext: {privileged: true}"),
        "user": _user,
        "tag": _TAG,
        "version": _TAG,
        "capadd": _always("capabilities", "securityContext: {capabilities: {add: […]}}"),
    },
    "Job": {
        "replicas": _always("completions", "completions"),
        "parents": _PARENT,
        "parent": _PARENT,
        "schedule": _always("scheduled", "kind: CronJob"),
    },
}
"""By the owner, what a key, in lower-case letters and digits alone, was meant to say."""
