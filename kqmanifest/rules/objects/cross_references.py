"""What objects mean to each other: names used twice, claims and their volumes, Services and their pods, missing keys."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from kqmanifest.rules.batch.jobs import NAME_LABELS
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.objects import UNREAD, PodOf, identity, namespace, of_kind, pods_of
from kqmanifest.vocabulary.outlines import BOUND, STORAGE_CLASS
from kqmanifest.vocabulary.pods import containers
from kqmanifest.vocabulary.quantities import quantity
from kqmanifest.vocabulary.spelling import MOST_TOLD, Words

Objects = list[dict[str, Any]]


@rule("KQ3060", "Manifest", "the {kind} {name} is given twice", "give each its own name, or remove one of them")
def object_is_given_twice(things: Objects) -> Iterator[Spot]:
    """Two objects of one kind, namespace and name are the same object to the server: the later one replaces the earlier.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {a: "1"}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {b: "2"}}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: scripts}, data: {a: "1"}}
        ---
        {apiVersion: v1, kind: ConfigMap, metadata: {name: common-scripts}, data: {b: "2"}}
    """
    taken: set[object] = set()
    for number, thing in enumerate(things):
        who = identity(thing)
        if who is not None and who in taken:
            yield found(number, "metadata", "name", kind=who.kind, name=who.name)
        taken.add(who)


@rule(
    "KQ3061",
    "Manifest",
    "the claim {name} for the volume {volume} has no storageClassName, so it gets the cluster's default class",
    'write `storageClassName: ""`: an existing volume needs no class',
)
def claim_for_a_volume_gets_the_default_class(things: Objects) -> Iterator[Spot]:
    """A claim without ``storageClassName`` gets the default class, and with it a new, empty volume instead of your NFS.

    Nothing is reported for a claim that is already bound. Source: kubernetes/kubernetes issue 39459.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
          spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /training/}}}
        ---
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
          spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}, volumeName: runs}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
          spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /training/}}}
        ---
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
          spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}, storageClassName: "", volumeName: runs}}
    """
    for number, claim, volume in _claims_and_volumes(things):
        if _storage_class(claim) is None and not _storage_class(volume):
            yield found(number, "spec", name=_name(claim), volume=_name(volume))


def _annotation(thing: Mapping[str, Any], key: str) -> str | None:
    value: str | None = ((thing.get("metadata") or {}).get("annotations") or {}).get(key)
    return value


def _storage_class(thing: Mapping[str, Any]) -> str | None:
    """Return the storage class of a claim or volume; the old annotation takes precedence, as it does in the cluster."""
    given = _annotation(thing, STORAGE_CLASS)
    return thing["spec"].get("storageClassName") if given is None else given


@rule(
    "KQ3062",
    "Manifest",
    "the claim {claim} needs {field} {wanted}, and the volume {volume} has {given}",
    "make the two agree in `{field}`",
)
def claim_that_its_volume_cannot_serve(things: Objects) -> Iterator[Spot]:
    """A claim and the volume that it names must agree in class, mode, access modes and size, or the claim stays pending.

    Wrong:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
          spec: {capacity: {storage: 100Gi}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /training/}}}
        ---
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
          spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}, storageClassName: "", volumeName: runs}}

    Right:
        {apiVersion: v1, kind: PersistentVolume, metadata: {name: runs},
          spec: {capacity: {storage: 1Ti}, accessModes: [ReadWriteMany], nfs: {server: nfs-server, path: /training/}}}
        ---
        {apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: runs},
          spec: {accessModes: [ReadWriteMany], resources: {requests: {storage: 1Ti}}, storageClassName: "", volumeName: runs}}
    """
    for number, claim, volume in _claims_and_volumes(things):
        for place, field, wanted, given in _disagreements(claim, volume):
            yield found(number, "spec", *place, claim=_name(claim), volume=_name(volume), field=field, wanted=wanted, given=given)


def _disagreements(claim: Mapping[str, Any], volume: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, object, object]]:
    """Find where a volume does not give what a claim needs: the place in the claim's spec, the field, what is needed and what is given."""
    wants, has = claim["spec"], volume["spec"]
    modes = (
        ("storageClassName", _storage_class(claim), _storage_class(volume) or ""),
        ("volumeMode", wants.get("volumeMode") or "Filesystem", has.get("volumeMode") or "Filesystem"),
    )
    for field, wanted, given in modes:
        if wanted is not None and wanted != given:
            yield (field,), field, wanted, given
    offered = has.get("accessModes") or ()
    missing = [mode for mode in wants.get("accessModes") or () if mode not in offered]
    if missing:
        yield ("accessModes",), "accessModes", missing, offered
    size = ((wants.get("resources") or {}).get("requests") or {}).get("storage")
    capacity = (has.get("capacity") or {}).get("storage")
    if size is not None and capacity is not None and _is_less(capacity, size):
        yield ("resources", "requests", "storage"), "storage", size, capacity
    reference = has.get("claimRef") or {}
    if reference.get("name") and not _is_for(reference, claim):
        yield (), "claimRef", _full_name(claim.get("metadata") or {}), _full_name(reference)


def _full_name(names: Mapping[str, Any]) -> str:
    return "/".join(names[key] for key in ("namespace", "name") if names.get(key))


def _is_for(reference: Mapping[str, Any], claim: Mapping[str, Any]) -> bool:
    """Return whether a reference may mean a claim; the namespace of a claim without one may be given when it is applied."""
    own = (claim.get("metadata") or {}).get("namespace")
    return reference["name"] == _name(claim) and (not own or reference.get("namespace") == own)


def _is_less(given: Any, wanted: Any) -> bool:
    less, more = quantity(given), quantity(wanted)
    return less is not None and more is not None and less < more


def _claims_and_volumes(things: Objects) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Return each claim that is not bound: its number, the claim, and the volume here that it names or that is reserved for it."""
    by_name = {_name(volume): volume for _, volume in of_kind(things, "PersistentVolume")}
    reserved = {
        (reference.get("namespace"), reference.get("name")): volume
        for volume in by_name.values()
        if (reference := volume["spec"].get("claimRef") or {})
    }
    for number, claim in of_kind(things, "PersistentVolumeClaim"):
        if _annotation(claim, BOUND) or (claim.get("status") or {}).get("phase") == "Bound":
            continue
        named = claim["spec"].get("volumeName")
        volume = by_name.get(named) if named else reserved.get((namespace(claim), _name(claim)))
        if volume is not None:
            yield number, claim, volume


@rule(
    "KQ3063",
    "Manifest",
    "the Service {name} selects {labels}, and no pod here has these labels",
    "select labels that the pods have: {known}",
    "give the pods a label, and select that",
)
def service_that_selects_no_pod(things: Objects) -> Iterator[Spot]:
    """A Service finds its pods by their labels; with a selector that matches none it has an address and no pods to answer.

    Reported only where pods of the same namespace are given beside the Service, and the selector resembles their labels: an
    operator's pods, which are created in the cluster, have labels that no pod here has.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: board}, spec: {selector: {app: tensorboard}, ports: [{port: 6006}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: board, labels: {app: board}},
          spec: {containers: [{name: board, image: "tensorflow/tensorflow:2.16.1"}]}}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: board}, spec: {selector: {app: board}, ports: [{port: 6006}]}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: board, labels: {app: board}},
          spec: {containers: [{name: board, image: "tensorflow/tensorflow:2.16.1"}]}}
    """
    for number, service, pods in _services_and_pods(things):
        selector = service["spec"]["selector"]
        if pods and not pods.selected(selector) and pods.is_familiar(selector):
            labels = [f"{key}: {value}" for key, value in selector.items()]
            yield found(number, "spec", "selector", name=_name(service), labels=labels, known=pods.labels or None)


@rule(
    "KQ3064",
    "Manifest",
    "the Service {name} has targetPort {port}, and none of its pods has a port with this name",
    "did you mean `{near}`?",
    "use the name of one of their ports: {known}",
    "give the container's port this name",
)
def target_port_that_no_pod_has(things: Objects) -> Iterator[Spot]:
    """A ``targetPort`` that is a name is looked up among the ports of the pods; where none has it, nothing is reached.

    Wrong:
        {apiVersion: v1, kind: Service, metadata: {name: board}, spec: {selector: {app: board}, ports: [{port: 80, targetPort: web}]}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: board, labels: {app: board}}
        spec: {containers: [{name: board, image: "tensorflow/tensorflow:2.16.1", ports: [{name: http, containerPort: 6006}]}]}

    Right:
        {apiVersion: v1, kind: Service, metadata: {name: board}, spec: {selector: {app: board}, ports: [{port: 80, targetPort: http}]}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: board, labels: {app: board}}
        spec: {containers: [{name: board, image: "tensorflow/tensorflow:2.16.1", ports: [{name: http, containerPort: 6006}]}]}
    """
    for number, service, pods in _services_and_pods(things):
        selector = service["spec"]["selector"]
        if not pods or not pods.selected(selector):
            continue
        for index, port in enumerate(service["spec"].get("ports") or ()):
            target = port.get("targetPort")
            if isinstance(target, str) and target and target not in (names := pods.ports(selector)):
                near, known = names.nearest(target), names.some() or None
                yield found(number, "spec", "ports", index, "targetPort", name=_name(service), port=target, near=near, known=known)


class _Pods:
    """The pods of a namespace, found by their labels."""

    def __init__(self) -> None:
        """Start without pods."""
        self._specs: list[Mapping[str, Any]] = []
        self._labelled: dict[tuple[str, str], dict[int, None]] = {}
        self._selected: dict[frozenset[tuple[str, str]], Sequence[int]] = {}
        self._ports: dict[frozenset[tuple[str, str]], Words] = {}

    def add(self, labels: Mapping[str, str], spec: Mapping[str, Any]) -> None:
        """Add a pod."""
        for label in labels.items():
            self._labelled.setdefault(label, {})[len(self._specs)] = None
        self._specs.append(spec)

    def selected(self, selector: Mapping[str, str]) -> Sequence[int]:
        """Return the numbers of the pods that have all labels of a selector, which is not empty."""
        wanted = frozenset(selector.items())
        if wanted not in self._selected:
            fewest, *others = sorted((self._labelled.get(label, {}) for label in wanted), key=len)
            self._selected[wanted] = tuple(number for number in fewest if all(number in other for other in others))
        return self._selected[wanted]

    def ports(self, selector: Mapping[str, str]) -> Words:
        """Return the names of the ports of the selected pods."""
        wanted = frozenset(selector.items())
        if wanted not in self._ports:
            selected = (container for number in self.selected(selector) for _, container in containers(self._specs[number]))
            self._ports[wanted] = Words(port["name"] for container in selected for port in container.get("ports") or () if port.get("name"))
        return self._ports[wanted]

    @functools.cached_property
    def labels(self) -> Sequence[str]:
        """Return the labels of the pods, without those that the cluster adds."""
        return sorted(f"{key}: {value}" for key, value in self._labelled if key not in NAME_LABELS)[:MOST_TOLD]

    @functools.cached_property
    def _words(self) -> tuple[Words, Collection[str]]:
        return Words(key for key, _ in self._labelled), {value for _, value in self._labelled}

    def is_familiar(self, selector: Mapping[str, str]) -> bool:
        """Return whether these pods may be meant: each key or value of the selector is one of theirs, or nearly one."""
        keys, values = self._words
        return not keys or all(key in keys or value in values or keys.nearest(key) for key, value in selector.items())


def _services_and_pods(things: Objects) -> Iterator[tuple[int, dict[str, Any], _Pods | None]]:
    """Return each Service that has a selector: its number, the Service, and the pods of its namespace, if there are any."""
    by_namespace: dict[str, _Pods] = {}
    for thing in things:
        for pod in pods_of(thing):
            labels = _labels_of(thing, pod)
            if labels or thing["kind"] == "Pod":
                by_namespace.setdefault(namespace(thing), _Pods()).add(labels, pod.spec)
    # An object of an unknown kind may create pods, too: then nobody can say which pods are selected.
    uncertain = {namespace(thing) for thing in things if thing["kind"] == UNREAD}
    for number, service in of_kind(things, "Service"):
        if service["spec"].get("selector") and namespace(service) not in uncertain:
            yield number, service, by_namespace.get(namespace(service))


def _labels_of(thing: Mapping[str, Any], pod: PodOf) -> Mapping[str, str]:
    """Return the labels of a pod, with those that the cluster adds to the pods of a Job: its name."""
    name = _name(thing)
    return {**pod.labels, **dict.fromkeys(NAME_LABELS, name)} if thing["kind"] == "Job" and name else pod.labels


@rule(
    "KQ3065",
    "Manifest",
    "the {kind} {name}, which is given here too, has no key {key}",
    "did you mean `{near}`?",
    "use one of its keys: {known}",
    "add the key to it",
)
def key_that_its_object_does_not_have(things: Objects) -> Iterator[Spot]:
    """A container that needs a key that its ConfigMap or Secret does not have fails to start: ``CreateContainerConfigError``.

    One without any keys is filled in the cluster, with a service account's token for example, and nothing is reported for it.

    Wrong:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {learning-rate: "0.01"}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: training}
        spec:
          containers:
          - {name: main, image: "nginx:1.27", env: [{name: LR, valueFrom: {configMapKeyRef: {name: settings, key: learning_rate}}}]}

    Right:
        {apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {learning-rate: "0.01"}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: training}
        spec:
          containers:
          - {name: main, image: "nginx:1.27", env: [{name: LR, valueFrom: {configMapKeyRef: {name: settings, key: learning-rate}}}]}
    """
    keys = {
        (thing["kind"], namespace(thing), _name(thing)): Words(
            key for field in ("data", "binaryData", "stringData") for key in thing.get(field) or ()
        )
        for thing in things
        if thing["kind"] in {"ConfigMap", "Secret"}
    }
    if not keys:
        return
    for number, thing in enumerate(things):
        for place, kind, name, key in _references(thing):
            known = keys.get((kind, namespace(thing), name))
            if known and key not in known:
                yield found(number, *place, kind=kind, name=name, key=key, near=known.nearest(key), known=known.some())


def _references(thing: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, Any, str]]:
    """Return every key of a ConfigMap or Secret that the pods of an object need: its place, the kind, the object's name, the key."""
    for pod in pods_of(thing):
        for place, kind, name, key in _references_of_a_pod(pod.spec):
            yield (*pod.place, *place), kind, name, key


def _references_of_a_pod(pod_spec: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, Any, str]]:
    for place, container in containers(pod_spec):
        for index, variable in enumerate(container.get("env") or ()):
            for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                reference = (variable.get("valueFrom") or {}).get(field)
                if reference and not reference.get("optional"):
                    yield (*place, "env", index, "valueFrom", field, "key"), kind, reference.get("name"), reference["key"]
    for index, volume in enumerate(pod_spec.get("volumes") or ()):
        for field, kind, name in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
            source = volume.get(field)
            if source and not source.get("optional"):
                for item, path in enumerate(source.get("items") or ()):
                    yield ("volumes", index, field, "items", item, "key"), kind, source.get(name), path["key"]


def _name(thing: Mapping[str, Any]) -> str | None:
    name: str | None = (thing.get("metadata") or {}).get("name")
    return name
