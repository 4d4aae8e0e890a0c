"""The mark stands under the culprit: a place names the item that is at fault, and moves with it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

import pytest
from examples import examples
from hypothesis import given
from strategies import changed, specs

from kqmanifest import check
from kqmanifest.diagnostics import Steps
from kqmanifest.rules import RULES, Rule
from kqmanifest.schema.published import KNOWN

BY_CODE = sorted(RULES, key=lambda rule: rule.code)
_COUNTED: Final = "so many of them are at fault, and none of them alone"
_TOGETHER: Final = "two of them exclude each other, and either may go"
_NOT_HERE: Final = "there may be no such list here, whatever it holds"
_NONE: Final = "there is none"
OF_LISTS: Final = {
    **dict.fromkeys(("KQ2030", "KQ2203", "KQ2252", "KQ2456", "KQ2523", "KQ2535"), _NONE),
    **dict.fromkeys(("KQ2225", "KQ2407", "KQ2409", "KQ2455", "KQ2458", "KQ2528", "KQ2541", "KQ2731"), _COUNTED),
    **dict.fromkeys(("KQ2039", "KQ2116", "KQ2538", "KQ2865"), _TOGETHER),
    **dict.fromkeys(("KQ2213", "KQ2226", "KQ2322", "KQ2324", "KQ2418", "KQ2443", "KQ2496", "KQ2869"), _NOT_HERE),
}
"""The rules whose fault is a list's, and not that of an item of it."""
OF_SHAPE: Final = ("KQ1001", "KQ1002", "KQ9001", "KQ9002")
"""The codes that say of a whole list that it stands where none can."""
OF_ALL: Final = ("KQ1003", "KQ1008", "KQ2101", "KQ2701", "KQ2800", "KQ2807", "KQ2810", "KQ2820", "KQ9003")
"""The codes that say of a whole document what it lacks."""

_EQUALS: Final = "the later of two equals is told, and the right one is a third"
_IN_ITS_PLACE: Final = "what is right in the right example is at fault beside the rest of the wrong one"
NOT_MOVED: Final = dict.fromkeys(("KQ2730", "KQ2802", "KQ4043"), "it is the first that counts")
"""The rules whose culprit changes where something right is put before it."""
BOTH: Final = {
    **dict.fromkeys(("KQ2020", "KQ2281", "KQ2319", "KQ2426", "KQ2449", "KQ2469", "KQ2537", "KQ4002", "KQ4042", "KQ4053"), _EQUALS),
    **dict.fromkeys(("KQ2027", "KQ2249", "KQ2321", "KQ2445", "KQ2470", "KQ2530", "KQ2722", "KQ4001"), _IN_ITS_PLACE),
}
"""The rules for which the item that is right in the right example is as wrong in the wrong one."""

NEUTRAL: Final[dict[str, dict[str, Any]]] = {
    "containers": {"name": "beside", "image": "example.com/training:1"},
    "initContainers": {"name": "beside", "image": "example.com/training:1"},
    "volumes": {"name": "beside", "emptyDir": {}},
}


def _version(rule: Rule) -> str:
    return rule.kubernetes.newest(KNOWN)


def _told(rule: Rule, trees: list[Any]) -> list[Steps]:
    return [one.path.steps(trees) for one in check(trees, kubernetes=_version(rule)) if one.code == rule.code]


def _at(tree: Any, steps: Steps) -> Any:
    """Follow steps, beyond what exists too."""
    for step in steps:
        try:
            tree = tree[step]
        except (LookupError, TypeError):
            return None
    return tree


def _is_through_lists_by_number(tree: Any, steps: Steps) -> bool:
    return all(isinstance(step, int) or not isinstance(_at(tree, steps[:depth]), list) for depth, step in enumerate(steps))


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_a_place_does_not_end_at_a_list_where_an_item_is_at_fault(rule: Rule) -> None:
    wrong = examples(rule)["Wrong"]
    for place in _told(rule, wrong):
        assert _is_through_lists_by_number(wrong, place), place
        assert isinstance(_at(wrong, place), list) == (rule.code in OF_LISTS), place


@given(changed(specs()))
def test_nor_does_that_of_anything_in_a_spec(spec: Any) -> None:
    for one in check(spec):
        steps = one.path.steps(spec)
        assert _is_through_lists_by_number(spec, steps), str(one)
        assert steps or one.code in OF_ALL or not isinstance(spec, dict), str(one)
        assert not isinstance(one.path.follow(spec), list) or one.code in {*OF_LISTS, *OF_SHAPE, "KQ2701", "KQ2800"} or not steps, str(one)


def _beside(rule: Rule, parent: Steps, index: int) -> Any:
    """Make an item that is right beside the one at fault: a neutral one, or that of the right example."""
    key = next(step for step in reversed(parent) if isinstance(step, str))
    right = _at(examples(rule)["Right"], parent)
    if key in NEUTRAL:
        return copy.deepcopy(NEUTRAL[key])
    if not isinstance(right, list) or not right:
        return None
    item = right[min(index, len(right) - 1)]
    return {**item, "mountPath": "/beside"} if key == "volumeMounts" else item


def _moves(rule: Rule) -> Iterator[tuple[Steps, Steps, list[Steps]]]:
    """Put a right item before each that is at fault: give where it was told, where it should be now, and where it is."""
    wrong = examples(rule)["Wrong"]
    for place in _told(rule, wrong):
        for depth in range(1, len(place)):
            index, parent = place[depth], place[:depth]
            if not isinstance(index, int):
                continue
            beside = _beside(rule, parent, index)
            if beside is not None:
                tree = copy.deepcopy(wrong)
                _at(tree, parent).insert(index, beside)
                yield place, (*parent, index + 1, *place[depth + 1 :]), _told(rule, tree)


@pytest.mark.parametrize("rule", BY_CODE, ids=lambda rule: rule.code)
def test_a_place_moves_with_the_culprit(rule: Rule) -> None:
    moves = [*_moves(rule)]
    assert all(moved in now for _, moved, now in moves) == (rule.code not in NOT_MOVED), moves
    told = _told(rule, examples(rule)["Wrong"])
    assert any(moved in now and now.count(place) >= told.count(place) for place, moved, now in moves) == (rule.code in BOTH), moves
