"""A tenant: a namespace, what its users may do there, and how much of the cluster they may use together."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Fault, Finding, Steps
from kqmanifest.model.platform import Platform
from kqmanifest.model.values import SPEC, Many, Model, Own, Text, Whole
from kqmanifest.model.workloads import Namespace, Secret
from kqmanifest.presets.numbers import GIVEN_TWICE, NOT_COUNTED, is_counted, uncounted
from kqmanifest.presets.pods import NO_TENANT
from kqmanifest.presets.preset import Expanded, Expansion, Preset
from kqmanifest.vocabulary.names import is_label

TOO_LONG: Final = Fault(
    "KQ1130",
    "the Job that deletes the tenant {tenant} would have a name of {length} characters, and the limit is 63",
    ("use at most 28 characters for the tenant's name",),
)
UNNAMED: Final = Fault("KQ1131", "a tenant requires a name", ("add `name`",))
NO_REGISTRY: Final = Fault(
    "KQ1132", "the Secret of this login is named after the platform's registry, which is not set", ("write `platform: {{registry: …}}`",)
)

_LONGEST: Final = 63
_DELETING: Final = len("delete-tenant--") + 20
_GROUP: Final = "rbac.authorization.k8s.io"
_FINISH_CPU, _FINISH_MEGABYTES = Decimal("0.2"), 200
_RULES: Final = (
    {"apiGroups": [""], "resources": ["pods", "pods/log", "services", "configmaps", "events"], "verbs": ["get", "list", "watch"]},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get", "list", "watch"]},
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Login(Model):
    """How a user signs in to the platform's registry."""

    server: Text
    """The registry's address."""
    username: Text
    """The name there."""
    password: Text
    """The password or token there; it is in the Secret that is rendered."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Member(Model):
    """A user of a tenant."""

    id: Whole
    """The user's number."""
    name: Text
    """The user's service account."""
    login: Login | None = None
    """How images are pulled: the Secret ``registry-{name}-{id}``, which runs of this user name."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Tenant(Preset):
    """A namespace for the runs of a tenant, with its role, its users and its quota."""

    cpu: Whole | None = None
    """The CPUs that its runs may request together."""
    memory: Whole | None = None
    """The GB of memory that its runs may request together."""
    gpus: Whole | None = None
    """The GPUs that its runs may request together."""
    runs: Whole = 1
    """The runs at the same time: for each, the quota has room for ``finish`` too, if the platform has one."""
    users: Many[Member] = ()
    """Its users, each with a service account that is bound to its role."""
    rules: Many[Own] = ()
    """What its users may do there, as Kubernetes writes the rules of a Role; left out, they may read what runs."""

    def expand(self) -> Expansion:
        """Make the namespace, its role, its quota, and what each user has there."""
        platform = self.platform or Platform()
        name = self.name or platform.tenant
        place: Steps = ("name",) if self.name else ("platform", "tenant")
        found = [*_find_naming_faults(name, place), *uncounted(self)]
        if name is None or found:
            return Expansion((), found)
        documents = [
            Expanded(Namespace(name=name, labels=self.labels, annotations=self.annotations), _noted(self)),
            Expanded(_object(_GROUP, "Role", name, name, rules=[*(self.rules or _RULES)]), {("rules",): ("rules",)}),
            *_quota(self, name, finishes=platform.agent is not None),
        ]
        seen: set[int] = set()
        for index, member in enumerate(self.users):
            here: Steps = ("users", index)
            if not is_counted(member.id):
                found.append(NOT_COUNTED.at((*here, "id"), field="id", number=member.id))
            elif member.id in seen:
                found.append(GIVEN_TWICE.at((*here, "id"), what="user", number=member.id))
            elif member.login is not None and platform.registry is None:
                found.append(NO_REGISTRY.at((*here, "login")))
            else:
                documents += _member(member, here, name, platform.registry)
            seen.add(member.id)
        return Expansion(documents, found)


def _find_naming_faults(name: str | None, place: Steps) -> Iterator[Finding]:
    if name is None:
        yield UNNAMED.at(())
    elif not is_label(name):
        yield NO_TENANT.at(place, tenant=name)
    elif len(name) + _DELETING > _LONGEST:
        yield TOO_LONG.at(place, tenant=name, length=len(name) + _DELETING)


def _noted(tenant: Tenant) -> Mapping[Steps, Steps]:
    fields = ("labels", "annotations", "name") if tenant.name else ("labels", "annotations")
    return {(field,): (field,) for field in fields}


def _object(group: str, kind: str, name: str, namespace: str, **fields: Any) -> dict[str, Any]:
    version = f"{group}/v1" if group else "v1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, **fields}


def _quota(tenant: Tenant, name: str, *, finishes: bool) -> Iterator[Expanded]:
    """Write the quota of what has a limit; it includes what the ``finish`` of the runs requests."""
    runs = tenant.runs if finishes else 0
    hard: dict[str, Any] = {}
    places: dict[Steps, Steps] = {}
    for field, resources, quantity in (
        ("cpu", ("requests.cpu", "limits.cpu"), tenant.cpu is not None and _plain(tenant.cpu + _FINISH_CPU * runs)),
        (
            "memory",
            ("requests.memory", "limits.memory"),
            tenant.memory is not None and f"{tenant.memory * 1000 + _FINISH_MEGABYTES * runs}M",
        ),
        ("gpus", ("requests.nvidia.com/gpu",), tenant.gpus is not None and str(tenant.gpus)),
    ):
        if quantity:
            hard |= dict.fromkeys(resources, quantity)
            places |= {("spec", "hard", resource): (field,) for resource in resources}
    if hard:
        yield Expanded(_object("", "ResourceQuota", f"{name}-compute-resources", name, spec={"hard": hard}), places)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _member(member: Member, here: Steps, tenant: str, registry: str | None) -> Iterator[Expanded]:
    """Write what a user has in a tenant: a service account, the tenant's role, and a login to the registry."""
    named: Mapping[Steps, Steps] = {("metadata", "name"): (*here, "name")}
    secret = f"registry-{registry}-{member.id}"
    account = _object("", "ServiceAccount", member.name, tenant)
    login = member.login
    if login is not None:
        account["imagePullSecrets"] = [{"name": secret}]
    yield Expanded(account, named)
    role = {"apiGroup": _GROUP, "kind": "Role", "name": tenant}
    subject = {"kind": "ServiceAccount", "name": member.name, "namespace": tenant}
    yield Expanded(_object(_GROUP, "RoleBinding", f"{tenant}-{member.name}", tenant, roleRef=role, subjects=[subject]), named)
    if login is not None:
        auth = base64.b64encode(f"{login.username}:{login.password}".encode(errors="surrogatepass")).decode()
        said = {"auths": {login.server: {"username": login.username, "password": login.password, "auth": auth}}}
        data = {".dockerconfigjson": json.dumps(said, ensure_ascii=False, sort_keys=True)}
        kind = "kubernetes.io/dockerconfigjson"
        yield Expanded(Secret(name=secret, namespace=tenant, type=kind, string_data=data), {("stringData",): (*here, "login")})
