"""Affinity: which pods are to be near each other, which apart, and how they are spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.names import is_label, is_qualified

_HEAVIEST = 100
_UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
_NODE_POLICIES = ("Honor", "Ignore")
_POD_AFFINITIES = ("podAffinity", "podAntiAffinity")


@rule(
    "KQ2439",
    ("PreferredSchedulingTerm.weight", "WeightedPodAffinityTerm.weight"),
    "{weight} is not a weight",
    "use a number from 1 to 100",
)
def weight_is_out_of_range(weight: int) -> Iterator[Finding]:
    """A preference weighs from 1 to 100.

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
    """
    if not 1 <= weight <= _HEAVIEST:
        yield found(weight=weight)


@rule(
    "KQ2440",
    ("PodAffinityTerm.topologyKey", "TopologySpreadConstraint.topologyKey"),
    "the topology key is empty",
    "write `kubernetes.io/hostname` for single nodes, or `topology.kubernetes.io/zone` for zones",
)
def topology_key_is_empty(key: str) -> Iterator[Finding]:
    """Near and apart are measured by a label of nodes: nodes of one value are one place.

    Wrong:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: "", whenUnsatisfiable: ScheduleAnyway}]

    Right:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]
    """
    if not key:
        yield found()


@rule(
    "KQ2441",
    "PodAffinityTerm.topologyKey",
    "{key} is not the key of a label",
    "write `kubernetes.io/hostname` for single nodes, or `topology.kubernetes.io/zone` for zones",
)
def topology_key_is_not_qualified(key: str) -> Iterator[Finding]:
    """Near and apart are measured by a label of nodes: a name, with perhaps a domain and a slash before it.

    Wrong:
        affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: "host name"}]}}

    Right:
        affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname}]}}
    """
    if key and not is_qualified(key):
        yield found(key=key)


@rule(
    "KQ2442",
    "PodAffinityTerm.namespaces",
    "{name} is not the name of a namespace",
    "use at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends",
)
def namespace_of_other_pods_is_no_label(namespaces: list[str | None]) -> Iterator[Finding]:
    """Namespaces are named like DNS labels: no capitals, no underscores, no dots.

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
    """
    for index, name in enumerate(namespaces):
        if not is_label(name or ""):
            yield found(index, name=name or "")


@rule(
    "KQ2443",
    ("PodAffinityTerm", "TopologySpreadConstraint"),
    "{field} narrows down a labelSelector, and there is none",
    "add a `labelSelector`: an empty one, `labelSelector: {{}}`, stands for all pods",
)
def label_keys_without_a_selector(term: dict[str, Any]) -> Iterator[Finding]:
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
    "{key} is not the key of a label",
    "use at most 63 letters, digits, dashes, underscores and dots; before a slash perhaps a domain, as in example.com/team",
)
def label_key_to_match_is_not_qualified(term: dict[str, Any]) -> Iterator[Finding]:
    """What pods are matched by is the key of a label: a name, with perhaps a domain and a slash before it.

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
    "{key} is to match and not to match",
    "keep it in `matchLabelKeys` or in `mismatchLabelKeys`",
    needs="matchLabelKeys",
)
def label_key_matches_and_does_not(term: dict[str, Any]) -> Iterator[Finding]:
    """A key stands in ``matchLabelKeys`` or in ``mismatchLabelKeys``.

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
    "the label {key} is asked for twice: in matchLabelKeys, and by the labelSelector",
    "take {key} out of `matchLabelKeys`, or out of the `labelSelector`",
    needs=("PodSpec.affinity", "PodSpec.topologySpreadConstraints"),
)
def label_is_asked_for_twice(pod: dict[str, Any]) -> Iterator[Finding]:
    """A label in ``matchLabelKeys`` is asked for with the pod's own value, so the ``labelSelector`` must not ask for it again.

    The server adds an expression for it when the pod is made, and so finds the clash in a pod, and in a template
    only where the ``labelSelector`` alone asks twice.

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
        asked = Counter(list(selector.get("matchLabels") or ()))
        by_expression = [one["key"] for one in selector.get("matchExpressions") or ()] + [key for key in keys if key in labels]
        asked.update(by_expression)
        for key in dict.fromkeys(keys):
            if asked[key] > 1:
                yield found("spec", *place, key=key)


def _terms(pod_spec: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Give every place that selects other pods: the terms of affinity, and how pods are spread."""
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


@rule("KQ2447", "TopologySpreadConstraint.maxSkew", "{skew} is no difference between two places", "use a number from 1 up")
def skew_is_not_positive(skew: int) -> Iterator[Finding]:
    """How much fuller one place may be than another is at least 1.

    Wrong:
        topologySpreadConstraints: [{maxSkew: 0, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]

    Right:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]
    """
    if skew < 1:
        yield found(skew=skew)


@rule(
    "KQ2448",
    "TopologySpreadConstraint.whenUnsatisfiable",
    "{action} is not what can be done where pods cannot be spread",
    "did you mean {near}?",
    "write DoNotSchedule or ScheduleAnyway",
)
def action_is_unknown(action: str) -> Iterator[Finding]:
    """Where pods cannot be spread, they wait or run all the same.

    Wrong:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: Ignore}]

    Right:
        topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}]
    """
    if action not in _UNSATISFIABLE:
        yield found(action=action, near=nearest(action, _UNSATISFIABLE))


@rule(
    "KQ2449",
    "PodSpec.topologySpreadConstraints",
    "spreading by {key} with {action} is asked for again at {other}",
    "keep one of the two",
)
def spreading_is_repeated(constraints: list[dict[str, Any]]) -> Iterator[Finding]:
    """Pods are spread by one label in one way once.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
        - {maxSkew: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
        - {maxSkew: 2, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule}
    """
    ways = [(one["topologyKey"], one["whenUnsatisfiable"]) for one in constraints]
    last = {way: index for index, way in enumerate(ways)}
    for index, way in enumerate(ways):
        if last[way] != index:
            yield found(index, key=way[0], action=way[1], other=f"topologySpreadConstraints[{last[way]}]")


@rule("KQ2450", "TopologySpreadConstraint.minDomains", "{count} is no number of places", "use a number from 1 up, or take it out")
def fewest_places_are_none(count: int) -> Iterator[Finding]:
    """Pods are spread over one place at least.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 0, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
    """
    if count < 1:
        yield found(count=count)


@rule(
    "KQ2451",
    "TopologySpreadConstraint",
    "minDomains is {count}, and with whenUnsatisfiable {action} nothing enforces it",
    "write `whenUnsatisfiable: DoNotSchedule`, or take `minDomains` out",
    needs="minDomains",
)
def fewest_places_are_not_enforced(constraint: dict[str, Any]) -> Iterator[Finding]:
    """A least number of places holds only where pods wait for it: with ``DoNotSchedule``.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, minDomains: 2, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule}
    """
    if constraint.get("minDomains") is not None and constraint["whenUnsatisfiable"] == "ScheduleAnyway":
        yield found("minDomains", count=constraint["minDomains"], action=constraint["whenUnsatisfiable"])


@rule(
    "KQ2452",
    ("TopologySpreadConstraint.nodeAffinityPolicy", "TopologySpreadConstraint.nodeTaintsPolicy"),
    "{policy} is not how nodes are counted",
    "did you mean {near}?",
    "write Honor or Ignore",
)
def node_policy_is_unknown(policy: str) -> Iterator[Finding]:
    """A pod's node affinity and the nodes' taints are honoured or ignored where pods are counted.

    Wrong:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: honour}

    Right:
        topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: DoNotSchedule, nodeTaintsPolicy: Honor}
    """
    if policy not in _NODE_POLICIES:
        yield found(policy=policy, near=nearest(policy, _NODE_POLICIES))
