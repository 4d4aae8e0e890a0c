"""CronJobs: when their Jobs start, in which time zone, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.batch.jobs import name_of
from kqmanifest.rules.constraints import one_of, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.cron import DESCRIPTORS, EVERY, FIELDS, is_duration, parts, unreadable
from kqmanifest.vocabulary.kinds import BY_NAME
from kqmanifest.vocabulary.names import is_subdomain
from kqmanifest.vocabulary.spelling import nearest
from kqmanifest.vocabulary.timezones import TIME_ZONES

CONCURRENCY: Final = ("Allow", "Forbid", "Replace")
_LONGEST_NAME: Final = BY_NAME["CronJob"]["batch"].longest_name


def _is_plain(schedule: str) -> bool:
    """Return whether a schedule has fields: it is not empty, no descriptor, and has no time zone, which another rule reports."""
    return bool(schedule) and not schedule.startswith("@") and "TZ" not in schedule


@rule(
    "KQ2542",
    "CronJob",
    "the name {name} has {length} characters, and the name of a CronJob has at most {most}",
    "shorten the name: 11 characters are added to it for the name of each Job",
    reason="Invalid",
    upstream="batch/validation.ValidateCronJobCreate",
)
def cron_job_name_is_too_long(cron_job: dict[str, Any]) -> Iterator[Spot]:
    """The names of a CronJob's Jobs have eleven characters more, and the label on the Jobs' pods holds at most 63.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly-evaluation-of-the-large-model-on-all-of-the-data},
          spec: {schedule: "@daily", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly-evaluation},
          spec: {schedule: "@daily", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    name = name_of(cron_job)
    if len(name) > _LONGEST_NAME and is_subdomain(name):
        yield found("metadata", "name", name=name, length=len(name), most=_LONGEST_NAME)


schedule_is_empty = required(
    "KQ2543",
    "CronJobSpec.schedule",
    hints='write a schedule, such as "0 3 * * *" for three o\'clock each night',
    upstream="batch/validation.validateCronJobSpec",
    page="""A CronJob needs a schedule for its Jobs.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """,
)


@rule(
    "KQ2544",
    "CronJobSpec.schedule",
    "schedule must not contain a time zone",
    "remove it, and write `timeZone: {zone}`",
    "remove it, and set `timeZone` instead",
    reason="Invalid",
    upstream="batch/validation.validateScheduleFormat",
)
def schedule_has_a_time_zone(schedule: str) -> Iterator[Spot]:
    """The time zone of a schedule stands in ``timeZone``, where cron writes ``TZ=`` before the schedule.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "TZ=Asia/Tokyo 0 3 * * *", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", timeZone: Asia/Tokyo,
          jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    if "TZ" in schedule:
        zone = schedule.partition("TZ=")[2].partition(" ")[0]
        yield found(zone=zone if zone in TIME_ZONES else None)


@rule(
    "KQ2545",
    "CronJobSpec.schedule",
    "schedule must have five fields, and {schedule} has {number}",
    "write minute, hour, day of the month, month and day of the week, such as 0 3 * * * for three o'clock each night",
    reason="Invalid",
    upstream="batch/validation.validateScheduleFormat",
)
def schedule_does_not_have_five_fields(schedule: str) -> Iterator[Spot]:
    """A schedule has the five fields of cron; there is none for seconds.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * *", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    number = len(parts(schedule))
    if _is_plain(schedule) and number != len(FIELDS):
        yield found(schedule=schedule, number=number)


@rule(
    "KQ2546",
    "CronJobSpec.schedule",
    "the {field} in schedule cannot be {item}",
    "write {meant} instead of {item}: the week begins with 0, which is Sunday, and ends with 6",
    "use numbers from {lowest} to {highest}, *, ranges such as {lowest}-{highest}, and steps such as */2",
    reason="Invalid",
    upstream="batch/validation.validateScheduleFormat",
)
def schedule_field_is_invalid(schedule: str) -> Iterator[Spot]:
    """Each field of a schedule has its own range of numbers; ``L``, ``W`` and ``#``, which other crons know, are not supported.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 24 * * *", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 0 * * *", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    if _is_plain(schedule) and len(parts(schedule)) == len(FIELDS):
        for item, field in unreadable(schedule):
            meant = 0 if item == "7" and field is FIELDS[-1] else None
            yield found(item=item, field=field.name, lowest=field.lowest, highest=field.highest, meant=meant)


@rule(
    "KQ2547",
    "CronJobSpec.schedule",
    "unknown schedule {schedule}",
    "did you mean {near}?",
    "write one of {known}, or @every and a duration, such as @every 1h30m",
    reason="Invalid",
    upstream="batch/validation.validateScheduleFormat",
)
def schedule_descriptor_is_unknown(schedule: str) -> Iterator[Spot]:
    """There are seven descriptors such as ``@daily``, and ``@every`` with a duration.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@nightly", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@midnight", jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    is_known = schedule in DESCRIPTORS or (schedule.startswith(EVERY) and is_duration(schedule.removeprefix(EVERY)))
    if schedule.startswith("@") and not is_known and "TZ" not in schedule:
        yield found(schedule=schedule, near=nearest(schedule, DESCRIPTORS), known=DESCRIPTORS)


time_zone_is_unknown = one_of(
    "KQ2548",
    "CronJobSpec.timeZone",
    TIME_ZONES,
    hints=(
        "did you mean {near}?",
        "write a name from the IANA database, such as Asia/Tokyo or Etc/UTC, or remove `timeZone` to use that of the control plane",
    ),
    reason="Invalid",
    upstream="batch/validation.validateTimeZone",
    page="""A time zone is written as in the IANA database, including its capital letters; ``Local`` is not supported.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", timeZone: JST,
          jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", timeZone: Asia/Tokyo,
          jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """,
)


concurrency_policy_is_unknown = one_of(
    "KQ2549",
    "CronJobSpec.concurrencyPolicy",
    CONCURRENCY,
    hints=("did you mean {near}?", "write Allow, Forbid to skip a Job while another runs, or Replace to end the other"),
    may_be_empty=True,
    upstream="batch/validation.validateConcurrencyPolicy",
    page="""When a Job is due while the previous one is running, both run, the new one is skipped, or it replaces the old one.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", concurrencyPolicy: Skip,
          jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "0 3 * * *", concurrencyPolicy: Forbid,
          jobTemplate: {spec: {
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """,
)
