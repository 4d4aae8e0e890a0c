"""Volume sources: the fields that each kind of source requires, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import SUBDOMAIN_LENGTH, is_driver, is_label, is_subdomain
from kqmanifest.vocabulary.paths import climbs, is_absolute
from kqmanifest.vocabulary.quantities import quantity

HOST_PATH_TYPES: Final = ("DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")


@rule(
    "KQ2050",
    "NFSVolumeSource.server",
    "an NFS volume needs a `server`",
    "write the server's host name or address, such as nfs-server",
    reason="Required",
    upstream="core/validation.validateNFSVolumeSource",
)
def nfs_without_a_server(server: str) -> Iterator[Finding]:
    """An NFS volume must name the server that exports it.

    Wrong:
        volumes: [{name: output, nfs: {server: "", path: /training/2/}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if not server:
        yield found()


@rule(
    "KQ2051",
    "NFSVolumeSource.path",
    "an NFS volume needs a `path`",
    "write the exported path, such as /training/2/",
    reason="Required",
    upstream="core/validation.validateNFSVolumeSource",
)
def nfs_without_a_path(path: str) -> Iterator[Finding]:
    """An NFS volume must name the path that its server exports.

    Wrong:
        volumes: [{name: output, nfs: {server: nfs-server, path: ""}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """
    if not path:
        yield found()


@rule(
    "KQ2052",
    "NFSVolumeSource.path",
    "the NFS path {path} does not begin with a slash",
    "write the absolute path, such as /{path}",
    reason="Invalid",
    upstream="core/validation.validateNFSVolumeSource",
)
def nfs_path_is_relative(path: str) -> Iterator[Finding]:
    """The path of an NFS volume must be absolute: it begins at the root of the server.

    Wrong:
        volumes: [{name: output, nfs: {server: nfs-server, path: training/2}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2}}]
    """
    if path and not is_absolute(path):
        yield found(path=path)


@rule(
    "KQ2053",
    "HostPathVolumeSource.path",
    "a hostPath needs a `path`",
    "write a path on the node, such as /data",
    reason="Required",
    upstream="core/validation.validateHostPathVolumeSource",
)
def host_path_is_empty(path: str) -> Iterator[Finding]:
    """A hostPath must name a path on the node.

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
    "the path {path} must not contain `..`",
    "write the path without `..`",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def source_path_contains_dot_dot(path: str) -> Iterator[Finding]:
    """The ``path`` of a hostPath and the ``directory`` of a gitRepo must not contain ``..``.

    Wrong:
        volumes: [{name: data, hostPath: {path: /data/../etc}}]

    Right:
        volumes: [{name: data, hostPath: {path: /etc}}]
    """
    if climbs(path):
        yield found(path=path)


@rule(
    "KQ2055",
    "HostPathVolumeSource.type",
    "unknown hostPath `type` {value}",
    "write one of {known}",
    reason="NotSupported",
    upstream="core/validation.validateHostPathType",
)
def host_path_type_is_unknown(value: str) -> Iterator[Finding]:
    """The ``type`` of a hostPath says what must be on the node, and whether it is created if it is missing.

    Wrong:
        volumes: [{name: data, hostPath: {path: /data, type: Folder}}]

    Right:
        volumes: [{name: data, hostPath: {path: /data, type: Directory}}]
    """
    if value and value not in HOST_PATH_TYPES:
        yield found(value=value, known=HOST_PATH_TYPES)


@rule(
    "KQ2056",
    "EmptyDirVolumeSource.sizeLimit",
    "`sizeLimit` must not be negative, and is {value}",
    "write how much the volume may hold, such as 8Gi",
    reason="Forbidden",
    upstream="core/validation.validateVolumeSource",
)
def size_limit_is_negative(value: str | float) -> Iterator[Finding]:
    """The ``sizeLimit`` of an emptyDir must not be negative.

    Wrong:
        volumes: [{name: scratch, emptyDir: {sizeLimit: -1Gi}}]

    Right:
        volumes: [{name: scratch, emptyDir: {sizeLimit: 1Gi}}]
    """
    if (quantity(value) or 0) < 0:
        yield found(value=value)


@rule(
    "KQ2057",
    "PersistentVolumeClaimVolumeSource.claimName",
    "a persistentVolumeClaim needs a `claimName`",
    "write the name of a PersistentVolumeClaim",
    reason="Required",
    upstream="core/validation.validatePersistentClaimVolumeSource",
)
def claim_is_not_named(name: str) -> Iterator[Finding]:
    """A volume of a PersistentVolumeClaim must name the claim.

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
    "a ConfigMap or Secret needs a `name` here",
    "write the `name` of the ConfigMap or Secret",
    reason="Required",
    upstream="core/validation.validateVolumeSource",
)
def config_is_not_named(source: dict[str, Any]) -> Iterator[Finding]:
    """A volume of a ConfigMap must name it, and a projected volume must name each of its ConfigMaps and Secrets.

    Wrong:
        volumes: [{name: scripts, configMap: {defaultMode: 365}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, defaultMode: 365}}]
    """
    if not source.get("name"):
        yield found("name")


@rule(
    "KQ2059",
    "SecretVolumeSource",
    "a volume of a Secret needs a `secretName`",
    "write the name of the Secret as `secretName`",
    reason="Required",
    upstream="core/validation.validateSecretVolumeSource",
)
def secret_is_not_named(source: dict[str, Any]) -> Iterator[Finding]:
    """A volume of a Secret must name it, as ``secretName``.

    Wrong:
        volumes: [{name: keys, secret: {optional: true}}]

    Right:
        volumes: [{name: keys, secret: {secretName: keys, optional: true}}]
    """
    if not source.get("secretName"):
        yield found("secretName")


@rule(
    "KQ2060",
    "CSIVolumeSource.driver",
    "a CSI volume needs a `driver`",
    "write the driver's name, such as nfs.csi.k8s.io",
    reason="Required",
    upstream="core/validation.ValidateCSIDriverName",
)
def csi_without_a_driver(driver: str) -> Iterator[Finding]:
    """A CSI volume must name its driver.

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
    "the driver name {name} is not a DNS subdomain of at most 63 characters",
    "use at most 63 letters, digits, dashes and dots, as in nfs.csi.k8s.io",
    reason="Invalid",
    upstream="core/validation.ValidateCSIDriverName",
)
def csi_driver_is_not_a_dns_subdomain(driver: str) -> Iterator[Finding]:
    """The name of a CSI driver must be a short DNS subdomain, in upper or lower case.

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
    "a reference to a Secret needs a `name`",
    "write the `name` of the Secret, or remove the reference",
    reason="Required",
    upstream="core/validation.validateVolumeSource",
)
def secret_reference_without_a_name(reference: dict[str, Any]) -> Iterator[Finding]:
    """A reference to the Secret with the credentials of a volume must name it.

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
    "the Secret name {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
    reason="Invalid",
    upstream="core/validation.validateCSIVolumeSource",
)
def secret_reference_is_not_a_dns_subdomain(reference: dict[str, Any]) -> Iterator[Finding]:
    """The name of the Secret of a CSI volume must be a DNS subdomain, as every Secret's name is.

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
    "an ephemeral volume needs a `volumeClaimTemplate`",
    "add a `volumeClaimTemplate` with the access modes and the size",
    reason="Required",
    upstream="core/validation.validateEphemeralVolumeSource",
)
def ephemeral_volume_without_a_claim(source: dict[str, Any]) -> Iterator[Finding]:
    """An ephemeral volume is a claim that is created with its pod, from a ``volumeClaimTemplate``.

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
    "`{field}` cannot be set in the metadata of a `volumeClaimTemplate`",
    "remove it: the claim gets only `labels` and `annotations` from here",
    reason="Forbidden",
    upstream="core/validation.ValidateTemplateObjectMeta",
)
def ephemeral_claim_has_unsupported_metadata(metadata: dict[str, Any]) -> Iterator[Finding]:
    """The claim of an ephemeral volume is named after its pod; the metadata of its template may have only labels and annotations.

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
    "the claim of this volume would have the name {claim}, which is longer than 253 characters",
    "shorten the name of the pod or of the volume",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def ephemeral_claim_name_is_too_long(pod: dict[str, Any]) -> Iterator[Finding]:
    r"""The claim of an ephemeral volume is named after its pod and the volume, and a name has at most 253 characters.

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


@rule(
    "KQ2067",
    "Pod",
    "the claim {claim} is created for the volume {volume} of this pod",
    "mount the volume {volume} instead",
    reason="Invalid",
    upstream="core/validation.ValidateVolumes",
)
def claim_is_created_with_the_pod(pod: dict[str, Any]) -> Iterator[Finding]:
    """A volume cannot use a claim that is created with an ephemeral volume of the same pod.

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
