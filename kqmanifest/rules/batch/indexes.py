"""Indexed Jobs: how many indexes they have, and how often each of them may fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.batch.jobs import name_of
from kqmanifest.rules.constraints import one_of, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_label, is_subdomain

MODES: Final = ("NonIndexed", "Indexed")
MANY: Final = 100_000
"""The most indexes of a Job that need no further limits, and the most parallel pods."""
FEW: Final = 10_000
"""The most parallel pods, or failed indexes, of a Job with more indexes than that."""
BEYOND: Final = 2**31
"""More than every number of indexes that can be written."""


def completions(spec: Mapping[str, Any]) -> int | None:
    """Return the number of completions of a Job: 1 where neither ``completions`` nor ``parallelism`` is set."""
    if spec.get("completions") is None and spec.get("parallelism") is None:
        return 1
    return spec.get("completions")


def is_indexed(spec: Mapping[str, Any]) -> bool:
    """Return whether each pod of a Job gets an index."""
    return spec.get("completionMode") == "Indexed"


def is_large(spec: Mapping[str, Any]) -> bool:
    """Return whether a Job counts the failures per index of more indexes than it can list."""
    return is_indexed(spec) and (spec.get("completions") or 0) > MANY and spec.get("backoffLimitPerIndex") is not None


completion_mode_is_unknown = one_of(
    "KQ2513",
    "JobSpec.completionMode",
    MODES,
    hints=("did you mean {near}?", "write Indexed to number the pods, or NonIndexed"),
    upstream="batch/validation.validateJobSpec",
    page="""The pods of a Job are numbered (``Indexed``), or they are not (``NonIndexed``).

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: indexed,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


@rule(
    "KQ2514",
    "JobSpec",
    "completions is required when completionMode is Indexed",
    "write `completions`: the number of indexes",
    needs="completionMode",
    reason="Required",
    upstream="batch/validation.validateJobSpec",
)
def indexed_job_without_completions(spec: dict[str, Any]) -> Iterator[Spot]:
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
    "completions is required for a CronJob's Jobs when completionMode is Indexed",
    "write `completions: 1`, or the number of indexes",
    reason="Required",
    upstream="batch/validation.validateJobSpec",
)
def indexed_job_template_without_completions(template: dict[str, Any]) -> Iterator[Spot]:
    """``completions`` of a Job defaults to 1, but the server sets no defaults in the template of a CronJob's Jobs.

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
    "the last pod's host name {name}-{last} would not be a DNS label",
    "replace the dots by dashes: {plain}",
    "shorten the name: with a dash and the index it must have at most 63 characters",
    needs="JobSpec.completionMode",
    reason="Invalid",
    upstream="batch/validation.validateNameAllowsCompletions",
)
def host_name_of_an_indexed_pod_is_invalid(job: dict[str, Any]) -> Iterator[Spot]:
    """The host name of an Indexed Job's pod is the Job's name, a dash and the pod's index, and must be a DNS label.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep.2}, spec: {completionMode: Indexed, completions: 8,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep-2}, spec: {completionMode: Indexed, completions: 8,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    name, number = name_of(job), completions(job["spec"]) or 0
    if is_indexed(job["spec"]) and 0 < number < BEYOND and is_subdomain(name) and not is_label(f"{name}-{number - 1}"):
        plain = name.replace(".", "-")
        yield found("metadata", "name", name=name, last=number - 1, plain=plain if is_label(f"{plain}-{number - 1}") else None)


@rule(
    "KQ2517",
    "JobSpec",
    "parallelism of an Indexed Job of this size must be at most {limit}, and is {parallelism}",
    "lower `parallelism` to {limit}",
    needs="completionMode",
    reason="Invalid",
    upstream="batch/validation.validateJobSpec",
)
def parallelism_of_an_indexed_job_is_too_high(spec: dict[str, Any]) -> Iterator[Spot]:
    """An Indexed Job runs at most 100,000 pods at once; with more indexes than that and ``backoffLimitPerIndex``, at most 10,000.

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
    "{field} requires completionMode Indexed",
    "write `completionMode: Indexed`, or remove `{field}`; `backoffLimit` counts the failures of the whole Job",
    needs=("JobSpec.backoffLimitPerIndex", "JobSpec.maxFailedIndexes"),
    reason="Invalid",
    upstream="batch/validation.validateJobSpec",
)
def limit_per_index_without_indexes(spec: dict[str, Any]) -> Iterator[Spot]:
    """Only an Indexed Job has indexes whose failures can be counted separately.

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


max_failed_indexes_without_a_limit_per_index = required(
    "KQ2519",
    "JobSpec",
    hints="write `backoffLimitPerIndex: 1`, or remove `maxFailedIndexes`",
    field="backoffLimitPerIndex",
    when="maxFailedIndexes",
    upstream="batch/validation.validateJobSpec",
    page="""An index has failed when it reaches its own limit, so that limit must be set.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, maxFailedIndexes: 2,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8, maxFailedIndexes: 2,
          backoffLimitPerIndex: 1,
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """,
)


@rule(
    "KQ2520",
    "JobSpec",
    "maxFailedIndexes must be at most {limit}, and is {failed}",
    "lower `maxFailedIndexes` to {limit}",
    needs="maxFailedIndexes",
    reason="Invalid",
    upstream="batch/validation.validateJobSpec",
)
def max_failed_indexes_is_too_high(spec: dict[str, Any]) -> Iterator[Spot]:
    """``maxFailedIndexes`` is at most the number of indexes, and at most what the server can list: 100,000, or 10,000 of a larger Job.

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
    "maxFailedIndexes is required when {number} indexes have a backoffLimitPerIndex",
    "write `maxFailedIndexes`, at most 10000",
    needs="backoffLimitPerIndex",
    reason="Required",
    upstream="batch/validation.validateJobSpec",
)
def large_job_has_no_max_failed_indexes(spec: dict[str, Any]) -> Iterator[Spot]:
    """The failed indexes of a Job with more than 100,000 cannot all be listed, so it must fail at some number of them.

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
