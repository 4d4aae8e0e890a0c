"""From a run to its documents: two ConfigMaps with its scripts, a Service where it has ports, and the Job."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.model.container import Container, Env, EnvSource, Gpus, Port, SecretKey
from kqmanifest.model.platform import Platform, Proxies
from kqmanifest.model.pod import Pod
from kqmanifest.model.volumes import ConfigMapSource, EmptyDir, HostPath, Mount
from kqmanifest.model.workloads import ConfigMap, Job, Service, ServicePort
from kqmanifest.presets import claims
from kqmanifest.presets.numbers import uncounted
from kqmanifest.presets.platform import ANY, GUARDED, SHARED
from kqmanifest.presets.preset import Expanded, Expansion
from kqmanifest.presets.run import REPOSITORY_TOKEN, TOKEN, Run, Setting
from kqmanifest.presets.storage import PresetMount, Storage
from kqmanifest.vocabulary.names import LABEL_LENGTH, is_label, is_service_name

NEEDED: Final = Fault(
    "KQ1120", "the {kind} requires the platform's {field}", ("write `platform: {{{field}: …}}`, here or once for all specs",)
)
NO_TENANT: Final = Fault(
    "KQ1121",
    "{tenant} cannot be the name of a tenant: it is the name of its namespace",
    ("use at most 63 lower-case letters, digits and dashes",),
)
NO_NAME: Final = Fault(
    "KQ1122",
    "{name} cannot be the name of a Job and its Service: it has {length} characters",
    ("use at most 63 lower-case letters, digits and dashes, beginning with a letter",),
)
ELSEWHERE: Final = Fault(
    "KQ1123",
    "the runs of the tenant {tenant} must be in its own namespace, not in {namespace}",
    ("remove `namespace`, or name the other tenant",),
)
NO_TOKEN: Final = Fault("KQ1124", "{name} is not a token of the {kind}", ("write it under `env`; the tokens here are {known}",))
TOKEN_TWICE: Final = Fault("KQ1125", "{name} is set twice: here, and by the Secret {secret}", ("remove it here",))

_PATIENCE: Final = 5
_FINISH: Final = ("0.2", "200M")
_LARGEST_PORT: Final = 65535
_SETTINGS: Final = "set -o errexit -o pipefail\n"
MEANT: Final = {
    "KQ4010": "every node of the platform has /etc/localtime",
    "KQ4031": "what /dev/shm holds counts as the container's memory, which is limited",
}
"""What is unwise elsewhere, and intended on this platform."""

_Item = TypeVar("_Item")
_Places = dict[Steps, Steps]


def expansion(run: Run) -> Expansion:
    """Make a run's documents; nothing is made where their names, or the place of its files, are not known."""
    platform = run.platform or Platform()
    found = [*_find_naming_faults(run, platform)]
    if found:
        return Expansion((), found)
    draft = _Draft(run, platform)
    documents = [*draft.scripts(), *draft.service(), draft.job()]
    return Expansion(documents, draft.found)


def _find_naming_faults(run: Run, platform: Platform) -> Iterator[Finding]:
    """Report why a run has no name, no tenant or no directory."""
    for field in ("nfs", "tenant"):
        if getattr(platform, field) is None:
            yield NEEDED.at(("platform",), kind=run.kind, field=field)
    if platform.tenant is not None and not is_label(platform.tenant):
        yield NO_TENANT.at(("platform", "tenant"), tenant=platform.tenant)
    wrong = [*uncounted(run, "cpu", "memory", "shared_memory")]
    wrong += [one.moved(("user", "id")) for one in (uncounted(run.user) if run.user else ())]
    yield from wrong
    if not wrong and not is_service_name(run.job):
        yield NO_NAME.at(("name",) if run.name else ("id",), name=run.job, length=len(run.job), most=LABEL_LENGTH)


class _Draft:
    """A run's documents in the making, and what was found on the way."""

    def __init__(self, run: Run, platform: Platform) -> None:
        self.run, self.platform, self.name = run, platform, run.job
        self.found: list[Finding] = []
        self.namespace = platform.tenant or ""
        if run.namespace not in (None, self.namespace):
            self.found.append(ELSEWHERE.at(("namespace",), tenant=platform.tenant, namespace=run.namespace))
        self.found += claims.labels(run.kind, self.name, run.labels)
        self.labels = {**run.labels, claims.APP: self.name}
        self.ports, wrong = run.service_ports
        self.found += wrong
        self._head: dict[str, Any] = {"namespace": self.namespace, "labels": self.labels}
        self._asked: _Places = {("labels", label): ("labels", label) for label in run.labels}
        if run.name:
            self._asked["name",] = ("name",)

    def scripts(self) -> Iterator[Expanded]:
        agent = self.platform.agent
        lines = "#!/usr/bin/env bash\n. /kqi/scripts/common/settings\n"
        own = {"main": f"{lines}{self.run.command().rstrip()}\n"}
        if agent is not None:
            own |= {"prepare": agent.prepare, "finish": agent.finish}
        common = {"settings": _SETTINGS, **(agent.common if agent else {})}
        asked: _Places = {("data", "main"): ("entryPoint",), ("data", "prepare"): ("platform", "agent", "prepare")}
        asked["data", "finish"] = ("platform", "agent", "finish")
        yield Expanded(ConfigMap(name=f"{self.name}-common-scripts", data=common, **self._head), self._asked)
        yield Expanded(ConfigMap(name=f"{self.name}-scripts", data=own, **self._head), {**self._asked, **asked})

    def service(self) -> Iterator[Expanded]:
        # What is not a port is reported for the containers, and is one fault.
        served = [(ServicePort(port, name=name), place) for port, place in self.ports if (name := _port_name(port))]
        if not served:
            return
        places = dict(self._asked)
        ports = _list_placed(served, ("ports",), places)
        yield Expanded(Service(name=self.name, type="NodePort", selector={claims.APP: self.name}, ports=ports, **self._head), places)

    def job(self) -> Expanded:
        places = dict(self._asked)
        pod = self._pod(places)
        job = Job(
            name=self.name,
            annotations=self.run.annotations,
            parallelism=1,
            completions=1,
            backoff_limit=0,
            pod=pod,
            ignore=MEANT,
            **self._head,
        )
        for label in self.run.labels:
            places["pod", "labels", label] = ("labels", label)
        for note in self.run.annotations:
            places["annotations", note] = places["pod", "annotations", note] = ("annotations", note)
        return Expanded(job, places)

    def _pod(self, places: _Places) -> Pod:
        run, platform = self.run, self.platform
        mounts = self._mounts()
        containers = [*self._containers(places)]
        user, other = run.user, self._affinity(places)
        pull = [{"name": f"registry-{platform.registry}-{user.id}"}] if user and platform.registry else []
        if user is not None:
            places["pod", "serviceAccountName"] = ("user", "name")
        pod = Pod(
            labels=self.labels,
            annotations=run.annotations,
            mounts=_list_placed(mounts, ("pod", "mounts"), places),
            init_containers=[one for one in containers if one.name == "prepare"],
            containers=[one for one in containers if one.name != "prepare"],
            restart_policy="Never",
            service_account_name=user.name if user else None,
            image_pull_secrets=pull,
            termination_grace_period_seconds=_PATIENCE,
            other=other,
        )
        for index, (mount, asked) in enumerate(mounts):
            if asked[:1] != ("mounts",):
                places["pod", "mounts", index, "nfs", "server"] = ("platform", "nfs", "server")
                places["pod", "mounts", index, "nfs", "path"] = ("platform", "nfs", "root")
                if mount.mount_path == "/dev/shm":  # noqa: S108  the place that POSIX shared memory lives in
                    places["pod", "mounts", index, "emptyDir", "sizeLimit"] = ("sharedMemory",)
        return pod

    def _mounts(self) -> list[tuple[Mount, Steps]]:
        """Return the run's mounts, those of every Job of the platform first, and the user's after them."""
        run, platform = self.run, self.platform
        nfs = platform.nfs
        if nfs is None:
            raise AssertionError(platform)  # its absence was reported before
        root = f"{nfs.root.rstrip('/')}/{platform.tenant}"
        storage = Storage(nfs.server, root, platform.directory_layout or GUARDED, platform.volumes or SHARED)
        own, wrong = run.mounted(storage)
        made = [*self._everywhere(), *own]
        given = [*claims.mounts(made, run.mounts)]
        self.found += [*wrong, *(one for one in given if isinstance(one, Finding))]
        return [*((one.mount, one.asked) for one in made), *(one for one in given if not isinstance(one, Finding))]

    def _everywhere(self) -> Iterator[PresetMount]:
        run, kind = self.run, self.run.kind
        memory = EmptyDir(medium="Memory", size_limit=run.shared_memory)
        yield PresetMount(Mount("/dev/shm", memory, volume="dshm"), f"the {kind}'s own shared memory", ())  # noqa: S108  as above
        if self.platform.local_time is not False:
            clock = Mount("/etc/localtime", HostPath(path="/etc/localtime"), volume="localtime", read_only=True)
            yield PresetMount(clock, "the node's time zone", ())
        for folder, volume, of in (("common", "common-scripts", "platform"), (run.scripts, "scripts", kind)):
            source = ConfigMapSource(name=f"{self.name}-{volume}")
            yield PresetMount(Mount(f"/kqi/scripts/{folder}/", source, volume=volume), f"the {of}'s own scripts", ())

    def _containers(self, places: _Places) -> Iterator[Container]:
        """Write ``main``, between ``prepare`` and ``finish`` where the platform has an image for them."""
        run, agent = self.run, self.platform.agent
        memory = run.memory if isinstance(run.memory, str) else f"{run.memory}G"
        gpus: Sequence[Any] = [one for one in run.gpus if isinstance(one, Gpus)] if isinstance(run.gpus, tuple) else ()
        count = sum(one.count for one in gpus)
        reserved = self._reserved()
        env: Iterable[Any] = run.env
        given = [*claims.env(run.kind, _fields(reserved), env, hidden=count == 0)]
        self.found += [one for one in given if isinstance(one, Finding)]
        users = [one for one in given if not isinstance(one, Finding)]
        hiding = [(Env(claims.VISIBLE, "none"), ())]
        ours = [(Env(name, value), asked) for name, (value, asked) in reserved.items() if value is not None] + self._tokens()
        said = {one.name for one, _ in users}
        first = [*_defaults(self.platform.proxies)]
        theirs = [*first, *hiding, *ours]
        mine = [*(one for one in first if one[0].name not in said), *users, *([] if count else hiding), *ours]
        sizes = {"cpu": run.cpu, "memory": memory}
        if agent is not None:
            yield self._container("prepare", agent.image, ("pod", "initContainers", 0), places, theirs, sizes)
        at: Steps = ("pod", "containers", 0)
        places[*at, "image"] = ("image",)
        places[*at, "cpu"], places[*at, "memory"], places[*at, "gpus"] = ("cpu",), ("memory",), ("gpus",)
        main = self._container("main", run.image, at, places, mine, sizes)
        yield dataclasses.replace(main, gpus=[one for one in gpus if one.count], keeps=run.keeps)
        if agent is not None:
            yield self._container(
                "finish", agent.image, ("pod", "containers", 1), places, theirs, dict(zip(("cpu", "memory"), _FINISH, strict=True))
            )

    def _container(
        self, name: str, image: str, at: Steps, places: _Places, env: Sequence[tuple[Env, Steps]], sizes: Mapping[str, Any]
    ) -> Container:
        run = self.run
        log = f" | tee -a {run.log}" if run.log else ""
        command = f"set -o pipefail; stdbuf -i0 -o0 -e0 bash /kqi/scripts/{run.scripts}/{name} 2>&1{log}"
        if name != "main":
            places[*at, "image"] = ("platform", "agent", "image")
        return Container(
            name=name,
            image=image,
            image_pull_policy="Always",
            command=["/bin/bash", "-c"],
            args=[command],
            env=_list_placed(env, (*at, "env"), places),
            ports=_list_placed(((Port(port, name=_port_name(port)), place) for port, place in self.ports), (*at, "ports"), places),
            **sizes,
        )

    def _reserved(self) -> Mapping[str, Setting]:
        platform = self.platform
        return {
            **self.run.settings(),
            "KQI_SERVER": Setting(platform.server, ("platform", "server")),
            "PYTHONUNBUFFERED": Setting("true"),
            "LC_ALL": Setting("C.UTF-8"),
            "LANG": Setting("C.UTF-8"),
            "KQI_VERSION": Setting(platform.version, ("platform", "version")),
            TOKEN: Setting(None, ("tokens",)),
            REPOSITORY_TOKEN: Setting(None, ("tokens",)),
        }

    def _tokens(self) -> list[tuple[Env, Steps]]:
        """Return the tokens, from a Secret where there is one."""
        run, names = self.run, self.run.token_names
        secret = run.secret or self.platform.secret
        place: Steps = ("secret",) if run.secret else ("platform", "secret")
        for name in run.tokens:
            if name not in names:
                self.found.append(NO_TOKEN.at(("tokens", name), name=name, kind=run.kind, known=names))
            elif secret:
                self.found.append(TOKEN_TWICE.at(("tokens", name), name=name, secret=secret))
        if secret:
            return [(Env(name, value_from=EnvSource(secret_key_ref=SecretKey(name=secret, key=name))), place) for name in names]
        return [(Env(name, run.tokens[name]), ("tokens", name)) for name in names if name in run.tokens]

    def _affinity(self, places: _Places) -> dict[str, Any]:
        """Require the labels that a node must have, all of them."""
        platform, run = self.platform, self.run
        wanted: list[tuple[str, str, Steps]] = []
        if platform.node_placement != ANY:
            wanted.append((str(platform.tenant), "true", ("platform", "tenant")))
            wanted += [(label, value, ()) for label, value in run.node_labels.items()]
        if run.partition is not None:
            wanted.append(("kqi.partition", run.partition, ("partition",)))
        wanted += [(label, value, ("platform", "nodeLabels", label)) for label, value in platform.node_labels.items()]
        if not wanted:
            return {}
        expressions = [{"key": label, "operator": "In", "values": [value]} for label, value, _ in wanted]
        road = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms", 0, "matchExpressions")
        for index, (_, _, asked) in enumerate(wanted):
            places["pod", *road, index] = asked
        return {"affinity": {"nodeAffinity": {road[2]: {"nodeSelectorTerms": [{"matchExpressions": expressions}]}}}}


def _list_placed(items: Iterable[tuple[_Item, Steps]], at: Steps, places: _Places) -> list[_Item]:
    """List items, and note for each the place that requested it, where there is one."""
    listed: list[_Item] = []
    for item, asked in items:
        if asked:
            places[*at, len(listed)] = asked
        listed.append(item)
    return listed


def _fields(reserved: Mapping[str, Setting]) -> Mapping[str, str | None]:
    return {name: ".".join(map(str, one.asked)) or None for name, one in reserved.items()}


def _defaults(proxies: Proxies | None) -> Iterator[tuple[Env, Steps]]:
    """Return what all containers have by default: the platform's proxies, and wide lines."""
    given = {"http": proxies.http, "https": proxies.https, "no": proxies.no} if proxies else {}
    for spelt, (name, value) in itertools.product((str.lower, str.upper), given.items()):
        if value is not None:
            yield Env(spelt(f"{name}_proxy"), value), ("platform", "proxies", name)
    yield Env("COLUMNS", "200"), ()


def _port_name(port: int) -> str | None:
    return f"port-{port}" if 0 < port <= _LARGEST_PORT else None
