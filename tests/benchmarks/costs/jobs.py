"""Training Jobs without end, no two alike: of each number a spec, and the manifest that is to come of it."""

from __future__ import annotations

import hashlib
from typing import Any, Final

_SIZES: Final = ("8Gi", "16Gi", "24Gi", "32Gi")
_SIDE: Final = 4
"""Of so many Jobs, one has a second container."""
_LEAST: Final = 2
_FURTHER: Final = 5


def word(number: int, what: str) -> str:
    """Return the word that stands for something in the Job of this number, and in no other."""
    return hashlib.blake2b(f"{number} {what}".encode(), digest_size=5).hexdigest()


def spec(number: int) -> dict[str, Any]:
    """Write the spec of a Job: its names, labels, image, arguments, variables, servers, paths and their counts are its own."""
    return {
        "kind": "Job",
        "name": f"training-{word(number, 'job')}",
        "labels": _labels(number),
        "backoffLimit": number % 7,
        "pod": {
            "containers": [
                {
                    "name": f"main-{word(number, 'main')}",
                    "image": _image(number, "train"),
                    "command": ["python", f"/code/{word(number, 'code')}.py"],
                    "args": _arguments(number),
                    "cpu": 1 + number % 16,
                    "memory": _SIZES[number % 4],
                    "gpus": 1 + number % 8,
                    "sharedMemory": _SIZES[number % 3],
                    "env": _variables(number),
                    "mounts": [_mount(number, mount) for mount in range(_count(number, "mounts"))],
                },
                *([_side(number)] if number % _SIDE == 0 else []),
            ]
        },
    }


def manifest(number: int) -> dict[str, Any]:
    """Write the manifest of the same Job, by hand: what is timed must not have been seen before by what times it."""
    mounts = [_mount(number, mount) for mount in range(_count(number, "mounts"))]
    main = {
        "name": f"main-{word(number, 'main')}",
        "image": _image(number, "train"),
        "command": ["python", f"/code/{word(number, 'code')}.py"],
        "args": _arguments(number),
        "env": [{"name": name, "value": value} for name, value in _variables(number).items()],
        "resources": {"limits": {"cpu": f"{1 + number % 16}", "memory": _SIZES[number % 4], "nvidia.com/gpu": f"{1 + number % 8}"}},
        "volumeMounts": [*map(_mounted, mounts), {"name": "dev-shm", "mountPath": "/dev/shm"}],
    }
    volumes = [
        *({"name": _mounted(mount)["name"], "nfs": mount["nfs"]} for mount in mounts),
        {"name": "dev-shm", "emptyDir": {"medium": "Memory", "sizeLimit": _SIZES[number % 3]}},
    ]
    containers = [main]
    if number % _SIDE == 0:
        side = _side(number)
        containers.append({"name": side["name"], "image": side["image"], "volumeMounts": [_mounted(side["mounts"][0])]})
        volumes.append({"name": _mounted(side["mounts"][0])["name"], "nfs": side["mounts"][0]["nfs"]})
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": f"training-{word(number, 'job')}", "labels": _labels(number)},
        "spec": {
            "backoffLimit": number % 7,
            "template": {"spec": {"restartPolicy": "Never", "containers": containers, "volumes": volumes}},
        },
    }


def unversioned(number: int) -> dict[str, Any]:
    """Write the spec of a Job whose image has no tag: one warning."""
    told = spec(number)
    main = told["pod"]["containers"][0]
    main["image"] = main["image"].rpartition(":")[0]
    return told


def _count(number: int, what: str) -> int:
    return _LEAST + int(word(number, f"count of {what}"), 16) % _FURTHER


def _labels(number: int) -> dict[str, str]:
    return {"team": f"team-{word(number, 'team')}", "example.com/run": f"run-{word(number, 'run')}"}


def _image(number: int, what: str) -> str:
    return f"registry-{word(number, 'registry')}.example.com/{word(number, 'group')}/{what}:{1 + number % 9}.{number}"


def _arguments(number: int) -> list[str]:
    return [f"--seed={number}", f"--rate=0.{1 + number}", f"--note=run {word(number, 'note')} of {number}"]


def _variables(number: int) -> dict[str, str]:
    return {
        f"{name}_{word(number, f'variable {name}').upper()}": f"{word(number, f'value {name}')}.{number}"
        for name in ("RATE", "DEPTH", "DATA", "MODE", "STEP", "TAIL")[: _count(number, "variables")]
    }


def _mount(number: int, mount: int) -> dict[str, Any]:
    here = word(number, f"mount {mount}")
    nfs = {"server": f"nfs-{word(number, f'server {mount}')}.example.com", "path": f"/training/{number}/{here}"}
    return {"mountPath": f"/data/{here}", "nfs": nfs, **({"readOnly": True} if mount else {})}


def _side(number: int) -> dict[str, Any]:
    return {"name": f"side-{word(number, 'side')}", "image": _image(number, "watch"), "mounts": [_mount(number, 100)]}


def _mounted(mount: dict[str, Any]) -> dict[str, Any]:
    path = mount["mountPath"]
    return {"name": path[1:].replace("/", "-"), "mountPath": path, **({"readOnly": True} if "readOnly" in mount else {})}
