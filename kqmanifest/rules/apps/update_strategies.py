"""Updates: how the pods of a workload are replaced by new ones, and how many of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.spelling import nearest

_PERCENT: Final = re.compile(r"[0-9]+%", re.ASCII)
_ALL: Final = 100
_STRATEGIES: Final = {"strategy": ("RollingUpdate", "Recreate"), "updateStrategy": ("RollingUpdate", "OnDelete")}
_DEPLOYMENT: Final[Mapping[str, int | str]] = {"maxUnavailable": "25%", "maxSurge": "25%"}
_DAEMON_SET: Final[Mapping[str, int | str]] = {"maxUnavailable": 1, "maxSurge": 0}
"""The server's defaults."""


def _strategy(spec: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the field that holds the update strategy of a workload, and the strategy."""
    field = "strategy" if "strategy" in spec else "updateStrategy"
    return field, spec.get(field) or {}


def _rolling(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``rollingUpdate`` of a workload; empty where it has another strategy."""
    _, strategy = _strategy(spec)
    return (strategy.get("rollingUpdate") or {}) if (strategy.get("type") or "RollingUpdate") == "RollingUpdate" else {}


def _is_amount(value: int | str) -> bool:
    return _PERCENT.fullmatch(value) is not None if isinstance(value, str) else value >= 0


def _number(value: int | str) -> int:
    """Return the number of an amount; 101 for every percentage above 100."""
    if not isinstance(value, str):
        return value
    digits = value.rstrip("%").lstrip("0")
    return int(digits or "0") if len(digits) <= len(str(_ALL)) else _ALL + 1


def _quoted_number(value: int | str) -> str | None:
    return value if isinstance(value, str) and value.isascii() and value.isdecimal() and value[0] != "0" else None


def _amount(rolling: Mapping[str, Any], field: str, defaults: Mapping[str, int | str]) -> int | str:
    given: int | str | None = rolling.get(field)
    return defaults[field] if given is None else given


def _is_too_much(value: int | str) -> bool:
    return isinstance(value, str) and _number(value) > _ALL


@rule(
    "KQ2607",
    ("DeploymentSpec", "StatefulSetSpec", "DaemonSetSpec"),
    "unknown update strategy {value}",
    "did you mean {near}?",
    "write one of {known}",
    reason="NotSupported",
    upstream="apps/validation.ValidateDeploymentStrategy",
)
def update_strategy_is_unknown(spec: dict[str, Any]) -> Iterator[Spot]:
    """``RollingUpdate`` replaces pods bit by bit, ``Recreate`` ends a Deployment's old pods first, ``OnDelete`` waits for their deletion.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {type: Rolling},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {type: Recreate},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    field, strategy = _strategy(spec)
    value, known = strategy.get("type"), _STRATEGIES[field]
    if value and value not in known:
        yield found(field, value=value, near=nearest(value, known), known=known)


@rule(
    "KQ2608",
    ("DeploymentSpec", "StatefulSetSpec"),
    "rollingUpdate must not be set when type is {value}",
    "remove `rollingUpdate`, or write `type: RollingUpdate`",
    reason="Forbidden",
    upstream="apps/validation.ValidateDeploymentStrategy",
)
def rolling_update_of_another_strategy(spec: dict[str, Any]) -> Iterator[Spot]:
    """``rollingUpdate`` is only for the strategy ``RollingUpdate``.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    field, strategy = _strategy(spec)
    value = strategy.get("type")
    if value == _STRATEGIES[field][1] and strategy.get("rollingUpdate") is not None:
        yield found(field, "rollingUpdate", value=value)


@rule(
    "KQ2609",
    ("DeploymentSpec", "DaemonSetSpec"),
    "{field} must be a number of pods or a percentage, and is {value}",
    "write {number} without quotes",
    "write a number of pods such as 1, or a percentage such as 25%",
    reason="Invalid",
    upstream="apps/validation.ValidateRollingUpdateDeployment",
)
def rolling_update_amount_is_invalid(spec: dict[str, Any]) -> Iterator[Spot]:
    """How many pods are replaced at once is a whole number, 0 or more, or a percentage.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {rollingUpdate: {maxSurge: "1"}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {rollingUpdate: {maxSurge: 1}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    rolling = _rolling(spec)
    for field in ("maxUnavailable", "maxSurge"):
        value = rolling.get(field)
        if value is not None and not _is_amount(value):
            yield found(_strategy(spec)[0], "rollingUpdate", field, field=field, value=value, number=_quoted_number(value))


@rule(
    "KQ2610",
    ("DeploymentSpec", "DaemonSetSpec"),
    "{field} must be at most 100%, and is {value}",
    "lower `{field}` to 100% or less",
    reason="Invalid",
    upstream="apps/validation.IsNotMoreThan100Percent",
)
def rolling_update_percentage_is_too_high(spec: dict[str, Any]) -> Iterator[Spot]:
    """At most all pods can be unavailable at once; only ``maxSurge`` of a Deployment may be above 100%.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {rollingUpdate: {maxUnavailable: 125%}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {rollingUpdate: {maxUnavailable: 25%}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    field, _ = _strategy(spec)
    for key in ("maxUnavailable",) if field == "strategy" else ("maxUnavailable", "maxSurge"):
        value = _rolling(spec).get(key)
        if value is not None and _is_amount(value) and _is_too_much(value):
            yield found(field, "rollingUpdate", key, field=key, value=value)


@rule(
    "KQ2611",
    "DeploymentSpec",
    "maxSurge and maxUnavailable are both 0: the rollout cannot proceed",
    "raise `maxSurge` or `maxUnavailable` to 1",
    reason="Invalid",
    upstream="apps/validation.ValidateRollingUpdateDeployment",
)
def deployment_rollout_cannot_proceed(spec: dict[str, Any]) -> Iterator[Spot]:
    """An update ends an old pod first or starts a new one first; one of the two must be allowed.

    Wrong:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}},
          selector: {matchLabels: {app: web}},
          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: "example.com/web:1"}]}}}}
    """
    amounts = [_amount(_rolling(spec), field, _DEPLOYMENT) for field in _DEPLOYMENT]
    if all(_is_amount(amount) and not _number(amount) for amount in amounts):
        yield found("strategy", "rollingUpdate", "maxUnavailable")


@rule(
    "KQ2612",
    "DaemonSetSpec",
    "exactly one of maxUnavailable and maxSurge must be 0, and they are {missing} and {surplus}",
    "write `maxUnavailable: 1` with `maxSurge: 0`, or the other way round",
    reason="Invalid",
    upstream="apps/validation.ValidateRollingUpdateDaemonSet",
)
def daemon_set_rollout_cannot_proceed(spec: dict[str, Any]) -> Iterator[Spot]:
    """On each node the old pod of a DaemonSet ends before the new one starts, or the other way round.

    By default ``maxUnavailable`` is 1 and ``maxSurge`` is 0, so a surge also needs ``maxUnavailable: 0``.

    Wrong:
        {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {updateStrategy: {rollingUpdate: {maxSurge: 1}},
          selector: {matchLabels: {app: agent}},
          template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: main, image: "example.com/agent:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {
          updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}},
          selector: {matchLabels: {app: agent}},
          template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: main, image: "example.com/agent:1"}]}}}}
    """
    missing, surplus = (_amount(_rolling(spec), field, _DAEMON_SET) for field in _DAEMON_SET)
    if _is_amount(missing) and _is_amount(surplus) and bool(_number(missing)) == bool(_number(surplus)):
        field = "maxSurge" if _number(surplus) else "maxUnavailable"
        yield found("updateStrategy", "rollingUpdate", field, missing=missing, surplus=surplus)


@rule(
    "KQ2613",
    "StatefulSetSpec",
    "partition must not be negative, and is {value}",
    "set `partition` to 0 or more: pods with a lower number keep the old version",
    reason="Invalid",
    upstream="apps/validation.validateRollingUpdateStatefulSet",
)
def partition_is_negative(spec: dict[str, Any]) -> Iterator[Spot]:
    """The pods of a StatefulSet are numbered from 0; those below ``partition`` keep the old version.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {updateStrategy: {rollingUpdate: {partition: -1}},
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {updateStrategy: {rollingUpdate: {partition: 1}},
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """
    partition = _rolling(spec).get("partition") or 0
    if partition < 0:
        yield found("updateStrategy", "rollingUpdate", "partition", value=partition)


@rule(
    "KQ2614",
    "StatefulSetSpec",
    "maxUnavailable must be at least 1, or from 1% to 100%, and is {value}",
    "write {number} without quotes",
    "write a number of pods, 1 or more, or a percentage from 1% to 100%",
    since="1.37",
    reason="Invalid",
    upstream="apps/validation.validateRollingUpdateStatefulSet",
)
def max_unavailable_is_invalid(spec: dict[str, Any]) -> Iterator[Spot]:
    """It must be possible to replace at least one pod of a StatefulSet at a time; servers before 1.37 do not check it.

    Wrong:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 0}},
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}

    Right:
        {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: store}, spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 1}},
          selector: {matchLabels: {app: store}},
          template: {metadata: {labels: {app: store}}, spec: {containers: [{name: main, image: "example.com/store:1"}]}}}}
    """
    value = _rolling(spec).get("maxUnavailable")
    if value is not None and (not _is_amount(value) or not _number(value) or _is_too_much(value)):
        yield found("updateStrategy", "rollingUpdate", "maxUnavailable", value=value, number=_quoted_number(value))
