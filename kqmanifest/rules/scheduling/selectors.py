"""Selectors: how pods and nodes are asked for by their labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import is_label_value, is_qualified, is_subdomain
from kqmanifest.vocabulary.selectors import COMPARISONS, LABEL_OPERATORS, NODE_OPERATORS, ONE_OF, PRESENCE

_LABELS = ("LabelSelector.matchLabels", "PodSpec.nodeSelector")
_EXPRESSIONS = ("LabelSelector.matchExpressions", "NodeSelectorTerm.matchExpressions")
_NAME_OF_A_NODE = "metadata.name"


@rule(
    "KQ2490",
    _LABELS,
    "{key} is not the key of a label, so nothing can be selected by it",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in example.com/team",
)
def selected_label_key_is_not_qualified(labels: dict[str, Any]) -> Iterator[Finding]:
    """What is selected by has the form of a label: a name, with perhaps a domain and a slash before it.

    Wrong:
        nodeSelector: {"my team": vision}

    Right:
        nodeSelector: {my-team: vision}
    """
    for key in labels:
        if not is_qualified(key):
            yield found(key, key=key)


@rule(
    "KQ2491",
    _LABELS,
    "{value} cannot be the value of the label {key}",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
)
def selected_label_value_is_too_free(labels: dict[str, Any]) -> Iterator[Finding]:
    """What is selected by has the form of a label's value, since no label could have another.

    Wrong:
        nodeSelector: {nvidia.com/gpu.product: "A100 80GB"}

    Right:
        nodeSelector: {nvidia.com/gpu.product: A100-80GB}
    """
    for key, value in labels.items():
        if not is_label_value(value or ""):
            yield found(key, key=key, value=value)


@rule(
    "KQ2492",
    _EXPRESSIONS,
    "{key} is not the key of a label, so nothing can be selected by it",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in example.com/team",
)
def expression_key_is_not_qualified(expressions: list[dict[str, Any]]) -> Iterator[Finding]:
    """An expression asks for a label by its key: a name, with perhaps a domain and a slash before it.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: "gpu product", operator: Exists}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: Exists}]}]
    """
    for index, expression in enumerate(expressions):
        if not is_qualified(expression["key"]):
            yield found(index, "key", key=expression["key"])


@rule(
    "KQ2493",
    "LabelSelector.matchExpressions",
    "{operator} is no way to compare the label {key}",
    "did you mean {near}?",
    "write In, NotIn, Exists or DoesNotExist",
)
def label_operator_is_unknown(expressions: list[dict[str, Any]]) -> Iterator[Finding]:
    """Labels of pods are compared in four ways.

    Wrong:
        topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchExpressions: [{key: app, operator: Equals, values: [training]}]}

    Right:
        topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchExpressions: [{key: app, operator: In, values: [training]}]}
    """
    yield from _unknown(expressions, LABEL_OPERATORS)


@rule(
    "KQ2494",
    "NodeSelectorTerm.matchExpressions",
    "{operator} is no way to compare the label {key} of a node",
    "did you mean {near}?",
    "write In, NotIn, Exists, DoesNotExist, Gt or Lt",
)
def node_operator_is_unknown(expressions: list[dict[str, Any]]) -> Iterator[Finding]:
    """Labels of nodes are compared in six ways.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.count, operator: ">", values: ["3"]}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.count, operator: Gt, values: ["3"]}]}]
    """
    yield from _unknown(expressions, NODE_OPERATORS)


def _unknown(expressions: list[dict[str, Any]], known: tuple[str, ...]) -> Iterator[Finding]:
    for index, expression in enumerate(expressions):
        operator = expression["operator"]
        if operator not in known:
            yield found(index, "operator", operator=operator, key=expression["key"], near=nearest(operator, known))


@rule(
    "KQ2495",
    _EXPRESSIONS,
    "the label {key} is to be {operator} values, and none is given",
    "list them: `values: […]`; or use Exists or DoesNotExist, which ask only for the key",
)
def expression_lacks_values(expressions: list[dict[str, Any]]) -> Iterator[Finding]:
    """``In`` and ``NotIn`` compare a label with a list of values.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: topology.kubernetes.io/zone, operator: In, values: [a]}]}]
    """
    for index, expression in enumerate(expressions):
        if expression["operator"] in ONE_OF and not expression.get("values"):
            yield found(index, "values", key=expression["key"], operator=expression["operator"])


@rule(
    "KQ2496",
    _EXPRESSIONS,
    "{operator} asks only for the key {key}, and values are given",
    "take the values out, or use In or NotIn",
)
def expression_has_needless_values(expressions: list[dict[str, Any]]) -> Iterator[Finding]:
    """``Exists`` and ``DoesNotExist`` look at the key of a label alone.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: Exists, values: [A100]}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [A100]}]}]
    """
    for index, expression in enumerate(expressions):
        if expression["operator"] in PRESENCE and expression.get("values"):
            yield found(index, "values", key=expression["key"], operator=expression["operator"])


@rule(
    "KQ2497",
    ("LabelSelector.matchExpressions", "NodeSelector.nodeSelectorTerms"),
    "{value} cannot be the value of the label {key}",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
)
def expression_value_is_too_free(asked: list[dict[str, Any]]) -> Iterator[Finding]:
    """What a label is compared with has the form of a label's value; only a node's preferred labels are not held to it.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: ["A100 80GB"]}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: In, values: [A100-80GB]}]}]
    """
    for index, one in enumerate(asked):
        for place, expression in _expressions(one or {}):
            for number, value in enumerate(expression.get("values") or ()):
                if not is_label_value(value or ""):
                    yield found(index, *place, "values", number, key=expression["key"], value=value)


def _expressions(asked: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Give the expressions of a node selector's term with their places; an expression is its own."""
    if "key" in asked:
        yield (), asked
    for number, expression in enumerate(asked.get("matchExpressions") or ()):
        yield ("matchExpressions", number), expression


@rule(
    "KQ2455",
    "NodeSelectorTerm.matchExpressions",
    "{operator} compares the label {key} with one number, and {count} values are given",
    'give one value, quoted: `values: ["3"]`',
)
def comparison_has_not_one_value(expressions: list[dict[str, Any]]) -> Iterator[Finding]:
    """``Gt`` and ``Lt`` compare a node's label, read as a number, with one value.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.count, operator: Gt, values: ["3", "7"]}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.count, operator: Gt, values: ["3"]}]}]
    """
    for index, expression in enumerate(expressions):
        values = expression.get("values") or ()
        if expression["operator"] in COMPARISONS and len(values) != 1:
            yield found(index, "values", operator=expression["operator"], key=expression["key"], count=len(values) or "no")


@rule(
    "KQ2456",
    "NodeSelector.nodeSelectorTerms",
    "no kind of node is asked for",
    "add a term: `nodeSelectorTerms: [{{matchExpressions: [{{key: …, operator: Exists}}]}}]`; or take the selector out",
)
def node_selector_without_terms(terms: list[dict[str, Any]]) -> Iterator[Finding]:
    """A node selector has at least one term.

    Wrong:
        affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: Exists}]}]
    """
    if not terms:
        yield found()


@rule(
    "KQ2457",
    "NodeSelectorTerm.matchFields",
    "{operator} is no way to compare a field of a node",
    "write In or NotIn",
)
def field_operator_is_unknown(fields: list[dict[str, Any]]) -> Iterator[Finding]:
    """A node's field is one thing or is not.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: Exists}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [gpu-1]}]}]
    """
    for index, field in enumerate(fields):
        if field["operator"] not in ONE_OF:
            yield found(index, "operator", operator=field["operator"])


@rule(
    "KQ2458",
    "NodeSelectorTerm.matchFields",
    "a field of a node is compared with one value, and {count} are given",
    "give one: `values: […]`; for other nodes add a term for each to `nodeSelectorTerms`",
)
def field_has_not_one_value(fields: list[dict[str, Any]]) -> Iterator[Finding]:
    """A node's field is compared with one value.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [gpu-1, gpu-2]}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms:
              - matchFields: [{key: metadata.name, operator: In, values: [gpu-1]}]
              - matchFields: [{key: metadata.name, operator: In, values: [gpu-2]}]
    """
    for index, field in enumerate(fields):
        values = field.get("values") or ()
        if field["operator"] in ONE_OF and len(values) != 1:
            yield found(index, "values", count=len(values) or "none")


@rule(
    "KQ2459",
    "NodeSelectorTerm.matchFields",
    "{key} is not a field that nodes are selected by",
    "write metadata.name, the only one there is",
)
def field_is_unknown(fields: list[dict[str, Any]]) -> Iterator[Finding]:
    """Nodes are selected by one field, their name; labels stand in ``matchExpressions``.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchFields: [{key: kubernetes.io/hostname, operator: In, values: [gpu-1]}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [gpu-1]}]}]
    """
    for index, field in enumerate(fields):
        if field["key"] != _NAME_OF_A_NODE:
            yield found(index, "key", key=field["key"])


@rule(
    "KQ2454",
    "NodeSelectorTerm.matchFields",
    "{value} is not the name of a node",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
)
def field_value_is_no_node_name(fields: list[dict[str, Any]]) -> Iterator[Finding]:
    """Nodes are named like DNS subdomains: no capitals, no underscores.

    Wrong:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [GPU_1]}]}]

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [gpu-1]}]}]
    """
    for index, field in enumerate(fields):
        for number, value in enumerate(field.get("values") or ()):
            if field["key"] == _NAME_OF_A_NODE and not is_subdomain(value or ""):
                yield found(index, "values", number, value=value or "")
