"""What a newcomer meant by a key that its object does not have, where no similar field explains it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from kqmanifest.specs.fixes import source_of

Stray: TypeAlias = tuple[str, Mapping[str, Any]]
"""A key, and the object that contains it."""

_COUNT: Final = range(1, 1000)
_RESOURCE: Final = re.compile(r"[a-z0-9.-]+/[\w.-]+", re.ASCII)
_USER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def suggest(owner: str, key: str, found: Any) -> str | None:
    """Return what to write instead of a key that an owner, as messages call it, does not have; ``found`` is the whole object."""
    if not isinstance(found, Mapping) or key not in found:
        return None
    plain = "".join(filter(str.isalnum, key.lower()))
    if owner == "nfs" and key.startswith("/"):
        return _TWO_PATHS
    look = _MEANT.get(owner, {}).get(plain)
    if look is None and owner == "a container" and _RESOURCE.fullmatch(key):
        look = _resource
    return look((key, found)) if look else None


def _always(words: str) -> Callable[[Stray], str]:
    return lambda _: words


def _source(stray: Stray) -> str:
    key, found = stray
    return f"write `{source_of(found[key])}`" if source_of(found[key]) else "write the source of its files: `nfs: {server, path}`"


def _mode(stray: Stray) -> str | None:
    key, found = stray
    words = found[key].lower().split(",") if isinstance(found[key], str) else []
    if "ro" in words or "readonly" in words:
        return "write `readOnly: true`"
    return "remove it: a mount is writable unless it has `readOnly: true`" if "rw" in words else None


def _path_of_nfs(stray: Stray) -> str | None:
    return _IN_NFS if "server" in stray[1] else None


def _user(stray: Stray) -> str:
    user = str(stray[1][stray[0]])
    return (
        f"write `securityContext: {{runAsUser: {user}}}`"
        if _USER.fullmatch(user)
        else "write `securityContext: {runAsUser: …}`, with the numeric ID of that user"
    )


def _resource(stray: Stray) -> str | None:
    """Return the fix for a resource among the container's own fields: a count of GPUs, or of another device."""
    key, found = stray
    count = found[key]
    is_count = isinstance(count, int) and not isinstance(count, bool) and count in _COUNT
    if not key.endswith("/gpu"):
        return f"move it into `limits`: `limits: {{{key}: {count}}}`" if is_count else None
    number = count if is_count else 1
    return f"write `gpus: {number}`" if key == "nvidia.com/gpu" else f"write `gpus: {{count: {number}, resource: {key}}}`"


_TWO_PATHS: Final = "give each path a mount of its own"
_IN_NFS: Final = "put `server` and `path` into one field: `nfs: {server, path}`"
_OPTIONS: Final = "remove it; mount options require a claim: `claim: {size: 1Ti, mountOptions: [nfsvers=4.1]}`"
_PARENTS: Final = "mount the output of each parent: `{mountPath: /kqi/parent, nfs: {server, path}, readOnly: true}`"
_TAG: Final = "write it after the image's name, as in `image: tensorflow/tensorflow:2.16.1`"
_ONCE: Final = "remove it: a Job runs as many pods as `completions` says, and `parallelism` of them at a time"
_MEANT: Final[Mapping[str, Mapping[str, Callable[[Stray], str | None]]]] = {
    "a mount": {
        "source": _source,
        "src": _source,
        "from": _source,
        "device": _source,
        "mode": _mode,
        "options": _mode,
        "access": _mode,
        "accessmode": _mode,
        "type": _always("remove it: the key of the source says that already, as in `nfs: {server, path}`"),
        "server": _always(_IN_NFS),
        "path": _path_of_nfs,
        "claim": lambda stray: "move it into `nfs`" if "nfs" in stray[1] else None,
        "git": _always("clone it in an init container, into an `emptyDir` that both containers mount"),
    },
    "nfs": {
        "options": _always(_OPTIONS),
        "mountoptions": _always(_OPTIONS),
        "nfsvers": _always(_OPTIONS),
        "vers": _always(_OPTIONS),
        "version": _always(_OPTIONS),
    },
    "a container": {
        "privileged": _always("write `securityContext: {privileged: true}`"),
        "user": _user,
        "tag": _always(_TAG),
        "version": _always(_TAG),
        "capadd": _always("write `securityContext: {capabilities: {add: […]}}`, each without the prefix CAP_"),
    },
    "Job": {
        "replicas": _always(_ONCE),
        "parents": _always(_PARENTS),
        "parent": _always(_PARENTS),
        "schedule": _always("write `kind: CronJob`, and move the fields of the Job into `job`"),
    },
}
"""By the owner, what a key, in lower-case letters and digits alone, was meant to say."""
