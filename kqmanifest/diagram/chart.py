"""A picture as a Mermaid flowchart, for pages that render it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from kqmanifest.diagnostics import printable
from kqmanifest.diagram.scene import Holder, Location, Scene, nested, scene
from kqmanifest.inventory import ContainerView, MountView, PodView
from kqmanifest.languages.columns import shortened

_LONGEST: Final = 60
_PLAIN: Final = frozenset(" -./_,=+@()…·\N{MULTIPLICATION SIGN}")
_BREAK: Final = "<br/>"
_BESIDE: Final = " · "
"""Between the parts of a subgraph's title, which Mermaid gives the room of one line."""


def mermaid(pods: Sequence[PodView]) -> str:
    """Draw what the containers of pods mount, as a Mermaid flowchart."""
    return "\n".join(_lines(scene(pods))) + "\n"


def _lines(shown: Scene) -> Iterator[str]:
    yield "flowchart LR"
    numbers = itertools.count()
    ids: dict[object, str] = {}
    unmounted: list[str] = []
    for index, holder in enumerate(shown.holders):
        yield f'  subgraph h{index}["{_holder(holder)}"]'
        for place in holder.places:
            name = f"p{next(numbers)}"
            ids |= dict.fromkeys(place.links, name)
            unmounted += [] if place.links else [name]
            yield f'    {name}["{_place(place)}"]'
        yield "  end"
    for i, pod in enumerate(shown.pods):
        yield f'  subgraph pod{i}["{_pod(pod)}"]'
        for j, container in enumerate(pod.containers):
            yield from _container(f"{i}_{j}", container)
        yield "  end"
    for link, mount in shown.links:
        arrow = "-. read-only .->" if mount.read_only else "<-->"
        yield f"  {ids[link]} {arrow} m{link.pod}_{link.container}_{link.mount}"
    if unmounted:
        yield "  classDef unmounted stroke-dasharray: 3 3"
        yield f"  class {','.join(unmounted)} unmounted"


def _container(number: str, container: ContainerView) -> Iterator[str]:
    if not container.mounts:
        yield f'    c{number}["{_head(container)}"]'
        return
    yield f'    subgraph c{number}["{_head(container)}"]'
    yield "      direction TB"
    for index, depth in nested(container):
        yield f'      m{number}_{index}["{_path(container.mounts[index], depth)}"]'
    yield "    end"


def _head(container: ContainerView) -> str:
    role = "" if container.role == "main" else f" ({container.role})"
    if not container.mounts:
        return _label(f"{container.name}{role}", container.image, *container.granted, "mounts nothing")
    return _title(f"{container.name}{role}", *container.granted)


def _path(mount: MountView, depth: int) -> str:
    inner = f"in {mount.enclosing}" if depth else ""
    same = f"same place as {mount.same_as}" if mount.same_as else ""
    return _label(mount.path, "block device" if mount.device else "", inner, same)


def _pod(pod: PodView) -> str:
    return _title(pod.title, f"namespace {pod.namespace}" if pod.namespace else "")


def _holder(holder: Holder) -> str:
    return _title(holder.title, holder.caption)


def _place(place: Location) -> str:
    return _label(place.label, place.note)


def _title(*parts: str) -> str:
    return _quote(_BESIDE.join(shortened(printable(part), _LONGEST) for part in parts if part))


def _label(*parts: str) -> str:
    return _BREAK.join(_quote(shortened(printable(part), _LONGEST)) for part in parts if part)


def _quote(text: str) -> str:
    """Escape every character that could mean something to Mermaid, or to the HTML that it generates."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)
