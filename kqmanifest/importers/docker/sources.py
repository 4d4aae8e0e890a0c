"""The sources of mounts: a directory of the node, a claim, the node's disk or memory, an NFS server."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Any, Final, TypeAlias

from kqmanifest.diagnostics import Diagnostic, Fault
from kqmanifest.importers.docker.fragments import NOT_QUITE_THE_SAME
from kqmanifest.importers.docker.line import Given
from kqmanifest.importers.shell import for_a_shell
from kqmanifest.vocabulary.names import as_label, is_subdomain
from kqmanifest.vocabulary.paths import is_absolute, normalised

SourceForm: TypeAlias = dict[str, Any]
SourceReader: TypeAlias = "Generator[Diagnostic, None, SourceForm | None]"
"""Diagnostics on the way to a source, and the source; None if there is none."""

WINDOWS_PATH: Final = Fault(
    "KQ0330",
    "{path} is a Windows path, and the nodes that run this container have Linux paths",
    ("write the absolute path that the directory has on the node",),
)
RELATIVE_PATH: Final = Fault(
    "KQ0331",
    "{path} is not an absolute path",
    (
        "did you mean {meant}?",
        "write the absolute path on the node, or {volume} alone for a volume of that name",
        "write the absolute path, or in place of {name} a volume name of two or more letters, digits, dots, - and _",
        "write the absolute path on the node",
    ),
)
MOUNT_AT_THE_ROOT: Final = Fault("KQ0332", "nothing can be mounted at the root of a container", ("mount it at a directory, such as /data",))

VOLUME_BECOMES_A_CLAIM: Final = Fault(
    "KQ4318",
    "the volume {name} becomes the claim {legal}, which must exist: Kubernetes creates no volume and copies nothing from the image",
    ("create a PersistentVolumeClaim called {legal}, of the size that it needs",),
    severity="warning",
)
SOCKET_OF_DOCKER: Final = Fault(
    "KQ4319",
    "{path} is Docker's own socket, and a node may not have Docker",
    ("remove it, or run what needs Docker outside the cluster",),
    severity="warning",
)

_WINDOWS: Final = re.compile(
    r"""
      [A-Za-z]:     # a drive
    | \\            # a share
    | //[A-Za-z]/   # what Git makes of a drive
    | (?:/mnt|/cygdrive|/host_mnt|/run/desktop/mnt/host)?/[A-Za-z]/Users(?:/|\Z)   # and WSL, and Docker's own desktop
    """,
    re.VERBOSE,
)
_VARIABLE: Final = re.compile(r"%\w+%")
_VOLUME: Final = re.compile(r"[A-Za-z0-9][\w.-]+", re.ASCII)
_OF_FILES: Final = ("/etc/", "/dev/", "/run/", "/var/run/", "/proc/", "/sys/")
_ON_EVERY_NODE: Final = frozenset(
    {"/etc/group", "/etc/hosts", "/etc/localtime", "/etc/machine-id", "/etc/passwd", "/etc/resolv.conf", "/etc/timezone"}
)
_DIRECTORIES: Final = frozenset(
    {
        *("/dev/bus/usb", "/dev/dri", "/dev/shm", "/dev/snd", "/run/dbus"),  # noqa: S108  read from the line
        *("/run/systemd", "/run/udev", "/sys/fs/cgroup", "/tmp/.X11-unix", "/var/run/dbus"),  # noqa: S108  read from the line
    }
)
_FILES: Final = re.compile(
    r".*\.(?:cert|cfg|cnf|conf|crt|csv|env|htpasswd|ini|json|key|log|pem|properties|sh|sql|toml|txt|xml|ya?ml)", re.DOTALL
)
"""How the names of files end, and those of directories rarely."""
_SOCKETS: Final = frozenset({"/var/run/docker.sock", "/run/docker.sock"})


def is_windows(path: str) -> bool:
    """Return whether a path is a Windows path, a drive or a share; one letter is too short for the name of a volume."""
    return _WINDOWS.match(path) is not None


def is_volume(name: str) -> bool:
    """Return whether docker takes a string as the name of a volume."""
    return _VOLUME.fullmatch(name) is not None


def misplaced(one: Given, path: str) -> Iterator[Diagnostic]:
    """Report why a mount cannot be at a path in the container, if it cannot."""
    if is_windows(path):
        yield one.tell(WINDOWS_PATH, path=path)
    elif not is_absolute(path):
        yield one.tell(RELATIVE_PATH, path=path, meant=f"/{path}" if path else None, volume=None, name=None)
    elif normalised(path) == "/":
        yield one.tell(MOUNT_AT_THE_ROOT)


def of_node(one: Given, path: str, *, made: bool) -> SourceReader:
    """Return a file or directory of the node; ``made`` says that docker would create a missing directory."""
    if is_windows(path):
        yield one.tell(WINDOWS_PATH, path=path)
        return None
    if _VARIABLE.match(path):
        yield for_a_shell(one.place, path.partition("\\")[0].partition("/")[0], "directory")
        return None
    if not is_absolute(path):
        volume = path.rpartition("/")[2]
        yield one.tell(RELATIVE_PATH, path=path, meant=None, volume=volume if is_volume(volume) else None, name=None)
        return None
    if path in _SOCKETS:
        yield one.tell(SOCKET_OF_DOCKER, path=path)
        return {"hostPath": {"path": path, "type": "Socket"}}
    if path in _ON_EVERY_NODE:
        return {"hostPath": {"path": path, "type": "File"}}
    if path in _DIRECTORIES:
        return {"hostPath": {"path": path, "type": "Directory"}}
    yield one.tell(
        NOT_QUITE_THE_SAME,
        field="hostPath",
        difference="the Pod sees the files of whichever node it runs on",
        instead="mount `nfs: {server, path}` instead if all nodes should see the same files",
    )
    kind = _kind(path, made=made)
    return {"hostPath": {"path": path, **({"type": kind} if kind else {})}}


def of_claim(one: Given, name: str) -> SourceReader:
    """Return the claim for a named volume."""
    legal = name if is_subdomain(name) else as_label(name)
    yield one.tell(VOLUME_BECOMES_A_CLAIM, name=name, legal=legal)
    return {"persistentVolumeClaim": {"claimName": legal}}


def of_nobody(one: Given, target: str) -> SourceReader:
    """Return the empty directory for a volume without a name."""
    yield one.tell(
        NOT_QUITE_THE_SAME,
        field="emptyDir",
        difference="it hides what the image has there, and is lost with the Pod",
        instead=f"name a volume, as in -v data:{target}, if its files should be kept",
    )
    return {"emptyDir": {}}


def in_memory(size: str | None) -> SourceForm:
    """Return a directory in memory, of that size if there is one."""
    return {"emptyDir": {"medium": "Memory", **({"sizeLimit": size} if size else {})}}


def _kind(path: str, *, made: bool) -> str | None:
    """Return the hostPath type; None where docker accepts a file or a directory, and a type would refuse one of them."""
    name = path.rpartition("/")[2]
    if name.endswith(".sock"):
        return "Socket"
    if _FILES.fullmatch(name):
        return "File"
    if name and (path.startswith(_OF_FILES) or "." in name):
        return None
    return "DirectoryOrCreate" if made else "Directory"
