"""Affinity: which pods run near each other, which apart, and how they are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import at_least, between, matches, one_of, required
from kqmanifest.rules.forms import LABEL, qualified
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_qualified

_HEAVIEST = 100
_UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
_NODE_POLICIES = ("Honor", "Ignore")
_POD_AFFINITIES = ("podAffinity", "podAntiAffinity")


weight_is_out_of_range = between(
    "KQ2439",
    ("PreferredSchedulingTerm.weight", "WeightedPodAffinityTerm.weight"),
    (1, _HEAVIEST),
    upstream="core/validation.validateAffinity",
    page="""The weight of a preference is between 1 and 100.

    Wrong:
        affinity:
          nodeAffinity:
            preferredDuringSchedulingIgnoredDuringExecution:
            - {weight: 0, preference: {matchExpressions: [{key: nvidia.com/gpu.product, operator: Exists}]}}

    Right:
        affinity:
          nodeAffinity:
            preferredDuringSchedulingIgnoredDuringExecution:
            - {weight: 1, preference: {matchExpressions: [{key: nvidia.com/gpu.product, operator: Exists}]}}
    """,
)


topology_key_is_empty = required(
    "KQ2440",
    ("PodAffinityTerm.topologyKey", "TopologySpreadConstraint.topologyKey"),
    hints="write `kubernetes.io/hostname` for single nodes, or `topology.kubernetes.io/zone` for zones",
    upstream="core/validation.validatePodAffinityTerm",
    page="""``topologyKey`` is the key of a label of nodes: nodes with the same value are one topology domain.

    Wrong:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: "", whenUnsatisfiable: ScheduleAnyway}]

    Right:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]
    """,
)


topology_key_is_not_a_qualified_name = matches(
    "KQ2441",
    "PodAffinityTerm.topologyKey",
    qualified("topology.kubernetes.io/zone"),
    hints="write `kubernetes.io/hostname` for single nodes, or `topology.kubernetes.io/zone` for zones",
    may_be_empty=True,
    upstream="core/validation.validatePodAffinityTerm",
    page="""``topologyKey`` is the key of a label of nodes: a name, which a domain and a slash may precede.

    Wrong:
        affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "host name"}]}}

    Right:
        affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}
    """,
)


namespace_of_a_pod_affinity_is_not_a_dns_label = matches(
    "KQ2442",
    "PodAffinityTerm.namespaces",
    LABEL,
    message="the namespace {value} is not a DNS label",
    each=True,
    upstream="core/validation.validatePodAffinityTerm",
    page="""Namespaces are named like DNS labels: no capitals, no underscores, no dots.

    Wrong:
        affinity:
          podAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, namespaces: [Team_Vision]}

    Right:
        affinity:
          podAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, namespaces: [team-vision]}
    """,
)


@rule(
    "KQ2443",
    ("PodAffinityTerm", "TopologySpreadConstraint"),
    "{field} must not be set without a labelSelector",
    "add a `labelSelector`; an empty one, `labelSelector: {{}}`, selects all pods",
    reason="Forbidden",
    upstream="core/validation.validateLabelKeys",
)
def label_keys_without_a_selector(term: dict[str, Any]) -> Iterator[Spot]:
    """``matchLabelKeys`` and ``mismatchLabelKeys`` add the pod's own labels to a ``labelSelector``.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, matchLabelKeys: [app]}

    Right:
        topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          matchLabelKeys: [app]
          labelSelector: {}
    """
    for field in ("matchLabelKeys", "mismatchLabelKeys"):
        if term.get(field) and term.get("labelSelector") is None:
            yield found(field, field=field)


@rule(
    "KQ2444",
    ("PodAffinityTerm", "TopologySpreadConstraint"),
    "the label key {key} is not a qualified name",
    "use at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends; "
    "a domain and a slash may come first, as in example.com/team",
    reason="Invalid",
    upstream="core/validation.validateLabelKeys",
)
def match_label_key_is_not_a_qualified_name(term: dict[str, Any]) -> Iterator[Spot]:
    """``matchLabelKeys`` and ``mismatchLabelKeys`` contain label keys: a name, which a domain and a slash may precede.

    Wrong:
        topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          matchLabelKeys: ["training run"]
          labelSelector: {}

    Right:
        topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          matchLabelKeys: [training-run]
          labelSelector: {}
    """
    for field in ("matchLabelKeys", "mismatchLabelKeys"):
        for index, key in enumerate(term.get(field) or ()):
            if term.get("labelSelector") is not None and not is_qualified(key or ""):
                yield found(field, index, key=key or "")


@rule(
    "KQ2445",
    "PodAffinityTerm",
    "the label key {key} is in both matchLabelKeys and mismatchLabelKeys",
    "remove it from `matchLabelKeys` or from `mismatchLabelKeys`",
    needs="matchLabelKeys",
    reason="Invalid",
    upstream="core/validation.ValidateMatchLabelKeysAndMismatchLabelKeys",
)
def label_key_is_to_match_and_mismatch(term: dict[str, Any]) -> Iterator[Spot]:
    """A key is in ``matchLabelKeys`` or in ``mismatchLabelKeys``, not in both.

    Wrong:
        affinity:
          podAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: {}
              matchLabelKeys: [app]
              mismatchLabelKeys: [app]

    Right:
        affinity:
          podAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - {topologyKey: kubernetes.io/hostname, labelSelector: {}, matchLabelKeys: [app]}
    """
    other = set(term.get("mismatchLabelKeys") or ())
    for index, key in enumerate(term.get("matchLabelKeys") or ()):
        if key in other:
            yield found("matchLabelKeys", index, key=key or "")


@rule(
    "KQ2446",
    ("Pod", "PodTemplateSpec"),
    "the label {key} is selected twice: in matchLabelKeys, and by the labelSelector",
    "remove {key} from `matchLabelKeys`, or from the `labelSelector`",
    needs=("PodSpec.affinity", "PodSpec.topologySpreadConstraints"),
    reason="Invalid",
    upstream="core/validation.ValidateMatchLabelKeysAndMismatchLabelKeys",
)
def label_is_selected_twice(pod: dict[str, Any]) -> Iterator[Spot]:
    """A label in ``matchLabelKeys`` is selected with the pod's own value, so the ``labelSelector`` must not select it again.

    The server adds an expression for it when the pod is created, so it finds the clash in a pod, and in a template
    only where the ``labelSelector`` alone selects it twice.

    Wrong:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, labels: {app: training}}
        spec:
          containers: [{name: main, image: "example.com/training:1"}]
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: ScheduleAnyway
            matchLabelKeys: [app]
            labelSelector: {matchLabels: {app: training}}

    Right:
        apiVersion: v1
        kind: Pod
        metadata: {name: training, labels: {app: training}}
        spec:
          containers: [{name: main, image: "example.com/training:1"}]
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: ScheduleAnyway
            matchLabelKeys: [app]
            labelSelector: {}
    """
    spec = pod.get("spec") or {}
    if not spec.get("affinity") and not spec.get("topologySpreadConstraints"):
        return
    labels = (pod.get("metadata") or {}).get("labels") or {} if "kind" in pod else {}
    for place, term in _terms(spec):
        keys = [key for key in term.get("matchLabelKeys") or () if key not in (term.get("mismatchLabelKeys") or ())]
        selector = term.get("labelSelector")
        if not keys or selector is None:
            continue
        times = Counter([*(selector.get("matchLabels") or ())])
        times.update(expression["key"] for expression in selector.get("matchExpressions") or ())
        times.update(key for key in keys if key in labels)
        for key in dict.fromkeys(keys):
            if times[key] > 1:
                yield found("spec", *place, key=key)


def _terms(pod_spec: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Return each place that selects other pods: the terms of pod affinities, and the topology spread constraints."""
    affinity = pod_spec.get("affinity") or {}
    for kind in _POD_AFFINITIES:
        terms = affinity.get(kind) or {}
        required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
        for index, term in enumerate(terms.get(required) or ()):
            yield ("affinity", kind, required, index), term
        for index, weighted in enumerate(terms.get(preferred) or ()):
            yield ("affinity", kind, preferred, index, "podAffinityTerm"), weighted["podAffinityTerm"]
    for index, constraint in enumerate(pod_spec.get("topologySpreadConstraints") or ()):
        yield ("topologySpreadConstraints", index), constraint


max_skew_is_less_than_one = at_least(
    "KQ2447",
    "TopologySpreadConstraint.maxSkew",
    1,
    upstream="core/validation.validateTopologySpreadConstraints",
    page="""``maxSkew`` is how many more pods one topology domain may have than another: at least 1.

    Wrong:
        topologySpreadConstraints: [{maxSkew: 0, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]

    Right:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]
    """,
)


when_unsatisfiable_is_unknown = one_of(
    "KQ2448",
    "TopologySpreadConstraint.whenUnsatisfiable",
    _UNSATISFIABLE,
    upstream="core/validation.ValidateWhenUnsatisfiable",
    page="""A pod that cannot be spread waits (``DoNotSchedule``), or runs nevertheless (``ScheduleAnyway``).

    Wrong:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: Ignore}]

    Right:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]
    """,
)


@rule(
    "KQ2449",
    "PodSpec.topologySpreadConstraints",
    "topologyKey {key} with whenUnsatisfiable {action} is given again at {other}",
    "keep one of the two",
    reason="Duplicate",
    upstream="core/validation.ValidateSpreadConstraintNotRepeat",
)
def topology_spread_constraint_is_repeated(constraints: list[dict[str, Any]]) -> Iterator[Spot]:
    """Only one topology spread constraint may have the same ``topologyKey`` and ``whenUnsatisfiable``.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
        - {maxSkew: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
        - {maxSkew: 2, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}
    """
    ways = [(constraint["topologyKey"], constraint["whenUnsatisfiable"]) for constraint in constraints]
    last = {way: index for index, way in enumerate(ways)}
    for index, way in enumerate(ways):
        if last[way] != index:
            yield found(index, key=way[0], action=way[1], other=f"topologySpreadConstraints[{last[way]}]")


min_domains_is_less_than_one = at_least(
    "KQ2450",
    "TopologySpreadConstraint.minDomains",
    1,
    hints="set `minDomains` to 1 or more, or remove it",
    upstream="core/validation.validateMinDomains",
    page="""Pods are spread over at least one topology domain.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 0, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
    """,
)


@rule(
    "KQ2451",
    "TopologySpreadConstraint",
    "minDomains {count} requires whenUnsatisfiable DoNotSchedule, and it is {action}",
    "write `whenUnsatisfiable: DoNotSchedule`, or remove `minDomains`",
    needs="minDomains",
    reason="Invalid",
    upstream="core/validation.validateMinDomains",
)
def min_domains_is_not_enforced(constraint: dict[str, Any]) -> Iterator[Spot]:
    """``minDomains`` only has an effect where pods wait for it: with ``DoNotSchedule``.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
    """
    if constraint.get("minDomains") is not None and constraint["whenUnsatisfiable"] == "ScheduleAnyway":
        yield found("minDomains", count=constraint["minDomains"], action=constraint["whenUnsatisfiable"])


node_inclusion_policy_is_unknown = one_of(
    "KQ2452",
    ("TopologySpreadConstraint.nodeAffinityPolicy", "TopologySpreadConstraint.nodeTaintsPolicy"),
    _NODE_POLICIES,
    upstream="core/validation.validateNodeInclusionPolicy",
    page="""A pod's node affinity and the nodes' taints are honoured or ignored when pods are counted.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: honour}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor}
    """,
)
