"""Where everything is in a picture: boxes in two columns, and the arrows in the channel between them."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from kqmanifest.diagnostics import printable
from kqmanifest.diagram.lettering import IMAGE, NAME, NOTE, PATH, TITLE, Style
from kqmanifest.diagram.scene import Holder, Link, Location, Scene, nested
from kqmanifest.inventory import ContainerView, MountView, PodView
from kqmanifest.languages.columns import shortened

MARGIN: Final = 24.0
_GAP: Final = 18.0
_PADDING: Final = 12.0
_ROW_GAP: Final = 6.0
_INDENT: Final = 16.0
_DEEPEST: Final = 8
_NARROWEST: Final = 190.0
_PORT: Final = 13.0
"""How far below the top of a row its arrow is."""
_FAR: Final = 1e9
_LEAST_WEIGHT: Final = 1e-9
"""The weight of a box that nothing mounts from: it goes wherever others leave room."""
_LONGEST_PLACE: Final = 48
_LONGEST_PATH: Final = 56
_LONGEST_NAME: Final = 36
_LONGEST_IMAGE: Final = 44
_LONGEST_NOTE: Final = 44
_ROLES: Final = {"main": "", "init": "init container", "sidecar": "sidecar", "ephemeral": "ephemeral container"}


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """A text on its baseline, ``whole`` where it had to be shortened."""

    said: str
    style: Style
    x: float
    y: float
    whole: str = ""
    anchor: str = "start"
    """Which part of it is at ``x``: its ``start``, ``middle`` or ``end``."""

    @property
    def width(self) -> float:
        """Estimate its width, in pixels."""
        return self.style.width(self.said)

    @property
    def left(self) -> float:
        """Return where it starts."""
        return self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width

    def moved(self, x: float, y: float) -> Word:
        """Return the same word elsewhere."""
        return dataclasses.replace(self, x=self.x + x, y=self.y + y)


@dataclasses.dataclass(frozen=True, slots=True)
class Panel:
    """A box, with its words and the boxes within it."""

    kind: str
    """Its class in the picture."""
    x: float
    y: float
    width: float
    height: float
    words: tuple[Word, ...] = ()
    panels: tuple[Panel, ...] = ()

    def moved(self, x: float, y: float) -> Panel:
        """Return the same box elsewhere, with all that it contains."""
        words = tuple(one.moved(x, y) for one in self.words)
        return dataclasses.replace(self, x=self.x + x, y=self.y + y, words=words, panels=tuple(one.moved(x, y) for one in self.panels))


@dataclasses.dataclass(frozen=True, slots=True)
class Arrow:
    """A mount: from the port of its place, through the channel, to the port of its path."""

    link: Link
    start: tuple[float, float]
    end: tuple[float, float]
    channel: tuple[float, float]
    """Between which two ``x`` it may rise and fall."""
    read_only: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn, in pixels."""

    width: float
    height: float
    panels: tuple[Panel, ...]
    arrows: tuple[Arrow, ...]
    legend: tuple[tuple[str, Word], ...]
    """The kinds of line that occur, each with what it means."""


def layout(scene: Scene) -> Picture:
    """Find a place for everything in a scene."""
    mounts = dict(scene.links)
    right_width = max((_pod_width(pod) for pod in scene.pods), default=_NARROWEST)
    left_width = max((_holder_width(holder) for holder in scene.holders), default=0.0)
    channel = min(max(110.0, 70.0 + 5.0 * len(mounts)), 260.0) if scene.holders else 0.0
    right = MARGIN + left_width + channel

    pods: list[Panel] = []
    ends: dict[Link, tuple[float, float]] = {}
    bottom = MARGIN
    for index, pod in enumerate(scene.pods):
        panel, ports = _pod(pod, index, right_width)
        pods.append(panel.moved(right, bottom))
        ends |= {link: (right + x, bottom + y) for link, (x, y) in ports.items()}
        bottom += panel.height + _GAP

    holders, starts = _holders(scene.holders, left_width, {link: y for link, (_, y) in ends.items()})
    lowest = max((panel.y + panel.height for panel in (*pods, *holders)), default=MARGIN)
    edges = MARGIN + left_width, right
    arrows = tuple(Arrow(link, starts[link], ends[link], edges, mount.read_only) for link, mount in mounts.items())
    legend = tuple(_legend(scene, lowest + _GAP))
    wide = [right + right_width, *(word.x + word.width for _, word in legend)]
    tall = legend[-1][1].y + 6 if legend else lowest
    return Picture(max(wide) + MARGIN, tall + MARGIN, (*holders, *pods), arrows, legend)


def _legend(scene: Scene, top: float) -> Iterator[tuple[str, Word]]:
    """Explain the lines that occur."""
    mounts = [mount for _, mount in scene.links]
    said = [
        ("writable", "read and written", any(not mount.read_only for mount in mounts)),
        ("read-only", "read-only", any(mount.read_only for mount in mounts)),
        ("unmounted", "never mounted", any(not place.links for holder in scene.holders for place in holder.places)),
    ]
    x = MARGIN + 44
    for kind, text, occurs in said:
        if occurs:
            word = Word(text, NOTE, x, top + 12)
            yield kind, word
            x += word.width + 72


def _pod_width(pod: PodView) -> float:
    inner = max((_container_width(one) for one in pod.containers), default=0.0) + 2 * _PADDING
    return max(_NARROWEST, inner, *(word.x + word.width + _PADDING for word in _pod_words(pod)))


def _pod_words(pod: PodView) -> list[Word]:
    return _heading(pod.title, f"namespace {pod.namespace}" if pod.namespace else "")


def _heading(title: str, caption: str) -> list[Word]:
    """Write the title of a box in a column, and below it any details."""
    words = [_word(title, TITLE, _PADDING, 25, _LONGEST_NAME)]
    if caption:
        words.append(_word(caption, NOTE, _PADDING, 41, _LONGEST_NOTE))
    return words


def _pod(pod: PodView, number: int, width: float) -> tuple[Panel, dict[Link, tuple[float, float]]]:
    """Draw a pod at the origin, and return where the arrows of its mounts end."""
    words = _pod_words(pod)
    y = words[-1].y + 13
    panels: list[Panel] = []
    ports: dict[Link, tuple[float, float]] = {}
    for index, container in enumerate(pod.containers):
        panel, rows = _container(container, width - 2 * _PADDING)
        panels.append(panel.moved(_PADDING, y))
        ports |= {Link(number, index, mount): (_PADDING + x, y + at) for mount, (x, at) in rows.items()}
        y += panel.height + _PADDING
    return Panel("pod", 0, 0, width, max(y, words[-1].y + _PADDING), tuple(words), tuple(panels)), ports


def _badges(container: ContainerView) -> list[str]:
    return [shortened(printable(device), _LONGEST_PLACE) for device in container.granted]


def _container_words(container: ContainerView) -> list[Word]:
    words = [_word(container.name, NAME, _PADDING, 20, _LONGEST_NAME)]
    role = _ROLES.get(container.role, container.role)
    if role:
        words.append(Word(role, NOTE, _PADDING + words[0].width + 8, 20))
    words.append(_word(container.image or "no image", IMAGE, _PADDING, 37, _LONGEST_IMAGE))
    return words


def _container_width(container: ContainerView) -> float:
    badges = max((NOTE.width(badge) + 38 for badge in _badges(container)), default=0.0)
    head = max(word.x + word.width for word in _container_words(container)) + badges + _PADDING
    rows = (
        2 * _PADDING + _INDENT * min(depth, _DEEPEST) + max(_row_words_width(container.mounts[index]), 90)
        for index, depth in nested(container)
    )
    return max(_NARROWEST, head, *rows)


def _row_words_width(mount: MountView) -> float:
    words, tag = _row_words(mount)
    return max(max(word.x + word.width for word in words) + 10, words[0].x + words[0].width + 10 + (tag.width + 16 if tag else 0))


def _row_words(mount: MountView) -> tuple[list[Word], Word | None]:
    words = [_word(mount.path, PATH, 10, 17, _LONGEST_PATH)]
    if mount.same_as:
        words.append(_word(f"same place as {mount.same_as}: one of the two is seen", NOTE, 10, 32, _LONGEST_NOTE + 14))
    tags = [tag for tag, applies in (("block device", mount.device), ("read-only", mount.read_only)) if applies]
    return words, Word(", ".join(tags), NOTE, 0, 17, anchor="end") if tags else None


def _row_height(words: Sequence[Word]) -> float:
    """Return the height of a row, of one line or of two."""
    return 26.0 if len(words) == 1 else 41.0


def _container(container: ContainerView, width: float) -> tuple[Panel, dict[int, tuple[float, float]]]:
    words = _container_words(container)
    panels: list[Panel] = []
    top = 8.0
    for badge in _badges(container):
        wide = NOTE.width(badge) + 12
        word = Word(badge, NOTE, width - wide / 2 - _PADDING, top + 13.5, anchor="middle")
        panels.append(Panel("badge", width - wide - _PADDING, top, wide, 19, (word,)))
        top += 23
    y = max(top + 4, 48.0)
    ports: dict[int, tuple[float, float]] = {}
    for index, depth in nested(container):
        mount = container.mounts[index]
        x = _PADDING + _INDENT * min(depth, _DEEPEST)
        said, tag = _row_words(mount)
        wide, tall = width - x - _PADDING, _row_height(said)
        shown = (*said, dataclasses.replace(tag, x=wide - 10)) if tag else tuple(said)
        panels.append(Panel("path", 0, 0, wide, tall, shown).moved(x, y))
        ports[index] = (x, y + _PORT)
        y += tall + _ROW_GAP
    if not container.mounts:
        words.append(Word("mounts nothing", NOTE, _PADDING, y + 10))
        y += 16 + _ROW_GAP
    return Panel("container", 0, 0, width, y + _PADDING - _ROW_GAP, tuple(words), tuple(panels)), ports


def _place_words(place: Location) -> list[Word]:
    words = [_word(place.label, PATH, 10, 17, _LONGEST_PLACE)]
    if place.note:
        words.append(_word(place.note, NOTE, 10, 32, _LONGEST_NOTE))
    return words


def _holder_width(holder: Holder) -> float:
    heads = (word.x + word.width + _PADDING for word in _heading(holder.title, holder.caption))
    rows = (word.x + word.width + 10 + 2 * _PADDING for place in holder.places for word in _place_words(place))
    return max(_NARROWEST, *heads, *rows)


def _holders(
    holders: Iterable[Holder], width: float, height_of: Mapping[Link, float]
) -> tuple[list[Panel], dict[Link, tuple[float, float]]]:
    """Draw the holders, each as near to its mounts as the others allow, and return where their arrows start."""
    drawn = [_holder(holder, width, height_of) for holder in holders]
    drawn.sort(key=lambda one: one[2] + one[0].height / 2)
    tops = _settle([(wish, panel.height, len(ports)) for panel, ports, wish in drawn])
    panels = [panel.moved(MARGIN, top) for (panel, _, _), top in zip(drawn, tops, strict=True)]
    starts = {link: (MARGIN + x, top + y) for (_, ports, _), top in zip(drawn, tops, strict=True) for link, (x, y) in ports.items()}
    return panels, starts


def _holder(holder: Holder, width: float, height_of: Mapping[Link, float]) -> tuple[Panel, dict[Link, tuple[float, float]], float]:
    """Draw a holder at the origin; return its ports, and its preferred height."""
    words = _heading(holder.title, holder.caption)
    y = words[-1].y + 11
    panels: list[Panel] = []
    ports: dict[Link, tuple[float, float]] = {}
    wide = width - 2 * _PADDING
    for place in sorted(holder.places, key=lambda one: _mean([height_of[link] for link in one.links])):
        said = _place_words(place)
        tall = _row_height(said)
        panels.append(Panel("place" if place.links else "unmounted", 0, 0, wide, tall, tuple(said)).moved(_PADDING, y))
        ports |= dict.fromkeys(place.links, (_PADDING + wide, y + _PORT))
        y += tall + _ROW_GAP
    wish = _mean([height_of[link] - port[1] for link, port in ports.items()])
    return Panel("holder", 0, 0, width, y + _PADDING - _ROW_GAP, tuple(words), tuple(panels)), ports, wish


def _mean(numbers: Sequence[float]) -> float:
    """Return the mean; that of nothing is far below."""
    return math.fsum(numbers) / len(numbers) if numbers else _FAR


def _settle(boxes: Sequence[tuple[float, float, int]]) -> list[float]:
    """Stack boxes in order, each as near to its preferred top as possible; given the preferred tops, heights and weights.

    Where wishes collide, the boxes move together, to the mean of what they wish by their weights.
    """
    blocks: list[_Block] = []
    for wish, height, weight in boxes:
        lowest = blocks[-1].bottom if blocks else MARGIN
        block = _Block(lowest if wish == _FAR else max(wish, MARGIN), height + _GAP, weight + _LEAST_WEIGHT, (0.0,))
        while blocks and blocks[-1].bottom > block.top:
            block = _together(blocks.pop(), block)
        blocks.append(block)
    return [block.top + below for block in blocks for below in block.tops]


class _Block(NamedTuple):
    """Boxes that are directly below one another."""

    top: float
    height: float
    """Of all of them, with the gap below each."""
    weight: float
    tops: tuple[float, ...]
    """How far below the top of all of them each one's top is."""

    @property
    def bottom(self) -> float:
        return self.top + self.height


def _together(above: _Block, below: _Block) -> _Block:
    weight = above.weight + below.weight
    top = (above.top * above.weight + (below.top - above.height) * below.weight) / weight
    tops = (*above.tops, *(above.height + one for one in below.tops))
    return _Block(max(top, MARGIN), above.height + below.height, weight, tops)


def _word(text: str, style: Style, x: float, y: float, most: int) -> Word:
    spelt = printable(text)
    short = shortened(spelt, most)
    return Word(short, style, x, y, whole=spelt if short != spelt else "")
