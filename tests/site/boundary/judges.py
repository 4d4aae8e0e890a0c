"""What the white list asks of single values: each judge tells why one is held against a manifest, or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from boundary.devices import asked_by_a_pod, begins_such_a_variable, devices_of, hides, is_variable_of_a_runtime
from boundary.places import is_image_of, is_named
from boundary.scene import Scene
from boundary.site import QUEUE

Why = Iterator[str]

_TRUSTED: Final = frozenset({"kube-root-ca.crt", "istio-ca-root-cert", "openshift-service-ca.crt"})
_MEANT_BY_OTHERS: Final = frozenset({"aadpodidbinding", "queue", "applicationId", "istio-injection"})
_DOMAINS: Final = frozenset({"kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region"})
_SECRETS: Final = frozenset(
    {"", "Opaque", *(f"kubernetes.io/{kind}" for kind in ("basic-auth", "ssh-auth", "tls", "dockerconfigjson", "dockercfg"))}
)
_NAMED_BY: Final = {
    "Secret": "secrets",
    "ConfigMap": "configMaps",
    "PersistentVolumeClaim": "claims",
    "PersistentVolume": "persistentVolumes",
    "ResourceClaim": "resourceClaims",
    "ResourceClaimTemplate": "resourceClaims",
    "ServiceAccount": "serviceAccounts",
    "StorageClass": "storageClasses",
}


# Objects.
def required(scene: Scene) -> Why:
    """Tell which labels are missing that the site asks for."""
    for key in scene.site.locked:
        for metadata in scene.queued() if key == QUEUE else scene.labelled():
            if (metadata.get("labels") or {}).get(key) is None:
                yield f"no label {key}"


def whole(scene: Scene) -> Why:
    """Tell what is wrong with the pods of an object, as a whole."""
    for spec in scene.pods():
        totals = asked_by_a_pod(spec)
        for claim in spec.get("resourceClaims") or ():
            made = [devices_of(one) for one in scene.claims(claim)] or [Decimal(scene.site.allow.get("gpus") or 0)]
            totals["devices.example.com/gpu"] = totals.get("devices.example.com/gpu", Decimal(0)) + max(made)
        yield from scene.site.gpus(totals, spec.get("nodeSelector") or {})
        account = scene.site.defaults.get("serviceAccount")
        if (
            account
            and spec.get("serviceAccountName") != account
            and not is_named(spec.get("serviceAccountName"), scene.site.listed("serviceAccounts"))
        ):
            yield "not the site's service account"


def name(scene: Scene, value: Any, metadata: Mapping[str, Any]) -> Why:
    kind = scene.thing["kind"]
    if metadata is not scene.thing.get("metadata"):
        return
    if kind == "ConfigMap" and value in _TRUSTED:
        yield "every pod of the namespace trusts this ConfigMap"
    if kind == "ServiceAccount" and value == "default":
        yield "every pod of the namespace runs as this one"
    if kind == "Namespace" and value not in scene.site.namespaces:
        yield f"the namespace {value}"
    key = _NAMED_BY.get(kind)
    if key and is_named(value, list(scene.site.names(key))) and not is_named(value, scene.site.listed(key), create=True):
        yield f"it would replace the {kind} {value} that the site names"


def namespace(scene: Scene, value: Any, _: Any) -> Why:
    if value not in scene.site.namespaces and not scene.is_of_the_cluster:  # where it means nothing, and is dropped
        yield f"the namespace {value}"


def namespaces(scene: Scene, values: Sequence[Any], _: Any) -> Why:
    yield from (f"the namespace {one}" for one in values if one not in scene.site.namespaces)


def labels(scene: Scene, values: Mapping[str, Any], _: Any) -> Why:
    locked = scene.site.locked
    given = scene.site.defaults.get("labels") or {}
    for key, value in values.items():
        if key in locked:
            if value not in locked[key] and "*" not in locked[key]:
                yield f"the label {key} is {value}"
        elif given.get(key) != value and (
            scene.thing["kind"] == "Namespace" or key in _MEANT_BY_OTHERS or ("/" in key and not key.startswith("app.kubernetes.io/"))
        ):
            yield f"the label {key}"


def annotation_keys(scene: Scene, values: Mapping[str, Any], _: Any) -> Why:
    yield from (f"the annotation {key}" for key in values if key not in scene.site.listed("annotations"))


def blank(_: Scene, value: Any, __: Any) -> Why:
    if value and (not isinstance(value, Mapping) or any(list(blank(_, one, __)) for one in value.values())):
        yield "only servers write it"


def keys(_: Scene, values: Mapping[str, Any], __: Any) -> Why:
    yield from (f"a value for {key}" for key in values if is_variable_of_a_runtime(key))


def secret_type(_: Scene, value: Any, __: Any) -> Why:
    if value not in _SECRETS:
        yield f"a Secret of the type {value}"


# Pods.
def node_selector(scene: Scene, values: Mapping[str, Any], spec: Mapping[str, Any]) -> Why:
    yield from (f"nodes by {key}" for key, value in values.items() if not _is_of_a_class(scene, key, [value], spec))


def node_expressions(scene: Scene, values: Sequence[Mapping[str, Any]], _: Any) -> Why:
    yield from (f"nodes by {one.get('key')}" for one in values if one.get("key") not in scene.site.node_labels)


def topology_key(scene: Scene, value: Any, _: Any) -> Why:
    if value not in _DOMAINS and value not in scene.site.node_labels:
        yield f"nodes by {value}"


def _is_of_a_class(scene: Scene, key: str, values: Sequence[Any] | None, spec: Mapping[str, Any]) -> bool:
    if key in scene.site.node_labels:
        return True
    totals = asked_by_a_pod(spec)
    selectors = [one.get("nodeSelector") or {} for one in scene.site.classes.values() if totals.get(one["resource"])]
    return bool(values) and all(any(selector.get(key) == value for selector in selectors) for value in values or ())


def tolerations(scene: Scene, values: Sequence[Mapping[str, Any]], spec: Mapping[str, Any]) -> Why:
    totals = asked_by_a_pod(spec)
    given = [taint for one in scene.site.classes.values() if totals.get(one["resource"]) for taint in one.get("tolerations") or ()]
    for one in values:
        if one not in given and (not one.get("key") or one["key"] not in scene.site.listed("tolerations")):
            yield f"the taint {one.get('key')}"


def scheduler(scene: Scene, value: Any, _: Any) -> Why:
    yield from _unless(value, ["", "default-scheduler", *scene.site.listed("schedulers")])


def priority_class(scene: Scene, value: Any, _: Any) -> Why:
    yield from _unless(value, ["", *scene.site.listed("priorityClasses")])


def runtime_class(scene: Scene, value: Any, _: Any) -> Why:
    yield from _unless(value, ["", *scene.site.listed("runtimeClasses")])


def account(scene: Scene, value: Any, _: Any) -> Why:
    given = scene.site.defaults.get("serviceAccount")
    if value not in ("", "default", given) and not is_named(value, scene.site.listed("serviceAccounts")):
        yield f"the service account {value}"


def mounted_token(scene: Scene, value: Any, _: Any) -> Why:
    if value is not False and "" not in scene.site.listed("tokens"):
        yield "a token of the API server"


def token(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    yield from _unless(value.get("audience") or "", scene.site.listed("tokens"))


def secrets(scene: Scene, values: Sequence[Mapping[str, Any]], _: Any) -> Why:
    yield from (f"the Secret {one.get('name')}" for one in values if not scene.may_use("Secret", one.get("name")))


def resource_claims(scene: Scene, values: Sequence[Mapping[str, Any]], _: Any) -> Why:
    for one in values:
        for field, kind in (("resourceClaimName", "ResourceClaim"), ("resourceClaimTemplateName", "ResourceClaimTemplate")):
            if one.get(field) is not None and not scene.may_use(kind, one[field]):
                yield f"the {kind} {one[field]}"


# Containers.
def image(scene: Scene, value: Any, _: Any) -> Why:
    if not is_image_of(value, scene.site.listed("images")):
        yield f"the image {value}"


def variables(scene: Scene, values: Sequence[Mapping[str, Any]], _: Any) -> Why:
    for one in values:
        if is_variable_of_a_runtime(str(one.get("name"))) and not hides(one):
            yield f"the variable {one.get('name')}"
        for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
            reference = (one.get("valueFrom") or {}).get(field)
            if reference is not None and one not in scene.defaults_of_containers() and not scene.may_use(kind, reference.get("name")):
                yield f"the {kind} {reference.get('name')}"


def variable_sources(scene: Scene, values: Sequence[Mapping[str, Any]], _: Any) -> Why:
    for one in values:
        prefix = one.get("prefix") or ""
        if begins_such_a_variable(prefix):
            yield f"variables that begin with {prefix}"
        for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
            reference = one.get(field)
            if reference is None:
                continue
            if not scene.may_use(kind, reference.get("name")):
                yield f"the {kind} {reference.get('name')}"
            for thing in scene.made(kind, reference.get("name")):
                for held in ("data", "stringData"):
                    yield from (f"the variable {prefix}{key}" for key in thing.get(held) or {} if is_variable_of_a_runtime(prefix + key))


def amounts(_: Scene, value: Any, __: Any) -> Why:
    if not isinstance(value, Mapping):
        yield "resources of no shape"


def mount_path(_: Scene, value: Any, __: Any) -> Why:
    if re.sub("/+", "/", str(value)).startswith("/var/run/nvidia-container-devices"):
        yield "devices by the path of a mount"


# Volumes, as far as they stand alone.
def medium(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    kind = value.get("medium") or ""
    if kind not in ("", "Memory") and kind.replace("HugePages", "hugepages") not in scene.site.listed("resources"):
        yield f"the medium {kind}"


def config_map(scene: Scene, value: Any, _: Any) -> Why:
    if not scene.may_use("ConfigMap", value):
        yield f"the ConfigMap {value}"


def secret(scene: Scene, value: Any, _: Any) -> Why:
    if not scene.may_use("Secret", value):
        yield f"the Secret {value}"


def claim(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    if not scene.may_use("PersistentVolumeClaim", value.get("claimName")) and not scene.site.gives("persistentVolumeClaim", value):
        yield f"the claim {value.get('claimName')}"


def image_volume(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    if not scene.site.gives("image", value):
        yield from image(scene, value.get("reference"), value)


def storage_class(scene: Scene, value: Any, node: Mapping[str, Any]) -> Why:
    if value == "" and scene.thing["kind"] == "PersistentVolume":
        return
    if value == "" and node.get("volumeName"):
        return
    if value not in scene.site.listed("storageClasses"):
        yield f"the storage class {value!r}"


def retained(_: Scene, value: Any, __: Any) -> Why:
    if value not in ("", "Retain"):
        yield f"what becomes of the files: {value}"


# Services and devices.
def cluster_address(_: Scene, value: Any, __: Any) -> Why:
    yield from (f"the address {one}" for one in (value if isinstance(value, list) else [value]) if one not in ("", "None"))


def service_type(scene: Scene, value: Any, _: Any) -> Why:
    yield from _unless(value, ["", "ClusterIP", *scene.site.listed("services")])


def external_name(scene: Scene, value: Any, _: Any) -> Why:
    if value and "ExternalName" not in scene.site.listed("services"):
        yield f"the name {value}"


def external_addresses(scene: Scene, values: Sequence[Any], _: Any) -> Why:
    yield from (f"the address {one}" for one in values if one not in scene.site.listed("externalIPs"))


def node_ports(scene: Scene, value: Any, _: Any) -> Why:
    if value and not {"NodePort", "LoadBalancer"} & set(scene.site.listed("services")):
        yield "a port of every node"


def load_balancer(scene: Scene, value: Any, _: Any) -> Why:
    if value is not False and "LoadBalancer" not in scene.site.listed("services"):
        yield "a load balancer"


def devices(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    if devices_of({"devices": value}) > (scene.site.allow.get("gpus") or 0):
        yield "more devices than the site gives"


def device_class(scene: Scene, value: Any, _: Any) -> Why:
    yield from _unless(value, scene.site.listed("deviceClasses"))


def leads_further(scene: Scene, field: str, value: Any) -> str | None:
    """Tell of a name within something that is allowed as a whole: of a Secret, a claim, a namespace, a file of the node."""
    if field in ("namespace", "secretNamespace", "endpointsNamespace", "volumeNamespace") and value not in scene.site.namespaces:
        return f"the namespace {value}"
    if field in ("secretFile", "keyring"):
        return f"{value} of the node"
    if field == "secretRef" and not scene.may_use("Secret", value.get("name")):
        return f"the Secret {value.get('name')}"
    if field == "secretName" and not scene.may_use("Secret", value):
        return f"the Secret {value}"
    for name, kind in (("resourceClaimName", "ResourceClaim"), ("resourceClaimTemplateName", "ResourceClaimTemplate")):
        if field == name and not scene.may_use(kind, value):
            return f"the {kind} {value}"
    return None


def _unless(value: Any, listed: Sequence[Any]) -> Why:
    if value not in listed:
        yield f"{value!r}, which the site does not name"
