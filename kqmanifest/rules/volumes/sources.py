"""Volume sources: what each kind of source needs to be found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import SUBDOMAIN_LENGTH, is_driver, is_label, is_subdomain
from kqmanifest.vocabulary.paths import climbs, is_absolute
from kqmanifest.vocabulary.quantities import quantity

HOST_PATH_TYPES: Final = ("DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")


@rule("KQ2050", "NFSVolumeSource.server", "no NFS server is named", "write the server's host name or address, such as nfs-server")
def nfs_without_a_server(server: str) -> Iterator[Finding]:
    """An NFS volume names the server that exports it.

    Wrong:
        volumes: [{name: output, nfs: {server: "", path: /training/2/}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if not server:
        yield found()


@rule("KQ2051", "NFSVolumeSource.path", "no path on the NFS server is given", "write the exported path, such as /training/2/")
def nfs_without_a_path(path: str) -> Iterator[Finding]:
    """An NFS volume names the path that its server exports.

    Wrong:
        volumes: [{name: output, nfs: {server: nfs-server, path: ""}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if not path:
        yield found()


@rule("KQ2052", "NFSVolumeSource.path", "the NFS path {path} does not begin with a slash", "write the whole path, such as /{path}")
def nfs_path_is_relative(path: str) -> Iterator[Finding]:
    """A path on an NFS server begins at the server's root.

    Wrong:
        volumes: [{name: output, nfs: {server: nfs-server, path: training/2}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2}}]
    """
    if path and not is_absolute(path):
        yield found(path=path)


@rule("KQ2053", "HostPathVolumeSource.path", "no path on the node is given", "write the path, such as /data")
def host_path_is_empty(path: str) -> Iterator[Finding]:
    """A hostPath names a place on the node.

    Wrong:
        volumes: [{name: data, hostPath: {path: ""}}]

    Right:
        volumes: [{name: data, hostPath: {path: /data}}]
    """
    if not path:
        yield found()


@rule(
    "KQ2054",
    ("HostPathVolumeSource.path", "GitRepoVolumeSource.directory"),
    "the path {path} holds a step `..`",
    "write the path without `..`",
)
def source_path_climbs(path: str) -> Iterator[Finding]:
    """A path on the node, or in a checkout, does not lead upwards.

    Wrong:
        volumes: [{name: data, hostPath: {path: /data/../etc}}]

    Right:
        volumes: [{name: data, hostPath: {path: /etc}}]
    """
    if climbs(path):
        yield found(path=path)


@rule("KQ2055", "HostPathVolumeSource.type", "{value} is no type of a hostPath", "write one of {known}")
def host_path_type_is_unknown(value: str) -> Iterator[Finding]:
    """The type of a hostPath says what is looked for on the node, and whether it is made where it is missing.

    Wrong:
        volumes: [{name: data, hostPath: {path: /data, type: Folder}}]

    Right:
        volumes: [{name: data, hostPath: {path: /data, type: Directory}}]
    """
    if value and value not in HOST_PATH_TYPES:
        yield found(value=value, known=HOST_PATH_TYPES)


@rule("KQ2056", "EmptyDirVolumeSource.sizeLimit", "the size limit {value} is less than nothing", "write how much fits in, such as 8Gi")
def size_limit_is_negative(value: str | float) -> Iterator[Finding]:
    """An emptyDir cannot be smaller than empty.

    Wrong:
        volumes: [{name: scratch, emptyDir: {sizeLimit: -1Gi}}]

    Right:
        volumes: [{name: scratch, emptyDir: {sizeLimit: 1Gi}}]
    """
    if (quantity(value) or 0) < 0:
        yield found(value=value)


@rule("KQ2057", "PersistentVolumeClaimVolumeSource.claimName", "no claim is named", "write the name of a PersistentVolumeClaim")
def claim_is_not_named(name: str) -> Iterator[Finding]:
    """A volume that goes through a claim names it.

    Wrong:
        volumes: [{name: data, persistentVolumeClaim: {claimName: ""}}]

    Right:
        volumes: [{name: data, persistentVolumeClaim: {claimName: datasets}}]
    """
    if not name:
        yield found()


@rule(
    "KQ2058",
    ("ConfigMapVolumeSource", "ConfigMapProjection", "SecretProjection"),
    "no ConfigMap or Secret is named",
    "write its `name`",
)
def config_is_not_named(source: dict[str, Any]) -> Iterator[Finding]:
    """A volume of a ConfigMap names it, and so does each ConfigMap and Secret of a projected volume.

    Wrong:
        volumes: [{name: scripts, configMap: {defaultMode: 365}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, defaultMode: 365}}]
    """
    if not source.get("name"):
        yield found("name")


@rule("KQ2059", "SecretVolumeSource", "no Secret is named", "write its name as `secretName`")
def secret_is_not_named(source: dict[str, Any]) -> Iterator[Finding]:
    """A volume of a Secret names it, as ``secretName``.

    Wrong:
        volumes: [{name: keys, secret: {optional: true}}]

    Right:
        volumes: [{name: keys, secret: {secretName: keys, optional: true}}]
    """
    if not source.get("secretName"):
        yield found("secretName")


@rule("KQ2060", "CSIVolumeSource.driver", "no CSI driver is named", "write the driver's name, such as nfs.csi.k8s.io")
def csi_without_a_driver(driver: str) -> Iterator[Finding]:
    """A CSI volume names the driver that makes it.

    Wrong:
        volumes: [{name: data, csi: {driver: ""}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io}}]
    """
    if not driver:
        yield found()


@rule(
    "KQ2061",
    "CSIVolumeSource.driver",
    "{name} is not a name for a CSI driver",
    "use at most 63 letters, digits, dashes and dots, as in nfs.csi.k8s.io",
)
def csi_driver_is_no_subdomain(driver: str) -> Iterator[Finding]:
    """A CSI driver's name is a short DNS subdomain, in letters of any case.

    Wrong:
        volumes: [{name: data, csi: {driver: nfs_csi}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io}}]
    """
    if driver and not is_driver(driver):
        yield found(name=driver)


@rule(
    "KQ2062",
    ("CSIVolumeSource.nodePublishSecretRef", "CinderVolumeSource.secretRef", "StorageOSVolumeSource.secretRef"),
    "no Secret is named",
    "write its `name`, or take the reference out",
)
def secret_reference_without_a_name(reference: dict[str, Any]) -> Iterator[Finding]:
    """A reference to the Secret that opens a volume names it.

    Wrong:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: ""}}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: keys}}}]
    """
    if not reference.get("name"):
        yield found("name")


@rule(
    "KQ2063",
    "CSIVolumeSource.nodePublishSecretRef",
    "{name} is not a name for a Secret",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
)
def secret_reference_is_no_subdomain(reference: dict[str, Any]) -> Iterator[Finding]:
    """The Secret that opens a CSI volume has a name that a Secret can have.

    Wrong:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: My_Keys}}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: my-keys}}}]
    """
    name = reference.get("name")
    if name and not is_subdomain(name):
        yield found("name", name=name)


@rule(
    "KQ2064",
    "EphemeralVolumeSource",
    "this ephemeral volume says nothing about its claim",
    "add a `volumeClaimTemplate` with the access modes and the size",
)
def ephemeral_volume_without_a_claim(source: dict[str, Any]) -> Iterator[Finding]:
    """An ephemeral volume is a claim that is made with its pod, and says what to claim.

    Wrong:
        volumes: [{name: scratch, ephemeral: {}}]

    Right:
        volumes:
        - name: scratch
          ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}}
    """
    if source.get("volumeClaimTemplate") is None:
        yield found("volumeClaimTemplate")


@rule(
    "KQ2065",
    "PersistentVolumeClaimTemplate.metadata",
    "`{field}` cannot be set here",
    "take it out: only `labels` and `annotations` are taken over",
)
def ephemeral_claim_has_metadata_of_its_own(metadata: dict[str, Any]) -> Iterator[Finding]:
    """The claim of an ephemeral volume is named after its pod; its metadata holds labels and annotations only.

    Wrong:
        volumes:
        - name: scratch
          ephemeral:
            volumeClaimTemplate:
              metadata: {name: scratch}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}

    Right:
        volumes:
        - name: scratch
          ephemeral:
            volumeClaimTemplate:
              metadata: {labels: {app: training}}
              spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
    """
    for field, value in metadata.items():
        unset = value is None or (value in ("", 0) and field != "deletionGracePeriodSeconds")
        if field not in {"labels", "annotations"} and not unset:
            yield found(field, field=field)


@rule(
    "KQ2066",
    "Pod",
    "the claim of this volume would be called {claim}, which is longer than 253 characters",
    "shorten the name of the pod or of the volume",
)
def ephemeral_claim_name_is_too_long(pod: dict[str, Any]) -> Iterator[Finding]:
    r"""The claim of an ephemeral volume is called after its pod and the volume, and a name has at most 253 characters.

    Wrong:
        apiVersion: v1
        kind: Pod
        metadata:
          name: "training-2.with-a-batch-size-of-512.and-a-learning-rate-of-0.01.for-ninety-epochs.on-eight-gpus.with-a-seed-of-42.\
            of-the-large-model.for-the-vision-team.as-agreed-on-the-first-day-of-november.with-the-new-augmentation.\
            and-the-old-scheduler.once-more"
        spec:
          containers: [{name: main, image: "example.com/training:1"}]
          volumes:
          - name: scratch
            ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}}

    Right:
        apiVersion: v1
        kind: Pod
        metadata: {name: training-2}
        spec:
          containers: [{name: main, image: "example.com/training:1"}]
          volumes:
          - name: scratch
            ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}}
    """
    pod_name = (pod.get("metadata") or {}).get("name") or ""
    for index, volume in enumerate((pod.get("spec") or {}).get("volumes") or ()):
        claim = f"{pod_name}-{volume['name']}"
        if volume.get("ephemeral") is not None and len(claim) > SUBDOMAIN_LENGTH and is_subdomain(pod_name) and is_label(volume["name"]):
            yield found("spec", "volumes", index, "name", claim=claim)


@rule("KQ2067", "Pod", "{claim} is the claim that is made for the volume {volume} of this pod", "mount the volume {volume} instead")
def claim_is_made_with_the_pod(pod: dict[str, Any]) -> Iterator[Finding]:
    """A volume cannot go through a claim that only comes to be with an ephemeral volume of the same pod.

    Wrong:
        volumes:
        - name: scratch
          ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}}
        - {name: again, persistentVolumeClaim: {claimName: example-scratch}}

    Right:
        volumes:
        - name: scratch
          ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}}
    """
    pod_name = (pod.get("metadata") or {}).get("name")
    volumes = (pod.get("spec") or {}).get("volumes") or ()
    made = {f"{pod_name}-{volume['name']}": volume["name"] for volume in volumes if pod_name and volume.get("ephemeral") is not None}
    for index, volume in enumerate(volumes if made else ()):
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim in made:
            yield found("spec", "volumes", index, "persistentVolumeClaim", "claimName", claim=claim, volume=made[claim])
