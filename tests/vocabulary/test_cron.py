"""Schedules, durations and time zones are read as the CronJob controller reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kqmanifest.vocabulary.cron import FIELDS, is_duration, parts, unreadable
from kqmanifest.vocabulary.timezones import TIME_ZONES

WHATEVER = "*?/-,0123456789LW#+@ janMONx\u0663\xa0"


def is_read(schedule: str) -> bool:
    """Say whether a schedule has five fields and all of them are read."""
    return len(parts(schedule)) == len(FIELDS) and not list(unreadable(schedule))


@given(st.lists(st.text(WHATEVER.replace(" ", "").replace("\xa0", ""), min_size=1, max_size=9), min_size=5, max_size=5))
def test_a_schedule_is_read_where_each_of_its_fields_is(fields: list[str]) -> None:
    alone = [is_read(" ".join("*" if other != at else field for other in range(5))) for at, field in enumerate(fields)]
    assert is_read(" ".join(fields)) == all(alone)


@given(st.integers(-2, 70), st.integers(-2, 70), st.integers(-1, 99), st.integers(0, 4))
def test_an_interval_is_read_where_it_rises_within_its_bounds(low: int, high: int, step: int, at: int) -> None:
    field = FIELDS[at]
    schedule = " ".join(f"{low}-{high}/{step}" if other == at else "*" for other in range(5))
    assert is_read(schedule) == (field.lowest <= low <= high <= field.highest and step > 0)


@given(st.text(WHATEVER, max_size=30))
def test_any_text_is_read_or_not(schedule: str) -> None:
    fields = parts(schedule)
    assert all(fields)
    assert len(fields) != len(FIELDS) or all(field in FIELDS for _, field in unreadable(schedule))


@pytest.mark.parametrize("text", ["0", "-0", "1h", "1h30m", "1.5h", ".5s", "1.s", "-90s", "+1µs", "1μs", "2562047h47m16s", "1ns"])
def test_a_duration_is_read_as_go_reads_it(text: str) -> None:
    assert is_duration(text)


@pytest.mark.parametrize("text", ["", "1", "h", ".h", "1d", "1H", "1 h", "1h ", "--1h", "1h-1m", "2562048h", "9" * 5000 + "h", "٣h"])
def test_what_is_no_duration_is_not_read(text: str) -> None:
    assert not is_duration(text)


def test_time_zones_are_names_that_a_server_takes() -> None:
    assert {"Asia/Tokyo", "Etc/UTC", "UTC", "America/Argentina/Buenos_Aires", "Pacific/Kiritimati"} <= TIME_ZONES
    assert all(0 < len(part) <= 14 for zone in TIME_ZONES for part in zone.split("/"))
