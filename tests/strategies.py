"""Specs to try: in JSON form and as models, right ones that render, and right ones with one thing changed."""

from __future__ import annotations

import copy
import dataclasses
import string
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

import kqmanifest as kq

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


# Volumes and mounts.
_KEYS = st.lists(objects({"key": NAMES, "path": RELATIVE_PATHS}, mode=MODES), max_size=2, unique_by=lambda one: str(one["path"]))
_CLAIM = objects({"resources": st.just({"requests": {"storage": "1Gi"}}), "accessModes": st.just(["ReadWriteOnce"])})
_FACTS = st.lists(
    st.sampled_from(["metadata.name", "metadata.namespace", "metadata.labels"]).map(
        lambda field: {"path": field.replace(".", "/"), "fieldRef": {"fieldPath": field}}
    ),
    max_size=2,
    unique_by=str,
)
_PROJECTIONS = st.lists(st.sampled_from([{"secret": {"name": "token"}}, {"configMap": {"name": "settings"}}]), max_size=2, unique_by=str)
NFS = objects({"server": NAMES, "path": PATHS}, readOnly=FLAGS)
_NFS_CLAIM = objects({"size": SIZES}, mountOptions=st.just(["nfsvers=4.1"]), accessModes=st.just(["ReadWriteMany"]))
SOURCE_BODIES: dict[str, st.SearchStrategy[Any]] = {
    "nfs": NFS,
    "hostPath": objects({"path": PATHS}, type=st.sampled_from(["Directory", "DirectoryOrCreate", "File", "Socket"])),
    "emptyDir": objects(medium=st.sampled_from(["", "Memory"]), sizeLimit=SIZES),
    "persistentVolumeClaim": objects({"claimName": NAMES}, readOnly=FLAGS),
    "configMap": objects({"name": NAMES}, items=_KEYS, defaultMode=MODES, optional=FLAGS),
    "secret": objects({"secretName": NAMES}, items=_KEYS, defaultMode=MODES, optional=FLAGS),
    "downwardAPI": objects(items=_FACTS, defaultMode=MODES),
    "projected": objects({"sources": _PROJECTIONS}, defaultMode=MODES),
    "csi": objects({"driver": st.just("csi.example.com")}, fsType=st.just("ext4"), readOnly=FLAGS, volumeAttributes=NOTES),
    "ephemeral": objects({"volumeClaimTemplate": st.builds(lambda spec: {"spec": spec}, _CLAIM)}),
    "image": objects({"reference": st.just("example.com/data:1")}, pullPolicy=st.sampled_from(["Always", "IfNotPresent"])),
    "iscsi": st.just({"targetPortal": "10.0.0.1:3260", "iqn": "iqn.2001-04.com.example:storage", "lun": 0}),
}
"""What stands under the key of each source; the last has no model."""
SOURCES: JsonSpecs = st.one_of(*(st.builds(lambda body, key=key: {key: body}, body) for key, body in SOURCE_BODIES.items()))
CLAIMED: JsonSpecs = st.builds(lambda nfs, claim: {"nfs": {**nfs, "claim": claim}}, NFS, _NFS_CLAIM)
_VIEWS = objects(
    subPath=RELATIVE_PATHS,
    readOnly=FLAGS,
    mountPropagation=st.sampled_from(["None", "HostToContainer"]),
    recursiveReadOnly=st.just("Disabled"),
)


@st.composite
def mounts(draw: st.DrawFn, below: str = "", named: tuple[str, ...] = (), most: int = 3) -> list[Json]:
    """Draw mounts at different paths ``below`` one; some refer to volumes that are ``named`` elsewhere."""
    where = draw(st.lists(SEGMENTS, max_size=most, unique=True))
    sources = SOURCES | CLAIMED
    if named:
        sources |= st.sampled_from(named).map(lambda name: {"volume": name})
    return [{"mountPath": f"{below}/{segment}", **draw(_VIEWS), **draw(sources)} for segment in where]


# Containers.
_KEY_REFERENCES = objects({"name": NAMES, "key": NAMES}, optional=FLAGS)
VALUE_SOURCES: JsonSpecs = st.one_of(
    st.builds(lambda key: {"secretKeyRef": key}, _KEY_REFERENCES),
    st.builds(lambda key: {"configMapKeyRef": key}, _KEY_REFERENCES),
    st.sampled_from(["metadata.name", "status.podIP"]).map(lambda field: {"fieldRef": {"fieldPath": field}}),
    st.just({"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}),
)
ENVIRONMENTS = st.one_of(
    st.dictionaries(VARIABLES, st.one_of(TEXTS, st.builds(lambda source: {"valueFrom": source}, VALUE_SOURCES)), max_size=3),
    st.lists(
        objects({"name": VARIABLES}, value=TEXTS) | objects({"name": VARIABLES, "valueFrom": VALUE_SOURCES}),
        max_size=3,
        unique_by=lambda one: str(one["name"]),
    ),
)
_GPUS = objects(count=st.integers(0, 8), product=st.just("NVIDIA-A100-SXM4-80GB"), tolerate=FLAGS)
GPUS = st.one_of(
    st.integers(0, 8),
    _GPUS,
    st.lists(
        st.sampled_from(["amd.com/gpu", "nvidia.com/mig-1g.10gb"]).map(lambda resource: {"resource": resource}), max_size=2, unique_by=str
    ),
    st.lists(st.integers(0, 8), max_size=1),
    st.just({"deviceClass": "gpu.example.com", "count": 2}),
)
PORT_NUMBERS = st.integers(1, 65535)
PORTS = st.one_of(
    PORT_NUMBERS,
    objects({"containerPort": PORT_NUMBERS}, name=NAMES, protocol=st.sampled_from(["TCP", "UDP"])),
    st.lists(PORT_NUMBERS | PORT_NUMBERS.map(lambda number: {"containerPort": number}), max_size=2, unique_by=str),
)
LIMITS = st.dictionaries(st.sampled_from(["rdma/hca", "example.com/fpga"]), st.integers(0, 8)) | st.just(
    [{"resource": "rdma/hca", "quantity": 1}]
)
SHARED_MEMORY = SIZES | SIZES.map(lambda size: {"size": size}) | SIZES.map(lambda size: [size])
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


@st.composite
def containers(draw: st.DrawFn, name: st.SearchStrategy[str] = NAMES, named: tuple[str, ...] = ()) -> Json:
    """Draw a container."""
    own = objects(
        command=st.lists(TEXTS.filter(bool), max_size=2),
        args=st.lists(TEXTS, max_size=2),
        workingDir=PATHS,
        env=ENVIRONMENTS,
        envFrom=st.lists(
            st.sampled_from([{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "token"}, "prefix": "T_"}]), max_size=2
        ),
        ports=PORTS,
        cpu=QUANTITIES,
        memory=SIZES,
        ephemeralStorage=SIZES,
        limits=LIMITS,
        gpus=GPUS,
        sharedMemory=SHARED_MEMORY,
        mounts=mounts("/own", named),
        imagePullPolicy=st.sampled_from(["Always", "IfNotPresent", "Never"]),
    )
    return {"name": draw(name), "image": "example.com/training:1", **draw(own), **draw(OWN_OF_CONTAINERS)}


# Pods and what else can stand alone.
OWN_OF_PODS: JsonSpecs = objects(
    hostAliases=st.just([{"ip": "10.0.0.1", "hostnames": ["storage"]}]),
    dnsPolicy=st.just("Default"),
    securityContext=st.just({"fsGroup": 1000, "supplementalGroups": [1, 2]}),
    automountServiceAccountToken=FLAGS,
    priorityClassName=st.just("batch"),
    affinity=st.just({"podAntiAffinity": {}}),
    finalizers=st.just(["example.com/keep"]),
)


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
    some = objects(
        labels=LABELS,
        annotations=NOTES,
        mounts=mounts("/all", tuple(volumes), 2),
        nodeSelector=LABELS,
        tolerations=st.just([{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]),
        serviceAccountName=NAMES,
        imagePullSecrets=st.just([{"name": "registry"}]),
        terminationGracePeriodSeconds=st.integers(0, 300),
    )
    return pod | draw(some) | draw(OWN_OF_PODS)


COUNTS = st.integers(0, 10)
_OWN_METADATA = objects(generateName=NAMES, finalizers=st.just(["example.com/keep"]))
_JOBS = objects(
    {"pod": pods()},
    parallelism=COUNTS,
    backoffLimit=COUNTS,
    activeDeadlineSeconds=st.integers(1, 1000),
    ttlSecondsAfterFinished=COUNTS,
    suspend=FLAGS,
    labels=LABELS,
    podReplacementPolicy=st.just("Failed"),
)
_VOLUME_SPEC = {"capacity": SIZES.map(lambda size: {"storage": size}), "accessModes": st.just(["ReadWriteMany"])}
_SERVICE_PORTS = st.one_of(
    PORT_NUMBERS.map(lambda number: [number]),
    objects({"port": PORT_NUMBERS}, targetPort=PORT_NUMBERS | NAMES, name=NAMES, protocol=st.just("TCP"), appProtocol=st.just("http")).map(
        lambda port: [port]
    ),
)
BODIES: dict[str, JsonSpecs] = {
    "Pod": pods(),
    "Job": _JOBS,
    "CronJob": objects(
        {"schedule": st.just("0 3 * * *"), "job": _JOBS}, timeZone=st.just("Asia/Tokyo"), concurrencyPolicy=st.just("Forbid"), suspend=FLAGS
    ),
    "Deployment": objects({"pod": pods()}, replicas=COUNTS, strategy=st.just({"type": "Recreate"}), minReadySeconds=COUNTS),
    "StatefulSet": objects({"pod": pods()}, replicas=COUNTS, serviceName=NAMES, podManagementPolicy=st.just("Parallel")),
    "Service": objects(
        {"ports": _SERVICE_PORTS, "selector": LABELS}, type=st.sampled_from(["ClusterIP", "NodePort"]), sessionAffinity=st.just("ClientIP")
    ),
    "ConfigMap": objects(data=NOTES, binaryData=st.just({"bytes": "aGVsbG8="}), immutable=FLAGS),
    "Secret": objects(stringData=NOTES, data=st.just({"bytes": "aGVsbG8="}), type=st.just("Opaque"), immutable=FLAGS),
    "PersistentVolume": objects({**_VOLUME_SPEC, "nfs": NFS}, storageClassName=NAMES, mountOptions=st.just(["nfsvers=4.1"]))
    | objects({**_VOLUME_SPEC, "hostPath": SOURCE_BODIES["hostPath"]}, volumeMode=st.just("Filesystem")),
    "PersistentVolumeClaim": objects(
        {"accessModes": st.just(["ReadWriteMany"]), "resources": SIZES.map(lambda size: {"requests": {"storage": size}})},
        storageClassName=NAMES | st.just(""),
        volumeName=NAMES,
        volumeMode=st.just("Filesystem"),
    ),
    "Namespace": objects(labels=LABELS),
    "ResourceClaimTemplate": objects(
        {"devices": st.just({"requests": [{"name": "gpus", "exactly": {"deviceClassName": "gpu.example.com"}}]})}
    ),
}
"""What stands in a spec of each kind, beside ``kind`` and ``name``."""


@st.composite
def specs(draw: st.DrawFn, *kinds: str) -> Json:
    """Draw a spec, of one of these kinds, that renders without an error."""
    kind = draw(st.sampled_from(kinds or tuple(BODIES)))
    head = {"kind": kind, "name": draw(NAMES)}
    if kind != "Namespace":
        head |= draw(objects(namespace=NAMES))
    return head | draw(objects(annotations=NOTES)) | draw(BODIES[kind])


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
def built(model: Callable[..., Any], required: dict[str, Any] | None = None, /, **optional: Any) -> st.SearchStrategy[Any]:
    """Draw a value of a model, with some of the optional fields."""
    return st.builds(lambda fields: model(**fields), objects(required, **optional))


NFS_MODELS = built(
    kq.Nfs,
    {"server": NAMES, "path": PATHS},
    read_only=FLAGS,
    claim=built(kq.NfsClaim, {"size": SIZES}, mount_options=st.just(["nfsvers=4.1"])),
)
_KEY_MODELS = st.lists(built(kq.KeyToPath, {"key": NAMES, "path": RELATIVE_PATHS}, mode=MODES), max_size=1)
SOURCE_MODELS: st.SearchStrategy[Any] = st.one_of(
    NFS_MODELS,
    built(kq.HostPath, {"path": PATHS}, type=st.just("Directory")),
    built(kq.EmptyDir, medium=st.just("Memory"), size_limit=SIZES),
    built(kq.ClaimSource, {"claim_name": NAMES}, read_only=FLAGS),
    built(kq.ConfigMapSource, {"name": NAMES}, items=_KEY_MODELS, default_mode=MODES, optional=FLAGS),
    built(kq.SecretSource, {"secret_name": NAMES}, items=_KEY_MODELS, default_mode=MODES, optional=FLAGS),
    built(kq.DownwardApi, {"items": _FACTS}),
    built(kq.Projected, {"sources": _PROJECTIONS}),
    built(kq.Csi, {"driver": st.just("csi.example.com")}, volume_attributes=NOTES),
    built(kq.Ephemeral, {"volume_claim_template": st.builds(lambda spec: {"spec": spec}, _CLAIM)}),
    built(kq.ImageSource, {"reference": st.just("example.com/data:1")}),
    st.builds(lambda body: kq.RawSource("iscsi", body), SOURCE_BODIES["iscsi"]),
)


@st.composite
def mount_models(draw: st.DrawFn, below: str = "", most: int = 3) -> list[kq.Mount]:
    """Draw mounts at different paths ``below`` one."""
    some = objects(sub_path=RELATIVE_PATHS, read_only=FLAGS)
    return [
        kq.Mount(f"{below}/{segment}", draw(SOURCE_MODELS), **draw(some))
        for segment in draw(st.lists(SEGMENTS, max_size=most, unique=True))
    ]


ENV_MODELS = st.builds(kq.Env, VARIABLES, TEXTS) | st.builds(
    lambda name, key: kq.Env(name, value_from=kq.EnvSource(secret_key_ref=key)),
    VARIABLES,
    built(kq.SecretKey, {"name": NAMES, "key": NAMES}, optional=FLAGS),
)
GPU_MODELS = built(kq.Gpus, count=st.integers(0, 8), product=st.just("NVIDIA-A100-SXM4-80GB"), tolerate=FLAGS)
PORT_MODELS = built(kq.Port, {"container_port": PORT_NUMBERS}, name=NAMES, protocol=st.just("UDP"))
ADDITIONS: st.SearchStrategy[Any] = st.one_of(
    mount_models("/added", 1),
    ENV_MODELS,
    PORT_MODELS,
    GPU_MODELS,
    st.builds(kq.SharedMemory, SIZES),
    st.builds(kq.Limit, st.sampled_from(["rdma/hca", "example.com/fpga"]), st.integers(0, 8)),
    st.builds(lambda name: kq.EnvFrom(config_map_ref={"name": name}), NAMES),
)
"""What can be added to a container; what two of them are to each other may be a fault."""


def container_models(name: st.SearchStrategy[str] = NAMES) -> st.SearchStrategy[kq.Container]:
    """Draw a container."""
    return built(
        kq.Container,
        {"name": name, "image": st.just("example.com/training:1")},
        command=st.lists(TEXTS.filter(bool), max_size=2),
        working_dir=PATHS,
        env=st.dictionaries(VARIABLES, TEXTS, max_size=2) | st.lists(ENV_MODELS, max_size=2, unique_by=lambda one: str(one.name)),
        ports=st.lists(PORT_MODELS, max_size=1) | st.lists(PORT_NUMBERS, max_size=2, unique=True),
        cpu=QUANTITIES,
        memory=SIZES,
        limits=LIMITS.filter(lambda limits: isinstance(limits, dict)),
        gpus=GPU_MODELS | st.integers(0, 8),
        shared_memory=st.builds(kq.SharedMemory, SIZES) | st.just("8Gi"),
        mounts=mount_models("/own"),
        other=OWN_OF_CONTAINERS,
    )


@st.composite
def pod_models(draw: st.DrawFn) -> kq.Pod:
    """Draw a pod that nobody named."""
    names = draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))
    some = objects(labels=LABELS, mounts=mount_models("/all", 1), node_selector=LABELS, service_account_name=NAMES, other=OWN_OF_PODS)
    return kq.Pod(containers=[draw(container_models(st.just(name))) for name in names], **draw(some))


_JOB_MODELS = {"pod": pod_models()}
MODELS: st.SearchStrategy[Any] = st.one_of(
    st.builds(lambda pod, name: dataclasses.replace(pod, name=name), pod_models(), NAMES),
    built(kq.Job, {**_JOB_MODELS, "name": NAMES}, backoff_limit=COUNTS, suspend=FLAGS, annotations=NOTES),
    built(kq.CronJob, {"name": NAMES, "schedule": st.just("0 3 * * *"), "job": built(kq.Job, _JOB_MODELS)}, suspend=FLAGS),
    built(kq.Deployment, {**_JOB_MODELS, "name": NAMES}, replicas=COUNTS),
    built(kq.StatefulSet, {**_JOB_MODELS, "name": NAMES}, replicas=COUNTS, service_name=NAMES),
    built(
        kq.Service,
        {"name": NAMES, "ports": st.lists(built(kq.ServicePort, {"port": PORT_NUMBERS}, target_port=NAMES), min_size=1, max_size=1)},
        selector=LABELS,
    ),
    built(kq.ConfigMap, {"name": NAMES}, data=NOTES),
    built(kq.Secret, {"name": NAMES}, string_data=NOTES),
    built(kq.Namespace, {"name": NAMES}, labels=LABELS),
)
"""Documents as models that render without an error."""
