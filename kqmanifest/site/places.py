"""Whether something lies within what is allowed: paths and images by whole steps, never by a part of a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kqmanifest.model.site import Export, NodePath
from kqmanifest.vocabulary.images import is_image
from kqmanifest.vocabulary.paths import climbs, is_absolute, normalised

DOCKER: Final = "docker.io"
_DOCKER_TOO: Final = "index.docker.io"
_LIBRARY: Final = "library"


def is_below(path: str, above: str) -> bool:
    """Return whether a path is another one or below it; one with ``..`` is below none."""
    if climbs(path) or not is_absolute(path):
        return False
    here, there = normalised(path), normalised(above)
    return here == there or here.startswith(there.rstrip("/") + "/")


def export_of(exports: Iterable[Export], server: str, path: str) -> Export | None:
    """Find the export that a directory of an NFS server lies in; of several, one that may be written."""
    found = [one for one in exports if one.server == server and is_below(path, one.path)]
    return min(found, key=lambda one: one.read_only, default=None)


def node_path_of(paths: Iterable[NodePath], path: str) -> NodePath | None:
    """Find the allowed path of the node that a path lies in; of several, one that may be written."""
    found = [one for one in paths if is_below(path, one.path)]
    return min(found, key=lambda one: not one.writable, default=None)


def repository(image: str) -> tuple[str, ...] | None:
    """Return the steps of an image's name, registry first, without tag and digest; None for what is not an image.

    A name without a registry is one of Docker's: ``python`` is ``docker.io/library/python``.
    """
    if not is_image(image):
        return None
    name = image.partition("@")[0]
    last = name.rpartition("/")[2]
    name = name[: len(name) - len(last)] + last.partition(":")[0]
    first, *rest = name.split("/")
    if not rest or not _is_registry(first):
        first, rest = DOCKER, [first, *rest]
    if first in {DOCKER, _DOCKER_TOO}:
        return (DOCKER, *(rest if len(rest) > 1 else (_LIBRARY, *rest)))
    return (first, *rest)


def prefix(text: str) -> tuple[str, ...] | None:
    """Return the steps of an allowed registry or repository; None where it does not begin with a registry or owner."""
    steps = text.rstrip("/").split("/")
    if not all(steps) or "@" in text or (len(steps) > 1 and ":" in steps[-1]):
        return None
    if _is_registry(steps[0]):
        return (DOCKER if steps[0] == _DOCKER_TOO else steps[0], *steps[1:])
    return (DOCKER, *steps) if len(steps) > 1 else None


def is_within(image: str, prefixes: Iterable[str]) -> bool:
    """Return whether an image is of an allowed registry or repository."""
    steps = repository(image)
    allowed = [prefix(one) for one in prefixes]
    return steps is not None and any(one is not None and steps[: len(one)] == one for one in allowed)


def _is_registry(step: str) -> bool:
    return "." in step or ":" in step or step == "localhost" or step != step.lower()
