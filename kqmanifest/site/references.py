"""What a site allows of names: which objects of the cluster may be named, beside those that are created in the same run."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.container import Env
from kqmanifest.model.site import Allow, Named, Site
from kqmanifest.model.values import thawed
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.published import Published
from kqmanifest.schema.walk import Shapes, Spot
from kqmanifest.site.fields import table
from kqmanifest.site.sources import Given, given
from kqmanifest.vocabulary.kinds import BY_NAME
from kqmanifest.vocabulary.objects import Identity, identity, namespace

NOT_NAMED: Final = Fault(
    "KQ5147",
    "this site does not allow the {kind} {name}, and nothing here creates it",
    ("use one of {allowed}", "create it in the same run"),
)
REPLACED: Final = Fault("KQ5148", "the {kind} {name} belongs to this site, and a request cannot replace it", ("give yours another name",))

_KEYS: Final = ("claims", "persistentVolumes", "configMaps", "secrets", "resourceClaims")
_KINDS: Final = {
    "claims": "PersistentVolumeClaim",
    "persistentVolumes": "PersistentVolume",
    "configMaps": "ConfigMap",
    "secrets": "Secret",
    "PodResourceClaim.resourceClaimName": "ResourceClaim",
    "PodResourceClaim.resourceClaimTemplateName": "ResourceClaimTemplate",
    "WorkloadPodGroupResourceClaim.resourceClaimName": "ResourceClaim",
    "WorkloadPodGroupResourceClaim.resourceClaimTemplateName": "ResourceClaimTemplate",
}
"""What a key, or a line of the table, names."""
_IN_NO_NAMESPACE: Final = frozenset(name for name in _KINDS.values() if not any(kind.namespaced for kind in BY_NAME[name].values()))
_OF_THE_CLUSTER: Final = (
    ("ServiceAccount", "default"),
    ("ConfigMap", "kube-root-ca.crt"),
    ("ConfigMap", "istio-ca-root-cert"),
    ("ConfigMap", "openshift-service-ca.crt"),
)
"""Objects that each namespace has of its cluster, or of what is often installed in it."""


def lines() -> tuple[str, ...]:
    """Return the lines of the table that name objects."""
    return tuple(line for key in _KEYS for line in table().lines(key))


class Names:
    """The objects that a site names: by its lists, by its volumes, and by what it adds to pods."""

    def __init__(self, site: Site, allow: Allow) -> None:
        """Read the site's names once, for all judgements."""
        claims_of_devices = _entries(allow.resource_claims)
        self._listed = {
            "PersistentVolumeClaim": _entries(allow.claims),
            "PersistentVolume": _entries(allow.persistent_volumes),
            "ConfigMap": _entries(allow.config_maps),
            "Secret": _entries(allow.secrets),
            "ResourceClaim": claims_of_devices,
            "ResourceClaimTemplate": claims_of_devices,
            "ServiceAccount": [Named(name=name) for name in (*allow.service_accounts, site.defaults.service_account or "default")],
            "StorageClass": [Named(name=name) for name in allow.storage_classes],
        }
        self._given = frozenset(_given(site))
        self._own = self._given | frozenset(_names_of_volumes(site)) | frozenset(_OF_THE_CLUSTER)

    def shown(self, kind: str) -> list[str] | None:
        """Return the names of a kind that are listed, for a hint."""
        return [one.name for one in self._listed.get(kind, ())] or None

    def allow(self, kind: str, name: str) -> bool:
        """Return whether an object that the cluster has may be named."""
        return (kind, name) in self._given or any(fits(one.name, name) for one in self._listed.get(kind, ()))

    def own(self, kind: str, name: str) -> bool:
        """Return whether an object is the site's own, so that no request makes it."""
        matching = [one.create for one in self._listed.get(kind, ()) if fits(one.name, name)]
        return (kind, name) in self._own or not all(matching)

    def own_numbered(self, kind: str, beginning: str) -> bool:
        """Return whether an object is the site's own that is called so, with a number at its end."""
        exact = [name for own, name in self._own if own == kind] + [one.name for one in self._listed.get(kind, ()) if not one.create]
        return self.own(kind, f"{beginning}0") or any(
            name.startswith(beginning) and name.removeprefix(beginning).isdecimal() for name in exact
        )


def fits(pattern: str, name: str) -> bool:
    """Return whether a name matches a pattern, in which ``*`` is any characters."""
    first, *rest = pattern.split("*")
    if not rest:
        return name == pattern
    *inner, last = rest
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    here, end = len(first), len(name) - len(last)
    for part in inner:
        here = name.find(part, here, end)
        if here < 0:
            return False
        here += len(part)
    return True


def _entries(names: Iterable[Named | str]) -> list[Named]:
    return [one for one in names if isinstance(one, Named)]


def _given(site: Site) -> Iterator[tuple[str, str]]:
    """Return the kinds and names of what a site itself adds to pods."""
    for secret in site.defaults.image_pull_secrets:
        yield "Secret", str(thawed(secret).get("name"))
    for variable in site.defaults.env:
        source = variable.value_from if isinstance(variable, Env) else None
        if source is not None and source.secret_key_ref is not None:
            yield "Secret", str(source.secret_key_ref.name)
        if source is not None and source.config_map_key_ref is not None:
            yield "ConfigMap", str(source.config_map_key_ref.name)
    if site.platform is not None and site.platform.secret:
        yield "Secret", site.platform.secret


def _names_of_volumes(site: Site) -> Iterator[tuple[str, str]]:
    for key, source in given(site).sources:
        yield from _names_below(key, source)


def _names_below(key: str, source: Any) -> Iterator[tuple[str, str]]:
    """Return the kinds and names of all objects that a source of files is made from, in the parts of a projected volume too."""
    if isinstance(source, Mapping):
        for field, value in source.items():
            if isinstance(value, str):
                if field == "claimName":
                    yield "PersistentVolumeClaim", value
                elif field == "secretName" or (field == "name" and (key == "secret" or key.lower().endswith("secretref"))):
                    yield "Secret", value
                elif field == "name" and key == "configMap":
                    yield "ConfigMap", value
            else:
                yield from _names_below(field, value)
    elif isinstance(source, list | tuple):
        for item in source:
            yield from _names_below(key, item)


@functools.lru_cache(maxsize=64)
def _shapes(site: Site, allow: Allow, version: Published) -> tuple[Names, Given, Shapes]:
    """Compile the walk that finds what objects name; made once for a site and a version."""
    names = Names(site, allow)

    def naming(kind: str, field: str) -> Callable[[dict[str, Any]], Iterator[Spot]]:
        def name_is_not_allowed(node: dict[str, Any]) -> Iterator[Spot]:
            name = node[field]
            if name and not names.allow(kind, name):
                yield found(field, kind=kind, name=name, namespace=node.get("namespace"), allowed=names.shown(kind))

        return name_is_not_allowed

    rules = []
    for key in _KEYS:
        for line in table().lines(key):
            type_name, _, field = line.partition(".")
            kind = _KINDS.get(line) or _KINDS[key]
            rules.append(Rule(NOT_NAMED, (type_name,), naming(kind, field), needs=(field,)))
    return names, given(site), Shapes(version, rules)


def judged_names(site: Site, trees: Sequence[dict[str, Any]], version: Published) -> Iterator[tuple[int, Fault, Steps, Spot]]:
    """Judge what the objects of a run name, and are called: the number of each, the fault, the node, and what is found there."""
    if site.allow is None:
        return
    names, own_volumes, shapes = _shapes(site, site.allow, version)
    made = {(one.kind, one.namespace, one.name) for one in _identities(trees)}
    for number, tree in enumerate(trees):
        type_name = version.type_of(tree.get("apiVersion"), tree.get("kind"))
        own = _identity(tree)
        if own is not None and _is_own(names, tree, own):
            yield number, REPLACED, (), found("metadata", "name", kind=own.kind, name=own.name)
        if type_name is None:
            continue
        for rule, node, finding in shapes.walk(type_name, tree)[1]:
            kind, name = str(finding.values["kind"]), str(finding.values["name"])
            here = "" if kind in _IN_NO_NAMESPACE else str(finding.values["namespace"] or namespace(tree))
            if (kind, here, name) not in made and not own_volumes.hold(tree, (*node, *finding.place)):
                yield number, rule.fault, node, finding


def _identities(trees: Iterable[dict[str, Any]]) -> Iterator[Identity]:
    for tree in trees:
        own = _identity(tree)
        if own is not None:
            yield own


def _identity(tree: dict[str, Any]) -> Identity | None:
    return identity(tree) if isinstance(tree.get("apiVersion"), str) and isinstance(tree.get("kind"), str) else None


def _is_own(names: Names, tree: dict[str, Any], own: Identity) -> bool:
    """Return whether an object is the site's own, or a StatefulSet whose pods would use a claim that is."""
    if names.own(own.kind, own.name):
        return True
    templates = ((tree.get("spec") or {}).get("volumeClaimTemplates") or ()) if own.kind == "StatefulSet" else ()
    claims = [((template or {}).get("metadata") or {}).get("name") for template in templates]
    return any(names.own_numbered("PersistentVolumeClaim", f"{claim}-{own.name}-") for claim in claims)
