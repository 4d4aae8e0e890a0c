"""What a site adds to finished objects where their spec does not set it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from kqmanifest.builder.context import BuildContext
from kqmanifest.model.container import Env
from kqmanifest.model.plain import plain
from kqmanifest.model.values import thawed
from kqmanifest.vocabulary.kinds import kind_of
from kqmanifest.vocabulary.objects import pods_of
from kqmanifest.vocabulary.pods import CONTAINERS
from kqmanifest.vocabulary.queues import QUEUE

if TYPE_CHECKING:  # most specs know no site
    from kqmanifest.model.site import Defaults

_AFTER_SECRETS: Final = frozenset({"initContainers", "containers", "volumes"})
_AFTER_ENV: Final = frozenset({"resources", "volumeMounts", "imagePullPolicy", "restartPolicy", "securityContext"})
_METADATA: Final = ("name", "namespace", "labels", "annotations")


def add_defaults(trees: Sequence[dict[str, Any]], work: BuildContext) -> None:
    """Add the site's defaults to objects that were built, in place; what they set themselves stays."""
    if work.site is None:
        return
    known = work.site.defaults
    locked = work.site.allow.labels if work.site.allow is not None else {}
    # A label that every object must have is written once, on the first.
    own = (trees[0].get("metadata") or {}).get("labels") or {} if trees else {}
    carried = {key: own[key] for key in locked if key in own and key != QUEUE}
    for tree in trees:
        kind = kind_of(tree["apiVersion"], tree["kind"])
        namespace = {"namespace": known.namespace} if kind is None or kind.namespaced else {}
        queued = kind.queue if kind and known.queue else None
        labels = {**carried, **known.labels}
        _add_metadata(work, tree, namespace, {**labels, **({QUEUE: known.queue} if queued == () and known.queue else {})})
        if queued and known.queue:
            _add_metadata(work, _below(tree, queued), {}, {QUEUE: known.queue})
        for pod in pods_of(tree):
            if pod.template:
                _add_metadata(work, _below(tree, pod.template), {}, labels)
            _in_pod(work, known, _below(tree, pod.place))


def _below(tree: Any, place: Iterable[str | int]) -> Any:
    for step in place:
        tree = tree[step]
    return tree


def _add_metadata(work: BuildContext, thing: dict[str, Any], own: Mapping[str, str | None], labels: Mapping[str, str]) -> None:
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


def _append(work: BuildContext, node: dict[str, Any], added: Mapping[str, Any], before: Iterable[str] = ()) -> None:
    """Add members to a node, before others of it; their place is the document as a whole."""
    after = {key: node.pop(key) for key in [*node] if key in before}
    for key, value in added.items():
        node[key] = value
        work.origins.member(node, key, ())
    node.update(after)


def _in_pod(work: BuildContext, known: Defaults, pod_spec: dict[str, Any]) -> None:
    if known.service_account and not pod_spec.get("serviceAccountName"):
        _append(work, pod_spec, {"serviceAccountName": known.service_account}, _AFTER_SECRETS)
    if known.image_pull_secrets and not pod_spec.get("imagePullSecrets"):
        _append(work, pod_spec, {"imagePullSecrets": work.all_from([thawed(one) for one in known.image_pull_secrets], ())}, _AFTER_SECRETS)
    variables: Iterable[Any] = known.env
    for container in _containers(pod_spec):
        own = container.get("env", [])
        if not isinstance(own, list):
            continue
        names = {one["name"] for one in own if isinstance(one, dict) and isinstance(one.get("name"), str)}
        added = [plain(one) for one in variables if isinstance(one, Env) and one.name not in names]
        if added and own:
            own[:0] = [work.all_from(one, ()) for one in added]
        elif added:
            _append(work, container, {"env": work.all_from(added, ())}, _AFTER_ENV)


def _containers(pod_spec: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the containers of a pod; ephemeral ones are as the spec wrote them, and their shape is not judged yet."""
    for group in CONTAINERS:
        given = pod_spec.get(group)
        yield from (one for one in given if isinstance(one, dict)) if isinstance(given, list) else ()
