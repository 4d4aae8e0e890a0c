"""NFS through a claim: a static PersistentVolume, and the claim bound to it and to nothing else."""

from __future__ import annotations

from typing import Any, Final

from kqmanifest.builder.work import Work
from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.volumes import Nfs

CLAIM_NEEDS_A_NAME: Final = Fault(
    "KQ1022",
    "the claim for nfs {source} has no name, and nor has its workload",
    ("give the workload a `name`, or the claim",),
)

DEFAULT_NAMESPACE: Final = "default"


def claimed(work: Work, volume: str, source: Nfs, steps: Steps) -> dict[str, Any]:
    """Render the PersistentVolume and its claim beside the workload; give the pod's reference to the claim.

    The volume has no storage class (an empty one, or the default class would make a fresh volume instead) and names
    the claim that may have it, with its namespace: ``default`` where the spec names none.
    """
    claim = source.claim
    if claim is None:
        raise ValueError(source)
    name = claim.name or (f"{work.name}-{volume}" if work.name else None)
    if name is None:
        work.found.append(CLAIM_NEEDS_A_NAME.at((*steps, "claim"), source=f"{source.server}:{source.path}"))
        name = volume
    here = (*steps, "claim")
    namespace = work.namespace or DEFAULT_NAMESPACE
    export: dict[str, Any] = {"server": source.server, "path": source.path}
    if source.read_only is not None:
        export["readOnly"] = source.read_only
    volume_spec: dict[str, Any] = {
        "capacity": {"storage": claim.size},
        "accessModes": list(claim.access_modes),
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "claimRef": {"namespace": namespace, "name": name},
        "nfs": export,
    }
    if claim.mount_options:
        volume_spec["mountOptions"] = list(claim.mount_options)
    persistent_volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": volume_spec,
    }
    persistent_volume_claim: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "accessModes": list(claim.access_modes),
            "resources": {"requests": {"storage": claim.size}},
            "storageClassName": "",
            "volumeName": name,
        },
    }
    for tree in (persistent_volume, persistent_volume_claim):
        if tree not in work.beside:
            work.all_from(tree, here)
            work.beside.append(tree)
    work.origins.node(export, steps)
    claim_spec = persistent_volume_claim["spec"]
    work.origins.member(volume_spec["capacity"], "storage", (*here, "size"))
    work.origins.member(claim_spec["resources"]["requests"], "storage", (*here, "size"))
    for spec in (volume_spec, claim_spec):
        work.origins.node(spec["accessModes"], (*here, "accessModes"))
    if claim.mount_options:
        work.origins.node(volume_spec["mountOptions"], (*here, "mountOptions"))
    reference: dict[str, Any] = {"claimName": name}
    if source.read_only is not None:
        reference["readOnly"] = source.read_only
    return reference
