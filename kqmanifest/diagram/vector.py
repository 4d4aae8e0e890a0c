"""A picture as SVG: light or dark as the reader's screen is, without scripts, fonts or anything else external."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from kqmanifest.diagnostics import printable
from kqmanifest.diagram.layout import Arrow, Panel, Picture, Word, layout
from kqmanifest.diagram.scene import Scene, scene
from kqmanifest.inventory import PodView

LIGHT: Final = {
    "paper": "#ffffff",
    "holder": "#f5f6f8",
    "pod": "#eef3fb",
    "row": "#ffffff",
    "edge": "#c3c9d2",
    "rim": "#7d9fd6",
    "ink": "#1c2229",
    "quiet": "#57606c",
    "accent": "#1d5fc0",
}
DARK: Final = {
    "paper": "#14171c",
    "holder": "#1c2128",
    "pod": "#18222f",
    "row": "#12151a",
    "edge": "#444c57",
    "rim": "#4d74b0",
    "ink": "#e7eaef",
    "quiet": "#a7b0bc",
    "accent": "#82b4ff",
}
"""The colours by day and by night."""
_SHAPE: Final = """\
.kq text{font-family:ui-sans-serif,system-ui,"Segoe UI","Noto Sans","Hiragino Sans","Noto Sans CJK JP",sans-serif}
.kq .title{font-size:15px;font-weight:600}.kq .name{font-size:13px;font-weight:600}.kq .note{font-size:11px}
.kq .path,.kq .image{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Noto Sans Mono CJK JP",monospace}
.kq .path{font-size:12.5px}.kq .image{font-size:11px}
.kq path,.kq rect{stroke-width:1}.kq path{fill:none}.kq .writable{stroke-width:1.75}.kq .read-only{stroke-width:1.5;stroke-dasharray:6 4}
.kq .unmounted rect,.kq path.unmounted{stroke-dasharray:2 3}
"""
_COLOURS: Final = """\
.kq .paper{{fill:{paper}}}.kq text{{fill:{ink}}}.kq .note,.kq .image,.kq .unmounted text{{fill:{quiet}}}
.kq .holder>rect{{fill:{holder};stroke:{edge}}}.kq .pod>rect{{fill:{pod};stroke:{rim}}}
.kq .container>rect{{fill:{holder};stroke:{edge}}}.kq .place>rect,.kq .path>rect{{fill:{row};stroke:{edge}}}
.kq .unmounted>rect{{fill:none;stroke:{quiet}}}.kq path.unmounted{{stroke:{quiet}}}
.kq .badge>rect{{fill:{row};stroke:{accent}}}.kq .badge .note{{fill:{accent}}}
.kq .writable{{stroke:{accent}}}.kq .read-only{{stroke:{quiet}}}.kq .written{{fill:{accent}}}.kq .read{{fill:{quiet}}}
"""
_MARKER: Final = (
    '<marker id="kq-{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" '
    'orient="auto-start-reverse"><path class="{name}" d="M0 1 10 5 0 9Z"/></marker>'
)
_ROUND: Final = {"pod": 14, "holder": 6, "container": 8, "badge": 9.5}


def svg(pods: Sequence[PodView]) -> str:
    """Draw what the containers of pods mount, as an SVG picture."""
    shown = scene(pods)
    return "\n".join(_lines(layout(shown), shown)) + "\n"


def _lines(picture: Picture, shown: Scene) -> Iterator[str]:
    width, height = _number(picture.width), _number(picture.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="kq" role="img" aria-labelledby="kq-title kq-desc" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" style="max-width:100%;height:auto">'
    )
    yield f'<title id="kq-title">{_escape(_title(shown))}</title>'
    yield f'<desc id="kq-desc">{_escape(_description(shown))}</desc>'
    dark = _COLOURS.format_map(DARK)
    yield f"<style>\n{_SHAPE}{_COLOURS.format_map(LIGHT)}@media screen and (prefers-color-scheme:dark){{\n{dark}}}\n</style>"
    yield f"<defs>{_MARKER.format(name='written')}{_MARKER.format(name='read')}</defs>"
    yield f'<rect class="paper" width="{width}" height="{height}"/>'
    for panel in picture.panels:
        yield from _panel(panel)
    mounts = dict(shown.links)
    for arrow in picture.arrows:
        mount = mounts[arrow.link]
        access = "read-only" if arrow.read_only else "read and written"
        yield _line(_route(arrow), f"{mount.path} from {mount.origin}, {access}", read_only=arrow.read_only)
    for kind, word in picture.legend:
        yield _sample(kind, word)
        yield _word(word)
    yield "</svg>"


def _title(shown: Scene) -> str:
    return f"What the containers of {' and '.join(pod.title for pod in shown.pods) or 'no pod'} see"


def _description(shown: Scene) -> str:
    said: list[str] = []
    for pod in shown.pods:
        for container in pod.containers:
            devices = "".join(f", {device}" for device in container.granted)
            said.append(f"Container {container.name} of {pod.title}{devices}:")
            said += [f"{one.path} from {one.origin}, {'read-only' if one.read_only else 'writable'};" for one in container.mounts]
        said += [f"Volume {one.volume}, {one.origin}, is never mounted." for one in pod.unmounted]
    return " ".join(said)


def _panel(panel: Panel) -> Iterator[str]:
    place = f'x="{_number(panel.x)}" y="{_number(panel.y)}" width="{_number(panel.width)}" height="{_number(panel.height)}"'
    yield f'<g class="{panel.kind}"><rect {place} rx="{_ROUND.get(panel.kind, 4)}"/>'
    for word in panel.words:
        yield _word(word)
    for inner in panel.panels:
        yield from _panel(inner)
    yield "</g>"


def _word(word: Word) -> str:
    end = "" if word.anchor == "start" else f' text-anchor="{word.anchor}"'
    whole = f"<title>{_escape(word.whole)}</title>" if word.whole else ""
    return f'<text class="{word.style.name}" x="{_number(word.x)}" y="{_number(word.y)}"{end}>{whole}{_escape(word.said)}</text>'


def _route(arrow: Arrow) -> str:
    """Go straight to the channel, through it on a curve that is level at both ends, and straight on."""
    (x1, y1), (x2, y2), (left, right) = arrow.start, arrow.end, arrow.channel
    bend, begin, over = _number((left + right) / 2), _number(left), _number(right)
    from_y, to_y = _number(y1), _number(y2)
    return f"M{_number(x1)} {from_y}H{begin}C{bend} {from_y} {bend} {to_y} {over} {to_y}H{_number(x2)}"


def _line(route: str, told: str, *, read_only: bool) -> str:
    kind, marker = ("read-only", "read") if read_only else ("writable", "written")
    start = "" if read_only else f' marker-start="url(#kq-{marker})"'
    return f'<path class="{kind}" d="{route}"{start} marker-end="url(#kq-{marker})"><title>{_escape(told)}</title></path>'


def _sample(kind: str, word: Word) -> str:
    x, y = word.x - 44, word.y - 4
    if kind == "unmounted":
        return f'<g class="unmounted"><rect x="{_number(x)}" y="{_number(y - 6)}" width="34" height="12" rx="3"/></g>'
    return _line(f"M{_number(x)} {_number(y)}h34", word.said, read_only=kind == "read-only")


def _escape(text: str) -> str:
    return escape(printable(text), {'"': "&quot;"})


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
