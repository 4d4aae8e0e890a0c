"""Seccomp and AppArmor profiles: which system calls a container may make, and what it may access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import one_of, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot

_TYPES = ("RuntimeDefault", "Localhost", "Unconfined")
_LONGEST_APPARMOR = 4095
_WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""The characters that Go trims as white space."""


profile_type_is_unknown = one_of(
    "KQ2475",
    ("SeccompProfile.type", "AppArmorProfile.type"),
    _TYPES,
    message="unknown profile type {value}",
    upstream="core/validation.validateSeccompProfileType",
    page="""A profile is the container runtime's own (``RuntimeDefault``), one on the node (``Localhost``), or none (``Unconfined``).

    Wrong:
        securityContext: {seccompProfile: {type: runtime/default}}

    Right:
        securityContext: {seccompProfile: {type: RuntimeDefault}}
    """,
)


localhost_profile_is_not_named = required(
    "KQ2476",
    ("SeccompProfile", "AppArmorProfile"),
    hints="add `localhostProfile`, or write `type: RuntimeDefault`",
    field="localhostProfile",
    when=("type", "Localhost"),
    may_be_empty=True,
    upstream="core/validation.validateSeccompProfileField",
    page="""``localhostProfile`` names the profile on the node.

    Wrong:
        securityContext: {seccompProfile: {type: Localhost}}

    Right:
        securityContext: {seccompProfile: {type: Localhost, localhostProfile: profiles/training.json}}
    """,
)


@rule(
    "KQ2477",
    ("SeccompProfile", "AppArmorProfile"),
    "localhostProfile must not be set when type is {type}, and is {name}",
    "write `type: Localhost`, or remove `localhostProfile`",
    needs="localhostProfile",
    reason="Invalid",
    upstream="core/validation.validateSeccompProfileField",
)
def localhost_profile_of_another_type(profile: dict[str, Any]) -> Iterator[Spot]:
    """Only a profile of type ``Localhost`` has a name.

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
    "localhostProfile must be a path inside the kubelet's seccomp folder, and is {path}",
    "write a relative path that does not contain `..`, such as profiles/training.json",
    needs="localhostProfile",
    reason="Invalid",
    upstream="core/validation.validateSeccompProfileField",
)
def seccomp_profile_outside_its_folder(profile: dict[str, Any]) -> Iterator[Spot]:
    """A seccomp profile is a file in the kubelet's ``seccomp`` folder.

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
    "localhostProfile {name} cannot be the name of an AppArmor profile",
    "name a profile that is loaded on the node, without spaces at either end and with at most 4095 bytes",
    needs="localhostProfile",
    reason="Invalid",
    upstream="core/validation.ValidateAppArmorProfileField",
)
def apparmor_profile_name_is_invalid(profile: dict[str, Any]) -> Iterator[Spot]:
    """The name of an AppArmor profile must not be empty, and must not begin or end with white space.

    Wrong:
        securityContext: {appArmorProfile: {type: Localhost, localhostProfile: " training"}}

    Right:
        securityContext: {appArmorProfile: {type: Localhost, localhostProfile: training}}
    """
    name = profile.get("localhostProfile")
    if name is not None and profile["type"] == "Localhost" and (not name or name != name.strip(_WHITE_SPACE) or _is_too_long(name)):
        yield found("localhostProfile", name=name)


def _is_too_long(name: str) -> bool:
    return len(name.encode()) > _LONGEST_APPARMOR
