"""Trim the published Kubernetes schemas to their structure and mend them where they are wrong about the API server.

Run ``python .ci/trim_schemas.py`` where ``kubernetes-validate`` is installed: it rewrites ``kqmanifest/schema/data``. With a
version, ``python .ci/trim_schemas.py 1.38``, it adds the data file of that one, and lists what is new in it.
Each mend is a rule or a row of a table below, and leaves its reason in the data, as a ``$comment``.
"""

from __future__ import annotations

import argparse
import importlib.resources
import json
import pathlib
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]
Later: TypeAlias = dict[tuple[str, str], tuple[str, bool]]

DATA: Final = pathlib.Path(__file__).parent.parent / "kqmanifest" / "schema" / "data"
REF: Final = "#/$defs/"

KEPT: Final = frozenset(
    {
        "type",
        "$ref",
        "required",
        "enum",
        "format",
        "x-kubernetes-patch-merge-key",
        "x-kubernetes-patch-strategy",
        "x-kubernetes-list-map-keys",
    }
)

# Sent by clients to an API server or by it to them, never written into a manifest.
NO_MANIFEST: Final = frozenset({"APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "DeleteOptions", "Status", "WatchEvent"})

# Mend: types whose content the server's own decoder reads, or keeps unread. None: any JSON.
FREE: Final[dict[str, tuple[list[str] | None, str]]] = {
    "RawExtension": (["object", "null"], "an object of any fields"),
    "meta.v1.FieldsV1": (None, "the server keeps the bytes unread: any JSON"),
    "apiextensions.v1.JSON": (None, "any JSON"),
    "apiextensions.v1.JSONSchemaPropsOrArray": (None, "decoded apart, and not strictly: any JSON"),
    "apiextensions.v1.JSONSchemaPropsOrBool": (["boolean", "object", "null"], "decoded apart, and not strictly: a boolean or any object"),
    "apiextensions.v1.JSONSchemaPropsOrStringArray": (None, "decoded apart, and not strictly: any JSON"),
}

# Mend: types written as two branches that both take null, so that `oneOf` refuses it; Go reads null as zero.
SCALARS: Final = {"Quantity": ["string", "number", "null"], "IntOrString": ["string", "integer", "null"]}

# Mend: required fields, of any version of a group, whose absence the server takes: it accepts the zero that Go puts there.
LEGAL_ZEROS: Final[dict[str, str]] = {
    "apiextensions.CustomResourceDefinitionVersion.served": "false is legal",
    "apiextensions.CustomResourceDefinitionVersion.storage": "false is legal, where another version is stored",
    "batch.PodFailurePolicy.rules": "a policy without rules is legal",
    "core.ConfigMapNodeConfigSource.kubeletConfigKey": "the server drops the source unread",
    "core.ConfigMapNodeConfigSource.name": "the server drops the source unread",
    "core.ConfigMapNodeConfigSource.namespace": "the server drops the source unread",
    "core.Event.involvedObject": "an empty reference is legal",
    "core.HTTPHeader.value": "an empty value is legal",
    "core.ISCSIPersistentVolumeSource.lun": "0 is a LUN",
    "core.ISCSIVolumeSource.lun": "0 is a LUN",
    "core.LimitRangeSpec.limits": "a range without limits is legal",
    "core.PreferredSchedulingTerm.preference": "an empty preference is legal: it prefers nothing",
    "core.ScaleIOPersistentVolumeSource.secretRef": "not validated",
    "core.ScaleIOVolumeSource.secretRef": "not validated",
    "core.SleepAction.seconds": "0 is legal",
    "core.Sysctl.value": "an empty value is legal",
    "core.TypedLocalObjectReference.kind": "the server drops a claim's dataSource of a kind that it does not know, unread",
    "core.TypedLocalObjectReference.name": "the server drops a claim's dataSource of a kind that it does not know, unread",
    "discovery.ForZone.name": "not validated",
    "meta.GroupResource.group": "the core group is spelled as an empty text",
    "resource.Counter.value": "0 is legal",
    "resource.DeviceCapacity.value": "0 is legal",
    "resource.ResourcePool.generation": "0 is legal",
    "storage.CSIDriver.spec": "nothing in it is required",
    "storage.CSINode.spec": "nothing in it is required",
    "storage.CSINodeSpec.drivers": "a node without drivers is legal",
    "storage.TokenRequest.audience": "an empty audience is the API server's own",
}

# The same, as long as the feature is off by default: the server then drops the field that holds the type, unread.
DROPPED_UNTIL: Final[dict[str, str]] = {
    "core.ClusterTrustBundleProjection.path": "1.36",
    "core.PodCertificateProjection.keyType": "1.36",
    "core.PodCertificateProjection.signerName": "1.36",
}

# Mend: optional fields that Go holds by value: absent, they are an empty object, which lacks what it requires itself.
HELD_BY_VALUE: Final = (
    "apiregistration.APIService.spec",
    "apps.ReplicaSetSpec.template",
    "batch.Job.spec",
    "batch.JobTemplateSpec.spec",
    "core.Pod.spec",
    "core.PodTemplate.template",
    "core.PodTemplateSpec.spec",
    "storagemigration.StorageVersionMigration.spec",
)


def main() -> None:
    """Write the data file of each version, and say what a new one brings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version", nargs="?", help="a version to add")
    parser.add_argument("--into", type=pathlib.Path, default=DATA)
    options = parser.parse_args()
    versions = sorted({*known(), *filter(None, [options.version])}, key=version_key)
    written = dict(texts(versions))
    for version, content in written.items():
        (options.into / f"{version}.json").write_text(content, encoding="utf-8")
    if options.version:
        before = [version for version in versions if version_key(version) < version_key(options.version)]
        sys.stdout.writelines(f"{line}\n" for line in news(json.loads(written[options.version]), json.loads(written[before[-1]])))


def known() -> list[str]:
    """Name the versions that have a data file, oldest first."""
    return sorted((path.stem for path in DATA.glob("*.json")), key=version_key)


def texts(versions: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Give the text of each version's data file, newest first: a version is mended by what later ones corrected."""
    later: Later = {}
    for version in reversed([*versions]):
        definitions = published(version)
        yield version, text(version, *trimmed(version, definitions, later))
        for long, schema in definitions.items():
            for field in schema.get("properties", ()):
                later.setdefault((short(long), field), (version, field in schema.get("required", ())))


def news(newer: dict[str, Any], older: dict[str, Any]) -> Iterator[str]:
    """List what a version has that the one before it had not, and the other way round: each is to be looked at."""
    yield f"Kubernetes {newer['kubernetes']}, beside {older['kubernetes']}:"
    for sign, here, there in (("+", newer, older), ("-", older, newer)):
        yield from (f"{sign} kind {name}" for name in sorted(here["kinds"].keys() - there["kinds"].keys()))
        for name, schema in sorted(here["$defs"].items()):
            others = there["$defs"].get(name, {}).get("properties", {})
            if name not in there["$defs"]:
                yield f"{sign} type {name}"
            yield from (f"{sign} field {name}.{field}" for field in sorted(schema.get("properties", {}).keys() - others.keys()))
    yield "Classify the new fields in kqmanifest/site/fields.toml (tests/site/test_fields.py names those that an admitted kind can reach),"
    yield "read what the API server's validation says of them, and record its verdicts (tests/verdicts/README.md)."


def published(version: str) -> dict[str, Schema]:
    """Read the definitions that ``kubernetes-validate`` holds of a version."""
    folder = importlib.resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    definitions: dict[str, Schema] = json.loads((folder / "_definitions.json").read_bytes())["$defs"]
    return definitions


def text(version: str, kinds: dict[str, str], definitions: dict[str, Schema]) -> str:
    """Lay out a data file: one kind, one definition a line, sorted, so that versions compare well."""

    def lines(table: dict[str, Any]) -> str:
        return ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(table.items()))

    return f'{{"kubernetes": "{version}", "kinds": {{\n{lines(kinds)}\n}}, "$defs": {{\n{lines(definitions)}\n}}}}\n'


def trimmed(version: str, definitions: dict[str, Schema], later: Later) -> tuple[dict[str, str], dict[str, Schema]]:
    """Give the kinds and the mended structure of published definitions, under short names.

    ``later`` says of a type and field which later version has it, and whether it is required there.
    """
    names = {long: short(long) for long in definitions}
    if len(set(names.values())) != len(names):
        message = "two definitions share a short name"
        raise ValueError(message)
    kinds = {
        "/".join(part for part in (of["group"], of["version"], of["kind"]) if part): name
        for long, name in names.items()
        for of in definitions[long].get("x-kubernetes-group-version-kind", ())
        if of["kind"] not in NO_MANIFEST
    }
    types = {name: structure(definitions[long], names) for long, name in names.items()}
    mend(version, types, set(kinds.values()), later)
    reached = set(reachable(types, kinds.values()))
    return kinds, {name: schema for name, schema in types.items() if name in reached}


def short(long: str) -> str:
    """Shorten a type's name: ``io.k8s.api.core.v1.Pod`` is ``core.v1.Pod``, ``…api.resource.Quantity`` is ``Quantity``."""
    versioned = re.search(r"(\w+\.v\d\w*\.\w+)$", long)
    return versioned[1] if versioned else long.rsplit(".", 1)[-1]


def structure(schema: Schema, names: dict[str, str]) -> Schema:
    """Keep what says which shape a value has, and how lists merge."""
    kept = {key: value for key, value in schema.items() if key in KEPT}
    if "$ref" in kept:
        kept["$ref"] = REF + names[kept["$ref"].removeprefix(REF)]
    if schema.get("x-kubernetes-list-type") in ("map", "set"):
        kept["x-kubernetes-list-type"] = schema["x-kubernetes-list-type"]
    if isinstance(schema.get("items"), dict):
        kept["items"] = structure(schema["items"], names)
    if "additionalProperties" in schema:
        values = schema["additionalProperties"]
        kept["additionalProperties"] = structure(values, names) if isinstance(values, dict) else values
    if "properties" in schema:
        kept["properties"] = {name: structure(value, names) for name, value in schema["properties"].items()}
    return kept


def mend(version: str, types: dict[str, Schema], kinds: set[str], later: Later) -> None:
    """Correct, in place, what the published schema has wrong about the server."""
    mend_scalars(types)
    mend_open_types(types)
    mend_bytes(types)
    mend_from_later(types, later)
    mend_zeros(version, types)
    mend_status(types, kinds)
    mend_held_by_value(types)
    mend_embedded_kinds(types, kinds)
    mend_nulls(types)


def mend_scalars(types: dict[str, Schema]) -> None:
    """Say of quantities and ports that they are one of some types, null among them, instead of exactly one."""
    for name, kinds_of_value in SCALARS.items():
        types[name] = {"type": kinds_of_value}


def mend_open_types(types: dict[str, Schema]) -> None:
    """Close the types without fields, whose every key a strict server refuses, but for those that are free."""
    for name, schema in types.items():
        if name in FREE:
            kinds_of_value, reason = FREE[name]
            schema.clear()
            schema.update({"type": kinds_of_value} if kinds_of_value else {})
            comment(schema, reason)
        elif schema.get("type") in ("object", ["object", "null"]) and "properties" not in schema:
            schema["additionalProperties"] = False
            comment(schema, "has no fields: the server refuses every key")


def mend_bytes(types: dict[str, Schema]) -> None:
    """Take bytes as a list of numbers as well, as Go's decoder does."""

    def mend_within(schema: Schema) -> None:
        if schema.get("format") == "byte":
            schema["type"] = ["string", "array", *([schema["type"]] if isinstance(schema["type"], str) else schema["type"])[1:]]
            schema["items"] = {"type": ["integer", "null"]}
            comment(schema, "bytes may be a list of numbers, too")
        for value in schema.get("properties", {}).values():
            mend_within(value)
        for key in ("items", "additionalProperties"):
            if isinstance(schema.get(key), dict):
                mend_within(schema[key])

    for schema in types.values():
        mend_within(schema)


def mend_status(types: dict[str, Schema], kinds: set[str]) -> None:
    """Require nothing in a status: the server decodes it, drops it, and validates what is left."""
    outside = set(reachable(types, kinds, but=lambda name, field: name in kinds and field == "status"))
    for name, schema in types.items():
        if name not in outside and schema.pop("required", None):
            comment(schema, "stands in a status only, which the server drops unvalidated: nothing is required")


def mend_from_later(types: dict[str, Schema], later: Later) -> None:
    """Require what the newest schema requires: the server's checks are older than their declaration."""
    for name, schema in types.items():
        for field in schema.get("properties", ()):
            since, required = later.get((name, field), ("", field in schema.get("required", ())))
            require(schema, field, f"as published for {since}", required=required)


def mend_zeros(version: str, types: dict[str, Schema]) -> None:
    """Do not require what the server takes the zero of."""
    for name, schema in types.items():
        for field in list(schema.get("required", ())):
            place = f"{unversioned(name)}.{field}"
            if place in LEGAL_ZEROS:
                require(schema, field, LEGAL_ZEROS[place], required=False)
            elif version_key(version) <= version_key(DROPPED_UNTIL.get(place, "0")):
                require(schema, field, "the server drops what holds it, unread", required=False)


def mend_held_by_value(types: dict[str, Schema]) -> None:
    """Require the structs whose zero lacks what they require."""
    for name, schema in types.items():
        for field in schema.get("properties", ()):
            if f"{unversioned(name)}.{field}" in HELD_BY_VALUE:
                require(schema, field, "absent, it is an empty object that lacks what it requires", required=True)


def require(schema: Schema, field: str, reason: str, *, required: bool) -> None:
    """Make a field required or not, with the reason, where it was otherwise."""
    before: list[str] = schema.get("required", [])
    if (field in before) == required:
        return
    schema["required"] = [*before, field] if required else [one for one in before if one != field]
    if not schema["required"]:
        del schema["required"]
    comment(schema, f"{field} {'must' if required else 'need not'} be given: {reason}")


def unversioned(name: str) -> str:
    """Leave the version out of a type's name: ``core.Pod``."""
    return re.sub(r"\.v\d\w*\.", ".", name)


def version_key(version: str) -> tuple[int, ...]:
    """Make versions comparable."""
    return tuple(int(part) for part in version.split("."))


def mend_embedded_kinds(types: dict[str, Schema], kinds: set[str]) -> None:
    """Free the apiVersion and kind of an object within another: the server reads nothing there."""
    for name in sorted(kinds):
        if embedders(types, name):
            for field in ("apiVersion", "kind"):
                types[name]["properties"][field].pop("enum")
            comment(types[name], "apiVersion and kind are free where it stands within another object")


def embedders(types: dict[str, Schema], name: str) -> list[str]:
    """Name the types that hold this one, its list aside."""
    return [one for one, schema in types.items() if not one.endswith("List") and name in targets(schema)]


def mend_nulls(types: dict[str, Schema]) -> None:
    """Take null wherever the server does.

    Go reads null as absent in a field and as zero in a list or map. So null is refused only where absence is:
    for a required field, and for an item whose type requires something.
    """
    for schema in types.values():
        required = schema.get("required", ())
        for field, value in schema.get("properties", {}).items():
            if field in required:
                refuse_null(value, types)
            else:
                take_null(value)
            mend_nulls_within(value, types)


def mend_nulls_within(schema: Schema, types: dict[str, Schema]) -> None:
    """Go through the items and values of a list or map, and theirs."""
    for key in ("items", "additionalProperties"):
        inner = schema.get(key)
        if not isinstance(inner, dict):
            continue
        if "$ref" in inner and types[inner["$ref"].removeprefix(REF)].get("required"):
            refuse_null(inner, types)
        else:
            take_null(inner)
        mend_nulls_within(inner, types)


def take_null(schema: Schema) -> None:
    """Widen a value's type by null."""
    found = schema.get("type", "null")
    widened = [found] if isinstance(found, str) else found
    if "null" not in widened:
        schema["type"] = [*widened, "null"]


def refuse_null(schema: Schema, types: dict[str, Schema]) -> None:
    """Narrow a value's type to what is not null."""
    found = schema.get("type") or types[schema["$ref"].removeprefix(REF)].get("type") if "$ref" in schema else schema.get("type")
    if found is None:
        return
    narrowed = [one for one in ([found] if isinstance(found, str) else found) if one != "null"]
    schema["type"] = narrowed[0] if len(narrowed) == 1 else narrowed


def comment(schema: Schema, reason: str) -> None:
    """Leave the reason of a mend beside it."""
    schema["$comment"] = "; ".join(one for one in (schema.get("$comment"), reason) if one)


def targets(schema: Schema) -> Iterator[str]:
    """Name the types that a schema refers to."""
    if "$ref" in schema:
        yield schema["$ref"].removeprefix(REF)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from targets(schema[key])
    for value in schema.get("properties", {}).values():
        yield from targets(value)


def reachable(types: dict[str, Schema], roots: Any, but: Any = lambda _name, _field: False) -> Iterator[str]:
    """Name the types that can be reached from the roots, fields left out for which ``but(type, field)`` holds."""
    waiting, seen = list(roots), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        for field, value in types[name].get("properties", {}).items():
            if not but(name, field):
                waiting.extend(targets(value))
        waiting.extend(targets({key: value for key, value in types[name].items() if key != "properties"}))


if __name__ == "__main__":
    main()
