"""Where two trees of plain data are not the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.diagnostics import Steps
from kqmanifest.vocabulary.quantities import quantity

_UNORDERED: Final = frozenset(
    {
        *("accessModes", "add", "drop", "finalizers", "hostAliases", "imagePullSecrets", "matchExpressions", "matchFields", "ports"),
        *("resourceClaims", "rules", "secrets", "subjects", "supplementalGroups", "sysctls", "tolerations", "values", "verbs"),
        *("apiGroups", "resources", "resourceNames", "topologySpreadConstraints"),
    }
)
"""Lists in which the order means nothing to Kubernetes."""
_AMOUNTS: Final = frozenset({"limits", "requests", "capacity", "hard", "sizeLimit"})
"""What holds quantities, which have several spellings."""


def differing(old: Any, new: Any, steps: Steps = ()) -> Iterator[Steps]:
    """Find the outermost places at which two trees are not the same."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**new, **old}:
            if (key in old) != (key in new):
                yield (*steps, key)
            else:
                yield from differing(old[key], new[key], (*steps, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(_met(old, new) if steps and steps[-1] in _UNORDERED else zip(old, new, strict=True)):
            yield from differing(one, other, (*steps, index))
    elif old != new and not _is_one_amount(old, new, steps):
        yield steps


def _met(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Give each item of the new list with its equal in the old one, else with the next that has none."""
    rest = list(old)
    equals: list[bool] = []
    for one in new:
        equals.append(one in rest)
        if equals[-1]:
            rest.remove(one)
    left = iter(rest)
    yield from ((one if is_there else next(left), one) for one, is_there in zip(new, equals, strict=True))


def _is_one_amount(old: Any, new: Any, steps: Steps) -> bool:
    """Say whether two spellings of an amount are one: ``1`` and ``1000m``, where amounts stand."""
    if not _AMOUNTS.intersection(steps) or not all(isinstance(one, str | int | float) for one in (old, new)):
        return False
    one, other = quantity(old), quantity(new)
    return one is not None and one == other


def without(tree: Mapping[str, Any], place: Sequence[str], keys: frozenset[str]) -> dict[str, Any]:
    """Give a copy of a tree that lacks keys at a place."""
    if not place:
        return {key: value for key, value in tree.items() if key not in keys}
    return {**tree, place[0]: without(tree[place[0]], place[1:], keys)}
