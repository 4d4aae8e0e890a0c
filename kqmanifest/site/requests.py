"""What a site allows of images, accounts and Services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.diagnostics import Fault
from kqmanifest.model.site import Allow, Site
from kqmanifest.rules.rule import Rule, found
from kqmanifest.schema.walk import Spot
from kqmanifest.site.fields import Judge, listed, table
from kqmanifest.site.places import is_within

IMAGE: Final = Fault(
    "KQ5120",
    "this site does not allow the image {image}",
    ("use one of {allowed}", "ask the site's operator: no registry is allowed"),
)
ACCOUNT: Final = Fault("KQ5126", "this site does not allow the service account {account}", ("use one of {allowed}",))
NO_ACCOUNT: Final = Fault("KQ5143", "this site requires pods to name their service account", ("write `serviceAccountName: {account}`",))
SECRET_TYPE: Final = Fault("KQ5144", "this site does not allow a Secret of type {kind}", ("remove `type`",))
TOKEN: Final = Fault(
    "KQ5145",
    "this site does not allow a token for the audience {audience}",
    ("use one of {allowed}", "remove it"),
)
SERVICE: Final = Fault("KQ5112", "this site does not allow a Service of type {kind}", ("use one of {allowed}", "write `type: ClusterIP`"))
ADDRESS: Final = Fault(
    "KQ5146", "this site does not allow a Service to use the address {name}", ("use one of {allowed}", "remove `externalIPs`")
)

_TOKEN: Final = "kubernetes.io/service-account-token"  # noqa: S105  a type of Secret
_ACCOUNT_OF_TOKEN: Final = "kubernetes.io/service-account.name"  # noqa: S105  as above
_SECRETS_OF_THEIR_OWN: Final = frozenset(
    {
        "",
        "Opaque",
        "kubernetes.io/basic-auth",
        "kubernetes.io/dockercfg",
        "kubernetes.io/dockerconfigjson",
        "kubernetes.io/ssh-auth",
        "kubernetes.io/tls",
        _TOKEN,
    }
)


def judges(site: Site, allow: Allow) -> Iterator[Judge]:
    """Make the judges of images, accounts and Services."""
    yield _images(allow)
    yield from _accounts(site, allow)
    yield from _services(allow)


def _images(allow: Allow) -> Judge:
    def image(name: str) -> Iterator[Spot]:
        if name and not is_within(name, allow.images):
            yield found(image=name, allowed=list(allow.images) or None)

    lines = table().lines("images")
    return Judge(lines, Rule(IMAGE, lines, image))


def _accounts(site: Site, allow: Allow) -> Iterator[Judge]:
    given = site.defaults.service_account
    allowed = list(dict.fromkeys((given or "default", *allow.service_accounts)))

    def account(name: str) -> Iterator[Spot]:
        if name and name not in allowed:
            yield found(account=name, allowed=allowed)

    def no_account(pod_spec: dict[str, Any]) -> Iterator[Spot]:
        if not pod_spec.get("serviceAccountName"):
            yield found(account=given)

    def account_of_a_token(secret: dict[str, Any]) -> Iterator[Spot]:
        name = ((secret.get("metadata") or {}).get("annotations") or {}).get(_ACCOUNT_OF_TOKEN)
        if secret.get("type") == _TOKEN and name not in allow.service_accounts:
            yield found("type", account=name or "", allowed=list(allow.service_accounts) or None)

    def secret_type(kind: str) -> Iterator[Spot]:
        if kind not in _SECRETS_OF_THEIR_OWN:
            yield found(kind=kind)

    def token(projection: dict[str, Any]) -> Iterator[Spot]:
        audience = projection.get("audience") or ""
        if audience not in allow.tokens:
            yield found(audience=audience, allowed=list(allow.tokens) or None)

    lines = ("PodSpec.serviceAccountName", "PodSpec.serviceAccount")
    yield Judge(lines, Rule(ACCOUNT, lines, account))
    yield Judge((), Rule(ACCOUNT, ("Secret",), account_of_a_token))
    yield Judge(("Secret.type",), Rule(SECRET_TYPE, ("Secret.type",), secret_type))
    yield Judge(table().lines("tokens"), Rule(TOKEN, table().lines("tokens"), token))
    if given:
        yield Judge((), Rule(NO_ACCOUNT, ("PodSpec",), no_account))


def _services(allow: Allow) -> Iterator[Judge]:
    ports = {"NodePort", "LoadBalancer"}.intersection(allow.services)
    listed_types = ["ClusterIP", *allow.services] if allow.services else None

    def kind(name: str) -> Iterator[Spot]:
        if not table().is_harmless("ServiceSpec.type", name) and name not in allow.services:
            yield found(kind=name, allowed=listed_types)

    def port(number: int) -> Iterator[Spot]:
        if number and not ports:
            yield found(kind="NodePort", allowed=listed_types)

    def external_name(name: str) -> Iterator[Spot]:
        if name and "ExternalName" not in allow.services:
            yield found(kind="ExternalName", allowed=listed_types)

    def ranges(given: list[str]) -> Iterator[Spot]:
        if given and "LoadBalancer" not in allow.services:
            yield found(kind="LoadBalancer", allowed=listed_types)

    for line, ask in (
        ("ServiceSpec.type", kind),
        ("ServicePort.nodePort", port),
        ("ServiceSpec.externalName", external_name),
        ("ServiceSpec.loadBalancerSourceRanges", ranges),
    ):
        yield Judge((line,), Rule(SERVICE, (line,), ask))
    yield listed(ADDRESS, table().lines("externalIPs"), allow.external_ips)
