"""What was measured last, kept beside the benchmarks; the page and the picture of the documentation are made from it."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from costs.chart import chart
from costs.machine import load, machine, versions
from costs.rows import Row, Section
from costs.table import marked_down

_HERE: Final = pathlib.Path(__file__).parent.parent
_DOCS: Final = _HERE.parent.parent / "docs"
RECORD: Final = _HERE / "measured.json"
PAGE: Final = _DOCS / "costs.md"
PICTURE: Final = _DOCS / "pictures" / "costs.svg"
_MEASURED: Final = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end of what was measured -->\n)", re.DOTALL)


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """Sections that were measured on one machine, with the same versions of everything."""

    machine: str
    versions: Mapping[str, str]
    rows: Mapping[str, Sequence[Row]]
    passed_over: Mapping[str, Sequence[str]]
    load: float = 0.0
    """How many processes wanted a processor meanwhile."""

    def lines(self, sections: Sequence[Section]) -> Iterator[str]:
        """Write what the page says of it."""
        yield f"Machine: {self.machine}."
        yield f"Versions: {', '.join(f'{name} {number}' for name, number in self.versions.items())}."
        if self.load > 1:
            yield f"The machine was shared: {self.load:.1f} processes wanted a processor meanwhile, so that elapsed times say little."
        here = [section for section in sections if section.key in self.rows]
        yield ""
        yield from marked_down(here, self.rows)
        yield ""
        missing = [f"`{section.key}`" for section in sections if section.key not in self.rows]
        said = [one for section in here for one in self.passed_over[section.key]]
        if missing:
            said.append(f"the sections {', '.join(missing)}")
        yield from [f"Not measured: {'; '.join(said)}.", ""] if said else []


def kept(path: pathlib.Path = RECORD) -> Record | None:
    """Read what was measured last; None where nothing was."""
    if not path.exists():
        return None
    told = json.loads(path.read_text("utf-8"))
    rows = {key: [_row(row) for row in section["rows"]] for key, section in told["sections"].items()}
    return Record(
        told["machine"], told["versions"], rows, {key: section["passedOver"] for key, section in told["sections"].items()}, told["load"]
    )


def added(rows: Mapping[str, Sequence[Row]], passed_over: Mapping[str, Sequence[str]]) -> Record:
    """Put what was measured now beside what was measured last, unless that was elsewhere, or of other versions."""
    here, of_what, last = machine(), versions(), kept()
    if last is None or (last.machine, last.versions) != (here, of_what):
        return Record(here, of_what, rows, passed_over, load())
    return Record(here, of_what, {**last.rows, **rows}, {**last.passed_over, **passed_over}, max(load(), last.load))


def write(record: Record, sections: Sequence[Section]) -> None:
    """Keep what was measured, and write it into the page and the picture."""
    told = {
        "machine": record.machine,
        "versions": record.versions,
        "load": round(record.load, 1),
        "sections": {
            key: {"rows": [dataclasses.asdict(row) for row in rows], "passedOver": record.passed_over[key]}
            for key, rows in record.rows.items()
        },
    }
    RECORD.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page(record, sections, PAGE.read_text("utf-8")), "utf-8")
    PICTURE.write_text(picture(record, sections), "utf-8")


def page(record: Record, sections: Sequence[Section], text: str) -> str:
    """Write what was measured into the text of the page."""
    lines = "".join(f"{line}\n" for line in record.lines(sections))
    return _MEASURED.sub(lambda _: lines, text)


def picture(record: Record, sections: Sequence[Section]) -> str:
    """Draw what was measured."""
    return chart([section for section in sections if section.key in record.rows], record.rows)


def _row(told: dict[str, Any]) -> Row:
    quartiles = told.pop("quartiles")
    return Row(**told, quartiles=tuple(quartiles) if quartiles else None)
