"""The environment of a container: variables, and where their values come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from kqmanifest.rules.constraints import at_least_one_of, exactly_one_of, matches, not_together, required
from kqmanifest.rules.forms import CONFIG_KEY, ENV_NAME
from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Spot
from kqmanifest.vocabulary.names import is_env_name, is_subdomain

REFERENCES: Final = ("ConfigMapKeySelector", "SecretKeySelector")
KEYS: Final = ("ConfigMapKeySelector.key", "SecretKeySelector.key")
WHOLES: Final = ("ConfigMapEnvSource", "SecretEnvSource")
SOURCES: Final = ("configMapKeyRef", "secretKeyRef", "fieldRef", "resourceFieldRef", "fileKeyRef")


env_without_a_name = required(
    "KQ2230",
    "EnvVar.name",
    message="an env entry needs a name",
    hints="set its `name`, such as LEARNING_RATE",
    upstream="core/validation.ValidateEnv",
    page="""An environment variable has a name.

    Wrong:
        containers: [{name: main, env: [{name: "", value: "0.01"}]}]

    Right:
        containers: [{name: main, env: [{name: LR, value: "0.01"}]}]
    """,
)


@rule(
    "KQ2207",
    "EnvVar.name",
    "{name} is not a valid name of an environment variable",
    "use letters, digits and underscores, such as LEARNING_RATE",
    reason="Invalid",
    upstream="core/validation.ValidateEnv",
    unless=ENV_NAME.pattern,
)
def env_name_is_not_printable(name: str) -> Iterator[Spot]:
    """The name of an environment variable consists of printable ASCII characters other than ``=``.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", env: [{name: "LR=0.01", value: ""}]}]

    Right:
        containers: [{name: main, image: "nginx:1.27", env: [{name: LR, value: "0.01"}]}]
    """
    if name and not is_env_name(name):
        before, equals, _ = name.partition("=")
        yield found(name=f"{before}=•••" if equals else name)  # what follows may be a secret


env_prefix_is_not_printable = matches(
    "KQ2231",
    "EnvFromSource.prefix",
    ENV_NAME,
    message="prefix {value} is not valid in the name of an environment variable",
    hints="use letters, digits and underscores, such as KQI_",
    may_be_empty=True,
    upstream="core/validation.ValidateEnvFrom",
    page="""A prefix becomes part of names: printable ASCII characters other than ``=``.

    Wrong:
        containers: [{name: main, envFrom: [{prefix: "学習_", configMapRef: {name: settings}}]}]

    Right:
        containers: [{name: main, envFrom: [{prefix: KQI_, configMapRef: {name: settings}}]}]
    """,
)


@rule(
    "KQ2232",
    "EnvVar",
    "{name} must not have both value and valueFrom",
    "keep either `value` or `valueFrom`",
    needs="valueFrom",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_with_a_value_and_a_source(variable: dict[str, Any]) -> Iterator[Spot]:
    """A variable has a value of its own or takes it from a source, not both.

    Wrong:
        containers: [{name: main, env: [{name: NODE, value: n1, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}]

    Right:
        containers: [{name: main, env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]}]
    """
    if variable.get("value") and any(source is not None for source in variable["valueFrom"].values()):
        yield found("valueFrom", name=variable["name"])


env_with_two_sources = not_together(
    "KQ2233",
    "EnvVarSource",
    SOURCES,
    message="valueFrom must have only one source, and has {count}: {given}",
    hints="keep one of them",
    upstream="core/validation.validateEnvVarValueFrom",
    page="""A variable takes its value from one source.

    Wrong:
        containers:
        - name: main
          env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}, configMapKeyRef: {name: settings, key: api}}}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}]}]
    """,
)


env_without_a_source = at_least_one_of(
    "KQ2234",
    "EnvVarSource",
    SOURCES,
    message="valueFrom needs a source",
    hints="add a `configMapKeyRef`, `secretKeyRef`, `fieldRef` or `resourceFieldRef`, or write a `value` instead of `valueFrom`",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
    page="""``valueFrom`` has the source that a variable takes its value from.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}]}]
    """,
)


@rule(
    "KQ2240",
    REFERENCES,
    "the ConfigMap or Secret name {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
    reason="Invalid",
    upstream="core/validation.validateEnvVarValueFrom",
)
def env_source_name_is_not_a_dns_subdomain(reference: dict[str, Any]) -> Iterator[Spot]:
    """A variable names the ConfigMap or Secret that has its key; their names are DNS subdomains.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: My_Keys, key: api}}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: my-keys, key: api}}}]}]
    """
    name = reference.get("name") or ""
    if not is_subdomain(name):
        yield found("name", name=name)


env_without_a_key = required(
    "KQ2241",
    KEYS,
    hints="write the key of the ConfigMap or Secret",
    upstream="core/validation.validateSecretKeySelector",
    page="""A variable names the key that it takes its value from.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: ""}}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api}}}]}]
    """,
)


env_source_key_is_not_valid = matches(
    "KQ2242",
    KEYS,
    CONFIG_KEY,
    may_be_empty=True,
    upstream="core/validation.validateEnvVarValueFrom",
    page="""The keys of ConfigMaps and Secrets are plain file names: letters, digits, dashes, underscores and dots.

    Wrong:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api/key}}}]}]

    Right:
        containers: [{name: main, env: [{name: KEY, valueFrom: {secretKeyRef: {name: keys, key: api-key}}}]}]
    """,
)


env_from_does_not_have_one_source = exactly_one_of(
    "KQ2243",
    ("Container.envFrom", "EphemeralContainer.envFrom"),
    ("configMapRef", "secretRef"),
    message="an item of envFrom must have exactly one source, and has {count}",
    hints="set either `configMapRef` or `secretRef` in each item",
    each=True,
    upstream="core/validation.ValidateEnvFrom",
    page="""Each item of ``envFrom`` takes all keys of one ConfigMap or Secret; the server's own error does not say which item is wrong.

    Wrong:
        containers: [{name: main, envFrom: [{prefix: KQI_}]}]

    Right:
        containers: [{name: main, envFrom: [{prefix: KQI_, configMapRef: {name: settings}}]}]
    """,
)


env_from_without_a_name = required(
    "KQ2244",
    WHOLES,
    message="a configMapRef or secretRef needs a name",
    hints="set its `name`",
    field="name",
    upstream="core/validation.ValidateEnvFrom",
    page="""Where variables come from a ConfigMap or Secret, its name is given.

    Wrong:
        containers: [{name: main, envFrom: [{configMapRef: {name: ""}}]}]

    Right:
        containers: [{name: main, envFrom: [{configMapRef: {name: settings}}]}]
    """,
)


@rule(
    "KQ2245",
    WHOLES,
    "the ConfigMap or Secret name {name} is not a DNS subdomain",
    "use lower-case letters, digits, dashes and dots, with a letter or digit at both ends, and at most 253 of them",
    reason="Invalid",
    upstream="core/validation.ValidateEnvFrom",
)
def env_from_name_is_not_a_dns_subdomain(reference: dict[str, Any]) -> Iterator[Spot]:
    """Where variables come from a ConfigMap or Secret, its name is a DNS subdomain.

    Wrong:
        containers: [{name: main, envFrom: [{configMapRef: {name: Settings}}]}]

    Right:
        containers: [{name: main, envFrom: [{configMapRef: {name: settings}}]}]
    """
    name = reference.get("name")
    if name and not is_subdomain(f"{name[:-2]}a" if len(name) > 1 and name.endswith("-") else name):  # the server accepts a dash at the end
        yield found("name", name=name)


@rule("KQ4002", "Container", "{name} is set twice, and the later value is used", "keep one of them", needs="env")
def env_name_is_repeated(container: dict[str, Any]) -> Iterator[Spot]:
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
