"""The kind of refusal that a rule names is the one that real API servers gave for the same fault."""

from __future__ import annotations

import collections
import functools
import gzip
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from folders import TESTS

from kqmanifest import check
from kqmanifest.rules import POLICIES, RULES, Rule

VERDICTS: Final = sorted((TESTS / "verdicts").glob("*.jsonl.gz"))
REASONS: Final = frozenset(
    ("Required", "Invalid", "NotSupported", "Duplicate", "Forbidden", "TooLong", "TooMany", "NotFound", "TypeInvalid"),
)
"""The kinds of refusal of ``k8s.io/apimachinery/pkg/util/validation/field`` that rules mirror."""
OF_NO_FIELD: Final = {"BadRequest": "TypeInvalid", "Forbidden": "Forbidden"}
"""How the server refuses what it cannot decode, and what an admission plugin turns away: no field is named."""
ALSO: Final = {
    ("KQ2007", "NotFound"): "the server also looks the empty name up among the volumes",
    ("KQ2280", "Required"): "an empty resourceName is required, another one is unsupported",
    ("KQ2423", "Required"): "an empty preemptionPolicy is required, another one is unsupported",
    ("KQ2423", "Forbidden"): "the admission plugin Priority refuses it in a Pod before it is validated",
    ("KQ2437", "Invalid"): "without a key the server asks for Exists, and tells that of an unknown operator too",
    ("KQ2438", "Invalid"): "with tolerationSeconds the server asks for NoExecute, and tells that of an unknown effect too",
    ("KQ2807", "Required"): "without any capacity, the server says both that it is required and that storage alone is supported",
}
"""Where one rule says what the server says in several ways: the rule's reason is the one that says most of it."""
OF_THE_SERVERS_SETUP: Final = frozenset({"KQ3701"})
"""Rules beyond KQ2 and KQ50 that mirror a refusal: the server gives it only if it is set up in the usual way."""
STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[([^\]]*)\]")
MET: Final = 185
"""How many codes the recorded causes reach, at least: fewer, and places are no longer compared as they were."""

Steps = tuple[str, ...]


def of_field(field: str) -> Steps:
    """Split the server's ``spec.containers[0].name``."""
    return tuple(first or second for first, second in STEP.findall(field))


def of_pointer(pointer: str) -> Steps:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def is_same(server: Steps, ours: Steps) -> bool:
    """Return whether two places are one; of some lists the server does not say which item it means."""
    named = [[step for step in steps if not step.isdigit()] for steps in (server, ours)]
    return named[0] == named[1] and {step for step in server if step.isdigit()} <= {*ours}


def existing(manifest: Any, steps: Steps) -> Steps:
    """Cut a place to what the manifest has; the server writes Go's names of some fields, in capitals."""
    node = manifest
    found: Steps = ()
    for step in steps:
        if isinstance(node, dict):
            key = step if step in node else next((key for key in node if key.lower() == step.lower()), step)
            node = node.get(key)
        else:
            key = step
            node = node[int(step)] if isinstance(node, list) and step.isdigit() and int(step) < len(node) else None
        if node is None:
            break
        found = (*found, key)
    return found


def codes_at(row: dict[str, Any], field: str, told: frozenset[tuple[str, str]]) -> set[str]:
    """Name the codes of what is told at the server's place; else where the field is missing, else of a key or item of it."""
    server = of_field(field)
    here = existing(row["manifest"], server)
    places = [(code, of_pointer(path)) for code, path in told]
    return (
        {code for code, ours in places if is_same(server, ours)}
        or {code for code, ours in places if ours == here and len(here) >= len(server) - 1}
        or {code for code, ours in places if len(ours) > len(server) and (is_same(server, ours[:-1]) or is_same(server, ours[:-2]))}
    )


def matched(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Pair the server's reasons with the code that says the same; what several codes may say is passed over."""
    version = ".".join(row["kubernetes"].split(".")[:2])
    told = frozenset(
        (one.code, one.path) for one in check(row["manifest"], kubernetes=version) if one.code.startswith(("KQ1", "KQ2", "KQ9"))
    )
    for cause in row["causes"]:
        codes = codes_at(row, cause["field"], told) if cause["field"] else set()
        if not codes and len(row["causes"]) == 1:
            codes = {code for code, _ in told}
        if len(codes) == 1:
            yield codes.pop(), cause["reason"].removeprefix("FieldValue") if cause["field"] else OF_NO_FIELD[cause["reason"]]


@functools.cache
def recorded() -> collections.Counter[tuple[str, str]]:
    """Count the codes and the server's reasons that belong together, in all that is recorded."""
    found: collections.Counter[tuple[str, str]] = collections.Counter()
    for path in VERDICTS:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if not row["accepted"]:
                    found.update(matched(row))
    return found


def of_the_server(rule: Rule) -> bool:
    return rule.code.startswith(("KQ2", "KQ50")) or rule.code in OF_THE_SERVERS_SETUP


ALL: Final = {rule.code: rule for rule in (*RULES, *(rule for rules in POLICIES.values() for rule in rules))}


@pytest.mark.parametrize("code", sorted(ALL))
def test_a_rule_names_a_reason_where_the_server_has_one(code: str) -> None:
    rule = ALL[code]
    assert (rule.reason in REASONS) if of_the_server(rule) else (rule.reason is None)


def test_the_reason_of_a_rule_is_the_servers() -> None:
    wrong = {
        (code, reason): count
        for (code, reason), count in recorded().items()
        if code in ALL and reason != ALL[code].reason and (code, reason) not in ALSO
    }
    assert not wrong, "the server is right: another reason, or an exception with its own"


def test_the_recorded_causes_reach_the_rules() -> None:
    assert len({code for code, _ in recorded() if code in ALL}) >= MET


def test_every_exception_is_met_and_needed() -> None:
    assert [one for one in ALSO if one not in recorded() or ALL[one[0]].reason == one[1]] == []


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("spec.containers[0].name", "/spec/containers/0/name"),
        ("spec.containers[0].volumeMounts.subPath", "/spec/containers/0/volumeMounts/1/subPath"),
        ("metadata.labels", "/metadata/labels/a~1b"),
        ("spec.dnsConfig", "/spec"),
        ("spec.HostIPC", "/spec/hostIPC"),
    ],
)
def test_what_is_told_is_found_at_the_servers_place(field: str, place: str) -> None:
    spec = {"containers": [{"name": "a", "volumeMounts": [{}, {"subPath": "/a"}]}], "hostIPC": True}
    row = {"manifest": {"metadata": {"labels": {"a/b": "c"}}, "spec": spec}}
    assert codes_at(row, field, frozenset({("KQ2000", place), ("KQ2999", "/spec/containers/0")})) == {"KQ2000"}
