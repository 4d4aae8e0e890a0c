"""Where a path, an export, an image or a name lies, by code of its own: nothing here is asked of the package."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_HUBS: Final = ("docker.io", "index.docker.io", "registry-1.docker.io")
_IMAGE: Final = re.compile(
    r"(?P<name>[a-zA-Z0-9][\w.:-]*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)(:[\w][\w.-]{0,127})?(@[\w+.-]+:[0-9a-fA-F]{32,})?", re.ASCII
)


def steps_of(path: Any) -> list[str] | None:
    """Return the steps of an absolute path; None where it climbs, or begins nowhere."""
    if not isinstance(path, str) or not path.startswith("/"):
        return None
    steps = [step for step in path.split("/") if step not in ("", ".")]
    return None if ".." in steps else steps


def lies_below(path: Any, above: Any) -> bool:
    """Return whether a path is another one, or below it."""
    here, there = steps_of(path), steps_of(above)
    return here is not None and there is not None and here[: len(there)] == there


def export_of(exports: Sequence[Mapping[str, Any]], server: Any, path: Any) -> Mapping[str, Any] | None:
    """Find the export that a directory of a server lies in; of several, one that may be written."""
    having = [one for one in exports if one["server"] == server and lies_below(path, one.get("path", "/"))]
    return min(having, key=lambda one: bool(one.get("readOnly")), default=None)


def node_path_of(listed: Sequence[Any], path: Any) -> Mapping[str, Any] | None:
    """Find the path of the node that is named and that a path lies in; of several, one that may be written."""
    named = [{"path": one} if isinstance(one, str) else one for one in listed]
    return min((one for one in named if lies_below(path, one["path"])), key=lambda one: not one.get("writable"), default=None)


def is_image_of(image: Any, listed: Sequence[str]) -> bool:
    """Return whether an image comes from a registry or repository that is named."""
    if not isinstance(image, str) or not _IMAGE.fullmatch(image):
        return False
    whole = _in_full(re.sub(r"(:[^:/]+)?$", "", image.partition("@")[0]) if "/" in image else re.sub(r"[:@].*", "", image))
    return any(whole[: len(named)] == named for named in (_in_full(one.rstrip("/"), named=True) for one in listed))


def _in_full(name: str, *, named: bool = False) -> list[str]:
    first, *rest = name.split("/")
    is_registry = "." in first or ":" in first or first == "localhost" or first != first.lower()
    if not is_registry:
        first, rest = "docker.io", [first, *rest]
    if first in _HUBS:
        first = "docker.io"
        if len(rest) == 1 and not named:
            rest = ["library", *rest]
    return [first, *rest]


def is_named(name: Any, listed: Sequence[Any], *, create: bool = False) -> bool:
    """Return whether a name is one of those that are listed, a ``*`` in which stands for any characters; or may be created too."""
    for one in listed:
        pattern = one if isinstance(one, str) else one["name"]
        if create and (isinstance(one, str) or not one.get("create")):
            continue
        if isinstance(name, str) and re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL):
            return True
    return False
