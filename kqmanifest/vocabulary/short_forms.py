"""What people write in one word where Kubernetes takes an object, and the object that they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from kqmanifest.vocabulary.paths import is_on_a_drive

EXPORT: Final = re.compile(r"(?:nfs://)?(?P<server>[\w.-]+|\[[0-9a-fA-F:.]+\]):?(?P<path>/[^\s:,]*)")
PATH: Final = re.compile(r"/[^\s:,]*")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_LABEL: Final = re.compile(r"(?P<key>[A-Za-z][\w./-]*)=(?P<value>[A-Za-z][\w.-]*)", re.ASCII)
_SIZE: Final = re.compile(r"[0-9]{1,9}(?:[kMGTPE]|[KMGTPE]i)", re.ASCII)
_IMAGE: Final = re.compile(r"[a-z0-9][\w.:/@-]*", re.ASCII)
_LONGEST: Final = 80


def is_short(value: Any) -> bool:
    """Return whether a value is a string that a hint has room for."""
    return isinstance(value, str) and len(value) <= _LONGEST


def is_path_elsewhere(value: Any) -> bool:
    """Return whether a string is a path that no node has: on a drive, in a home, or relative."""
    return is_short(value) and (is_on_a_drive(value) or value.startswith(("~", "./", "../")))


def _nfs(text: str) -> str | None:
    export = EXPORT.fullmatch(text)
    return f"{{server: {export['server']}, path: {export['path']}}}" if export else None


def _host_path(text: str) -> str | None:
    return f"{{path: {text}}}" if PATH.fullmatch(text) else None


def _empty_dir(text: str) -> str | None:
    if text.lower() == "memory":
        return "{medium: Memory}"
    return "{}" if not text else f"{{sizeLimit: {text}}}" if _SIZE.fullmatch(text) else None


def _named(key: str) -> Callable[[str], str | None]:
    """Make the form of a source that is a name where an object belongs: the name goes under ``key`` of that object."""
    return lambda text: f"{{{key}: {text}}}" if _NAME.fullmatch(text) else None


def _listed(form: str) -> Callable[[str], str | None]:
    """Make the form of a name where a list of objects belongs."""
    return lambda text: form.format(text) if _NAME.fullmatch(text) else None


def _label(text: str) -> str | None:
    label = _LABEL.fullmatch(text)
    return f"{{{label['key']}: {label['value']}}}" if label else None


_FORMS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "nfs": _nfs,
    "hostPath": _host_path,
    "emptyDir": _empty_dir,
    "persistentVolumeClaim": _named("claimName"),
    "configMap": _named("name"),
    "secret": _named("secretName"),
    "configMapRef": _named("name"),
    "secretRef": _named("name"),
    "image": lambda text: f"{{reference: {text}}}" if _IMAGE.fullmatch(text) else None,
    "imagePullSecrets": _listed("[{{name: {}}}]"),
    "imagePullSecrets[]": _named("name"),
    "envFrom": _listed("[{{configMapRef: {{name: {}}}}}]"),
    "labels": _label,
    "matchLabels": _label,
    "nodeSelector": lambda text: _label(text) or _named("kubernetes.io/hostname")(text),
}
"""The fields that are often written so; an item of a list is under ``[]`` after the list's name."""


def object_meant(field: str, value: Any) -> str | None:
    """Return the object, as YAML, that a string in place of it stands for; None where that is not known."""
    form = _FORMS.get(field) if is_short(value) else None
    return form(value) if form else None
