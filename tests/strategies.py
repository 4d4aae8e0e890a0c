"""Specs to try: in JSON form and as models, right ones that render, and right ones with one thing changed."""

from __future__ import annotations

import copy
import dataclasses
import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from from_models import Drawing, Known, as_model, as_spec
from hypothesis import strategies as st

import kqmanifest as kq
from kqmanifest.model import volumes, workloads
from kqmanifest.model.container import Addition
from kqmanifest.model.pod import KindModel
from kqmanifest.model.values import Model
from kqmanifest.model.workloads import ServicePort

Json = dict[str, Any]
JsonSpecs = st.SearchStrategy[Json]

LOWER = string.ascii_lowercase + string.digits
NAMES = st.text(LOWER, min_size=1, max_size=12).map(lambda text: f"n{text}")
"""Names that Kubernetes allows everywhere."""
VARIABLES = st.text(string.ascii_uppercase + "_", min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
"""Any text that a value may be."""
SEGMENTS = st.text(LOWER + "_学", min_size=1, max_size=8)
PATHS = st.lists(SEGMENTS, min_size=1, max_size=3).map(lambda parts: "/" + "/".join(parts))
RELATIVE_PATHS = PATHS.map(lambda path: path[1:])
QUANTITIES = st.one_of(st.sampled_from(["500m", "1", "2.5", "8Gi", "1Ti", "1e3"]), st.integers(1, 64), st.sampled_from([0.5, 1.25]))
SIZES = st.sampled_from(["64Mi", "8Gi", "1Ti", 1024])
LABELS = st.dictionaries(NAMES, NAMES, max_size=2)
NOTES = st.dictionaries(NAMES, TEXTS, max_size=2)
FLAGS = st.booleans()
MODES = st.sampled_from([0o400, 0o644])
FRACTIONS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())
SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | FRACTIONS | TEXTS
"""Any scalar, but for 1.0: that is a whole number to a schema, and none to whoever reads a spec."""
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8)
"""Anything that JSON can hold."""


def objects(required: dict[str, Any] | None = None, /, **optional: Any) -> JsonSpecs:
    """Draw an object with these keys, and some of the optional ones."""
    return st.fixed_dictionaries(required or {}, optional=optional)


# What fields may be: those that are not here are drawn by their type.
def _path_of(entry: Any) -> str:
    return str(entry["path"] if isinstance(entry, dict) else entry.path)


def _name_of(entry: Any) -> str:
    return str(entry["name"] if isinstance(entry, dict) else entry.name)


def _keys(draw: Drawing) -> st.SearchStrategy[Any]:
    return st.lists(draw(kq.KeyToPath), max_size=2, unique_by=_path_of)


_CLAIM = objects({"resources": st.just({"requests": {"storage": "1Gi"}}), "accessModes": st.just(["ReadWriteOnce"])})
_FACTS = st.lists(
    st.sampled_from(["metadata.name", "metadata.namespace", "metadata.labels"]).map(
        lambda field: {"path": field.replace(".", "/"), "fieldRef": {"fieldPath": field}}
    ),
    max_size=2,
    unique_by=str,
)
_PROJECTIONS = st.lists(st.sampled_from([{"secret": {"name": "token"}}, {"configMap": {"name": "settings"}}]), max_size=2, unique_by=str)
_PULL_POLICIES = st.sampled_from(["Always", "IfNotPresent", "Never"])
COUNTS = st.integers(0, 10)
PORT_NUMBERS = st.integers(1, 65535)
_OF_SOURCES: Known = {
    "path": PATHS,
    "mode": MODES,
    "default_mode": MODES,
    "pull_policy": _PULL_POLICIES,
    "mount_options": st.just(["nfsvers=4.1"]),
    "access_modes": st.just(["ReadWriteMany"]),
    "KeyToPath.path": RELATIVE_PATHS,
    "HostPath.type": st.sampled_from(["Directory", "DirectoryOrCreate", "File", "Socket"]),
    "EmptyDir.medium": st.sampled_from(["", "Memory"]),
    "ConfigMapSource.items": _keys,
    "SecretSource.items": _keys,
    "DownwardApi.items": _FACTS,
    "Projected.sources": _PROJECTIONS,
    "Csi.driver": st.just("csi.example.com"),
    "Csi.fs_type": st.just("ext4"),
    "Csi.volume_attributes": NOTES,
    "Csi.node_publish_secret_ref": NAMES.map(lambda name: {"name": name}),
    "Ephemeral.volume_claim_template": st.builds(lambda spec: {"spec": spec}, _CLAIM),
    "ImageSource.reference": st.just("example.com/data:1"),
    "NfsClaim.name": None,  # two claims of one name are a fault
    "Mount.sub_path": RELATIVE_PATHS,
    "Mount.sub_path_expr": None,  # cannot stand beside subPath
    "Mount.recursive_read_only": st.just("Disabled"),
    "Mount.mount_propagation": st.sampled_from(["None", "HostToContainer"]),
}
_ENV_FROM: list[Json] = [{"config_map_ref": {"name": "settings"}}, {"secret_ref": {"name": "token"}, "prefix": "T_"}]
OWN_OF_CONTAINERS: JsonSpecs = objects(
    stdin=FLAGS,
    tty=FLAGS,
    livenessProbe=st.sampled_from([{"httpGet": {"port": 80}}, {"exec": {"command": ["true"]}, "periodSeconds": 5}]),
    lifecycle=st.just({"preStop": {"exec": {"command": ["sleep", "5"]}}}),
    securityContext=st.just({"runAsUser": 1000, "runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}}),
    resources=st.just({"requests": {"cpu": "100m"}}),
    terminationMessagePolicy=st.just("FallbackToLogsOnError"),
)
"""Fields of Kubernetes that a spec's container has no model for."""
_OF_CONTAINERS: Known = {
    "Container.image": st.just("example.com/training:1"),
    "Container.command": st.lists(TEXTS.filter(bool), max_size=2),
    "Container.args": st.lists(TEXTS, max_size=2),
    "Container.working_dir": PATHS,
    "Container.cpu": QUANTITIES,
    "Container.image_pull_policy": _PULL_POLICIES,
    "Container.keeps": None,  # needs a mount that lasts
    "Container.restart_policy": None,  # only some containers have one
    "Container.other": OWN_OF_CONTAINERS,
    "Container.env": lambda draw: st.lists(draw(kq.Env), max_size=3, unique_by=_name_of),
    "Container.env_from": lambda draw: st.lists(st.sampled_from(_ENV_FROM).map(lambda given: draw.form(kq.EnvFrom, given)), max_size=2),
    "Container.ports": lambda draw: draw(kq.Port).map(lambda port: [port]),
    "Env.name": VARIABLES,
    "Env.value": TEXTS,
    "Env.value_from": None,  # instead of a value
    "FieldRef.field_path": st.sampled_from(["metadata.name", "status.podIP"]),
    "ResourceFieldRef.resource": st.just("limits.memory"),
    "ResourceFieldRef.container_name": None,  # it must be there
    "ResourceFieldRef.divisor": st.just("1Mi"),
    "Port.container_port": PORT_NUMBERS,
    "Port.protocol": st.sampled_from(["TCP", "UDP"]),
    "Port.host_port": None,  # two containers cannot have the same
    "Port.host_ip": None,  # needs a port of the node
    "Limit.resource": st.sampled_from(["rdma/hca", "example.com/fpga"]),
    "Limit.quantity": st.integers(0, 8),
    "Gpus.count": st.integers(0, 8),
    "Gpus.resource": None,  # the same one twice is a fault
    "Gpus.product": st.just("NVIDIA-A100-SXM4-80GB"),
    "Gpus.class_": None,  # only a site knows one
    "Gpus.device_class": None,  # instead of a resource
}
OWN_OF_PODS: JsonSpecs = objects(
    hostAliases=st.just([{"ip": "10.0.0.1", "hostnames": ["storage"]}]),
    dnsPolicy=st.just("Default"),
    securityContext=st.just({"fsGroup": 1000, "supplementalGroups": [1, 2]}),
    automountServiceAccountToken=FLAGS,
    priorityClassName=st.just("batch"),
    affinity=st.just({"podAntiAffinity": {}}),
    finalizers=st.just(["example.com/keep"]),
)
_STORAGE = SIZES.map(lambda size: {"storage": size})
_OF_KINDS: Known = {
    "other": None,
    "namespace": None,  # what is not everybody's is drawn with the kind
    "overlay": None,
    "ignore": None,
    "labels": LABELS,
    "annotations": NOTES,
    "suspend": FLAGS,
    "Pod.other": OWN_OF_PODS,
    "Pod.keeps": None,  # needs a mount that lasts
    "Pod.restart_policy": None,  # a workload takes only its own
    "Pod.tolerations": st.just([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]),
    "Pod.image_pull_secrets": st.just([{"name": "registry"}]),
    "Pod.termination_grace_period_seconds": st.integers(0, 300),
    "Job.completion_mode": st.just("NonIndexed"),  # an indexed one takes shorter names, and counts
    "Job.active_deadline_seconds": st.integers(1, 1000),
    "Job.other": objects(podReplacementPolicy=st.just("Failed")),
    "CronJob.schedule": st.just("0 3 * * *"),
    "CronJob.time_zone": st.just("Asia/Tokyo"),
    "CronJob.concurrency_policy": st.sampled_from(["Allow", "Forbid", "Replace"]),
    "CronJob.job": lambda draw: draw(kq.Job, "name", "annotations"),
    "selector": None,  # must find the pod that it stands beside
    "Deployment.other": objects(strategy=st.just({"type": "Recreate"}), minReadySeconds=COUNTS),
    "StatefulSet.other": objects(podManagementPolicy=st.just("Parallel")),
    "StatefulSet.volume_claim_templates": None,  # a mount must use it
    "Service.selector": LABELS,
    "Service.ports": lambda draw: draw(ServicePort).map(lambda port: [port]),
    "Service.type": st.sampled_from(["ClusterIP", "NodePort"]),
    "Service.other": objects(sessionAffinity=st.just("ClientIP")),
    "ServicePort.port": PORT_NUMBERS,
    "ServicePort.target_port": PORT_NUMBERS | NAMES,
    "ServicePort.node_port": None,  # needs a Service that has some
    "ServicePort.protocol": st.just("TCP"),
    "ServicePort.other": objects(appProtocol=st.just("http")),
    "data": NOTES,
    "string_data": NOTES,
    "binary_data": st.just({"bytes": "aGVsbG8="}),
    "Secret.data": st.just({"bytes": "aGVsbG8="}),
    "Secret.type": st.just("Opaque"),
    "PersistentVolume.capacity": _STORAGE,
    "PersistentVolume.nfs": lambda draw: draw(kq.Nfs, "claim"),
    "PersistentVolume.host_path": None,  # instead of an export
    "PersistentVolume.persistent_volume_reclaim_policy": st.sampled_from(["Retain", "Delete"]),
    "PersistentVolume.claim_ref": NAMES.map(lambda name: {"namespace": name, "name": name}),
    "PersistentVolume.other": objects(volumeMode=st.just("Filesystem")),
    "PersistentVolumeClaim.resources": _STORAGE.map(lambda size: {"requests": size}),
    "PersistentVolumeClaim.storage_class_name": NAMES | st.just(""),
    "PersistentVolumeClaim.other": objects(volumeMode=st.just("Filesystem")),
    "Namespace.labels": LABELS,
    "ResourceClaimTemplate.devices": st.just({"requests": [{"name": "gpus", "exactly": {"deviceClassName": "gpu.example.com"}}]}),
}
_NEEDED = {
    "ConfigMapSource.name",
    "SecretSource.secret_name",
    "Projected.sources",
    "ImageSource.reference",
    "Container.image",
    "SecretKey.name",
    "ConfigMapKey.name",
    "SharedMemory.size",
    "Service.ports",
    "Service.selector",
    "PersistentVolume.capacity",
    "PersistentVolume.access_modes",
    "PersistentVolume.nfs",
    "PersistentVolumeClaim.access_modes",
    "PersistentVolumeClaim.resources",
}
"""What a model may leave out, and a rule asks for."""
_TYPES: Mapping[type, st.SearchStrategy[Any]] = {str: NAMES, bool: FLAGS, int: COUNTS, float: SIZES}
"""What else a field may be, by its type; where that is a fraction, it is a quantity."""
_KNOWN: Known = {**_OF_SOURCES, **_OF_CONTAINERS, **_OF_KINDS}


# Volumes and mounts.
_SPEC = Drawing(as_spec, _TYPES, _KNOWN, _NEEDED)


def source_bodies(models: Mapping[str, type[Model]]) -> dict[str, st.SearchStrategy[Any]]:
    """Draw what stands under the key of each source."""
    return {key: _SPEC(model, *({"claim"} if model is kq.Nfs else ())) for key, model in models.items()}


RAW_SOURCE = {"iscsi": {"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2001-04.com.example:storage", "lun": 0}}
"""A source that has no model."""
SOURCE_BODIES = {**source_bodies(volumes.SOURCES), **{key: st.just(body) for key, body in RAW_SOURCE.items()}}
"""What stands under the key of each source; the last has no model."""
SOURCES: JsonSpecs = st.one_of(*(st.fixed_dictionaries({key: body}) for key, body in SOURCE_BODIES.items()))
CLAIMED: JsonSpecs = st.builds(lambda nfs, claim: {"nfs": {**nfs, "claim": claim}}, SOURCE_BODIES["nfs"], _SPEC(kq.NfsClaim))
_VIEWS = _SPEC(kq.Mount, "mount_path", "source", "volume")


@st.composite
def mounts(draw: st.DrawFn, below: str = "", named: tuple[str, ...] = (), most: int = 3) -> list[Json]:
    """Draw mounts at different paths ``below`` one; some refer to volumes that are ``named`` elsewhere."""
    where = draw(st.lists(SEGMENTS, max_size=most, unique=True))
    sources = SOURCES | CLAIMED
    if named:
        sources |= st.sampled_from(named).map(lambda name: {"volume": name})
    return [{"mountPath": f"{below}/{segment}", **draw(_VIEWS), **draw(sources)} for segment in where]


# Containers.
def _each_alone(model: type[Model]) -> JsonSpecs:
    """Draw a model that takes one of its fields."""
    fields = [name for name in model.__pydantic_fields__ if name != "other"]  # type: ignore[attr-defined]  # pydantic's, on every model
    return st.one_of(*(_SPEC(model, *(one for one in fields if one != name)).filter(bool) for name in fields))


VALUE_SOURCES = _each_alone(kq.EnvSource)
ENVIRONMENTS = st.one_of(
    st.dictionaries(VARIABLES, st.one_of(TEXTS, VALUE_SOURCES.map(lambda source: {"valueFrom": source})), max_size=3),
    st.lists(_SPEC(kq.Env) | objects({"name": VARIABLES, "valueFrom": VALUE_SOURCES}), max_size=3, unique_by=_name_of),
)
GPUS = st.one_of(
    st.integers(0, 8),
    _SPEC(kq.Gpus),
    st.lists(
        st.sampled_from(["amd.com/gpu", "nvidia.com/mig-1g.10gb"]).map(lambda resource: {"resource": resource}), max_size=2, unique_by=str
    ),
    st.lists(st.integers(0, 8), max_size=1),
    st.just({"deviceClass": "gpu.example.com", "count": 2}),
)
PORTS = st.one_of(
    PORT_NUMBERS,
    _SPEC(kq.Port),
    st.lists(PORT_NUMBERS | PORT_NUMBERS.map(lambda number: {"containerPort": number}), max_size=2, unique_by=str),
)
LIMITS = st.dictionaries(st.sampled_from(["rdma/hca", "example.com/fpga"]), st.integers(0, 8)) | st.just(
    [{"resource": "rdma/hca", "quantity": 1}]
)
SHARED_MEMORY = SIZES | _SPEC(kq.SharedMemory) | SIZES.map(lambda size: [size])
_CONTAINERS = _SPEC(kq.Container, "name", "mounts", env=ENVIRONMENTS, ports=PORTS, limits=LIMITS, gpus=GPUS, shared_memory=SHARED_MEMORY)


@st.composite
def containers(draw: st.DrawFn, name: st.SearchStrategy[str] = NAMES, named: tuple[str, ...] = ()) -> Json:
    """Draw a container."""
    where = {"mounts": draw(mounts("/own", named))} if draw(FLAGS) else {}
    return {"name": draw(name), **draw(_CONTAINERS), **where}


# Pods and what else can stand alone.
_HEAD = ("name", "annotations")
_PODS = _SPEC(kq.Pod, *_HEAD, "containers", "init_containers", "mounts", "volumes")


@st.composite
def pods(draw: st.DrawFn) -> Json:
    """Draw what a pod has, without its kind and name."""
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    volumes = {name: draw(SOURCES | CLAIMED) for name in draw(st.lists(NAMES.map(lambda name: f"v{name}"), max_size=2, unique=True))}
    each = [draw(containers(st.just(name), tuple(volumes))) for name in names]
    first = draw(st.integers(1, len(each)))
    pod: Json = {"containers": each[:first]}
    if each[first:]:
        pod["initContainers"] = [
            {key: value for key, value in one.items() if key not in {"livenessProbe", "lifecycle"}} for one in each[first:]
        ]
    if volumes:
        pod["volumes"] = volumes
    if draw(FLAGS):
        pod["mounts"] = draw(mounts("/all", tuple(volumes), 2))
    rest: Json = draw(_PODS)
    return pod | rest


_WITH_PODS = Drawing(as_spec, _TYPES, {**_KNOWN, "pod": pods()}, _NEEDED)
_SERVICE_PORTS = PORT_NUMBERS.map(lambda number: [number]) | _SPEC(ServicePort).map(lambda port: [port])
_IN_OTHER_WORDS: dict[str, JsonSpecs] = {
    "Pod": pods(),
    "Service": _SPEC(kq.Service, *_HEAD, ports=_SERVICE_PORTS),
    "PersistentVolume": _SPEC(kq.PersistentVolume, *_HEAD)
    | _SPEC(kq.PersistentVolume, *_HEAD, "nfs", "mount_options", host_path=_SPEC(kq.HostPath)).filter(lambda one: "hostPath" in one),
}
"""Kinds that have short forms, or more than one."""


def bodies(kinds: Mapping[str, type[KindModel]]) -> dict[str, JsonSpecs]:
    """Draw what stands in a spec of each kind, beside ``kind`` and ``name``."""
    return {kind: _IN_OTHER_WORDS[kind] if kind in _IN_OTHER_WORDS else _WITH_PODS(model, *_HEAD) for kind, model in kinds.items()}


BODIES = bodies(workloads.KINDS)


@st.composite
def specs(draw: st.DrawFn, *kinds: str) -> Json:
    """Draw a spec, of one of these kinds, that renders without an error."""
    kind = draw(st.sampled_from(kinds or tuple(BODIES)))
    head = {"kind": kind, "name": draw(NAMES)}
    if kind != "Namespace":
        head |= draw(_NAMESPACES)
    return head | draw(_ANNOTATIONS) | draw(BODIES[kind])


_NAMESPACES = objects(namespace=NAMES)
_ANNOTATIONS = objects(annotations=NOTES)


# One thing changed.
Place = tuple[str | int, ...]


def places(node: Any, here: Place = ()) -> Iterator[Place]:
    """List every place below a value, the deepest first."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(value, (*here, key))
        yield (*here, key)


@st.composite
def changed(draw: st.DrawFn, original: st.SearchStrategy[Any], untouched: Callable[[Place], bool] = lambda _: False) -> Any:
    """Change one thing: a value, a key, or one more of them, as mistakes do; places that are ``untouched`` stay as they are."""
    spec = copy.deepcopy(draw(original))
    allowed = [place for place in places(spec) if not untouched(place)]
    if not allowed:
        return spec
    *steps, last = draw(st.sampled_from(allowed))
    parent = spec
    for step in steps:
        parent = parent[step]
    how = draw(st.sampled_from(["replace", "remove", "rename", "add", "wrap"]))
    if how == "remove":
        del parent[last]
    elif how == "wrap":
        parent[last] = [parent[last]] if draw(FLAGS) else {draw(st.sampled_from(KEYS)): parent[last]}
    elif how == "replace" or isinstance(parent, list):
        parent[last] = draw(st.one_of(SCALARS, st.just([]), st.just({}), JSON))
    elif how == "rename":
        parent[draw(st.sampled_from([f"{last}s", str(last)[:-1], str(last).upper(), *KEYS]))] = parent.pop(last)
    else:
        parent[draw(st.sampled_from(KEYS))] = draw(SCALARS)
    return spec


KEYS = (
    "name",
    "volume",
    "volumeMounts",
    "template",
    "nfs",
    "mountPath",
    "value",
    "count",
    "size",
    "gpu",
    "affinity",
    "tty",
    "cephfs",
    "other",
)
"""Keys that mean something in one place or another."""


# The same as models.
_MODEL = Drawing(as_model, _TYPES, _KNOWN, _NEEDED)
SOURCE_MODELS: st.SearchStrategy[Any] = st.one_of(
    *map(_MODEL, volumes.SOURCES.values()), *(st.builds(kq.RawSource, st.just(key), st.just(body)) for key, body in RAW_SOURCE.items())
)


@st.composite
def mount_models(draw: st.DrawFn, below: str = "", most: int = 3) -> list[kq.Mount]:
    """Draw mounts at different paths ``below`` one."""
    return [
        kq.Mount(f"{below}/{segment}", draw(SOURCE_MODELS), **draw(_VIEWS_OF_MODELS))
        for segment in draw(st.lists(SEGMENTS, max_size=most, unique=True))
    ]


_VIEWS_OF_MODELS = objects(sub_path=RELATIVE_PATHS, read_only=FLAGS)
ENV_MODELS = _MODEL(kq.Env) | st.builds(
    lambda name, key: kq.Env(name, value_from=kq.EnvSource(secret_key_ref=key)), VARIABLES, _MODEL(kq.SecretKey)
)
GPU_MODELS = _MODEL(kq.Gpus)
PORT_MODELS = _MODEL(kq.Port)
_ADDED: Mapping[type[Model], st.SearchStrategy[Any]] = {
    kq.Mount: mount_models("/added", 1),
    kq.Env: ENV_MODELS,
    kq.EnvFrom: NAMES.map(lambda name: kq.EnvFrom(config_map_ref={"name": name})),
}
ADDITIONS: st.SearchStrategy[Any] = st.one_of(*(_ADDED[model] if model in _ADDED else _MODEL(model) for model in get_args(Addition)))
"""What can be added to a container; what two of them are to each other may be a fault."""
_CONTAINER_MODELS = {
    "env": st.dictionaries(VARIABLES, TEXTS, max_size=2) | st.lists(ENV_MODELS, max_size=2, unique_by=_name_of),
    "ports": st.lists(PORT_MODELS, max_size=1) | st.lists(PORT_NUMBERS, max_size=2, unique=True),
    "limits": LIMITS.filter(lambda limits: isinstance(limits, dict)),
    "gpus": GPU_MODELS | st.integers(0, 8),
    "shared_memory": _MODEL(kq.SharedMemory) | st.just("8Gi"),
    "mounts": mount_models("/own"),
}


def container_models(name: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[kq.Container]:
    """Draw a container."""
    return _MODEL(kq.Container, name=name, **_CONTAINER_MODELS)


@st.composite
def pod_models(draw: st.DrawFn) -> kq.Pod:
    """Draw a pod that nobody named."""
    names = draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    pod: kq.Pod = draw(_POD_MODELS)
    return dataclasses.replace(pod, containers=[dataclasses.replace(draw(_UNNAMED), name=name) for name in names])


_UNNAMED = container_models(st.just("main"))
_POD_MODELS = _MODEL(kq.Pod, *_HEAD, "init_containers", "volumes", containers=st.just(()), mounts=mount_models("/all", 1))


def models(kinds: Mapping[str, type[KindModel]]) -> list[st.SearchStrategy[Any]]:
    """Draw each kind as a model."""
    drawing = Drawing(as_model, _TYPES, {**_KNOWN, "pod": pod_models()}, _NEEDED | {f"{kind}.name" for kind in kinds})
    named = st.builds(lambda pod, name: dataclasses.replace(pod, name=name), pod_models(), NAMES)
    return [named if model is kq.Pod else drawing(model) for model in kinds.values()]


MODELS: st.SearchStrategy[Any] = st.one_of(*models(workloads.KINDS))
"""Documents as models that render without an error."""
