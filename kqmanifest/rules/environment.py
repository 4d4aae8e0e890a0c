"""The environment of a container: variables, and where their values come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kqmanifest.rules.rule import found, rule
from kqmanifest.schema.walk import Finding
from kqmanifest.vocabulary.names import is_env_name


@rule(
    "KQ2207",
    "EnvVar.name",
    "{name} is not a name for an environment variable",
    "use letters, digits and underscores, such as LEARNING_RATE",
)
def env_name_is_not_printable(name: str) -> Iterator[Finding]:
    """The name of an environment variable is printable ASCII without ``=``.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", env: [{name: "LR=0.01", value: ""}]}]

    Right:
        containers: [{name: main, image: "nginx:1.27", env: [{name: LR, value: "0.01"}]}]
    """
    if not is_env_name(name):
        yield found(name=name.partition("=")[0] or "an empty text")


@rule("KQ4002", "Container", "{name} is set twice, and the later one counts", "keep one of them")
def env_name_is_repeated(container: dict[str, Any]) -> Iterator[Finding]:
    """An environment variable is set twice; the server takes both and the container sees the later.

    Wrong:
        containers: [{name: main, image: "nginx:1.27", env: [{name: LR, value: "0.1"}, {name: LR, value: "0.01"}]}]

    Right:
        containers: [{name: main, image: "nginx:1.27", env: [{name: LR, value: "0.01"}]}]
    """
    taken: set[str] = set()
    for index, variable in enumerate(container.get("env") or ()):
        name = variable["name"]
        if name in taken:
            yield found("env", index, "name", name=name)
        taken.add(name)
