"""Certificates in volumes: trust bundles and a pod's own, which Kubernetes reads since 1.37 and drops before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.diagnostics import Steps
from kqmanifest.rules.constraints import at_least_one_of, exactly_one_of, one_of, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_annotation_key, is_label, is_subdomain
from kqmanifest.vocabulary.paths import leaves

READ: Final = "1.37"
"""The first version that reads them."""
KEY_TYPES: Final = ("RSA3072", "RSA4096", "ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519")
PATHS: Final = ("credentialBundlePath", "keyPath", "certificateChainPath")
LONGEST_SIGNER: Final = 571
SHORTEST: Final = 3600
LONGEST: Final = 91 * 24 * 3600
LONGEST_OF_KUBERNETES: Final = 24 * 3600
"""The lifetime of a certificate, in seconds: the longest differs for the signers of others and of Kubernetes."""


def is_signer(name: str) -> bool:
    """Return whether a name is a signer's: a domain of two labels at least, a slash, and subdomains."""
    domain, _, path = name.partition("/")
    labels = domain.split(".")
    named = len(labels) > 1 and is_subdomain(domain) and all(map(is_label, labels))
    return named and all(map(is_subdomain, path.split("."))) and len(name) <= LONGEST_SIGNER


def is_bundle(name: str) -> bool:
    """Return whether a name is a trust bundle's: a subdomain, or one after its signer's name, with colons for slashes."""
    signer, colon, own = name.rpartition(":")
    return is_subdomain(own) and bool(signer) == bool(colon) and "/" not in signer


def _files(projected: dict[str, Any]) -> Iterator[tuple[Steps, str]]:
    for index, part in enumerate(projected.get("sources") or ()):
        for kind, fields in (("clusterTrustBundle", ("path",)), ("podCertificate", PATHS)):
            for field in fields:
                path = ((part or {}).get(kind) or {}).get(field)
                if path:
                    yield ("sources", index, kind, field), path


trust_bundle_by_no_name_or_two = exactly_one_of(
    "KQ2085",
    "ClusterTrustBundleProjection",
    ("name", "signerName"),
    hints="write `name` for one bundle, or `signerName` for all bundles of a signer",
    since=READ,
    reason="Required",
    upstream="core/validation.validateProjectionSources",
    page="""Trust bundles are found by their own name or by the name of their signer.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {path: ca.pem}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}]}}]
    """,
)


@rule(
    "KQ2086",
    "ClusterTrustBundleProjection",
    "{name} cannot be the name of a trust bundle",
    "write the name of a ClusterTrustBundle, such as lab",
    since=READ,
    reason="Invalid",
    upstream="core/validation.validateProjectionSources",
)
def trust_bundle_name_is_malformed(bundle: dict[str, Any]) -> Iterator[Spot]:
    """The name of a trust bundle is a DNS subdomain, after the name of its signer and a colon where it has one.

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
    "`labelSelector` cannot be used with `name`",
    "remove `labelSelector`, or write `signerName` instead of `name`",
    since=READ,
    reason="Invalid",
    upstream="core/validation.validateProjectionSources",
)
def trust_bundle_is_named_and_selected(bundle: dict[str, Any]) -> Iterator[Spot]:
    """A ``labelSelector`` selects among the bundles of a signer.

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
    "`signerName` {name} is not a domain, a slash and a name",
    "write a domain, a slash and a name, as in example.com/lab",
    since=READ,
    reason="Invalid",
    upstream="core/validation.ValidateSignerName",
)
def signer_name_is_malformed(part: dict[str, Any]) -> Iterator[Spot]:
    """The name of a signer begins with a domain.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {signerName: lab, path: ca.pem}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {signerName: example.com/lab, path: ca.pem}}]}}]
    """
    name = part.get("signerName")
    if name is not None and part.get("name") is None and not is_signer(name):
        yield found("signerName", name=name)


trust_bundle_without_a_path = required(
    "KQ2089",
    "ClusterTrustBundleProjection.path",
    hints="write its path below the mount path, such as ca.pem",
    since=READ,
    upstream="core/validation.validateProjectionSources",
    page="""A trust bundle is a file in its volume.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ""}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}]}}]
    """,
)


key_type_is_unknown = one_of(
    "KQ2090",
    "PodCertificateProjection.keyType",
    KEY_TYPES,
    since=READ,
    upstream="core/validation.validateProjectionSources",
    page="""The key of a certificate has one of six types.

    Wrong:
        volumes: [{name: own, projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: RSA, keyPath: key.pem}}]}}]

    Right:
        volumes: [{name: own, projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: ED25519, keyPath: key.pem}}]}}]
    """,
)


@rule(
    "KQ2091",
    "PodCertificateProjection",
    "`maxExpirationSeconds` of a certificate from {signer} must be between 3600 and {longest}, and is {seconds}",
    "write a number from 3600 to {longest}",
    since=READ,
    reason="Invalid",
    upstream="core/validation.validateProjectionSources",
)
def certificate_lifetime_is_out_of_range(part: dict[str, Any]) -> Iterator[Spot]:
    """The lifetime of a certificate is at least an hour, and at most a day from Kubernetes' own signers or 91 days from others.

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


certificate_without_a_path = at_least_one_of(
    "KQ2092",
    "PodCertificateProjection",
    PATHS,
    message="this certificate is not written to any file",
    hints="add a `credentialBundlePath`, or a `keyPath` and a `certificateChainPath`",
    filled=True,
    since=READ,
    upstream="core/validation.validateProjectionSources",
    page="""A pod's certificate and its key are files in their volume.

    Wrong:
        volumes: [{name: own, projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: ED25519}}]}}]

    Right:
        volumes:
        - name: own
          projected: {sources: [{podCertificate: {signerName: example.com/lab, keyType: ED25519, credentialBundlePath: own.pem}}]}
    """,
)


@rule(
    "KQ2093",
    "PodCertificateProjection.userAnnotations",
    "the key {key} is not an annotation key with a domain",
    "write it with a domain, as in example.com/purpose",
    since=READ,
    reason="Invalid",
    upstream="core/validation.ValidateUserAnnotations",
)
def user_annotation_without_a_domain(annotations: dict[str, Any]) -> Iterator[Spot]:
    """The keys of ``userAnnotations``, which the signer reads, must begin with a domain.

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
    "the path {path} of this file must be relative, and must not contain or begin with `..`",
    "write it without `..` and without a leading slash",
    since=READ,
    reason="Invalid",
    upstream="core/validation.validateProjectionSources",
)
def certificate_path_leaves_its_volume(projected: dict[str, Any]) -> Iterator[Spot]:
    """The path of a certificate is relative to the root of its volume, and must not lead out of it.

    Wrong:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: /etc/ca.pem}}]}}]

    Right:
        volumes: [{name: trust, projected: {sources: [{clusterTrustBundle: {name: lab, path: ca.pem}}]}}]
    """
    for place, path in _files(projected):
        if path.startswith("/") or leaves(path):
            yield found(*place, path=path)


@rule(
    "KQ2095",
    "ProjectedVolumeSource",
    "two files of this volume have the path {path}",
    "give each file a path of its own",
    since=READ,
    reason="Invalid",
    upstream="core/validation.validateProjectionSources",
)
def certificate_path_is_taken(projected: dict[str, Any]) -> Iterator[Spot]:
    """No two files of a volume may have the same path.

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
