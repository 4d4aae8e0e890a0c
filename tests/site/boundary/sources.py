"""What the oracle asks of volumes: the exports, paths of the node, drivers and claims that they reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from boundary.places import export_of, is_named, node_path_of
from boundary.scene import Scene

Why = Iterator[str]

_NFS: Final = "nfs.csi.k8s.io"
_ATTRIBUTES: Final = frozenset({"server", "share", "subdir"})


def nfs(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    if not scene.site.gives("nfs", value):
        yield from _export(scene, value.get("server"), value.get("path"), reads=value.get("readOnly") is True)


def _export(scene: Scene, server: Any, path: Any, *, reads: bool) -> Why:
    one = export_of(scene.site.listed("nfs"), server, path)
    if one is None:
        yield f"the export {server}:{path}"
    elif one.get("readOnly") and not reads:
        yield f"the export {server}:{path}, to be written"


def host_path(scene: Scene, value: Mapping[str, Any], volume: Mapping[str, Any]) -> Why:
    one = node_path_of(scene.site.listed("hostPaths"), value.get("path"))
    if one is None and not scene.site.gives("hostPath", value):
        yield f"{value.get('path')} of the node"
        return
    if one is not None and one.get("writable"):
        return
    if "Create" in (value.get("type") or ""):
        yield f"{value.get('path')} of the node, made where it is missing"
    for spec in scene.pods():
        containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ()), *(spec.get("ephemeralContainers") or ())]
        for mount in (mount for container in containers for mount in container.get("volumeMounts") or ()):
            if mount.get("name") == volume.get("name"):
                if mount.get("readOnly") is not True:
                    yield f"{value.get('path')} of the node, to be written"
                if mount.get("subPath") or mount.get("subPathExpr"):
                    yield f"a directory below {value.get('path')} of the node, which the kubelet makes where it is missing"


def driver(scene: Scene, value: Any, _: Any) -> Why:
    if value not in [one if isinstance(one, str) else one["driver"] for one in scene.site.listed("drivers")]:
        yield f"the driver {value}"


def csi(scene: Scene, value: Mapping[str, Any], _: Any) -> Why:
    if scene.site.gives("csi", value):
        return
    yield from driver(scene, value.get("driver"), value)
    secret = (value.get("nodePublishSecretRef") or {}).get("name")
    if value.get("nodePublishSecretRef") is not None and not scene.may_use("Secret", secret):
        yield f"the Secret {secret}"
    yield from _attributes(scene, value.get("driver"), value.get("volumeAttributes") or {}, reads=value.get("readOnly") is True)


def parameters(scene: Scene, value: Mapping[str, Any], thing: Mapping[str, Any]) -> Why:
    yield from _attributes(scene, thing.get("provisioner"), value, reads="ro" in (thing.get("mountOptions") or ()))


def _attributes(scene: Scene, name: Any, attributes: Mapping[str, Any], *, reads: bool) -> Why:
    listed = next((one for one in scene.site.listed("drivers") if not isinstance(one, str) and one["driver"] == name), {"driver": name})
    allowed = listed.get("attributes") or {}
    rest = {key: item for key, item in attributes.items() if item not in allowed.get(key, ()) and "*" not in allowed.get(key, ())}
    if name != _NFS:
        yield from (f"the attribute {key} of {name}" for key in rest)
        return
    lower = [key.lower() for key in attributes]
    for key, item in rest.items():
        if key.lower() not in _ATTRIBUTES or lower.count(key.lower()) > 1 or re.search(r"[${}#]", str(item)):
            yield f"the attribute {key} of {name}"
    told = {key.lower(): item for key, item in attributes.items()}
    if rest.keys() & attributes.keys():
        below = told.get("subdir")
        yield from _export(scene, told.get("server"), f"{told.get('share')}/{below}" if below else told.get("share"), reads=reads)


def mount_options(scene: Scene, values: Sequence[Any], _: Any) -> Why:
    yield from (f"the mount option {one}" for one in values if one != "ro" and one not in scene.site.listed("mountOptions"))


def persistent_volume(scene: Scene, spec: Mapping[str, Any], _: Any) -> Why:
    """Tell what is wrong with a PersistentVolume: whoever mounts its claim may write, whatever it says of itself."""
    bound = spec.get("claimRef") or {}
    if bound.get("namespace") not in scene.site.namespaces or bound.keys() - {"namespace", "name", "kind", "apiVersion"}:
        yield "whoever is first may claim it"
    reads = "ro" in (spec.get("mountOptions") or ())
    if spec.get("nfs") is not None and not scene.site.gives("nfs", spec["nfs"]):
        yield from _export(scene, spec["nfs"].get("server"), spec["nfs"].get("path"), reads=reads)
    for source in ("hostPath", "local"):
        if spec.get(source) is not None:
            one = node_path_of(scene.site.listed("hostPaths"), spec[source].get("path"))
            if one is None or not one.get("writable"):
                yield f"{spec[source].get('path')} of the node"
    if spec.get("csi") is not None:
        yield from _persistent_csi(scene, spec["csi"], reads=reads)


def _persistent_csi(scene: Scene, csi: Mapping[str, Any], *, reads: bool) -> Why:
    yield from driver(scene, csi.get("driver"), csi)
    yield from _attributes(scene, csi.get("driver"), csi.get("volumeAttributes") or {}, reads=reads)
    if csi.get("driver") == _NFS and re.search(r"[#/]", str(csi.get("volumeHandle"))):
        yield "a handle that names an export"
    for field, secret in csi.items():
        if field.endswith("SecretRef") and secret is not None:
            named = is_named(secret.get("name"), list(scene.site.names("secrets")))
            if not named or secret.get("namespace") not in scene.site.namespaces:
                yield f"the Secret {secret.get('name')} of {secret.get('namespace')}"


def volume_name(scene: Scene, value: Any, _: Any) -> Why:
    made = [(one.get("metadata") or {}).get("name") for one in scene.run if one.get("kind") == "PersistentVolume"]
    if value != "" and value not in made and not is_named(value, scene.site.listed("persistentVolumes")):
        yield f"the volume {value}"


def claims_of_a_set(scene: Scene, values: Sequence[Mapping[str, Any]], _: Any) -> Why:
    """Tell which claims of the site a StatefulSet would take for its own."""
    name = (scene.thing.get("metadata") or {}).get("name")
    for one in values:
        start = f"{(one.get('metadata') or {}).get('name')}-{name}-"
        for known in scene.site.names("claims"):
            text = known if isinstance(known, str) else known["name"]
            if re.fullmatch(re.escape(start) + r"\d+", text):
                yield f"the claim {text}"
