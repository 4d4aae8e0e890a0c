"""The table of fields with one line opened: what a slip in it would let out."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from boundary.oracle import Objection, objections
from boundary.sites import KINDS, SMALL
from boundary.universe import Field, attempts, fields_of

from kqmanifest import ManifestError, build, check
from kqmanifest.compiler import judgement
from kqmanifest.schema.published import KNOWN, published
from kqmanifest.site import fields, read_site, references, rules

TABLE: Final = fields.table()
"""The table as it is."""


def closed_lines() -> list[str]:
    """Return the lines of the table that are not open, and that no spec opens by naming a harmless field."""
    known = TABLE.types
    return [
        f"{name}.{field}" for name, classes in known.items() for field, word in classes.items() if word not in (fields.OPEN, fields.OTHER)
    ]


def fields_by_line() -> dict[str, list[Field]]:
    """Find every place where a line of the table is met, the newest version of Kubernetes first."""
    found: dict[str, list[Field]] = {}
    for version in reversed(KNOWN):
        for kind in published(version).kinds:
            if kind.rpartition("/")[2] in KINDS:
                for field in fields_of(kind, version):
                    if version == KNOWN[-1] or field.line not in found or found[field.line][0].version == version:
                        found.setdefault(field.line, []).append(field)
    return {line: sorted(places, key=lambda place: place.kind != "v1/Pod") for line, places in found.items()}


@contextlib.contextmanager
def opened(line: str) -> Iterator[None]:
    """Open one line of the table: its class is ``open``, and whatever judges it judges it no longer."""
    type_name, _, field = line.partition(".")
    known, judging = TABLE, rules._judges  # noqa: SLF001  the one place where the rules of a site come together
    changed = dataclasses.replace(known, types={**known.types, type_name: {**known.types[type_name], field: fields.OPEN}})

    def without(*asked: Any) -> Iterator[fields.Judge]:
        for judge in judging(*asked):
            if line in judge.lines:
                kept = tuple(one for one in judge.rule.on if one != line) if line in judge.rule.on else ()
                rest = tuple(one for one in judge.lines if one != line)
                yield fields.Judge(rest, dataclasses.replace(judge.rule, on=kept))
            else:
                yield judge

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fields, "table", lambda: changed)
        patch.setattr(references, "table", lambda: changed)
        patch.setattr(rules, "_judges", without)
        _forget()
        yield
    _forget()


def _forget() -> None:
    rules.rules_of.cache_clear()
    judgement.shapes.cache_clear()
    references._shapes.cache_clear()  # noqa: SLF001  made from the table, and kept


_BROAD: Mapping[str, Any] = {
    "claims": ["others"],
    "configMaps": ["others"],
    "secrets": ["others"],
    "resourceClaims": ["others"],
    "persistentVolumes": ["others"],
    "nfs": [{"server": "nfs-server", "path": "/runs/sandbox"}],
    "hostPaths": [{"path": "/", "writable": True}],
    "drivers": ["example.com/disks", "nfs.csi.k8s.io", "others.example.com"],
    "mountOptions": ["hard"],
    "storageClasses": ["others"],
    "gpus": 64,
    "resources": ["example.com/key"],
    "deviceClasses": ["gpu.example.com"],
    "hostNamespaces": ["hostNetwork", "hostPID", "hostIPC"],
    "privileged": True,
    "tokens": ["vault.example.com"],
    "nodeLabels": ["gpu", "metadata.name"],
    "tolerations": ["others"],
    "services": ["NodePort", "LoadBalancer", "ExternalName"],
}
"""All that the samples need; a line is tried without the key that opens it."""


def site_around(field: Field, beside: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a site in which nothing but a field itself keeps an object with it from being made."""
    known = TABLE.types
    allow: dict[str, Any] = {**SMALL["allow"], **_BROAD}
    name, _, own = field.line.partition(".")
    allow.pop(known.get(name, {}).get(own, "") if known.get(name, {}).get(own) not in SMALL["allow"] else "", None)
    for line in (*field.above, *(f"{name}.{other}" for other in beside)):
        name, _, above = line.partition(".")
        match known.get(name, {}).get(above):
            case fields.NAMED | fields.EMPTY:
                allow.setdefault("fields", []).append(line)
            case "volumes":
                allow["volumes"] = [above]
    return {"allow": allow}


def let_out(field: Field) -> Iterator[tuple[Any, list[Objection]]]:
    """Go through what gets out of a site with a field set to what reaches out, with what the oracle says of it."""
    for reach, tree in attempts(field):
        found = [one for one in check(tree, kubernetes=field.version) if one.severity == "error"]
        if all(one.code.startswith(("KQ3", "KQ4")) for one in found):
            written = site_around(field, reach.beside)
            with contextlib.suppress(ManifestError):
                manifest = build(tree, kubernetes=field.version, site=read_site(json.dumps(written)), ignore={one.code for one in found})
                yield tree, objections(written, manifest.objects)
