"""A site as its operator writes it: read from a file, and checked before any spec is."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Diagnostic, Fault, Finding, ManifestError, Pointer, Steps
from kqmanifest.model.plain import plain
from kqmanifest.model.site import NAMESPACES_OF_THE_NODE, Allow, Export, Kind, NodePath, Site
from kqmanifest.model.values import Model
from kqmanifest.model.volumes import SeveralSources
from kqmanifest.read import load
from kqmanifest.rules.podsecurity.standards import find_standard
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.site.fields import EMPTY, NAMED, OPEN, OTHER, table
from kqmanifest.site.places import prefix
from kqmanifest.site.sources import kinds_of_another_key, unknown_kinds
from kqmanifest.specs.kinds import kind_of
from kqmanifest.specs.spec import SpecGrammar, shaped
from kqmanifest.specs.written import written
from kqmanifest.vocabulary.paths import climbs, is_absolute
from kqmanifest.vocabulary.sources import SOURCES
from kqmanifest.vocabulary.spelling import nearest

NOT_A_SITE: Final = Fault(
    "KQ1200", "a site must be one object, and this is {found}", ('write one object, such as {{"volumes": …, "allow": …}}',)
)
UNKNOWN_VOLUME: Final = Fault("KQ1201", "unknown kind of volume {kind}", ("did you mean `{near}`?", "write one of {known}"))
NOT_A_PATH: Final = Fault("KQ1202", "the path {path} must be absolute, and must not contain `..`", ("write an absolute path without `..`",))
NOT_A_PREFIX: Final = Fault(
    "KQ1203",
    "{text} is not a registry or repository",
    ("write one with its registry, and without tag or digest: registry.example.com/team, docker.io/library/python",),
)
NEGATIVE: Final = Fault("KQ1204", "{field} must not be negative, and is {number}", ("write 0 or more",))
UNKNOWN_KIND: Final = Fault(
    "KQ1205",
    "Kubernetes has no kind {kind}",
    ("did you mean `{near}`?", "write the kind of a custom resource with its group: kubeflow.org/{kind}"),
)
NO_ONE_SOURCE: Final = Fault(
    "KQ1206", "the volume {name} must have one source, and has {count}", ("write one source, such as `nfs: {{server, path}}`",)
)
DEFAULT_NOT_ALLOWED: Final = Fault(
    "KQ1207", "the default namespace {namespace} is not in `allow.namespaces`", ("add it there, or set another default",)
)

NOTHING: Final = Fault("KQ1208", "{field} must not be null", ("write its value, or remove `{field}`",))
EMPTY_TEXT: Final = Fault("KQ1218", "{field} must not be empty", ("write its value, or remove it",))
NOTHING_ALLOWED: Final = Fault(
    "KQ1209", "allow is empty, so nothing is allowed", ("list what is allowed, such as `kinds` and `images`, or remove `allow`",)
)
ANOTHER_KEY: Final = Fault("KQ1213", "{what} cannot be allowed here", ("list it under `{key}`", "remove it: it is always allowed"))
OPAQUE_KIND: Final = Fault(
    "KQ1214",
    "only the metadata of a {kind} can be checked",
    ('write `{{"kind": "{kind}", "opaque": true}}` to admit it as it is',),
)
UNKNOWN_WORD: Final = Fault("KQ1215", "{key} cannot contain {word}", ("did you mean `{near}`?", "write one of {known}"))
UNKNOWN_OTHER: Final = Fault(
    "KQ1216",
    "{field} is not a field of pods or containers that `other` can allow",
    ("list `{line}` under `fields`", "did you mean `{near}`?", "see the table of fields"),
)
UNKNOWN_FIELD: Final = Fault(
    "KQ1217", "{line} is not a field of Kubernetes", ("did you mean `{near}`?", "write `Type.field`, such as PodSpec.nodeName")
)


def read_site(text: str | bytes, *, source: str = "") -> Site:
    """Read a site from JSON or YAML.

    Raises:
        ManifestError: it is malformed; every fault is reported, with line and column.
    """
    documents = load(text, source=source)
    if len(documents) != 1:
        raise ManifestError((NOT_A_SITE.at((), found=f"{len(documents)} documents").diagnostic(source=source),))
    (document,) = documents
    read = _read(document.value)
    if isinstance(read, Site):
        return read
    raise ManifestError(_placed(one, document, source) for one in read)


def _placed(one: Finding, document: Any, source: str) -> Diagnostic:
    line, column = document.place(Pointer.of(one.steps)) or (None, None)
    return one.diagnostic(source=source, line=line, column=column)


def _read(value: Any) -> Site | list[Finding]:
    if not isinstance(value, Mapping):
        return [NOT_A_SITE.at((), found=kind_of(value))]
    empty = [NOTHING.at(steps, field=str(steps[-1])) for steps in _nulls(value, ())]
    if empty:
        return empty
    body = {key: item for key, item in value.items() if key != "$schema"}
    read = shaped(Site, body, SpecGrammar([published(KNOWN[-1])]))
    if isinstance(read, list):
        return read
    return [one.moved(written(value, one.steps)) for one in unsound(read)] or read


def _nulls(value: Any, steps: Steps) -> Iterator[Steps]:
    """Find the nulls: a value was meant there, and the meaning of a site must not depend on what it lacks."""
    if value is None and steps:
        yield steps
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _nulls(item, (*steps, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _nulls(item, (*steps, index))


_MAY_BE_EMPTY: Final = (
    ("allow", "labels"),
    ("allow", "tokens"),
    ("defaults", "env"),
    ("defaults", "labels"),
    ("gpuClasses", "nodeSelector"),
    ("gpuClasses", "tolerations"),
    ("platform", "nodeLabels"),
    ("volumes",),
)
"""Where an empty value has a meaning."""


def _empty_texts(value: Any, steps: Steps) -> Iterator[Steps]:
    """Find the empty strings: a variable of a template was not set, and no name can be empty."""
    value = plain(value) if isinstance(value, Model) else value
    names = tuple(step for step in steps if isinstance(step, str))
    names = (names[0], *names[2:]) if names[:1] == ("gpuClasses",) else names
    if value == "" and not any(names[: len(one)] == one for one in _MAY_BE_EMPTY):
        yield steps
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key == "":
                yield (*steps, key)
            yield from _empty_texts(item, (*steps, key))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _empty_texts(item, (*steps, index))


@functools.lru_cache(maxsize=64)
def unsound(site: Site) -> tuple[Finding, ...]:
    """Return what is wrong with the values of a site; where anything is, nothing is built."""
    return tuple(_find_faults(site))


def _find_faults(site: Site) -> Iterator[Finding]:
    yield from (EMPTY_TEXT.at(steps, field=str(steps[-1])) for steps in _empty_texts(plain(site), ()))
    for name, source in site.volumes.items():
        if isinstance(source, SeveralSources):
            yield NO_ONE_SOURCE.at(("volumes", name), name=name, count=len(source.of))
    for name, kind in site.gpu_classes.items():
        if kind.max is not None and kind.max < 0:
            yield NEGATIVE.at(("gpuClasses", name, "max"), field="max", number=kind.max)
    security = site.defaults.pod_security
    if security is not None:
        read = find_standard(security)
        if isinstance(read, Finding):
            yield read.moved(("defaults", "podSecurity"))
    if site.allow is not None:
        if site.allow == Allow():
            yield NOTHING_ALLOWED.at(("allow",))
        yield from _find_faults_in_allow(site.allow)
        allowed, namespace = site.allow.namespaces, site.defaults.namespace
        if namespace is not None and allowed and namespace not in allowed:
            yield DEFAULT_NOT_ALLOWED.at(("defaults", "namespace"), namespace=namespace)


def _find_faults_in_allow(allow: Allow) -> Iterator[Finding]:
    for kind in unknown_kinds(allow):
        near = nearest(kind, SOURCES)
        yield UNKNOWN_VOLUME.at(("allow", "volumes", list(allow.volumes).index(kind)), kind=kind, near=near, known=SOURCES)
    for kind, key in kinds_of_another_key(allow):
        yield ANOTHER_KEY.at(("allow", "volumes", list(allow.volumes).index(kind)), what=kind, key=key)
    paths = [(("nfs", index, "path"), one.path) for index, one in enumerate(allow.nfs) if isinstance(one, Export)]
    paths += [(("hostPaths", index, "path"), one.path) for index, one in enumerate(allow.host_paths) if isinstance(one, NodePath)]
    for place, path in paths:
        if not is_absolute(path) or climbs(path):
            yield NOT_A_PATH.at(("allow", *place), path=path)
    for index, text in enumerate(allow.images):
        if prefix(text) is None:
            yield NOT_A_PREFIX.at(("allow", "images", index), text=text)
    if allow.gpus < 0:
        yield NEGATIVE.at(("allow", "gpus"), field="gpus", number=allow.gpus)
    yield from _find_faults_in_kinds(allow)
    yield from _find_faults_in_words(allow)
    yield from _find_faults_in_fields(allow)


def _find_faults_in_kinds(allow: Allow) -> Iterator[Finding]:
    kinds = {name.rpartition("/")[2] for version in KNOWN for name in published(version).kinds}
    for index, kind in enumerate(one for one in allow.kinds if isinstance(one, Kind)):
        place = ("allow", "kinds", index, "kind")
        if "/" not in kind.kind and kind.kind not in kinds:
            yield UNKNOWN_KIND.at(place, kind=kind.kind, near=nearest(kind.kind, kinds))
        elif kind.kind not in table().kinds and not kind.opaque:
            yield OPAQUE_KIND.at(place, kind=kind.kind)


def _find_faults_in_words(allow: Allow) -> Iterator[Finding]:
    """Report the words that are not among the known ones."""
    for key, words, known in (
        ("hostNamespaces", allow.host_namespaces, NAMESPACES_OF_THE_NODE),
        ("services", allow.services, ("NodePort", "LoadBalancer", "ExternalName")),
    ):
        for index, word in enumerate(words):
            if word not in known:
                yield UNKNOWN_WORD.at(("allow", key, index), key=key, word=word, near=nearest(word, known), known=known)


def _find_faults_in_fields(allow: Allow) -> Iterator[Finding]:
    known = table()
    others = {line.partition(".")[2] for line in known.lines(OTHER)}
    for index, field in enumerate(allow.further):
        if field not in others:
            line = next((line for line in known.lines(NAMED) if line.partition(".")[2] == field), None)
            yield UNKNOWN_OTHER.at(("allow", "other", index), field=field, near=nearest(field, others), line=line)
    for index, line in enumerate(allow.fields):
        type_name, _, field = line.partition(".")
        key = known.types.get(type_name, {}).get(field)
        if key in (OPEN, OTHER) or (key is not None and key not in (NAMED, EMPTY)):
            yield ANOTHER_KEY.at(("allow", "fields", index), what=line, key="other" if key == OTHER else None if key == OPEN else key)
        elif key is None and not _is_a_field(type_name, field):
            near = nearest(line, known.lines(NAMED))
            yield UNKNOWN_FIELD.at(("allow", "fields", index), line=line, near=near)


def _is_a_field(type_name: str, field: str) -> bool:
    return any(
        name.rpartition(".")[2] == type_name and field in published(version).fields(name)
        for version in KNOWN
        for name in published(version).definitions
    )
