"""Selectors: how pods and nodes are selected by their labels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches, one_of, required
from kqmanifest.rules.forms import qualified
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_label_value, is_subdomain
from kqmanifest.vocabulary.selectors import COMPARISONS, LABEL_OPERATORS, NODE_OPERATORS, ONE_OF, PRESENCE
from kqmanifest.vocabulary.spelling import nearest

_LABELS = ("LabelSelector.matchLabels", "PodSpec.nodeSelector")
_EXPRESSIONS = ("LabelSelector.matchExpressions", "NodeSelectorTerm.matchExpressions")
_NAME_OF_A_NODE = "metadata.name"


selected_label_key_is_not_a_qualified_name = matches(
    "KQ2490",
    _LABELS,
    qualified("example.com/team"),
    message="the label key {value} is not a qualified name, so it selects nothing",
    each=True,
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabels",
    page="""A selector's key has the form of a label key: a name, which a domain and a slash may precede.

    Wrong:
        nodeSelector: {"my team": vision}

    Right:
        nodeSelector: {my-team: vision}
    """,
)


@rule(
    "KQ2491",
    _LABELS,
    "{value} is not a valid value of the label {key}",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
    reason="Invalid",
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabels",
)
def selector_value_is_not_a_label_value(labels: dict[str, Any]) -> Iterator[Spot]:
    """A selector's value has the form of a label value, since no label can have another.

    Wrong:
        nodeSelector: {nvidia.com/gpu.product: "A100 80GB"}

    Right:
        nodeSelector: {nvidia.com/gpu.product: A100-80GB}
    """
    for key, value in labels.items():
        if not is_label_value(value or ""):
            yield found(key, key=key, value=value)


expression_key_is_not_a_qualified_name = matches(
    "KQ2492",
    _EXPRESSIONS,
    qualified("example.com/team"),
    message="the label key {value} is not a qualified name, so it selects nothing",
    each="key",
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabelName",
    page="""An expression's key has the form of a label key: a name, which a domain and a slash may precede.

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
    """,
)


@rule(
    "KQ2493",
    "LabelSelector.matchExpressions",
    "unknown operator {operator} for the label {key}",
    "did you mean {near}?",
    "write In, NotIn, Exists or DoesNotExist",
    reason="Invalid",
    upstream="apimachinery/apis/meta/v1/validation.ValidateLabelSelectorRequirement",
)
def label_operator_is_unknown(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
    """A label selector has four operators.

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
    yield from _find_unknown(expressions, LABEL_OPERATORS)


@rule(
    "KQ2494",
    "NodeSelectorTerm.matchExpressions",
    "unknown operator {operator} for the node label {key}",
    "did you mean {near}?",
    "write In, NotIn, Exists, DoesNotExist, Gt or Lt",
    reason="Invalid",
    upstream="core/validation.ValidateNodeSelectorRequirement",
)
def node_operator_is_unknown(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
    """A node selector has six operators for labels.

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
    yield from _find_unknown(expressions, NODE_OPERATORS)


def _find_unknown(expressions: list[dict[str, Any]], known: tuple[str, ...]) -> Iterator[Spot]:
    for index, expression in enumerate(expressions):
        operator = expression["operator"]
        if operator not in known:
            yield found(index, "operator", operator=operator, key=expression["key"], near=nearest(operator, known))


@rule(
    "KQ2495",
    _EXPRESSIONS,
    "operator {operator} requires values, and the expression for the label {key} has none",
    "add `values: […]`, or use Exists or DoesNotExist, which need only the key",
    reason="Required",
    upstream="core/validation.ValidateNodeSelectorRequirement",
)
def expression_lacks_values(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
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
    "values must be empty for operator {operator}, and the expression for the label {key} has some",
    "remove `values`, or use In or NotIn",
    reason="Forbidden",
    upstream="core/validation.ValidateNodeSelectorRequirement",
)
def expression_values_are_not_allowed(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
    """``Exists`` and ``DoesNotExist`` look only at the key of a label.

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
    "{value} is not a valid value of the label {key}",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.ValidateNodeSelectorRequirement",
)
def expression_value_is_not_a_label_value(selecting: list[dict[str, Any]]) -> Iterator[Spot]:
    """A label is compared with values that a label can have; only the preferred terms of a node affinity are not checked for this.

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
    for index, item in enumerate(selecting):
        for place, expression in _expressions(item or {}):
            for number, value in enumerate(expression.get("values") or ()):
                if not is_label_value(value or ""):
                    yield found(index, *place, "values", number, key=expression["key"], value=value)


def _expressions(item: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Return the expressions of a node selector term with their places; an expression by itself has none but its own."""
    if "key" in item:
        yield (), item
    for number, expression in enumerate(item.get("matchExpressions") or ()):
        yield ("matchExpressions", number), expression


@rule(
    "KQ2455",
    "NodeSelectorTerm.matchExpressions",
    "operator {operator} requires exactly one value, and the expression for the label {key} has {count}",
    'write one value, in quotes: `values: ["3"]`',
    reason="Required",
    upstream="core/validation.ValidateNodeSelectorRequirement",
)
def comparison_does_not_have_one_value(expressions: list[dict[str, Any]]) -> Iterator[Spot]:
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
            yield found(index, "values", operator=expression["operator"], key=expression["key"], count=len(values))


node_selector_without_terms = required(
    "KQ2456",
    "NodeSelector.nodeSelectorTerms",
    message="nodeSelectorTerms must have at least one term",
    hints="add a term: `nodeSelectorTerms: [{{matchExpressions: [{{key: …, operator: Exists}}]}}]`; or remove the selector",
    upstream="core/validation.ValidateNodeSelector",
    page="""A node selector has at least one term.

    Wrong:
        affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: []}}}

    Right:
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: nvidia.com/gpu.product, operator: Exists}]}]
    """,
)


match_field_operator_is_unknown = one_of(
    "KQ2457",
    "NodeSelectorTerm.matchFields",
    ONE_OF,
    message="unknown operator {value} in matchFields",
    each="operator",
    reason="Invalid",
    upstream="core/validation.ValidateNodeFieldSelectorRequirement",
    page="""A node's field is compared with ``In`` or ``NotIn``.

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
    """,
)


@rule(
    "KQ2458",
    "NodeSelectorTerm.matchFields",
    "matchFields requires exactly one value, and {count} are given",
    "write one: `values: […]`; for each other node, add a term to `nodeSelectorTerms`",
    reason="Required",
    upstream="core/validation.ValidateNodeFieldSelectorRequirement",
)
def match_field_does_not_have_one_value(fields: list[dict[str, Any]]) -> Iterator[Spot]:
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
            yield found(index, "values", count=len(values))


match_field_is_unknown = one_of(
    "KQ2459",
    "NodeSelectorTerm.matchFields",
    (_NAME_OF_A_NODE,),
    message="unknown field {value} in matchFields",
    hints="write metadata.name, the only field that nodes are selected by; for a label, use `matchExpressions`",
    each="key",
    reason="Invalid",
    upstream="core/validation.ValidateNodeFieldSelectorRequirement",
    page="""Nodes are selected by one field, their name; labels belong in ``matchExpressions``.

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
    """,
)


@rule(
    "KQ2454",
    "NodeSelectorTerm.matchFields",
    "the node name {value} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends",
    reason="Invalid",
    upstream="core/validation.ValidateNodeFieldSelectorRequirement",
)
def node_name_of_a_match_field_is_not_a_dns_subdomain(fields: list[dict[str, Any]]) -> Iterator[Spot]:
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
