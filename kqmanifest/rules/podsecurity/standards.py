"""The Pod Security Standards: the rules of each level, by version of Kubernetes."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from kqmanifest.diagnostics import Fault, Finding, ManifestError
from kqmanifest.rules.podsecurity import baseline, baseline_kernel, restricted
from kqmanifest.rules.rule import Rule, rules_in
from kqmanifest.schema.published import KNOWN, minor
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.spelling import nearest

Level: TypeAlias = Literal["baseline", "restricted"]

UNKNOWN_STANDARD: Final = Fault(
    "KQ1015",
    "{text} is not a Pod Security Standard",
    ("did you mean `{near}`?", "write a version from 1.0 to {newest}, or latest: `{level}:{newest}`", "write baseline or restricted"),
)

LATEST: Final = "latest"
_VERSION: Final = re.compile(r"v?(1\.(?:0|[1-9]\d{0,2}))", re.ASCII)


class Standard(NamedTuple):
    """A Pod Security Standard: its level, and its version; None is the version of Kubernetes that is checked against."""

    level: Level
    version: str | None = None


POLICY_ROOMS: Final[tuple[ModuleType, ...]] = (baseline, baseline_kernel, restricted)
POLICIES: Final[Mapping[Level, tuple[Rule, ...]]] = {
    "baseline": rules_in(baseline) + rules_in(baseline_kernel),
    "restricted": rules_in(baseline) + rules_in(baseline_kernel) + rules_in(restricted),
}
"""All rules that a level has had in any version."""
KNOWN_SINCE: Final = {"os": "1.25", "hostUsers": "1.35"}
"""Fields of a pod that exempt it from a rule, and the first version of the standards that does so."""


def standard(text: str) -> Standard:
    """Read ``baseline`` or ``restricted``, alone or with a version: ``restricted:1.30``, ``baseline:latest``.

    Raises:
        ManifestError: its level or its version is unknown.
    """
    read = find_standard(text)
    if isinstance(read, Finding):
        raise ManifestError((read,))
    return read


def find_standard(text: str) -> Standard | Finding:
    """Read a standard as :func:`standard` does, but return what is wrong with it."""
    word, colon, version = text.partition(":")
    for level in POLICIES:
        if word == level:
            if not colon:
                return Standard(level)
            known = _VERSION.fullmatch(version)
            if version == LATEST or (known and minor(known[1]) <= minor(KNOWN[-1])):
                return Standard(level, known[1] if known else KNOWN[-1])
            return UNKNOWN_STANDARD.at((), text=text, level=level, newest=KNOWN[-1])
    near = nearest(word, POLICIES)
    return UNKNOWN_STANDARD.at((), text=text, near=near and f"{near}{colon}{version}")


def rules_of(asked: Standard, kubernetes: str) -> tuple[Rule, ...]:
    """Return the rules of a standard, for pods that are checked against a version of Kubernetes."""
    return tuple(_as_of(asked.level, asked.version or kubernetes))


def _as_of(level: Level, version: str) -> Iterator[Rule]:
    rules = [rule for rule in POLICIES[level] if rule.standard.holds(version)]
    replaced = {restricted.INSTEAD_OF[rule] for rule in rules if rule in restricted.INSTEAD_OF}
    unknown = frozenset(field for field, since in KNOWN_SINCE.items() if minor(version) < minor(since))
    for rule in rules:
        if rule not in replaced:
            yield dataclasses.replace(rule, ask=_without(rule, unknown) if "PodSpec" in rule.on else rule.ask)


def _without(rule: Rule, fields: frozenset[str]) -> Any:
    """Return what a rule finds as if pods did not have these fields."""
    if not fields:
        return rule.ask

    @functools.wraps(rule.ask)
    def ask(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        yield from rule.ask({key: value for key, value in pod_spec.items() if key not in fields})

    return ask
