"""How a value of the wrong type is mended: by what it looks like, and without repeating what may be a secret."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

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
"""What docker, Compose and other tools call what a spec has another name for; in letters alone, and small ones."""

Cure: TypeAlias = Mapping[str, str]

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_EXPORT: Final = re.compile(r"(?:nfs://)?(?P<server>[\w.-]+|\[[0-9a-fA-F:.]+\]):?(?P<path>/[^\s:,]*)")
_BIND: Final = re.compile(r"(?P<source>[^\s:,]+(?::(?=/[^\s:]*:/))?[^\s:,]*):(?P<target>/[^\s:,]+)(?::(?P<options>[a-zA-Z,]+))?")
_WORDS: Final = re.compile(r"[\w./-]+(?: [\w./-]+){1,5}", re.ASCII)
_PUBLISHED: Final = re.compile(r"(?:[\d.]+:)?\d*:(?P<port>\d{1,5})(?:/\w+)?", re.ASCII)
_VARIABLE: Final = re.compile(r"(?P<name>[A-Za-z_]\w*)=", re.ASCII)
_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]*", re.ASCII)
_PATH: Final = re.compile(r"/[^\s:,]*")
_LONGEST: Final = 80


def cure(expected: Sequence[str], field: str, found: Any) -> Cure:
    """Say how a value is mended that stands where ``expected`` is: the value of one of the fault's hints, if a better one is known.

    ``field`` is the key that it stands under, ``mounts[0]`` for an item.
    """
    if found is None:
        return {"cure": "give it a value, or leave it out"}
    list_name, _, number = field.partition("[")
    form = _FORMS.get(f"{list_name}[]" if number else field)
    special = form(found) if form else {}
    if special:
        return special
    first = expected[0]
    if [*expected] == ["text"] and isinstance(found, bool | int | float):
        return {"cure": "put it in double quotes: it must be text, whatever it looks like"}
    if first == "a whole number" and isinstance(found, str) and _WHOLE.fullmatch(found):
        return {"cure": "take the quotes away"}
    if first == "a whole number" and isinstance(found, str) and _WHOLE.fullmatch(plain := unicodedata.normalize("NFKC", found)):
        return {"meant": plain}
    if first == "true or false":
        return {"cure": "write true or false, without quotes"}
    if first == "a list" and isinstance(found, Mapping):
        return {"cure": "make it an item of a list: put `- ` before its first key, or square brackets around it: [ ]"}
    return {"cure": "put it in square brackets: [ ]"} if first == "a list" else {}


def other_word(key: str, known: Collection[str]) -> str | None:
    """Give the field of a spec that another tool calls so."""
    meant = OTHER_WORDS.get("".join(filter(str.isalpha, key.lower())))
    return meant if meant in known else None


def _mount(found: Any) -> Cure:
    bind = _BIND.fullmatch(found) if _is_short(found) else None
    if bind is None:
        return {"meant": "{mountPath: /data, nfs: {server: nfs-server, path: /data}}"}
    read_only = ", readOnly: true" if "ro" in (bind["options"] or "").split(",") else ""
    return {"meant": f"{{mountPath: {bind['target']}, {_source(bind['source'])}{read_only}}}"}


def _source(text: str) -> str:
    """Write docker's source of a mount as a spec's."""
    export = _EXPORT.fullmatch(text)
    if text.startswith("/"):
        return f"hostPath: {{path: {text}}}"
    return f"nfs: {{server: {export['server']}, path: {export['path']}}}" if export else f"volume: {text}"


def _nfs(found: Any) -> Cure:
    export = _EXPORT.fullmatch(found) if _is_short(found) else None
    return {"meant": f"{{server: {export['server']}, path: {export['path']}}}"} if export else {}


def _host_path(found: Any) -> Cure:
    if _is_short(found) and _DRIVE.match(found):
        return {"cure": "write the path that the node has for it, `{path: /mnt/data}`: the files of this machine are not on the node"}
    return {"meant": f"{{path: {found}}}"} if _is_short(found) and _PATH.fullmatch(found) else {}


def _named(key: str) -> Callable[[Any], Cure]:
    """Make the cure of a source that has its name where an object belongs, under the ``key`` of that object."""
    return lambda found: {"meant": f"{{{key}: {found}}}"} if _is_short(found) and _NAME.fullmatch(found) else {}


def _empty_dir(found: Any) -> Cure:
    return {"meant": "{}"} if isinstance(found, bool | list) else {"meant": f"{{sizeLimit: {found}}}"} if _is_short(found) else {}


def _gpus(found: Any) -> Cure:
    if isinstance(found, float):
        return {"cure": "write a whole number: a GPU is not divided"}
    return {"cure": "write how many: Kubernetes gives a number of them, never all"} if found == "all" else {}


def _variable(found: Any) -> Cure:
    named = _VARIABLE.match(found) if isinstance(found, str) else None
    return {"variable": named["name"]} if named else {}


def _words(found: Any) -> Cure:
    if not isinstance(found, str):
        return {}
    if _WORDS.fullmatch(found):
        return {"items": f"[{', '.join(found.split(' '))}]"}
    return {"cure": 'write each word as an item; what a shell has to read goes to one: `[sh, -c, "…"]`'}


def _port(found: Any) -> Cure:
    published = _PUBLISHED.fullmatch(found) if isinstance(found, str) else None
    return {"port": published["port"]} if published else {}


def _volumes(found: Any) -> Cure:
    return {"meant": "{output: {nfs: {server, path}}}"} if isinstance(found, list | tuple) else {}


def _is_short(found: Any) -> bool:
    return isinstance(found, str) and len(found) <= _LONGEST


_FORMS: Final[Mapping[str, Callable[[Any], Cure]]] = {
    "mounts[]": _mount,
    "nfs": _nfs,
    "hostPath": _host_path,
    "persistentVolumeClaim": _named("claimName"),
    "configMap": _named("name"),
    "secret": _named("secretName"),
    "configMapRef": _named("name"),
    "secretRef": _named("name"),
    "emptyDir": _empty_dir,
    "gpus": _gpus,
    "env[]": _variable,
    "command": _words,
    "args": _words,
    "ports[]": _port,
    "volumes": _volumes,
}
"""What is often written in another way than a spec has it; an item of a list under the list's name."""
