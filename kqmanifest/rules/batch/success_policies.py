"""Success policies of Jobs: which indexes must succeed for the Job to succeed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.batch.indexes import completions, is_indexed
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot

MOST_RULES: Final = 20
LONGEST_INDEXES: Final = 64 * 1024
_INTERVAL: Final = re.compile(r"\+?0*([0-9]{1,10})(?:-\+?0*([0-9]{1,10}))?", re.ASCII)


def count(text: str, number: int) -> int | None:
    """Count the indexes of a list such as ``0,2-4``; None where it does not list indexes of a Job that has ``number`` of them."""
    total, last = 0, -1
    for part in text.split(",") if text else ():
        interval = _INTERVAL.fullmatch(part)
        if interval is None:
            return None
        first = int(interval[1])
        final = int(interval[2] or interval[1])
        if not last < first <= final < number or (interval[2] and first == final):
            return None
        total, last = total + final - first + 1, final
    return total


def _rules(spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, int], dict[str, Any]]]:
    if is_indexed(spec):
        for index, given in enumerate((spec.get("successPolicy") or {}).get("rules") or ()):
            yield ("successPolicy", "rules", index), given or {}


@rule(
    "KQ2522",
    "JobSpec",
    "successPolicy requires completionMode Indexed",
    "write `completionMode: Indexed`, or remove `successPolicy`",
    needs="successPolicy",
    reason="Invalid",
    upstream="batch/validation.validateJobSpec",
)
def success_policy_without_indexes(spec: dict[str, Any]) -> Iterator[Spot]:
    """A success policy is about indexes, so it needs an Indexed Job.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completions: 8, successPolicy: {rules: [{succeededCount: 1}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{succeededCount: 1}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if spec.get("successPolicy") is not None and not is_indexed(spec):
        yield found("successPolicy")


@rule(
    "KQ2523",
    "JobSpec",
    "successPolicy must have 1 to {most} rules, and has {number}",
    "write 1 to {most} rules, such as `rules: [{{succeededCount: 1}}]`",
    needs="successPolicy",
    reason="Required",
    upstream="batch/validation.validateSuccessPolicy",
)
def success_policy_has_too_few_or_many_rules(spec: dict[str, Any]) -> Iterator[Spot]:
    """A success policy has at least one rule and at most twenty.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: []},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{succeededIndexes: "0,2-4"}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    if is_indexed(spec) and spec.get("successPolicy") is not None:
        number = len(spec["successPolicy"].get("rules") or ())
        if not 0 < number <= MOST_RULES:
            yield found("successPolicy", "rules", number=number, most=MOST_RULES)


@rule(
    "KQ2524",
    "JobSpec",
    "a rule of successPolicy needs succeededCount or succeededIndexes",
    "set `succeededCount`, `succeededIndexes` or both",
    needs="successPolicy",
    reason="Required",
    upstream="batch/validation.validateSuccessPolicyRule",
)
def success_rule_has_no_condition(spec: dict[str, Any]) -> Iterator[Spot]:
    """A rule of a success policy says how many indexes must succeed, which ones, or both.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{succeededCount: 1}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    for place, condition in _rules(spec):
        if condition.get("succeededCount") is None and condition.get("succeededIndexes") is None:
            yield found(*place)


@rule(
    "KQ2525",
    "JobSpec",
    "succeededIndexes {indexes} does not list indexes of a Job with {number}",
    "list indexes from 0 up, each once and in ascending order, such as 0,2-4, with at most 65536 characters",
    needs="successPolicy",
    reason="Invalid",
    upstream="batch/validation.validateSuccessPolicyRule",
)
def succeeded_indexes_are_invalid(spec: dict[str, Any]) -> Iterator[Spot]:
    """Indexes are listed as numbers and intervals, in ascending order, and below the number of the Job's completions.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{succeededIndexes: "4-8"}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{succeededIndexes: "4-7"}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    number = completions(spec)
    if number is None or number < 0:
        return
    for place, condition in _rules(spec):
        indexes = condition.get("succeededIndexes")
        if indexes is not None and (len(indexes) > LONGEST_INDEXES or count(indexes, number) is None):
            yield found(*place, "succeededIndexes", indexes=indexes, number=number)


@rule(
    "KQ2526",
    "JobSpec",
    "succeededCount must be at most {number}, and is {wanted}",
    "lower `succeededCount` to {number}",
    needs="successPolicy",
    reason="Invalid",
    upstream="batch/validation.validateSuccessPolicyRule",
)
def succeeded_count_is_too_high(spec: dict[str, Any]) -> Iterator[Spot]:
    """``succeededCount`` is at most the number of indexes that the rule lists, or that the Job has.

    Wrong:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{succeededIndexes: "0-2", succeededCount: 4}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}

    Right:
        {apiVersion: batch/v1, kind: Job, metadata: {name: sweep}, spec: {completionMode: Indexed, completions: 8,
          successPolicy: {rules: [{succeededIndexes: "0-2", succeededCount: 3}]},
          template: {spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/training:1"}]}}}}
    """
    there = completions(spec)
    if there is None or there < 0:
        return
    for place, condition in _rules(spec):
        wanted, indexes = condition.get("succeededCount"), condition.get("succeededIndexes")
        number = there if indexes is None else count(indexes, there)
        if wanted is not None and number is not None and wanted > number:
            yield found(*place, "succeededCount", wanted=wanted, number=number)
