"""How to fix a value of the wrong type: by what it looks like, and without repeating what may be a secret."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kqmanifest.vocabulary.short_forms import EXPORT, PATH, is_path_elsewhere, is_short, object_meant

OTHER_WORDS: Final[Mapping[str, str]] = {
    "shmsize": "sharedMemory",
    "shm": "sharedMemory",
    "environment": "env",
    "environmentvariables": "env",
    "entrypoint": "command",
    "cmd": "args",
    "workdir": "workingDir",
    "cwd": "workingDir",
    "restart": "restartPolicy",
    "memlimit": "memory",
    "mem": "memory",
    "ram": "memory",
    "cpus": "cpu",
    "vcpus": "cpu",
    "containername": "name",
    "expose": "ports",
    "publish": "ports",
    "binds": "mounts",
    "volumes": "mounts",
    "ro": "readOnly",
    "target": "mountPath",
    "dst": "mountPath",
    "destination": "mountPath",
    "containerpath": "mountPath",
    "retries": "backoffLimit",
    "timeout": "activeDeadlineSeconds",
    "model": "product",
    "type": "product",
    "number": "count",
    "size": "sizeLimit",
    "pvc": "persistentVolumeClaim",
    "claim": "persistentVolumeClaim",
    "bind": "hostPath",
    "tmpfs": "emptyDir",
    "host": "server",
    "address": "server",
    "export": "path",
    "share": "path",
    "directory": "path",
}
"""What docker, Compose and other tools call a field that has another name in a spec; in lower-case letters alone."""

Fix: TypeAlias = Mapping[str, str]

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_BIND: Final = re.compile(r"(?P<source>[^\s:,]++(?::(?=/[^\s:]*+:/)[^\s:,]*+)?):(?P<target>/[^\s:,]+)(?::(?P<options>[a-zA-Z,]+))?")
_WORDS: Final = re.compile(r"[\w./-]+(?: [\w./-]+){1,5}", re.ASCII)
_PUBLISHED: Final = re.compile(r"(?:[\d.]+:)?\d*:(?P<port>\d{1,5})(?:/\w+)?", re.ASCII)
_VARIABLE: Final = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?=[^=])", re.ASCII)  # what ends in = may be a secret, in base64
_SIZE: Final = re.compile(r"[0-9]{1,9}(?:[kMGTPE]|[KMGTPE]i)", re.ASCII)
_TIME: Final = re.compile(r"(?P<number>[0-9]{1,6})\s?(?P<unit>[smhd])", re.ASCII)
_UNITS: Final[Mapping[str, int]] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MODEL: Final = re.compile(r"(?=.*[A-Za-z])[\w -]{2,40}", re.ASCII)
_PROTOCOL: Final = re.compile(r"(?P<port>[0-9]{1,5})/(?P<protocol>(?i:tcp|udp|sctp))", re.ASCII)


def suggest_fix(expected: Sequence[str], field: str, value: Any) -> Fix:
    """Return how to fix a value where ``expected`` is required: the value of one of the fault's hints, if a better one is known.

    ``field`` is the key of the value, ``mounts[0]`` for an item.
    """
    if value is None:
        return {"meant": "emptyDir: {}"} if field == "emptyDir" else {"unset": field}
    list_name, _, number = field.partition("[")
    form = _FORMS.get(f"{list_name}[]" if number else field) or (_seconds if field.endswith("Seconds") else None)
    special = form(value) if form else {}
    if special:
        return special
    meant = object_meant(f"{list_name}[]" if number else field, value)
    if meant:
        return {"meant": meant}
    first = expected[0]
    if [*expected] == ["a string"] and isinstance(value, bool | int | float):
        return {"unquoted": field}
    if first == "an integer" and isinstance(value, str) and _WHOLE.fullmatch(value):
        return {"quoted": field}
    if first == "an integer" and isinstance(value, str) and _WHOLE.fullmatch(plain := unicodedata.normalize("NFKC", value)):
        return {"meant": plain}
    if first == "true or false":
        return {"boolean": field}
    return _shape(expected, field, value)


def _shape(expected: Sequence[str], field: str, value: Any) -> Fix:
    """Return how to make a list of another value, or an object of a list."""
    if expected[0] == "a list" and isinstance(value, Mapping):
        return {"object": field}
    if "an object" in expected and "a list" not in expected and _is_dashed(value):
        return {"dashed": field}
    return {"item": field} if expected[0] == "a list" else {}


def other_word(key: str, known: Collection[str]) -> str | None:
    """Return the field of a spec that another tool calls by this key."""
    if key == "name":  # most sources are named so, and these are not
        return next((name for name in ("secretName", "claimName") if name in known), None)
    meant = OTHER_WORDS.get("".join(filter(str.isalpha, key.lower())))
    return meant if meant in known else None


def _mount(value: Any) -> Fix:
    bind = _BIND.fullmatch(value) if is_short(value) else None
    if bind is None:
        return {"meant": "{mountPath: /data, nfs: {server: nfs-server, path: /data}}"}
    read_only = ", readOnly: true" if "ro" in (bind["options"] or "").split(",") else ""
    return {"meant": f"{{mountPath: {bind['target']}, {_source(bind['source'])}{read_only}}}"}


def _mounts(value: Any) -> Fix:
    """Write one mount as docker does, or a map from paths to sources, as the list that it is."""
    if isinstance(value, Mapping) and value:
        path, source = next(iter(value.items()))
        is_map = is_short(path) and PATH.fullmatch(path)
        given = source_of(source) or "nfs: {server, path}"
        return {"meant": f"[{{mountPath: {path}, {given}}}]"} if is_map else {}
    return {"meant": f"[{_mount(value)['meant']}]"} if is_short(value) and _BIND.fullmatch(value) else {}


def source_of(text: Any) -> str | None:
    """Write docker's source of a mount as a spec does, if it is one."""
    return _source(text) if is_short(text) and (EXPORT.fullmatch(text) or PATH.fullmatch(text)) else None


def _source(text: str) -> str:
    export = EXPORT.fullmatch(text)
    if text.startswith("/"):
        return f"hostPath: {{path: {text}}}"
    return f"nfs: {{server: {export['server']}, path: {export['path']}}}" if export else f"volume: {text}"


def _path(value: Any) -> Fix:
    return {"repeated": "path"} if isinstance(value, list | tuple) and len(value) > 1 else {}


def _claim(value: Any) -> Fix:
    if isinstance(value, str):
        return {"meant": f"{{size: {value}}}" if _SIZE.fullmatch(value) else "{size: 1Ti}"}
    return {"meant": "{size: 1Ti}"}


def _volume(value: Any) -> Fix:
    return {"beside": "mountPath"} if isinstance(value, Mapping) else {}


def _seconds(value: Any) -> Fix:
    time = _TIME.fullmatch(value) if isinstance(value, str) else None
    return {"meant": str(int(time["number"]) * _UNITS[time["unit"]])} if time else {}


def _gpus(value: Any) -> Fix:
    if isinstance(value, float):
        return {"whole": "an integer"}
    if value == "all":
        return {"every": value}
    if value is True:
        return {"count": "1"}
    is_model = isinstance(value, str) and _MODEL.fullmatch(value)
    return {"model": "{count: 1, product: NVIDIA-A100-SXM4-40GB}"} if is_model else {}


def _shared(value: Any) -> Fix:
    return {"size": "8Gi"} if isinstance(value, bool) else {}


def _variable(value: Any) -> Fix:
    named = _VARIABLE.match(value) if isinstance(value, str) else None
    return {"variable": named["name"]} if named else {}


def _words(value: Any) -> Fix:
    if not isinstance(value, str):
        return {}
    if _WORDS.fullmatch(value):
        return {"items": f"[{', '.join(value.split(' '))}]"}
    return {"shell": '[sh, -c, "…"]'}


def _port(value: Any) -> Fix:
    published = _PUBLISHED.fullmatch(value) if isinstance(value, str) else None
    protocol = _PROTOCOL.fullmatch(value) if isinstance(value, str) else None
    if protocol:
        return {"meant": f"{{containerPort: {protocol['port']}, protocol: {protocol['protocol'].upper()}}}"}
    return {"port": published["port"]} if published else {}


def _volumes(value: Any) -> Fix:
    return {"meant": "{output: {nfs: {server, path}}}"} if isinstance(value, list | tuple) else {}


def _named_volume(value: Any) -> Fix:
    return {"meant": f"{{{source_of(value)}}}"} if source_of(value) else {}


def _is_dashed(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _host_path(value: Any) -> Fix:
    return {"on_node": "{path: /mnt/data}"} if is_path_elsewhere(value) else {}


def _empty_dir(value: Any) -> Fix:
    return {"meant": "{}"} if isinstance(value, bool | list) else {}


_FORMS: Final[Mapping[str, Callable[[Any], Fix]]] = {
    "mounts": _mounts,
    "mounts[]": _mount,
    "volume": _volume,
    "claim": _claim,
    "path": _path,
    "hostPath": _host_path,
    "emptyDir": _empty_dir,
    "gpus": _gpus,
    "env": _variable,
    "env[]": _variable,
    "command": _words,
    "args": _words,
    "ports[]": _port,
    "volumes": _volumes,
    "volumes{}": _named_volume,
    "sharedMemory": _shared,
}
"""Fields that are often written in another form; an item of a list is under ``[]`` after the list's name, a named volume under ``{}``."""
