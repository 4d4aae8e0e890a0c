"""Env files: variables that are read from a file in a volume, which Kubernetes does since 1.35."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.constraints import matches
from kqmanifest.rules.forms import ENV_NAME
from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes.volumes import FEW
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.paths import climbs
from kqmanifest.vocabulary.pods import containers, volumes
from kqmanifest.vocabulary.sources import source
from kqmanifest.vocabulary.spelling import Words

env_file_key_is_not_printable = matches(
    "KQ2246",
    "FileKeySelector.key",
    ENV_NAME,
    hints="write the variable's name in the file, such as LEARNING_RATE",
    upstream="core/validation.validateFileKeySelector",
    page="""A variable's key in an env file is named as variables are: printable ASCII characters other than ``=``.

    Wrong:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: ""}}}]}]
        volumes: [{name: settings, emptyDir: {}}]

    Right:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]
    """,
)


@rule(
    "KQ2247",
    "FileKeySelector.path",
    "{path} is not a path to a file in the volume",
    "write it relative to the root of the volume, without `..`, such as settings/env",
    reason="Invalid",
    upstream="core/validation.validateFileKeySelector",
)
def env_file_is_not_in_its_volume(path: str) -> Iterator[Spot]:
    """An env file is inside the volume that is named.

    Wrong:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: ../env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]

    Right:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]
    """
    if not path or climbs(path):
        yield found(path=path)


def _files(pod_spec: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Return the volume that each variable of a pod is read from, where it is read from a file."""
    for place, container in containers(pod_spec):
        for index, variable in enumerate(container.get("env") or ()):
            value_from = variable.get("valueFrom")
            if value_from and value_from.get("fileKeyRef") is not None:
                yield (*place, "env", index, "valueFrom", "fileKeyRef", "volumeName"), value_from["fileKeyRef"]["volumeName"]


@rule(
    "KQ2248",
    "PodSpec",
    "no volume of this pod is called {name}",
    "did you mean `{near}`?",
    "declare it: `volumes: [{{name: {name}, emptyDir: {{}}}}]`",
    since="1.35",
    needs="EnvVarSource.fileKeyRef",
    reason="NotFound",
    upstream="core/validation.validateFileKeyRefVolumes",
)
def env_file_in_an_undeclared_volume(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """An env file is in a volume that the pod declares.

    Wrong:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: setings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]

    Right:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]
    """
    files = list(_files(pod_spec))
    known = volumes(pod_spec) if files else {}
    words = Words(known if len(known) <= FEW else ())
    for place, name in files:
        if name not in known:
            yield found(*place, name=name, near=words.nearest(name))


@rule(
    "KQ2249",
    "PodSpec",
    "the volume {name}, from {source}, must be an emptyDir to hold an env file",
    "make it an `emptyDir`, and let an init container write the file",
    since="1.35",
    needs="EnvVarSource.fileKeyRef",
    reason="Invalid",
    upstream="core/validation.validateFileKeyRefVolumes",
)
def env_file_in_a_volume_that_cannot_hold_it(pod_spec: dict[str, Any]) -> Iterator[Spot]:
    """An env file is in an emptyDir.

    Wrong:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, configMap: {name: settings}}]

    Right:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]
    """
    files = list(_files(pod_spec))
    known = volumes(pod_spec) if files else {}
    for place, name in files:
        volume = known.get(name)
        if volume and volume.get("emptyDir") is None and source(volume) != "nothing":
            yield found(*place, name=name, source=source(volume))


@rule(
    "KQ2290",
    "EnvVarSource",
    "fileKeyRef is supported from Kubernetes 1.35 on",
    "take the value from a ConfigMap or Secret instead",
    since="1.34",
    until="1.34",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_file_is_from_a_later_version(value_from: dict[str, Any]) -> Iterator[Spot]:
    """Kubernetes 1.34 knows ``fileKeyRef`` and drops it without reading it, so the variable has no source.

    Wrong:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]

    Right:
        containers: [{name: main, env: [{name: LR, valueFrom: {configMapKeyRef: {name: settings, key: LR}}}]}]
    """
    if [key for key, value in value_from.items() if value is not None] == ["fileKeyRef"]:
        yield found()
