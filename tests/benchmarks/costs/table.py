"""What was measured as a table: for a terminal, and for a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from costs.rows import PROCESS, Row, Section

_HEAD: Final = ("", "Ratio", "Half of the rounds", "CPU time", "Elapsed", "Peak memory")
_UNITS: Final = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
_MEGABYTE: Final = "MB"
_WIDTHS: Final = (64, 7, 20, 20, 20, 12)
_LARGE: Final = 100


def figure(value: float) -> str:
    """Write a number with two digits behind its point, or less where it is large."""
    return f"{value:,.{0 if value >= _LARGE else 1 if value >= _LARGE / 10 else 2}f}"


def ratio(row: Row) -> str:
    """Write a row's ratio; that of what the others are compared with is 1, and nothing more exact."""
    return "" if row.ratio is None else "1" if row.quartiles == (1, 1) else figure(row.ratio)


def duration(seconds: float | None, per: str) -> str:
    """Write how long something took; of megabytes, how many of them a second."""
    if seconds is None:
        return ""
    if per == _MEGABYTE:
        return f"{figure(1 / seconds)} MB/s"
    size, unit = next((one for one in _UNITS if seconds >= one[0]), _UNITS[-1])
    return f"{figure(seconds / size)} {unit}" + ("" if per == PROCESS else f" a {per}")


def cells(row: Row) -> tuple[str, ...]:
    """Write what a row says, by column."""
    if row.note:
        return (f"{row.name}: {row.note}", *[""] * 5)
    return (
        row.name,
        ratio(row),
        "" if row.quartiles in {None, (1, 1)} else " to ".join(map(figure, row.quartiles)),
        duration(row.cpu, row.per),
        duration(row.wall, row.per),
        "" if row.peak is None else f"{figure(row.peak / 1e6)} MB",
    )


def printed(section: Section, rows: Sequence[Row], passed_over: Sequence[str]) -> Iterator[str]:
    """Write a section for a terminal, line by line."""
    yield f"\n{section.title}; the ratio is to {section.reference.replace('`', '')}"
    for line in (_HEAD, *map(cells, rows)):
        yield (line[0].ljust(_WIDTHS[0]) + "".join(cell.rjust(width) for cell, width in zip(line[1:], _WIDTHS[1:], strict=True))).rstrip()
    yield from (f"skipped: {one}" for one in passed_over)


def marked_down(sections: Sequence[Section], rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Write all sections as one table, line by line."""
    yield f"| {' | '.join(_HEAD)} |"
    yield "|---|--:|--:|--:|--:|--:|"
    for section in sections:
        yield f"| **{section.title}**; the ratio is to {section.reference} |{'  |' * 5}"
        for row in rows[section.key]:
            name, *rest = cells(row)
            yield f"| {name.replace('_', '&#95;')} | {' | '.join(rest)} |"
