"""The short list of what is harmless, written by hand from Kubernetes' documentation; whatever is not here is held against a manifest.

A type begins at the margin. Below it stand its fields, and the reason for which they may hold anything. ``field>Type`` is judged by
the lines of that type (each item of it, where it is a list), ``field?judge`` by a function of ``boundary.judges``, which asks the site.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Final

_HARMLESS: Final = """
ObjectMeta
  name?name: an object is called what it likes, but for what others rely on
  generateName: the server makes a new name of it
  namespace?namespace: where an object stands
  labels?labels: who selects it, and which controllers feel meant
  annotations?annotation_keys: what controllers, runtimes and schedulers are told
  creationTimestamp?blank: printed as null by kubectl

Pod
  metadata>ObjectMeta spec>PodSpec status?blank: -
Job
  metadata>ObjectMeta spec>JobSpec status?blank: -
CronJob
  metadata>ObjectMeta spec>CronJobSpec status?blank: -
Deployment
  metadata>ObjectMeta spec>DeploymentSpec status?blank: -
StatefulSet
  metadata>ObjectMeta spec>StatefulSetSpec status?blank: -
DaemonSet
  metadata>ObjectMeta spec>DaemonSetSpec status?blank: -
ReplicaSet
  metadata>ObjectMeta spec>ReplicaSetSpec status?blank: -
ReplicationController
  metadata>ObjectMeta spec>ReplicationControllerSpec status?blank: -
PodTemplate
  metadata>ObjectMeta template>PodTemplateSpec: -
Service
  metadata>ObjectMeta spec>ServiceSpec status?blank: -
ConfigMap
  metadata>ObjectMeta: -
  data?keys binaryData?keys: files and values for whoever mounts it
  immutable: it can only be made anew
Secret
  metadata>ObjectMeta: -
  data?keys stringData?keys: files and values for whoever mounts it
  immutable: it can only be made anew
  type?secret_type: some types give rights, or belong to a controller
PersistentVolumeClaim
  metadata>ObjectMeta spec>PersistentVolumeClaimSpec status?blank: -
  apiVersion kind: of a template, where nobody reads them
PersistentVolume
  metadata>ObjectMeta spec?persistent_volume>PersistentVolumeSpec status?blank: -
ResourceClaim
  metadata>ObjectMeta spec>ResourceClaimSpec status?blank: -
ResourceClaimTemplate
  metadata>ObjectMeta spec>ResourceClaimTemplateSpec: -
Namespace
  metadata>ObjectMeta spec?blank status?blank: -
ServiceAccount
  metadata>ObjectMeta: -
  imagePullSecrets?secrets secrets?secrets: what its pods may pull and mount
  automountServiceAccountToken?mounted_token: false takes a token away
StorageClass
  metadata>ObjectMeta: -
  provisioner?driver: who makes the volumes
  parameters?parameters: what the driver is told
  reclaimPolicy?retained: what becomes of the files
  mountOptions?mount_options: how the node mounts
  allowVolumeExpansion volumeBindingMode: when a volume is made, and whether it may grow
PodTemplateSpec
  metadata>ObjectMeta spec>PodSpec: -
JobTemplateSpec
  metadata>ObjectMeta spec>JobSpec: -
JobSpec
  parallelism completions completionMode backoffLimit backoffLimitPerIndex maxFailedIndexes: how many of its own pods
  activeDeadlineSeconds ttlSecondsAfterFinished suspend podReplacementPolicy podFailurePolicy successPolicy: when they end
  template>PodTemplateSpec: -
CronJobSpec
  schedule timeZone concurrencyPolicy startingDeadlineSeconds suspend: when its own Jobs begin
  successfulJobsHistoryLimit failedJobsHistoryLimit: how many of them are kept
  jobTemplate>JobTemplateSpec: -
DeploymentSpec
  replicas minReadySeconds revisionHistoryLimit progressDeadlineSeconds paused strategy: its own pods, one after another
  selector: must match its own template
  template>PodTemplateSpec: -
ReplicaSetSpec
  replicas minReadySeconds: its own pods
  selector: must match its own template
  template>PodTemplateSpec: -
ReplicationControllerSpec
  replicas minReadySeconds: its own pods
  selector: must match its own template
  template>PodTemplateSpec: -
DaemonSetSpec
  minReadySeconds revisionHistoryLimit updateStrategy: its own pods
  selector: must match its own template
  template>PodTemplateSpec: -
StatefulSetSpec
  replicas minReadySeconds revisionHistoryLimit podManagementPolicy updateStrategy ordinals: its own pods
  serviceName: the domain of its pods
  persistentVolumeClaimRetentionPolicy: what becomes of its own claims
  selector: must match its own template
  template>PodTemplateSpec: -
  volumeClaimTemplates?claims_of_a_set>PersistentVolumeClaim: -

PodSpec
  containers>Container initContainers>Container: -
  volumes>Volume: -
  restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds: when the pod ends
  hostname hostnameOverride subdomain setHostnameAsFQDN enableServiceLinks hostAliases dnsConfig dnsPolicy: names, inside of the pod
  os readinessGates: what the pod is, and when it counts as ready
  shareProcessNamespace: among its own containers
  hostUsers: users of the pod that are nobody on the node
  preemptionPolicy: a class of its own is needed to preempt
  securityContext>PodSecurityContext: -
  resources?amounts>ResourceRequirements: -
  nodeSelector?node_selector: which nodes
  affinity>Affinity: -
  topologySpreadConstraints>TopologySpreadConstraint: -
  tolerations?tolerations: which nodes
  schedulerName?scheduler priorityClassName?priority_class runtimeClassName?runtime_class: who places it, before whom, run by what
  serviceAccountName?account serviceAccount?account: as whom it speaks to the API server
  automountServiceAccountToken?mounted_token: false takes a token away
  imagePullSecrets?secrets: as whom images are pulled
  hostNetwork?host_namespace hostPID?host_namespace hostIPC?host_namespace: the node's
  resourceClaims?resource_claims: devices
Affinity
  nodeAffinity>NodeAffinity podAffinity>PodAffinity podAntiAffinity>PodAffinity: -
NodeAffinity
  requiredDuringSchedulingIgnoredDuringExecution>NodeSelector: -
  preferredDuringSchedulingIgnoredDuringExecution>PreferredSchedulingTerm: -
NodeSelector
  nodeSelectorTerms>NodeSelectorTerm: -
PreferredSchedulingTerm
  weight: one of several wishes
  preference>NodeSelectorTerm: -
NodeSelectorTerm
  matchExpressions?node_expressions: labels of nodes
PodAffinity
  requiredDuringSchedulingIgnoredDuringExecution>PodAffinityTerm: -
  preferredDuringSchedulingIgnoredDuringExecution>WeightedPodAffinityTerm: -
WeightedPodAffinityTerm
  weight: one of several wishes
  podAffinityTerm>PodAffinityTerm: -
PodAffinityTerm
  labelSelector matchLabelKeys mismatchLabelKeys: pods of its own namespace
  namespaces?namespaces: pods of others
  topologyKey?topology_key: nodes without this label are left out
TopologySpreadConstraint
  maxSkew minDomains whenUnsatisfiable nodeAffinityPolicy nodeTaintsPolicy labelSelector matchLabelKeys: among its own pods
  topologyKey?topology_key: nodes without this label are left out
PodSecurityContext
  runAsUser runAsGroup runAsNonRoot fsGroup fsGroupChangePolicy supplementalGroups supplementalGroupsPolicy: users of its own files
  seLinuxChangePolicy: how labels come to files
  seccompProfile?profile appArmorProfile?profile seLinuxOptions?selinux sysctls?sysctls windowsOptions?windows: what the kernel lets it do
SecurityContext
  runAsUser runAsGroup runAsNonRoot readOnlyRootFilesystem: users and files of the container
  allowPrivilegeEscalation: true is what is meant where nothing is said
  privileged?privileged procMount?proc capabilities>Capabilities: what the kernel lets it do
  seccompProfile?profile appArmorProfile?profile seLinuxOptions?selinux windowsOptions?windows: the same
Capabilities
  drop: gives rights away
  add?capabilities: takes rights

Container
  name command args workingDir stdin stdinOnce tty: what runs, of what the image has
  image?image: whose code runs
  imagePullPolicy: when the registry is asked again
  terminationMessagePath terminationMessagePolicy: a file of the container
  restartPolicy restartPolicyRules resizePolicy: what becomes of it when it ends, or grows
  env?variables envFrom?variable_sources: what its processes are told, and its runtime too
  ports>ContainerPort: -
  resources?amounts>ResourceRequirements: -
  volumeMounts>VolumeMount: -
  volumeDevices: of volumes that are judged
  livenessProbe>Probe readinessProbe>Probe startupProbe>Probe lifecycle>Lifecycle: -
  securityContext>SecurityContext: -
ContainerPort
  containerPort name protocol: a port of the pod
  hostPort?host_port hostIP?host_ip: a port of the node
ResourceRequirements
  limits requests: they are added up where they stand
  claims: of claims of the pod, which are judged
VolumeMount
  name readOnly recursiveReadOnly subPath subPathExpr: of a volume that is judged
  mountPath?mount_path: in the container, but for what a runtime looks at
  mountPropagation?propagation: mounts of the node
Probe
  exec grpc: asks the pod
  httpGet>Request tcpSocket>Request: -
  failureThreshold initialDelaySeconds periodSeconds successThreshold timeoutSeconds terminationGracePeriodSeconds: when it is asked
Lifecycle
  postStart>LifecycleHandler preStop>LifecycleHandler: -
  stopSignal: to its own processes
LifecycleHandler
  exec sleep: in the container
  httpGet>Request tcpSocket>Request: -
Request
  port path scheme httpHeaders protocol: of the pod's own address
  host?host: any other address, asked by the node

Volume
  name: within the pod
  emptyDir?medium: made for the pod
  configMap>ConfigMapFiles secret>SecretFiles projected>ProjectedVolumeSource downwardAPI: of the pod, or of objects that are judged
  persistentVolumeClaim?claim ephemeral>EphemeralVolumeSource: -
  nfs?nfs hostPath?host_path csi?csi image?image_volume: -
ConfigMapFiles
  items defaultMode defaultUser optional: how its keys become files
  name?config_map: whose values
SecretFiles
  items defaultMode defaultUser optional: how its keys become files
  name?secret secretName?secret: whose values
ProjectedVolumeSource
  defaultMode defaultUser: how its keys become files
  sources>VolumeProjection: -
VolumeProjection
  configMap>ConfigMapFiles secret>SecretFiles downwardAPI: of the pod, or of objects that are judged
  serviceAccountToken?token: an identity
EphemeralVolumeSource
  volumeClaimTemplate>PersistentVolumeClaim: -
PersistentVolumeClaimSpec
  accessModes resources volumeMode: how much of a class
  storageClassName?storage_class: of which class
  volumeName?volume_name: whose files
PersistentVolumeSpec
  capacity accessModes volumeMode: how much
  claimRef: it is judged where the whole is
  persistentVolumeReclaimPolicy?retained: what becomes of the files
  storageClassName?storage_class: of which class
  mountOptions?mount_options: how the node mounts
  nodeAffinity>VolumeNodeAffinity: -
  nfs hostPath local csi: they are judged where the whole is
VolumeNodeAffinity
  required>NodeSelector: -

ServiceSpec
  selector sessionAffinity sessionAffinityConfig publishNotReadyAddresses internalTrafficPolicy: pods of its own namespace
  ipFamilies ipFamilyPolicy trafficDistribution: how they are reached
  ports>ServicePort: -
  clusterIP?cluster_address clusterIPs?cluster_address: an address within the cluster
  type?service_type externalName?external_name externalIPs?external_addresses: the world outside
  externalTrafficPolicy?node_ports allocateLoadBalancerNodePorts?load_balancer: the same
ServicePort
  name port targetPort protocol appProtocol: a port of the pods
  nodePort?node_ports: a port of every node

ResourceClaimTemplateSpec
  metadata>ObjectMeta spec>ResourceClaimSpec: -
ResourceClaimSpec
  devices?devices>DeviceClaim: -
DeviceClaim
  requests>DeviceRequest: -
  constraints: among its own devices
DeviceRequest
  name: within the claim
  exactly>DeviceRequest firstAvailable>DeviceRequest: -
  deviceClassName?device_class: what kind of device
  count allocationMode: they are added up where the claim stands
  selectors capacity: fewer of a kind that is judged
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """What is said of a field: the function that judges it, and the type whose lines judge what is in it."""

    judge: str | None
    inner: str | None


def _read(text: str) -> Mapping[str, Mapping[str, Entry]]:
    types: dict[str, dict[str, Entry]] = {}
    fields: dict[str, Entry] = {}
    for line in filter(None, text.splitlines()):
        if line.startswith(" "):
            for field in line.partition(":")[0].split():
                rest, _, inner = field.partition(">")
                name, _, judge = rest.partition("?")
                fields[name] = Entry(judge or None, inner or None)
        else:
            fields = types.setdefault(line.strip(), {})
    return types


HARMLESS: Final = _read(_HARMLESS)
"""By type and field, spelt as Kubernetes spells them but for a few types that are judged alike (``SecretFiles``, ``Request``)."""
