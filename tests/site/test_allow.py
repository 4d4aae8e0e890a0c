"""What a site allows, and every way round it that was thought of: each is refused at the request's own place."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from kqmanifest import Container, Job, Mount, Nfs, Pod, build, check
from kqmanifest.diagnostics import ManifestError
from kqmanifest.model.site import Site
from kqmanifest.rules.volumes.promises import NOT_KEPT
from kqmanifest.site import read_site
from kqmanifest.site.references import fits

SITE = read_site(
    """
    {"volumes": {"datasets": {"nfs": {"server": "nfs-server", "path": "/datasets", "readOnly": true}},
                 "localtime": {"hostPath": {"path": "/etc/localtime"}}},
     "gpuClasses": {"h100": {"resource": "nvidia.com/gpu", "nodeSelector": {"gpu": "h100"},
                             "tolerations": [{"key": "gpu", "operator": "Exists"}],
                             "fabric": {"limits": {"rdma/hca": 1}, "capabilities": ["IPC_LOCK"]}, "max": 4},
                    "t4": {"resource": "nvidia.com/gpu", "nodeSelector": {"gpu": "t4"}, "max": 2}},
     "allow": {"kinds": ["Pod", "Job", "CronJob", "Deployment", "StatefulSet", "Service", "ConfigMap", "Secret",
                         "PersistentVolume", "PersistentVolumeClaim", "ResourceClaimTemplate", "Namespace"],
               "namespaces": ["sandbox"],
               "nfs": [{"server": "nfs-server", "path": "/runs/sandbox"}, {"server": "nfs-server", "path": "/models", "readOnly": true}],
               "hostPaths": ["/mnt/cache", {"path": "/mnt/scratch", "writable": true}],
               "drivers": ["nfs.csi.k8s.io"],
               "images": ["registry.example.com/team", "docker.io/library/python"],
               "gpus": 4,
               "resources": [], "deviceClasses": ["gpu.nvidia.com"], "claims": ["data"],
               "resourceClaims": ["x"], "configMaps": ["x"], "secrets": ["x"],
               "serviceAccounts": ["training"],
               "tolerations": ["spot"],
               "labels": {"kueue.x-k8s.io/queue-name": ["sandbox"]},
               "other": ["livenessProbe", "securityContext", "ephemeralContainers", "resourceClaims", "lifecycle", "affinity"],
               "annotations": ["example.com/note"],
               "overlay": ["spec.template.spec.containers.livenessProbe", "metadata.annotations"]}}
    """
)
NFS = {"server": "nfs-server", "path": "/runs/sandbox/2"}
POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "training", "namespace": "sandbox", "labels": {"kueue.x-k8s.io/queue-name": "sandbox"}},
    "spec": {"containers": [{"name": "main", "image": "registry.example.com/team/train:1"}]},
}
SPEC: dict[str, Any] = {
    "kind": "Job",
    "name": "training",
    "namespace": "sandbox",
    "labels": {"kueue.x-k8s.io/queue-name": "sandbox"},
    "backoffLimit": 0,
    "pod": {"containers": [{"name": "main", "image": "registry.example.com/team/train:1", "mounts": [{"mountPath": "/o", "nfs": NFS}]}]},
}


def pod(**fields: Any) -> dict[str, Any]:
    """Write a manifest of a pod with these fields of its spec."""
    tree = copy.deepcopy(POD)
    tree["spec"] |= fields
    return tree


def with_container(**fields: Any) -> dict[str, Any]:
    """Write a manifest of a pod whose container has these fields."""
    return pod(containers=[POD["spec"]["containers"][0] | fields])


def with_volume(**source: Any) -> dict[str, Any]:
    """Write a manifest of a pod that mounts a volume."""
    mounts = [{"name": "data", "mountPath": "/data"}]
    return pod(containers=[POD["spec"]["containers"][0] | {"volumeMounts": mounts}], volumes=[{"name": "data", **source}])


def spec(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(SPEC) | fields


def volume_of_the_cluster(**fields: Any) -> dict[str, Any]:
    """Write a PersistentVolume, and the claim in the same set that would be bound to it."""
    head = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "data"}}
    body = {"capacity": {"storage": "1Ti"}, "accessModes": ["ReadWriteMany"], "claimRef": {"namespace": "sandbox", "name": "data"}}
    return head | {"spec": body | fields}


def of_kind(api_version: str, kind: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": "x", "namespace": "sandbox"}, **fields}


def told(given: Any, site: Site = SITE, **how: Any) -> set[tuple[str, str]]:
    """Give the codes of the site, each with its place."""
    return {(one.code, str(one.path)) for one in check(given, site=site, **how) if one.code.startswith("KQ51")}


ALLOWED = {
    "a spec": SPEC,
    "a manifest": POD,
    "a directory below": with_volume(nfs=NFS),
    "the export itself, spelt otherwise": with_volume(nfs={"server": "nfs-server", "path": "/runs//sandbox/./"}),
    "what may be read": with_volume(nfs={"server": "nfs-server", "path": "/models/1", "readOnly": True}),
    "a volume of the site": with_volume(nfs={"server": "nfs-server", "path": "/datasets", "readOnly": True}),
    "a volume of the site by its name": spec(
        pod={"containers": [SPEC["pod"]["containers"][0] | {"mounts": [{"mountPath": "/d", "volume": "datasets"}]}]}
    ),
    "a writable path of the node": with_volume(hostPath={"path": "/mnt/scratch/1"}),
    "a path of the node to be read": pod(
        containers=[POD["spec"]["containers"][0] | {"volumeMounts": [{"name": "c", "mountPath": "/c", "readOnly": True}]}],
        volumes=[{"name": "c", "hostPath": {"path": "/mnt/cache"}}],
    ),
    "an image with port, tag and digest": with_container(image="registry.example.com/team/a/b:1@sha256:" + "0" * 64),
    "an official image": with_container(image="python:3.12"),
    "an official image in full": with_container(image="index.docker.io/library/python:3.12"),
    "GPUs of a class": spec(pod={"containers": [SPEC["pod"]["containers"][0] | {"gpus": {"class": "h100", "count": 4}}]}),
    "its own account": pod(serviceAccountName="training"),
    "the account of all": pod(serviceAccountName="default"),
    "a taint": pod(tolerations=[{"key": "spot", "operator": "Exists"}]),
    "a queue": spec(labels={"kueue.x-k8s.io/queue-name": "sandbox"}),
    "an overlay": spec(
        overlay={"spec": {"template": {"spec": {"containers": [{"name": "main", "livenessProbe": {"exec": {"command": ["a"]}}}]}}}}
    ),
    "an overlay that says which object it means": spec(
        overlay={"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "training", "annotations": {"example.com/note": "a"}}}
    ),
    "devices by a claim, as many as it may have": of_kind(
        "resource.k8s.io/v1",
        "ResourceClaimTemplate",
        spec={"spec": {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "gpu.nvidia.com", "count": 4}}]}}},
    )
    | {"metadata": {"name": "mine", "namespace": "sandbox"}},
    "hidden GPUs": with_container(env=[{"name": "NVIDIA_VISIBLE_DEVICES", "value": "none"}]),
    "an export by its driver": with_volume(
        csi={"driver": "nfs.csi.k8s.io", "volumeAttributes": {"server": "nfs-server", "share": "/runs/sandbox"}}
    ),
    "a capability that is given": with_container(securityContext={"capabilities": {"add": ["IPC_LOCK", "CHOWN"]}}),
}

CONTAINER = "/spec/containers/0"
WAYS_ROUND: dict[str, tuple[Any, str, str]] = {
    # other people's files
    "root of the node": (with_volume(hostPath={"path": "/"}), "KQ5106", "/spec/volumes/0/hostPath/path"),
    "node path that climbs": (with_volume(hostPath={"path": "/mnt/scratch/../../etc"}), "KQ5106", "/spec/volumes/0/hostPath/path"),
    "node path beside": (with_volume(hostPath={"path": "/mnt/scratch-of-others"}), "KQ5106", "/spec/volumes/0/hostPath/path"),
    "socket of the runtime": (
        with_volume(hostPath={"path": "/run/containerd/containerd.sock", "type": "Socket"}),
        "KQ5106",
        "/spec/volumes/0/hostPath/path",
    ),
    "node path written, where a link could be laid": (
        with_volume(hostPath={"path": "/mnt/cache"}),
        "KQ5107",
        CONTAINER + "/volumeMounts/0",
    ),
    "the site's own node path written": (with_volume(hostPath={"path": "/etc/localtime"}), "KQ5107", CONTAINER + "/volumeMounts/0"),
    "another tenant's export": (with_volume(nfs={"server": "nfs-server", "path": "/runs/other"}), "KQ5104", "/spec/volumes/0/nfs"),
    "export above": (with_volume(nfs={"server": "nfs-server", "path": "/"}), "KQ5104", "/spec/volumes/0/nfs"),
    "export beside, by its name's beginning": (
        with_volume(nfs={"server": "nfs-server", "path": "/runs/sandbox2"}),
        "KQ5104",
        "/spec/volumes/0/nfs",
    ),
    "export that climbs": (with_volume(nfs={"server": "nfs-server", "path": "/runs/sandbox/../other"}), "KQ5104", "/spec/volumes/0/nfs"),
    "another server": (with_volume(nfs={"server": "10.0.0.1", "path": "/runs/sandbox"}), "KQ5104", "/spec/volumes/0/nfs"),
    "the server spelt otherwise": (with_volume(nfs={"server": "NFS-server.", "path": "/runs/sandbox"}), "KQ5104", "/spec/volumes/0/nfs"),
    "export only to be read, written": (with_volume(nfs={"server": "nfs-server", "path": "/models"}), "KQ5105", "/spec/volumes/0/nfs"),
    "the site's own export, written": (with_volume(nfs={"server": "nfs-server", "path": "/datasets"}), "KQ5104", "/spec/volumes/0/nfs"),
    "export in a driver's attributes": (
        with_volume(csi={"driver": "nfs.csi.k8s.io", "volumeAttributes": {"server": "nfs-server", "share": "/"}}),
        "KQ5104",
        "/spec/volumes/0/csi/volumeAttributes",
    ),
    "export in attributes of another case": (
        with_volume(csi={"driver": "nfs.csi.k8s.io", "volumeAttributes": {"server": "nfs-server", "share": "/runs/sandbox", "SHARE": "/"}}),
        "KQ5104",
        "/spec/volumes/0/csi/volumeAttributes",
    ),
    "export that climbs by subDir": (
        with_volume(
            csi={"driver": "nfs.csi.k8s.io", "volumeAttributes": {"server": "nfs-server", "share": "/runs/sandbox", "subDir": "../b"}}
        ),
        "KQ5104",
        "/spec/volumes/0/csi/volumeAttributes",
    ),
    "export that climbs where the driver takes its own name apart": (
        with_volume(csi={"driver": "nfs.csi.k8s.io", "volumeAttributes": {"server": "nfs-server", "share": "/runs/sandbox/x#.."}}),
        "KQ5137",
        "/spec/volumes/0/csi/volumeAttributes/share",
    ),
    "another driver": (with_volume(csi={"driver": "hostpath.csi.k8s.io"}), "KQ5108", "/spec/volumes/0/csi/driver"),
    "export in a PersistentVolume": (volume_of_the_cluster(nfs={"server": "nfs-server", "path": "/runs/other"}), "KQ5104", "/spec/nfs"),
    "export in a PersistentVolume's driver": (
        volume_of_the_cluster(csi={"driver": "nfs.csi.k8s.io", "volumeHandle": "a", "volumeAttributes": {"server": "b", "share": "/"}}),
        "KQ5104",
        "/spec/csi/volumeAttributes",
    ),
    "node path in a PersistentVolume": (volume_of_the_cluster(hostPath={"path": "/etc"}), "KQ5106", "/spec/hostPath/path"),
    "node path in a PersistentVolume, written": (volume_of_the_cluster(hostPath={"path": "/mnt/cache"}), "KQ5107", "/spec/hostPath/path"),
    "local PersistentVolume": (
        volume_of_the_cluster(
            local={"path": "/etc"},
            nodeAffinity={"required": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]}},
        ),
        "KQ5106",
        "/spec/local/path",
    ),
    "PersistentVolume of another kind": (
        volume_of_the_cluster(iscsi={"targetPortal": "a", "iqn": "iqn.2001-04.a:b", "lun": 0}),
        "KQ5103",
        "/spec/iscsi",
    ),
    "PersistentVolume for another tenant": (
        volume_of_the_cluster(nfs=NFS, claimRef={"namespace": "other", "name": "data"}),
        "KQ5102",
        "/spec/claimRef",
    ),
    "git on the node": (with_volume(gitRepo={"repository": "https://example.com/a.git"}), "KQ5103", "/spec/volumes/0/gitRepo"),
    "a kind of volume that nobody named": (with_volume(cephfs={"monitors": ["a"]}), "KQ5103", "/spec/volumes/0/cephfs"),
    "files of an image": (with_volume(image={"reference": "docker.io/evil/tools:1"}), "KQ5120", "/spec/volumes/0/image/reference"),
    "claim cloned from another tenant": (
        of_kind(
            "v1",
            "PersistentVolumeClaim",
            spec={
                "accessModes": ["ReadWriteMany"],
                "resources": {"requests": {"storage": "1Gi"}},
                "dataSourceRef": {"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "a", "namespace": "other"},
            },
        ),
        "KQ5102",
        "/spec/dataSourceRef/namespace",
    ),
    # power over the node
    "privileged": (with_container(securityContext={"privileged": True}), "KQ5152", CONTAINER + "/securityContext/privileged"),
    "privileged at the start": (
        pod(initContainers=[{"name": "a", "image": "python:3.12", "securityContext": {"privileged": True}}]),
        "KQ5152",
        "/spec/initContainers/0/securityContext/privileged",
    ),
    "privileged beside the others": (
        pod(ephemeralContainers=[{"name": "a", "image": "python:3.12", "securityContext": {"privileged": True}}]),
        "KQ5152",
        "/spec/ephemeralContainers/0/securityContext/privileged",
    ),
    "capability": (
        with_container(securityContext={"capabilities": {"add": ["SYS_ADMIN"]}}),
        "KQ5113",
        CONTAINER + "/securityContext/capabilities/add/0",
    ),
    "every capability": (
        with_container(securityContext={"capabilities": {"add": ["ALL"]}}),
        "KQ5113",
        CONTAINER + "/securityContext/capabilities/add/0",
    ),
    "the whole of /proc": (with_container(securityContext={"procMount": "Unmasked"}), "KQ5161", CONTAINER + "/securityContext/procMount"),
    "no seccomp": (pod(securityContext={"seccompProfile": {"type": "Unconfined"}}), "KQ5162", "/spec/securityContext/seccompProfile/type"),
    "no AppArmor": (
        with_container(securityContext={"appArmorProfile": {"type": "Unconfined"}}),
        "KQ5156",
        CONTAINER + "/securityContext/appArmorProfile/type",
    ),
    "no AppArmor, by its old annotation": (
        POD | {"metadata": POD["metadata"] | {"annotations": {"container.apparmor.security.beta.kubernetes.io/main": "unconfined"}}},
        "KQ5157",
        "/metadata/annotations/container.apparmor.security.beta.kubernetes.io~1main",
    ),
    "process of a Windows node": (
        pod(securityContext={"windowsOptions": {"hostProcess": True}}),
        "KQ5168",
        "/spec/securityContext/windowsOptions/hostProcess",
    ),
    "SELinux": (pod(securityContext={"seLinuxOptions": {"type": "spc_t"}}), "KQ5158", "/spec/securityContext/seLinuxOptions/type"),
    "kernel setting": (
        pod(securityContext={"sysctls": [{"name": "kernel.msgmax", "value": "1"}]}),
        "KQ5164",
        "/spec/securityContext/sysctls/0/name",
    ),
    "network of the node": (pod(hostNetwork=True), "KQ5110", "/spec/hostNetwork"),
    "processes of the node": (pod(hostPID=True), "KQ5110", "/spec/hostPID"),
    "memory of the node": (pod(hostIPC=True), "KQ5110", "/spec/hostIPC"),
    "port of the node": (with_container(ports=[{"containerPort": 80, "hostPort": 80}]), "KQ5111", CONTAINER + "/ports/0/hostPort"),
    "probe of the node's metadata": (
        with_container(livenessProbe={"httpGet": {"host": "169.254.169.254", "port": 80}}),
        "KQ5129",
        CONTAINER + "/livenessProbe/httpGet/host",
    ),
    "node past the scheduler": (pod(nodeName="control-plane"), "KQ5129", "/spec/nodeName"),
    "every taint": (pod(tolerations=[{"operator": "Exists"}]), "KQ5127", "/spec/tolerations/0"),
    "an entry that says nothing": (pod(tolerations=[None]), "KQ5127", "/spec/tolerations/0"),
    "taint of others": (
        pod(tolerations=[{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}]),
        "KQ5127",
        "/spec/tolerations/0",
    ),
    "address of others": (
        of_kind("v1", "Service", spec={"ports": [{"port": 443}], "selector": {"a": "b"}, "externalIPs": ["8.8.8.8"]}),
        "KQ5146",
        "/spec/externalIPs/0",
    ),
    # images
    "image beside, by its name's beginning": (with_container(image="registry.example.com/teamevil/a:1"), "KQ5120", CONTAINER + "/image"),
    "registry beside, by its name's beginning": (
        with_container(image="registry.example.com.evil.io/team/a:1"),
        "KQ5120",
        CONTAINER + "/image",
    ),
    "registry as an owner": (with_container(image="docker.io/registry.example.com/team:1"), "KQ5120", CONTAINER + "/image"),
    "image of Docker's without a registry": (with_container(image="team/a:1"), "KQ5120", CONTAINER + "/image"),
    "image that climbs": (with_container(image="registry.example.com/team/../evil:1"), "KQ5120", CONTAINER + "/image"),
    "prefix in a tag": (with_container(image="evil.io/a:registry.example.com"), "KQ5120", CONTAINER + "/image"),
    "image at the start": (pod(initContainers=[{"name": "a", "image": "evil.io/a:1"}]), "KQ5120", "/spec/initContainers/0/image"),
    "image beside the others": (
        pod(ephemeralContainers=[{"name": "a", "image": "evil.io/a:1"}]),
        "KQ5120",
        "/spec/ephemeralContainers/0/image",
    ),
    # devices
    "too many GPUs": (
        with_container(resources={"limits": {"nvidia.com/gpu": 8}}),
        "KQ5121",
        CONTAINER + "/resources/limits/nvidia.com~1gpu",
    ),
    "GPUs of two vendors": (
        with_container(resources={"limits": {"nvidia.com/gpu": 1, "amd.com/gpu": 4}}),
        "KQ5121",
        CONTAINER + "/resources/limits/nvidia.com~1gpu",
    ),
    "more than the class of the node has": (
        pod(nodeSelector={"gpu": "t4"}, containers=[POD["spec"]["containers"][0] | {"resources": {"limits": {"nvidia.com/gpu": 3}}}]),
        "KQ5122",
        CONTAINER + "/resources/limits/nvidia.com~1gpu",
    ),
    "GPUs of no class": (
        with_container(resources={"limits": {"nvidia.com/gpu": 3}}),
        "KQ5122",
        CONTAINER + "/resources/limits/nvidia.com~1gpu",
    ),
    "GPUs past their count": (with_container(env=[{"name": "NVIDIA_VISIBLE_DEVICES", "value": "all"}]), "KQ5124", CONTAINER + "/env/0"),
    "GPUs past their count, from a Secret": (
        with_container(env=[{"name": "NVIDIA_VISIBLE_DEVICES", "valueFrom": {"secretKeyRef": {"name": "a", "key": "b"}}}]),
        "KQ5124",
        CONTAINER + "/env/0",
    ),
    "devices by a claim": (
        of_kind(
            "resource.k8s.io/v1",
            "ResourceClaimTemplate",
            spec={"spec": {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "gpu.nvidia.com", "count": 5}}]}}},
        ),
        "KQ5123",
        "/spec/spec/devices",
    ),
    "all devices by a claim": (
        of_kind(
            "resource.k8s.io/v1",
            "ResourceClaimTemplate",
            spec={
                "spec": {
                    "devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "gpu.nvidia.com", "allocationMode": "All"}}]}
                }
            },
        ),
        "KQ5123",
        "/spec/spec/devices",
    ),
    "several claims": (
        pod(resourceClaims=[{"name": "a", "resourceClaimTemplateName": "x"}, {"name": "b", "resourceClaimTemplateName": "x"}]),
        "KQ5123",
        "/spec/resourceClaims/1",
    ),
    "devices of another name": (
        with_container(resources={"limits": {"example.com/fpga": 1}}),
        "KQ5125",
        CONTAINER + "/resources/limits/example.com~1fpga",
    ),
    # who it is, and where
    "account of others": (pod(serviceAccountName="admin"), "KQ5126", "/spec/serviceAccountName"),
    "account by its old name": (pod(serviceAccount="admin"), "KQ5126", "/spec/serviceAccount"),
    "token of an account": (
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "kubernetes.io/service-account-token",
            "metadata": {"name": "a", "namespace": "sandbox", "annotations": {"kubernetes.io/service-account.name": "admin"}},
        },
        "KQ5126",
        "/type",
    ),
    "namespace of others": (POD | {"metadata": {"name": "a", "namespace": "other"}}, "KQ5102", "/metadata/namespace"),
    "namespace of whoever applies it": (POD | {"metadata": {"name": "a"}}, "KQ5102", "/metadata"),
    "a namespace of others, made anew": (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}},
        "KQ5102",
        "/metadata/name",
    ),
    "queue of others": (spec(labels={"kueue.x-k8s.io/queue-name": "other"}), "KQ5128", "/labels/kueue.x-k8s.io~1queue-name"),
    "queue of others, on the pod": (
        spec(pod=SPEC["pod"] | {"labels": {"kueue.x-k8s.io/queue-name": "other"}}),
        "KQ5128",
        "/pod/labels/kueue.x-k8s.io~1queue-name",
    ),
    # kinds
    "rights": (of_kind("rbac.authorization.k8s.io/v1", "Role", rules=[]), "KQ5101", "/kind"),
    "rights of the cluster": (
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "a"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        },
        "KQ5101",
        "/kind",
    ),
    "pods on every node": (
        of_kind(
            "apps/v1",
            "DaemonSet",
            spec={"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": POD["spec"]}},
        ),
        "KQ5101",
        "/kind",
    ),
    "custom kind": (of_kind("kubeflow.org/v1", "PyTorchJob", spec={}), "KQ5101", "/kind"),
    "custom kind that is called like one of Kubernetes": (of_kind("batch.volcano.sh/v1alpha1", "Job", spec={}), "KQ5101", "/kind"),
    "list of a kind": ({"apiVersion": "v1", "kind": "PodList", "items": [pod(hostPID=True)]}, "KQ5101", "/kind"),
    "lists in lists": (
        {"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "List", "items": [pod(hostPID=True)]}]},
        "KQ5110",
        "/items/0/items/0/spec/hostPID",
    ),
    # fields
    "field of a pod": (pod(priorityClassName="system-node-critical"), "KQ5132", "/spec/priorityClassName"),
    "field of a container": (with_container(tty=True), "KQ5129", CONTAINER + "/tty"),
    "field of a spec": (spec(pod=SPEC["pod"] | {"schedulerName": "mine"}), "KQ5134", "/pod/schedulerName"),
    "overlay that adds privilege": (
        spec(overlay={"spec": {"template": {"spec": {"containers": [{"name": "main", "securityContext": {"privileged": True}}]}}}}),
        "KQ5152",
        "/overlay/spec/template/spec/containers/0/securityContext/privileged",
    ),
    "overlay of a field": (
        spec(overlay={"spec": {"suspend": True}}),
        "KQ5109",
        "/overlay/spec/suspend",
    ),
    "overlay that replaces": (
        spec(overlay={"spec": {"template": {"spec": {"$patch": "replace", "containers": []}}}}),
        "KQ5109",
        "/overlay/spec/template/spec/$patch",
    ),
    "overlay of another namespace": (spec(overlay={"metadata": {"namespace": "other"}}), "KQ5102", "/overlay/metadata/namespace"),
    "mount in every container": (
        spec(pod=SPEC["pod"] | {"mounts": [{"mountPath": "/n", "nfs": {"server": "nfs-server", "path": "/runs/other"}}]}),
        "KQ5104",
        "/pod/mounts/0/nfs",
    ),
    "export through a claim": (
        spec(
            pod={
                "containers": [
                    SPEC["pod"]["containers"][0]
                    | {"mounts": [{"mountPath": "/n", "nfs": {"server": "nfs-server", "path": "/runs/other", "claim": {"size": "1Gi"}}}]}
                ]
            }
        ),
        "KQ5104",
        "/pod/containers/0/mounts/0/nfs",
    ),
}


@pytest.mark.parametrize("given", ALLOWED.values(), ids=ALLOWED)
def test_what_the_site_allows_is_built(given: Any) -> None:
    assert told(given) == set()
    assert build(given, site=SITE).objects


@pytest.mark.parametrize(("given", "code", "path"), WAYS_ROUND.values(), ids=WAYS_ROUND)
def test_no_way_leads_round_the_site(given: Any, code: str, path: str) -> None:
    assert (code, path) in told(given)
    with pytest.raises(ManifestError):
        build(given, site=SITE)


@pytest.mark.parametrize(("given", "code", "path"), WAYS_ROUND.values(), ids=WAYS_ROUND)
def test_nothing_is_told_without_a_site(given: Any, code: str, path: str) -> None:  # noqa: ARG001  the same cases
    assert told(given, site=Site()) == set()


@pytest.mark.parametrize(("given", "code", "path"), WAYS_ROUND.values(), ids=WAYS_ROUND)
def test_every_version_of_kubernetes_is_judged(given: Any, code: str, path: str) -> None:
    if "resource.k8s.io/v1" not in str(given):  # not served before 1.34
        assert (code, path) in told(given, kubernetes="1.34")


IGNORING = ({"KQ5110": "mine", "KQ1011": "mine"}, {"KQ5": "mine"}, {"KQ51": "mine", "KQ5110": "mine"})


@pytest.mark.parametrize("ignored", IGNORING)
def test_a_spec_cannot_ignore_the_site(ignored: dict[str, str]) -> None:
    given = spec(pod=SPEC["pod"] | {"hostNetwork": True}, ignore=ignored)
    assert ("KQ5110", "/pod/hostNetwork") in told(given)


@pytest.mark.parametrize("ignored", ["KQ5110", "KQ51", "KQ5", ""])
def test_nor_can_a_run(ignored: str) -> None:
    given = spec(pod=SPEC["pod"] | {"hostNetwork": True})
    assert ("KQ5110", "/pod/hostNetwork") in told(given, ignore=[ignored])


def test_a_built_manifest_is_judged_again() -> None:
    manifest = build(pod(hostPID=True))
    assert told(manifest) == {("KQ5110", "/0/spec/hostPID")}


@pytest.mark.parametrize("field", ["apiVersion", "kind", "metadata", "spec"])
@pytest.mark.parametrize("value", [None, 1, [], ["Pod"], {}, "", {"a": []}])
def test_what_is_no_object_at_all_is_refused(field: str, value: Any) -> None:
    assert any(one.severity == "error" for one in check(POD | {field: value}, site=SITE))


def test_values_of_python_are_judged_alike() -> None:
    main = Container(name="main", image="python:3.12", mounts=[Mount("/o", Nfs(server="nfs-server", path="/runs/other"))])
    assert ("KQ5104", "/pod/containers/0/mounts/0/nfs") in told(Job(name="a", namespace="sandbox", pod=Pod(containers=[main])))


@pytest.mark.parametrize("field", ["subPath", "subPathExpr"])
def test_a_directory_in_a_volume_cannot_climb_out_of_it(field: str) -> None:
    mounts = [{"name": "data", "mountPath": "/d", field: "../other"}]
    given = pod(containers=[POD["spec"]["containers"][0] | {"volumeMounts": mounts}], volumes=[{"name": "data", "nfs": NFS}])
    assert any(field in one.message and one.severity == "error" for one in check(given, site=SITE))


def test_mounts_cannot_reach_the_node_without_privilege() -> None:
    mounts = [{"name": "data", "mountPath": "/d", "mountPropagation": "Bidirectional"}]
    given = pod(containers=[POD["spec"]["containers"][0] | {"volumeMounts": mounts}], volumes=[{"name": "data", "nfs": NFS}])
    assert any(one.severity == "error" for one in check(given, site=SITE))


def test_what_is_not_said_is_closed() -> None:
    closed = read_site('{"defaults": {"namespace": "sandbox"}, "allow": {"kinds": ["Pod", "Job"]}}')
    assert told(SPEC, closed) == {
        ("KQ5104", "/pod/containers/0/mounts/0/nfs"),
        ("KQ5115", "/labels/kueue.x-k8s.io~1queue-name"),
        ("KQ5120", "/pod/containers/0/image"),
    }
    assert ("KQ5110", "/spec/hostNetwork") in told(pod(hostNetwork=True), closed)
    assert ("KQ5101", "/kind") in told(of_kind("rbac.authorization.k8s.io/v1", "Role", rules=[]), closed)


def test_an_operator_can_open_what_is_closed() -> None:
    opened = read_site(
        """
        defaults: {namespace: sandbox, queue: sandbox}
        allow:
          kinds: [Pod, {kind: kubeflow.org/PyTorchJob, opaque: true}]
          images: [registry.example.com/team]
          hostNamespaces: [hostNetwork]
          privileged: true
          other: [securityContext]
          fields: [PodSpec.nodeName]
        """
    )
    assert told(pod(hostNetwork=True), opened) == set()
    assert told(with_container(securityContext={"privileged": True}), opened) == set()
    assert told(pod(nodeName="a"), opened) == set()
    custom = of_kind("kubeflow.org/v1", "PyTorchJob")
    custom["metadata"]["labels"] = {"kueue.x-k8s.io/queue-name": "sandbox"}
    assert told(custom, opened) == set()


ONE_AT_A_TIME: dict[str, tuple[str, Any, str, str]] = {
    "the node's network opens no other namespace": ("{hostNamespaces: [hostNetwork]}", pod(hostPID=True), "KQ5110", "/spec/hostPID"),
    "nor a port": (
        "{hostNamespaces: [hostNetwork]}",
        with_container(ports=[{"containerPort": 80, "hostPort": 80}]),
        "KQ5111",
        CONTAINER + "/ports/0/hostPort",
    ),
    "nor an address": (
        "{hostNamespaces: [hostNetwork], services: [LoadBalancer]}",
        of_kind("v1", "Service", spec={"ports": [{"port": 1}], "externalIPs": ["192.0.2.1"]}),
        "KQ5146",
        "/spec/externalIPs/0",
    ),
    "privilege opens no capability": (
        "{privileged: true, other: [securityContext]}",
        with_container(securityContext={"capabilities": {"add": ["SYS_ADMIN"]}}),
        "KQ5113",
        CONTAINER + "/securityContext/capabilities/add/0",
    ),
    "nor the node's files": ("{privileged: true}", with_volume(hostPath={"path": "/"}), "KQ5106", "/spec/volumes/0/hostPath/path"),
    "one claim opens no other": (
        "{claims: [scratch]}",
        with_volume(persistentVolumeClaim={"claimName": "others"}),
        "KQ5147",
        "/spec/volumes/0/persistentVolumeClaim/claimName",
    ),
    "a Secret opens no ConfigMap of its name": (
        "{secrets: [a]}",
        with_volume(configMap={"name": "a"}),
        "KQ5147",
        "/spec/volumes/0/configMap/name",
    ),
    "a driver opens none of its attributes": (
        "{drivers: [csi.example.com]}",
        with_volume(csi={"driver": "csi.example.com", "volumeAttributes": {"bucket": "others"}}),
        "KQ5137",
        "/spec/volumes/0/csi/volumeAttributes/bucket",
    ),
    "GPUs open no other device": (
        "{gpus: 8}",
        with_container(resources={"limits": {"rdma/hca": 1}}),
        "KQ5125",
        CONTAINER + "/resources/limits/rdma~1hca",
    ),
}


@pytest.mark.parametrize(("opened", "given", "code", "path"), ONE_AT_A_TIME.values(), ids=ONE_AT_A_TIME)
def test_one_permission_opens_one_thing(opened: str, given: Any, code: str, path: str) -> None:
    assert (code, path) in told(given, read_site(f"{{defaults: {{namespace: sandbox}}, allow: {opened}}}"))


CLAIM: dict[str, Any] = of_kind(
    "v1", "PersistentVolumeClaim", spec={"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
)


def test_what_is_made_in_the_same_run_may_be_mounted() -> None:
    mounting = with_volume(persistentVolumeClaim={"claimName": "mine"})
    place = ("KQ5147", "/spec/volumes/0/persistentVolumeClaim/claimName")
    mine = CLAIM | {"metadata": {"name": "mine", "namespace": "sandbox", "labels": {"kueue.x-k8s.io/queue-name": "sandbox"}}}
    elsewhere = mine | {"metadata": mine["metadata"] | {"namespace": "other"}}
    assert place in told(mounting)
    assert {code for code, _ in told([mounting, mine])} == set()
    assert ("KQ5147", "/0" + place[1]) in told([mounting, elsewhere])


def test_what_the_site_names_is_not_replaced() -> None:
    replacing = of_kind("v1", "ConfigMap", data={"a": "b"})
    assert ("KQ5148", "/metadata/name") in told(replacing)
    assert ("KQ5148", "/metadata/name") not in told(replacing, read_site("{allow: {configMaps: [{name: x, create: true}]}}"))
    account = of_kind("v1", "ConfigMap") | {"metadata": {"name": "kube-root-ca.crt", "namespace": "sandbox"}}
    assert ("KQ5148", "/metadata/name") in told(account)


def test_a_volume_of_the_site_is_allowed_as_it_is() -> None:
    source = {"projected": {"sources": [{"secret": {"name": "given"}}]}}
    site = read_site(json.dumps({"volumes": {"keys": source}, "defaults": {"namespace": "sandbox"}, "allow": {"kinds": ["Pod", "Secret"]}}))
    assert {code for code, _ in told(with_volume(**source), site)} == {"KQ5115", "KQ5120"}
    more = {"projected": {"sources": [*source["projected"]["sources"], {"secret": {"name": "other"}}]}}
    assert ("KQ5147", "/spec/volumes/0/projected/sources/1/secret/name") in told(with_volume(**more), site)
    assert ("KQ5147", "/spec/volumes/0/secret/secretName") in told(with_volume(secret={"secretName": "given"}), site)
    replacing = of_kind("v1", "Secret") | {"metadata": {"name": "given", "namespace": "sandbox"}}
    assert ("KQ5148", "/metadata/name") in told(replacing, site)


@pytest.mark.parametrize("field", ["subPath", "subPathExpr"])
def test_no_directory_is_made_below_a_node_path_that_is_read(field: str) -> None:
    mount = {"name": "data", "mountPath": "/data", "readOnly": True, field: "a/b"}
    given = pod(
        containers=[POD["spec"]["containers"][0] | {"volumeMounts": [mount]}],
        volumes=[{"name": "data", "hostPath": {"path": "/mnt/cache"}}],
    )
    assert told(given) == {("KQ5136", f"{CONTAINER}/volumeMounts/0/{field}")}


def test_the_site_s_account_is_not_made_anew() -> None:
    site = read_site("{defaults: {namespace: sandbox, serviceAccount: team}, allow: {kinds: [ServiceAccount]}}")
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "team", "namespace": "sandbox"}}
    assert told(account, site) == {("KQ5148", "/metadata/name")}


@pytest.mark.parametrize(
    ("claim", "is_told"),
    [
        ("data-set-7", True),
        ("data-set-*", True),
        ("data-*", True),
        ("*", True),
        ("data-other-*", False),
        ("data-set-x", False),
        ("data-set", False),
    ],
)
def test_a_set_s_claims_are_not_the_site_s_own(claim: str, is_told: bool) -> None:  # noqa: FBT001  one of a case
    site = read_site(json.dumps({"allow": {"claims": [claim]}}))
    template = {"metadata": {"name": "data"}, "spec": CLAIM["spec"]}
    made = {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "set", "namespace": "sandbox"}}
    spec_of_it = {"selector": {"matchLabels": {"a": "b"}}, "template": {"metadata": {"labels": {"a": "b"}}, "spec": POD["spec"]}}
    given = made | {"spec": spec_of_it | {"serviceName": "a", "volumeClaimTemplates": [template]}}
    assert (("KQ5148", "/metadata/name") in told(given, site)) == is_told


@pytest.mark.parametrize(
    ("pattern", "name", "does"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("a*", "abc", True),
        ("*c", "abc", True),
        ("a*b*c", "axbxc", True),
        ("a*b*c", "acb", False),
        ("ab*ba", "aba", False),
        ("*", "", True),
        ("a**b", "ab", True),
        ("a*bc*d", "abcbcd", True),
    ],
)
def test_an_asterisk_stands_for_any_characters(pattern: str, name: str, *, does: bool) -> None:
    assert fits(pattern, name) is does


OPAQUE = read_site(
    """
    defaults: {namespace: sandbox}
    allow: {kinds: [{kind: example.com/StorageClass, opaque: true}, {kind: example.com/Thing, opaque: true}]}
    """
)


@pytest.mark.parametrize(
    ("kind", "metadata", "code", "path"),
    [
        ("Thing", {"finalizers": ["example.com/hold"]}, "KQ5129", "/metadata/finalizers"),
        (
            "Thing",
            {"ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "b"}]},
            "KQ5129",
            "/metadata/ownerReferences",
        ),
        ("Thing", {"annotations": {"sidecar.istio.io/inject": "true"}}, "KQ5118", "/metadata/annotations/sidecar.istio.io~1inject"),
        ("Thing", {"labels": {"kueue.x-k8s.io/queue-name": "other"}}, "KQ5115", "/metadata/labels/kueue.x-k8s.io~1queue-name"),
        ("Thing", {"namespace": "other"}, "KQ5102", "/metadata/namespace"),
        ("StorageClass", {"namespace": "other"}, "KQ5102", "/metadata/namespace"),
    ],
)
def test_the_metadata_of_a_kind_that_is_not_known_is_judged(kind: str, metadata: dict[str, Any], code: str, path: str) -> None:
    given = of_kind("example.com/v1", kind)
    assert told(given, OPAQUE) == set()
    assert (code, path) in told(given | {"metadata": given["metadata"] | metadata}, OPAQUE)


@pytest.mark.parametrize("metadata", [{"labels": []}, {"annotations": "a"}, {"ownerReferences": [{"name": "a"}]}, {"unknown": 1}])
def test_metadata_of_the_wrong_shape_is_refused_where_nothing_else_is_known(metadata: dict[str, Any]) -> None:
    given = of_kind("example.com/v1", "Thing")
    with pytest.raises(ManifestError):
        build(given | {"metadata": given["metadata"] | metadata}, site=OPAQUE)


def test_documents_with_an_api_version_can_be_closed() -> None:
    site = read_site("{allow: {kinds: [Pod], manifests: false}}")
    assert ("KQ5116", "/apiVersion") in told(POD, site)
    assert "KQ5116" not in {code for code, _ in told(SPEC, site)}


def test_what_is_required_is_required_of_every_object() -> None:
    bare = POD | {"metadata": {"name": "training", "namespace": "sandbox"}}
    assert told(bare) == {("KQ5117", "/metadata")}
    taken = spec(overlay={"metadata": {"labels": None}})
    assert {("KQ5117", ""), ("KQ5109", "/overlay/metadata/labels")} <= told(taken)


def test_what_is_required_of_a_custom_object_is_required_of_nothing_in_it() -> None:
    site = read_site(
        """
        defaults: {namespace: sandbox}
        allow: {kinds: [{kind: batch.volcano.sh/Job, opaque: true}], labels: {team: [a]}}
        """
    )
    given = of_kind("batch.volcano.sh/v1alpha1", "Job")
    assert told(given | {"metadata": {"name": "a", "namespace": "sandbox", "labels": {"team": "a"}}}, site) == set()
    assert told(given | {"metadata": {"name": "a", "namespace": "sandbox"}}, site) == {("KQ5117", "/metadata")}


def test_the_site_s_account_is_required() -> None:
    site = read_site("{defaults: {namespace: sandbox, serviceAccount: runs}, allow: {kinds: [Pod], images: [registry.example.com/team]}}")
    bare = POD | {"metadata": {"name": "training", "namespace": "sandbox"}}
    assert told(bare, site) == {("KQ5143", "/spec")}
    assert ("KQ5126", "/spec/serviceAccountName") in told(bare | {"spec": bare["spec"] | {"serviceAccountName": "default"}}, site)
    given = {"kind": "Pod", "name": "a", "containers": bare["spec"]["containers"]}
    assert told(given, site) == set()
    assert build(given, site=site).objects[0]["spec"]["serviceAccountName"] == "runs"


def _with_gpus(name: str, count: int, **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": "registry.example.com/team/train:1", "resources": {"limits": {"nvidia.com/gpu": str(count)}}, **fields}


def _sidecar(count: int) -> dict[str, Any]:
    return _with_gpus(f"beside-{count}", count, restartPolicy="Always")


@pytest.mark.parametrize(
    ("first", "then", "at"),
    [
        ([_with_gpus("fetch", 4)], [_with_gpus("main", 4)], None),
        ([_with_gpus("fetch", 4), _with_gpus("unpack", 4)], [_with_gpus("main", 4)], None),
        ([_with_gpus("fetch", 5)], [_with_gpus("main", 1)], "containers/0"),
        ([_sidecar(4)], [_with_gpus("main", 4)], "containers/0"),
        ([_sidecar(1)], [_with_gpus("main", 3)], None),
        ([_sidecar(1)], [_with_gpus("main", 4)], "containers/0"),
        ([_sidecar(1), _with_gpus("fetch", 4)], [], "initContainers/1"),
        ([_with_gpus("fetch", 4), _sidecar(1)], [_with_gpus("main", 3)], None),
        ([_sidecar(2), _sidecar(3)], [], "initContainers/1"),
        ([], [_with_gpus("main", 2), _with_gpus("second", 3)], "containers/1"),
        ([], [_with_gpus("main", 2), _with_gpus("second", 2)], None),
    ],
)
def test_gpus_are_counted_as_they_are_held_at_one_time(first: list[Any], then: list[Any], at: str | None) -> None:
    """Init containers run one after another, before the others; a sidecar keeps what it has."""
    given = pod(initContainers=first, containers=then or [POD["spec"]["containers"][0]], nodeSelector={"gpu": "h100"})
    place = f"/spec/{at}/resources/limits/nvidia.com~1gpu"
    assert told(given) == ({("KQ5121", place), ("KQ5122", place)} if at else set())


RESTRICTED = read_site('{"defaults": {"podSecurity": "restricted"}}')


@pytest.mark.parametrize("how", [{}, {"ignore": ["KQ50"]}, {"ignore": ["KQ5001"]}, {"pod_security": "baseline"}])
def test_nobody_ignores_the_standard_that_the_site_asks_for(how: dict[str, Any]) -> None:
    given = {"kind": "Pod", "name": "a", "hostPID": True, "containers": [{"name": "a", "image": "b:1"}], "ignore": {"KQ5001": "mine"}}
    found = {(one.code, str(one.path)) for one in check(given, site=RESTRICTED, **how)}
    assert ("KQ5001", "/hostPID") in found
    assert ("KQ1011", "/ignore/KQ5001") in found
    assert any(code == "KQ5050" or code > "KQ5050" for code, _ in found), "the standard of the site holds beside another"


@pytest.mark.parametrize("code", ["KQ5", "KQ50", "KQ500", "KQ5001"])
def test_nor_does_a_document_by_how_its_codes_begin(code: str) -> None:
    given = {"kind": "Pod", "name": "a", "hostPID": True, "containers": [{"name": "a", "image": "b:1"}], "ignore": {code: "mine"}}
    assert {("KQ5001", "/hostPID"), ("KQ1011", f"/ignore/{code}")} <= {(one.code, str(one.path)) for one in check(given, site=RESTRICTED)}


def test_a_document_does_not_ignore_what_the_run_asks_for() -> None:
    given = {"kind": "Pod", "name": "a", "hostPID": True, "containers": [{"name": "a", "image": "b:1"}], "ignore": {"KQ5001": "mine"}}
    assert "KQ5001" in {one.code for one in check(given, pod_security="baseline")}
    assert "KQ5001" not in {one.code for one in check(given, pod_security="baseline", ignore=["KQ5001"])}


def test_a_document_does_not_ignore_a_path_that_the_run_keeps() -> None:
    given = {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "b:1"}], "ignore": {NOT_KEPT.code: "mine"}}
    assert NOT_KEPT.code in {one.code for one in check(given, keeps=["/out"])}
    assert NOT_KEPT.code not in {one.code for one in check(given, keeps=["/out"], ignore=[NOT_KEPT.code])}


def test_hints_say_what_is_allowed() -> None:
    (image,) = [one for one in check(with_container(image="evil.io/a:1"), site=SITE) if one.code == "KQ5120"]
    assert image.hint == "use one of registry.example.com/team, docker.io/library/python"


GIVING = read_site(
    """
    defaults:
      namespace: sandbox
      imagePullSecrets: [{name: registry}]
      env:
      - {name: RATE, valueFrom: {configMapKeyRef: {name: settings, key: rate}}}
      - {name: TOKEN, valueFrom: {secretKeyRef: {name: token, key: token}}}
    allow: {kinds: [Pod, ConfigMap, Secret], namespaces: [sandbox], images: [docker.io/library]}
    """
)
BARE: dict[str, Any] = {"kind": "Pod", "name": "a", "containers": [{"name": "a", "image": "python:3.12"}]}


def test_what_a_site_adds_it_allows() -> None:
    assert told(BARE, GIVING) == set()
    (made,) = build(BARE, site=GIVING).objects
    assert told(made, GIVING) == set()


@pytest.mark.parametrize(("kind", "name"), [("ConfigMap", "settings"), ("Secret", "token"), ("Secret", "registry")])
def test_what_a_site_adds_nobody_replaces(kind: str, name: str) -> None:
    assert told({"kind": kind, "name": name, "data": {"rate": "MQ=="}}, GIVING) == {("KQ5148", "/name")}
    other = "Secret" if kind == "ConfigMap" else "ConfigMap"
    assert told({"kind": other, "name": name, "data": {"rate": "MQ=="}}, GIVING) == set()


HOLDING = read_site(
    """
    volumes:
      settings: {configMap: {name: settings}}
      keys: {secret: {secretName: keys}}
      both: {projected: {sources: [{configMap: {name: inner}}, {secret: {name: inner}}]}}
    defaults: {namespace: sandbox}
    allow: {kinds: [ConfigMap, Secret], namespaces: [sandbox], images: [docker.io/library]}
    """
)


@pytest.mark.parametrize(("kind", "name"), [("ConfigMap", "settings"), ("Secret", "keys"), ("ConfigMap", "inner"), ("Secret", "inner")])
def test_what_a_site_s_volumes_hold_nobody_replaces(kind: str, name: str) -> None:
    assert told({"kind": kind, "name": name, "data": {"rate": "MQ=="}}, HOLDING) == {("KQ5148", "/name")}
    assert told({"kind": kind, "name": f"{name}-2", "data": {"rate": "MQ=="}}, HOLDING) == set()


@pytest.mark.parametrize(("audience", "codes"), [("vault", set()), ("others", {"KQ5145"}), (None, {"KQ5145"})])
def test_a_token_is_for_whom_the_site_names(audience: str | None, codes: set[str]) -> None:
    site = read_site(
        "defaults: {namespace: sandbox}\nallow: {kinds: [Pod], namespaces: [sandbox], images: [docker.io/library], tokens: [vault]}"
    )
    token = {"serviceAccountToken": {"path": "token"} | ({"audience": audience} if audience else {})}
    given = {**BARE, "mounts": [{"mountPath": "/t", "projected": {"sources": [token]}}]}
    assert {code for code, _ in told(given, site)} == codes


@pytest.mark.parametrize(
    ("level", "privileged", "is_told"), [("s0", False, True), ("", False, False), ("s0", True, False), ("", True, False)]
)
def test_a_level_of_selinux_is_for_those_who_may_be_privileged(level: str, privileged: bool, is_told: bool) -> None:  # noqa: FBT001  two of a case
    allow = {
        "kinds": ["Pod"],
        "namespaces": ["sandbox"],
        "images": ["docker.io/library"],
        "privileged": privileged,
        "other": ["securityContext"],
    }
    site = read_site(json.dumps({"defaults": {"namespace": "sandbox"}, "allow": allow}))
    given = {**BARE, "securityContext": {"seLinuxOptions": {"level": level}}}
    assert bool(told(given, site)) == is_told


@pytest.mark.parametrize(
    ("path", "options", "is_told"),
    [("/runs/2", [], False), ("/models/2", [], True), ("/models/2", ["ro"], False), ("/datasets", [], True), ("/datasets", ["ro"], False)],
)
def test_an_export_that_is_only_to_be_read_is_not_lent(path: str, options: list[str], is_told: bool) -> None:  # noqa: FBT001  one of a case
    site = read_site(
        """
        volumes: {datasets: {nfs: {server: nfs-server, path: /datasets, readOnly: true}}}
        allow: {kinds: [PersistentVolume], nfs: [{server: nfs-server, path: /runs}, {server: nfs-server, path: /models, readOnly: true}],
                mountOptions: [ro]}
        """
    )
    nfs = {"server": "nfs-server", "path": path} | ({"readOnly": True} if path == "/datasets" else {})
    given = volume_of_the_cluster(nfs=nfs, **({"mountOptions": options} if options else {}))
    assert ("KQ5135" in {code for code, _ in told(given, site)}) == is_told


def test_labels_that_are_locked_are_on_all_that_a_spec_makes_and_the_queue_is_not() -> None:
    site = read_site(
        """
        defaults: {namespace: sandbox}
        allow: {kinds: [Job, PersistentVolume, PersistentVolumeClaim], namespaces: [sandbox], images: [registry.example.com/team],
                nfs: [{server: nfs-server, path: /runs/sandbox}], labels: {team: [a], kueue.x-k8s.io/queue-name: [sandbox]}}
        """
    )
    mount = {"mountPath": "/o", "nfs": NFS | {"claim": {"size": "1Ti"}}}
    labels = {"team": "a", "kueue.x-k8s.io/queue-name": "sandbox", "own": "x"}
    given = spec(labels=labels, pod={"containers": [SPEC["pod"]["containers"][0] | {"mounts": [mount]}]})
    job, *beside = build(given, site=site).objects
    assert job["metadata"]["labels"] == labels
    assert [(one["kind"], one["metadata"]["labels"]) for one in beside] == [
        ("PersistentVolume", {"team": "a"}),
        ("PersistentVolumeClaim", {"team": "a"}),
    ]


@pytest.mark.parametrize(
    ("services", "port", "places"),
    [("[NodePort]", 30080, set()), ("[NodePort]", 0, set()), ("[]", 30080, {"/type", "/ports/0/nodePort"}), ("[]", 0, {"/type"})],
)
def test_a_port_of_the_nodes_is_for_services_of_the_nodes(services: str, port: int, places: set[str]) -> None:
    site = read_site(f"defaults: {{namespace: sandbox}}\nallow: {{kinds: [Service], services: {services}}}")
    given = {"kind": "Service", "name": "a", "type": "NodePort", "selector": {"a": "b"}, "ports": [{"port": 80, "nodePort": port}]}
    assert {place for _, place in told(given, site)} == places


@pytest.mark.parametrize(
    ("values", "bucket", "is_open"), [('["*"]', "any", True), ("[mine]", "mine", True), ("[mine]", "any", False), ("[]", "any", False)]
)
def test_a_driver_is_told_what_the_site_names(values: str, bucket: str, *, is_open: bool) -> None:
    site = read_site(f"{{allow: {{drivers: [{{driver: csi.example.com, attributes: {{bucket: {values}}}}}]}}}}")
    given = with_volume(csi={"driver": "csi.example.com", "volumeAttributes": {"bucket": bucket}})
    assert (("KQ5137", "/spec/volumes/0/csi/volumeAttributes/bucket") not in told(given, site)) is is_open


def test_gpus_are_counted_where_they_are_only_requested() -> None:
    asking = with_container(resources={"requests": {"nvidia.com/gpu": "5"}})
    assert ("KQ5121", f"{CONTAINER}/resources/requests/nvidia.com~1gpu") in told(asking)


@pytest.mark.parametrize(("count", "is_told"), [("1", True), ("0", False)])
def test_none_of_a_resource_may_be_requested_of_any_site(count: str, *, is_told: bool) -> None:
    place = ("KQ5125", f"{CONTAINER}/resources/limits/example.com~1fpga")
    assert (place in told(with_container(resources={"limits": {"example.com/fpga": count}}))) is is_told


def test_the_volume_that_is_made_for_a_site_s_export_is_the_site_s_own() -> None:
    site = read_site(
        """
        volumes: {runs: {nfs: {server: nfs-server, path: /runs, claim: {size: 1Ti}}}}
        defaults: {namespace: sandbox}
        allow: {kinds: [Pod, PersistentVolume, PersistentVolumeClaim], images: [docker.io/library]}
        """
    )
    mounting = {**BARE, "containers": [{**BARE["containers"][0], "mounts": [{"mountPath": "/o", "volume": "runs"}]}]}
    assert [one["kind"] for one in build(mounting, site=site).objects] == ["Pod", "PersistentVolume", "PersistentVolumeClaim"]


def test_a_claim_that_a_site_s_volume_names_is_not_made_anew() -> None:
    site = read_site(
        """
        volumes: {shared: {persistentVolumeClaim: {claimName: shared}}}
        allow: {kinds: [PersistentVolumeClaim], namespaces: [sandbox]}
        """
    )
    for name, faults in (("shared", {("KQ5148", "/metadata/name")}), ("other", set())):
        assert told(CLAIM | {"metadata": {"name": name, "namespace": "sandbox"}}, site) == faults


@pytest.mark.parametrize(("directory", "is_told"), [("/runs/2", False), ("/models/2", True), ("/other", True)])
def test_a_class_of_storage_makes_directories_only_where_the_site_lets_write(directory: str, *, is_told: bool) -> None:
    site = read_site(
        """
        allow: {kinds: [StorageClass], nfs: [{server: nfs-server, path: /runs}, {server: nfs-server, path: /models, readOnly: true}],
                drivers: [{driver: nfs.csi.k8s.io, attributes: {server: ["*"], share: ["*"]}}]}
        """
    )
    parameters = {"server": "nfs-server", "share": directory}
    given = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "a"}, "provisioner": "nfs.csi.k8s.io"}
    assert (("KQ5104", "/parameters") in told({**given, "parameters": parameters}, site)) is is_told


@pytest.mark.parametrize(
    ("code", "given", "site", "named"),
    [
        ("KQ5102", POD | {"metadata": POD["metadata"] | {"namespace": "other"}}, SITE, ("sandbox",)),
        (
            "KQ5103",
            with_volume(iscsi={"targetPortal": "10.0.2.15:3260", "iqn": "iqn.2001-04.com.example:a", "lun": 0}),
            SITE,
            ("datasets",),
        ),
        ("KQ5125", with_container(resources={"limits": {"example.com/fpga": "1"}}), SITE, ("nvidia.com/gpu", "rdma/hca")),
        ("KQ5147", with_volume(secret={"secretName": "keys"}), SITE, ("x",)),
        ("KQ5117", POD | {"metadata": {"name": "a", "namespace": "sandbox"}}, SITE, ("kueue.x-k8s.io/queue-name: sandbox",)),
        ("KQ5117", POD, read_site("{allow: {kinds: [Pod], labels: {team: [vision, speech]}}}"), ("vision, speech",)),
    ],
)
def test_the_hint_of_what_is_refused_names_what_is_allowed(code: str, given: Any, site: Site, named: tuple[str, ...]) -> None:
    (fault,) = [one for one in check(given, site=site) if one.code == code]
    assert all(one in fault.hint for one in named)


def test_where_nothing_is_allowed_a_hint_names_no_empty_list() -> None:
    (fault,) = [
        one for one in check(with_volume(secret={"secretName": "keys"}), site=read_site("{allow: {kinds: [Pod]}}")) if one.code == "KQ5147"
    ]
    assert fault.hint == "create it in the same run"


def test_the_hint_for_the_namespace_of_a_template_names_those_that_are_allowed() -> None:
    template = {"metadata": {"namespace": "other"}, "spec": POD["spec"] | {"restartPolicy": "Never"}}
    given = {"apiVersion": "batch/v1", "kind": "Job", "metadata": POD["metadata"], "spec": {"template": template}}
    (fault,) = [one for one in check(given, site=SITE) if one.code == "KQ5102"]
    assert (fault.path, fault.hint) == ("/spec/template/metadata/namespace", "write one of sandbox")
