"""CronJobs: their schedules, their time zones, their names."""

from __future__ import annotations

from typing import Any

import pytest

from kqmanifest import check

TEMPLATE = {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "example.com/training:1"}]}}}}


def refused(*, metadata: Any = None, **spec: Any) -> set[tuple[str, str]]:
    """Say what the server would refuse of a CronJob that is right but for what is given."""
    written = {"schedule": "0 3 * * *", "jobTemplate": TEMPLATE, **spec}
    manifest = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata or {"name": "nightly"}, "spec": written}
    return {(one.code, str(one.path)) for one in check(manifest, kubernetes="1.36") if one.code.startswith(("KQ1", "KQ2", "KQ9"))}


@pytest.mark.parametrize(
    "schedule",
    [
        "* * * * *",
        "*/15 0-23/2 1,15 jan-dec mon-fri",
        " 0 3 * * * ",
        "0\t3\u3000* * *",
        "? ? ? ? ?",
        "5/10 * * * SUN",
        "@daily",
        "@every 1h30m",
        "@every 0",
    ],
)
def test_a_schedule_is_read_as_the_controller_reads_it(schedule: str) -> None:
    assert refused(schedule=schedule) == set()


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        ("", "KQ2543"),
        ("TZ=Asia/Tokyo 0 3 * * *", "KQ2544"),
        ("CRON_TZ=Asia/Tokyo 0 3 * * *", "KQ2544"),
        ("TZ=0", "KQ2544"),
        ("0 3 * *", "KQ2545"),
        ("0 0 3 * * *", "KQ2545"),
        (" ", "KQ2545"),
        (" @daily", "KQ2545"),
        ("60 * * * *", "KQ2546"),
        ("* 24 * * *", "KQ2546"),
        ("* * 0 * *", "KQ2546"),
        ("* * 32 * *", "KQ2546"),
        ("* * * 13 *", "KQ2546"),
        ("* * * * 7", "KQ2546"),
        ("* * L * *", "KQ2546"),
        ("* * * * fri-mon", "KQ2546"),
        ("*/0 * * * *", "KQ2546"),
        ("@daily ", "KQ2547"),
        ("@reboot", "KQ2547"),
        ("@every", "KQ2547"),
        ("@every day", "KQ2547"),
    ],
)
def test_an_unreadable_schedule_is_told_once(schedule: str, code: str) -> None:
    assert refused(schedule=schedule) == {(code, "/spec/schedule")}


def test_each_unreadable_part_of_a_schedule_is_told() -> None:
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "a"},
        "spec": {"schedule": "61 1,25 * * 7", "jobTemplate": TEMPLATE},
    }
    found = [one for one in check(manifest) if one.code == "KQ2546"]
    assert [one.message for one in found] == [
        "the minute in schedule cannot be 61",
        "the hour in schedule cannot be 25",
        "the day of the week in schedule cannot be 7",
    ]
    assert found[2].hint.startswith("write 0 instead of 7")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC", "Etc/GMT+9", "EST5EDT", "America/Argentina/ComodRivadavia", None])
def test_a_time_zone_is_named_as_in_the_database(zone: str | None) -> None:
    assert refused(timeZone=zone) == set()


@pytest.mark.parametrize("zone", ["", "utc", "asia/tokyo", "JST", "Local", "LOCAL", "America", "../UTC", "/UTC", "Asia/Tokyo ", "UTC+9"])
def test_an_unknown_time_zone_is_told(zone: str) -> None:
    assert refused(timeZone=zone) == {("KQ2548", "/spec/timeZone")}


@pytest.mark.parametrize(("metadata", "path"), [({"name": "a" * 53}, "/metadata/name"), ({"generateName": "a" * 48}, "/metadata")])
def test_a_name_leaves_room_for_the_time(metadata: dict[str, Any], path: str) -> None:
    assert refused(metadata=metadata) == {("KQ2542", path)}
    assert refused(metadata={key: name[:-1] for key, name in metadata.items()}) == set()


@pytest.mark.parametrize(
    ("policy", "found"), [("", set()), (None, set()), ("Replace", set()), ("replace", {("KQ2549", "/spec/concurrencyPolicy")})]
)
def test_a_concurrency_policy_is_one_of_three(policy: str | None, found: set[tuple[str, str]]) -> None:
    assert refused(concurrencyPolicy=policy) == found


@pytest.mark.parametrize("field", ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"])
def test_a_cron_job_counts_from_nothing(field: str) -> None:
    assert refused(**{field: 0}) == set()
    assert refused(**{field: -1}) == {("KQ2501", f"/spec/{field}")}
