"""NFS through a claim: a static PersistentVolume, and the claim that is bound to it alone."""

from __future__ import annotations

from typing import Any, Final

from kqmanifest.builder.context import BuildContext
from kqmanifest.diagnostics import Fault, Steps
from kqmanifest.model.volumes import Nfs, NfsClaim

CLAIM_NEEDS_A_NAME: Final = Fault(
    "KQ1022",
    "neither the claim for nfs {source} nor its workload has a name",
    ("add a `name` to the workload, or to the claim",),
)

DEFAULT_NAMESPACE: Final = "default"


def render_claim(work: BuildContext, volume: str, source: Nfs, steps: Steps) -> dict[str, Any]:
    """Render the PersistentVolume and its claim beside the workload; return the pod's reference to the claim.

    The volume has an empty storage class (without one, the default class would make a new volume instead) and names
    the only claim that may be bound to it, with its namespace: ``default`` where the spec names none.
    """
    claim = source.claim
    if claim is None:
        raise ValueError(source)
    name = claim.name or (f"{work.name}-{volume}" if work.name else None)
    if name is None:
        work.found.append(CLAIM_NEEDS_A_NAME.at((*steps, "claim"), source=f"{source.server}:{source.path}"))
        name = volume
    namespace = work.namespace or DEFAULT_NAMESPACE
    asked = (name, namespace, claim.size, tuple(claim.access_modes))
    held = (*asked, source.server, source.path, source.read_only, tuple(claim.mount_options))
    for kind, said, write in (("PersistentVolume", held, _volume), ("PersistentVolumeClaim", asked, _claim)):
        if (kind, said) not in work.beside:
            work.beside[kind, said] = write(work, name, namespace, source, claim, steps)
    reference: dict[str, Any] = {"claimName": name}
    if source.read_only is not None:
        reference["readOnly"] = source.read_only
    return reference


def _volume(work: BuildContext, name: str, namespace: str, source: Nfs, claim: NfsClaim, steps: Steps) -> dict[str, Any]:
    here = (*steps, "claim")
    export: dict[str, Any] = {"server": source.server, "path": source.path}
    if source.read_only is not None:
        export["readOnly"] = source.read_only
    spec: dict[str, Any] = {
        "capacity": {"storage": claim.size},
        "accessModes": list(claim.access_modes),
        "persistentVolumeReclaimPolicy": "Retain",
        "storageClassName": "",
        "claimRef": {"namespace": namespace, "name": name},
        "nfs": export,
    }
    if claim.mount_options:
        spec["mountOptions"] = list(claim.mount_options)
    tree = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}
    work.all_from(tree, here)
    work.origins.node(export, steps)
    work.origins.member(spec["capacity"], "storage", (*here, "size"))
    work.origins.node(spec["accessModes"], (*here, "accessModes"))
    if claim.mount_options:
        work.origins.node(spec["mountOptions"], (*here, "mountOptions"))
    return tree


def _claim(work: BuildContext, name: str, namespace: str, _source: Nfs, claim: NfsClaim, steps: Steps) -> dict[str, Any]:
    here = (*steps, "claim")
    requests = {"storage": claim.size}
    spec: dict[str, Any] = {
        "accessModes": list(claim.access_modes),
        "resources": {"requests": requests},
        "storageClassName": "",
        "volumeName": name,
    }
    tree = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": namespace}, "spec": spec}
    work.all_from(tree, here)
    work.origins.member(requests, "storage", (*here, "size"))
    work.origins.node(spec["accessModes"], (*here, "accessModes"))
    return tree
