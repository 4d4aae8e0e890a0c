"""The JSON Schema of a spec: what the models accept, for editors to complete and explain."""

from __future__ import annotations

from typing import Final

from kqmanifest.diagnostics import Json
from kqmanifest.model.workloads import KINDS
from kqmanifest.presets import PRESETS
from kqmanifest.schema.published import published, versions
from kqmanifest.specschema.definitions import Definitions, reference
from kqmanifest.specschema.words import caption, described, documentation

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_KIND: Final = "The kind of object. With ``apiVersion`` beside it, any kind of Kubernetes, as Kubernetes writes it."
_KINDS: Final = {**KINDS, **PRESETS}
_SEVERAL: Final = "Several specs or manifests, in one object."


def spec_schema(kubernetes: str) -> dict[str, Json]:
    """Write the schema of what a spec file may hold: one spec, a list of them, a ``kind: List``, or a manifest.

    Kubernetes' own fields are those of ``kubernetes``; of a range of versions, those of its last one.

    Raises:
        ManifestError: the version is not known.
    """
    version = published(versions(kubernetes)[-1])
    definitions = Definitions(version)
    kinds = [definitions.document(kind, model) for kind, model in _KINDS.items()]
    anything, spec, manifest, several = (reference(name) for name in ("Anything", "Spec", "Manifest", "List"))
    own: dict[str, Json] = {
        "Anything": {
            "type": ["object", "array"],
            "if": {"type": "array"},
            "then": {"items": anything},
            "else": _when({"required": ["apiVersion"]}, _when(_is("List"), several, manifest), spec),
        },
        "Spec": _spec(kinds, several),
        "Manifest": _manifest(),
        "List": _list(anything),
    }
    return {
        "$schema": DIALECT,
        "title": f"kqmanifest spec, Kubernetes {version.version}",
        **anything,
        "$defs": {**own, **{name: definitions.written[name] for name in sorted(definitions.written)}},
    }


def _spec(kinds: list[dict[str, Json]], several: dict[str, Json]) -> dict[str, Json]:
    """Distinguish kinds by ``kind``; each is tried only where it is meant, so that an editor reports about that one alone."""
    meanings = {name: caption(documentation(model)) for name, model in _KINDS.items()} | {"List": _SEVERAL}
    kind: dict[str, Json] = {"enum": [*meanings], "enumDescriptions": [*meanings.values()]}
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": described(kind, _KIND)},
        "allOf": [{"if": _is(name), "then": then} for name, then in zip(meanings, [*kinds, several], strict=True)],
    }


def _manifest() -> dict[str, Json]:
    return {
        "type": "object",
        "required": ["apiVersion", "kind"],
        "properties": {
            "apiVersion": described({"type": "string"}, "The group and version of its kind, such as ``apps/v1``."),
            "kind": described({"type": "string"}, _KIND),
        },
    }


def _list(anything: dict[str, Json]) -> dict[str, Json]:
    return {
        "type": "object",
        "required": ["kind", "items"],
        "additionalProperties": False,
        "properties": {
            "apiVersion": described({"type": "string"}, "The version of the list itself: ``v1``."),
            "kind": described({"const": "List"}, _SEVERAL),
            "metadata": described({"type": "object"}, "What a server says of a list; it is ignored."),
            "items": described({"type": "array", "items": anything}, "The specs and manifests."),
        },
    }


def _is(kind: str) -> dict[str, Json]:
    return {"required": ["kind"], "properties": {"kind": {"const": kind}}}


def _when(condition: dict[str, Json], then: dict[str, Json], otherwise: dict[str, Json]) -> dict[str, Json]:
    return {"if": condition, "then": then, "else": otherwise}
