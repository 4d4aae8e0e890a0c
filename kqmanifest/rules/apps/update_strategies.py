"""Updates: how the pods of a workload are replaced by new ones, and how many of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest

_PERCENT: Final = re.compile(r"[0-9]+%", re.ASCII)
_ALL: Final = 100
_STRATEGIES: Final = {"strategy": ("RollingUpdate", "Recreate"), "updateStrategy": ("RollingUpdate", "OnDelete")}
_DEPLOYMENT: Final[Mapping[str, int | str]] = {"maxUnavailable": "25%", "maxSurge": "25%"}
_DAEMON_SET: Final[Mapping[str, int | str]] = {"maxUnavailable": 1, "maxSurge": 0}
"""What the server fills in where nothing is said."""


def _strategy(spec: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the strategy of a workload, and the field that it stands in."""
    field = "strategy" if "strategy" in spec else "updateStrategy"
    return field, spec.get(field) or {}


def _rolling(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a workload says about rolling updates; nothing where it does not update so."""
    _, strategy = _strategy(spec)
    return (strategy.get("rollingUpdate") or {}) if (strategy.get("type") or "RollingUpdate") == "RollingUpdate" else {}


def _is_amount(value: int | str) -> bool:
    return _PERCENT.fullmatch(value) is not None if isinstance(value, str) else value >= 0


def _share(value: int | str) -> int:
    """Give the number of an amount; of any share beyond all pods, one that is."""
    if not isinstance(value, str):
        return value
    digits = value.rstrip("%").lstrip("0")
    return int(digits or "0") if len(digits) <= len(str(_ALL)) else _ALL + 1


def _amount(rolling: Mapping[str, Any], field: str, defaults: Mapping[str, int | str]) -> int | str:
    given: int | str | None = rolling.get(field)
    return defaults[field] if given is None else given


def _is_too_much(value: int | str) -> bool:
    return isinstance(value, str) and _share(value) > _ALL


@rule(
    "KQ2607",
    ("DeploymentSpec", "StatefulSetSpec", "DaemonSetSpec"),
    "there is no way of updating called {value}",
    "did you mean {near}?",
    "write one of {known}",
)
def update_strategy_is_unknown(spec: dict[str, Any]) -> Iterator[Finding]:
    """Pods are replaced one after another; a Deployment may end all the old ones first, others wait until they are deleted.

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
    "`rollingUpdate` is given, and the pods are updated by {value}",
    "take `rollingUpdate` out, or write `type: RollingUpdate`",
)
def rolling_update_is_not_rolled(spec: dict[str, Any]) -> Iterator[Finding]:
    """How to roll is only said where the update is rolled.

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
    "{field} cannot be {value}",
    "write a number of pods such as 1, or a share of them such as 25%",
)
def rolled_pods_are_no_amount(spec: dict[str, Any]) -> Iterator[Finding]:
    """How many pods are replaced at once is a whole number from 0 up, or a percentage.

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
            yield found(_strategy(spec)[0], "rollingUpdate", field, field=field, value=value)


@rule(
    "KQ2610",
    ("DeploymentSpec", "DaemonSetSpec"),
    "{field} is {value}, which is more pods than there are",
    "write 100% at most",
)
def rolled_pods_are_more_than_all(spec: dict[str, Any]) -> Iterator[Finding]:
    """No more than all pods can be missing at once; only a Deployment may have more than twice as many for a while.

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
    "no pod may be missing and none may be too many, so none can be replaced",
    "raise `maxSurge` or `maxUnavailable` to 1",
)
def deployment_cannot_roll(spec: dict[str, Any]) -> Iterator[Finding]:
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
    if all(_is_amount(amount) and not _share(amount) for amount in amounts):
        yield found("strategy", "rollingUpdate", "maxUnavailable")


@rule(
    "KQ2612",
    "DaemonSetSpec",
    "a DaemonSet allows either missing pods or surplus ones, and here maxUnavailable is {missing} and maxSurge {surplus}",
    "make one of them 0 and the other not: `maxUnavailable: 1` with `maxSurge: 0`, or the other way round",
)
def daemon_set_cannot_roll(spec: dict[str, Any]) -> Iterator[Finding]:
    """On a node, the old pod ends before the new one starts, or the other way round.

    Where nothing is said, ``maxUnavailable`` is 1 and ``maxSurge`` 0: so a surplus needs ``maxUnavailable: 0``.

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
    if _is_amount(missing) and _is_amount(surplus) and bool(_share(missing)) == bool(_share(surplus)):
        field = "maxSurge" if _share(surplus) else "maxUnavailable"
        yield found("updateStrategy", "rollingUpdate", field, missing=missing, surplus=surplus)


@rule(
    "KQ2613",
    "StatefulSetSpec",
    "the partition {value} is less than nothing",
    "use a number from 0 up: pods with a lower number keep the old version",
)
def partition_is_below_nothing(spec: dict[str, Any]) -> Iterator[Finding]:
    """The pods of a StatefulSet are numbered from 0, and so is the partition between old and new ones.

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
    "maxUnavailable cannot be {value}",
    "write a number of pods from 1 up, or a share of them from 1% to 100%",
    since="1.37",
)
def missing_pods_are_no_amount(spec: dict[str, Any]) -> Iterator[Finding]:
    """How many pods of a StatefulSet are replaced at once is at least one; until 1.36 servers do not look at it.

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
    if value is not None and (not _is_amount(value) or not _share(value) or _is_too_much(value)):
        yield found("updateStrategy", "rollingUpdate", "maxUnavailable", value=value)
