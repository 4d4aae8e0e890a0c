"""From a document of a spec to the objects of a manifest: one function for each kind that has short forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kqmanifest.builder.context import BuildContext
from kqmanifest.builder.gpus import resource_api_version
from kqmanifest.builder.pod import metadata, own, pod_spec
from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.plain import fields
from kqmanifest.model.pod import KindModel, Pod
from kqmanifest.model.workloads import (
    ConfigMap,
    CronJob,
    Deployment,
    Job,
    Namespace,
    PersistentVolume,
    PersistentVolumeClaim,
    ResourceClaimTemplate,
    Secret,
    Service,
    StatefulSet,
)

_DOCUMENT: Final = ("name", "namespace", "labels", "annotations", "overlay", "ignore")

BESIDE_KIND: Final = Fault("KQ1029", "{field} can only be set for the whole document", ("move it up, beside `kind`",))

Written = tuple[str, dict[str, Any]]
"""An object's apiVersion, and its fields beside kind and metadata."""


def objects(work: BuildContext, spec: KindModel) -> list[dict[str, Any]]:
    """Write a document's object, and after it those that it needs beside it."""
    write = _WRITERS.get(type(spec), _of_its_model)
    api_version, body = write(work, spec)
    tree = {"apiVersion": api_version, "kind": type(spec).__name__, "metadata": metadata(work, spec, ()), **body}
    work.origins.node(tree, ())
    return [tree, *work.beside.values()]


def _part(work: BuildContext, part: KindModel, steps: Steps) -> None:
    """Report the fields that belong to a document as a whole, where a part of it has them."""
    for field in ("overlay", "ignore"):
        if getattr(part, field):
            work.found.append(BESIDE_KIND.at((*steps, field), field=field))


def _template(work: BuildContext, spec: Pod, steps: Steps, labels: Mapping[str, str] | None = None, **how: Any) -> dict[str, Any]:
    """Write a pod template; ``labels`` are those that its owner selects it by."""
    _part(work, spec, steps)
    head = metadata(work, spec, steps, labels)
    body = pod_spec(work, spec, steps, **how)
    return work.came_from({"metadata": head, "spec": body} if head else {"spec": body}, steps)


def _pod(work: BuildContext, spec: Pod) -> Written:
    return "v1", {"spec": pod_spec(work, spec, ())}


def _job_spec(work: BuildContext, spec: Job, steps: Steps) -> dict[str, Any]:
    tree = fields(spec, *_DOCUMENT, "pod") | own(work, spec)
    tree["template"] = _template(work, spec.pod, (*steps, "pod"), restart_policy="Never")
    return work.came_from(tree, steps)


def _job(work: BuildContext, spec: Job) -> Written:
    return "batch/v1", {"spec": _job_spec(work, spec, ())}


def _cron_job(work: BuildContext, spec: CronJob) -> Written:
    tree = fields(spec, *_DOCUMENT, "job") | own(work, spec)
    _part(work, spec.job, ("job",))
    head = metadata(work, spec.job, ("job",))
    job = {"spec": _job_spec(work, spec.job, ("job",))}
    tree["jobTemplate"] = work.came_from({"metadata": head, **job} if head else job, ("job",))
    return "batch/v1", {"spec": work.came_from(tree, ())}


def _selected(work: BuildContext, spec: Deployment | StatefulSet, tree: dict[str, Any], **how: Any) -> dict[str, Any]:
    """Give a workload the selector that it needs, ``app: NAME``, and its pod the label that it selects by."""
    labels: dict[str, str] = {}
    if spec.selector is None and spec.name:
        labels = {"app": spec.pod.labels.get("app", spec.name)}
        tree["selector"] = work.all_from({"matchLabels": dict(labels)}, ("name",))
        work.origins.member(tree, "selector", ("name",))
    tree |= own(work, spec)
    template = _template(work, spec.pod, ("pod",), labels, **how)
    if labels and "app" not in spec.pod.labels:
        work.origins.member(template["metadata"]["labels"], "app", ("name",))
    tree["template"] = template
    return work.came_from(tree, ())


def _deployment(work: BuildContext, spec: Deployment) -> Written:
    return "apps/v1", {"spec": _selected(work, spec, fields(spec, *_DOCUMENT, "pod"))}


def _stateful_set(work: BuildContext, spec: StatefulSet) -> Written:
    tree = fields(spec, *_DOCUMENT, "pod")
    heads = [template.get("metadata") for template in spec.volume_claim_templates]
    names = [head["name"] for head in heads if isinstance(head, Mapping) and isinstance(head.get("name"), str)]
    return "apps/v1", {"spec": _selected(work, spec, tree, elsewhere=names)}


def _service(work: BuildContext, spec: Service) -> Written:
    tree = fields(spec, *_DOCUMENT) | own(work, spec)
    for index, port in enumerate(tree.get("ports", ())):
        work.origins.node(port, ("ports", index))
    return "v1", {"spec": work.came_from(tree, ())}


def _spec_of_its_fields(work: BuildContext, spec: KindModel) -> Written:
    return "v1", {"spec": work.came_from(fields(spec, *_DOCUMENT) | own(work, spec), ())}


def _fields_beside_metadata(work: BuildContext, spec: KindModel) -> Written:
    return "v1", fields(spec, *_DOCUMENT) | own(work, spec)


def _of_its_model(work: BuildContext, spec: KindModel) -> Written:
    """Write a kind without short forms by its model: as the version serves it, its fields under ``spec`` where the kind has that."""
    kind = type(spec).__name__
    api_version = work.published.api_version_of(kind) or "v1"
    tree = fields(spec, *_DOCUMENT) | own(work, spec)
    has_spec = "spec" in work.published.fields(work.published.type_of(api_version, kind))
    return api_version, {"spec": work.came_from(tree, ())} if has_spec else tree


def _namespace(work: BuildContext, spec: Namespace) -> Written:
    tree = own(work, spec)
    return "v1", {"spec": work.came_from(tree, ())} if tree else {}


def _resource_claim_template(work: BuildContext, spec: ResourceClaimTemplate) -> Written:
    tree = work.came_from(fields(spec, *_DOCUMENT) | own(work, spec), ())
    return resource_api_version(work), {"spec": work.came_from({"spec": tree}, ())}


_WRITERS: Final[Mapping[type, Callable[[BuildContext, Any], Written]]] = {
    Pod: _pod,
    Job: _job,
    CronJob: _cron_job,
    Deployment: _deployment,
    StatefulSet: _stateful_set,
    Service: _service,
    ConfigMap: _fields_beside_metadata,
    Secret: _fields_beside_metadata,
    PersistentVolume: _spec_of_its_fields,
    PersistentVolumeClaim: _spec_of_its_fields,
    Namespace: _namespace,
    ResourceClaimTemplate: _resource_claim_template,
}
