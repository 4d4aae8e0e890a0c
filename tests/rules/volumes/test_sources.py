"""Where volumes come from: every kind of source, and the files that some of them make."""

from __future__ import annotations

from typing import Any

import pytest
from pods import refused, refused_as_template

IQN = "iqn.2001-04.com.example:storage"
ISCSI = {"targetPortal": "10.0.2.15:3260", "iqn": IQN}
CLAIM_SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
EPHEMERAL = {"volumeClaimTemplate": {"spec": CLAIM_SPEC}}


def volume(**source: Any) -> dict[str, Any]:
    """Make a pod's spec of one volume."""
    return {"volumes": [{"name": "data", **source}]}


def item(**file: Any) -> dict[str, Any]:
    """Make a pod's spec of one file of a ConfigMap."""
    return volume(configMap={"name": "c", "items": [{"key": "k", "path": "p", **file}]})


def fact(**file: Any) -> dict[str, Any]:
    """Make a pod's spec of one file of the downward API, the second of two."""
    first = {"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}
    return volume(downwardAPI={"items": [first, {"path": "p", **file}]})


def projected(*sources: dict[str, Any] | None) -> dict[str, Any]:
    """Make a pod's spec of one projected volume."""
    return volume(projected={"sources": list(sources)})


@pytest.mark.parametrize(
    "pod_spec",
    [
        volume(nfs={"server": "nfs://any text", "path": "/a/../b"}),
        volume(hostPath={"path": "relative/..x", "type": ""}),
        volume(emptyDir={"sizeLimit": 0, "medium": "memory"}),
        volume(emptyDir={"sizeLimit": None}),
        volume(persistentVolumeClaim={"claimName": "No Claim"}),
        volume(configMap={"name": "No Name", "items": [], "defaultMode": 0}),
        volume(secret={"secretName": "No Name", "defaultMode": 511}),
        volume(csi={"driver": "Nfs.CSI.k8s.io"}),
        volume(ephemeral={"volumeClaimTemplate": {"metadata": {"labels": {"a": "b"}, "name": "", "uid": None}, "spec": CLAIM_SPEC}}),
        volume(image={"reference": "No Image", "pullPolicy": ""}),
        volume(gitRepo={"repository": "r", "directory": "a/..b"}),
        volume(iscsi={**ISCSI, "lun": 255, "initiatorName": "eui.0123456789abcdef"}),
        volume(iscsi={**ISCSI, "iqn": f"iqn of {IQN}", "chapAuthSession": True, "secretRef": {}}),
        volume(fc={"wwids": ["w"], "lun": 999}),
        volume(quobyte={"registry": "a:1,[::1]:2,:3,c:", "volume": "v", "tenant": "t" * 64}),
        volume(flexVolume={"driver": "d", "options": {"notk8s.io/a": "b", "a/kubernetes.io": "b"}}),
        volume(azureDisk={"diskName": "d", "diskURI": "https://d"}),
        volume(scaleIO={"gateway": "g", "system": "s", "volumeName": "v"}),
        volume(storageos={"volumeName": "v", "volumeNamespace": ""}),
        volume(awsElasticBlockStore={"volumeID": "v", "partition": 0}),
        item(path="a/b", mode=0),
        item(path="a..b"),
        fact(resourceFieldRef={"containerName": "nobody", "resource": "limits.hugepages-2Mi", "divisor": "1Mi"}),
        fact(fieldRef={"fieldPath": "metadata.annotations['A/b']"}),
        projected(None, {}, {"configMap": {"name": "c"}}),
        projected({"serviceAccountToken": {"path": "a", "expirationSeconds": 600}}, {"serviceAccountToken": {"path": "a"}}),
        projected({"clusterTrustBundle": {"path": "/a"}}, {"podCertificate": {"keyType": "?"}}),
    ],
)
def test_what_the_server_accepts(pod_spec: dict[str, Any]) -> None:
    assert refused(pod_spec) == set()
    assert refused_as_template(pod_spec) == set()


@pytest.mark.parametrize(
    ("pod_spec", "code", "place"),
    [
        (volume(nfs={"server": "", "path": "/"}), "KQ2050", "/nfs/server"),
        (volume(nfs={"server": "s", "path": ""}), "KQ2051", "/nfs/path"),
        (volume(nfs={"server": "s", "path": "a"}), "KQ2052", "/nfs/path"),
        (volume(hostPath={"path": ""}), "KQ2053", "/hostPath/path"),
        (volume(hostPath={"path": "/a/../b"}), "KQ2054", "/hostPath/path"),
        (volume(gitRepo={"repository": "r", "directory": ".."}), "KQ2054", "/gitRepo/directory"),
        (volume(hostPath={"path": "/", "type": "directory"}), "KQ2055", "/hostPath/type"),
        (volume(emptyDir={"sizeLimit": "-1"}), "KQ2056", "/emptyDir/sizeLimit"),
        (volume(persistentVolumeClaim={"claimName": ""}), "KQ2057", "/persistentVolumeClaim/claimName"),
        (volume(configMap={"name": ""}), "KQ2058", "/configMap/name"),
        (projected({"secret": {"name": None}}), "KQ2058", "/projected/sources/0/secret/name"),
        (projected({"configMap": {}}), "KQ2058", "/projected/sources/0/configMap"),
        (volume(secret={}), "KQ2059", "/secret"),
        (volume(csi={"driver": ""}), "KQ2060", "/csi/driver"),
        (volume(csi={"driver": "a" * 64}), "KQ2061", "/csi/driver"),
        (volume(csi={"driver": "a_b"}), "KQ2061", "/csi/driver"),
        (volume(csi={"driver": "d", "nodePublishSecretRef": {}}), "KQ2062", "/csi/nodePublishSecretRef"),
        (volume(cinder={"volumeID": "v", "secretRef": {"name": ""}}), "KQ2062", "/cinder/secretRef/name"),
        (volume(csi={"driver": "d", "nodePublishSecretRef": {"name": "A"}}), "KQ2063", "/csi/nodePublishSecretRef/name"),
        (volume(ephemeral={"volumeClaimTemplate": None}), "KQ2064", "/ephemeral/volumeClaimTemplate"),
        (
            volume(ephemeral={"volumeClaimTemplate": {"metadata": {"finalizers": []}, "spec": CLAIM_SPEC}}),
            "KQ2065",
            "/ephemeral/volumeClaimTemplate/metadata/finalizers",
        ),
        (volume(image={"reference": "i", "pullPolicy": "always"}), "KQ2070", "/image/pullPolicy"),
        (volume(configMap={"name": "c", "defaultMode": 512}), "KQ2071", "/configMap/defaultMode"),
        (volume(projected={"defaultMode": -1}), "KQ2071", "/projected/defaultMode"),
        (item(mode=512), "KQ2071", "/configMap/items/0/mode"),
        (fact(fieldRef={"fieldPath": "metadata.name"}, mode=512), "KQ2071", "/downwardAPI"),
        (item(key=""), "KQ2072", "/configMap/items/0/key"),
        (item(path=""), "KQ2073", "/configMap/items/0/path"),
        (fact(fieldRef={"fieldPath": "metadata.name"}, path=""), "KQ2073", "/downwardAPI"),
        (projected({"serviceAccountToken": {"path": ""}}), "KQ2073", "/projected"),
        (item(path="/a"), "KQ2074", "/configMap/items/0/path"),
        (item(path="a/../b"), "KQ2075", "/configMap/items/0/path"),
        (item(path="..a"), "KQ2075", "/configMap/items/0/path"),
        (projected({"serviceAccountToken": {"path": "../a"}}), "KQ2075", "/projected"),
        (
            projected(
                {"secret": {"name": "s", "items": [{"key": "k", "path": "p"}]}},
                {"downwardAPI": {"items": [{"path": "p", "fieldRef": {"fieldPath": "metadata.name"}}]}},
            ),
            "KQ2076",
            "/projected",
        ),
        (projected({"secret": {"name": "s"}, "configMap": {"name": "c"}}), "KQ2077", "/projected/sources/0"),
        (
            projected({"serviceAccountToken": {"path": "t", "expirationSeconds": 599}}),
            "KQ2078",
            "/projected/sources/0/serviceAccountToken/expirationSeconds",
        ),
        (
            projected({"serviceAccountToken": {"path": "t", "expirationSeconds": 2**32 + 1}}),
            "KQ2078",
            "/projected/sources/0/serviceAccountToken/expirationSeconds",
        ),
        (fact(resourceFieldRef={"resource": "limits.cpu"}), "KQ2080", "/downwardAPI"),
        (fact(), "KQ2081", "/downwardAPI"),
        (
            fact(fieldRef={"fieldPath": "metadata.name"}, resourceFieldRef={"containerName": "a", "resource": "limits.cpu"}),
            "KQ2082",
            "/downwardAPI",
        ),
        (fact(fieldRef={"fieldPath": "spec.nodeName"}), "KQ2236", "/downwardAPI"),
        (fact(fieldRef={"fieldPath": "metadata.labels['']"}), "KQ2237", "/downwardAPI"),
        (fact(resourceFieldRef={"containerName": "a", "resource": "limits.gpu"}), "KQ2238", "/downwardAPI"),
        (fact(resourceFieldRef={"containerName": "a", "resource": "limits.cpu", "divisor": "1k"}), "KQ2239", "/downwardAPI"),
        (volume(rbd={"monitors": [], "image": "i"}), "KQ2030", "/rbd/monitors"),
        (volume(glusterfs={"endpoints": "e", "path": ""}), "KQ2030", "/glusterfs/path"),
        (volume(azureFile={"secretName": "", "shareName": "s"}), "KQ2030", "/azureFile/secretName"),
        (volume(scaleIO={"gateway": "g", "system": "s"}), "KQ2031", "/scaleIO"),
        (volume(storageos={"volumeName": "A"}), "KQ2032", "/storageos/volumeName"),
        (volume(gcePersistentDisk={"pdName": "p", "partition": -1}), "KQ2033", "/gcePersistentDisk/partition"),
        (volume(iscsi={**ISCSI, "iqn": "iqn.2001-04.com.example"}), "KQ2034", "/iscsi/iqn"),
        (volume(iscsi={**ISCSI, "initiatorName": ""}), "KQ2034", "/iscsi/initiatorName"),
        (volume(iscsi={**ISCSI, "lun": 256}), "KQ2035", "/iscsi/lun"),
        (volume(fc={"targetWWNs": ["w"], "lun": -1}), "KQ2035", "/fc/lun"),
        (volume(iscsi={**ISCSI, "chapAuthDiscovery": True}), "KQ2036", "/iscsi"),
        (volume(iscsi={**ISCSI, "targetPortal": "a" * 60, "initiatorName": IQN}), "KQ2037", "/name"),
        (volume(fc={}), "KQ2038", "/fc"),
        (volume(fc={"targetWWNs": ["w"], "lun": 0, "wwids": ["w"]}), "KQ2039", "/fc/targetWWNs"),
        (volume(fc={"targetWWNs": ["w"]}), "KQ2040", "/fc"),
        (volume(flocker={}), "KQ2041", "/flocker"),
        (volume(flocker={"datasetName": "a", "datasetUUID": "b"}), "KQ2041", "/flocker"),
        (volume(flocker={"datasetName": "a/b"}), "KQ2042", "/flocker/datasetName"),
        (volume(quobyte={"registry": "a:1,b", "volume": "v"}), "KQ2043", "/quobyte/registry"),
        (volume(quobyte={"registry": "::1:2", "volume": "v"}), "KQ2043", "/quobyte/registry"),
        (volume(quobyte={"registry": "a:1", "volume": "v", "tenant": "t" * 65}), "KQ2044", "/quobyte/tenant"),
        (volume(flexVolume={"driver": "d", "options": {"a.K8s.io/b": "c"}}), "KQ2045", "/flexVolume/options/a.K8s.io~1b"),
        (volume(azureDisk={"diskName": "d", "diskURI": "https://d", "cachingMode": ""}), "KQ2046", "/azureDisk/cachingMode"),
        (volume(azureDisk={"diskName": "d", "diskURI": "https://d", "kind": "managed"}), "KQ2047", "/azureDisk/kind"),
        (volume(azureDisk={"diskName": "d", "diskURI": "/subscriptions/d"}), "KQ2048", "/azureDisk/diskURI"),
        (volume(azureDisk={"diskName": "d", "diskURI": "https://d", "kind": "Managed"}), "KQ2048", "/azureDisk/diskURI"),
        (volume(gitRepo={"repository": "r", "directory": "/a"}), "KQ2049", "/gitRepo/directory"),
    ],
)
def test_what_the_server_refuses(pod_spec: dict[str, Any], code: str, place: str) -> None:
    assert refused(pod_spec) == {(code, f"/volumes/0{place}")}
    assert refused_as_template(pod_spec) == {(code, f"/volumes/0{place}")}


class TestPodsAlone:
    """What the server requires of pods, but not of the pod templates of workloads."""

    @pytest.mark.parametrize("account", [{}, {"serviceAccountName": ""}, {"serviceAccount": None}, {"automountServiceAccountToken": False}])
    def test_a_token_is_of_the_account_default_if_none_is_named(self, account: dict[str, Any]) -> None:
        spec = {"volumes": projected({"serviceAccountToken": {"path": "t"}})["volumes"], **account}
        assert refused(spec) == set()
        assert refused_as_template(spec) == set()

    def test_a_claim_is_named_after_its_pod(self) -> None:
        spec = volume(ephemeral=EPHEMERAL)
        assert refused(spec, metadata={"name": "a" * 249}) == {("KQ2066", "/volumes/0/name")}
        assert refused(spec, metadata={"name": "a" * 248}) == set()

    def test_a_claim_that_is_created_with_the_pod(self) -> None:
        again = {"name": "again", "persistentVolumeClaim": {"claimName": "example-data"}}
        spec = {"volumes": [*volume(ephemeral=EPHEMERAL)["volumes"], again]}
        assert refused(spec) == {("KQ2067", "/volumes/1/persistentVolumeClaim/claimName")}
        assert refused_as_template(spec) == set()


class TestVersions:
    """What one version reads and another drops."""

    def test_an_image_without_a_reference(self) -> None:
        spec = volume(image={"reference": ""})
        pod = {("KQ2068", "/volumes/0/image/reference")}
        assert [refused(spec, kubernetes=version) for version in ("1.34", "1.35", "1.36", "1.37")] == [set(), pod, pod, pod]
        template = {("KQ2069", "/volumes/0/image/reference")}
        assert [refused_as_template(spec, kubernetes=version) for version in ("1.34", "1.35", "1.36", "1.37")] == [
            set(),
            set(),
            set(),
            template,
        ]

    @pytest.mark.parametrize(
        ("part", "code", "place"),
        [
            ({"clusterTrustBundle": {"path": "a"}}, "KQ2085", "/sources/0/clusterTrustBundle"),
            ({"clusterTrustBundle": {"path": "a", "name": "b", "signerName": "a.b/c"}}, "KQ2085", "/sources/0/clusterTrustBundle"),
            ({"clusterTrustBundle": {"path": "a", "name": ""}}, "KQ2086", "/sources/0/clusterTrustBundle/name"),
            ({"clusterTrustBundle": {"path": "a", "name": ":b"}}, "KQ2086", "/sources/0/clusterTrustBundle/name"),
            (
                {"clusterTrustBundle": {"path": "a", "name": "b", "labelSelector": {}}},
                "KQ2087",
                "/sources/0/clusterTrustBundle/labelSelector",
            ),
            ({"clusterTrustBundle": {"path": "a", "signerName": "lab/c"}}, "KQ2088", "/sources/0/clusterTrustBundle/signerName"),
            ({"clusterTrustBundle": {"path": "", "name": "b"}}, "KQ2089", "/sources/0/clusterTrustBundle/path"),
            ({"clusterTrustBundle": {"path": "..a", "name": "b"}}, "KQ2094", "/sources/0/clusterTrustBundle/path"),
            ({"podCertificate": {"signerName": "a.b/c", "keyType": "RSA", "keyPath": "k"}}, "KQ2090", "/sources/0/podCertificate/keyType"),
            ({"podCertificate": {"signerName": "a.b/c", "keyType": "ED25519"}}, "KQ2092", "/sources/0/podCertificate"),
            (
                {"podCertificate": {"signerName": "kubernetes.io/c", "keyType": "ED25519", "keyPath": "k", "maxExpirationSeconds": 86401}},
                "KQ2091",
                "/sources/0/podCertificate/maxExpirationSeconds",
            ),
            (
                {"podCertificate": {"signerName": "a.b/c", "keyType": "ED25519", "keyPath": "k", "userAnnotations": {"a": "b"}}},
                "KQ2093",
                "/sources/0/podCertificate/userAnnotations",
            ),
            (
                {"podCertificate": {"signerName": "a.b/c", "keyType": "ED25519", "keyPath": "k", "certificateChainPath": "k"}},
                "KQ2095",
                "",
            ),
        ],
    )
    def test_certificates_are_read_from_1_37_on(self, part: dict[str, Any], code: str, place: str) -> None:
        assert refused(projected(part), kubernetes="1.37") == {(code, f"/volumes/0/projected{place}")}
        assert refused(projected(part), kubernetes="1.36") == set()

    @pytest.mark.parametrize(
        "part",
        [
            {"clusterTrustBundle": {"path": "a", "name": "a.b:c:own"}},
            {"clusterTrustBundle": {"path": "a", "signerName": "a.b/c.d"}},
            {"podCertificate": {"signerName": "a.b/c", "keyType": "ED25519", "keyPath": "k", "maxExpirationSeconds": 86401}},
        ],
    )
    def test_certificates_that_are_accepted(self, part: dict[str, Any]) -> None:
        assert refused(projected(part), kubernetes="1.37") == set()
