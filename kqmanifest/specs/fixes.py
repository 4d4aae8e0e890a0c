"""How to fix a value of the wrong type: by what it looks like, and without repeating what may be a secret."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from kqmanifest.vocabulary.paths import is_on_a_drive

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
_EXPORT: Final = re.compile(r"(?:nfs://)?(?P<server>[\w.-]+|\[[0-9a-fA-F:.]+\]):?(?P<path>/[^\s:,]*)")
_BIND: Final = re.compile(r"(?P<source>[^\s:,]++(?::(?=/[^\s:]*+:/)[^\s:,]*+)?):(?P<target>/[^\s:,]+)(?::(?P<options>[a-zA-Z,]+))?")
_WORDS: Final = re.compile(r"[\w./-]+(?: [\w./-]+){1,5}", re.ASCII)
_PUBLISHED: Final = re.compile(r"(?:[\d.]+:)?\d*:(?P<port>\d{1,5})(?:/\w+)?", re.ASCII)
_VARIABLE: Final = re.compile(r"(?P<name>[A-Za-z_]\w*)=(?=[^=])", re.ASCII)  # what ends in = may be a secret, in base64
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_PATH: Final = re.compile(r"/[^\s:,]*")
_LABEL: Final = re.compile(r"(?P<key>[A-Za-z][\w./-]*)=(?P<value>[A-Za-z][\w.-]*)", re.ASCII)
_SIZE: Final = re.compile(r"[0-9]{1,9}(?:[kMGTPE]|[KMGTPE]i)", re.ASCII)
_TIME: Final = re.compile(r"(?P<number>[0-9]{1,6})\s?(?P<unit>[smhd])", re.ASCII)
_UNITS: Final[Mapping[str, int]] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_MODEL: Final = re.compile(r"(?=.*[A-Za-z])[\w -]{2,40}", re.ASCII)
_PROTOCOL: Final = re.compile(r"(?P<port>[0-9]{1,5})/(?P<protocol>(?i:tcp|udp|sctp))", re.ASCII)
_LONGEST: Final = 80


def suggest_fix(expected: Sequence[str], field: str, found: Any) -> Fix:
    """Return how to fix a value where ``expected`` is required: the value of one of the fault's hints, if a better one is known.

    ``field`` is the key of the value, ``mounts[0]`` for an item.
    """
    if found is None:
        return {"meant": "emptyDir: {}"} if field == "emptyDir" else {"unset": field}
    list_name, _, number = field.partition("[")
    form = _FORMS.get(f"{list_name}[]" if number else field) or (_seconds if field.endswith("Seconds") else None)
    special = form(found) if form else {}
    if special:
        return special
    first = expected[0]
    if [*expected] == ["a string"] and isinstance(found, bool | int | float):
        return {"unquoted": field}
    if first == "an integer" and isinstance(found, str) and _WHOLE.fullmatch(found):
        return {"quoted": field}
    if first == "an integer" and isinstance(found, str) and _WHOLE.fullmatch(plain := unicodedata.normalize("NFKC", found)):
        return {"meant": plain}
    if first == "true or false":
        return {"boolean": field}
    return _shape(expected, field, found)


def _shape(expected: Sequence[str], field: str, found: Any) -> Fix:
    """Return how to make a list of another value, or an object of a list."""
    if expected[0] == "a list" and isinstance(found, Mapping):
        return {"object": field}
    if "an object" in expected and "a list" not in expected and _is_dashed(found):
        return {"dashed": field}
    return {"item": field} if expected[0] == "a list" else {}


def other_word(key: str, known: Collection[str]) -> str | None:
    """Return the field of a spec that another tool calls by this key."""
    meant = OTHER_WORDS.get("".join(filter(str.isalpha, key.lower())))
    return meant if meant in known else None


def _mount(found: Any) -> Fix:
    bind = _BIND.fullmatch(found) if _is_short(found) else None
    if bind is None:
        return {"meant": "{mountPath: /data, nfs: {server: nfs-server, path: /data}}"}
    read_only = ", readOnly: true" if "ro" in (bind["options"] or "").split(",") else ""
    return {"meant": f"{{mountPath: {bind['target']}, {_source(bind['source'])}{read_only}}}"}


def _mounts(found: Any) -> Fix:
    """Write one mount as docker does, or a map from paths to sources, as the list that it is."""
    if isinstance(found, Mapping) and found:
        path, source = next(iter(found.items()))
        is_map = _is_short(path) and _PATH.fullmatch(path)
        given = source_of(source) or "nfs: {server, path}"
        return {"meant": f"[{{mountPath: {path}, {given}}}]"} if is_map else {}
    return {"meant": f"[{_mount(found)['meant']}]"} if _is_short(found) and _BIND.fullmatch(found) else {}


def source_of(text: Any) -> str | None:
    """Write docker's source of a mount as a spec does, if it is one."""
    return _source(text) if _is_short(text) and (_EXPORT.fullmatch(text) or _PATH.fullmatch(text)) else None


def _source(text: str) -> str:
    export = _EXPORT.fullmatch(text)
    if text.startswith("/"):
        return f"hostPath: {{path: {text}}}"
    return f"nfs: {{server: {export['server']}, path: {export['path']}}}" if export else f"volume: {text}"


def _nfs(found: Any) -> Fix:
    export = _EXPORT.fullmatch(found) if _is_short(found) else None
    return {"meant": f"{{server: {export['server']}, path: {export['path']}}}"} if export else {}


def _host_path(found: Any) -> Fix:
    if _is_short(found) and (is_on_a_drive(found) or found.startswith(("~", "./", "../"))):
        return {"on_node": "{path: /mnt/data}"}
    return {"meant": f"{{path: {found}}}"} if _is_short(found) and _PATH.fullmatch(found) else {}


def _named(key: str) -> Callable[[Any], Fix]:
    """Make the fix of a source that is a name where an object belongs: the name goes under ``key`` of that object."""
    return lambda found: {"meant": f"{{{key}: {found}}}"} if _is_short(found) and _NAME.fullmatch(found) else {}


def _listed(form: str) -> Callable[[Any], Fix]:
    """Make the fix of a name where a list of objects belongs."""
    return lambda found: {"meant": form.format(found)} if _is_short(found) and _NAME.fullmatch(found) else {}


def _empty_dir(found: Any) -> Fix:
    if isinstance(found, bool | list) or found == "":
        return {"meant": "{}"}
    return {"meant": f"{{sizeLimit: {found}}}"} if _is_short(found) else {}


def _path(found: Any) -> Fix:
    return {"repeated": "path"} if isinstance(found, list | tuple) and len(found) > 1 else {}


def _claim(found: Any) -> Fix:
    if isinstance(found, str):
        return {"meant": f"{{size: {found}}}" if _SIZE.fullmatch(found) else "{size: 1Ti}"}
    return {"meant": "{size: 1Ti}"}


def _volume(found: Any) -> Fix:
    return {"beside": "mountPath"} if isinstance(found, Mapping) else {}


def _seconds(found: Any) -> Fix:
    time = _TIME.fullmatch(found) if isinstance(found, str) else None
    return {"meant": str(int(time["number"]) * _UNITS[time["unit"]])} if time else {}


def _gpus(found: Any) -> Fix:
    if isinstance(found, float):
        return {"whole": "an integer"}
    if found == "all":
        return {"every": found}
    if found is True:
        return {"count": "1"}
    is_model = isinstance(found, str) and _MODEL.fullmatch(found)
    return {"model": "{count: 1, product: NVIDIA-A100-SXM4-40GB}"} if is_model else {}


def _shared(found: Any) -> Fix:
    return {"size": "8Gi"} if isinstance(found, bool) else {}


def _labels(found: Any) -> Fix:
    label = _LABEL.fullmatch(found) if _is_short(found) else None
    return {"meant": f"{{{label['key']}: {label['value']}}}"} if label else {}


def _variable(found: Any) -> Fix:
    named = _VARIABLE.match(found) if isinstance(found, str) else None
    return {"variable": named["name"]} if named else {}


def _words(found: Any) -> Fix:
    if not isinstance(found, str):
        return {}
    if _WORDS.fullmatch(found):
        return {"items": f"[{', '.join(found.split(' '))}]"}
    return {"shell": '[sh, -c, "…"]'}


def _port(found: Any) -> Fix:
    published = _PUBLISHED.fullmatch(found) if isinstance(found, str) else None
    protocol = _PROTOCOL.fullmatch(found) if isinstance(found, str) else None
    if protocol:
        return {"meant": f"{{containerPort: {protocol['port']}, protocol: {protocol['protocol'].upper()}}}"}
    return {"port": published["port"]} if published else {}


def _volumes(found: Any) -> Fix:
    return {"meant": "{output: {nfs: {server, path}}}"} if isinstance(found, list | tuple) else {}


def _named_volume(found: Any) -> Fix:
    return {"meant": f"{{{source_of(found)}}}"} if source_of(found) else {}


def _is_dashed(found: Any) -> bool:
    return isinstance(found, list | tuple) and bool(found) and all(isinstance(one, Mapping) for one in found)


def _is_short(found: Any) -> bool:
    return isinstance(found, str) and len(found) <= _LONGEST


_FORMS: Final[Mapping[str, Callable[[Any], Fix]]] = {
    "mounts": _mounts,
    "mounts[]": _mount,
    "volume": _volume,
    "claim": _claim,
    "path": _path,
    "nfs": _nfs,
    "hostPath": _host_path,
    "persistentVolumeClaim": _named("claimName"),
    "configMap": _named("name"),
    "secret": _named("secretName"),
    "configMapRef": _named("name"),
    "secretRef": _named("name"),
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
    "labels": _labels,
    "nodeSelector": _named("kubernetes.io/hostname"),
    "imagePullSecrets": _listed("[{{name: {}}}]"),
    "envFrom": _listed("[{{configMapRef: {{name: {}}}}}]"),
    "imagePullSecrets[]": _named("name"),
}
"""Fields that are often written in another form; an item of a list is under ``[]`` after the list's name, a named volume under ``{}``."""
