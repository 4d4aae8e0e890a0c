"""What a site adds to finished objects where their spec does not say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kqmanifest.builder.work import NO_SITE, Work, plain
from kqmanifest.model.container import Env
from kqmanifest.model.values import thawed
from kqmanifest.vocabulary.objects import CLUSTER_KINDS, pod_of
from kqmanifest.vocabulary.pods import CONTAINERS

QUEUE: Final = "kueue.x-k8s.io/queue-name"
"""The label by which Kueue finds a workload's queue."""
_QUEUED: Final = frozenset({"CronJob", "Deployment", "Job", "Pod", "StatefulSet"})
_AFTER_SECRETS: Final = frozenset({"initContainers", "containers", "volumes"})
_AFTER_ENV: Final = frozenset({"resources", "volumeMounts", "imagePullPolicy", "restartPolicy", "securityContext"})
_METADATA: Final = ("name", "namespace", "labels", "annotations")


def add_defaults(trees: Sequence[dict[str, Any]], work: Work) -> None:
    """Add the site's defaults to objects that were built, in place; what they say themselves stays."""
    known = work.site.defaults
    if work.site is NO_SITE or known == NO_SITE.defaults:
        return
    for tree in trees:
        queue = {QUEUE: known.queue} if known.queue and tree["kind"] in _QUEUED else {}
        namespace = {} if tree["kind"] in CLUSTER_KINDS else {"namespace": known.namespace}
        _described(work, tree, namespace, {**known.labels, **queue})
        pod = pod_of(tree)
        if pod is None:
            continue
        template: Any = tree
        for step in pod.place[:-1]:
            template = template[step]
        if template is not tree:
            _described(work, template, {}, known.labels)
        _in_pod(work, template["spec"])


def _described(work: Work, thing: dict[str, Any], own: Mapping[str, str | None], labels: Mapping[str, str]) -> None:
    metadata = thing.get("metadata") or {}
    added = {key: value for key, value in own.items() if value and not metadata.get(key)}
    if labels.keys() - (metadata.get("labels") or {}).keys():
        of_the_spec = metadata.get("labels") or {}
        added_labels = {key: value for key, value in labels.items() if key not in of_the_spec}
        if of_the_spec:
            _append(work, of_the_spec, added_labels)
        else:
            metadata["labels"] = work.all_from(added_labels, ())
    if added:
        _append(work, metadata, added)
    if metadata and "metadata" not in thing:
        body = dict(thing)
        thing.clear()
        thing.update({"metadata": work.came_from(metadata, ()), **body})
    ordered = {key: metadata[key] for key in _METADATA if key in metadata} | metadata
    metadata.clear()
    metadata.update(ordered)


def _append(work: Work, node: dict[str, Any], added: Mapping[str, Any], before: Iterable[str] = ()) -> None:
    """Add members to a node, before others of it; they came from the document as a whole."""
    after = {key: node.pop(key) for key in [*node] if key in before}
    for key, value in added.items():
        node[key] = value
        work.origins.member(node, key, ())
    node.update(after)


def _in_pod(work: Work, pod_spec: dict[str, Any]) -> None:
    known = work.site.defaults
    if known.image_pull_secrets and not pod_spec.get("imagePullSecrets"):
        _append(work, pod_spec, {"imagePullSecrets": work.all_from([thawed(one) for one in known.image_pull_secrets], ())}, _AFTER_SECRETS)
    variables: Iterable[Any] = known.env
    for container in (one for key in CONTAINERS for one in pod_spec.get(key) or ()):
        if not isinstance(container, dict) or not isinstance(container.get("env", []), list):
            continue
        own = container.get("env", [])
        names = {one.get("name") for one in own if isinstance(one, dict)}
        added = [plain(one) for one in variables if isinstance(one, Env) and one.name not in names]
        if added and own:
            own[:0] = [work.all_from(one, ()) for one in added]
        elif added:
            _append(work, container, {"env": work.all_from(added, ())}, _AFTER_ENV)
