"""Which values of a spec or manifest are secret: those in env, in Secrets, and in whatever has such a name."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from kqmanifest.redaction.names import is_environment, is_secret, is_secret_kind, is_variable, takes_secret
from kqmanifest.redaction.steps import redact_step
from kqmanifest.redaction.text import MASK, redact, secrets_in

_BESIDE_DATA: Final = frozenset(
    {"annotations", "apiVersion", "ignore", "immutable", "kind", "labels", "metadata", "name", "namespace", "type"}
)
"""The keys of a Secret beside its data; any other key there is data, perhaps misspelt."""
_DATA: Final = frozenset({"data", "stringdata", "binarydata", "string_data", "binary_data"})
_TYPES: Final = ("Opaque", "kubernetes.io/")
"""How the types of Secrets begin."""
_COPIES: Final = "kubectl.kubernetes.io/last-applied-configuration"
_SETTING: Final = "ConfigMap.data"
"""Where numbers are shown: diagnostics there say that a value is not a number to Kubernetes."""
_NAMED: Final = frozenset(
    {"labels", "matchLabels", "match_labels", "nodeSelector", "node_selector", "selector", "annotations", "ignore", "volumes", "gpuClasses"}
    | {"limits", "requests", "capacity", "allocatable", "hard", "min", "max"}
)
"""Fields whose keys are chosen by a user or a driver."""
_SETTINGS: Final = frozenset(
    {"volumeAttributes", "attributes", "attributesClass", "options", "parameters", "opaque", "secrets", "credentials", "config", "settings"}
)
"""Fields of a driver's own keys: any of them may be secret."""
_HARMLESS_SETTINGS: Final = frozenset(
    {"server", "share", "subDir", "fsType", "path", "name", "mountPermissions", "onDelete", "archiveOnDelete"}
)
_REFERENCES: Final = frozenset({"secret", "serviceAccountToken"})
"""Fields that only say where a secret is."""
_OF_VARIABLE: Final = frozenset({"name", "valueFrom", "value_from"})
_VALUED: Final = frozenset({"name", "key"})
_ATTACHED: Final = re.compile(r"-[pPaAwWuUk]\S")
"""An option of one letter, directly followed by its value."""
NUMBER: Final = re.compile(r"\d{1,5}(?::\d{1,5})?")
"""A port, or the IDs of a user and a group: what the same letters mean to other programs."""
LONGEST: Final = 1000
"""Most characters of a value that is shown: a longer one may contain anything."""


@dataclasses.dataclass(frozen=True, slots=True)
class View:
    """What is known of a place from the keys that lead to it."""

    hidden: bool = False
    """Whether everything below is secret, whatever its name."""
    in_env: bool = False
    """Whether this is a list of environment variables, or one of them."""
    key: str = ""
    """The nearest key above."""
    is_strange: bool = False
    """Whether it is below a key that no field has: then only values of known fields are shown."""


def view_below(owner: Any, key: str | int, view: View, known: Collection[str] | None = None) -> View:
    """Return what is known of the place of a member of a list or an object.

    ``known`` are the names of all fields that there are; what is an object or a list below any other may be anything.
    """
    member = owner[key]
    if isinstance(key, int):
        before = owner[key - 1] if key else None
        in_env = view.in_env and isinstance(member, Mapping)
        follows = isinstance(before, str) and takes_secret(before) and not NUMBER.fullmatch(str(member))
        is_loose = (view.is_strange or not view.key) and not isinstance(member, Mapping | list | tuple)
        return View(view.hidden or (view.in_env and not in_env) or follows or is_loose, in_env, view.key, view.is_strange)
    if view.in_env:
        # A name that is written as NAME=VALUE contains the value.
        shown = (key == "name" and redact_step(str(member), in_env=True) == str(member)) or (
            key in _OF_VARIABLE and isinstance(member, Mapping)
        )
        return View(view.hidden or not shown, key=key)
    if owner.get("kind") == "ConfigMap" and key == "data" and not view.hidden:
        return View(key=_SETTING)
    hidden = view.hidden or _holds_secret(owner, key, view) or _is_called_secret(member, key, view, known)
    if is_environment(key):
        is_list = isinstance(member, list | tuple)
        return View(hidden or not is_list, is_list, key)
    is_known = view.key in _NAMED or view.key == _SETTING or known is None or key in known
    if view.is_strange and not isinstance(member, Mapping | list | tuple):
        hidden = hidden or not is_known or key == "value"
    return View(hidden, key=key, is_strange=view.is_strange or not is_known)


def is_hidden(value: Any, view: View) -> bool:
    """Return whether a scalar value is secret."""
    if value is None or isinstance(value, bool | Mapping | list | tuple):
        return False
    if view.hidden or not isinstance(value, str):
        return view.hidden
    return len(value) > LONGEST or _ATTACHED.match(value) is not None or bool(secrets_in(value))


def redacted(value: Any, view: View | None = None, known: Collection[str] | None = None) -> Any:
    """Copy plain data with a mask in place of each secret value."""
    view = view or View()
    if isinstance(value, Mapping):
        in_env = view.in_env or is_environment(view.key)
        return {redact_step(str(key), in_env=in_env): redacted(value[key], _view(value, key, view, known), known) for key in value}
    if isinstance(value, list | tuple):
        return [redacted(item, view_below(value, index, view, known), known) for index, item in enumerate(value)]
    if not is_hidden(value, view):
        return value
    shown = redact(value) if isinstance(value, str) and not view.hidden and len(value) <= LONGEST else MASK
    return shown if MASK in shown else MASK


def _view(owner: Mapping[Any, Any], key: Any, view: View, known: Collection[str] | None) -> View:
    return view_below(owner, key, view, known) if isinstance(key, str) else View(hidden=True)


def _holds_secret(owner: Mapping[str, Any], key: str, view: View) -> bool:
    """Return whether the object shows that the value of this key is secret."""
    if key == "value":
        return not _VALUED.isdisjoint(owner.keys())
    if view.key in _SETTINGS:
        return key not in _HARMLESS_SETTINGS
    return key not in _BESIDE_DATA and _is_secret(owner)


def _is_called_secret(member: Any, key: str, view: View, known: Collection[str] | None) -> bool:
    """Return whether a key itself shows that its value is secret."""
    if view.key == _SETTING:
        return not isinstance(member, int | float) or is_secret(key)
    if key == _COPIES or key.lower() in _DATA:
        return True
    if is_secret(key):
        return not isinstance(member, bool | None) and key not in _REFERENCES
    if view.key == "annotations":
        return not isinstance(member, str) or member.lstrip().startswith(("{", "[")) or "\n" in member.strip()
    return is_variable(key) and view.key not in _NAMED and (known is None or key not in known)


def _is_secret(value: Mapping[Any, Any]) -> bool:
    """Return whether an object is a Secret, or was meant to be one."""
    kind, type_ = value.get("kind"), value.get("type")
    return is_secret_kind(kind) if isinstance(kind, str) else isinstance(type_, str) and type_.startswith(_TYPES)
