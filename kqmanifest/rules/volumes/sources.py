"""Volume sources: the fields that each kind of source requires, and their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import matches, one_of, required
from kqmanifest.rules.forms import ABSOLUTE, DRIVER, SUBDOMAIN, WITHOUT_DOT_DOT
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import SUBDOMAIN_LENGTH, is_label, is_subdomain
from kqmanifest.vocabulary.quantities import quantity

HOST_PATH_TYPES: Final = ("DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice")


nfs_without_a_server = required(
    "KQ2050",
    "NFSVolumeSource.server",
    hints="write the server's host name or address, such as nfs-server",
    upstream="core/validation.validateNFSVolumeSource",
    page="""An NFS volume must name the server that exports it.

    Wrong:
        volumes: [{name: output, nfs: {server: "", path: /training/2/}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """,
)


nfs_without_a_path = required(
    "KQ2051",
    "NFSVolumeSource.path",
    hints="write the exported path, such as /training/2/",
    upstream="core/validation.validateNFSVolumeSource",
    page="""An NFS volume must name the path that its server exports.

    Wrong:
        volumes: [{name: output, nfs: {server: nfs-server, path: ""}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2/}}]
    """,
)


nfs_path_is_relative = matches(
    "KQ2052",
    "NFSVolumeSource.path",
    ABSOLUTE,
    message="the NFS path {value} does not begin with a slash",
    hints="write the absolute path, such as /{value}",
    may_be_empty=True,
    upstream="core/validation.validateNFSVolumeSource",
    page="""The path of an NFS volume must be absolute: it begins at the root of the server.

    Wrong:
        volumes: [{name: output, nfs: {server: nfs-server, path: training/2}}]

    Right:
        volumes: [{name: output, nfs: {server: nfs-server, path: /training/2}}]
    """,
)


host_path_is_empty = required(
    "KQ2053",
    "HostPathVolumeSource.path",
    hints="write a path on the node, such as /data",
    upstream="core/validation.validateHostPathVolumeSource",
    page="""A hostPath must name a path on the node.

    Wrong:
        volumes: [{name: data, hostPath: {path: ""}}]

    Right:
        volumes: [{name: data, hostPath: {path: /data}}]
    """,
)


source_path_contains_dot_dot = matches(
    "KQ2054",
    ("HostPathVolumeSource.path", "GitRepoVolumeSource.directory"),
    WITHOUT_DOT_DOT,
    upstream="core/validation.validateVolumeSource",
    page="""The ``path`` of a hostPath and the ``directory`` of a gitRepo must not contain ``..``.

    Wrong:
        volumes: [{name: data, hostPath: {path: /data/../etc}}]

    Right:
        volumes: [{name: data, hostPath: {path: /etc}}]
    """,
)


host_path_type_is_unknown = one_of(
    "KQ2055",
    "HostPathVolumeSource.type",
    HOST_PATH_TYPES,
    message="unknown hostPath `type` {value}",
    may_be_empty=True,
    upstream="core/validation.validateHostPathType",
    page="""The ``type`` of a hostPath says what must be on the node, and whether it is created if it is missing.

    Wrong:
        volumes: [{name: data, hostPath: {path: /data, type: Folder}}]

    Right:
        volumes: [{name: data, hostPath: {path: /data, type: Directory}}]
    """,
)


@rule(
    "KQ2056",
    "EmptyDirVolumeSource.sizeLimit",
    "`sizeLimit` must not be negative, and is {value}",
    "write how much the volume may hold, such as 8Gi",
    reason="Forbidden",
    upstream="core/validation.validateVolumeSource",
)
def size_limit_is_negative(value: str | float) -> Iterator[Spot]:
    """The ``sizeLimit`` of an emptyDir must not be negative.

    Wrong:
        volumes: [{name: scratch, emptyDir: {sizeLimit: -1Gi}}]

    Right:
        volumes: [{name: scratch, emptyDir: {sizeLimit: 1Gi}}]
    """
    if (quantity(value) or 0) < 0:
        yield found(value=value)


claim_is_not_named = required(
    "KQ2057",
    "PersistentVolumeClaimVolumeSource.claimName",
    hints="write the name of a PersistentVolumeClaim",
    upstream="core/validation.validatePersistentClaimVolumeSource",
    page="""A volume of a PersistentVolumeClaim must name the claim.

    Wrong:
        volumes: [{name: data, persistentVolumeClaim: {claimName: ""}}]

    Right:
        volumes: [{name: data, persistentVolumeClaim: {claimName: datasets}}]
    """,
)


config_is_not_named = required(
    "KQ2058",
    ("ConfigMapVolumeSource", "ConfigMapProjection", "SecretProjection"),
    message="a ConfigMap or Secret needs a `name` here",
    hints="write the `name` of the ConfigMap or Secret",
    field="name",
    upstream="core/validation.validateVolumeSource",
    page="""A volume of a ConfigMap must name it, and a projected volume must name each of its ConfigMaps and Secrets.

    Wrong:
        volumes: [{name: scripts, configMap: {defaultMode: 365}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, defaultMode: 365}}]
    """,
)


secret_is_not_named = required(
    "KQ2059",
    "SecretVolumeSource",
    hints="write the name of the Secret as `secretName`",
    field="secretName",
    upstream="core/validation.validateSecretVolumeSource",
    page="""A volume of a Secret must name it, as ``secretName``.

    Wrong:
        volumes: [{name: keys, secret: {optional: true}}]

    Right:
        volumes: [{name: keys, secret: {secretName: keys, optional: true}}]
    """,
)


csi_without_a_driver = required(
    "KQ2060",
    "CSIVolumeSource.driver",
    hints="write the driver's name, such as nfs.csi.k8s.io",
    upstream="core/validation.ValidateCSIDriverName",
    page="""A CSI volume must name its driver.

    Wrong:
        volumes: [{name: data, csi: {driver: ""}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io}}]
    """,
)


csi_driver_is_not_a_dns_subdomain = matches(
    "KQ2061",
    "CSIVolumeSource.driver",
    DRIVER,
    may_be_empty=True,
    upstream="core/validation.ValidateCSIDriverName",
    page="""The name of a CSI driver must be a short DNS subdomain, in upper or lower case.

    Wrong:
        volumes: [{name: data, csi: {driver: nfs_csi}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io}}]
    """,
)


secret_reference_without_a_name = required(
    "KQ2062",
    ("CSIVolumeSource.nodePublishSecretRef", "CinderVolumeSource.secretRef", "StorageOSVolumeSource.secretRef"),
    message="a reference to a Secret needs a `name`",
    hints="write the `name` of the Secret, or remove the reference",
    field="name",
    upstream="core/validation.validateVolumeSource",
    page="""A reference to the Secret with the credentials of a volume must name it.

    Wrong:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: ""}}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: keys}}}]
    """,
)


secret_reference_is_not_a_dns_subdomain = matches(
    "KQ2063",
    "CSIVolumeSource.nodePublishSecretRef",
    SUBDOMAIN,
    message="the Secret name {value} is not a DNS subdomain",
    hints="use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
    field="name",
    may_be_empty=True,
    upstream="core/validation.validateCSIVolumeSource",
    page="""The name of the Secret of a CSI volume must be a DNS subdomain, as every Secret's name is.

    Wrong:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: My_Keys}}}]

    Right:
        volumes: [{name: data, csi: {driver: nfs.csi.k8s.io, nodePublishSecretRef: {name: my-keys}}}]
    """,
)


ephemeral_volume_without_a_claim = required(
    "KQ2064",
    "EphemeralVolumeSource",
    hints="add a `volumeClaimTemplate` with the access modes and the size",
    field="volumeClaimTemplate",
    upstream="core/validation.validateEphemeralVolumeSource",
    page="""An ephemeral volume is a claim that is created with its pod, from a ``volumeClaimTemplate``.

    Wrong:
        volumes: [{name: scratch, ephemeral: {}}]

    Right:
        volumes:
        - name: scratch
          ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}}}
    """,
)


@rule(
    "KQ2065",
    "PersistentVolumeClaimTemplate.metadata",
    "`{field}` cannot be set in the metadata of a `volumeClaimTemplate`",
    "remove it: the claim gets only `labels` and `annotations` from here",
    reason="Forbidden",
    upstream="core/validation.ValidateTemplateObjectMeta",
)
def ephemeral_claim_has_unsupported_metadata(metadata: dict[str, Any]) -> Iterator[Spot]:
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
def ephemeral_claim_name_is_too_long(pod: dict[str, Any]) -> Iterator[Spot]:
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
def claim_is_created_with_the_pod(pod: dict[str, Any]) -> Iterator[Spot]:
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
