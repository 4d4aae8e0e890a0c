"""The environment of a container: variables, and where their values come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.rule import found, rule
from kqmanifest.rules.volumes.volumes import FEW
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_config_key, is_env_name, is_subdomain
from kqmanifest.vocabulary.paths import climbs
from kqmanifest.vocabulary.pods import containers, volumes
from kqmanifest.vocabulary.sources import source
from kqmanifest.vocabulary.spelling import Words

REFERENCES: Final = ("ConfigMapKeySelector", "SecretKeySelector")
KEYS: Final = ("ConfigMapKeySelector.key", "SecretKeySelector.key")
WHOLES: Final = ("ConfigMapEnvSource", "SecretEnvSource")


@rule(
    "KQ2230",
    "EnvVar.name",
    "an env entry needs a name",
    "set its `name`, such as LEARNING_RATE",
    reason="Required",
    upstream="core/validation.ValidateEnv",
)
def env_without_a_name(name: str) -> Iterator[Finding]:
    """An environment variable has a name.

    Wrong:
        containers: [{name: main, env: [{name: "", value: "0.01"}]}]

    Right:
        containers: [{name: main, env: [{name: LR, value: "0.01"}]}]
    """
    if not name:
        yield found()


@rule(
    "KQ2207",
    "EnvVar.name",
    "{name} is not a valid name of an environment variable",
    "use letters, digits and underscores, such as LEARNING_RATE",
    reason="Invalid",
    upstream="core/validation.ValidateEnv",
)
def env_name_is_not_printable(name: str) -> Iterator[Finding]:
    """The name of an environment variable consists of printable ASCII characters other than ``=``.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", env: [{name: "LR=0.01", value: ""}]}]

    Right:
        containers: [{name: main, image: "nginx:1.27", env: [{name: LR, value: "0.01"}]}]
    """
    if name and not is_env_name(name):
        before, equals, _ = name.partition("=")
        yield found(name=f"{before}=•••" if equals else name)  # what follows may be a secret


@rule(
    "KQ2231",
    "EnvFromSource.prefix",
    "prefix {prefix} is not valid in the name of an environment variable",
    "use letters, digits and underscores, such as KQI_",
    reason="Invalid",
    upstream="core/validation.ValidateEnvFrom",
)
def env_prefix_is_not_printable(prefix: str) -> Iterator[Finding]:
    """A prefix becomes part of names: printable ASCII characters other than ``=``.

    Wrong:
        containers: [{name: main, envFrom: [{prefix: "学習_", configMapRef: {name: settings}}]}]

    Right:
        containers: [{name: main, envFrom: [{prefix: KQI_, configMapRef: {name: settings}}]}]
    """
    if prefix and not is_env_name(prefix):
        yield found(prefix=prefix)


@rule(
    "KQ2232",
    "EnvVar",
    "{name} must not have both value and valueFrom",
    "keep either `value` or `valueFrom`",
    needs="valueFrom",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_with_a_value_and_a_source(variable: dict[str, Any]) -> Iterator[Finding]:
    """A variable has a value of its own or takes it from a source, not both.

    Wrong:
        containers: [{name: main, env: [{name: NODE, value: n1, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}]

    Right:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}]
    """
    if variable.get("value") and any(source is not None for source in variable["valueFrom"].values()):
        yield found("valueFrom", name=variable["name"])


@rule(
    "KQ2233",
    "EnvVarSource",
    "valueFrom must have only one source, and has {count}: {sources}",
    "keep one of them",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_with_two_sources(value_from: dict[str, Any]) -> Iterator[Finding]:
    """A variable takes its value from one source.

    Wrong:
        containers:
        - name: main
          env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}, configMapKeyRef: {name: settings, key: api}}}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}]}]
    """
    sources = [key for key, value in value_from.items() if value is not None]
    if len(sources) > 1:
        yield found(count=len(sources), sources=sources)


@rule(
    "KQ2234",
    "EnvVarSource",
    "valueFrom needs a source",
    "add a `configMapKeyRef`, `secretKeyRef`, `fieldRef` or `resourceFieldRef`, or write a `value` instead of `valueFrom`",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_without_a_source(value_from: dict[str, Any]) -> Iterator[Finding]:
    """``valueFrom`` has the source that a variable takes its value from.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}]}]
    """
    if all(value is None for value in value_from.values()):
        yield found()


@rule(
    "KQ2240",
    REFERENCES,
    "the ConfigMap or Secret name {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_source_name_is_not_a_dns_subdomain(reference: dict[str, Any]) -> Iterator[Finding]:
    """A variable names the ConfigMap or Secret that has its key; their names are DNS subdomains.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: My_Keys, key: api}}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: my-keys, key: api}}}]}]
    """
    name = reference.get("name") or ""
    if not is_subdomain(name):
        yield found("name", name=name)


@rule(
    "KQ2241",
    KEYS,
    "key must not be empty",
    "write the key of the ConfigMap or Secret",
    reason="Required",
    upstream="core/validation.validateSecretKeySelector",
)
def env_without_a_key(key: str) -> Iterator[Finding]:
    """A variable names the key that it takes its value from.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: ""}}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}]}]
    """
    if not key:
        yield found()


@rule(
    "KQ2242",
    KEYS,
    "{key} is not a valid key of a ConfigMap or Secret",
    "use letters, digits, dashes, underscores and dots",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_source_key_is_not_valid(key: str) -> Iterator[Finding]:
    """The keys of ConfigMaps and Secrets are plain file names: letters, digits, dashes, underscores and dots.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api/key}}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api-key}}}]}]
    """
    if key and not is_config_key(key):
        yield found(key=key)


@rule(
    "KQ2243",
    ("Container.envFrom", "EphemeralContainer.envFrom"),
    "item {number} of envFrom must have exactly one source, and has {count}",
    "set either `configMapRef` or `secretRef` in each item",
    reason="Invalid",
    upstream="core/validation.ValidateEnvFrom",
)
def env_from_does_not_have_one_source(env_from: list[dict[str, Any] | None]) -> Iterator[Finding]:
    """Each item of ``envFrom`` takes all keys of one ConfigMap or Secret; the server's own error does not say which item is wrong.

    Wrong:
        containers: [{name: main, envFrom: [{prefix: KQI_}]}]

    Right:
        containers: [{name: main, envFrom: [{prefix: KQI_, configMapRef: {name: settings}}]}]
    """
    for index, item in enumerate(env_from):
        count = sum((item or {}).get(key) is not None for key in ("configMapRef", "secretRef"))
        if count != 1:
            yield found(index, number=index + 1, count=count)


@rule(
    "KQ2244",
    WHOLES,
    "a configMapRef or secretRef needs a name",
    "set its `name`",
    reason="Required",
    upstream="core/validation.ValidateEnvFrom",
)
def env_from_without_a_name(reference: dict[str, Any]) -> Iterator[Finding]:
    """Where variables come from a ConfigMap or Secret, its name is given.

    Wrong:
        containers: [{name: main, envFrom: [{configMapRef: {name: ""}}]}]

    Right:
        containers: [{name: main, envFrom: [{configMapRef: {name: settings}}]}]
    """
    if not reference.get("name"):
        yield found("name")


@rule(
    "KQ2245",
    WHOLES,
    "the ConfigMap or Secret name {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
    reason="Invalid",
    upstream="core/validation.ValidateEnvFrom",
)
def env_from_name_is_not_a_dns_subdomain(reference: dict[str, Any]) -> Iterator[Finding]:
    """Where variables come from a ConfigMap or Secret, its name is a DNS subdomain.

    Wrong:
        containers: [{name: main, envFrom: [{configMapRef: {name: Settings}}]}]

    Right:
        containers: [{name: main, envFrom: [{configMapRef: {name: settings}}]}]
    """
    name = reference.get("name")
    if name and not is_subdomain(f"{name[:-2]}a" if len(name) > 1 and name.endswith("-") else name):  # the server accepts a dash at the end
        yield found("name", name=name)


@rule(
    "KQ2246",
    "FileKeySelector.key",
    "{key} is not a valid name of an environment variable",
    "write the variable's name in the file, such as LEARNING_RATE",
    reason="Invalid",
    upstream="core/validation.validateFileKeySelector",
)
def env_file_key_is_not_printable(key: str) -> Iterator[Finding]:
    """A variable's key in an env file is named as variables are: printable ASCII characters other than ``=``.

    Wrong:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: ""}}}]}]
        volumes: [{name: settings, emptyDir: {}}]

    Right:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]
    """
    if not is_env_name(key):
        yield found(key=key)


@rule(
    "KQ2247",
    "FileKeySelector.path",
    "{path} is not a path to a file in the volume",
    "write it relative to the root of the volume, without `..`, such as settings/env",
    reason="Invalid",
    upstream="core/validation.validateFileKeySelector",
)
def env_file_is_not_in_its_volume(path: str) -> Iterator[Finding]:
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
def env_file_in_an_undeclared_volume(pod_spec: dict[str, Any]) -> Iterator[Finding]:
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
def env_file_in_a_volume_that_cannot_hold_it(pod_spec: dict[str, Any]) -> Iterator[Finding]:
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
def env_file_is_from_a_later_version(value_from: dict[str, Any]) -> Iterator[Finding]:
    """Kubernetes 1.34 knows ``fileKeyRef`` and drops it without reading it, so the variable has no source.

    Wrong:
        containers: [{name: main, env: [{name: LR, valueFrom: {fileKeyRef: {volumeName: settings, path: env, key: LR}}}]}]
        volumes: [{name: settings, emptyDir: {}}]

    Right:
        containers: [{name: main, env: [{name: LR, valueFrom: {configMapKeyRef: {name: settings, key: LR}}}]}]
    """
    if [key for key, value in value_from.items() if value is not None] == ["fileKeyRef"]:
        yield found()


@rule("KQ4002", "Container", "{name} is set twice, and the later value is used", "keep one of them", needs="env")
def env_name_is_repeated(container: dict[str, Any]) -> Iterator[Finding]:
    """An environment variable is set twice; the server accepts both, and the container gets the later value.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", env: [{name: LR, value: "0.1"}, {name: LR, value: "0.01"}]}]

    Right:
        containers: [{name: main, image: "nginx:1.27", env: [{name: LR, value: "0.01"}]}]
    """
    taken: set[str] = set()
    for index, variable in enumerate(container["env"]):
        name = variable["name"]
        if name in taken:
            yield found("env", index, "name", name=name)
        taken.add(name)
