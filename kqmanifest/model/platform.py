"""What is the same for all runs of a platform, set once."""

from __future__ import annotations

from pydantic import Field
from pydantic.dataclasses import dataclass

from kqmanifest.model.values import SPEC, Flag, FrozenDict, Labels, Many, Model, Text


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class FileServer(Model):
    """The NFS server that holds the files of all tenants."""

    server: Text
    """Host name or address, as the nodes resolve it."""
    root: Text = "/var/lib/kamonohashi/nfs"
    """The directory on the server with a folder for each tenant."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, config=SPEC)
class Proxies(Model):
    """Proxies that all containers use, in the environment in lower and upper case."""

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
    node_placement: Text | None = None
    """``labelled`` (left out): only nodes that carry the tenant's label and those of the kind of run; ``any`` requires neither."""
    secret: Text | None = None
    """The Secret that holds the tokens, each under the name of its environment variable."""
    server: Text | None = None
    """The address of the platform's own API: ``KQI_SERVER``."""
    version: Text | None = None
    """The platform's version: ``KQI_VERSION``."""
    directory_layout: Text | None = None
    """How the directory of an id is mounted: ``guarded`` (left out), ``path`` or ``subPath``."""
    volumes: Text | None = None
    """``shared`` (left out) has one volume for each export, ``each`` one for each mount."""
    local_time: Flag | None = None
    """Mount the node's ``/etc/localtime``; left out, true."""
    open: Many[Text] | None = None
    """In a site: the fields that requests may set; a field that the site neither sets nor lists here cannot be set."""
