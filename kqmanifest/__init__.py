"""Kubernetes manifests for deep-learning workloads, checked before a cluster sees them."""

from kqmanifest.compiler.manifest import Manifest
from kqmanifest.diagnostics import Diagnostic, ManifestError, Pointer
from kqmanifest.limits import Limits
from kqmanifest.model.container import (
    ConfigMapKey,
    Container,
    Env,
    EnvFrom,
    EnvSource,
    FieldRef,
    Gpus,
    Limit,
    Port,
    ResourceFieldRef,
    SecretKey,
)
from kqmanifest.model.platform import Agent, FileServer, Platform, Proxies
from kqmanifest.model.pod import Pod
from kqmanifest.model.site import Site
from kqmanifest.model.volumes import (
    ClaimSource,
    ConfigMapSource,
    Csi,
    DownwardApi,
    EmptyDir,
    Ephemeral,
    HostPath,
    ImageSource,
    KeyToPath,
    Mount,
    Nfs,
    NfsClaim,
    Projected,
    RawSource,
    SecretSource,
    SharedMemory,
)
from kqmanifest.model.workloads import (
    ConfigMap,
    CronJob,
    Deployment,
    Job,
    Namespace,
    PersistentVolume,
    PersistentVolumeClaim,
    ResourceClaimTemplate,
    Secret,
    Service,
    ServicePort,
    StatefulSet,
)
from kqmanifest.pipeline import Inspection, build, check, inspect, render
from kqmanifest.presets.inference import Inference
from kqmanifest.presets.notebook import Notebook
from kqmanifest.presets.preprocessing import Preprocessing
from kqmanifest.presets.preset import Expanded, Expansion, Preset
from kqmanifest.presets.run import Repository, User
from kqmanifest.presets.tenant import Login, Member, Tenant
from kqmanifest.presets.tensorboard import TensorBoard
from kqmanifest.presets.training import Training
from kqmanifest.read import Document, load
from kqmanifest.specs.spec_form import to_spec

__all__ = [
    "Agent",
    "ClaimSource",
    "ConfigMap",
    "ConfigMapKey",
    "ConfigMapSource",
    "Container",
    "CronJob",
    "Csi",
    "Deployment",
    "Diagnostic",
    "Document",
    "DownwardApi",
    "EmptyDir",
    "Env",
    "EnvFrom",
    "EnvSource",
    "Ephemeral",
    "Expanded",
    "Expansion",
    "FieldRef",
    "FileServer",
    "Gpus",
    "HostPath",
    "ImageSource",
    "Inference",
    "Inspection",
    "Job",
    "KeyToPath",
    "Limit",
    "Limits",
    "Login",
    "Manifest",
    "ManifestError",
    "Member",
    "Mount",
    "Namespace",
    "Nfs",
    "NfsClaim",
    "Notebook",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Platform",
    "Pod",
    "Pointer",
    "Port",
    "Preprocessing",
    "Preset",
    "Projected",
    "Proxies",
    "RawSource",
    "Repository",
    "ResourceClaimTemplate",
    "ResourceFieldRef",
    "Secret",
    "SecretKey",
    "SecretSource",
    "Service",
    "ServicePort",
    "SharedMemory",
    "Site",
    "StatefulSet",
    "Tenant",
    "TensorBoard",
    "Training",
    "User",
    "build",
    "check",
    "inspect",
    "load",
    "render",
    "to_spec",
]
