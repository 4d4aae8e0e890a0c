"""Profiles: which calls of the kernel a container may make (seccomp), and what it may touch (AppArmor)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.spelling import nearest

_TYPES = ("RuntimeDefault", "Localhost", "Unconfined")
_LONGEST_APPARMOR = 4095
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Go takes for white space."""


@rule(
    "KQ2475",
    ("SeccompProfile.type", "AppArmorProfile.type"),
    "{profile} is not a kind of profile",
    "did you mean {near}?",
    "write RuntimeDefault, Localhost or Unconfined",
)
def profile_type_is_unknown(profile: str) -> Iterator[Finding]:
    """A profile is the container runtime's own, one on the node, or none.

    Wrong:
        securityContext: {seccompProfile: {type: runtime/default}}

    Right:
        securityContext: {seccompProfile: {type: RuntimeDefault}}
    """
    if profile not in _TYPES:
        yield found(profile=profile, near=nearest(profile, _TYPES))


@rule(
    "KQ2476",
    ("SeccompProfile", "AppArmorProfile"),
    "the profile is one on the node, and is not named",
    "add `localhostProfile`, or write `type: RuntimeDefault`",
)
def profile_on_the_node_is_not_named(profile: dict[str, Any]) -> Iterator[Finding]:
    """A profile on the node is found by its name.

    Wrong:
        securityContext: {seccompProfile: {type: Localhost}}

    Right:
        securityContext: {seccompProfile: {type: Localhost, localhostProfile: profiles/training.json}}
    """
    if profile["type"] == "Localhost" and profile.get("localhostProfile") is None:
        yield found("localhostProfile")


@rule(
    "KQ2477",
    ("SeccompProfile", "AppArmorProfile"),
    "the profile {name} is on the node, and the type is {type}",
    "write `type: Localhost`, or take `localhostProfile` out",
    needs="localhostProfile",
)
def profile_is_named_and_not_on_the_node(profile: dict[str, Any]) -> Iterator[Finding]:
    """Only a profile on the node has a name.

    Wrong:
        securityContext: {seccompProfile: {type: RuntimeDefault, localhostProfile: profiles/training.json}}

    Right:
        securityContext: {seccompProfile: {type: Localhost, localhostProfile: profiles/training.json}}
    """
    name = profile.get("localhostProfile")
    if name is not None and profile["type"] in {"RuntimeDefault", "Unconfined"}:
        yield found("localhostProfile", name=name, type=profile["type"])


@rule(
    "KQ2478",
    "SeccompProfile",
    "{path} leads out of the kubelet's folder of seccomp profiles",
    "write a path within it, without `..` and without a slash at its start, such as profiles/training.json",
    needs="localhostProfile",
)
def seccomp_profile_lies_elsewhere(profile: dict[str, Any]) -> Iterator[Finding]:
    """A seccomp profile is a file in the kubelet's own folder, ``seccomp``.

    Wrong:
        securityContext: {seccompProfile: {type: Localhost, localhostProfile: /etc/training.json}}

    Right:
        securityContext: {seccompProfile: {type: Localhost, localhostProfile: profiles/training.json}}
    """
    path = profile.get("localhostProfile")
    if path is not None and profile["type"] == "Localhost" and (path.startswith("/") or ".." in path.split("/")):
        yield found("localhostProfile", path=path)


@rule(
    "KQ2479",
    "AppArmorProfile",
    "{name} is not the name of an AppArmor profile",
    "name a profile that is loaded on the node, without blanks at either end and in at most 4095 characters",
    needs="localhostProfile",
)
def apparmor_profile_is_no_name(profile: dict[str, Any]) -> Iterator[Finding]:
    """An AppArmor profile is named as on the node: not empty, and without blanks at either end.

    Wrong:
        securityContext: {appArmorProfile: {type: Localhost, localhostProfile: " training"}}

    Right:
        securityContext: {appArmorProfile: {type: Localhost, localhostProfile: training}}
    """
    name = profile.get("localhostProfile")
    if name is not None and profile["type"] == "Localhost" and (not name or name != name.strip(_BLANKS) or _is_too_long(name)):
        yield found("localhostProfile", name=name)


def _is_too_long(name: str) -> bool:
    return len(name.encode()) > _LONGEST_APPARMOR
