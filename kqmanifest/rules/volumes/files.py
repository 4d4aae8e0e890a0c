"""Files made from objects: the items of ConfigMap, Secret, downward API and projected volumes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from kqmanifest.diagnostics import Steps
from kqmanifest.rules.constraints import between, not_together, required
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import is_absolute, leaves

FILES: Final = (
    "ConfigMapVolumeSource",
    "SecretVolumeSource",
    "DownwardAPIVolumeSource",
    "ProjectedVolumeSource",
    "ConfigMapProjection",
    "SecretProjection",
    "DownwardAPIProjection",
)
_OCTAL: Final = re.compile(r"[0-7]{3}", re.ASCII)
LAST_MODE: Final = 0o777
SHORTEST, LONGEST = 600, 2**32
"""The lifetime of a token, in seconds."""


def files(source: Mapping[str, Any]) -> Iterator[tuple[Steps, dict[str, Any]]]:
    """Yield each file that a source makes, with the place that the server names.

    It numbers the files of ConfigMaps and Secrets, but neither those of the downward API nor the tokens.
    """
    for index, item in enumerate(source.get("items") or ()):
        yield (("items", index) if "key" in item else ()), item
    for part in source.get("sources") or ():
        token = (part or {}).get("serviceAccountToken")
        if token is not None:
            yield (), token


@rule(
    "KQ2071",
    FILES,
    "the file mode {mode} must be between 0 and 511, which is 0777 in octal",
    "write {octal}: without the leading 0 it is a decimal number; in JSON, which has no octal numbers, write {decimal}",
    "write an octal number such as 0644; in JSON, which has no octal numbers, write a decimal one such as 420",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def file_mode_is_out_of_range(source: dict[str, Any]) -> Iterator[Spot]:
    """The mode of a file has nine bits: from 0 to 0777 (511 in JSON).

    Wrong:
        volumes: [{name: scripts, configMap: {name: scripts, defaultMode: 755}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, defaultMode: 0755}}]
    """
    default = source.get("defaultMode")
    if default is not None and not 0 <= default <= LAST_MODE:
        yield found("defaultMode", **_mode(default))
    for place, file in files(source):
        mode = file.get("mode")
        if mode is not None and not 0 <= mode <= LAST_MODE:
            yield found(*place, "mode", **_mode(mode))


def _mode(mode: int) -> dict[str, object]:
    """Return the values for a mode out of range: three octal digits may lack their leading 0."""
    octal = f"0{mode}" if _OCTAL.fullmatch(str(mode)) else None
    return {"mode": mode, "octal": octal, "decimal": octal and int(octal, 8)}


file_without_a_key = required(
    "KQ2072",
    "KeyToPath.key",
    hints="write the key of the ConfigMap or Secret",
    upstream="core/validation.validateKeyToPath",
    page="""A file holds the value of a key.

    Wrong:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: "", path: train.py}]}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: train.py, path: train.py}]}}]
    """,
)


@rule(
    "KQ2073",
    FILES,
    "this file needs a `path`",
    "write its path below the mount path, such as train.py",
    reason="Required",
    upstream="core/validation.validateVolumeSource",
)
def file_without_a_path(source: dict[str, Any]) -> Iterator[Spot]:
    """A file must have a path, relative to the root of its volume.

    Wrong:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: train.py, path: ""}]}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: train.py, path: train.py}]}}]
    """
    for place, file in files(source):
        if not file["path"]:
            yield found(*place, "path")


@rule(
    "KQ2074",
    FILES,
    "the path {path} of this file must be relative",
    "write it relative to the root of the volume, without the leading slash",
    reason="Invalid",
    upstream="core/validation.validateKeyToPath",
)
def file_path_is_absolute(source: dict[str, Any]) -> Iterator[Spot]:
    """The path of a file is relative to the root of its volume; the mount says where the volume is.

    Wrong:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: train.py, path: /kqi/train.py}]}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: train.py, path: train.py}]}}]
    """
    for place, file in files(source):
        if is_absolute(file["path"]):
            yield found(*place, "path", path=file["path"])


@rule(
    "KQ2075",
    FILES,
    "the path {path} of this file must not contain or begin with `..`",
    "write it without `..`",
    reason="Invalid",
    upstream="core/validation.validateVolumeSource",
)
def file_path_contains_dot_dot(source: dict[str, Any]) -> Iterator[Spot]:
    """The path of a file must not lead up with ``..``, nor begin with two dots, as the kubelet's own files do.

    Wrong:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: train.py, path: ../train.py}]}}]

    Right:
        volumes: [{name: scripts, configMap: {name: scripts, items: [{key: train.py, path: train.py}]}}]
    """
    for place, file in files(source):
        if leaves(file["path"]):
            yield found(*place, "path", path=file["path"])


@rule(
    "KQ2076",
    "ProjectedVolumeSource",
    "two files of this volume have the path {path}",
    "give each file a path of its own",
    reason="Invalid",
    upstream="core/validation.validateProjectionSources",
)
def file_path_is_taken(source: dict[str, Any]) -> Iterator[Spot]:
    """Two sources of a projected volume make a file at the same path.

    Wrong:
        volumes:
        - name: both
          projected:
            sources:
            - configMap: {name: first, items: [{key: train.py, path: train.py}]}
            - configMap: {name: second, items: [{key: train.py, path: train.py}]}

    Right:
        volumes:
        - name: both
          projected:
            sources:
            - configMap: {name: first, items: [{key: train.py, path: first.py}]}
            - configMap: {name: second, items: [{key: train.py, path: second.py}]}
    """
    taken: set[str] = set()
    for part in source.get("sources") or ():
        for kind in ("secret", "configMap", "downwardAPI"):
            for item in ((part or {}).get(kind) or {}).get("items") or ():
                path = item["path"]
                if path and path in taken:
                    yield found(path=path)
                taken.add(path)


projection_with_two_sources = not_together(
    "KQ2077",
    "VolumeProjection",
    ("secret", "configMap", "downwardAPI", "serviceAccountToken"),
    message="this item of a projected volume has {count} sources: {given}",
    hints="keep one of them, or make each of them an item of its own",
    reason="Forbidden",
    upstream="core/validation.validateProjectionSources",
    page="""Each item of the ``sources`` of a projected volume has one source; several sources are several items.

    Wrong:
        volumes: [{name: both, projected: {sources: [{configMap: {name: scripts}, secret: {name: keys}}]}}]

    Right:
        volumes: [{name: both, projected: {sources: [{configMap: {name: scripts}}, {secret: {name: keys}}]}}]
    """,
)


token_lifetime_is_out_of_range = between(
    "KQ2078",
    "ServiceAccountTokenProjection.expirationSeconds",
    (SHORTEST, LONGEST),
    hints="write a number from 600 to 4294967296, or remove `expirationSeconds`: the default is an hour",
    upstream="core/validation.validateProjectionSources",
    page="""The lifetime of a service account's token must be ten minutes or more.

    Wrong:
        serviceAccountName: trainer
        volumes: [{name: token, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 60}}]}}]

    Right:
        serviceAccountName: trainer
        volumes: [{name: token, projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}}]
    """,
)
