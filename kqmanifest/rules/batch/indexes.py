"""Indexed Jobs: how many indexes they have, and how often each may fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.batch.jobs import called
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import is_label, is_subdomain

MODES: Final = ("NonIndexed", "Indexed")
MANY: Final = 100_000
"""So many indexes a Job may have without more ado, and so many pods at once."""
FEW: Final = 10_000
"""So many pods at once, or failed indexes, a Job with more indexes than that may have."""
BEYOND: Final = 2**31
"""More than any number of them that can be written."""


def completions(spec: Mapping[str, Any]) -> int | None:
    """Give the number of completions that a Job wants: 1 where it says neither that nor how many pods may run at once."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        return 1
    return spec.get("completions")


def is_indexed(spec: Mapping[str, Any]) -> bool:
    """Say whether each pod of a Job gets an index."""
    return spec.get("completionMode") == "Indexed"


def is_large(spec: Mapping[str, Any]) -> bool:
    """Say whether a Job counts the failures of more indexes than it can list."""
    return is_indexed(spec) and (spec.get("completions") or 0) > MANY and spec.get("backoffLimitPerIndex") is not None


@rule(
    "KQ2513",
    "JobSpec.completionMode",
    "there is no completion mode {value}",
    "did you mean {near}?",
    "write Indexed to number the pods, or NonIndexed",
)
def completion_mode_is_unknown(value: str) -> Iterator[Finding]:
    """A Job's pods are numbered, or they are not.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: indexed,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if value not in MODES:
        yield found(value=value, near=nearest(value, MODES))


@rule(
    "KQ2514",
    "JobSpec",
    "the Job is Indexed and does not say how many indexes it has",
    "write `completions`: the number of indexes",
    needs="completionMode",
)
def indexed_job_without_completions(spec: dict[str, Any]) -> Iterator[Finding]:
    """An Indexed Job has one index for each completion, so their number must be known.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, parallelism: 2,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, parallelism: 2, completions: 8,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if is_indexed(spec) and completions(spec) is None:
        yield found("completions")


@rule(
    "KQ2515",
    "JobTemplateSpec",
    "the Jobs are Indexed and the template does not say how many indexes they have",
    "write `completions: 1`, or the number of indexes",
)
def indexed_job_template_without_completions(template: dict[str, Any]) -> Iterator[Finding]:
    """A Job has one completion where nothing is said, but the server does not complete the template of a CronJob's Jobs.

    Wrong:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          completionMode: Indexed,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}

    Right:
        {apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, spec: {schedule: "@daily", jobTemplate: {spec: {
          completionMode: Indexed, completions: 1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}}}
    """
    spec = template["spec"]
    if is_indexed(spec) and spec.get("completions") is None and spec.get("parallelism") is None:
        yield found("spec", "completions")


@rule(
    "KQ2516",
    "Job",
    "the last pod's host name would be {name}-{last}, which is none",
    "write dashes for the dots: {plain}",
    "shorten the name: with a dash and the index it may have 63 characters",
    needs="JobSpec.completionMode",
)
def indexed_pod_has_no_host_name(job: dict[str, Any]) -> Iterator[Finding]:
    """The pods of an Indexed Job are reached by the Job's name, a dash and their index, which must be a DNS label.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep.2}, spec: {completionMode: Indexed, completions: 8,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep-2}, spec: {completionMode: Indexed, completions: 8,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    name, number = called(job), completions(job["spec"]) or 0
    if is_indexed(job["spec"]) and 0 < number < BEYOND and is_subdomain(name) and not is_label(f"{name}-{number - 1}"):
        plain = name.replace(".", "-")
        yield found("metadata", "name", name=name, last=number - 1, plain=plain if is_label(f"{plain}-{number - 1}") else None)


@rule(
    "KQ2517",
    "JobSpec",
    "{parallelism} pods at once are more than the {limit} that an Indexed Job of this size may have",
    "lower `parallelism` to {limit}",
    needs="completionMode",
)
def indexed_job_is_too_parallel(spec: dict[str, Any]) -> Iterator[Finding]:
    """An Indexed Job runs at most 100,000 pods at once; with more indexes than that, and a limit for each, at most 10,000.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 200000, parallelism: 200000,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 200000, parallelism: 1000,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    parallelism, limit = spec.get("parallelism") or 0, FEW if is_large(spec) else MANY
    if is_indexed(spec) and parallelism > limit:
        yield found("parallelism", parallelism=parallelism, limit=limit)


@rule(
    "KQ2518",
    "JobSpec",
    "{field} counts the failures of an index, and this Job has no indexes",
    "write `completionMode: Indexed`, or take {field} out; `backoffLimit` counts those of the whole Job",
    needs=("JobSpec.backoffLimitPerIndex", "JobSpec.maxFailedIndexes"),
)
def failures_of_an_index_without_indexes(spec: dict[str, Any]) -> Iterator[Finding]:
    """Only an Indexed Job has indexes whose failures can be counted one by one.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {backoffLimitPerIndex: 1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {backoffLimitPerIndex: 1, completionMode: Indexed, completions: 8,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    for field in ("backoffLimitPerIndex", "maxFailedIndexes"):
        if spec.get("completionMode") in {None, "NonIndexed"} and spec.get(field) is not None:
            yield found(field, field=field)


@rule(
    "KQ2519",
    "JobSpec",
    "maxFailedIndexes is given, and not how often an index may fail",
    "write `backoffLimitPerIndex: 1`, or take maxFailedIndexes out",
    needs="maxFailedIndexes",
)
def failed_indexes_without_a_limit_for_each(spec: dict[str, Any]) -> Iterator[Finding]:
    """An index has failed when its own limit is reached, so that limit must be given.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, maxFailedIndexes: 2,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, maxFailedIndexes: 2,
          backoffLimitPerIndex: 1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if spec.get("maxFailedIndexes") is not None and spec.get("backoffLimitPerIndex") is None:
        yield found("backoffLimitPerIndex")


@rule(
    "KQ2520",
    "JobSpec",
    "{failed} indexes may fail, and at most {limit} can be allowed to",
    "lower `maxFailedIndexes` to {limit}",
    needs="maxFailedIndexes",
)
def more_indexes_may_fail_than_can(spec: dict[str, Any]) -> Iterator[Finding]:
    """No more indexes can fail than there are, nor more than the server can list: 100,000, and 10,000 of a larger Job.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, maxFailedIndexes: 9,
          backoffLimitPerIndex: 1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, maxFailedIndexes: 8,
          backoffLimitPerIndex: 1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    failed, number, most = spec.get("maxFailedIndexes"), completions(spec), FEW if is_large(spec) else MANY
    limit = most if number is None else min(number, most)
    if is_indexed(spec) and failed is not None and failed > limit >= 0:
        yield found("maxFailedIndexes", failed=failed, limit=limit)


@rule(
    "KQ2521",
    "JobSpec",
    "the Job has {number} indexes, each with its own limit, and does not say how many of them may fail",
    "write `maxFailedIndexes`, at most 10000",
    needs="backoffLimitPerIndex",
)
def large_job_lists_all_failures(spec: dict[str, Any]) -> Iterator[Finding]:
    """With more than 100,000 indexes the failed ones cannot all be listed, so the Job must end at some number of them.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 200000, parallelism: 100,
          backoffLimitPerIndex: 1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 200000, parallelism: 100,
          backoffLimitPerIndex: 1, maxFailedIndexes: 1000,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if is_large(spec) and spec.get("maxFailedIndexes") is None:
        yield found("maxFailedIndexes", number=spec["completions"])
