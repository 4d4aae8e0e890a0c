"""Configuration: what ConfigMaps and Secrets hold, and namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.objects.metadata import is_finalizer
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.encoded import decoded, is_json_object
from kqmanifest.vocabulary.names import is_config_key

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
    """Give what a Secret holds, as the server keeps it: ``stringData`` over ``data``; None is what cannot be read, told elsewhere."""
    held = {key: _bytes(value) for key, value in (secret.get("data") or {}).items()}
    return held | {key: (value or "").encode() for key, value in (secret.get("stringData") or {}).items()}


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, list):
        return bytes(one if isinstance(one, int) and 0 <= one < _BYTE else 0 for one in value)
    return decoded(value or "")


@rule(
    "KQ2850",
    ("ConfigMap.data", "ConfigMap.binaryData", "Secret.data", "Secret.stringData"),
    "{key} cannot be a key here",
    "use at most 253 letters, digits, dashes, underscores and dots, as in a file's name, and no .. at the beginning",
)
def key_is_no_file_name(data: dict[str, Any]) -> Iterator[Finding]:
    """Every key of a ConfigMap or a Secret can become a file in a volume, so it is a plain file name.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {"kqi/run.sh": "python train.py"}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {run.sh: "python train.py"}}
    """
    for key in data:
        if not is_config_key(key):
            yield found(key, key=key)


@rule("KQ2851", "ConfigMap", "{key} stands in `data` and in `binaryData`", "keep it in one of them")
def key_stands_twice(config_map: dict[str, Any]) -> Iterator[Finding]:
    """What a ConfigMap holds is text or bytes; both become files of one directory.

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
    "the values of this ConfigMap are {size} bytes, and together they may be 1048576",
    "put large files into a volume",
)
def config_map_is_too_big(config_map: dict[str, Any]) -> Iterator[Finding]:
    """A ConfigMap holds at most 1 MiB, since it is kept in the cluster's own database.

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


@rule("KQ2853", "Secret", "the values of this Secret are {size} bytes, and together they may be 1048576", "put large files into a volume")
def secret_is_too_big(secret: dict[str, Any]) -> Iterator[Finding]:
    """A Secret holds at most 1 MiB, since it is kept in the cluster's own database.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {ring: (1048577 bytes)}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {ring: (1048576 bytes)}}
    """
    size = sum(len(value or b"") for value in content(secret).values())
    if size > _MOST:
        yield found("data", size=size)


@rule("KQ2854", "Secret", "this Secret names no service account", "name it in the annotation {key}")
def token_without_a_service_account(secret: dict[str, Any]) -> Iterator[Finding]:
    """A Secret for the token of a service account names that account in an annotation.

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
    "a Secret of the type {type} holds {key}, and this one does not",
    "add {key} under `data`, or under `stringData` as plain text",
)
def secret_lacks_a_key(secret: dict[str, Any]) -> Iterator[Finding]:
    """A Secret of one of Kubernetes' own types has the keys that those who read it look for.

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


@rule("KQ2856", "Secret", "this Secret holds neither a username nor a password", "add `username`, `password` or both under `stringData`")
def basic_auth_without_a_name_or_password(secret: dict[str, Any]) -> Iterator[Finding]:
    """A Secret for basic authentication holds a username or a password, which may be empty.

    Wrong:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, type: kubernetes.io/basic-auth, stringData: {user: training}}

    Right:
        {apiVersion: v1, kind: Secret, metadata: {name: login}, type: kubernetes.io/basic-auth, stringData: {username: training}}
    """
    if secret.get("type") == "kubernetes.io/basic-auth" and not content(secret).keys() & {"username", "password"}:
        yield found("data", "username")


@rule("KQ2857", "Secret", "{key} does not hold an object of JSON", "let Docker write it: `docker login`, then take ~/.docker/config.json")
def registry_login_is_no_json(secret: dict[str, Any]) -> Iterator[Finding]:
    """What holds the logins of registries is Docker's own file, in JSON.

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
    "{finalizer} is not a name for a finalizer",
    "write it with the domain of what removes it, as in example.com/cleanup",
)
def namespace_finalizer_without_a_domain(namespace: dict[str, Any]) -> Iterator[Finding]:
    """What keeps a namespace until it has cleaned up has a domain and a name, or is Kubernetes itself.

    Wrong:
        {apiVersion: v1, kind: Namespace, metadata: {name: team-vision}, spec: {finalizers: [cleanup]}}

    Right:
        {apiVersion: v1, kind: Namespace, metadata: {name: team-vision}, spec: {finalizers: [example.com/cleanup]}}
    """
    for index, finalizer in enumerate((namespace.get("spec") or {}).get("finalizers") or ()):
        if not is_finalizer(finalizer or ""):
            yield found("spec", "finalizers", index, finalizer=finalizer or "")
