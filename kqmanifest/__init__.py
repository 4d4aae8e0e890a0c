"""Kubernetes manifests for deep-learning workloads, checked before a cluster sees them.

A name is looked up when it is first used, so that a program that checks manifests does not wait for the models of specs.
"""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
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

_HOMES = {
    "Manifest": "compiler.manifest",
    "Diagnostic": "diagnostics",
    "ManifestError": "diagnostics",
    "Pointer": "diagnostics",
    "Limits": "limits",
    "ConfigMapKey": "model.container",
    "Container": "model.container",
    "Env": "model.container",
    "EnvFrom": "model.container",
    "EnvSource": "model.container",
    "FieldRef": "model.container",
    "Gpus": "model.container",
    "Limit": "model.container",
    "Port": "model.container",
    "ResourceFieldRef": "model.container",
    "SecretKey": "model.container",
    "Agent": "model.platform",
    "FileServer": "model.platform",
    "Platform": "model.platform",
    "Proxies": "model.platform",
    "Pod": "model.pod",
    "Site": "model.site",
    "ClaimSource": "model.volumes",
    "ConfigMapSource": "model.volumes",
    "Csi": "model.volumes",
    "DownwardApi": "model.volumes",
    "EmptyDir": "model.volumes",
    "Ephemeral": "model.volumes",
    "HostPath": "model.volumes",
    "ImageSource": "model.volumes",
    "KeyToPath": "model.volumes",
    "Mount": "model.volumes",
    "Nfs": "model.volumes",
    "NfsClaim": "model.volumes",
    "Projected": "model.volumes",
    "RawSource": "model.volumes",
    "SecretSource": "model.volumes",
    "SharedMemory": "model.volumes",
    "ConfigMap": "model.workloads",
    "CronJob": "model.workloads",
    "Deployment": "model.workloads",
    "Job": "model.workloads",
    "Namespace": "model.workloads",
    "PersistentVolume": "model.workloads",
    "PersistentVolumeClaim": "model.workloads",
    "ResourceClaimTemplate": "model.workloads",
    "Secret": "model.workloads",
    "Service": "model.workloads",
    "ServicePort": "model.workloads",
    "StatefulSet": "model.workloads",
    "Inspection": "pipeline",
    "build": "pipeline",
    "check": "pipeline",
    "inspect": "pipeline",
    "render": "pipeline",
    "Inference": "presets.inference",
    "Notebook": "presets.notebook",
    "Preprocessing": "presets.preprocessing",
    "Expanded": "presets.preset",
    "Expansion": "presets.preset",
    "Preset": "presets.preset",
    "Repository": "presets.run",
    "User": "presets.run",
    "Login": "presets.tenant",
    "Member": "presets.tenant",
    "Tenant": "presets.tenant",
    "TensorBoard": "presets.tensorboard",
    "Training": "presets.training",
    "Document": "read",
    "load": "read",
    "to_spec": "specs.spec_form",
}
"""The module that each of them stands in."""


def __getattr__(name: str) -> Any:
    """Import a name from its module, and keep it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List what can be imported."""
    return sorted({*globals(), *__all__})
