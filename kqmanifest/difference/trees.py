"""Where two trees of plain data differ."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.diagnostics import Step, Steps
from kqmanifest.model.values import hashable, thawed
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.schema.quantity_fields import rewrite_quantities
from kqmanifest.vocabulary.quantities import as_text, quantity

_UNORDERED: Final = frozenset(
    {
        *("accessModes", "add", "drop", "finalizers", "hostAliases", "imagePullSecrets", "matchExpressions", "matchFields", "ports"),
        *("resourceClaims", "rules", "secrets", "subjects", "supplementalGroups", "sysctls", "tolerations", "values", "verbs"),
        *("apiGroups", "resources", "resourceNames", "topologySpreadConstraints"),
    }
)
"""Lists in which the order means nothing to Kubernetes."""


def comparable(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Copy an object, with numbers in place of its quantities: ``1``, ``"1"`` and ``1000m`` are the same."""
    copy: dict[str, Any] = thawed(tree)
    rewrite_quantities(copy, published(KNOWN[-1]), _number)
    return copy


def _number(value: Any) -> Any:
    """Read a quantity; leave any other value as it is."""
    text = as_text(value)
    number = quantity(text) if isinstance(text, str) else None
    return value if number is None else number


def differing(old: Any, new: Any, steps: Steps = ()) -> Iterator[Steps]:
    """Find the outermost places at which two trees differ."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**new, **old}:
            if (key in old) != (key in new):
                yield (*steps, key)
            else:
                yield from differing(old[key], new[key], (*steps, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (one, other) in enumerate(_match(old, new) if steps and steps[-1] in _UNORDERED else zip(old, new, strict=True)):
            yield from differing(one, other, (*steps, index))
    elif old != new:
        yield steps


def _match(old: Sequence[Any], new: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield each item of the new list with its equal in the old one, else with the next that has none."""
    there: dict[Hashable, deque[int]] = {}
    for index, one in enumerate(old):
        there.setdefault(hashable(one), deque()).append(index)
    met = [indexes.popleft() if (indexes := there.get(hashable(one))) else None for one in new]
    left = iter(sorted(index for indexes in there.values() for index in indexes))
    yield from ((old[next(left) if index is None else index], one) for one, index in zip(new, met, strict=True))


def content(value: Any, key: Step | None = None) -> Hashable:
    """Return a hashable value that is equal for two trees if nothing is :func:`differing` between them."""
    if isinstance(value, Mapping):
        return "object", frozenset((name, content(item, name)) for name, item in value.items())
    if isinstance(value, list):
        items = [content(item) for item in value]
        return "list", frozenset(Counter(items).items()) if key in _UNORDERED else tuple(items)
    plain: Hashable = value
    return plain


def without(tree: Any, places: Iterable[Steps], keys: frozenset[str]) -> Any:
    """Return a copy of a tree without some keys at some places, none of which lies in another."""
    below: dict[Step, list[Steps]] = {}
    for place in places:
        if not place:
            return {key: value for key, value in tree.items() if key not in keys}
        below.setdefault(place[0], []).append(place[1:])
    if isinstance(tree, list):
        return [without(item, below[index], keys) if index in below else item for index, item in enumerate(tree)]
    return {**tree, **{step: without(tree[step], inner, keys) for step, inner in below.items()}}
