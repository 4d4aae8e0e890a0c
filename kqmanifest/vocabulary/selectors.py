"""Selectors: what they require of labels, and whether an object's labels meet it.

Source: ``LabelSelectorAsSelector`` and ``ValidateLabelSelector`` of k8s.io/apimachinery.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.vocabulary.names import is_label_value, is_qualified

ONE_OF: Final = ("In", "NotIn")
"""The operators that compare a label with values."""
PRESENCE: Final = ("Exists", "DoesNotExist")
"""The operators that look only at the key."""
COMPARISONS: Final = ("Gt", "Lt")
"""The operators that compare a node's label, read as a number, with one value."""
LABEL_OPERATORS: Final = (*ONE_OF, *PRESENCE)
NODE_OPERATORS: Final = (*LABEL_OPERATORS, *COMPARISONS)


def is_readable(selector: Mapping[str, Any]) -> bool:
    """Return whether the server can read a label selector; what it cannot read is reported by other rules."""
    labels = selector.get("matchLabels") or {}
    return all(is_qualified(key) and is_label_value(value or "") for key, value in labels.items()) and all(
        _is_readable(expression) for expression in selector.get("matchExpressions") or ()
    )


def _is_readable(expression: Mapping[str, Any]) -> bool:
    values = expression.get("values") or ()
    fits = {**dict.fromkeys(ONE_OF, bool(values)), **dict.fromkeys(PRESENCE, not values)}
    return (
        fits.get(expression["operator"], False) and is_qualified(expression["key"]) and all(is_label_value(value or "") for value in values)
    )


def selects(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    """Return whether a readable label selector matches an object with these labels; an empty one matches all."""
    return all(
        key in labels and (labels[key] or "") == (value or "") for key, value in (selector.get("matchLabels") or {}).items()
    ) and all(_holds(expression, labels) for expression in selector.get("matchExpressions") or ())


def _holds(expression: Mapping[str, Any], labels: Mapping[str, Any]) -> bool:
    key = expression["key"]
    present = key in labels
    among = present and (labels[key] or "") in {value or "" for value in expression.get("values") or ()}
    return {"In": among, "NotIn": not among, "Exists": present, "DoesNotExist": not present}.get(expression["operator"], False)


def selects_nothing(selector: Mapping[str, Any]) -> bool:
    """Return whether a selector has no requirements, and so matches everything."""
    return not selector.get("matchLabels") and not selector.get("matchExpressions")


def unmet(selector: Mapping[str, Any], labels: Mapping[str, Any]) -> Iterator[str]:
    """Return which requirements of a readable label selector these labels do not meet: ``app: training``, ``tier NotIn web``."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if not selects({"matchLabels": {key: value}}, labels):
            yield f"{key}: {value or ''}"
    for expression in selector.get("matchExpressions") or ():
        if not _holds(expression, labels):
            yield " ".join((expression["key"], expression["operator"], *filter(None, expression.get("values") or ())))
