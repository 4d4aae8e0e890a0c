"""What is the same for all runs of a platform, said once."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from pydantic import Field
from pydantic.alias_generators import to_camel
from pydantic.dataclasses import dataclass

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.model.values import SPEC, Flag, FrozenDict, Labels, Model, Text
from kqmanifest.spelling import nearest

SAID_OTHERWISE: Final = Fault(
    "KQ1102",
    "the platform's {field} is said twice, and not alike",
    ("take it out here: it is said once for all specs",),
)
NO_SUCH_WAY: Final = Fault("KQ1103", "{value} is no {field} of a platform", ("did you mean {near}?", "write one of {known}"))

GUARDED, BY_PATH, BY_SUB_PATH = "guarded", "path", "subPath"
SHARED, EACH = "shared", "each"
LABELLED, ANY = "labelled", "any"
_WAYS: Final = {"idiom": (GUARDED, BY_PATH, BY_SUB_PATH), "volumes": (SHARED, EACH), "nodes": (LABELLED, ANY)}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class FileServer(Model):
    """The NFS server that holds the files of all tenants."""

    server: Text
    """Host name or address, as the nodes resolve it."""
    root: Text = "/var/lib/kamonohashi/nfs"
    """The directory on the server with a folder for each tenant."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Proxies(Model):
    """Proxies that all containers use, in the environment in small letters and capitals."""

    http: Text | None = None
    """The proxy for http."""
    https: Text | None = None
    """The proxy for https."""
    no: Text | None = None
    """Hosts that are reached without a proxy, with commas between them."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Agent(Model):
    """The platform's own image and scripts, which run before and beside what the user runs."""

    image: Text
    """The image of ``prepare`` and ``finish``."""
    prepare: Text
    """The script that runs first, in an init container."""
    finish: Text
    """The script that runs beside the user's."""
    common: Labels = Field(default_factory=FrozenDict)
    """Further scripts by name, for all containers, in ``/kqi/scripts/common``."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Platform(Model):
    """Where a platform keeps its files, whose run this is, and how its pods are written."""

    nfs: FileServer | None = None
    """The file server."""
    tenant: Text | None = None
    """Whose runs these are: the namespace, and the folder on the file server."""
    agent: Agent | None = None
    """The platform's own containers; left out, the user's runs alone."""
    registry: Text | None = None
    """The registry's name: images are pulled with the Secret ``registry-{name}-{user id}``."""
    proxies: Proxies | None = None
    """Proxies of all containers."""
    node_labels: Labels = Field(default_factory=FrozenDict)
    """Further labels that a node must have."""
    nodes: Text | None = None
    """``labelled`` (left out): only nodes that carry the tenant's label and those of the kind of run; ``any`` asks for neither."""
    secret: Text | None = None
    """The Secret that holds the tokens, each under the name of its environment variable."""
    server: Text | None = None
    """The address of the platform's own API: ``KQI_SERVER``."""
    version: Text | None = None
    """The platform's version: ``KQI_VERSION``."""
    idiom: Text | None = None
    """How an id becomes a directory: ``guarded`` (left out), ``path`` or ``subPath``."""
    volumes: Text | None = None
    """``shared`` (left out) has one volume for each export, ``each`` one for each mount."""
    local_time: Flag | None = None
    """Mount the node's ``/etc/localtime``; left out, true."""


def agreed(own: Platform | None, said_once: Platform | None) -> tuple[Platform, list[Diagnostic]]:
    """Complete a spec's own platform with the one that is said for all specs, and say where they are not alike."""
    if own is None:
        settled, found = said_once or Platform(), []
    else:
        once = said_once or Platform()
        both = {one.name: (getattr(own, one.name), getattr(once, one.name)) for one in dataclasses.fields(own)}
        settled = Platform(**{name: here or there if here in ({}, None) else here for name, (here, there) in both.items()})
        found = [
            SAID_OTHERWISE.at(("platform", to_camel(name)), field=to_camel(name))
            for name, (here, there) in both.items()
            if here not in ({}, None) and there not in ({}, None) and here != there
        ]
    return settled, [*found, *_ways(settled)]


def _ways(platform: Platform) -> list[Diagnostic]:
    """Say where a word is given that the platform does not know."""
    said: dict[str, Any] = {field: getattr(platform, field) for field in _WAYS}
    return [
        NO_SUCH_WAY.at(("platform", field), value=value, field=field, near=nearest(value, _WAYS[field]), known=_WAYS[field])
        for field, value in said.items()
        if value is not None and value not in _WAYS[field]
    ]
