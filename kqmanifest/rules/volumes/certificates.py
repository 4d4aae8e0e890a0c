"""Certificates in volumes: trust bundles and a pod's own, which Kubernetes reads from 1.37 on and drops unread before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.diagnostics import Steps
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_annotation_key, is_label, is_subdomain
from kqmanifest.vocabulary.paths import leaves

READ: Final = "1.37"
"""The versions that read them."""
KEY_TYPES: Final = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
PATHS: Final = ("credentialBundlePath", "keyPath", "certificateChainPath")
LONGEST_SIGNER: Final = 571
SHORTEST: Final = 3600
LONGEST: Final = 91 * 24 * 3600
LONGEST_OF_KUBERNETES: Final = 24 * 3600
"""The seconds that a certificate may live: from others' signers, and from Kubernetes' own."""


def is_signer(name: str) -> bool:
    """Say whether a name is a signer's: a domain of two labels at least, a slash, and subdomains."""
    domain, _, path = name.partition("/")
    labels = domain.split(".")
    named = len(labels) > 1 and is_subdomain(domain) and all(map(is_label, labels))
    return named and all(map(is_subdomain, path.split("."))) and len(name) <= LONGEST_SIGNER


def is_bundle(name: str) -> bool:
    """Say whether a name is a trust bundle's: a subdomain, or one after its signer's name, with colons for slashes."""
    signer, colon, own = name.rpartition(":")
    return is_subdomain(own) and bool(signer) == bool(colon) and "/" not in signer


def _files(projected: dict[str, Any]) -> Iterator[tuple[Steps, str]]:
    for index, part in enumerate(projected.get("sources") or ()):
        for kind, fields in (("clusterTrustBundle", ("path",)), ("podCertificate", PATHS)):
            for field in fields:
                path = ((part or {}).get(kind) or {}).get(field)
                if path:
                    yield ("sources", index, kind, field), path


@rule(
    "KQ2085",
    "ClusterTrustBundleProjection",
    "this part names {count} of `name` and `signerName`",
    "write `name` for one bundle, or `signerName` for all bundles of a signer",
    since=READ,
)
def trust_of_nothing_or_two_things(bundle: dict[str, Any]) -> Iterator[Finding]:
    """A trust bundle is found by its name or by its signer's.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {path: ca.pem}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}]}}]
    """
    count = sum(bundle.get(key) is not None for key in ("name", "signerName"))
    if count != 1:
        yield found(count=count)


@rule("KQ2086", "ClusterTrustBundleProjection", "{name} is not a name for a trust bundle", "write its name, such as lab", since=READ)
def trust_bundle_has_no_name(bundle: dict[str, Any]) -> Iterator[Finding]:
    """A trust bundle has a name.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: Lab_CA, path: ca.pem}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab-ca, path: ca.pem}}]}}]
    """
    name = bundle.get("name")
    if name is not None and bundle.get("signerName") is None and not is_bundle(name):
        yield found("name", name=name)


@rule(
    "KQ2087",
    "ClusterTrustBundleProjection",
    "a bundle that is named is not selected by labels",
    "take `labelSelector` out, or write `signerName` instead of `name`",
    since=READ,
)
def trust_bundle_is_named_and_selected(bundle: dict[str, Any]) -> Iterator[Finding]:
    """Labels select among the bundles of a signer.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem, labelSelector: {}}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}]}}]
    """
    if bundle.get("name") is not None and bundle.get("signerName") is None and bundle.get("labelSelector") is not None:
        yield found("labelSelector")


@rule(
    "KQ2088",
    ("ClusterTrustBundleProjection", "PodCertificateProjection"),
    "{name} is not a name for a signer",
    "write a domain, a slash and a name, as in example.com/lab",
    since=READ,
)
def signer_has_no_name(part: dict[str, Any]) -> Iterator[Finding]:
    """A signer is called after a domain.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {signerName: lab, path: ca.pem}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {signerName: example.com/lab, path: ca.pem}}]}}]
    """
    name = part.get("signerName")
    if name is not None and part.get("name") is None and not is_signer(name):
        yield found("signerName", name=name)


@rule(
    "KQ2089",
    "ClusterTrustBundleProjection.path",
    "this file has no path",
    "write where it lies below the mount path, such as ca.pem",
    since=READ,
)
def trust_bundle_without_a_path(path: str) -> Iterator[Finding]:
    """A trust bundle is a file in its volume.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ""}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}]}}]
    """
    if not path:
        yield found()


@rule("KQ2090", "PodCertificateProjection.keyType", "{value} is no type of a key", "write one of {known}", since=READ)
def key_type_is_unknown(value: str) -> Iterator[Finding]:
    """A certificate's key has one of a few types.

    Wrong:
        volumes: [{name: own, projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: RSA, keyPath: key.pem}}]}}]

    Right:
        volumes: [{name: own, projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: ED25519, keyPath: key.pem}}]}}]
    """
    if value not in KEY_TYPES:
        yield found(value=value, known=KEY_TYPES)


@rule(
    "KQ2091",
    "PodCertificateProjection",
    "a certificate of {signer} cannot live for {seconds} seconds",
    "write a number from 3600 to {longest}",
    since=READ,
)
def certificate_lives_too_short_or_long(part: dict[str, Any]) -> Iterator[Finding]:
    """A certificate lives for an hour at least; from a signer of Kubernetes' own for a day at most, from others for 91 days.

    Wrong:
        volumes:
        - name: own
          projected:
            sources:
            - podCertificate: {signerName: example.com/lab, keyType: ED25519, keyPath: key.pem, maxExpirationSeconds: 60}

    Right:
        volumes:
        - name: own
          projected:
            sources:
            - podCertificate: {signerName: example.com/lab, keyType: ED25519, keyPath: key.pem, maxExpirationSeconds: 3600}
    """
    seconds, signer = part.get("maxExpirationSeconds"), part["signerName"]
    of_kubernetes = f".{signer.partition('/')[0]}".endswith(".kubernetes.io")
    longest = LONGEST_OF_KUBERNETES if of_kubernetes else LONGEST
    if seconds is not None and not SHORTEST <= seconds <= longest:
        yield found("maxExpirationSeconds", seconds=seconds, signer=signer, longest=longest)


@rule(
    "KQ2092",
    "PodCertificateProjection",
    "this certificate is written to no file",
    "add a `credentialBundlePath`, or a `keyPath` and a `certificateChainPath`",
    since=READ,
)
def certificate_without_a_path(part: dict[str, Any]) -> Iterator[Finding]:
    """A pod's certificate and its key are files in their volume.

    Wrong:
        volumes: [{name: own, projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: ED25519}}]}}]

    Right:
        volumes:
        - name: own
          projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: ED25519, credentialBundlePath: own.pem}}]}
    """
    if not any(part.get(field) for field in PATHS):
        yield found()


@rule(
    "KQ2093",
    "PodCertificateProjection.userAnnotations",
    "{key} is no key with a domain",
    "write it with a domain, as in example.com/purpose",
    since=READ,
)
def user_annotation_without_a_domain(annotations: dict[str, Any]) -> Iterator[Finding]:
    """What is told to a signer has keys of its domain.

    Wrong:
        volumes:
        - name: own
          projected:
            sources:
            - podCertificate: {signerName: example.com/lab, keyType: ED25519, keyPath: key.pem, userAnnotations: {purpose: web}}

    Right:
        volumes:
        - name: own
          projected:
            sources:
            - podCertificate: {signerName: example.com/lab, keyType: ED25519, keyPath: key.pem, userAnnotations: {example.com/purpose: web}}
    """
    for key in annotations:
        if "/" not in key or not is_annotation_key(key):
            yield found(key=key)


@rule(
    "KQ2094",
    "ProjectedVolumeSource",
    "the path {path} of this file leads out of its volume",
    "write it without `..` and without a slash before it",
    since=READ,
)
def certificate_leaves_its_volume(projected: dict[str, Any]) -> Iterator[Finding]:
    """Certificates lie in their volume.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: /etc/ca.pem}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}]}}]
    """
    for place, path in _files(projected):
        if path.startswith("/") or leaves(path):
            yield found(*place, path=path)


@rule("KQ2095", "ProjectedVolumeSource", "two files of this volume have the path {path}", "give each file a path of its own", since=READ)
def certificate_path_is_taken(projected: dict[str, Any]) -> Iterator[Finding]:
    """Certificates have paths that no other file of their volume has.

    Wrong:
        volumes:
        - name: trust
          projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}, {clusterTrustBundle: {name: other, path: ca.pem}}]}

    Right:
        volumes:
        - name: trust
          projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}, {clusterTrustBundle: {name: other, path: other.pem}}]}
    """
    kinds = ("secret", "configMap", "downwardAPI")
    items = (
        item for part in projected.get("sources") or () for kind in kinds for item in ((part or {}).get(kind) or {}).get("items") or ()
    )
    taken = {item["path"] for item in items}
    for _, path in _files(projected):
        if path in taken:
            yield found(path=path)
        taken.add(path)
