"""What was measured as a picture: a panel for each section, in it a bar for each row, as long as its ratio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from costs.rows import Row, Section
from costs.table import duration, figure, ratio
from kqmanifest.diagram.lettering import NAME, NOTE
from kqmanifest.diagram.vector import DARK, LIGHT

_WIDTH: Final = 960
_LEFT: Final = 430
"""Where the bars begin; their names stand before it."""
_ROOM: Final = 330
"""How long the longest bar of a panel is; its figures stand after it."""
_LINE: Final = 24
_HEAD: Final = 52
_BAR: Final = 14
_MARGIN: Final = 16
_STYLE: Final = """\
.kq text{font-family:ui-sans-serif,system-ui,"Segoe UI","Noto Sans",sans-serif;font-size:11px}
.kq .name{font-size:13px;font-weight:600}
"""
_COLOURS: Final = """\
.kq .paper{{fill:{paper}}}.kq text{{fill:{ink}}}.kq .note{{fill:{quiet}}}.kq .ours{{fill:{accent}}}.kq .other{{fill:{edge}}}\
.kq .one{{stroke:{quiet};stroke-dasharray:2 3}}
"""


def chart(sections: Sequence[Section], rows: Mapping[str, Sequence[Row]]) -> str:
    """Draw all sections, one below the other."""
    panels: list[str] = []
    top = _MARGIN
    for section in sections:
        bars = [row for row in rows[section.key] if row.ratio is not None]
        panels += _panel(section, bars, top)
        top += _HEAD + len(bars) * _LINE
    colours = _COLOURS.format(**LIGHT) + "@media (prefers-color-scheme:dark){\n" + _COLOURS.format(**DARK) + "}\n"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="kq" width="{_WIDTH}" height="{top}" viewBox="0 0 {_WIDTH} {top}">'
    return "\n".join(
        [head, f"<style>\n{_STYLE}{colours}</style>", f'<rect class="paper" width="{_WIDTH}" height="{top}"/>', *panels, "</svg>\n"]
    )


def _panel(section: Section, rows: Sequence[Row], top: float) -> Iterator[str]:
    if not rows:
        return
    yield _text(section.title.replace("`", ""), _MARGIN, top + 14, NAME.name)
    yield _text(f"times {section.reference.replace('`', '')}", _MARGIN, top + 30, NOTE.name)
    scale = _ROOM / max(row.ratio or 0 for row in rows)
    first = top + _HEAD - 14
    one = round(_LEFT + scale, 1)
    yield f'<path class="one" d="M{one} {first}V{first + len(rows) * _LINE}"/>'
    for place, row in enumerate(rows):
        middle = first + place * _LINE + _LINE / 2
        length = max(round((row.ratio or 0) * scale, 1), 1)
        yield _text(row.name, _LEFT - 8, middle + 4, anchor="end")
        kind = "ours" if row.ours else "other"
        yield f'<rect class="{kind}" x="{_LEFT}" y="{middle - _BAR / 2}" width="{length}" height="{_BAR}" rx="2"/>'
        figures = [ratio(row), duration(row.cpu, row.per), f"{figure(row.peak / 1e6)} MB" if row.peak else ""]
        yield _text(" · ".join(filter(None, figures)), round(_LEFT + length + 8, 1), middle + 4, NOTE.name)


def _text(text: str, x: float, y: float, name: str = "", anchor: str = "start") -> str:
    kind = f' class="{name}"' if name else ""
    return f'<text{kind} x="{x}" y="{y}"' + (f' text-anchor="{anchor}"' if anchor != "start" else "") + f">{escape(text)}</text>"
