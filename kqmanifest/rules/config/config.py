"""Configuration: what ConfigMaps and Secrets hold, and namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import CONFIG_KEY
from kqmanifest.rules.objects.metadata import is_finalizer
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.encoded import decoded, is_json_object

_MOST: Final = 1024 * 1024
_BYTE: Final = 256
_SERVICE_ACCOUNT: Final = "kubernetes.io/service-account.name"
_DOCKER: Final = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}
_NEEDED: Final = {
    **{kind: (key,) for kind, key in _DOCKER.items()},
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
}


def content(secret: dict[str, Any]) -> dict[str, bytes | None]:
    """Return what a Secret holds, as the server keeps it: ``stringData`` over ``data``; None is what cannot be decoded."""
    held = {key: _bytes(value) for key, value in (secret.get("data") or {}).items()}
    return held | {key: (value or "").encode() for key, value in (secret.get("stringData") or {}).items()}


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, list):
        return bytes(number if isinstance(number, int) and 0 <= number < _BYTE else 0 for number in value)
    return decoded(value or "")


key_is_not_a_file_name = matches(
    "KQ2850",
    ("ConfigMap.data", "ConfigMap.binaryData", "Secret.data", "Secret.stringData"),
    CONFIG_KEY,
    hints="use at most 253 letters, digits, dashes, underscores and dots, as in a file's name, and do not begin with two dots",
    each=True,
    upstream="apimachinery/util/validation.IsConfigMapKey",
    page="""Every key of a ConfigMap or a Secret can become a file in a volume, so it must be a plain file name.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {"kqi/run.sh": "python train.py"}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {run.sh: "python train.py"}}
    """,
)


@rule(
    "KQ2851",
    "ConfigMap",
    "the key {key} is in both `data` and `binaryData`",
    "keep it in one of them",
    reason="Invalid",
    upstream="core/validation.ValidateConfigMap",
)
def key_is_given_twice(config_map: dict[str, Any]) -> Iterator[Spot]:
    """The values of a ConfigMap are strings or bytes; both become files of one directory, so no two may have the same key.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {run.sh: "python train.py"}, binaryData: {run.sh: cHl0aG9u}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {run.sh: "python train.py"}}
    """
    binary = config_map.get("binaryData") or {}
    for key in config_map.get("data") or ():
        if key in binary:
            yield found("data", key, key=key)


@rule(
    "KQ2852",
    "ConfigMap",
    "the values of this ConfigMap have {size} bytes together, and must have at most 1048576",
    "put large files into a volume",
    reason="TooLong",
    upstream="core/validation.ValidateConfigMap",
)
def config_map_is_too_big(config_map: dict[str, Any]) -> Iterator[Spot]:
    """A ConfigMap holds at most 1 MiB, since it is stored in the cluster's own database.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {words.txt: (1048577 bytes)}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {words.txt: (1048576 bytes)}}
    """
    texts = (config_map.get("data") or {}).values()
    size = sum(len((text or "").encode()) for text in texts)
    size += sum(len(_bytes(value) or b"") for value in (config_map.get("binaryData") or {}).values())
    if size > _MOST:
        yield found(size=size)


@rule(
    "KQ2853",
    "Secret",
    "the values of this Secret have {size} bytes together, and must have at most 1048576",
    "put large files into a volume",
    reason="TooLong",
    upstream="core/validation.ValidateSecret",
)
def secret_is_too_big(secret: dict[str, Any]) -> Iterator[Spot]:
    """A Secret holds at most 1 MiB, since it is stored in the cluster's own database.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {ring: (1048577 bytes)}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {ring: (1048576 bytes)}}
    """
    size = sum(len(value or b"") for value in content(secret).values())
    if size > _MOST:
        yield found("data", size=size)


@rule(
    "KQ2854",
    "Secret",
    "this Secret needs the annotation {key}",
    "set {key} to the name of the service account",
    reason="Required",
    upstream="core/validation.ValidateSecret",
)
def token_without_a_service_account(secret: dict[str, Any]) -> Iterator[Spot]:
    """A Secret for the token of a service account must name that account in an annotation.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: token}, type: kubernetes.io/service-account-token}

    Right:
        {apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token,
         metadata: {name: token, annotations: {kubernetes.io/service-account.name: training}}}
    """
    annotations = (secret.get("metadata") or {}).get("annotations") or {}
    if secret.get("type") == "kubernetes.io/service-account-token" and not annotations.get(_SERVICE_ACCOUNT):
        yield found("metadata", "annotations", _SERVICE_ACCOUNT, key=_SERVICE_ACCOUNT)


@rule(
    "KQ2855",
    "Secret",
    "a Secret of type {type} needs the key {key}",
    "add {key} under `data`, or under `stringData` as plain text",
    reason="Required",
    upstream="core/validation.ValidateSecret",
)
def secret_lacks_a_key(secret: dict[str, Any]) -> Iterator[Spot]:
    """A Secret of one of Kubernetes' own types must have the keys that its readers look for.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: tls}, type: kubernetes.io/tls, stringData: {tls.crt: "…"}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: tls}, type: kubernetes.io/tls, stringData: {tls.crt: "…", tls.key: "…"}}
    """
    kind = secret.get("type") or "Opaque"
    held = content(secret) if kind in _NEEDED else {}
    for key in _NEEDED.get(kind, ()):
        if key not in held or (kind == "kubernetes.io/ssh-auth" and held[key] == b""):
            yield found("data", key, type=kind, key=key)


@rule(
    "KQ2856",
    "Secret",
    "a Secret of type kubernetes.io/basic-auth needs a `username` or a `password`",
    "add `username`, `password` or both under `stringData`",
    reason="Required",
    upstream="core/validation.ValidateSecret",
)
def basic_auth_without_a_name_or_password(secret: dict[str, Any]) -> Iterator[Spot]:
    """A Secret for basic authentication must have a username or a password, which may be empty.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, type: kubernetes.io/basic-auth, stringData: {user: training}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, type: kubernetes.io/basic-auth, stringData: {username: training}}
    """
    if secret.get("type") == "kubernetes.io/basic-auth" and not content(secret).keys() & {"username", "password"}:
        yield found("data", "username")


@rule(
    "KQ2857",
    "Secret",
    "{key} is not a JSON object",
    "run `docker login`, and use the file that it writes, ~/.docker/config.json",
    reason="Invalid",
    upstream="core/validation.ValidateSecret",
)
def registry_login_is_not_json(secret: dict[str, Any]) -> Iterator[Spot]:
    """The logins of registries are Docker's own configuration file, in JSON.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: registry}, type: kubernetes.io/dockerconfigjson,
         stringData: {.dockerconfigjson: "user:password"}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: registry}, type: kubernetes.io/dockerconfigjson,
         stringData: {.dockerconfigjson: '{"auths": {"registry.example.com": {"auth": "…"}}}'}}
    """
    key = _DOCKER.get(secret.get("type") or "")
    held = content(secret).get(key) if key else None
    if key and held is not None and not is_json_object(held):
        home = "stringData" if key in (secret.get("stringData") or {}) else "data"
        yield found(home, key, key=key)


@rule(
    "KQ2858",
    "Namespace",
    "{finalizer} is not a finalizer name with a domain",
    "write it with the domain of the controller that removes it, as in example.com/cleanup",
    reason="Invalid",
    upstream="core/validation.validateFinalizerName",
)
def namespace_finalizer_without_a_domain(namespace: dict[str, Any]) -> Iterator[Spot]:
    """A finalizer keeps a namespace until its controller has cleaned up; it is a domain and a name, or ``kubernetes``.

    Wrong:
        {apiVersion: v1, kind: Namespace, metadata: {name: team-vision}, spec: {finalizers: [cleanup]}}

    Right:
        {apiVersion: v1, kind: Namespace, metadata: {name: team-vision}, spec: {finalizers: [example.com/cleanup]}}
    """
    for index, finalizer in enumerate((namespace.get("spec") or {}).get("finalizers") or ()):
        if not is_finalizer(finalizer or ""):
            yield found("spec", "finalizers", index, finalizer=finalizer or "")
