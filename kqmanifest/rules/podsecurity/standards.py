"""The Pod Security Standards: which rules a level has, as of a version of Kubernetes."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from kqmanifest.diagnostics import Diagnostic, Fault, ManifestError
from kqmanifest.rules.podsecurity import baseline, baseline_kernel, restricted
from kqmanifest.rules.rule import Rule
from kqmanifest.schema.published import KNOWN, minor
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest

Level: TypeAlias = Literal["baseline", "restricted"]

UNKNOWN_STANDARD: Final = Fault(
    "KQ1015",
    "{text} is not a pod security standard",
    ("did you mean `{near}`?", "write a version from 1.0 to {newest}, or latest: `{level}:{newest}`", "write baseline or restricted"),
)

LATEST: Final = "latest"
_VERSION: Final = re.compile(r"v?(1\.(?:0|[1-9]\d{0,2}))", re.ASCII)


class Standard(NamedTuple):
    """A pod security standard: its level, and its version; None is that of the Kubernetes that is checked against."""

    level: Level
    version: str | None = None


def _rules(room: ModuleType) -> tuple[Rule, ...]:
    return tuple(one for one in vars(room).values() if isinstance(one, Rule))


POLICY_ROOMS: Final[tuple[ModuleType, ...]] = (baseline, baseline_kernel, restricted)
POLICIES: Final[Mapping[Level, tuple[Rule, ...]]] = {
    "baseline": _rules(baseline) + _rules(baseline_kernel),
    "restricted": _rules(baseline) + _rules(baseline_kernel) + _rules(restricted),
}
"""All rules that a level has had in any version."""
KNOWN_SINCE: Final = {"os": "1.25", "hostUsers": "1.35"}
"""Fields of a pod that excuse it from a rule, and the first version of the standards that knows of them."""


def standard(text: str) -> Standard:
    """Read ``baseline`` or ``restricted``, alone or with a version: ``restricted:1.30``, ``baseline:latest``.

    Raises:
        ManifestError: it is neither, or its version is not known.
    """
    word, colon, version = text.partition(":")
    for level in POLICIES:
        if word == level:
            if not colon:
                return Standard(level)
            known = _VERSION.fullmatch(version)
            if version == LATEST or (known and minor(known[1]) <= minor(KNOWN[-1])):
                return Standard(level, known[1] if known else KNOWN[-1])
            raise ManifestError((_unknown(text, level=level, newest=KNOWN[-1]),))
    near = nearest(word, POLICIES)
    raise ManifestError((_unknown(text, near=near and f"{near}{colon}{version}"),))


def _unknown(text: str, **values: object) -> Diagnostic:
    return UNKNOWN_STANDARD.at((), text=text, **values)


def rules_of(asked: Standard, kubernetes: str) -> tuple[Rule, ...]:
    """Give the rules of a standard, for pods that are checked against a version of Kubernetes."""
    return tuple(_as_of(asked.level, asked.version or kubernetes))


def _as_of(level: Level, version: str) -> Iterator[Rule]:
    held = [one for one in POLICIES[level] if one.standard.holds(version)]
    replaced = {restricted.INSTEAD_OF[one] for one in held if one in restricted.INSTEAD_OF}
    unheard_of = frozenset(field for field, since in KNOWN_SINCE.items() if minor(version) < minor(since))
    for one in held:
        if one not in replaced:
            yield dataclasses.replace(one, ask=_without(one, unheard_of) if "PodSpec" in one.on else one.ask)


def _without(rule: Rule, fields: frozenset[str]) -> Any:
    """Ask a rule as it was asked before these fields of a pod meant anything to it."""
    if not fields:
        return rule.ask

    @functools.wraps(rule.ask)
    def ask(pod_spec: dict[str, Any]) -> Iterator[Finding]:
        yield from rule.ask({key: value for key, value in pod_spec.items() if key not in fields})

    return ask
