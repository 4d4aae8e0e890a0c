"""What a site allows of labels and annotations: which may be set, and which are required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, Site
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Spot
from kqmanifest.site.fields import Judge
from kqmanifest.site.objects import OBJECT
from kqmanifest.vocabulary.kinds import below
from kqmanifest.vocabulary.queues import QUEUE, label_places

LABEL: Final = Fault("KQ5128", "this site does not allow the label {label} to be {value}", ("write one of {allowed}",))
CLOSED_LABEL: Final = Fault(
    "KQ5115",
    "this site does not allow the label {label}",
    ("remove it; allowed are labels without a prefix that no controller reads, and those of app.kubernetes.io",),
)
MISSING_LABEL: Final = Fault(
    "KQ5117", "this site requires the label {label}", ("add `{label}: {allowed}`", "add `{label}` with one of {choice}", "add it")
)
ANNOTATION: Final = Fault("KQ5118", "this site does not allow the annotation {key}", ("remove it; allowed are {allowed}", "remove it"))

ANY: Final = "*"
_OPEN_PREFIX: Final = "app.kubernetes.io/"
_READ_BY_CONTROLLERS: Final = frozenset(
    {
        "aadpodidbinding",
        "applicationId",
        "batch-name",
        "controller-revision-hash",
        "controller-uid",
        "injector",
        "istio-injection",
        "job-name",
        "pod-template-hash",
        "project",
        "queue",
    }
)
"""Labels without a prefix that controllers read: cloud identities, queues, the owner of a pod."""


def judges(site: Site, allow: Allow) -> Iterator[Judge]:
    """Make the judges of labels and annotations."""
    values = locked(site, allow)
    yield from _closed_labels(values, site.defaults.labels)
    yield from _locked_labels(values)
    yield _annotations(allow)


def _locked_labels(values: Mapping[str, tuple[str, ...]]) -> Iterator[Judge]:
    def label(metadata: dict[str, Any]) -> Iterator[Spot]:
        for name, value in (metadata.get("labels") or {}).items():
            allowed = values.get(name)
            if allowed is not None and value not in allowed and ANY not in allowed:
                yield found("labels", name, label=name, value=value or "", allowed=list(allowed) or None)

    def missing_label(tree: dict[str, Any]) -> Iterator[Spot]:
        for name, allowed in values.items():
            for place in label_places(tree, name):
                if name not in _labels(tree, place):
                    one = allowed[0] if len(allowed) == 1 and allowed[0] != ANY else None
                    yield found(*place, "metadata", label=name, allowed=one, choice=[value for value in allowed if value != ANY] or None)

    yield Judge((), Rule(LABEL, ("ObjectMeta",), label))
    yield Judge((), Rule(MISSING_LABEL, (OBJECT,), missing_label))


def _closed_labels(values: Mapping[str, tuple[str, ...]], given: Mapping[str, str]) -> Iterator[Judge]:
    def closed_label(metadata: dict[str, Any]) -> Iterator[Spot]:
        for name, value in (metadata.get("labels") or {}).items():
            if name not in values and not is_open(name) and given.get(name) != value:
                yield found("labels", name, label=name)

    def label_of_a_namespace(namespace: dict[str, Any]) -> Iterator[Spot]:
        for name, value in ((namespace.get("metadata") or {}).get("labels") or {}).items():
            if name not in values and is_open(name) and given.get(name) != value:
                yield found("metadata", "labels", name, label=name)

    yield Judge(("ObjectMeta.labels",), Rule(CLOSED_LABEL, ("ObjectMeta",), closed_label))
    yield Judge((), Rule(CLOSED_LABEL, ("Namespace",), label_of_a_namespace))


def _annotations(allow: Allow) -> Judge:
    def annotation(keys: Mapping[str, Any]) -> Iterator[Spot]:
        for key in keys:
            if key not in allow.annotations:
                yield found(key, key=key, allowed=list(allow.annotations) or None)

    return Judge(("ObjectMeta.annotations",), Rule(ANNOTATION, ("ObjectMeta.annotations",), annotation))


def locked(site: Site, allow: Allow) -> dict[str, tuple[str, ...]]:
    """Return the required labels, each with the values that it may have; the site's own queue is one of them."""
    queue = {QUEUE: (site.defaults.queue,)} if site.defaults.queue else {}
    return {**queue, **{name: tuple(values) for name, values in allow.labels.items()}}


def is_open(label: str) -> bool:
    """Return whether a label is a user's own: no controller reads it."""
    return label.startswith(_OPEN_PREFIX) if "/" in label else label not in _READ_BY_CONTROLLERS


def _labels(tree: Any, place: tuple[str | int, ...]) -> Any:
    labels = below(tree, (*place, "metadata", "labels"))
    return labels if isinstance(labels, Mapping) else {}
