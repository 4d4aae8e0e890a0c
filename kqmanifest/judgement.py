"""The judgement of finished objects: their shape by the published schema, and everything else by the rules."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from kqmanifest.diagnostics import Diagnostic, Fault, Pointer, Step, Steps
from kqmanifest.model.site import Site
from kqmanifest.rules import RULES, SEEN_AS
from kqmanifest.rules.promises import NOT_KEPT, broken, pod_as_seen
from kqmanifest.rules.standards import Standard, rules_of
from kqmanifest.schema.faults import faults
from kqmanifest.schema.published import Published
from kqmanifest.schema.walk import Shapes
from kqmanifest.site.objects import OBJECT
from kqmanifest.site.rules import rules_of as rules_of_site
from kqmanifest.spelling import nearest

NO_SUCH_KIND: Final = Fault(
    "KQ9006",
    "Kubernetes {version} has no kind {kind} in {api_version}",
    ("write `apiVersion: {meant}`", "did you mean the kind {near}?", "take one of the kinds that this version serves"),
)
NOT_CHECKED: Final = Fault(
    "KQ4003",
    "{kind} of {api_version} is not checked: no schema of it is known here",
    ("check it against the definition that your cluster has of it",),
)
NO_KIND: Final = Fault("KQ9007", "this manifest has no {field}", ("add `{field}`",))

_OF_SEVERAL: Final = tuple(rule for rule in RULES if "Manifest" in rule.on)


class Judged(NamedTuple):
    """A diagnostic, its place in the object, and the node that was judged."""

    diagnostic: Diagnostic
    place: Steps
    node: Steps


def judged(
    tree: dict[str, Any], versions: Sequence[Published], standard: Standard | None = None, site: Site | None = None
) -> tuple[bool, list[Judged]]:
    """Judge one object by each of the versions: whether its shape is right in all, and everything that is found, once.

    ``standard`` is the pod security standard that was asked for, ``site`` what it is held to beyond that.
    """
    right = True
    found: dict[tuple[object, ...], Judged] = {}
    for version in versions:
        for of_site in rules_of_site(site, version.version) if site else ():
            for steps, values in of_site.ask(tree) if OBJECT in of_site.on else ():
                found.setdefault((of_site.code, steps), Judged(of_site.fault.at((), **values), steps, ()))
        type_name = version.type_of(tree.get("apiVersion"), tree.get("kind"))
        if type_name is None:
            right = False
            one = _unknown(version, tree)
            found.setdefault((one.diagnostic.code,), one)
            continue
        shape, asked = shapes(version, standard, site).walk(type_name, tree)
        if not shape:
            right = False
            for diagnostic in faults(version, type_name, tree):
                place = _steps(diagnostic.path, tree)
                found.setdefault((diagnostic.code, place), Judged(diagnostic, place, place))
        for rule, node, (steps, values) in asked:
            place = (*node, *steps)
            key = (rule.fault.code, place, tuple(values.items()) if _hashable(values) else str(values))
            found.setdefault(key, Judged(rule.fault.at((), **values), place, node))
    return right, list(found.values())


def judged_together(trees: Sequence[dict[str, Any]], version: Published) -> Iterator[tuple[int, Judged]]:
    """Judge what several objects are to each other: the number of the object, and what is found in it."""
    for rule in _OF_SEVERAL if len(trees) > 1 else ():
        if rule.versions is None or rule.versions[0] <= version.version <= rule.versions[1]:
            for (number, *steps), values in rule.ask(trees):
                yield int(number), Judged(rule.fault.at((), **values), tuple(steps), tuple(steps))


def promised(tree: dict[str, Any], path: str, container: str | None = None) -> Iterator[Judged]:
    """Judge whether an object of the right shape keeps what is promised of its pod, if it has one."""
    pod = pod_as_seen(tree)
    finding = broken(pod.spec, path, container) if pod else None
    if pod and finding:
        yield Judged(NOT_KEPT.at((), **finding.values), (*pod.place, *finding.place), pod.place)


@functools.lru_cache(maxsize=32)
def shapes(version: Published, standard: Standard | None = None, site: Site | None = None) -> Shapes:
    """Give a version's schema, compiled with all rules, and with those of a pod security standard and of a site."""
    policy = rules_of(standard, version.version) if standard else ()
    allowed = rules_of_site(site, version.version) if site else ()
    return Shapes(version, (*RULES, *policy, *allowed), SEEN_AS)


def _unknown(version: Published, tree: Mapping[str, Any]) -> Judged:
    api_version, kind = tree.get("apiVersion"), tree.get("kind")
    for field, value in (("apiVersion", api_version), ("kind", kind)):
        if not isinstance(value, str) or not value:
            return Judged(NO_KIND.at((), field=field), (), ())
    group = str(api_version).rpartition("/")[0]
    groups = {name.rpartition("/")[0].rpartition("/")[0] for name in version.kinds}
    if group not in groups and ("." in group):
        return Judged(NOT_CHECKED.at((), kind=kind, api_version=api_version), ("kind",), ("kind",))
    names = {name.rpartition("/")[2] for name in version.kinds}
    meant = version.api_version_of(str(kind))
    near = None if meant else nearest(str(kind), names)
    fault = NO_SUCH_KIND.at((), version=version.version, kind=kind, api_version=api_version, meant=meant, near=near)
    place: tuple[Step, ...] = ("apiVersion",) if meant else ("kind",)
    return Judged(fault, place, place)


def _hashable(values: Mapping[str, object]) -> bool:
    try:
        hash(tuple(values.values()))
    except TypeError:
        return False
    return True


def _steps(path: Pointer, tree: Any) -> Steps:
    """Read a pointer's tokens against the tree, beyond what exists too: a missing field has a place."""
    steps: list[Step] = []
    here = tree
    for token in path.tokens:
        step: Step = int(token) if isinstance(here, list) and token.isdecimal() else token
        try:
            here = here[step]
        except (TypeError, LookupError):
            here = None
        steps.append(step)
    return tuple(steps)
