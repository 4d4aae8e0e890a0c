"""What the fuzzer begins with: every example, golden file and wrong example that the repository has, for each target; and its words."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Iterator
from typing import Final

from examples import examples
from fuzz.targets import BETWEEN, COMMANDS, TARGETS, try_command, try_reading, try_values

from kqmanifest.rules import RULES
from kqmanifest.specschema import spec_schema

ROOT: Final = pathlib.Path(__file__).parent.parent.parent
_LARGEST: Final = 8000
_LINES: Final = (
    "docker run --gpus all --shm-size 8g -v /mnt/data:/data:ro -p 80:80 -e A=b --env-file job.env busybox:1 sh -c 'echo $A'",
    "docker run --rm -it --mount type=bind,source=/a,target=/b,readonly --name x --user 1:2 --cap-add SYS_ADMIN image:1 a b",
)
_SAID: Final = (
    'MountVolume.SetUp failed for volume "kqi-output" : mount failed: exit status 32\nmount.nfs: access denied by server',
    'The Pod "a" is invalid: spec.containers[0].volumeMounts[0].name: Not found: "x"',
    "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.",
    "mounts.subPath",
    "KQ2003",
)
_SITE: Final = json.dumps(
    {
        "defaults": {"namespace": "a", "queue": "q"},
        "allow": {"kinds": ["Job", "Pod"]},
        "volumes": {"data": {"nfs": {"server": "s", "path": "/a"}}},
    }
).encode()
_MARKS: Final = (
    *("\r", "\x85", "\u2028", "\u2029", "\ufeff", "---\n", "...\n", "&a ", "*a", "<<: ", "!!str ", "? ", "|\n", ">-\n"),
    *("0x7", "1e400", ".inf"),
)
"""What readers stumble over."""


def texts() -> Iterator[bytes]:
    """Give the texts of all examples, right and wrong."""
    folders = [ROOT / "docs" / "examples", ROOT / "docs" / "kinds", ROOT / "tests" / "golden", ROOT / "tests" / "world"]
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix in {".json", ".yaml", ".yml", ".jsonl"} and file.stat().st_size < _LARGEST:
                yield file.read_bytes()
    for rule in RULES:
        for shown in examples(rule).values():
            text = json.dumps(shown).encode()
            if len(text) < _LARGEST:
                yield text


def seeds() -> Iterator[bytes]:
    """Give an input of each target for every text."""
    reading, command, values = (bytes([TARGETS.index(one)]) for one in (try_reading, try_command, try_values))
    for number, text in enumerate(texts()):
        yield reading + bytes([number % 16]) + text
        yield command + bytes([number % len(COMMANDS)]) + text + BETWEEN + (_SITE if number % 3 else text)
        yield values + number.to_bytes(2) + bytes(range(number % 50))
    for number, line in enumerate(COMMANDS):
        said = _LINES if line[0] == "from-docker" else _SAID if line[0] == "explain" else ()
        for words_ in said:
            yield command + bytes([number]) + words_.encode()


def words() -> list[str]:
    """Give what is worth writing: the keys of a spec and of Kubernetes' own objects, and what readers stumble over."""
    found: set[str] = set()
    _keys(spec_schema("1.36"), found)
    options = ("gpus", "mount", "volume", "env", "publish", "tmpfs", "device", "user")
    return [*sorted(found), *_MARKS, *(f"--{option}" for option in options)]


def _keys(node: object, found: set[str]) -> None:
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            found.update(key for key in properties if isinstance(key, str) and len(key) < 60)
        for value in node.values():
            _keys(value, found)
    elif isinstance(node, list):
        for value in node:
            _keys(value, found)
