"""The judgement of finished objects: their shape by the published schema, and everything else by the rules."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.rules import RULES
from kqmanifest.rules.podsecurity.standards import Standard, rules_of
from kqmanifest.rules.volumes.promises import NOT_KEPT, broken
from kqmanifest.schema.check import check_object
from kqmanifest.schema.published import Published
from kqmanifest.schema.walk import Shapes
from kqmanifest.vocabulary.admitted import AS_ADMITTED, admitted_pods
from kqmanifest.vocabulary.spelling import nearest

if TYPE_CHECKING:  # a manifest is checked without it
    from kqmanifest.model.site import Site

NO_SUCH_KIND: Final = Fault(
    "KQ9006",
    "Kubernetes {version} has no kind {kind} in {api_version}",
    ("write `apiVersion: {meant}`", "did you mean the kind {near}?", "use a kind that this version serves"),
)
NOT_CHECKED: Final = Fault(
    "KQ4003",
    "{kind} of {api_version} is not checked: its schema is not known here",
    ("check it against its CustomResourceDefinition in your cluster",),
    severity="warning",
)
LISTED: Final = Fault(
    "KQ3071",
    "kubectl treats this {kind} as a list, because it has `items`, and creates each item as the kind that the item names",
    ("write `kind: List` and `apiVersion: v1`, so that each item is checked as its own kind",),
)
NO_KIND: Final = Fault("KQ9007", "this manifest has no {field}", ("add `{field}`",))

_OF_SEVERAL: Final = tuple(rule for rule in RULES if "Manifest" in rule.on)


class LocatedFinding(NamedTuple):
    """What was found in an object, at its place there, and the node that was judged."""

    finding: Finding
    node: Steps
    fixed: bool = False
    """Whether the site or the caller requires this judgement: no document can ignore it."""


_ASKED_FOR: Final = ("KQ50", "KQ51")
"""The codes of rules that apply only where a standard or a site requires them."""


def judge(
    tree: dict[str, Any], versions: Sequence[Published], standards: tuple[Standard, ...] = (), site: Site | None = None
) -> tuple[bool, list[LocatedFinding]]:
    """Judge one object by each of the versions: whether its shape is right in all, and everything that is found, once.

    ``standards`` are the Pod Security Standards that were requested, ``site`` what it is held to beyond that.
    """
    right = True
    found: dict[tuple[object, ...], LocatedFinding] = {}
    of_site = None if site is None else _boundary()
    for version in versions:
        for finding in of_site.check_whole(site, version, tree) if of_site else ():
            found.setdefault((finding.code, finding.steps), LocatedFinding(finding, (), fixed=True))
        type_name = version.type_of(tree.get("apiVersion"), tree.get("kind"))
        if type_name is None:
            right = False
            unknown = _unknown(version, tree)
            found.setdefault((unknown.code,), LocatedFinding(unknown, unknown.steps))
            for finding in of_site.check_metadata(shapes(version, standards, site), version, tree) if of_site else ():
                found.setdefault((finding.code, finding.steps), LocatedFinding(finding, finding.steps, fixed=True))
            if unknown.code == NOT_CHECKED.code and "items" in tree:
                found.setdefault((LISTED.code,), LocatedFinding(LISTED.at(("items",), kind=tree["kind"]), ()))
            continue
        wrong, asked = check_object(shapes(version, standards, site), version, type_name, tree)
        right = right and not wrong
        for finding in wrong:
            found.setdefault((finding.code, finding.steps), LocatedFinding(finding, finding.steps))
        for rule, node, (steps, values) in asked:
            place = (*node, *steps)
            if of_site and of_site.gave(site, rule, tree, place):
                continue
            key = (rule.fault.code, place, tuple(values.items()) if _hashable(values) else str(values))
            if key not in found:
                found[key] = LocatedFinding(rule.fault.at(place, **values), node, rule.fault.code.startswith(_ASKED_FOR))
    return right, list(found.values())


def check_references(trees: Sequence[dict[str, Any]], version: Published, site: Site | None = None) -> Iterator[tuple[int, LocatedFinding]]:
    """Judge what several objects are to each other, and to what a site names: the number of the object, and what is found in it."""
    for index, finding, node in _boundary().check_names(site, trees, version) if site else ():
        yield index, LocatedFinding(finding, node, fixed=True)
    for rule in _OF_SEVERAL if len(trees) > 1 else ():
        if rule.kubernetes.holds(version.version):
            for (number, *steps), values in rule.ask(trees):
                yield int(number), LocatedFinding(rule.fault.at(steps, **values), tuple(steps))


def check_promises(
    tree: dict[str, Any], promises: Sequence[tuple[str, str | None]], *, fixed: bool = False
) -> Iterator[tuple[int, LocatedFinding]]:
    """Judge whether an object of the right shape keeps what is promised of each of its pods: paths, each with its container.

    What is found comes with the number of its promise.
    """
    for pod in admitted_pods(tree) if promises else ():
        for number, finding in broken(pod.spec, promises):
            yield number, LocatedFinding(NOT_KEPT.at((*pod.place, *finding.place), **finding.values), pod.place, fixed)


@functools.lru_cache(maxsize=32)
def shapes(version: Published, standards: tuple[Standard, ...] = (), site: Site | None = None) -> Shapes:
    """Return a version's schema, compiled with all rules, and with those of Pod Security Standards and of a site."""
    policy = tuple(dict.fromkeys(rule for standard in standards for rule in rules_of(standard, version.version)))
    allowed = _boundary().rules_of(site, version.version) if site else ()
    return Shapes(version, (*RULES, *policy, *allowed), AS_ADMITTED)


def _boundary() -> ModuleType:
    """Return what a site judges: whoever has none does not wait for it."""
    from kqmanifest.compiler import boundary  # noqa: PLC0415  see above

    return boundary


def _unknown(version: Published, tree: Mapping[str, Any]) -> Finding:
    api_version, kind = tree.get("apiVersion"), tree.get("kind")
    for field, value in (("apiVersion", api_version), ("kind", kind)):
        if not isinstance(value, str) or not value:
            return NO_KIND.at((), field=field)
    group = str(api_version).rpartition("/")[0]
    groups = {name.rpartition("/")[0].rpartition("/")[0] for name in version.kinds}
    if group not in groups and ("." in group):
        return NOT_CHECKED.at(("kind",), kind=kind, api_version=api_version)
    names = {name.rpartition("/")[2] for name in version.kinds}
    meant = version.api_version_of(str(kind))
    near = None if meant else nearest(str(kind), names)
    place = ("apiVersion",) if meant else ("kind",)
    return NO_SUCH_KIND.at(place, version=version.version, kind=kind, api_version=api_version, meant=meant, near=near)


def _hashable(values: Mapping[str, object]) -> bool:
    try:
        hash(tuple(values.values()))
    except TypeError:
        return False
    return True
