"""A site as its operator writes it: read from a file, and judged before any spec is."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.builder.kinds import kind_of
from kqmanifest.builder.origins import written
from kqmanifest.builder.spec import Reading, shaped
from kqmanifest.diagnostics import Diagnostic, Fault, ManifestError, Pointer
from kqmanifest.model.site import Allow, Export, NodePath, Site
from kqmanifest.model.volumes import SeveralSources
from kqmanifest.read import load
from kqmanifest.rules.standards import standard
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.site.places import prefix
from kqmanifest.site.sources import unknown_kinds
from kqmanifest.spelling import nearest
from kqmanifest.vocabulary.paths import climbs, is_absolute
from kqmanifest.vocabulary.sources import SOURCES

NOT_A_SITE: Final = Fault(
    "KQ1200", "a site is one object, and this is {found}", ('write one object, such as {{"volumes": …, "allow": …}}',)
)
UNKNOWN_VOLUME: Final = Fault("KQ1201", "{kind} is not a kind of volume", ("did you mean `{near}`?", "write one of {known}"))
NOT_A_PATH: Final = Fault("KQ1202", "the path {path} is not one that can be allowed", ("write it from the root, and without `..`",))
NOT_A_PREFIX: Final = Fault(
    "KQ1203",
    "{text} is not a registry or repository",
    ("write one with its registry, and without tag or digest: registry.example.com/team, docker.io/library/python",),
)
NEGATIVE: Final = Fault("KQ1204", "{field} is {number}: nobody can ask for less than none", ("write 0 or more",))
UNKNOWN_KIND: Final = Fault(
    "KQ1205",
    "Kubernetes has no kind {kind}",
    ("did you mean `{near}`?", "write a kind that is not Kubernetes' own with its group: kubeflow.org/{kind}"),
)
NO_ONE_SOURCE: Final = Fault("KQ1206", "the volume {name} has {count} sources", ("give it one, such as `nfs: {{server, path}}`",))
DEFAULT_NOT_ALLOWED: Final = Fault(
    "KQ1207", "the default namespace {namespace} is not one that is allowed", ("add it to `allow.namespaces`, or take another default",)
)


def read_site(text: str | bytes, *, source: str = "") -> Site:
    """Read a site from JSON or YAML.

    Raises:
        ManifestError: it is malformed; all that is wrong is told, with line and column.
    """
    documents = load(text, source=source)
    if len(documents) != 1:
        raise ManifestError((dataclasses.replace(NOT_A_SITE.at((), found=f"{len(documents)} documents"), source=source),))
    (document,) = documents
    read = _read(document.value)
    if isinstance(read, Site):
        return read
    raise ManifestError(_placed(one, document, source) for one in read)


def _placed(one: Diagnostic, document: Any, source: str) -> Diagnostic:
    line, column = document.place(one.path) or (None, None)
    return dataclasses.replace(one, source=source, line=line, column=column)


def _read(value: Any) -> Site | list[Diagnostic]:
    if not isinstance(value, Mapping):
        return [NOT_A_SITE.at((), found=kind_of(value))]
    body = {key: item for key, item in value.items() if key != "$schema"}
    read = shaped(Site, body, Reading([published(KNOWN[-1])]))
    if isinstance(read, list):
        return read
    return [_as_written(one, value) for one in unsound(read)] or read


def _as_written(one: Diagnostic, value: Any) -> Diagnostic:
    steps = tuple(int(token) if token.isdecimal() else token for token in one.path.tokens)
    return dataclasses.replace(one, path=Pointer.of(written(value, steps)))


@functools.lru_cache(maxsize=64)
def unsound(site: Site) -> tuple[Diagnostic, ...]:
    """Tell what is wrong with the values of a site; where anything is, nothing is built."""
    found = list(_unsound(site))
    return tuple(dataclasses.replace(one, source="site") for one in found)


def _unsound(site: Site) -> Iterator[Diagnostic]:
    for name, source in site.volumes.items():
        if isinstance(source, SeveralSources):
            yield NO_ONE_SOURCE.at(("volumes", name), name=name, count=len(source.of) or "no")
    for name, kind in site.gpu_classes.items():
        if kind.max is not None and kind.max < 0:
            yield NEGATIVE.at(("gpuClasses", name, "max"), field="max", number=kind.max)
    security = site.defaults.pod_security
    if security is not None:
        try:
            standard(security)
        except ManifestError as unknown:
            yield from (dataclasses.replace(one, path=Pointer.of(("defaults", "podSecurity"))) for one in unknown.diagnostics)
    if site.allow is not None:
        yield from _unsound_allow(site.allow)
        allowed, namespace = site.allow.namespaces, site.defaults.namespace
        if namespace is not None and allowed is not None and namespace not in allowed:
            yield DEFAULT_NOT_ALLOWED.at(("defaults", "namespace"), namespace=namespace)


def _unsound_allow(allow: Allow) -> Iterator[Diagnostic]:
    for kind in unknown_kinds(allow):
        near = nearest(kind, SOURCES)
        yield UNKNOWN_VOLUME.at(("allow", "volumes", list(allow.volumes).index(kind)), kind=kind, near=near, known=SOURCES)
    paths = [(("nfs", index, "path"), one.path) for index, one in enumerate(allow.nfs) if isinstance(one, Export)]
    paths += [(("hostPaths", index, "path"), one.path) for index, one in enumerate(allow.host_paths) if isinstance(one, NodePath)]
    for place, path in paths:
        if not is_absolute(path) or climbs(path):
            yield NOT_A_PATH.at(("allow", *place), path=path)
    for index, text in enumerate(allow.images or ()):
        if prefix(text) is None:
            yield NOT_A_PREFIX.at(("allow", "images", index), text=text)
    if allow.gpus is not None and allow.gpus < 0:
        yield NEGATIVE.at(("allow", "gpus"), field="gpus", number=allow.gpus)
    kinds = {name.rpartition("/")[2] for version in KNOWN for name in published(version).kinds}
    for index, kind in enumerate(allow.kinds):
        if "/" not in kind and kind not in kinds:
            yield UNKNOWN_KIND.at(("allow", "kinds", index), kind=kind, near=nearest(kind, kinds))
